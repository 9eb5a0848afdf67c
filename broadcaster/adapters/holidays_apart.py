"""Public holidays worked out by a child process, for a long-lived one that must stay small.

The library loads the holidays of every country to answer for one: 8 MB that would never be given back.
"""

import json
import logging
import subprocess
import sys
from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from broadcaster.adapters.holidays_vn import VietnamHolidays

log = logging.getLogger(__name__)

TOGETHER = 4
"""Years that one child answers for: a calendar is turned page by page, and each start takes a third of a second."""

_DEADLINE_S = 60.0


class HolidaysApart:
    """`ports.Holidays` for Việt Nam; the same answers as `VietnamHolidays`, which steps in when no child can be started."""

    def between(self, first: date, last: date) -> Mapping[date, str]:
        """Days off in [first, last] with their Vietnamese names."""
        return {
            day: name
            for year in range(first.year, last.year + 1)
            for day, name in _of_year(year)
            if first <= day <= last
        }


@lru_cache(maxsize=64)
def _of_year(year: int) -> tuple[tuple[date, str], ...]:
    known = _group(year // TOGETHER)
    return tuple((day, name) for day, name in known if day.year == year)


@lru_cache(maxsize=32)
def _group(number: int) -> tuple[tuple[date, str], ...]:
    """Every day off of years that follow each other."""
    first, last = max(1, number * TOGETHER), min(9999, number * TOGETHER + TOGETHER - 1)
    try:
        answer = subprocess.run(
            [sys.executable, "-m", __name__, str(first), str(last)],
            capture_output=True,
            timeout=_DEADLINE_S,
            check=True,
        )
        return tuple((date.fromisoformat(day), str(name)) for day, name in json.loads(answer.stdout))
    except (OSError, subprocess.SubprocessError, ValueError) as cause:
        log.warning("Holidays are worked out in this process: %s.", cause, extra={"action": "holidays_inside"})
        return tuple(VietnamHolidays().between(date(first, 1, 1), date(last, 12, 31)).items())


def main(words: list[str]) -> None:
    """The child: prints the days off of the years [first, last] as JSON pairs."""
    first, last = int(words[0]), int(words[1])
    found = VietnamHolidays().between(date(first, 1, 1), date(last, 12, 31))
    print(json.dumps([[day.isoformat(), name] for day, name in sorted(found.items())]))


if __name__ == "__main__":
    main(sys.argv[1:])
