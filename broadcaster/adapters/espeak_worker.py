"""The espeak-ng child: ``python -m broadcaster.adapters.espeak_worker``. Its library (GPL-3) is loaded here and nowhere else."""

import ctypes
import os
from collections.abc import Callable
from pathlib import Path

from broadcaster.adapters.voice_child import Answer, serve

_SYNCHRONOUS = 2
_RATE, _VOLUME = 1, 2
_CHARS_UTF8 = 1
_CHARACTERS = 1
_SEED = 1
_GENTLE = 60
"""Per cent; at 100 the library clips its own loud vowels."""

_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


class EspeakLibrary:
    """The initialised library. Each utterance is spoken by a fresh fork of it: the library carries state from one utterance
    into the next, and a fork makes the same words give the same bytes; a crash ends the fork only."""

    def __init__(self) -> None:
        import espeakng_loader  # noqa: PLC0415 - the GPL library lives in this process alone

        library = Path(espeakng_loader.get_library_path())
        os.chdir(library.parent)  # the library keeps its data path in 160 bytes; a relative one always fits
        self._library = ctypes.CDLL(str(library))
        self._chunks: list[bytes] = []
        self._callback = _CALLBACK(self._collect)
        self.rate = int(self._library.espeak_Initialize(_SYNCHRONOUS, 0, b".", 0))
        self._library.espeak_SetSynthCallback(self._callback)

    def _collect(self, samples: "ctypes._Pointer[ctypes.c_short]", count: int, _events: object) -> int:
        if count > 0:  # at the end of an utterance the library passes no samples and a count of 0
            self._chunks.append(ctypes.string_at(samples, count * 2))
        return 0

    def speak(self, words: str, voice: str, pace: int) -> bytes | None:
        """s16le mono at ``rate``; None when there is no such voice. ``pace`` is the library's own words a minute."""
        if self._library.espeak_SetVoiceByName(voice.encode()) != 0:
            return None
        self._library.espeak_ng_SetRandSeed(ctypes.c_long(_SEED))
        self._library.espeak_SetParameter(_RATE, pace, 0)
        self._library.espeak_SetParameter(_VOLUME, _GENTLE, 0)
        text = words.encode() + b"\0"
        self._library.espeak_Synth(text, len(text), 0, _CHARACTERS, 0, _CHARS_UTF8, None, None)
        self._library.espeak_Synchronize()
        return b"".join(self._chunks)


def answer_with(library: EspeakLibrary) -> Callable[[dict[str, object]], Answer]:
    """Answers one request ``{words, voice, pace}``."""

    def answer(request: dict[str, object]) -> Answer:
        words, voice, pace = str(request["words"]), str(request["voice"]), int(str(request["pace"]))
        sound, status = _in_a_fork(lambda: library.speak(words, voice, pace))
        if status != 0:
            return Answer(facts={"error": "voice" if status == _NO_VOICE else "crash"}, sound=b"")
        return Answer(facts={"rate": library.rate}, sound=sound)

    return answer


_NO_VOICE = 3


def _in_a_fork(speak: Callable[[], bytes | None]) -> tuple[bytes, int]:
    """What ``speak`` gave in a fork of this process, and its exit code."""
    source, target = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(source)
        status = 1
        try:
            sound = speak()
            status = _NO_VOICE if sound is None else 0
            with os.fdopen(target, "wb") as pipe:
                pipe.write(sound or b"")
        finally:
            os._exit(status)
    os.close(target)
    with os.fdopen(source, "rb") as pipe:
        sound = pipe.read()
    return sound, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


if __name__ == "__main__":
    serve(answer_with(EspeakLibrary()))
