"""Dates, weekdays, days of the month and lunar days as people write them: raw value to value, or a `FieldError`."""

import calendar
import re
from datetime import date, datetime
from functools import lru_cache

from broadcaster.adapters.fields import FieldError, plain, shown, split_list
from broadcaster.domain.calendar import OnLunar, OnNthWeekday, Weekday
from broadcaster.domain.folding import fold

_FIRST_YEAR, _LAST_YEAR = 1990, 2199
_DATE_HINT = "Viết ngày/tháng/năm, ví dụ 05/03/2024."
_DMY = re.compile(r"(?i)(?:ngày\s*)?([0-9]{1,2})\s*[/.\-]\s*([0-9]{1,2})\s*[/.\-]\s*([0-9]{1,4})\Z")
_WORDS = re.compile(r"(?i)(?:ngày\s*)?(?:mùng\s*)?([0-9]{1,2})\s*tháng\s*([0-9]{1,2})\s*năm\s*([0-9]{1,4})\Z")
_ISO = re.compile(r"([0-9]{4})[-/]([0-9]{1,2})[-/]([0-9]{1,2})(?:[T ]00:00(?::00)?)?\Z")
_NO_YEAR = re.compile(r"([0-9]{1,2})\s*[/.\-]\s*([0-9]{1,2})\Z")


def parse_date(raw: object) -> date:
    """A date from ``dd/mm/yyyy``, ISO, words or a real cell; an impossible or doubtful one is an error that says why."""
    if isinstance(raw, datetime):
        raw = raw.date()
    if isinstance(raw, date):
        return _checked(raw.day, raw.month, raw.year, raw.strftime("%d/%m/%Y"))
    if isinstance(raw, str):
        return _date_of_text(raw)
    hint = "Định dạng ô này là ngày (dd/mm/yyyy) hoặc gõ lại ngày." if isinstance(raw, int | float) else _DATE_HINT
    raise FieldError("date-format", f"Không đọc được ngày {shown(raw)}.", hint)


@lru_cache(maxsize=8192)
def _date_of_text(raw: str) -> date:
    text = plain(raw)
    iso = _ISO.match(text)
    if iso is not None:
        return _checked(int(iso[3]), int(iso[2]), int(iso[1]), text)
    found = _DMY.match(text) or _WORDS.match(text)
    if found is None:
        hint = "Ghi cả năm, ví dụ 05/03/2024." if _NO_YEAR.match(text) else _DATE_HINT
        raise FieldError("date-format", f"Không đọc được ngày {shown(raw)}.", hint)
    if len(found[3]) != 4:
        hint = f"Ghi đủ bốn chữ số: {found[1]}/{found[2]}/20{found[3].zfill(2)[-2:]}?"
        raise FieldError("date-year", f"Năm trong {shown(raw)} không đủ bốn chữ số.", hint)
    return _checked(int(found[1]), int(found[2]), int(found[3]), text)


def _checked(day: int, month: int, year: int, text: str) -> date:
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise FieldError(
            "date-year", f"Năm {year} trong {shown(text)} không dùng được.", f"Từ {_FIRST_YEAR} đến {_LAST_YEAR}."
        )
    if not 1 <= month <= 12:
        hint = f"Ngày viết trước, tháng viết sau: {month:02d}/{day:02d}/{year}?" if 1 <= day <= 12 else _DATE_HINT
        raise FieldError("date-order", f"Ngày {shown(text)}: không có tháng {month}.", hint)
    last = calendar.monthrange(year, month)[1]
    if not 1 <= day <= last:
        leap = " (năm không nhuận)" if month == 2 and day == 29 else ""
        raise FieldError(
            "date-impossible",
            f"Ngày {shown(text)} không có thật.",
            f"Tháng {month}/{year}{leap} có các ngày từ 1 đến {last}.",
        )
    return date(year, month, day)


def parse_dates(raw: object) -> tuple[date, ...]:
    """One or several dates parted by ``,`` or ``;``."""
    if not isinstance(raw, str):
        return (parse_date(raw),)
    dates = tuple(_date_of_text(item) for item in split_list(raw))
    if not dates:
        raise FieldError("date-missing", "Chưa ghi ngày.", _DATE_HINT)
    return tuple(dict.fromkeys(dates))


WEEKDAY_NAMES = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
"""As printed, Monday first."""

_WEEKDAYS: dict[str, Weekday] = {
    f"{prefix}{name}": day
    for day, names in zip(
        Weekday, (("hai", "2"), ("ba", "3"), ("tu", "4"), ("nam", "5"), ("sau", "6"), ("bay", "7")), strict=False
    )
    for name in names
    for prefix in ("", "thu", "t")
} | {"chunhat": Weekday.SUNDAY, "ngaychunhat": Weekday.SUNDAY, "cn": Weekday.SUNDAY}

_EVERY_DAY = frozenset({"hangngay", "moingay", "catuan", "tatca", "tatcacacngay", "tatcacacngaytrongtuan"})
_WEEKDAY_HINT = "Viết: thứ Hai … thứ Bảy, Chủ nhật (hoặc T2 … T7, CN), thứ Hai - thứ Sáu, hằng ngày."


def parse_weekday(raw: object) -> Weekday:
    """One weekday by name: ``thứ Hai``, ``thứ 2``, ``T2``, ``Chủ nhật``, ``CN``."""
    found = _WEEKDAYS.get(fold(plain(raw)))
    if found is None:
        hint = (
            "Ngày sau thứ Bảy là Chủ nhật (CN)." if fold(plain(raw)) in ("thu8", "t8", "thu1", "t1") else _WEEKDAY_HINT
        )
        raise FieldError("weekday-unknown", f"Không có ngày nào trong tuần tên {shown(raw)}.", hint)
    return found


