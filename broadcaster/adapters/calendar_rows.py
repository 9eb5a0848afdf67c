"""From the fields of one row, as written, to a slot, an exception or a programme: the one meaning of every format."""

import re
from datetime import date, time, timedelta
from functools import lru_cache

from broadcaster.adapters import day_fields, fields
from broadcaster.adapters.calendar_fields import RULES
from broadcaster.adapters.calendar_parts import ADDED, dated_id
from broadcaster.adapters.calendar_row import UNKNOWN, Row
from broadcaster.adapters.fields import ExceptionVerb, FieldError, plain, shown
from broadcaster.domain.calendar import (
    CalendarException,
    DayRule,
    HolidayPolicy,
    OnDates,
    OnMonthdays,
    OnWeekdays,
    Priority,
    Programme,
    ProgrammeId,
    Rotation,
    Slot,
    SlotId,
    StartRule,
    Weekday,
    ZoneId,
)
from broadcaster.domain.folding import fold, fold_id
from broadcaster.domain.scripts import ScriptId, TopicCode

MAX_ADDED_DAYS = 366
MAX_REPEAT = 10
_USUAL_START: tuple[StartRule, float | None] = (StartRule.AFTER_CURRENT, None)

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")
_ROTATION = re.compile(r"(?i)xoay[\s_]*vòng\s*:?\s*(?P<topics>[^()]*?)\s*(?:\(\s*(?P<kinds>[^()]*)\s*\))?\Z")
_ROTATION_HINT = "Viết như: xoay vòng ND-D2 + ND-D6, hoặc: xoay vòng ND-D2 (chuyên mục)."


# --- what several kinds of rows share ------------------------------------------------------------------------------


def parse_content(raw: object) -> str | Rotation:
    """A programme or script by its id, or ``xoay vòng ND-D2 + ND-D6 (chuyên mục)``."""
    if isinstance(raw, Rotation):
        return raw
    text = plain(raw)
    if text[:4].lower() == "xoay":
        found = _ROTATION.match(text)
        if found is not None:
            split = re.compile(r"\s*[+,;]\s*")
            topics = tuple(filter(None, split.split(found["topics"])))
            kinds = tuple(fields.parse_kind(k) for k in filter(None, split.split(found["kinds"] or "")))
            if topics:
                return Rotation(topics=tuple(TopicCode(t) for t in topics), kinds=kinds)
        raise FieldError("rotation", f"Không hiểu cách xoay vòng {shown(raw)}.", _ROTATION_HINT)
    if not text:
        raise FieldError("content-missing", "Chưa ghi bài hay chương trình.", "Ghi mã bài hoặc mã chương trình.")
    return text


def rotation_text(rotation: Rotation) -> str:
    """The text that `parse_content` reads back."""
    kinds = f" ({' + '.join(kind.value for kind in rotation.kinds)})" if rotation.kinds else ""
    return f"xoay vòng {' + '.join(rotation.topics)}{kinds}"


def parse_id(raw: object) -> str:
    """An id typed by a person: letters without marks, digits, ``-`` and ``_``."""
    text = plain(raw)
    if not _ID.match(text):
        better = fold_id(text)[:64].strip("-")
        hint = f"Viết không dấu, không khoảng trắng: {better}." if better else "Viết như: ban-tin-sang."
        raise FieldError("id-format", f"Mã {shown(raw)} không dùng được.", hint)
    return text


def content_of(row: Row) -> str | Rotation | None:
    """What a row airs; told when it is missing or several things at once."""
    raw = row.values.get("phat")
    if isinstance(raw, str) and raw[:4].lower() != "xoay" and len(fields.split_list(raw)) > 1:
        row.tell("phat", FieldError("one-value", f"{shown(raw)} là nhiều bài trong một ô.", _PROGRAMME_HINT))
        return None
    content = row.one("phat", parse_content, None)
    if content is None and not row.has("phat"):
        row.missing("phat", "Ghi mã bài (tên tệp trong audio_scripts) hoặc mã chương trình.")
    return content


