"""What would go wrong on air is found at planning time: who meets whom, and what the ward's own limits say."""

from dataclasses import replace
from datetime import time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadcaster.domain.calendar import Calendar, OnLunar, Priority, Slot, SlotId, StartRule, Weekday, ZoneId
from broadcaster.domain.conflicts import check_plan
from broadcaster.domain.problems import Problem, Severity
from broadcaster.domain.regulation import window_of
from broadcaster.domain.rundown import Airing, AiringState
from broadcaster.domain.scripts import Kind, Script
from broadcaster.domain.settings import PolicySettings, Settings, TimeSpan, Window, Zone
from tests.unit.domain.making import ZONES, airing, at, day, on, script, slot, weekly

SETTINGS = Settings(identities=(), zones=tuple(Zone(id=z, name=z) for z in ZONES))
WORKDAYS = frozenset(Weekday) - {Weekday.SATURDAY, Weekday.SUNDAY}
MORNING = Window(name="Buổi sáng", span=TimeSpan(start=time(6), end=time(6, 30)), weekdays=WORKDAYS, budget_minutes=15)
EVENING = Window(name="Buổi chiều", span=TimeSpan(start=time(17), end=time(17, 30)), weekdays=WORKDAYS)
NOON = Window(name="Buổi trưa", span=TimeSpan(start=time(11), end=time(11, 30)), weekdays=WORKDAYS)
CALENDAR = Calendar(slots=(slot(id="a", line=10), slot(id="b", line=20), slot(id="c", line=30)))


def found(
    *airings: Airing,
    calendar: Calendar = CALENDAR,
    settings: Settings = SETTINGS,
    scripts: tuple[Script, ...] = (),
) -> list[Problem]:
    return list(check_plan(calendar, airings, settings, scripts={s.id: s for s in scripts}))


def only(problems: list[Problem]) -> Problem:
    (one,) = problems
    return one


def codes(problems: list[Problem]) -> list[str]:
    return [p.code for p in problems]


# --- collisions -----------------------------------------------------------------------------------------------------


def test_airings_that_follow_each_other_do_not_collide() -> None:
    assert found(airing("05/03/2024 06:05", slot="a"), airing("05/03/2024 06:08", slot="b")) == []


def test_a_wait_within_grace_is_a_warning_that_names_both() -> None:
    problem = only(found(airing("05/03/2024 06:05", slot="a"), airing("05/03/2024 06:06", slot="b")))
    assert (problem.severity, problem.code, problem.where.line) == (Severity.WARNING, "overlap-wait", 20)
    assert problem.message == (
        "“b” (06:06–06:09 ngày 05/03/2024) trùng giờ với “a” (06:05–06:08, schedules/lich.yaml:10) "
        "ở cụm loa khom-1, khom-2: “b” sẽ chờ khoảng 2 phút"
    )
    assert problem.hint


def test_a_wait_beyond_grace_between_equals_asks_the_officer() -> None:
    problem = only(found(airing("05/03/2024 06:05", slot="a", minutes=10), airing("05/03/2024 06:06", slot="b")))
    assert (problem.severity, problem.code) == (Severity.ERROR, "overlap-lost")
    assert "phải chờ khoảng 9 phút" in problem.message
    assert "Xin cán bộ quyết định" in problem.hint


def test_a_wait_exactly_as_long_as_grace_still_airs() -> None:
    long = airing("05/03/2024 06:05", slot="a", minutes=6)
    assert codes(found(long, airing("05/03/2024 06:06", slot="b", grace_s=300))) == ["overlap-wait"]
    assert codes(found(long, airing("05/03/2024 06:06", slot="b", grace_s=299))) == ["overlap-lost"]


def test_a_rule_of_within_n_seconds_gives_up_sooner_than_grace() -> None:
    hurried = airing("05/03/2024 06:06", slot="b", start_rule=StartRule.WITHIN, within_s=60)
    assert codes(found(airing("05/03/2024 06:05", slot="a"), hurried)) == ["overlap-lost"]


