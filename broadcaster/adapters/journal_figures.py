"""Figures for reports, grouped by the database over one index; the rule that says what counts lives in the domain."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from operator import itemgetter

from sqlalchemy import Connection, func, select

from broadcaster.adapters.journal_codec import epoch_us, from_epoch_us, opening_of
from broadcaster.adapters.journal_rows import Fact, group_of, record_of
from broadcaster.adapters.journal_tables import CLOSES, ENTRY, OPENS, SCRIPT_AIRED
from broadcaster.domain.asrun import Item
from broadcaster.domain.figures import Figures, FirstHeard
from broadcaster.domain.scripts import ScriptId

_REPRESENTATIVE = tuple(
    ENTRY.c[n]
    for n in (
        "seq",
        "airing_id",
        "content",
        "outcome",
        "priority",
        "programme",
        "rehearsed",
        "share",
        "tally",
        "test",
        "zones",
    )
)
_PAGE = 500


def figures_between(connection: Connection, cuts: Sequence[datetime]) -> Figures:
    """One group for each tally within each segment, by first row, and every script's first airing before the last cut."""
    places = [epoch_us(cut) for cut in cuts]
    sums: list[tuple[int, int, int, int, int]] = []
    for segment, (start, end) in enumerate(pairwise(places)):
        grouped = (
            select(func.count(), func.sum(ENTRY.c.played_ms), func.sum(ENTRY.c.duration_ms), func.min(ENTRY.c.seq))
            .where(CLOSES, ENTRY.c.moment_us >= start, ENTRY.c.moment_us < end)
            .group_by(ENTRY.c.tally)
        )
        sums += [(segment, n, played, length, seq) for n, played, length, seq in connection.execute(grouped)]
    sums.sort(key=itemgetter(0, 4))
    facts = dict(_representatives(connection, [row[4] for row in sums]))
    items = _items(connection, facts.values())
    groups = tuple(
        group_of(
            facts[seq],
            items[str(facts[seq]["content"])],
            segment=segment,
            count=count,
            played_ms=int(played_ms),
            duration_ms=int(duration_ms),
        )
        for segment, count, played_ms, duration_ms, seq in sums
    )
    return Figures(cuts=tuple(cuts), groups=groups, firsts=_firsts(connection, places))


def _representatives(connection: Connection, seqs: Sequence[int]) -> Iterator[tuple[int, Mapping[str, Fact]]]:
    for start in range(0, len(seqs), _PAGE):
        query = select(*_REPRESENTATIVE).where(ENTRY.c.seq.in_(seqs[start : start + _PAGE]))
        for row in connection.execute(query):
            yield row.seq, dict(row._mapping)


def _items(connection: Connection, facts: Iterable[Mapping[str, Fact]]) -> dict[str, tuple[Item, ...]]:
    """The items behind each content key, from the opening of one airing that had them."""
    airing_of = {str(fact["content"]): str(fact["airing_id"]) for fact in facts}
    found: dict[str, tuple[Item, ...]] = {}
    wanted = list(airing_of.values())
    for start in range(0, len(wanted), _PAGE):
        query = select(ENTRY.c.content, ENTRY.c.body).where(OPENS, ENTRY.c.airing_id.in_(wanted[start : start + _PAGE]))
        for content, body in connection.execute(query):
            found[content] = opening_of(record_of(body)).items
    return found


def _firsts(connection: Connection, places: Sequence[int]) -> tuple[FirstHeard, ...]:
    query = select(SCRIPT_AIRED).where(SCRIPT_AIRED.c.first_us < (places[-1] if places else 0))
    return tuple(
        FirstHeard(
            script=ScriptId(row.script),
            rehearsed=bool(row.rehearsed),
            seq=row.first_seq,
            at=from_epoch_us(row.first_us),
        )
        for row in connection.execute(query.order_by(SCRIPT_AIRED.c.first_seq))
    )
