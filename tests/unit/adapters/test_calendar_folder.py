"""schedules/ as a whole: which files are read, which are passed over in silence, which are told."""

import os
from pathlib import Path

import pytest

from broadcaster.adapters.calendar_folder import is_temporary, read_folder
from broadcaster.domain.problems import Severity
from tests.workbooks import codes, places, save_workbook

ROW = 'lich_ngay:\n  - {ngay: 05/03/2024, gio: "06:05", phat: tin-1}\n'
RULE = 'khung_gio:\n  - {ma: cm, phat: tin-1, thu: CN, gio: "06:05"}\n'
EVENT = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nDTSTART:20240306T060500\nSUMMARY:tin-2\nEND:VEVENT\nEND:VCALENDAR\n"


@pytest.fixture
def schedules(tmp_path: Path) -> Path:
    folder = tmp_path / "schedules"
    folder.mkdir()
    return folder


def test_formats_are_mixed_freely(schedules: Path) -> None:
    (schedules / "a.yaml").write_text(RULE)
    (schedules / "b.YML").write_text(ROW)
    (schedules / "c.ics").write_text(EVENT)
    save_workbook(schedules / "d.xlsx", {"Lịch": [["Ngày", "Giờ", "Bài"], ["07/03/2024", "06:05", "tin-3"]]})
    part, problems = read_folder(schedules.parent)
    assert problems == ()
    assert [slot.id for slot in part.slots] == ["cm", "b.tin-1", "c.1", "d.tin-3"]


def test_the_same_id_in_two_files_is_told(schedules: Path) -> None:
    (schedules / "a.yaml").write_text(RULE)
    (schedules / "b.yaml").write_text(RULE)
    part, problems = read_folder(schedules.parent)
    assert len(part.slots) == 1
    assert codes(problems) == ["id-repeated"]
    assert places(problems) == ["schedules/b.yaml:2"]


@pytest.mark.parametrize(
    "name",
    ["~$lich.xlsx", ".~lock.lich.xlsx#", "lich.yaml~", ".lich.yaml.swp", "lich.xlsx.tmp", ".DS_Store", "#lich.yaml#"],
)
def test_what_open_programs_leave_behind_is_passed_over(name: str, schedules: Path) -> None:
    assert is_temporary(name)
    (schedules / name).write_bytes(b"\x05\x00rubbish")
    assert read_folder(schedules.parent) == read_folder(schedules.parent / "nowhere")


@pytest.mark.parametrize(
    ("name", "code", "severity"),
    [
        ("lich.xls", "xlsx-old-format", Severity.ERROR),
        ("lich.ods", "format-unread", Severity.ERROR),
        ("lich.csv", "format-unread", Severity.ERROR),
        ("ghi chu.docx", "file-unread", Severity.WARNING),
    ],
)
def test_other_formats_are_told_with_a_way_out(name: str, code: str, severity: Severity, schedules: Path) -> None:
    (schedules / name).write_bytes(b"x")
    _, problems = read_folder(schedules.parent)
    assert [(p.code, p.severity, str(p.where)) for p in problems] == [(code, severity, f"schedules/{name}")]
    assert problems[0].hint


def test_plans_are_not_the_calendar_and_other_folders_are_told(schedules: Path) -> None:
    for folder in ("plans", "2024"):
        (schedules / folder).mkdir()
        (schedules / folder / "a.yaml").write_text(RULE)
    part, problems = read_folder(schedules.parent)
    assert part.slots == ()
    assert [(p.code, str(p.where)) for p in problems] == [("folder-unread", "schedules/2024")]


def test_a_name_in_decomposed_letters_is_shown_composed(schedules: Path) -> None:
    (schedules / "li\u0323ch.yaml").write_text("khung_gio: x\n")
    _, problems = read_folder(schedules.parent)
    assert places(problems) == ["schedules/lịch.yaml:1"]


@pytest.mark.skipif(os.name == "nt", reason="named pipes are a POSIX thing")
def test_a_pipe_is_never_opened(schedules: Path) -> None:
    os.mkfifo(schedules / "a.yaml")
    part, problems = read_folder(schedules.parent)
    assert (part.slots, problems) == ((), ())
