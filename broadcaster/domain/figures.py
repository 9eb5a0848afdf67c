"""Figures: what the reports count, grouped by the database, and the stated, versioned rule that says what counts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from broadcaster.domain.asrun import Closing, Item, Opening, Outcome
from broadcaster.domain.calendar import Priority, ZoneId
from broadcaster.domain.scripts import FRAME_KINDS, ScriptId

ZoneOutcomes = tuple[tuple[ZoneId, Outcome | None], ...]

FRAME = frozenset(kind.value for kind in FRAME_KINDS)
"""The kinds, as rows write them, that are never counted as content."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureGroup:
    """Closed rows alike in everything a rule may ask about: how many, and the seconds played and planned in all.

    ``segment`` n means a moment in [cuts[n], cuts[n+1]). ``share`` is the whole per cent of its length an airing was
    heard, rounded down. A zone whose device confirmed nothing has None. ``tally`` is the journal's own name for the group.
    """

    segment: int
    items: tuple[Item, ...]
    programme: str
    zones: ZoneOutcomes
    outcome: Outcome
    test: bool
    rehearsed: bool
    priority: Priority
    share: int
    count: int
    played_s: float
    duration_s: float
    tally: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstHeard:
    """The first row in which a script was aired (outcome aired, no test): ``at`` is its moment (planned, else recorded)."""

    script: ScriptId
    rehearsed: bool
    seq: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """All closed rows between the first and the last cut, grouped by segment, and the first airing of every script."""

    cuts: tuple[datetime, ...]
    groups: tuple[FigureGroup, ...]
    firsts: tuple[FirstHeard, ...]


class NotCounted(Enum):
    """Why a row is kept and not counted, the first reason that holds."""

    TEST = "test"
    REHEARSED = "rehearsed"
    NOT_AIRED = "not_aired"
    TOO_SHORT = "too_short"
    NO_ZONE = "no_zone"


@dataclass(frozen=True, slots=True, kw_only=True)
class CountingRule:
    """What counts as heard; a change of rule is a new version, never an edit of an old one.

    ``rehearsed`` True counts a rehearsal's rows and nothing else: for the report of a scratch station only.
    """

    version: str
    min_share: int
    min_zones: int
    rehearsed: bool = False

    def refuses(self, group: FigureGroup) -> NotCounted | None:
        """Why these rows are not counted; None when they are."""
        if group.test:
            return NotCounted.TEST
        if group.rehearsed is not self.rehearsed:
            return NotCounted.REHEARSED
        if group.outcome is not Outcome.AIRED:
            return NotCounted.NOT_AIRED
        if group.share < self.min_share:
            return NotCounted.TOO_SHORT
        if sum(outcome is Outcome.AIRED for _, outcome in group.zones) < self.min_zones:
            return NotCounted.NO_ZONE
        return None


RULE_2024_1 = CountingRule(version="2024.1", min_share=90, min_zones=1)
"""Counted: outcome aired, at least 90 % of the length heard, at least one zone confirmed; tests and rehearsals never."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """One line of figures. ``works`` are different scripts, ``plays`` every time one was heard = ``first`` + ``replays``.

    ``seconds`` is the length of the items heard.
    """

    works: int = 0
    plays: int = 0
    first: int = 0
    replays: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """A count by one rule over some segments.

    ``airings`` are programmes put on air (chương trình/buổi) and ``played_s`` the sound that left the station in them;
    the counters count content items only (a signature tune is not content). An item with two topics counts under each,
    so the lines of ``topics`` may add up to more than ``items``.
    """

    rule: CountingRule
    airings: int
    played_s: float
    items: Counter
    kinds: Mapping[str, Counter] = field(default_factory=dict)
    topics: Mapping[str, Counter] = field(default_factory=dict)
    fields: Mapping[str, Counter] = field(default_factory=dict)
    languages: Mapping[str, Counter] = field(default_factory=dict)
    zones: Mapping[str, Counter] = field(default_factory=dict)
    scripts: Mapping[str, Counter] = field(default_factory=dict)
    programmes: Mapping[str, int] = field(default_factory=dict)
    zone_airings: Mapping[str, int] = field(default_factory=dict)
    not_counted: Mapping[NotCounted, int] = field(default_factory=dict)


def share_of(opening: Opening, closing: Closing) -> int:
    """The whole per cent of its length that was heard, 0–100, rounded down; an airing of no length was heard if anything was."""
    planned, played = milliseconds(opening.duration_s), milliseconds(closing.played_s)
    if planned <= 0:
        return 100 if played > 0 else 0
    return max(0, min(100, played * 100 // planned))


def milliseconds(seconds: float) -> int:
    """Whole milliseconds, so that sums are exact whatever their order."""
    return round(seconds * 1000)


def zone_outcomes(opening: Opening, closing: Closing) -> ZoneOutcomes:
    """What each zone's device said, in the order ordered; None for a zone that reported nothing."""
    said = {result.zone: result.outcome for result in closing.results}
    return tuple((zone, said.get(zone)) for zone in dict.fromkeys((*opening.zones, *said)))


