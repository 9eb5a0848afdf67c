"""The tables of the journal: one append-only table that is the truth, and two small ones derived from it."""

from collections.abc import Callable, Mapping

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    func,
    inspect,
    select,
    text,
)

from broadcaster.adapters.journal_rows import FACTS
from broadcaster.domain.trust import CLOCK_ACCEPTED
from broadcaster.errors import RecordError

SCHEMA = 4
"""Raised by one with every change of the tables; each step forward has its function in MIGRATIONS."""

Migrations = Mapping[int, Callable[[Connection], None]]

METADATA = MetaData()

# "INTEGER PRIMARY KEY" is SQLite's own row number; a BIGINT there would cost a second tree.
_BIG = BigInteger().with_variant(Integer, "sqlite")

_NUMBERS = frozenset(
    {"at_us", "duration_ms", "moment_us", "played_ms", "priority", "rehearsed", "share", "tally", "test"}
)
_ALWAYS = frozenset({"action", "at", "at_us"})

ENTRY = Table(
    "entry",
    METADATA,
    Column("seq", _BIG, primary_key=True, autoincrement=False),
    *(Column(n, _BIG if n in _NUMBERS else Text, nullable=n not in _ALWAYS) for n in FACTS if n != "seq"),
    Column("body", Text, nullable=False),
    Column("prev_hash", Text, nullable=False),
    Column("row_hash", Text, nullable=False),
)

# Written out, never bound: a partial index serves only a query that states its condition word for word.
OPENS = text("action IN ('on_air', 'record')")
CLOSES = text("action IN ('off_air', 'record')")
NOTES = text("action = 'note'")
RUNDOWNS = text("action = 'rundown'")
PAPERS = text("action IN ('approval', 'withdrawal')")
ACTIVITIES = text("action = 'activity'")

OPEN_AIRING = Table("open_airing", METADATA, Column("airing_id", Text, primary_key=True), Column("seq", _BIG))
"""Derived: airings with an opening and no closing, so that a start need not read ten years."""

SCRIPT_AIRED = Table(
    "script_aired",
    METADATA,
    Column("script", Text, primary_key=True),
    Column("rehearsed", _BIG, primary_key=True, autoincrement=False),
    Column("first_seq", _BIG, nullable=False),
    Column("first_us", _BIG, nullable=False),
    Column("last_seq", _BIG, nullable=False),
    Column("last_us", _BIG, nullable=False),
)
"""Derived: the first and the last time each script was aired."""

META = Table("meta", METADATA, Column("name", Text, primary_key=True), Column("value", Text, nullable=False))

LATEST = "latest_row"
"""Derived, in META: seq of the row with the greatest moment since a person last vouched for the clock."""


def _partial(name: str, *columns: str, where: object, unique: bool = False) -> Index:
    listed = [ENTRY.c[c] for c in columns]
    return Index(name, *listed, unique=unique, sqlite_where=where, postgresql_where=where)


_partial("one_opening_each", "airing_id", where=OPENS, unique=True)
_partial("one_closing_each", "airing_id", where=CLOSES, unique=True)
_partial("opening_by_moment", "moment_us", "airing_id", where=OPENS)
_partial("opening_by_record", "at_us", "airing_id", where=OPENS)
_partial("closing_by_moment", "moment_us", "tally", "played_ms", "duration_ms", "seq", where=CLOSES)
_partial("rundown_by_day", "day", "seq", where=RUNDOWNS)
_partial("paper_by_script", "script", "seq", where=PAPERS)
_partial("note_by_moment", "at_us", where=NOTES)
_ACTIVITY_BY_SEQ = _partial("activity_by_seq", "seq", where=ACTIVITIES)
_CLOSING_BY_TALLY = _partial("closing_by_tally", "tally", "moment_us", "seq", where=CLOSES)
_NOTE_BY_AIRING = _partial("note_by_airing", "airing_id", "seq", where=NOTES)


def _index_activities(connection: Connection) -> None:
    """Schema 2: hand-entered activities are found without reading ten years of rows."""
    _ACTIVITY_BY_SEQ.create(connection, checkfirst=True)


def _find_latest(connection: Connection) -> None:
    """Schema 3: the latest moment is kept, so that a row written by a clock set back does not make that clock trusted."""
    vouched = (
        select(func.max(ENTRY.c.seq))
        .where(text("action = 'event'"), ENTRY.c.body.contains(f'"action":"{CLOCK_ACCEPTED}"', autoescape=True))
        .scalar_subquery()
    )
    query = select(ENTRY.c.seq).where(ENTRY.c.seq >= func.coalesce(vouched, 0))
    seq = connection.execute(query.order_by(ENTRY.c.at_us.desc(), ENTRY.c.seq).limit(1)).scalar()
    if seq is not None:
        connection.execute(META.delete().where(META.c.name == LATEST))
        connection.execute(META.insert().values(name=LATEST, value=str(seq)))


def _index_browsing(connection: Connection) -> None:
    """Schema 4: a filter that few rows pass, and the notes beside a row, are found without walking ten years of rows."""
    _CLOSING_BY_TALLY.create(connection, checkfirst=True)
    _NOTE_BY_AIRING.create(connection, checkfirst=True)


MIGRATIONS: Migrations = {1: _index_activities, 2: _find_latest, 3: _index_browsing}
"""``{n: step}``: how a database of schema n becomes one of n + 1, inside the transaction that opens it."""

