"""Doubles for rehearsals and tests: a voice that hums at the right pace, mastering that only counts, clips in memory."""

import hashlib
import math
import struct
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from broadcaster.adapters.speakable import syllable_count, utterance
from broadcaster.domain.clips import BYTES_PER_FRAME, SAMPLE_RATE, Clip, ClipIndex, Pcm
from broadcaster.domain.settings import MasteringSettings
from broadcaster.errors import RecordError, SynthesisError
from broadcaster.ports import Mastered

_RATE = 8_000


class ToneVoice:
    """One hum a syllable, exactly at the rate asked; ``failing`` makes it a voice that has no sound now."""

    def __init__(self, *, name: str = "tone", failing: bool = False) -> None:
        self._name = name
        self.failing = failing

    @property
    def name(self) -> str:
        """As it stands in the chain."""
        return self._name

    @property
    def fingerprint(self) -> str:
        """Constant."""
        return f"{self._name}:rehearsal:1"

    def synthesize(self, words: str, *, rate: int, language: str) -> Pcm:
        """Syllables as hums, 80 % sound and 20 % silence each."""
        spoken = utterance(words)
        if self.failing:
            raise SynthesisError("Giọng đọc thử đang tắt.", "Bật lại giọng đọc.")
        if not language.isalpha():
            raise SynthesisError(f"Không có ngôn ngữ «{language}».", retry=False)
        return Pcm(rate=_RATE, frames=_hum(round(_RATE * 60 / rate)) * max(1, syllable_count(spoken)))

    def close(self) -> None:
        """Nothing is held."""


@lru_cache(maxsize=64)
def _hum(frames: int) -> bytes:
    sounding = frames * 4 // 5
    wave = array("h", bytes(2 * frames))
    for i in range(sounding):
        wave[i] = round(9000 * math.sin(math.pi * i / sounding) * math.sin(2 * math.pi * 220 * i / _RATE))
    return wave.tobytes()


class CountingMastering:
    """Writes a WAV of the right length whose silence takes no disk, marked by a digest of what went in."""

    def __init__(self, settings: MasteringSettings) -> None:
        self._settings = settings

    @property
    def fingerprint(self) -> str:
        """Never that of the real chain."""
        return f"rehearsal:{self._settings.loudness_lufs:g}"

    def master(self, parts: Sequence[tuple[Pcm, float]], destination: Path) -> Mastered:
        """As long as the parts are."""
        digest = hashlib.sha256()
        frames = 0
        for sound, silence_s in parts:
            digest.update(sound.frames + struct.pack("<d", silence_s))
            heard = len(sound.frames) // BYTES_PER_FRAME * SAMPLE_RATE // sound.rate
            frames += heard + round(max(0.0, silence_s) * SAMPLE_RATE)
        if not any(any(sound.frames) for sound, _ in parts):
            raise SynthesisError("Đoạn âm thanh không có tiếng.", retry=False)
        return self._write(destination, frames, digest.digest())

    def master_recording(self, source: Path, destination: Path, *, repeat: int = 1, gap_s: float = 0.0) -> Mastered:
        """A minute for any recording."""
        try:
            digest = hashlib.sha256(source.read_bytes()).digest()
        except OSError as error:
            raise SynthesisError(f"Không mở được bản ghi «{source.name}».", retry=False) from error
        frames = repeat * 60 * SAMPLE_RATE + round((repeat - 1) * gap_s * SAMPLE_RATE)
        return self._write(destination, frames, digest)

    def chime(self, destination: Path) -> Mastered:
        """Two seconds."""
        return self._write(destination, 2 * SAMPLE_RATE, hashlib.sha256(b"chime").digest())

    def _write(self, destination: Path, frames: int, mark: bytes) -> Mastered:
        size = max(frames * BYTES_PER_FRAME, len(mark))
        format_chunk = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, SAMPLE_RATE, SAMPLE_RATE * 2, 2, 16)
        header = struct.pack("<4sI4s", b"RIFF", 36 + size, b"WAVE") + format_chunk + struct.pack("<4sI", b"data", size)
        with destination.open("wb") as file:
            file.write(header + mark)
            file.truncate(len(header) + size)
        with destination.open("rb") as file:
            written = hashlib.file_digest(file, "sha256").hexdigest()
        return Mastered(
            frames=size // BYTES_PER_FRAME,
            loudness_lufs=self._settings.loudness_lufs,
            true_peak_dbtp=self._settings.true_peak_dbtp,
            audio_sha256=written,
        )


class MemoryClips:
    """Clips that are only remembered; ``folder`` takes the renderings, which stay where they were made."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._clips: dict[str, Clip] = {}
        self._count = 0

    def get(self, key: str) -> Clip | None:
        """The clip of that key."""
        return self._clips.get(key)

    def by_audio(self, audio_sha256: str) -> Clip | None:
        """Any clip with that sound."""
        return next((clip for clip in self.all() if clip.audio_sha256 == audio_sha256), None)

    def index(self) -> ClipIndex:
        """Every clip remembered."""
        return ClipIndex(by_key=dict(self._clips), by_audio={c.audio_sha256: c for c in reversed(list(self.all()))})

    def add(self, clip: Clip, rendered: Path) -> Clip:
        """Remember; the same sound under a second key keeps its first file."""
        known = self.by_audio(clip.audio_sha256)
        if known is not None and self.verified(known):
            kept = replace(clip, path=known.path)
            if rendered.exists() and rendered != Path(known.path):
                rendered.unlink()
        elif rendered.exists() and _digest(rendered) == clip.audio_sha256:
            kept = replace(clip, path=str(rendered.rename(self._folder / f"{clip.audio_sha256}.wav")))
        else:
            raise RecordError(f"Không thấy tệp âm thanh vừa tạo cho «{clip.script_id}».", "Chạy lại.")
        self._clips[clip.key] = kept
        return kept

    def workplace(self) -> Path:
        """A fresh path."""
        self._count += 1
        return self._folder / f"work-{self._count}.wav"

    def verified(self, clip: Clip) -> bool:
        """Whether the file still has the digest."""
        path = self._folder / f"{clip.audio_sha256}.wav"
        return path.is_file() and _digest(path) == clip.audio_sha256

    def all(self) -> Iterable[Clip]:
        """By key."""
        return [self._clips[key] for key in sorted(self._clips)]

    def remove(self, clip: Clip) -> None:
        """Forget the key; the sound goes with its last key."""
        self._clips.pop(clip.key, None)
        if self.by_audio(clip.audio_sha256) is None:
            (self._folder / f"{clip.audio_sha256}.wav").unlink(missing_ok=True)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
