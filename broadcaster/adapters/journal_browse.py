"""Looking through the log on a database: two indexes, by moment and by tally, and never a walk over ten years of rows."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import islice

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, true

from broadcaster.adapters.journal import SqlJournal
from broadcaster.adapters.journal_codec import approval_of, clean, epoch_us, from_epoch_us, note_of
from broadcaster.adapters.journal_pages import rows_at
from broadcaster.adapters.journal_rows import Action, Fact, group_of, record_of
from broadcaster.adapters.journal_tables import CLOSES, ENTRY, NOTES, PAPERS, RUNDOWNS
from broadcaster.domain.asrun import AsRunEntry, Item
from broadcaster.domain.browsing import Place, RowKind
from broadcaster.domain.rundown import AiringId
from broadcaster.domain.scripts import Approval, ScriptId
from broadcaster.ports import Note
from broadcaster.ports_browsing import MOST_COUNTED, Found, Marks, Span

_ALIKE = ("seq", "content", "outcome", "priority", "programme", "rehearsed", "share", "test", "zones")
_Sum = tuple[int, int, int, int, int]
"""A tally, how many rows, the first and the last moment, the newest seq."""

FEW_NEW = 2000
"""So many new rows are looked at one by one; more are worth a pass of the index."""
_PAGE = 500
_IN_AT_ONCE = 5000


class SqlLogReader:
    """Reads the log of one journal. Safe to share between threads."""

    def __init__(self, journal: SqlJournal, *, most_counted: int = MOST_COUNTED, few_new: int = FEW_NEW) -> None:
        self._journal = journal
        self._most_counted = most_counted
        self._few_new = few_new

    def newest(self) -> int:
        """The greatest seq of all rows."""
        with self._journal.store.reading() as connection:
            return connection.execute(select(func.max(ENTRY.c.seq))).scalar() or 0

    def kinds(self, after: int = 0) -> Sequence[RowKind]:
        """Closed rows after a seq by tally, with what they are alike in."""
        with self._journal.store.reading() as connection:
            newest = connection.execute(select(func.max(ENTRY.c.seq))).scalar() or 0
            sums = _tallied(connection, after, newest, newest - after <= self._few_new) if newest > after else []
        return [kind for start in range(0, len(sums), _PAGE) for kind in self._kinds(sums[start : start + _PAGE])]

    def _kinds(self, sums: Sequence[_Sum]) -> Iterator[RowKind]:
        newest_of = {row[0]: row[4] for row in sums}
        entries = {entry.seq: entry for entry in self._journal.entries_at(newest_of.values())}
        facts = self._facts(newest_of.values())
        alike: dict[Fact, tuple[Item, ...]] = {}  # the same items stand in many kinds: kept once
        for tally, count, first, last, newest in sums:
            opening, fact = entries[newest].opening, facts[newest]
            items = alike.setdefault(fact["content"], opening.items)
            yield RowKind(
                group=group_of({**fact, "tally": tally}, items, segment=0, count=count, played_ms=0, duration_ms=0),
                title=opening.title,
                first=from_epoch_us(first),
                last=from_epoch_us(last),
                newest=newest,
            )

    def _facts(self, seqs: Collection[int]) -> dict[int, Mapping[str, Fact]]:
        query = select(*(ENTRY.c[name] for name in _ALIKE)).where(ENTRY.c.seq.in_(seqs))
        with self._journal.store.reading() as connection:
            return {row.seq: dict(row._mapping) for row in connection.execute(query)}

    def places(
        self,
        span: Span,
        tallies: Collection[int] | None,
        *,
        beyond: Place | None = None,
        newer: bool = False,
        limit: int,
    ) -> Found:
        """A page of places: few rows are found by their tallies, many by walking the moments."""
        order = _Order(beyond=beyond, newer=newer, limit=limit)
        with self._journal.store.reading() as connection:
            if tallies is None:
                return Found(
                    places=_walk(connection, span, None, order), total=_count(connection, span, self._most_counted)
                )
            few = _few(connection, span, sorted(tallies), self._most_counted)
            if few is not None:
                return Found(places=order.page(few), total=len(few))
            return Found(places=_walk(connection, span, frozenset(tallies), order), total=None)

    def entries(self, seqs: Sequence[int]) -> tuple[AsRunEntry, ...]:
        """The closed rows at these places, in the order asked."""
        found = {entry.seq: entry for entry in self._journal.entries_at(seqs)}
        return tuple(found[seq] for seq in seqs if seq in found)

    def closed(self, airing_id: AiringId) -> AsRunEntry | None:
        """The closed row of an airing."""
        query = select(ENTRY.c.seq).where(CLOSES, ENTRY.c.airing_id == clean(airing_id))
        with self._journal.store.reading() as connection:
            seq = connection.execute(query).scalar()
        return next(iter(self.entries((seq,))), None) if seq is not None else None

    def closed_of(self, airing_ids: Collection[AiringId]) -> Mapping[AiringId, AsRunEntry]:
        """The closed rows of these airings."""
        wanted = sorted(clean(airing_id) for airing_id in airing_ids)
        places: list[int] = []
        with self._journal.store.reading() as connection:
            for start in range(0, len(wanted), _IN_AT_ONCE):
                query = select(ENTRY.c.seq).where(CLOSES, ENTRY.c.airing_id.in_(wanted[start : start + _IN_AT_ONCE]))
                places += connection.execute(query).scalars()
        return {entry.opening.airing_id: entry for entry in rows_at(self._journal.store, sorted(places))}

    def closed_between(self, first: datetime, last: datetime) -> int:
        """By the index of moments."""
        query = select(func.count()).select_from(ENTRY).where(_within(Span(first=first, last=last)))
        with self._journal.store.reading() as connection:
            return connection.execute(query).scalar() or 0

    def marks(self, first: date, last: date) -> Marks:
        """By two small indexes."""
        query = (
            select(ENTRY.c.day, func.max(ENTRY.c.seq))
            .where(RUNDOWNS, ENTRY.c.day.between(first.isoformat(), last.isoformat()))
            .group_by(ENTRY.c.day)
        )
        with self._journal.store.reading() as connection:
            rundowns = {date.fromisoformat(day): seq for day, seq in connection.execute(query)}
            # grouped, so that the index of papers answers: a bare max() walks back over every row since the last paper
            newest = select(func.max(ENTRY.c.seq)).where(PAPERS).group_by(ENTRY.c.script)
            papers = max(connection.execute(newest).scalars(), default=0)
        return Marks(rundowns=rundowns, papers=papers)

    def notes(self, airing_ids: Collection[AiringId]) -> tuple[Note, ...]:
        """What was written beside these airings."""
        wanted = sorted(clean(airing_id) for airing_id in airing_ids)
        query = select(ENTRY.c.seq, ENTRY.c.body).where(NOTES, ENTRY.c.airing_id.in_(wanted)).order_by(ENTRY.c.seq)
        with self._journal.store.reading() as connection:
            return tuple(note_of(seq, record_of(body)) for seq, body in connection.execute(query))

    def approval(self, script: ScriptId, *, before: int) -> Approval | None:
        """The approval that stood at that place; None where the newest paper withdrew it."""
        query = (
            select(ENTRY.c.action, ENTRY.c.body)
            .where(PAPERS, ENTRY.c.script == clean(script), ENTRY.c.seq < before)
            .order_by(ENTRY.c.seq.desc())
            .limit(1)
        )
        with self._journal.store.reading() as connection:
            found = connection.execute(query).first()
        return approval_of(record_of(found.body)) if found is not None and found.action == Action.APPROVAL else None


class _Order:
    """Which page is asked for, and in which direction it is walked."""

    def __init__(self, *, beyond: Place | None, newer: bool, limit: int) -> None:
        self.beyond = (epoch_us(beyond.moment), beyond.seq) if beyond is not None else None
        self.newer = newer
        self.limit = limit

    def page(self, rows: Sequence[tuple[int, int]]) -> tuple[Place, ...]:
        """Cut the page out of all rows."""
        wanted = (row for row in sorted(rows, reverse=not self.newer) if self._beyond(row))
        return self.newest_first(islice(wanted, self.limit))

    def _beyond(self, row: tuple[int, int]) -> bool:
        if self.beyond is None:
            return True
        return row > self.beyond if self.newer else row < self.beyond

    def ordering(self) -> Sequence[ColumnElement[int]]:
        """The direction of the walk."""
        moment, seq = ENTRY.c.moment_us, ENTRY.c.seq
        return (moment, seq) if self.newer else (moment.desc(), seq.desc())

    def start(self) -> ColumnElement[bool]:
        """Where the walk starts."""
        if self.beyond is None:
            return true()
        moment, seq = ENTRY.c.moment_us, ENTRY.c.seq
        at, place = self.beyond
        # the first condition alone is what an index can seek to; the second cuts off the rows of that very moment
        if self.newer:
            return and_(moment >= at, or_(moment > at, seq > place))
        return and_(moment <= at, or_(moment < at, seq < place))

    def newest_first(self, rows: Iterator[tuple[int, int]]) -> tuple[Place, ...]:
        """As pages are read."""
        places = tuple(Place(moment=from_epoch_us(moment), seq=seq) for moment, seq in rows)
        return places[::-1] if self.newer else places


def _tallied(connection: Connection, after: int, newest: int, few: bool) -> list[_Sum]:
    moment, seq = ENTRY.c.moment_us, ENTRY.c.seq
    query = select(ENTRY.c.tally, func.count(), func.min(moment), func.max(moment), func.max(seq)).where(CLOSES)
    if few:
        query = query.where(
            seq.in_(range(after + 1, newest + 1))
        )  # places, not a range: a range may scan a whole index
    elif after:
        query = query.where(seq > after)
    rows = connection.execute(query.group_by(ENTRY.c.tally))
    return [(tally, count, first, last, place) for tally, count, first, last, place in rows]


def _within(span: Span) -> ColumnElement[bool]:
    conditions: list[ColumnElement[bool]] = []
    if span.first is not None:
        conditions.append(ENTRY.c.moment_us >= epoch_us(span.first))
    if span.last is not None:
        conditions.append(ENTRY.c.moment_us < epoch_us(span.last))
    return and_(CLOSES, *conditions)


def _few(connection: Connection, span: Span, tallies: Sequence[int], most: int) -> list[tuple[int, int]] | None:
    """All rows of these tallies, or None when they are more than is worth collecting."""
    found: list[tuple[int, int]] = []
    for start in range(0, len(tallies), _IN_AT_ONCE):
        query = (
            select(ENTRY.c.moment_us, ENTRY.c.seq)
            .where(_within(span), ENTRY.c.tally.in_(tallies[start : start + _IN_AT_ONCE]))
            .limit(most + 1 - len(found))
        )
        found += [(moment, seq) for moment, seq in connection.execute(query)]
        if len(found) > most:
            return None
    return found


def _walk(connection: Connection, span: Span, wanted: frozenset[int] | None, order: _Order) -> tuple[Place, ...]:
    query = select(ENTRY.c.moment_us, ENTRY.c.seq, ENTRY.c.tally).where(_within(span), order.start())
    query = query.order_by(*order.ordering())
    if wanted is None:
        query = query.limit(order.limit)
    with connection.execute(query, execution_options={"stream_results": True, "max_row_buffer": _PAGE}) as rows:
        taken = ((row[0], row[1]) for row in rows if wanted is None or row[2] in wanted)
        return order.newest_first(islice(taken, order.limit))


def _count(connection: Connection, span: Span, most: int) -> int | None:
    some = select(ENTRY.c.seq).where(_within(span)).limit(most + 1).subquery()
    count = connection.execute(select(func.count()).select_from(some)).scalar() or 0
    return count if count <= most else None
