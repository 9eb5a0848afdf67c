"""Which rows of a calendar another version of it does not have; where a row is written makes no difference."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields
from operator import attrgetter
from typing import TypeVar

from broadcaster.domain.calendar import CalendarException, Slot

_T = TypeVar("_T")

slot_meaning: Callable[[Slot], tuple[object, ...]] = attrgetter(*(f.name for f in fields(Slot) if f.name != "where"))
"""All that a slot says."""

exception_meaning: Callable[[CalendarException], tuple[object, ...]] = attrgetter(
    *(f.name for f in fields(CalendarException) if f.name != "where")
)
"""All that an exception says."""


def differing(
    before: Sequence[_T], after: Sequence[_T], meaning: Callable[[_T], tuple[object, ...]]
) -> tuple[tuple[_T, ...], tuple[_T, ...]]:
    """What only ``before`` has and what only ``after`` has, one for one, in whatever order they are written."""
    mine, theirs = between_same_ends(before, after, meaning)
    return _without(mine, theirs, meaning), _without(theirs, mine, meaning)


def between_same_ends(
    before: Sequence[_T], after: Sequence[_T], meaning: Callable[[_T], tuple[object, ...]]
) -> tuple[Sequence[_T], Sequence[_T]]:
    """Both without what they begin alike and end alike with, in order: of an edited file next to nothing is left."""

    def same(one: _T, other: _T) -> bool:
        return one is other or meaning(one) == meaning(other)

    most = min(len(before), len(after))
    first = next((n for n in range(most) if not same(before[n], after[n])), most)
    rest = most - first
    last = next((n for n in range(rest) if not same(before[-1 - n], after[-1 - n])), rest)
    return before[first : len(before) - last], after[first : len(after) - last]


def _without(mine: Iterable[_T], theirs: Iterable[_T], meaning: Callable[[_T], tuple[object, ...]]) -> tuple[_T, ...]:
    left = Counter(meaning(item) for item in theirs)
    kept: list[_T] = []
    for item in mine:
        said = meaning(item)
        if left[said] > 0:
            left[said] -= 1
        else:
            kept.append(item)
    return tuple(kept)