class _Tally:
    """Adds plays up, then gives a Counter; mutable, and never leaves this module."""

    __slots__ = ("ms", "plays")

    def __init__(self) -> None:
        self.plays: dict[ScriptId, int] = {}
        self.ms = 0

    def add(self, item: Item, times: int) -> None:
        self.plays[item.script] = self.plays.get(item.script, 0) + times
        self.ms += milliseconds(item.duration_s) * times

    def counter(self, first_here: frozenset[ScriptId]) -> Counter:
        plays = sum(self.plays.values())
        first = sum(1 for script in self.plays if script in first_here)
        return Counter(works=len(self.plays), plays=plays, first=first, replays=plays - first, seconds=self.ms / 1000)


class _Ledger:
    """The tallies of one dimension by key."""

    __slots__ = ("tallies",)

    def __init__(self) -> None:
        self.tallies: dict[str, _Tally] = {}

    def add(self, keys: Iterable[str], item: Item, times: int) -> None:
        for key in dict.fromkeys(keys):
            self.tallies.setdefault(key, _Tally()).add(item, times)

    def counters(self, first_here: frozenset[ScriptId]) -> dict[str, Counter]:
        return {key: self.tallies[key].counter(first_here) for key in sorted(self.tallies)}


def count(figures: Figures, rule: CountingRule = RULE_2024_1, segments: Iterable[int] | None = None) -> Count:
    """Count by the rule over these segments (all of them by default): every row is either counted or says why it is not.

    A play is *first* where the script's first airing of all time lies in the segments; every other play is a replay.
    """
    wanted = frozenset(range(len(figures.cuts) - 1) if segments is None else segments)
    first_here = _first_in(figures, rule, wanted)
    ledgers = {name: _Ledger() for name in ("items", "kinds", "topics", "fields", "languages", "zones", "scripts")}
    programmes: dict[str, int] = {}
    zone_airings: dict[str, int] = {}
    refused: dict[NotCounted, int] = {}
    airings = played_ms = 0
    for group in (g for g in figures.groups if g.segment in wanted):
        reason = rule.refuses(group)
        if reason is not None:
            refused[reason] = refused.get(reason, 0) + group.count
            continue
        airings += group.count
        played_ms += milliseconds(group.played_s)
        programmes[group.programme] = programmes.get(group.programme, 0) + group.count
        heard = [zone for zone, outcome in group.zones if outcome is Outcome.AIRED]
        for zone in heard:
            zone_airings[zone] = zone_airings.get(zone, 0) + group.count
        _add_items(ledgers, group, heard)
    counters = {name: ledger.counters(first_here) for name, ledger in ledgers.items()}
    return Count(
        rule=rule,
        airings=airings,
        played_s=played_ms / 1000,
        items=counters["items"].get("", Counter()),
        kinds=counters["kinds"],
        topics=counters["topics"],
        fields=counters["fields"],
        languages=counters["languages"],
        zones=counters["zones"],
        scripts=counters["scripts"],
        programmes=dict(sorted(programmes.items())),
        zone_airings=dict(sorted(zone_airings.items())),
        not_counted=refused,
    )


def _add_items(ledgers: Mapping[str, _Ledger], group: FigureGroup, heard: Iterable[ZoneId]) -> None:
    zones = tuple(heard)
    for item in group.items:
        if item.kind in FRAME:
            continue
        ledgers["items"].add(("",), item, group.count)
        ledgers["kinds"].add((item.kind,), item, group.count)
        ledgers["topics"].add(item.topics, item, group.count)
        ledgers["fields"].add(item.fields, item, group.count)
        ledgers["languages"].add((item.language,), item, group.count)
        ledgers["zones"].add(zones, item, group.count)
        ledgers["scripts"].add((item.script,), item, group.count)


def _first_in(figures: Figures, rule: CountingRule, wanted: frozenset[int]) -> frozenset[ScriptId]:
    spans = [(figures.cuts[n], figures.cuts[n + 1]) for n in wanted if 0 <= n < len(figures.cuts) - 1]
    return frozenset(
        heard.script
        for heard in figures.firsts
        if heard.rehearsed is rule.rehearsed and any(start <= heard.at < end for start, end in spans)
    )
