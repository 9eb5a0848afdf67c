"""Looking through the log: which rows a filter takes, decided once for all rows that are alike."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from broadcaster.domain.asrun import Item, Outcome
from broadcaster.domain.calendar import ZoneId
from broadcaster.domain.figures import CountingRule, FigureGroup, NotCounted
from broadcaster.domain.folding import fold_id
from broadcaster.domain.report import Dimension, FigureRef, Measure, made_of


@dataclass(frozen=True, slots=True, kw_only=True)
class RowKind:
    """Closed rows alike in everything a filter may ask about (`FigureGroup.tally`), how many, and between which moments.

    ``group`` counts them over all time; its sums are left at zero. ``title`` is what the newest of them was called.
    """

    group: FigureGroup
    title: str
    first: datetime
    last: datetime
    newest: int


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Place:
    """Where a closed row stands: its moment (planned, else recorded), then its seq."""

    moment: datetime
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeOf:
    """Only the rows a figure of a report is made of; ``keys`` are all the codes it stands for (`report.made_of`)."""

    ref: FigureRef
    rule: CountingRule
    keys: tuple[str, ...] = ()

    def takes(self, group: FigureGroup) -> bool:
        """Whether the rows of this group are counted in the figure."""
        return self.rule.refuses(group) is None and made_of(self.ref, group, self.keys)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Only rows a rule does not count, for this reason."""

    rule: CountingRule
    reason: NotCounted

    def takes(self, group: FigureGroup) -> bool:
        """Whether the rows of this group are kept and not counted, for the reason asked about."""
        return self.rule.refuses(group) is self.reason


@dataclass(frozen=True, slots=True, kw_only=True)
class LogFilter:
    """What a person looks for; an empty field asks nothing. Every word of ``text`` must be found, marks and case aside.

    ``topics`` holds a code with all that stand under it, ``zone`` one the airing was sent to.
    """

    zone: str = ""
    outcome: Outcome | None = None
    not_aired: bool = False
    topics: frozenset[str] = frozenset()
    script: str = ""
    text: str = ""
    figure: MadeOf | Refused | None = None

    @property
    def asks_nothing(self) -> bool:
        """Whether every row is taken."""
        return self == LogFilter()

    def takes(self, kind: RowKind) -> bool:
        """Whether rows of this kind are looked for."""
        group = kind.group
        if self.outcome is not None and group.outcome is not self.outcome:
            return False
        if self.not_aired and group.outcome is Outcome.AIRED:
            return False
        if self.figure is not None and not self.figure.takes(group):
            return False
        if self.zone and all(zone != self.zone for zone, _ in group.zones):
            return False
        return self._items(group.items) and self._words(kind)

    def _items(self, items: Iterable[Item]) -> bool:
        if not self.topics and not self.script:
            return True
        return any(
            (not self.topics or not self.topics.isdisjoint(item.topics))
            and (not self.script or item.script == self.script)
            for item in items
        )

    def _words(self, kind: RowKind) -> bool:
        words = fold_id(self.text).split("-") if self.text.strip() else []
        if not words:
            return True
        said = _searched(kind.title, kind.group.programme, kind.group.items)
        return all(word and word in said for word in words)


def parse_ref(text: str) -> FigureRef | None:
    """The figure a name stands for (``plays.topic.ND-A``, as `FigureRef` writes it); None where it names none."""
    measure, _, rest = text.partition(".")
    dimension, _, key = rest.partition(".")
    try:
        return FigureRef(measure=Measure[measure.upper()], dimension=Dimension[dimension.upper() or "ALL"], key=key)
    except KeyError:
        return None


@lru_cache(maxsize=8192)  # the same programmes are asked about with every letter typed
def _searched(title: str, programme: str, items: tuple[Item, ...]) -> str:
    return fold_id(" ".join((title, programme, *(f"{item.title} {item.script}" for item in items))))


def merged(known: Mapping[int, RowKind], seen: Iterable[RowKind]) -> dict[int, RowKind]:
    """What was known, with rows seen since added up."""
    result = dict(known)
    for kind in seen:
        old = result.get(kind.group.tally)
        result[kind.group.tally] = kind if old is None else _sum(old, kind)
    return result


def _sum(old: RowKind, new: RowKind) -> RowKind:
    return RowKind(
        group=replace(old.group, count=old.group.count + new.group.count),
        title=new.title if new.newest > old.newest else old.title,
        first=min(old.first, new.first),
        last=max(old.last, new.last),
        newest=max(old.newest, new.newest),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What the rows themselves name, for the choices of a filter; each in the order of its first row."""

    zones: tuple[ZoneId, ...]
    topics: tuple[str, ...]


def names_in(kinds: Iterable[RowKind]) -> Names:
    """So that a zone taken down long ago can still be asked about."""
    ordered = sorted(kinds, key=lambda kind: (kind.first, kind.group.tally))
    zones = dict.fromkeys(zone for kind in ordered for zone, _ in kind.group.zones)
    topics = dict.fromkeys(t for kind in ordered for item in kind.group.items for t in item.topics)
    return Names(zones=tuple(zones), topics=tuple(topics))
