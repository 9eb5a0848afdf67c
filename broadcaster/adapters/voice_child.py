"""Voices run in child processes: their crashes, leaks and licences stay there, and a hang ends at a deadline.

Both sides speak frames over stdin and stdout: a 32-bit big-endian length, then that many bytes. A request is one frame of
JSON; an answer is one frame of JSON and one of sound.
"""

import json
import os
import struct
import subprocess
import sys
import threading
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import broadcaster

LARGEST_FRAME = 256 * 1024 * 1024
"""Bytes; 45 minutes of sound. A longer length is noise on the line, not an answer."""

_LENGTH = struct.Struct(">I")


class WorkerLostError(Exception):
    """The child died, answered nonsense or passed its deadline; the next request starts a new one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a worker said: facts as JSON, and raw sound or nothing."""

    facts: Mapping[str, object]
    sound: bytes


def read_frame(source: BinaryIO) -> bytes | None:
    """One frame; None at a clean end. Raises EOFError when the line is cut inside a frame or carries nonsense."""
    head = source.read(_LENGTH.size)
    if not head:
        return None
    if len(head) < _LENGTH.size:
        raise EOFError("cut inside a length")
    (length,) = _LENGTH.unpack(head)
    if length > LARGEST_FRAME:
        raise EOFError("no frame is that long")
    body = source.read(length)
    if len(body) < length:
        raise EOFError("cut inside a frame")
    return body


def write_frame(target: BinaryIO, body: bytes) -> None:
    """Send one frame."""
    target.write(_LENGTH.pack(len(body)))
    target.write(body)
    target.flush()


def serve(answer: Callable[[dict[str, object]], Answer]) -> None:
    """The worker's loop: answer requests until stdin closes, which is also what happens when the parent dies.

    Descriptor 1 is turned to stderr first, so that a library that prints cannot break the frames.
    """
    source = sys.stdin.buffer
    with os.fdopen(os.dup(1), "wb") as target:
        os.dup2(2, 1)
        while (request := read_frame(source)) is not None:
            reply = answer(json.loads(request))
            write_frame(target, json.dumps(dict(reply.facts)).encode())
            write_frame(target, reply.sound)


class VoiceChild:
    """One lazily started `python -m` worker; restarted when it dies, killed by `close`. Requests are one at a time."""

    def __init__(self, module: str) -> None:
        self._module = module
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._finalizer: weakref.finalize[[subprocess.Popen[bytes]], VoiceChild] | None = None

    @property
    def pid(self) -> int | None:
        """The running worker, if any."""
        return self._process.pid if self._process is not None else None

    def ask(self, request: Mapping[str, object], *, seconds: float) -> Answer:
        """One request, answered within ``seconds``, else WorkerLostError; a worker that died since the last one is replaced."""
        with self._lock:
            if self._process is not None and self._process.poll() is not None:
                self._drop()
            try:
                return self._exchange(request, seconds)
            except WorkerLostError:
                self._drop()
                raise

    def close(self) -> None:
        """Kill the worker; the next request would start another."""
        with self._lock:
            self._drop()

    def _exchange(self, request: Mapping[str, object], seconds: float) -> Answer:
        process = self._running()
        assert process.stdin is not None  # noqa: S101 - both are pipes by construction
        assert process.stdout is not None  # noqa: S101
        late = threading.Event()
        deadline = threading.Timer(seconds, _end_late, args=(process, late))
        deadline.daemon = True
        deadline.start()
        try:
            write_frame(process.stdin, json.dumps(dict(request)).encode())  # type: ignore[arg-type]
            head = read_frame(process.stdout)  # type: ignore[arg-type]
            body = read_frame(process.stdout) if head is not None else None  # type: ignore[arg-type]
        except (OSError, EOFError) as error:
            raise WorkerLostError("deadline" if late.is_set() else "died") from error
        finally:
            deadline.cancel()
        if head is None or body is None:
            raise WorkerLostError("deadline" if late.is_set() else "died")
        facts = json.loads(head)
        return Answer(facts=facts, sound=body)

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", self._module],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=child_environment(),
                start_new_session=True,  # Ctrl-C at the terminal is for the station, which then closes its voices
            )
            self._finalizer = weakref.finalize(self, _end, self._process)
        return self._process

    def _drop(self) -> None:
        if self._finalizer is not None:
            self._finalizer()
        self._process = None
        self._finalizer = None


def child_environment() -> dict[str, str]:
    """The same package as the parent's, also when it runs from a checkout that is not installed."""
    home = str(Path(broadcaster.__file__).resolve().parent.parent)
    paths = [home, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}


def _end_late(process: subprocess.Popen[bytes], late: threading.Event) -> None:
    late.set()
    process.kill()


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            try:
                pipe.close()
            except BrokenPipeError:  # unsent bytes of a request that no longer matters
                continue
