"""Nhật ký: what was heard, row by row. View only; a remark is written beside a row, never over it."""

import hashlib
import json
import threading
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response, StreamingResponse

from broadcaster.adapters.day_fields import parse_date
from broadcaster.adapters.fields import FieldError, as_text
from broadcaster.adapters.people import Person, Role
from broadcaster.domain.asrun import AsRunEntry, Outcome, reconcile, summary
from broadcaster.domain.calendar import ZoneId
from broadcaster.ports import ChainRow
from broadcaster.present.documents.report_tables import REFUSALS
from broadcaster.present.log_csv import csv_lines, json_lines
from broadcaster.present.plan import OUTCOMES, summary_line
from broadcaster.present.web_log import EXPLAINED, decimal, instant, level, line_view, row_view, signed, zone_marks
from broadcaster.present.web_report import figure_words
from broadcaster.station.browsing import Browser
from broadcaster.station.rehearsing import planned
from broadcaster.web.chain_check import ChainCheck
from broadcaster.web.context import ConsoleContext
from broadcaster.web.errors import MissingError, PageError
from broadcaster.web.log_query import NOT_AIRED, LogQuery, read_query, written
from broadcaster.web.rendering import flash, fragment, redirect, render
from broadcaster.web.security import Context, Someone, require
from broadcaster.wiring.browsing import browser

router = APIRouter()

PAGE_ROWS = 50
SHEET_ROWS = 5000
"""So many rows at most go into one workbook here: Excel files are built in memory, beside the player."""
LINES_SHOWN = 400
LONGEST_NOTE = 2000

Noter = Annotated[Person, Depends(require(Role.AUTHOR, Role.OPERATOR, Role.APPROVER, Role.ADMIN))]
_OPENING = threading.Lock()


class LogDesk:
    """What the log keeps between requests: the kinds of rows there are, and the walk over the chain."""

    def __init__(self, context: ConsoleContext) -> None:
        self.browser: Browser = browser(context.journal)
        self.check = ChainCheck(context.paths.station, context.now)
        threading.Thread(target=self.browser.kinds, name="log-kinds", daemon=True).start()


def desk_of(request: Request, context: Context) -> LogDesk:
    """One desk for an application, made when the log is first opened."""
    with _OPENING:
        found = getattr(request.app.state, "log_desk", None)
        if not isinstance(found, LogDesk):
            found = request.app.state.log_desk = LogDesk(context)
        return found


Desk = Annotated[LogDesk, Depends(desk_of)]


@router.get("/nhat-ky")
def rows(request: Request, context: Context, person: Someone, desk: Desk) -> Response:
    """The log, newest first."""
    query = read_query(request.query_params, context.reading.files)
    values = _choices(context, desk) | {
        "q": query,
        "cau": _asked(query),
        "hang": (),
        "trang": None,
        "cu_hon": "",
        "moi_hon": "",
    }
    if query.errors:
        return render(request, "log/nhat_ky.html", status_code=400, **values)
    page = desk.browser.page(
        query.wanted, query.span(_zone(context)), beyond=query.beyond, newer=query.newer, size=PAGE_ROWS
    )
    zone, names = _zone(context), zone_names(context)
    values["trang"] = page
    values["hang"] = [row_view(e, page.notes.get(e.opening.airing_id, ()), zone, names) for e in page.rows]
    values["cu_hon"] = query.link("/nhat-ky", cu_hon=written(page.older)) if page.older else ""
    values["moi_hon"] = query.link("/nhat-ky", moi_hon=written(page.newer)) if page.newer else ""
    return render(request, "log/nhat_ky.html", **values)


@router.get("/nhat-ky/tai")
def export(request: Request, context: Context, person: Someone, desk: Desk, dang: str = "xlsx") -> Response:
    """The rows asked for as a file, oldest first."""
    query = read_query(request.query_params, context.reading.files)
    if query.errors:
        raise PageError(next(iter(query.errors.values())), "Quay lại trang Nhật ký, sửa ô bị báo rồi tải lại.")
    zone = _zone(context)
    name = f"nhat-ky-{context.now():%Y%m%d-%H%M}"
    entries = desk.browser.oldest_first(query.wanted, query.span(zone))
    if dang == "csv":
        return _streamed(csv_lines(entries, zone), f"{name}.csv", "text/csv; charset=utf-8")
    if dang == "jsonl":
        return _streamed(json_lines(entries, zone), f"{name}.jsonl", "application/x-ndjson")
    if dang != "xlsx":
        raise PageError("Không có dạng tệp này.", "Chọn Excel, CSV hoặc JSON ở cuối trang Nhật ký.")
    return _workbook(entries, f"{name}.xlsx")


