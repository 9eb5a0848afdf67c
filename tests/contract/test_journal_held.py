"""What reports ask of every journal: rundowns held against rows, rows of a kind, half-days, and activities by hand."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from broadcaster.adapters.journal import SqlJournal
from broadcaster.adapters.rehearsal_journal import RehearsalJournal
from broadcaster.domain.activities import Activity, ActivityKind, Evidence
from broadcaster.domain.asrun import Outcome, reconcile
from broadcaster.domain.rundown import Airing, AiringState, Rundown
from broadcaster.domain.scripts import ScriptId
from broadcaster.ports import Journal
from tests.airings import START, VN, a_closing, a_rundown, an_opening

FIRST = datetime(2024, 3, 4, tzinfo=VN)
DAYS = 40
LAST = FIRST + timedelta(days=DAYS)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql), "memory"])
def journal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Journal]:
    """An empty journal of each sort."""
    made: Journal
    if request.param == "memory":
        made = RehearsalJournal()
    elif request.param == "sqlite":
        made = SqlJournal(f"sqlite:///{tmp_path}/journal.db")
    else:
        made = SqlJournal(request.getfixturevalue("postgres").database())
    yield made
    made.close()


def day_of(n: int) -> date:
    """The nth day."""
    return (FIRST + timedelta(days=n)).date()


def rundown(n: int) -> Rundown:
    """Two airings; the evening one of every seventh day is cancelled. Titles try to look like ids."""
    made = a_rundown(day_of(n), title=f'Tựa "id":"giả-{n}" và \\"id\\"')
    morning, evening = made.airings
    evening = replace(evening, scripts=(ScriptId("mot-cua"), ScriptId("hai-cua")))
    if n % 7 == 0:
        evening = replace(evening, state=AiringState.CANCELLED, reason="nghỉ")
    return replace(made, airings=(morning, evening))


def fill(journal: Journal) -> list[Airing]:
    """Every sort of day: aired, failed, missed, cancelled, one on air, one by hand, one re-published; returns the airings."""
    everything: list[Airing] = []
    for n in range(DAYS):
        if n == 5:
            journal.publish(a_rundown(day_of(n), hours=(9,)))
        made = rundown(n)
        journal.publish(made)
        everything += made.airings
        for airing in made.airings:
            if airing.state is AiringState.CANCELLED or n % 11 == 3:
                continue
            opening = replace(an_opening(airing.planned), airing_id=airing.id)
            if n % 5 == 4:
                journal.record(opening, a_closing(opening, Outcome.FAILED, reason="mất loa"))
            else:
                journal.on_air(opening)
                if n < DAYS - 1:
                    journal.off_air(opening.airing_id, a_closing(opening))
    by_hand = replace(an_opening(START + timedelta(days=2, hours=3), slot="tay.x"), planned=None)
    journal.record(by_hand, a_closing(by_hand))
    return everything


def test_only_what_differs_is_read_and_nothing_else_differs(journal: Journal) -> None:
    airings = fill(journal)
    for first, last in ((FIRST, LAST), (FIRST + timedelta(days=3), FIRST + timedelta(days=9)), (FIRST, FIRST)):
        held = journal.unmatched(first, last)
        here = [a for a in airings if first <= a.planned < last]
        entries = list(journal.entries(first, last))
        whole = reconcile(here, entries, now=LAST)
        assert held.airings == len(here)
        assert {a.id for a in held.unrecorded} == {x.airing.id for x in whole if x.airing and x.entry is None}
        assert [e.seq for e in held.unplanned] == [x.entry.seq for x in whole if x.airing is None and x.entry]
        by_id = {a.id: a for a in here}
        assert all(a == by_id[a.id] for a in held.unrecorded)


def test_scripts_planned_leave_out_what_was_cancelled(journal: Journal) -> None:
    airings = [a for a in fill(journal) if a.state is AiringState.PLANNED]
    for first, last in ((0, DAYS), (5, 6), (30, 35)):
        here = [a for a in airings if day_of(first) <= a.planned.date() < day_of(last)]
        expected = {s: sum(a.scripts.count(s) for a in here) for a in here for s in a.scripts}
        assert dict(journal.planned_scripts(day_of(first), day_of(last - 1))) == expected
    assert dict(journal.planned_scripts(day_of(90), day_of(91))) == {}


def test_rows_of_a_kind_come_in_time_order(journal: Journal) -> None:
    fill(journal)
    groups = journal.figures((FIRST, LAST)).groups
    failed = {g.tally for g in groups if g.outcome is Outcome.FAILED}
    found = list(journal.entries_of(FIRST, LAST, failed))
    expected = [e for e in journal.entries(FIRST, LAST) if e.closing.outcome is Outcome.FAILED]
    assert sorted(e.seq for e in found) == [e.seq for e in expected]
    moments = [e.opening.planned or e.opening.recorded_at for e in found]
    assert moments == sorted(moments)
    assert [e.seq for e in journal.entries_of(FIRST, LAST, failed, 3)] == [e.seq for e in found[:3]]
    assert list(journal.entries_of(FIRST, LAST, frozenset())) == []
    every = list(journal.entries_of(FIRST, LAST, {g.tally for g in groups}))
    assert len(every) == sum(g.count for g in groups)


def test_half_days_are_counted_from_the_first_midnight(journal: Journal) -> None:
    fill(journal)
    aired = {g.tally for g in journal.figures((FIRST, LAST)).groups if g.outcome is Outcome.AIRED}
    expected = {
        (e.opening.planned or e.opening.recorded_at) - FIRST
        for e in journal.entries(FIRST, LAST)
        if e.closing.outcome is Outcome.AIRED
    }
    assert journal.half_days(FIRST, LAST, aired) == {d // timedelta(hours=12) for d in expected}
    assert journal.half_days(FIRST, LAST, frozenset()) == frozenset()


def test_activities_are_kept_in_full_and_sealed(journal: Journal) -> None:
    plain = Activity(kind=ActivityKind.WEB, day=date(2024, 3, 5), title="Tin", by="A", entered=START)
    full = Activity(
        kind=ActivityKind.TARGET,
        day=date(2024, 3, 6),
        title="Tựa\u202e \x00 =1+1 " + "dài" * 2000,
        by="B",
        entered=START + timedelta(hours=1),
        place="Khóm 1",
        people=45,
        count=3,
        link="https://mau.example/bai",
        note="ghi chú",
        topics=("ND-A",),
        target="CT-1",
        value=97.5,
        evidence=(Evidence(name="ảnh.jpg", sha256="c" * 64, size=12),),
        corrects=1,
        void=True,
    )
    seqs = [journal.enter(plain), journal.enter(full)]
    found = list(journal.activities())
    assert [e.seq for e in found] == seqs
    assert [e.activity for e in found] == [plain, full]
    assert journal.verify().holds
