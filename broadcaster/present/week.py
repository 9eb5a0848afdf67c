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
from broadcaster.domain.rundown import Airing, AiringState
from broadcaster.domain.settings import Zone
from broadcaster.present.holds import explain
from broadcaster.present.plan import OUTCOMES

IN_A_CELL = 6
MOST_ROWS = 150

_OUTCOME_KINDS = {Outcome.AIRED: "tot", Outcome.PARTIAL: "luu-y", Outcome.STOPPED: "luu-y", Outcome.AHEAD: "mo"}
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
class Week:
    """Rows are times, columns thứ Hai to Chủ nhật."""

    heads: tuple[DayHead, ...]
    rows: tuple[tuple[time, tuple[Cell, ...]], ...]
    total: int
    cut: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthDay:
    """One day of the month: how many airings, how many need a person."""

    head: DayHead
    inside: bool
    airings: int = 0
    trouble: int = 0
    names: tuple[str, ...] = ()


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


def week(monday: date, shown: Iterable[Shown], *, today: date, holidays: Mapping[date, str]) -> Week:
    """The week's table; more than `MOST_ROWS` times are cut and it says so."""
    cells: defaultdict[time, defaultdict[date, list[Shown]]] = defaultdict(lambda: defaultdict(list))
    total = 0
    for one in shown:
        total += 1
        cells[one.airing.planned.time()][one.airing.planned.date()].append(one)
    days = [monday + timedelta(days=n) for n in range(7)]
    rows = tuple((at, tuple(_cell(cells[at].get(day, [])) for day in days)) for at in sorted(cells)[:MOST_ROWS])
    return Week(
        heads=heads(monday, 7, today=today, holidays=holidays), rows=rows, total=total, cut=len(cells) > MOST_ROWS
    )


def _cell(shown: Sequence[Shown]) -> Cell:
    return Cell(shown=tuple(shown[:IN_A_CELL]), more=max(0, len(shown) - IN_A_CELL))


def month(
    first: date, shown: Iterable[Shown], *, today: date, holidays: Mapping[date, str]
) -> tuple[tuple[MonthDay, ...], ...]:
    """The weeks of the month of ``first``, Monday first, with days of its neighbours to fill the weeks."""
    by_day: defaultdict[date, list[Shown]] = defaultdict(list)
    for one in shown:
        by_day[one.airing.planned.date()].append(one)
    weeks = gregorian.Calendar().monthdatescalendar(first.year, first.month)
    return tuple(
        tuple(_month_day(d, d.month == first.month, by_day.get(d, []), today, holidays) for d in w) for w in weeks
    )


def _month_day(day: date, inside: bool, shown: Sequence[Shown], today: date, holidays: Mapping[date, str]) -> MonthDay:
    planned = [s for s in shown if s.word != "đã hủy"]
    names = tuple(dict.fromkeys(f"{s.airing.planned:%H:%M} {s.airing.title}" for s in planned))
    return MonthDay(
        head=_head(day, today, holidays),
        inside=inside,
        airings=len(planned),
        trouble=sum(s.kind in {"loi", "luu-y", "cho"} for s in planned),
        names=names[:3],
    )


def zone_hours(
    shown: Sequence[Shown], zones: Sequence[Zone]
) -> tuple[tuple[int, ...], tuple[tuple[Zone, tuple[Cell, ...]], ...]]:
    """One day: hours in which anything is heard, and for each zone what it hears in each of them."""
    hours = tuple(sorted({s.airing.planned.hour for s in shown}))
    rows = tuple(
        (
            zone,
            tuple(_cell([s for s in shown if s.airing.planned.hour == h and zone.id in s.airing.zones]) for h in hours),
        )
        for zone in zones
    )
    return hours, rows


def monday_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def expected_late(airing: Airing, entry: AsRunEntry | None, *, passed: bool) -> bool:
    """Whether it should have been heard and has no row."""
    return passed and entry is None and airing.state is AiringState.PLANNED
