"""What an edit changes on air in the coming days and the clashes it brings; only the days and rows that differ are worked out."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from broadcaster.domain.calendar import Calendar, CalendarException, Rotation, Slot, SlotId
from broadcaster.domain.calendar_differences import between_same_ends, exception_meaning
from broadcaster.domain.conflicts import check_limits, check_plan
from broadcaster.domain.plan_changes import AiringChange, airing_changes
from broadcaster.domain.problems import Problem, Where
from broadcaster.domain.rundown import Airing
from broadcaster.domain.scripts import Script, ScriptId
from broadcaster.domain.settings import ReportingSettings, Settings, TimeSpan
from broadcaster.ports import StationFiles

Airings = Callable[[StationFiles, date, date], Sequence[Airing]]
"""What a version of the files would air in [first, last], with lengths."""

_NOWHERE = Where(file="")
_NO_QUIET = TimeSpan(start=time(0), end=time(0))
_PLACES = re.compile(r"(?<=:)\d+|(?<=!)[A-Z]+\d+")


def new_problems(before: Iterable[Problem], after: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems that were not there; a line or cell that only moved makes no difference."""
    known = Counter(_said(p) for p in before)
    fresh = []
    for problem in dict.fromkeys(after):
        key = _said(problem)
        if known[key] > 0:
            known[key] -= 1
        else:
            fresh.append(problem)
    return tuple(fresh)


def _said(problem: Problem) -> tuple[str, str, str]:
    return problem.severity.value, problem.code, _PLACES.sub("", problem.message)


class OnAir:
    """Two versions of the files held against each other, once it is known which rows only one of them has."""

    def __init__(
        self, current: StationFiles, would: StationFiles, rows: Iterable[Slot], airings: Airings, now: datetime
    ) -> None:
        self._current = current
        self._would = would
        self._airings = airings
        self._now = now
        rotating = _rotates(current.calendar) or _rotates(would.calendar)
        self._alike = _decided_alike(current, would, rotating=rotating)
        self._summed = self._alike and not rotating and current.scripts == would.scripts
        # the first of two exceptions wins: all between the first and the last difference may matter
        gone, come = between_same_ends(current.calendar.exceptions, would.calendar.exceptions, exception_meaning)
        self._blanket = tuple(e for e in (*gone, *come) if not e.slots)
        named = {slot for e in (*gone, *come) for slot in e.slots}
        self._ids: AbstractSet[SlotId] = {slot.id for slot in rows} | named

    def changes(self, last: date, *, every_day: bool) -> tuple[tuple[AiringChange, ...], tuple[Problem, ...]]:
        """Up to ``last``, week by week, keeping only the days that must be judged: a month may be forty thousand airings.

        ``every_day``: clashes are looked for on every day, not only where airings differ.
        """
        diff: list[AiringChange] = []
        before: list[Airing] = []
        after: list[Airing] = []
        begin = self._now.date()
        while begin <= last:
            end = min(begin + timedelta(days=6), last)
            part, old, new = (self._narrow if self._alike else self._whole)(begin, end, every_day=every_day)
            diff += part
            before += old
            after += new
            begin = end + timedelta(days=1)
        return tuple(diff), self._clashes(before, after)

    def _whole(
        self, begin: date, end: date, *, every_day: bool
    ) -> tuple[Sequence[AiringChange], Sequence[Airing], Sequence[Airing]]:
        """Anything may differ: all of both versions."""
        old, new = self._airings(self._current, begin, end), self._airings(self._would, begin, end)
        part = airing_changes(old, new, since=self._now)
        days = {c.airing.planned.date() for c in part}
        if every_day:
            return part, old, new
        return part, _on(old, days), _on(new, days)

    def _narrow(
        self, begin: date, end: date, *, every_day: bool
    ) -> tuple[Sequence[AiringChange], Sequence[Airing], Sequence[Airing]]:
        """Only rows and exceptions differ: what they touch, on the days they touch; every pair of changes is of one day."""
        blanket = set(_covered(self._blanket, begin, end))
        mine, theirs = (self._of_rows(files, begin, end) for files in (self._current, self._would))
        part = [c for c in airing_changes(mine, theirs, since=self._now) if c.airing.planned.date() not in blanket]
        days = blanket | {c.airing.planned.date() for c in part}
        judged = set(_span(begin, end)) if every_day else days
        before: list[Airing] = []
        after: list[Airing] = []
        for first, final in _runs(judged) if self._summed else _hull(judged):
            old = self._airings(self._current, first, final)
            if self._summed and not blanket:
                new = self._replaced(old, [a for a in theirs if first <= a.planned.date() <= final])
            else:
                new = self._airings(self._would, first, final)
            part += [c for c in airing_changes(old, new, since=self._now) if c.airing.planned.date() in blanket]
            before += _on(old, judged)
            after += _on(new, judged)
        return sorted(part, key=lambda c: (c.airing.planned, c.airing.id)), before, after

    def _of_rows(self, files: StationFiles, begin: date, end: date) -> Sequence[Airing]:
        """The airings of the rows whose id has to do with the edit; ids are never shared with another row's airings."""
        slots = tuple(s for s in files.calendar.slots if s.id in self._ids) if self._ids else ()
        return self._airings(replace(files, calendar=replace(files.calendar, slots=slots)), begin, end) if slots else ()

    def _replaced(self, old: Sequence[Airing], theirs: Sequence[Airing]) -> Sequence[Airing]:
        """All that would be aired: what no edited row makes stays as it is, where no rotation looks at what was heard before."""
        if not self._ids:
            return old
        kept = [a for a in old if a.slot not in self._ids]
        return sorted((*kept, *theirs), key=lambda a: (a.planned, a.id))

    def _clashes(self, before: Sequence[Airing], after: Sequence[Airing]) -> tuple[Problem, ...]:
        """The problems of the plan that were not there; rows that neither version changed nor airs in these days have none."""
        current, would = self._current, self._would
        wanted = self._ids | {a.slot for a in before} | {a.slot for a in after}
        rows = [_only(files.calendar, wanted) for files in (current, would)]
        check = check_limits if self._summed and not self._ids and not self._blanket else check_plan
        return new_problems(check(rows[0], before, current.settings), check(rows[1], after, would.settings))


