"""Sửa lịch: every form shows first what would change on air and what is wrong; only then is anything written."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from broadcaster.adapters.people import Person
from broadcaster.domain.calendar import Slot
from broadcaster.ports_editing import ConflictError
from broadcaster.present.calendar_changes import summary
from broadcaster.station.editing import CalendarEditor
from broadcaster.station.proposals import Proposal
from broadcaster.web.calendar_data import day_of, desk_of, signature
from broadcaster.web.calendar_forms import (
    CANCEL,
    DATED,
    DATED_FINER,
    END,
    EXCEPTION,
    MOVE,
    REPLACE,
    STANDING,
    STANDING_FINER,
    Asked,
    Posted,
    at_fields,
    chosen,
    elsewhere,
    said,
    warnings,
)
from broadcaster.web.calendar_plan import airing_of
from broadcaster.web.context import ConsoleContext
from broadcaster.web.errors import MissingError
from broadcaster.web.rendering import flash, fragment, redirect, render
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One edit on screen: its fields, what they hold, and the row it began from (``token``)."""

    title: str
    asked: tuple[Asked, ...]
    finer: tuple[Asked, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    about: str = ""
    token: str = ""
    kept: Mapping[str, str] = field(default_factory=dict)
    back: str = "/lich-phat"

    @property
    def keys(self) -> set[str]:
        """The fields it shows."""
        return {a.key for a in (*self.asked, *self.finer)}


def _editor(context: ConsoleContext) -> CalendarEditor:
    return desk_of(context).calendar(context.reading, context.now())


# --- showing and taking ---------------------------------------------------------------------------------------------


def _show(
    request: Request, context: ConsoleContext, form: Form, proposal: Proposal | None = None, *, status_code: int = 200
) -> Response:
    problems = proposal.problems if proposal is not None else ()
    text = ""
    if proposal is not None and proposal.first is not None and proposal.last is not None:
        text = summary(proposal.diff, proposal.first, proposal.last)
    return render(
        request,
        "lich_sua.html",
        status_code=status_code,
        form=form,
        loi=at_fields(problems, form.keys),
        loi_chung=elsewhere(problems, form.keys),
        canh_bao=warnings(problems),
        de_nghi=proposal,
        cau=said(proposal) if proposal is not None else [],
        tom_tat=text,
        cac_cum=[(z.id, z.name) for z in context.reading.files.settings.zones],
    )


def _take(
    request: Request,
    context: ConsoleContext,
    person: Person,
    form: Form,
    posted: Mapping[str, str],
    propose: Callable[[CalendarEditor], Proposal],
) -> Response:
    """Preview, or write when that was asked and nothing is wrong; a conflict shows both versions."""
    editor = _editor(context)
    try:
        proposal = propose(editor)
        if posted.get("buoc") != "ghi" or not proposal.sound:
            bad = proposal.problems and not proposal.sound
            return _show(request, context, form, proposal, status_code=422 if bad else 200)
        context.audit(person, "calendar_edited", proposal.why)
        edit = editor.write(proposal, by=signature(person))
    except ConflictError as conflict:
        return _conflict(request, context, form, conflict)
    context.refresh()
    flash(request, f"Đã ghi: {proposal.why}. Cần thì hoàn tác ở Lịch sử sửa (lần {edit.number}).")
    return redirect(request, form.back)


def _conflict(request: Request, context: ConsoleContext, form: Form, error: ConflictError) -> Response:
    return render(
        request,
        "xung_dot.html",
        status_code=409,
        cac_xung_dot=[
            {
                "ten": c.name,
                "ho": (c.theirs or b"").decode("utf-8", "replace")[:20_000],
                "cua_toi": "\n".join(f"{k}: {v}" for k, v in form.values.items() if v),
                "boi": c.by,
                "luc": c.at,
            }
            for c in error.conflicts
        ],
        gui={**form.values, **form.kept, "the": "", "buoc": "xem"},
        ve=form.back,
    )


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
    return _show(request, context, _new_form(kieu, values))


@router.post("/lich-phat/moi")
def add(request: Request, context: Context, person: Author, posted: Posted) -> Response:
    """A new row in the station's own file."""
    kind = posted.get("kieu", "")
    form = _new_form(kind, {})
    values = chosen(posted, form.asked, form.finer)
    form = _new_form(kind, values)
    return _take(request, context, person, form, posted, lambda e: e.add(kind, _written(values)))


# --- one airing -----------------------------------------------------------------------------------------------------


def _one_form(context: ConsoleContext, verb: str, airing_id: str, posted: Mapping[str, str] | None) -> tuple[Form, Any]:
    if verb not in _ONE:
        raise MissingError("Không có việc này.", "Chọn lại ở màn hình Lịch phát.")
    title, asked = _ONE[verb]
    shown = airing_of(context, airing_id)
    airing = shown.airing
    editor = _editor(context)
    slot = editor.slot_of(airing)
    values: Mapping[str, str]
    if posted is None:
        before = editor.values(slot)
        values = {
            "phat": before.get("phat", ""),
            "cum_loa": before.get("cum_loa", ""),
            "ngay": f"{airing.planned:%d/%m/%Y}",
            "gio": f"{airing.planned:%H:%M}",
            "ly_do": "",
        }
        token = editor.token(slot.where)
    else:
        values = chosen(posted, asked)
        token = posted.get("the", "")
    about = f"{airing.title} — {airing.planned:%H:%M} ngày {airing.planned:%d/%m/%Y}, {shown.zones}"
    back = f"/lich-phat?tuan={airing.planned.date()}"
    return Form(title=title, asked=asked, values=values, about=about, token=token, back=back), airing


@router.get("/lich-phat/sua/{verb}/{airing_id:path}")
def one(request: Request, context: Context, person: Author, verb: str, airing_id: str) -> Response:
    """Move, replace or cancel a single airing."""
    form, _ = _one_form(context, verb, airing_id, None)
    return _show(request, context, form)


@router.post("/lich-phat/sua/{verb}/{airing_id:path}")
def change_one(
    request: Request, context: Context, person: Author, verb: str, airing_id: str, posted: Posted
) -> Response:
    """The same, previewed or written."""
    form, airing = _one_form(context, verb, airing_id, posted)
    values = form.values

    def propose(editor: CalendarEditor) -> Proposal:
        if verb == "huy":
            return editor.cancel_one(airing, values["ly_do"], token=form.token)
        if verb == "thay":
            return editor.replace_one(airing, values["phat"], values["ly_do"], token=form.token)
        changed = {key: values[key] for key in ("ngay", "gio", "phat", "cum_loa")}
        return editor.move_one(airing, changed, values["ly_do"], token=form.token)

    return _take(request, context, person, form, posted, propose)


# --- a standing rule ------------------------------------------------------------------------------------------------


def _slot(context: ConsoleContext, slot_id: str) -> Slot:
    found = _editor(context).slot(slot_id)
    if found is None:
        raise MissingError(f"Không có khung giờ «{slot_id[:60]}».", "Xem danh sách ở Lịch phát → Các khung giờ.")
    return found


def _slot_form(context: ConsoleContext, slot: Slot, since: date | None, posted: Mapping[str, str] | None) -> Form:
    editor = _editor(context)
    asked = tuple(a for a in STANDING if a.key != "ma" and not (since is not None and a.key == "tu"))
    title = f"Sửa khung giờ «{slot.id}»" + (f" từ {since:%d/%m/%Y}" if since is not None else "")
    about = f"Ghi ở {slot.where}."
    if since is not None:
        about += f" Từ trước đến hết ngày {since:%d/%m/%Y} không kể ngày ấy, lịch giữ như cũ."
    elif not editor.editable(slot.where):
        about += (
            " Tệp này của cán bộ, chương trình không sửa: thay đổi áp dụng từ hôm nay, ghi vào schedules/tram.yaml."
        )
    values = editor.values(slot) if posted is None else {**chosen(posted, asked, STANDING_FINER)}
    return Form(
        title=title,
        asked=asked,
        finer=STANDING_FINER,
        values=values,
        about=about,
        token=editor.token(slot.where) if posted is None else posted.get("the", ""),
        kept={"tu_ngay": since.isoformat()} if since is not None else {},
        back="/lich-phat/khung",
    )


@router.get("/lich-phat/khung/{slot_id}")
def slot_form(request: Request, context: Context, person: Author, slot_id: str, tu: str = "") -> Response:
    """A standing rule; with ``tu`` the change begins that day."""
    slot = _slot(context, slot_id)
    since = max(day_of(tu, context.now().date()), context.now().date()) if tu else None
    return _show(request, context, _slot_form(context, slot, since, None))


@router.post("/lich-phat/khung/{slot_id}")
def change_slot(request: Request, context: Context, person: Author, slot_id: str, posted: Posted) -> Response:
    """The whole rule, or from a day on."""
    slot = _slot(context, slot_id)
    begun = posted.get("tu_ngay", "")
    since = day_of(begun, context.now().date()) if begun else None
    form = _slot_form(context, slot, since, posted)
    before = _editor(context).values(slot)
    values = {**before, **form.values}

    def propose(editor: CalendarEditor) -> Proposal:
        if since is None:
            return editor.change_slot(slot, values, token=form.token)
        return editor.change_from(slot, _written(values), since, token=form.token)

    return _take(request, context, person, form, posted, propose)


def _end_form(context: ConsoleContext, slot: Slot, posted: Mapping[str, str] | None, since: str) -> Form:
    today = context.now().date()
    values = {"tu": f"{max(day_of(since, today), today):%d/%m/%Y}"} if posted is None else chosen(posted, END)
    editor = _editor(context)
    return Form(
        title=f"Thôi phát khung giờ «{slot.id}»",
        asked=END,
        values=values,
        about="Những ngày trước đó và nhật ký không đổi. Hoàn tác được ở Lịch sử sửa.",
        token=editor.token(slot.where) if posted is None else posted.get("the", ""),
        back="/lich-phat/khung",
    )


@router.get("/lich-phat/thoi/{slot_id}")
def end_form(request: Request, context: Context, person: Author, slot_id: str, tu: str = "") -> Response:
    """From which day, and why."""
    return _show(request, context, _end_form(context, _slot(context, slot_id), None, tu))


@router.post("/lich-phat/thoi/{slot_id}")
def end(request: Request, context: Context, person: Author, slot_id: str, posted: Posted) -> Response:
    """A rule ends, with its reason."""
    slot = _slot(context, slot_id)
    form = _end_form(context, slot, posted, "")
    try:
        since = datetime.strptime(form.values["tu"], "%d/%m/%Y").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return render_wrong_day(request, context, form)
    return _take(
        request,
        context,
        person,
        form,
        posted,
        lambda e: e.end_slot(slot, since, form.values["ly_do"], token=form.token),
    )


def render_wrong_day(request: Request, context: ConsoleContext, form: Form) -> Response:
    """The day could not be read."""
    wrong = _editor(context).add("lich_ngay", {"ngay": form.values["tu"], "gio": "06:00", "phat": "x"})
    problems = tuple(p for p in wrong.problems if p.where.cell == "ngay")
    told = {"tu": problems[0].message + " " + problems[0].hint} if problems else {"tu": "Ghi ngày/tháng/năm."}
    return render(
        request,
        "lich_sua.html",
        status_code=422,
        form=form,
        loi=told,
        loi_chung=[],
        canh_bao=[],
        de_nghi=None,
        cau=[],
        tom_tat="",
        cac_cum=[],
    )


# --- exceptions and suggestions -------------------------------------------------------------------------------------


def _exception_form(context: ConsoleContext, number: int, posted: Mapping[str, str] | None) -> tuple[Form, Any]:
    exceptions = context.reading.files.calendar.exceptions
    if not 0 <= number < len(exceptions):
        raise MissingError("Không có ngoại lệ này.", "Danh sách vừa đổi: mở lại Lịch phát → Ngoại lệ.")
    found = exceptions[number]
    token = _editor(context).token(found.where) if posted is None else posted.get("the", "")
    about = f"Ngoại lệ {found.first:%d/%m/%Y} – {found.last:%d/%m/%Y}: {found.reason}. Những lượt nó bỏ hay thay sẽ phát lại."
    return Form(title="Bỏ một ngoại lệ", asked=(), about=about, token=token, back="/lich-phat/ngoai-le"), found


@router.get("/lich-phat/bo-ngoai-le/{number}")
def exception_form(request: Request, context: Context, person: Author, number: int) -> Response:
    """What taking it away would change."""
    form, found = _exception_form(context, number, None)
    return _show(request, context, form, _editor(context).remove_exception(found))


@router.post("/lich-phat/bo-ngoai-le/{number}")
def remove_exception(request: Request, context: Context, person: Author, number: int, posted: Posted) -> Response:
    """Take it away."""
    form, found = _exception_form(context, number, posted)
    return _take(request, context, person, form, posted, lambda e: e.remove_exception(found, token=form.token))


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


def _written(values: Mapping[str, str]) -> dict[str, str]:
    return {key: text for key, text in values.items() if text}
