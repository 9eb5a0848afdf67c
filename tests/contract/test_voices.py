"""What every voice promises, held by each engine and by the rehearsal double."""

import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest

from broadcaster.adapters.rehearsal_voice import ToneVoice
from broadcaster.adapters.samples import from_pcm, speech_seconds
from broadcaster.adapters.voice_espeak import EspeakVoice
from broadcaster.adapters.voice_gtts import GttsVoice
from broadcaster.domain.clips import Pcm
from broadcaster.errors import SynthesisError
from broadcaster.ports import Voice
from tests import gtts_server
from tests.integration.test_voice_gtts import StoppedClock

WORDS = "ủy ban nhân dân phường thông báo lịch tiếp công dân trong tháng này"


class ClosableVoice(Voice, Protocol):
    def close(self) -> None: ...


@pytest.fixture(params=["espeak-nam", "espeak-trung", "espeak-bac", "gtts", "tone"])
def voice(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ClosableVoice]:
    engine, _, region = str(request.param).partition("-")
    if engine == "gtts":
        with gtts_server.running(tmp_path) as server:
            online = GttsVoice(tld=server.tld, timeout_s=5.0, clock=StoppedClock())
            yield online
            online.close()
        return
    offline: ClosableVoice = EspeakVoice(region=region) if engine == "espeak" else ToneVoice()
    yield offline
    offline.close()


def test_words_become_mono_sound_that_can_be_heard(voice: ClosableVoice) -> None:
    sound = voice.synthesize(WORDS, rate=195, language="vi")
    assert isinstance(sound, Pcm)
    assert sound.rate >= 8_000
    assert len(sound.frames) % 2 == 0
    assert 0.05 < abs(from_pcm(sound)).max() < 0.99


@pytest.mark.parametrize("rate", [180, 195, 210])
def test_the_pace_is_the_one_asked(voice: ClosableVoice, rate: int) -> None:
    sound = voice.synthesize(WORDS, rate=rate, language="vi")
    assert len(WORDS.split()) * 60 / speech_seconds(sound) == pytest.approx(rate, rel=0.08)


def test_the_same_words_in_any_form_give_the_same_sound(voice: ClosableVoice) -> None:
    first = voice.synthesize(WORDS, rate=195, language="vi")
    voice.synthesize("xin chào bà con", rate=195, language="vi")
    again = voice.synthesize("  " + unicodedata.normalize("NFD", WORDS).replace(" ", "  "), rate=195, language="vi")
    assert again == first


def test_names_and_fingerprints_say_who_speaks(voice: ClosableVoice) -> None:
    assert voice.name
    assert voice.fingerprint.startswith(voice.name)
    assert voice.fingerprint == voice.fingerprint


@pytest.mark.parametrize("words", ["", "   ", "…", "số 15", "tầng ٣"])
def test_what_is_no_word_is_refused_for_good(voice: ClosableVoice, words: str) -> None:
    with pytest.raises(SynthesisError) as caught:
        voice.synthesize(words, rate=195, language="vi")
    assert not caught.value.retry
    assert caught.value.message


def test_an_unknown_language_is_refused_for_good(voice: ClosableVoice) -> None:
    with pytest.raises(SynthesisError) as caught:
        voice.synthesize(WORDS, rate=195, language="x-1")
    assert not caught.value.retry


def test_closing_twice_is_harmless(voice: ClosableVoice) -> None:
    voice.close()
    voice.close()
