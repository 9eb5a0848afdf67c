"""The seam for looking through the log: narrow reads that stay fast with ten years of rows."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from broadcaster.domain.asrun import AsRunEntry
from broadcaster.domain.browsing import Place, RowKind
from broadcaster.domain.rundown import AiringId
from broadcaster.domain.scripts import Approval, ScriptId
from broadcaster.ports import Note


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Moments in [first, last); None leaves that side open."""

    first: datetime | None = None
    last: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Places newest first. ``total`` is how many there are in the whole span, None when they are more than `MOST_COUNTED`."""

    places: tuple[Place, ...]
    total: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """The seq of the newest rundown of each day, and of the newest approval or withdrawal (0 when there is none)."""

    rundowns: Mapping[date, int]
    papers: int


MOST_COUNTED = 10_000
"""Counting further would cost more than the number is worth to a person."""


class LogReader(Protocol):
    """Reads closed rows and what stands beside them; writes nothing. Raises RecordError when the record cannot be read."""

    def newest(self) -> int:
        """The greatest seq of all rows, 0 in an empty journal."""
        ...

    def kinds(self, after: int = 0) -> Sequence[RowKind]:
        """Closed rows with a greater seq, one kind for each tally."""
        ...

    def places(
        self,
        span: Span,
        tallies: Collection[int] | None,
        *,
        beyond: Place | None = None,
        newer: bool = False,
        limit: int,
    ) -> Found:
        """At most ``limit`` rows of these tallies (None: of all), newest first.

        With ``beyond`` only those older than it, or with ``newer`` the ones just newer than it.
        """
        ...

    def entries(self, seqs: Sequence[int]) -> tuple[AsRunEntry, ...]:
        """The closed rows at these places, in the order asked; a place that holds no closed row is left out."""
        ...

    def closed(self, airing_id: AiringId) -> AsRunEntry | None:
        """The closed row of an airing."""
        ...

    def closed_of(self, airing_ids: Collection[AiringId]) -> Mapping[AiringId, AsRunEntry]:
        """The closed rows of these airings; one without a row is left out."""
        ...

    def closed_between(self, first: datetime, last: datetime) -> int:
        """How many closed rows have their moment in [first, last)."""
        ...

    def marks(self, first: date, last: date) -> Marks:
        """What tells whether anything said of these days has changed since it was last read."""
        ...

    def notes(self, airing_ids: Collection[AiringId]) -> tuple[Note, ...]:
        """What was written beside these airings, by seq."""
        ...

    def approval(self, script: ScriptId, *, before: int) -> Approval | None:
        """The approval that stood for a script when the row of this seq was written."""
        ...
