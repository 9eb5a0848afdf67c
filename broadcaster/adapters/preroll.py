"""Starting at a set time: a device kept open on silence, its own clock, and sample 0 placed by it.

The way to a start within a fraction of a millisecond is not to begin quickly but to be running already: pairs of (wall clock,
frames heard) are collected while silence plays, their median says which frame leaves the device at the set moment, and the
sound is written at that frame.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Protocol

from broadcaster.adapters.segments import BLOCK_FRAMES, LevelMeter, SegmentReader, silence
from broadcaster.domain.clips import SAMPLE_RATE
from broadcaster.domain.settings import Zone
from broadcaster.errors import SinkError
from broadcaster.ports import Clock, Played, Progress, Segment, Stop

POLL_S = 0.02
LEAD_FRAMES = SAMPLE_RATE // 4
"""Silence kept ahead while nothing is asked: enough to survive a late wake, little enough to start at once."""

PLACING_FRAMES = SAMPLE_RATE * 8 // 10
"""Kept ahead while a set moment is awaited: a starved machine may wake us very late, and is not heard."""

AHEAD_FRAMES = SAMPLE_RATE * 16 // 10
"""Kept ahead while playing, where no moment waits any more and a stop takes back what is not heard yet."""

STALLED_S = 2.0
_SETTLE_FRAMES = SAMPLE_RATE // 4
_TAIL_FRAMES = SAMPLE_RATE // 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """At wall moment ``wall`` (seconds since the epoch) the device had let ``heard`` frames out since it was opened.

    ``taken`` frames have left the buffer we fill: those between it and ``heard`` are the device's own latency, however long.
    While it is not ``running`` (dry, suspended) this says nothing of when other frames leave.
    """

    wall: float
    heard: float
    taken: float
    running: bool = True


class Device(Protocol):
    """One open device that takes frames and tells what it has let out. Every method may raise SinkError when it is lost."""

    @property
    def name(self) -> str: ...

    @property
    def written(self) -> int:
        """Frames taken since it was opened; discarded ones are taken back."""
        ...

    def mark(self) -> Mark | None:
        """A pair newer than the last one returned, or None."""
        ...

    def room(self) -> int:
        """Frames it would take now without blocking."""
        ...

    def write(self, block: bytes) -> None: ...

    def underruns(self) -> int:
        """How often it ran dry since it was opened."""
        ...

    def discard(self) -> None:
        """Drop what has not been heard yet, now."""
        ...

    def close(self) -> None: ...


class DeviceClock:
    """Wall moments of frames, from the median of the newest marks (about the last second and a half)."""

    def __init__(self, size: int = 75, jump_s: float = 0.05) -> None:
        self._offsets: deque[float] = deque(maxlen=size)
        self._jumped: list[float] = []
        self._jump_s = jump_s
        self.heard = 0.0
        self.taken = 0.0

    @property
    def known(self) -> bool:
        """Whether there are enough marks to place a sample."""
        return len(self._offsets) >= 5

    @property
    def told(self) -> bool:
        """Whether there is any mark to tell a moment from."""
        return bool(self._offsets)

    def feed(self, mark: Mark) -> None:
        """Take one mark; three in a row that disagree by more than ``jump_s`` mean the device or the wall clock jumped."""
        self.heard, self.taken = mark.heard, mark.taken
        if not mark.running:
            return
        offset = mark.wall - mark.heard / SAMPLE_RATE
        if self._offsets and abs(offset - median(self._offsets)) > self._jump_s:
            self._jumped.append(offset)
            if len(self._jumped) >= 3:
                self.forget()
            return
        self._jumped.clear()
        self._offsets.append(offset)

    def forget(self) -> None:
        """The device paused: the old marks say nothing any more."""
        self._offsets.clear()
        self._jumped.clear()

    def wall_of(self, frame: float) -> float:
        """When that frame leaves the device, seconds since the epoch."""
        return median(self._offsets) + frame / SAMPLE_RATE

    def frame_at(self, wall: float) -> int:
        """The frame that leaves the device at that moment, rounded to a sample."""
        return round((wall - median(self._offsets)) * SAMPLE_RATE)


class PrerolledStream:
    """A `broadcaster.ports.Stream` over any `Device`: silence from the moment it is made until it is closed."""

    def __init__(self, device: Device, zone: Zone, clock: Clock) -> None:
        self._device = device
        self._zone = zone
        self._feeder = _Feeder(device, clock)
        self._turn = threading.Lock()
        self._closing = threading.Event()
        self._closed = False
        self._lost: SinkError | None = None
        self._idle = threading.Thread(target=self._keep_running, name=f"silence-{zone.id}", daemon=True)
        self._idle.start()

    @property
    def device(self) -> str:
        """The device's stable name."""
        return self._device.name

    def _keep_running(self) -> None:
        while not self._closing.wait(POLL_S):
            if self._turn.acquire(blocking=False):
                try:
                    if self._closed:
                        return
                    self._feeder.idle()
                except SinkError as exc:
                    self._lost = exc
                    return
                finally:
                    self._turn.release()

    def play(
        self, segments: Sequence[Segment], *, at: datetime, stop: Stop, progress: Callable[[Progress], None]
    ) -> Played:
        """See `broadcaster.ports.Stream.play`."""
        with self._turn:
            if self._closed or self._lost is not None:
                reason = self._lost.message if self._lost is not None else "Đường ra loa đã đóng."
                return Played(device=self.device, started=None, ended=None, frames=0, complete=False, error=reason)
            try:
                reader = SegmentReader(segments, gain_db=self._zone.gain_db)
            except SinkError as exc:
                return Played(device=self.device, started=None, ended=None, frames=0, complete=False, error=exc.message)
            with reader:
                item = _Item(self._feeder, reader, _Either(stop, self._closing), progress)
                return item.play(at, timedelta(milliseconds=self._zone.latency_offset_ms))

    def close(self) -> None:
        """Let the device go; a playing under way ends as stopped. Idempotent."""
        self._closing.set()
        with self._turn:
            if not self._closed:
                self._closed = True
                self._device.close()
        self._idle.join()


