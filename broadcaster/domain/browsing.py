"""Looking through the log: which rows a filter takes, decided once for all rows that are alike."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from broadcaster.domain.asrun import Item, Outcome
from broadcaster.domain.calendar import ZoneId
from broadcaster.domain.figures import FRAME, CountingRule, FigureGroup, NotCounted
from broadcaster.domain.folding import fold_id


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
class Counted:
    """Only rows the rule counts (``counted``), only those it does not (``uncounted``), or only those it does not for ``reason``."""

    rule: CountingRule
    counted: bool = True
    reason: NotCounted | None = None

    def takes(self, group: FigureGroup) -> bool:
        """Whether the rows of this group are among them."""
        refused = self.rule.refuses(group)
        if self.counted:
            return refused is None
        return refused is not None and self.reason in (None, refused)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogFilter:
    """What a person looks for; an empty field asks nothing. Every word of ``text`` must be found, marks and case aside.

    ``zone`` is one the airing was sent to, or with ``counted`` one that truly heard it. ``topic`` takes its sub-items
    (``ND-D`` takes ``ND-D1``) by the codes in ``topics``.
    """

    zone: str = ""
    outcome: Outcome | None = None
    not_aired: bool = False
    topics: frozenset[str] = frozenset()
    kind: str = ""
    field: str = ""
    language: str = ""
    script: str = ""
    text: str = ""
    counted: Counted | None = None

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
        if self.counted is not None and not self.counted.takes(group):
            return False
        return self._zone(group) and self._items(group.items) and self._words(kind)

    def _zone(self, group: FigureGroup) -> bool:
        if not self.zone:
            return True
        heard = self.counted is not None and self.counted.counted
        return any(zone == self.zone and (outcome is Outcome.AIRED or not heard) for zone, outcome in group.zones)

    def _items(self, items: Iterable[Item]) -> bool:
        if not (self.topics or self.kind or self.field or self.language or self.script):
            return True
        return any(self._item(item) for item in items)

    def _item(self, item: Item) -> bool:
        if self.counted is not None and item.kind in FRAME:
            return False
        return (
            (not self.topics or not self.topics.isdisjoint(item.topics))
            and (not self.kind or item.kind == self.kind)
            and (not self.field or self.field in item.fields)
            and (not self.language or item.language == self.language)
            and (not self.script or item.script == self.script)
        )

    def _words(self, kind: RowKind) -> bool:
        if not self.text.strip():
            return True
        said = _searched(kind.title, kind.group.programme, kind.group.items)
        return all(word in said for word in fold_id(self.text).split("-"))


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
class Zones:
    """Zones and other names the log knows, for the choices of a filter; each in the order of its first row."""

    zones: tuple[ZoneId, ...]
    topics: tuple[str, ...]


def names_in(kinds: Iterable[RowKind]) -> Zones:
    """What the rows themselves name, so that a zone taken down long ago can still be asked about."""
    ordered = sorted(kinds, key=lambda kind: (kind.first, kind.group.tally))
    zones = dict.fromkeys(zone for kind in ordered for zone, _ in kind.group.zones)
    topics = dict.fromkeys(t for kind in ordered for item in kind.group.items for t in item.topics)
    return Zones(zones=tuple(zones), topics=tuple(topics))
