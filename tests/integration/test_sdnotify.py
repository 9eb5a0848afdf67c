"""What the service manager hears, on a real datagram socket."""

import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from broadcaster.adapters.sdnotify import SystemdNotifier


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[socket.socket]:
    """A manager that listens in a folder."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "n"))
        listening.settimeout(10)
        yield listening


def heard(manager: socket.socket) -> str:
    """The next message."""
    return manager.recv(8192).decode()


def test_each_moment_of_a_station_is_told_in_the_manager_s_words(manager: socket.socket) -> None:
    at = str(manager.getsockname())
    notifier = SystemdNotifier({"NOTIFY_SOCKET": at}, monotonic_usec=lambda: 123_456)
    notifier.ready("đang trực")
    assert heard(manager) == "READY=1\nSTATUS=đang trực"
    notifier.reloading()
    assert heard(manager) == "RELOADING=1\nMONOTONIC_USEC=123456"
    notifier.status("hai\ndòng\r\nREADY=0")
    assert heard(manager) == "STATUS=hai dòng READY=0", "no text can become a second field"
    notifier.watchdog()
    assert heard(manager) == "WATCHDOG=1"
    notifier.stopping("ngừng")
    assert heard(manager) == "STOPPING=1\nSTATUS=ngừng"


def test_an_abstract_address_is_found() -> None:
    name = f"broadcaster-test-{os.getpid()}-{time.monotonic_ns()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(f"\0{name}")
        manager.settimeout(10)
        SystemdNotifier({"NOTIFY_SOCKET": f"@{name}"}).watchdog()
        assert heard(manager) == "WATCHDOG=1"


@pytest.mark.parametrize(
    ("environment", "interval"),
    [
        ({}, None),
        ({"WATCHDOG_USEC": "30000000"}, 30.0),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": str(os.getpid())}, 30.0),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "lâu"}, None),
        ({"WATCHDOG_USEC": "-5"}, None),
    ],
)
def test_only_a_watchdog_meant_for_this_process_counts(environment: dict[str, str], interval: float | None) -> None:
    assert SystemdNotifier(environment).watchdog_interval_s == interval


def test_without_a_manager_or_with_a_dead_one_the_station_goes_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    SystemdNotifier({}).ready("một mình")
    assert caplog.records == []
    SystemdNotifier({"NOTIFY_SOCKET": str(tmp_path / "khong-co")}).ready("ai nghe?")
    assert [getattr(r, "action", "") for r in caplog.records] == ["notify_failed"]
