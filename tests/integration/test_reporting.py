"""The report of the sample station against a count made from its rows by other code, and against the written queries."""

import re
import sqlite3
from collections import Counter as Tally
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from broadcaster.adapters.journal import SqlJournal
from broadcaster.adapters.journal_queries import written_query
from broadcaster.adapters.station_reader import FolderReader
from broadcaster.domain.activities import Activity, ActivityKind
from broadcaster.domain.asrun import AsRunEntry, Closing, Item, Opening, Outcome
from broadcaster.domain.figures import NotCounted
from broadcaster.domain.periods import Period, parse_period
from broadcaster.domain.report import Breakdown, Dimension, Figure, Measure, Report
from broadcaster.domain.settings import Identity
from broadcaster.ports import StationFiles
from broadcaster.station.reporting import Reporter, bounds
from broadcaster.wiring.rehearsal import rehearsal
from tests.airings import ZONES, a_closing, an_item, an_opening
from tests.unit.domain.making import VN

ROOT = Path(__file__).parents[2]
NOW = datetime(2024, 7, 1, 8, tzinfo=VN)
FRAME = {"nhạc hiệu", "xướng", "nhạc cắt", "chào"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scratch:
    """A rehearsed half-year of the sample station."""

    files: StationFiles
    journal: SqlJournal
    database: Path

    @property
    def reporter(self) -> Reporter:
        """Reports of it."""
        return Reporter(files=self.files, journal=self.journal)

    def report(self, period: str) -> Report:
        """The report of a period as the first of July saw it."""
        return self.reporter.build(parse_period(period), now=NOW)


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scratch]:
    folder = tmp_path_factory.mktemp("tram") / "nhap"
    with rehearsal(ROOT, into=folder, explain=lambda _: "bị giữ") as stage:
        stage.play(date(2024, 3, 4), date(2024, 6, 30))
    database = folder / "var" / "station.db"
    journal = SqlJournal(f"sqlite:///{database}")
    for n, (day, people) in enumerate(((date(2024, 4, 2), 45), (date(2024, 6, 14), 30), (date(2024, 6, 15), 7))):
        activity = Activity(
            kind=ActivityKind.MEETING,
            day=day,
            title=f"Họp “khóm {n}”",
            by="Người nhập",
            entered=NOW,
            people=people,
            count=2,
        )
        seq = journal.enter(activity)
        if n == 0:
            journal.enter(replace(activity, people=54, corrects=seq))
    yield Scratch(files=FolderReader(folder).read(), journal=journal, database=database)
    journal.close()


def heard(scratch: Scratch, period: Period) -> list[AsRunEntry]:
    """The rows that count, said over again: heard in full, nine tenths of the length, some zone confirmed, no test."""
    rows = scratch.journal.entries(*bounds(period.first, period.last, VN))
    return [
        row
        for row in rows
        if row.closing.outcome is Outcome.AIRED
        and not row.opening.test
        and row.opening.rehearsed
        and row.closing.played_s >= 0.9 * row.opening.duration_s - 0.002
        and any(result.outcome is Outcome.AIRED for result in row.closing.results)
    ]


def content(rows: list[AsRunEntry]) -> list[tuple[AsRunEntry, Item]]:
    """Each time an item was heard."""
    return [(row, item) for row in rows for item in row.opening.items if item.kind not in FRAME]


@pytest.mark.parametrize("name", ["2024-Q1", "2024-6T", "01/04/2024..30/04/2024", "2024"])
def test_the_totals_are_those_of_a_count_by_hand(scratch: Scratch, name: str) -> None:
    report = scratch.report(name)
    rows = heard(scratch, report.period)
    plays = content(rows)
    assert rows
    assert report.rehearsed
    assert report.airings.value == len(rows)
    assert report.plays.value == len(plays)
    assert report.works.value == len({item.script for _, item in plays})
    assert report.minutes.value == pytest.approx(sum(item.duration_s for _, item in plays) / 60, abs=1e-6)
    assert report.first.value + report.replays.value == report.plays.value
    moments = [row.opening.planned for row in rows]
    assert report.sessions.value == len({(m.date(), m.hour >= 12) for m in moments if m is not None})
    assert report.cumulative.first == date(2023, 12, 15)


