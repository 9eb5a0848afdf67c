"""A person with the README alone: from an empty folder to a proved airing and the paper about it, by the command line only."""

import json
import os
import re
import shutil
import sqlite3
import subprocess
import zipfile
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from tests.sound_server import SoundServer, recording
from tests.station_process import PROGRAM, wait_for

pytestmark = [pytest.mark.sound_server, pytest.mark.slow]

VN = ZoneInfo("Asia/Ho_Chi_Minh")
LEADER = "Phó Chủ tịch phụ trách"


class Newcomer:
    """Somebody at a terminal, in the folder of the station."""

    def __init__(self, home: Path, environment: Mapping[str, str]) -> None:
        self.home = home
        self.environment = {**environment, "LANG": "C", "LC_ALL": "C", "PYTHONUNBUFFERED": "1"}

    def types(self, *words: str, code: int = 0, of: str = "") -> str:
        """What one command prints; its exit code must be the one the README gives."""
        done = subprocess.run(
            [*PROGRAM, *words],
            cwd=self.home,
            env=self.environment,
            input=of,
            capture_output=True,
            encoding="utf-8",
            timeout=180,
            check=False,
        )
        said = done.stdout + done.stderr
        assert done.returncode == code, f"{words}: exit {done.returncode}\n{said}"
        assert "Traceback" not in said
        return said

    def asks(self, *words: str, code: int = 0) -> list[dict[str, Any]]:
        """The objects of a --json command."""
        return [
            json.loads(line) for line in self.types(*words, "--json", code=code).splitlines() if line.startswith("{")
        ]


@pytest.fixture
def newcomer(tmp_path: Path, own_sound_server: SoundServer) -> Newcomer:
    """In a fresh station made by ``init``, in a folder with a name people give."""
    first = Newcomer(tmp_path, own_sound_server.environment)
    said = first.types("init", "Trạm của phường")
    assert "Đã tạo trạm" in said
    assert "check" in said, "says what comes next"
    return Newcomer(tmp_path / "Trạm của phường", own_sound_server.environment)


def settled(newcomer: Newcomer) -> None:
    """The few lines of station.toml that this machine needs: its own voice, its own loudspeakers, an hour that is not quiet."""
    still = "03:00-03:01" if datetime.now(VN).hour not in {2, 3} else "12:00-12:01"
    path = newcomer.home / "station.toml"
    text = path.read_text(encoding="utf-8")
    text = re.sub(r"thu_tu = .*", 'thu_tu = ["espeak"]', text)
    text = text.replace('ngo_ra = "auto"', 'ngo_ra = "pulse"').replace('thiet_bi = ""', 'thiet_bi = "khom1"')
    text = re.sub(r"gio_yen_tinh = .*", f'gio_yen_tinh = "{still}"', text)
    text = re.sub(r"can_dong_ho_dung = .*", "can_dong_ho_dung = false", text)
    path.write_text(text, encoding="utf-8")


