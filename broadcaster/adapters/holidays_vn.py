"""Public holidays of Việt Nam from the `holidays` library: the days of the Labour Code, swapped and made-up days as it knows them."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache


class VietnamHolidays:
    """`ports.Holidays` for Việt Nam; each year is worked out once, when first asked."""

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
    from holidays import country_holidays  # noqa: PLC0415 - loaded only where holidays matter

    return tuple(sorted(country_holidays("VN", years=year, language="vi", expand=False).items()))
