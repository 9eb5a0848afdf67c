"""Recordings the officer placed (wav, mp3, ogg, flac), decoded by miniaudio: whole for short ones, by blocks for any."""

from collections.abc import Iterator
from pathlib import Path

import miniaudio
import numpy as np

from broadcaster.adapters.recording_heads import HEAD, RECORDING_SUFFIXES, SHORTEST_S, WAY_OUT, is_opus, true_suffix
from broadcaster.adapters.samples import Samples
from broadcaster.domain.clips import SAMPLE_RATE, Pcm
from broadcaster.errors import SynthesisError

FAINTEST = 0.003
"""Full-scale share (−50 dB) under which a recording is taken for silence."""

_FRAMES = 1 << 17


class MiniaudioRecordings:
    """Decodes what a person placed; every refusal says why and what to do."""

    def decode(self, path: Path) -> Pcm:
        """The whole recording as mono at 48 kHz. For short ones; Mastering streams any length from its path."""
        checked(path)
        return Pcm(
            rate=SAMPLE_RATE,
            frames=b"".join(
                np.rint(np.clip(b, -1, 32767 / 32768) * 32768).astype("<i2").tobytes() for b in blocks(path)
            ),
        )


def checked(path: Path) -> float:
    """Seconds of sound in the recording, once it has been decoded to its end. Raises SynthesisError(retry=False) otherwise."""
    _check_name(path)
    frames, peak = 0, 0.0
    for block in blocks(path):
        frames += block.size
        peak = max(peak, float(np.abs(block).max(initial=0.0)))
    seconds = frames / SAMPLE_RATE
    if seconds < SHORTEST_S:
        raise _refusal(path, f"chỉ dài {seconds:.2f} giây".replace(".", ","), "Thu lại bản ghi dài hơn.")
    if peak < FAINTEST:
        raise _refusal(path, "không có tiếng hoặc tiếng quá nhỏ", "Nghe lại bản ghi; thu lại gần micrô hơn.")
    return seconds


def blocks(path: Path) -> Iterator[Samples]:
    """The recording from its start in blocks of 48 kHz, its channels mixed to one."""
    try:
        stream = miniaudio.stream_file(
            str(path),
            output_format=miniaudio.SampleFormat.FLOAT32,
            nchannels=1,
            sample_rate=SAMPLE_RATE,
            frames_to_read=_FRAMES,
        )
        for block in stream:
            yield np.nan_to_num(np.frombuffer(block, dtype=np.float32), posinf=1.0, neginf=-1.0)
    except miniaudio.MiniaudioError as error:
        raise _refusal(path, "không giải mã được", WAY_OUT) from error


def _check_name(path: Path) -> None:
    """Readable, not empty, and what its name says it is."""
    suffix = path.suffix.lower()
    if suffix not in RECORDING_SUFFIXES:
        raise _refusal(path, "không phải tệp wav, mp3, ogg hay flac", WAY_OUT)
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
    except OSError as error:
        raise _refusal(path, f"không mở được ({error.strerror})", "Kiểm tra tên tệp và quyền đọc.") from error
    if not head:
        raise _refusal(path, "là tệp rỗng", "Chép lại tệp vào thư mục audio_scripts.")
    found = true_suffix(head)
    if found is None:
        raise _refusal(path, "không phải âm thanh", WAY_OUT)
    if found != suffix:
        raise _refusal(path, f"thật ra là tệp {found}", f"Đổi đuôi tên tệp thành {found}.")
    if suffix == ".ogg" and is_opus(head):
        raise _refusal(path, "là âm thanh Opus, chương trình chỉ đọc ogg Vorbis", WAY_OUT)


def _refusal(path: Path, reason: str, hint: str) -> SynthesisError:
    return SynthesisError(f"Bản ghi «{path.name}» {reason}.", hint, retry=False)