def test_two_in_one_minute_air_one_after_the_other() -> None:
    problem = only(found(airing("05/03/2024 06:05", slot="b"), airing("05/03/2024 06:05", slot="a")))
    assert problem.message.endswith("“b” sẽ chờ khoảng 3 phút")


def test_the_higher_class_goes_first_in_one_minute() -> None:
    urgent = airing("05/03/2024 06:05", slot="b", priority=Priority.PRIORITY)
    problem = only(found(airing("05/03/2024 06:05", slot="a"), urgent))
    assert (problem.severity, problem.where.line) == (Severity.WARNING, 10)
    assert problem.message.endswith("“a” sẽ chờ khoảng 3 phút")


def test_a_higher_class_at_once_cuts_in() -> None:
    urgent = airing("05/03/2024 06:06", slot="b", priority=Priority.PRIORITY, start_rule=StartRule.AT_ONCE)
    problem = only(found(airing("05/03/2024 06:05", slot="a"), urgent))
    assert (problem.severity, problem.code) == (Severity.WARNING, "overlap-cut")
    assert "“a” bị cắt ngang" in problem.message


def test_an_emergency_cuts_in_whatever_its_rule() -> None:
    urgent = airing("05/03/2024 06:06", slot="b", priority=Priority.EMERGENCY)
    assert codes(found(airing("05/03/2024 06:05", slot="a"), urgent)) == ["overlap-cut"]


def test_at_once_does_not_cut_an_equal() -> None:
    hurried = airing("05/03/2024 06:06", slot="b", start_rule=StartRule.AT_ONCE)
    assert codes(found(airing("05/03/2024 06:05", slot="a"), hurried)) == ["overlap-wait"]


def test_a_lower_class_that_cannot_wait_is_a_warning_only() -> None:
    urgent = airing("05/03/2024 06:05", slot="a", minutes=10, priority=Priority.PRIORITY)
    problem = only(found(urgent, airing("05/03/2024 06:06", slot="b")))
    assert (problem.severity, problem.code) == (Severity.WARNING, "overlap-lost")


def test_a_higher_class_that_waits_too_long_for_a_lower_one_is_an_error() -> None:
    urgent = airing("05/03/2024 06:06", slot="b", priority=Priority.PRIORITY)
    assert only(found(airing("05/03/2024 06:05", slot="a", minutes=10), urgent)).severity is Severity.ERROR


def test_a_delay_is_handed_on() -> None:
    problems = found(
        airing("05/03/2024 06:05", slot="a", minutes=3),
        airing("05/03/2024 06:07", slot="b", minutes=3),
        airing("05/03/2024 06:10", slot="c", minutes=1),
    )
    assert [p.message[-len("“c” sẽ chờ khoảng 1 phút") :] for p in problems] == [
        "“b” sẽ chờ khoảng 1 phút",
        "“c” sẽ chờ khoảng 1 phút",
    ]


def test_different_zones_play_side_by_side() -> None:
    assert (
        found(
            airing("05/03/2024 06:05", slot="a", zones=ZONES[:1]), airing("05/03/2024 06:05", slot="b", zones=ZONES[1:])
        )
        == []
    )


def test_only_the_shared_zone_is_named() -> None:
    problem = only(found(airing("05/03/2024 06:05", slot="a"), airing("05/03/2024 06:05", slot="b", zones=ZONES[1:])))
    assert "ở cụm loa khom-2:" in problem.message


def test_a_cancelled_airing_collides_with_nobody() -> None:
    cancelled = replace(airing("05/03/2024 06:05", slot="a"), state=AiringState.CANCELLED)
    assert found(cancelled, airing("05/03/2024 06:05", slot="b")) == []


