"""Edits of the calendar in words: what each airing becomes, what each row of a workbook became."""

from collections.abc import Mapping, Sequence
from datetime import date

from broadcaster.domain.calendar import (
    CalendarException,
    DayRule,
    ExceptionKind,
    OnDates,
    OnLunar,
    OnMonthdays,
    OnNthWeekday,
    OnWeekdays,
    Rotation,
    Slot,
    Weekday,
    ZoneId,
)
from broadcaster.domain.firing import next_dates
from broadcaster.domain.plan_changes import AiringChange, ChangeKind
from broadcaster.domain.rundown import Airing
from broadcaster.domain.settings import Zone
from broadcaster.ports_editing import RowReading
from broadcaster.present.durations import moment
from broadcaster.present.plan import PRIORITIES
from broadcaster.present.week import zones_text

DAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
SHOWN_DATES = 5
_NTH = {1: "đầu tháng", 2: "thứ 2 trong tháng", 3: "thứ 3 trong tháng", 4: "thứ 4 trong tháng", -1: "cuối tháng"}
_FIELDS = {
    "programme": "bài",
    "title": "tên",
    "zones": "cụm loa",
    "priority": "mức ưu tiên",
    "repeat": "số lần lặp",
    "start_rule": "cách bắt đầu",
    "within_s": "cách bắt đầu",
    "grace_s": "thời gian cho phép trễ",
}


def change_sentence(change: AiringChange, zones: Sequence[Zone] = ()) -> str:
    """One airing's change in one sentence; zones by their names where they are known."""
    airing = change.airing
    where = _named(airing.zones, zones)
    match change.kind:
        case ChangeKind.ADDED:
            return f"Thêm lượt «{airing.title}» ở {where}."
        case ChangeKind.REMOVED:
            return f"Không còn lượt «{airing.title}» ở {where}."
        case ChangeKind.CANCELLED:
            return f"Hủy lượt «{airing.title}»: {airing.reason}."
        case ChangeKind.RESTORED:
            return f"Phát lại lượt «{airing.title}» ở {where}."
        case ChangeKind.MOVED:
            came = f" từ {change.before.planned:%H:%M}" if change.before is not None else ""
            return f"Dời lượt «{airing.title}»{came} sang {airing.planned:%H:%M}."
        case ChangeKind.ALTERED:
            return _altered(change, zones)


def _named(wanted: Sequence[ZoneId], zones: Sequence[Zone]) -> str:
    return zones_text(wanted, zones) if zones else ", ".join(wanted)


def _altered(change: AiringChange, zones: Sequence[Zone]) -> str:
    before, after = change.before, change.after
    if before is None or after is None:
        return ""
    said = []
    if "programme" in change.what:
        said.append(f"phát «{after.title}» thay cho «{before.title}»")
    elif "title" in change.what:
        said.append(f"tên mới «{after.title}»")
    if "zones" in change.what:
        said.append(f"cụm loa {_named(after.zones, zones)} (trước: {_named(before.zones, zones)})")
    if "priority" in change.what:
        said.append(f"mức {PRIORITIES[after.priority]} (trước: {PRIORITIES[before.priority]})")
    if "repeat" in change.what:
        said.append(f"phát {after.repeat} lần (trước: {before.repeat})")
    others = [_FIELDS[w] for w in change.what if w in {"start_rule", "within_s", "grace_s"}]
    if others:
        said.append(f"đổi {' và '.join(dict.fromkeys(others))}")
    return f"«{before.title}»: {'; '.join(said)}."


def summary(changes: Sequence[AiringChange], first: date, last: date) -> str:
    """How many airings an edit touches in the days shown."""
    if not changes:
        return f"Từ {first:%d/%m/%Y} đến {last:%d/%m/%Y} không có lượt phát nào thay đổi."
    count = {kind: sum(c.kind is kind for c in changes) for kind in ChangeKind}
    parts = [f"{kind.value} {n} lượt" for kind, n in count.items() if n]
    return f"Từ {first:%d/%m/%Y} đến {last:%d/%m/%Y}: {', '.join(parts)}."


