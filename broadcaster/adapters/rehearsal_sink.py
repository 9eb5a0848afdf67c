"""Rehearsal doubles of time and loudspeakers: a clock that moves itself, and a sink that only writes down."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from broadcaster.adapters.wav_file import read_shape
from broadcaster.domain.calendar import ZoneId
from broadcaster.domain.clips import SAMPLE_RATE
from broadcaster.errors import SinkError
from broadcaster.ports import Clock, Played, Progress, Segment, Stop, Stream


class RehearsalClock:
    """A `broadcaster.ports.Clock` that stands still until someone sleeps or moves it; ``sync`` is what `synchronised` says."""

    def __init__(self, start: datetime, *, sync: bool | None = True) -> None:
        if start.tzinfo is None:
            raise ValueError("start must be aware")
        self._zone = start.tzinfo
        self._lock = threading.Lock()
        self._wall = start.astimezone(UTC)
        self._monotonic = 0.0
        self.sync = sync

    def now(self) -> datetime:
        """Wall time in the zone of the start."""
        return self._wall.astimezone(self._zone)

    def monotonic(self) -> float:
        """Seconds slept and advanced so far; steps of the wall clock do not count."""
        return self._monotonic

    def synchronised(self) -> bool | None:
        """What ``sync`` was set to."""
        return self.sync

    def sleep(self, seconds: float) -> None:
        """Move forward at once."""
        if seconds > 0:
            with self._lock:
                self._wall += timedelta(seconds=seconds)
                self._monotonic += seconds

    def move_to(self, moment: datetime) -> None:
        """Let time pass until ``moment``; nothing when it is past."""
        self.sleep((moment - self._wall).total_seconds())

    def step(self, seconds: float) -> None:
        """Set the wall clock forward or back, as a person or NTP would: the monotonic clock does not notice."""
        with self._lock:
            self._wall += timedelta(seconds=seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One playing as the rehearsal loudspeakers had it: what, from when, and how much of it."""

    zone: ZoneId
    segments: tuple[Segment, ...]
    at: datetime
    started: datetime
    played: Played


def _length_on_disk(path: Path) -> float:
    return read_shape(path).seconds


class RehearsalSink:
    """A silent `broadcaster.ports.Sink` on a rehearsal clock; one playing costs the same however long it is.

    Faults are set on it: ``missing`` or ``missing_until`` make ``open`` fail, ``fail_after_s`` loses the device after that much
    sound of every playing, once when ``fail_once``. ``length_of`` gives seconds for a path, so no file is needed. With
    ``step_s`` time moves in such steps and a stop is seen between them.
    """

    def __init__(
        self,
        zone_id: ZoneId,
        clock: Clock,
        *,
        length_of: Callable[[Path], float] = _length_on_disk,
        step_s: float | None = None,
    ) -> None:
        self.zone_id = zone_id
        self.clock = clock
        self.length_of = length_of
        self.step_s = step_s
        self.missing = False
        self.missing_until: datetime | None = None
        self.fail_after_s: float | None = None
        self.fail_once = False
        self.opened = 0
        self.heard: list[Heard] = []

    def describe(self) -> str:
        """A name no real device has."""
        return f"rehearsal:{self.zone_id}"

    def open(self) -> Stream:
        """SinkError while a fault says so."""
        if self.missing or (self.missing_until is not None and self.clock.now() < self.missing_until):
            raise SinkError(f"Không thấy loa «{self.describe()}».", "Đây là lỗi đặt trước của buổi diễn tập.")
        self.opened += 1
        return RehearsalStream(self)

    def take_fault(self) -> float | None:
        """After how many seconds the playing that begins now is to fail."""
        fault = self.fail_after_s
        if self.fail_once:
            self.fail_after_s, self.fail_once = None, False
        return fault


class RehearsalStream:
    """An opening of a `RehearsalSink`."""

    def __init__(self, sink: RehearsalSink) -> None:
        self._sink = sink
        self._closed = False
        self.device = sink.describe()

    def play(
        self, segments: Sequence[Segment], *, at: datetime, stop: Stop, progress: Callable[[Progress], None]
    ) -> Played:
        """See `broadcaster.ports.Stream.play`; no sound is read and the level is not known."""
        sink = self._sink
        if self._closed:
            return self._nothing("Đường ra loa đã đóng.")
        try:
            total = sum(self._frames(segment) for segment in segments)
        except SinkError as exc:
            return self._nothing(exc.message)
        if not self._pass((at - sink.clock.now()).total_seconds(), stop, lambda _: None):
            return self._nothing("")
        if total == 0:
            return Played(device=self.device, started=None, ended=None, frames=0, complete=True)
        return self._sound(tuple(segments), total, at, stop, progress)

    def _sound(
        self, segments: tuple[Segment, ...], total: int, at: datetime, stop: Stop, progress: Callable[[Progress], None]
    ) -> Played:
        sink = self._sink
        started, begun = sink.clock.now(), sink.clock.monotonic()
        fault = sink.take_fault()
        lost = fault is not None and fault * SAMPLE_RATE < total
        planned_s = fault if lost and fault is not None else total / SAMPLE_RATE

        def tell(passed_s: float) -> None:
            progress(Progress(played_s=min(passed_s, total / SAMPLE_RATE), level_dbfs=None))

        finished = self._pass(planned_s, stop, tell)
        passed_s = planned_s if finished else sink.clock.monotonic() - begun
        frames = min(total, round(passed_s * SAMPLE_RATE))
        played = Played(
            device=self.device,
            started=started if frames else None,
            ended=started + timedelta(seconds=frames / SAMPLE_RATE) if frames else None,
            frames=frames,
            complete=finished and not lost,
            error="Loa diễn tập vừa mất khi đang phát." if finished and lost else "",
        )
        sink.heard.append(Heard(zone=sink.zone_id, segments=segments, at=at, started=started, played=played))
        return played

    def _frames(self, segment: Segment) -> int:
        seconds = segment.seconds if segment.path is None else self._sink.length_of(segment.path)
        return round(seconds * SAMPLE_RATE)

    def _pass(self, seconds: float, stop: Stop, tell: Callable[[float], None]) -> bool:
        """Let time pass; False when stopped before its end."""
        passed = 0.0
        while not stop.is_set():
            if passed >= seconds:
                return True
            step = seconds - passed if self._sink.step_s is None else min(self._sink.step_s, seconds - passed)
            self._sink.clock.sleep(step)
            passed += step
            tell(passed)
        return False

    def _nothing(self, error: str) -> Played:
        return Played(device=self.device, started=None, ended=None, frames=0, complete=False, error=error)

    def close(self) -> None:
        """Idempotent."""
        self._closed = True
