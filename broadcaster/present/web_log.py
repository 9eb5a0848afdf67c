"""The log as the console shows it: every figure with its unit, every result by a shape and a word, in the station's own time."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from broadcaster.domain.asrun import AsRunEntry, Line, Outcome, ZoneResult
from broadcaster.domain.calendar import Priority, ZoneId
from broadcaster.ports import Note
from broadcaster.present.plan import OUTCOMES, PRIORITIES, outcome_word

BADGES = {
    Outcome.AIRED: "tot",
    Outcome.PARTIAL: "luu-y",
    Outcome.STOPPED: "luu-y",
    Outcome.INTERRUPTED: "loi",
    Outcome.FAILED: "loi",
    Outcome.MISSED: "loi",
    Outcome.WITHHELD: "mo",
    Outcome.AHEAD: "cho",
    Outcome.UNPLANNED: "cho",
}
"""The badge of each result; the badge brings its own shape, so that no result is told by colour alone."""

EXPLAINED = {
    Outcome.AIRED: "Bài đã ra loa từ đầu đến cuối, thiết bị xác nhận từng mẫu âm thanh đã ghi.",
    Outcome.PARTIAL: "Bài ra loa thiếu một phần. Xem từng cụm loa bên dưới; nếu nội dung quan trọng, cho phát bù.",
    Outcome.INTERRUPTED: "Bài đang phát thì bị ngắt (thường do mất điện). Trạm không tự phát lại; nếu cần thì cho phát bù.",
    Outcome.FAILED: "Không có tiếng nào ra loa. Lý do ghi bên dưới; xử lý xong thì cho phát bù nếu nội dung còn hiệu lực.",
    Outcome.WITHHELD: "Trạm giữ lại, không phát, vì một quy định (giờ yên tĩnh, chưa duyệt, hết hiệu lực…).",
    Outcome.STOPPED: "Có người bấm dừng khi đang phát. Tên người dừng và lý do ghi bên dưới.",
}
"""What a result means and what to do, in one or two sentences."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneMark:
    """One zone of a row: whether it took the sound, by a shape and a word."""

    name: str
    badge: str
    word: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RowView:
    """One row of the log, ready for the page. Times are the station's; ``late`` is ms, ``played`` and ``length`` seconds."""

    seq: int
    at: datetime
    planned: str
    started: str
    late: str
    played: str
    length: str
    title: str
    topics: str
    zones: tuple[ZoneMark, ...]
    badge: str
    outcome: str
    why: str
    marks: tuple[str, ...]
    notes: int


def row_view(entry: AsRunEntry, notes: Sequence[Note], zone: tzinfo, names: Mapping[ZoneId, str]) -> RowView:
    """One row; ``names`` are the zones' names of today, an unknown zone keeps its id."""
    opening, closing = entry.opening, entry.closing
    at = (opening.planned or closing.started or opening.recorded_at).astimezone(zone)
    return RowView(
        seq=entry.seq,
        at=at,
        planned=clock(opening.planned, zone) or "ngoài lịch",
        started=clock(closing.started, zone) or "—",
        late=signed(closing.late_ms),
        played=decimal(closing.played_s),
        length=decimal(opening.duration_s),
        title=opening.title,
        topics=", ".join(dict.fromkeys(t for item in opening.items for t in item.topics)),
        zones=zone_marks(entry, names),
        badge=BADGES[closing.outcome],
        outcome=OUTCOMES[closing.outcome],
        why="; ".join(part for part in (closing.reason, opening.order_reason) if part),
        marks=marks(entry),
        notes=len(notes),
    )


def marks(entry: AsRunEntry) -> tuple[str, ...]:
    """What sets a row apart: a test, a rehearsal, a priority above the usual, a clock nobody vouched for."""
    opening = entry.opening
    told = (
        ("phát thử", opening.test),
        ("diễn tập", opening.rehearsed),
        (PRIORITIES[opening.priority], opening.priority is not Priority.NORMAL),
        ("đồng hồ chưa tin cậy", not opening.clock_trusted),
    )
    return tuple(word for word, true in told if true)


