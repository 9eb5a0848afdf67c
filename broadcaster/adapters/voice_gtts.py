"""The online voice: gTTS. Its service may be absent, slow, angry or lying, and each of these must end as "no voice now"."""

import logging
import threading
from importlib.metadata import version
from typing import TYPE_CHECKING

import miniaudio

from broadcaster.adapters.speakable import syllable_count, utterance
from broadcaster.adapters.voice_child import Answer, VoiceChild, WorkerLostError
from broadcaster.domain.clips import Pcm
from broadcaster.errors import SynthesisError
from broadcaster.ports import Clock

if TYPE_CHECKING:
    from broadcaster.adapters.samples import Samples

log = logging.getLogger(__name__)

REVISION = 1
LONGEST_REQUEST = 100
"""Characters the service takes; gTTS cuts longer text badly, so none is ever sent."""

TRIES = 3
FIRST_BACK_OFF_S = 1.0
LONGEST_BACK_OFF_S = 20.0
REST_S = 180.0
"""After a failure of the service itself no further try for so long: thirty scripts without a network must not take minutes."""

_RATE = 24_000
_FASTEST_SYLLABLES_S, _SLOWEST_SYLLABLES_S = 8.0, 0.8
_JOIN_S = 0.03
_LANGUAGES = {"vi", "en"}
_AGAIN = frozenset({"timeout", "broken", "garbled"})
_CAUSES = {
    "timeout": "máy chủ không trả lời kịp",
    "broken": "kết nối bị đứt giữa chừng",
    "garbled": "máy chủ trả lời bị cắt hoặc hỏng",
    "unreachable": "không có mạng hoặc không tới được máy chủ",
    "no_answer": "máy chủ trả về một trang khác, không phải âm thanh",
    "no_audio": "máy chủ không trả về âm thanh cho câu này",
}
_WAY_OUT = "Kiểm tra mạng; trạm dùng giọng kế tiếp trong chuỗi và sẽ thử lại sau."


class GttsVoice:
    """``tld`` chooses the service's host (`translate.google.<tld>`). Close it: it owns a child process.

    ``timeout_s`` bounds the silence of the server, ``overall_s`` the whole of one answer, which may drip for ever.
    """

    def __init__(self, *, tld: str, timeout_s: float, clock: Clock, overall_s: float | None = None) -> None:
        self._tld = tld
        self._engine = version("gtts")
        self._timeout = timeout_s
        self._overall = 2 * timeout_s + 5 if overall_s is None else overall_s
        self._clock = clock
        self._child = VoiceChild("broadcaster.adapters.gtts_worker")
        self._lock = threading.Lock()
        self._resting_until = 0.0
        self._resting_why = ""

    @property
    def name(self) -> str:
        """The name in station.toml's chain."""
        return "gtts"

    @property
    def fingerprint(self) -> str:
        """Engine, version, host and the revision of this file."""
        return f"gtts:{self._engine}:{self._tld}:{REVISION}"

    def synthesize(self, words: str, *, rate: int, language: str) -> Pcm:
        """Fetch and believe only what decodes to a plausible length; then bring it to ``rate`` syllables a minute."""
        import numpy as np  # noqa: PLC0415 - numpy, which the console never needs

        from broadcaster.adapters.samples import to_pcm, trimmed  # noqa: PLC0415 - numpy, which the console never needs
        from broadcaster.adapters.stretch import stretched  # noqa: PLC0415 - numpy, which the console never needs

        spoken = utterance(words)
        if language not in _LANGUAGES:
            raise SynthesisError(f"Giọng gTTS không đọc được ngôn ngữ «{language}».", retry=False)
        gap = np.zeros(round(_JOIN_S * _RATE), dtype=np.float32)
        joined: list[Samples] = []
        for piece in pieces(spoken):
            joined += [gap, trimmed(self._piece(piece, language), _RATE)]
        sound = np.concatenate(joined[1:])
        if language == "vi":
            sound = stretched(sound, _RATE, _factor(sound, syllable_count(spoken), rate))
        return to_pcm(sound, _RATE)

    def close(self) -> None:
        """End the child process."""
        self._child.close()

    def _piece(self, words: str, language: str) -> "Samples":
        """One request of at most 100 characters, tried up to three times with growing waits."""
        with self._lock:
            wait = self._resting_until - self._clock.monotonic()
            if wait > 0:
                raise SynthesisError(f"Giọng gTTS đang nghỉ {round(wait)} giây nữa: {self._resting_why}.", _WAY_OUT)
        back_off = FIRST_BACK_OFF_S
        for attempt in range(1, TRIES + 1):
            answer = self._ask(words, language)
            failed = str(answer.facts.get("failed", ""))
            if not failed:
                sound = _believed(answer.sound, syllable_count(words))
                if sound is not None:
                    return sound
                failed = "garbled"
            if attempt == TRIES or not _worth_again(failed, answer):
                break
            self._clock.sleep(min(LONGEST_BACK_OFF_S, max(back_off, _asked_wait(answer))))
            back_off *= 2
        raise self._failure(failed, answer)

    def _ask(self, words: str, language: str) -> Answer:
        request = {"words": words, "language": language, "tld": self._tld, "timeout": self._timeout}
        try:
            return self._child.ask(request, seconds=self._overall)
        except WorkerLostError:
            return Answer(facts={"failed": "timeout"}, sound=b"")

    def _failure(self, failed: str, answer: Answer) -> SynthesisError:
        cause = _CAUSES.get(failed, f"máy chủ báo lỗi {answer.facts.get('status')}")
        log.warning("gTTS gave no voice: %s.", failed, extra={"action": "voice_failed"})
        if failed != "no_audio":
            with self._lock:
                self._resting_until = self._clock.monotonic() + REST_S
                self._resting_why = cause
        return SynthesisError(f"Giọng gTTS không tạo được tiếng: {cause}.", _WAY_OUT)