_PROGRAMME_HINT = "Mỗi dòng một bài; muốn phát nhiều bài liền nhau thì lập một chương trình gồm các bài đó."


def _times(row: Row, *, required: bool) -> tuple[time, ...]:
    times = row.each("gio", fields.parse_time)
    unique = tuple(dict.fromkeys(times))
    if len(unique) != len(times):
        row.tell("gio", FieldError("time-repeated", "Có giờ ghi hai lần.", "Mỗi giờ chỉ ghi một lần."))
    elif required and not times and (row.sound or not row.has("gio")):
        row.missing("gio", "Ghi giờ phát, ví dụ 06:05.")
    return unique


def _zones(row: Row) -> tuple[ZoneId, ...]:
    raw = row.values.get("cum_loa")
    if raw is None:
        return ()
    if isinstance(raw, tuple):
        raw = "; ".join(fields.as_text(item) for item in raw)
    try:
        return fields.parse_zones(raw)
    except FieldError as wrong:
        row.tell("cum_loa", wrong)
        return ()


def _repeat(raw: object) -> int:
    return fields.parse_int(raw, what="Số lần lặp", low=1, high=MAX_REPEAT)


def _span(row: Row) -> tuple[date | None, date | None]:
    first = row.one("tu", day_fields.parse_date, None)
    last = row.one("den", day_fields.parse_date, None)
    if first is not None and last is not None and last < first:
        wrong = f"Đến ngày {last:%d/%m/%Y} lại trước từ ngày {first:%d/%m/%Y}."
        row.tell("den", FieldError("dates-reversed", wrong, "Đổi chỗ hai ngày, hoặc sửa lại năm."))
    return first, last


def make_slot(
    row: Row,
    *,
    slot_id: str,
    content: str | Rotation,
    times: tuple[time, ...],
    days: tuple[DayRule, ...],
    valid: tuple[date | None, date | None] = (None, None),
    note: str | None = None,
) -> Slot | None:
    """The slot of a row whose days, times and content are known; the other fields are read here. None when any is wrong."""
    start_rule, within = row.one("bat_dau", fields.parse_start_rule, _USUAL_START)
    slot = Slot(
        id=SlotId(slot_id),
        content=content,
        times=times,
        days=days,
        where=row.where,
        title=row.text("ten"),
        valid_from=valid[0],
        valid_until=valid[1],
        zones=_zones(row),
        priority=row.one("uu_tien", fields.parse_priority, Priority.NORMAL),
        repeat=row.one("lap", _repeat, 1),
        gap_s=row.one("cach_lap", fields.parse_duration_s, 5.0),
        grace_s=row.one("cho_phep_tre", fields.parse_duration_s, None),
        start_rule=start_rule,
        within_s=within,
        holidays=row.one("ngay_le", fields.parse_holiday_policy, HolidayPolicy.KEEP),
        cancelled=row.text("huy") or None,
        moved_from=row.one("doi_tu", day_fields.parse_date, None),
        note=row.text("ghi_chu") if note is None else note,
        enabled=row.one("bat", fields.parse_bool, True),
    )
    return slot if row.sound else None


# --- the four kinds of rows ----------------------------------------------------------------------------------------


def standing_slot(row: Row) -> Slot | None:
    """A standing rule; None when anything in it is wrong."""
    if not row.has("ma"):
        row.missing("ma", "Đặt cho mỗi khung giờ một mã riêng, ví dụ: cm-sang.")
    slot_id = row.one("ma", parse_id, "")
    content, times, days = content_of(row), _times(row, required=True), _rules(row)
    valid = _span(row)
    slot = make_slot(row, slot_id=slot_id, content=content or "", times=times, days=days, valid=valid)
    return slot if row.sound else None