def zone_marks(entry: AsRunEntry, names: Mapping[ZoneId, str]) -> tuple[ZoneMark, ...]:
    """Each zone in the order asked: took the sound whole, in part, or not."""
    said = {result.zone: result for result in entry.closing.results}
    return tuple(_mark(z, said.get(z), names) for z in dict.fromkeys((*entry.opening.zones, *said)))


_TAKEN = {
    Outcome.AIRED: "nhận đủ",
    Outcome.PARTIAL: "nhận thiếu",
    Outcome.STOPPED: "bị dừng",
    Outcome.INTERRUPTED: "bị ngắt",
    Outcome.WITHHELD: "giữ lại",
}


def _mark(zone: ZoneId, result: ZoneResult | None, names: Mapping[ZoneId, str]) -> ZoneMark:
    if result is None:
        return ZoneMark(name=names.get(zone, zone), badge="mo", word="không có báo nhận")
    word = _TAKEN.get(result.outcome, "không nhận")
    badge = "tot" if result.outcome is Outcome.AIRED else "luu-y" if result.played_s > 0 else "loi"
    return ZoneMark(name=names.get(zone, zone), badge=badge, word=word)


def clock(moment: datetime | None, zone: tzinfo) -> str:
    """`06:05:00` in the station's zone; empty for no moment."""
    return f"{moment.astimezone(zone):%H:%M:%S}" if moment is not None else ""


def instant(moment: datetime | None, zone: tzinfo) -> str:
    """`06:05:00,250 ngày 04/03/2024`: to the millisecond, for what a device proved."""
    if moment is None:
        return "—"
    local = moment.astimezone(zone)
    return f"{local:%H:%M:%S},{local.microsecond // 1000:03} ngày {local:%d/%m/%Y}"


def decimal(value: float, digits: int = 1) -> str:
    """`1.234,5` as written in Việt Nam; what is no number is a dash."""
    if not math.isfinite(value):
        return "—"
    return f"{value:,.{digits}f}".replace(",", " ").replace(".", ",").replace(" ", ".")


def signed(value: float | None) -> str:
    """`+0,4` or `−12,0`: milliseconds after (or before) the set moment."""
    if value is None or not math.isfinite(value):
        return "—"
    return ("−" if value < 0 else "+") + decimal(abs(value))


def level(value: float | None) -> str:
    """The level a device heard itself play, in words a person can judge."""
    if value is None:
        return "thiết bị không báo mức"
    if not math.isfinite(value) or value < -70:
        return "im lặng"
    return f"{decimal(value).replace('-', '−')} dBFS ({'nhỏ' if value < -40 else 'đủ tiếng'})"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineView:
    """One line of the reconciliation. ``seq`` is the row it came to, None where there is none."""

    at: datetime
    planned: str
    started: str
    title: str
    zones: str
    badge: str
    outcome: str
    why: str
    seq: int | None


def line_view(line: Line, zone: tzinfo, names: Mapping[ZoneId, str]) -> LineView:
    """One line; a cancelled airing says so, with its reason."""
    airing, entry = line.airing, line.entry
    if airing is not None:
        at, title, zones = airing.planned, airing.title, airing.zones
    elif entry is not None:
        at, title, zones = entry.opening.recorded_at, entry.opening.title, entry.opening.zones
    else:
        raise ValueError("a line has an airing or a row")
    started = clock(entry.closing.started, zone) if entry is not None else ""
    return LineView(
        at=at.astimezone(zone),
        planned=clock(at, zone) if airing is not None else "ngoài lịch",
        started=started or "—",
        title=title,
        zones=", ".join(names.get(z, z) for z in zones),
        badge=BADGES[line.outcome] if line.outcome is not None else "mo",
        outcome=outcome_word(line),
        why="; ".join(part for part in (line.reason, airing.note if airing is not None else "") if part),
        seq=entry.seq if entry is not None else None,
    )
