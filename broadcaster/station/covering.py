"""Covering the plan: the matrix of topics and months, and places for what was not heard."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from broadcaster.domain.asrun import reconcile
from broadcaster.domain.coverage import Coverage, coverage, months_of
from broadcaster.domain.figures import RULE_2024_1, CountingRule, Figures, count
from broadcaster.domain.makegood import LOST, Lost, Proposal, made_good, propose
from broadcaster.domain.periods import Period
from broadcaster.domain.plan import plan_for
from broadcaster.errors import InputError
from broadcaster.ports import Holidays, Journal, StationFiles
from broadcaster.station.planning import Planner
from broadcaster.station.reporting import bounds, scratch_rule, topics_of

LOOK_BACK_DAYS = 30
LOOK_AHEAD_DAYS = 14
MOST_MONTHS = 130
"""Ten years and the months their ends fall in."""


class Covering:
    """Reads one journal and one version of the files."""

    def __init__(self, *, files: StationFiles, journal: Journal, rule: CountingRule = RULE_2024_1) -> None:
        self._files = files
        self._journal = journal
        self._rule = rule
        self._zone = ZoneInfo(files.settings.timezone)

    def matrix(self, period: Period, *, now: datetime) -> Coverage:
        """Topic by month over a period; what lies after ``now`` is planned and not yet due (in a rehearsal all is over).

        Raises InputError for a period of more months than a table can show.
        """
        pieces = months_of(period)
        if len(pieces) > MOST_MONTHS:
            hint = "Chọn một năm, ví dụ --period 2024."
            raise InputError(f"Kỳ {period.title} dài {len(pieces)} tháng, bảng không xem được.", hint=hint)
        cuts = (*(bounds(a, b, self._zone)[0] for a, b in pieces), bounds(*pieces[-1], self._zone)[1])
        figures = self._journal.figures(cuts)
        rule = scratch_rule(figures, self._rule)
        today = now.astimezone(self._zone).date()
        last_due = period.last if rule.rehearsed else min(period.last, today - timedelta(days=1))
        return coverage(
            plan_for(self._files.plans, period.first, period.last),
            period,
            planned=[self._planned(a, b) for a, b in pieces],
            due=[self._planned(a, min(b, last_due)) for a, b in pieces],
            heard=[_heard(figures, rule, n) for n in range(len(pieces))],
            rehearsed=rule.rehearsed,
        )

    def proposals(
        self,
        planner: Planner,
        holidays: Holidays,
        *,
        now: datetime,
        first: date | None = None,
        last: date | None = None,
    ) -> tuple[Proposal, ...]:
        """Places from tomorrow on for what was lost in [first, last] (the last thirty days) and not made good yet."""
        today = now.astimezone(self._zone).date()
        first, last = first or today - timedelta(days=LOOK_BACK_DAYS), last or today
        start = today + timedelta(days=1)
        end = today + timedelta(days=LOOK_AHEAD_DAYS)
        settings = self._files.settings
        rest = {*holidays.between(start, end), *settings.days_off} - set(settings.workdays)
        ahead = planner.airings(start, end, already=planner.chosen(start, LOOK_AHEAD_DAYS))
        return propose(
            self.lost(first, last, now=now),
            ahead,
            settings=settings,
            scripts=self._files.scripts,
            first=start,
            days=LOOK_AHEAD_DAYS,
            holidays=rest,
            zone=self._zone,
        )

    def lost(self, first: date, last: date, *, now: datetime) -> tuple[Lost, ...]:
        """Planned airings of [first, last] that were not heard in full and that no row makes good."""
        start, end = bounds(first, last, self._zone)
        airings = [a for r in self._journal.rundowns(first, last).values() for a in r.airings]
        on_air = frozenset(o.airing_id for o in self._journal.open_rows())
        lines = reconcile(airings, self._journal.entries(start, end), now=now, on_air=on_air)
        done = made_good(self._files.calendar)
        return tuple(
            Lost(airing=line.airing, outcome=line.outcome, reason=line.reason)
            for line in lines
            if line.airing is not None and line.outcome in LOST and line.airing.id not in done
        )

    def _planned(self, first: date, last: date) -> Mapping[str, int]:
        if last < first:
            return {}
        plays: dict[str, int] = {}
        for script, times in self._journal.planned_scripts(first, last).items():
            for topic in topics_of(self._files.scripts.get(script)):
                plays[topic] = plays.get(topic, 0) + times
        return plays


def _heard(figures: Figures, rule: CountingRule, segment: int) -> Mapping[str, int]:
    return {topic: counter.plays for topic, counter in count(figures, rule, (segment,)).topics.items()}