def rule_text(rule: DayRule) -> str:
    """One day rule in words."""
    match rule:
        case OnWeekdays():
            days = sorted(rule.days)
            if len(days) == 7:
                return "hằng ngày"
            if len(days) > 2 and days == list(range(days[0], days[-1] + 1)):
                return f"{DAYS[days[0]]} đến {DAYS[days[-1]]}"
            return ", ".join(DAYS[d] for d in days)
        case OnDates():
            named = ", ".join(f"{d:%d/%m/%Y}" for d in rule.dates[:SHOWN_DATES])
            return f"{named}{f' và {len(rule.dates) - SHOWN_DATES} ngày khác' if len(rule.dates) > SHOWN_DATES else ''}"
        case OnMonthdays():
            return "ngày " + ", ".join("cuối" if d == -1 else str(d) for d in rule.days) + " hằng tháng"
        case OnNthWeekday():
            return f"{DAYS[Weekday(rule.weekday)]} {_NTH[rule.nth]}"
        case OnLunar():
            return (
                f"ngày {rule.day} âm lịch hằng tháng" if rule.month is None else f"ngày {rule.day}/{rule.month} âm lịch"
            )


def slot_sentence(slot: Slot, *, titles: Mapping[str, str] | None = None, zones: Sequence[Zone] = ()) -> str:
    """A slot read back: what, when, where; a cancelled one says so first. Titles and zones by name where they are known."""
    content = str(slot.content) if isinstance(slot.content, Rotation) else slot.content
    name = slot.title or (titles or {}).get(content, content)
    times = ", ".join(f"{at:%H:%M}" for at in slot.times)
    days = "; ".join(rule_text(rule) for rule in slot.days)
    where = _named(slot.zones, zones) or "mọi cụm loa"
    span = f" từ {slot.valid_from:%d/%m/%Y}" if slot.valid_from else ""
    span += f" đến {slot.valid_until:%d/%m/%Y}" if slot.valid_until else ""
    text = f"«{name}» lúc {times}, {days}{span}, ở {where}"
    return f"Đã hủy ({slot.cancelled}): {text}" if slot.cancelled else text


def next_text(slot: Slot, today: date) -> str:
    """The next days it fires."""
    days = next_dates(slot, today, SHOWN_DATES)
    if not days:
        return "không còn ngày nào"
    return ", ".join(f"{DAYS[d.weekday()]} {d:%d/%m/%Y}" for d in days)


def exception_sentence(exception: CalendarException, zones: Sequence[Zone] = ()) -> str:
    """An exception read back; zones by name where they are known."""
    days = (
        f"ngày {exception.first:%d/%m/%Y}"
        if exception.first == exception.last
        else f"từ {exception.first:%d/%m/%Y} đến {exception.last:%d/%m/%Y}"
    )
    what = "Bỏ" if exception.kind is ExceptionKind.SKIP else f"Thay bằng «{exception.content}»"
    slots = f"khung giờ {', '.join(exception.slots)}" if exception.slots else "mọi khung giờ"
    times = f", lúc {', '.join(f'{at:%H:%M}' for at in exception.times)}" if exception.times else ""
    where = f", ở {_named(exception.zones, zones)}" if exception.zones else ""
    return f"{what}: {slots}{times}{where}, {days}"


def row_sentence(reading: RowReading, titles: Mapping[str, str], zones: Sequence[Zone]) -> str:
    """What one row of a workbook became; ``titles`` are of scripts and programmes by id."""
    parts = [slot_sentence(reading.slot, titles=titles, zones=zones)] if reading.slot is not None else []
    parts += [exception_sentence(e, zones) for e in reading.exceptions]
    if reading.programme is not None:
        heard = ", ".join(str(p) for p in reading.programme.parts)
        parts.append(f"Chương trình «{reading.programme.title}»: {heard}")
    return "; ".join(parts)


def airing_line(airing: Airing) -> str:
    """One airing in one line."""
    return f"{moment(airing.planned)} — {airing.title}"