def _rules(row: Row) -> tuple[DayRule, ...]:
    rules: list[DayRule] = []
    weekdays = row.each("thu", _weekdays)
    if weekdays:
        rules.append(OnWeekdays(days=frozenset[Weekday]().union(*weekdays)))
    if dates := row.each("ngay", day_fields.parse_date):
        rules.append(OnDates(dates=tuple(sorted(set(dates)))))
    if monthdays := row.each("ngay_trong_thang", day_fields.parse_monthday):
        rules.append(OnMonthdays(days=tuple(dict.fromkeys(monthdays))))
    rules.extend(dict.fromkeys(row.each("thu_trong_thang", _nth)))
    rules.extend(dict.fromkeys(row.each("ngay_am", day_fields.parse_lunar)))
    if not rules and UNKNOWN not in row.bad and not any(row.has(key) and row.values.get(key) != () for key in RULES):
        names = ", ".join(f"«{row.spell(key)}»" for key in RULES)
        wrong = FieldError("no-day", "Khung giờ này không rơi vào ngày nào.", f"Ghi ít nhất một trong: {names}.")
        row.tell(next((key for key in RULES if row.has(key)), "ma"), wrong)
    return tuple(rules)


def _weekdays(raw: object) -> frozenset[Weekday]:
    return _weekdays_of_text(raw) if isinstance(raw, str) else day_fields.parse_weekdays(raw)


_weekdays_of_text = lru_cache(maxsize=1024)(day_fields.parse_weekdays)


def _nth(raw: object) -> DayRule:
    text = fold(plain(raw))
    if re.search(r"(thu5|thunam|tuan5|thu6|lanthu5)(hangthang|trongthang|cuathang|thang)?\Z", text) and len(text) > 8:
        hint = "Không phải tháng nào cũng có lần thứ 5: viết «cuối tháng», ví dụ thứ Hai cuối tháng."
        raise FieldError("nth-weekday", f"{shown(raw)} không chắc có trong tháng.", hint)
    return day_fields.parse_nth_weekday(raw)


def dated_slot(row: Row, first_half: str) -> Slot | None:
    """A dated row; its weekday, when written, must be the date's own. None when anything in it is wrong."""
    dates = _dates(row)
    _check_weekday(row, dates)
    content, times = content_of(row), _times(row, required=True)
    slot_id = dated_id(first_half, content or "")
    return make_slot(row, slot_id=slot_id, content=content or "", times=times, days=(OnDates(dates=dates),))


def _dates(row: Row) -> tuple[date, ...]:
    dates = tuple(sorted(set(row.each("ngay", day_fields.parse_date))))
    if not dates and row.sound:
        row.missing("ngay", "Ghi ngày phát, ví dụ 05/03/2024.")
    return dates


def _check_weekday(row: Row, dates: tuple[date, ...]) -> None:
    if not row.has("thu"):
        return
    written = frozenset[Weekday]().union(*row.each("thu", _weekdays))
    for day in dates if written else ():
        if Weekday(day.weekday()) not in written:
            name = day_fields.WEEKDAY_NAMES[day.weekday()]
            message = f"Ngày {day:%d/%m/%Y} là {name}, nhưng ở đây ghi {shown(row.values.get('thu'))}."
            row.tell("thu", FieldError("weekday-mismatch", message, _nearest_hint(day, written)))


def _nearest_hint(day: date, written: frozenset[Weekday]) -> str:
    near = (day + timedelta(days=n) for n in (1, -1, 2, -2, 3, -3))
    found = next((d for d in near if Weekday(d.weekday()) in written), None)
    swapped = _swapped(day)
    if swapped is not None and Weekday(swapped.weekday()) in written:
        return f"Có phải ngày và tháng bị đổi chỗ: {swapped:%d/%m/%Y}? Nếu không, sửa lại thứ."
    return (
        f"Sửa thứ, hoặc sửa ngày (ngày gần nhất đúng thứ đã ghi: {found:%d/%m/%Y})." if found else "Sửa thứ hoặc ngày."
    )


def _swapped(day: date) -> date | None:
    try:
        return date(day.year, day.day, day.month)
    except ValueError:
        return None


