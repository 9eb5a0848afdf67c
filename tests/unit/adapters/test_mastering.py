"""Mastering, measured on the file it wrote by an instrument that took no part in making it."""

import hashlib
import resource
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyebur128.pyebur128 import MeasurementMode, R128State, get_loudness_global, get_true_peak

from broadcaster.adapters.limiter import Limiter
from broadcaster.adapters.mastering import PydubMastering
from broadcaster.adapters.samples import resampled
from broadcaster.adapters.speech_band import SpeechBand
from broadcaster.adapters.stretch import stretched
from broadcaster.domain.clips import Pcm
from broadcaster.domain.settings import MasteringSettings
from broadcaster.errors import SynthesisError
from tests.unit.adapters import sounds
from tests.unit.adapters.sounds import Floats


def measured(path: Path) -> tuple[float, float]:
    samples = np.ascontiguousarray(sounds.read_wav(path), dtype=np.float64)
    state = R128State(1, 48_000, int(MeasurementMode.MODE_I | MeasurementMode.MODE_TRUE_PEAK))
    state.add_frames(samples, samples.size)
    return get_loudness_global(state), 20 * np.log10(get_true_peak(state, 0))


@pytest.mark.parametrize(("lufs", "dbtp"), [(-16.0, -1.0), (-23.0, -3.0), (-14.0, -1.5)])
@pytest.mark.parametrize("band", [False, True])
@pytest.mark.parametrize("level", [0.01, 0.5, 0.99])
def test_any_level_leaves_at_one_loudness_under_one_peak(
    tmp_path: Path, lufs: float, dbtp: float, band: bool, level: float
) -> None:
    mastering = PydubMastering(MasteringSettings(loudness_lufs=lufs, true_peak_dbtp=dbtp, speech_band=band))
    out = tmp_path / "clip.wav"
    mastered = mastering.master([(sounds.pcm(sounds.peaky(6, level=level), 22_050), 0.3)], out)
    loudness, peak = measured(out)
    assert loudness == pytest.approx(lufs, abs=0.5)
    assert peak <= dbtp
    assert mastered.loudness_lufs == pytest.approx(loudness, abs=0.01)
    assert mastered.true_peak_dbtp == pytest.approx(peak, abs=0.01)
    assert mastered.frames == sounds.read_wav(out).size
    assert mastered.audio_sha256 == hashlib.sha256(out.read_bytes()).hexdigest()
    assert list(tmp_path.iterdir()) == [out]


