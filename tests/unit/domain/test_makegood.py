"""Make-goods: the earliest free place of the ward's windows, and never on top of anything."""

from dataclasses import replace
from datetime import date, time, timedelta
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from broadcaster.domain.asrun import Outcome
from broadcaster.domain.calendar import Calendar, Weekday
from broadcaster.domain.makegood import MADE_GOOD_FOR, Lost, Proposal, made_good, propose
from broadcaster.domain.rundown import Airing, AiringId
from broadcaster.domain.scripts import Kind, ScriptId
from broadcaster.domain.settings import Identity, Settings, TimeSpan, Window
from tests.unit.domain.making import VN, ZONES, airing, at, day, script, slot

WEEKDAYS = frozenset({Weekday.MONDAY, Weekday.TUESDAY, Weekday.WEDNESDAY, Weekday.THURSDAY, Weekday.FRIDAY})
MORNING = Window(name="Sáng", span=TimeSpan(start=time(6), end=time(6, 15)), weekdays=WEEKDAYS, budget_minutes=15)
EVENING = Window(name="Chiều", span=TimeSpan(start=time(17), end=time(17, 15)), weekdays=WEEKDAYS, budget_minutes=15)
SETTINGS = Settings(
    identities=(Identity(ward="p", agency="u", station="s", place="m"),), zones=(), windows=(EVENING, MORNING)
)
SCRIPTS = {s.id: s for s in (script("bai-1", "ND-A"), script("xuong", kind=Kind.CALL))}
MONDAY = day("11/03/2024")


def lost(moment: str = "05/03/2024 06:05", **changes: object) -> Lost:
    """An airing nobody heard."""
    return Lost(airing=replace(airing(moment), **changes), outcome=Outcome.MISSED, reason="")  # type: ignore[arg-type]


def offered(
    *missing: Lost,
    planned: tuple[Airing, ...] = (),
    settings: Settings = SETTINGS,
    holidays: frozenset[date] = frozenset(),
) -> tuple[Proposal, ...]:
    """Proposals for the week from Monday the 11th."""
    return propose(
        missing, planned, settings=settings, scripts=SCRIPTS, first=MONDAY, days=7, holidays=holidays, zone=VN
    )


def test_the_first_free_minute_of_the_first_window() -> None:
    (found,) = offered(lost())
    assert (found.at, found.window) == (at("11/03/2024 06:00"), "Sáng")


def test_what_is_planned_is_left_alone() -> None:
    busy = airing("11/03/2024 06:00", minutes=3)
    (found,) = offered(lost(), planned=(busy,))
    assert found.at == at("11/03/2024 06:04")
    (later,) = offered(lost(), planned=(airing("11/03/2024 06:02", minutes=12),))
    assert later.at == at("11/03/2024 17:00")


def test_another_zone_does_not_matter() -> None:
    busy = airing("11/03/2024 06:00", minutes=3, zones=(ZONES[1],))
    (found,) = offered(lost(zones=(ZONES[0],)), planned=(busy,))
    assert found.at == at("11/03/2024 06:00")


def test_minutes_of_a_window_are_kept() -> None:
    tight = replace(SETTINGS, windows=(replace(MORNING, budget_minutes=5.0), EVENING))
    (found,) = offered(lost(), planned=(airing("11/03/2024 06:00", minutes=3),), settings=tight)
    assert found.at == at("11/03/2024 17:00")


def test_holidays_and_weekends_rest() -> None:
    (found,) = offered(lost(), holidays=frozenset(MONDAY + timedelta(days=n) for n in range(4)))
    assert found.at == at("15/03/2024 06:00")
    (none,) = offered(lost(), holidays=frozenset(MONDAY + timedelta(days=n) for n in range(5)))
    assert none.at is None
    assert "không còn chỗ" in none.why_not


def test_two_lost_airings_do_not_take_one_place() -> None:
    first, second = offered(lost("06/03/2024 06:05"), lost("05/03/2024 06:05"))
    assert first.lost.airing.planned < second.lost.airing.planned
    assert (first.at, second.at) == (at("11/03/2024 06:00"), at("11/03/2024 06:04"))


def test_what_cannot_be_heard_is_not_offered_and_says_why() -> None:
    too_long = lost(duration_s=16 * 60)
    gone, frame, long = offered(
        lost(scripts=(ScriptId("bai-1"), ScriptId("mat"))), lost(scripts=(ScriptId("xuong"),)), too_long
    )
    assert {p.at for p in (gone, frame, long)} == {None}
    assert "mat" in gone.why_not
    assert "không có bài" in frame.why_not
    (nowhere,) = offered(lost(), settings=replace(SETTINGS, windows=()))
    assert "khung phát" in nowhere.why_not


def test_a_row_that_makes_good_is_remembered() -> None:
    row = slot(note=f"{MADE_GOOD_FOR}cm-sang@2024-03-05T06:05+07:00")
    assert made_good(Calendar(slots=(row, slot(note="bù")))) == {AiringId("cm-sang@2024-03-05T06:05+07:00")}


airings = st.builds(
    lambda n, minute, length, zone: airing(
        f"{11 + n:02}/03/2024 {6 if minute < 15 else 17:02}:{minute % 15:02}",
        slot=f"s{n}-{minute}",
        minutes=length,
        zones=zone,
    ),
    st.integers(0, 6),
    st.integers(0, 29),
    st.floats(0.2, 9),
    st.sampled_from([ZONES, (ZONES[0],), (ZONES[1],)]),
)


@given(st.lists(airings, max_size=12), st.lists(st.tuples(st.integers(1, 9), st.floats(0.2, 14)), max_size=6))
def test_a_make_good_is_inside_a_window_and_meets_nothing(
    planned: list[Airing], wanted: list[tuple[int, float]]
) -> None:
    missing = [lost(f"0{n}/03/2024 06:05", duration_s=m * 60, slot=f"m{i}") for i, (n, m) in enumerate(wanted)]
    found = offered(*missing, planned=tuple(planned))
    assert len(found) == len(missing)
    placed = [(p.at, p.at + timedelta(seconds=p.lost.airing.duration_s), p.lost.airing.zones) for p in found if p.at]
    for start, end, zones in placed:
        assert any(w.span.start <= start.time() and end.time() <= w.span.end for w in SETTINGS.windows)
        assert Weekday(start.weekday()) in WEEKDAYS
        for other in planned:
            if set(other.zones) & set(zones):
                assert end <= other.planned or start >= other.ends
    for (a, b, _), (c, d, _) in combinations(placed, 2):
        assert b <= c or d <= a
