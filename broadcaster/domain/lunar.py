"""The Vietnamese lunar calendar, computed at UTC+7: where Việt Nam and China differ, this follows Việt Nam.

Moments of new moons and the sun's apparent longitude follow Meeus, *Astronomical Algorithms* (2nd ed.), chapters 49 and
25. A month begins on the local day of its new moon; the month holding the winter solstice is the eleventh; of thirteen
months from one eleventh to the next, the first with no principal solar term is the leap month.
"""

import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import pairwise
from math import floor, fsum, radians, sin

FIRST_YEAR = 1900
LAST_YEAR = 2199
"""Both as solar years, inclusive: beyond them the length of the day is too uncertain to place a new moon."""

_UTC_OFFSET_DAYS = 7 / 24
_SYNODIC_MONTH = 29.530588861
_JD_OF_ORDINAL_0 = 1721424.5

# Terrestrial minus universal time in seconds, by year: observed to 2020, then the long-term parabola.
_DELTA_T = (
    (1890, -6.0),
    (1900, -2.7),
    (1910, 10.4),
    (1920, 21.2),
    (1940, 24.3),
    (1960, 33.2),
    (1980, 50.5),
    (2000, 63.8),
    (2020, 69.4),
    (2050, 82.0),
    (2100, 140.0),
    (2150, 240.0),
    (2210, 420.0),
)

# Days; multiples of the sun's anomaly M, the moon's anomaly M', its argument of latitude F; power of the eccentricity E.
_NEW_MOON_TERMS = (
    (-0.40720, 0, 1, 0, 0),
    (0.17241, 1, 0, 0, 1),
    (0.01608, 0, 2, 0, 0),
    (0.01039, 0, 0, 2, 0),
    (0.00739, -1, 1, 0, 1),
    (-0.00514, 1, 1, 0, 1),
    (0.00208, 2, 0, 0, 2),
    (-0.00111, 0, 1, -2, 0),
    (-0.00057, 0, 1, 2, 0),
    (0.00056, 1, 2, 0, 1),
    (-0.00042, 0, 3, 0, 0),
    (0.00042, 1, 0, 2, 1),
    (0.00038, 1, 0, -2, 1),
    (-0.00024, -1, 2, 0, 1),
    (-0.00007, 2, 1, 0, 0),
    (0.00004, 0, 2, -2, 0),
    (0.00004, 3, 0, 0, 0),
    (0.00003, 1, 1, -2, 0),
    (0.00003, 0, 2, 2, 0),
    (-0.00003, 1, 1, 2, 0),
    (0.00003, -1, 1, 2, 0),
    (-0.00002, -1, 1, -2, 0),
    (-0.00002, 1, 3, 0, 0),
    (0.00002, 0, 4, 0, 0),
)

# Days; degrees at k = 0; degrees for each lunation: the planets' pull on the moon.
_PLANETARY_TERMS = (
    (0.000325, 299.77, 0.107408),
    (0.000165, 251.88, 0.016321),
    (0.000164, 251.83, 26.651886),
    (0.000126, 349.42, 36.412478),
    (0.000110, 84.66, 18.206239),
    (0.000062, 141.74, 53.303771),
    (0.000060, 207.14, 2.453732),
    (0.000056, 154.84, 7.306860),
    (0.000047, 34.52, 27.261239),
    (0.000042, 207.19, 0.121824),
    (0.000040, 291.34, 1.844379),
    (0.000037, 161.72, 24.198154),
    (0.000035, 239.56, 25.513099),
    (0.000023, 331.55, 3.592518),
)

STEMS = ("Giáp", "Ất", "Bính", "Đinh", "Mậu", "Kỷ", "Canh", "Tân", "Nhâm", "Quý")
BRANCHES = ("Tý", "Sửu", "Dần", "Mão", "Thìn", "Tỵ", "Ngọ", "Mùi", "Thân", "Dậu", "Tuất", "Hợi")


