"""Public holidays of Việt Nam from the `holidays` library: the Labour Code, with swapped and made-up days as it knows them."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache

from broadcaster.domain import lunar

_NEW_YEAR = "Tết Nguyên Đán"
_FROM_NEW_YEAR = {
    -1: f"Giao thừa {_NEW_YEAR}",
    0: _NEW_YEAR,
    1: f"Mùng hai {_NEW_YEAR}",
    2: f"Mùng ba {_NEW_YEAR}",
    3: f"Mùng bốn {_NEW_YEAR}",
}
_FOREFATHERS = "Ngày Giỗ Tổ Hùng Vương"


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

    found = dict(country_holidays("VN", years=year, language="vi", expand=False).items())
    if not any(_NEW_YEAR in name for name in found.values()):
        found = _lunar(year) | found
    return tuple(sorted(found.items()))


def _lunar(year: int) -> dict[date, str]:
    """The lunar holidays of a year the library's tables do not reach (they end in 2100)."""
    try:
        new_year = lunar.from_lunar(1, 1, year)
        forefathers = lunar.from_lunar(10, 3, year)
    except lunar.LunarRangeError:
        return {}
    return {new_year + timedelta(days=n): name for n, name in _FROM_NEW_YEAR.items()} | {forefathers: _FOREFATHERS}
