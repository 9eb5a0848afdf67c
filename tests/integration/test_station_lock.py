"""One process a station folder: the second is told who holds it, and a dead holder holds nothing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from broadcaster.adapters.station_lock import StationLock, held_by
from broadcaster.errors import BroadcasterError, StationHeldError

HOLD = """
import sys
from pathlib import Path
from broadcaster.adapters.station_lock import StationLock
lock = StationLock(Path(sys.argv[1]))
lock.acquire()
print("held", flush=True)
sys.stdin.read()
"""


def holder(path: Path) -> "subprocess.Popen[str]":
    """Another process that has the station until its input ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_the_second_process_is_told_which_one_has_the_station(tmp_path: Path) -> None:
    path = tmp_path / "var" / "station.lock"
    with holder(path) as other:
        with pytest.raises(StationHeldError, match=str(other.pid)) as refused:
            StationLock(path).acquire()
        assert "broadcaster status" in refused.value.hint
        assert held_by(path) == other.pid
        assert path.read_text(encoding="ascii") == str(other.pid), "who was refused writes nothing over it"
        other.communicate("", timeout=20)
    assert held_by(path) is None


def test_a_holder_that_was_killed_holds_nothing(tmp_path: Path) -> None:
    path = tmp_path / "station.lock"
    with holder(path) as other:
        other.kill()
        other.wait(20)
    mine = StationLock(path)
    mine.acquire()
    assert held_by(path) == os.getpid()
    mine.release()
    mine.release()
    assert held_by(path) is None
    assert path.exists(), "the file stays, so that two starts never lock two files"


def test_a_shorter_number_leaves_no_digit_of_a_longer_one(tmp_path: Path) -> None:
    path = tmp_path / "station.lock"
    path.write_text("999999999999", encoding="ascii")
    mine = StationLock(path)
    mine.acquire()
    assert path.read_text(encoding="ascii") == str(os.getpid())
    mine.release()


def test_rubbish_in_the_file_accuses_nobody(tmp_path: Path) -> None:
    path = tmp_path / "station.lock"
    with holder(path) as other:
        path.write_bytes(b"\xff\xfe khong phai so")
        assert held_by(path) == 0
        with pytest.raises(StationHeldError):
            StationLock(path).acquire()
        other.communicate("", timeout=20)
    assert held_by(tmp_path / "khong-co") is None


def test_a_place_that_cannot_be_written_is_said_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("một tệp, không phải thư mục", encoding="utf-8")
    with pytest.raises(BroadcasterError, match="Không ghi được") as refused:
        StationLock(tmp_path / "var" / "station.lock").acquire()
    assert refused.value.hint
