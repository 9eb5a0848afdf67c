"""The journal on a database: SQLite beside the station by default, PostgreSQL by address, one code for both.

Every write is one transaction that takes the only writer's place first, reads the newest row, seals the next one over
it, and returns once it is on disk. After that the new head is written down beside the database, best effort, so that a
tail cut off later can be seen.
"""

from array import array
from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import Connection, func, select, text, union

from broadcaster.adapters.journal_activities import activity_draft, activity_of
from broadcaster.adapters.journal_backup import backup_sqlite, refuse_server_backup
from broadcaster.adapters.journal_check import Aired, Derived, Head, RawRow, walk
from broadcaster.adapters.journal_codec import (
    approval_of,
    clean,
    epoch_us,
    from_epoch_us,
    note_of,
    opening_of,
    rundown_of,
)
from broadcaster.adapters.journal_figures import figures_between
from broadcaster.adapters.journal_head import head_beside, read_head, write_head
from broadcaster.adapters.journal_held import (
    closed_seqs,
    half_days_between,
    held_between,
    planned_scripts,
    seqs_of,
)
from broadcaster.adapters.journal_latest import latest_moment, latest_seq, raise_latest, set_latest
from broadcaster.adapters.journal_pages import rows_at, sealed_row
from broadcaster.adapters.journal_rows import (
    GENESIS,
    Action,
    Draft,
    Sealed,
    aired_scripts,
    approval_draft,
    closing_draft,
    entry_of,
    event_draft,
    note_draft,
    opening_draft,
    record_of,
    rundown_draft,
    seal,
    whole_draft,
    withdrawal_draft,
)
from broadcaster.adapters.journal_store import Store
from broadcaster.adapters.journal_tables import (
    ACTIVITIES,
    CLOSES,
    COLUMNS,
    ENTRY,
    MIGRATIONS,
    NOTES,
    OPEN_AIRING,
    OPENS,
    PAPERS,
    RUNDOWNS,
    SCRIPT_AIRED,
    Migrations,
)
from broadcaster.domain.activities import Activity, RecordedActivity
from broadcaster.domain.asrun import AsRunEntry, Closing, Opening
from broadcaster.domain.figures import Figures
from broadcaster.domain.rundown import AiringId, Rundown
from broadcaster.domain.scripts import Approval, ScriptId
from broadcaster.errors import AlreadyRecordedError, RecordError
from broadcaster.ports import ChainReport, ChainRow, Note, Unmatched

_PAGE = 400
_NEWEST = select(ENTRY.c.seq, ENTRY.c.row_hash).order_by(ENTRY.c.seq.desc()).limit(1)
_CHAIN = (ENTRY.c.seq, ENTRY.c.at, ENTRY.c.action, ENTRY.c.body, ENTRY.c.prev_hash, ENTRY.c.row_hash)
_HEARD = text(
    "INSERT INTO script_aired (script, rehearsed, first_seq, first_us, last_seq, last_us) "
    "VALUES (:script, :rehearsed, :seq, :moment_us, :seq, :moment_us) "
    "ON CONFLICT (script, rehearsed) DO UPDATE SET last_seq = excluded.last_seq, last_us = excluded.last_us"
)