def pieces(words: str, longest: int = LONGEST_REQUEST) -> list[str]:
    """Cut between words into parts of nearly equal length, each at most ``longest`` characters; a longer word is cut too."""
    units = [word[i : i + longest] for word in words.split() for i in range(0, len(word), longest)]
    count = -(-len(" ".join(units)) // longest)
    while True:
        goal = -(-len(" ".join(units)) // count)
        parts: list[str] = []
        for unit in units:
            grown = f"{parts[-1]} {unit}" if parts else unit
            if parts and len(grown) <= longest and len(parts[-1]) < goal:
                parts[-1] = grown
            else:
                parts.append(unit)
        if len(parts) <= count or count >= len(units):
            return parts
        count += 1


def _believed(mp3: bytes, syllables: int) -> "Samples | None":
    """The samples at 24 kHz, if the bytes are sound that may hold so many syllables; else None."""
    from broadcaster.adapters.samples import from_pcm, sounding  # noqa: PLC0415 - numpy, which the console never needs

    try:
        decoded = miniaudio.decode(mp3, output_format=miniaudio.SampleFormat.SIGNED16, nchannels=1, sample_rate=_RATE)
    except miniaudio.MiniaudioError:
        return None
    samples = from_pcm(Pcm(rate=_RATE, frames=decoded.samples.tobytes()))
    first, end = sounding(samples)
    seconds = (end - first) / _RATE
    if not syllables / _FASTEST_SYLLABLES_S <= seconds <= syllables / _SLOWEST_SYLLABLES_S + 3:
        return None
    return samples


def _worth_again(failed: str, answer: Answer) -> bool:
    status = answer.facts.get("status")
    return failed in _AGAIN or (isinstance(status, int) and (status == 429 or status >= 500))


def _asked_wait(answer: Answer) -> float:
    after = str(answer.facts.get("after", ""))
    return float(after) if after.isascii() and after.isdigit() else 0.0


def _factor(sound: "Samples", syllables: int, rate: int) -> float:
    """How much longer the sound must become; half a syllable more is granted for the drawn-out end of an utterance."""
    from broadcaster.adapters.samples import sounding  # noqa: PLC0415 - numpy, which the console never needs

    first, end = sounding(sound)
    natural = (syllables + 0.5) * 60 * _RATE / max(1, end - first)
    return natural / rate
