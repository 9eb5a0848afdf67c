"""Who gets a zone: the pure rule between an airing that is due and the one that is on air there."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from broadcaster.domain.calendar import Priority, StartRule


class Claim(Enum):
    """CUT ends what is on air; WAIT lets it finish first."""

    CUT = "cut"
    WAIT = "wait"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimant:
    """What the rule needs to know of an airing that wants a zone."""

    planned: datetime
    latest: datetime
    priority: Priority
    start_rule: StartRule
    within_s: float | None = None

    @property
    def patience(self) -> datetime:
        """The last moment it waits for the zone: its grace, or sooner when its rule says within N seconds."""
        if self.start_rule is StartRule.WITHIN and self.within_s is not None:
            return min(self.latest, self.planned + timedelta(seconds=self.within_s))
        return self.latest


def claim(new: Claimant, *, on_air: Priority) -> Claim:
    """Emergency cuts all that is lower; a higher class cuts when its rule is *at once*; equals wait: the calendar decides."""
    if new.priority <= on_air:
        return Claim.WAIT
    if new.priority is Priority.EMERGENCY or new.start_rule is StartRule.AT_ONCE:
        return Claim.CUT
    return Claim.WAIT
