"""Writes airings as iCalendar for phones and office calendars: one event each, in UTC, never a repeating rule.

Programs disagree on rules with left-out days and on zone definitions; an expanded event in UTC has one meaning everywhere.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from math import ceil

from broadcaster.domain.calendar import Priority
from broadcaster.domain.rundown import Airing, AiringState

CONTENT, PRIORITY = "X-BROADCASTER-CONTENT", "X-BROADCASTER-PRIORITY"
PRODUCT = "-//broadcaster//lich phat//VI"

_WORDS = {Priority.NORMAL: "thường", Priority.PRIORITY: "ưu tiên", Priority.EMERGENCY: "khẩn cấp"}
_RANKS = {Priority.NORMAL: 5, Priority.PRIORITY: 3, Priority.EMERGENCY: 1}


def export_ics(airings: Iterable[Airing], station_name: str, now: datetime) -> bytes:
    """The airings as one iCalendar file stamped ``now`` (aware); the UID is the airing's id, so a newer file updates an older."""
    from icalendar import Calendar, Event  # noqa: PLC0415 - loaded only where a file is exported

    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"Lịch phát thanh {station_name}".strip())
    stamp = now.astimezone(UTC).replace(microsecond=0)
    for airing in airings:
        event = Event()
        event.add("uid", airing.id)
        event.add("dtstamp", stamp)
        event.add("dtstart", airing.planned.astimezone(UTC))
        if airing.duration_s > 0:
            event.add("dtend", airing.planned.astimezone(UTC) + timedelta(seconds=ceil(airing.duration_s)))
        event.add("summary", airing.title or airing.programme)
        event.add("location", ", ".join(airing.zones) or "Tất cả cụm loa")
        if description := _description(airing):
            event.add("description", description)
        event.add("status", "CANCELLED" if airing.state is AiringState.CANCELLED else "CONFIRMED")
        event.add("transp", "TRANSPARENT")
        event.add("priority", _RANKS[airing.priority])
        event.add(CONTENT, airing.programme)
        event.add(PRIORITY, _WORDS[airing.priority])
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _description(airing: Airing) -> str:
    lines = (f"Lý do: {airing.reason}" if airing.reason else "", airing.note, ", ".join(airing.scripts))
    return "\n".join(line for line in lines if line)
