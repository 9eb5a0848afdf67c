"""Long work in a child process: the same program as the command line, so that a page never waits and memory comes back."""

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

LONGEST_S = 1800.0
"""A child that takes longer than this is ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One run of a command; ``code`` is None while it runs. ``output`` is what it printed, ``complaint`` its stderr.

    ``about`` names the version of what it looked at, for those who ask whether it is still true.
    """

    started: datetime
    ended: datetime | None = None
    code: int | None = None
    output: str = ""
    complaint: str = ""
    about: str = ""

    @property
    def running(self) -> bool:
        """Whether it is still at work."""
        return self.ended is None

    def rows(self, *keys: str) -> list[Mapping[str, Any]]:
        """The objects a ``--json`` command printed, one a line, that hold all ``keys``; any other line is passed over."""
        found: list[Mapping[str, Any]] = []
        for line in self.output.splitlines():
            try:
                row = json.loads(line)
            except ValueError:
                continue
            if isinstance(row, dict) and row.keys() >= set(keys):
                found.append(row)
        return found


class Jobs:
    """Named jobs of one console, each name at most once at a time; the newest result of each name is kept."""

    def __init__(self, station: Path, now: Callable[[], datetime]) -> None:
        self._station = station
        self._now = now
        self._lock = threading.Lock()
        self._jobs: dict[str, Job] = {}
        self._children: dict[str, subprocess.Popen[str]] = {}

    def start(self, name: str, *words: str, about: str = "", after: Callable[[Job], None] = lambda _: None) -> bool:
        """Run ``broadcaster --station … words``; False when that name is still at work. ``after`` hears the result."""
        with self._lock:
            job = self._jobs.get(name)
            if job is not None and job.running:
                return False
            self._jobs[name] = Job(started=self._now(), about=about)
        command = [sys.executable, "-m", "broadcaster.cli.main", "--station", str(self._station), *words]
        threading.Thread(target=self._run, args=(name, command, after), name=f"job-{name}", daemon=True).start()
        return True

    def get(self, name: str) -> Job | None:
        """The newest run of that name."""
        return self._jobs.get(name)

    def _run(self, name: str, command: list[str], after: Callable[[Job], None]) -> None:
        begun = self._jobs[name]
        code, output, complaint = 2, "", ""
        try:
            with subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
            ) as child:
                self._children[name] = child
                try:
                    output, complaint = child.communicate(timeout=LONGEST_S)
                except subprocess.TimeoutExpired:
                    child.kill()
                    output, complaint = child.communicate()
                    complaint += "\nQuá lâu nên đã dừng."
                code = child.returncode
        except OSError as error:
            complaint = f"Không chạy được: {error.strerror or error}."
        finally:
            self._children.pop(name, None)
            done = replace(begun, ended=self._now(), code=code, output=output, complaint=complaint.strip())
            self._jobs[name] = done
        after(done)

    def close(self) -> None:
        """End what is still at work."""
        for child in list(self._children.values()):
            child.terminate()
