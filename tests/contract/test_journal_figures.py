"""The figures of every journal against a count made by hand from its rows, one by one."""

from collections import Counter as Tally
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from broadcaster.adapters.journal import SqlJournal
from broadcaster.adapters.rehearsal_journal import RehearsalJournal
from broadcaster.domain.asrun import AsRunEntry, Outcome
from broadcaster.domain.calendar import Priority, ZoneId
from broadcaster.domain.figures import FigureGroup, count
from broadcaster.domain.rundown import AiringId
from broadcaster.domain.scripts import ScriptId
from broadcaster.ports import Journal
from tests.airings import START, ZONES, a_closing, an_item, an_opening

CUTS = [START + timedelta(days=n) for n in (0, 10, 11, 40, 100)]
WRITTEN = (Outcome.AIRED, Outcome.AIRED, Outcome.AIRED, Outcome.PARTIAL, Outcome.FAILED, Outcome.STOPPED)


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql), "memory"])
def journal(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Journal]:
    """Two hundred airings of every sort, some before the first cut and some after the last, one still open."""
    made: Journal
    if request.param == "memory":
        made = RehearsalJournal()
    elif request.param == "sqlite":
        made = SqlJournal(f"sqlite:///{tmp_path_factory.mktemp('figures')}/journal.db")
    else:
        made = SqlJournal(request.getfixturevalue("postgres").database())
    chance = Random(172)
    scripts = ("a", "b", "c", "d")
    for n in range(200):
        names = chance.sample(scripts, chance.randrange(1, 4))
        opening = an_opening(
            START + timedelta(hours=13 * n - 48),
            items=(
                an_item("nhac-hieu", kind="nhạc hiệu", topics=(), duration_s=7.5),
                *(an_item(name, kind=chance.choice(("tin", "bài")), duration_s=60.1) for name in names),
            ),
            zones=ZONES[: chance.randrange(1, 3)],
            test=chance.random() < 0.1,
            rehearsed=chance.random() < 0.1,
            priority=chance.choice(tuple(Priority)),
        )
        outcome = chance.choice(WRITTEN)
        share = 1.0 if chance.random() < 0.7 else chance.random()
        failed = frozenset(zone for zone in opening.zones if chance.random() < 0.2)
        closing = a_closing(opening, outcome, played_s=opening.duration_s * share, failed=failed)
        if outcome is Outcome.FAILED:
            made.record(opening, closing)
        else:
            made.on_air(opening)
            made.off_air(opening.airing_id, closing)
    made.on_air(an_opening(START + timedelta(days=5), slot="dang-phat"))
    yield made
    made.close()


def counted(entry: AsRunEntry) -> bool:
    """The rule 2024.1, said over again in other words."""
    heard = any(result.outcome is Outcome.AIRED for result in entry.closing.results)
    whole = entry.closing.played_s >= entry.opening.duration_s * 0.9 - 0.001
    plain = not entry.opening.test and not entry.opening.rehearsed
    return plain and entry.closing.outcome is Outcome.AIRED and whole and heard


def test_groups_hold_every_closed_row_of_their_segment_once(journal: Journal) -> None:
    figures = journal.figures(CUTS)
    for segment, (start, end) in enumerate(pairwise(CUTS)):
        rows = list(journal.entries(start, end))
        groups = [group for group in figures.groups if group.segment == segment]
        assert sum(group.count for group in groups) == len(rows)
        assert by_outcome(groups) == dict(Tally(row.closing.outcome for row in rows))
        assert sum(group.played_s for group in groups) == pytest.approx(
            sum(round(row.closing.played_s, 3) for row in rows), abs=0.01
        )
        assert {group.items for group in groups} == {row.opening.items for row in rows}


def by_outcome(groups: Iterable[FigureGroup]) -> dict[Outcome, int]:
    """How many rows of each outcome."""
    found: Tally[Outcome] = Tally()
    for group in groups:
        found[group.outcome] += group.count
    return dict(found)


