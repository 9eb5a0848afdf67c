"""Looking through the log page by page: the kinds of rows are kept in memory and brought up to date, the rows are not."""

import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from broadcaster.domain.asrun import AsRunEntry
from broadcaster.domain.browsing import LogFilter, Names, Place, RowKind, merged, names_in
from broadcaster.ports import Note
from broadcaster.ports_browsing import LogReader, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class LogPage:
    """Rows newest first with the notes beside them. ``newer`` and ``older`` are where the neighbouring pages begin, if any.

    ``total`` is None when more rows fit than anybody would count (`ports_browsing.MOST_COUNTED`).
    """

    rows: tuple[AsRunEntry, ...]
    notes: Mapping[str, tuple[Note, ...]]
    total: int | None
    newer: Place | None = None
    older: Place | None = None


class Browser:
    """Answers a filter. One for a process; safe to share between threads."""

    def __init__(self, reader: LogReader) -> None:
        self.reader = reader
        self._lock = threading.Lock()
        self._seen = 0
        self._kinds: dict[int, RowKind] = {}
        self._names = (0, Names(zones=(), topics=()))

    def kinds(self) -> tuple[RowKind, ...]:
        """Every kind of row there is, as of now."""
        with self._lock:
            newest = self.reader.newest()
            if newest < self._seen:  # another journal was put in its place
                self._seen, self._kinds = 0, {}
            if newest > self._seen:
                self._kinds = merged(self._kinds, self.reader.kinds(self._seen))
                self._seen = max([newest, *(kind.newest for kind in self._kinds.values())])
            return tuple(self._kinds.values())

    def names(self) -> Names:
        """What rows seen so far name; does not look again."""
        with self._lock:
            if self._names[0] != self._seen:
                self._names = (self._seen, names_in(self._kinds.values()))
            return self._names[1]

    def page(
        self, wanted: LogFilter, span: Span, *, beyond: Place | None = None, newer: bool = False, size: int
    ) -> LogPage:
        """At most ``size`` rows, newest first: the newest of all, or those beyond a place in one direction."""
        tallies = self._tallies(wanted)
        found = self.reader.places(span, tallies, beyond=beyond, newer=newer, limit=size + 1)
        more = len(found.places) > size
        places = found.places[-size:] if newer else found.places[:size]
        rows = self.reader.entries([place.seq for place in places])
        has_newer, has_older = (more, True) if newer else (beyond is not None, more)
        return LogPage(
            rows=rows,
            notes=_beside(self.reader.notes([row.opening.airing_id for row in rows])),
            total=found.total,
            newer=places[0] if places and has_newer else None,
            older=places[-1] if places and has_older else None,
        )

    def oldest_first(self, wanted: LogFilter, span: Span, *, at_once: int = 400) -> Iterator[AsRunEntry]:
        """Every row in time order, for an export; pages are read as they are asked for."""
        tallies = self._tallies(wanted)
        beyond: Place | None = None
        while True:
            places = self.reader.places(span, tallies, beyond=beyond, newer=True, limit=at_once).places
            yield from self.reader.entries([place.seq for place in reversed(places)])
            if len(places) < at_once:
                return
            beyond = places[0]

    def _tallies(self, wanted: LogFilter) -> frozenset[int] | None:
        if wanted.asks_nothing:
            return None
        return frozenset(kind.group.tally for kind in self.kinds() if wanted.takes(kind))


def _beside(notes: Iterable[Note]) -> dict[str, tuple[Note, ...]]:
    beside: dict[str, tuple[Note, ...]] = {}
    for note in notes:
        if note.airing_id is not None:
            beside[note.airing_id] = (*beside.get(note.airing_id, ()), note)
    return beside