def _workbook(entries: Iterable[AsRunEntry], name: str) -> Response:
    taken: list[AsRunEntry] = []
    for entry in entries:
        taken.append(entry)
        if len(taken) > SHEET_ROWS:
            raise PageError(
                f"Tệp Excel ở đây nhận nhiều nhất {SHEET_ROWS:,} dòng.".replace(",", "."),
                "Chọn khoảng ngày ngắn hơn, hoặc tải CSV (không giới hạn, mở được bằng Excel).",
            )
    from broadcaster.present.log_sheet import log_sheet  # noqa: PLC0415 - the workbook writer only when asked for

    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return Response(log_sheet(taken), media_type=kind, headers=_attachment(name))


def _streamed(lines: Iterable[bytes], name: str, kind: str) -> Response:
    return StreamingResponse(lines, media_type=kind, headers=_attachment(name))


def _attachment(name: str) -> dict[str, str]:
    return {"content-disposition": f'attachment; filename="{name}"'}


@router.get("/nhat-ky/doi-chieu")
def against_plan(request: Request, context: Context, person: Someone, ngay: str = "", dai: str = "ngay") -> Response:
    """A day's or a week's published plan held against the log: every planned airing one line."""
    zone, now = _zone(context), context.now()
    errors: dict[str, str] = {}
    day = now.date()
    if ngay.strip():
        try:
            day = parse_date(ngay[:100])
        except FieldError as error:
            errors["ngay"] = f"{error.message} {error.hint}".strip()
    week = dai == "tuan"
    first = day - timedelta(days=day.weekday()) if week else day
    last = first + timedelta(days=6 if week else 0)
    step = timedelta(days=7 if week else 1)
    views, counts = ([], None) if errors else _held(context, first, last, now, zone)
    return render(
        request,
        "log/doi_chieu.html",
        status_code=400 if errors else 200,
        loi=errors,
        ngay_go=ngay[:100] or f"{day:%d/%m/%Y}",
        tuan=week,
        tu_ngay=first,
        den_ngay=last,
        truoc=f"{first - step:%d/%m/%Y}",
        sau=f"{first + step:%d/%m/%Y}",
        dong=views,
        dong_hien=LINES_SHOWN,
        cau=summary_line(counts) if counts else "",
        thieu=sum(counts[o.value] for o in _LOST) if counts else 0,
    )


_LOST = (Outcome.MISSED, Outcome.FAILED, Outcome.PARTIAL, Outcome.INTERRUPTED)


def _held(context: ConsoleContext, first: date, last: date, now: datetime, zone: ZoneInfo) -> tuple[list[Any], Any]:
    journal = context.journal
    start = datetime.combine(first, time(), zone)
    entries = journal.entries(start, datetime.combine(last + timedelta(days=1), time(), zone))
    on_air = {opening.airing_id for opening in journal.open_rows()}
    lines = reconcile(planned(journal, first, last), entries, now=now, on_air=on_air)
    names = zone_names(context)
    return [line_view(line, zone, names) for line in lines], summary(lines)


@router.get("/nhat-ky/kiem-tra")
def chain(request: Request, context: Context, person: Someone, desk: Desk) -> Response:
    """Whether the record still is what was written."""
    return render(request, "log/kiem_tra.html", k=desk.check.newest, so_dong=desk.browser.reader.newest())


@router.get("/nhat-ky/kiem-tra/tien-do")
def chain_progress(request: Request, person: Someone, desk: Desk) -> Response:
    """How far the walk is; once it has ended the whole page is loaded again."""
    check = desk.check.newest
    text = fragment(request, "log/tien_do.html", k=check)
    ended = check is not None and not check.running
    return Response(text, media_type="text/html", headers={"hx-refresh": "true"} if ended else None)


@router.post("/nhat-ky/kiem-tra")
def start_check(request: Request, context: Context, person: Someone, desk: Desk) -> Response:
    """Begin the walk; it only reads."""
    if desk.check.start(rows=desk.browser.reader.newest(), by=person.name):
        context.audit(person, "chain_checked", "bắt đầu kiểm tra chuỗi nhật ký")
    return redirect(request, "/nhat-ky/kiem-tra")


@router.get("/nhat-ky/{so}")
def row(request: Request, context: Context, person: Someone, desk: Desk, so: str) -> Response:
    """One row with everything that is known of it."""
    return _row_page(request, context, desk, _entry(desk, so))


@router.post("/nhat-ky/{so}/ghi-chu")
def note(
    request: Request, context: Context, person: Noter, desk: Desk, so: str, loi: Annotated[str, Form()] = ""
) -> Response:
    """A remark beside the row."""
    entry = _entry(desk, so)
    text = as_text(loi)
    wrong = ""
    if not text:
        wrong = "Chưa ghi gì. Viết điều cần ghi chú, ví dụ: Khóm 2 báo loa nhỏ."
    elif len(text) > LONGEST_NOTE:
        wrong = f"Ghi chú dài {len(text)} ký tự, nhiều nhất {LONGEST_NOTE}. Rút ngắn lại."
    if wrong:
        return _row_page(request, context, desk, entry, errors={"loi": wrong}, typed=loi[: LONGEST_NOTE * 2])
    context.journal.note(airing_id=entry.opening.airing_id, by=_name(person), text=text, at=context.now())
    flash(request, "Đã ghi chú bên cạnh dòng nhật ký; dòng cũ giữ nguyên.")
    return redirect(request, f"/nhat-ky/{entry.seq}#ghi-chu")


