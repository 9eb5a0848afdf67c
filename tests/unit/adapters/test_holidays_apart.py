"""Holidays of a child process are those of the library, for the years a calendar may show and for those beyond it."""

from datetime import date

import pytest

from broadcaster.adapters.holidays_apart import HolidaysApart, main
from broadcaster.adapters.holidays_vn import VietnamHolidays


@pytest.mark.parametrize(("first", "last"), [(2023, 2027), (2099, 2102), (2198, 2199), (1, 2)])
def test_the_answers_are_the_same(first: int, last: int) -> None:
    days = date(first, 1, 1), date(last, 12, 31)
    assert HolidaysApart().between(*days) == VietnamHolidays().between(*days)


def test_a_part_of_a_year_is_cut_out_of_it() -> None:
    assert list(HolidaysApart().between(date(2026, 4, 30), date(2026, 5, 1))) == [date(2026, 4, 30), date(2026, 5, 1)]


def test_the_child_says_days_and_names(capsys: pytest.CaptureFixture[str]) -> None:
    main(["2026", "2026"])
    assert '["2026-09-02", "Qu\\u1ed1c kh\\u00e1nh"]' in capsys.readouterr().out
