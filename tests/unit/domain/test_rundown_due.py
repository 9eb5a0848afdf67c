"""What is due is decided by the rundown and the record alone: never early, never late, never twice."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadcaster.domain.calendar import Priority, SlotId
from broadcaster.domain.rundown import Airing, AiringState, airing_id, due
from tests.unit.domain.making import VN, airing, at

FIVE_PAST_SIX = airing("05/03/2024 06:05", grace_s=300)


def states(one: Airing, moment: str, *, seconds: int = 0) -> str:
    found = due((one,), recorded=frozenset(), now=at(moment) + timedelta(seconds=seconds))
    return "".join(name for name in ("start", "missed", "ahead") if getattr(found, name))


@pytest.mark.parametrize(
    ("moment", "seconds", "state"),
    [
        ("05/03/2024 06:04", 59, "ahead"),
        ("05/03/2024 06:05", 0, "start"),
        ("05/03/2024 06:10", 0, "start"),
        ("05/03/2024 06:10", 1, "missed"),
        ("04/03/2024 06:05", 0, "ahead"),
        ("05/03/2025 06:05", 0, "missed"),
    ],
)
def test_an_airing_may_begin_from_its_moment_to_the_end_of_its_grace(moment: str, seconds: int, state: str) -> None:
    assert states(FIVE_PAST_SIX, moment, seconds=seconds) == state


def test_what_has_a_row_is_never_due_again() -> None:
    assert due((FIVE_PAST_SIX,), recorded=frozenset({FIVE_PAST_SIX.id}), now=FIVE_PAST_SIX.planned).start == ()
    assert due((FIVE_PAST_SIX,), recorded={FIVE_PAST_SIX.id: "row"}, now=FIVE_PAST_SIX.latest).missed == ()


def test_a_cancelled_airing_is_neither_due_nor_missed() -> None:
    cancelled = replace(FIVE_PAST_SIX, state=AiringState.CANCELLED)
    for now in (cancelled.planned, cancelled.latest + timedelta(days=1), cancelled.planned - timedelta(days=1)):
        found = due((cancelled,), recorded=frozenset(), now=now)
        assert (found.start, found.missed, found.ahead) == ((), (), ())


def test_the_highest_class_starts_first_then_the_earliest() -> None:
    one = airing("05/03/2024 06:05", slot="a")
    two = airing("05/03/2024 06:06", slot="b")
    urgent = airing("05/03/2024 06:07", slot="c", priority=Priority.EMERGENCY)
    found = due((two, urgent, one), recorded=frozenset(), now=at("05/03/2024 06:07"))
    assert [a.slot for a in found.start] == ["c", "a", "b"]


def test_now_may_be_given_in_any_time_zone() -> None:
    now = datetime(2024, 3, 4, 23, 5, tzinfo=UTC)
    assert due((FIVE_PAST_SIX,), recorded=frozenset(), now=now).start == (FIVE_PAST_SIX,)


@pytest.mark.parametrize("grace_s", [0, 1, 300])
def test_a_lead_takes_up_early_and_shortens_no_grace(grace_s: float) -> None:
    one = replace(FIVE_PAST_SIX, grace_s=grace_s)
    lead = timedelta(seconds=1.5)

    def what(seconds: float) -> str:
        found = due((one,), recorded=frozenset(), now=one.planned + timedelta(seconds=seconds), lead=lead)
        return "start" if found.start else "ahead" if found.ahead else "missed"

    assert [what(s) for s in (-1.6, -1.5, 0, grace_s, grace_s + 0.1)] == ["ahead", "start", "start", "start", "missed"]


def test_an_id_needs_an_aware_moment_and_keeps_seconds_apart() -> None:
    moment = at("05/03/2024 06:05")
    assert airing_id(SlotId("a"), moment) == "a@2024-03-05T06:05+07:00"
    assert airing_id(SlotId("a"), moment.replace(second=30)) == "a@2024-03-05T06:05:30+07:00"
    with pytest.raises(ValueError, match="aware"):
        airing_id(SlotId("a"), moment.replace(tzinfo=None))


airings_about = st.builds(
    lambda minute, slot, grace, priority, state: replace(
        airing(f"05/03/2024 06:{minute:02d}", slot=slot, grace_s=grace, priority=priority), state=state
    ),
    st.integers(0, 59),
    st.sampled_from("abc"),
    st.integers(0, 900),
    st.sampled_from(Priority),
    st.sampled_from(AiringState),
)
moments = st.datetimes(datetime(2024, 3, 5, 5, 50), datetime(2024, 3, 5, 7, 30)).map(lambda m: m.replace(tzinfo=VN))  # noqa: DTZ001 - made aware at once


@given(st.lists(airings_about, max_size=8), st.sets(st.integers(0, 7)), moments)
def test_every_airing_stands_in_exactly_one_place(airings: list[Airing], rows: set[int], now: datetime) -> None:
    recorded = frozenset(a.id for i, a in enumerate(airings) if i in rows)
    found = due(airings, recorded=recorded, now=now)
    placed = [a.id for a in (*found.start, *found.missed, *found.ahead)]
    assert len(placed) == len(set(placed))
    assert set(placed) == {a.id for a in airings if a.state is AiringState.PLANNED} - recorded
    assert all(a.planned <= now <= a.latest for a in found.start)
    assert all(a.latest < now for a in found.missed)
    assert all(now < a.planned for a in found.ahead)
    assert recorded.isdisjoint(placed)
    assert all(a.state is AiringState.PLANNED for a in (*found.start, *found.missed, *found.ahead))


@given(st.lists(airings_about, max_size=8), st.lists(moments, min_size=1, max_size=20))
def test_however_the_clock_jumps_nothing_starts_twice_or_out_of_its_time(
    airings: list[Airing], clock: list[datetime]
) -> None:
    record: dict[object, datetime] = {}
    for now in clock:
        for one in due(airings, recorded=frozenset(a.id for a in airings if a.id in record), now=now).start:
            assert one.id not in record
            assert one.planned <= now <= one.latest
            record[one.id] = now
    assert set(record) <= {a.id for a in airings if a.state is AiringState.PLANNED}
