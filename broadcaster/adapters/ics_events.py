"""The events of an iCalendar file with the line of every property, and its moments: RFC 5545 sections 3.1 to 3.3.

A library parses the values well and forgets where they stood; people need the line.
"""

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from broadcaster.adapters.fields import FieldError, shown

_STAMP = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:T([0-9]{2})([0-9]{2})([0-9]{2})(Z?))?\Z")
_ESCAPE = re.compile(r"\\([\\;,nN])")
_HEAD = re.compile(r"(?P<name>[A-Za-z0-9-]+)(?P<params>(?:;[A-Za-z0-9-]+=(?:\"[^\"]*\"|[^\";:]*))*):")
_PARAM = re.compile(r";([A-Za-z0-9-]+)=(?:\"([^\"]*)\"|([^\";:]*))")


@dataclass(frozen=True, slots=True, kw_only=True)
class Property:
    """One content line: upper-case name, parameters, the value as it stands, and its line in the file."""

    name: str
    value: str
    line: int
    params: dict[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The value as text, its escapes undone."""
        return _ESCAPE.sub(lambda found: "\n" if found[1] in "nN" else found[1], self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One VEVENT: its properties in order and the line it begins at."""

    line: int
    properties: tuple[Property, ...]

    def all(self, name: str) -> tuple[Property, ...]:
        """Every property of that name."""
        return tuple(p for p in self.properties if p.name == name)

    def get(self, name: str) -> Property | None:
        """The first property of that name."""
        return next((p for p in self.properties if p.name == name), None)


class IcsError(Exception):
    """The file is no iCalendar file from this line on; Vietnamese."""

    def __init__(self, line: int, message: str, hint: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message
        self.hint = hint


_NOT_ICS = "Xuất lại tệp .ics từ phần mềm lịch; tệp phải mở đầu bằng BEGIN:VCALENDAR."


def parse_events(text: str) -> tuple[tuple[Event, ...], tuple[Property, ...]]:
    """The events, and the openings of other components (``VTODO``); raises IcsError when the text is not iCalendar."""
    events: list[Event] = []
    others: list[Property] = []
    open_components: list[Property] = []
    gathered: list[Property] = []
    for line, content in _unfolded(text):
        prop = _property(content, line)
        if prop.name == "BEGIN":
            if not open_components and prop.value.upper() != "VCALENDAR":
                raise IcsError(line, "Tệp này không phải tệp lịch iCalendar.", _NOT_ICS)
            open_components.append(prop)
            if len(open_components) == 2:
                gathered = []
                if prop.value.upper() not in ("VEVENT", "VTIMEZONE"):
                    others.append(prop)
        elif prop.name == "END":
            if not open_components or open_components[-1].value.upper() != prop.value.upper():
                raise IcsError(line, f"Dòng END:{prop.value} không khớp với BEGIN nào.", "Xuất lại tệp .ics.")
            closed = open_components.pop()
            if len(open_components) == 1 and closed.value.upper() == "VEVENT":
                events.append(Event(line=closed.line, properties=tuple(gathered)))
        elif not open_components:
            raise IcsError(line, "Tệp này không phải tệp lịch iCalendar.", _NOT_ICS)
        elif len(open_components) == 2:  # deeper are alarms
            gathered.append(prop)
    if open_components:
        unclosed = open_components[-1]
        raise IcsError(
            unclosed.line, f"Tệp bị cắt giữa chừng: BEGIN:{unclosed.value} không có END.", "Xuất lại tệp .ics."
        )
    return tuple(events), tuple(others)


def _unfolded(text: str) -> list[tuple[int, str]]:
    """Content lines, those folded over several lines joined, each with its first line's number."""
    joined: list[tuple[int, str]] = []
    for number, line in enumerate(text.split("\n"), 1):
        if line[:1] in (" ", "\t") and joined:
            first, before = joined[-1]
            joined[-1] = (first, before + line[1:])
        elif line.strip():
            joined.append((number, line))
    return joined


def _property(content: str, line: int) -> Property:
    head = _HEAD.match(content)
    if head is None:
        raise IcsError(line, f"Dòng {shown(content)} không đúng cách viết của iCalendar.", "Xuất lại tệp .ics.")
    params = {name.upper(): quoted or plain for name, quoted, plain in _PARAM.findall(head["params"])}
    return Property(name=head["name"].upper(), value=content[head.end() :].strip(), line=line, params=params)


def parse_moment(value: str, tzid: str, zone: ZoneInfo) -> date | datetime:
    """A DATE, or an aware DATE-TIME in its own zone: UTC, ``tzid``, or ``zone`` when it floats; FieldError otherwise."""
    found = _STAMP.match(value)
    if found is None:
        raise FieldError("ics-moment", f"Không đọc được thời điểm {shown(value)}.", "Viết như 20240305T060500.")
    try:
        if found[4] is None:
            return date(int(found[1]), int(found[2]), int(found[3]))
        year, month, day, hour, minute, second = (int(found[n]) for n in range(1, 7))
        return datetime(year, month, day, hour, minute, second, tzinfo=_zone(tzid, utc=bool(found[7]), zone=zone))
    except ValueError as wrong:
        if isinstance(wrong, FieldError):
            raise
        raise FieldError("ics-moment", f"Thời điểm {shown(value)} không có thật.", "Sửa lại ngày giờ.") from wrong


def _zone(tzid: str, *, utc: bool, zone: ZoneInfo) -> ZoneInfo:
    if utc:
        return ZoneInfo("UTC")
    if not tzid:
        return zone
    # Some programs put their own name in front: /freeassociation.sourceforge.net/Asia/Ho_Chi_Minh.
    name = _WINDOWS_ZONES.get(tzid) or "/".join(tzid.split("/")[-2:])
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
        hint = f"Trong phần mềm lịch, chọn múi giờ {zone.key} rồi xuất lại."
        raise FieldError("ics-zone", f"Không biết múi giờ {shown(tzid)}.", hint) from unknown


_WINDOWS_ZONES = {"SE Asia Standard Time": "Asia/Bangkok", "UTC": "UTC", "Greenwich Standard Time": "UTC"}
"""What Outlook calls the zones a Vietnamese office meets."""