def _only(calendar: Calendar, ids: AbstractSet[SlotId]) -> Calendar:
    return replace(calendar, slots=tuple(s for s in calendar.slots if s.id in ids))


def _rotates(calendar: Calendar) -> bool:
    """Whether any content is chosen by what was heard before."""
    contents = (item.content for items in (calendar.slots, calendar.exceptions) for item in items)
    parts = (part for programme in calendar.programmes.values() for part in programme.parts)
    return any(isinstance(c, Rotation) for c in contents) or any(isinstance(p, Rotation) for p in parts)


def _decided_alike(current: StationFiles, would: StationFiles, *, rotating: bool) -> bool:
    """Whether nothing but rows and exceptions may make what is aired differ, lengths left aside."""
    return (
        _deciding(current.settings) == _deciding(would.settings)
        and _unplaced(current.calendar) == _unplaced(would.calendar)
        and (current.scripts == would.scripts or (not rotating and _worded_alike(current.scripts, would.scripts)))
    )


def _deciding(settings: Settings) -> Settings:
    """The settings without what has no say in what is aired and when; a new setting has one until it is named here."""
    policy = replace(settings.policy, quiet=_NO_QUIET, sessions_per_day=None, max_item_repeats_per_week=0)
    return replace(
        settings, identities=(), windows=(), blanks={}, extra={}, reporting=ReportingSettings(), policy=policy
    )


def _unplaced(calendar: Calendar) -> Mapping[str, object]:
    return {i: replace(p, where=_NOWHERE) for i, p in calendar.programmes.items()}


def _worded_alike(before: Mapping[ScriptId, Script], after: Mapping[ScriptId, Script]) -> bool:
    """Whether scripts differ in their words alone: without rotations these decide how long an airing is, not whether it is."""
    if before.keys() != after.keys():
        return False
    pairs = ((script, after[i]) for i, script in before.items())
    return all(one is other or _wordless(one) == _wordless(other) for one, other in pairs)


def _wordless(script: Script) -> Script:
    return replace(script, text="", blanks=(), where=_NOWHERE)


def _covered(exceptions: Iterable[CalendarException], begin: date, end: date) -> Iterator[date]:
    for exception in exceptions:
        yield from _span(max(begin, exception.first), min(end, exception.last))


def _span(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def _hull(days: AbstractSet[date]) -> Iterator[tuple[date, date]]:
    if days:
        yield min(days), max(days)


def _runs(days: AbstractSet[date]) -> Iterator[tuple[date, date]]:
    """The stretches without a gap."""
    for first in sorted(day for day in days if day - timedelta(days=1) not in days):
        last = first
        while last + timedelta(days=1) in days:
            last += timedelta(days=1)
        yield first, last


def _on(airings: Sequence[Airing], days: AbstractSet[date]) -> Sequence[Airing]:
    return [a for a in airings if a.planned.date() in days]
