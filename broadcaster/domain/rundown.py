"""The rundown: one day's airings as published, and the pure rules that say what is due now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import Enum
from typing import NewType

from broadcaster.domain.calendar import Priority, SlotId, StartRule, ZoneId
from broadcaster.domain.scripts import ScriptId

AiringId = NewType("AiringId", str)


def airing_id(slot: SlotId, planned: datetime) -> AiringId:
    """``slot@2024-03-05T06:05+07:00``: unique for ever, whatever the order of rows; ``planned`` must be aware."""
    if planned.tzinfo is None:
        raise ValueError("an airing needs an aware moment")
    exact = "seconds" if planned.second else "minutes"
    return AiringId(f"{slot}@{planned.isoformat(timespec=exact)}")


class AiringState(Enum):
    """A cancelled airing keeps its line; it is never aired and never missed."""

    PLANNED = "planned"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Airing:
    """One slot at one moment. ``scripts`` is the order they will be heard; ``duration_s`` is the whole length.

    ``latest`` = planned + grace: a later start is *missed*. ``note`` says where it was moved from, ``reason`` why it is
    cancelled or replaced.
    """

    id: AiringId
    slot: SlotId
    planned: datetime
    zones: tuple[ZoneId, ...]
    programme: str
    title: str
    scripts: tuple[ScriptId, ...]
    priority: Priority = Priority.NORMAL
    grace_s: float = 300.0
    start_rule: StartRule = StartRule.AFTER_CURRENT
    within_s: float | None = None
    repeat: int = 1
    gap_s: float = 5.0
    duration_s: float = 0.0
    state: AiringState = AiringState.PLANNED
    reason: str = ""
    note: str = ""

    @property
    def latest(self) -> datetime:
        """The last moment at which it may still begin."""
        return self.planned + timedelta(seconds=self.grace_s)

    @property
    def ends(self) -> datetime:
        """The planned end."""
        return self.planned + timedelta(seconds=self.duration_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rundown:
    """One day as published at a moment, from the calendar of this version; the newest one published before an airing binds."""

    day: date
    airings: tuple[Airing, ...]
    published: datetime
    calendar_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What to do at ``now``: airings to start, and airings whose grace has passed with nothing recorded."""

    start: tuple[Airing, ...] = ()
    missed: tuple[Airing, ...] = ()
    ahead: tuple[Airing, ...] = field(default=())


def due(
    airings: Sequence[Airing],
    *,
    recorded: frozenset[AiringId] | Mapping[AiringId, object],
    now: datetime,
    lead: timedelta = timedelta(0),
) -> Due:
    """Split what is planned by the clock: never early, never later than grace, never what already has a row.

    ``lead`` is how long before its moment an airing is taken up, so that its stream is open in time; it shortens no grace.
    """
    start: list[Airing] = []
    missed: list[Airing] = []
    ahead: list[Airing] = []
    seen: set[AiringId] = set()
    for airing in airings:
        if airing.state is not AiringState.PLANNED or airing.id in recorded or airing.id in seen:
            continue
        seen.add(airing.id)
        if now + lead < airing.planned:
            ahead.append(airing)
        elif now <= airing.latest:
            start.append(airing)
        else:
            missed.append(airing)
    start.sort(key=lambda a: (-a.priority, a.planned, a.id))
    return Due(start=tuple(start), missed=tuple(missed), ahead=tuple(ahead))
