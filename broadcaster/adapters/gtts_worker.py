"""The gTTS child: ``python -m broadcaster.adapters.gtts_worker``. Here a whole answer can be given a deadline, which gTTS
itself does not know, and the warnings it silences for its unverified TLS are silenced for nobody else."""

import requests
import urllib3
from gtts import gTTS
from gtts.tts import gTTSError

from broadcaster.adapters.voice_child import Answer, serve


def answer(request: dict[str, object]) -> Answer:
    """One request ``{words, language, tld, timeout}``: MP3 bytes, or the kind of failure."""
    speech = gTTS(
        str(request["words"]),
        tld=str(request["tld"]),
        lang=str(request["language"]),
        lang_check=False,
        timeout=float(str(request["timeout"])),
        pre_processor_funcs=[],  # the words are already as they are to be spoken
        tokenizer_func=_uncut,
    )
    try:
        sound = b"".join(speech.stream())
    except gTTSError as error:
        return Answer(facts=_kind(error), sound=b"")
    except (requests.RequestException, urllib3.exceptions.HTTPError, OSError):
        return Answer(facts={"failed": "broken"}, sound=b"")
    except (ValueError, AssertionError):  # base64 cut short, an address that is none, nothing left to send
        return Answer(facts={"failed": "garbled"}, sound=b"")
    return Answer(facts={} if sound else {"failed": "no_answer"}, sound=sound)


def _uncut(text: str) -> list[str]:
    return [text]


def _kind(error: gTTSError) -> dict[str, object]:
    """What happened on the wire, in one word."""
    if error.rsp is not None:
        status = int(error.rsp.status_code)
        if status == requests.codes.ok:
            return {"failed": "no_audio"}
        return {"failed": "status", "status": status, "after": error.rsp.headers.get("Retry-After", "")}
    cause = error.__context__
    if isinstance(cause, requests.ReadTimeout):
        return {"failed": "timeout"}
    if isinstance(cause, requests.ConnectionError) and _never_connected(cause):
        return {"failed": "unreachable"}
    if isinstance(cause, requests.exceptions.InvalidURL | requests.exceptions.InvalidSchema):
        return {"failed": "unreachable"}
    return {"failed": "broken"}


def _never_connected(cause: requests.ConnectionError) -> bool:
    reason = getattr(cause.args[0] if cause.args else None, "reason", None)
    return isinstance(cause, requests.ConnectTimeout | requests.exceptions.ProxyError) or isinstance(
        reason, urllib3.exceptions.NewConnectionError
    )


if __name__ == "__main__":
    serve(answer)
