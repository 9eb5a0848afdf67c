"""Rows of the journal read as airings, a page at a time, so that memory does not grow with what is asked for."""

from collections.abc import Iterator, Sequence

from sqlalchemy import select

from broadcaster.adapters.journal_check import RawRow
from broadcaster.adapters.journal_codec import closing_of, opening_of
from broadcaster.adapters.journal_rows import FACTS, Action, Fact, Sealed, entry_of, record_of
from broadcaster.adapters.journal_store import Store
from broadcaster.adapters.journal_tables import COLUMNS, ENTRY, OPENS
from broadcaster.domain.asrun import AsRunEntry

_PAGE = 400


def rows_at(store: Store, places: Sequence[int]) -> Iterator[AsRunEntry]:
    """The closed rows at these places (seqs), in the order given; each page is read when it is asked for."""
    for start in range(0, len(places), _PAGE):
        page = places[start : start + _PAGE]
        order = {seq: n for n, seq in enumerate(page)}
        yield from sorted(_page(store, page), key=lambda entry: order[entry.seq])


def sealed_row(row: RawRow) -> Sealed:
    """A row as the database gives it, in its place in the chain."""
    facts: dict[str, Fact] = {n: v for n, v in zip(FACTS, row, strict=False) if v is not None}
    body, prev_hash, row_hash = (str(v) for v in row[len(FACTS) :])
    return Sealed(seq=int(facts["seq"]), facts=facts, body=body, prev_hash=prev_hash, row_hash=row_hash)


def _page(store: Store, places: Sequence[int]) -> Iterator[AsRunEntry]:
    with store.reading() as connection:
        closes = connection.execute(select(*COLUMNS).where(ENTRY.c.seq.in_(places)))
        rows = [sealed_row(tuple(row)) for row in closes]
        wanted = [row.facts["airing_id"] for row in rows if row.facts["action"] == Action.OFF_AIR]
        query = select(ENTRY.c.airing_id, ENTRY.c.body).where(OPENS, ENTRY.c.airing_id.in_(wanted))
        opened = {row.airing_id: row.body for row in connection.execute(query)}
    for row in rows:
        record = record_of(row.body)
        begun = record if "opening" in record else record_of(opened[str(row.facts["airing_id"])])
        yield entry_of(opening_of(begun), closing_of(record), row)
