"""The shape of a clip's WAV file: reading its header without its sound, and writing one that stays valid."""

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from broadcaster.domain.clips import BYTES_PER_FRAME, SAMPLE_RATE
from broadcaster.errors import SinkError

HEADER_BYTES = 44
_MAX_DATA = 0xFFFF_FFFF - HEADER_BYTES
_PCM = 1
_EXTENSIBLE = 0xFFFE
_SUPPORTED = (1, SAMPLE_RATE, 16)
_MAX_CHUNKS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class WavShape:
    """Where the frames of a clip lie in its file, and how many the file really holds."""

    data_offset: int
    frames: int

    @property
    def seconds(self) -> float:
        """Exact length."""
        return self.frames / SAMPLE_RATE


def read_shape(path: Path) -> WavShape:
    """Read the header only (constant cost). SinkError when the file is missing, cut short, or not 48 kHz mono s16le."""
    try:
        with path.open("rb") as file:
            return _shape_of(file, path)
    except FileNotFoundError:
        raise SinkError(
            f"Không thấy tệp âm thanh {path.name}.", "Chạy «broadcaster prepare» để tạo lại tệp rồi phát lại."
        ) from None
    except OSError as exc:
        raise SinkError(
            f"Không đọc được tệp âm thanh {path.name}: {exc.strerror}.", "Kiểm tra ổ đĩa và quyền đọc tệp."
        ) from None


def _shape_of(file: BinaryIO, path: Path) -> WavShape:
    size = file.seek(0, 2)
    file.seek(0)
    head = file.read(12)
    if len(head) < 12 or head[:4] != b"RIFF" or head[8:] != b"WAVE":
        raise _unusable(path, "không phải tệp WAV")
    known = False
    for _ in range(_MAX_CHUNKS):
        chunk = file.read(8)
        if len(chunk) < 8:
            break
        name, length = chunk[:4], int.from_bytes(chunk[4:], "little")
        if name == b"fmt ":
            known = _is_supported(file.read(min(length, 64)), path)
            file.seek(max(0, length - 64) + length % 2, 1)
        elif name == b"data":
            if not known:
                raise _unusable(path, "phần đầu tệp không nói dạng âm thanh")
            offset = file.tell()
            if offset + length > size:
                raise _unusable(path, "tệp bị cụt, thiếu phần cuối")
            return WavShape(data_offset=offset, frames=length // BYTES_PER_FRAME)
        else:
            file.seek(length + length % 2, 1)
    raise _unusable(path, "không có phần âm thanh")


def _is_supported(fmt: bytes, path: Path) -> bool:
    if len(fmt) < 16:
        raise _unusable(path, "phần đầu tệp bị hỏng")
    tag, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", fmt)
    if tag not in {_PCM, _EXTENSIBLE} or (channels, rate, bits) != _SUPPORTED:
        raise _unusable(path, f"cần 48 kHz, 1 kênh, 16 bit; tệp có {rate} Hz, {channels} kênh, {bits} bit")
    return True


def _unusable(path: Path, why: str) -> SinkError:
    return SinkError(
        f"Tệp âm thanh {path.name} không dùng được: {why}.", "Chạy «broadcaster prepare» để tạo lại tệp rồi phát lại."
    )


def header(frames: int) -> bytes:
    """The 44 bytes before ``frames`` frames of 48 kHz mono s16le; a file past 4 GiB states the largest length there is."""
    data = min(frames * BYTES_PER_FRAME, _MAX_DATA)
    return struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        b"RIFF", data + HEADER_BYTES - 8, b"WAVE", b"fmt ", 16, _PCM, 1, SAMPLE_RATE,
        SAMPLE_RATE * BYTES_PER_FRAME, BYTES_PER_FRAME, 16, b"data", data,
    )  # fmt: skip
