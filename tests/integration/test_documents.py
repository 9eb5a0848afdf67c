"""The papers from outside: commands on a rehearsed station and on one with real sound; counts made again from the raw rows."""

import hashlib
import io
import json
import math
import re
import sqlite3
import subprocess
import sys
import wave
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import miniaudio
import openpyxl
import pytest

from broadcaster.adapters.clips import DiskClips
from broadcaster.adapters.clock import SystemClock
from broadcaster.adapters.journal import SqlJournal
from broadcaster.domain.asrun import Closing, Item, Opening, Outcome, ZoneResult
from broadcaster.domain.calendar import ZoneId
from broadcaster.domain.clips import Clip
from broadcaster.domain.rundown import AiringId
from broadcaster.domain.scripts import ScriptId, canonical_text
from tests.docx_text import lines_of, tables_of

ROOT = Path(__file__).parents[2]
HCM = ZoneInfo("Asia/Ho_Chi_Minh")
PERIOD = "04/03/2024..15/04/2024"


def run(station: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "broadcaster.cli.main", "--station", str(station), *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)


def done(station: Path, *words: str) -> str:
    result = run(station, *words)
    assert result.returncode == 0, result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def rehearsed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six weeks of the sample station, rehearsed into a scratch station."""
    scratch = tmp_path_factory.mktemp("papers") / "station"
    done(ROOT, "rehearse", "--from", "2024-03-04", "--to", "2024-04-15", "--into", str(scratch))
    return scratch


@pytest.fixture(scope="module")
def papers(rehearsed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every form of one report."""
    folder = tmp_path_factory.mktemp("out")
    outs = [word for end in ("docx", "xlsx", "html", "json") for word in ("--out", str(folder / f"bc.{end}"))]
    done(rehearsed, "report", "--period", PERIOD, *outs, "--number", "7")
    return folder


def raw_count(station: Path) -> tuple[int, int, int]:
    """Programmes, plays and milliseconds counted again from the sealed rows themselves."""
    base = sqlite3.connect(station / "var" / "station.db")
    rows = base.execute("select action, body from entry where action in ('on_air', 'off_air', 'record') order by seq")
    framing = {"nhạc hiệu", "xướng", "nhạc cắt", "chào"}
    openings: dict[str, list[dict[str, float]]] = {}
    programmes = plays = length = 0
    for action, body in rows:
        told = json.loads(body)
        airing, record = told["facts"]["airing_id"], told["record"]
        if "opening" in record:
            openings[airing] = [i for i in record["opening"]["items"] if i["kind"] not in framing]
        if action != "on_air" and record["closing"]["outcome"] == "aired":
            programmes += 1
            plays += len(openings[airing])
            length += sum(round(i["duration_s"] * 1000) for i in openings[airing])
    base.close()
    return programmes, plays, length


def test_the_report_counts_what_the_rows_hold(rehearsed: Path, papers: Path) -> None:
    figures = json.loads((papers / "bc.json").read_text(encoding="utf-8"))["figures"]
    programmes, plays, length = raw_count(rehearsed)
    assert programmes > 20
    assert figures["airings.all"]["value"] == programmes
    assert figures["plays.all"]["value"] == plays
    assert math.isclose(figures["minutes.all"]["value"], length / 60000, abs_tol=0.001)
    totals = {row[1]: row for table in tables_of((papers / "bc.docx").read_bytes()) for row in table if len(row) == 8}
    assert totals["Lượt phát tin, bài"][3] == str(plays)
    page = (papers / "bc.html").read_text(encoding="utf-8")
    assert re.search(rf'data-figure="plays.all">{plays}<', page)
    book = openpyxl.load_workbook(papers / "bc.xlsx")
    assert next(r[3].value for r in book["Mọi số liệu"].iter_rows() if r[0].value == "plays.all") == plays
    grouped = book["Dòng theo số liệu"]
    assert sum(grouped.cell(r, 6).value for r in range(6, 6 + programmes)) == plays


def test_the_real_report_keeps_the_layout_and_names_its_rehearsal(rehearsed: Path, papers: Path) -> None:
    assert done(rehearsed, "paper", "check", str(papers / "bc.docx")) == "Đúng thể thức Nghị định 30/2020.\n"
    lines = lines_of((papers / "bc.docx").read_bytes())
    assert "Số: 07/BC-UBND" in lines
    assert any(line.startswith("SỐ LIỆU DIỄN TẬP.") for line in lines)


