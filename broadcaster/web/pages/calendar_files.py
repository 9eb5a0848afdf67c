"""Lịch phát as files: a workbook taken in after a preview of every row, calendars taken out, the history of edits undone."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import PurePosixPath
from typing import Annotated

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from starlette.datastructures import UploadFile

from broadcaster.adapters.people import Person, Role
from broadcaster.domain.edits import undone
from broadcaster.domain.problems import Problem, Severity, Where
from broadcaster.errors import InputError
from broadcaster.ports_editing import FORM, ConflictError, WorkbookRow
from broadcaster.present.calendar_changes import row_sentence, summary
from broadcaster.station.editing import import_name
from broadcaster.station.settings_editing import SETTINGS
from broadcaster.web.calendar_data import day_of, desk_of, signature
from broadcaster.web.calendar_forms import Posted, elsewhere, said, sentence, warnings
from broadcaster.web.calendar_plan import airings_between
from broadcaster.web.context import ConsoleContext
from broadcaster.web.errors import ForbiddenError, PageError
from broadcaster.web.rendering import flash, redirect, render
from broadcaster.web.security import Author, Context, Someone, require

router = APIRouter()

Editor = Annotated[Person, Depends(require(Role.AUTHOR, Role.ADMIN))]

LARGEST_WORKBOOK = 20_000_000
SHOWN_ROWS = 500
LONGEST_EXPORT_DAYS = 400


# --- a workbook taken in ----------------------------------------------------------------------------------------------


@router.get("/lich-phat/nhap")
def ask(request: Request, context: Context, person: Author) -> Response:
    """Which workbook."""
    return render(
        request, "lich_nhap.html", ten="", the="", dong=[], them=0, de_nghi=None, sai="", giong="", thay=False
    )


@router.post("/lich-phat/nhap")
async def upload(request: Request, context: Context, person: Author) -> Response:
    """Show what every row of an uploaded workbook becomes, and what changes on air; nothing is written yet."""
    file = (await request.form(max_files=1)).get("tep")
    name = (file.filename or "") if isinstance(file, UploadFile) else ""
    data = await file.read(LARGEST_WORKBOOK + 1) if isinstance(file, UploadFile) else b""
    return await run_sync(_preview, request, context, name, data)


def _preview(request: Request, context: ConsoleContext, filename: str, data: bytes) -> Response:
    if not data:
        return _refused(request, "Chưa chọn tệp, hoặc tệp rỗng. Chọn tệp Excel (.xlsx) rồi bấm lại.")
    if len(data) > LARGEST_WORKBOOK:
        return _refused(request, "Tệp lớn quá 20 MB. Xóa hình và trang không dùng trong tệp rồi thử lại.")
    desk = desk_of(context)
    try:
        name, known = _place(context, filename, data)
        rows, general = desk.calendar_text.workbook(name, data)
        proposal = desk.calendar(context.reading, context.now()).import_file(name, data)
    except InputError as error:
        return _refused(request, f"{error.message} {error.hint}".strip())
    text = ""
    if proposal.first is not None and proposal.last is not None:
        text = summary(proposal.diff, proposal.first, proposal.last)
    mine = [p for p in (*general, *proposal.problems) if p.where.file == name or p in general]
    return render(
        request,
        "lich_nhap.html",
        status_code=200 if proposal.sound or known == "same" else 422,
        ten=name,
        the=desk.files.hold(data),
        dong=[_row(row, proposal.problems) for row in rows[:SHOWN_ROWS]],
        them=max(0, len(rows) - SHOWN_ROWS),
        de_nghi=proposal if known != "same" else None,
        sai="",
        giong=known,
        thay=known == "older",
        loi_chung=elsewhere(tuple(dict.fromkeys((*mine, *proposal.problems))), set()),
        canh_bao=warnings(tuple(dict.fromkeys((*general, *proposal.problems)))),
        cau=said(proposal),
        tom_tat=text,
    )


def _place(context: ConsoleContext, filename: str, data: bytes) -> tuple[str, str]:
    """Where a workbook goes: over the older one of its name (kept in the history), or beside the others.

    The second word is ``same`` when the very same bytes are there already, ``older`` when it replaces, empty when it is new.
    """
    name = import_name(PurePosixPath(filename.replace("\\", "/")).name, (), context.now())
    for file in sorted((context.paths.station / "schedules").glob("*.xlsx")):
        if file.read_bytes() == data:
            return f"schedules/{file.name}", "same"
    older = context.paths.station / name
    return name, "older" if older.exists() else ""


def _row(row: WorkbookRow, problems: tuple[Problem, ...]) -> Mapping[str, object]:
    place = re.compile(rf"[A-Z]+{row.row}\Z")
    beside = [p for p in problems if p.where.sheet == row.sheet and place.match(p.where.cell or "")]
    found = tuple(dict.fromkeys((*row.reading.problems, *beside)))
    errors = [_short(p) for p in found if p.severity is Severity.ERROR]
    notes = [_short(p) for p in found if p.severity is not Severity.ERROR]
    became = row_sentence(row.reading)
    kind = "loi" if errors else "luu-y" if notes else "tot" if became else "mo"
    word = {"loi": "có lỗi", "luu-y": "nhận, xem lại", "tot": "nhận", "mo": "bỏ qua"}[kind]
    cells = "; ".join(f"{head}: {text}" for head, text in row.cells if text)
    return {"cho": f"{row.sheet}, dòng {row.row}", "chu": cells, "thanh": became, "loi": errors, "y": notes,
            "loai": kind, "tu": word}  # fmt: skip


def _short(problem: Problem) -> str:
    """The sentence without the file's name, which stands above the table."""
    cell = f"Ô {problem.where.cell}: " if problem.where.cell else ""
    return f"{cell}{sentence(replace(problem, where=Where(file=FORM)))}"


