"""What every mastering promises, held by the real chain and by the rehearsal double."""

import hashlib
import wave
from pathlib import Path

import pytest

from broadcaster.adapters.mastering import PydubMastering
from broadcaster.adapters.rehearsal_voice import CountingMastering, ToneVoice
from broadcaster.domain.clips import Pcm
from broadcaster.domain.settings import MasteringSettings
from broadcaster.errors import SynthesisError
from broadcaster.ports import Mastered, Mastering
from tests.unit.adapters import sounds


@pytest.fixture(params=[PydubMastering, CountingMastering], ids=["pydub", "rehearsal"])
def mastering(request: pytest.FixtureRequest) -> Mastering:
    made: Mastering = request.param(MasteringSettings())
    return made


def holds(mastered: Mastered, path: Path) -> None:
    with wave.open(str(path), "rb") as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 48_000)
        assert file.getnframes() == mastered.frames
    assert hashlib.sha256(path.read_bytes()).hexdigest() == mastered.audio_sha256
    assert mastered.loudness_lufs == pytest.approx(-16, abs=0.5)
    assert mastered.true_peak_dbtp <= -1


def test_speech_is_as_long_as_its_words_and_pauses(mastering: Mastering, tmp_path: Path) -> None:
    spoken = ToneVoice().synthesize("một hai ba bốn năm sáu", rate=180, language="vi")
    mastered = mastering.master([(spoken, 0.5), (spoken, 1.0)], tmp_path / "clip.wav")
    holds(mastered, tmp_path / "clip.wav")
    assert mastered.frames / 48_000 == pytest.approx(2 + 0.5 + 2 + 1.0, abs=0.25)


def test_other_words_make_another_sound(mastering: Mastering, tmp_path: Path) -> None:
    voice = ToneVoice()
    made = {
        mastering.master([(voice.synthesize(w, rate=180, language="vi"), 0.5)], tmp_path / "clip.wav").audio_sha256
        for w in ("một hai", "một hai ba", "một hai")
    }
    assert len(made) == 2


def test_recordings_and_the_chime_are_written_too(mastering: Mastering, tmp_path: Path) -> None:
    recording = sounds.write_wav(tmp_path / "in.wav", sounds.tone(2))
    holds(mastering.master_recording(recording, tmp_path / "a.wav"), tmp_path / "a.wav")
    holds(mastering.chime(tmp_path / "b.wav"), tmp_path / "b.wav")


def test_nothing_heard_is_refused(mastering: Mastering, tmp_path: Path) -> None:
    with pytest.raises(SynthesisError) as caught:
        mastering.master([(Pcm(rate=8_000, frames=bytes(800)), 1.0)], tmp_path / "clip.wav")
    assert not caught.value.retry
    with pytest.raises(SynthesisError) as caught:
        mastering.master_recording(tmp_path / "missing.wav", tmp_path / "clip.wav")
    assert not caught.value.retry
    assert not (tmp_path / "clip.wav").exists()


def test_the_fingerprint_is_steady(mastering: Mastering) -> None:
    assert mastering.fingerprint == mastering.fingerprint != ""
