"""The periodic report as values: every document (DOCX, XLSX, HTML, JSON) renders these and counts nothing itself."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Protocol

from broadcaster.domain.activities import ActivityKind, RecordedActivity
from broadcaster.domain.asrun import AsRunEntry, Item, Outcome
from broadcaster.domain.calendar import ZoneId
from broadcaster.domain.figures import FRAME, CountingRule, FigureGroup, NotCounted, share_of, zone_outcomes
from broadcaster.domain.folding import fold
from broadcaster.domain.periods import Period
from broadcaster.domain.plan import Plan, Target
from broadcaster.domain.rundown import AiringId
from broadcaster.domain.scoring import ScoringProfile
from broadcaster.domain.scripts import TopicCode
from broadcaster.domain.settings import Identity

REHEARSAL_MARK = "SỐ LIỆU DIỄN TẬP"
"""Stands on every page of a report whose rows were rehearsed and never heard."""


class Measure(Enum):
    """What a figure counts; the value is the Vietnamese unit. MINUTES are the length of the items heard."""

    AIRINGS = "chương trình"
    SESSIONS = "buổi"
    WORKS = "tin, bài khác nhau"
    PLAYS = "lượt phát"
    FIRST = "lượt phát mới"
    REPLAYS = "lượt phát lại"
    MINUTES = "phút"
    PEOPLE = "lượt người"
    COUNT = "số lượng"
    ENTRIES = "mục nhập tay"


class Dimension(Enum):
    """Along what it is counted; the key is a kind (`Kind.value`), a topic or form code, a field, a zone id, a language."""

    ALL = "tất cả"
    KIND = "thể loại"
    TOPIC = "nội dung"
    FIELD = "lĩnh vực"
    ZONE = "cụm loa"
    LANGUAGE = "ngôn ngữ"
    ACTIVITY = "hoạt động nhập tay"


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureRef:
    """The name of a figure, the same in every document: ``plays.topic.ND-A``."""

    measure: Measure
    dimension: Dimension = Dimension.ALL
    key: str = ""

    def __str__(self) -> str:
        return ".".join(p for p in (self.measure.name.lower(), self.dimension.name.lower(), self.key) if p)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number four times: in the period, the one before, the same one last year, and since the reporting year began.

    ``quota`` is for the whole validity of the ward's quota (`Report.quota_note` says whose it is); ``toward_quota`` is
    what counts toward it so far; both None where there is no quota.
    """

    ref: FigureRef
    value: float
    previous: float = 0.0
    same_last_year: float = 0.0
    cumulative: float = 0.0
    quota: float | None = None
    toward_quota: float | None = None

    @property
    def percent(self) -> float | None:
        """Per cent of the quota reached so far, None without a quota or with a quota of nothing."""
        if not self.quota or self.toward_quota is None:
            return None
        return self.toward_quota / self.quota * 100

    @property
    def change(self) -> float | None:
        """Per cent more (or less) than in the period before, None when that was zero."""
        return (self.value - self.previous) / self.previous * 100 if self.previous else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Breakdown:
    """One line of a table: a kind, a topic, a field, a zone or a language with its counters.

    ``parent`` is the line it stands under (ND-D1 under ND-D); ``group`` marks a line that adds its children up.
    ``printed`` is the topic's place in the plan (III.1.a). ``known`` is False for what the rows name and no plan or
    setting does. An item with two topics counts under each, so lines may add up to more than the whole.
    """

    key: str
    title: str
    works: Figure
    plays: Figure
    first: Figure
    replays: Figure
    minutes: Figure
    parent: str = ""
    group: bool = False
    printed: str = ""
    known: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityLine:
    """All hand-entered activities of one kind: how many, and how many people; always shown with `activities.BY_HAND`."""

    kind: ActivityKind
    entries: Figure
    count: Figure
    people: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class NotCountedLine:
    """Rows kept in the journal and not counted, by the first reason that holds."""

    reason: NotCounted
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Notable:
    """A planned airing that was not heard in full, with why; ``outcome`` None is a cancelled one, ``seq`` None has no row."""

    airing_id: AiringId
    at: datetime
    title: str
    zones: tuple[ZoneId, ...]
    outcome: Outcome | None
    reason: str
    seq: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """The published plan of the period held against the rows: planned = Σ of what became of it.

    ``counts`` has every outcome of a planned airing (aired … missed, ahead); ``cancelled`` ones keep their line and are
    no part of ``planned``. ``unplanned`` rows were aired by hand or as tests. ``notable`` are the lines a reader asks about:
    missed, failed, withheld, partial, interrupted, stopped, cancelled (the first `NOTABLE_LINES` of them, in time order).
    """

    planned: int
    counts: Mapping[Outcome, int]
    cancelled: int
    unplanned: int
    notable: tuple[Notable, ...] = ()
    notable_in_all: int = 0

    @property
    def aired_share(self) -> float | None:
        """Per cent of what was planned and is over that was aired, None when nothing is over."""
        over = self.planned - self.counts.get(Outcome.AHEAD, 0)
        return self.counts.get(Outcome.AIRED, 0) / over * 100 if over > 0 else None


NOTABLE_LINES = 200
"""So many lines at most are carried in a report; `Reconciliation.notable_in_all` says how many there were."""


