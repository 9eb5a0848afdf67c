"""From rules to moments: what the calendar says should be heard between two days, as pure values."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo

from broadcaster.domain.calendar import (
    Calendar,
    CalendarException,
    ExceptionKind,
    HolidayPolicy,
    ProgrammeId,
    Rotation,
    Slot,
    SlotId,
    ZoneId,
)
from broadcaster.domain.firing import Days, fires, valid_on
from broadcaster.domain.rundown import Airing, AiringId, AiringState, airing_id
from broadcaster.domain.scripts import ScriptId

MOVE_REACH = timedelta(days=31)
"""How far a holiday may move an airing: holidays must be known this much before ``first`` and after ``last``."""

ADDED_PREFIX = "them."
"""Slots added by an exception: a blanket skip does not touch what the officer added for that very day."""

Part = ScriptId | Rotation


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """An airing as the rules make it, with the ``parts`` of its content; until `rotation.resolve` chooses, its scripts are the
    fixed ones only."""

    airing: Airing
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RestDays:
    """Which days are holidays (with their names) and which are worked; a make-up workday beats a holiday and a weekend."""

    named: Mapping[date, str]
    workdays: frozenset[date]

    def name(self, day: date) -> str | None:
        """The holiday's name, or None on an ordinary day."""
        return None if day in self.workdays else self.named.get(day)

    def is_workday(self, day: date) -> bool:
        """Monday to Friday and no holiday, or a make-up workday."""
        return day in self.workdays or (day.weekday() < 5 and day not in self.named)

    def nearest_workday(self, day: date, step: int) -> date | None:
        """The first working day before (step -1) or after (step 1) a day, within the reach of a move."""
        for distance in range(1, MOVE_REACH.days + 1):
            candidate = day + timedelta(days=step * distance)
            if self.is_workday(candidate):
                return candidate
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Placement:
    """What becomes of all the times of one slot on one day: aired, or kept as a cancelled line."""

    cancelled: str | None = None
    note: str = ""


_REGULAR = _Placement()


def parts_of(calendar: Calendar, content: str | Rotation) -> tuple[Part, ...]:
    """What a content is made of: a programme's parts, a rotation alone, or a single script."""
    if isinstance(content, Rotation):
        return (content,)
    programme = calendar.programmes.get(ProgrammeId(content))
    return programme.parts if programme is not None else (ScriptId(content),)


def fixed(parts: Sequence[Part]) -> tuple[ScriptId, ...]:
    """The scripts named as such: what a rotation will add is not known yet."""
    return tuple(p for p in parts if not isinstance(p, Rotation))


def title_of(calendar: Calendar, content: str | Rotation) -> str:
    """The programme's title; of a script or a rotation its own text, until `rotation.resolve` puts the script's title."""
    programme = calendar.programmes.get(ProgrammeId(content)) if isinstance(content, str) else None
    return programme.title if programme is not None and programme.title else str(content)


def expand(
    calendar: Calendar,
    first: date,
    last: date,
    *,
    zone_ids: Sequence[ZoneId],
    timezone: tzinfo,
    holidays: Mapping[date, str],
    workdays: frozenset[date] = frozenset(),
    days_off: Mapping[date, str] | None = None,
    default_grace_s: float = 300.0,
) -> tuple[Planned, ...]:
    """Every airing planned in [first, last], in time order, each id once; a skipped one keeps its line as CANCELLED.

    ``zone_ids`` are all zones, for slots that name none. ``holidays`` must reach MOVE_REACH beyond both ends, since a
    holiday may move an airing across them. Exceptions are judged on the day of airing, after any move. Of duplicate
    rows the first that is not cancelled is kept (`conflicts` reports them).
    """
    rest = RestDays(named={**holidays, **(days_off or {})}, workdays=workdays)
    near = (d for d in sorted(rest.named) if first - MOVE_REACH <= d <= last + MOVE_REACH)
    named = tuple(d for d in near if rest.name(d) is not None)
    days = Days(first, last)
    exceptions = _by_day(calendar.exceptions, first, last)
    moments = _Moments(timezone)
    found: dict[AiringId, Planned] = {}
    for slot in calendar.slots:
        if not slot.enabled:
            continue
        placements = _placements(slot, days, rest, named)
        if not placements:
            continue
        plan = _SlotPlan(calendar, slot, zones=slot.zones or tuple(zone_ids), moments=moments, grace_s=default_grace_s)
        for day, placement in placements.items():
            for planned in plan.airings(day, placement, exceptions.get(day, ())):
                known = found.setdefault(planned.airing.id, planned)
                if known is not planned and known.airing.state is AiringState.CANCELLED:
                    found[planned.airing.id] = planned
    return tuple(sorted(found.values(), key=lambda p: (p.airing.planned, p.airing.id)))


