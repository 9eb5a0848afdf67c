"""The offline voice: espeak-ng out of a wheel, spoken by a child process; always there, network or not."""

from importlib.metadata import version

from broadcaster.adapters.speakable import syllable_count, utterance
from broadcaster.adapters.voice_child import VoiceChild, WorkerLostError
from broadcaster.domain.clips import Pcm
from broadcaster.errors import SynthesisError

REVISION = 1
"""Raised whenever this file makes other sound out of the same words."""

_VOICES = {"bac": "vi", "trung": "vi-vn-x-central", "nam": "vi-vn-x-south"}
_OTHER_LANGUAGES = {"en": "en-us"}
_SLOWEST, _FASTEST = 80, 450
_DEADLINE_S = 30.0
_CLOSE_ENOUGH = 0.04
_EVEN_FROM = 6
"""Syllables; a shorter utterance is left to its own rhythm, for its last syllable is drawn out by nature."""


class EspeakVoice:
    """``region`` is nam, trung or bac. Close it: it owns a child process."""

    def __init__(self, *, region: str = "nam") -> None:
        if region not in _VOICES:
            raise SynthesisError(f"Không có vùng giọng «{region}».", "Chọn nam, trung hoặc bac.", retry=False)
        self._voice = _VOICES[region]
        self._engine = version("espeakng-loader")
        self._child = VoiceChild("broadcaster.adapters.espeak_worker")

    @property
    def name(self) -> str:
        """The name in station.toml's chain."""
        return "espeak"

    @property
    def fingerprint(self) -> str:
        """Engine, version, voice and the revision of this file."""
        return f"espeak:{self._engine}:{self._voice}:{REVISION}"

    def synthesize(self, words: str, *, rate: int, language: str) -> Pcm:
        """Speak at ``rate`` syllables a minute, within 8 %; the same words give the same bytes."""
        from broadcaster.adapters.samples import speech_seconds  # noqa: PLC0415 - numpy, which the console never needs

        spoken = utterance(words)
        voice = self._voice if language == "vi" else _OTHER_LANGUAGES.get(language)
        if voice is None:
            raise SynthesisError(f"Giọng espeak không đọc được ngôn ngữ «{language}».", retry=False)
        pace = _pace(rate)
        sound = self._ask(spoken, voice, pace)
        syllables = syllable_count(spoken)
        seconds = speech_seconds(sound)
        if language == "vi" and syllables >= _EVEN_FROM and seconds > 0:
            heard = syllables * 60 / seconds
            if abs(heard / rate - 1) > _CLOSE_ENOUGH:
                sound = self._ask(spoken, voice, _within(pace * rate / heard))
        return sound

    def close(self) -> None:
        """End the child process."""
        self._child.close()

    def _ask(self, words: str, voice: str, pace: int) -> Pcm:
        try:
            answer = self._child.ask({"words": words, "voice": voice, "pace": pace}, seconds=_DEADLINE_S)
        except WorkerLostError as error:
            raise SynthesisError(
                "Giọng espeak dừng giữa chừng.", "Chạy lại; nếu vẫn lỗi, cài lại gói espeakng-loader."
            ) from error
        rate = answer.facts.get("rate")
        if not isinstance(rate, int) or rate <= 0:
            raise SynthesisError(
                f"Giọng espeak không đọc được câu này: «{words[:60]}».", "Sửa câu đó trong bản tin.", retry=False
            )
        if not answer.sound:
            raise SynthesisError(f"Giọng espeak không phát ra tiếng cho «{words[:60]}».", retry=False)
        return Pcm(rate=rate, frames=answer.sound)


def _pace(rate: int) -> int:
    """The library's words a minute for syllables a minute: a line through speeds measured on ordinary sentences."""
    return _within(0.675 * rate + 0.5)


def _within(pace: float) -> int:
    return max(_SLOWEST, min(_FASTEST, round(pace)))