def test_every_paper_of_a_week_a_day_and_a_complaint_is_made(rehearsed: Path, tmp_path: Path) -> None:
    for command in (
        ["logbook", "--week", "06/03/2024"],
        ["rundown-sheet", "--date", "05/03/2024", "--filled"],
        ["rundown-sheet", "--date", "05/03/2024"],
        ["royalties", "--period", PERIOD],
    ):
        for end in ("docx", "xlsx", "html"):
            out = tmp_path / f"{command[0]}.{end}"
            done(rehearsed, *command, "--out", str(out))
            assert out.stat().st_size > 1000
    out = tmp_path / "tra-loi.docx"
    nothing = done(rehearsed, "complaint", "--zone", "Khóm 1", "--at", "05/03/2024 05:10", "--out", str(out))
    assert "không có gì" in nothing
    heard = done(rehearsed, "complaint", "--zone", "khom-2", "--at", "05/03/2024 06:06", "--out", str(out))
    assert "không có gì" not in heard
    assert done(rehearsed, "paper", "check", str(out)) == "Đúng thể thức Nghị định 30/2020.\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["report", "--period", "2024-Q2", "--out", "a.docx"], "Q2"),
        (["report", "--period", "2024", "--out", "a.pdf"], "Dùng .docx"),
        (["report", "--period", "2024", "--plan", "khác", "--out", "a.docx"], "Không có kế hoạch"),
        (["report", "--period", "2024", "--out", "/proc/không/a.docx"], "Không ghi được"),
        (["complaint", "--zone", "khóm 9", "--at", "05/03/2024 06:06", "--out", "a.docx"], "khom-1 (Khóm 1)"),
        (["complaint", "--zone", "khom-1", "--at", "13/25/2024 06:06", "--out", "a.docx"], "05/03/2024 05:10"),
        (["complaint", "--zone", "khom-1", "--at", "05/03/2199 06:06", "--out", "a.docx"], "chưa đến"),
        (["evidence", "--period", "2024", "--out", "a.rar"], ".zip"),
        (["publish", "--out", "a", "--base-url", "javascript:alert(1)"], "không dùng được"),
        (["paper", "check", "pyproject.toml"], "không phải tệp Word"),
    ],
)
def test_what_cannot_be_done_is_told_with_the_way_out(rehearsed: Path, words: list[str], said: str) -> None:
    result = run(rehearsed, *words)
    assert result.returncode == 2
    assert said in result.stderr
    assert "Traceback" not in result.stderr


def test_a_period_with_no_rows_is_a_paper_and_exit_1(rehearsed: Path, tmp_path: Path) -> None:
    result = run(rehearsed, "report", "--period", "2031-Q3", "--out", str(tmp_path / "a.docx"))
    assert result.returncode == 1
    assert "không có lượt phát nào" in result.stdout
    assert done(rehearsed, "paper", "check", str(tmp_path / "a.docx"))


