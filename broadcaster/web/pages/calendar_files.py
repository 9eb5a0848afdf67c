"""Lịch phát as files: calendars taken out, and the history of edits undone."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from broadcaster.adapters.people import Person, Role
from broadcaster.domain.edits import undone
from broadcaster.ports_editing import ConflictError
from broadcaster.station.settings_editing import SETTINGS
from broadcaster.web.calendar_data import day_of, desk_of, signature
from broadcaster.web.calendar_plan import airings_between
from broadcaster.web.context import ConsoleContext
from broadcaster.web.errors import ForbiddenError, PageError
from broadcaster.web.rendering import flash, redirect, render
from broadcaster.web.security import Context, Someone, require

router = APIRouter()

Editor = Annotated[Person, Depends(require(Role.AUTHOR, Role.ADMIN))]

LONGEST_EXPORT_DAYS = 400


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
    if edit is None:
        return
    settings = edit.touches(SETTINGS)
    own = edit.by == signature(person)
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
