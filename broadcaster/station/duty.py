"""On duty: the files in force, what is due now, and who is told to stop. The rundown and the journal decide, not the clockwork."""

import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from broadcaster.domain.asrun import AsRunEntry, Closing, Outcome
from broadcaster.domain.calendar import Priority, ZoneId
from broadcaster.domain.readiness import Held, readiness
from broadcaster.domain.rundown import Airing, AiringId, Due, due
from broadcaster.domain.scripts import Approval, Script, ScriptId
from broadcaster.domain.trust import Trust
from broadcaster.errors import BroadcasterError
from broadcaster.ports import Clips, Clock, Journal, Progress
from broadcaster.station.desk import Cause, StopSignal
from broadcaster.station.material import Chime, Material, items_of, material
from broadcaster.station.planning import BLOCKED_AS_FAILED, Planner
from broadcaster.station.playout import PRE_ROLL_S, Order, Playout
from broadcaster.station.preparing import Preparer

log = logging.getLogger(__name__)

POWER_CUT = "mất điện hoặc máy tắt giữa chừng; không phát lại"
"""What the row of an airing left open says after the next start."""

Explain = Callable[[Iterable[Held]], str]
"""Turns the reasons an airing is held back into one Vietnamese sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OnAirNow:
    """What a zone is playing at this moment, for the status."""

    airing_id: AiringId
    title: str
    zones: tuple[ZoneId, ...]
    played_s: float
    duration_s: float
    level_dbfs: float | None
    test: bool


@dataclass(slots=True, kw_only=True)
class _Running:
    order: Order
    signals: Mapping[ZoneId, StopSignal]
    duration_s: float
    played_s: float = 0.0
    level_dbfs: float | None = None
    pulse: float = 0.0


class Duty:
    """Starts what is due and nothing else. Safe to wake twice, late, or after a clock step."""

    def __init__(
        self,
        *,
        clock: Clock,
        journal: Journal,
        clips: Clips,
        planner: Planner,
        preparer: Preparer,
        playout: Playout,
        chime: Chime,
        trust: Callable[[datetime], Trust],
        explain: Explain,
        launch: Callable[[Callable[[], object], str], object],
        signal: Callable[[Order, ZoneId], StopSignal] = lambda _order, _zone: StopSignal(),
        need_approval: bool = True,
    ) -> None:
        self._clock = clock
        self._journal = journal
        self._clips = clips
        self.planner = planner
        self.preparer = preparer
        self._playout = playout
        self._chime = chime
        self._trust = trust
        self._explain = explain
        self._launch = launch
        self._signal = signal
        self._need_approval = need_approval
        self._lock = threading.RLock()
        self._running: dict[AiringId, _Running] = {}
        self._told_missed: set[AiringId] = set()
        self._edition: tuple[int, int, date] | None = None
        self._airings: tuple[Airing, ...] = ()

    def take_over(self, planner: Planner, preparer: Preparer) -> None:
        """New files go on duty; what is on air goes on."""
        with self._lock:
            self.planner = planner
            self.preparer = preparer

    def use(self, playout: Playout, chime: Chime) -> None:
        """New zones, gate or sound settings; airings already running keep what they started with."""
        with self._lock:
            self._playout = playout
            self._chime = chime

    def recover(self) -> tuple[AsRunEntry, ...]:
        """Close every row a power cut left open as *interrupted*; it is never played again."""
        at = self.believed(self._clock.now())
        closed = []
        for opening in self._journal.open_rows():
            if opening.airing_id in self._running:
                continue
            closing = Closing(recorded_at=at, outcome=Outcome.INTERRUPTED, reason=POWER_CUT)
            closed.append(self._journal.off_air(opening.airing_id, closing))
            log.warning("%s was left open", opening.airing_id, extra={"action": "recovered"})
        return tuple(closed)

    def believed(self, now: datetime) -> datetime:
        """The moment for a row that must be written whatever the clock shows: one not trusted gives way to the record's own.

        A machine that starts a day ahead, before it is synchronised, must not be held to that day afterwards.
        """
        return now if self._trust(now).trusted else self._journal.newest_moment() or now

    def upcoming(self, now: datetime, horizon: timedelta) -> tuple[Airing, ...]:
        """Airings ahead within the horizon, from the published rundowns."""
        return tuple(a for a in self._due(now).ahead if a.planned <= now + horizon)

    def _around(self, day: date) -> tuple[Airing, ...]:
        """Yesterday's to tomorrow's airings in time order, read again only when something was published since."""
        edition = (id(self.planner), self.planner.editions, day)
        if self._edition != edition:
            rundowns = self._journal.rundowns(day - timedelta(days=1), day + timedelta(days=1))
            self._airings = tuple(sorted((a for r in rundowns.values() for a in r.airings), key=lambda a: a.planned))
            self._edition = edition
        return self._airings

    def _due(self, now: datetime, lead_s: float = 0.0) -> Due:
        airings = self._around(now.astimezone(self.planner.timezone).date())
        if not airings:
            return Due()
        recorded = self._journal.recorded(airings[0].planned, airings[-1].planned)
        with self._lock:
            busy = recorded | frozenset(self._running)
        return due(airings, recorded=busy, now=now, lead=timedelta(seconds=lead_s))

    def start_due(self) -> tuple[AiringId, ...]:
        """Start everything that is due by a clock that can be trusted; the one place from which the calendar speaks."""
        now = self._clock.now()
        verdict = self._trust(now)
        if not verdict.trusted:
            log.warning("nothing is started: %s", verdict.reason, extra={"action": "clock_untrusted"})
            return ()
        found = self._due(now, lead_s=PRE_ROLL_S)
        for airing in found.missed:
            if airing.id not in self._told_missed:
                self._told_missed.add(airing.id)
                log.warning("%s is missed", airing.id, extra={"action": "missed"})
        return tuple(airing.id for airing in found.start if self._start(airing, now))

    def _start(self, airing: Airing, now: datetime) -> bool:
        files = self.planner.files
        scripts = [files.scripts[s] for s in airing.scripts if s in files.scripts]
        approvals = self._approvals(airing.scripts)
        found = self.preparer.clips_of(scripts, approvals)
        clips = {i: c for i, c in found.items() if self._clips.verified(c)}
        held = readiness(
            airing.scripts,
            day=airing.planned.date(),
            scripts=files.scripts,
            clips=clips,
            approvals=approvals,
            need_approval=self._need_approval,
        )
        order = _order(airing)
        if held:
            if now < airing.planned:
                return False
            outcome = Outcome.FAILED if any(h.hold in BLOCKED_AS_FAILED for h in held) else Outcome.WITHHELD
            items = items_of(airing.scripts, files.scripts, clips)
            nothing = Material(items=items, segments=(), duration_s=airing.duration_s)
            return self._playout.refuse(order, nothing, outcome, self._explain(held)) is not None
        content = material(
            airing.scripts,
            files.scripts,
            clips,
            files.settings.mastering,
            self._chime,
            repeat=airing.repeat,
            gap_s=airing.gap_s,
        )
        return self.go(order, content)

    def _approvals(self, scripts: Iterable[ScriptId]) -> Mapping[ScriptId, Approval]:
        wanted = set(scripts)
        return {i: a for i, a in self._journal.approvals().items() if i in wanted}

    def go(self, order: Order, content: Material, *, playout: Playout | None = None) -> bool:
        """Put an order on air in its own thread; False when it is already running."""
        with self._lock:
            if order.airing_id in self._running:
                return False
            running = _Running(
                order=order,
                signals={zone: self._signal(order, zone) for zone in order.zones},
                duration_s=content.duration_s,
                pulse=self._clock.monotonic(),
            )
            self._running[order.airing_id] = running
        way = playout or self._playout
        self._launch(lambda: self._air(way, order, content, running), f"air-{order.airing_id}")
        return True

    def _air(self, way: Playout, order: Order, content: Material, running: _Running) -> AsRunEntry | None:
        try:
            return way.air(order, content, running.signals.__getitem__)
        finally:
            with self._lock:
                self._running.pop(order.airing_id, None)

    def heard(self, order: Order, progress: Progress) -> None:
        """The pulse of a playing loop: what feeds the watchdog and the status."""
        with self._lock:
            running = self._running.get(order.airing_id)
            if running is not None:
                running.played_s = max(running.played_s, progress.played_s)
                running.level_dbfs = progress.level_dbfs
                running.pulse = self._clock.monotonic()

    def on_air(self) -> tuple[OnAirNow, ...]:
        """What is playing now."""
        with self._lock:
            return tuple(
                OnAirNow(
                    airing_id=r.order.airing_id,
                    title=r.order.title,
                    zones=r.order.zones,
                    played_s=r.played_s,
                    duration_s=r.duration_s,
                    level_dbfs=r.level_dbfs,
                    test=r.order.test,
                )
                for r in self._running.values()
            )

    def stalest_pulse_s(self) -> float:
        """Seconds since the quietest playing loop last moved; 0 when nothing plays."""
        with self._lock:
            pulses = [r.pulse for r in self._running.values() if r.order.at <= self._clock.now()]
        return max((self._clock.monotonic() - p for p in pulses), default=0.0)

    def longest_left_s(self) -> float:
        """Seconds until the longest running airing ends; 0 when nothing plays."""
        with self._lock:
            return max((r.duration_s - r.played_s for r in self._running.values()), default=0.0)

    def stop(self, cause: Cause, zone: ZoneId | None = None) -> tuple[AiringId, ...]:
        """Silence at once: everything, or one zone; what plays in other zones goes on."""
        with self._lock:
            hit = [r for r in self._running.values() if zone is None or zone in r.order.zones]
        for running in hit:
            for place, signal in running.signals.items():
                if zone is None or place == zone:
                    signal.set(cause)
        return tuple(r.order.airing_id for r in hit)

    def air_now(
        self,
        script_id: ScriptId,
        zones: tuple[ZoneId, ...],
        *,
        by: str,
        reason: str,
        priority: Priority,
        repeat: int = 1,
        fresh: Script | None = None,
    ) -> AiringId:
        """Air one approved script at once, by a named person for a stated reason. Raises BroadcasterError when it may not.

        ``fresh`` is that script when it is too new for the files on duty.
        """
        now = self._clock.now()
        verdict = self._trust(now)
        if not verdict.trusted and priority is not Priority.EMERGENCY:
            raise BroadcasterError(f"Chưa phát được: {verdict.reason}.")
        files = self.planner.files
        script = files.scripts.get(script_id) or fresh
        scripts = files.scripts if script is None else {**files.scripts, script_id: script}
        approvals = self._approvals((script_id,))
        clip = self.preparer.clip(script, approvals.get(script_id)) if script else None
        clips = {script_id: clip} if clip is not None and self._clips.verified(clip) else {}
        held = readiness(
            (script_id,),
            day=now.date(),
            scripts=scripts,
            clips=clips,
            approvals=approvals,
            need_approval=self._need_approval,
        )
        if held or script is None:
            raise BroadcasterError(f"Chưa phát được bài “{script_id}”: {self._explain(held)}.")
        content = material((script_id,), scripts, clips, files.settings.mastering, self._chime, repeat=repeat)
        order = Order(
            airing_id=AiringId(f"tay.{script_id}@{now.isoformat(timespec='milliseconds')}"),
            planned=None,
            at=now + timedelta(seconds=0.3),
            latest=now + timedelta(seconds=files.settings.policy.grace_s),
            zones=zones,
            programme=script_id,
            title=script.title,
            priority=priority,
            by=by,
            order_reason=reason,
        )
        if not self.go(order, content):
            raise BroadcasterError("Lệnh phát này vừa được nhận rồi.")
        return order.airing_id


def _order(airing: Airing) -> Order:
    return Order(
        airing_id=airing.id,
        planned=airing.planned,
        at=airing.planned,
        latest=airing.latest,
        zones=airing.zones,
        programme=airing.programme,
        title=airing.title,
        priority=airing.priority,
        start_rule=airing.start_rule,
        within_s=airing.within_s,
        order_reason=airing.note,
    )


def in_thread(task: Callable[[], object], name: str) -> threading.Thread:
    """Launch an airing beside the clockwork; not a daemon thread, so that a row in the writing is finished."""
    thread = threading.Thread(target=task, name=name)
    thread.start()
    return thread


def inline(task: Callable[[], object], name: str) -> None:  # noqa: ARG001 - the shape of a launcher
    """Launch in the caller's own time: a rehearsal has one thread."""
    task()
