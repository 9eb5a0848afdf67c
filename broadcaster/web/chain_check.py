"""The walk over the whole chain, in a child process that gives way to the player and says how far it is.

Run as ``python -m broadcaster.web.chain_check STATION``: prints ``rows N`` now and then, and the result as JSON last.
"""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from broadcaster.errors import BroadcasterError
from broadcaster.ports import ChainReport


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One walk: ``rows`` of about ``of`` so far; ``report`` once it is done, or ``failure`` in words."""

    started: datetime
    of: int
    by: str
    rows: int = 0
    ended: datetime | None = None
    report: ChainReport | None = None
    failure: str = ""

    @property
    def running(self) -> bool:
        """Whether it is still walking."""
        return self.ended is None

    @property
    def percent(self) -> int:
        """How far, 0–99 while it walks."""
        return min(99, self.rows * 100 // self.of) if self.of else 0


class ChainCheck:
    """At most one walk at a time; the newest result is kept."""

    def __init__(self, station: Path, now: Callable[[], datetime]) -> None:
        self._station = station
        self._now = now
        self._lock = threading.Lock()
        self._newest: Check | None = None

    @property
    def newest(self) -> Check | None:
        """The walk in hand, or the last one done."""
        return self._newest

    def start(self, *, rows: int, by: str) -> bool:
        """Begin; False while one is on its way. ``rows`` is how many there are about."""
        with self._lock:
            if self._newest is not None and self._newest.running:
                return False
            self._newest = Check(started=self._now(), of=rows, by=by)
        threading.Thread(target=self._follow, args=(self._newest,), name="chain-check", daemon=True).start()
        return True

    def _follow(self, check: Check) -> None:
        command = [sys.executable, "-m", "broadcaster.web.chain_check", str(self._station)]
        last = ""
        try:
            with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True) as child:
                for line in child.stdout or ():
                    last = line.strip()
                    if last.startswith("rows "):
                        check = self._newest = replace(check, rows=int(last.split()[1]))
        except OSError as error:
            last = json.dumps({"failure": f"Không chạy được: {error.strerror or error}."})
        self._newest = _with_result(replace(check, ended=self._now()), last)


def _with_result(check: Check, last: str) -> Check:
    try:
        said = json.loads(last)
    except ValueError:
        failure = "Việc kiểm tra dừng giữa chừng. Làm lại; nếu vẫn vậy, chạy lệnh “broadcaster log verify”."
        return replace(check, failure=failure)
    if "failure" in said:
        return replace(check, failure=str(said["failure"]))
    report = ChainReport(
        rows=int(said["rows"]), broken_at=said["broken_at"], reason=str(said["reason"]), head=str(said["head"])
    )
    return replace(check, report=report, rows=report.rows)


def main(station: Path) -> None:
    """The child's own work; it dies with the pipe it writes to."""
    from broadcaster.wiring.workshop import Workshop  # noqa: PLC0415 - the parent needs none of it

    os.nice(10)

    def walked(rows: int) -> None:
        print(f"rows {rows}", flush=True)

    try:
        with Workshop(station) as shop:
            report = shop.journal.verify(walked)
    except BroadcasterError as error:
        print(json.dumps({"failure": f"{error.message} {error.hint}".strip()}))
        return
    told = {"rows": report.rows, "broken_at": report.broken_at, "reason": report.reason, "head": report.head}
    print(json.dumps(told))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
