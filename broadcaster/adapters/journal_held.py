"""The published rundowns held against the rows without reading what agrees: ids are compared, only differences are read.

A span of ten years has a million ids; they are compared a month at a time, so that memory does not grow with the span.
"""

import json
import re
from array import array
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, func, select

from broadcaster.adapters.journal_codec import HALF_DAY, airing_of, epoch_us
from broadcaster.adapters.journal_rows import record_of
from broadcaster.adapters.journal_tables import CLOSES, ENTRY, OPEN_AIRING, OPENS, RUNDOWNS
from broadcaster.domain.rundown import Airing, AiringState
from broadcaster.domain.scripts import ScriptId

_DAYS_AT_ONCE = 31
_PAGE = 5000
# Only a key can stand unescaped between quotes and be followed by a colon and a quote: no user text matches this.
_ID = re.compile(r'"id":"((?:[^"\\]|\\.)*)"')


class HeldAgainst:
    """What a span's rundowns and rows do not agree on; ``unplanned`` are the ids of closed rows nobody planned."""

    def __init__(self) -> None:
        self.airings = 0
        self.unrecorded: list[Airing] = []
        self.unplanned: list[str] = []


def held_between(connection: Connection, first: datetime, last: datetime) -> HeldAgainst:
    """Compare the newest rundown of each day in [first, last) with the closed rows of those days (midnights)."""
    still_open = {found for (found,) in connection.execute(select(OPEN_AIRING.c.airing_id))}
    result = HeldAgainst()
    start = first
    while start < last:
        end = min(last, start + timedelta(days=_DAYS_AT_ONCE))
        closed = _recorded(connection, start, end) - still_open
        for body in _rundowns(connection, start.date(), (end - timedelta(days=1)).date()):
            ids = {_unescaped(found) for found in _ID.findall(body)}
            result.airings += len(ids)
            missing = ids - closed
            closed -= ids
            if missing:
                result.unrecorded.extend(_airings(body, missing))
        result.unplanned.extend(sorted(closed))
        start = end
    return result


def half_days_between(
    connection: Connection, first: datetime, last: datetime, tallies: Collection[int]
) -> frozenset[int]:
    """Which half-days of [first, last), 0 being the twelve hours from ``first``, hold a closed row of these tallies."""
    zero, length = epoch_us(first), HALF_DAY // timedelta(microseconds=1)
    place = (ENTRY.c.moment_us - zero) // length
    wanted = sorted(tallies)
    found: set[int] = set()
    for start in range(0, len(wanted), _PAGE):
        query = (
            select(place)
            .distinct()
            .where(CLOSES, ENTRY.c.moment_us >= zero, ENTRY.c.moment_us < epoch_us(last))
            .where(ENTRY.c.tally.in_(wanted[start : start + _PAGE]))
        )
        found.update(int(n) for n in connection.execute(query).scalars())
    return frozenset(found)


def seqs_of(
    connection: Connection, first: datetime, last: datetime, tallies: Collection[int], limit: int | None
) -> Sequence[int]:
    """The places of closed rows of these tallies in [first, last), in time order, at most ``limit``."""
    wanted = frozenset(tallies)
    if not wanted:
        return ()
    query = (
        select(ENTRY.c.seq, ENTRY.c.tally)
        .where(CLOSES, ENTRY.c.moment_us >= epoch_us(first), ENTRY.c.moment_us < epoch_us(last))
        .order_by(ENTRY.c.moment_us, ENTRY.c.seq)
    )
    places = array("q")
    with connection.execute(query, execution_options={"stream_results": True}) as rows:
        for seq, tally in rows:
            if tally in wanted:
                places.append(seq)
                if limit is not None and len(places) >= limit:
                    break
    return places


def _recorded(connection: Connection, start: datetime, end: datetime) -> set[str]:
    query = select(ENTRY.c.airing_id).where(
        OPENS, ENTRY.c.moment_us >= epoch_us(start), ENTRY.c.moment_us < epoch_us(end)
    )
    return {found for (found,) in connection.execute(query)}


def planned_scripts(connection: Connection, first: date, last: date) -> dict[ScriptId, int]:
    """How often each script stands in the planned airings of the newest rundowns of [first, last]."""
    found: dict[ScriptId, int] = {}
    start = first
    while start <= last:
        end = min(last, start + timedelta(days=_DAYS_AT_ONCE - 1))
        for body in _rundowns(connection, start, end):
            for airing in record_of(body)["airings"]:
                if airing["state"] == AiringState.PLANNED.value:
                    for script in airing["scripts"]:
                        found[script] = found.get(script, 0) + 1
        start = end + timedelta(days=1)
    return found


def _rundowns(connection: Connection, first: date, last: date) -> Sequence[str]:
    """The bodies of the newest rundown of each day in [first, last]."""
    newest = (
        select(func.max(ENTRY.c.seq))
        .where(RUNDOWNS, ENTRY.c.day.between(first.isoformat(), last.isoformat()))
        .group_by(ENTRY.c.day)
    )
    query = select(ENTRY.c.body).where(ENTRY.c.seq.in_(newest)).order_by(ENTRY.c.day)
    return [body for (body,) in connection.execute(query)]


def _airings(body: str, wanted: Collection[str]) -> Iterator[Airing]:
    seen: set[str] = set()
    for airing in record_of(body)["airings"]:
        if airing["id"] in wanted and airing["id"] not in seen:
            seen.add(airing["id"])
            yield airing_of(airing)


def closed_seqs(connection: Connection, airing_ids: Iterable[str]) -> list[int]:
    """The places of the rows that closed these airings."""
    wanted = list(airing_ids)
    found: list[int] = []
    for start in range(0, len(wanted), _PAGE):
        query = select(ENTRY.c.seq).where(CLOSES, ENTRY.c.airing_id.in_(wanted[start : start + _PAGE]))
        found += connection.execute(query).scalars()
    return sorted(found)


def _unescaped(text: str) -> str:
    return str(json.loads(f'"{text}"')) if "\\" in text else text