def test_a_collision_of_every_week_is_said_once_with_its_first_days() -> None:
    weeks = [f"{day('05/03/2024') + timedelta(weeks=n):%d/%m/%Y}" for n in range(5)]
    airings = [airing(f"{d} {t}", slot=s) for d in weeks for s, t in (("a", "06:05"), ("b", "06:06"))]
    problem = only(found(*airings))
    assert problem.message.endswith("(tất cả 5 lần: 05/03/2024, 12/03/2024, 19/03/2024, …)")


def test_the_dated_row_meant_is_the_one_named() -> None:
    rows = (
        slot(on("05/03/2024"), id="lich.tin", line=4),
        slot(on("12/03/2024"), id="lich.tin", line=5),
        slot(id="b", line=20),
    )
    problem = only(
        found(
            airing("12/03/2024 06:05", slot="lich.tin"),
            airing("12/03/2024 06:04", slot="b"),
            calendar=Calendar(slots=rows),
        )
    )
    assert problem.where.line == 5


minutes_of_an_hour = st.builds(
    airing,
    st.integers(0, 30).map(lambda m: f"05/03/2024 06:{m:02d}"),
    slot=st.sampled_from(["a", "b", "c"]),
    minutes=st.integers(1, 9),
    zones=st.sampled_from([ZONES, ZONES[:1], ZONES[1:]]),
    priority=st.sampled_from(Priority),
    start_rule=st.sampled_from(StartRule),
    within_s=st.none() | st.integers(0, 200),
    grace_s=st.integers(0, 600),
)


@given(st.lists(minutes_of_an_hour, max_size=8, unique_by=lambda a: a.id))
def test_problems_are_found_exactly_where_airings_overlap(airings: list[Airing]) -> None:
    """No two airings overlapping in one zone: silence. Any true overlap: at least one problem."""
    overlapping = any(
        one.id != other.id and set(one.zones) & set(other.zones) and one.planned <= other.planned < one.ends
        for one in airings
        for other in airings
    )
    problems = [p for p in found(*airings) if p.code.startswith("overlap")]
    assert bool(problems) == overlapping
    assert all(p.hint and p.where.line for p in problems)


# --- duplicates and rules without a day -----------------------------------------------------------------------------


def test_two_rows_for_one_airing_are_an_error_at_the_second() -> None:
    rows = (slot(on("05/03/2024"), id="lich.tin", line=4), slot(on("05/03/2024"), id="lich.tin", line=9))
    problem = only(found(calendar=Calendar(slots=rows)))
    assert (problem.severity, problem.code, problem.where.line) == (Severity.ERROR, "duplicate-airing", 9)
    assert "lúc 06:05 ngày 05/03/2024 đã ghi ở schedules/lich.yaml:4" in problem.message


@pytest.mark.parametrize(
    "other",
    [
        slot(on("05/03/2024"), id="lich.tin", line=9, times=(time(17, 5),)),
        slot(on("06/03/2024"), id="lich.tin", line=9),
        slot(on("05/03/2024"), id="lich.bai", line=9),
        slot(on("05/03/2024"), id="lich.tin", line=9, cancelled="mưa bão"),
        slot(on("05/03/2024"), id="lich.tin", line=9, enabled=False),
    ],
)
def test_rows_that_differ_are_no_duplicates(other: Slot) -> None:
    assert found(calendar=Calendar(slots=(slot(on("05/03/2024"), id="lich.tin", line=4), other))) == []


def test_one_time_written_twice_in_a_row_is_an_error() -> None:
    twice = slot(weekly(), times=(time(6, 5), time(6, 5)))
    assert "trong cùng một dòng" in only(found(calendar=Calendar(slots=(twice,)))).message


def test_one_date_written_twice_in_a_row_is_an_error() -> None:
    twice = slot(on("05/03/2024", "05/03/2024"))
    assert codes(found(calendar=Calendar(slots=(twice,)))) == ["duplicate-airing"]


def test_two_standing_rules_of_one_id_that_meet_are_an_error() -> None:
    rules = Calendar(slots=(slot(weekly(Weekday.TUESDAY), line=4), slot(weekly(), line=9)))
    assert codes(found(airing("05/03/2024 06:05"), airing("12/03/2024 06:05"), calendar=rules)) == ["duplicate-airing"]


