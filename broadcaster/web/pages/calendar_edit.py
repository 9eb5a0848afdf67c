"""Sửa lịch: a new row, one airing moved, replaced or cancelled, an exception taken away; and what may be written into a field."""

from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import Response

from broadcaster.domain.calendar import CalendarException
from broadcaster.domain.rundown import Airing
from broadcaster.station.editing import CalendarEditor
from broadcaster.station.proposals import Proposal
from broadcaster.web.calendar_data import day_of
from broadcaster.web.calendar_editing import Form, editor_of, show, take, token_of, written
from broadcaster.web.calendar_forms import (
    CANCEL,
    DATED,
    DATED_FINER,
    EXCEPTION,
    MOVE,
    REPLACE,
    STANDING,
    STANDING_FINER,
    Posted,
    chosen,
)
from broadcaster.web.calendar_plan import airing_of
from broadcaster.web.context import ConsoleContext
from broadcaster.web.errors import MissingError
from broadcaster.web.rendering import fragment
from broadcaster.web.security import Author, Context

router = APIRouter()

SUGGESTED = 30
_NEW = {
    "khung_gio": ("Thêm khung giờ lặp lại", STANDING, STANDING_FINER),
    "lich_ngay": ("Thêm một lượt phát", DATED, DATED_FINER),
    "ngoai_le": ("Thêm ngoại lệ", EXCEPTION, ()),
}
_ONE = {
    "doi": ("Dời một lượt phát", MOVE),
    "thay": ("Thay bài ở một lượt phát", REPLACE),
    "huy": ("Hủy một lượt phát", CANCEL),
}


# --- new rows -------------------------------------------------------------------------------------------------------


def _new_form(kind: str, values: Mapping[str, str]) -> Form:
    if kind not in _NEW:
        raise MissingError("Không có kiểu lịch này.", "Chọn lại ở màn hình Lịch phát.")
    title, asked, finer = _NEW[kind]
    back = "/lich-phat/ngoai-le" if kind == "ngoai_le" else "/lich-phat"
    return Form(title=title, asked=asked, finer=finer, values=values, kept={"kieu": kind}, back=back)


@router.get("/lich-phat/moi")
def new(
    request: Request, context: Context, person: Author, kieu: str = "lich_ngay", ngay: str = "", phat: str = ""
) -> Response:
    """An empty form, with the day or the script it was opened from."""
    today = context.now().date()
    values = {"phat": phat[:200]}
    if kieu == "lich_ngay":
        values["ngay"] = f"{max(day_of(ngay, today), today):%d/%m/%Y}"
    return show(request, context, _new_form(kieu, values))


@router.post("/lich-phat/moi")
def add(request: Request, context: Context, person: Author, posted: Posted) -> Response:
    """A new row in the station's own file."""
    kind = posted.get("kieu", "")
    form = _new_form(kind, {})
    values = written(context, chosen(posted, form.asked, form.finer))
    form = _new_form(kind, values)
    return take(
        request,
        context,
        person,
        form,
        posted,
        lambda e: e.add(kind, {key: text for key, text in values.items() if text}),
    )


# --- one airing -----------------------------------------------------------------------------------------------------


def _one_form(
    context: ConsoleContext, verb: str, airing_id: str, posted: Mapping[str, str] | None
) -> tuple[Form, Airing]:
    if verb not in _ONE:
        raise MissingError("Không có việc này.", "Chọn lại ở màn hình Lịch phát.")
    title, asked = _ONE[verb]
    shown = airing_of(context, airing_id)
    airing = shown.airing
    editor = editor_of(context)
    slot = editor.rows.slot_of(airing)
    values: Mapping[str, str]
    if posted is None:
        before = editor.rows.values(slot)
        values = {
            "phat": before.get("phat", ""),
            "cum_loa": before.get("cum_loa", ""),
            "ngay": f"{airing.planned:%d/%m/%Y}",
            "gio": f"{airing.planned:%H:%M}",
            "ly_do": "",
        }
    else:
        values = written(context, chosen(posted, asked))
    about = f"{airing.title} — {airing.planned:%H:%M} ngày {airing.planned:%d/%m/%Y}, {shown.zones}"
    back = f"/lich-phat?tuan={airing.planned.date()}"
    return Form(
        title=title, asked=asked, values=values, about=about, token=token_of(editor, slot.where, posted), back=back
    ), airing


@router.get("/lich-phat/sua/{verb}/{airing_id:path}")
def one(request: Request, context: Context, person: Author, verb: str, airing_id: str) -> Response:
    """Move, replace or cancel a single airing."""
    form, _ = _one_form(context, verb, airing_id, None)
    return show(request, context, form)


@router.post("/lich-phat/sua/{verb}/{airing_id:path}")
def change_one(
    request: Request, context: Context, person: Author, verb: str, airing_id: str, posted: Posted
) -> Response:
    """The same, previewed or written."""
    form, airing = _one_form(context, verb, airing_id, posted)
    values = form.values

    def propose(editor: CalendarEditor) -> Proposal:
        if verb == "huy":
            return editor.one.cancel(airing, values["ly_do"], token=form.token)
        if verb == "thay":
            return editor.one.replace(airing, values["phat"], values["ly_do"], token=form.token)
        changed = {key: values[key] for key in ("ngay", "gio", "phat", "cum_loa")}
        return editor.one.move(airing, changed, values["ly_do"], token=form.token)

    return take(request, context, person, form, posted, propose)


# --- exceptions and suggestions -------------------------------------------------------------------------------------


def _exception_form(
    context: ConsoleContext, number: int, posted: Mapping[str, str] | None
) -> tuple[Form, CalendarException]:
    exceptions = context.reading.files.calendar.exceptions
    if not 0 <= number < len(exceptions):
        raise MissingError("Không có ngoại lệ này.", "Danh sách vừa đổi: mở lại Lịch phát → Ngoại lệ.")
    found = exceptions[number]
    token = token_of(editor_of(context), found.where, posted)
    about = f"Ngoại lệ {found.first:%d/%m/%Y} – {found.last:%d/%m/%Y}: {found.reason}. Những lượt nó bỏ hay thay sẽ phát lại."
    return Form(title="Bỏ một ngoại lệ", asked=(), about=about, token=token, back="/lich-phat/ngoai-le"), found


@router.get("/lich-phat/bo-ngoai-le/{number}")
def exception_form(request: Request, context: Context, person: Author, number: int) -> Response:
    """What taking it away would change."""
    form, found = _exception_form(context, number, None)
    return show(request, context, form, editor_of(context).remove_exception(found))


@router.post("/lich-phat/bo-ngoai-le/{number}")
def remove_exception(request: Request, context: Context, person: Author, number: int, posted: Posted) -> Response:
    """Take it away."""
    form, found = _exception_form(context, number, posted)
    return take(request, context, person, form, posted, lambda e: e.remove_exception(found, token=form.token))


@router.get("/lich-phat/goi-y")
def suggest(request: Request, context: Context, person: Author, phat: str = "") -> Response:
    """Programmes and scripts whose id or title holds these words."""
    files = context.reading.files
    words = phat.strip().lower()[:80]
    found: list[tuple[str, str]] = []
    for ident, title in (
        *((p.id, p.title) for p in files.calendar.programmes.values()),
        *((s.id, s.title) for s in files.scripts.values()),
    ):
        if words in ident or words in title.lower():
            found.append((ident, title))
            if len(found) >= SUGGESTED:
                break
    return Response(fragment(request, "manh/goi_y.html", cac_bai=found), media_type="text/html")
