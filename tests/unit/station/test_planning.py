"""From the calendar on duty to published days: what has passed stays, what is ahead follows the officer's edit."""

from datetime import date, time, timedelta

import pytest

from broadcaster.domain.calendar import OnDates, OnWeekdays, Slot, Weekday
from broadcaster.domain.readiness import Hold
from broadcaster.domain.rundown import Airing
from broadcaster.domain.scripts import ScriptId
from broadcaster.station.rehearsing import planned
from tests.stage import MONDAY, Stage, a_script, a_slot, at, files

DAY = timedelta(days=1)
SUNDAY = date(2026, 3, 8)


def stage(*slots: Slot, **changes: object) -> Stage:
    """Half past five on a Monday, one slot at 06:05 unless others are given."""
    return Stage(files(*(slots or (a_slot(),))), **changes)  # type: ignore[arg-type]


def published(on: Stage, days: int = 14) -> tuple[Airing, ...]:
    """What stands in the published rundowns from Monday on."""
    return planned(on.journal, MONDAY, MONDAY + days * DAY)


def times(on: Stage) -> list[str]:
    """The moments of Monday, as published."""
    return [f"{a.planned:%H:%M}" for a in planned(on.journal, MONDAY, MONDAY)]


# --- days ----------------------------------------------------------------------------------------------------------


def test_sunday_airs_on_sundays_at_half_past_five_of_viet_nam() -> None:
    sundays = a_slot(at=time(5, 30), days=(OnWeekdays(days=frozenset({Weekday.SUNDAY})),))
    on = stage(sundays, start=at(5, 0, day=SUNDAY - DAY))
    on.approve()
    on.live(2 * 86400, every=600.0)
    (row,) = on.journal.entries()
    assert row.opening.planned is not None
    assert row.opening.planned.isoformat() == "2026-03-08T05:30:00+07:00"
    assert row.opening.planned.date().weekday() == 6


@pytest.mark.parametrize("last", [MONDAY, MONDAY + DAY])
def test_the_last_day_of_a_range_is_planned_and_the_day_after_is_not(last: date) -> None:
    on = stage(a_slot(valid_until=last))
    assert [a.planned.date() for a in published(on)][-1] == last


def test_the_last_valid_day_of_a_script_airs() -> None:
    on = Stage(files(a_slot(), scripts=(a_script(valid_until=MONDAY),)))
    on.approve()
    on.live(2 * 86400, every=120.0)
    assert [e.closing.outcome.value for e in on.journal.entries()] == ["aired", "withheld"]


def test_a_dated_row_is_planned_on_its_day_only() -> None:
    on = stage(a_slot(days=(OnDates(dates=(MONDAY + 2 * DAY,)),)))
    assert [a.planned for a in published(on)] == [at(6, 5, day=MONDAY + 2 * DAY)]


# --- edits ---------------------------------------------------------------------------------------------------------


def test_what_has_passed_stays_as_it_was_published_whatever_is_edited_after() -> None:
    on = stage(a_slot("sang"), a_slot("trua", at=time(11, 0)), a_slot("chieu", at=time(17, 5)))
    on.live_until(at(12, 0))
    on.edit(files(a_slot("chieu", at=time(17, 15)), version="v2"))
    assert times(on) == ["06:05", "11:00", "17:15"]
    on.edit(files(a_slot("sang", at=time(5, 5)), version="v3"))
    assert times(on) == ["06:05", "11:00"], "nothing is planned into the past, nothing past is taken away"
    assert [f"{a.planned:%d %H:%M}" for a in published(on)][2:] == ["03 05:05", "04 05:05", "05 05:05"]


def test_a_past_day_is_never_published_again() -> None:
    on = stage()
    on.live_until(at(12, 0))
    on.clock.sleep(86400)
    before = on.journal.rundown(MONDAY)
    on.edit(files(a_slot("khac", at=time(7, 0)), version="v2"))
    assert on.journal.rundown(MONDAY) == before
    assert on.journal.rundown(MONDAY + DAY) is not None


def test_publishing_the_same_again_writes_nothing() -> None:
    on = stage()
    rows = on.journal.verify().rows
    on.publish()
    on.boot()
    assert on.journal.verify().rows == rows


def test_a_long_absence_is_published_afterwards_so_that_it_can_be_counted() -> None:
    on = stage()
    on.clock.sleep(30 * 86400)
    on.boot()
    days = [a.planned.date() for a in planned(on.journal, MONDAY, MONDAY + 33 * DAY)]
    assert days == [MONDAY + n * DAY for n in range(34)]


def test_a_slot_that_is_switched_off_or_empty_leaves_an_empty_day() -> None:
    on = stage(a_slot(enabled=False))
    rundown = on.journal.rundown(MONDAY)
    assert rundown is not None
    assert rundown.airings == ()


# --- readiness -----------------------------------------------------------------------------------------------------


def test_ready_until_names_the_first_gap_and_why() -> None:
    on = Stage(
        files(a_slot(), a_slot("chieu", at=time(17, 5), content="bai-hai"), scripts=(a_script(), a_script("bai-hai")))
    )
    on.approve("bai-mot")
    ready = on.planner.ready(on.clock.now(), 3)
    assert ready.until == at(6, 5)
    assert ready.first_gap is not None
    assert (ready.first_gap.planned, [h.hold for h in ready.held]) == (at(17, 5), [Hold.NOT_APPROVED])
    on.approve("bai-hai")
    ready = on.planner.ready(on.clock.now(), 3)
    assert (ready.until, ready.first_gap) == (at(17, 5, day=MONDAY + 3 * DAY), None)
    following = ready.following(at(6, 5))
    assert following is not None
    assert following.planned == at(17, 5)


def test_what_will_be_needed_first_is_prepared_first() -> None:
    scripts = (a_script("a"), a_script("b"), a_script("het-han", valid_until=MONDAY - DAY))
    slots = (a_slot("som", content="b"), a_slot("muon", at=time(17, 5), content="a"))
    on = Stage(files(*slots, scripts=scripts))
    assert [s.id for s in on.planner.needed(on.clock.now(), MONDAY)] == ["b", "a"]


def test_an_edit_voids_the_approval_and_the_old_text_brings_it_back() -> None:
    on = stage()
    on.approve()
    assert on.planner.approved() == {ScriptId("bai-mot")}
    on.edit(files(a_slot(), scripts=(a_script(words=60),), version="v2"))
    assert on.planner.approved() == frozenset()
    on.edit(files(a_slot(), scripts=(a_script(),), version="v3"))
    assert on.planner.approved() == {ScriptId("bai-mot")}
