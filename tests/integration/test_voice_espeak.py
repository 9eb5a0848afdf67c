"""The offline voice in its child process: pace, sameness, and what happens when the child dies."""

import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import psutil  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadcaster.adapters.samples import from_pcm, speech_seconds
from broadcaster.adapters.voice_child import VoiceChild, WorkerLostError
from broadcaster.adapters.voice_espeak import EspeakVoice
from broadcaster.errors import SynthesisError

SENTENCES = (
    "kính thưa bà con nhân dân trong phường",
    "để được giải quyết thủ tục hành chính nhanh chóng, bà con mang theo giấy tờ tùy thân",
    "ủy ban nhân dân phường thông báo lịch tiếp công dân tháng ba năm hai nghìn không trăm hai mươi bốn",
    "cảm ơn bà con đã lắng nghe",
    "trung tâm phục vụ hành chính công làm việc từ bảy giờ đến mười một giờ ba mươi phút các ngày trong tuần",
)
MODULE = "broadcaster.adapters.espeak_worker"


@pytest.fixture(scope="module")
def voice() -> Iterator[EspeakVoice]:
    voice = EspeakVoice()
    yield voice
    voice.close()


@pytest.mark.parametrize("region", ["nam", "trung", "bac"])
@pytest.mark.parametrize("rate", [150, 175, 195, 210, 230, 250])
def test_each_regions_pace_is_within_eight_per_cent(region: str, rate: int) -> None:
    voice = EspeakVoice(region=region)
    for words in SENTENCES:
        heard = len(words.split()) * 60 / speech_seconds(voice.synthesize(words, rate=rate, language="vi"))
        assert heard == pytest.approx(rate, rel=0.08), words
    voice.close()


def test_regions_sound_different() -> None:
    digests = set()
    for region in ("nam", "trung", "bac"):
        voice = EspeakVoice(region=region)
        digests.add(hashlib.sha256(voice.synthesize(SENTENCES[0], rate=195, language="vi").frames).hexdigest())
        voice.close()
    assert len(digests) == 3


def test_sameness_survives_other_words_and_another_process(voice: EspeakVoice) -> None:
    first = [voice.synthesize(words, rate=195, language="vi") for words in SENTENCES]
    backwards = [voice.synthesize(words, rate=195, language="vi") for words in reversed(SENTENCES)]
    voice.close()
    restarted = [voice.synthesize(words, rate=195, language="vi") for words in SENTENCES]
    assert first == backwards[::-1] == restarted


def test_a_killed_child_is_replaced(voice: EspeakVoice) -> None:
    first = voice.synthesize(SENTENCES[0], rate=195, language="vi")
    child = _children(MODULE)[0]
    child.send_signal(signal.SIGKILL)
    child.wait(5)
    assert voice.synthesize(SENTENCES[0], rate=195, language="vi") == first


def test_a_child_that_hangs_is_ended_at_the_deadline() -> None:
    child = VoiceChild(MODULE)
    child.ask({"words": "a", "voice": "vi", "pace": 150}, seconds=20)
    assert child.pid is not None
    os.kill(child.pid, signal.SIGSTOP)
    with pytest.raises(WorkerLostError, match="deadline"):
        child.ask({"words": "a", "voice": "vi", "pace": 150}, seconds=0.2)
    assert child.pid is None
    assert child.ask({"words": "a", "voice": "vi", "pace": 150}, seconds=20).sound
    child.close()


def test_a_request_that_breaks_the_worker_loses_it_and_the_next_one_works() -> None:
    child = VoiceChild(MODULE)
    with pytest.raises(WorkerLostError, match="died"):
        child.ask({"nothing": "useful"}, seconds=20)
    assert child.ask({"words": "a", "voice": "vi", "pace": 150}, seconds=20).sound
    child.close()


def test_an_unknown_voice_is_said_not_spoken() -> None:
    child = VoiceChild(MODULE)
    assert child.ask({"words": "a", "voice": "no-such", "pace": 150}, seconds=20).facts == {"error": "voice"}
    child.close()


def test_the_child_ends_with_its_parent() -> None:
    program = (
        "from broadcaster.adapters.voice_child import VoiceChild\n"
        f"child = VoiceChild({MODULE!r})\n"
        "child.ask({'words': 'a', 'voice': 'vi', 'pace': 150}, seconds=20)\n"
        "print(child.pid, flush=True)\n"
        "import os; os.kill(os.getpid(), 9)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL
    pid = int(done.stdout)
    if psutil.pid_exists(pid):
        psutil.wait_procs([psutil.Process(pid)], timeout=10)
    assert not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_the_library_is_never_loaded_in_the_stations_own_process(voice: EspeakVoice) -> None:
    voice.synthesize(SENTENCES[0], rate=195, language="vi")
    assert not [m for m in psutil.Process().memory_maps() if "espeak" in m.path]


def test_a_region_that_is_none_is_refused() -> None:
    with pytest.raises(SynthesisError, match="vùng giọng") as caught:
        EspeakVoice(region="tây")
    assert not caught.value.retry


def test_english_names_are_spoken_too(voice: EspeakVoice) -> None:
    assert abs(from_pcm(voice.synthesize("good morning", rate=195, language="en"))).max() > 0.05


@settings(max_examples=60)
@given(st.text(max_size=200))
def test_no_text_breaks_the_child(voice: EspeakVoice, text: str) -> None:
    lost = False
    try:
        assert voice.synthesize(text, rate=195, language="vi").frames
    except SynthesisError as error:
        lost = error.retry
    assert not lost, "a retry means that the child was lost"


def _children(module: str) -> list[psutil.Process]:
    return [p for p in psutil.Process().children() if module in p.cmdline()]
