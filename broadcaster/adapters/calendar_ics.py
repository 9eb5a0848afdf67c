"""Reads ``schedules/*.ics``: simple events and simple repeating rules; whatever else an event says is told, not guessed."""

from collections.abc import Iterator
from datetime import date, datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from broadcaster.adapters.calendar_parts import LOCAL, CalendarPart, is_dated, stem_of
from broadcaster.adapters.calendar_row import Row
from broadcaster.adapters.calendar_rows import content_of, make_slot
from broadcaster.adapters.fields import FieldError, shown
from broadcaster.adapters.ics_events import Event, IcsError, Property, parse_events, parse_moment
from broadcaster.adapters.ics_export import CONTENT, PRIORITY, export_ics
from broadcaster.adapters.ics_rules import Repeating, parse_rule
from broadcaster.adapters.text_files import read_text
from broadcaster.domain.calendar import CalendarException, DayRule, ExceptionKind, OnDates, Rotation, Slot
from broadcaster.domain.firing import fires
from broadcaster.domain.folding import fold_id
from broadcaster.domain.problems import Problem, Where, error, warning

__all__ = ["export_ics", "read"]

Content = str | Rotation | None
MAX_BYTES = 20_000_000
EXDATE_REASON = "bỏ ngày này trong tệp lịch iCalendar"
CANCELLED_REASON = "đã hủy trong tệp lịch iCalendar"

_SAYS_NOTHING = frozenset(
    {
        "DTSTAMP", "CREATED", "LAST-MODIFIED", "SEQUENCE", "CLASS", "TRANSP", "DTEND", "DURATION", "ORGANIZER", "ATTENDEE",
        "URL", "CATEGORIES", "GEO", "PRIORITY", "COMMENT", "CONTACT", "ATTACH", "COLOR", "IMAGE", "CONFERENCE", "RELATED-TO",
        "RESOURCES", "REQUEST-STATUS",
    }
)  # fmt: skip
"""Properties that change nothing of what is aired, when or where."""
_READ = frozenset({"UID", "DTSTART", "SUMMARY", "LOCATION", "DESCRIPTION", "STATUS", "RRULE", "EXDATE"})
_FIELDS = {"phat": (CONTENT, "SUMMARY"), "cum_loa": ("LOCATION",), "uu_tien": (PRIORITY,), "ghi_chu": ("DESCRIPTION",)}


def read(path: Path, name: str, zone: ZoneInfo = LOCAL) -> tuple[CalendarPart, tuple[Problem, ...]]:
    """What the file gives in local days of ``zone``, and every problem at its line."""
    text = read_text(path, name, at_most=MAX_BYTES)
    if isinstance(text, Problem):
        return CalendarPart(), (text,)
    if not text.strip():
        message = "Tệp lịch này rỗng."
        return CalendarPart(), (
            warning(Where(file=name), "file-empty", message, "Xuất lại tệp, hoặc xóa tệp nếu không dùng."),
        )
    try:
        events, others = parse_events(text)
    except IcsError as refused:
        where = Where(file=name, line=refused.line)
        return CalendarPart(), (error(where, "ics-syntax", refused.message, refused.hint),)
    reader = _File(name, zone)
    for other in others:
        reader.tell_unread(other)
    for event in events:
        reader.add(event)
    part = CalendarPart(slots=tuple(reader.slots), exceptions=tuple(reader.exceptions))
    return part, tuple(reader.problems)


