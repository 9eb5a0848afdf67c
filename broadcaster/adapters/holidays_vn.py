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
_FIXED = {
    (1, 1): "Tết Dương lịch",
    (4, 30): "Ngày Chiến thắng",
    (5, 1): "Ngày Quốc tế Lao động",
    (9, 1): "Quốc khánh",
    (9, 2): "Quốc khánh",
    (11, 24): "Ngày Văn hóa Việt Nam",
}


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
    return tuple(sorted((found or _beyond(year)).items()))


def _beyond(year: int) -> dict[date, str]:
    """The days of the Labour Code in a year the library does not reach (it ends in 2100), none swapped or made up."""
    try:
        new_year = lunar.from_lunar(1, 1, year)
        forefathers = lunar.from_lunar(10, 3, year)
    except lunar.LunarRangeError:
        return {}
    fixed = {date(year, month, day): name for (month, day), name in _FIXED.items()}
    of_new_year = {new_year + timedelta(days=n): name for n, name in _FROM_NEW_YEAR.items()}
    return fixed | of_new_year | {forefathers: _FOREFATHERS}