def _by_day(exceptions: Sequence[CalendarException], first: date, last: date) -> Mapping[date, list[CalendarException]]:
    by_day: dict[date, list[CalendarException]] = {}
    for exception in exceptions:
        for ordinal in range(max(first, exception.first).toordinal(), min(last, exception.last).toordinal() + 1):
            by_day.setdefault(date.fromordinal(ordinal), []).append(exception)
    return by_day


def _placements(slot: Slot, days: Days, rest: RestDays, named: Sequence[date]) -> dict[date, _Placement]:
    regular = days.of(slot)
    if slot.cancelled is not None:
        return dict.fromkeys(regular, _Placement(cancelled=slot.cancelled or "đã hủy"))
    if slot.holidays is HolidayPolicy.KEEP or not named:
        return dict.fromkeys(regular, _REGULAR)
    placements: dict[date, _Placement] = {}
    for day in regular:
        name = rest.name(day)
        if name is None:
            placements[day] = _REGULAR
        elif slot.holidays is HolidayPolicy.SKIP:
            placements[day] = _Placement(cancelled=f"nghỉ lễ: {name}")
    if slot.holidays is not HolidayPolicy.SKIP:
        _move(slot, days, rest, named, placements)
    return placements


def _move(slot: Slot, days: Days, rest: RestDays, named: Sequence[date], placements: dict[date, _Placement]) -> None:
    """Put the airings of each holiday on the nearest working day; two that fall together become one, and it says so."""
    step = -1 if slot.holidays is HolidayPolicy.PREVIOUS_WORKDAY else 1
    for origin in named:
        if not fires(slot, origin):
            continue
        name = rest.name(origin) or ""
        target = rest.nearest_workday(origin, step)
        if target is None or not valid_on(slot, target):
            if days.first <= origin <= days.last:
                reason = f"nghỉ lễ: {name}; trong thời hạn của khung giờ không còn ngày làm việc nào để dời"
                placements[origin] = _Placement(cancelled=reason)
        elif days.first <= target <= days.last:
            known = placements.get(target)
            moved = f"dời từ {origin:%d/%m/%Y} ({name})"
            note = moved if known is None else _join(known.note, f"gộp lượt {moved}")
            placements[target] = _Placement(note=note)


def _join(*notes: str) -> str:
    return "; ".join(n for n in notes if n)


class _Moments:
    """Local wall times as aware moments, with the part of an airing's id that says when; shared by all slots."""

    __slots__ = ("_known", "_timezone")

    def __init__(self, timezone: tzinfo) -> None:
        self._timezone = timezone
        self._known: dict[tuple[date, time], tuple[datetime, str]] = {}

    def at(self, day: date, moment: time) -> tuple[datetime, str]:
        known = self._known.get((day, moment))
        if known is None:
            planned = datetime.combine(day, moment, self._timezone)
            known = self._known[(day, moment)] = (planned, airing_id(SlotId(""), planned))
        return known


