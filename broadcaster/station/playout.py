"""Playout: one airing from the gate to the last drained sample, written down before and after."""

import logging
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from broadcaster.domain.arbitration import Claimant
from broadcaster.domain.asrun import AsRunEntry, Closing, Opening, Outcome, ZoneResult, overall
from broadcaster.domain.calendar import Priority, StartRule, ZoneId
from broadcaster.domain.clips import SAMPLE_RATE
from broadcaster.domain.gate import Verdict
from broadcaster.domain.rundown import AiringId
from broadcaster.errors import AlreadyRecordedError, RecordError, SinkError
from broadcaster.ports import Clock, Journal, Played, Progress, Segment, Sink
from broadcaster.station.desk import Cause, Desk, Refused, StopSignal
from broadcaster.station.material import Material

log = logging.getLogger(__name__)

PRE_ROLL_S = 3.0
"""How long before the planned moment a zone's stream is opened and fed silence, seconds: an idle sink of a sound server may

hold up to two seconds of silence it has already rendered, and sample 0 cannot overtake it.
"""

SILENT_DBFS = -60.0
"""Below this level what was written is not speech: the row says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be aired, when it may begin, and who asked. ``planned`` is None when a person asked for it now."""

    airing_id: AiringId
    planned: datetime | None
    at: datetime
    latest: datetime
    zones: tuple[ZoneId, ...]
    programme: str
    title: str
    priority: Priority = Priority.NORMAL
    start_rule: StartRule = StartRule.AFTER_CURRENT
    within_s: float | None = None
    test: bool = False
    by: str = ""
    order_reason: str = ""

    @property
    def claimant(self) -> Claimant:
        """What the zone desk needs to know."""
        return Claimant(
            planned=self.at,
            latest=self.latest,
            priority=self.priority,
            start_rule=self.start_rule,
            within_s=self.within_s,
        )


Gate = Callable[[Order, datetime, float], Verdict]
"""Judges an order that would begin at this moment and last this many seconds."""

Signals = Callable[[ZoneId], StopSignal]
"""The stop of each zone of one airing: a zone may be cut for something more urgent while the others go on."""

Spread = Callable[[Sequence[Callable[[], ZoneResult]]], list[ZoneResult]]
"""Runs the zones of one airing: side by side in a running station, one after the other in a rehearsal."""


