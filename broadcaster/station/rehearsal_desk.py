"""The desk of a rehearsal: it knows when each zone will be free, since nothing really takes time there."""

from collections.abc import Callable, Sequence
from datetime import datetime

from broadcaster.domain.arbitration import Claim, Claimant, claim
from broadcaster.domain.asrun import Outcome
from broadcaster.domain.calendar import Priority, ZoneId
from broadcaster.domain.rundown import Airing
from broadcaster.station.desk import Cause, Refused, StopSignal

Upcoming = Callable[[datetime], Sequence[Airing]]
"""The planned airings after a moment, in time order."""


class RehearsalDesk:
    """Grants zones by the same rule as `ZoneDesk`, looking ahead for the airing that will cut in."""

    def __init__(self, now: Callable[[], datetime], upcoming: Upcoming) -> None:
        self._now = now
        self._upcoming = upcoming
        self._free: dict[ZoneId, tuple[datetime, Priority]] = {}

    def take(self, zone: ZoneId, claimant: Claimant, signal: StopSignal, *, title: str) -> datetime | Refused:
        """The moment from which the zone is the claimant's."""
        now = max(self._now(), claimant.planned)
        free, on_air = self._free.get(zone, (now, Priority.NORMAL))
        start = now if free <= now or claim(claimant, on_air=on_air) is Claim.CUT else free
        if start > claimant.patience:
            return Refused(reason="cụm loa bận phát bài khác quá giờ cho phép trễ")
        self._free[zone] = (start, claimant.priority)
        return start

    def cut_at(self, zone: ZoneId, claimant: Claimant, start: datetime) -> tuple[datetime, Cause] | None:
        """When and why what begins at ``start`` in this zone will be cut, or None."""
        for airing in self._upcoming(start):
            if zone not in airing.zones:
                continue
            coming = Claimant(
                planned=airing.planned,
                latest=airing.latest,
                priority=airing.priority,
                start_rule=airing.start_rule,
                within_s=airing.within_s,
            )
            if claim(coming, on_air=claimant.priority) is Claim.CUT:
                reason = f"nhường cho bài ưu tiên hơn: {airing.title}"
                return airing.planned, Cause(outcome=Outcome.INTERRUPTED, reason=reason)
        return None

    def release(self, zone: ZoneId, *, ended: datetime) -> None:
        """The zone is free from that moment."""
        _, priority = self._free.get(zone, (ended, Priority.NORMAL))
        self._free[zone] = (ended, priority)
