"""The one local door to a running station: a UNIX socket, one JSON object each way, for its own user only."""

import json
import logging
import os
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from broadcaster.errors import BroadcasterError

log = logging.getLogger(__name__)

MAX_REQUEST = 64 * 1024
"""Bytes of one request; no order needs more."""

Handler = Callable[[Mapping[str, Any]], Mapping[str, Any]]


@contextmanager
def _short(path: Path) -> Iterator[str]:
    """A name for the socket that fits in the 108 bytes a UNIX address has, however deep the station folder lies."""
    fd = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{fd}/{path.name}"
    finally:
        os.close(fd)


class ControlServer:
    """Answers requests with ``handler`` until closed. A BroadcasterError becomes its text; the station lives on."""

    def __init__(self, path: Path, handler: Handler) -> None:
        self._path = path
        self._handler = handler
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
        self._thread = threading.Thread(target=self._serve, name="control", daemon=True)

    def start(self) -> None:
        """Listen; only the station's own user may connect. The station lock is held, so a left-over socket is a dead one."""
        self._path.unlink(missing_ok=True)
        with _short(self._path) as name:
            self._socket.bind(name)
        self._path.chmod(0o600)
        # a full queue refuses a caller at once, which would read as “the station does not run”
        self._socket.listen(128)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(connection,), name="control-answer", daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection:
            connection.settimeout(5)
            try:
                request = _receive(connection)
                answer = self._handle(request)
                connection.sendall(json.dumps(answer, ensure_ascii=False).encode() + b"\n")
            except (OSError, ValueError, RecursionError) as error:  # the last: JSON nested without end
                log.warning("a control request was not understood: %s", error, extra={"action": "control_failed"})

    def _handle(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        try:
            return {"ok": True, **self._handler(request)}
        except BroadcasterError as error:
            return {"ok": False, "message": error.message, "hint": error.hint}

    def close(self) -> None:
        """Stop listening and take the door away."""
        self._socket.close()
        self._path.unlink(missing_ok=True)


def _receive(connection: socket.socket) -> Mapping[str, Any]:
    data = bytearray()
    while not data.endswith(b"\n"):
        block = connection.recv(4096)
        if not block:
            break
        data += block
        if len(data) > MAX_REQUEST:
            raise ValueError("request too long")
    request = json.loads(data)
    if not isinstance(request, dict):
        raise ValueError("request is no object")
    return request


class NotRunningError(BroadcasterError):
    """No station process answers in this folder."""


def ask(path: Path, request: Mapping[str, Any], *, timeout_s: float = 10.0) -> Mapping[str, Any]:
    """Send one request to the running station; raises NotRunningError, or BroadcasterError with the station's own answer."""
    try:
        with _short(path) as name, socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC) as sock:
            sock.settimeout(timeout_s)
            sock.connect(name)
            sock.sendall(json.dumps(request, ensure_ascii=False).encode() + b"\n")
            answer = _receive(sock)
    except (OSError, ValueError, RecursionError) as error:
        raise NotRunningError("Trạm chưa chạy ở thư mục này.", hint="Bật trạm bằng: broadcaster run") from error
    if not answer.get("ok"):
        raise BroadcasterError(str(answer.get("message", "Trạm không hiểu lệnh.")), hint=str(answer.get("hint", "")))
    return answer