@pytest.mark.parametrize(
    ("dead", "hint"),
    [
        (slot(weekly(Weekday.SUNDAY), first="04/03/2024", last="09/03/2024"), "từ 04/03/2024 đến 09/03/2024"),
        (slot(weekly(), first="09/03/2024", last="04/03/2024"), "đứng trước"),
        (slot(on("01/03/2024"), first="04/03/2024"), "Trong thời hạn từ 04/03/2024 không có ngày nào"),
        (slot(OnLunar(day=31)), "Không tháng nào"),
        (replace(slot(), days=()), "Ghi thứ trong tuần"),
    ],
)
def test_a_rule_that_yields_no_date_is_an_error_with_its_cause(dead: Slot, hint: str) -> None:
    problem = only(found(calendar=Calendar(slots=(replace(dead, id=SlotId("cm")),))))
    assert (problem.severity, problem.code, problem.message) == (
        Severity.ERROR,
        "no-date",
        "khung giờ “cm” không ra ngày nào",
    )
    assert hint in problem.hint


def test_a_rule_whose_time_is_over_is_history_and_a_disabled_one_is_left_alone() -> None:
    past = slot(weekly(), id="a", first="01/01/2014", last="31/12/2014")
    off = slot(OnLunar(day=31), id="b", enabled=False)
    assert found(calendar=Calendar(slots=(past, off))) == []


def test_a_slot_without_a_time_is_an_error() -> None:
    assert codes(found(calendar=Calendar(slots=(slot(times=()),)))) == ["no-time"]


# --- the ward's own limits ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("moment", ["05/03/2024 21:00", "05/03/2024 03:00", "05/03/2024 05:29", "05/03/2024 20:58"])
def test_quiet_hours_are_an_error_even_by_the_last_minute(moment: str) -> None:
    problem = only(found(airing(moment, slot="a")))
    assert (problem.severity, problem.code) == (Severity.ERROR, "quiet-hours")
    assert "21:00–05:30" in problem.message


@pytest.mark.parametrize("moment", ["05/03/2024 05:30", "05/03/2024 20:57"])
def test_the_edges_of_quiet_hours_may_air(moment: str) -> None:
    assert found(airing(moment, slot="a")) == []


def test_an_emergency_in_the_calendar_cannot_pass_the_quiet_hours_either() -> None:
    problem = only(found(airing("05/03/2024 03:00", slot="a", priority=Priority.EMERGENCY)))
    assert problem.code == "quiet-hours"
    assert "phải có người ra lệnh" in problem.hint


def windowed(*windows: Window, sessions: int | None = None, repeats: int = 0) -> Settings:
    policy = PolicySettings(sessions_per_day=sessions, max_item_repeats_per_week=repeats)
    return replace(SETTINGS, windows=windows, policy=policy)


@pytest.mark.parametrize("moment", ["05/03/2024 07:00", "05/03/2024 06:30", "05/03/2024 05:59", "09/03/2024 06:05"])
def test_outside_every_window_is_an_error(moment: str) -> None:
    problem = only(found(airing(moment, slot="a"), settings=windowed(MORNING, EVENING)))
    assert (problem.severity, problem.code) == (Severity.ERROR, "outside-window")
    assert "Buổi sáng 06:00–06:30; Buổi chiều 17:00–17:30" in problem.message


def test_an_emergency_needs_no_window() -> None:
    urgent = airing("05/03/2024 12:00", slot="a", priority=Priority.EMERGENCY)
    assert found(urgent, settings=windowed(MORNING)) == []


def test_running_past_the_window_is_a_warning() -> None:
    problem = only(found(airing("05/03/2024 06:28", slot="a"), settings=windowed(MORNING)))
    assert (problem.severity, problem.code) == (Severity.WARNING, "past-window")
    assert found(airing("05/03/2024 06:27", slot="a"), settings=windowed(MORNING)) == []