def parse_weekdays(raw: object) -> frozenset[Weekday]:
    """Weekdays from a list or ranges: ``T2, T4``, ``thứ Hai - thứ Sáu``, ``2-4-6``, ``hằng ngày``."""
    text = raw if isinstance(raw, str) else plain(raw)
    days: set[Weekday] = set()
    for item in split_list(text.replace("&", ",")):
        days |= _weekdays_of_item(item)
    if not days:
        raise FieldError("weekday-missing", "Chưa ghi thứ nào trong tuần.", _WEEKDAY_HINT)
    return frozenset(days)


_NAMED_SETS = dict.fromkeys(_EVERY_DAY, frozenset(Weekday)) | {
    "cuoituan": frozenset({Weekday.SATURDAY, Weekday.SUNDAY})
}
_RANGE = re.compile(r"(?i)\s*-\s*|\s+đến\s+|\s+tới\s+")


@lru_cache(maxsize=1024)
def _weekdays_of_item(item: str) -> frozenset[Weekday]:
    folded = fold(item)
    if folded in _NAMED_SETS:
        return _NAMED_SETS[folded]
    if folded in _WEEKDAYS:
        return frozenset({_WEEKDAYS[folded]})
    text = re.sub(r"(?i)\Atừ\s+", "", plain(item))
    ends = [end for end in _RANGE.split(text) if end]
    if len(ends) == 2:
        first, last = (parse_weekday(end) for end in ends)
        return frozenset(Weekday((first + n) % 7) for n in range((last - first) % 7 + 1))
    # The everyday "2-4-6" is a list, not a range.
    names = ends if len(ends) > 2 else re.split(r"(?i)\s+và\s+", text)
    return frozenset(parse_weekday(name) for name in names)


def parse_monthday(raw: object) -> int:
    """A day of every month, 1..31, or -1 for ``cuối`` (the last day)."""
    text = plain(raw)
    if fold(text) in ("cuoi", "cuoithang", "ngaycuoi", "ngaycuoithang"):
        return -1
    found = re.fullmatch(r"(?i)(?:ngày\s*)?(?:mùng\s*)?([0-9]{1,2})", text)
    if found is None or not 1 <= int(found[1]) <= 31:
        raise FieldError("monthday", f"Không có ngày {shown(raw)} trong tháng.", "Viết số từ 1 đến 31, hoặc: cuối.")
    return int(found[1])


_NTH = {
    "dau": 1,
    "thu1": 1,
    "thunhat": 1,
    "thu2": 2,
    "thuhai": 2,
    "thu3": 3,
    "thuba": 3,
    "thu4": 4,
    "thutu": 4,
    "cuoi": -1,
}
_NTH |= {f"tuan{n}": n for n in range(1, 5)}
_NTH_HINT = "Viết như: thứ Hai đầu tháng, thứ Ba thứ 2, thứ Sáu cuối tháng."


def parse_nth_weekday(raw: object) -> OnNthWeekday:
    """``thứ Hai đầu tháng``, ``thứ Ba thứ 2``, ``thứ Sáu cuối tháng`` (đầu, thứ 2, thứ 3, thứ 4, cuối)."""
    words = [fold(w) for w in plain(raw).split()]
    joined = "".join(w for w in words)
    for suffix in ("hangthang", "trongthang", "cuathang", "thang"):
        joined = joined.removesuffix(suffix)
    for name, nth in _NTH.items():
        weekday = _WEEKDAYS.get(joined.removesuffix(name)) if joined.endswith(name) else None
        if weekday is not None:
            return OnNthWeekday(nth=nth, weekday=weekday)
    raise FieldError("nth-weekday", f"Không hiểu {shown(raw)} là ngày nào trong tháng.", _NTH_HINT)


_LUNAR = re.compile(
    r"(?i)(?:ngày\s*)?(?:(?:mùng|mồng)\s*)?(?P<d>[0-9]{1,2}|rằm)\s*"
    r"(?:(?P<every>(?:hằng|hàng|mỗi)\s*tháng)|(?:/|-|tháng)\s*(?P<m>[0-9]{1,2}|giêng|chạp))?\s*(?:âm\s*lịch|âm|al)?\Z",
)
_LUNAR_HINT = "Viết như: 15 hằng tháng, mùng 1 hằng tháng, rằm tháng Giêng, 10/3."


def parse_lunar(raw: object) -> OnLunar:
    """A lunar day: ``15 hằng tháng`` (also ``rằm``) or ``10/3`` of the lunar calendar."""
    found = _LUNAR.match(plain(raw))
    if found is None:
        raise FieldError("lunar", f"Không đọc được ngày âm lịch {shown(raw)}.", _LUNAR_HINT)
    day = 15 if found["d"].lower() == "rằm" else int(found["d"])
    named = found["m"].lower() if found["m"] else ""
    month = None if not named else {"giêng": 1, "chạp": 12}.get(named) or int(named)
    if not 1 <= day <= 30 or (month is not None and not 1 <= month <= 12):
        raise FieldError("lunar", f"Không có ngày âm lịch {shown(raw)}.", "Ngày âm từ 1 đến 30, tháng âm từ 1 đến 12.")
    return OnLunar(day=day, month=month)
