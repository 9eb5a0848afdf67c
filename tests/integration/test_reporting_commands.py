"""The commands activity, coverage and makegood on a real station folder, as a person types them."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from broadcaster.adapters.clock import SystemClock
from broadcaster.adapters.journal import SqlJournal
from broadcaster.adapters.makegood_yaml import FILE, write_makegood
from broadcaster.adapters.sample_station import create_station
from broadcaster.adapters.station_reader import FolderReader
from broadcaster.domain.asrun import Outcome
from broadcaster.domain.calendar import OnDates, SlotId
from broadcaster.domain.makegood import Lost, Proposal, made_good
from broadcaster.domain.problems import has_errors
from broadcaster.domain.rundown import Airing, Rundown, airing_id
from broadcaster.domain.scripts import ScriptId
from broadcaster.errors import InputError

PLAN = """\
ke_hoach: {ma: kh, so: 01/KH-UBND, ten: Kế hoạch, ngay: 05/01/2024, co_quan: UBND phường Mẫu, tu: 01/01/2024, den: 31/12/2099}
noi_dung: [{ma: ND-A, in_o: III.1.a, ten: Ý nghĩa}]
chi_tieu: [{ma: CT-1, ten: Trực tuyến, gia_tri: 100, don_vi: "%"}]
"""


@pytest.fixture
def station(tmp_path: Path) -> Path:
    folder = tmp_path / "đài mẫu"
    create_station(folder)
    plans = folder / "schedules" / "plans"
    plans.mkdir()
    (plans / "kh.yaml").write_text(PLAN, encoding="utf-8")
    return folder


def run(station: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """One command in a child."""
    command: Sequence[str] = [sys.executable, "-m", "broadcaster.cli.main", "--station", str(station), *words]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=120, check=False)


def rows(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    """Its JSON lines."""
    return [json.loads(line) for line in done.stdout.splitlines()]


def now() -> datetime:
    """The wall clock, as the child will read it."""
    return SystemClock("Asia/Ho_Chi_Minh").now()


MEETING = ("activity", "add", "--kind", "hội nghị", "--title", "Họp dân khóm 1", "--by", "Người nhập")


def test_an_activity_is_kept_with_its_evidence_corrected_and_struck(station: Path, tmp_path: Path) -> None:
    proof = tmp_path / "biên bản.PDF"
    proof.write_bytes(b"%PDF-1.4 bien ban")
    today = f"{now():%d/%m/%Y}"
    done = run(station, *MEETING, "--date", today, "--people", "45", "--topic", "nd-a", "--evidence", str(proof))
    assert (done.returncode, done.stderr) == (0, "")
    assert "nhập tay" in done.stdout
    (row,) = rows(run(station, "activity", "list", "--json"))
    assert (row["people"], row["topics"], row["source"]) == (45, ["ND-A"], "by_hand")
    (evidence,) = row["evidence"]
    kept = station / "var" / "evidence" / f"{evidence['sha256']}.pdf"
    assert kept.read_bytes() == proof.read_bytes()
    corrected = run(station, *MEETING, "--date", today, "--people", "54", "--corrects", str(row["seq"]))
    assert corrected.returncode == 0
    (better,) = rows(run(station, "activity", "list", "--json"))
    assert (better["people"], better["corrects"]) == (54, row["seq"])
    assert run(station, "activity", "strike", str(better["seq"]), "--by", "X", "--reason", "nhập trùng").returncode == 0
    nothing = run(station, "activity", "list")
    assert nothing.returncode == 1
    assert "0 mục" in nothing.stdout
    assert len(rows(run(station, "activity", "list", "--all", "--json"))) == 3
    assert run(station, "log", "verify").returncode == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--date", "31/12/2098"), "chưa đến"),
        (("--date", "30/02/2024"), "30/02/2024"),
        (("--date", "01/03/2024", "--topic", "ND-AA"), "ND-A"),
        (("--date", "01/03/2024", "--evidence", "khong-co.pdf"), "khong-co.pdf"),
        (("--date", "01/03/2024", "--value", "5"), "số liệu chỉ tiêu"),
        (("--date", "01/03/2024", "--people", "-4"), "-4"),
    ],
)
def test_what_cannot_be_true_ends_with_two_and_the_way_out(station: Path, words: tuple[str, ...], said: str) -> None:
    done = run(station, *MEETING, *words)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert run(station, "activity", "list", "--all").returncode == 1


def test_a_kind_nobody_knows_is_told_with_all_there_are(station: Path) -> None:
    done = run(station, "activity", "add", "--kind", "hộ nghị", "--title", "x", "--by", "y", "--date", "01/03/2024")
    assert done.returncode == 2
    assert "Có phải ý là «hội nghị»?" in done.stderr


def test_hostile_titles_stay_one_line(station: Path) -> None:
    title = "Dài " * 1200 + "\u202e\u0007\n=HYPERLINK(1)"
    done = run(station, "activity", "add", "--kind", "khác", "--title", title, "--by", "y", "--date", "01/03/2024")
    assert done.returncode == 0, done.stderr
    listed = run(station, "activity", "list", "--from", "01/01/2024", "--to", "31/12/2024")
    assert len(listed.stdout.splitlines()) == 4
    assert "\u202e" not in listed.stdout


def lose_one(station: Path, *, days_ago: int = 2, scripts: tuple[str, ...] = ("loi-nhac-giay-to",)) -> Airing:
    """A planned airing of the day before yesterday that never got a row."""
    planned = (now() - timedelta(days=days_ago)).replace(hour=6, minute=5, second=0, microsecond=0)
    files = FolderReader(station).read()
    airing = Airing(
        id=airing_id(SlotId("ban-tin-sang"), planned),
        slot=SlotId("ban-tin-sang"),
        planned=planned,
        zones=tuple(z.id for z in files.settings.zones),
        programme="ban-tin-phuong",
        title='Bản tin "sáng": hôm nay',
        scripts=tuple(ScriptId(s) for s in scripts),
        duration_s=60,
    )
    (station / "var").mkdir(exist_ok=True)
    journal = SqlJournal(f"sqlite:///{station}/var/station.db")
    journal.publish(Rundown(day=planned.date(), airings=(airing,), published=planned, calendar_version="v"))
    journal.close()
    return airing


def test_a_lost_airing_is_offered_a_place_and_accepted_once(station: Path) -> None:
    lost = lose_one(station, scripts=("xuong", "loi-nhac-giay-to", "chao"))
    before = {p: p.read_bytes() for p in (station / "schedules").glob("*") if p.is_file()}
    offered = run(station, "makegood", "list", "--json")
    assert offered.returncode == 1, offered.stderr
    (proposal,) = rows(offered)
    assert proposal["airing_id"] == lost.id
    at = datetime.fromisoformat(proposal["proposed"])
    assert at.date() > now().date()
    done = run(station, "makegood", "accept", lost.id, "--by", "Phó Chủ tịch")
    assert done.returncode == 0, done.stderr
    assert {p: p.read_bytes() for p in before} == before
    files = FolderReader(station).read()
    assert not has_errors(files.problems)
    assert made_good(files.calendar) == {lost.id}
    (slot,) = [s for s in files.calendar.slots if s.where.file == FILE]
    assert slot.days == (OnDates(dates=(at.date(),)),)
    (programme,) = [p for p in files.calendar.programmes.values() if p.where.file == FILE]
    assert programme.parts == lost.scripts
    text = (station / FILE).read_text(encoding="utf-8")
    assert "Phó Chủ tịch chấp nhận" in text
    assert run(station, "makegood", "list").returncode == 0
    again = run(station, "makegood", "accept", lost.id, "--by", "Phó Chủ tịch")
    assert again.returncode == 2
    airings = rows(run(station, "rundown", "--date", at.date().isoformat(), "--json"))
    assert at.isoformat() in {a["planned"] for a in airings}


def test_several_make_goods_stand_in_one_file(station: Path) -> None:
    first, second = lose_one(station, days_ago=3), lose_one(station, days_ago=2, scripts=("xuong", "loi-nhac-giay-to"))
    done = run(station, "makegood", "accept", "--all", "--by", "A\n- b: {c}")
    assert done.returncode == 0, done.stderr
    files = FolderReader(station).read()
    assert not has_errors(files.problems)
    assert made_good(files.calendar) == {first.id, second.id}
    assert list((station / "schedules").glob(".phat-bu*")) == []


@pytest.mark.parametrize(
    "words", [("makegood", "accept", "--by", "A"), ("makegood", "accept", "x@1", "--all", "--by", "A")]
)
def test_accepting_needs_one_name_or_all(station: Path, words: tuple[str, ...]) -> None:
    done = run(station, *words)
    assert done.returncode == 2
    assert "--all" in done.stderr


def test_a_file_edited_into_something_else_is_left_alone(station: Path) -> None:
    airing = lose_one(station)
    moment = now()
    proposal = Proposal(lost=Lost(airing=airing, outcome=Outcome.MISSED, reason=""), at=moment + timedelta(days=1))
    path = station / FILE
    for text in (
        "lich_ngay: []\n",
        "chuong_trinh:\n\nlich_ngay:\n  - {sai: 1}\n",
        "chuong_trinh:\n\nlich_ngay:\n  - [\n",
    ):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(InputError) as refused:
            write_makegood(station, proposal, by="A", now=moment)
        assert refused.value.hint
        assert path.read_text(encoding="utf-8") == text
    path.unlink()
    with pytest.raises(InputError, match="chưa có chỗ"):
        write_makegood(station, replace(proposal, at=None, why_not="hết chỗ"), by="A", now=moment)
    assert not path.exists()


def test_rows_a_person_added_stay_where_they_are(station: Path) -> None:
    airing = lose_one(station)
    moment = now()
    proposal = Proposal(lost=Lost(airing=airing, outcome=Outcome.MISSED, reason=""), at=moment + timedelta(days=1))
    write_makegood(station, proposal, by="A", now=moment)
    path = station / FILE
    mine = "\nngoai_le:\n  - {ngay: 01/01/2099, viec: bỏ, ly_do: nghỉ}\n"
    path.write_text(path.read_text(encoding="utf-8") + "# của tôi\n" + mine, encoding="utf-8")
    write_makegood(station, replace(proposal, at=moment + timedelta(days=2)), by="B", now=moment)
    text = path.read_text(encoding="utf-8")
    assert text.count("  - ngay:") == 2
    assert text.index("B chấp nhận") < text.index("ngoai_le:")
    assert "# của tôi" in text


def test_coverage_of_a_year_nobody_planned(station: Path) -> None:
    done = run(station, "coverage", "--period", "2024-6T", "--json")
    assert done.returncode == 1
    (row,) = rows(done)
    assert (row["topic"], row["planned"], row["heard"], row["state"]) == ("ND-A", 0, 0, "not_planned")
    assert "Chưa nghe trong kỳ: Ý nghĩa." in run(station, "coverage", "--period", "2024-6T").stdout
    wrong = run(station, "coverage", "--period", "2024-Q2")
    assert wrong.returncode == 2
    assert "Q2" in wrong.stderr


def test_a_broken_plan_is_told_by_check_and_keeps_nothing_off_the_air(station: Path) -> None:
    (station / "schedules" / "plans" / "kh.yaml").write_text(PLAN.replace("05/01/2024", "073/2022"), encoding="utf-8")
    done = run(station, "check", "--json")
    assert done.returncode == 1
    assert ("schedules/plans/kh.yaml:1", "error") in {(r["where"], r["severity"]) for r in rows(done)}
    assert not has_errors(FolderReader(station).read().problems)
    assert run(station, "rundown").returncode == 0


def test_a_new_station_passes_check_and_hears_what_its_paper_lacks(station: Path) -> None:
    done = run(station, "check", "--json")
    assert done.returncode == 0, done.stdout
    assert any("nguoi_ky" in r["message"] for r in rows(done))


def test_each_figure_is_named_and_comes_with_its_query(station: Path) -> None:
    listed = rows(run(station, "figures", "--period", "2024-6T", "--json"))
    assert {"airings.all", "plays.topic.ND-A"} <= {row["figure"] for row in listed}
    asked = run(station, "figures", "airings.all", "--period", "2024-6T", "--sql")
    assert asked.stdout.startswith("-- airings.all: 0\nSELECT count(*) FROM entry c")
    wrong = run(station, "figures", "plays.topic.ND-B")
    assert wrong.returncode == 2
    assert "plays.topic.ND-A" in wrong.stderr


@pytest.mark.parametrize("command", ["coverage", "figures"])
def test_a_period_of_a_thousand_years_is_refused_kindly(station: Path, command: str) -> None:
    done = run(station, command, "--period", "01/01/1901..31/12/2999")
    assert done.returncode == 2
    assert "→" in done.stderr
    assert "Traceback" not in done.stderr