class _Either:
    """The caller's stop, or this stream being closed."""

    def __init__(self, stop: Stop, closing: threading.Event) -> None:
        self._stop = stop
        self._closing = closing

    def is_set(self) -> bool:
        return self._closing.is_set() or self._stop.is_set()

    def wait(self, timeout: float) -> None:
        if not self._closing.is_set():
            self._stop.wait(timeout)


class _Feeder:
    """Keeps one device fed and its clock read, and sees when it has stopped taking sound."""

    def __init__(self, device: Device, clock: Clock) -> None:
        self.device = device
        self.clock = DeviceClock()
        self._time = clock
        self.underruns = 0
        self._looked_at = self._moved_at = clock.monotonic()

    @property
    def ahead(self) -> float:
        """Frames in the buffer that we fill."""
        return self.device.written - self.clock.taken

    def look(self) -> None:
        """Read the device's clock. SinkError when it has let nothing out for too long."""
        underruns = self.device.underruns()
        if underruns != self.underruns:
            self.underruns = underruns
            self.clock.forget()
        mark = self.device.mark()
        now = self._time.monotonic()
        if now - self._looked_at > STALLED_S / 4:
            self._moved_at = now  # we were away, so the device had nothing to play: not its fault
        self._looked_at = now
        if mark is not None:
            if mark.heard > self.clock.heard:
                self._moved_at = now
            self.clock.feed(mark)
        if now - self._moved_at > STALLED_S:
            raise SinkError(
                "Thiết bị âm thanh đứng yên, không phát ra tiếng.", "Kiểm tra thiết bị có bị tạm ngưng không."
            )

    def idle(self) -> None:
        """One turn of idling."""
        self.look()
        self.keep_lead()

    def keep_lead(self) -> None:
        """Silence up to the lead, as far as there is room."""
        self.silence_to(self.device.written + max(0, int(LEAD_FRAMES - self.ahead)))

    def silence_to(self, frame: int) -> None:
        """Write silence up to that frame, as far as there is room."""
        while (count := min(frame - self.device.written, self.device.room(), BLOCK_FRAMES)) > 0:
            self.device.write(silence(count))

    def discard(self) -> None:
        """Fall silent now."""
        self.device.discard()
        self.clock.forget()