def test_a_window_past_midnight_belongs_to_the_day_it_began() -> None:
    late = Window(name="Đêm", span=TimeSpan(start=time(22), end=time(2)), weekdays=frozenset({Weekday.TUESDAY}))
    assert window_of((late,), at("05/03/2024 23:00")) is late
    assert window_of((late,), at("06/03/2024 01:59")) is late
    assert window_of((late,), at("05/03/2024 01:59")) is None
    assert window_of((late,), at("06/03/2024 22:00")) is None


def test_minutes_beyond_the_budget_of_a_session_name_the_airing_that_passes_it() -> None:
    airings = [airing(f"05/03/2024 06:{m:02d}", slot=s, minutes=7) for m, s in ((0, "a"), (8, "b"), (16, "c"))]
    problem = only(found(*airings, settings=windowed(MORNING)))
    assert (problem.severity, problem.code, problem.where.line) == (Severity.WARNING, "over-budget", 30)
    assert "đã có 21 phút ở cụm loa khom-1, quá 15 phút" in problem.message


def test_the_budget_is_counted_for_each_zone() -> None:
    airings = [
        airing(f"05/03/2024 06:{m:02d}", slot="a", minutes=10, zones=(zone,))
        for m, zone in zip((0, 11), ZONES, strict=True)
    ]
    assert found(*airings, settings=windowed(MORNING)) == []


def test_more_sessions_than_the_ward_allows_is_a_warning() -> None:
    moments = ("06:05", "11:05", "17:05")
    airings = [airing(f"05/03/2024 {m}", slot="a") for m in moments]
    problem = only(found(*airings, settings=windowed(MORNING, NOON, EVENING, sessions=2)))
    assert (problem.severity, problem.code) == (Severity.WARNING, "too-many-sessions")
    assert "hơn 2 buổi (Buổi sáng, Buổi trưa, Buổi chiều)" in problem.message
    assert found(*airings, settings=windowed(MORNING, NOON, EVENING, sessions=3)) == []
    assert found(*airings, settings=windowed(MORNING, NOON, EVENING)) == []


def test_one_item_too_often_in_a_week_is_a_warning_and_frame_items_do_not_count() -> None:
    days = ("04/03/2024", "05/03/2024", "10/03/2024")
    airings = [airing(f"{d} 06:05", slot="a", scripts=("xuong", "bai-1")) for d in days]
    known = (script("xuong", kind=Kind.CALL), script("bai-1"))
    problem = only(found(*airings, settings=windowed(repeats=2), scripts=known))
    assert (problem.severity, problem.code) == (Severity.WARNING, "too-many-repeats")
    assert "bài “bai-1” phát hơn 2 lần trong tuần từ 04/03/2024" in problem.message
    assert found(*airings, settings=windowed(repeats=3), scripts=known) == []
    assert found(*airings, settings=windowed(repeats=0), scripts=known) == []


def test_a_week_begins_on_monday() -> None:
    airings = [airing(f"{d} 06:05", slot="a") for d in ("09/03/2024", "10/03/2024", "11/03/2024")]
    assert found(*airings, settings=windowed(repeats=2)) == []


def test_an_airing_with_nothing_to_say_is_a_warning() -> None:
    empty = replace(
        airing("05/03/2024 06:05", slot="a", scripts=()), reason="không có bài nào hợp lệ cho xoay vòng ND-A"
    )
    problem = only(found(empty))
    assert (problem.severity, problem.code) == (Severity.WARNING, "nothing-to-air")
    assert "không có bài nào hợp lệ cho xoay vòng ND-A" in problem.message


def test_zones_of_one_moment_are_one_airing_of_an_item() -> None:
    airings = [airing("05/03/2024 06:05", slot=s, zones=(z,)) for s, z in (("a", ZoneId("x")), ("b", ZoneId("y")))]
    assert found(*airings, settings=windowed(repeats=1)) == []
