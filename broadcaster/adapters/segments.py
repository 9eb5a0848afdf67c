"""Sound of an airing read from disk in order, block by block: never a whole file in memory."""

import math
from collections.abc import Sequence
from types import TracebackType
from typing import BinaryIO, Self

import numpy as np

from broadcaster.adapters.wav_file import WavShape, read_shape
from broadcaster.domain.clips import BYTES_PER_FRAME, SAMPLE_RATE
from broadcaster.errors import SinkError
from broadcaster.ports import Segment

BLOCK_FRAMES = SAMPLE_RATE // 10
"""The longest block ever handed out: 100 ms."""

SILENT_DBFS = -120.0
"""What digital silence is said to measure, so that a level is always a number."""

_FULL_SCALE = 32_768.0
_ZEROS = bytes(BLOCK_FRAMES * BYTES_PER_FRAME)


def silence(frames: int) -> bytes:
    """Up to one block of silence."""
    return _ZEROS[: max(0, frames) * BYTES_PER_FRAME]


def amplify(block: bytes, gain_db: float) -> bytes:
    """The block made louder or softer; a sample past full scale stays at full scale and never wraps."""
    if gain_db == 0.0:
        return block
    samples = np.frombuffer(block, dtype="<i2").astype(np.float32) * np.float32(10.0 ** (gain_db / 20.0))
    return bytes(np.clip(np.rint(samples), -32_768, 32_767).astype("<i2").tobytes())


class LevelMeter:
    """RMS level in dBFS (0 dBFS: a full-scale square wave) of every block it was shown; None before the first."""

    def __init__(self) -> None:
        self._squares = 0.0
        self._frames = 0

    def add(self, block: bytes) -> None:
        """Count one block."""
        samples = np.frombuffer(block, dtype="<i2").astype(np.float32)
        self._squares += float(np.dot(samples, samples))
        self._frames += len(samples)

    @property
    def dbfs(self) -> float | None:
        """The level so far."""
        if not self._frames:
            return None
        rms = math.sqrt(self._squares / self._frames) / _FULL_SCALE
        return max(SILENT_DBFS, 20.0 * math.log10(rms)) if rms > 0 else SILENT_DBFS


class SegmentReader:
    """The segments as one continuous sound of ``frames`` frames, with the zone's gain applied.

    Every header is read when it is made, so a missing or wrong file is a SinkError before any sound; a file that changes
    or breaks on the way is a SinkError from ``read``.
    """

    def __init__(self, segments: Sequence[Segment], *, gain_db: float = 0.0) -> None:
        self._gain_db = gain_db
        self._parts: list[tuple[Segment, WavShape]] = [(segment, _shape(segment)) for segment in segments]
        self.frames = sum(shape.frames for _, shape in self._parts)
        self._next = 0
        self._left = 0
        self._file: BinaryIO | None = None

    def read(self, frames: int) -> bytes:
        """The next block of at most ``frames`` and at most 100 ms; empty at the end."""
        while self._left == 0:
            self.close()
            if self._next >= len(self._parts):
                return b""
            segment, shape = self._parts[self._next]
            self._next += 1
            self._left = shape.frames
            if segment.path is not None and shape.frames:
                self._file = self._opened(segment, shape)
        count = min(frames, self._left, BLOCK_FRAMES)
        block = silence(count) if self._file is None else self._taken(self._file, count)
        self._left -= count
        return block

    def _opened(self, segment: Segment, shape: WavShape) -> BinaryIO:
        assert segment.path is not None  # noqa: S101 - the caller has just looked
        try:
            file = segment.path.open("rb")
            file.seek(shape.data_offset)
        except OSError as exc:
            raise SinkError(f"Không đọc được tệp âm thanh {segment.path.name}: {exc.strerror}.") from None
        return file

    def _taken(self, file: BinaryIO, count: int) -> bytes:
        try:
            block = file.read(count * BYTES_PER_FRAME)
        except OSError as exc:
            raise SinkError(f"Đang phát thì không đọc được tệp âm thanh: {exc.strerror}.") from None
        if len(block) != count * BYTES_PER_FRAME:
            raise SinkError("Tệp âm thanh bị cụt hoặc bị thay đổi khi đang phát.")
        return amplify(block, self._gain_db)

    def close(self) -> None:
        """Let go of the file being read; idempotent."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _shape(segment: Segment) -> WavShape:
    if segment.path is not None:
        return read_shape(segment.path)
    if not math.isfinite(segment.seconds) or segment.seconds < 0:
        raise SinkError(f"Khoảng lặng {segment.seconds} giây không hợp lệ.")
    return WavShape(data_offset=0, frames=round(segment.seconds * SAMPLE_RATE))
