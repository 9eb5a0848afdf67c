"""Reporting: one period's report from the journal, the rundowns, the plan and what was entered by hand."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from broadcaster.domain.activities import ActivityKind, standing
from broadcaster.domain.asrun import AsRunEntry, Line, Outcome, reconcile
from broadcaster.domain.completion import completion
from broadcaster.domain.figures import RULE_2024_1, Count, CountingRule, FigureGroup, Figures, count
from broadcaster.domain.periods import Period, PeriodError, cumulative, previous, same_last_year
from broadcaster.domain.plan import Plan, WardQuota, plan_for
from broadcaster.domain.remarks import remarks
from broadcaster.domain.report import (
    NOTABLE_LINES,
    Dimension,
    FigureRef,
    Measure,
    Notable,
    Reconciliation,
    Report,
    ReportRow,
    ZoneCount,
    made_of,
    reason_of,
)
from broadcaster.domain.report_building import (
    Counted,
    Spans,
    activity_lines,
    codes_of,
    entered_within,
    field_names,
    not_counted_lines,
    tables,
    whole,
)
from broadcaster.domain.scripts import FRAME_KINDS, Script, TopicCode
from broadcaster.errors import InputError
from broadcaster.ports import Journal, StationFiles


@dataclass(frozen=True, slots=True, kw_only=True)
class _Segments:
    """The cuts between all the spans of a report, and which segments a span of days is made of."""

    cuts: tuple[datetime, ...]
    zone: ZoneInfo

    def of(self, first: date, last: date) -> tuple[int, ...]:
        """The segments within [first, last]."""
        start, end = bounds(first, last, self.zone)
        return tuple(n for n, (a, b) in enumerate(pairwise(self.cuts)) if start <= a and b <= end)


def bounds(first: date, last: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The midnights around the days [first, last] in the station's zone."""
    return datetime.combine(first, time(), zone), datetime.combine(last + timedelta(days=1), time(), zone)