@pytest.mark.parametrize("name", ["2024-Q1", "2024-6T"])
def test_every_line_is_that_of_a_count_by_hand(scratch: Scratch, name: str) -> None:
    report = scratch.report(name)
    plays = content(heard(scratch, report.period))
    by_topic = Tally(code for _, item in plays for code in set(item.topics))
    by_kind = Tally(item.kind for _, item in plays)
    by_field = Tally(name for _, item in plays for name in set(item.fields))
    assert leaves(report.topics) == dict(by_topic)
    assert leaves(report.kinds) == dict(by_kind)
    assert leaves(report.fields) == dict(by_field)
    assert leaves(report.languages) == {"vi": len(plays)}
    (group,) = [line for line in report.topics if line.group]
    children = [line for line in report.topics if line.parent == group.key]
    assert len(children) == 6
    assert group.plays.value == sum(line.plays.value for line in children)
    assert group.plays.quota == sum(line.plays.quota or 0 for line in children)
    assert report.plan is not None
    assert set(report.unheard) == set(report.plan.spoken) - set(by_topic)


def leaves(lines: tuple[Breakdown, ...]) -> dict[str, float]:
    """The plays of the lines that add nothing up, zeros left out."""
    return {line.key: line.plays.value for line in lines if not line.group and line.plays.value}


def test_every_figure_is_given_again_by_its_written_query(scratch: Scratch) -> None:
    report = scratch.report("2024-6T")
    spans = (report.period, report.previous, report.same_last_year, report.cumulative)
    with sqlite3.connect(f"file:{scratch.database}?mode=ro", uri=True) as database:
        for figure in report.figures():
            keys = scratch.reporter.keys(report, figure.ref)
            for period, told in zip(spans, four(figure), strict=True):
                first, last = bounds(period.first, period.last, VN)
                query = written_query(figure.ref, first=first, last=last, rule=report.rule, keys=keys)
                (counted,) = database.execute(query).fetchone()
                assert counted == pytest.approx(told, abs=1e-6), (str(figure.ref), period.code, query)
    assert sum(1 for _ in report.figures()) > 150
    database.close()


def four(figure: Figure) -> tuple[float, float, float, float]:
    """Its four numbers."""
    return (figure.value, figure.previous, figure.same_last_year, figure.cumulative)


def test_the_rows_behind_a_figure_are_the_ones_it_counts(scratch: Scratch) -> None:
    report, reporter = scratch.report("2024-6T"), scratch.reporter
    every = list(reporter.rows(report))
    assert sum(row.reason is None for row in every) == report.airings.value
    assert sum(row.reason is not None for row in every) == sum(line.rows for line in report.not_counted)
    for figure in (
        line.plays for table in (report.topics, report.kinds, report.zones, report.fields) for line in table
    ):
        rows = list(reporter.rows(report, figure.ref))
        assert all(row.reason is None for row in rows)
        if figure.ref.dimension is not Dimension.TOPIC:
            continue
        keys = set(reporter.keys(report, figure.ref))
        made = sum(len(keys & set(i.topics)) for row in rows for i in row.entry.opening.items if i.kind not in FRAME)
        assert made == figure.value


def test_the_reconciliation_adds_up(scratch: Scratch) -> None:
    held = scratch.report("2024-6T").reconciliation
    assert held.planned == sum(held.counts.values())
    assert held.planned == 103
    assert held.counts[Outcome.WITHHELD] == held.notable_in_all == len(held.notable) == 8
    assert {n.outcome for n in held.notable} == {Outcome.WITHHELD}
    assert all(n.reason for n in held.notable)
    assert held.aired_share == pytest.approx(95 / 103 * 100)


def test_a_rehearsed_report_says_so_and_is_dated_when_it_was_due(scratch: Scratch) -> None:
    report = scratch.report("2024-6T")
    assert report.issued == date(2024, 6, 20)
    assert report.identity.ward == "phường Mỹ Thạnh"
    assert "SỐ LIỆU DIỄN TẬP" in next(r.text for r in report.remarks if r.code == "rehearsed")