@pytest.fixture(scope="module")
def bundle(rehearsed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The evidence of the six weeks."""
    out = tmp_path_factory.mktemp("bundle") / "goi.zip"
    done(rehearsed, "evidence", "--period", PERIOD, "--out", str(out))
    return out


def verify(bundle: Path) -> subprocess.CompletedProcess[str]:
    """Run the checker that lies in the bundle, in isolation: no package of ours, no site packages."""
    script = bundle.with_name("verify.py")
    script.write_bytes(zipfile.ZipFile(bundle).read("verify.py"))
    command = [sys.executable, "-I", "-S", str(script), str(bundle)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=bundle.parent, timeout=60)


def altered(bundle: Path, target: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """A copy of a bundle whose members were changed."""
    with zipfile.ZipFile(bundle) as package:
        members = {n: package.read(n) for n in package.namelist()}
    change(members)
    with zipfile.ZipFile(target, "w") as package:
        for name, data in members.items():
            package.writestr(name, data)
    return target


def resealed(members: dict[str, bytes], name: str, data: bytes) -> None:
    """Change a member and its digest in the manifest, as a forger would."""
    members[name] = data
    manifest = json.loads(members["manifest.json"])
    for entry in manifest["files"]:
        if entry["name"] == name:
            entry["sha256"] = hashlib.sha256(data).hexdigest()
    members["manifest.json"] = json.dumps(manifest, ensure_ascii=False).encode()


LOG = "nhat-ky/trich-nhat-ky.jsonl"


def test_the_bundle_proves_itself(bundle: Path, tmp_path: Path) -> None:
    result = verify(bundle)
    assert result.returncode == 0, result.stdout
    assert "Gói nguyên vẹn" in result.stdout
    with zipfile.ZipFile(bundle) as package:
        package.extractall(tmp_path)
    unpacked = [sys.executable, "-I", "-S", str(tmp_path / "verify.py")]
    assert subprocess.run(unpacked, check=False, capture_output=True, timeout=60).returncode == 0
    assert "python3 verify.py" in (tmp_path / "index.html").read_text(encoding="utf-8")
    assert (tmp_path / "ke-hoach/plans/ke-hoach-172.yaml").exists()
    assert list((tmp_path / "loi-phat").glob("*.txt"))


def change_text(members: dict[str, bytes]) -> None:
    name = next(n for n in members if n.startswith("loi-phat/"))
    members[name] += b" "


def drop_file(members: dict[str, bytes]) -> None:
    del members["bao-cao/bao-cao.docx"]


def add_file(members: dict[str, bytes]) -> None:
    members["them.txt"] = b"x"


def edit_row(members: dict[str, bytes]) -> None:
    resealed(members, LOG, members[LOG].replace(b'\\"outcome\\":\\"aired\\"', b'\\"outcome\\":\\"failed\\"', 1))


def drop_row(members: dict[str, bytes]) -> None:
    rows = members[LOG].splitlines(keepends=True)
    resealed(members, LOG, b"".join(rows[:5] + rows[6:]))


def swap_rows(members: dict[str, bytes]) -> None:
    rows = members[LOG].splitlines(keepends=True)
    resealed(members, LOG, b"".join([*rows[:4], rows[5], rows[4], *rows[6:]]))


def cut_tail(members: dict[str, bytes]) -> None:
    resealed(members, LOG, b"".join(members[LOG].splitlines(keepends=True)[:-3]))


@pytest.mark.parametrize("forge", [change_text, drop_file, add_file, edit_row, drop_row, swap_rows, cut_tail])
def test_each_forgery_of_the_bundle_is_seen(
    bundle: Path, tmp_path: Path, forge: Callable[[dict[str, bytes]], None]
) -> None:
    result = verify(altered(bundle, tmp_path / "goi.zip", forge))
    assert result.returncode == 1, result.stdout
    assert "SAI:" in result.stdout


def test_a_bundle_that_is_none_is_told_so(tmp_path: Path, bundle: Path) -> None:
    (tmp_path / "goi.zip").write_bytes(b"PK rubbish")
    script = tmp_path / "verify.py"
    script.write_bytes(zipfile.ZipFile(bundle).read("verify.py"))
    command = [sys.executable, "-I", "-S", str(script), str(tmp_path / "goi.zip")]
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (result.returncode, "Traceback" in result.stderr) == (2, False)


TEXT = "Kính mời bà con đến trụ sở khóm."


@pytest.fixture
def sounding(tmp_path: Path) -> Path:
    """A station one item of which was truly heard, with its clip on disk."""
    station = tmp_path / "station"
    done(ROOT, "init", str(station))
    (station / "audio_scripts" / "thu-moi.md").write_text(
        f"---\ntieu_de: Thư mời <họp> & bàn\nloai: thông báo\ntac_gia: Bà B\nnguon: [thử]\n---\n{TEXT}\n",
        encoding="utf-8",
    )
    work = tmp_path / "a.wav"
    with wave.open(str(work), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(48_000)
        tone = (round(9000 * math.sin(n / 20)).to_bytes(2, "little", signed=True) for n in range(48_000 * 2))
        sound.writeframes(b"".join(tone))
    audio = hashlib.sha256(work.read_bytes()).hexdigest()
    text = hashlib.sha256(f"{canonical_text(TEXT)}\n#repeat=1".encode()).hexdigest()
    clip = Clip(
        key="k", audio_sha256=audio, path="", script_id=ScriptId("thu-moi"), text_sha256=text, voice="thử", frames=96_000,
        loudness_lufs=-16.0, true_peak_dbtp=-1.0, syllables=8,
    )  # fmt: skip
    DiskClips(station / "var" / "clips").add(clip, work)
    at = SystemClock("Asia/Ho_Chi_Minh").now() - timedelta(days=1)
    journal = SqlJournal(f"sqlite:///{station / 'var' / 'station.db'}")
    item = Item(
        script=ScriptId("thu-moi"), title="Thư mời <họp> & bàn", kind="thông báo", topics=(), fields=(), language="vi",
        text_sha256=text, audio_sha256=audio, voice="thử", duration_s=2.0,
    )  # fmt: skip
    opening = Opening(
        airing_id=AiringId("thu-moi@1"), recorded_at=at, planned=at, zones=(ZoneId("khom-1"),), programme="thu-moi",
        title="Thư mời", items=(item,), duration_s=2.0,
    )  # fmt: skip
    result = ZoneResult(
        zone=ZoneId("khom-1"),
        device="loa",
        outcome=Outcome.AIRED,
        started=at,
        ended=at + timedelta(seconds=2),
        played_s=2.0,
    )
    closing = Closing(
        recorded_at=at + timedelta(seconds=2), outcome=Outcome.AIRED, started=at, ended=at + timedelta(seconds=2),
        played_s=2.0, late_ms=0.0, results=(result,),
    )  # fmt: skip
    journal.record(opening, closing)
    rehearsal = replace(
        opening, airing_id=AiringId("tap@1"), rehearsed=True, items=(replace(item, script=ScriptId("tap")),)
    )
    journal.record(rehearsal, closing)
    journal.close()
    return station


def test_what_truly_aired_is_published_with_sound_and_words(sounding: Path, tmp_path: Path) -> None:
    out = tmp_path / "dua-len"
    done(sounding, "publish", "--out", str(out), "--base-url", "https://phuong.example/loa")
    (slug,) = [p.stem for p in (out / "tieng").glob("*.mp3")]
    feed = (out / "feed.xml").read_text(encoding="utf-8")
    assert f"https://phuong.example/loa/tieng/{slug}.mp3" in feed
    assert "Thư mời &lt;họp&gt; &amp; bàn" in feed
    assert feed.count("<item>") == 1
    assert TEXT in (out / "loi" / f"{slug}.html").read_text(encoding="utf-8")
    decoded = miniaudio.decode((out / "tieng" / f"{slug}.mp3").read_bytes())
    assert decoded.num_frames / decoded.sample_rate == pytest.approx(2.0, abs=0.15)
    assert max(abs(s) for s in decoded.samples) > 5000
    before = (out / "tieng" / f"{slug}.mp3").read_bytes()
    (out / "cua-nguoi-khac.txt").write_text("x", encoding="utf-8")
    done(sounding, "publish", "--out", str(out))
    assert (out / "tieng" / f"{slug}.mp3").read_bytes() == before
    script = sounding / "audio_scripts" / "thu-moi.md"
    script.write_text(script.read_text(encoding="utf-8").replace("bà con", "cô bác"), encoding="utf-8")
    assert run(sounding, "publish", "--out", str(out)).returncode == 1
    assert not list((out / "tieng").iterdir())
    assert (out / "cua-nguoi-khac.txt").exists()


def test_the_bundle_carries_the_sound_that_was_heard(sounding: Path, tmp_path: Path) -> None:
    day = (datetime.now(HCM) - timedelta(days=1)).date()
    period = f"{day - timedelta(days=2)}..{day + timedelta(days=1)}"
    for sound in ("mp3", "wav"):
        out = tmp_path / f"{sound}.zip"
        done(sounding, "evidence", "--period", period, "--sound", sound, "--out", str(out))
        assert verify(out).returncode == 0
        with zipfile.ZipFile(out) as package:
            manifest = json.loads(package.read("manifest.json"))
            (entry,) = [f for f in manifest["files"] if f["name"].startswith("am-thanh/")]
            data = package.read(entry["name"])
        rows = zipfile.ZipFile(out).read(LOG).decode()
        assert entry["source_sha256"] in rows
        if sound == "wav":
            assert hashlib.sha256(data).hexdigest() == entry["source_sha256"]
            with wave.open(io.BytesIO(data)) as heard:
                assert heard.getnframes() == 96_000
        else:
            decoded = miniaudio.decode(data)
            assert decoded.num_frames / decoded.sample_rate == pytest.approx(2.0, abs=0.15)