class LunarRangeError(ValueError):
    """A day the computation does not cover, or a lunar date that does not exist; the text is Vietnamese."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class LunarDate:
    """A day of the lunar calendar; ``leap`` marks the second month of the same number, so a plain sort is time order."""

    year: int
    month: int
    leap: bool = False
    day: int

    def __str__(self) -> str:
        return f"{self.day}/{self.month}{' nhuận' if self.leap else ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LunarMonth:
    """One lunar month on the solar calendar: its first day and its length, 29 or 30."""

    year: int
    month: int
    leap: bool
    first: date
    length: int


def to_lunar(day: date) -> LunarDate:
    """The lunar date of a solar day; LunarRangeError outside 1900–2199."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise LunarRangeError(f"ngày {day:%d/%m/%Y} nằm ngoài khoảng tính âm lịch ({FIRST_YEAR}–{LAST_YEAR})")
    ordinal = day.toordinal()
    months = _months_about(day.year)
    index = bisect.bisect_right(months, ordinal, key=_first_ordinal) - 1
    month = months[index]
    return LunarDate(year=month.year, month=month.month, leap=month.leap, day=ordinal - _first_ordinal(month) + 1)


def from_lunar(day: int, month: int, year: int, *, leap: bool = False) -> date:
    """The solar day of a lunar date; LunarRangeError for one that does not exist or lies outside 1900–2199."""
    named = f"{day}/{month}{' nhuận' if leap else ''} năm {year} âm lịch"
    if FIRST_YEAR - 1 <= year <= LAST_YEAR:
        for found in (*_months_about(year), *_months_about(year + 1)):
            if (found.year, found.month, found.leap) == (year, month, leap):
                return _day_of(found, day, named)
        raise LunarRangeError(f"không có ngày {named}: năm ấy không có tháng này")
    raise LunarRangeError(f"ngày {named} nằm ngoài khoảng tính âm lịch ({FIRST_YEAR}–{LAST_YEAR})")


def _day_of(month: LunarMonth, day: int, named: str) -> date:
    if not 1 <= day <= month.length:
        raise LunarRangeError(f"không có ngày {named}: tháng ấy chỉ có {month.length} ngày")
    found = date.fromordinal(_first_ordinal(month) + day - 1)
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise LunarRangeError(f"ngày {named} nằm ngoài khoảng tính âm lịch ({FIRST_YEAR}–{LAST_YEAR})")
    return found


def months_between(first: date, last: date) -> Iterator[LunarMonth]:
    """Every lunar month that has a day in [first, last], in order; days outside 1900–2199 have none."""
    low = max(first, date(FIRST_YEAR, 1, 1)).toordinal()
    high = min(last, date(LAST_YEAR, 12, 31)).toordinal()
    seen = 0
    for year in range(max(first.year, FIRST_YEAR), min(last.year, LAST_YEAR) + 1):
        for month in _months_about(year):
            begins = _first_ordinal(month)
            if begins > seen and begins <= high and begins + month.length > low:
                seen = begins
                yield month


def lunar_text(day: date) -> str:
    """As it is written beside a solar date: ``15/8 âm lịch``, ``15/6 nhuận âm lịch``."""
    return f"{to_lunar(day)} âm lịch"


def year_name(lunar_year: int) -> str:
    """The sexagenary name of a lunar year: 2024 is Giáp Thìn."""
    return f"{STEMS[(lunar_year - 4) % 10]} {BRANCHES[(lunar_year - 4) % 12]}"


def _first_ordinal(month: LunarMonth) -> int:
    return month.first.toordinal()


@lru_cache(maxsize=512)
def _months_about(year: int) -> tuple[LunarMonth, ...]:
    """Every lunar month from the eleventh of the year before to the twelfth of this one: all days of a solar year."""
    return (*_between_solstices(year), *_between_solstices(year + 1))