def side_by_side(tasks: Sequence[Callable[[], ZoneResult]]) -> list[ZoneResult]:
    """One thread for each zone, so that zones start at the same sample; results in the order of the tasks."""
    if len(tasks) == 1:
        return [tasks[0]()]
    results: dict[int, ZoneResult] = {}

    def run(position: int, task: Callable[[], ZoneResult]) -> None:
        results[position] = task()

    threads = [threading.Thread(target=run, args=(n, t), name=f"zone-{n}") for n, t in enumerate(tasks)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [results[n] for n in sorted(results)]


class _OnAir:
    """Commits the opening row once, for the first zone that is ready; every zone learns whether it is written."""

    def __init__(self, write: Callable[[], None]) -> None:
        self._write = write
        self._lock = threading.Lock()
        self.written = False
        self.refused: RecordError | None = None

    def commit(self) -> bool:
        with self._lock:
            if not self.written and self.refused is None:
                try:
                    self._write()
                    self.written = True
                except RecordError as error:
                    self.refused = error
            return self.written


class Playout:
    """Airs orders. Never raises for a device, a zone or the journal: the row says so, or the log where no row can be written."""

    def __init__(
        self,
        *,
        clock: Clock,
        journal: Journal,
        sinks: Mapping[ZoneId, Sink],
        desk: Desk,
        gate: Gate,
        retry_every_s: float,
        station_name: Callable[[datetime], str],
        spread: Spread = side_by_side,
        pulse: Callable[[ZoneId, Order, Progress], None] = lambda *_: None,
        rehearsed: bool = False,
    ) -> None:
        self._clock = clock
        self._journal = journal
        self._sinks = sinks
        self._desk = desk
        self._gate = gate
        self._retry_every_s = retry_every_s
        self._station_name = station_name
        self._spread = spread
        self._pulse = pulse
        self._rehearsed = rehearsed

    def opening(self, order: Order, items: Material) -> Opening:
        """The row as it is committed before the first sample."""
        now = self._clock.now()
        return Opening(
            airing_id=order.airing_id,
            recorded_at=now,
            planned=order.planned,
            zones=order.zones,
            programme=order.programme,
            title=order.title,
            items=items.items,
            duration_s=round(items.duration_s, 3),
            priority=order.priority,
            test=order.test,
            rehearsed=self._rehearsed,
            by=order.by,
            order_reason=order.order_reason,
            station=self._station_name(now),
        )

    def refuse(self, order: Order, items: Material, outcome: Outcome, reason: str) -> AsRunEntry | None:
        """Write down an airing that must not or cannot begin."""
        closing = Closing(recorded_at=self._clock.now(), outcome=outcome, reason=reason)
        try:
            entry = self._journal.record(self.opening(order, items), closing)
        except AlreadyRecordedError:
            return None
        except RecordError as error:
            log.error("a refusal could not be written: %s", error, extra={"action": "record_failed"})
            return None
        log.info("%s %s: %s", order.airing_id, outcome.value, reason, extra={"action": f"airing_{outcome.value}"})
        return entry

    def air(self, order: Order, items: Material, signals: Signals) -> AsRunEntry | None:
        """Play the order to every zone and write down what came out; None when it already has a row or none can be written."""
        verdict = self._gate(order, max(order.at, self._clock.now()), items.duration_s)
        if not verdict.open:
            return self.refuse(order, items, Outcome.WITHHELD, verdict.reason)
        on_air = _OnAir(lambda: self._write_ahead(order, items, signals))
        results = self._spread([self._task(order, items, zone, signals(zone), on_air) for zone in order.zones])
        if on_air.refused is not None:
            log.error("%s is not aired: %s", order.airing_id, on_air.refused, extra={"action": "airing_not_recorded"})
            return None
        if not on_air.written:
            outcome, reason = overall(results)
            return self.refuse(order, items, outcome if outcome is not Outcome.AIRED else Outcome.FAILED, reason)
        return self._close(order, results, verdict)

    def _write_ahead(self, order: Order, items: Material, signals: Signals) -> None:
        while True:
            try:
                self._journal.on_air(self.opening(order, items))
            except AlreadyRecordedError:
                raise
            except RecordError:
                again = self._clock.now() + timedelta(seconds=self._retry_every_s)
                if again > order.latest or all(signals(zone).is_set() for zone in order.zones):
                    raise
                self._clock.sleep(self._retry_every_s)
            else:
                log.info("%s on air", order.airing_id, extra={"action": "on_air"})
                return

    def _close(self, order: Order, results: Sequence[ZoneResult], verdict: Verdict) -> AsRunEntry | None:
        outcome, reason = overall(results)
        heard = [r for r in results if r.started is not None]
        first = min(heard, key=lambda r: r.started or order.at, default=None)
        closing = Closing(
            recorded_at=self._clock.now(),
            outcome=outcome,
            reason="; ".join(part for part in (verdict.reason, reason) if part),
            started=first.started if first else None,
            ended=max((r.ended for r in heard if r.ended), default=None),
            played_s=round(max((r.played_s for r in results), default=0.0), 3),
            late_ms=first.late_ms if first else None,
            results=tuple(results),
        )
        for attempt in range(4):
            try:
                entry = self._journal.off_air(order.airing_id, closing)
            except RecordError as error:
                log.error("closing not written (%d): %s", attempt, error, extra={"action": "record_failed"})
                self._clock.sleep(self._retry_every_s)
            else:
                log.info(
                    "%s off air: %s, %.1f s",
                    order.airing_id,
                    outcome.value,
                    closing.played_s,
                    extra={"action": "off_air"},
                )
                return entry
        return None

    def _task(
        self, order: Order, items: Material, zone: ZoneId, signal: StopSignal, on_air: _OnAir
    ) -> Callable[[], ZoneResult]:
        return lambda: self._zone(order, items, zone, signal, on_air)

    def _zone(self, order: Order, items: Material, zone: ZoneId, signal: StopSignal, on_air: _OnAir) -> ZoneResult:
        sink = self._sinks.get(zone)
        if sink is None:
            return ZoneResult(zone=zone, device="", outcome=Outcome.FAILED, reason="cụm loa chưa được khai báo")
        granted = self._desk.take(zone, order.claimant, signal, title=order.title)
        if isinstance(granted, Refused):
            # told to stop while it waited: the row says by whom, as for one that was already heard
            cause = signal.cause or Cause(outcome=Outcome.FAILED, reason=granted.reason)
            return ZoneResult(zone=zone, device=sink.describe(), outcome=cause.outcome, reason=cause.reason)
        result = ZoneResult(zone=zone, device=sink.describe(), outcome=Outcome.FAILED)
        try:
            speaking = _Speaking(self, order, items, zone, sink, signal, on_air)
            result = speaking.run(max(order.at, granted))
            return result
        finally:
            self._desk.release(zone, ended=result.ended or self._clock.now())

    def now(self) -> datetime:
        """The station's wall clock."""
        return self._clock.now()

    def wait(self) -> None:
        """Pause before the device is tried again."""
        self._clock.sleep(self._retry_every_s)

    def judge(self, order: Order, duration_s: float) -> Verdict:
        """The gate, asked again right before the sink: a wait may have led into quiet hours."""
        return self._gate(order, max(order.at, self._clock.now()), duration_s)

    def beat(self, zone: ZoneId, order: Order, progress: Progress) -> None:
        """The pulse of the playing loop."""
        self._pulse(zone, order, progress)


@dataclass(slots=True)
class _Speaking:
    """One zone's part of one airing: opens, plays, and retries a lost device within grace."""

    playout: Playout
    order: Order
    items: Material
    zone: ZoneId
    sink: Sink
    signal: StopSignal
    on_air: _OnAir

    def run(self, at: datetime) -> ZoneResult:
        result = ZoneResult(zone=self.zone, device=self.sink.describe(), outcome=Outcome.FAILED)
        segments: tuple[Segment, ...] = self.items.segments
        while True:
            verdict = self.playout.judge(self.order, sum(s.seconds for s in segments))
            if not verdict.open:
                return replace(result, outcome=self._unfinished(result, Outcome.WITHHELD), reason=verdict.reason)
            try:
                played = self._once(segments, at)
            except SinkError as error:
                result = replace(result, reason=error.message)
            else:
                if played is None:
                    return result
                result = self._add(result, played)
                if played.complete:
                    return self._settled(result)
                if (cause := self.signal.cause) is not None:
                    return replace(result, outcome=cause.outcome, reason=cause.reason)
                segments = rest(segments, played.frames)
            if self.signal.cause is not None or self.playout.now() >= self.order.latest:
                return self._given_up(result)
            self.playout.wait()
            if self.playout.now() > self.order.latest:
                return self._given_up(result)

    def _once(self, segments: Sequence[Segment], at: datetime) -> Played | None:
        stream = self.sink.open()
        try:
            if not self.on_air.commit():
                return None
            return stream.play(segments, at=at, stop=self.signal, progress=self._beat)
        finally:
            stream.close()

    def _beat(self, progress: Progress) -> None:
        self.playout.beat(self.zone, self.order, progress)

    def _add(self, result: ZoneResult, played: Played) -> ZoneResult:
        started = result.started or played.started
        late = (started - self.order.at).total_seconds() * 1000 if started else None
        return replace(
            result,
            device=played.device,
            started=started,
            ended=played.ended or result.ended,
            played_s=round(result.played_s + played.frames / SAMPLE_RATE, 3),
            late_ms=round(late, 3) if late is not None else None,
            gaps=result.gaps + played.gaps + (0 if played.complete else 1),
            level_dbfs=played.level_dbfs if played.level_dbfs is not None else result.level_dbfs,
            reason=played.error or result.reason,
        )

    def _settled(self, result: ZoneResult) -> ZoneResult:
        if result.level_dbfs is not None and result.level_dbfs < SILENT_DBFS:
            return replace(
                result, outcome=Outcome.PARTIAL, reason=f"âm thanh gần như im lặng ({result.level_dbfs:.0f} dBFS)"
            )
        reason = f"có {result.gaps} lần hụt tiếng" if result.gaps else ""
        return replace(result, outcome=Outcome.AIRED, reason=reason)

    def _given_up(self, result: ZoneResult) -> ZoneResult:
        cause = self.signal.cause
        if cause is not None and result.started is None:
            return replace(result, outcome=cause.outcome, reason=cause.reason)
        return replace(
            result,
            outcome=self._unfinished(result, Outcome.FAILED),
            reason=result.reason or "quá giờ cho phép trễ",
        )

    @staticmethod
    def _unfinished(result: ZoneResult, otherwise: Outcome) -> Outcome:
        return Outcome.PARTIAL if result.played_s > 0 else otherwise


def rest(segments: Iterable[Segment], frames: int) -> tuple[Segment, ...]:
    """What is still to be heard after a device was lost: from the start of the item it was lost in.

    A resident who heard half a sentence hears that item again from its beginning; what was heard whole is not repeated.
    """
    left = frames / SAMPLE_RATE
    remaining = list(segments)
    while remaining and left >= remaining[0].seconds - 1e-6:
        left -= remaining[0].seconds
        remaining.pop(0)
    return tuple(remaining)