class TargetState(Enum):
    """Whether a target is met by the end of the period. NO_DATA waits for a value entered by hand.

    NO_NUMBER and NOT_DUE (nothing of it was due yet) are never judged.
    """

    MET = "đạt"
    BEHIND = "chưa đạt"
    NO_DATA = "chưa có số liệu"
    NO_NUMBER = "kế hoạch không đặt mức"
    NOT_DUE = "chưa đến hạn"


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetLine:
    """A target of the plan (``target``), or of the ward's own quota (``topic``): what was due by now, and what was reached.

    ``due`` is the whole quota once its last day is over, before that what the published rundowns had planned so far (in
    proportion to the days where no rundown was ever published).
    """

    key: str
    title: str
    state: TargetState
    due: float | None
    reached: float | None
    whole: float | None
    unit: str
    own_quota: bool
    target: Target | None = None
    topic: TopicCode | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """Plan completion: targets met of targets judged (MET, BEHIND and NO_DATA are judged)."""

    profile: ScoringProfile
    lines: tuple[TargetLine, ...]
    done: int
    judged: int

    @property
    def percent(self) -> float | None:
        """Per cent of the judged targets met, None when there is nothing to judge."""
        return self.done / self.judged * 100 if self.judged else None

    @property
    def score(self) -> float | None:
        """The points by the profile."""
        return None if self.percent is None else self.profile.score(self.percent)


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """A Vietnamese sentence the reader must see: why a figure is zero, whose quota it is, a gap in the identity."""

    code: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneCount:
    """Zones switched on, and zones in which at least one counted airing was heard in the period."""

    known: int
    heard: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One period's report. ``issued`` is the day on the paper, ``identity`` the one valid that day.

    ``rehearsed`` True means every figure counts rehearsed rows: `REHEARSAL_MARK` must stand on the document.
    ``unheard`` are the plan's tags with no counted play in the period. ``head`` is the journal's newest seal.
    """

    period: Period
    previous: Period
    same_last_year: Period
    cumulative: Period
    issued: date
    made_at: datetime
    identity: Identity
    plan: Plan | None
    rule: CountingRule
    rehearsed: bool
    airings: Figure
    sessions: Figure
    works: Figure
    plays: Figure
    first: Figure
    replays: Figure
    minutes: Figure
    kinds: tuple[Breakdown, ...]
    topics: tuple[Breakdown, ...]
    fields: tuple[Breakdown, ...]
    zones: tuple[Breakdown, ...]
    languages: tuple[Breakdown, ...]
    activities: tuple[ActivityLine, ...]
    entered: tuple[RecordedActivity, ...]
    not_counted: tuple[NotCountedLine, ...]
    reconciliation: Reconciliation
    completion: Completion
    unheard: tuple[TopicCode, ...]
    zone_count: ZoneCount
    quota_note: str = ""
    remarks: tuple[Remark, ...] = ()

    @property
    def hours(self) -> float:
        """The period's minutes as hours."""
        return self.minutes.value / 60

    def figures(self) -> Iterator[Figure]:
        """Every figure of the report, each once, in the order of its tables."""
        yield from (self.airings, self.sessions, self.works, self.plays, self.first, self.replays, self.minutes)
        for table in (self.kinds, self.topics, self.fields, self.zones, self.languages):
            for line in table:
                yield from (line.works, line.plays, line.first, line.replays, line.minutes)
        for kind in self.activities:
            yield from (kind.entries, kind.count, kind.people)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRow:
    """A row of the journal in a report's period; ``reason`` is why it is not counted, None when it is."""

    entry: AsRunEntry
    reason: NotCounted | None


class ReportRows(Protocol):
    """The rows behind a report's figures, read from the journal when asked for (`station.reporting.Reporter`)."""

    def rows(self, report: Report, ref: FigureRef | None = None) -> Iterator[ReportRow]:
        """Rows of the report's period in time order; with ``ref`` only the counted ones that figure is made of."""
        ...


def items_of(ref: FigureRef, items: Iterable[Item], keys: Collection[str] = ()) -> tuple[Item, ...]:
    """The content items a figure counts; ``keys`` are all the codes it stands for, its own by default (a group has several)."""
    wanted = set(keys) or {ref.key}
    content = (item for item in items if item.kind not in FRAME)
    match ref.dimension:
        case Dimension.KIND:
            return tuple(item for item in content if item.kind in wanted)
        case Dimension.TOPIC:
            return tuple(item for item in content if wanted.intersection(item.topics))
        case Dimension.FIELD:
            spelled = {fold(key) for key in wanted}
            return tuple(item for item in content if any(fold(name) in spelled for name in item.fields))
        case Dimension.LANGUAGE:
            return tuple(item for item in content if item.language in wanted)
        case Dimension.ALL | Dimension.ZONE:
            return tuple(content)
        case _:
            return ()


def made_of(ref: FigureRef, group: FigureGroup, keys: Collection[str] = ()) -> bool:
    """Whether counted rows of this group are part of a figure: by what was heard, or by the zones that heard it."""
    if ref.measure in (Measure.AIRINGS, Measure.SESSIONS):
        return True
    if ref.dimension is Dimension.ZONE and (ref.key, Outcome.AIRED) not in group.zones:
        return False
    return bool(items_of(ref, group.items, keys))


def reason_of(entry: AsRunEntry, rule: CountingRule) -> NotCounted | None:
    """Why one row is not counted by the rule; None when it is."""
    opening, closing = entry.opening, entry.closing
    alone = FigureGroup(
        segment=0,
        items=opening.items,
        programme=opening.programme,
        zones=zone_outcomes(opening, closing),
        outcome=closing.outcome,
        test=opening.test,
        rehearsed=opening.rehearsed,
        priority=opening.priority,
        share=share_of(opening, closing),
        count=1,
        played_s=closing.played_s,
        duration_s=opening.duration_s,
    )
    return rule.refuses(alone)