def test_a_period_with_no_rows_explains_its_zero(scratch: Scratch) -> None:
    for name, code in (("2020-Q3", "zero-no-rows"), ("2030", "zero-no-rows")):
        report = scratch.report(name)
        assert report.airings.value == report.plays.value == report.sessions.value == 0
        assert code in {r.code for r in report.remarks}
        assert report.reconciliation.planned == 0
        assert report.reconciliation.aired_share is None
        assert [line.plays.value for line in report.topics] == [0] * len(report.topics)


def test_activities_are_counted_by_their_day_and_corrections_stand(scratch: Scratch) -> None:
    report = scratch.report("2024-6T")
    (line,) = report.activities
    assert (line.entries.value, line.count.value, line.people.value) == (2, 4, 84)
    assert [e.activity.people for e in report.entered] == [54, 30]


def test_one_real_row_makes_the_journal_a_real_one(tmp_path: Path) -> None:
    folder = tmp_path / "nhap"
    with rehearsal(ROOT, into=folder, explain=lambda _: "") as stage:
        stage.play(date(2024, 3, 4), date(2024, 3, 8))
    journal = SqlJournal(f"sqlite:///{folder}/var/station.db")
    first = next(journal.entries())
    opening = replace(first.opening, airing_id=type(first.opening.airing_id)("tay.that@1"), rehearsed=False)
    journal.record(opening, a_closing(opening))
    reporter = Reporter(files=FolderReader(folder).read(), journal=journal)
    report = reporter.build(parse_period("2024-Q1"), now=NOW)
    assert not report.rehearsed
    assert report.airings.value == 1
    assert report.reconciliation.unplanned == 1
    assert report.issued == NOW.date()
    journal.close()


def test_a_paper_without_a_name_for_its_day_says_what_is_missing(scratch: Scratch) -> None:
    old = Identity(ward="phường Cũ " + "dài " * 1300, agency="U", station="Đ", place="M", valid_until=date(2024, 1, 31))
    new = Identity(ward="phường Mới", agency="U", station="Đ", place="M", valid_from=date(2025, 1, 1))
    settings = replace(scratch.files.settings, identities=(old, new))
    reporter = Reporter(files=replace(scratch.files, settings=settings), journal=scratch.journal)
    report = reporter.build(parse_period("2024-6T"), now=NOW, issued=date(2024, 6, 20))
    codes = {r.code for r in report.remarks}
    assert {"identity-gap", "no-signer", "no-addressee"} <= codes
    assert report.identity is old


def test_without_a_plan_the_rows_name_the_topics(scratch: Scratch) -> None:
    reporter = Reporter(files=replace(scratch.files, plans=()), journal=scratch.journal)
    report = reporter.build(parse_period("2024-6T"), now=NOW)
    assert report.plan is None
    assert report.completion.judged == 0
    assert {line.key for line in report.topics} == {
        c for r in heard(scratch, report.period) for i in r.opening.items for c in i.topics
    }
    assert not any(line.known for line in report.topics)
    assert "no-plan" in {r.code for r in report.remarks}


def test_names_of_figures_are_unique_and_stable(scratch: Scratch) -> None:
    report = scratch.report("2024-6T")
    names = [str(f.ref) for f in report.figures()]
    assert len(set(names)) == len(names)
    assert "plays.topic.ND-A" in names
    assert str(report.sessions.ref) == "sessions.all"
    assert report.plays.ref.measure is Measure.PLAYS


def test_what_is_not_over_is_not_called_missed(scratch: Scratch) -> None:
    reporter = Reporter(files=scratch.files, journal=scratch.journal)
    period = parse_period("01/06/2024..30/06/2024")
    early = reporter.build(period, now=datetime(2024, 6, 1, tzinfo=VN) - timedelta(days=1))
    assert early.reconciliation.counts[Outcome.MISSED] == 0