class Reporter:
    """Builds reports over one journal and one reading of the station's files."""

    def __init__(self, *, files: StationFiles, journal: Journal, rule: CountingRule = RULE_2024_1) -> None:
        self._files = files
        self._journal = journal
        self._rule = rule
        self._zone = ZoneInfo(files.settings.timezone)

    @property
    def zone(self) -> ZoneInfo:
        """The station's own time zone."""
        return self._zone

    def build(self, period: Period, *, now: datetime, issued: date | None = None, plan: Plan | None = None) -> Report:
        """The report of a period as of ``now``. ``issued`` is the day on the paper; ``plan`` forces one of several plans.

        A journal of rehearsed rows (a scratch station) is counted as such and says so; its paper is dated the day the
        report was due, because its days are not the wall's. Raises InputError for a period too long to have one before it.
        """
        spans = self._spans(period)
        plan = plan or plan_for(self._files.plans, period.first, period.last)
        quota = plan.quota if plan is not None else None
        segments = self._segments(spans, quota)
        figures = self._journal.figures(segments.cuts)
        rule = scratch_rule(figures, self._rule)
        counted = self._counted(spans, figures, rule, segments, quota)
        here = frozenset(segments.of(period.first, period.last))
        groups = tuple(g for g in figures.groups if g.segment in here)
        paper = issued or self._paper_day(period, rule, now)
        report = self._assembled(spans, counted, groups, plan, rule, now=now, paper=paper)
        return replace(report, remarks=remarks(report, self._files.settings))

    def rows(self, report: Report, ref: FigureRef | None = None) -> Iterator[ReportRow]:
        """Rows of the report's period in time order; with ``ref`` only the counted ones that figure is made of."""
        first, last = bounds(report.period.first, report.period.last, self._zone)
        groups = self._journal.figures((first, last)).groups
        if ref is not None:
            keys = self.keys(report, ref)
            groups = tuple(g for g in groups if report.rule.refuses(g) is None and made_of(ref, g, keys))
        for entry in self._journal.entries_of(first, last, frozenset(g.tally for g in groups)):
            yield ReportRow(entry=entry, reason=reason_of(entry, report.rule))

    def keys(self, report: Report, ref: FigureRef) -> tuple[str, ...]:
        """The codes or spellings in the rows that a figure's key stands for (a group of topics has several)."""
        if ref.dimension is Dimension.TOPIC:
            return codes_of(ref.key, report.plan)
        if ref.dimension is Dimension.FIELD:
            seen = (f for s in self._files.scripts.values() for f in s.fields)
            return field_names(ref.key, report.plan, dict.fromkeys((ref.key, *seen)))
        return (ref.key,)

    def _spans(self, period: Period) -> Spans:
        cut_offs = self._files.settings.reporting.cut_offs
        try:
            return Spans(
                period=period,
                previous=previous(period, cut_offs),
                same_last_year=same_last_year(period, cut_offs),
                cumulative=cumulative(period, cut_offs),
            )
        except PeriodError as wrong:
            raise InputError(f"{wrong.message[:1].upper()}{wrong.message[1:]}.", hint=wrong.hint) from wrong

    def _segments(self, spans: Spans, quota: WardQuota | None) -> _Segments:
        edges: set[datetime] = set()
        for span in spans.all():
            edges.update(bounds(span.first, span.last, self._zone))
        if quota is not None and quota.first <= spans.period.last:
            edges.update(bounds(quota.first, min(quota.last, spans.period.last), self._zone))
        return _Segments(cuts=tuple(sorted(edges)), zone=self._zone)

    def _paper_day(self, period: Period, rule: CountingRule, now: datetime) -> date:
        if rule.rehearsed:
            return period.due or period.last + timedelta(days=1)
        return now.astimezone(self._zone).date()

    def _counted(
        self, spans: Spans, figures: Figures, rule: CountingRule, segments: _Segments, quota: WardQuota | None
    ) -> Counted:
        def over(span: Period) -> Count:
            return count(figures, rule, segments.of(span.first, span.last))

        toward: Count | None = None
        if quota is not None:
            last = min(quota.last, spans.period.last)
            toward = count(figures, rule, segments.of(quota.first, last) if quota.first <= last else ())
        now, before, year_ago, total = spans.all()
        return Counted(
            spans=(over(now), over(before), over(year_ago), over(total)),
            sessions=(
                self._sessions(now, figures, rule, segments),
                self._sessions(before, figures, rule, segments),
                self._sessions(year_ago, figures, rule, segments),
                self._sessions(total, figures, rule, segments),
            ),
            toward_quota=toward,
        )

    def _sessions(self, span: Period, figures: Figures, rule: CountingRule, segments: _Segments) -> int:
        here = frozenset(segments.of(span.first, span.last))
        tallies = {g.tally for g in figures.groups if g.segment in here and rule.refuses(g) is None}
        return len(self._journal.half_days(*bounds(span.first, span.last, self._zone), tallies)) if tallies else 0

    def _assembled(
        self,
        spans: Spans,
        counted: Counted,
        groups: Sequence[FigureGroup],
        plan: Plan | None,
        rule: CountingRule,
        *,
        now: datetime,
        paper: date,
    ) -> Report:
        settings, heard, period = self._files.settings, counted.period, spans.period
        entered = standing(self._journal.activities())
        totals, lines = whole(counted, plan), tables(counted, plan, settings)
        done = completion(
            plan,
            period=period,
            heard=counted.toward_quota,
            planned=self._planned_plays(plan, period.last),
            activities=entered,
            profile=settings.reporting.scoring,
        )
        return Report(
            period=period,
            previous=spans.previous,
            same_last_year=spans.same_last_year,
            cumulative=spans.cumulative,
            issued=paper,
            made_at=now,
            identity=settings.identity_on(paper),
            plan=plan,
            rule=rule,
            rehearsed=rule.rehearsed,
            airings=totals[Measure.AIRINGS],
            sessions=totals[Measure.SESSIONS],
            works=totals[Measure.WORKS],
            plays=totals[Measure.PLAYS],
            first=totals[Measure.FIRST],
            replays=totals[Measure.REPLAYS],
            minutes=totals[Measure.MINUTES],
            kinds=lines.kinds,
            topics=lines.topics,
            fields=lines.fields,
            zones=lines.zones,
            languages=lines.languages,
            activities=activity_lines(entered, spans),
            entered=entered_within((e for e in entered if e.activity.kind is not ActivityKind.TARGET), period),
            not_counted=not_counted_lines(heard),
            reconciliation=self._reconciliation(period, groups, now),
            completion=done,
            unheard=tuple(c for c in plan.spoken if c not in heard.topics) if plan is not None else (),
            zone_count=ZoneCount(known=sum(z.enabled for z in settings.zones), heard=len(heard.zone_airings)),
            quota_note=_quota_note(plan),
        )

    def _planned_plays(self, plan: Plan | None, last: date) -> dict[str, int]:
        """Plays of each topic that the published rundowns had set from the quota's first day to ``last``."""
        quota = plan.quota if plan is not None else None
        if quota is None or last < quota.first or last >= quota.last:
            return {}
        scripts = self._journal.planned_scripts(quota.first, last)
        plays: dict[str, int] = {}
        for script, times in scripts.items():
            for topic in topics_of(self._files.scripts.get(script)):
                plays[topic] = plays.get(topic, 0) + times
        return plays

    def _reconciliation(self, period: Period, groups: Iterable[FigureGroup], now: datetime) -> Reconciliation:
        first, last = bounds(period.first, period.last, self._zone)
        held = self._journal.unmatched(first, last)
        on_air = frozenset(opening.airing_id for opening in self._journal.open_rows())
        lines = reconcile(held.unrecorded, (), now=now, on_air=on_air)
        counts: dict[Outcome, int] = dict.fromkeys((o for o in Outcome if o is not Outcome.UNPLANNED), 0)
        bad: set[int] = set()
        for group in groups:
            counts[group.outcome] += group.count
            if group.outcome is not Outcome.AIRED:
                bad.add(group.tally)
        for entry in held.unplanned:
            counts[entry.closing.outcome] -= 1
        for line in lines:
            if line.outcome is not None:
                counts[line.outcome] += 1
        cancelled = sum(line.outcome is None for line in lines)
        unplanned = {entry.opening.airing_id for entry in held.unplanned}
        rows = self._journal.entries_of(first, last, bad, NOTABLE_LINES + len(unplanned))
        notable = [_of_row(e) for e in rows if e.opening.airing_id not in unplanned]
        notable += [_of_line(line) for line in lines if line.outcome is not Outcome.AHEAD]
        quiet = counts[Outcome.AIRED] + counts[Outcome.AHEAD]
        planned = held.airings - cancelled
        return Reconciliation(
            planned=planned,
            counts=counts,
            cancelled=cancelled,
            unplanned=len(held.unplanned),
            notable=tuple(sorted(notable, key=lambda n: (n.at, n.airing_id))[:NOTABLE_LINES]),
            notable_in_all=planned - quiet + cancelled,
        )