@pytest.mark.parametrize("segments", [[0], [1], [2, 3], [0, 1, 2, 3]])
def test_the_count_by_the_rule_is_the_count_by_hand(journal: Journal, segments: list[int]) -> None:
    result = count(journal.figures(CUTS), segments=segments)
    rows = [row for n in segments for row in journal.entries(CUTS[n], CUTS[n + 1])]
    good = [row for row in rows if counted(row)]
    items = [item for row in good for item in row.opening.items if item.kind != "nhạc hiệu"]
    assert result.airings == len(good)
    assert sum(result.not_counted.values()) == len(rows) - len(good)
    assert result.played_s == pytest.approx(sum(row.closing.played_s for row in good), abs=0.01)
    assert result.items.plays == len(items)
    assert result.items.works == len({item.script for item in items})
    assert result.items.seconds == pytest.approx(60.1 * len(items))
    assert {kind: line.plays for kind, line in result.kinds.items()} == dict(Tally(item.kind for item in items))
    assert {script: line.plays for script, line in result.scripts.items()} == dict(Tally(i.script for i in items))
    zones: Tally[ZoneId] = Tally()
    for row in good:
        zones.update(r.zone for r in row.closing.results if r.outcome is Outcome.AIRED)
    assert dict(result.zone_airings) == dict(zones)
    first_ever: dict[ScriptId, datetime | None] = {}
    for row in journal.entries():
        if row.closing.outcome is Outcome.AIRED and not row.opening.test and not row.opening.rehearsed:
            for item in row.opening.items:
                first_ever.setdefault(item.script, row.opening.planned)
    here = {
        script
        for script in {item.script for item in items}
        if any(CUTS[n] <= (first_ever[script] or START) < CUTS[n + 1] for n in segments)
    }
    assert result.items.first == len(here)
    assert result.items.replays == len(items) - len(here)


def test_the_order_of_rows_within_a_group_changes_no_sum(journal: Journal) -> None:
    whole = count(journal.figures([CUTS[0], CUTS[-1]]))
    parts = count(journal.figures(CUTS))
    assert (whole.airings, whole.played_s, whole.items) == (parts.airings, parts.played_s, parts.items)
    assert whole.topics == parts.topics


@pytest.mark.parametrize("cuts", [[], [START], [START, START]])
def test_no_span_holds_nothing(journal: Journal, cuts: list[object]) -> None:
    figures = journal.figures(cuts)  # type: ignore[arg-type]  # moments, as the parameter says
    assert figures.groups == ()
    assert count(figures).airings == 0


def test_rows_that_differ_in_anything_a_rule_may_ask_are_apart(tmp_path: Path) -> None:
    plain = an_opening()
    openings = [
        plain,
        plain,
        replace(plain, test=True),
        replace(plain, rehearsed=True),
        replace(plain, priority=Priority.EMERGENCY),
        replace(plain, programme="khác"),
        replace(plain, items=(an_item("khac"),)),
        replace(plain, zones=ZONES[:1]),
    ]
    pairs = [(opening, a_closing(opening)) for opening in openings]
    pairs += [
        (plain, replace(a_closing(plain), played_s=plain.duration_s * 0.5)),
        (plain, replace(a_closing(plain), outcome=Outcome.PARTIAL)),
        (plain, a_closing(plain, failed=frozenset(ZONES[:1]))),
        (plain, replace(a_closing(plain), results=())),
    ]
    database = SqlJournal(f"sqlite:///{tmp_path}/journal.db")
    memory = RehearsalJournal()
    for n, (opening, closing) in enumerate(pairs):
        for made in (database, memory):
            made.record(replace(opening, airing_id=AiringId(f"s{n}@x")), closing)
    cuts = [START, START + timedelta(days=1)]
    assert sorted(group.count for group in database.figures(cuts).groups) == [1] * 10 + [2]
    assert database.figures(cuts) == memory.figures(cuts)
    database.close()