COLUMNS = (*(ENTRY.c[name] for name in FACTS), ENTRY.c.body, ENTRY.c.prev_hash, ENTRY.c.row_hash)

_SQLITE_KEEPS = """
CREATE TRIGGER IF NOT EXISTS entry_keeps BEFORE UPDATE ON entry
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END
"""
_SQLITE_STAYS = """
CREATE TRIGGER IF NOT EXISTS entry_stays BEFORE DELETE ON entry
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END
"""
# Refuses INSERT OR REPLACE as well, which fires no delete trigger.
_SQLITE_FOLLOWS = """
CREATE TRIGGER IF NOT EXISTS entry_follows BEFORE INSERT ON entry
WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM entry)
  OR (NEW.seq > 1 AND NEW.prev_hash IS NOT (SELECT row_hash FROM entry WHERE seq = NEW.seq - 1))
BEGIN SELECT RAISE(ABORT, 'a row must follow the newest one'); END
"""
_POSTGRESQL_REFUSE = """
CREATE OR REPLACE FUNCTION entry_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the journal is append-only'; END $$
"""
_POSTGRESQL_PLACE = """
CREATE OR REPLACE FUNCTION entry_place() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
  IF NEW.seq IS DISTINCT FROM (SELECT coalesce(max(seq), 0) + 1 FROM entry)
    OR (NEW.seq > 1 AND NEW.prev_hash IS DISTINCT FROM (SELECT row_hash FROM entry WHERE seq = NEW.seq - 1))
  THEN RAISE EXCEPTION 'a row must follow the newest one';
  END IF;
  RETURN NEW;
END $$
"""
_POSTGRESQL_KEEPS = """
CREATE OR REPLACE TRIGGER entry_keeps BEFORE UPDATE OR DELETE ON entry
FOR EACH ROW EXECUTE FUNCTION entry_refuse()
"""
_POSTGRESQL_STAYS = """
CREATE OR REPLACE TRIGGER entry_stays BEFORE TRUNCATE ON entry
FOR EACH STATEMENT EXECUTE FUNCTION entry_refuse()
"""
_POSTGRESQL_FOLLOWS = """
CREATE OR REPLACE TRIGGER entry_follows BEFORE INSERT ON entry
FOR EACH ROW EXECUTE FUNCTION entry_place()
"""

_GUARDS: Mapping[str, tuple[str, ...]] = {
    "sqlite": (_SQLITE_KEEPS, _SQLITE_STAYS, _SQLITE_FOLLOWS),
    "postgresql": (
        _POSTGRESQL_REFUSE,
        _POSTGRESQL_PLACE,
        _POSTGRESQL_KEEPS,
        _POSTGRESQL_STAYS,
        _POSTGRESQL_FOLLOWS,
    ),
}
_GUARDS_THERE = {
    "sqlite": text("SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'entry'"),
    "postgresql": text("SELECT count(*) FROM pg_trigger WHERE tgrelid = 'entry'::regclass AND NOT tgisinternal"),
}
UNGUARD: Mapping[str, tuple[str, ...]] = {
    "sqlite": ("DROP TRIGGER entry_keeps", "DROP TRIGGER entry_stays", "DROP TRIGGER entry_follows"),
    "postgresql": (
        "DROP TRIGGER entry_keeps ON entry",
        "DROP TRIGGER entry_stays ON entry",
        "DROP TRIGGER entry_follows ON entry",
    ),
}
"""What a hand with full rights would do first; the tests of the chain do it too."""


def is_ready(connection: Connection) -> bool:
    """Whether the tables are there, guarded and of this program's schema; RecordError when a newer program made them."""
    if not inspect(connection).has_table("meta"):
        return False
    return _schema(connection) == SCHEMA and connection.execute(_GUARDS_THERE[connection.dialect.name]).scalar() == 3


def prepare(connection: Connection, migrations: Migrations) -> None:
    """Bring the database to this program's schema within the caller's transaction; guards are put back where missing."""
    fresh = not inspect(connection).has_table("meta")
    METADATA.create_all(connection)
    if fresh:
        connection.execute(META.insert().values(name="schema", value=str(SCHEMA)))
    have = _schema(connection)
    while have < SCHEMA:
        step = migrations.get(have)
        if step is None:
            raise RecordError(
                f"Nhật ký thuộc phiên bản {have}, chương trình này không biết cách nâng lên phiên bản {SCHEMA}.",
                hint="Cài bản chương trình mới nhất rồi mở lại; tệp nhật ký cũ còn nguyên.",
            )
        step(connection)
        have += 1
        connection.execute(META.update().where(META.c.name == "schema").values(value=str(have)))
    guard(connection)


def guard(connection: Connection) -> None:
    """Put the triggers in place that refuse an edit, a deletion and a row out of its place."""
    for statement in _GUARDS[connection.dialect.name]:
        connection.exec_driver_sql(statement)


def _schema(connection: Connection) -> int:
    found = connection.execute(select(META.c.value).where(META.c.name == "schema")).scalar()
    have = int(found) if found is not None and found.isdecimal() else 0
    if have > SCHEMA:
        raise RecordError(
            f"Nhật ký do một bản chương trình mới hơn ghi (phiên bản {have}, bản đang dùng chỉ biết đến {SCHEMA}).",
            hint="Cài bản chương trình mới nhất rồi mở lại; không sửa tệp nhật ký bằng tay.",
        )
    return have
