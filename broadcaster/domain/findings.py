"""Problems of a plan, gathered: one line for each cause, with the first days and how often, not one line a day."""

from collections.abc import Hashable, Iterable
from dataclasses import replace
from datetime import date

from broadcaster.domain.calendar import Calendar, OnDates, Slot, SlotId
from broadcaster.domain.problems import Problem, Where
from broadcaster.domain.rundown import Airing

SHOWN_DAYS = 3
"""How many days a problem names before it only counts."""


class Findings:
    """Counts the occurrences of each cause; the first one found is the one that is described."""

    __slots__ = ("_days", "_problems")

    def __init__(self) -> None:
        self._days: dict[Hashable, list[date]] = {}
        self._problems: dict[Hashable, Problem] = {}

    def is_new(self, cause: Hashable, day: date) -> bool:
        """Count one occurrence; True for the first one, which the caller then describes."""
        days = self._days.get(cause)
        if days is None:
            self._days[cause] = [day]
            return True
        days.append(day)
        return False

    def describe(self, cause: Hashable, problem: Problem) -> None:
        """What to say of a cause."""
        self._problems[cause] = problem

    def problems(self) -> Iterable[Problem]:
        """One problem for each cause, in the order found."""
        for cause, problem in self._problems.items():
            yield replace(problem, message=problem.message + _how_often(self._days[cause]))


def _how_often(days: list[date]) -> str:
    if len(days) == 1:
        return ""
    distinct = sorted(set(days))
    named = ", ".join(f"{d:%d/%m/%Y}" for d in distinct[:SHOWN_DAYS])
    return f" (tất cả {len(days)} lần: {named}{', …' if len(distinct) > SHOWN_DAYS else ''})"


class Places:
    """Where the row of an airing was written; dated rows of one content share a slot id, so the day decides."""

    __slots__ = ("_slots",)

    def __init__(self, calendar: Calendar) -> None:
        self._slots: dict[SlotId, list[Slot]] = {}
        for slot in calendar.slots:
            self._slots.setdefault(slot.id, []).append(slot)

    def groups(self) -> Iterable[list[Slot]]:
        """The slots of each id."""
        return self._slots.values()

    def of(self, airing: Airing) -> Where:
        """The file and line (or cell) of the row this airing comes from."""
        slots = self._slots.get(airing.slot, [])
        if len(slots) == 1:
            return slots[0].where
        day, moment = airing.planned.date(), airing.planned.time()
        for slot in slots:
            if moment in slot.times and any(isinstance(r, OnDates) and day in r.dates for r in slot.days):
                return slot.where
        return slots[0].where if slots else Where(file=airing.slot)
