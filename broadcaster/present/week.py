"""The calendar as tables of a page: the week by times and days, the month by weeks, one day by zones and hours."""

import calendar as gregorian
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from broadcaster.domain.asrun import AsRunEntry, Outcome
from broadcaster.domain.calendar import ZoneId
from broadcaster.domain.lunar import LunarRangeError, to_lunar
from broadcaster.domain.readiness import Held, Hold
from broadcaster.domain.rundown import Airing, AiringId, AiringState
from broadcaster.domain.settings import Zone
from broadcaster.present.holds import explain
from broadcaster.present.plan import OUTCOMES

IN_A_CELL = 6
MOST_SHOWN = 350
"""Airings of one page of the week: about what four sheets of paper hold."""

_OUTCOME_KINDS = {Outcome.AIRED: "tot", Outcome.PARTIAL: "luu-y", Outcome.STOPPED: "luu-y", Outcome.AHEAD: "mo"}
_TROUBLE = {"loi", "luu-y", "cho"}
_HOLDS = {
    Hold.EMPTY: ("loi", "chưa có bài"),
    Hold.UNKNOWN: ("loi", "không có bài này"),
    Hold.BLANKS: ("loi", "còn chỗ trống"),
    Hold.NOT_VALID: ("loi", "ngoài hiệu lực"),
    Hold.SUPERSEDED: ("loi", "đã có bài thay"),
    Hold.NO_CLIP: ("luu-y", "chưa có tiếng"),
    Hold.NOT_APPROVED: ("cho", "chờ duyệt"),
    Hold.EDITED: ("cho", "cần duyệt lại"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One airing as a cell shows it; ``kind`` chooses the badge, ``word`` says the same."""

    airing: Airing
    kind: str
    word: str
    why: str = ""
    topics: tuple[str, ...] = ()
    zones: str = ""
    past: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DayHead:
    """The head of a column: the day, its lunar date, the holiday's name."""

    day: date
    lunar: str = ""
    holiday: str = ""
    today: bool = False
    past: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What is heard at one time of one day; ``more`` are left out for want of room."""

    shown: tuple[Shown, ...] = ()
    more: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Picked:
    """The airings that find room in a table: rows of cells, each with how many more there are; ``later`` begins the next page."""

    rows: tuple[tuple[time, tuple[tuple[tuple[Airing, ...], int], ...]], ...]
    total: int
    later: time | None = None

    @property
    def airings(self) -> tuple[Airing, ...]:
        """Every airing that is shown."""
        return tuple(airing for _, cells in self.rows for shown, _ in cells for airing in shown)


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """Rows are times, columns thứ Hai to Chủ nhật; ``later`` is the first time that found no room."""

    heads: tuple[DayHead, ...]
    rows: tuple[tuple[time, tuple[Cell, ...]], ...]
    total: int
    later: time | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DaySum:
    """One day in short: how many airings, how many need a person, the first few by time and title."""

    airings: int = 0
    trouble: int = 0
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthDay:
    """One day of the month's table; ``inside`` is false for days of the neighbouring months."""

    head: DayHead
    inside: bool
    sum: DaySum


def state(
    airing: Airing, *, entry: AsRunEntry | None, held: Sequence[Held], late: bool, on_air: bool = False
) -> tuple[str, str, str]:
    """Badge kind, word, and why, of one airing; what the record says goes before what the plan says."""
    if on_air:
        return "phat", "đang phát", ""
    if entry is not None:
        outcome = entry.closing.outcome
        return _OUTCOME_KINDS.get(outcome, "loi"), OUTCOMES[outcome], entry.closing.reason
    if airing.state is AiringState.CANCELLED:
        return "mo", "đã hủy", airing.reason
    if late:
        return "loi", "bỏ lỡ", ""
    if held:
        worst = min(held, key=lambda h: list(_HOLDS).index(h.hold))
        kind, word = _HOLDS[worst.hold]
        return kind, word, explain(held)
    return "tot", "sẵn sàng", ""


def troubles(*, entry: AsRunEntry | None, held: Sequence[Held], late: bool) -> bool:
    """Whether an airing needs a person: `state` without its words."""
    if entry is not None:
        return _OUTCOME_KINDS.get(entry.closing.outcome, "loi") in _TROUBLE
    return late or bool(held)


def zones_text(zones: Sequence[ZoneId], known: Sequence[Zone]) -> str:
    """Zone names; all of them is said in two words."""
    on = [z for z in known if z.enabled]
    if {z.id for z in on} <= set(zones):
        return "mọi cụm"
    names = {z.id: z.name for z in known}
    return ", ".join(names.get(z, z) for z in zones)


def heads(first: date, days: int, *, today: date, holidays: Mapping[date, str]) -> tuple[DayHead, ...]:
    """The heads of consecutive days."""
    return tuple(_head(first + timedelta(days=n), today, holidays) for n in range(days))


def _head(day: date, today: date, holidays: Mapping[date, str]) -> DayHead:
    try:
        lunar = str(to_lunar(day))
    except LunarRangeError:
        lunar = ""
    return DayHead(day=day, lunar=lunar, holiday=holidays.get(day, ""), today=day == today, past=day < today)


def pick_week(monday: date, airings: Iterable[Airing], *, begin: time | None = None) -> Picked:
    """Rows from ``begin`` on, as many as hold `MOST_SHOWN` airings; at least one row."""
    cells: defaultdict[time, defaultdict[date, list[Airing]]] = defaultdict(lambda: defaultdict(list))
    total = 0
    for airing in airings:
        total += 1
        cells[airing.planned.time()][airing.planned.date()].append(airing)
    days = [monday + timedelta(days=n) for n in range(7)]
    rows: list[tuple[time, tuple[tuple[tuple[Airing, ...], int], ...]]] = []
    shown = 0
    for at in sorted(at for at in cells if begin is None or at >= begin):
        row = tuple(_room(cells[at].get(day, [])) for day in days)
        shown += sum(len(cell) for cell, _ in row)
        if rows and shown > MOST_SHOWN:
            return Picked(rows=tuple(rows), total=total, later=at)
        rows.append((at, row))
    return Picked(rows=tuple(rows), total=total)


def _room(airings: Sequence[Airing]) -> tuple[tuple[Airing, ...], int]:
    return tuple(airings[:IN_A_CELL]), max(0, len(airings) - IN_A_CELL)


def week(
    monday: date,
    picked: Picked,
    shown: Mapping[AiringId, Shown],
    *,
    today: date,
    holidays: Mapping[date, str],
) -> Week:
    """The week's table of what was picked."""
    rows = tuple((at, tuple(_cell(cell, more, shown) for cell, more in cells)) for at, cells in picked.rows)
    return Week(
        heads=heads(monday, 7, today=today, holidays=holidays), rows=rows, total=picked.total, later=picked.later
    )


def _cell(airings: Sequence[Airing], more: int, shown: Mapping[AiringId, Shown]) -> Cell:
    return Cell(shown=tuple(shown[a.id] for a in airings if a.id in shown), more=more)


def month(
    first: date, sums: Mapping[date, DaySum], *, today: date, holidays: Mapping[date, str]
) -> tuple[tuple[MonthDay, ...], ...]:
    """The weeks of the month of ``first``, Monday first, with days of its neighbours to fill the weeks."""
    weeks = gregorian.Calendar().monthdatescalendar(first.year, first.month)
    return tuple(
        tuple(
            MonthDay(head=_head(d, today, holidays), inside=d.month == first.month, sum=sums.get(d, DaySum()))
            for d in w
        )
        for w in weeks
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneHours:
    """One day: hours in which anything is heard, and for each zone the airings of each hour that find room."""

    hours: tuple[int, ...]
    rows: tuple[tuple[Zone, tuple[tuple[tuple[Airing, ...], int], ...]], ...]

    @property
    def airings(self) -> tuple[Airing, ...]:
        """Every airing that is shown, once."""
        found = {a.id: a for _, cells in self.rows for shown, _ in cells for a in shown}
        return tuple(found.values())

    def cells(self, shown: Mapping[AiringId, Shown]) -> tuple[tuple[Zone, tuple[Cell, ...]], ...]:
        """The table's rows."""
        return tuple((zone, tuple(_cell(c, more, shown) for c, more in cells)) for zone, cells in self.rows)


def zone_hours(airings: Iterable[Airing], zones: Sequence[Zone]) -> ZoneHours:
    """What each zone hears in each hour."""
    cells: defaultdict[tuple[ZoneId, int], list[Airing]] = defaultdict(list)
    hours: set[int] = set()
    for airing in airings:
        hours.add(airing.planned.hour)
        for zone in airing.zones:
            cells[zone, airing.planned.hour].append(airing)
    ordered = tuple(sorted(hours))
    rows = tuple((zone, tuple(_room(cells.get((zone.id, h), [])) for h in ordered)) for zone in zones)
    return ZoneHours(hours=ordered, rows=rows)


def monday_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def expected_late(airing: Airing, entry: AsRunEntry | None, *, passed: bool) -> bool:
    """Whether it should have been heard and has no row."""
    return passed and entry is None and airing.state is AiringState.PLANNED
