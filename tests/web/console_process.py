"""A real console for tests: `broadcaster console` as a child on a free port, over a real station folder."""

import os
import re
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from zoneinfo import ZoneInfo

from broadcaster.adapters.people import People, Role
from tests.station_process import PROGRAM, StationFolder, wait_for

PASSWORD = "bốn con gà trống"
NOW = datetime(2026, 11, 24, 8, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))

PEOPLE = {
    "lan": ("Nguyễn Thị Lan, công chức văn hóa", {Role.AUTHOR, Role.OPERATOR}),
    "duc": ("Trần Văn Đức, Phó Chủ tịch", {Role.APPROVER}),
    "minh": ("Lê Minh, quản trị", {Role.ADMIN}),
    "xem": ("Phạm Xem, trưởng khóm", {Role.VIEWER}),
}
"""Who is there in a test console: an author who also operates, an approver, an administrator, an onlooker."""


def add_people(folder: StationFolder) -> People:
    """Everyone of PEOPLE, with the one PASSWORD."""
    people = People(folder.root / "var/people.json")
    for login, (name, roles) in PEOPLE.items():
        people.add(login=login, name=name, roles=frozenset(roles), password=PASSWORD, now=NOW)
    return people


class ConsoleProcess:
    """`broadcaster console` as a child; only this child is ever signalled."""

    def __init__(self, folder: StationFolder, *words: str) -> None:
        self.folder = folder
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            [*PROGRAM, "--station", str(folder.root), "console", "--port", "0", *words],
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        wait_for(self._started, 60, lambda: self.output)

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))

    def _started(self) -> bool:
        assert self.process.poll() is None, self.output
        return "Application startup complete" in self.output

    @property
    def output(self) -> str:
        """Everything printed so far."""
        return "\n".join(self.lines)

    @property
    def url(self) -> str:
        """Where it answers."""
        found = re.search(r"Bảng điều khiển: (\S+)", self.output)
        assert found, self.output
        return found[1]

    @property
    def link(self) -> str:
        """The one-time link of a first run."""
        found = re.search(r"https?://\S+/lan-dau\?ma=\S+", self.output)
        assert found, self.output
        return found[0]

    def kill(self) -> None:
        """The console dies."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    def close(self) -> None:
        """Whatever happened, leave no child behind."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(10)
        self._reader.join(5)
        if self.process.stdout is not None:
            self.process.stdout.close()


@contextmanager
def running_console(folder: StationFolder, *words: str) -> Iterator[ConsoleProcess]:
    """A console for the length of a block; no page of it may have failed by a bug."""
    process = ConsoleProcess(folder, *words)
    try:
        yield process
        assert "Traceback" not in process.output, process.output
    finally:
        process.close()
