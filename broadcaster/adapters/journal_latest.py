"""The latest moment the record knows: what a clock is held against, kept as the place of the row that says it.

It only ever rises, so that a row written by a clock set back does not make that clock trusted; a person who vouches for the
present time (the event `CLOCK_ACCEPTED`) begins it anew.
"""

from datetime import datetime

from sqlalchemy import BigInteger, Connection, cast, select, text

from broadcaster.adapters.journal_rows import Draft, Sealed, vouches
from broadcaster.adapters.journal_tables import ENTRY, LATEST, META

_SEQ = select(cast(META.c.value, BigInteger)).where(META.c.name == LATEST)
_ROW = select(ENTRY.c.at, ENTRY.c.at_us).where(ENTRY.c.seq == _SEQ.scalar_subquery())
_POINT = text(
    "INSERT INTO meta (name, value) VALUES (:name, :value) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
)


def latest_seq(connection: Connection) -> int | None:
    """Where the latest moment stands in the chain."""
    return connection.execute(_SEQ).scalar()


def latest_moment(connection: Connection) -> datetime | None:
    """The latest moment itself; None in an empty journal."""
    found = connection.execute(_ROW).first()
    return datetime.fromisoformat(found.at) if found is not None else None


def raise_latest(connection: Connection, draft: Draft, sealed: Sealed) -> None:
    """Take a row just written into account, within its own transaction."""
    known = connection.execute(_ROW).first()
    if known is None or vouches(draft) or int(sealed.facts["at_us"]) > known.at_us:
        set_latest(connection, sealed.seq)


def set_latest(connection: Connection, seq: int | None) -> None:
    """Point at a row; None where there is no row."""
    if seq is not None:
        connection.execute(_POINT, {"name": LATEST, "value": str(seq)})
