"""The quiet-hours gate: a pure rule between playout and sink, apart from the scheduler."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from broadcaster.domain.calendar import Priority
from broadcaster.domain.settings import TimeSpan


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether sound may leave; ``reason`` is Vietnamese and goes into the row either way."""

    open: bool
    reason: str = ""


def judge(
    quiet: TimeSpan, *, start: datetime, duration_s: float, priority: Priority, by: str = "", reason: str = ""
) -> Verdict:
    """Nothing speaks in quiet hours, not even its last second, but an emergency with a name and a reason, and the row says so.

    ``start`` is aware, in the station's time zone.
    """
    if quiet.start == quiet.end:
        return Verdict(open=True)
    touched = _touches(quiet, start, duration_s)
    if not touched:
        return Verdict(open=True)
    span = f"{quiet.start:%H:%M}–{quiet.end:%H:%M}"
    if priority is Priority.EMERGENCY and by.strip() and reason.strip():
        return Verdict(
            open=True, reason=f"phát khẩn trong giờ yên tĩnh ({span}) do {by.strip()} quyết định: {reason.strip()}"
        )
    return Verdict(open=False, reason=f"trong giờ yên tĩnh ({span}) loa không được phát")


def _touches(quiet: TimeSpan, start: datetime, duration_s: float) -> bool:
    if quiet.contains(start.timetz().replace(tzinfo=None)):
        return True
    opening = start.replace(hour=quiet.start.hour, minute=quiet.start.minute, second=quiet.start.second, microsecond=0)
    if opening <= start:
        opening += timedelta(days=1)
    return start + timedelta(seconds=max(duration_s, 0.0)) > opening
