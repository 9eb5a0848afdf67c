"""Composition of the papers: the report, the log book, the answer, the bundle and the feed, each as the values it is drawn from."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property

from broadcaster.domain.asrun import AsRunEntry
from broadcaster.domain.periods import Period, PeriodError, parse_period
from broadcaster.domain.plan import Plan
from broadcaster.domain.report import Report
from broadcaster.domain.rundown import Airing
from broadcaster.domain.scripts import Approval, ScriptId
from broadcaster.errors import InputError
from broadcaster.station.rehearsing import planned
from broadcaster.station.reporting import Reporter
from broadcaster.wiring.workshop import Workshop


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """What the record says of [first, last]: the plan as published, the rows, who approved what, and each item's first airing."""

    first: date
    last: date
    airings: tuple[Airing, ...]
    entries: tuple[AsRunEntry, ...]
    approvals: dict[ScriptId, Approval]
    firsts: dict[ScriptId, int]
    rehearsed: bool


class Papers:
    """Collects what the papers of one station need; opens nothing before it is asked."""

    def __init__(self, shop: Workshop) -> None:
        self.shop = shop

    @cached_property
    def reporter(self) -> Reporter:
        """Builds reports from the journal."""
        return Reporter(files=self.shop.read, journal=self.shop.journal)

    def period(self, text: str) -> Period:
        """The period a person named. Raises InputError with the way out."""
        try:
            return parse_period(text, self.shop.read.settings.reporting.cut_offs)
        except PeriodError as error:
            raise InputError(f"Kỳ báo cáo: {error.message}.", hint=error.hint) from error

    def plan(self, code: str) -> Plan | None:
        """The plan of that code. Raises InputError when there is none; None when no code was given."""
        if not code:
            return None
        found = next((p for p in self.shop.read.plans if code in (p.code, p.number)), None)
        if found is None:
            known = ", ".join(p.code for p in self.shop.read.plans) or "chưa có tệp nào"
            raise InputError(f"Không có kế hoạch “{code}”.", hint=f"Các kế hoạch trong schedules/plans: {known}.")
        return found

    def report(self, period: str, *, issued: date | None = None, plan: str = "") -> Report:
        """The report of a named period as of now."""
        return self.reporter.build(self.period(period), now=self.shop.now(), issued=issued, plan=self.plan(plan))

    def days(self, first: date, last: date) -> Days:
        """Everything the record has of these days."""
        start, end = self.bounds(first, last)
        entries = tuple(self.shop.journal.entries(start, end))
        figures = self.shop.journal.figures((start, end))
        rehearsed = bool(entries) and all(e.opening.rehearsed for e in entries if not e.opening.test)
        return Days(
            first=first,
            last=last,
            airings=planned(self.shop.journal, first, last),
            entries=entries,
            approvals=dict(self.shop.journal.approvals()),
            firsts={f.script: f.seq for f in figures.firsts if f.rehearsed is rehearsed},
            rehearsed=rehearsed,
        )

    def bounds(self, first: date, last: date) -> tuple[datetime, datetime]:
        """The midnights around these days in the station's zone."""
        zone = self.shop.now().tzinfo
        return datetime.combine(first, time(), zone), datetime.combine(last + timedelta(days=1), time(), zone)
