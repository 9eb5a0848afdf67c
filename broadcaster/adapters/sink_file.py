"""Loudspeakers replaced by a WAV file: where there is no sound card, and where sound must not be heard."""

import errno
import os
import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from broadcaster.adapters.segments import LevelMeter, SegmentReader
from broadcaster.adapters.wav_file import header
from broadcaster.domain.clips import SAMPLE_RATE
from broadcaster.domain.settings import Zone
from broadcaster.errors import SinkError
from broadcaster.ports import Clock, Played, Progress, Segment, Stop, Stream

_POLL_S = 0.05
_HEADER_EVERY = SAMPLE_RATE
_UNSAFE = re.compile(r"[^\w-]+")


class FileSink:
    """Writes each airing of one zone to its own file in ``directory``, at the pace of the clock it is given."""

    def __init__(self, zone: Zone, clock: Clock, directory: Path) -> None:
        self._zone = zone
        self._clock = clock
        self._directory = directory

    def describe(self) -> str:
        """``file`` and the folder's name."""
        return f"file:{self._directory.name}"

    def open(self) -> Stream:
        """SinkError when the folder cannot be made or written."""
        try:
            self._directory.mkdir(parents=True, exist_ok=True)
        except OSError as exc:
            raise _refused(self._directory, exc) from None
        if not os.access(self._directory, os.W_OK | os.X_OK):
            raise _refused(self._directory, PermissionError(errno.EACCES, os.strerror(errno.EACCES)))
        return FileStream(self._zone, self._clock, self._directory)


class FileStream:
    """A `broadcaster.ports.Stream` into files named by the moment of the first sample and the zone.

    The amplifier's latency does not apply. The header is brought up to date every second, so a file cut off by a crash is
    a valid WAV short of at most its last second.
    """

    def __init__(self, zone: Zone, clock: Clock, directory: Path) -> None:
        self._zone = zone
        self._clock = clock
        self._directory = directory
        self._turn = threading.Lock()
        self._closing = threading.Event()
        self._closed = False
        self.device = f"file:{directory.name}"

    def play(
        self, segments: Sequence[Segment], *, at: datetime, stop: Stop, progress: Callable[[Progress], None]
    ) -> Played:
        """See `broadcaster.ports.Stream.play`."""
        with self._turn:
            work = _Work(device=self.device)
            try:
                if self._closed:
                    raise SinkError("Đường ra tệp đã đóng.")
                with SegmentReader(segments, gain_db=self._zone.gain_db) as reader:
                    if self._wait(at, stop, progress):
                        self._write(reader, at, stop, progress, work)
            except SinkError as exc:
                work.error = exc.message
            return work.played()

    def close(self) -> None:
        """A playing under way ends as stopped. Idempotent."""
        self._closing.set()
        with self._turn:
            self._closed = True

    def _stopped(self, stop: Stop) -> bool:
        return self._closing.is_set() or stop.is_set()

    def _wait(self, at: datetime, stop: Stop, progress: Callable[[Progress], None]) -> bool:
        """Wait for the moment; False when stopped first."""
        while not self._stopped(stop):
            left = (at - self._clock.now()).total_seconds()
            if left <= 0:
                return True
            progress(Progress(played_s=0.0, level_dbfs=None))
            self._clock.sleep(min(left, _POLL_S))
        return False

    def _write(
        self, reader: SegmentReader, at: datetime, stop: Stop, progress: Callable[[Progress], None], work: "_Work"
    ) -> None:
        started = self._clock.now().astimezone(at.tzinfo)
        begun = self._clock.monotonic()
        try:
            with self._fresh(started) as file:
                work.device = f"file:{Path(file.name).name}"
                try:
                    while not self._stopped(stop) and (block := reader.read(SAMPLE_RATE)):
                        _append(file, block, work)
                        work.started = started
                        work.ended = started + timedelta(seconds=work.frames / SAMPLE_RATE)
                        if not self._pace(begun + work.frames / SAMPLE_RATE, stop):
                            break
                        progress(Progress(played_s=work.frames / SAMPLE_RATE, level_dbfs=work.latest))
                finally:
                    _seal(file, work.frames)
        except OSError as exc:
            raise _refused(self._directory, exc) from None
        work.complete = work.frames == reader.frames and not self._stopped(stop)

    def _pace(self, until: float, stop: Stop) -> bool:
        """Let the sound's own time pass; False when stopped meanwhile."""
        while (left := until - self._clock.monotonic()) > 0:
            if self._stopped(stop):
                return False
            self._clock.sleep(min(left, _POLL_S))
        return True

    def _fresh(self, started: datetime) -> BinaryIO:
        """A new file; never one that is there already."""
        stem = f"{started:%Y-%m-%dT%H-%M-%S%z}_{_UNSAFE.sub('-', str(self._zone.id))}"
        for number in range(1, 1000):
            name = f"{stem}.wav" if number == 1 else f"{stem}-{number}.wav"
            try:
                file = (self._directory / name).open("xb")
            except FileExistsError:
                continue
            file.write(header(0))
            return file
        raise SinkError(f"Thư mục {self._directory.name} đã có quá nhiều tệp tên {stem}.", "Dọn bớt tệp cũ.")


@dataclass(slots=True, kw_only=True)
class _Work:
    """What has been written so far."""

    device: str
    started: datetime | None = None
    ended: datetime | None = None
    frames: int = 0
    complete: bool = False
    error: str = ""
    latest: float | None = None
    level: LevelMeter | None = None

    def played(self) -> Played:
        return Played(
            device=self.device,
            started=self.started,
            ended=self.ended,
            frames=self.frames,
            complete=self.complete,
            level_dbfs=None if self.level is None else self.level.dbfs,
            error=self.error,
        )


def _append(file: BinaryIO, block: bytes, work: _Work) -> None:
    file.write(block)
    file.flush()
    before = work.frames // _HEADER_EVERY
    work.frames += len(block) // 2
    work.level = work.level or LevelMeter()
    work.level.add(block)
    latest = LevelMeter()
    latest.add(block)
    work.latest = latest.dbfs
    if work.frames // _HEADER_EVERY != before:
        _seal(file, work.frames)


def _seal(file: BinaryIO, frames: int) -> None:
    file.seek(0)
    file.write(header(frames))
    file.seek(0, os.SEEK_END)
    file.flush()


def _refused(directory: Path, exc: OSError) -> SinkError:
    if exc.errno in {errno.ENOSPC, errno.EDQUOT}:
        return SinkError("Ổ đĩa đầy, không ghi được âm thanh.", "Xoá bớt tệp cũ trong thư mục ghi âm.")
    return SinkError(
        f"Không ghi được âm thanh vào thư mục {directory.name}: {exc.strerror}.", "Kiểm tra ổ đĩa và quyền ghi thư mục."
    )