@lru_cache(maxsize=512)
def _between_solstices(year: int) -> tuple[LunarMonth, ...]:
    """The twelve or thirteen months from the eleventh of ``year - 1`` to the tenth of ``year`` (or its leap)."""
    first, end = _eleventh_month(year - 1), _eleventh_month(year)
    starts = [_new_moon_day(k) for k in range(first, end + 1)]
    leap_at = _leap_index(starts) if len(starts) == 14 else None
    months: list[LunarMonth] = []
    number = 10
    for index, (begins, ends) in enumerate(pairwise(starts)):
        leap = index == leap_at
        number += not leap
        months.append(
            LunarMonth(
                year=year if number > 12 else year - 1,
                month=(number - 1) % 12 + 1,
                leap=leap,
                first=date.fromordinal(begins),
                length=ends - begins,
            )
        )
    return tuple(months)


def _leap_index(starts: list[int]) -> int:
    sectors = [_sun_sector(s) for s in starts]
    return next(i for i in range(1, 13) if sectors[i] == sectors[i + 1])


def _eleventh_month(year: int) -> int:
    """The lunation (k = 0 in January 2000) whose month holds the winter solstice, when the sun passes 270°."""
    year_end = date(year, 12, 31).toordinal()
    k = floor((year_end - date(2000, 1, 6).toordinal()) / _SYNODIC_MONTH) + 1
    while _new_moon_day(k) > year_end or _sun_sector(_new_moon_day(k)) >= 9:
        k -= 1
    return k


@lru_cache(maxsize=4096)
def _new_moon_day(k: int) -> int:
    """The local day (ordinal) on which lunation ``k`` begins."""
    t = k / 1236.85
    mean = 2451550.09766 + _SYNODIC_MONTH * k + (0.00015437 - 0.00000015 * t) * t * t
    e = 1 - 0.002516 * t - 0.0000074 * t * t
    sun = 2.5534 + 29.1053567 * k - 0.0000014 * t * t
    moon = 201.5643 + 385.81693528 * k + (0.0107582 + 0.00001238 * t) * t * t
    latitude = 160.7108 + 390.67050284 * k - (0.0016118 + 0.00000227 * t) * t * t
    node = 124.7746 - 1.56375588 * k + 0.0020672 * t * t
    periodic = fsum(
        size * e**power * sin(radians(a * sun + b * moon + c * latitude)) for size, a, b, c, power in _NEW_MOON_TERMS
    )
    planets = fsum(size * sin(radians(at + rate * k)) for size, at, rate in _PLANETARY_TERMS)
    moment = mean + periodic + planets - 0.00017 * sin(radians(node))
    return floor(moment - _delta_t_days(moment) - _JD_OF_ORDINAL_0 + _UTC_OFFSET_DAYS)


def _sun_sector(ordinal: int) -> int:
    """Which twelfth of the ecliptic (0 from the March equinox) the sun is in as the local day begins."""
    universal = ordinal + _JD_OF_ORDINAL_0 - _UTC_OFFSET_DAYS
    t = (universal + _delta_t_days(universal) - 2451545.0) / 36525
    mean = 280.46646 + (36000.76983 + 0.0003032 * t) * t
    anomaly = radians(357.52911 + (35999.05029 - 0.0001537 * t) * t)
    centre = (
        (1.914602 - (0.004817 + 0.000014 * t) * t) * sin(anomaly)
        + (0.019993 - 0.000101 * t) * sin(2 * anomaly)
        + 0.000289 * sin(3 * anomaly)
    )
    apparent = mean + centre - 0.00569 - 0.00478 * sin(radians(125.04 - 1934.136 * t))
    return int(apparent % 360 // 30)


def _delta_t_days(julian_day: float) -> float:
    year = 2000 + (julian_day - 2451545.0) / 365.25
    index = min(max(bisect.bisect_right(_DELTA_T, year, key=lambda p: p[0]), 1), len(_DELTA_T) - 1)
    (x0, y0), (x1, y1) = _DELTA_T[index - 1], _DELTA_T[index]
    return (y0 + (y1 - y0) * (year - x0) / (x1 - x0)) / 86400