class _SlotPlan:
    """Makes the airings of one slot: what is the same on all its days is worked out once."""

    __slots__ = (
        "_calendar",
        "_grace_s",
        "_moments",
        "_note",
        "_parts",
        "_programme",
        "_scripts",
        "_slot",
        "_times",
        "_title",
        "_zones",
    )

    def __init__(
        self, calendar: Calendar, slot: Slot, *, zones: tuple[ZoneId, ...], moments: _Moments, grace_s: float
    ) -> None:
        self._calendar = calendar
        self._slot = slot
        self._zones = zones
        self._moments = moments
        self._grace_s = grace_s if slot.grace_s is None else slot.grace_s
        self._parts = parts_of(calendar, slot.content)
        self._scripts = fixed(self._parts)
        self._programme = str(slot.content)
        self._title = slot.title or title_of(calendar, slot.content)
        self._times = sorted(set(slot.times))
        self._note = _join(f"dời từ {slot.moved_from:%d/%m/%Y}" if slot.moved_from else "", slot.note)

    def airings(self, day: date, placement: _Placement, exceptions: Sequence[CalendarException]) -> Iterator[Planned]:
        """One airing for each time of the day; more only where an exception gives some zones something else."""
        for moment in self._times:
            plain = self._plain(*self._moments.at(day, moment), placement)
            touching = [e for e in exceptions if _touches(e, self._slot, plain.airing)] if exceptions else ()
            if touching and placement.cancelled is None:
                yield from self._excepted(plain, touching)
            else:
                yield plain

    def _plain(self, planned: datetime, mark: str, placement: _Placement) -> Planned:
        slot = self._slot
        airing = Airing(
            id=AiringId(slot.id + mark),
            slot=slot.id,
            planned=planned,
            zones=self._zones,
            programme=self._programme,
            title=self._title,
            scripts=self._scripts,
            priority=slot.priority,
            grace_s=self._grace_s,
            start_rule=slot.start_rule,
            within_s=slot.within_s,
            repeat=slot.repeat,
            gap_s=slot.gap_s,
            state=AiringState.PLANNED if placement.cancelled is None else AiringState.CANCELLED,
            reason=placement.cancelled or "",
            note=_join(placement.note, self._note) if placement.note else self._note,
        )
        return Planned(airing=airing, parts=self._parts)

    def _excepted(self, plain: Planned, exceptions: Sequence[CalendarException]) -> Iterator[Planned]:
        """Skips first, zone by zone; then the first replacement of each zone in the order written."""
        kept = plain
        for skip in (e for e in exceptions if e.kind is ExceptionKind.SKIP):
            hit, spared = _divide(kept.airing.zones, skip)
            if not spared:
                yield replace(plain, airing=replace(plain.airing, state=AiringState.CANCELLED, reason=skip.reason))
                return
            if hit:
                kept = _with_zones(kept, spared, f"cụm {', '.join(hit)} không phát: {skip.reason}")
        for change in (e for e in exceptions if e.kind is ExceptionKind.REPLACE and e.content is not None):
            hit, spared = _divide(kept.airing.zones, change)
            if not spared:
                yield self._replaced(kept, change)
                return
            if hit:
                yield self._replaced(_apart(kept, hit), change)
                kept = _with_zones(kept, spared, f"cụm {', '.join(hit)} phát nội dung khác: {change.reason}")
        yield kept

    def _replaced(self, planned: Planned, change: CalendarException) -> Planned:
        content = change.content if change.content is not None else self._slot.content
        parts = parts_of(self._calendar, content)
        airing = replace(
            planned.airing,
            programme=str(content),
            scripts=fixed(parts),
            title=title_of(self._calendar, content),
            reason=change.reason,
            note=_join(planned.airing.note, f"thay “{planned.airing.title}”: {change.reason}"),
        )
        return Planned(airing=airing, parts=parts)


def _touches(exception: CalendarException, slot: Slot, airing: Airing) -> bool:
    if exception.slots:
        if slot.id not in exception.slots:
            return False
    elif slot.id.startswith(ADDED_PREFIX):
        return False
    if exception.times and airing.planned.time() not in exception.times:
        return False
    return not exception.zones or not set(exception.zones).isdisjoint(airing.zones)


def _divide(zones: tuple[ZoneId, ...], exception: CalendarException) -> tuple[tuple[ZoneId, ...], tuple[ZoneId, ...]]:
    if not exception.zones:
        return zones, ()
    return tuple(z for z in zones if z in exception.zones), tuple(z for z in zones if z not in exception.zones)


def _with_zones(planned: Planned, zones: tuple[ZoneId, ...], note: str) -> Planned:
    return replace(planned, airing=replace(planned.airing, zones=zones, note=_join(planned.airing.note, note)))


def _apart(planned: Planned, zones: tuple[ZoneId, ...]) -> Planned:
    """The same moment for some zones only, under an id of its own that names them."""
    airing = planned.airing
    own = airing_id(SlotId(f"{airing.slot}/{'+'.join(zones)}"), airing.planned)
    return replace(planned, airing=replace(airing, id=own, zones=zones))
