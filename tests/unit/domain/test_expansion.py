"""From rules to moments: what fires, what a holiday moves, what an exception changes."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadcaster.domain.calendar import (
    Calendar,
    CalendarException,
    DayRule,
    ExceptionKind,
    HolidayPolicy,
    OnDates,
    OnLunar,
    OnMonthdays,
    OnNthWeekday,
    OnWeekdays,
    Programme,
    ProgrammeId,
    Rotation,
    Slot,
    SlotId,
    Weekday,
    ZoneId,
)
from broadcaster.domain.expansion import Planned, RestDays, expand
from broadcaster.domain.firing import fires, first_day, next_dates
from broadcaster.domain.lunar import to_lunar
from broadcaster.domain.problems import Where
from broadcaster.domain.rundown import AiringState
from broadcaster.domain.scripts import ScriptId, TopicCode
from tests.unit.domain.making import VN, ZONES, at, day, expanded, on, slot, weekly

HERE = Where(file="schedules/lich.yaml", line=9)
APRIL_2024 = {"18/04/2024": "Giỗ Tổ", "29/04/2024": "nghỉ bù", "30/04/2024": "Giải phóng", "01/05/2024": "Lao động"}


def days_of(*rules: DayRule, first: str, last: str, **more: str) -> list[str]:
    found = expanded(Calendar(slots=(slot(*rules, first=more.get("since"), last=more.get("until")),)), first, last)
    return [f"{p.airing.planned:%d/%m}" for p in found]


def exception(
    kind: ExceptionKind,
    first: str,
    last: str | None = None,
    *,
    reason: str = "Quốc tang",
    slots: tuple[str, ...] = (),
    zones: tuple[ZoneId, ...] = (),
    times: tuple[time, ...] = (),
    content: str | None = None,
) -> CalendarException:
    return CalendarException(
        kind=kind,
        first=day(first),
        last=day(last or first),
        reason=reason,
        where=HERE,
        slots=tuple(SlotId(s) for s in slots),
        zones=zones,
        times=times,
        content=content,
    )


def only(planned: tuple[Planned, ...]) -> Planned:
    (one,) = planned
    return one


# --- days -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "first", "last", "days"),
    [
        (weekly(Weekday.TUESDAY, Weekday.THURSDAY), "04/03/2024", "14/03/2024", ["05/03", "07/03", "12/03", "14/03"]),
        (weekly(Weekday.SUNDAY), "01/03/2024", "18/03/2024", ["03/03", "10/03", "17/03"]),
        (on("14/03/2024", "05/03/2024", "05/03/2024"), "05/03/2024", "14/03/2024", ["05/03", "14/03"]),
        (OnMonthdays(days=(31, -1)), "01/03/2024", "30/06/2024", ["31/03", "30/04", "31/05", "30/06"]),
        (OnMonthdays(days=(29,)), "01/02/2023", "31/03/2023", ["29/03"]),
        (OnMonthdays(days=(29,)), "01/02/2024", "31/03/2024", ["29/02", "29/03"]),
        (OnNthWeekday(nth=1, weekday=Weekday.MONDAY), "01/03/2024", "30/04/2024", ["04/03", "01/04"]),
        (OnNthWeekday(nth=-1, weekday=Weekday.FRIDAY), "01/03/2024", "30/04/2024", ["29/03", "26/04"]),
        (OnNthWeekday(nth=5, weekday=Weekday.FRIDAY), "01/03/2024", "30/04/2024", ["29/03"]),
        (OnLunar(day=15), "01/03/2024", "31/05/2024", ["24/03", "23/04", "22/05"]),
        (OnLunar(day=10, month=3), "01/01/2024", "31/12/2025", ["18/04", "07/04"]),
    ],
)
def test_each_rule_fires_on_its_days(rule: DayRule, first: str, last: str, days: list[str]) -> None:
    assert days_of(rule, first=first, last=last) == days


def test_a_leap_month_does_not_fire() -> None:
    full_moon = OnLunar(day=15, month=6)
    assert days_of(full_moon, first="01/01/2025", last="31/12/2025") == ["09/07"]
    leap_day = day("08/08/2025")
    assert str(to_lunar(leap_day)) == "15/6 nhuận"
    assert not fires(slot(full_moon), leap_day)


def test_both_ends_of_validity_air() -> None:
    found = days_of(weekly(), first="01/03/2024", last="31/03/2024", since="05/03/2024", until="07/03/2024")
    assert found == ["05/03", "06/03", "07/03"]


def test_rules_of_one_slot_are_a_union() -> None:
    found = days_of(weekly(Weekday.TUESDAY), on("05/03/2024", "06/03/2024"), first="04/03/2024", last="10/03/2024")
    assert found == ["05/03", "06/03"]


def test_half_past_five_is_the_same_weekday_here_as_written() -> None:
    early = slot(weekly(Weekday.SUNDAY), times=(time(5, 30),))
    planned = only(expanded(Calendar(slots=(early,)), "04/03/2024", "10/03/2024")).airing.planned
    assert (planned.weekday(), planned.isoformat()) == (Weekday.SUNDAY, "2024-03-10T05:30:00+07:00")


def test_an_id_says_slot_and_moment() -> None:
    airing = only(expanded(Calendar(slots=(slot(),)), "05/03/2024", "05/03/2024")).airing
    assert airing.id == "cm-sang@2024-03-05T06:05+07:00"


def test_several_times_come_in_time_order_with_the_other_slots() -> None:
    calendar = Calendar(
        slots=(slot(id="a", times=(time(17, 5), time(6, 5))), slot(id="b", times=(time(6, 12), time(6, 5))))
    )
    found = [(p.airing.slot, f"{p.airing.planned:%H:%M}") for p in expanded(calendar, "05/03/2024", "05/03/2024")]
    assert found == [("a", "06:05"), ("b", "06:05"), ("b", "06:12"), ("a", "17:05")]


def test_a_slot_takes_every_zone_and_the_stations_grace_unless_it_says_otherwise() -> None:
    plain, own = slot(id="a"), slot(id="b", zones=(ZoneId("khom-2"),), grace_s=60)
    found = {p.airing.slot: p.airing for p in expanded(Calendar(slots=(plain, own)), "05/03/2024", "05/03/2024")}
    assert (found[SlotId("a")].zones, found[SlotId("a")].grace_s) == (ZONES, 300)
    assert (found[SlotId("b")].zones, found[SlotId("b")].grace_s) == (("khom-2",), 60)


def test_a_disabled_slot_does_nothing_and_a_cancelled_one_keeps_its_line() -> None:
    calendar = Calendar(slots=(slot(id="a", enabled=False), slot(id="b", cancelled="mưa bão")))
    airing = only(expanded(calendar, "05/03/2024", "05/03/2024")).airing
    assert (airing.slot, airing.state, airing.reason) == ("b", AiringState.CANCELLED, "mưa bão")


def test_a_moved_row_says_from_where() -> None:
    row = slot(on("17/04/2024"), moved_from=day("18/04/2024"), note="đã báo các khóm")
    airing = only(expanded(Calendar(slots=(row,)), "17/04/2024", "17/04/2024")).airing
    assert airing.note == "dời từ 18/04/2024; đã báo các khóm"


def test_of_two_rows_for_one_airing_the_one_not_cancelled_is_kept() -> None:
    rows = (slot(on("05/03/2024"), cancelled="nhầm"), slot(on("05/03/2024"), line=2), slot(on("05/03/2024"), line=3))
    airing = only(expanded(Calendar(slots=rows), "05/03/2024", "05/03/2024")).airing
    assert airing.state is AiringState.PLANNED


# --- content --------------------------------------------------------------------------------------------------------


def test_a_programme_gives_its_parts_and_title() -> None:
    rotation = Rotation(topics=(TopicCode("ND-D2"),))
    programme = Programme(
        id=ProgrammeId("cchc"), title="Chuyên mục CCHC", parts=(ScriptId("nhac"), rotation), where=HERE
    )
    calendar = Calendar(slots=(slot(content="cchc"),), programmes={programme.id: programme})
    planned = only(expanded(calendar, "05/03/2024", "05/03/2024"))
    assert planned.parts == ("nhac", rotation)
    assert (planned.airing.programme, planned.airing.title) == ("cchc", "Chuyên mục CCHC")
    assert planned.airing.scripts == ("nhac",)


def test_a_rotation_alone_is_one_part_and_names_itself() -> None:
    rotation = Rotation(topics=(TopicCode("ND-D2"), TopicCode("ND-D6")))
    planned = only(expanded(Calendar(slots=(slot(content=rotation),)), "05/03/2024", "05/03/2024"))
    assert (planned.parts, planned.airing.programme) == ((rotation,), "xoay vòng ND-D2+ND-D6")
    assert planned.airing.scripts == ()


# --- holidays -------------------------------------------------------------------------------------------------------


def held(policy: HolidayPolicy, *rules: DayRule, first: str, last: str, **more: str) -> list[str]:
    standing = slot(*rules, holidays=policy, first=more.get("since"), last=more.get("until"))
    found = expanded(Calendar(slots=(standing,)), first, last, holidays=APRIL_2024, workdays=("04/05/2024",))
    return [
        f"{p.airing.planned:%d/%m} {'hủy: ' if p.airing.state is AiringState.CANCELLED else ''}"
        f"{p.airing.reason or p.airing.note}".strip()
        for p in found
    ]


def test_keep_airs_on_a_holiday() -> None:
    assert held(HolidayPolicy.KEEP, weekly(Weekday.THURSDAY), first="18/04/2024", last="18/04/2024") == ["18/04"]


def test_skip_keeps_a_cancelled_line_with_the_holidays_name() -> None:
    found = held(HolidayPolicy.SKIP, weekly(Weekday.THURSDAY), first="18/04/2024", last="25/04/2024")
    assert found == ["18/04 hủy: nghỉ lễ: Giỗ Tổ", "25/04"]


def test_the_airing_of_a_holiday_moves_to_the_working_day_before() -> None:
    found = held(HolidayPolicy.PREVIOUS_WORKDAY, weekly(Weekday.THURSDAY), first="15/04/2024", last="25/04/2024")
    assert found == ["17/04 dời từ 18/04/2024 (Giỗ Tổ)", "25/04"]


def test_a_long_holiday_is_crossed_to_the_friday_before() -> None:
    found = held(HolidayPolicy.PREVIOUS_WORKDAY, on("30/04/2024"), first="15/04/2024", last="10/05/2024")
    assert found == ["26/04 dời từ 30/04/2024 (Giải phóng)"]


def test_a_move_forward_stops_at_the_first_working_day() -> None:
    found = held(HolidayPolicy.NEXT_WORKDAY, on("30/04/2024"), first="15/04/2024", last="10/05/2024")
    assert found == ["02/05 dời từ 30/04/2024 (Giải phóng)"]


def test_a_make_up_saturday_is_a_working_day() -> None:
    rest = RestDays(named={day("03/05/2024"): "nghỉ"}, workdays=frozenset({day("04/05/2024")}))
    assert rest.nearest_workday(day("03/05/2024"), 1) == day("04/05/2024")
    assert rest.nearest_workday(day("05/05/2024"), -1) == day("04/05/2024")


def test_a_holiday_worked_in_exchange_is_no_holiday() -> None:
    standing = slot(on("29/04/2024"), holidays=HolidayPolicy.SKIP)
    found = expanded(
        Calendar(slots=(standing,)), "29/04/2024", "29/04/2024", holidays=APRIL_2024, workdays=("29/04/2024",)
    )
    assert only(found).airing.state is AiringState.PLANNED


def test_the_wards_own_day_off_is_a_holiday_too() -> None:
    standing = slot(on("24/07/2026"), holidays=HolidayPolicy.SKIP)
    found = expanded(Calendar(slots=(standing,)), "24/07/2026", "24/07/2026", days_off={"24/07/2026": "hội làng"})
    assert only(found).airing.reason == "nghỉ lễ: hội làng"


def test_two_moved_airings_that_meet_become_one_and_it_says_so() -> None:
    found = held(HolidayPolicy.PREVIOUS_WORKDAY, on("30/04/2024", "01/05/2024"), first="22/04/2024", last="10/05/2024")
    assert found == ["26/04 dời từ 30/04/2024 (Giải phóng); gộp lượt dời từ 01/05/2024 (Lao động)"]


def test_a_moved_airing_that_meets_a_regular_one_joins_it() -> None:
    found = held(HolidayPolicy.PREVIOUS_WORKDAY, on("17/04/2024", "18/04/2024"), first="15/04/2024", last="19/04/2024")
    assert found == ["17/04 gộp lượt dời từ 18/04/2024 (Giỗ Tổ)"]


def test_a_move_that_would_leave_the_validity_is_a_cancelled_line() -> None:
    found = held(HolidayPolicy.PREVIOUS_WORKDAY, weekly(), first="15/04/2024", last="18/04/2024", since="18/04/2024")
    assert found == ["18/04 hủy: nghỉ lễ: Giỗ Tổ; trong thời hạn của khung giờ không còn ngày làm việc nào để dời"]


def test_a_move_across_the_edge_of_the_days_asked_is_seen_from_both_sides() -> None:
    rule = on("30/04/2024")
    assert held(HolidayPolicy.PREVIOUS_WORKDAY, rule, first="27/04/2024", last="05/05/2024") == []
    assert len(held(HolidayPolicy.PREVIOUS_WORKDAY, rule, first="20/04/2024", last="26/04/2024")) == 1


# --- exceptions -----------------------------------------------------------------------------------------------------


def excepted(*exceptions: CalendarException, slots: tuple[Slot, ...] = ()) -> tuple[Planned, ...]:
    calendar = Calendar(slots=slots or (slot(),), exceptions=exceptions)
    return expanded(calendar, "24/07/2024", "27/07/2024")


def lines(planned: tuple[Planned, ...]) -> list[tuple[str, str, str]]:
    return [(f"{p.airing.planned:%d/%m}", p.airing.state.value, p.airing.reason) for p in planned]


def test_a_skip_keeps_its_lines_with_the_reason_on_both_end_days() -> None:
    found = excepted(exception(ExceptionKind.SKIP, "25/07/2024", "26/07/2024"))
    assert lines(found) == [
        ("24/07", "planned", ""),
        ("25/07", "cancelled", "Quốc tang"),
        ("26/07", "cancelled", "Quốc tang"),
        ("27/07", "planned", ""),
    ]


def test_a_skip_touches_only_the_slots_and_times_it_names() -> None:
    slots = tuple(slot(id=i, times=(time(6, 5), time(17, 5))) for i in "ab")
    found = excepted(exception(ExceptionKind.SKIP, "25/07/2024", slots=("a",), times=(time(17, 5),)), slots=slots)
    assert [p.airing.id for p in found if p.airing.state is AiringState.CANCELLED] == ["a@2024-07-25T17:05+07:00"]


def test_a_blanket_skip_spares_what_was_added_for_that_day() -> None:
    added = slot(on("25/07/2024"), id="them.cao-pho")
    found = excepted(exception(ExceptionKind.SKIP, "25/07/2024"), slots=(slot(), added))
    states = {p.airing.slot: p.airing.state for p in found if p.airing.planned.day == 25}
    assert states == {"cm-sang": AiringState.CANCELLED, "them.cao-pho": AiringState.PLANNED}
    named = excepted(exception(ExceptionKind.SKIP, "25/07/2024", slots=("them.cao-pho",)), slots=(added,))
    assert only(named).airing.state is AiringState.CANCELLED


def test_a_skip_of_one_zone_leaves_the_other_and_says_so() -> None:
    found = excepted(exception(ExceptionKind.SKIP, "25/07/2024", zones=ZONES[:1], reason="thi lớp 10"))
    touched = found[1].airing
    assert (touched.zones, touched.note) == (ZONES[1:], "cụm khom-1 không phát: thi lớp 10")
    assert touched.state is AiringState.PLANNED


def test_skips_that_together_leave_no_zone_cancel_the_airing_whole() -> None:
    found = excepted(
        exception(ExceptionKind.SKIP, "25/07/2024", zones=ZONES[:1]),
        exception(ExceptionKind.SKIP, "25/07/2024", zones=ZONES[1:], reason="mất điện"),
    )
    touched = found[1].airing
    assert (touched.state, touched.reason, touched.zones) == (AiringState.CANCELLED, "mất điện", ZONES)


def test_a_zone_the_airing_does_not_have_changes_nothing() -> None:
    found = excepted(exception(ExceptionKind.SKIP, "25/07/2024", zones=(ZoneId("khom-9"),)))
    assert found[1].airing.note == ""
    assert found[1].airing.zones == ZONES


def test_a_replacement_airs_something_else_under_the_same_id() -> None:
    found = excepted(exception(ExceptionKind.REPLACE, "25/07/2024", content="cao-pho"))
    touched = found[1]
    assert touched.airing.id == "cm-sang@2024-07-25T06:05+07:00"
    assert (touched.parts, touched.airing.programme, touched.airing.scripts) == (("cao-pho",), "cao-pho", ("cao-pho",))
    assert touched.airing.reason == "Quốc tang"
    assert touched.airing.note == "thay “bai-1”: Quốc tang"


def test_a_replacement_for_one_zone_is_an_airing_of_its_own() -> None:
    found = excepted(exception(ExceptionKind.REPLACE, "25/07/2024", zones=ZONES[:1], content="cao-pho"))
    there = {p.airing.zones: p for p in found if p.airing.planned.day == 25}
    assert there[ZONES[:1]].parts == ("cao-pho",)
    assert there[ZONES[1:]].parts == ("bai-1",)
    assert {p.airing.id for p in there.values()} == {
        "cm-sang@2024-07-25T06:05+07:00",
        "cm-sang/khom-1@2024-07-25T06:05+07:00",
    }


def test_a_skip_beats_a_replacement() -> None:
    found = excepted(
        exception(ExceptionKind.REPLACE, "25/07/2024", content="cao-pho"),
        exception(ExceptionKind.SKIP, "25/07/2024", reason="mưa bão"),
    )
    assert lines(found)[1] == ("25/07", "cancelled", "mưa bão")


def test_an_exception_meets_the_airing_on_the_day_it_was_moved_to() -> None:
    moved = slot(on("18/04/2024"), holidays=HolidayPolicy.PREVIOUS_WORKDAY)
    calendar = Calendar(slots=(moved,), exceptions=(exception(ExceptionKind.SKIP, "17/04/2024", reason="mất điện"),))
    airing = only(expanded(calendar, "01/04/2024", "30/04/2024", holidays=APRIL_2024)).airing
    assert (airing.planned, airing.state, airing.reason) == (at("17/04/2024 06:05"), AiringState.CANCELLED, "mất điện")


# --- read-back ------------------------------------------------------------------------------------------------------


def test_next_dates_start_with_the_day_itself() -> None:
    tuesdays = slot(weekly(Weekday.TUESDAY), last="19/03/2024")
    assert next_dates(tuesdays, day("05/03/2024"), 2) == (day("05/03/2024"), day("12/03/2024"))
    assert next_dates(tuesdays, day("13/03/2024"), 5) == (day("19/03/2024"),)


def test_next_dates_of_a_yearly_lunar_day_reach_over_years() -> None:
    death_day = slot(OnLunar(day=10, month=3))
    assert [str(to_lunar(d)) for d in next_dates(death_day, day("01/01/2024"), 5)] == ["10/3"] * 5


@pytest.mark.parametrize(
    "dead",
    [
        slot(weekly(Weekday.SUNDAY), first="04/03/2024", last="09/03/2024"),
        slot(weekly(), first="09/03/2024", last="04/03/2024"),
        slot(on("01/03/2024", "31/03/2024"), first="04/03/2024", last="09/03/2024"),
        slot(OnMonthdays(days=(31,)), first="01/04/2024", last="30/04/2024"),
        slot(OnMonthdays(days=(29,)), first="01/02/2023", last="28/02/2023"),
        slot(OnLunar(day=31)),
        slot(OnLunar(day=15, month=13)),
        slot(OnWeekdays(days=frozenset())),
        slot(OnNthWeekday(nth=6, weekday=Weekday.MONDAY)),
    ],
)
def test_a_rule_without_a_day_has_no_first_day(dead: Slot) -> None:
    assert first_day(dead) is None


def test_the_first_day_of_a_rule_whose_time_is_over_is_still_found() -> None:
    assert first_day(slot(weekly(Weekday.SUNDAY), last="09/03/2014")) is not None
    assert first_day(slot(OnLunar(day=30, month=2))) is not None


def test_the_ends_of_the_calendar_itself_do_no_harm() -> None:
    assert next_dates(slot(weekly()), date.max, 3) == (date.max,)
    assert next_dates(slot(on("31/12/9999")), date.min, 1) == (date.max,)
    assert first_day(slot(weekly(), last="02/01/0001")) is not None


# --- whatever a person may write ------------------------------------------------------------------------------------

days_2024 = st.dates(date(2024, 1, 1), date(2024, 12, 31))
rules: st.SearchStrategy[DayRule] = st.one_of(
    st.builds(OnWeekdays, days=st.frozensets(st.sampled_from(Weekday), min_size=1)),
    st.builds(OnDates, dates=st.lists(days_2024, max_size=4).map(tuple)),
    st.builds(OnMonthdays, days=st.lists(st.sampled_from([1, 15, 28, 29, 30, 31, -1]), max_size=3).map(tuple)),
    st.builds(OnNthWeekday, nth=st.sampled_from([1, 2, 3, 4, 5, -1]), weekday=st.sampled_from(Weekday)),
    st.builds(OnLunar, day=st.integers(1, 30), month=st.none() | st.integers(1, 12)),
)
slots_written = st.builds(
    Slot,
    id=st.sampled_from(["a", "b", "c"]).map(SlotId),
    content=st.just("bai-1"),
    times=st.lists(st.sampled_from([time(5, 30), time(6, 5), time(17, 5), time(23, 59)]), min_size=1).map(tuple),
    days=st.lists(rules, min_size=1, max_size=3).map(tuple),
    where=st.just(HERE),
    valid_from=st.none() | days_2024,
    valid_until=st.none() | days_2024,
    holidays=st.sampled_from(HolidayPolicy),
    cancelled=st.none() | st.just("mưa bão"),
    enabled=st.booleans(),
)
exceptions_written = st.builds(
    CalendarException,
    kind=st.sampled_from(ExceptionKind),
    first=days_2024,
    last=days_2024,
    reason=st.just("lý do"),
    where=st.just(HERE),
    zones=st.sampled_from([(), ZONES[:1], ZONES[1:], ZONES]),
    content=st.none() | st.just("bai-2"),
)
calendars = st.builds(
    Calendar,
    slots=st.lists(slots_written, max_size=4).map(tuple),
    exceptions=st.lists(exceptions_written, max_size=2).map(tuple),
)
holidays_named = st.dictionaries(days_2024, st.just("lễ"), max_size=6)


def over(calendar: Calendar, first: date, last: date, holidays: Mapping[date, str]) -> tuple[Planned, ...]:
    return expand(calendar, first, last, zone_ids=ZONES, timezone=VN, holidays=holidays)


@given(calendars, days_2024, st.integers(0, 40), holidays_named)
def test_every_airing_has_its_own_id_its_order_and_its_place(
    calendar: Calendar, first: date, length: int, holidays: Mapping[date, str]
) -> None:
    last = first + timedelta(days=length)
    found = [p.airing for p in over(calendar, first, last, holidays)]
    assert max(Counter(a.id for a in found).values(), default=1) == 1
    assert [a.planned for a in found] == sorted(a.planned for a in found)
    assert all(first <= a.planned.date() <= last for a in found)
    assert all(a.zones and set(a.zones) <= set(ZONES) for a in found)
    assert all(a.reason for a in found if a.state is AiringState.CANCELLED)


@given(slots_written, days_2024, st.integers(0, 60), holidays_named)
def test_no_airing_lies_outside_validity_and_every_day_named_has_its_airing(
    written: Slot, first: date, length: int, holidays: Mapping[date, str]
) -> None:
    last = first + timedelta(days=length)
    found = {p.airing.planned: p.airing for p in over(Calendar(slots=(written,)), first, last, holidays)}
    if not written.enabled:
        assert found == {}
        return
    for moment, airing in found.items():
        assert written.valid_from is None or written.valid_from <= moment.date()
        assert written.valid_until is None or moment.date() <= written.valid_until
        assert fires(written, moment.date()) or "dời từ" in airing.note
        assert (
            airing.state is AiringState.CANCELLED
            or moment.date() not in holidays
            or (written.holidays is HolidayPolicy.KEEP)
        )
    for offset in range(length + 1):
        on_day = first + timedelta(days=offset)
        if fires(written, on_day) and on_day not in holidays:
            assert all(datetime.combine(on_day, t, VN) in found for t in written.times)


@given(st.frozensets(st.sampled_from(Weekday), min_size=1), days_2024, st.sampled_from([time(0, 0), time(5, 30)]))
def test_a_weekday_here_is_the_weekday_written(weekdays: frozenset[Weekday], first: date, moment: time) -> None:
    calendar = Calendar(slots=(slot(OnWeekdays(days=weekdays), times=(moment,)),))
    found = over(calendar, first, first + timedelta(days=13), {})
    assert len(found) == 2 * len(weekdays)
    assert {p.airing.planned.astimezone(VN).weekday() for p in found} == set(weekdays)


@given(calendars, days_2024, st.integers(1, 40), st.integers(0, 39), holidays_named)
def test_two_stretches_one_after_the_other_are_the_whole(
    calendar: Calendar, first: date, length: int, cut: int, holidays: Mapping[date, str]
) -> None:
    last = first + timedelta(days=length)
    middle = first + timedelta(days=min(cut, length - 1))
    halves = over(calendar, first, middle, holidays) + over(calendar, middle + timedelta(days=1), last, holidays)
    assert halves == over(calendar, first, last, holidays)
