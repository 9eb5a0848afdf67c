"""The calendar as the officer wrote it: slots, programmes, exceptions. Values only; `expansion` turns them into airings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from enum import Enum, IntEnum
from typing import NewType

from broadcaster.domain.problems import Where
from broadcaster.domain.scripts import Kind, ScriptId, TopicCode

SlotId = NewType("SlotId", str)
ProgrammeId = NewType("ProgrammeId", str)
ZoneId = NewType("ZoneId", str)


class Weekday(IntEnum):
    """Names, never bare numbers: libraries disagree on which day is 0. The value is `date.weekday()`."""

    MONDAY = 0
    TUESDAY = 1
    WEDNESDAY = 2
    THURSDAY = 3
    FRIDAY = 4
    SATURDAY = 5
    SUNDAY = 6


class Priority(IntEnum):
    """The three bulletin classes of a ward station, low to high: thường, ưu tiên, khẩn cấp."""

    NORMAL = 0
    PRIORITY = 1
    EMERGENCY = 2


class StartRule(Enum):
    """What a due airing does when its zone is busy: cut in on a lower priority, wait for the item, or wait at most N s."""

    AT_ONCE = "đúng giờ"
    AFTER_CURRENT = "chờ hết bài"
    WITHIN = "trong vòng"


class HolidayPolicy(Enum):
    """What a slot does on a public holiday."""

    KEEP = "vẫn phát"
    SKIP = "bỏ"
    PREVIOUS_WORKDAY = "dời về trước"
    NEXT_WORKDAY = "dời về sau"


@dataclass(frozen=True, slots=True, kw_only=True)
class OnWeekdays:
    """Every week on these days."""

    days: frozenset[Weekday]


@dataclass(frozen=True, slots=True, kw_only=True)
class OnDates:
    """On exactly these dates."""

    dates: tuple[date, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OnMonthdays:
    """On these days of every month; -1 is the last day; a day a month does not have does not fire there."""

    days: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OnNthWeekday:
    """On the nth such weekday of every month; -1 is the last one."""

    nth: int
    weekday: Weekday


@dataclass(frozen=True, slots=True, kw_only=True)
class OnLunar:
    """On this day of the Vietnamese lunar calendar (UTC+7); ``month`` None is every lunar month; leap months do not fire."""

    day: int
    month: int | None = None


DayRule = OnWeekdays | OnDates | OnMonthdays | OnNthWeekday | OnLunar


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """Pick the least recently aired valid, approved script over these topics (and kinds, if given)."""

    topics: tuple[TopicCode, ...]
    kinds: tuple[Kind, ...] = ()

    def __str__(self) -> str:
        return "xoay vòng " + "+".join(self.topics)


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """A named sequence (nhạc hiệu, xướng, items, nhạc cắt, chào): scripts and rotations in the order they are heard."""

    id: ProgrammeId
    title: str
    parts: tuple[ScriptId | Rotation, ...]
    where: Where


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A standing rule or a dated row: when, what, where to, how urgent, and what to do when late.

    ``content`` is a programme or script by id (``str``; programmes are looked up first) or a rotation. Empty ``zones``
    means every zone. Times are local wall time. ``grace_s`` None takes the station's default. ``within_s`` belongs to
    `StartRule.WITHIN`. ``cancelled`` holds the reason of a row that is kept but not aired; ``moved_from`` the date it
    was planned for before. ``repeat`` and ``gap_s`` repeat the whole content.
    """

    id: SlotId
    content: str | Rotation
    times: tuple[time, ...]
    days: tuple[DayRule, ...]
    where: Where
    title: str = ""
    valid_from: date | None = None
    valid_until: date | None = None
    zones: tuple[ZoneId, ...] = ()
    priority: Priority = Priority.NORMAL
    repeat: int = 1
    gap_s: float = 5.0
    grace_s: float | None = None
    start_rule: StartRule = StartRule.AFTER_CURRENT
    within_s: float | None = None
    holidays: HolidayPolicy = HolidayPolicy.KEEP
    cancelled: str | None = None
    moved_from: date | None = None
    note: str = ""
    enabled: bool = True


class ExceptionKind(Enum):
    """What an exception does to the airings it touches."""

    SKIP = "bỏ"
    REPLACE = "thay"


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarException:
    """On these days (inclusive), skip or replace; empty ``slots``, ``zones`` or ``times`` mean all of them.

    An *added* airing is a `Slot` with `OnDates`. ``content`` is for REPLACE. The reason is required: it is printed
    beside the line that keeps its place in the rundown.
    """

    kind: ExceptionKind
    first: date
    last: date
    reason: str
    where: Where
    slots: tuple[SlotId, ...] = ()
    zones: tuple[ZoneId, ...] = ()
    times: tuple[time, ...] = ()
    content: str | Rotation | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """Everything read from schedules/, whatever the file format: one meaning. ``version`` names the content of the files."""

    slots: tuple[Slot, ...] = ()
    programmes: Mapping[ProgrammeId, Programme] = field(default_factory=dict)
    exceptions: tuple[CalendarException, ...] = ()
    version: str = ""