class _Item:
    """One playing, from waiting for its moment to the proof that its last sample was let out."""

    def __init__(
        self, feeder: _Feeder, reader: SegmentReader, stop: _Either, progress: Callable[[Progress], None]
    ) -> None:
        self._feeder = feeder
        self._reader = reader
        self._stop = stop
        self._progress = progress
        self._level = LevelMeter()
        self._first: int | None = None
        self._sent = 0
        self._gaps_before = 0
        self._placed = 0.0
        self._started: float | None = None
        self._error = ""

    def play(self, at: datetime, offset: timedelta) -> Played:
        stopped = False
        try:
            stopped = not (self._place((at - offset).timestamp()) and self._send() and self._drain())
            if stopped:
                self._feeder.look()
                self._note_start(early=True)
                self._feeder.discard()
        except SinkError as exc:
            self._error = exc.message
        return self._played(at, offset)

    def _place(self, wall: float) -> bool:
        """Wait on silence until the frame of that moment is next to be written; False when stopped first."""
        feeder = self._feeder
        while not self._stop.is_set():
            feeder.look()
            if feeder.clock.known:
                frame = feeder.clock.frame_at(wall)
                feeder.silence_to(min(frame, feeder.device.written + int(PLACING_FRAMES - feeder.ahead)))
                if feeder.device.written >= frame:
                    self._first = feeder.device.written
                    self._placed = feeder.clock.wall_of(self._first)
                    self._gaps_before = feeder.underruns
                    return True
            else:
                feeder.keep_lead()
            self._progress(Progress(played_s=0.0, level_dbfs=None))
            self._stop.wait(POLL_S)
        return False

    def _send(self) -> bool:
        """Write every frame, never more than the lead ahead; False when stopped."""
        feeder = self._feeder
        while not self._stop.is_set():
            feeder.look()
            level = LevelMeter()
            while (room := min(int(AHEAD_FRAMES - feeder.ahead), feeder.device.room())) > 0:
                if self._stop.is_set():
                    return False
                block = self._next_block(room)
                if not block:
                    return True
                feeder.device.write(block)
                self._sent += len(block) // 2
                self._level.add(block)
                level.add(block)
            self._tell(level.dbfs)
            self._stop.wait(POLL_S)
        return False

    def _next_block(self, room: int) -> bytes:
        try:
            return self._reader.read(room)
        except SinkError as exc:
            # What was already written is still heard to its end; the row says why there is no more.
            self._error = exc.message
            return b""

    def _drain(self) -> bool:
        """Follow with silence until the device's clock has passed the last frame; False when stopped."""
        feeder = self._feeder
        assert self._first is not None  # noqa: S101 - placed before sent
        end = self._first + self._sent
        while not self._stop.is_set():
            feeder.look()
            if feeder.clock.heard >= end + _TAIL_FRAMES:
                self._tell(None)
                return True
            feeder.keep_lead()
            self._tell(None)
            self._stop.wait(POLL_S)
        return False

    def _heard(self) -> int:
        if self._first is None:
            return 0
        return max(0, min(self._sent, int(self._feeder.clock.heard) - self._first))

    def _tell(self, level: float | None) -> None:
        if self._heard() == 0:
            # Running dry before the first sample makes the start late, which the row says; it is no gap in the words.
            self._gaps_before = self._feeder.underruns
        self._note_start(early=False)
        self._progress(Progress(played_s=self._heard() / SAMPLE_RATE, level_dbfs=level))

    def _note_start(self, *, early: bool) -> None:
        """When sample 0 left: taken a little after it, when the clock has seen both sides of that moment."""
        if self._started is None and self._first is not None and self._heard() >= (1 if early else _SETTLE_FRAMES):
            if self._feeder.clock.told:
                self._started = self._feeder.clock.wall_of(self._first)
            elif early:
                self._started = self._placed

    def _played(self, at: datetime, offset: timedelta) -> Played:
        heard = self._heard()
        self._note_start(early=True)
        complete = not self._error and self._first is not None and heard == self._reader.frames == self._sent
        ended = None
        if self._started is not None and self._first is not None:
            clock = self._feeder.clock
            last = clock.wall_of(self._first + heard) if clock.told else self._started + heard / SAMPLE_RATE
            ended = _moment(max(last, self._started), at) + offset
        return Played(
            device=self._feeder.device.name,
            started=None if self._started is None else _moment(self._started, at) + offset,
            ended=ended,
            frames=heard,
            complete=complete,
            gaps=self._feeder.underruns - self._gaps_before if self._first is not None else 0,
            level_dbfs=self._level.dbfs,
            error=self._error,
        )


def _moment(wall: float, like: datetime) -> datetime:
    return datetime.fromtimestamp(wall, like.tzinfo or UTC)
