"""What one edit changes in the coming days: the airings before held against the airings after."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from broadcaster.domain.rundown import Airing, AiringId, AiringState


class ChangeKind(Enum):
    """What becomes of one airing."""

    ADDED = "thêm"
    REMOVED = "bớt"
    CANCELLED = "hủy"
    RESTORED = "phát lại"
    MOVED = "dời"
    ALTERED = "đổi"


@dataclass(frozen=True, slots=True, kw_only=True)
class AiringChange:
    """One airing that an edit touches; ``what`` names the fields that differ for ALTERED."""

    kind: ChangeKind
    before: Airing | None = None
    after: Airing | None = None
    what: tuple[str, ...] = ()

    @property
    def airing(self) -> Airing:
        """The airing as it will be, or as it was when it goes."""
        found = self.after if self.after is not None else self.before
        if found is None:
            raise ValueError("a change has at least one side")
        return found


_FIELDS = ("programme", "zones", "priority", "repeat", "start_rule", "within_s", "grace_s", "title")


def airing_changes(
    before: Iterable[Airing], after: Iterable[Airing], *, since: datetime | None = None
) -> tuple[AiringChange, ...]:
    """Every airing planned after ``since`` that differs, in order of time.

    A rotation that only picks another script is no change of the calendar, nor is a row that only got another id; one that
    goes or is cancelled and one that comes with the same content on the same day are one MOVED.
    """
    old: dict[AiringId, Airing] = {a.id: a for a in before if since is None or a.planned > since}
    new: dict[AiringId, Airing] = {a.id: a for a in after if since is None or a.planned > since}
    found = [c for i in {**old, **new} if (c := _change(old.get(i), new.get(i))) is not None]
    return tuple(sorted(_paired(found), key=lambda c: (c.airing.planned, c.airing.id)))


def _paired(changes: list[AiringChange]) -> list[AiringChange]:
    """What goes and comes again at the very moment cancels out; on the same day it moved; another in its place replaced it."""
    goes = {ChangeKind.REMOVED, ChangeKind.CANCELLED}
    gone = [c for c in changes if c.kind in goes]
    come = [c for c in changes if c.kind is ChangeKind.ADDED]
    kept = [c for c in changes if c.kind not in {*goes, ChangeKind.ADDED}]
    _, gone, come = _matched(gone, come, lambda a: (a.planned, a.programme, a.zones, a.title, a.priority, a.repeat))
    pairs, gone, come = _matched(gone, come, lambda a: (a.planned.date(), a.programme, a.zones))
    gone, cancelled = (
        [c for c in gone if c.kind is ChangeKind.REMOVED],
        [c for c in gone if c.kind is ChangeKind.CANCELLED],
    )
    replaced, gone, come = _matched(gone, come, lambda a: (a.planned, a.zones))
    return [*kept, *gone, *cancelled, *come, *(_joined(g, c) for g, c in (*pairs, *replaced))]


def _joined(gone: AiringChange, come: AiringChange) -> AiringChange:
    return AiringChange(
        kind=ChangeKind.ALTERED if gone.airing.planned == come.airing.planned else ChangeKind.MOVED,
        before=gone.before,
        after=come.after,
        what=_differing(gone.airing, come.airing),
    )


def _matched(
    gone: list[AiringChange], come: list[AiringChange], key: Callable[[Airing], Hashable]
) -> tuple[list[tuple[AiringChange, AiringChange]], list[AiringChange], list[AiringChange]]:
    """Pairs with the same key, and what is left of both."""
    waiting: defaultdict[Hashable, list[AiringChange]] = defaultdict(list)
    for change in gone:
        waiting[key(change.airing)].append(change)
    pairs, left = [], []
    for change in come:
        same = waiting[key(change.airing)]
        if same:
            pairs.append((same.pop(0), change))
        else:
            left.append(change)
    return pairs, [c for rest in waiting.values() for c in rest], left


def _differing(before: Airing, after: Airing) -> tuple[str, ...]:
    return tuple(name for name in _FIELDS if getattr(before, name) != getattr(after, name))


def _change(before: Airing | None, after: Airing | None) -> AiringChange | None:
    off_before = before is None or before.state is AiringState.CANCELLED
    off_after = after is None or after.state is AiringState.CANCELLED
    if off_before and off_after:
        return None
    if before is None:
        return AiringChange(kind=ChangeKind.ADDED, after=after)
    if after is None:
        return AiringChange(kind=ChangeKind.REMOVED, before=before)
    if off_after:
        return AiringChange(kind=ChangeKind.CANCELLED, before=before, after=after)
    if off_before:
        return AiringChange(kind=ChangeKind.RESTORED, before=before, after=after)
    what = _differing(before, after)
    return AiringChange(kind=ChangeKind.ALTERED, before=before, after=after, what=what) if what else None
