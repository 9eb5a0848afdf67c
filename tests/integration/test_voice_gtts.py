"""The online voice over real HTTPS: every way a speech service can fail ends as "no voice now", never as a sound."""

import socket
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadcaster.adapters.samples import from_pcm, speech_seconds
from broadcaster.adapters.voice_gtts import REST_S, TRIES, GttsVoice, pieces
from broadcaster.errors import SynthesisError
from tests import gtts_server
from tests.gtts_server import SpeechServer

WORDS = "kính mời bà con đến trung tâm phục vụ hành chính công"
Reply = Callable[[BaseHTTPRequestHandler, str], None]


@dataclass
class StoppedClock:
    """Moves only when told to sleep."""

    slept: list[float] = field(default_factory=list)
    passed: float = 1000.0

    def now(self) -> datetime:
        return datetime(2024, 3, 4, tzinfo=UTC) + timedelta(seconds=self.passed)

    def monotonic(self) -> float:
        return self.passed

    def synchronised(self) -> bool | None:
        return True

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.passed += seconds


@pytest.fixture
def server(tmp_path: Path) -> Iterator[SpeechServer]:
    with gtts_server.running(tmp_path) as running:
        yield running


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
def voice(server: SpeechServer, clock: StoppedClock) -> Iterator[GttsVoice]:
    voice = GttsVoice(tld=server.tld, timeout_s=5.0, clock=clock)
    yield voice
    voice.close()


def test_words_go_out_unchanged_and_come_back_as_sound(server: SpeechServer, voice: GttsVoice) -> None:
    sound = voice.synthesize(unicodedata.normalize("NFD", WORDS), rate=200, language="vi")
    assert server.heard == [WORDS]
    assert server.languages == ["vi"]
    assert abs(from_pcm(sound)).max() > 0.1


@pytest.mark.parametrize("rate", [180, 230, 260])
def test_the_rate_asked_is_kept_though_the_service_has_none(voice: GttsVoice, rate: int) -> None:
    sound = voice.synthesize(WORDS, rate=rate, language="vi")
    assert len(WORDS.split()) * 60 / speech_seconds(sound) == pytest.approx(rate, rel=0.08)


def test_a_long_utterance_is_sent_in_short_requests(server: SpeechServer, voice: GttsVoice) -> None:
    words = " ".join([WORDS] * 6)
    sound = voice.synthesize(words, rate=230, language="vi")
    assert " ".join(server.heard) == words
    assert max(map(len, server.heard)) <= 100
    assert len(words.split()) * 60 / speech_seconds(sound) == pytest.approx(230, rel=0.1)


@pytest.mark.parametrize(
    ("reply", "tries"),
    [
        (gtts_server.refusal(429), TRIES),
        (gtts_server.refusal(500), TRIES),
        (gtts_server.refusal(503), TRIES),
        (gtts_server.reset, TRIES),
        (gtts_server.cut_short, TRIES),
        (gtts_server.cut_inside, TRIES),
        (gtts_server.sounding(b"not sound at all" * 50), TRIES),
        (gtts_server.sounding(gtts_server.mp3(bytes(48_000))), TRIES),
        (gtts_server.sounding(gtts_server.mp3(gtts_server.hum(60))), TRIES),
        (gtts_server.refusal(403), 1),
        (gtts_server.refusal(404), 1),
        (gtts_server.page, 1),
        (gtts_server.no_audio, 1),
    ],
    ids=[
        "429",
        "500",
        "503",
        "reset",
        "cut",
        "cut-inside",
        "noise",
        "silence",
        "too-long",
        "403",
        "404",
        "page",
        "empty",
    ],
)
def test_a_bad_answer_is_no_voice_now(
    server: SpeechServer, voice: GttsVoice, clock: StoppedClock, reply: Reply, tries: int
) -> None:
    server.answers = [reply]
    with pytest.raises(SynthesisError) as caught:
        voice.synthesize(WORDS, rate=195, language="vi")
    assert caught.value.retry
    assert caught.value.message.startswith("Giọng gTTS không tạo được tiếng")
    assert len(server.heard) == tries
    assert clock.slept == [1.0, 2.0][: tries - 1]


