"""Nhập lịch: a workbook is taken in byte for byte, after a preview that says of every row what it becomes."""

from pathlib import PurePosixPath

from anyio.to_thread import run_sync
from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.datastructures import UploadFile

from broadcaster.errors import InputError
from broadcaster.ports_editing import ConflictError
from broadcaster.present.calendar_changes import summary
from broadcaster.station.editing import import_name
from broadcaster.web.calendar_data import desk_of, signature, titles_of
from broadcaster.web.calendar_forms import Posted, elsewhere, said, warnings
from broadcaster.web.context import ConsoleContext
from broadcaster.web.errors import PageError
from broadcaster.web.rendering import flash, redirect, render
from broadcaster.web.security import Author, Context
from broadcaster.web.workbook_rows import Sorted, sort_rows

router = APIRouter()

LARGEST_WORKBOOK = 20_000_000
A_PAGE = 200
"""Rows of a workbook on one page."""

SHOWN_WRONG = 100
"""Rows that need a person, listed before all the others when the workbook has more than a page."""


@router.get("/lich-phat/nhap")
def ask(request: Request, context: Context, person: Author) -> Response:
    """Which workbook."""
    return _page(request)


@router.post("/lich-phat/nhap")
async def upload(request: Request, context: Context, person: Author) -> Response:
    """Show what every row of an uploaded workbook becomes, and what changes on air; nothing is written yet."""
    file = (await request.form(max_files=1)).get("tep")
    name = (file.filename or "") if isinstance(file, UploadFile) else ""
    data = await file.read(LARGEST_WORKBOOK + 1) if isinstance(file, UploadFile) else b""
    return await run_sync(_preview, request, context, name, data, 0)


@router.post("/lich-phat/nhap/xem")
def look_on(request: Request, context: Context, person: Author, posted: Posted) -> Response:
    """Another page of the rows of a workbook that is being looked at."""
    begin = posted.get("tu", "")
    return _preview(request, context, _name(posted), _held(context, posted), int(begin) if begin.isdecimal() else 0)


@router.post("/lich-phat/nhap/nhan")
def accept(request: Request, context: Context, person: Author, posted: Posted) -> Response:
    """Put the workbook that was previewed into schedules/, byte for byte as it was uploaded."""
    data = _held(context, posted)
    name, known = _place(context, _name(posted), data)
    if known == "same":
        flash(request, "Tệp này đã có trong lịch, không có gì thay đổi.", "luu-y")
        return redirect(request, "/lich-phat")
    editor = desk_of(context).calendar(context.reading, context.now())
    proposal = editor.import_file(name, data)
    if not proposal.sound:
        return _preview(request, context, name.rpartition("/")[2], data, 0)
    try:
        context.audit(person, "calendar_imported", proposal.why)
        edit = editor.write(proposal, by=signature(person))
    except ConflictError as conflict:
        raise PageError(
            conflict.message, "Có người vừa đổi tệp cùng tên. Tải tệp lên lại để xem khác gì."
        ) from conflict
    context.refresh()
    flash(request, f"Đã nhận lịch từ {name.rpartition('/')[2]}. Cần thì hoàn tác ở Lịch sử sửa (lần {edit.number}).")
    return redirect(request, "/lich-phat")


def _preview(request: Request, context: ConsoleContext, filename: str, data: bytes, begin: int) -> Response:
    if not data:
        return _page(request, sai="Chưa chọn tệp, hoặc tệp rỗng. Chọn tệp Excel (.xlsx) rồi bấm lại.")
    if len(data) > LARGEST_WORKBOOK:
        return _page(request, sai="Tệp lớn quá 20 MB. Xóa hình và trang không dùng trong tệp rồi thử lại.")
    desk = desk_of(context)
    try:
        name, known = _place(context, filename, data)
        rows, general = desk.calendar_text.workbook(name, data)
        proposal = desk.calendar(context.reading, context.now()).import_file(name, data)
    except InputError as error:
        return _page(request, sai=f"{error.message} {error.hint}".strip())
    zones = context.reading.files.settings.zones
    told = sort_rows(rows, (*general, *proposal.problems), titles_of(context), zones)
    text = ""
    if proposal.first is not None and proposal.last is not None:
        text = summary(proposal.diff, proposal.first, proposal.last)
    return _page(
        request,
        status_code=200 if proposal.sound or known == "same" else 422,
        ten=name,
        the=desk.files.hold(data),
        de_nghi=proposal if known != "same" else None,
        giong=known,
        loi_chung=elsewhere(told.general, set()),
        canh_bao=warnings(told.general),
        cau=said(proposal, zones),
        tom_tat=text,
        **_shown(told, begin),
    )


def _shown(told: Sorted, begin: int) -> dict[str, object]:
    """One page of the rows; those that need a person stand before them when they are not all on it."""
    total = len(told.rows)
    begin = min(begin, max(0, total - 1)) // A_PAGE * A_PAGE
    wrong = [row for row in told.rows if row.kind in {"loi", "luu-y"}] if total > A_PAGE else []
    return {
        "dong": told.rows[begin : begin + A_PAGE],
        "tu_dong": begin,
        "tong": total,
        "dem": told.counts(),
        "can_sua": wrong[:SHOWN_WRONG],
        "can_sua_them": max(0, len(wrong) - SHOWN_WRONG),
        "mot_trang": A_PAGE,
    }


def _page(request: Request, *, status_code: int | None = None, **values: object) -> Response:
    known: dict[str, object] = {
        "ten": "", "the": "", "de_nghi": None, "sai": "", "giong": "", "loi_chung": [], "canh_bao": [], "cau": [],
        "tom_tat": "", "dong": [], "tu_dong": 0, "tong": 0, "dem": "", "can_sua": [], "can_sua_them": 0, "mot_trang": A_PAGE,
    }  # fmt: skip
    refused = 422 if values.get("sai") else 200
    return render(request, "lich_nhap.html", status_code=status_code or refused, **{**known, **values})


def _place(context: ConsoleContext, filename: str, data: bytes) -> tuple[str, str]:
    """Where a workbook goes: over the older one of its name (kept in the history), or beside the others.

    The second word is ``same`` when the very same bytes are there already, ``older`` when it replaces, empty when it is new.
    """
    name = import_name(PurePosixPath(filename.replace("\\", "/")).name)
    for file in sorted((context.paths.station / "schedules").glob("*.xlsx")):
        if file.read_bytes() == data:
            return f"schedules/{file.name}", "same"
    older = context.paths.station / name
    return name, "older" if older.exists() else ""


def _name(posted: Posted) -> str:
    return posted.get("ten", "").rpartition("/")[2]


def _held(context: ConsoleContext, posted: Posted) -> bytes:
    data = desk_of(context).files.held(posted.get("the", ""))
    if data is None:
        raise PageError("Bản xem trước đã quá hạn.", "Tải tệp lên lại rồi xem trước.")
    return data
