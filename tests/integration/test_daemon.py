"""The station as its users have it: a real process, real files, a real sound server, real signals."""

import os
import socket
import time
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from broadcaster.errors import BroadcasterError
from tests.sound_server import RATE, Samples, SoundServer, recording
from tests.station_process import PROGRAM, StationFolder, station, wait_for

pytestmark = [pytest.mark.sound_server, pytest.mark.slow]

VN = ZoneInfo("Asia/Ho_Chi_Minh")


def now() -> datetime:
    """The machine's time in Việt Nam, as the station sees it."""
    return datetime.now(VN)


@pytest.fixture
def folder(tmp_path: Path, own_sound_server: SoundServer) -> StationFolder:
    """A small station whose zones are two null sinks of a private server."""
    return StationFolder(tmp_path / "trạm có dấu", own_sound_server.environment)


def dated(moment: datetime, content: str, *, zone: str = "tất cả", grace: str = "10 phút") -> str:
    """One dated row of the calendar."""
    day, clock = f"{moment:%d/%m/%Y}", f"{moment:%H:%M}"
    return f'  - {{ngay: {day}, gio: "{clock}", phat: {content}, cum_loa: [{zone}], cho_phep_tre: {grace}}}\n'


def pcm(folder: StationFolder, script: str) -> Samples:
    """The samples of a script's clip, as prepared."""
    row = next(r for r in folder.rows("prepare") if r["script"] == script)
    data = Path(row["path"]).read_bytes()
    return np.frombuffer(data[data.index(b"data") + 8 :], dtype="<i2")


def test_two_zones_speak_their_own_words_at_the_set_minute(
    folder: StationFolder, own_sound_server: SoundServer
) -> None:
    folder.approve("bai-mot", "bai-hai")
    moment = (now() + timedelta(seconds=14)).replace(second=0, microsecond=0) + timedelta(minutes=1)
    folder.calendar("lich_ngay:\n" + dated(moment, "bai-mot", zone="khom-1") + dated(moment, "bai-hai", zone="khom-2"))
    first, second = pcm(folder, "bai-mot"), pcm(folder, "bai-hai")
    with station(folder):
        time.sleep(max(0.0, (moment - now()).total_seconds() - 3))
        with recording(own_sound_server, "khom1") as one, recording(own_sound_server, "khom2") as two:
            wait_for(lambda: len(folder.log()) == 2, 60)
            heard = [one.stop(), two.stop()]
    for sound, clip in zip(heard, (first, second), strict=True):
        places = sound.find(clip)
        assert len(places) == 1, "the clip is heard once, whole, in order"
        begun = sound.wall_of(sound.first_sound(threshold=30))
        # the lead-in is silence: the chime's first sample follows it
        assert -0.05 < begun - moment.timestamp() - 0.8 < 0.3
    for row in folder.log():
        assert row["outcome"] == "aired"
        assert abs(row["late_ms"]) < 100
        assert row["played_s"] == pytest.approx(row["duration_s"], abs=0.001)
        assert row["test"] is False
    assert folder.rows("log", "verify")[0]["holds"]


def test_a_kill_in_the_middle_is_written_as_interrupted_and_never_played_again(
    folder: StationFolder, own_sound_server: SoundServer
) -> None:
    folder.approve("bai-dai", "bai-mot")
    folder.calendar("lich_ngay:\n" + dated(now(), "bai-dai"))
    with station(folder) as running:
        wait_for(lambda: any(a["played_s"] > 1 for a in folder.status()["on_air"]), 20, lambda: running.output)
        running.kill()
    with station(folder) as again, recording(own_sound_server, "khom1") as heard:
        wait_for(lambda: len(folder.log()) == 1, 10, lambda: again.output)
        time.sleep(3)
        assert not folder.status()["on_air"]
        assert np.abs(heard.stop().samples).max() == 0
    (row,) = folder.log()
    assert row["outcome"] == "interrupted"
    assert "mất điện" in row["reason"]
    assert folder.rows("log", "verify")[0]["holds"]


def test_a_kill_before_and_after_loses_nothing_and_repeats_nothing(folder: StationFolder) -> None:
    folder.approve("bai-mot")
    moment = (now() + timedelta(seconds=15)).replace(second=0, microsecond=0) + timedelta(minutes=1)
    folder.calendar("lich_ngay:\n" + dated(moment, "bai-mot"))
    with station(folder) as running:
        running.kill()
    with station(folder) as running:
        wait_for(lambda: len(folder.log()) == 1, 120, lambda: running.output)
        running.kill()
    with station(folder):
        time.sleep(6)
        assert [r["outcome"] for r in folder.log()] == ["aired"]
    lines = [r for r in folder.rows("reconcile", "--from", f"{now():%d/%m/%Y}") if r["planned"]]
    assert [line["outcome"] for line in lines] == ["aired"]