@pytest.mark.parametrize("reply", [gtts_server.refusal(429), gtts_server.refusal(502), gtts_server.reset])
def test_a_passing_failure_is_waited_out(
    server: SpeechServer, voice: GttsVoice, clock: StoppedClock, reply: Reply
) -> None:
    server.answers = [reply, reply, gtts_server.good]
    assert voice.synthesize(WORDS, rate=195, language="vi").frames
    assert clock.slept == [1.0, 2.0]


def test_the_wait_the_service_asks_for_is_kept(server: SpeechServer, voice: GttsVoice, clock: StoppedClock) -> None:
    server.answers = [gtts_server.refusal(429, Retry_After="7"), gtts_server.good]
    voice.synthesize(WORDS, rate=195, language="vi")
    assert clock.slept == [7.0]


def test_after_a_failure_the_service_is_left_alone_for_a_while(
    server: SpeechServer, voice: GttsVoice, clock: StoppedClock
) -> None:
    server.answers = [gtts_server.page, gtts_server.good]
    with pytest.raises(SynthesisError):
        voice.synthesize(WORDS, rate=195, language="vi")
    with pytest.raises(SynthesisError, match="đang nghỉ"):
        voice.synthesize(WORDS, rate=195, language="vi")
    assert len(server.heard) == 1
    clock.sleep(REST_S)
    assert voice.synthesize(WORDS, rate=195, language="vi").frames


def test_one_sentence_without_sound_does_not_rest_the_voice(server: SpeechServer, voice: GttsVoice) -> None:
    server.answers = [gtts_server.no_audio, gtts_server.good]
    with pytest.raises(SynthesisError):
        voice.synthesize(WORDS, rate=195, language="vi")
    assert voice.synthesize(WORDS, rate=195, language="vi").frames


@pytest.mark.parametrize("slow", [gtts_server.hanging, gtts_server.dripping])
def test_a_server_that_never_finishes_is_left(
    server: SpeechServer, clock: StoppedClock, slow: Callable[[SpeechServer], Reply]
) -> None:
    server.answers = [slow(server)]
    voice = GttsVoice(tld=server.tld, timeout_s=0.2, clock=clock, overall_s=1.5)
    with pytest.raises(SynthesisError, match="không trả lời kịp"):
        voice.synthesize(WORDS, rate=195, language="vi")
    voice.close()


def test_no_network_is_said_at_once_and_only_tried_once(clock: StoppedClock) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    voice = GttsVoice(tld=f"com@127.0.0.1:{port}", timeout_s=5.0, clock=clock)
    for expected in ("không có mạng", "đang nghỉ", "đang nghỉ"):
        with pytest.raises(SynthesisError, match=expected):
            voice.synthesize(WORDS, rate=195, language="vi")
    assert clock.slept == []
    voice.close()


def test_a_host_that_is_no_host_is_no_voice(clock: StoppedClock) -> None:
    voice = GttsVoice(tld="///", timeout_s=1.0, clock=clock)
    with pytest.raises(SynthesisError):
        voice.synthesize(WORDS, rate=195, language="vi")
    voice.close()


def test_what_is_no_word_never_leaves_the_house(server: SpeechServer, voice: GttsVoice) -> None:
    for words in ("", " … ", "có 15 hộ"):
        with pytest.raises(SynthesisError) as caught:
            voice.synthesize(words, rate=195, language="vi")
        assert not caught.value.retry
    assert server.heard == []


@given(st.lists(st.text(alphabet="ăâbcêôươđy", min_size=1, max_size=130), min_size=1, max_size=60))
def test_pieces_are_short_and_lose_nothing(words: list[str]) -> None:
    cut = pieces(" ".join(words))
    assert max(map(len, cut)) <= 100
    assert "".join(cut).replace(" ", "") == "".join(words)
    if max(map(len, words)) <= 100:
        assert " ".join(cut) == " ".join(words)
