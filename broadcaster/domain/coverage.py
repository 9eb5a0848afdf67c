"""Coverage: topic by month, what was planned and what was heard, and which topics nobody has heard yet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from broadcaster.domain.periods import Period
from broadcaster.domain.plan import Plan
from broadcaster.domain.scripts import TopicCode


class CellState(Enum):
    """What a month of a topic looks like; the word is what people read."""

    FULL = "đủ"
    SHORT = "thiếu"
    MISSING = "chưa phát"
    AHEAD = "chưa đến"
    NOT_PLANNED = "—"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One topic in one month: plays planned in all, plays due by now, counted plays heard."""

    planned: int
    due: int
    heard: int

    @property
    def state(self) -> CellState:
        """Heard in full, short, missing, still ahead, or never planned (and not heard)."""
        if self.heard and self.heard >= self.due:
            return CellState.FULL
        if self.due:
            return CellState.SHORT if self.heard else CellState.MISSING
        return CellState.AHEAD if self.planned else CellState.NOT_PLANNED


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageRow:
    """One topic (or reminder) over the months; ``quota`` is the ward's own for the whole year, None without one."""

    code: TopicCode
    title: str
    printed: str
    cells: tuple[Cell, ...]
    quota: int | None = None

    @property
    def whole(self) -> Cell:
        """All months together."""
        return Cell(
            planned=sum(c.planned for c in self.cells),
            due=sum(c.due for c in self.cells),
            heard=sum(c.heard for c in self.cells),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """The whole matrix; ``months`` are the first days shown, ``unheard`` the codes with no counted play in the period."""

    period: Period
    months: tuple[date, ...]
    rows: tuple[CoverageRow, ...]
    rehearsed: bool = False

    @property
    def unheard(self) -> tuple[CoverageRow, ...]:
        """Topics not heard in the period, whether planned or not."""
        return tuple(row for row in self.rows if not row.whole.heard)


def months_of(period: Period) -> tuple[tuple[date, date], ...]:
    """The period cut at the first of each month: (first, last) of each piece, both included."""
    pieces: list[tuple[date, date]] = []
    start = period.first
    while start <= period.last:
        following = (start.replace(day=1) + timedelta(days=32)).replace(day=1)
        pieces.append((start, min(period.last, following - timedelta(days=1))))
        start = following
    return tuple(pieces)


def coverage(
    plan: Plan | None,
    period: Period,
    *,
    planned: Sequence[Mapping[str, int]],
    due: Sequence[Mapping[str, int]],
    heard: Sequence[Mapping[str, int]],
    rehearsed: bool = False,
) -> Coverage:
    """The matrix; each sequence has one mapping of topic to plays for each piece of `months_of`."""
    codes: list[str] = list(plan.spoken) if plan is not None else []
    codes += sorted({c for months in (planned, heard) for month in months for c in month} - set(codes))
    quota = plan.quota.plays if plan is not None and plan.quota is not None else {}
    rows = []
    for code in codes:
        topic, form = (plan.topic(code), plan.form(code)) if plan is not None else (None, None)
        cells = tuple(
            Cell(planned=p.get(code, 0), due=d.get(code, 0), heard=h.get(code, 0))
            for p, d, h in zip(planned, due, heard, strict=True)
        )
        rows.append(
            CoverageRow(
                code=TopicCode(code),
                title=plan.name_of(code) if plan is not None else code,
                printed=topic.printed if topic else form.printed if form else "",
                cells=cells,
                quota=quota.get(TopicCode(code)),
            )
        )
    months = tuple(first for first, _ in months_of(period))
    return Coverage(period=period, months=months, rows=tuple(rows), rehearsed=rehearsed)