def _refused(request: Request, why: str) -> Response:
    return render(
        request, "lich_nhap.html", status_code=422, ten="", the="", dong=[], them=0, de_nghi=None, sai=why, giong="",
        thay=False,
    )  # fmt: skip


@router.post("/lich-phat/nhap/nhan")
def accept(request: Request, context: Context, person: Author, posted: Posted) -> Response:
    """Put the workbook that was previewed into schedules/, byte for byte as it was uploaded."""
    desk = desk_of(context)
    data = desk.files.held(posted.get("the", ""))
    if data is None:
        raise PageError("Bản xem trước đã quá hạn.", "Tải tệp lên lại rồi xem trước.")
    name, known = _place(context, posted.get("ten", "").rpartition("/")[2], data)
    if known == "same":
        flash(request, "Tệp này đã có trong lịch, không có gì thay đổi.", "luu-y")
        return redirect(request, "/lich-phat")
    editor = desk.calendar(context.reading, context.now())
    proposal = editor.import_file(name, data)
    if not proposal.sound:
        return _preview(request, context, name.rpartition("/")[2], data)
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


# --- calendars taken out ----------------------------------------------------------------------------------------------


@router.get("/lich-phat/tai/lich.ics")
def as_icalendar(request: Request, context: Context, person: Someone, tu: str = "", den: str = "") -> Response:
    """The airings of some days for a phone or an office calendar."""
    from broadcaster.adapters.ics_export import export_ics  # noqa: PLC0415 - loaded only when a file is asked for

    first = day_of(tu, context.now().date())
    last = day_of(den, first + timedelta(days=6))
    if not first <= last <= first + timedelta(days=LONGEST_EXPORT_DAYS):
        raise PageError(
            "Khoảng ngày không dùng được.", f"Chọn từ ngày đến ngày, nhiều nhất {LONGEST_EXPORT_DAYS} ngày."
        )
    airings = airings_between(context, first, last)
    station = context.reading.files.settings.identity_on(first).station
    return _file(export_ics(airings, station, context.now()), f"lich-{first:%Y%m%d}-{last:%Y%m%d}.ics", "text/calendar")


@router.get("/lich-phat/tai/lich.xlsx")
def as_workbook(request: Request, context: Context, person: Someone) -> Response:
    """The whole calendar as one workbook that can be taken in again."""
    from broadcaster.adapters.calendar_parts import CalendarPart  # noqa: PLC0415 - as above
    from broadcaster.adapters.calendar_xlsx_write import Choices, workbook_bytes  # noqa: PLC0415 - as above

    files, now = context.reading.files, context.now()
    calendar = files.calendar
    part = CalendarPart(
        slots=calendar.slots, programmes=tuple(calendar.programmes.values()), exceptions=calendar.exceptions
    )
    choices = Choices(
        contents=(*map(str, calendar.programmes), *map(str, files.scripts)),
        zones=tuple(str(z.id) for z in files.settings.zones),
    )
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return _file(workbook_bytes(part, now=now, choices=choices), f"lich-phat-{now:%Y%m%d}.xlsx", kind)


def _file(data: bytes, name: str, kind: str) -> Response:
    return Response(data, media_type=kind, headers={"content-disposition": f'attachment; filename="{name}"'})


# --- the history of edits ---------------------------------------------------------------------------------------------


@router.get("/lich-phat/lich-su")
def history(request: Request, context: Context, person: Someone) -> Response:
    """Who changed which file when and why; the newest first."""
    edits = desk_of(context).files.edits(most=200)
    return render(request, "lich_lich_su.html", cac_lan=edits, da_hoan_tac=undone(edits))


@router.post("/lich-phat/lich-su/{number}/hoan-tac")
def take_back(request: Request, context: Context, person: Editor, number: int) -> Response:
    """Undo one edit, as an edit of its own."""
    _refuse_settings(context, person, number)
    return _take_back(request, context, person, number)


def _refuse_settings(context: ConsoleContext, person: Person, number: int) -> None:
    """Who may not edit the settings may take back only an own edit of them, of the blanks; the rest needs an author."""
    edit = next((e for e in desk_of(context).files.edits(most=100_000) if e.number == number), None)
    settings = edit is not None and edit.touches(SETTINGS)
    own = edit is not None and edit.by == signature(person)
    if not person.may(Role.ADMIN if settings and not own else Role.AUTHOR) and not (
        settings and person.may(Role.ADMIN)
    ):
        raise ForbiddenError(
            "Vai trò của anh/chị không hoàn tác được lần sửa này.",
            "Sửa cài đặt thì nhờ người quản trị, sửa lịch và bài thì nhờ người soạn.",
        )


def _take_back(request: Request, context: ConsoleContext, person: Person, number: int) -> Response:
    editor = desk_of(context).calendar(context.reading, context.now())
    try:
        context.audit(person, "edit_undone", f"hoàn tác lần sửa {number}")
        edit = editor.undo(number, by=signature(person))
    except ConflictError as conflict:
        raise PageError(
            f"Chưa hoàn tác: {conflict.message}",
            "Tệp đã được sửa tiếp sau lần đó. Hoàn tác lần sửa mới nhất của tệp trước, hoặc sửa lại bằng tay.",
        ) from conflict
    context.refresh()
    flash(request, f"{edit.why}.")
    return redirect(request, "/lich-phat/lich-su")