def any_row(chance: Random, n: int) -> tuple[Opening, Closing]:
    """An airing of any sort: tests, short ones, deaf zones, two items on two topics, in two years."""
    moment = datetime(2023, 2, 1, 5, 30, tzinfo=VN) + timedelta(hours=chance.randrange(24 * 520), minutes=n % 60)
    topics = chance.sample(("ND-A", "ND-D1", "ND-D2", "HT-G", "LẠ"), chance.randrange(1, 4))
    items = (
        an_item("nhac", kind="nhạc hiệu", topics=("ND-A",), duration_s=7.25),
        *(
            replace(
                an_item(
                    chance.choice("abcdefgh"),
                    kind=chance.choice(("tin", "bài", "phóng sự")),
                    topics=tuple(topics),
                    duration_s=61.3,
                ),
                fields=tuple(chance.sample(("Thể chế", "thể chế", "thủ tục hành chính", "khác lạ"), 2)),
                language=chance.choice(("vi", "km")),
            )
            for _ in range(chance.randrange(3))
        ),
    )
    opening = an_opening(
        moment, slot=f"s{n}", items=items, test=chance.random() < 0.1, zones=ZONES[: chance.randrange(1, 3)]
    )
    played = opening.duration_s * (1 if chance.random() < 0.6 else chance.uniform(0.8, 1))
    outcome = chance.choice((Outcome.AIRED, Outcome.AIRED, Outcome.AIRED, Outcome.PARTIAL, Outcome.STOPPED))
    deaf = frozenset(zone for zone in opening.zones if chance.random() < 0.2)
    return opening, a_closing(opening, outcome, played_s=played, failed=deaf)


@pytest.mark.parametrize("seed", [172, 2024, 7])
def test_rows_of_every_sort_give_the_same_figures_by_query(scratch: Scratch, tmp_path: Path, seed: int) -> None:
    chance = Random(seed)
    journal = SqlJournal(f"sqlite:///{tmp_path}/station.db")
    for opening, closing in sorted((any_row(chance, n) for n in range(150)), key=lambda row: row[0].recorded_at):
        journal.on_air(opening)
        journal.off_air(opening.airing_id, closing)
    reporter = Reporter(files=scratch.files, journal=journal)
    report = reporter.build(parse_period("2024-6T"), now=NOW)
    assert not report.rehearsed
    assert {line.reason for line in report.not_counted} >= {NotCounted.NOT_AIRED, NotCounted.TEST, NotCounted.NO_ZONE}
    assert [line.key for line in report.topics if not line.known] == ["LẠ"]
    assert report.reconciliation.unplanned == sum(1 for _ in reporter.rows(report))
    spans = (report.period, report.previous, report.same_last_year, report.cumulative)
    with sqlite3.connect(tmp_path / "station.db") as database:
        for figure in report.figures():
            keys = reporter.keys(report, figure.ref)
            if figure.ref.dimension is Dimension.FIELD and figure.ref.key == "thể chế":
                keys = ("Thể chế", "thể chế")
            for period, told in zip(spans, four(figure), strict=True):
                first, last = bounds(period.first, period.last, VN)
                query = written_query(figure.ref, first=first, last=last, rule=report.rule, keys=keys)
                (counted,) = database.execute(query).fetchone()
                assert counted == pytest.approx(told, abs=1e-6), (str(figure.ref), period.code, query)
    database.close()
    journal.close()


def test_the_queries_of_the_page_give_the_reports_numbers(scratch: Scratch) -> None:
    page = (ROOT / "docs" / "reporting.md").read_text(encoding="utf-8")
    report = scratch.report("2024-6T")
    known = {str(figure.ref): figure for figure in report.figures()}
    found = re.findall(r"```sql\n-- ([\w.-]+):[^\n]*\n(.*?);\n```", page, re.DOTALL)
    assert [name for name, _ in found] == ["airings.all", "sessions.all", "plays.topic.ND-A", "minutes.all"]
    with sqlite3.connect(f"file:{scratch.database}?mode=ro", uri=True) as database:
        for name, query in found:
            (counted,) = database.execute(query.replace("c.rehearsed = 0", "c.rehearsed = 1")).fetchone()
            assert counted == pytest.approx(known[name].value), name
    database.close()
    assert report.rule.version in page
