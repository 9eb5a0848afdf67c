"""Building a report from what was counted: pure functions; nothing here reads the journal or the clock."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from broadcaster.domain.activities import ActivityKind, RecordedActivity
from broadcaster.domain.figures import Count, Counter, NotCounted
from broadcaster.domain.folding import fold
from broadcaster.domain.periods import Period
from broadcaster.domain.plan import Plan
from broadcaster.domain.report import (
    ActivityLine,
    Breakdown,
    Dimension,
    Figure,
    FigureRef,
    Measure,
    NotCountedLine,
)
from broadcaster.domain.scripts import FRAME_KINDS, Kind
from broadcaster.domain.settings import Settings

MAIN_KINDS = (Kind.NEWS, Kind.ARTICLE, Kind.FEATURE, Kind.NOTICE, Kind.REMINDER)
"""Genres a report names even when nothing of them was heard."""

LANGUAGES = {"vi": "Tiếng Việt", "km": "Tiếng Khmer", "cjm": "Tiếng Chăm", "zh": "Tiếng Hoa"}

Pick = Callable[[Count], Counter]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spans:
    """The four stretches of days every figure is counted over."""

    period: Period
    previous: Period
    same_last_year: Period
    cumulative: Period

    def all(self) -> tuple[Period, Period, Period, Period]:
        """In the order a table prints them."""
        return (self.period, self.previous, self.same_last_year, self.cumulative)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """The counts of the four spans in the order of `Spans.all`, and of the quota's days up to the end of the period.

    ``sessions`` are half-days with a counted airing, in the same order.
    """

    spans: tuple[Count, Count, Count, Count]
    sessions: tuple[int, int, int, int]
    toward_quota: Count | None = None

    @property
    def period(self) -> Count:
        """The count of the period itself."""
        return self.spans[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """The breakdowns of a report."""

    kinds: tuple[Breakdown, ...]
    topics: tuple[Breakdown, ...]
    fields: tuple[Breakdown, ...]
    zones: tuple[Breakdown, ...]
    languages: tuple[Breakdown, ...]


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes figures and lines out of the four counts."""

    counted: Counted
    quotas: Mapping[str, int] = field(default_factory=dict)

    def figure(self, ref: FigureRef, value: Callable[[Count], float], quota: float | None = None) -> Figure:
        """One number over the four spans."""
        now, previous, year_ago, cumulative = (value(count) for count in self.counted.spans)
        toward = self.counted.toward_quota
        return Figure(
            ref=ref,
            value=now,
            previous=previous,
            same_last_year=year_ago,
            cumulative=cumulative,
            quota=quota,
            toward_quota=value(toward) if quota is not None and toward is not None else None,
        )

    def line(
        self,
        dimension: Dimension,
        key: str,
        title: str,
        picks: Sequence[Pick],
        *,
        parent: str = "",
        printed: str = "",
        known: bool = True,
        group: bool = False,
    ) -> Breakdown:
        """One line; several picks are added up."""

        def over(value: Callable[[Counter], float]) -> Callable[[Count], float]:
            return lambda count: sum(value(pick(count)) for pick in picks)

        def named(measure: Measure) -> FigureRef:
            return FigureRef(measure=measure, dimension=dimension, key=key)

        return Breakdown(
            key=key,
            title=title,
            works=self.figure(named(Measure.WORKS), over(lambda c: c.works)),
            plays=self.figure(named(Measure.PLAYS), over(lambda c: c.plays), self.quotas.get(key)),
            first=self.figure(named(Measure.FIRST), over(lambda c: c.first)),
            replays=self.figure(named(Measure.REPLAYS), over(lambda c: c.replays)),
            minutes=self.figure(named(Measure.MINUTES), over(lambda c: c.seconds / 60)),
            parent=parent,
            group=group,
            printed=printed,
            known=known,
        )