class _File:
    """One file while it is read."""

    def __init__(self, name: str, zone: ZoneInfo) -> None:
        self.slots: list[Slot] = []
        self.exceptions: list[CalendarException] = []
        self.problems: list[Problem] = []
        self._name = name
        self._zone = zone
        self._first_half = stem_of(name)

    def tell_unread(self, opening: Property) -> None:
        """For a component that is no event."""
        where = Where(file=self._name, line=opening.line)
        message = f"Phần {shown(opening.value)} trong tệp lịch không được đọc."
        self.problems.append(warning(where, "ics-component", message, "Chỉ đọc các sự kiện (VEVENT)."))

    def add(self, event: Event) -> None:
        """Read one event as a slot, and its left-out days as exceptions."""
        row = self._row(event)
        for prop in event.properties:
            if prop.name not in _READ and prop.name not in _SAYS_NOTHING and not prop.name.startswith("X-"):
                hint = "Bỏ phần này trong phần mềm lịch rồi xuất lại, hoặc ghi lịch này vào tệp .yaml hay .xlsx."
                self._tell(prop, FieldError("ics-property", f"Không hiểu «{prop.name}» của sự kiện.", hint))
        uid = event.get("UID")
        if uid is None or not fold_id(uid.text):
            row.missing("UID", "Xuất lại tệp .ics: mỗi sự kiện phải có UID riêng.")
        start = self._start(row, event)
        content = content_of(row)
        slot: Slot | None = None
        if start is not None and uid is not None:
            slot = self._slot(row, event, f"{self._first_half}.{fold_id(uid.text)[:80].strip('-')}", start, content)
        exceptions = tuple(self._left_out(row, event, slot)) if slot is not None else ()
        if slot is not None and row.sound:
            self.slots.append(slot)
            self.exceptions.extend(exceptions)

    def _row(self, event: Event) -> Row:
        values: dict[str, object] = {}
        lines = {prop.name: prop.line for prop in reversed(event.properties)}
        for key, sources in _FIELDS.items():
            found = next((p for source in sources if (p := event.get(source)) is not None and p.text.strip()), None)
            if found is not None:
                values[key] = found.text
                lines[key] = found.line
        summary = event.get("SUMMARY")
        if summary is not None and event.get(CONTENT) is not None:
            values["ten"] = summary.text
        if (status := event.get("STATUS")) is not None and status.value.upper() == "CANCELLED":
            values["huy"] = values.pop("ghi_chu", CANCELLED_REASON)
        return Row(
            values,
            where=Where(file=self._name, line=event.line),
            place=partial(self._place, lines, event.line),
            problems=self.problems,
            spell=lambda key: _FIELDS.get(key, (key,))[-1],
            bad=frozenset(),
        )

    def _place(self, lines: dict[str, int], otherwise: int, key: str, index: int) -> Where:
        return Where(file=self._name, line=lines.get(key, otherwise))

    def _start(self, row: Row, event: Event) -> datetime | None:
        prop = event.get("DTSTART")
        if prop is None:
            row.missing("DTSTART", "Đặt ngày và giờ bắt đầu cho sự kiện.")
            return None
        try:
            start = parse_moment(prop.value, prop.params.get("TZID", ""), self._zone)
            if not isinstance(start, datetime):
                raise FieldError("ics-all-day", "Sự kiện cả ngày không có giờ phát.", "Đặt giờ bắt đầu cho sự kiện.")
            if start.second:
                raise FieldError("time-format", f"Giờ {start:%H:%M:%S} có lẻ giây.", "Lịch phát tính đến phút.")
        except FieldError as wrong:
            self._tell(prop, wrong)
            return None
        return start

    def _slot(self, row: Row, event: Event, ident: str, start: datetime, content: Content) -> Slot | None:
        repeating = self._repeating(event, start)
        local = start.astimezone(self._zone)
        days: tuple[DayRule, ...] = (OnDates(dates=(local.date(),)),) if repeating is None else repeating.days
        valid = (None, None) if repeating is None else (local.date(), repeating.until)
        slot = make_slot(
            row,
            slot_id=ident,
            content=content or "",
            times=(local.time(),),
            days=days,
            valid=valid,
        )
        rule = event.get("RRULE")
        if slot is not None and rule is not None and not fires(slot, local.date()):
            message = f"Ngày bắt đầu {local:%d/%m/%Y} không thuộc quy tắc lặp {shown(rule.value)}."
            self._tell(rule, FieldError("ics-start", message, "Đặt ngày bắt đầu là một ngày có phát."))
        return slot

    def _repeating(self, event: Event, start: datetime) -> Repeating | None:
        rules = event.all("RRULE")
        for extra in rules[1:]:
            self._tell(extra, FieldError("ics-rule", "Sự kiện có hai quy tắc lặp.", "Tách thành hai sự kiện."))
        if not rules:
            return None
        try:
            return parse_rule(rules[0].value, start, self._zone)
        except FieldError as wrong:
            self._tell(rules[0], wrong)
            return None

    def _left_out(self, row: Row, event: Event, slot: Slot) -> Iterator[CalendarException]:
        """The days of EXDATE, each of which must be one the event fires on."""
        for prop in event.all("EXDATE"):
            for value in prop.value.split(","):
                try:
                    moment = parse_moment(value.strip(), prop.params.get("TZID", ""), self._zone)
                    day = self._day_left_out(moment, slot)
                except FieldError as wrong:
                    self._tell(prop, wrong)
                    continue
                yield CalendarException(
                    kind=ExceptionKind.SKIP,
                    first=day,
                    last=day,
                    reason=EXDATE_REASON,
                    where=row.where,
                    slots=(slot.id,),
                )

    def _day_left_out(self, moment: date | datetime, slot: Slot) -> date:
        day = moment.astimezone(self._zone).date() if isinstance(moment, datetime) else moment
        at = moment.astimezone(self._zone).time() if isinstance(moment, datetime) else slot.times[0]
        if at != slot.times[0] or not fires(slot, day) or is_dated(slot):
            message = f"Ngày bỏ {day:%d/%m/%Y} {at:%H:%M} không trùng lượt nào của sự kiện."
            raise FieldError("ics-exdate", message, "Sửa lại ngày giờ bỏ, hoặc xóa EXDATE.")
        return day

    def _tell(self, prop: Property, wrong: FieldError) -> None:
        self.problems.append(wrong.problem(Where(file=self._name, line=prop.line)))
