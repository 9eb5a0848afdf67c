"""What one edit changes in the coming days: the airings before held against the airings after."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from broadcaster.domain.rundown import Airing, AiringId, AiringState


class ChangeKind(Enum):
    """What becomes of one airing."""

    ADDED = "thêm"
    REMOVED = "bớt"
    CANCELLED = "hủy"
    RESTORED = "phát lại"
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


def airing_changes(before: Iterable[Airing], after: Iterable[Airing]) -> tuple[AiringChange, ...]:
    """Every airing that differs, in order of time; a rotation that only picks another script is no change of the calendar."""
    old: dict[AiringId, Airing] = {a.id: a for a in before}
    new: dict[AiringId, Airing] = {a.id: a for a in after}
    found = [c for i in {**old, **new} if (c := _change(old.get(i), new.get(i))) is not None]
    return tuple(sorted(found, key=lambda c: (c.airing.planned, c.airing.id)))


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
    what = tuple(name for name in _FIELDS if getattr(before, name) != getattr(after, name))
    return AiringChange(kind=ChangeKind.ALTERED, before=before, after=after, what=what) if what else None