def whole(counted: Counted, plan: Plan | None) -> Mapping[Measure, Figure]:
    """The figures of everything together; the plan's total quota stands beside the plays."""
    make = _Maker(counted)
    quota = plan.quota.total_plays if plan is not None and plan.quota is not None else None
    sessions = dict(zip(map(id, counted.spans), counted.sessions, strict=True))
    values: Mapping[Measure, Callable[[Count], float]] = {
        Measure.AIRINGS: lambda c: c.airings,
        Measure.WORKS: lambda c: c.items.works,
        Measure.FIRST: lambda c: c.items.first,
        Measure.REPLAYS: lambda c: c.items.replays,
        Measure.MINUTES: lambda c: c.items.seconds / 60,
    }
    made = {measure: make.figure(FigureRef(measure=measure), value) for measure, value in values.items()}
    made[Measure.SESSIONS] = make.figure(FigureRef(measure=Measure.SESSIONS), lambda c: sessions[id(c)])
    made[Measure.PLAYS] = make.figure(FigureRef(measure=Measure.PLAYS), lambda c: c.items.plays, quota)
    return made


def tables(counted: Counted, plan: Plan | None, settings: Settings) -> Tables:
    """Every breakdown; a code the plan or the settings know stands there with its zero."""
    return Tables(
        kinds=tuple(_kinds(counted)),
        topics=tuple(_topics(counted, plan)),
        fields=tuple(_fields(counted, plan)),
        zones=tuple(_zones(counted, settings)),
        languages=tuple(_languages(counted)),
    )


def _kinds(counted: Counted) -> Iterator[Breakdown]:
    seen = _keys(counted, lambda c: c.kinds)
    order = [k.value for k in Kind if k not in FRAME_KINDS and (k in MAIN_KINDS or k.value in seen)]
    make = _Maker(counted)
    for kind in (*order, *(k for k in seen if k not in order)):
        yield make.line(Dimension.KIND, kind, kind.capitalize(), [_of(lambda c: c.kinds, kind)])


def _topics(counted: Counted, plan: Plan | None) -> Iterator[Breakdown]:
    seen = _keys(counted, lambda c: c.topics)
    quota = plan.quota if plan is not None else None
    plays: dict[str, int] = {str(c): n for c, n in quota.plays.items()} if quota is not None else {}
    told: set[str] = set()
    for topic in plan.topics if plan is not None else ():
        below = plan.children(topic.code) if plan is not None else ()
        codes = [topic.code, *(t.code for t in below)]
        owed = [plays[c] for c in codes if c in plays]
        sums: dict[str, int] = {topic.code: sum(owed)} if owed else {}
        told.add(topic.code)
        yield _Maker(counted, sums).line(
            Dimension.TOPIC,
            topic.code,
            topic.short_title,
            [_of(lambda c: c.topics, code) for code in codes],
            parent=topic.parent or "",
            printed=topic.printed,
            group=bool(below),
        )
    make = _Maker(counted, plays)
    for form in plan.forms if plan is not None else ():
        if form.code in seen or form.code in plays or (plan is not None and form.code in plan.spoken):
            told.add(form.code)
            picks = [_of(lambda c: c.topics, form.code)]
            yield make.line(Dimension.TOPIC, form.code, form.title, picks, printed=form.printed)
    for code in seen:
        if code not in told:
            title = f"{code} (không có trong kế hoạch)" if plan is not None else code
            yield make.line(Dimension.TOPIC, code, title, [_of(lambda c: c.topics, code)], known=False)


def _fields(counted: Counted, plan: Plan | None) -> Iterator[Breakdown]:
    seen = _keys(counted, lambda c: c.fields)
    make = _Maker(counted)
    told: set[str] = set()
    for known in plan.fields if plan is not None else ():
        spelled = [name for name in seen if fold(name) in (fold(known.name), fold(known.code))]
        told.update(spelled)
        picks = [_of(lambda c: c.fields, name) for name in spelled]
        yield make.line(Dimension.FIELD, known.name, known.name.capitalize(), picks)
    for name in seen:
        if name not in told:
            yield make.line(Dimension.FIELD, name, name, [_of(lambda c: c.fields, name)], known=False)