def test_pauses_are_as_asked_though_pieces_bring_their_own_silence(tmp_path: Path) -> None:
    rate = 24_000
    piece = np.concatenate((np.zeros(rate // 3), sounds.tone(1.0, rate=rate), np.zeros(rate // 2)))
    out = tmp_path / "clip.wav"
    PydubMastering(MasteringSettings()).master(
        [(Pcm(rate=rate, frames=b""), 0.8), (sounds.pcm(piece, rate), 0.5), (sounds.pcm(piece, rate), 1.25)], out
    )
    samples = sounds.read_wav(out)
    loud = np.flatnonzero(np.abs(samples) > 0.01)
    breaks = np.flatnonzero(np.diff(loud) > 4_800)
    assert loud[0] / 48_000 == pytest.approx(0.8, abs=0.03)
    assert len(breaks) == 1
    assert (loud[breaks[0] + 1] - loud[breaks[0]]) / 48_000 == pytest.approx(0.5, abs=0.03)
    assert (samples.size - loud[-1]) / 48_000 == pytest.approx(1.25, abs=0.03)
    assert samples.size / 48_000 == pytest.approx(0.8 + 1 + 0.5 + 1 + 1.25, abs=0.06)
    assert not samples[: round(0.78 * 48_000)].any()


def test_no_click_where_pieces_meet(tmp_path: Path) -> None:
    cut_anywhere = sounds.tone(0.5, pitch=200.0, level=0.5)[137:-211]
    out = tmp_path / "clip.wav"
    PydubMastering(MasteringSettings()).master([(sounds.pcm(cut_anywhere, 48_000), 0.2)] * 4, out)
    samples = sounds.read_wav(out)
    steepest_of_the_tone = 2 * np.pi * 200 / 48_000 * np.abs(samples).max()
    assert np.abs(np.diff(samples)).max() <= 1.2 * steepest_of_the_tone


def test_the_same_parts_give_the_same_bytes(tmp_path: Path) -> None:
    mastering = PydubMastering(MasteringSettings())
    parts = [(sounds.pcm(sounds.peaky(2), 22_050), 0.2)]
    assert mastering.master(parts, tmp_path / "a.wav") == mastering.master(parts, tmp_path / "b.wav")


@pytest.mark.parametrize("seconds", [0.08, 0.3, 0.5, 0.9])
def test_a_sound_too_short_for_the_standard_is_still_brought_to_level(tmp_path: Path, seconds: float) -> None:
    out = tmp_path / "clip.wav"
    PydubMastering(MasteringSettings()).master([(sounds.pcm(sounds.tone(seconds, level=0.02), 48_000), 0.0)], out)
    samples = sounds.read_wav(out)
    middle = samples[samples.size // 4 : -samples.size // 4]
    rms_dbfs = 20 * np.log10(np.sqrt(np.mean(middle**2)))
    assert rms_dbfs == pytest.approx(-16.0 + 0.7, abs=1.5), "a 440 Hz sine reads about 0.7 dB under its RMS"


def test_a_very_faint_sound_is_raised_not_lost(tmp_path: Path) -> None:
    out = tmp_path / "clip.wav"
    PydubMastering(MasteringSettings()).master([(sounds.pcm(sounds.tone(2, level=0.0009), 48_000), 0.0)], out)
    assert measured(out)[0] == pytest.approx(-16.0, abs=0.5)


@pytest.mark.parametrize(
    "parts", [[], [(Pcm(rate=48_000, frames=b""), 1.0)], [(Pcm(rate=8_000, frames=bytes(16_000)), 0)]]
)
def test_silence_is_refused(tmp_path: Path, parts: list[tuple[Pcm, float]]) -> None:
    with pytest.raises(SynthesisError) as caught:
        PydubMastering(MasteringSettings()).master(parts, tmp_path / "clip.wav")
    assert not caught.value.retry
    assert not list(tmp_path.iterdir())


def test_the_speech_band_takes_rumble_and_hiss(tmp_path: Path) -> None:
    mixed = sounds.tone(3, pitch=1_000) + sounds.tone(3, pitch=90) + sounds.tone(3, pitch=9_000)
    out = tmp_path / "clip.wav"
    PydubMastering(MasteringSettings(speech_band=True)).master([(sounds.pcm(mixed, 48_000), 0.0)], out)
    spectrum = np.abs(np.fft.rfft(sounds.read_wav(out)[24_000:72_000] * np.hanning(48_000)))
    assert 20 * np.log10(spectrum[90] / spectrum[1_000]) < -30
    assert 20 * np.log10(spectrum[9_000] / spectrum[1_000]) < -50


def test_settings_that_change_the_sound_change_the_fingerprint() -> None:
    variants = [
        MasteringSettings(),
        MasteringSettings(loudness_lufs=-18),
        MasteringSettings(true_peak_dbtp=-2),
        MasteringSettings(speech_band=True),
    ]
    assert len({PydubMastering(v).fingerprint for v in variants}) == 4
    assert PydubMastering(MasteringSettings(tail_s=2)).fingerprint == PydubMastering(MasteringSettings()).fingerprint


def test_the_chime_is_two_seconds_at_the_same_loudness(tmp_path: Path) -> None:
    out = tmp_path / "chime.wav"
    mastered = PydubMastering(MasteringSettings()).chime(out)
    loudness, peak = measured(out)
    assert 1.5 <= mastered.frames / 48_000 <= 2.5
    assert loudness == pytest.approx(-16, abs=0.5)
    assert peak <= -1
    samples = sounds.read_wav(out)
    assert abs(samples[0]) < 0.001
    assert abs(samples[-1]) < 0.001


def test_a_disk_that_takes_no_more_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    """A real limit, in a process of its own: no file may pass 200 kB."""
    program = f"""
import resource, sys
from pathlib import Path
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, {resource.RLIM_INFINITY}))
from broadcaster.adapters.mastering import PydubMastering
from broadcaster.domain.settings import MasteringSettings
from broadcaster.errors import SynthesisError
from tests.unit.adapters import sounds
try:
    parts = [(sounds.pcm(sounds.tone(5), 48_000), 0.0)]
    PydubMastering(MasteringSettings()).master(parts, Path({str(tmp_path)!r}) / "clip.wav")
except SynthesisError as error:
    print(error.message, error.retry)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("Không ghi được tệp âm thanh")
    assert done.stdout.strip().endswith("True")
    assert not list(tmp_path.iterdir())


def test_an_unwritable_place_is_said(tmp_path: Path) -> None:
    with pytest.raises(SynthesisError, match="Không ghi được"):
        PydubMastering(MasteringSettings()).chime(tmp_path / "absent" / "clip.wav")


def streamed(limiter: Limiter | SpeechBand, samples: Floats, cuts: list[int]) -> Floats:
    blocks = np.split(samples.astype(np.float32), sorted(c % (samples.size + 1) for c in cuts))
    return np.concatenate([*(limiter.push(b) for b in blocks), limiter.finish()])


@settings(max_examples=40)
@given(
    cuts=st.lists(st.integers(0, 40_000), max_size=8),
    level=st.floats(0.1, 20),
    seed=st.integers(0, 9),
    length=st.integers(1, 40_000),
)
def test_the_limiter_holds_the_true_peak_however_it_is_fed(
    cuts: list[int], level: float, seed: int, length: int
) -> None:
    noise = np.random.default_rng(seed).normal(scale=0.3 * level, size=length)
    noise[::997] *= 8
    out = streamed(Limiter(-1.0), noise, cuts)
    assert out.size == noise.size
    assert np.abs(out).max() <= 10 ** (-1 / 20) + 1e-5
    assert np.allclose(out, streamed(Limiter(-1.0), noise, []), atol=1e-5)


def test_the_limiter_sees_the_peaks_between_samples() -> None:
    """A tone at a quarter of the rate whose samples all miss its crests by 3 dB."""
    tone = 0.95 * np.sin(np.pi / 2 * np.arange(48_000) + np.pi / 4)
    out = np.ascontiguousarray(streamed(Limiter(-1.0), tone * np.hanning(48_000) * 1.4, []), dtype=np.float64)
    state = R128State(1, 48_000, int(MeasurementMode.MODE_TRUE_PEAK))
    state.add_frames(out, out.size)
    assert 20 * np.log10(get_true_peak(state, 0)) <= -0.95


def test_the_limiter_leaves_a_quiet_sound_untouched() -> None:
    quiet = sounds.tone(1, level=0.5)
    assert np.array_equal(streamed(Limiter(-1.0), quiet, [1_000]), quiet.astype(np.float32))


@given(cuts=st.lists(st.integers(0, 60_000), max_size=6), length=st.integers(1, 60_000))
@settings(max_examples=25)
def test_the_band_neither_delays_nor_depends_on_the_cuts(cuts: list[int], length: int) -> None:
    sound = np.random.default_rng(3).normal(scale=0.1, size=length)
    whole = streamed(SpeechBand(), sound, [])
    assert whole.size == length
    assert np.allclose(streamed(SpeechBand(), sound, cuts), whole, atol=1e-5)


@pytest.mark.parametrize("rate", [8_000, 11_025, 16_000, 22_050, 24_000, 32_000, 44_100, 88_200, 96_000])
def test_resampling_keeps_a_tone_clean(rate: int) -> None:
    out = resampled(sounds.tone(1, rate=rate, pitch=997).astype(np.float32), rate)
    assert out.size == 48_000
    error = (out - sounds.tone(1, pitch=997))[2_000:-2_000]
    assert 20 * np.log10(np.sqrt(np.mean(error**2)) / 0.212) < -80


def test_resampling_down_folds_nothing_back() -> None:
    out = resampled(sounds.tone(1, rate=96_000, pitch=30_000).astype(np.float32), 96_000)
    assert 20 * np.log10(np.abs(out[2_000:-2_000]).max() / 0.3) < -70


@pytest.mark.parametrize("factor", [0.75, 0.9, 1.2, 1.45])
def test_stretching_changes_the_length_and_not_the_pitch(factor: float) -> None:
    out = stretched(sounds.tone(2, rate=24_000, pitch=200).astype(np.float32), 24_000, factor)
    assert out.size == pytest.approx(2 * 24_000 * factor, rel=0.01)
    spectrum = np.abs(np.fft.rfft(out * np.hanning(out.size)))
    assert int(np.argmax(spectrum)) * 24_000 / out.size == pytest.approx(200, abs=2)
    assert np.sqrt(np.mean(out[2_000:-2_000] ** 2)) == pytest.approx(0.212, rel=0.05)
