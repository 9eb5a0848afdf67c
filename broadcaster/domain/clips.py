"""Clips: rendered sound named by its content, with its true length and loudness."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from broadcaster.domain.scripts import ScriptId

SAMPLE_RATE = 48_000
"""Frames a second of every clip and stream: mono, signed 16-bit little-endian."""

BYTES_PER_FRAME = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """One rendered sound on disk: a WAV file (48 kHz, mono, s16le) at ``path``.

    ``key`` names what it was made from (words or recording, voice and version, mastering), so unchanged text costs nothing.
    ``audio_sha256`` names the file's bytes, and approval binds it. Loudness is LUFS, peak dBTP, both measured after rendering.
    """

    key: str
    audio_sha256: str
    path: str
    script_id: ScriptId
    text_sha256: str
    voice: str
    frames: int
    loudness_lufs: float
    true_peak_dbtp: float
    syllables: int

    @property
    def duration_s(self) -> float:
        """Exact length in seconds."""
        return self.frames / SAMPLE_RATE


@dataclass(frozen=True, slots=True, kw_only=True)
class Pcm:
    """Raw sound in memory: mono s16le frames at ``rate`` Hz; for short clips only, never a whole programme."""

    rate: int
    frames: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipIndex:
    """Every clip of a moment, by the key it was made for and by the digest of its sound; ``mark`` differs when they do."""

    by_key: Mapping[str, Clip] = field(default_factory=dict)
    by_audio: Mapping[str, Clip] = field(default_factory=dict)
    mark: tuple[int, ...] = ()