def exception(row: Row) -> tuple[tuple[CalendarException, ...], Slot | None]:
    """An exception row: what to skip or replace, or the slot it adds; nothing when anything in it is wrong."""
    verb = row.one("viec", fields.parse_exception_verb, None)
    if verb is None:
        if not row.has("viec"):
            row.missing("viec", "Viết: bỏ, thay hoặc thêm.")
        return (), None
    reason = row.text("ly_do")
    if not reason:
        row.missing("ly_do", "Ghi lý do, ví dụ: Quốc tang. Lý do được in cạnh dòng lịch bị đổi.")
    spans = _exception_days(row)
    if verb is ExceptionVerb.ADD:
        return (), _added(row, spans, reason)
    content = None
    if verb is ExceptionVerb.REPLACE:
        content = content_of(row)
    elif row.has("phat"):
        hint = "Muốn phát bài khác thay vào thì ghi việc là «thay»; muốn bỏ hẳn thì xóa mã bài."
        row.tell("phat", FieldError("content-unused", "Việc là «bỏ» nhưng lại ghi bài.", hint))
    kind = verb.kind
    times, zones = _times(row, required=False), _zones(row)
    slots = tuple(SlotId(name) for name in row.each("khung_gio", plain) if name)
    if not row.sound or kind is None:
        return (), None
    made = tuple(
        CalendarException(
            kind=kind, first=first, last=last, reason=reason, where=row.where,
            slots=slots, zones=zones, times=times, content=content,
        )
        for first, last in spans
    )  # fmt: skip
    return made, None


def _exception_days(row: Row) -> tuple[tuple[date, date], ...]:
    """The days an exception covers, as inclusive spans."""
    if row.has("ngay"):
        if row.has("tu") or row.has("den"):
            row.tell("ngay", FieldError("days-twice", "Vừa ghi ngày vừa ghi từ ngày, đến ngày.", "Chỉ dùng một cách."))
        return tuple((day, day) for day in _dates(row))
    first, last = _span(row)
    if first is None or last is None:
        for key in ("tu", "den"):
            if not row.has(key) and not row.bad:
                row.missing(key, "Ghi cả từ ngày và đến ngày; chỉ một ngày thì ghi hai ô giống nhau.")
        return ()
    return ((first, last),)


def _added(row: Row, spans: tuple[tuple[date, date], ...], reason: str) -> Slot | None:
    content, times = content_of(row), _times(row, required=True)
    if row.has("khung_gio"):
        row.tell("khung_gio", FieldError("slots-unused", "Việc là «thêm» thì không ghi khung giờ.", "Xóa ô khung giờ."))
    if any((last - first).days >= MAX_ADDED_DAYS for first, last in spans):
        hint = "Lịch lâu dài thì lập một khung giờ (có từ ngày, đến ngày)."
        row.tell("den", FieldError("days-too-many", "Thêm nhiều hơn một năm.", hint))
        return None
    days = tuple(first + timedelta(days=n) for first, last in spans for n in range((last - first).days + 1))
    return make_slot(
        row,
        slot_id=dated_id(ADDED, content or ""),
        content=content or "",
        times=times,
        days=(OnDates(dates=days),),
        note=reason,
    )


def programme(row: Row) -> Programme | None:
    """A named sequence of scripts and rotations; None when anything in it is wrong."""
    if not row.has("ma"):
        row.missing("ma", "Đặt cho mỗi chương trình một mã riêng, ví dụ: ban-tin-sang.")
    named = row.one("ma", parse_id, "")
    parts = row.each("phan", parse_content)
    if not parts and row.sound:
        row.missing("phan", "Ghi các phần theo thứ tự phát, ví dụ: nhac-hieu, tin-1, chao.")
    if not row.sound:
        return None
    title = row.text("ten") or named
    heard = tuple(part if isinstance(part, Rotation) else ScriptId(part) for part in parts)
    return Programme(id=ProgrammeId(named), title=title, parts=heard, where=row.where)
