"""The weekly log book (sổ nhật ký chương trình phát thanh) and a day's rundown sheet, planned or filled in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from broadcaster.domain.asrun import AsRunEntry, Item, Line, Outcome
from broadcaster.domain.calendar import ZoneId
from broadcaster.domain.figures import FRAME
from broadcaster.domain.regulation import window_of
from broadcaster.domain.report import REHEARSAL_MARK
from broadcaster.domain.rundown import Airing, AiringId
from broadcaster.domain.scripts import FRAME_KINDS, Approval, Script, ScriptId
from broadcaster.domain.settings import Identity, Settings
from broadcaster.present.documents.blocks import Align, Block, Column, Paragraph, Sheet, SignPlace, Table, text_cells
from broadcaster.present.documents.words import clean, day_short, day_words, number, short
from broadcaster.present.durations import length, weekday
from broadcaster.present.plan import PRIORITIES, outcome_word

_LOG_COLUMNS = (
    Column(title="STT", width_mm=9, align=Align.CENTER),
    Column(title="Ngày", width_mm=16, align=Align.CENTER),
    Column(title="Buổi", width_mm=12, align=Align.CENTER),
    Column(title="Giờ bắt đầu", width_mm=14, align=Align.CENTER),
    Column(title="Giờ kết thúc", width_mm=14, align=Align.CENTER),
    Column(title="Tên chương trình, tin bài", width_mm=37),
    Column(title="Thể loại", width_mm=13, align=Align.CENTER),
    Column(title="Nội dung CCHC (mã)", width_mm=14, align=Align.CENTER),
    Column(title="Nguồn", width_mm=13, align=Align.CENTER),
    Column(title="Phát mới, lại", width_mm=11, align=Align.CENTER),
    Column(title="Thời lượng", width_mm=12, align=Align.CENTER),
    Column(title="Cụm loa", width_mm=15, align=Align.CENTER),
    Column(title="Người biên tập", width_mm=16),
    Column(title="Người duyệt", width_mm=16),
    Column(title="Người vận hành", width_mm=14, align=Align.CENTER),
    Column(title="Tình trạng thiết bị", width_mm=17),
    Column(title="Ghi chú, ký", width_mm=19),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """What a log book or a rundown sheet is written from: lines of the plan held against the rows, and who stands behind them.

    ``firsts`` gives the row in which each script was heard for the first time of all.
    """

    first: date
    last: date
    lines: tuple[Line, ...]
    scripts: Mapping[ScriptId, Script]
    approvals: Mapping[ScriptId, Approval]
    firsts: Mapping[ScriptId, int]
    settings: Settings
    made_at: datetime
    rehearsed: bool = False

    @property
    def identity(self) -> Identity:
        """Who the station was on the last day."""
        return self.settings.identity_on(self.last)


def logbook(pages: Pages) -> Sheet:
    """One line an airing of the week, heard or not; what has not come yet is left out."""
    lines = sorted((x for x in pages.lines if x.outcome is not Outcome.AHEAD), key=_when)
    rows = tuple(text_cells(str(n), *_log_row(line, pages)) for n, line in enumerate(lines, start=1))
    heard = sum(line.outcome is Outcome.AIRED for line in lines)
    played = sum(x.entry.closing.played_s for x in lines if x.entry is not None)
    blocks: tuple[Block, ...] = (
        Table(columns=_LOG_COLUMNS, rows=rows, size_pt=8.5),
        Paragraph(
            text=f"Cộng trong tuần: {number(len(lines))} dòng; đã phát đủ {number(heard)} lượt; "
            f"tổng thời gian có tiếng {length(played)}."
        ),
    )
    if not rows:
        blocks = (Paragraph(text="Trong tuần không có lượt phát nào trong lịch và không có dòng nhật ký nào."),)
    who = pages.identity
    return Sheet(
        superior=who.agency,
        agency=who.station,
        title="Sổ nhật ký chương trình phát thanh",
        subtitle=f"Tuần từ ngày {day_short(pages.first)} đến ngày {day_short(pages.last)}",
        blocks=blocks,
        places=(
            SignPlace(title="NGƯỜI GHI SỔ"),
            SignPlace(title="NGƯỜI VẬN HÀNH"),
            SignPlace(title=who.signer_title or "LÃNH ĐẠO PHỤ TRÁCH", name=who.signer),
        ),
        place_day=f"{clean(who.place)}, ngày …… tháng …… năm ……",
        mark=REHEARSAL_MARK if pages.rehearsed else "",
        made_at=pages.made_at,
    )


def _when(line: Line) -> tuple[datetime, str]:
    if line.airing is not None:
        return line.airing.planned, line.airing.id
    if line.entry is None:
        raise ValueError("a line has an airing or a row")
    opening = line.entry.opening
    return opening.planned or opening.recorded_at, opening.airing_id


def _log_row(line: Line, pages: Pages) -> tuple[str, ...]:
    at = _when(line)[0]
    entry = line.entry
    items = _items(line, pages)
    return (
        f"{weekday(at)} {day_short(at.date())}",
        _session(at, pages.settings),
        _clock(entry.closing.started if entry else None, at),
        _clock(entry.closing.ended if entry else None, at),
        _title(line, items),
        ", ".join(dict.fromkeys(i.kind for i in items)),
        ", ".join(dict.fromkeys(t for i in items for t in i.topics)),
        _origins(items, pages),
        _novelty(entry, items, pages) if line.outcome is Outcome.AIRED else "—",
        length(entry.closing.played_s) if entry else "—",
        _zones(entry.opening.zones if entry else line.airing.zones if line.airing else (), pages.settings),
        _authors(items, pages),
        _approvers(items, pages),
        (clean(entry.opening.by) or "tự động") if entry else "—",
        _devices(entry),
        _remark(line),
    )


@dataclass(frozen=True, slots=True)
class _Told:
    """An item as the row holds it, or as the script file tells it where there is no row."""

    script: ScriptId
    title: str
    kind: str
    topics: tuple[str, ...]
    text_sha256: str


def _items(line: Line, pages: Pages) -> list[_Told]:
    if line.entry is not None and line.entry.opening.items:
        found: Iterable[Item] = (i for i in line.entry.opening.items if i.kind not in FRAME)
        return [_Told(i.script, i.title, i.kind, i.topics, i.text_sha256) for i in found]
    known = [pages.scripts[s] for s in (line.airing.scripts if line.airing else ()) if s in pages.scripts]
    return [_Told(s.id, s.title, s.kind.value, s.topics, s.text_sha256) for s in known if s.kind not in FRAME_KINDS]


def _session(at: datetime, settings: Settings) -> str:
    window = window_of(settings.windows, at)
    return clean(window.name).removeprefix("Buổi ").capitalize() if window else "Sáng" if at.hour < 12 else "Chiều"


def _clock(moment: datetime | None, like: datetime) -> str:
    return f"{moment.astimezone(like.tzinfo):%H:%M:%S}" if moment else "—"


def _title(line: Line, items: Sequence[_Told]) -> str:
    name = line.airing.title if line.airing else line.entry.opening.title if line.entry else ""
    titles = [t.title for t in items if clean(t.title).casefold() != clean(name).casefold()]
    return short("; ".join((clean(name), *map(clean, titles))) if titles else name, 200)


def _origins(items: Sequence[_Told], pages: Pages) -> str:
    known = (pages.scripts[i.script].origin for i in items if i.script in pages.scripts)
    return short(", ".join(dict.fromkeys(known)), 60)


def _novelty(entry: AsRunEntry | None, items: Sequence[_Told], pages: Pages) -> str:
    if entry is None or not items:
        return "—"
    new = sum(pages.firsts.get(i.script) == entry.seq for i in items)
    if new == len(items):
        return "mới"
    return f"mới {new}, lại {len(items) - new}" if new else "lại"


def _zones(zones: Iterable[ZoneId], settings: Settings) -> str:
    names = {z.id: z.name for z in settings.zones}
    return short(", ".join(clean(names.get(z, z)) for z in zones), 80) or "—"


def _authors(items: Sequence[_Told], pages: Pages) -> str:
    known = (clean(pages.scripts[i.script].author) for i in items if i.script in pages.scripts)
    return short(", ".join(dict.fromkeys(a for a in known if a)), 80)


def _approvers(items: Sequence[_Told], pages: Pages) -> str:
    """Only who approved exactly the text that was heard."""
    found = (pages.approvals[i.script] for i in items if i.script in pages.approvals)
    by = {i.script: i.text_sha256 for i in items}
    return short(", ".join(dict.fromkeys(clean(a.by) for a in found if a.text_sha256 == by[a.script_id])), 80)


def _devices(entry: AsRunEntry | None) -> str:
    if entry is None:
        return "—"
    if entry.opening.rehearsed:
        return "diễn tập, không ra loa"
    told = []
    for result in entry.closing.results:
        if result.outcome is not Outcome.AIRED:
            told.append(f"{result.zone}: {clean(result.reason) or 'không xác nhận'}")
        elif result.gaps:
            told.append(f"{result.zone}: {result.gaps} lần hụt tiếng")
    return short("; ".join(told) or ("tốt" if entry.closing.results else "—"), 100)


def _remark(line: Line) -> str:
    parts = []
    if line.outcome is not Outcome.AIRED:
        parts.append(outcome_word(line))
    if line.entry is not None and line.entry.opening.test:
        parts.append("phát thử")
    parts.append(clean(line.reason))
    if line.airing is not None:
        parts.append(clean(line.airing.note))
    if line.entry is not None:
        parts.append(clean(line.entry.opening.order_reason) if line.entry.opening.order_reason != line.reason else "")
    return short("; ".join(dict.fromkeys(p for p in parts if p)), 140)


_SHEET_COLUMNS = (
    Column(title="STT", width_mm=10, align=Align.CENTER),
    Column(title="Giờ phát", width_mm=16, align=Align.CENTER),
    Column(title="Chương trình, tin bài", width_mm=70),
    Column(title="Thời lượng", width_mm=18, align=Align.CENTER),
    Column(title="Cụm loa", width_mm=28, align=Align.CENTER),
    Column(title="Mức", width_mm=18, align=Align.CENTER),
    Column(title="Chuẩn bị", width_mm=30),
    Column(title="Giờ phát thật", width_mm=22, align=Align.CENTER),
    Column(title="Kết quả", width_mm=20, align=Align.CENTER),
    Column(title="Ghi chú", width_mm=30),
)


def rundown_sheet(pages: Pages, *, ready: Mapping[AiringId, str], filled: bool, published: datetime | None) -> Sheet:
    """A day's airings for signature; ``filled`` writes what became of each, else the last columns stay empty to write in."""
    lines = sorted(pages.lines, key=_when)
    if not filled:
        lines = [line for line in lines if line.airing is not None]
    rows = tuple(
        text_cells(str(n), *_sheet_row(line, pages, ready, filled=filled)) for n, line in enumerate(lines, start=1)
    )
    told = (
        f"Công bố lúc {published:%H:%M} ngày {day_short(published.date())}." if published else "Dự kiến, chưa công bố."
    )
    blocks: tuple[Block, ...] = (Table(columns=_SHEET_COLUMNS, rows=rows, size_pt=11), Paragraph(text=told))
    if not rows:
        blocks = (Paragraph(text="Ngày này không có lượt phát nào trong lịch."),)
    who = pages.identity
    day = pages.first
    name = weekday(datetime(day.year, day.month, day.day))  # noqa: DTZ001 - only the name of the weekday is asked
    done = ", kèm kết quả" if filled else ""
    return Sheet(
        superior=who.agency,
        agency=who.station,
        title=f"Lịch phát thanh {day_words(day)}{done}",
        subtitle=f"{name}, {day_short(day)}",
        blocks=blocks,
        places=(
            SignPlace(title="NGƯỜI LẬP LỊCH"),
            SignPlace(title="NGƯỜI VẬN HÀNH"),
            SignPlace(title=f"NGƯỜI DUYỆT\n{who.signer_title}", name=who.signer),
        ),
        place_day=f"{clean(who.place)}, ngày …… tháng …… năm ……",
        mark=REHEARSAL_MARK if pages.rehearsed else "",
        made_at=pages.made_at,
    )


def _sheet_row(line: Line, pages: Pages, ready: Mapping[AiringId, str], *, filled: bool) -> tuple[str, ...]:
    at = _when(line)[0]
    airing: Airing | None = line.airing
    entry = line.entry
    planned = (
        f"{at:%H:%M}",
        _title(line, _items(line, pages)),
        length(airing.duration_s if airing else entry.opening.duration_s if entry else 0.0),
        _zones(airing.zones if airing else entry.opening.zones if entry else (), pages.settings),
        PRIORITIES[airing.priority] if airing else PRIORITIES[entry.opening.priority] if entry else "",
        short(ready.get(airing.id, ""), 120) if airing else "ngoài lịch",
    )
    if not filled:
        return (*planned, "", "", short(clean(airing.note), 80) if airing else "")
    started = _clock(entry.closing.started if entry else None, at)
    return (*planned, started, outcome_word(line), short("; ".join(filter(None, (line.reason, _note(airing)))), 140))


def _note(airing: Airing | None) -> str:
    return clean(airing.note) if airing else ""
