"""Holidays of Việt Nam against the lunar calendar computed here and against days known from decrees."""

from datetime import date

import pytest

from broadcaster.adapters.holidays_vn import VietnamHolidays
from broadcaster.domain.lunar import from_lunar


@pytest.mark.parametrize("year", [*range(2007, 2051), 2100, 2101, 2150, 2199])
def test_lunar_holidays_fall_on_their_vietnamese_lunar_days(year: int) -> None:
    found = VietnamHolidays().between(date(year, 1, 1), date(year, 12, 31))
    assert "Tết Nguyên Đán" in found[from_lunar(1, 1, year)]
    assert "Giỗ Tổ Hùng Vương" in found[from_lunar(10, 3, year)]


def test_new_year_is_vietnams_where_it_differs_from_chinas() -> None:
    found = VietnamHolidays().between(date(2030, 2, 1), date(2030, 2, 3))
    assert found[date(2030, 2, 2)] == "Tết Nguyên Đán"


@pytest.mark.parametrize("day", [(2024, 1, 1), (2024, 4, 30), (2024, 5, 1), (2024, 9, 2), (2024, 9, 3), (2150, 9, 2)])
def test_fixed_holidays(day: tuple[int, int, int]) -> None:
    assert date(*day) in VietnamHolidays().between(date(*day), date(*day))


def test_a_swapped_day_off_is_known() -> None:
    assert date(2024, 4, 29) in VietnamHolidays().between(date(2024, 4, 29), date(2024, 4, 29))


def test_both_ends_belong_and_nothing_beyond_them() -> None:
    found = VietnamHolidays().between(date(2023, 12, 31), date(2025, 1, 1))
    assert min(found) == date(2024, 1, 1)
    assert max(found) == date(2025, 1, 1)
    assert VietnamHolidays().between(date(2024, 3, 4), date(2024, 3, 8)) == {}


def test_names_are_vietnamese() -> None:
    assert VietnamHolidays().between(date(2024, 9, 2), date(2024, 9, 2)) == {date(2024, 9, 2): "Quốc khánh"}
