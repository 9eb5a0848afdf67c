"""The lunar calendar follows Việt Nam, where China's differs too."""

import csv
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadcaster.domain.lunar import (
    LunarDate,
    LunarRangeError,
    from_lunar,
    lunar_text,
    months_between,
    to_lunar,
    year_name,
)

GOLDEN = Path(__file__).parents[2] / "golden" / "lunar" / "days-2024.csv"

covered_days = st.dates(date(1900, 1, 1), date(2199, 12, 31))


@pytest.mark.parametrize(
    ("solar", "lunar"),
    [
        (date(2024, 2, 10), "1/1"),  # Tết Giáp Thìn
        (date(2024, 2, 24), "15/1"),
        (date(2024, 4, 18), "10/3"),  # Giỗ Tổ
        (date(2024, 5, 22), "15/4"),
        (date(2024, 6, 10), "5/5"),
        (date(2024, 8, 18), "15/7"),
        (date(2024, 9, 17), "15/8"),
        (date(2025, 4, 7), "10/3"),
        (date(2017, 7, 23), "1/6 nhuận"),
    ],
)
def test_known_days(solar: date, lunar: str) -> None:
    assert str(to_lunar(solar)) == lunar


def test_every_day_of_the_plan_of_2024_has_its_lunar_date() -> None:
    with GOLDEN.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) > 200
    assert {r["ngay"]: str(to_lunar(date.fromisoformat(r["ngay"]))) for r in rows} == {
        r["ngay"]: r["am_lich"] for r in rows
    }


@pytest.mark.parametrize(
    ("year", "new_year"),
    [
        (1968, date(1968, 1, 29)),  # China: 30 January
        (1985, date(1985, 1, 21)),  # China: 20 February
        (2007, date(2007, 2, 17)),  # China: 18 February
        (2024, date(2024, 2, 10)),
        (2025, date(2025, 1, 29)),
        (2026, date(2026, 2, 17)),
        (2030, date(2030, 2, 2)),  # China: 3 February
    ],
)
def test_the_new_year_is_vietnamese(year: int, new_year: date) -> None:
    assert from_lunar(1, 1, year) == new_year


def test_leap_months() -> None:
    leaps = {m.year: m.month for m in months_between(date(2014, 1, 1), date(2033, 1, 1)) if m.leap}
    assert leaps == {2014: 9, 2017: 6, 2020: 4, 2023: 2, 2025: 6, 2028: 5, 2031: 3}


@pytest.mark.parametrize(
    ("year", "name"), [(2024, "Giáp Thìn"), (2025, "Ất Tỵ"), (1968, "Mậu Thân"), (1945, "Ất Dậu"), (2023, "Quý Mão")]
)
def test_year_names(year: int, name: str) -> None:
    assert year_name(year) == name


def test_lunar_text_marks_a_leap_month() -> None:
    assert lunar_text(date(2024, 9, 17)) == "15/8 âm lịch"
    assert lunar_text(date(2017, 8, 6)) == "15/6 nhuận âm lịch"


@given(covered_days)
def test_there_and_back(day: date) -> None:
    lunar = to_lunar(day)
    assert from_lunar(lunar.day, lunar.month, lunar.year, leap=lunar.leap) == day


@given(covered_days.filter(lambda d: d < date(2199, 12, 31)))
def test_consecutive_days_are_consecutive(day: date) -> None:
    today, tomorrow = to_lunar(day), to_lunar(day + timedelta(days=1))
    assert tomorrow > today
    if tomorrow.day != 1:
        assert (tomorrow.month, tomorrow.leap, tomorrow.day) == (today.month, today.leap, today.day + 1)
    else:
        assert today.day in {29, 30}
        assert tomorrow.leap or tomorrow.month == today.month % 12 + 1


@given(covered_days, covered_days)
def test_months_cover_every_day_once(one: date, other: date) -> None:
    first, last = min(one, other), min(max(one, other), min(one, other) + timedelta(days=2000))
    months = list(months_between(first, last))
    assert all(m.length in {29, 30} for m in months)
    assert all(a.first + timedelta(days=a.length) == b.first for a, b in pairwise(months))
    assert months[0].first <= first < months[0].first + timedelta(days=months[0].length)
    assert months[-1].first + timedelta(days=months[-1].length) > last
    assert months[-1].first <= last


@given(st.integers(1900, 2198))
def test_a_year_has_twelve_or_thirteen_months_and_at_most_one_leap(year: int) -> None:
    months = [m for m in months_between(date(year, 1, 1), date(year + 1, 3, 1)) if m.year == year]
    assert len(months) in {12, 13}
    assert [m.month for m in months if not m.leap] == list(range(1, 13))
    assert sum(m.leap for m in months) == len(months) - 12


@pytest.mark.parametrize("day", [date(1899, 12, 31), date(2200, 1, 1)])
def test_days_outside_the_range_are_refused(day: date) -> None:
    with pytest.raises(LunarRangeError, match="nằm ngoài khoảng tính âm lịch"):
        to_lunar(day)
    assert list(months_between(day, day)) == []


@pytest.mark.parametrize(
    ("day", "month", "year", "leap", "says"),
    [
        (30, 1, 2024, False, "tháng ấy chỉ có 29 ngày"),
        (31, 2, 2024, False, "tháng ấy chỉ có 30 ngày"),
        (0, 1, 2024, False, "chỉ có"),
        (1, 13, 2024, False, "không có tháng này"),
        (1, 6, 2024, True, "không có tháng này"),
        (1, 1, 2200, False, "nằm ngoài"),
        (1, 11, 1899, False, "nằm ngoài"),
        (30, 12, 2199, False, "nằm ngoài|chỉ có"),
    ],
)
def test_lunar_dates_that_do_not_exist_are_refused(day: int, month: int, year: int, leap: bool, says: str) -> None:
    with pytest.raises(LunarRangeError, match=says):
        from_lunar(day, month, year, leap=leap)


def test_a_leap_month_sorts_after_the_month_it_repeats() -> None:
    plain = LunarDate(year=2025, month=6, day=30)
    leap = LunarDate(year=2025, month=6, leap=True, day=1)
    assert plain < leap < LunarDate(year=2025, month=7, day=1)
