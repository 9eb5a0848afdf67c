"""As-run: what was truly heard, one row for each airing, and how the plan is held against it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from broadcaster.domain.calendar import Priority, ZoneId
from broadcaster.domain.rundown import Airing, AiringId, AiringState
from broadcaster.domain.scripts import ScriptId


class Outcome(Enum):
    """How an airing ended. The first six are written; the last three are derived by holding the plan against the rows."""

    AIRED = "aired"
    PARTIAL = "partial"
    INTERRUPTED = "interrupted"
    FAILED = "failed"
    WITHHELD = "withheld"
    STOPPED = "stopped"
    MISSED = "missed"
    AHEAD = "ahead"
    UNPLANNED = "unplanned"


WRITTEN = frozenset(
    {Outcome.AIRED, Outcome.PARTIAL, Outcome.INTERRUPTED, Outcome.FAILED, Outcome.WITHHELD, Outcome.STOPPED}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One script within an airing, with what the counting rules need, as it stood at that moment."""

    script: ScriptId
    title: str
    kind: str
    topics: tuple[str, ...]
    fields: tuple[str, ...]
    language: str
    text_sha256: str
    audio_sha256: str
    voice: str
    duration_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneResult:
    """What one zone's own device reported: frames written as seconds, the moment of the first sample, and the level.

    ``level_dbfs`` is the RMS of what was written, None when nothing was; ``gaps`` counts underruns.
    """

    zone: ZoneId
    device: str
    outcome: Outcome
    reason: str = ""
    started: datetime | None = None
    ended: datetime | None = None
    played_s: float = 0.0
    late_ms: float | None = None
    gaps: int = 0
    level_dbfs: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What is committed before the first sample leaves: who, what, where, by which digests.

    ``planned`` is None for an airing ordered by hand. ``by`` and ``order_reason`` name who ordered it. ``recorded_at``
    is the wall clock when the row was written.
    """

    airing_id: AiringId
    recorded_at: datetime
    planned: datetime | None
    zones: tuple[ZoneId, ...]
    programme: str
    title: str
    items: tuple[Item, ...]
    duration_s: float
    priority: Priority = Priority.NORMAL
    test: bool = False
    rehearsed: bool = False
    by: str = ""
    order_reason: str = ""
    station: str = ""
    clock_trusted: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """What truly happened, committed after the last sample (or at once, for an airing that never began)."""

    recorded_at: datetime
    outcome: Outcome
    reason: str = ""
    started: datetime | None = None
    ended: datetime | None = None
    played_s: float = 0.0
    late_ms: float | None = None
    results: tuple[ZoneResult, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AsRunEntry:
    """One closed row of the journal. ``seq``, ``prev_hash``, ``row_hash`` are its place in the chain."""

    seq: int
    opening: Opening
    closing: Closing
    prev_hash: str
    row_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the reconciliation: a planned airing with what became of it, or a row nobody planned.

    ``outcome`` is None exactly for a cancelled airing.
    """

    airing: Airing | None
    entry: AsRunEntry | None
    outcome: Outcome | None
    reason: str = ""


def overall(results: Sequence[ZoneResult]) -> tuple[Outcome, str]:
    """One outcome for an airing sent to several zones: the best zone's, with a reason naming each zone that differs.

    An airing heard in full somewhere was aired; what another zone did not deliver is said beside it and counted per zone.
    """
    if not results:
        return Outcome.FAILED, "không có cụm loa nào nhận bài"
    order = (Outcome.AIRED, Outcome.PARTIAL, Outcome.STOPPED, Outcome.INTERRUPTED, Outcome.FAILED, Outcome.WITHHELD)
    best = min((r.outcome for r in results), key=order.index)
    reasons = [f"{r.zone}: {r.reason}" if len(results) > 1 else r.reason for r in results if r.reason]
    return best, "; ".join(reasons)


def reconcile(
    airings: Iterable[Airing],
    entries: Iterable[AsRunEntry],
    *,
    now: datetime,
    on_air: Collection[AiringId] = frozenset(),
) -> tuple[Line, ...]:
    """Hold the plan against the journal: every planned airing exactly one line, in time order, then the unplanned rows.

    ``on_air`` are the airings whose row is still open: they are not over, so they are ahead, never missed.
    """
    by_id: dict[AiringId, AsRunEntry] = {e.opening.airing_id: e for e in entries}
    lines: list[Line] = []
    seen: set[AiringId] = set()
    for airing in sorted(airings, key=lambda a: (a.planned, a.id)):
        if airing.id in seen:
            continue
        seen.add(airing.id)
        entry = by_id.get(airing.id)
        lines.append(_line(airing, entry, now, airing.id in on_air))
    extra = [e for i, e in by_id.items() if i not in seen]
    extra.sort(key=lambda e: e.seq)
    lines.extend(
        Line(airing=None, entry=e, outcome=Outcome.UNPLANNED, reason=e.closing.reason or e.opening.order_reason)
        for e in extra
    )
    return tuple(lines)


def _line(airing: Airing, entry: AsRunEntry | None, now: datetime, on_air: bool) -> Line:
    if entry is not None:
        return Line(airing=airing, entry=entry, outcome=entry.closing.outcome, reason=entry.closing.reason)
    if on_air:
        return Line(airing=airing, entry=None, outcome=Outcome.AHEAD, reason="đang phát")
    if airing.state is AiringState.CANCELLED:
        return Line(airing=airing, entry=None, outcome=None, reason=airing.reason)
    if now <= airing.latest:
        return Line(airing=airing, entry=None, outcome=Outcome.AHEAD)
    return Line(airing=airing, entry=None, outcome=Outcome.MISSED, reason="quá giờ cho phép mà không có lượt phát nào")


def summary(lines: Iterable[Line]) -> Mapping[str, int]:
    """How many lines of each outcome, plus ``cancelled``, ``planned`` (lines with an airing) and ``total``."""
    counts: dict[str, int] = {o.value: 0 for o in Outcome} | {"cancelled": 0, "planned": 0, "total": 0}
    for line in lines:
        counts["total"] += 1
        counts["planned"] += line.airing is not None
        counts[line.outcome.value if line.outcome is not None else "cancelled"] += 1
    return counts
