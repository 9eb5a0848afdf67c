"""The mastering chain: pydub joins and dresses short clips, long recordings stream; everything leaves at one loudness."""

import warnings
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from broadcaster.adapters.chime import chime_samples
from broadcaster.adapters.levelling import BLOCK, Source, Target, write_levelled
from broadcaster.adapters.mastering_version import fingerprint_of
from broadcaster.adapters.recordings import blocks, checked
from broadcaster.adapters.samples import Samples, from_pcm, resampled, sounding, trimmed
from broadcaster.adapters.speech_band import SpeechBand
from broadcaster.domain.clips import SAMPLE_RATE, Pcm
from broadcaster.domain.settings import MasteringSettings
from broadcaster.errors import SynthesisError
from broadcaster.ports import Mastered

with warnings.catch_warnings():
    # pydub looks for a system ffmpeg and imports audioop as it loads; it is given decoded samples and needs neither notice.
    warnings.simplefilter("ignore")
    from pydub import AudioSegment

_FADE = 144
"""Samples (3 ms): a raised cosine at each cut. pydub's own fade falls in dB and is over within a third of a millisecond."""

_RAMP: Samples = (np.sin(np.linspace(0, np.pi / 2, _FADE)) ** 2).astype(np.float32)
_WIDTH = 4
_FULL_SCALE = 2**31 - 128
"""The largest 32-bit sample that a float32 holds exactly."""


class PydubMastering:
    """Levels to ``loudness_lufs`` ±0.5 with a true peak of at most ``true_peak_dbtp``, measured on the file written."""

    def __init__(self, settings: MasteringSettings) -> None:
        self._settings = settings
        self._target = Target(lufs=settings.loudness_lufs, dbtp=settings.true_peak_dbtp)

    @property
    def fingerprint(self) -> str:
        """Settings that change the sound, and the version of the chain."""
        return fingerprint_of(self._settings)

    def master(self, parts: Sequence[tuple[Pcm, float]], destination: Path) -> Mastered:
        """Join ``(sound, silence after it in s)``; the sounds' own silences at their ends go, so the pauses are as asked.

        A sound of no frames stands for silence alone (a lead-in). Raises SynthesisError when nothing is heard at all.
        """
        joined = _joined([_dressed(sound, silence_s) for sound, silence_s in parts])
        return write_levelled(self._banded(partial(_sliced, joined)), self._target, destination)

    def master_recording(self, source: Path, destination: Path, *, repeat: int = 1, gap_s: float = 0.0) -> Mastered:
        """Level a recording of any length in flat memory, said ``repeat`` times with ``gap_s`` of silence between."""
        checked(source)

        def turns() -> Iterator[Samples]:
            for turn in range(repeat):
                if turn:
                    yield np.zeros(round(gap_s * SAMPLE_RATE), dtype=np.float32)
                yield from _eased(blocks(source))

        return write_levelled(self._banded(turns), self._target, destination)

    def chime(self, destination: Path) -> Mastered:
        """Three bell notes of about two seconds at the same loudness."""
        return write_levelled(self._banded(partial(_sliced, chime_samples())), self._target, destination)

    def _banded(self, source: Source) -> Source:
        if not self._settings.speech_band:
            return source

        def filtered() -> Iterator[Samples]:
            band = SpeechBand()
            for block in source():
                yield band.push(block)
            yield band.finish()

        return filtered


def _dressed(sound: Pcm, silence_s: float) -> AudioSegment:
    """One piece at 48 kHz in 32 bits, its ends eased over 3 ms, with its silence behind it."""
    samples = trimmed(resampled(from_pcm(sound), sound.rate), SAMPLE_RATE)
    samples = _faded(_faded(samples)[::-1])[::-1]
    wide = (np.clip(samples, -1, 1) * np.float32(_FULL_SCALE)).astype("<i4")
    piece = AudioSegment(data=wide.tobytes(), sample_width=_WIDTH, frame_rate=SAMPLE_RATE, channels=1)
    silence = AudioSegment.silent(duration=round(max(0.0, silence_s) * 1000), frame_rate=SAMPLE_RATE)
    return piece.append(silence.set_sample_width(_WIDTH), crossfade=0)


def _joined(pieces: list[AudioSegment]) -> Samples:
    """All pieces end to end; neighbours are joined pairwise, so that many pieces do not copy the first one many times."""
    if not pieces:
        raise SynthesisError("Không có đoạn âm thanh nào để ghép.", "Kiểm tra lại nội dung bản tin.", retry=False)
    while len(pieces) > 1:
        pairs = [pieces[i : i + 2] for i in range(0, len(pieces), 2)]
        pieces = [pair[0].append(pair[1], crossfade=0) if len(pair) == 2 else pair[0] for pair in pairs]
    samples = np.frombuffer(pieces[0].raw_data, dtype="<i4").astype(np.float32)
    samples *= np.float32(1 / _FULL_SCALE)
    if sounding(samples)[1] == 0:
        raise SynthesisError("Đoạn âm thanh không có tiếng.", "Nghe lại bản ghi hoặc thu lại.", retry=False)
    return samples


def _sliced(samples: Samples) -> Iterator[Samples]:
    for start in range(0, samples.size, BLOCK):
        yield samples[start : start + BLOCK]


def _faded(samples: Samples) -> Samples:
    """A copy that begins from nothing."""
    faded = samples.copy()
    length = min(_FADE, faded.size)
    faded[:length] *= _RAMP[:length]
    return faded


def _eased(source: Iterator[Samples]) -> Iterator[Samples]:
    """The same blocks, faded in at the very start and out at the very end."""
    held: Samples | None = None
    for block in source:
        if held is None:
            held = _faded(block)
            continue
        yield held
        held = block
    if held is not None:
        yield _faded(held[::-1])[::-1]
