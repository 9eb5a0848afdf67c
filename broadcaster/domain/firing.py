"""On which days a slot's rules fire, before holidays and exceptions."""

import calendar as gregorian
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from broadcaster.domain.calendar import DayRule, OnDates, OnLunar, OnMonthdays, OnNthWeekday, OnWeekdays, Slot
from broadcaster.domain.lunar import LunarRangeError, months_between, to_lunar

SEARCH_YEARS = 12
"""How far ahead a rule is searched for its next day: every rule that ever fires does so well within it."""


class Days:
    """The days of [first, last] on which slots fire; rules shared by many slots are worked out once."""

    __slots__ = ("_known", "first", "last")

    def __init__(self, first: date, last: date) -> None:
        self.first = first
        self.last = last
        self._known: dict[DayRule, tuple[date, ...]] = {}

    def of(self, slot: Slot) -> Sequence[date]:
        """The slot's days in order, each once: the union of its rules, both ends of its validity included."""
        low = self.first if slot.valid_from is None else max(self.first, slot.valid_from)
        high = self.last if slot.valid_until is None else min(self.last, slot.valid_until)
        if low > high:
            return ()
        if len(slot.days) == 1:
            return self._within(slot.days[0], low, high)
        return sorted({day for rule in slot.days for day in self._within(rule, low, high)})

    def _within(self, rule: DayRule, low: date, high: date) -> Sequence[date]:
        if isinstance(rule, OnDates):
            return sorted({d for d in rule.dates if low <= d <= high})
        days = self._known.get(rule)
        if days is None:
            days = self._known[rule] = tuple(_between(rule, self.first, self.last))
        if low == self.first and high == self.last:
            return days
        return [d for d in days if low <= d <= high]


def valid_on(slot: Slot, day: date) -> bool:
    """Both ends belong: the last day of a range airs."""
    return (slot.valid_from is None or slot.valid_from <= day) and (slot.valid_until is None or day <= slot.valid_until)


def past(slot: Slot, today: date) -> bool:
    """Whether no day of the slot can come any more: its validity has ended, or every date it names has gone by."""
    if slot.valid_until is not None and slot.valid_until < today:
        return True
    return all(isinstance(rule, OnDates) and all(d < today for d in rule.dates) for rule in slot.days)


def fires(slot: Slot, day: date) -> bool:
    """Whether the slot's rules name this day, within its validity."""
    return valid_on(slot, day) and any(_matches(rule, day) for rule in slot.days)


def firing_days(slot: Slot, after: date) -> Iterator[date]:
    """The slot's days on or after ``after``, in order, searched SEARCH_YEARS ahead and over every date it names."""
    start = after if slot.valid_from is None else max(after, slot.valid_from)
    named = [d for rule in slot.days if isinstance(rule, OnDates) for d in rule.dates]
    if all(isinstance(rule, OnDates) for rule in slot.days):
        yield from sorted({d for d in named if d >= start and valid_on(slot, d)})
        return
    end = max([_years_later(start, SEARCH_YEARS), *named])
    if slot.valid_until is not None:
        end = min(end, slot.valid_until)
    stretch = timedelta(days=8)  # most rules fire within a week; a longer stretch is worked out only when asked for
    while start <= end:
        until = start + min(stretch, end - start)
        yield from Days(start, until).of(slot)
        if until == date.max:
            return
        start = until + timedelta(days=1)
        stretch = min(stretch * 8, timedelta(days=366))


def next_dates(slot: Slot, after: date, n: int) -> tuple[date, ...]:
    """The first ``n`` days on or after ``after`` on which the rules fire."""
    return tuple(day for day, _ in zip(firing_days(slot, after), range(n), strict=False))


def first_day(slot: Slot) -> date | None:
    """The first day on which the slot ever fires within its validity, or None: then the rule yields no date at all."""
    named = [d for rule in slot.days if isinstance(rule, OnDates) for d in rule.dates]
    start = slot.valid_from
    if start is None and slot.valid_until is not None:
        start = min([_years_later(slot.valid_until, -SEARCH_YEARS), *named])
    if start is None:
        start = min([date(2000, 1, 1), *named])
    return next(firing_days(slot, start), None)


def _years_later(day: date, years: int) -> date:
    if not date.min.year < day.year + years < date.max.year:
        return date.max if years > 0 else date.min
    return day + timedelta(days=366 * years) if years > 0 else day.replace(year=day.year + years, day=1)


def _matches(rule: DayRule, day: date) -> bool:
    match rule:
        case OnWeekdays():
            return day.weekday() in rule.days
        case OnDates():
            return day in rule.dates
        case OnMonthdays():
            length = gregorian.monthrange(day.year, day.month)[1]
            return day.day in rule.days or day.day - length - 1 in rule.days
        case OnNthWeekday():
            length = gregorian.monthrange(day.year, day.month)[1]
            nth = (day.day - 1) // 7 + 1 if rule.nth > 0 else -((length - day.day) // 7 + 1)
            return day.weekday() == rule.weekday and nth == rule.nth
        case OnLunar():
            return _lunar_matches(rule, day)


def _lunar_matches(rule: OnLunar, day: date) -> bool:
    try:
        lunar = to_lunar(day)
    except LunarRangeError:
        return False
    return lunar.day == rule.day and not lunar.leap and rule.month in {None, lunar.month}


def _between(rule: DayRule, first: date, last: date) -> Iterator[date]:
    if isinstance(rule, OnLunar):
        for month in months_between(first, last):
            if not month.leap and rule.month in {None, month.month} and 1 <= rule.day <= month.length:
                day = month.first + timedelta(days=rule.day - 1)
                if first <= day <= last:
                    yield day
        return
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        day = date.fromordinal(ordinal)
        if _matches(rule, day):
            yield day
