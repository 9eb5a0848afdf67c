"""Slots, programmes and exceptions as the cells of a sheet: the inverse of `calendar_rows`; defaults stay empty."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import time

from broadcaster.adapters.calendar_parts import ADDED, CalendarPart, is_dated
from broadcaster.adapters.calendar_rows import rotation_text
from broadcaster.adapters.day_fields import WEEKDAY_NAMES
from broadcaster.domain.calendar import (
    DayRule,
    ExceptionKind,
    HolidayPolicy,
    OnDates,
    OnLunar,
    OnMonthdays,
    OnNthWeekday,
    OnWeekdays,
    Priority,
    Programme,
    Rotation,
    Slot,
    StartRule,
    ZoneId,
)

Cells = Mapping[str, object]
"""Field key → text, date, time, int, or None for an empty cell."""

_PRIORITIES = {Priority.PRIORITY: "ưu tiên", Priority.EMERGENCY: "khẩn cấp"}
_NTH = {1: "đầu tháng", 2: "thứ 2", 3: "thứ 3", 4: "thứ 4", -1: "cuối tháng"}


def _is_added(slot: Slot) -> bool:
    return slot.id.startswith(f"{ADDED}.")


def _is_row(slot: Slot) -> bool:
    """A dated row has a made id, ``<file stem>.<content>``; what a person named stays a standing rule."""
    return "." in slot.id and is_dated(slot)


def dated_rows(slots: Iterable[Slot]) -> list[Cells]:
    """One row for each date of each dated slot, in order of time."""
    rows = [
        {
            "ngay": day,
            "thu": WEEKDAY_NAMES[day.weekday()],
            **_what(slot),
            "doi_tu": slot.moved_from,
            "huy": slot.cancelled,
        }
        | {"ghi_chu": slot.note}
        for slot in slots
        if _is_row(slot) and not _is_added(slot)
        for rule in slot.days
        if isinstance(rule, OnDates)
        for day in rule.dates
    ]
    return sorted(rows, key=lambda row: (row["ngay"], str(row["gio"]), str(row["phat"]), str(row["cum_loa"])))


def standing_rows(slots: Iterable[Slot]) -> Iterator[Cells]:
    """One row for each standing rule, as ordered; a generated id is written with ``-`` for its dot."""
    for slot in slots:
        if not _is_row(slot):
            yield {
                "ma": slot.id.replace(".", "-"),
                **_what(slot),
                **_days(slot.days),
                "tu": slot.valid_from,
                "den": slot.valid_until,
                "ngay_le": None if slot.holidays is HolidayPolicy.KEEP else slot.holidays.value,
                "bat": None if slot.enabled else "không",
                "ghi_chu": slot.note,
            }


def programme_rows(programmes: Iterable[Programme]) -> Iterator[Cells]:
    """One row for each programme."""
    for programme in programmes:
        parts = ", ".join(rotation_text(p) if isinstance(p, Rotation) else p for p in programme.parts)
        yield {"ma": programme.id, "ten": programme.title, "phan": parts}


def exception_rows(part: CalendarPart) -> Iterator[Cells]:
    """Skips and replacements, then the added airings one day a row."""
    for exception in part.exceptions:
        yield {
            "tu": exception.first,
            "den": exception.last,
            "viec": "bỏ" if exception.kind is ExceptionKind.SKIP else "thay",
            "khung_gio": ", ".join(exception.slots),
            "cum_loa": ", ".join(exception.zones),
            "gio": _times(exception.times),
            "phat": None if exception.content is None else _content(exception.content),
            "ly_do": exception.reason,
        }
    for slot in part.slots:
        for rule in slot.days if _is_row(slot) and _is_added(slot) else ():
            for day in rule.dates if isinstance(rule, OnDates) else ():
                yield {"tu": day, "den": day, "viec": "thêm", **_what(slot), "ly_do": slot.note}


def _what(slot: Slot) -> dict[str, object]:
    return {
        "phat": _content(slot.content),
        "ten": slot.title,
        "gio": _times(slot.times),
        "cum_loa": _zones(slot.zones),
        "uu_tien": _PRIORITIES.get(slot.priority),
        "bat_dau": _start(slot),
        "cho_phep_tre": None if slot.grace_s is None else duration_text(slot.grace_s),
        "lap": None if slot.repeat == 1 else slot.repeat,
        "cach_lap": None if slot.gap_s == 5.0 else duration_text(slot.gap_s),
    }


def _content(content: str | Rotation) -> str:
    return rotation_text(content) if isinstance(content, Rotation) else content


def _times(times: tuple[time, ...]) -> object:
    """One time as a real cell, several as text."""
    return times[0] if len(times) == 1 else ", ".join(f"{at:%H:%M}" for at in times)


def _zones(zones: tuple[ZoneId, ...]) -> str:
    return ", ".join(zones)


def _start(slot: Slot) -> str | None:
    if slot.start_rule is StartRule.WITHIN and slot.within_s is not None:
        return f"trong vòng {duration_text(slot.within_s)}"
    return None if slot.start_rule is StartRule.AFTER_CURRENT else slot.start_rule.value


def _days(rules: tuple[DayRule, ...]) -> dict[str, object]:
    """The text of each kind of day rule."""
    texts: dict[str, list[str]] = {}
    for rule in rules:
        match rule:
            case OnWeekdays():
                every = len(rule.days) == 7
                texts.setdefault("thu", []).extend(
                    ["hằng ngày"] if every else [WEEKDAY_NAMES[d] for d in sorted(rule.days)]
                )
            case OnDates():
                texts.setdefault("ngay", []).extend(f"{day:%d/%m/%Y}" for day in rule.dates)
            case OnMonthdays():
                texts.setdefault("ngay_trong_thang", []).extend("cuối" if day == -1 else str(day) for day in rule.days)
            case OnNthWeekday():
                texts.setdefault("thu_trong_thang", []).append(f"{WEEKDAY_NAMES[rule.weekday]} {_NTH[rule.nth]}")
            case OnLunar():
                text = f"{rule.day} hằng tháng" if rule.month is None else f"{rule.day}/{rule.month}"
                texts.setdefault("ngay_am", []).append(text)
    return {key: ", ".join(items) for key, items in texts.items()}


def duration_text(seconds: float) -> str:
    """Seconds as `fields.parse_duration_s` reads them back: ``1 giờ 30 phút``, ``90 giây`` as ``1 phút 30 giây``."""
    whole = int(seconds)
    if whole != seconds:
        return f"{seconds:g} giây".replace(".", ",")
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    said = [f"{n} {unit}" for n, unit in ((hours, "giờ"), (minutes, "phút"), (left, "giây")) if n]
    return " ".join(said) or "0 giây"
