"""A repeating rule of iCalendar (RFC 5545, 3.3.10) as day rules: only the simple ones, so that one meaning is certain."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from broadcaster.adapters.fields import FieldError, shown
from broadcaster.adapters.ics_events import parse_moment
from broadcaster.domain.calendar import DayRule, OnMonthdays, OnNthWeekday, OnWeekdays, Weekday

_DAYS = dict(zip(("MO", "TU", "WE", "TH", "FR", "SA", "SU"), Weekday, strict=True))
_UNDERSTOOD = frozenset({"FREQ", "INTERVAL", "UNTIL", "WKST", "BYDAY", "BYMONTHDAY"})
_HINT = "Chỉ đọc lặp hằng ngày, hằng tuần theo thứ, hằng tháng theo ngày hoặc theo thứ; lịch khác thì ghi vào tệp .yaml hay .xlsx."


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeating:
    """The days it fires on, and the last of them (inclusive), both in local days."""

    days: tuple[DayRule, ...]
    until: date | None


def parse_rule(value: str, start: datetime, zone: ZoneInfo) -> Repeating:
    """The rule of an event that starts at this moment of its own zone, in days of ``zone``; else FieldError."""
    parts = _parts(value)
    shift = (start.astimezone(zone).date() - start.date()).days
    frequency = parts["FREQ"]
    if frequency in ("DAILY", "WEEKLY"):
        if "BYMONTHDAY" in parts:
            raise _not_understood("BYMONTHDAY", value)
        days: tuple[DayRule, ...] = (_weekly(parts, start, shift),)
    elif frequency == "MONTHLY":
        days = _monthly(parts, start)
    else:
        raise _not_understood(f"FREQ={frequency}", value)
    _refuse_other_clocks(start, zone, shift if frequency == "MONTHLY" else 0, value)
    return Repeating(days=days, until=_until(parts, start, zone))


def _parts(value: str) -> dict[str, str]:
    parts: dict[str, str] = {}
    for piece in value.upper().split(";"):
        key, _, content = piece.partition("=")
        if key not in _UNDERSTOOD or not content or key in parts:
            raise _not_understood(piece, value)
        parts[key] = content
    if "FREQ" not in parts:
        raise _not_understood("thiếu FREQ", value)
    if parts.get("INTERVAL", "1") != "1":
        raise _not_understood(f"INTERVAL={parts['INTERVAL']}", value)
    return parts


def _not_understood(what: str, value: str) -> FieldError:
    return FieldError("ics-rule", f"Không hiểu «{what}» trong quy tắc lặp {shown(value)}.", _HINT)


def _weekly(parts: Mapping[str, str], start: datetime, shift: int) -> OnWeekdays:
    """Weekdays of the event's own zone, moved to the local days they fall on."""
    if "BYDAY" not in parts:
        days = list(Weekday) if parts["FREQ"] == "DAILY" else [Weekday(start.weekday())]
    else:
        days = []
        for name in parts["BYDAY"].split(","):
            if name not in _DAYS:
                raise _not_understood(f"BYDAY={name}", parts["BYDAY"])
            days.append(_DAYS[name])
    return OnWeekdays(days=frozenset(Weekday((day + shift) % 7) for day in days))


def _monthly(parts: Mapping[str, str], start: datetime) -> tuple[DayRule, ...]:
    if "BYDAY" in parts and "BYMONTHDAY" in parts:
        raise _not_understood("BYDAY cùng với BYMONTHDAY", parts["BYDAY"])
    if "BYDAY" in parts:
        return tuple(_nth(name) for name in parts["BYDAY"].split(","))
    days = []
    for text in parts.get("BYMONTHDAY", str(start.day)).split(","):
        if not text.lstrip("-").isdecimal() or not (1 <= int(text) <= 31 or int(text) == -1):
            raise _not_understood(f"BYMONTHDAY={text}", parts["BYMONTHDAY"])
        days.append(int(text))
    return (OnMonthdays(days=tuple(days)),)


def _nth(name: str) -> DayRule:
    day = _DAYS.get(name[-2:])
    number = name[:-2].removeprefix("+")
    if day is not None and not number:
        return OnWeekdays(days=frozenset({day}))
    if day is None or number not in ("1", "2", "3", "4", "-1"):
        raise _not_understood(f"BYDAY={name}", name)
    return OnNthWeekday(nth=int(number), weekday=day)


def _refuse_other_clocks(start: datetime, zone: ZoneInfo, shift: int, value: str) -> None:
    """A rule kept by a clock that drifts against ours (summer time), or whose months begin on another day."""
    half_a_year = timedelta(days=182)
    offsets = {
        (m.utcoffset() or timedelta()) - (m.astimezone(zone).utcoffset() or timedelta())
        for m in (start, start + half_a_year)
    }
    if len(offsets) > 1 or shift:
        hint = f"Trong phần mềm lịch, chọn múi giờ {zone.key} rồi xuất lại."
        raise FieldError(
            "ics-zone", f"Quy tắc lặp {shown(value)} theo múi giờ khác, đổi sang giờ địa phương dễ lệch.", hint
        )


def _until(parts: Mapping[str, str], start: datetime, zone: ZoneInfo) -> date | None:
    if "UNTIL" not in parts:
        return None
    until = parse_moment(parts["UNTIL"], "", zone)
    local_start = start.astimezone(zone)
    if isinstance(until, datetime):
        local = until.astimezone(zone)
        last = local.date() if local_start.time() <= local.time() else local.date() - timedelta(days=1)
    else:
        last = until
    if last < local_start.date():
        raise FieldError("dates-reversed", f"UNTIL={parts['UNTIL']} lại trước ngày bắt đầu.", "Sửa ngày kết thúc lặp.")
    return last
