"""The answer to a complaint: what was heard in one zone at one moment, also when the answer is nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from broadcaster.domain.asrun import AsRunEntry, Line, Outcome, ZoneResult
from broadcaster.domain.calendar import ZoneId
from broadcaster.domain.report import REHEARSAL_MARK
from broadcaster.domain.settings import Settings, Zone
from broadcaster.present.documents.blocks import (
    Align,
    Block,
    Column,
    Heading,
    Letterhead,
    Official,
    Paragraph,
    Table,
    text_cells,
)
from broadcaster.present.documents.report_paper import plain_reason, signature_of
from broadcaster.present.documents.words import (
    LONG_BLANK,
    clean,
    day_short,
    day_words,
    document_number,
    length_words,
    short,
)
from broadcaster.present.durations import weekday
from broadcaster.present.plan import OUTCOMES, outcome_word


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Where and when, what the record has around that moment, and who answers. ``lines`` are those of the zone, in time order.

    ``before`` and ``after`` are the nearest rows with sound in the zone; ``searched`` is how far they were looked for.
    ``recording`` says whether the station wrote any row at all within that reach: silence of a dead log proves nothing.
    """

    zone: Zone
    at: datetime
    around: timedelta
    lines: tuple[Line, ...]
    before: AsRunEntry | None
    after: AsRunEntry | None
    searched: timedelta
    recording: bool
    settings: Settings
    made_at: datetime
    asked_by: str = ""
    given_number: str = ""


def complaint_answer(question: Question) -> Official:
    """A letter; what the program cannot know stands as a blank."""
    who = question.settings.identity_on(question.made_at.date())
    then = question.settings.identity_on(question.at.date())
    heard = playing(question.lines, question.zone.id, question.at)
    rows = (question.before, question.after, *(line.entry for line in question.lines))
    return Official(
        letterhead=Letterhead(
            superior=who.superior,
            agency=who.agency,
            number=document_number(question.given_number),
            series="UBND",
            place=who.place,
            day=question.made_at.date(),
        ),
        kind="",
        subject=f"trả lời phản ánh về loa truyền thanh tại {clean(question.zone.name)}",
        addressees=(question.asked_by,) if clean(question.asked_by) else (),
        grounds=(),
        opening=(
            f"{clean(who.agency)} nhận được phản ánh về loa truyền thanh tại {_where(question.zone)} "
            f"vào lúc {_moment(question.at)}. Đối chiếu nhật ký của {clean(then.station)}, kết quả như sau:"
        ),
        body=tuple(_body(question, heard)),
        closing=f"{clean(who.agency)} trả lời để người phản ánh được biết",
        signature=signature_of(who),
        mark=REHEARSAL_MARK if any(e and e.opening.rehearsed for e in rows) else "",
        made_at=question.made_at,
    )


def playing(lines: Sequence[Line], zone: ZoneId, at: datetime) -> tuple[Line, ...]:
    """The lines whose sound was in the zone at that moment."""
    found = []
    for line in lines:
        result = _result(line.entry, zone) if line.entry else None
        if result is None or result.started is None or result.played_s <= 0:
            continue
        ended = result.ended or result.started + timedelta(seconds=result.played_s)
        if result.started <= at < ended:
            found.append(line)
    return tuple(found)


def _result(entry: AsRunEntry, zone: ZoneId) -> ZoneResult | None:
    return next((r for r in entry.closing.results if r.zone == zone), None)


def _where(zone: Zone) -> str:
    place = clean(zone.place)
    return f"{clean(zone.name)} ({place})" if place else clean(zone.name)


def _moment(at: datetime) -> str:
    return f"{at:%H giờ %M}, {weekday(at).lower()} {day_words(at.date())}"


def _body(question: Question, heard: Sequence[Line]) -> Iterator[Block]:
    yield Heading(text="1. Tại thời điểm phản ánh", level=2)
    zone = question.zone
    if heard:
        for line in heard:
            yield Paragraph(text=_sounding(line, question))
    else:
        yield Paragraph(
            lead="Không có gì:",
            text=f"lúc {question.at:%H:%M} ngày {day_short(question.at.date())}, nhật ký không ghi âm thanh nào phát ra "
            f"cụm loa {clean(zone.name)} từ hệ thống của phường.",
        )
    if not question.recording:
        yield Paragraph(
            lead="Lưu ý:",
            text=f"trong {_reach(question.searched)} trước và sau thời điểm này nhật ký không có dòng nào, nên chưa loại trừ "
            "việc máy không chạy hoặc nhật ký không được ghi.",
        )
    yield Heading(text="2. Lượt phát gần nhất tại cụm loa này", level=2)
    yield Paragraph(lead="Trước đó:", text=_nearest(question.before, question))
    yield Paragraph(lead="Sau đó:", text=_nearest(question.after, question))
    minutes = round(question.around.total_seconds() / 60)
    yield Heading(text=f"3. Trong khoảng {minutes} phút trước và sau", level=2)
    table = _table(question)
    if table.rows:
        yield table
    else:
        yield Paragraph(text="Không có lượt nào trong lịch đã công bố và không có dòng nhật ký nào.")
    yield Heading(text="4. Cụm loa và thiết bị", level=2)
    yield Paragraph(text=_device(question, heard))
    yield Paragraph(
        text="Nhật ký chỉ ghi âm thanh đi qua hệ thống của phường; không ghi loa của tổ chức, cá nhân khác. "
        f"Kết quả kiểm tra tại chỗ: {LONG_BLANK}"
    )


