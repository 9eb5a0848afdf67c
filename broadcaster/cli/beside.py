"""The console beside a station that was started by hand: a child process whose end never touches the station."""

import subprocess
import sys
import time
from pathlib import Path

import click

AGAIN_S = (2.0, 10.0, 60.0)
"""How long to wait before the console is started again after its first, second and every further end."""
USER_ERROR = 2
"""The exit code of a console that cannot start as asked (the port is taken): starting it again would not help."""


class ConsoleBeside:
    """`broadcaster console` as a child; it prints its own address, and the first person's link, to the same window."""

    def __init__(self, station: Path, *words: str) -> None:
        self._command = [sys.executable, "-m", "broadcaster.cli.main", "--station", str(station), "console", *words]
        self._child: subprocess.Popen[bytes] | None = None
        self._ends = 0
        self._again: float | None = None

    def start(self) -> None:
        """Start it; without a keyboard, so that it prints a link and never waits for an answer."""
        self._again = None
        self._child = subprocess.Popen(self._command, stdin=subprocess.DEVNULL)

    def look(self) -> None:
        """Say once when it ended, and start it again when that may help; called at every tick, never waits."""
        if self._again is not None and time.monotonic() >= self._again:
            self.start()
            return
        if self._child is None or (code := self._child.poll()) is None:
            return
        self._child = None
        if code == USER_ERROR:
            click.echo("Trạm vẫn trực, chỉ thiếu bảng điều khiển. Mở sau bằng: broadcaster console")
            return
        delay = AGAIN_S[min(self._ends, len(AGAIN_S) - 1)]
        self._ends += 1
        self._again = time.monotonic() + delay
        click.echo(f"Bảng điều khiển bị tắt (mã {code}); trạm vẫn trực. Mở lại sau {delay:.0f} giây.")

    def close(self) -> None:
        """End it with the station; one that does not end in 10 s is this program's own child and is killed."""
        self._again = None
        if self._child is None:
            return
        self._child.terminate()
        try:
            self._child.wait(10)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait(10)
        self._child = None