def _name(person: Person) -> str:
    return f"{person.name} ({person.login})"


def _entry(desk: LogDesk, so: str) -> AsRunEntry:
    found = desk.browser.reader.entries([int(so)]) if so.isascii() and so.isdecimal() and len(so) < 16 else ()
    if not found:
        raise MissingError(f"Nhật ký không có lượt phát ở dòng số {so[:20]}.", "Quay lại Nhật ký và chọn từ danh sách.")
    return found[0]


def _row_page(
    request: Request,
    context: ConsoleContext,
    desk: LogDesk,
    entry: AsRunEntry,
    *,
    errors: Mapping[str, str] | None = None,
    typed: str = "",
) -> Response:
    reader, zone, names = desk.browser.reader, _zone(context), zone_names(context)
    notes = reader.notes([entry.opening.airing_id])
    papers = {item.script: reader.approval(item.script, before=entry.seq) for item in entry.opening.items}
    sealed = tuple(context.journal.chain(max(1, entry.seq - 1), entry.seq))
    return render(
        request,
        "log/luot.html",
        status_code=400 if errors else 200,
        e=entry,
        v=row_view(entry, notes, zone, names),
        cum=list(zip(zone_marks(entry, names), _results(entry), strict=False)),
        ghi_chu=notes,
        duyet=papers,
        niem=_seal(sealed),
        giai_thich=EXPLAINED[entry.closing.outcome],
        mui=zone,
        gio_ms=instant,
        so=decimal,
        lech=signed,
        muc=level,
        loi=errors or {},
        da_go=typed,
    )


def _results(entry: AsRunEntry) -> list[Any]:
    said = {result.zone: result for result in entry.closing.results}
    return [said.get(zone) for zone in dict.fromkeys((*entry.opening.zones, *said))]


def _seal(rows_: tuple[ChainRow, ...]) -> dict[str, Any]:
    """Whether this row still seals the one before it, worked out from its own text."""
    this = rows_[-1]
    before = rows_[0].row_hash if len(rows_) > 1 else "0" * 64
    whole = hashlib.sha256(f"{this.prev_hash}\n{this.body}".encode()).hexdigest() == this.row_hash
    record = json.loads(this.body)["record"]
    return {"dong": this, "khop": whole and this.prev_hash == before, "mo": record.get("opening_seq")}


def _zone(context: ConsoleContext) -> ZoneInfo:
    return ZoneInfo(context.reading.files.settings.timezone)


def zone_names(context: ConsoleContext) -> dict[ZoneId, str]:
    """The zones' names of today."""
    return {zone.id: zone.name for zone in context.reading.files.settings.zones}


def _choices(context: ConsoleContext, desk: LogDesk) -> dict[str, Any]:
    files, seen = context.reading.files, desk.browser.names()
    names = zone_names(context)
    zones = [(str(z), n) for z, n in names.items()]
    zones += [(str(z), f"{z} (không còn dùng)") for z in seen.zones if z not in names]
    topics = {str(t.code): f"{t.code} — {t.short_title}" for plan in files.plans for t in plan.topics}
    topics |= {str(f.code): f"{f.code} — {f.title}" for plan in files.plans for f in plan.forms if f.loudspeaker}
    topics |= {code: code for code in seen.topics if code and code not in topics}
    outcomes = [(o.value, OUTCOMES[o]) for o in EXPLAINED]
    return {
        "chon_cum": [("", "Mọi cụm loa"), *zones],
        "chon_ma": [("", "Mọi nội dung"), *topics.items()],
        "chon_ket_qua": [("", "Mọi kết quả"), *outcomes, (NOT_AIRED, "tất cả trừ đã phát")],
    }


def _asked(query: LogQuery) -> str:
    """What the address asks beyond the fields one sees."""
    if query.figure is not None:
        rehearsed = " của lần diễn tập" if query.typed["dien_tap"] else ""
        return f"Các dòng{rehearsed} làm nên con số: {figure_words(query.figure)}."
    reason = query.typed["khong_tinh"]
    told = next((words for known, words in REFUSALS.items() if known.value == reason), "")
    if told:
        return f"Các dòng giữ trong nhật ký mà báo cáo không tính, vì: {told}."
    return f"Các lượt phát có bài “{query.typed['bai']}”." if query.typed["bai"] else ""