def _sounding(line: Line, question: Question) -> str:
    if line.entry is None:
        raise ValueError("only a line with a row can be heard")
    opening, closing = line.entry.opening, line.entry.closing
    result = _result(line.entry, question.zone.id)
    started = result.started if result else closing.started
    ended = result.ended if result else closing.ended
    zone = question.at.tzinfo
    span = f"từ {started.astimezone(zone):%H:%M:%S}" if started else ""
    if ended:
        span += f" đến {ended.astimezone(zone):%H:%M:%S}"
    kind = " (phát thử)" if opening.test else ""
    order = f" Lượt này do {clean(opening.by)} cho phát: {clean(opening.order_reason)}." if opening.by else ""
    items = "; ".join(f"“{short(i.title, 120)}”" for i in opening.items)
    return (
        f"Đang phát “{short(opening.title, 160)}”{kind} {span}; gồm {items}. "
        f"Kết quả ghi: {OUTCOMES[closing.outcome]}.{order} Dòng nhật ký số {line.entry.seq}, mã {line.entry.row_hash[:16]}."
    )


def _nearest(entry: AsRunEntry | None, question: Question) -> str:
    if entry is None:
        return f"không có lượt nào ra cụm loa này trong {_reach(question.searched)}."
    result = _result(entry, question.zone.id)
    at = (result.started if result else None) or entry.closing.started or entry.opening.planned
    if at is None:
        return "không rõ giờ."
    local = at.astimezone(question.at.tzinfo)
    gap = length_words(abs((local - question.at).total_seconds()))
    played = length_words(result.played_s if result else entry.closing.played_s)
    return (
        f"{local:%H:%M:%S} {weekday(local).lower()} ngày {day_short(local.date())} (cách {gap}), "
        f"“{short(entry.opening.title, 160)}”, có tiếng {played}, dòng nhật ký số {entry.seq}."
    )


def _reach(span: timedelta) -> str:
    return f"{span.days} ngày" if span.days else length_words(span.total_seconds())


def _table(question: Question) -> Table:
    rows = []
    for line in question.lines:
        result = _result(line.entry, question.zone.id) if line.entry else None
        planned = line.airing.planned if line.airing else None
        title = line.airing.title if line.airing else line.entry.opening.title if line.entry else ""
        start = result.started if result else None
        word = OUTCOMES[result.outcome] if result else outcome_word(line)
        reason = (
            (result.reason if result and result.reason else line.reason) if line.outcome is not Outcome.AIRED else ""
        )
        rows.append(
            text_cells(
                f"{planned.astimezone(question.at.tzinfo):%H:%M}" if planned else "ngoài lịch",
                f"{start.astimezone(question.at.tzinfo):%H:%M:%S}" if start else "—",
                short(title, 120),
                word,
                plain_reason(reason) if reason else "",
            )
        )
    columns = (
        Column(title="Giờ trong lịch", width_mm=24, align=Align.CENTER),
        Column(title="Giờ phát thật", width_mm=26, align=Align.CENTER),
        Column(title="Nội dung", width_mm=55),
        Column(title="Kết quả", width_mm=25, align=Align.CENTER),
        Column(title="Lý do", width_mm=35),
    )
    return Table(columns=columns, rows=tuple(rows), size_pt=12)


def _device(question: Question, heard: Sequence[Line]) -> str:
    zone, quiet = question.zone, question.settings.policy.quiet
    parts = [
        f"Cụm loa {_where(zone)} đang {'được bật' if zone.enabled else 'tắt'} trong cài đặt",
        f"mức âm lượng đặt trong máy: {zone.gain_db:+.1f} dB".replace(".", ","),
        f"giờ yên tĩnh: {quiet.start:%H:%M} đến {quiet.end:%H:%M}, trong giờ này máy chỉ cho phát tin khẩn cấp",
    ]
    for line in heard:
        result = _result(line.entry, zone.id) if line.entry else None
        if result is not None:
            level = (
                f", mức tín hiệu {result.level_dbfs:.1f} dBFS".replace(".", ",")
                if result.level_dbfs is not None
                else ""
            )
            parts.append(f"thiết bị {clean(result.device)} báo: {OUTCOMES[result.outcome]}{level}")
    inside = quiet.contains(question.at.timetz().replace(tzinfo=None))
    parts.append("thời điểm phản ánh " + ("nằm trong" if inside else "không nằm trong") + " giờ yên tĩnh")
    return "; ".join(parts) + "."
