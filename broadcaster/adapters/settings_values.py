"""How a value of station.toml is read: what tomllib gives (text, number, bool, list, date) to a value, or a `FieldError`."""

import re
from collections.abc import Callable, Collection

from broadcaster.adapters.day_fields import parse_date, parse_weekdays
from broadcaster.adapters.fields import (
    FieldError,
    as_text,
    parse_bool,
    parse_int,
    parse_number,
    parse_time,
    plain,
    shown,
    split_list,
)
from broadcaster.domain.calendar import Weekday
from broadcaster.domain.folding import did_you_mean, fold, fold_id
from broadcaster.domain.settings import TimeSpan

Parser = Callable[[object], object]


def free_text(raw: object) -> str:
    """Text on one line; a number is taken as its digits."""
    if not isinstance(raw, str | int | float) or isinstance(raw, bool):
        raise FieldError("type", f"Giá trị {shown(raw)} phải là chữ.", 'Đặt chữ trong dấu nháy kép: "…".')
    return as_text(raw)


def needed_text(raw: object) -> str:
    """Text that may not be empty."""
    text = free_text(raw)
    if not text:
        raise FieldError("field-missing", "Trường này không được để trống.", "Điền giá trị vào giữa hai dấu nháy.")
    return text


def text_lines(raw: object) -> str:
    """Text whose line breaks matter."""
    return "\n".join(as_text(line) for line in _str(raw).strip().split("\n"))


def _str(raw: object) -> str:
    if not isinstance(raw, str):
        raise FieldError("type", f"Giá trị {shown(raw)} phải là chữ.", 'Đặt chữ trong dấu nháy kép: "…".')
    return raw


def text_list(raw: object) -> tuple[str, ...]:
    """A list of texts, or text parted by ``;`` and line breaks."""
    items = raw if isinstance(raw, list) else re.split(r"[;\n]", _str(raw))
    return tuple(text for item in items if (text := free_text(item)))


def number(what: str, low: float, high: float) -> Parser:
    """A number within [low, high]."""
    return lambda raw: parse_number(_single(raw), what=what, low=low, high=high)


def whole(what: str, low: int, high: int) -> Parser:
    """A whole number within [low, high]."""
    return lambda raw: parse_int(_single(raw), what=what, low=low, high=high)


def or_none(parse: Parser) -> Parser:
    """Zero or nothing written means no limit."""
    return lambda raw: None if plain(_single(raw)) in ("", "0") else parse(raw)


def _single(raw: object) -> object:
    if isinstance(raw, list | dict):
        raise FieldError("type", "Ở đây phải là một giá trị, không phải một danh sách.", "Chỉ ghi một giá trị.")
    return raw


def flag(raw: object) -> bool:
    """true or false, also the words có and không."""
    return parse_bool(_single(raw))


def optional_date(raw: object) -> object:
    """A date, or None when empty."""
    return None if raw == "" else parse_date(raw)


def dates(raw: object) -> object:
    """A list of dates, or comma text."""
    items = raw if isinstance(raw, list) else split_list(_str(raw))
    return frozenset(parse_date(item) for item in items)


def weekdays(raw: object) -> object:
    """A list of weekdays or ranges, or text."""
    items = raw if isinstance(raw, list) else [_str(raw)]
    return frozenset[Weekday]().union(*(parse_weekdays(_str(item)) for item in items))


def span(raw: object) -> TimeSpan:
    """``21:00-05:30``: a start and another end."""
    ends = plain(_str(raw)).split("-")
    if len(ends) != 2:
        raise FieldError("time-span", f"Khoảng giờ {shown(raw)} không đọc được.", "Viết như: 21:00-05:30.")
    start, end = (parse_time(part) for part in ends)
    if start == end:
        raise FieldError(
            "time-span", f"Khoảng giờ {shown(raw)} bắt đầu và kết thúc cùng lúc.", "Viết như: 21:00-05:30."
        )
    return TimeSpan(start=start, end=end)


def zone_id(raw: object) -> str:
    """A plain id: lower case, digits and single hyphens."""
    text = needed_text(raw)
    if re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", text) is None or len(text) > 40:
        hint = f"Viết chữ thường không dấu, số và gạch nối: {fold_id(text)[:40] or 'khom-1'}."
        raise FieldError("id-unusable", f"Mã {shown(raw)} không dùng được.", hint)
    return text


def one_of(choices: Collection[str], what: str) -> Parser:
    """One of a few plain words."""

    def parse(raw: object) -> str:
        name = fold(free_text(raw))
        if name not in choices:
            hint = f"{did_you_mean(name, choices)} Viết một trong: {', '.join(choices)}.".strip()
            raise FieldError("choice-unknown", f"{what} {shown(raw)} không có.", hint)
        return name

    return parse


def chain(voices: Collection[str]) -> Parser:
    """The voices in the order they are tried."""
    single = one_of(voices, "Giọng đọc")

    def parse(raw: object) -> object:
        names = tuple(
            dict.fromkeys(str(single(item)) for item in (raw if isinstance(raw, list) else split_list(_str(raw))))
        )
        if not names:
            raise FieldError("field-missing", "Chưa ghi giọng đọc nào.", 'Viết như: ["gtts", "espeak"].')
        return names

    return parse


_CARD_INDEX = re.compile(r"(?i)(?:[a-z_]+:)+\s*(?:card\s*=\s*)?[0-9]+(?![0-9A-Za-z_])|[0-9]+\Z|card\s*[0-9]+\Z")


def device(raw: object) -> str:
    """A device's stable name; a card index is refused, it changes from one boot to the next."""
    text = free_text(raw)
    if _CARD_INDEX.match(text):
        hint = "Số thứ tự đổi sau mỗi lần khởi động. Ghi tên thiết bị (xem bằng: broadcaster doctor), ví dụ hw:CARD=PCH,DEV=0."
        raise FieldError("device-index", f"Thiết bị {shown(raw)} ghi theo số thứ tự.", hint)
    return text


def database(raw: object) -> str:
    """Empty, or a PostgreSQL or SQLite URL; never echoed, it may hold a password."""
    text = free_text(raw)
    if text and not text.startswith(("postgresql://", "postgresql+psycopg://", "sqlite:///")):
        hint = 'Để "" để dùng tệp var/station.db, hoặc ghi postgresql://…'
        raise FieldError("database-url", "Địa chỉ cơ sở dữ liệu không dùng được.", hint)
    return text


def timezone(raw: object) -> str:
    """A name of the time zone database."""
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - the time zone files are read only here

    text = needed_text(raw)
    try:
        ZoneInfo(text)
    except (ValueError, OSError, LookupError) as cause:
        raise FieldError(
            "timezone", f"Không có múi giờ {shown(raw)}.", 'Ở Việt Nam viết: "Asia/Ho_Chi_Minh".'
        ) from cause
    return text


def tld(raw: object) -> str:
    """The end of the gTTS server's name."""
    text = free_text(raw)
    if re.fullmatch(r"[a-z]{2,4}(?:\.[a-z]{2,4})?", text) is None:
        raise FieldError("tld", f"Tên miền {shown(raw)} không dùng được.", 'Viết như: "com.vn" hoặc "com".')
    return text
