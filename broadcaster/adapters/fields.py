"""What people type into a cell or a field, read forgivingly: pure functions from a raw value to a value or a `FieldError`.

A raw value is text, or what a spreadsheet cell holds (number, bool, date, datetime, time, timedelta, None). Dates and day
rules live in `day_fields`.
"""

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from enum import Enum
from functools import lru_cache
from typing import TypeVar

from broadcaster.domain.calendar import ExceptionKind, HolidayPolicy, Priority, StartRule, ZoneId
from broadcaster.domain.folding import did_you_mean, fold
from broadcaster.domain.problems import Problem, Severity, Where
from broadcaster.domain.scripts import Kind

_T = TypeVar("_T")

_INVISIBLE = re.compile("[\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_UNTIDY = re.compile(rf"[^\S ]|  |{_INVISIBLE.pattern}")
_SPACES = re.compile(r"\s+")
_QUOTES = "\"'“”„‟‘’‚«»″′`"
_DASHES = re.compile("[\u2010-\u2015\u2212]")
_SHOWN_AT_MOST = 60


class FieldError(Exception):
    """A value that cannot be read: a code for tests, a Vietnamese sentence and the way out; callers add the place."""

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint

    def problem(self, where: Where, *, severity: Severity = Severity.ERROR) -> Problem:
        """The same as a problem at a place."""
        return Problem(where=where, severity=severity, code=self.code, message=self.message, hint=self.hint)


def clean(text: str) -> str:
    """One line of NFC text: no invisible characters, every run of (any) spaces is one space, none at the ends."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    return _cleaned(text)


@lru_cache(maxsize=8192)
def _cleaned(text: str) -> str:
    text = unicodedata.normalize("NFC", text)
    if _UNTIDY.search(text) is not None:
        text = _SPACES.sub(" ", _INVISIBLE.sub("", text))
    return text.strip()


def as_text(raw: object) -> str:
    """The cleaned text of any raw value; a whole number in a cell (``3.0``) reads as ``3``; None is empty."""
    if raw is None:
        return ""
    if isinstance(raw, str):
        return clean(raw)
    if isinstance(raw, bool):
        return "có" if raw else "không"
    if isinstance(raw, float) and math.isfinite(raw) and raw == int(raw):
        return str(int(raw))
    return clean(str(raw))


def plain(raw: object) -> str:
    """`as_text` without enclosing quotes (typed or Word's) and with every dash as ``-``: for values, never for prose."""
    return _DASHES.sub("-", as_text(raw).strip(_QUOTES)).strip()


def shown(raw: object) -> str:
    """The raw value as it is quoted in a message, cut when it is long."""
    text = as_text(raw)
    return f"«{text if len(text) <= _SHOWN_AT_MOST else text[:_SHOWN_AT_MOST] + '…'}»"


def split_list(raw: object) -> tuple[str, ...]:
    """The items of a list written as text, parted by ``,`` or ``;`` or line breaks; empty items are dropped."""
    if raw is None:
        return ()
    if not isinstance(raw, str):
        return (as_text(raw),) if as_text(raw) else ()
    return tuple(item for piece in re.split(r"[,;\n]", raw) if (item := clean(piece)))


def unknown_field(name: str, known: Iterable[str]) -> FieldError:
    """For a field or column nobody knows, with the closest known one."""
    names = tuple(known)
    hint = did_you_mean(name, names) or f"Các trường dùng được: {', '.join(names)}."
    return FieldError("unknown-field", f"Không có trường nào tên {shown(name)}.", hint)


def choose(raw: object, choices: Mapping[str, _T], *, what: str, code: str, allowed: Iterable[str]) -> _T:
    """The value whose folded name is written; ``choices`` maps folded names, ``allowed`` is how they are shown."""
    text = plain(raw)
    found = choices.get(fold(text))
    if found is None:
        names = tuple(allowed)
        near = did_you_mean(text, names)
        listing = f"Viết một trong các giá trị: {', '.join(names)}."
        raise FieldError(code, f"{what} {shown(raw)} không có.", f"{near} {listing}".strip())
    return found


_KINDS: dict[str, Kind] = {fold(k.value): k for k in Kind} | {
    "bantin": Kind.NEWS,
    "tintuc": Kind.NEWS,
    "baiviet": Kind.ARTICLE,
    "loixuong": Kind.CALL,
    "loichao": Kind.CLOSING,
    "nhaccho": Kind.INTERLUDE,
}
_PRIORITY_NAMES: dict[Priority, str] = {
    Priority.NORMAL: "thường",
    Priority.PRIORITY: "ưu tiên",
    Priority.EMERGENCY: "khẩn cấp",
}
_PRIORITIES: dict[str, Priority] = {fold(name): p for p, name in _PRIORITY_NAMES.items()} | {
    "binhthuong": Priority.NORMAL,
    "khan": Priority.EMERGENCY,
}
_HOLIDAYS: dict[str, HolidayPolicy] = {fold(h.value): h for h in HolidayPolicy} | {
    "phat": HolidayPolicy.KEEP,
    "giu": HolidayPolicy.KEEP,
    "khongphat": HolidayPolicy.SKIP,
    "nghi": HolidayPolicy.SKIP,
}


class ExceptionVerb(Enum):
    """The word of an exception row; ADD becomes a slot, the others a `CalendarException`."""

    SKIP = "bỏ"
    REPLACE = "thay"
    ADD = "thêm"

    @property
    def kind(self) -> ExceptionKind | None:
        """The exception it makes, or None for an added airing."""
        return {ExceptionVerb.SKIP: ExceptionKind.SKIP, ExceptionVerb.REPLACE: ExceptionKind.REPLACE}.get(self)


_VERBS: dict[str, ExceptionVerb] = {fold(v.value): v for v in ExceptionVerb} | {
    "huy": ExceptionVerb.SKIP,
    "nghi": ExceptionVerb.SKIP,
    "thaythe": ExceptionVerb.REPLACE,
    "bosung": ExceptionVerb.ADD,
}


def parse_kind(raw: object) -> Kind:
    """The genre of a script."""
    return choose(raw, _KINDS, what="Loại bài", code="kind-unknown", allowed=[k.value for k in Kind])


def parse_priority(raw: object) -> Priority:
    """Thường, ưu tiên or khẩn cấp."""
    return choose(raw, _PRIORITIES, what="Mức ưu tiên", code="priority-unknown", allowed=_PRIORITY_NAMES.values())


def parse_holiday_policy(raw: object) -> HolidayPolicy:
    """What to do on a public holiday."""
    names = [h.value for h in HolidayPolicy]
    return choose(raw, _HOLIDAYS, what="Cách xử lý ngày lễ", code="holiday-policy-unknown", allowed=names)


def parse_exception_verb(raw: object) -> ExceptionVerb:
    """Bỏ, thay or thêm."""
    return choose(raw, _VERBS, what="Việc", code="exception-unknown", allowed=[v.value for v in ExceptionVerb])


def parse_start_rule(raw: object) -> tuple[StartRule, float | None]:
    """The rule, and for ``trong vòng N phút`` the seconds it waits at most."""
    text = plain(raw)
    folded = fold(text)
    if folded == fold(StartRule.AT_ONCE.value):
        return StartRule.AT_ONCE, None
    if folded == fold(StartRule.AFTER_CURRENT.value):
        return StartRule.AFTER_CURRENT, None
    if folded.startswith("trongvong"):
        rest = " ".join(text.split()[2:])
        if not rest:
            raise FieldError(
                "start-rule-unknown", f"Cách bắt đầu {shown(raw)} thiếu số phút.", "Viết: trong vòng 3 phút."
            )
        return StartRule.WITHIN, parse_duration_s(rest)
    allowed = ("đúng giờ", "chờ hết bài", "trong vòng 3 phút")
    return choose(raw, {}, what="Cách bắt đầu", code="start-rule-unknown", allowed=allowed)


_TRUE = frozenset({"co", "bat", "dung", "true", "yes", "1", "x", "on"})
_FALSE = frozenset({"khong", "tat", "sai", "false", "no", "0", "off"})


def parse_bool(raw: object) -> bool:
    """Có/không, bật/tắt, đúng/sai, true/false, x, 1/0."""
    if isinstance(raw, bool):
        return raw
    folded = fold(plain(raw))
    if folded in _TRUE:
        return True
    if folded in _FALSE:
        return False
    raise FieldError("bool-unknown", f"Giá trị {shown(raw)} phải là có hoặc không.", "Viết: có, hoặc: không.")


_NUMBER = re.compile(r"[-+]?[0-9]{1,12}([.,][0-9]{1,9})?\Z")


def _finite(number: float) -> float:
    """The number as a float; one too large for it is infinite, which every range refuses."""
    try:
        return float(number)
    except OverflowError:
        return math.inf


def parse_number(raw: object, *, what: str, low: float, high: float) -> float:
    """A number within [low, high]; the decimal mark may be ``,`` or ``.``."""
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        number = _finite(raw)
    else:
        text = plain(raw)
        if isinstance(raw, bool) or not _NUMBER.match(text):
            raise FieldError("number-format", f"{what} {shown(raw)} không phải là số.", "Viết một con số, ví dụ: 2.")
        number = float(text.replace(",", "."))
    if not (low <= number <= high):
        raise FieldError("number-range", f"{what} {shown(raw)} nằm ngoài khoảng cho phép.", f"Từ {low:g} đến {high:g}.")
    return number


def parse_int(raw: object, *, what: str, low: int, high: int) -> int:
    """A whole number within [low, high]; ``2 lần`` reads as 2."""
    text = re.sub(r"(?i)\s*lần\Z", "", raw) if isinstance(raw, str) else raw
    number = parse_number(text, what=what, low=low, high=high)
    if number != int(number):
        raise FieldError("number-format", f"{what} {shown(raw)} phải là số nguyên.", "Viết một số nguyên, ví dụ: 2.")
    return int(number)


_UNITS = {
    "giay": 1.0, "s": 1.0, "sec": 1.0,
    "phut": 60.0, "p": 60.0, "ph": 60.0, "m": 60.0, "min": 60.0,
    "gio": 3600.0, "h": 3600.0, "g": 3600.0, "tieng": 3600.0,
}  # fmt: skip
_DURATION_PART = re.compile(r"([0-9]{1,9}(?:[.,][0-9]{1,6})?)\s*([^\W\d_]+)\s*", re.UNICODE)
_LONGEST_S = 24 * 3600.0
_DURATION_HINT = "Viết như: 5 phút, 90 giây, 1 giờ 30 phút; số không có đơn vị là giây."


def parse_duration_s(raw: object) -> float:
    """Seconds from ``5 phút``, ``90 giây``, ``1 giờ 30 phút`` or a bare number of seconds; at most a day."""
    if isinstance(raw, timedelta):
        seconds = raw.total_seconds()
    elif isinstance(raw, int | float) and not isinstance(raw, bool):
        seconds = _finite(raw)
    else:
        seconds = _duration_of_text(raw)
    if not 0 <= seconds <= _LONGEST_S:
        raise FieldError(
            "duration-range", f"Thời lượng {shown(raw)} nằm ngoài khoảng cho phép.", "Từ 0 giây đến 24 giờ."
        )
    return seconds


def _duration_of_text(raw: object) -> float:
    text = plain(raw)
    if _NUMBER.match(text):
        return float(text.replace(",", "."))
    seconds, at = 0.0, 0
    while (part := _DURATION_PART.match(text, at)) is not None:
        unit = _UNITS.get(fold(part[2]))
        if unit is None:
            break
        seconds, at = seconds + float(part[1].replace(",", ".")) * unit, part.end()
    if at == 0 or at != len(text):
        raise FieldError("duration-format", f"Không đọc được thời lượng {shown(raw)}.", _DURATION_HINT)
    return seconds


_TIME = re.compile(
    r"(?i)(?P<h>[0-9]{1,2})\s*(?:(?P<colon>:)|(?P<short>[hg])|(?P<word>giờ))\s*(?P<m>[0-9]{1,2})?(?:\s*(?:phút|p))?(?::(?P<s>[0-9]{2}))?\Z",
)
_HALF = re.compile(r"(?i)(?P<h>[0-9]{1,2})\s*(?:h|g|giờ)\s*rưỡi\Z")
_TIME_HINT = "Viết giờ theo 24 giờ, đủ hai chữ số phút: 06:05, 6h05 hoặc 17:30."
_HALF_DAY = frozenset({"sang", "trua", "chieu", "toi", "dem", "am", "pm"})


def parse_time(raw: object) -> time:
    """A local wall time to the minute from text (``06:05``, ``6h05``, ``6 giờ 5``) or a cell."""
    if isinstance(raw, str):
        return _time_of_text(clean(raw))
    if isinstance(raw, datetime):
        # A spreadsheet's pure time may arrive as a moment of its day zero; any other date here is a mistake.
        if raw.year > 1900:
            raise FieldError("time-format", f"Ô giờ lại chứa cả ngày: {shown(raw)}.", _TIME_HINT)
        raw = raw.time()
    if isinstance(raw, time):
        return _whole_minute(raw.hour * 3600 + raw.minute * 60 + raw.second + raw.microsecond / 1e6, raw)
    if isinstance(raw, timedelta):
        return _whole_minute(raw.total_seconds(), raw)
    if isinstance(raw, float) and 0 <= raw < 1:
        return _whole_minute(raw * 86400, raw)
    raise FieldError("time-format", f"Không đọc được giờ {shown(raw)}.", _TIME_HINT)


def _whole_minute(seconds: float, raw: object) -> time:
    minutes = round(seconds / 60)
    if abs(seconds - minutes * 60) > 0.5:
        raise FieldError("time-format", f"Giờ {shown(raw)} có lẻ giây.", "Lịch phát tính đến phút: bỏ phần giây.")
    if not 0 <= minutes < 1440:
        raise FieldError("time-impossible", f"Giờ {shown(raw)} không có trong một ngày.", "Từ 00:00 đến 23:59.")
    return time(minutes // 60, minutes % 60)


@lru_cache(maxsize=4096)
def _time_of_text(text: str) -> time:
    bare = plain(text)
    half = _HALF.match(bare)
    found = half or _TIME.match(bare)
    if found is None:
        words = {fold(w) for w in re.findall(r"[^\W\d_]+", bare)}
        if words & _HALF_DAY:
            hint = "Viết theo 24 giờ, không ghi sáng, chiều: 5 giờ chiều là 17:00."
        elif re.fullmatch(r"[0-9]{1,2}[.,][0-9]{2}", bare):
            hint = f"Dùng dấu hai chấm: {bare[:-3]}:{bare[-2:]}."
        else:
            hint = _TIME_HINT
        raise FieldError("time-format", f"Không đọc được giờ {shown(text)}.", hint)
    hour = int(found["h"])
    minute = 30 if half else int(found["m"] or 0)
    if not half:
        _check_minute_digits(found, text)
    if hour > 23 or minute > 59:
        hint = "Nửa đêm viết 00:00 của ngày hôm sau." if (hour, minute) == (24, 0) else "Từ 00:00 đến 23:59."
        raise FieldError("time-impossible", f"Giờ {shown(text)} không có thật.", hint)
    return time(hour, minute)


def _check_minute_digits(found: re.Match[str], text: str) -> None:
    """``5:7`` may be 5:07 or 5:70 mistyped: only the word form ``6 giờ 5`` may leave a digit out."""
    minutes = found["m"]
    if found["colon"] and minutes is None:
        raise FieldError("time-format", f"Giờ {shown(text)} thiếu số phút.", _TIME_HINT)
    if minutes is not None and len(minutes) == 1 and not found["word"]:
        guesses = [f"{int(found['h']):02d}:{m}" for m in (f"0{minutes}", f"{minutes}0") if int(m) < 60]
        hint = f"Viết đủ hai chữ số phút: {' hay '.join(guesses)}?"
        raise FieldError("time-format", f"Giờ {shown(text)} thiếu một chữ số phút.", hint)
    if found["s"] not in (None, "00"):
        raise FieldError("time-format", f"Giờ {shown(text)} có lẻ giây.", "Lịch phát tính đến phút: bỏ phần giây.")


def parse_times(raw: object) -> tuple[time, ...]:
    """Several times parted by ``,`` or ``;``, in the order written; a repeated one is an error."""
    if not isinstance(raw, str):
        return (parse_time(raw),)
    times = tuple(_time_of_text(item) for item in split_list(raw))
    if not times:
        raise FieldError("time-missing", "Chưa ghi giờ phát.", _TIME_HINT)
    if len(set(times)) != len(times):
        raise FieldError("time-repeated", f"Trong {shown(raw)} có giờ ghi hai lần.", "Mỗi giờ chỉ ghi một lần.")
    return times


_ALL_ZONES = frozenset({"tatca", "tatcacumloa", "tatcacaccumloa", "toanphuong", "all"})


def parse_zones(raw: object) -> tuple[ZoneId, ...]:
    """Zone ids or names as written, to be matched with station.toml later; ``tất cả`` is the empty tuple: every zone."""
    names = tuple(plain(name) for name in split_list(raw))
    if any(fold(name) in _ALL_ZONES for name in names):
        if len(names) > 1:
            raise FieldError("zones-mixed", f"Vừa ghi tất cả vừa ghi tên cụm loa: {shown(raw)}.", "Chỉ ghi: tất cả.")
        return ()
    return tuple(ZoneId(name) for name in dict.fromkeys(names) if name)
