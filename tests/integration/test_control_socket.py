"""The station's door: whatever comes through it, the answer is words and the station lives on."""

import json
import os
import socket
import stat
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from broadcaster.adapters.control_socket import MAX_REQUEST, ControlServer, NotRunningError, ask
from broadcaster.errors import BroadcasterError


def echo(request: Mapping[str, Any]) -> Mapping[str, Any]:
    """Gives back what was asked, or an error that the station would give."""
    if request.get("do") == "refuse":
        raise BroadcasterError("Chưa phát được.", hint="Duyệt bài trước.")
    return {"heard": request.get("word", "")}


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Path]:
    """An open door in a folder of Vietnamese name."""
    path = tmp_path / "trạm có dấu 📻" / "control.sock"
    path.parent.mkdir()
    server = ControlServer(path, echo)
    server.start()
    yield path
    server.close()


def raw(path: Path, data: bytes) -> bytes:
    """Send bytes as they are; whatever comes back."""
    here = Path.cwd()
    os.chdir(path.parent)
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as sock:
            sock.settimeout(10)
            sock.connect(path.name)
            try:
                sock.sendall(data)
                sock.shutdown(socket.SHUT_WR)
            except OSError:
                return b""
            answer = b""
            try:
                while block := sock.recv(65536):
                    answer += block
            except OSError:
                return b""
            return answer
    finally:
        os.chdir(here)


def test_words_go_in_and_come_out_unharmed(door: Path) -> None:
    for word in ("Kính thưa bà con", "dòng\nmới", '"nháy"', "📻", "", "x" * 60_000):
        assert ask(door, {"word": word})["heard"] == word


def test_only_its_own_user_may_come_in(door: Path) -> None:
    assert stat.S_IMODE(door.stat().st_mode) == 0o600


def test_a_refusal_is_the_station_s_own_words(door: Path) -> None:
    with pytest.raises(BroadcasterError, match="Chưa phát được") as refused:
        ask(door, {"do": "refuse"})
    assert refused.value.hint == "Duyệt bài trước."
    assert not isinstance(refused.value, NotRunningError)


@pytest.mark.parametrize(
    "garbage",
    [
        b"",
        b"\n",
        b"\x00\xff\xfe" * 100,
        b"{",
        b"[1, 2]\n",
        b'"chu"\n',
        b"null\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"{}" * 10,
        b"[" * 20_000 + b"\n",
    ],
    ids=["nothing", "empty line", "bytes", "half", "list", "text", "null", "http", "many", "deep"],
)
def test_garbage_gets_no_answer_and_does_no_harm(door: Path, garbage: bytes) -> None:
    assert raw(door, garbage) == b""
    assert ask(door, {"word": "còn đây"})["heard"] == "còn đây"


def test_a_huge_request_is_cut_off_and_does_no_harm(door: Path) -> None:
    assert raw(door, b'{"word": "' + b"x" * (MAX_REQUEST * 20) + b'"}\n') == b""
    assert ask(door, {"word": "còn đây"})["heard"] == "còn đây"


def test_a_caller_that_says_nothing_keeps_nobody_waiting(door: Path) -> None:
    here = Path.cwd()
    os.chdir(door.parent)
    try:
        silent = [socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) for _ in range(5)]
        for sock in silent:
            sock.connect(door.name)
    finally:
        os.chdir(here)
    assert ask(door, {"word": "tôi"})["heard"] == "tôi"
    for sock in silent:
        sock.close()


def test_many_at_once_each_get_their_own_answer(door: Path) -> None:
    answers: dict[int, object] = {}

    def call(n: int) -> None:
        answers[n] = ask(door, {"word": str(n)})["heard"]

    threads = [threading.Thread(target=call, args=(n,)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert answers == {n: str(n) for n in range(20)}


@pytest.mark.parametrize("deep", [1, 10])
def test_a_folder_deeper_than_a_socket_address_may_be(tmp_path: Path, deep: int) -> None:
    folder = tmp_path.joinpath(*["thư mục rất sâu của phường"] * deep)
    folder.mkdir(parents=True)
    path = folder / "control.sock"
    assert deep == 1 or len(os.fsencode(path)) > 200
    server = ControlServer(path, echo)
    server.start()
    assert ask(path, {"word": "sâu"})["heard"] == "sâu"
    server.close()
    assert not path.exists()


def test_a_station_that_is_gone_is_said_to_be_gone(tmp_path: Path) -> None:
    path = tmp_path / "control.sock"
    with pytest.raises(NotRunningError, match="chưa chạy") as gone:
        ask(path, {"do": "status"})
    assert "broadcaster run" in gone.value.hint
    with pytest.raises(NotRunningError):
        ask(tmp_path / "không có" / "control.sock", {"do": "status"})
    dead = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    here = Path.cwd()
    os.chdir(tmp_path)
    try:
        dead.bind(path.name)
    finally:
        os.chdir(here)
    dead.close()
    with pytest.raises(NotRunningError):
        ask(path, {"do": "status"})
    server = ControlServer(path, echo)
    server.start()
    assert ask(path, {"word": "mở lại"})["heard"] == "mở lại", "a socket left by a dead station is no obstacle"
    server.close()


def test_an_answer_that_is_no_answer_is_a_station_that_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "control.sock"
    for said in (b"khong phai json\n", b"", b"[]\n", json.dumps({"ok": False}).encode() + b"\n"):
        path.unlink(missing_ok=True)
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        here = Path.cwd()
        os.chdir(tmp_path)
        try:
            listener.bind(path.name)
        finally:
            os.chdir(here)
        listener.listen(1)

        def serve(listener: socket.socket = listener, said: bytes = said) -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(said)

        server = threading.Thread(target=serve)
        server.start()
        with pytest.raises(BroadcasterError):
            ask(path, {"do": "status"}, timeout_s=5)
        server.join(10)
        listener.close()
