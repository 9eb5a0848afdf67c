"""`run --console`: the station and its console start together, end together, and one never silences the other."""

import http.client
import re
import socket
import subprocess
from pathlib import Path

from tests.station_process import StationFolder, StationProcess, station, wait_for


def address(process: StationProcess) -> list[str]:
    """Every address a console has printed."""
    return re.findall(r"Bảng điều khiển: (http://127\.0\.0\.1:\d+)", process.output)


def logs_in(url: str) -> bool:
    """Whether the page of the address comes."""
    door = http.client.HTTPConnection(url.removeprefix("http://"), timeout=10)
    try:
        door.request("GET", "/dang-nhap")
        return door.getresponse().status in {200, 303}
    finally:
        door.close()


def children(pid: int) -> list[int]:
    """The direct child processes."""
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False)
    return [int(word) for word in found.stdout.split()]


def command(pid: int) -> str:
    """The words a process was started with, empty when it is gone."""
    file = Path(f"/proc/{pid}/cmdline")
    return file.read_bytes().replace(b"\0", b" ").decode() if file.exists() else ""


def test_one_command_starts_both_and_one_signal_ends_both(tmp_path: Path) -> None:
    with station(StationFolder(tmp_path / "tram"), "--console", "--port", "0") as process:
        wait_for(lambda: "Application startup complete" in process.output, 60, lambda: process.output)
        assert logs_in(address(process)[0])
        assert "/lan-dau?ma=" in process.output, "the first person's link"
        console = next(pid for pid in children(process.process.pid) if " console " in command(pid))
        assert process.end() == 0
        assert " console " not in command(console)


def test_a_killed_console_is_said_and_started_again_while_the_station_stays(tmp_path: Path) -> None:
    folder = StationFolder(tmp_path / "tram")
    with station(folder, "--console", "--port", "0") as process:
        wait_for(lambda: address(process), 60, lambda: process.output)
        console = next(pid for pid in children(process.process.pid) if " console " in command(pid))
        subprocess.run(["kill", "-KILL", str(console)], check=True)
        wait_for(lambda: "trạm vẫn trực" in process.output, 30, lambda: process.output)
        assert folder.status()
        assert process.process.poll() is None
        wait_for(lambda: len(address(process)) == 2, 60, lambda: process.output)


def test_a_taken_port_is_said_and_the_station_stays(tmp_path: Path) -> None:
    folder = StationFolder(tmp_path / "tram")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with station(folder, "--console", "--port", str(port)) as process:
            wait_for(lambda: "chỉ thiếu bảng điều khiển" in process.output, 60, lambda: process.output)
            assert f"Không mở được cổng {port}" in process.output
            assert "cổng khác" in process.output
            assert folder.status()
            assert process.process.poll() is None