class SqlJournal:
    """The record on disk. ``wait_s`` bounds how long a write waits for another program; ``head_file`` None means none.

    Safe to share between threads; other processes may write to the same database at the same time.
    """

    def __init__(
        self,
        url: str,
        *,
        wait_s: float = 5.0,
        head_file: Path | None = None,
        migrations: Migrations = MIGRATIONS,
    ) -> None:
        self.store = Store(url, wait_s=wait_s, migrations=migrations)
        beside = head_beside(self.store.path) if self.store.path is not None else None
        self.head_file = head_file or beside

    # Airings

    def on_air(self, opening: Opening) -> None:
        """Commit the opening before the first sample; AlreadyRecordedError when the airing has a row."""
        with self.store.writing(hurried=True) as connection:
            self._refuse_second(connection, opening.airing_id)
            sealed = _append(connection, opening_draft(opening))
            connection.execute(OPEN_AIRING.insert().values(airing_id=sealed.facts["airing_id"], seq=sealed.seq))
        self._remember(sealed)

    def off_air(self, airing_id: AiringId, closing: Closing) -> AsRunEntry:
        """Commit the closing after the last sample; RecordError without an opening, AlreadyRecordedError when closed."""
        key = clean(airing_id)
        with self.store.writing() as connection:
            found = connection.execute(select(*COLUMNS).where(OPENS, ENTRY.c.airing_id == key)).first()
            if found is None:
                raise RecordError(
                    f"Lượt phát {airing_id} chưa được ghi lúc bắt đầu nên không thể ghi lúc kết thúc.",
                    hint="Xem lại bằng lệnh log; nếu bài đã phát, ghi một ghi chú bên cạnh.",
                )
            opened = sealed_row(tuple(found))
            closed = select(ENTRY.c.seq).where(CLOSES, ENTRY.c.airing_id == key)
            if opened.facts["action"] == Action.RECORD or connection.execute(closed).first() is not None:
                raise AlreadyRecordedError(f"Lượt phát {airing_id} đã được ghi kết thúc rồi, không ghi lần nữa.")
            opening = opening_of(record_of(opened.body))
            shared = {n: v for n, v in opened.facts.items() if n not in {"action", "at", "at_us", "seq"}}
            sealed = _append(connection, closing_draft(opening, shared, closing, opening_seq=opened.seq))
            connection.execute(OPEN_AIRING.delete().where(OPEN_AIRING.c.airing_id == key))
            _note_aired(connection, opening, closing, sealed)
        self._remember(sealed)
        return entry_of(opening, closing, sealed)

    def record(self, opening: Opening, closing: Closing) -> AsRunEntry:
        """Commit one row for an airing that never began."""
        with self.store.writing() as connection:
            self._refuse_second(connection, opening.airing_id)
            sealed = _append(connection, whole_draft(opening, closing))
            _note_aired(connection, opening, closing, sealed)
        self._remember(sealed)
        return entry_of(opening, closing, sealed)

    def open_rows(self) -> tuple[Opening, ...]:
        """Openings with no closing, oldest first."""
        query = select(ENTRY.c.body).join(OPEN_AIRING, OPEN_AIRING.c.seq == ENTRY.c.seq).order_by(ENTRY.c.seq)
        with self.store.reading() as connection:
            return tuple(opening_of(record_of(body)) for (body,) in connection.execute(query))

    def recorded(self, first: datetime, last: datetime) -> frozenset[AiringId]:
        """Ids with a row whose planned or recorded moment lies in [first, last]."""
        low, high = epoch_us(first), epoch_us(last)
        query = union(
            select(ENTRY.c.airing_id).where(OPENS, ENTRY.c.moment_us.between(low, high)),
            select(ENTRY.c.airing_id).where(OPENS, ENTRY.c.at_us.between(low, high)),
        )
        with self.store.reading() as connection:
            return frozenset(AiringId(found) for (found,) in connection.execute(query))

    def entries(self, first: datetime | None = None, last: datetime | None = None) -> Iterator[AsRunEntry]:
        """Closed rows whose moment lies in [first, last), by seq; pages are read as they are asked for."""
        query = select(ENTRY.c.seq).where(CLOSES)
        if first is not None:
            query = query.where(ENTRY.c.moment_us >= epoch_us(first))
        if last is not None:
            query = query.where(ENTRY.c.moment_us < epoch_us(last))
        with self.store.reading() as connection:
            places = array("q", sorted(connection.execute(query).scalars()))
        yield from rows_at(self.store, places)

    def entries_at(self, seqs: Collection[int]) -> Iterator[AsRunEntry]:
        """The closed rows at these places, by seq; a place that holds none is left out."""
        with self.store.reading() as connection:
            query = select(ENTRY.c.seq).where(CLOSES, ENTRY.c.seq.in_(seqs)).order_by(ENTRY.c.seq)
            places = list(connection.execute(query).scalars())
        yield from rows_at(self.store, places)

    def last_aired(self) -> Mapping[ScriptId, datetime]:
        """When each script was last aired, tests left out; a rehearsal's journal answers from its rehearsed rows."""
        query = select(SCRIPT_AIRED.c.script, SCRIPT_AIRED.c.last_us).order_by(SCRIPT_AIRED.c.last_seq)
        with self.store.reading() as connection:
            return {ScriptId(script): from_epoch_us(moment) for script, moment in connection.execute(query)}

    def newest_moment(self) -> datetime | None:
        """The latest wall moment of any row since a person last vouched for the clock."""
        with self.store.reading() as connection:
            return latest_moment(connection)

    def figures(self, cuts: Sequence[datetime]) -> Figures:
        """Closed rows grouped for counting, one segment between each two cuts (ascending), by one pass of an index."""
        with self.store.reading() as connection:
            return figures_between(connection, cuts)

    def half_days(self, first: datetime, last: datetime, tallies: Collection[int]) -> frozenset[int]:
        """Half-days of [first, last) with a closed row of these tallies, 0 being the twelve hours from ``first``."""
        with self.store.reading() as connection:
            return half_days_between(connection, first, last, tallies)

    def entries_of(
        self, first: datetime, last: datetime, tallies: Collection[int], limit: int | None = None
    ) -> Iterator[AsRunEntry]:
        """Closed rows of these tallies in [first, last) in time order; pages are read as they are asked for."""
        with self.store.reading() as connection:
            places = seqs_of(connection, first, last, tallies, limit)
        yield from rows_at(self.store, places)

    def planned_scripts(self, first: date, last: date) -> Mapping[ScriptId, int]:
        """How often each script stands in the planned airings of the newest rundowns of [first, last]."""
        with self.store.reading() as connection:
            return planned_scripts(connection, first, last)

    def unmatched(self, first: datetime, last: datetime) -> Unmatched:
        """What the rundowns of the days in [first, last) and the closed rows do not agree on."""
        with self.store.reading() as connection:
            held = held_between(connection, first, last)
            places = closed_seqs(connection, held.unplanned)
        unplanned = tuple(rows_at(self.store, places))
        return Unmatched(airings=held.airings, unrecorded=tuple(held.unrecorded), unplanned=unplanned)

    # Activities

    def enter(self, activity: Activity) -> int:
        """Write down an activity entered by hand; returns its seq."""
        return self._write(activity_draft(activity))

    def activities(self) -> Iterator[RecordedActivity]:
        """Every activity ever entered, by seq."""
        query = select(ENTRY.c.seq, ENTRY.c.body).where(ACTIVITIES).order_by(ENTRY.c.seq)
        with self.store.reading() as connection:
            found = connection.execute(query).all()
        for seq, body in found:
            yield activity_of(seq, record_of(body))

    # Remarks

    def note(self, *, airing_id: AiringId | None, by: str, text: str, at: datetime) -> int:
        """A remark beside a row; returns its seq."""
        return self._write(note_draft(airing_id=airing_id, by=by, text=text, at=at))

    def notes(self, first: datetime | None = None, last: datetime | None = None) -> Iterator[Note]:
        """Notes written in [first, last), by seq."""
        query = select(ENTRY.c.seq, ENTRY.c.body).where(NOTES)
        if first is not None:
            query = query.where(ENTRY.c.at_us >= epoch_us(first))
        if last is not None:
            query = query.where(ENTRY.c.at_us < epoch_us(last))
        with self.store.reading() as connection:
            found = connection.execute(query.order_by(ENTRY.c.seq)).all()
        for seq, body in found:
            yield note_of(seq, record_of(body))

    def event(self, *, action: str, by: str, text: str, at: datetime) -> int:
        """Something that happened to the station itself; returns its seq."""
        return self._write(event_draft(action=action, by=by, text=text, at=at))

    # Rundowns

    def publish(self, rundown: Rundown) -> bool:
        """Freeze a day; False when the newest one of that day has the same airings."""
        draft = rundown_draft(rundown)
        newest = (
            select(ENTRY.c.content)
            .where(RUNDOWNS, ENTRY.c.day == draft.facts["day"])
            .order_by(ENTRY.c.seq.desc())
            .limit(1)
        )
        with self.store.reading() as connection:
            if connection.execute(newest).scalar() == draft.facts["content"]:
                return False
        with self.store.writing() as connection:
            if connection.execute(newest).scalar() == draft.facts["content"]:
                return False
            sealed = _append(connection, draft)
        self._remember(sealed)
        return True

    def rundown(self, day: date) -> Rundown | None:
        """The newest published for that day."""
        return self.rundowns(day, day).get(day)

    def rundowns(self, first: date, last: date) -> Mapping[date, Rundown]:
        """The newest published of each day in [first, last], in the order of days."""
        newest = (
            select(func.max(ENTRY.c.seq))
            .where(RUNDOWNS, ENTRY.c.day.between(first.isoformat(), last.isoformat()))
            .group_by(ENTRY.c.day)
        )
        query = select(ENTRY.c.body).where(ENTRY.c.seq.in_(newest)).order_by(ENTRY.c.day)
        with self.store.reading() as connection:
            found = [rundown_of(record_of(body)) for (body,) in connection.execute(query)]
        return {rundown.day: rundown for rundown in found}

    # Approvals

    def approve(self, approval: Approval) -> None:
        """Write down that a named person approved these digests."""
        self._write(approval_draft(approval))

    def withdraw(self, script_id: ScriptId, *, by: str, at: datetime, reason: str = "") -> bool:
        """Void the newest approval; False when none is standing."""
        newest = (
            select(ENTRY.c.action)
            .where(PAPERS, ENTRY.c.script == clean(script_id))
            .order_by(ENTRY.c.seq.desc())
            .limit(1)
        )
        with self.store.writing() as connection:
            if connection.execute(newest).scalar() != Action.APPROVAL:
                return False
            sealed = _append(connection, withdrawal_draft(script_id, by=by, at=at, reason=reason))
        self._remember(sealed)
        return True

    def approvals(self) -> Mapping[ScriptId, Approval]:
        """The standing approval of each script."""
        newest = select(func.max(ENTRY.c.seq)).where(PAPERS).group_by(ENTRY.c.script)
        query = select(ENTRY.c.body).where(ENTRY.c.seq.in_(newest), ENTRY.c.action == Action.APPROVAL.value)
        with self.store.reading() as connection:
            found = [approval_of(record_of(body)) for (body,) in connection.execute(query.order_by(ENTRY.c.script))]
        return {approval.script_id: approval for approval in found}

    # The chain

    def verify(self, progress: Callable[[int], None] | None = None) -> ChainReport:
        """Walk every row, then the tail and the derived tables; ``progress`` hears how many rows were read."""
        remembered = read_head(self.head_file) if self.head_file is not None else None
        with self.store.reading() as connection:
            opened = {row.airing_id: row.seq for row in connection.execute(select(OPEN_AIRING))}
            aired = {(row.script, row.rehearsed): Aired(*row[2:]) for row in connection.execute(select(SCRIPT_AIRED))}
            latest = latest_seq(connection)
            with closing(_rows(connection)) as rows:  # a walk that stops early must not leave a cursor open
                return walk(rows, remembered=remembered, opened=opened, aired=aired, latest=latest, progress=progress)

    def rebuild(self) -> None:
        """Make the derived tables anew from the rows, which alone are the truth."""
        with self.store.writing() as connection:
            derived = Derived()
            for row in _rows(connection):
                derived.take(row)
            connection.execute(OPEN_AIRING.delete())
            connection.execute(SCRIPT_AIRED.delete())
            set_latest(connection, derived.latest)
            if derived.open:
                connection.execute(OPEN_AIRING.insert(), [{"airing_id": a, "seq": s} for a, s in derived.open.items()])
            aired = [
                {
                    "script": script,
                    "rehearsed": rehearsed,
                    "first_seq": known.first_seq,
                    "first_us": known.first_us,
                    "last_seq": known.last_seq,
                    "last_us": known.last_us,
                }
                for (script, rehearsed), known in derived.aired.items()
            ]
            if aired:
                connection.execute(SCRIPT_AIRED.insert(), aired)

    def chain(self, first: int = 1, last: int | None = None) -> Iterator[ChainRow]:
        """The sealed rows from seq ``first`` to ``last`` (both included) exactly as they stand, for evidence."""
        query = select(*_CHAIN).where(ENTRY.c.seq >= first).order_by(ENTRY.c.seq).limit(_PAGE)
        while True:
            with self.store.reading() as connection:
                found = connection.execute(query if last is None else query.where(ENTRY.c.seq <= last)).all()
            for seq, at, action, body, prev_hash, row_hash in found:
                yield ChainRow(
                    seq=seq,
                    at=datetime.fromisoformat(at),
                    action=action,
                    body=body,
                    prev_hash=prev_hash,
                    row_hash=row_hash,
                )
            if len(found) < _PAGE:
                return
            query = select(*_CHAIN).where(ENTRY.c.seq > found[-1].seq).order_by(ENTRY.c.seq).limit(_PAGE)

    def backup_to(self, path: Path) -> None:
        """A consistent copy while the station runs, with its head beside it; RecordError on PostgreSQL (pg_dump does it)."""
        if self.store.path is None:
            raise refuse_server_backup()
        backup_sqlite(self.store.path, path)

    def close(self) -> None:
        """Let the database go."""
        self.store.close()

    def _write(self, draft: Draft) -> int:
        with self.store.writing() as connection:
            sealed = _append(connection, draft)
        self._remember(sealed)
        return sealed.seq

    def _refuse_second(self, connection: Connection, airing_id: AiringId) -> None:
        query = select(ENTRY.c.seq).where(OPENS, ENTRY.c.airing_id == clean(airing_id))
        if connection.execute(query).first() is not None:
            raise AlreadyRecordedError(f"Lượt phát {airing_id} đã có dòng trong nhật ký, không phát lần thứ hai.")

    def _remember(self, sealed: Sealed) -> None:
        if self.head_file is not None:
            write_head(self.head_file, Head(seq=sealed.seq, row_hash=sealed.row_hash))


def _append(connection: Connection, draft: Draft) -> Sealed:
    newest = connection.execute(_NEWEST).first()
    seq, before = (newest.seq, newest.row_hash) if newest is not None else (0, GENESIS)
    sealed = seal(draft, seq=seq + 1, prev_hash=before)
    connection.execute(
        ENTRY.insert().values(**sealed.facts, body=sealed.body, prev_hash=before, row_hash=sealed.row_hash)
    )
    raise_latest(connection, draft, sealed)
    return sealed


def _note_aired(connection: Connection, opening: Opening, closing: Closing, sealed: Sealed) -> None:
    for script in aired_scripts(opening, closing):
        told = {"script": script, "rehearsed": int(opening.rehearsed), "seq": sealed.seq}
        connection.execute(_HEARD, told | {"moment_us": sealed.facts["moment_us"]})


def _rows(connection: Connection) -> Generator[RawRow, None, None]:
    query = select(*COLUMNS).order_by(ENTRY.c.seq)
    with connection.execute(query, execution_options={"stream_results": True, "max_row_buffer": 2000}) as streamed:
        for page in streamed.partitions(2000):
            for row in page:
                yield tuple(row)
