"""How completion of a plan is scored: a profile of numbers, because every province sets its own."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoringProfile:
    """The full ``points`` from ``full`` per cent on, in proportion from ``floor`` per cent, nothing below it."""

    points: float = 1.0
    full: float = 100.0
    floor: float = 90.0

    def score(self, percent: float) -> float:
        """The points for so many per cent done."""
        if percent >= self.full:
            return self.points
        return self.points * percent / 100 if percent >= self.floor else 0.0


DEFAULT_SCORING = ScoringProfile()
"""After a district's scoring letter for communes (244/PNV, 08/8/2022); a ward sets its own in station.toml."""
