"""iCalendar in and out: what the format adds to the common meaning, and what it refuses to guess."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import icalendar
import pytest

from broadcaster.adapters.calendar_ics import EXDATE_REASON, export_ics, read
from broadcaster.domain.calendar import OnDates, OnMonthdays, OnWeekdays, Priority, SlotId, Weekday, ZoneId
from broadcaster.domain.problems import Severity
from broadcaster.domain.rundown import Airing, AiringState, airing_id
from broadcaster.domain.scripts import ScriptId
from tests.workbooks import Reading, codes

VN = timezone(timedelta(hours=7))
START = "DTSTART;TZID=Asia/Ho_Chi_Minh:20240305T060500"


def read_text(folder: Path, text: str) -> Reading:
    """What a file of this text gives."""
    path = folder / "lich.ics"
    path.write_bytes(text.encode())
    return read(path, "schedules/lich.ics")


def event(*lines: str, summary: str = "SUMMARY:tin-1") -> str:
    """A calendar of one event; its lines begin at line 5 of the file."""
    return "\r\n".join(
        ["BEGIN:VCALENDAR", "BEGIN:VEVENT", "UID:a1@example", summary, *lines, "END:VEVENT", "END:VCALENDAR", ""]
    )


@pytest.mark.parametrize(
    ("start", "at"),
    [
        (START, time(6, 5)),
        ("DTSTART:20240305T060500", time(6, 5)),
        ("DTSTART:20240304T230500Z", time(6, 5)),
        ("DTSTART;TZID=SE Asia Standard Time:20240305T060500", time(6, 5)),
        ("DTSTART;TZID=/freeassociation.sourceforge.net/Asia/Ho_Chi_Minh:20240305T060500", time(6, 5)),
        ("DTSTART;TZID=Asia/Tokyo:20240305T080500", time(6, 5)),
        ('DTSTART;VALUE=DATE-TIME;TZID="Asia/Ho_Chi_Minh":20240305T060500', time(6, 5)),
    ],
)
def test_every_clock_becomes_local_time(start: str, at: time, tmp_path: Path) -> None:
    part, problems = read_text(tmp_path, event(start))
    assert problems == ()
    assert part.slots[0].days == (OnDates(dates=(date(2024, 3, 5),)),)
    assert part.slots[0].times == (at,)
    assert part.slots[0].id == "lich.a1-example"


def test_another_zone_of_the_station(tmp_path: Path) -> None:
    path = tmp_path / "lich.ics"
    path.write_text(event("DTSTART:20240304T230500Z"))
    part, _ = read(path, "schedules/lich.ics", ZoneInfo("Asia/Tokyo"))
    assert part.slots[0].times == (time(8, 5),)


@pytest.mark.parametrize(
    ("rule", "days", "until"),
    [
        ("FREQ=WEEKLY", OnWeekdays(days=frozenset({Weekday.TUESDAY})), None),
        ("FREQ=DAILY;BYDAY=TU,SU", OnWeekdays(days=frozenset({Weekday.TUESDAY, Weekday.SUNDAY})), None),
        ("FREQ=MONTHLY", OnMonthdays(days=(5,)), None),
        ("FREQ=MONTHLY;BYDAY=TU", OnWeekdays(days=frozenset({Weekday.TUESDAY})), None),
        ("FREQ=WEEKLY;INTERVAL=1;WKST=MO", OnWeekdays(days=frozenset({Weekday.TUESDAY})), None),
        ("FREQ=WEEKLY;UNTIL=20240312", OnWeekdays(days=frozenset({Weekday.TUESDAY})), date(2024, 3, 12)),
        ("FREQ=WEEKLY;UNTIL=20240312T060500", OnWeekdays(days=frozenset({Weekday.TUESDAY})), date(2024, 3, 12)),
        ("FREQ=WEEKLY;UNTIL=20240311T230500Z", OnWeekdays(days=frozenset({Weekday.TUESDAY})), date(2024, 3, 12)),
        ("FREQ=WEEKLY;UNTIL=20240311T230459Z", OnWeekdays(days=frozenset({Weekday.TUESDAY})), date(2024, 3, 11)),
    ],
)
def test_simple_rules(rule: str, days: object, until: date | None, tmp_path: Path) -> None:
    part, problems = read_text(tmp_path, event(START, f"RRULE:{rule}"))
    assert problems == ()
    assert part.slots[0].days == (days,)
    assert (part.slots[0].valid_from, part.slots[0].valid_until) == (date(2024, 3, 5), until)


def test_weekdays_of_a_rule_in_utc_move_with_the_date(tmp_path: Path) -> None:
    # 23:05 on Monday in UTC is 06:05 on Tuesday here.
    part, problems = read_text(tmp_path, event("DTSTART:20240304T230500Z", "RRULE:FREQ=WEEKLY;BYDAY=MO,SU"))
    assert problems == ()
    assert part.slots[0].days == (OnWeekdays(days=frozenset({Weekday.TUESDAY, Weekday.MONDAY})),)


def test_days_left_out_become_exceptions(tmp_path: Path) -> None:
    left_out = "EXDATE;TZID=Asia/Ho_Chi_Minh:20240312T060500,20240318T230500Z"
    part, problems = read_text(tmp_path, event(START, "RRULE:FREQ=WEEKLY", left_out, "EXDATE;VALUE=DATE:20240326"))
    assert problems == ()
    assert [e.first for e in part.exceptions] == [date(2024, 3, 12), date(2024, 3, 19), date(2024, 3, 26)]
    assert {(e.first == e.last, e.reason, e.slots) for e in part.exceptions} == {
        (True, EXDATE_REASON, (SlotId("lich.a1-example"),))
    }


def test_folded_lines_escapes_and_alarms(tmp_path: Path) -> None:
    text = event(START, "LOCATION:khom-1\\, kh", " om-2", "BEGIN:VALARM", "TRIGGER:-PT5M", "SUMMARY:x", "END:VALARM")
    part, problems = read_text(tmp_path, text)
    assert problems == ()
    assert part.slots[0].zones == ("khom-1", "khom-2")
    assert part.slots[0].content == "tin-1"


def test_the_content_property_leaves_the_summary_to_be_the_title(tmp_path: Path) -> None:
    text = event(START, "X-BROADCASTER-CONTENT:cm-1", summary="SUMMARY:Chuyên mục sáng thứ Ba")
    part, _ = read_text(tmp_path, text)
    assert (part.slots[0].content, part.slots[0].title) == ("cm-1", "Chuyên mục sáng thứ Ba")


@pytest.mark.parametrize(
    ("lines", "code", "line"),
    [
        (["DTSTART;VALUE=DATE:20240305"], "ics-all-day", 5),
        (["DTSTART:20240305T060530"], "time-format", 5),
        (["DTSTART:20240230T060500"], "ics-moment", 5),
        (["DTSTART:mai"], "ics-moment", 5),
        (["DTSTART;TZID=Sao Hỏa:20240305T060500"], "ics-zone", 5),
        ([START, "RRULE:FREQ=YEARLY"], "ics-rule", 6),
        ([START, "RRULE:FREQ=WEEKLY;INTERVAL=2"], "ics-rule", 6),
        ([START, "RRULE:FREQ=WEEKLY;COUNT=5"], "ics-rule", 6),
        ([START, "RRULE:FREQ=MONTHLY;BYDAY=5TU"], "ics-rule", 6),
        ([START, "RRULE:FREQ=MONTHLY;BYDAY=TU;BYSETPOS=1"], "ics-rule", 6),
        ([START, "RRULE:FREQ=MONTHLY;BYDAY=1TU;BYMONTHDAY=5"], "ics-rule", 6),
        ([START, "RRULE:FREQ=WEEKLY;BYDAY=XX"], "ics-rule", 6),
        ([START, "RRULE:FREQ=MONTHLY;BYMONTHDAY=32"], "ics-rule", 6),
        ([START, "RRULE:BYDAY=TU"], "ics-rule", 6),
        ([START, "RRULE:FREQ=WEEKLY;BYDAY=WE"], "ics-start", 6),
        ([START, "RRULE:FREQ=WEEKLY;UNTIL=20240304"], "dates-reversed", 6),
        ([START, "RRULE:FREQ=WEEKLY", "RRULE:FREQ=DAILY"], "ics-rule", 7),
        (["DTSTART:20240304T230500Z", "RRULE:FREQ=MONTHLY;BYMONTHDAY=4"], "ics-zone", 6),
        (["DTSTART;TZID=Europe/Paris:20240305T060500", "RRULE:FREQ=DAILY"], "ics-zone", 6),
        ([START, "RRULE:FREQ=WEEKLY", "EXDATE:20240313T060500"], "ics-exdate", 7),
        ([START, "RRULE:FREQ=WEEKLY", "EXDATE:20240312T070000"], "ics-exdate", 7),
        ([START, "RDATE:20240313T060500"], "ics-property", 6),
        ([START, "RECURRENCE-ID:20240313T060500"], "ics-property", 6),
        (["DESCRIPTION:không có giờ"], "field-missing", 2),
        ([START, "X-BROADCASTER-PRIORITY:cao"], "priority-unknown", 6),
    ],
)
def test_what_is_not_understood_is_told_at_its_line_and_nothing_is_aired(
    lines: Sequence[str], code: str, line: int, tmp_path: Path
) -> None:
    part, problems = read_text(tmp_path, event(*lines))
    assert [(p.code, p.where.line) for p in problems] == [(code, line)]
    assert problems[0].hint
    assert (part.slots, part.exceptions) == ((), ())


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("xin chào\n", "ics-syntax", 1),
        ("BEGIN:VEVENT\nEND:VEVENT\n", "ics-syntax", 1),
        ("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\n", "ics-syntax", 2),
        ("BEGIN:VCALENDAR\nEND:VEVENT\n", "ics-syntax", 2),
        ("BEGIN:VCALENDAR\nBEGIN:VEVENT\nđây là gì\n", "ics-syntax", 3),
        ("UID:1\nBEGIN:VCALENDAR\n", "ics-syntax", 1),
    ],
)
def test_what_is_no_icalendar(text: str, code: str, line: int, tmp_path: Path) -> None:
    part, problems = read_text(tmp_path, text)
    assert [(p.code, p.where.line) for p in problems] == [(code, line)]
    assert part.slots == ()


def test_tasks_and_empty_files_are_only_warned_of(tmp_path: Path) -> None:
    _, problems = read_text(tmp_path, "BEGIN:VCALENDAR\nBEGIN:VTODO\nUID:1\nEND:VTODO\nEND:VCALENDAR\n")
    assert [(p.code, p.severity) for p in problems] == [("ics-component", Severity.WARNING)]
    _, problems = read_text(tmp_path, "\n")
    assert [(p.code, p.severity) for p in problems] == [("file-empty", Severity.WARNING)]


# --- export --------------------------------------------------------------------------------------------------------

PLANNED = datetime(2024, 3, 5, 6, 5, tzinfo=VN)
AIRING = Airing(
    id=airing_id(SlotId("cm-sang"), PLANNED),
    slot=SlotId("cm-sang"),
    planned=PLANNED,
    zones=(ZoneId("khom-1"), ZoneId("khom-2")),
    programme="chuyen-muc",
    title="Chuyên mục; sáng, thứ Ba\nnối dòng",
    scripts=(ScriptId("nhac-hieu"), ScriptId("nd-d2")),
    priority=Priority.PRIORITY,
    duration_s=185.2,
)
NOW = datetime(2024, 3, 1, 8, 0, tzinfo=VN)


def events_of(data: bytes) -> list[icalendar.Event]:
    """The events as another reader understands them."""
    return [e for e in icalendar.Calendar.from_ical(data).walk("VEVENT") if isinstance(e, icalendar.Event)]


def test_an_airing_is_one_event_in_utc_named_by_its_id() -> None:
    data = export_ics([AIRING], "Mỹ Thạnh", NOW)
    (found,) = events_of(data)
    assert b"DTSTART:20240304T230500Z" in data
    assert found["UID"] == AIRING.id
    assert found.start == datetime(2024, 3, 4, 23, 5, tzinfo=UTC)
    assert found.end - found.start == timedelta(seconds=186)
    assert found["SUMMARY"] == AIRING.title
    assert found["LOCATION"] == "khom-1, khom-2"
    assert found["STATUS"] == "CONFIRMED"
    assert b"RRULE" not in data
    assert b"Th\xe1\xba\xa1nh" in data


def test_the_uid_stays_when_everything_else_changes() -> None:
    changed = replace(AIRING, title="khác", scripts=(), duration_s=0.0)
    later = NOW + timedelta(days=1)
    (before,), (after,) = events_of(export_ics([AIRING], "a", NOW)), events_of(export_ics([changed], "b", later))
    assert before["UID"] == after["UID"]
    assert [e.DTSTAMP for e in (before, after)] == [NOW, later]


def test_a_cancelled_airing_keeps_its_event_and_says_why() -> None:
    cancelled = replace(AIRING, state=AiringState.CANCELLED, reason="Quốc tang")
    (found,) = events_of(export_ics([cancelled], "Mỹ Thạnh", NOW))
    assert found["STATUS"] == "CANCELLED"
    assert "Lý do: Quốc tang" in str(found["DESCRIPTION"])


def test_what_is_exported_reads_back_at_the_same_moments(tmp_path: Path) -> None:
    second = replace(AIRING, planned=PLANNED + timedelta(days=5, hours=11), zones=(), priority=Priority.EMERGENCY)
    second = replace(second, id=airing_id(second.slot, second.planned))
    path = tmp_path / "lich.ics"
    path.write_bytes(export_ics([AIRING, second], "Mỹ Thạnh", NOW))
    part, problems = read(path, "schedules/lich.ics")
    assert codes(problems) == []
    assert [(s.days, s.times, s.zones, s.content, s.priority) for s in part.slots] == [
        ((OnDates(dates=(date(2024, 3, 5),)),), (time(6, 5),), AIRING.zones, "chuyen-muc", Priority.PRIORITY),
        ((OnDates(dates=(date(2024, 3, 10),)),), (time(17, 5),), (), "chuyen-muc", Priority.EMERGENCY),
    ]


def test_no_airings_is_still_a_calendar() -> None:
    assert events_of(export_ics([], "Mỹ Thạnh", NOW)) == []
