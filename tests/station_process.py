"""A real station for tests: a folder of its own, the program as a child process, loudspeakers that are null sinks."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from broadcaster.adapters.control_socket import NotRunningError, ask

PROGRAM = [sys.executable, "-m", "broadcaster.cli.main"]

SETTINGS = """
[[don_vi]]
ten_phuong = "phường Mẫu"
co_quan = "Ủy ban nhân dân phường Mẫu"
dai = "Đài truyền thanh phường Mẫu"
dia_danh = "Mẫu"
chuc_vu_ky = "CHỦ TỊCH"

[[cum_loa]]
ma = "khom-1"
ten = "Khóm 1"
ngo_ra = "{sink}"
thiet_bi = "{first}"

[[cum_loa]]
ma = "khom-2"
ten = "Khóm 2"
ngo_ra = "{sink}"
thiet_bi = "{second}"

[giong_doc]
thu_tu = ["espeak"]

[quy_dinh]
gio_yen_tinh = "{quiet}"
cho_het_bai_giay = 3.0
can_dong_ho_dung = false
"""

SCRIPT = """---
tieu_de: {title}
loai: thông báo
ma_noi_dung: [ND-D2]
nguon: [thử nghiệm]
---
{text}
"""

SHORT = "Kính mời bà con và cô bác đến trụ sở khóm."
LONG = " ".join([SHORT] * 12)


def far_from_now() -> str:
    """One quiet minute on the other side of the day: these stations speak at whatever hour the tests run."""
    start = datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")) + timedelta(hours=12)
    return f"{start:%H:%M}-{start + timedelta(minutes=1):%H:%M}"


class StationFolder:
    """The files of a small station; ``environment`` reaches its private sound server."""

    def __init__(self, root: Path, environment: Mapping[str, str] | None = None) -> None:
        self.root = root
        self.environment = {**(environment or os.environ), "PYTHONUNBUFFERED": "1"}
        (root / "audio_scripts").mkdir(parents=True)
        (root / "schedules").mkdir()
        self.settings(sink="pulse" if environment else "file", quiet=far_from_now())
        self.script("bai-mot", "Bài một", SHORT)
        self.script("bai-hai", "Bài hai", "Bà con nhớ mang theo giấy tờ khi đi làm thủ tục hành chính nhé.")
        self.script("bai-dai", "Bài dài", LONG)
        self.calendar("khung_gio: []\n")

    def settings(self, *, sink: str, quiet: str) -> None:
        """station.toml with two zones."""
        first, second = ("khom1", "khom2") if sink == "pulse" else ("", "")
        text = SETTINGS.format(sink=sink, first=first, second=second, quiet=quiet)
        (self.root / "station.toml").write_text(text, encoding="utf-8")

    def script(self, name: str, title: str, text: str) -> None:
        """One script."""
        (self.root / f"audio_scripts/{name}.md").write_text(SCRIPT.format(title=title, text=text), encoding="utf-8")

    def calendar(self, text: str) -> None:
        """The one schedule file."""
        (self.root / "schedules/lich.yaml").write_text(text, encoding="utf-8")

    def cli(self, *words: str, code: int = 0) -> str:
        """Run a command to its end and return what it printed."""
        done = subprocess.run(
            [*PROGRAM, "--station", str(self.root), *words],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == code, f"{words}: exit {done.returncode}\n{done.stdout}\n{done.stderr}"
        assert "Traceback" not in done.stderr
        return done.stdout + done.stderr

    def rows(self, *words: str, code: int = 0) -> list[dict[str, Any]]:
        """The objects a --json command printed."""
        return [json.loads(line) for line in self.cli(*words, "--json", code=code).splitlines() if line.startswith("{")]

    def log(self) -> list[dict[str, Any]]:
        """As-run rows, empty when there are none (the command then ends with 1)."""
        done = subprocess.run(
            [*PROGRAM, "--station", str(self.root), "log", "--json"],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode in {0, 1}, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    def approve(self, *names: str) -> None:
        """Somebody approves."""
        for name in names:
            self.cli("approve", name, "--by", "Phó Chủ tịch")

    def ask(self, **request: Any) -> Mapping[str, Any]:
        """One request at the station's door."""
        return ask(self.root / "var/control.sock", request)

    def status(self) -> Mapping[str, Any]:
        """The running station's status."""
        answer: Mapping[str, Any] = self.ask(do="status")["status"]
        return answer


class StationProcess:
    """`broadcaster run` as a child; only this child is ever signalled."""

    def __init__(self, folder: StationFolder, *words: str, environment: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            [*PROGRAM, "--station", str(folder.root), "run", *words],
            env={**folder.environment, **(environment or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))

    @property
    def output(self) -> str:
        """Everything printed so far."""
        return "\n".join(self.lines)

    def await_ready(self) -> None:
        """Until the door answers."""
        wait_for(self._answers, 30, lambda: self.output)

    def _answers(self) -> bool:
        if self.process.poll() is not None:
            raise AssertionError(f"the station ended with {self.process.returncode}:\n{self.output}")
        try:
            self.folder.status()
        except NotRunningError:
            return False
        return True

    def kill(self) -> None:
        """The mains go."""
        self.process.kill()
        self.process.wait(10)

    def hang_up(self) -> None:
        """SIGHUP."""
        self.process.send_signal(signal.SIGHUP)

    def end(self, timeout_s: float = 30) -> int:
        """SIGTERM, and the exit code."""
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.wait(timeout_s)

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
def station(
    folder: StationFolder, *words: str, environment: Mapping[str, str] | None = None
) -> Iterator[StationProcess]:
    """A station on duty for the length of a block."""
    process = StationProcess(folder, *words, environment=environment)
    try:
        process.await_ready()
        yield process
    finally:
        process.close()


def wait_for(condition: Any, seconds: float, tell: Any = lambda: "") -> None:
    """Poll a real process; fails with what ``tell`` says."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"did not happen within {seconds} s\n{tell()}")
        time.sleep(0.05)
