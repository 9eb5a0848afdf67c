"""Ids of dated rows and what happens when two files say the same."""

from dataclasses import replace
from datetime import date, time

import pytest

from broadcaster.adapters.calendar_parts import CalendarPart, dated_id, distinct, join, stem_of
from broadcaster.domain.calendar import (
    OnDates,
    OnWeekdays,
    Programme,
    ProgrammeId,
    Rotation,
    Slot,
    SlotId,
    Weekday,
    ZoneId,
)
from broadcaster.domain.problems import Where
from broadcaster.domain.scripts import ScriptId, TopicCode
from tests.workbooks import codes, places

MAR_5, MAR_6 = date(2024, 3, 5), date(2024, 3, 6)
SUNDAYS = OnWeekdays(days=frozenset({Weekday.SUNDAY}))


def row(
    line: int, *zones: str, day: date = MAR_5, hour: int = 6, slot_id: str = "lich.tin-1", file: str = "a.yaml"
) -> Slot:
    """A dated row at a full hour."""
    return Slot(
        id=SlotId(slot_id),
        content="tin-1",
        times=(time(hour),),
        days=(OnDates(dates=(day,)),),
        where=Where(file=file, line=line),
        zones=tuple(ZoneId(zone) for zone in zones),
    )


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("schedules/lich.yaml", "lich"),
        ("schedules/Lịch tháng 3.xlsx", "lich-thang-3"),
        ("schedules/Kế hoạch CCHC (bản 2).final.xlsx", "ke-hoach-cchc-ban-2-final"),
        ("schedules/★.ics", "lich"),
    ],
)
def test_the_stem_is_a_plain_word(name: str, stem: str) -> None:
    assert stem_of(name) == stem


def test_a_rotation_has_a_plain_id() -> None:
    assert dated_id("lich", Rotation(topics=(TopicCode("ND-D2"), TopicCode("ND-D6")))) == "lich.xoay-vong-nd-d2-nd-d6"


def test_rows_at_different_moments_share_the_id() -> None:
    slots, problems = distinct([row(1), row(2, day=MAR_6), row(3, hour=17)])
    assert problems == ()
    assert {slot.id for slot in slots} == {"lich.tin-1"}


def test_rows_at_one_moment_are_told_apart_by_zones_whatever_their_order() -> None:
    rows = [row(1, "khom-1"), row(2, "khom-2", "Khóm 3"), row(3), row(4, "khom-1", day=MAR_6)]
    forward, problems = distinct(rows)
    backward, _ = distinct(rows[::-1])
    assert problems == ()
    assert [slot.id for slot in forward] == [
        "lich.tin-1.khom-1",
        "lich.tin-1.khom-2+khom-3",
        "lich.tin-1.tat-ca",
        "lich.tin-1",
    ]
    assert {s.where.line: s.id for s in forward} == {s.where.line: s.id for s in backward}


def test_the_same_row_twice_is_an_error_at_the_second_and_the_first_stays() -> None:
    slots, problems = distinct([row(1, "b", "a"), row(2, "a", "b")])
    assert [slot.where.line for slot in slots] == [1]
    assert codes(problems) == ["row-repeated"]
    assert places(problems) == ["a.yaml:2"]
    assert "a.yaml:1" in problems[0].message


def test_files_of_one_name_may_hold_different_moments_of_one_content() -> None:
    parts = [CalendarPart(slots=(row(1),)), CalendarPart(slots=(row(1, day=MAR_6, file="a.xlsx"),))]
    joined, problems = join(parts)
    assert problems == ()
    assert len(joined.slots) == 2


def test_files_that_plan_the_same_moment_are_told() -> None:
    parts = [CalendarPart(slots=(row(1, "a"),)), CalendarPart(slots=(row(7, "b", file="a.xlsx"),))]
    joined, problems = join(parts)
    assert [slot.where.file for slot in joined.slots] == ["a.yaml"]
    assert places(problems) == ["a.xlsx:7"]


@pytest.mark.parametrize("first_is_dated", [False, True])
def test_a_rule_never_shares_its_id(first_is_dated: bool) -> None:
    rule = replace(row(1, slot_id="cm"), days=(SUNDAYS,))
    other = row(9, slot_id="cm", file="b.yaml") if first_is_dated else replace(rule, where=Where(file="b.yaml", line=9))
    joined, problems = join([CalendarPart(slots=(rule,)), CalendarPart(slots=(other,))])
    assert joined.slots == (rule,)
    assert codes(problems) == ["id-repeated"]
    assert places(problems) == ["b.yaml:9"]


def test_a_programme_never_shares_its_id() -> None:
    one, two = (
        Programme(id=ProgrammeId("cm"), title="x", parts=(ScriptId("a"),), where=Where(file="a.yaml", line=n))
        for n in (1, 5)
    )
    joined, problems = join([CalendarPart(programmes=(one, two))])
    assert joined.programmes == (one,)
    assert places(problems) == ["a.yaml:5"]
