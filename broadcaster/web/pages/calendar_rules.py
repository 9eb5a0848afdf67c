"""Sửa khung giờ: a standing rule changed as a whole or from a day on, or ended with its reason."""

from collections.abc import Mapping
from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import Response

from broadcaster.domain.calendar import Slot
from broadcaster.station.editing import CalendarEditor
from broadcaster.station.proposals import Proposal
from broadcaster.station.row_drafts import OWN_FILE
from broadcaster.web.calendar_data import day_of
from broadcaster.web.calendar_editing import Form, editor_of, show, take, token_of, written
from broadcaster.web.calendar_forms import END, STANDING, STANDING_FINER, Posted, chosen
from broadcaster.web.context import ConsoleContext
from broadcaster.web.errors import MissingError
from broadcaster.web.security import Author, Context

router = APIRouter()


def _slot(context: ConsoleContext, slot_id: str) -> Slot:
    found = editor_of(context).rows.slot(slot_id)
    if found is None:
        raise MissingError(f"Không có khung giờ «{slot_id[:60]}».", "Xem danh sách ở Lịch phát → Các khung giờ.")
    return found


# --- changed --------------------------------------------------------------------------------------------------------


def _slot_form(context: ConsoleContext, slot: Slot, since: date | None, posted: Mapping[str, str] | None) -> Form:
    editor = editor_of(context)
    asked = tuple(a for a in STANDING if a.key != "ma" and not (since is not None and a.key == "tu"))
    title = f"Sửa khung giờ «{slot.id}»" + (f" từ {since:%d/%m/%Y}" if since is not None else "")
    about = f"Ghi ở {slot.where}."
    if since is not None:
        about += f" Những ngày trước {since:%d/%m/%Y} giữ nguyên như cũ."
    elif not editor.rows.editable(slot.where):
        about += f" Tệp này của cán bộ, chương trình không sửa: thay đổi áp dụng từ hôm nay, ghi vào {OWN_FILE}."
    return Form(
        title=title,
        asked=asked,
        finer=STANDING_FINER,
        values=editor.rows.values(slot) if posted is None else written(context, chosen(posted, asked, STANDING_FINER)),
        about=about,
        token=token_of(editor, slot.where, posted),
        kept={"tu_ngay": since.isoformat()} if since is not None else {},
        back="/lich-phat/khung",
        whole=True,
    )


@router.get("/lich-phat/khung/{slot_id}")
def slot_form(request: Request, context: Context, person: Author, slot_id: str, tu: str = "") -> Response:
    """A standing rule; with ``tu`` the change begins that day."""
    slot = _slot(context, slot_id)
    today = context.now().date()
    since = max(day_of(tu, today), today) if tu else None
    return show(request, context, _slot_form(context, slot, since, None))


@router.post("/lich-phat/khung/{slot_id}")
def change_slot(request: Request, context: Context, person: Author, slot_id: str, posted: Posted) -> Response:
    """The whole rule, or from a day on."""
    slot = _slot(context, slot_id)
    begun = posted.get("tu_ngay", "")
    since = day_of(begun, context.now().date()) if begun else None
    form = _slot_form(context, slot, since, posted)
    values = {**editor_of(context).rows.values(slot), **form.values}

    def propose(editor: CalendarEditor) -> Proposal:
        if since is None:
            return editor.rules.change(slot, values, token=form.token)
        written = {key: text for key, text in values.items() if text}
        return editor.rules.change_from(slot, written, since, token=form.token)

    return take(request, context, person, form, posted, propose)


# --- ended ----------------------------------------------------------------------------------------------------------


def _end_form(context: ConsoleContext, slot: Slot, posted: Mapping[str, str] | None, since: str) -> Form:
    today = context.now().date()
    values = {"tu": f"{max(day_of(since, today), today):%d/%m/%Y}"} if posted is None else chosen(posted, END)
    return Form(
        title=f"Thôi phát khung giờ «{slot.id}»",
        asked=END,
        values=values,
        about="Những ngày trước đó và nhật ký không đổi. Hoàn tác được ở Lịch sử sửa.",
        token=token_of(editor_of(context), slot.where, posted),
        back="/lich-phat/khung",
    )


@router.get("/lich-phat/thoi/{slot_id}")
def end_form(request: Request, context: Context, person: Author, slot_id: str, tu: str = "") -> Response:
    """From which day, and why."""
    return show(request, context, _end_form(context, _slot(context, slot_id), None, tu))


@router.post("/lich-phat/thoi/{slot_id}")
def end(request: Request, context: Context, person: Author, slot_id: str, posted: Posted) -> Response:
    """A rule ends, with its reason."""
    slot = _slot(context, slot_id)
    form = _end_form(context, slot, posted, "")

    def propose(editor: CalendarEditor) -> Proposal:
        return editor.rules.end(slot, form.values["tu"], form.values["ly_do"], token=form.token)

    return take(request, context, person, form, posted, propose)
