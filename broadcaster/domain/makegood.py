"""Make-goods: an airing that was not heard is offered a free place in the ward's own windows; a person accepts it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from broadcaster.domain.asrun import Outcome
from broadcaster.domain.calendar import Calendar, Weekday, ZoneId
from broadcaster.domain.rotation import unfit
from broadcaster.domain.rundown import Airing, AiringId, AiringState
from broadcaster.domain.scripts import FRAME_KINDS, Script, ScriptId
from broadcaster.domain.settings import Settings, Window

LOST = frozenset(
    {Outcome.MISSED, Outcome.FAILED, Outcome.WITHHELD, Outcome.PARTIAL, Outcome.INTERRUPTED, Outcome.STOPPED}
)
"""What became of an airing that may be made good; a cancelled one was somebody's decision."""

GAP = timedelta(seconds=30)
"""Kept free before and after a make-good."""

MADE_GOOD_FOR = "bù cho "
"""How a dated row says which airing it makes good; the id follows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """A planned airing that was not heard in full."""

    airing: Airing
    outcome: Outcome
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A place for a lost airing; ``at`` None means there is none now, and ``why_not`` says why."""

    lost: Lost
    at: datetime | None
    window: str = ""
    why_not: str = ""


def made_good(calendar: Calendar) -> frozenset[AiringId]:
    """The airings some dated row already makes good."""
    notes = (slot.note for slot in calendar.slots if MADE_GOOD_FOR in slot.note)
    return frozenset(AiringId(note.split(MADE_GOOD_FOR, 1)[1].split(";")[0].strip()) for note in notes)


def propose(
    lost: Iterable[Lost],
    planned: Iterable[Airing],
    *,
    settings: Settings,
    scripts: Mapping[ScriptId, Script],
    first: date,
    days: int,
    holidays: Collection[date],
    zone: ZoneInfo,
) -> tuple[Proposal, ...]:
    """One proposal for each lost airing, oldest first: the earliest free place in [first, first + days) that fits whole.

    A place is inside one window of the ward, on no holiday, within the window's minutes, and touches nothing planned in
    any of its zones. A proposal takes its place from the next one.
    """
    taken = [a for a in planned if a.state is AiringState.PLANNED]
    made: list[Proposal] = []
    for missing in sorted(lost, key=lambda m: (m.airing.planned, m.airing.id)):
        proposal = _place(missing, taken, settings, scripts, first, days, holidays, zone)
        made.append(proposal)
        if proposal.at is not None:
            taken.append(_moved(missing.airing, proposal.at))
    return tuple(made)


def _place(
    missing: Lost,
    taken: Sequence[Airing],
    settings: Settings,
    scripts: Mapping[ScriptId, Script],
    first: date,
    days: int,
    holidays: Collection[date],
    zone: ZoneInfo,
) -> Proposal:
    airing = missing.airing
    if not any(s in scripts and scripts[s].kind not in FRAME_KINDS for s in airing.scripts):
        return Proposal(lost=missing, at=None, why_not="lượt này không có bài nào để phát")
    if not settings.windows:
        return Proposal(lost=missing, at=None, why_not="station.toml chưa ghi khung phát nào")
    why = ""
    length = timedelta(seconds=airing.duration_s)
    for day in (first + timedelta(days=n) for n in range(days)):
        if day in holidays:
            continue
        problem = _unfit(airing, day, scripts)
        if problem:
            why = why or problem
            continue
        for window in sorted(settings.windows, key=lambda w: w.span.start):
            if Weekday(day.weekday()) in window.weekdays and window.span.start < window.span.end:
                at = _free(window, day, length, airing.zones, taken, zone)
                if at is not None:
                    return Proposal(lost=missing, at=at, window=window.name)
    return Proposal(
        lost=missing, at=None, why_not=why or f"{days} ngày tới không còn chỗ trống đủ dài trong khung phát"
    )


def _unfit(airing: Airing, day: date, scripts: Mapping[ScriptId, Script]) -> str:
    for script in airing.scripts:
        known = scripts.get(script)
        reason = unfit(known, day, scripts) if known is not None else "không còn trong thư mục bài phát"
        if reason:
            return f"bài “{script}” {reason}"
    return ""


def _free(
    window: Window, day: date, length: timedelta, zones: Collection[ZoneId], taken: Sequence[Airing], zone: ZoneInfo
) -> datetime | None:
    """The earliest whole minute in the window at which nothing else is heard in these zones."""
    start, end = (datetime.combine(day, moment, zone) for moment in (window.span.start, window.span.end))
    near = [a for a in taken if a.ends > start and a.planned < end and set(a.zones) & set(zones)]
    if window.budget_minutes is not None:
        for one in zones:
            used = sum(a.duration_s for a in near if one in a.zones)
            if used + length.total_seconds() > window.budget_minutes * 60:
                return None
    at = start
    for airing in sorted(near, key=lambda a: a.planned):
        if at + length + GAP <= airing.planned:
            break
        at = max(at, _minute_after(airing.ends + GAP))
    return at if at + length <= end else None


def _minute_after(moment: datetime) -> datetime:
    floor = moment.replace(second=0, microsecond=0)
    return floor if floor == moment else floor + timedelta(minutes=1)


def _moved(airing: Airing, at: datetime) -> Airing:
    return Airing(
        id=AiringId(f"bu.{airing.id}"),
        slot=airing.slot,
        planned=at,
        zones=airing.zones,
        programme=airing.programme,
        title=airing.title,
        scripts=airing.scripts,
        duration_s=airing.duration_s,
    )