def test_from_an_empty_folder_to_a_proved_airing(
    newcomer: Newcomer, own_sound_server: SoundServer, tmp_path: Path
) -> None:
    settled(newcomer)
    assert "Lịch dùng được" in newcomer.types("check")

    coming = newcomer.asks("rundown", "--days", "7")
    assert coming
    assert {"airing_id", "planned", "zone", "programme", "title", "scripts", "duration_s", "state", "reason"} <= set(
        coming[0]
    )
    assert "bị giữ" in newcomer.types("rundown", "--days", "7"), "nothing is approved yet"

    rehearsed = newcomer.asks("rehearse", "--from", "04/03/2024", "--to", "08/03/2024")
    assert len([row for row in rehearsed if row.get("outcome") == "aired"]) == 10
    assert newcomer.asks("log", code=1) == [], "a rehearsal leaves the record alone"

    assert newcomer.types("read", of="UBND phường họp lúc 7h30 ngày 5/3.\n").count("\n") == 1
    spoken = newcomer.types("read", "audio_scripts/chao.md").splitlines()
    written = (newcomer.home / "audio_scripts/chao.md").read_text(encoding="utf-8").splitlines()
    assert len(spoken) == len(written), "line for line"
    assert not any("tieu" in line for line in spoken), "fields are not read aloud"

    assert "Bật trạm" in newcomer.types("air", "chao", "--by", "Lan", "--reason", "thử", code=2)
    newcomer.types("prepare")
    made = newcomer.asks("prepare")
    clip = next(row for row in made if row["script"] == "chao")
    data = Path(clip["path"]).read_bytes()
    voice = np.frombuffer(data[data.index(b"data") + 8 :], dtype="<i2")
    assert LEADER in newcomer.types("approve", "chao", "--by", LEADER)

    running = subprocess.Popen(
        [*PROGRAM, "run"],
        cwd=newcomer.home,
        env=newcomer.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(lambda: "CHƯA CHẠY" not in said_or_nothing(newcomer, "status"), 30)
        refused = newcomer.types("air", "loi-nhac-giay-to", "--by", "Lan", "--reason", "thử", code=2)
        assert "duyệt" in refused, "nothing unapproved is heard"
        with recording(own_sound_server, "khom1") as heard:
            newcomer.types("air", "chao", "--by", "Lan, công chức văn hóa", "--reason", "chào bà con")
            wait_for(lambda: has_rows(newcomer), 60)
            sound = heard.stop()
        assert len(sound.find(voice)) == 1, "the clip is heard once, whole"
    finally:
        running.terminate()
        assert running.wait(60) == 0

    row = newcomer.asks("log")[0]
    assert (row["outcome"], row["title"], row["by"]) == ("aired", "Lời chào kết thúc", "Lan, công chức văn hóa")
    assert row["played_s"] == pytest.approx(row["duration_s"], abs=0.01)
    assert newcomer.asks("log", "verify")[0]["holds"] is True
    today = datetime.now(VN).date()
    assert "Lời chào kết thúc" in said_or_nothing(newcomer, "reconcile", "--from", f"{today}", "--to", f"{today}")
    newcomer.types(
        "report", "--period", f"{today - timedelta(days=1):%d/%m/%Y}..{today:%d/%m/%Y}", "--out", "bao-cao.docx"
    )
    with zipfile.ZipFile(newcomer.home / "bao-cao.docx") as word:
        assert "1" in word.read("word/document.xml").decode()
    newcomer.types("paper", "check", "bao-cao.docx")
    assert "nhật ký" in newcomer.types("doctor", code=1)

    newcomer.types("backup", "sao-luu.zip")
    other = tmp_path / "máy mới"
    Newcomer(tmp_path, newcomer.environment).types(
        "--station", str(other), "restore", str(newcomer.home / "sao-luu.zip")
    )
    restored = Newcomer(other, newcomer.environment)
    assert restored.asks("log") == newcomer.asks("log")
    assert restored.asks("log", "verify")[0]["holds"] is True

    forge(newcomer.home / "var/station.db", row["seq"])
    said = newcomer.types("log", "verify", code=1)
    assert str(row["seq"]) in said
    assert newcomer.asks("log", "verify", code=1)[0]["holds"] is False


def said_or_nothing(newcomer: Newcomer, *words: str) -> str:
    """Of a command that may answer 1 while something still starts."""
    done = subprocess.run(
        [*PROGRAM, *words],
        cwd=newcomer.home,
        env=newcomer.environment,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    return done.stdout


def has_rows(newcomer: Newcomer) -> bool:
    """Whether the record holds a closed row."""
    return bool(said_or_nothing(newcomer, "log", "--json").strip())


def forge(database: Path, seq: int) -> None:
    """Somebody who knows SQL makes an airing that was heard one that was not."""
    with sqlite3.connect(database) as held:
        for (name,) in held.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            held.execute(f'DROP TRIGGER "{name}"')
        forged = (
            "UPDATE entry SET body = replace(body, '\"aired\"', '\"failed\"') WHERE seq = ? AND body LIKE '%\"aired\"%'"
        )
        assert held.execute(forged, (seq,)).rowcount == 1
    held.close()


def test_every_command_explains_itself_in_vietnamese(newcomer: Newcomer) -> None:
    listing = newcomer.types("--help")
    commands = re.findall(r"^  ([a-z][a-z-]+) {2,}", listing, re.MULTILINE)
    assert len(commands) > 25
    for command in commands:
        said = newcomer.types(command, "--help")
        assert "Cách dùng:" in said, command
        assert "Usage:" not in said, command


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("khong-co-lenh",), "khong-co-lenh"),
        (("rundown", "--days", "nhiều"), "--days"),
        (("rehearse", "--from", "31/02/2024", "--to", "01/03/2024"), "31/02/2024"),
        (("rehearse", "--from", "05/03/2024", "--to", "04/03/2024"), "04/03/2024"),
        (("report", "--period", "hôm qua", "--out", "x.docx"), "hôm qua"),
        (("approve", "khong-co-bai", "--by", "X"), "khong-co-bai"),
        (("read", "khong-co-tep.txt"), "khong-co-tep.txt"),
        (("--station", "khong-co-thu-muc", "check"), "khong-co-thu-muc"),
        (("restore", "khong-co.zip"), "khong-co.zip"),
        (("air", "chao"), "--by"),
    ],
)
def test_what_is_typed_wrong_is_said_with_the_way_out(newcomer: Newcomer, words: tuple[str, ...], said: str) -> None:
    done = subprocess.run(
        [*PROGRAM, *words],
        cwd=newcomer.home,
        env=newcomer.environment,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert done.returncode in {1, 2}
    assert said in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert "Error" not in done.stderr


@pytest.mark.parametrize("words", [("--help",), ("rundown", "--days", "30"), ("check",), ("log",)])
def test_a_reader_who_stops_reading_is_no_error(newcomer: Newcomer, words: tuple[str, ...]) -> None:
    read_end, write_end = os.pipe()
    os.close(read_end)
    done = subprocess.run(
        [*PROGRAM, *words],
        cwd=newcomer.home,
        env=newcomer.environment,
        stdout=write_end,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    os.close(write_end)
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr


def test_narrow_screens_no_colour_and_no_home(newcomer: Newcomer) -> None:
    bare = {
        name: value for name, value in newcomer.environment.items() if name not in {"HOME", "USER", "XDG_RUNTIME_DIR"}
    }
    said = Newcomer(newcomer.home, {**bare, "COLUMNS": "40", "NO_COLOR": "1", "TERM": "dumb"}).types(
        "rundown", "--days", "3"
    )
    assert "\x1b[" not in said


def test_a_folder_that_cannot_be_written_is_said(newcomer: Newcomer) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write anywhere")
    shutil.rmtree(newcomer.home / "var", ignore_errors=True)
    newcomer.home.chmod(0o555)
    try:
        assert "quyền" in newcomer.types("prepare", code=2)
    finally:
        newcomer.home.chmod(0o755)


def test_a_file_in_the_place_of_a_folder_is_said(newcomer: Newcomer) -> None:
    shutil.rmtree(newcomer.home / "var", ignore_errors=True)
    (newcomer.home / "var").write_text("tệp", encoding="utf-8")
    said = newcomer.types("prepare", code=2)
    assert "var" in said
