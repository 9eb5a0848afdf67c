"""Report periods of administrative reform: named cut-offs that are not calendar quarters, and any range of days."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class CutOff:
    """One line of the reporting regime: data from and to (month, day), and the day the report is due; the year follows ``title``.

    ``starts_year_before`` means the first day lies in the year before the report's. The shipped table follows the Ministry
    of Home Affairs' regime (letter 581/BNV-CCHC); a ward's own due day comes earlier and is set locally.
    """

    code: str
    title: str
    first: tuple[int, int]
    last: tuple[int, int]
    due: tuple[int, int]
    starts_year_before: bool = False


CUT_OFFS = (
    CutOff(code="Q1", title="Quý I năm", first=(12, 15), last=(3, 14), due=(3, 20), starts_year_before=True),
    CutOff(code="6T", title="6 tháng đầu năm", first=(12, 15), last=(6, 14), due=(6, 20), starts_year_before=True),
    CutOff(code="Q3", title="Quý III năm", first=(6, 15), last=(9, 14), due=(9, 20)),
    CutOff(code="", title="Năm", first=(12, 15), last=(12, 14), due=(12, 20), starts_year_before=True),
)
"""In the order of a reporting year; there is no separate report for the second and fourth quarters."""


class PeriodError(ValueError):
    """The text names no period; the message is Vietnamese and ``hint`` is the way out."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A stretch of days a report speaks of, both ends included; ``due`` is None for a range a person chose.

    ``cumulative_first`` is where *lũy kế* counts from: the first day of the reporting year that ``last`` lies in.
    """

    code: str
    title: str
    first: date
    last: date
    due: date | None
    cumulative_first: date


def parse_period(text: str, cut_offs: Sequence[CutOff] = CUT_OFFS) -> Period:
    """The period a text names: ``2024-Q1``, ``2024-6T``, ``2024-Q3``, ``2024``, or ``first..last`` with ISO or dd/mm/yyyy dates."""
    given = "".join(text.split())
    if ".." in given:
        return _range(given, cut_offs)
    named = re.fullmatch(r"(\d{4})(?:[-/](\w+))?", given)
    if named is None:
        raise PeriodError(f"không hiểu kỳ báo cáo “{text.strip()}”", _hint(cut_offs))
    year, code = int(named[1]), (named[2] or "").upper()
    for cut_off in cut_offs:
        if cut_off.code.upper() == code:
            return _named(cut_off, year, cut_offs)
    known = ", ".join(c.code for c in cut_offs if c.code)
    if code in {"Q2", "Q4", "9T"}:
        raise PeriodError(f"chế độ báo cáo không có kỳ “{code}” riêng", f"Các kỳ có báo cáo: {known} và cả năm.")
    raise PeriodError(f"không có kỳ báo cáo “{code}”", _hint(cut_offs))


def previous(period: Period, cut_offs: Sequence[CutOff] = CUT_OFFS) -> Period:
    """The stretch of the same length just before: as many whole months where the period has them, else as many days.

    Of 6T that is the half-year before it, never Q1, which 6T contains.
    """
    after = _shift(period.last, 1, period)
    months = (after.year - period.first.year) * 12 + after.month - period.first.month
    if after.day == period.first.day and after.day <= 28:
        first = _months_before(period.first, months, period)
    else:
        first = _shift(period.first, (period.first - after).days, period)
    last = _shift(period.first, -1, period)
    for year in (last.year, last.year + 1):
        for cut_off in cut_offs:
            named = _named(cut_off, year, cut_offs)
            if (named.first, named.last) == (first, last):
                return named
    return _chosen(first, last, cut_offs)


def same_last_year(period: Period, cut_offs: Sequence[CutOff] = CUT_OFFS) -> Period:
    """The same period a year earlier; a range to the end of February ends there in either year."""
    named = _cut_off_of(period, cut_offs)
    if named is not None:
        return _named(named, period.last.year - 1, cut_offs)
    after = _shift(period.last, 1, period)
    last = _shift(_year_before(after), -1, period) if after.day == 1 else _year_before(period.last)
    return _chosen(_year_before(period.first), last, cut_offs)


def cumulative(period: Period, cut_offs: Sequence[CutOff] = CUT_OFFS) -> Period:
    """From the start of the reporting year to the end of the period: what *lũy kế* counts."""
    chosen = _chosen(min(period.cumulative_first, period.first), period.last, cut_offs)
    return Period(
        code=chosen.code,
        title=f"Lũy kế đến {period.last:%d/%m/%Y}",
        first=chosen.first,
        last=chosen.last,
        due=None,
        cumulative_first=chosen.cumulative_first,
    )


def _named(cut_off: CutOff, year: int, cut_offs: Sequence[CutOff]) -> Period:
    if not 1901 <= year <= 2999:
        raise PeriodError(f"năm {year} không dùng được cho kỳ báo cáo", _hint(cut_offs))
    last = date(year, *cut_off.last)
    return Period(
        code=f"{year}-{cut_off.code}" if cut_off.code else str(year),
        title=f"{cut_off.title} {year}",
        first=date(year - cut_off.starts_year_before, *cut_off.first),
        last=last,
        due=date(year, *cut_off.due),
        cumulative_first=_reporting_year_start(last, cut_offs),
    )


def _range(given: str, cut_offs: Sequence[CutOff]) -> Period:
    ends = given.split("..")
    if len(ends) != 2:
        raise PeriodError(f"khoảng ngày “{given}” phải có đúng một dấu “..”", _hint(cut_offs))
    first, last = (_day(end, given, cut_offs) for end in ends)
    if last < first:
        raise PeriodError(
            f"ngày cuối {last:%d/%m/%Y} đứng trước ngày đầu {first:%d/%m/%Y}", "Ghi ngày đầu trước, ngày cuối sau."
        )
    return _chosen(first, last, cut_offs)


def _day(text: str, given: str, cut_offs: Sequence[CutOff]) -> date:
    iso = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", text)
    local = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text)
    if iso is not None:
        year, month, day = (int(p) for p in iso.groups())
    elif local is not None:
        day, month, year = (int(p) for p in local.groups())
    else:
        raise PeriodError(f"không hiểu ngày “{text}” trong “{given}”", _hint(cut_offs))
    try:
        found = date(year, month, day)
    except ValueError as wrong:
        raise PeriodError(
            f"không có ngày “{text}”", "Ngày ghi theo thứ tự ngày/tháng/năm, ví dụ 31/03/2024."
        ) from wrong
    if not 1901 <= found.year <= 2999:
        raise PeriodError(f"năm {found.year} không dùng được cho kỳ báo cáo", _hint(cut_offs))
    return found


def _chosen(first: date, last: date, cut_offs: Sequence[CutOff]) -> Period:
    return Period(
        code=f"{first.isoformat()}..{last.isoformat()}",
        title=f"Từ {first:%d/%m/%Y} đến {last:%d/%m/%Y}",
        first=first,
        last=last,
        due=None,
        cumulative_first=_reporting_year_start(last, cut_offs),
    )


def _reporting_year_start(day: date, cut_offs: Sequence[CutOff]) -> date:
    """The first day of the reporting year holding ``day``: that of the whole-year line of the table, else 1 January."""
    year_line = next((c for c in cut_offs if not c.code), None)
    if year_line is None:
        return date(day.year, 1, 1)
    for year in (day.year + 1, day.year):
        start = date(year - year_line.starts_year_before, *year_line.first)
        if start <= day:
            return start
    return date(day.year - 1 - year_line.starts_year_before, *year_line.first)


def _cut_off_of(period: Period, cut_offs: Sequence[CutOff]) -> CutOff | None:
    year, _, code = period.code.partition("-")
    if period.due is None or not year.isdigit():
        return None
    return next((c for c in cut_offs if c.code == code), None)


def _year_before(day: date) -> date:
    if (day.month, day.day) == (2, 29):
        return date(day.year - 1, 2, 28)
    return day.replace(year=day.year - 1)


def _months_before(day: date, months: int, period: Period) -> date:
    index = day.year * 12 + day.month - 1 - months
    if index < 12:
        raise _too_long(period)
    return date(index // 12, index % 12 + 1, day.day)


def _shift(day: date, days: int, period: Period) -> date:
    try:
        return day + timedelta(days=days)
    except OverflowError as wrong:
        raise _too_long(period) from wrong


def _too_long(period: Period) -> PeriodError:
    return PeriodError(f"kỳ {period.title} quá dài để có kỳ trước", "Chọn khoảng ngày ngắn hơn.")


def _hint(cut_offs: Sequence[CutOff]) -> str:
    named = ", ".join(f"2024-{c.code}" if c.code else "2024" for c in cut_offs)
    return f"Ghi một trong: {named}, hoặc khoảng ngày như 01/03/2024..31/03/2024."
