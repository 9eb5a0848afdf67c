"""One meaning in three formats: each case is written in every format that can say it and must give the same values."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest

from broadcaster.adapters import calendar_ics, calendar_xlsx, calendar_xlsx_write
from broadcaster.adapters.calendar_parts import CalendarPart
from broadcaster.domain.calendar import (
    CalendarException,
    ExceptionKind,
    HolidayPolicy,
    OnDates,
    OnLunar,
    OnMonthdays,
    OnNthWeekday,
    OnWeekdays,
    Priority,
    Programme,
    ProgrammeId,
    Rotation,
    Slot,
    SlotId,
    StartRule,
    Weekday,
    ZoneId,
)
from broadcaster.domain.scripts import Kind, ScriptId, TopicCode
from tests.workbooks import NOWHERE, Cell, as_rows, as_yaml, codes, placeless, read_sheet, read_yaml

MAR_5 = date(2024, 3, 5)
AT_0605, AT_1705 = time(6, 5), time(17, 5)


def slot(slot_id: str, content: str | Rotation = "tin-1", **changes: Any) -> Slot:
    """A slot at 06:05 with the usual values."""
    return replace(
        Slot(id=SlotId(slot_id), content=content, times=(AT_0605,), days=(OnDates(dates=(MAR_5,)),), where=NOWHERE),
        **changes,
    )


def skip(**changes: Any) -> CalendarException:
    """A day of mourning."""
    kept = CalendarException(kind=ExceptionKind.SKIP, first=MAR_5, last=MAR_5, reason="Quốc tang", where=NOWHERE)
    return replace(kept, **changes)


@dataclass(frozen=True, kw_only=True)
class Case:
    """Fields as a person writes them, the lines of an event that says the same (where one can), and what both mean."""

    section: str = "khung_gio"
    fields: Mapping[str, str]
    event: str = ""
    means: CalendarPart


def standing(fields: Mapping[str, str], *days: Any, event: str = "", **changes: Any) -> Case:
    """A standing rule ``cm`` on these days."""
    full = {"ma": "cm", "phat": "tin-1", "gio": "06:05"} | dict(fields)
    return Case(fields=full, event=event, means=CalendarPart(slots=(slot("cm", **({"days": days} | changes)),)))


def dated(fields: Mapping[str, str], event: str = "", **changes: Any) -> Case:
    """A dated row on 05/03/2024."""
    full = {"ngay": "05/03/2024", "gio": "06:05", "phat": "tin-1"} | dict(fields)
    part = CalendarPart(slots=(slot("lich.tin-1", **changes),))
    return Case(section="lich_ngay", fields=full, event=event, means=part)


def weekly(*days: Weekday) -> OnWeekdays:
    """On these weekdays."""
    return OnWeekdays(days=frozenset(days))


RANGE = {"valid_from": MAR_5, "valid_until": date(2024, 12, 31)}
FROM_TO = {"tu": "05/03/2024", "den": "31/12/2024"}
START = "DTSTART:20240305T060500\n"
UNTIL = ";UNTIL=20241231T060500"

CASES = {
    "weekdays": standing(
        {"thu": "thứ Ba, thứ Năm"} | FROM_TO,
        weekly(Weekday.TUESDAY, Weekday.THURSDAY),
        event=f"{START}RRULE:FREQ=WEEKLY;BYDAY=TU,TH{UNTIL}",
        **RANGE,
    ),
    "a range of weekdays": standing(
        {"thu": "T2-T6"} | FROM_TO,
        weekly(*list(Weekday)[:5]),
        event=f"{START}RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR{UNTIL}",
        **RANGE,
    ),
    "every day": standing(
        {"thu": "hằng ngày"} | FROM_TO, weekly(*Weekday), event=f"{START}RRULE:FREQ=DAILY{UNTIL}", **RANGE
    ),
    "sunday is sunday": standing({"thu": "Chủ nhật"}, weekly(Weekday.SUNDAY)),
    "sunday by its short name": standing({"thu": "CN"}, weekly(Weekday.SUNDAY)),
    "days of the month": standing(
        {"ngay_trong_thang": "5, 20, cuối"} | FROM_TO,
        OnMonthdays(days=(5, 20, -1)),
        event=f"{START}RRULE:FREQ=MONTHLY;BYMONTHDAY=5,20,-1{UNTIL}",
        **RANGE,
    ),
    "nth weekdays": standing(
        {"thu_trong_thang": "thứ Ba đầu tháng, thứ Sáu cuối tháng, thứ Tư thứ 2"} | FROM_TO,
        OnNthWeekday(nth=1, weekday=Weekday.TUESDAY),
        OnNthWeekday(nth=-1, weekday=Weekday.FRIDAY),
        OnNthWeekday(nth=2, weekday=Weekday.WEDNESDAY),
        event=f"{START}RRULE:FREQ=MONTHLY;BYDAY=1TU,-1FR,2WE{UNTIL}",
        **RANGE,
    ),
    "lunar days": standing({"ngay_am": "15 hằng tháng, 10/3"}, OnLunar(day=15), OnLunar(day=10, month=3)),
    "listed dates, in order, once": standing(
        {"ngay": "06/03/2024, 05/03/2024, 06/03/2024", "tu": "01/03/2024"},
        OnDates(dates=(MAR_5, date(2024, 3, 6))),
        valid_from=date(2024, 3, 1),
    ),
    "two kinds of days": standing(
        {"thu": "thứ Ba", "ngay_am": "1/1"}, weekly(Weekday.TUESDAY), OnLunar(day=1, month=1)
    ),
    "several times": standing({"thu": "CN", "gio": "06:05; 17:05"}, weekly(Weekday.SUNDAY), times=(AT_0605, AT_1705)),
    "the ways to write a time": standing(
        {"thu": "CN", "gio": "6h05, 17 giờ 5"}, weekly(Weekday.SUNDAY), times=(AT_0605, AT_1705)
    ),
    "everything else a rule may say": standing(
        {
            "ten": "Bản tin sáng", "thu": "CN", "cum_loa": "khom-1, Khóm Đông Thành", "uu_tien": "ưu tiên",
            "bat_dau": "trong vòng 3 phút", "cho_phep_tre": "10 phút", "lap": "2", "cach_lap": "30 giây",
            "ngay_le": "dời về sau", "bat": "không", "ghi_chu": "Xem lại sau Tết",
        },
        weekly(Weekday.SUNDAY),
        title="Bản tin sáng", zones=(ZoneId("khom-1"), ZoneId("Khóm Đông Thành")), priority=Priority.PRIORITY,
        start_rule=StartRule.WITHIN, within_s=180.0, grace_s=600.0, repeat=2, gap_s=30.0,
        holidays=HolidayPolicy.NEXT_WORKDAY, enabled=False, note="Xem lại sau Tết",
    ),
    "at once, previous working day": standing(
        {"thu": "CN", "bat_dau": "đúng giờ", "ngay_le": "dời về trước", "uu_tien": "khẩn cấp"},
        weekly(Weekday.SUNDAY),
        start_rule=StartRule.AT_ONCE, holidays=HolidayPolicy.PREVIOUS_WORKDAY, priority=Priority.EMERGENCY,
    ),
    "a rotation": standing(
        {"thu": "CN", "phat": "xoay vòng ND-D2 + ND-D6 (chuyên mục)"},
        weekly(Weekday.SUNDAY),
        content=Rotation(topics=(TopicCode("ND-D2"), TopicCode("ND-D6")), kinds=(Kind.FEATURE,)),
    ),
    "a dated row": dated({}, event=START),
    "a dated row in iso": dated({"ngay": "2024-03-05"}),
    "a dated row with its weekday": dated({"thu": "thứ Ba"}),
    "a dated row for every zone": dated({"cum_loa": "Tất cả"}, event=f"{START}LOCATION:Tất cả cụm loa"),
    "a dated row for one zone": dated({"cum_loa": "khom-1"}, event=f"{START}LOCATION:khom-1", zones=(ZoneId("khom-1"),)),
    "a dated row with a priority and a note": dated(
        {"uu_tien": "ưu tiên", "ghi_chu": "một, hai"},
        event=f"{START}X-BROADCASTER-PRIORITY:ưu tiên\nDESCRIPTION:một\\, hai",
        priority=Priority.PRIORITY, note="một, hai",
    ),
    "a moved row": dated({"doi_tu": "18/04/2024"}, moved_from=date(2024, 4, 18)),
    "a cancelled row": dated(
        {"huy": "mất điện"}, event=f"{START}STATUS:CANCELLED\nDESCRIPTION:mất điện", cancelled="mất điện"
    ),
    "a skip": Case(
        section="ngoai_le",
        fields={
            "tu": "25/07/2024", "den": "26/07/2024", "viec": "bỏ", "khung_gio": "cm-sang, cm-chieu", "cum_loa": "khom-1",
            "gio": "06:05", "ly_do": "Quốc tang",
        },
        means=CalendarPart(exceptions=(skip(
            first=date(2024, 7, 25), last=date(2024, 7, 26), slots=(SlotId("cm-sang"), SlotId("cm-chieu")),
            zones=(ZoneId("khom-1"),), times=(AT_0605,),
        ),)),
    ),
    "a skip on two days": Case(
        section="ngoai_le",
        fields={"ngay": "05/03/2024, 07/03/2024", "viec": "Bỏ", "ly_do": "Quốc tang"},
        means=CalendarPart(exceptions=(skip(), skip(first=date(2024, 3, 7), last=date(2024, 3, 7)))),
    ),
    "a replacement": Case(
        section="ngoai_le",
        fields={"ngay": "05/03/2024", "viec": "thay", "phat": "tin-2", "ly_do": "Quốc tang"},
        means=CalendarPart(exceptions=(skip(kind=ExceptionKind.REPLACE, content="tin-2"),)),
    ),
    "an added airing": Case(
        section="ngoai_le",
        fields={"tu": "05/03/2024", "den": "06/03/2024", "viec": "thêm", "gio": "06:05", "phat": "tin-1", "ly_do": "Bão"},
        means=CalendarPart(slots=(slot("them.tin-1", days=(OnDates(dates=(MAR_5, date(2024, 3, 6))),), note="Bão"),)),
    ),
    "a programme": Case(
        section="chuong_trinh",
        fields={"ma": "cm", "ten": "Chuyên mục", "phan": "nhac-hieu, xoay vòng ND-D2 + ND-D6, chao"},
        means=CalendarPart(programmes=(Programme(
            id=ProgrammeId("cm"), title="Chuyên mục", where=NOWHERE,
            parts=(ScriptId("nhac-hieu"), Rotation(topics=(TopicCode("ND-D2"), TopicCode("ND-D6"))), ScriptId("chao")),
        ),)),
    ),
}  # fmt: skip


@pytest.fixture(params=list(CASES))
def case(request: pytest.FixtureRequest) -> Case:
    return CASES[request.param]


def test_yaml(case: Case, tmp_path: Path) -> None:
    part, problems = read_yaml(tmp_path, as_yaml(case.section, case.fields))
    assert codes(problems) == []
    assert placeless(part) == case.means


def test_workbook_of_texts(case: Case, tmp_path: Path) -> None:
    part, problems = read_sheet(tmp_path, as_rows(case.fields))
    assert codes(problems) == []
    assert placeless(part) == case.means


def real_cell(key: str, value: str) -> Cell:
    """The cell Excel makes when a person types this: a real date, time or number where it can."""
    if key in ("ngay", "tu", "den", "doi_tu") and "," not in value and "/" in value:
        day, month, year = (int(number) for number in value.split("/"))
        return date(year, month, day)
    if key == "gio" and value == "06:05":
        return AT_0605
    return int(value) if value.isdecimal() else value


def test_workbook_of_real_cells(case: Case, tmp_path: Path) -> None:
    part, problems = read_sheet(tmp_path, as_rows(case.fields, real_cell))
    assert codes(problems) == []
    assert placeless(part) == case.means


def test_workbook_written_by_the_program(case: Case, tmp_path: Path) -> None:
    path = tmp_path / "lich.xlsx"
    calendar_xlsx_write.write_new(path, case.means, now=datetime(2024, 3, 1, tzinfo=UTC))
    part, problems = calendar_xlsx.read(path, "schedules/lich.xlsx")
    assert codes(problems) == []
    assert unrolled(part) == unrolled(case.means)


def unrolled(part: CalendarPart) -> CalendarPart:
    """Added airings one date each: what a written workbook makes of them."""
    slots = [
        replace(s, days=(OnDates(dates=(day,)),)) if s.id.startswith("them.") else s
        for s in placeless(part).slots
        for day in (s.days[0].dates if s.id.startswith("them.") and isinstance(s.days[0], OnDates) else (MAR_5,))
    ]
    return replace(placeless(part), slots=tuple(slots))


ON_ICS = {name: case for name, case in CASES.items() if case.event}


@pytest.mark.parametrize("name", ON_ICS)
def test_icalendar(name: str, tmp_path: Path) -> None:
    case = ON_ICS[name]
    text = f"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:cm\nSUMMARY:{case.fields['phat']}\n{case.event}\nEND:VEVENT\nEND:VCALENDAR\n"
    path = tmp_path / "lich.ics"
    path.write_text(text.replace("\n\n", "\n"), encoding="utf-8")
    part, problems = calendar_ics.read(path, "schedules/lich.ics")
    assert codes(problems) == []
    means = tuple(replace(s, id=SlotId("lich.cm")) for s in case.means.slots)
    assert placeless(part).slots == means


WRONG = {
    "time of no day": ("khung_gio", {"ma": "a", "phat": "b", "thu": "CN", "gio": "25:00"}, "gio", "time-impossible"),
    "minute of no hour": ("khung_gio", {"ma": "a", "phat": "b", "thu": "CN", "gio": "17h60"}, "gio", "time-impossible"),
    "half a minute": ("khung_gio", {"ma": "a", "phat": "b", "thu": "CN", "gio": "5:7"}, "gio", "time-format"),
    "the same time twice": ("khung_gio", {"ma": "a", "phat": "b", "thu": "CN", "gio": "6:05, 06:05"}, "gio", "time-repeated"),
    "month first": ("lich_ngay", {"ngay": "05/24/2024", "gio": "6:05", "phat": "b"}, "ngay", "date-order"),
    "day of no month": ("lich_ngay", {"ngay": "31/04/2024", "gio": "6:05", "phat": "b"}, "ngay", "date-impossible"),
    "leap day of a common year": ("lich_ngay", {"ngay": "29/02/2023", "gio": "6:05", "phat": "b"}, "ngay", "date-impossible"),
    "short year": ("lich_ngay", {"ngay": "5/3/24", "gio": "6:05", "phat": "b"}, "ngay", "date-year"),
    "weekday of another date": (
        "lich_ngay", {"ngay": "05/03/2024", "thu": "thứ Tư", "gio": "6:05", "phat": "b"}, "thu", "weekday-mismatch",
    ),
    "fifth weekday": (
        "khung_gio", {"ma": "a", "phat": "b", "gio": "6:05", "thu_trong_thang": "thứ Hai thứ 5"}, "thu_trong_thang", "nth-weekday",
    ),
    "no 32nd": ("khung_gio", {"ma": "a", "phat": "b", "gio": "6:05", "ngay_trong_thang": "32"}, "ngay_trong_thang", "monthday"),
    "no 31st lunar day": ("khung_gio", {"ma": "a", "phat": "b", "gio": "6:05", "ngay_am": "31/1"}, "ngay_am", "lunar"),
    "no eighth weekday": ("khung_gio", {"ma": "a", "phat": "b", "gio": "6:05", "thu": "thứ 8"}, "thu", "weekday-unknown"),
    "ends before it begins": (
        "khung_gio",
        {"ma": "a", "phat": "b", "gio": "6:05", "thu": "CN", "tu": "02/03/2024", "den": "01/03/2024"},
        "den", "dates-reversed",
    ),
    "priority of no list": (
        "khung_gio", {"ma": "a", "phat": "b", "gio": "6:05", "thu": "CN", "uu_tien": "cao"}, "uu_tien", "priority-unknown",
    ),
    "id with marks": ("khung_gio", {"ma": "Bản tin", "phat": "b", "gio": "6:05", "thu": "CN"}, "ma", "id-format"),
    "empty rotation": ("khung_gio", {"ma": "a", "phat": "xoay vòng", "gio": "6:05", "thu": "CN"}, "phat", "rotation"),
    "two items in one row": ("lich_ngay", {"ngay": "05/03/2024", "gio": "6:05", "phat": "a, b"}, "phat", "one-value"),
    "unknown verb": ("ngoai_le", {"ngay": "05/03/2024", "viec": "đổi", "ly_do": "x"}, "viec", "exception-unknown"),
    "skip with a content": (
        "ngoai_le", {"ngay": "05/03/2024", "viec": "bỏ", "phat": "b", "ly_do": "x"}, "phat", "content-unused",
    ),
    "added for more than a year": (
        "ngoai_le",
        {"tu": "01/01/2024", "den": "31/12/2025", "viec": "thêm", "gio": "6:05", "phat": "b", "ly_do": "x"},
        "den", "days-too-many",
    ),
    "days said twice": (
        "ngoai_le", {"ngay": "05/03/2024", "tu": "05/03/2024", "den": "05/03/2024", "viec": "bỏ", "ly_do": "x"},
        "ngay", "days-twice",
    ),
    "repeated too often": (
        "lich_ngay", {"ngay": "05/03/2024", "gio": "6:05", "phat": "b", "lap": "200"}, "lap", "number-range",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_told_at_its_line_and_at_its_cell(name: str, tmp_path: Path) -> None:
    section, fields, key, code = WRONG[name]
    part, problems = read_yaml(tmp_path, as_yaml(section, fields))
    line = 2 + list(fields).index(key)
    assert [(p.code, p.where.line) for p in problems] == [(code, line)]
    assert (part.slots, part.exceptions) == ((), ())

    part, problems = read_sheet(tmp_path, as_rows(fields))
    cell = f"{chr(ord('A') + list(fields).index(key))}2"
    assert [(p.code, p.where.sheet, p.where.cell) for p in problems] == [(code, "Lịch", cell)]
    assert (part.slots, part.exceptions) == ((), ())


@pytest.mark.parametrize("name", WRONG)
def test_every_message_has_a_way_out(name: str, tmp_path: Path) -> None:
    section, fields, _, _ = WRONG[name]
    for problem in read_yaml(tmp_path, as_yaml(section, fields))[1]:
        assert problem.message.endswith(".")
        assert problem.hint
