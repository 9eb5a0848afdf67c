"""What the report screens stand on: periods by the ward's own cut-offs, and answers worked out behind the pages."""

import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, TypeVar

from fastapi import Depends, Request

from broadcaster.domain.coverage import Coverage
from broadcaster.domain.makegood import Proposal
from broadcaster.domain.periods import Period, PeriodError, parse_period
from broadcaster.domain.report import Report
from broadcaster.station.covering import Covering
from broadcaster.station.reporting import Reporter
from broadcaster.web.context import ConsoleContext
from broadcaster.web.later import Later
from broadcaster.web.security import Context
from broadcaster.wiring.browsing import browser

T = TypeVar("T")
_OPENING = threading.Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A period with what a button says."""

    label: str
    period: Period


class ReportDesk:
    """Reports, coverage and proposals of one station; none is worked out twice while nothing has changed."""

    def __init__(self, context: ConsoleContext) -> None:
        self._context = context
        self._later = Later()
        self._reader = browser(context.journal).reader

    def report(self, period: Period) -> Report | None:
        """The report of a period, None while it is being worked out."""
        reading = self._context.reading
        make = Reporter(files=reading.files, journal=self._context.journal)
        return self._ask("report", period, lambda: make.build(period, now=self._context.now()))

    def coverage(self, period: Period) -> Coverage | None:
        """Topic by month, None while it is being worked out."""
        make = Covering(files=self._context.reading.files, journal=self._context.journal)
        return self._ask("coverage", period, lambda: make.matrix(period, now=self._context.now()))

    def proposals(self, first: date, last: date) -> tuple[Proposal, ...] | None:
        """Places for what was lost, None while they are being worked out."""
        reading = self._context.reading
        make = Covering(files=reading.files, journal=self._context.journal)

        def propose() -> tuple[Proposal, ...]:
            now = self._context.now()
            return make.proposals(reading.planner, reading.shop.holidays, now=now, first=first, last=last)

        return self._ask("proposals", (first, last), propose)

    def _ask(self, name: str, about: Hashable, make: Callable[[], T]) -> T | None:
        context = self._context
        stands_on = (context.reading.fingerprint, self._reader.newest(), context.now().date())
        return self._later.ask((name, about, stands_on), make)


def desk_of(request: Request, context: Context) -> ReportDesk:
    """One desk for an application, made when a report is first opened."""
    with _OPENING:
        found = getattr(request.app.state, "report_desk", None)
        if not isinstance(found, ReportDesk):
            found = request.app.state.report_desk = ReportDesk(context)
        return found


Desk = Annotated[ReportDesk, Depends(desk_of)]


def period_of(context: ConsoleContext, text: str) -> Period:
    """The period named. Raises PeriodError."""
    return parse_period(text[:60], context.reading.files.settings.reporting.cut_offs)


def regime(context: ConsoleContext, today: date) -> list[Named]:
    """The periods of this and the last reporting year that have begun, newest first."""
    cut_offs = context.reading.files.settings.reporting.cut_offs
    found: list[Named] = []
    for year in (today.year + 1, today.year, today.year - 1):
        for cut_off in cut_offs:
            code = f"{year}-{cut_off.code}" if cut_off.code else str(year)
            try:
                period = parse_period(code, cut_offs)
            except PeriodError:
                continue
            if period.first <= today:
                found.append(Named(label=period.title, period=period))
    return sorted(found, key=lambda n: (n.period.last, n.period.first), reverse=True)[:8]


def calendar_periods(context: ConsoleContext, today: date) -> list[Named]:
    """The week, the month, the calendar quarter and the year of today, and the ones just before."""
    monday = today - timedelta(days=today.weekday())
    this_month = today.replace(day=1)
    last_month = (this_month - timedelta(days=1)).replace(day=1)
    quarter = today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)
    before = (quarter - timedelta(days=1)).replace(day=1)
    last_quarter = before.replace(month=(before.month - 1) // 3 * 3 + 1)
    spans = (
        ("Tuần này", monday, monday + timedelta(days=6)),
        ("Tuần trước", monday - timedelta(days=7), monday - timedelta(days=1)),
        (f"Tháng {this_month:%m/%Y}", this_month, _end_of(this_month, 1)),
        (f"Tháng {last_month:%m/%Y}", last_month, _end_of(last_month, 1)),
        (f"Quý {_quarter(quarter)}/{quarter:%Y}", quarter, _end_of(quarter, 3)),
        (f"Quý {_quarter(last_quarter)}/{last_quarter:%Y}", last_quarter, _end_of(last_quarter, 3)),
        (f"Năm {today:%Y} (1/1–31/12)", today.replace(month=1, day=1), today.replace(month=12, day=31)),
    )
    return [Named(label=label, period=period_of(context, f"{a.isoformat()}..{b.isoformat()}")) for label, a, b in spans]


def _end_of(first: date, months: int) -> date:
    after = first
    for _ in range(months):
        after = (after.replace(day=1) + timedelta(days=32)).replace(day=1)
    return after - timedelta(days=1)


def _quarter(day: date) -> str:
    return ("I", "II", "III", "IV")[(day.month - 1) // 3]