def test_nothing_unapproved_is_aired_and_an_edit_voids_the_approval(folder: StationFolder) -> None:
    folder.calendar("lich_ngay:\n" + dated(now(), "bai-mot") + dated(now(), "bai-hai"))
    folder.approve("bai-hai")
    folder.script("bai-hai", "Bài hai", "Lời này chưa ai nghe và duyệt.")
    folder.cli("prepare")
    with station(folder) as running:
        wait_for(lambda: len(folder.log()) == 2, 30, lambda: running.output)
        with pytest.raises(BroadcasterError, match="chưa được duyệt"):
            folder.ask(do="air", script="bai-mot", zone="", by="Cán bộ", reason="thử", priority="normal")
    rows = {r["scripts"][0]: r for r in folder.log()}
    assert {r["outcome"] for r in rows.values()} == {"withheld"}
    assert "chưa được duyệt" in rows["bai-mot"]["reason"]
    assert "duyệt lại" in rows["bai-hai"]["reason"]
    assert all(r["played_s"] == 0 and r["started"] is None for r in rows.values())


def test_an_order_is_aired_stopped_and_cut_by_an_emergency(folder: StationFolder) -> None:
    folder.approve("bai-dai", "bai-mot")
    with station(folder) as running:
        folder.cli("air", "bai-dai", "--zone", "khom-1", "--by", "Cán bộ", "--reason", "thử phát tay")
        wait_for(lambda: any(a["played_s"] > 0.5 for a in folder.status()["on_air"]), 20, lambda: running.output)
        begun = time.monotonic()
        folder.cli("stop", "--by", "Cán bộ", "--reason", "có đám tang")
        wait_for(lambda: len(folder.log()) == 1, 10, lambda: running.output)
        assert time.monotonic() - begun < 10
        folder.cli("air", "bai-dai", "--zone", "khom-1", "--by", "Cán bộ", "--reason", "phát lại")
        wait_for(lambda: any(a["played_s"] > 0.5 for a in folder.status()["on_air"]), 20, lambda: running.output)
        words = ["--by", "Chủ tịch", "--reason", "cháy chợ", "--priority", "khẩn cấp"]
        folder.cli("air", "bai-mot", "--zone", "khom-1", *words)
        wait_for(lambda: len(folder.log()) == 3, 30, lambda: running.output)
    stopped, cut, urgent = folder.log()
    assert (stopped["outcome"], stopped["planned"]) == ("stopped", None)
    assert "Cán bộ cho dừng: có đám tang" in stopped["reason"]
    assert 0 < stopped["played_s"] < stopped["duration_s"]
    assert (cut["outcome"], urgent["outcome"]) == ("interrupted", "aired")
    assert "ưu tiên hơn: Bài một" in cut["reason"]


def test_quiet_hours_hold_even_an_order_but_an_emergency_with_a_name(folder: StationFolder) -> None:
    start, end = now() - timedelta(hours=1), now() + timedelta(hours=1)
    folder.settings(sink="pulse", quiet=f"{start:%H:%M}-{end:%H:%M}")
    folder.approve("bai-mot")
    with station(folder) as running:
        folder.cli("air", "bai-mot", "--by", "Cán bộ", "--reason", "thử")
        folder.cli("air", "bai-mot", "--by", "Chủ tịch", "--reason", "vỡ đê", "--priority", "khẩn cấp")
        wait_for(lambda: len(folder.log()) == 2, 30, lambda: running.output)
    rows = {r["priority"]: r for r in folder.log()}
    assert rows["normal"]["outcome"] == "withheld"
    assert "giờ yên tĩnh" in rows["normal"]["reason"]
    assert rows["emergency"]["outcome"] == "aired"
    assert "Chủ tịch quyết định: vỡ đê" in rows["emergency"]["reason"]


def test_a_lost_sound_server_is_retried_and_the_station_lives_on(
    folder: StationFolder, own_sound_server: SoundServer
) -> None:
    folder.approve("bai-dai", "bai-mot")
    with station(folder) as running:
        folder.cli("air", "bai-dai", "--by", "Cán bộ", "--reason", "thử")
        wait_for(lambda: any(a["played_s"] > 1 for a in folder.status()["on_air"]), 20, lambda: running.output)
        own_sound_server.kill()
        time.sleep(1)
        own_sound_server.start()
        wait_for(lambda: len(folder.log()) == 1, 90, lambda: running.output)
        (row,) = folder.log()
        assert row["outcome"] in {"aired", "partial"}
        assert row["results"][0]["gaps"] >= 1
        assert row["reason"]
        folder.cli("air", "bai-mot", "--by", "Cán bộ", "--reason", "sau khi loa trở lại")
        wait_for(lambda: len(folder.log()) == 2, 30, lambda: running.output)
    assert folder.log()[1]["outcome"] == "aired"


def test_a_missing_device_is_said_in_the_row(tmp_path: Path, own_sound_server: SoundServer) -> None:
    folder = StationFolder(tmp_path / "tram", own_sound_server.environment)
    text = (folder.root / "station.toml").read_text(encoding="utf-8").replace('"khom1"', '"loa_khong_co"')
    folder.root.joinpath("station.toml").write_text(text + "cho_phep_tre_giay = 3.0\n", encoding="utf-8")
    folder.approve("bai-mot")
    with station(folder) as running:
        folder.cli("air", "bai-mot", "--zone", "khom-1", "--by", "Cán bộ", "--reason", "thử")
        wait_for(lambda: len(folder.log()) == 1, 30, lambda: running.output)
    (row,) = folder.log()
    assert row["outcome"] == "failed"
    assert "loa_khong_co" in row["reason"]