def _zones(counted: Counted, settings: Settings) -> Iterator[Breakdown]:
    seen = _keys(counted, lambda c: c.zones)
    names = {str(z.id): z.name for z in settings.zones}
    make = _Maker(counted)
    for zone in (*names, *(z for z in seen if z not in names)):
        picks = [_of(lambda c: c.zones, zone)]
        yield make.line(Dimension.ZONE, zone, names.get(zone, zone), picks, known=zone in names)


def _languages(counted: Counted) -> Iterator[Breakdown]:
    make = _Maker(counted)
    for code in dict.fromkeys(("vi", *_keys(counted, lambda c: c.languages))):
        picks = [_of(lambda c: c.languages, code)]
        yield make.line(Dimension.LANGUAGE, code, LANGUAGES.get(code, code), picks)


def _keys(counted: Counted, table: Callable[[Count], Mapping[str, Counter]]) -> tuple[str, ...]:
    return tuple(sorted({key for count in counted.spans for key in table(count)}))


def _of(table: Callable[[Count], Mapping[str, Counter]], key: str) -> Pick:
    return lambda count: table(count).get(key, Counter())


def activity_lines(entries: Iterable[RecordedActivity], spans: Spans) -> tuple[ActivityLine, ...]:
    """What was entered by hand, by kind, over the four spans; kinds never entered in any of them are left out."""
    known = tuple(entries)
    lines: list[ActivityLine] = []
    for kind in ActivityKind:
        if kind is ActivityKind.TARGET:
            continue
        mine = [[e for e in known if e.activity.kind is kind and _within(e.activity.day, p)] for p in spans.all()]
        if not any(mine):
            continue

        def figure(measure: Measure, value: Callable[[RecordedActivity], float]) -> Figure:
            now, previous, year_ago, total = (sum(map(value, span)) for span in mine)  # noqa: B023 - used at once
            ref = FigureRef(measure=measure, dimension=Dimension.ACTIVITY, key=kind.value)  # noqa: B023 - used at once
            return Figure(ref=ref, value=now, previous=previous, same_last_year=year_ago, cumulative=total)

        lines.append(
            ActivityLine(
                kind=kind,
                entries=figure(Measure.ENTRIES, lambda _: 1),
                count=figure(Measure.COUNT, lambda e: e.activity.count),
                people=figure(Measure.PEOPLE, lambda e: e.activity.people or 0),
            )
        )
    return tuple(lines)


def _within(day: date, period: Period) -> bool:
    return period.first <= day <= period.last


def entered_within(entries: Iterable[RecordedActivity], period: Period) -> tuple[RecordedActivity, ...]:
    """The entries of the period itself."""
    return tuple(e for e in entries if _within(e.activity.day, period))


def not_counted_lines(count: Count) -> tuple[NotCountedLine, ...]:
    """Rows kept and not counted, by reason, in the rule's own order."""
    return tuple(NotCountedLine(reason=r, rows=count.not_counted[r]) for r in NotCounted if count.not_counted.get(r))


def codes_of(key: str, plan: Plan | None) -> tuple[str, ...]:
    """The codes a topic line adds up: its own, and those of the topics under it."""
    return (key, *(t.code for t in plan.children(key))) if plan is not None else (key,)


def field_names(key: str, plan: Plan | None, seen: Iterable[str]) -> tuple[str, ...]:
    """The spellings of a field's name that rows carry."""
    known = next((f for f in plan.fields if f.name == key), None) if plan is not None else None
    if known is None:
        return (key,)
    return tuple(name for name in seen if fold(name) in (fold(known.name), fold(known.code))) or (key,)
