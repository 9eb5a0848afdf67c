"""Report periods have cut-offs of their own; no period is a calendar quarter."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadcaster.domain.periods import CUT_OFFS, PeriodError, cumulative, parse_period, previous, same_last_year


@pytest.mark.parametrize(
    ("text", "title", "first", "last", "due"),
    [
        ("2024-Q1", "Quý I năm 2024", date(2023, 12, 15), date(2024, 3, 14), date(2024, 3, 20)),
        ("2024-6T", "6 tháng đầu năm 2024", date(2023, 12, 15), date(2024, 6, 14), date(2024, 6, 20)),
        ("2024-Q3", "Quý III năm 2024", date(2024, 6, 15), date(2024, 9, 14), date(2024, 9, 20)),
        ("2024", "Năm 2024", date(2023, 12, 15), date(2024, 12, 14), date(2024, 12, 20)),
        ("2024-03-01..2024-03-31", "Từ 01/03/2024 đến 31/03/2024", date(2024, 3, 1), date(2024, 3, 31), None),
        ("01/03/2024..31/03/2024", "Từ 01/03/2024 đến 31/03/2024", date(2024, 3, 1), date(2024, 3, 31), None),
        ("5/3/2024 .. 5/3/2024", "Từ 05/03/2024 đến 05/03/2024", date(2024, 3, 5), date(2024, 3, 5), None),
    ],
)
def test_periods_by_name(text: str, title: str, first: date, last: date, due: date | None) -> None:
    period = parse_period(text)
    assert (period.title, period.first, period.last, period.due) == (title, first, last, due)


@pytest.mark.parametrize("text", ["2024-q1", " 2024-Q1 ", "2024/Q1"])
def test_names_are_read_kindly(text: str) -> None:
    assert parse_period(text).code == "2024-Q1"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "không hiểu kỳ báo cáo"),
        ("quý một", "không hiểu kỳ báo cáo"),
        ("24-Q1", "không hiểu kỳ báo cáo"),
        ("2024-Q2", "không có kỳ “Q2” riêng"),
        ("2024-9T", "không có kỳ “9T” riêng"),
        ("2024-X", "không có kỳ báo cáo “X”"),
        ("0001", "năm 1 không dùng được"),
        ("31/02/2024..01/03/2024", "không có ngày “31/02/2024”"),
        ("03/25/2024..03/26/2024", "không có ngày “03/25/2024”"),
        ("05/03/24..06/03/24", "không hiểu ngày"),
        ("05/03/2024..01/03/2024", "đứng trước ngày đầu"),
        ("01/03/2024..", "không hiểu ngày"),
        ("01/03/2024..02/03/2024..03/03/2024", "đúng một dấu"),
        ("0024-03-01..0024-03-02", "năm 24 không dùng được"),
    ],
)
def test_what_is_no_period_says_so_with_a_way_out(text: str, says: str) -> None:
    with pytest.raises(PeriodError, match=says) as wrong:
        parse_period(text)
    assert wrong.value.hint


@pytest.mark.parametrize(
    ("text", "before", "last_year", "total"),
    [
        ("2024-Q1", "2023-09-15..2023-12-14", "2023-Q1", "2023-12-15..2024-03-14"),
        ("2024-6T", "2023-06-15..2023-12-14", "2023-6T", "2023-12-15..2024-06-14"),
        ("2024-Q3", "2024-03-15..2024-06-14", "2023-Q3", "2023-12-15..2024-09-14"),
        ("2024", "2023", "2023", "2023-12-15..2024-12-14"),
        ("01/03/2024..31/03/2024", "2024-02-01..2024-02-29", "2023-03-01..2023-03-31", "2023-12-15..2024-03-31"),
        ("04/03/2024..10/03/2024", "2024-02-26..2024-03-03", "2023-03-04..2023-03-10", "2023-12-15..2024-03-10"),
        ("01/02/2024..29/02/2024", "2024-01-01..2024-01-31", "2023-02-01..2023-02-28", "2023-12-15..2024-02-29"),
        ("01/02/2025..28/02/2025", "2025-01-01..2025-01-31", "2024-02-01..2024-02-29", "2024-12-15..2025-02-28"),
        ("15/12/2024..15/12/2024", "2024-12-14..2024-12-14", "2023-12-15..2023-12-15", "2024-12-15..2024-12-15"),
        ("16/12/2024..20/12/2024", "2024-12-11..2024-12-15", "2023-12-16..2023-12-20", "2024-12-15..2024-12-20"),
    ],
)
def test_what_a_period_is_compared_with(text: str, before: str, last_year: str, total: str) -> None:
    period = parse_period(text)
    assert previous(period).code == before
    assert same_last_year(period).code == last_year
    assert cumulative(period).code == total


def test_a_cumulative_title_says_until_when() -> None:
    assert cumulative(parse_period("2024-Q3")).title == "Lũy kế đến 14/09/2024"


def test_the_table_can_be_edited() -> None:
    own = (replace(CUT_OFFS[0], last=(3, 10), due=(3, 12)), *CUT_OFFS[1:])
    period = parse_period("2024-Q1", own)
    assert (period.last, period.due) == (date(2024, 3, 10), date(2024, 3, 12))
    assert previous(period, own).last == date(2023, 12, 14)


def test_a_table_without_a_year_line_counts_from_january() -> None:
    assert parse_period("2024-Q3", CUT_OFFS[:3]).cumulative_first == date(2024, 1, 1)


days = st.dates(date(1990, 1, 1), date(2100, 12, 31))


@given(days, st.integers(0, 800))
def test_the_period_before_ends_the_day_before(first: date, length: int) -> None:
    last = first + timedelta(days=length)
    period = parse_period(f"{first:%d/%m/%Y}..{last.isoformat()}")
    assert (period.first, period.last) == (first, last)
    before = previous(period)
    assert before.last == first - timedelta(days=1)
    assert before.first <= before.last
    assert abs((before.last - before.first).days - length) <= 5  # whole months differ by a few days
    assert period.cumulative_first <= last < period.cumulative_first + timedelta(days=367)
    assert parse_period(period.code) == period


@given(st.integers(1950, 2100), st.sampled_from(["-Q1", "-6T", "-Q3", ""]))
def test_named_periods_hold_their_order(year: int, code: str) -> None:
    period = parse_period(f"{year}{code}")
    assert period.first < period.last
    assert period.due is not None
    assert (period.due - period.last).days == 6
    assert same_last_year(period).code == f"{year - 1}{code}"
    assert previous(period).last == period.first - timedelta(days=1)
    assert (period.cumulative_first.month, period.cumulative_first.day) == (12, 15)