def test_only_one_station_holds_a_folder(folder: StationFolder) -> None:
    with station(folder) as running:
        told = folder.cli("run", code=2)
        assert str(running.process.pid) in told


def test_a_broken_edit_keeps_the_last_good_calendar_even_over_a_restart(folder: StationFolder) -> None:
    good = "khung_gio:\n  - {ma: sang, phat: bai-mot, thu: [hằng ngày], gio: ['06:05']}\n"
    folder.calendar(good)
    with station(folder) as running:
        version = folder.status()["calendar_version"]
        folder.calendar(good.replace("06:05", "25:00"))
        wait_for(lambda: folder.status()["on_last_good"], 20, lambda: running.output)
        status = folder.status()
        assert status["calendar_version"] == version
        assert any("lich.yaml:2" in p for p in status["problems"])
        running.kill()
    with station(folder) as running:
        status = folder.status()
        assert (status["on_last_good"], status["calendar_version"]) == (True, version)
        folder.calendar(good.replace("06:05", "06:10"))
        running.hang_up()
        wait_for(lambda: not folder.status()["on_last_good"], 20, lambda: running.output)
        assert folder.status()["calendar_version"] != version


def test_a_station_that_was_never_good_says_every_problem_and_ends_with_2(folder: StationFolder) -> None:
    folder.calendar("khung_gio:\n  - {ma: sang, phat: bai-mo, thu: [hằng ngày], gio: ['25:00']}\n")
    told = folder.cli("run", code=2)
    assert "lich.yaml:2" in told
    assert "25:00" in told


def test_sigterm_lets_a_short_rest_end_and_cuts_a_long_one(folder: StationFolder) -> None:
    folder.approve("bai-mot", "bai-dai")
    settings = folder.root / "station.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("giay = 3.0", "giay = 15.0"), encoding="utf-8")
    for script, outcome in (("bai-mot", "aired"), ("bai-dai", "interrupted")):
        with station(folder) as running:
            folder.cli("air", script, "--by", "Cán bộ", "--reason", "thử")
            wait_for(lambda: any(a["played_s"] > 0 for a in folder.status()["on_air"]), 20)
            assert running.end() == 0
        row = folder.log()[-1]
        assert row["outcome"] == outcome, running.output
    assert "tắt theo lệnh" in folder.log()[-1]["reason"]


def test_the_service_manager_is_told(folder: StationFolder, tmp_path: Path) -> None:
    address = str(tmp_path / "n")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(address)
        manager.settimeout(20)
        heard: list[str] = []

        def told(word: str) -> bool:
            heard.append(manager.recv(4096).decode())
            return any(word in h for h in heard)

        environment = {"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "2000000"}
        with station(folder, environment=environment) as running:
            wait_for(lambda: told("WATCHDOG=1"), 20)
            running.hang_up()
            wait_for(lambda: told("RELOADING=1"), 20)
            running.end()
            manager.settimeout(2)
            wait_for(lambda: told("STOPPING=1"), 20)
    assert any(h.startswith("READY=1\nSTATUS=") for h in heard)
    assert any("MONOTONIC_USEC=" in h for h in heard)


def test_the_first_run_airs_an_announced_test(folder: StationFolder, own_sound_server: SoundServer) -> None:
    with recording(own_sound_server, "khom1") as heard, station(folder, "--test-airing") as running:
        wait_for(lambda: "Đã phát thử" in running.output, 60, lambda: running.output)
        sound = heard.stop()
    (row,) = folder.log()
    assert (row["test"], row["outcome"], row["planned"]) == (True, "aired", None)
    loud = np.abs(sound.samples.astype(np.int32)) > 300
    assert loud.sum() > RATE


def test_a_test_in_quiet_hours_goes_to_a_file_and_says_why(
    folder: StationFolder, own_sound_server: SoundServer
) -> None:
    start, end = now() - timedelta(hours=1), now() + timedelta(hours=1)
    folder.settings(sink="pulse", quiet=f"{start:%H:%M}-{end:%H:%M}")
    with recording(own_sound_server, "khom1") as heard, station(folder, "--test-airing") as running:
        wait_for(lambda: "Đã phát thử" in running.output, 60, lambda: running.output)
        assert np.abs(heard.stop().samples).max() == 0
    (row,) = folder.log()
    assert row["test"]
    assert "giờ yên tĩnh" in row["order_reason"]
    assert list((folder.root / "var/aired").glob("*.wav"))


def test_help_stays_quick_and_imports_nothing_heavy() -> None:
    import subprocess  # noqa: PLC0415 - this test looks at a process of its own

    code = "import sys; from broadcaster.cli import main; print([m for m in ('numpy', 'sqlalchemy', 'gtts') if m in sys.modules])"
    done = subprocess.run([PROGRAM[0], "-c", code], capture_output=True, text=True, check=True, env=os.environ)
    assert done.stdout.strip() == "[]"
