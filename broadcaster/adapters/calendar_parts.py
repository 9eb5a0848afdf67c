"""What one schedule file gives, whatever its format, the one signature its readers share, and the ids of dated rows.

A reader is ``read(path: Path, name: str) -> tuple[CalendarPart, tuple[Problem, ...]]``: ``name`` is the path relative to
the station folder, with forward slashes; it never raises for what a person wrote.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from pathlib import Path, PurePosixPath
from zoneinfo import ZoneInfo

from broadcaster.domain.calendar import CalendarException, OnDates, Programme, ProgrammeId, Rotation, Slot, SlotId
from broadcaster.domain.folding import fold_id
from broadcaster.domain.problems import Problem, Where, error

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
"""The zone of a station that sets no other."""
ADDED = "them"
"""The first half of the id of an airing that an exception adds."""

Moment = tuple[SlotId, date, time]


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarPart:
    """The slots, programmes and exceptions of one file; those that could not be understood are left out and told."""

    slots: tuple[Slot, ...] = ()
    programmes: tuple[Programme, ...] = ()
    exceptions: tuple[CalendarException, ...] = ()


Reader = Callable[[Path, str], tuple[CalendarPart, tuple[Problem, ...]]]


def stem_of(name: str) -> str:
    """The file's own half of a dated row's id: ``schedules/Lịch tháng 3.xlsx`` → ``lich-thang-3``."""
    return fold_id(PurePosixPath(name).stem) or "lich"


def dated_id(first_half: str, content: str | Rotation) -> SlotId:
    """``<file stem>.<content id>``: the same whatever the order of the rows."""
    return SlotId(f"{first_half}.{fold_id(str(content)) or 'bai'}")


def is_dated(slot: Slot) -> bool:
    """Whether it fires on listed dates only."""
    return all(isinstance(rule, OnDates) for rule in slot.days)


def moments(slot: Slot) -> Iterator[Moment]:
    """Every id and moment of a dated slot, in local wall time."""
    for rule in slot.days:
        if isinstance(rule, OnDates):
            for day in rule.dates:
                for at in slot.times:
                    yield slot.id, day, at


def distinct(slots: Sequence[Slot]) -> tuple[tuple[Slot, ...], tuple[Problem, ...]]:
    """One file's dated slots with the same content at the same moment told apart by their zones; true repeats are errors."""
    at: defaultdict[Moment, list[int]] = defaultdict(list)
    for index, slot in enumerate(slots):
        for moment in moments(slot):
            at[moment].append(index)
    named = list(slots)
    problems: dict[int, Problem] = {}
    for (_, day, clock), indexes in at.items():
        seen: dict[frozenset[str], int] = {}
        for index in indexes if len(indexes) > 1 else ():
            slot = slots[index]
            zones = frozenset(slot.zones)
            if zones in seen:
                problems.setdefault(index, _repeated(slot.where, slots[seen[zones]].where, slot.content, day, clock))
            else:
                seen[zones] = index
        if len(seen) > 1:
            for index in seen.values():
                named[index] = _told_apart(slots[index])
    return tuple(s for n, s in enumerate(named) if n not in problems), tuple(problems.values())


def _told_apart(slot: Slot) -> Slot:
    zones = "+".join(sorted(fold_id(zone) for zone in slot.zones)) or "tat-ca"
    return replace(slot, id=SlotId(f"{slot.id}.{zones}"))


def _repeated(where: Where, first: Where, content: str | Rotation, day: date, clock: time) -> Problem:
    return error(
        where,
        "row-repeated",
        f"«{content}» lúc {clock:%H:%M} ngày {day:%d/%m/%Y} đã có ở {first}, cùng cụm loa.",
        "Xóa một trong hai dòng, hoặc sửa giờ, sửa cụm loa.",
    )


def join(parts: Iterable[CalendarPart]) -> tuple[CalendarPart, tuple[Problem, ...]]:
    """All files as one: an id may come back only in dated rows of different moments; the first one written is kept."""
    parts = tuple(parts)
    problems: list[Problem] = []
    programmes: dict[ProgrammeId, Programme] = {}
    for programme in (p for part in parts for p in part.programmes):
        first = programmes.setdefault(programme.id, programme)
        if first is not programme:
            problems.append(_same_id(programme.where, "chương trình", programme.id, first.where))
    slots = _joined_slots([slot for part in parts for slot in part.slots], problems)
    exceptions = tuple(e for part in parts for e in part.exceptions)
    joined = CalendarPart(slots=slots, programmes=tuple(programmes.values()), exceptions=exceptions)
    return joined, tuple(problems)


def _joined_slots(slots: Sequence[Slot], problems: list[Problem]) -> tuple[Slot, ...]:
    by_id: defaultdict[SlotId, list[Slot]] = defaultdict(list)
    for slot in slots:
        by_id[slot.id].append(slot)
    dropped: set[int] = set()
    for same in (group for group in by_id.values() if len(group) > 1):
        taken: dict[Moment, Slot] = {}
        for slot in same:
            clash = same[0] if not (is_dated(slot) and is_dated(same[0])) else None
            mine = tuple(moments(slot))
            clash = clash or next((taken[m] for m in mine if m in taken), None)
            if clash is None or clash is slot:
                taken.update(dict.fromkeys(mine, slot))
                continue
            problems.append(_same_id(slot.where, "khung giờ", slot.id, clash.where))
            dropped.add(id(slot))
    return tuple(slot for slot in slots if id(slot) not in dropped)


def _same_id(where: Where, what: str, named: str, first: Where) -> Problem:
    return error(
        where,
        "id-repeated",
        f"Mã {what} «{named}» đã dùng ở {first}.",
        "Mỗi mã chỉ dùng một lần: đổi một trong hai mã, hoặc xóa dòng thừa.",
    )