def scratch_rule(figures: Figures, rule: CountingRule) -> CountingRule:
    """A journal whose rows are all rehearsed is a scratch station's, and is counted as such; one real row makes it real."""
    rehearsed = [g.rehearsed for g in figures.groups if not g.test] + [f.rehearsed for f in figures.firsts]
    return replace(rule, rehearsed=True) if rehearsed and all(rehearsed) else rule


def topics_of(script: Script | None) -> tuple[TopicCode, ...]:
    """The codes a script counts under; a signature tune, or an unknown script, under none."""
    if script is None or script.kind in FRAME_KINDS:
        return ()
    return tuple(dict.fromkeys(script.topics))


def _of_row(entry: AsRunEntry) -> Notable:
    return Notable(
        airing_id=entry.opening.airing_id,
        at=entry.opening.planned or entry.opening.recorded_at,
        title=entry.opening.title,
        zones=entry.opening.zones,
        outcome=entry.closing.outcome,
        reason=entry.closing.reason,
        seq=entry.seq,
    )


def _of_line(line: Line) -> Notable:
    if line.airing is None:
        raise ValueError("a line of the plan has its airing")
    airing = line.airing
    return Notable(
        airing_id=airing.id,
        at=airing.planned,
        title=airing.title,
        zones=airing.zones,
        outcome=line.outcome,
        reason=line.reason,
    )


def _quota_note(plan: Plan | None) -> str:
    if plan is None or plan.quota is None:
        return ""
    quota = plan.quota
    basis = f", căn cứ: {quota.basis}" if quota.basis else ""
    days = f"từ {quota.first:%d/%m/%Y} đến {quota.last:%d/%m/%Y}"
    return f"Định mức lượt phát: {quota.source} ({days}{basis}); kế hoạch không quy định."
