"""The neural voice: Piper, an optional extra whose voice files the operator places."""

import hashlib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from broadcaster.adapters.speakable import syllable_count, utterance
from broadcaster.adapters.voice_child import VoiceChild, WorkerLostError
from broadcaster.domain.clips import Pcm
from broadcaster.errors import SynthesisError

REVISION = 1
_DEADLINE_S = 180.0
_CLOSE_ENOUGH = 0.05
_SHORTEST, _LONGEST = 0.5, 2.0
_EVEN_FROM = 6
"""Syllables; a shorter utterance is left to its own rhythm."""


def _engine() -> str:
    try:
        return version("piper-tts")
    except PackageNotFoundError:
        return "none"


class PiperVoice:
    """``model`` is a ``.onnx`` file with its ``.onnx.json`` beside it. Close it: it owns a child process."""

    def __init__(self, model: Path) -> None:
        self._model = model
        self._engine = _engine()
        self._child = VoiceChild("broadcaster.adapters.piper_worker")
        self._digest: tuple[int, int, str] | None = None

    @property
    def name(self) -> str:
        """The name in station.toml's chain."""
        return "piper"

    @property
    def fingerprint(self) -> str:
        """Engine, version and the model's bytes; ``none`` for what is not there, so that it never equals a real one."""
        return f"piper:{self._engine}:{self._model_digest()}:{REVISION}"

    def synthesize(self, words: str, *, rate: int, language: str) -> Pcm:
        """Speak at about ``rate`` syllables a minute, with no chance in it: the same words give the same bytes."""
        from broadcaster.adapters.samples import speech_seconds  # noqa: PLC0415 - numpy, which the console never needs

        spoken = utterance(words)
        if language != "vi":
            raise SynthesisError(f"Giọng Piper của trạm không đọc ngôn ngữ «{language}».", retry=False)
        for needed in (self._model, Path(f"{self._model}.json")):
            if not needed.is_file():
                raise SynthesisError(
                    f"Không thấy tệp giọng Piper «{needed.name}»."
                    if self._model.name
                    else "Chưa chọn tệp giọng Piper.",
                    "Chép tệp .onnx và .onnx.json của giọng vào nơi ghi trong station.toml (piper_model).",
                    retry=False,
                )
        sound = self._ask(spoken, 1.0)
        syllables = syllable_count(spoken)
        seconds = speech_seconds(sound)
        if syllables >= _EVEN_FROM and seconds > 0:
            stretch = syllables * 60 / seconds / rate
            if abs(stretch - 1) > _CLOSE_ENOUGH:
                sound = self._ask(spoken, min(_LONGEST, max(_SHORTEST, stretch)))
        return sound

    def close(self) -> None:
        """End the child process."""
        self._child.close()

    def _ask(self, words: str, stretch: float) -> Pcm:
        request = {"words": words, "model": str(self._model.resolve()), "stretch": stretch}
        try:
            answer = self._child.ask(request, seconds=_DEADLINE_S)
        except WorkerLostError as error:
            raise SynthesisError("Giọng Piper dừng giữa chừng.", "Chạy lại; nếu vẫn lỗi, dùng giọng khác.") from error
        failed = answer.facts.get("failed")
        if failed == "missing":
            raise SynthesisError(
                "Chưa cài phần mở rộng Piper.", "Chạy «pip install 'broadcaster[piper]'» rồi thử lại.", retry=False
            )
        if failed == "model":
            raise SynthesisError(
                f"Tệp giọng Piper «{self._model.name}» không dùng được ({answer.facts.get('reason')}).",
                "Tải lại cả hai tệp .onnx và .onnx.json của giọng.",
                retry=False,
            )
        rate = answer.facts.get("rate")
        if failed or not answer.sound or not isinstance(rate, int) or answer.facts.get("channels") != 1:
            raise SynthesisError(f"Giọng Piper không phát ra tiếng cho «{words[:60]}».", retry=False)
        return Pcm(rate=rate, frames=answer.sound)

    def _model_digest(self) -> str:
        """Of the model's bytes, read again only when the file's size or time has changed."""
        try:
            state = self._model.stat()
            if self._digest is None or self._digest[:2] != (state.st_size, state.st_mtime_ns):
                with self._model.open("rb") as file:
                    digest = hashlib.file_digest(file, "sha256").hexdigest()[:16]
                self._digest = (state.st_size, state.st_mtime_ns, digest)
        except OSError:
            return "none"
        return self._digest[2]
