"""The newest things that happened to the station itself: who logged in, ordered, changed; read back from the chained journal."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from broadcaster.adapters.journal import SqlJournal
from broadcaster.adapters.journal_rows import Action, record_of
from broadcaster.adapters.journal_tables import ENTRY

WITHIN = 20_000
"""Only so many of the newest rows are searched: the list answers at once however old the station is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One event of the journal; ``by`` is empty for what the station did by itself."""

    seq: int
    at: datetime
    action: str
    by: str
    text: str


def newest_deeds(journal: SqlJournal, limit: int = 200) -> tuple[Deed, ...]:
    """The newest first. Raises RecordError when the journal cannot be read."""
    newest = select(func.max(ENTRY.c.seq)).scalar_subquery()
    query = (
        select(ENTRY.c.seq, ENTRY.c.at, ENTRY.c.body)
        .where(ENTRY.c.seq > newest - WITHIN, ENTRY.c.action == Action.EVENT.value)
        .order_by(ENTRY.c.seq.desc())
        .limit(limit)
    )
    with journal.store.reading() as connection:
        return tuple(_deed(seq, at, record_of(body)) for seq, at, body in connection.execute(query))


def _deed(seq: int, at: str, record: Mapping[str, object]) -> Deed:
    return Deed(
        seq=seq,
        at=datetime.fromisoformat(at),
        action=str(record.get("action", "")),
        by=str(record.get("by", "")),
        text=str(record.get("text", "")),
    )
