"""The plan held against the journal: every planned airing exactly one line, then the rows nobody planned."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadcaster.domain.asrun import WRITTEN, AsRunEntry, Line, Outcome, ZoneResult, overall, reconcile, summary
from broadcaster.domain.calendar import ZoneId
from broadcaster.domain.rundown import Airing, AiringId, AiringState
from tests.unit.domain.making import ZONES, airing, at, row

PLANNED = airing("05/03/2024 06:05")
OUTCOMES: list[Outcome] = [o for o in Outcome if o in WRITTEN]
LATER = at("05/03/2024 12:00")


def line(one: Airing, *entries: AsRunEntry, now: datetime = LATER, on_air: frozenset[AiringId] = frozenset()) -> Line:
    (found,) = reconcile((one,), entries, now=now, on_air=on_air)
    return found


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_a_row_says_how_its_airing_ended(outcome: Outcome) -> None:
    found = line(PLANNED, row(1, PLANNED.id, PLANNED.planned, outcome))
    assert (found.outcome, found.reason) == (outcome, f"vì {outcome.value}")


def test_no_row_is_ahead_until_grace_is_over_and_missed_after_it() -> None:
    assert line(PLANNED, now=PLANNED.planned - timedelta(hours=1)).outcome is Outcome.AHEAD
    assert line(PLANNED, now=PLANNED.latest).outcome is Outcome.AHEAD
    missed = line(PLANNED, now=PLANNED.latest + timedelta(seconds=1))
    assert (missed.outcome, missed.reason) == (Outcome.MISSED, "quá giờ cho phép mà không có lượt phát nào")


def test_what_is_on_air_beyond_its_grace_is_not_missed() -> None:
    found = line(PLANNED, now=PLANNED.latest + timedelta(minutes=3), on_air=frozenset({PLANNED.id}))
    assert (found.outcome, found.reason) == (Outcome.AHEAD, "đang phát")


def test_a_cancelled_airing_keeps_its_line_with_its_reason_and_is_never_missed() -> None:
    found = line(replace(PLANNED, state=AiringState.CANCELLED, reason="Quốc tang"))
    assert (found.outcome, found.reason) == (None, "Quốc tang")


def test_a_cancelled_airing_that_was_aired_all_the_same_says_so() -> None:
    cancelled = replace(PLANNED, state=AiringState.CANCELLED, reason="Quốc tang")
    assert line(cancelled, row(1, PLANNED.id, PLANNED.planned)).outcome is Outcome.AIRED


def test_rows_nobody_planned_come_last_in_the_order_of_the_journal() -> None:
    by_hand = [row(n, AiringId(f"tay.{n}"), at("05/03/2024 05:00")) for n in (7, 3)]
    found = reconcile((PLANNED,), by_hand, now=LATER)
    assert [(x.outcome, x.entry.seq if x.entry else None) for x in found] == [
        (Outcome.MISSED, None),
        (Outcome.UNPLANNED, 3),
        (Outcome.UNPLANNED, 7),
    ]


def test_lines_are_in_time_order() -> None:
    airings = (airing("05/03/2024 17:05"), airing("05/03/2024 06:05"), airing("04/03/2024 06:05"))
    found = [x.airing.planned for x in reconcile(airings, (), now=LATER) if x.airing]
    assert found == sorted(found)


def test_the_summary_counts_every_line_once() -> None:
    cancelled = replace(airing("05/03/2024 17:05"), state=AiringState.CANCELLED)
    lines = reconcile(
        (PLANNED, cancelled, airing("06/03/2024 06:05")),
        (row(1, PLANNED.id, PLANNED.planned), row(2, AiringId("tay.1"), LATER)),
        now=LATER,
    )
    counts = summary(lines)
    assert {k: v for k, v in counts.items() if v} == {
        "aired": 1,
        "ahead": 1,
        "unplanned": 1,
        "cancelled": 1,
        "planned": 3,
        "total": 4,
    }


def result(zone: ZoneId, outcome: Outcome, reason: str = "") -> ZoneResult:
    return ZoneResult(zone=zone, device="loa", outcome=outcome, reason=reason)


def test_one_zone_heard_in_full_is_an_aired_airing_that_names_the_other() -> None:
    found = overall((result(ZONES[0], Outcome.FAILED, "mất thiết bị"), result(ZONES[1], Outcome.AIRED)))
    assert found == (Outcome.AIRED, "khom-1: mất thiết bị")


def test_a_single_zone_needs_no_name_and_no_zone_is_a_failure() -> None:
    assert overall((result(ZONES[0], Outcome.PARTIAL, "hụt tiếng"),)) == (Outcome.PARTIAL, "hụt tiếng")
    assert overall(()) == (Outcome.FAILED, "không có cụm loa nào nhận bài")


@given(st.lists(st.sampled_from(OUTCOMES), min_size=1, max_size=4))
def test_the_outcome_of_several_zones_is_one_that_a_zone_had(outcomes: list[Outcome]) -> None:
    outcome, reason = overall([result(ZoneId(f"z{i}"), o, "lý do") for i, o in enumerate(outcomes)])
    assert outcome in outcomes
    assert Outcome.AIRED not in outcomes or outcome is Outcome.AIRED
    assert reason.count("lý do") == len(outcomes)


days_planned = st.lists(
    st.builds(
        lambda minute, slot, state: replace(airing(f"05/03/2024 06:{minute:02d}", slot=slot), state=state),
        st.integers(0, 20),
        st.sampled_from("abc"),
        st.sampled_from(AiringState),
    ),
    max_size=10,
)


@given(days_planned, st.sets(st.integers(0, 9)), st.integers(0, 4), st.integers(0, 40))
def test_every_planned_airing_and_every_row_has_exactly_one_line(
    airings: list[Airing], rows: set[int], by_hand: int, minute: int
) -> None:
    with_row = {a.id: a for i, a in enumerate(airings) if i in rows}
    entries = [row(n, a.id, a.planned) for n, a in enumerate(with_row.values())]
    entries += [row(100 + n, AiringId(f"tay.{n}"), LATER) for n in range(by_hand)]
    lines = reconcile(airings, entries, now=at(f"05/03/2024 06:{minute:02d}"))
    assert Counter(x.airing.id for x in lines if x.airing) == Counter(dict.fromkeys({a.id for a in airings}, 1))
    assert Counter(x.entry.seq for x in lines if x.entry) == Counter([e.seq for e in entries])
    assert summary(lines)["total"] == len(lines) == len({a.id for a in airings}) + by_hand
    assert summary(lines)["unplanned"] == by_hand
