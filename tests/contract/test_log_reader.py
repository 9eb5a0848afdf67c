"""Looking through the log against the rows themselves, on SQLite and on PostgreSQL alike."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from broadcaster.adapters.journal import SqlJournal
from broadcaster.adapters.journal_browse import SqlLogReader
from broadcaster.domain.asrun import AsRunEntry, Outcome
from broadcaster.domain.browsing import LogFilter, MadeOf, Refused, names_in, parse_ref
from broadcaster.domain.figures import RULE_2024_1, NotCounted
from broadcaster.domain.report import Dimension, FigureRef, Measure
from broadcaster.domain.rundown import AiringId
from broadcaster.domain.scripts import ScriptId
from broadcaster.ports_browsing import Span
from broadcaster.station.browsing import Browser
from tests.airings import START, ZONES, a_closing, a_rundown, an_approval, an_item, an_opening

WRITTEN = (Outcome.AIRED, Outcome.AIRED, Outcome.PARTIAL, Outcome.FAILED, Outcome.STOPPED)
EVERYTHING = Span()


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def journal(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqlJournal]:
    """Three hundred airings of every sort, many at the same moment, one still open."""
    if request.param == "sqlite":
        made = SqlJournal(f"sqlite:///{tmp_path_factory.mktemp('browse')}/journal.db")
    else:
        made = SqlJournal(request.getfixturevalue("postgres").database())
    chance = Random(172)
    for n in range(300):
        name = chance.choice(("mot-cua", "vneid", "cam-on"))
        opening = an_opening(
            START + timedelta(hours=n // 3),
            slot=f"s{n}",
            items=(
                an_item("nhac-hieu", kind="nhạc hiệu", topics=("ND-D2",)),
                an_item(name, topics=({"mot-cua": "ND-D2", "vneid": "ND-D6"}.get(name, ""),)),
            ),
            zones=ZONES[: chance.randrange(1, 3)],
            test=chance.random() < 0.1,
        )
        outcome = chance.choice(WRITTEN)
        failed = frozenset(zone for zone in opening.zones if chance.random() < 0.2)
        share = 1.0 if chance.random() < 0.7 else chance.random()
        made.record(opening, a_closing(opening, outcome, played_s=opening.duration_s * share, failed=failed))
    made.on_air(an_opening(START, slot="dang-phat"))
    yield made
    made.close()


@pytest.fixture
def browser(journal: SqlJournal) -> Browser:
    return Browser(SqlLogReader(journal))


def newest_first(journal: SqlJournal, wanted: Callable[[AsRunEntry], bool] = lambda _: True) -> list[AsRunEntry]:
    """The rows themselves, read and judged one by one."""
    rows = [entry for entry in journal.entries() if wanted(entry)]
    return sorted(rows, key=lambda e: (e.opening.planned or e.opening.recorded_at, e.seq), reverse=True)


def page_through(browser: Browser, wanted: LogFilter, span: Span, size: int) -> list[AsRunEntry]:
    """Every page from the newest to the oldest; going back from each must give the one before."""
    page = browser.page(wanted, span, size=size)
    rows = list(page.rows)
    assert page.newer is None
    while page.older is not None:
        following = browser.page(wanted, span, beyond=page.older, size=size)
        assert following.newer is not None
        assert browser.page(wanted, span, beyond=following.newer, newer=True, size=size).rows == page.rows
        rows += following.rows
        page = following
    return rows


@pytest.mark.parametrize("size", [1, 7, 100, 1000])
def test_pages_hold_every_row_once_newest_first(journal: SqlJournal, browser: Browser, size: int) -> None:
    if size == 1:
        span = Span(first=START, last=START + timedelta(hours=9))
        expected = [e for e in newest_first(journal) if (e.opening.planned or START) < START + timedelta(hours=9)]
    else:
        span, expected = EVERYTHING, newest_first(journal)
    assert page_through(browser, LogFilter(), span, size) == expected
    assert browser.page(LogFilter(), span, size=size).total == len(expected)


def has_topic(entry: AsRunEntry, topic: str) -> bool:
    return any(topic in item.topics for item in entry.opening.items)


FILTERS: list[tuple[LogFilter, Callable[[AsRunEntry], bool]]] = [
    (LogFilter(outcome=Outcome.FAILED), lambda e: e.closing.outcome is Outcome.FAILED),
    (LogFilter(not_aired=True), lambda e: e.closing.outcome is not Outcome.AIRED),
    (LogFilter(zone="long-hung"), lambda e: "long-hung" in e.opening.zones),
    (LogFilter(topics=frozenset({"ND-D6"})), lambda e: has_topic(e, "ND-D6")),
    (LogFilter(script="vneid"), lambda e: e.opening.items[1].script == "vneid"),
    (LogFilter(text="ban tin  MỘT cửa"), lambda e: e.opening.items[1].script == "mot-cua"),
    (LogFilter(text="<script>"), lambda _: False),
    (LogFilter(zone="khong-co"), lambda _: False),
]


@pytest.mark.parametrize(("wanted", "same"), FILTERS, ids=lambda value: type(value).__name__)
@pytest.mark.parametrize("most_counted", [10_000, 5])
def test_a_filter_takes_what_it_says_however_many_there_are(
    journal: SqlJournal, wanted: LogFilter, same: Callable[[AsRunEntry], bool], most_counted: int
) -> None:
    browser = Browser(SqlLogReader(journal, most_counted=most_counted))
    expected = newest_first(journal, same)
    assert page_through(browser, wanted, EVERYTHING, 11) == expected
    total = browser.page(wanted, EVERYTHING, size=11).total
    assert total == (len(expected) if len(expected) <= most_counted else None)


def test_a_figures_rows_are_those_the_rule_counts_in_it(journal: SqlJournal, browser: Browser) -> None:
    def counted(entry: AsRunEntry) -> bool:
        whole = entry.closing.played_s >= 0.9 * entry.opening.duration_s
        return entry.closing.outcome is Outcome.AIRED and not entry.opening.test and whole and heard(entry, None)

    def heard(entry: AsRunEntry, zone: str | None) -> bool:
        return any(zone in (None, r.zone) and r.outcome is Outcome.AIRED for r in entry.closing.results)

    in_zone = MadeOf(ref=FigureRef(measure=Measure.PLAYS, dimension=Dimension.ZONE, key="long-hung"), rule=RULE_2024_1)
    expected = newest_first(journal, lambda e: counted(e) and heard(e, "long-hung"))
    assert expected
    assert page_through(browser, LogFilter(figure=in_zone), EVERYTHING, 10) == expected
    topic = parse_ref("plays.topic.ND-D2")
    assert topic is not None
    of_topic = LogFilter(figure=MadeOf(ref=topic, rule=RULE_2024_1, keys=("ND-D2", "ND-D6")))
    # the signature tune carries the first code as well, and counts nowhere
    expected = newest_first(journal, lambda e: counted(e) and e.opening.items[1].script != "cam-on")
    assert page_through(browser, of_topic, EVERYTHING, 10) == expected


def test_rows_kept_and_not_counted_are_found_by_their_reason(journal: SqlJournal, browser: Browser) -> None:
    tests = LogFilter(figure=Refused(rule=RULE_2024_1, reason=NotCounted.TEST))
    assert page_through(browser, tests, EVERYTHING, 10) == newest_first(journal, lambda e: e.opening.test)


@pytest.mark.parametrize("name", ["plays.all", "plays.topic.ND-A", "minutes.kind.chuyên mục", "works.topic.a.b"])
def test_the_name_of_a_figure_leads_back_to_it(name: str) -> None:
    assert str(parse_ref(name)) == name


@pytest.mark.parametrize("name", ["", "bài", "plays.khong-co", "<script>", "."])
def test_what_names_no_figure_is_none(name: str) -> None:
    assert parse_ref(name) is None


@pytest.mark.parametrize("at_once", [1, 50, 1000])
def test_an_export_is_in_time_order(journal: SqlJournal, browser: Browser, at_once: int) -> None:
    first, last = START + timedelta(hours=3), START + timedelta(hours=30)
    expected = [e for e in reversed(newest_first(journal)) if first <= (e.opening.planned or START) < last]
    assert list(browser.oldest_first(LogFilter(), Span(first=first, last=last), at_once=at_once)) == expected


def test_kinds_add_up_and_name_what_the_rows_name(journal: SqlJournal, browser: Browser) -> None:
    kinds = browser.kinds()
    assert sum(kind.group.count for kind in kinds) == 300
    moments = [e.opening.planned or START for e in journal.entries()]
    assert (min(k.first for k in kinds), max(k.last for k in kinds)) == (min(moments), max(moments))
    assert set(names_in(kinds).zones) == set(ZONES)
    assert set(names_in(kinds).topics) == {"ND-D2", "ND-D6", ""}


def test_rows_written_after_the_first_look_are_seen(tmp_path: Path) -> None:
    journal = SqlJournal(f"sqlite:///{tmp_path}/journal.db")
    browser = Browser(SqlLogReader(journal))
    wanted = LogFilter(outcome=Outcome.AIRED)
    assert browser.page(wanted, EVERYTHING, size=5).rows == ()
    for n in range(4):
        opening = an_opening(START + timedelta(days=n), items=(an_item(f"b{n % 2}"),))
        journal.on_air(opening)
        journal.off_air(opening.airing_id, a_closing(opening))
        assert len(browser.page(wanted, EVERYTHING, size=5).rows) == n + 1
        assert sum(kind.group.count for kind in browser.kinds()) == n + 1
    journal.close()


def test_many_rows_written_between_two_looks_are_seen(tmp_path: Path) -> None:
    journal = SqlJournal(f"sqlite:///{tmp_path}/journal.db")
    reader = SqlLogReader(journal, few_new=3)
    browser = Browser(reader)
    for start, end in pairwise((0, 2, 20, 21)):
        for n in range(start, end):
            opening = an_opening(START + timedelta(days=n))
            journal.record(opening, a_closing(opening))
        assert sum(kind.group.count for kind in browser.kinds()) == end
    journal.close()


def test_notes_and_approvals_stand_beside_their_rows(tmp_path: Path) -> None:
    journal = SqlJournal(f"sqlite:///{tmp_path}/journal.db")
    reader = SqlLogReader(journal)
    one, two = an_opening(START), an_opening(START + timedelta(days=1))
    journal.approve(an_approval(at=START - timedelta(days=2)))
    first = journal.record(one, a_closing(one))
    journal.withdraw(ScriptId("mot-cua"), by="x", at=START)
    second = journal.record(two, a_closing(two))
    journal.note(airing_id=one.airing_id, by="Lan", text="khóm 2 mất điện", at=START)
    journal.note(airing_id=AiringId("khac"), by="Lan", text="khác", at=START)
    assert [note.text for note in reader.notes([one.airing_id, two.airing_id])] == ["khóm 2 mất điện"]
    standing = reader.approval(ScriptId("mot-cua"), before=first.seq)
    assert standing is not None
    assert standing.by == "Phó Chủ tịch"
    assert reader.approval(ScriptId("mot-cua"), before=second.seq) is None
    assert reader.approval(ScriptId("khong-co"), before=99) is None
    assert reader.closed(one.airing_id) == first
    assert reader.closed(AiringId("khong-co")) is None
    assert reader.entries([second.seq, 999, first.seq, 1]) == (second, first)
    page = Browser(reader).page(LogFilter(), EVERYTHING, size=5)
    assert [note.by for note in page.notes[one.airing_id]] == ["Lan"]
    journal.close()


def test_closed_rows_are_found_by_their_airings_and_counted_by_their_moments(journal: SqlJournal) -> None:
    reader = SqlLogReader(journal)
    entries = list(journal.entries())
    wanted = [entries[3].opening.airing_id, entries[200].opening.airing_id, AiringId("khong-co")]
    assert reader.closed_of(wanted) == {e.opening.airing_id: e for e in (entries[3], entries[200])}
    assert reader.closed_of(()) == {}
    first, last = START + timedelta(hours=5), START + timedelta(hours=9)
    assert reader.closed_between(first, last) == sum(1 for _ in journal.entries(first, last)) == 12


def test_marks_differ_when_what_is_said_of_the_days_does(tmp_path: Path) -> None:
    journal = SqlJournal(f"sqlite:///{tmp_path}/journal.db")
    reader = SqlLogReader(journal)
    day = START.date()
    before = reader.marks(day, day + timedelta(days=1))
    assert (dict(before.rundowns), before.papers) == ({}, 0)
    journal.publish(a_rundown(day))
    journal.publish(a_rundown(day + timedelta(days=2)))
    published = reader.marks(day, day + timedelta(days=1))
    assert list(published.rundowns) == [day]
    journal.approve(an_approval(at=START))
    approved = reader.marks(day, day + timedelta(days=1))
    assert approved.rundowns == published.rundowns
    assert approved.papers > published.papers
    journal.withdraw(ScriptId("mot-cua"), by="x", at=START)
    assert reader.marks(day, day).papers > approved.papers
    journal.publish(a_rundown(day, title="Bản tin khác"))
    assert reader.marks(day, day).rundowns != published.rundowns
    journal.close()
