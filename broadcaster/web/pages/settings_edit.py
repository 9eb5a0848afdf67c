"""Cài đặt, phần sửa được: every form shows first what changes on air and which scripts change; only then is anything written."""

from collections.abc import Callable, Mapping

from fastapi import APIRouter, Request
from fastapi.responses import Response

from broadcaster.adapters.day_fields import parse_date
from broadcaster.adapters.fields import FieldError
from broadcaster.adapters.people import Person
from broadcaster.ports_editing import ConflictError
from broadcaster.present.calendar_changes import summary
from broadcaster.station.proposals import Proposal
from broadcaster.station.settings_editing import IDENTITY, POLICY, WINDOW, ZONE, SettingsEditor
from broadcaster.web.calendar_data import desk_of, signature
from broadcaster.web.calendar_forms import Posted, at_fields, chosen, elsewhere, said, warnings
from broadcaster.web.conflict_page import as_written, conflict_page
from broadcaster.web.context import ConsoleContext
from broadcaster.web.errors import MissingError
from broadcaster.web.rendering import flash, redirect, render
from broadcaster.web.security import Admin, Context, Someone
from broadcaster.web.settings_forms import ASKED, CHOICES, NEW_IDENTITY, NEW_ZONE, SettingsForm

router = APIRouter()

SHOWN_SCRIPTS = 40
_SECTIONS = {"don-vi": IDENTITY, "khung-phat": WINDOW, "cum-loa": ZONE, "quy-dinh": POLICY}
_TITLES = {IDENTITY: "Sửa đơn vị", WINDOW: "Sửa khung phát", ZONE: "Sửa cụm loa", POLICY: "Quy định phát"}
_ABOUT = {
    IDENTITY: "Sửa ở đây đổi cả giấy tờ in lại của những ngày tên này đang dùng. Phường đổi tên thì đừng sửa ở đây: "
    "dùng «Tên mới từ một ngày» để giấy tờ cũ giữ tên cũ.",
    WINDOW: "Lượt phát thường phải nằm trong các khung này. Muốn thu hẹp một khung thì dời các lượt sẽ nằm ngoài trước.",
    ZONE: "",
    POLICY: "",
}


def editor_of(context: ConsoleContext) -> SettingsEditor:
    """An editor over the newest reading."""
    return desk_of(context).settings(context.reading, context.now())


# --- lists ------------------------------------------------------------------------------------------------------------


@router.get("/cai-dat/don-vi")
def identities(request: Request, context: Context, person: Someone) -> Response:
    """Every name the station has borne, the past ones as they were."""
    editor = editor_of(context)
    rows = [{"so": n, "dong": row, "qua": editor.over(n)} for n, row in enumerate(editor.rows(IDENTITY))]
    return render(request, "cai_dat_don_vi.html", cac_ten=rows)


# --- one table --------------------------------------------------------------------------------------------------------


@router.get("/cai-dat/muc/{slug}/moi")
def new(request: Request, context: Context, person: Admin, slug: str) -> Response:
    """An empty form for one more window or zone, or the name from a day on, begun from the one in force."""
    return _show(request, context, _new_form(context, _section(slug)))


@router.post("/cai-dat/muc/{slug}/moi")
def add(request: Request, context: Context, person: Admin, slug: str, posted: Posted) -> Response:
    """One more."""
    section = _section(slug)
    form = _filled(_new_form(context, section), posted)
    if section == IDENTITY:
        return _take(request, context, person, form, posted, lambda e: _succeed(e, form.values))
    return _take(request, context, person, form, posted, lambda e: e.add(section, form.values))


@router.get("/cai-dat/muc/{slug}/{number}")
def edit(request: Request, context: Context, person: Admin, slug: str, number: int) -> Response:
    """One table as a form."""
    return _show(request, context, _form(context, _section(slug), number))


@router.post("/cai-dat/muc/{slug}/{number}")
def change(request: Request, context: Context, person: Admin, slug: str, number: int, posted: Posted) -> Response:
    """Fields of one table."""
    section = _section(slug)
    form = _filled(_form(context, section, number), posted)
    return _take(
        request, context, person, form, posted, lambda e: e.change(section, number, form.values, token=form.token)
    )


@router.get("/cai-dat/muc/{slug}/{number}/bo")
def ask_removal(request: Request, context: Context, person: Admin, slug: str, number: int) -> Response:
    """What follows when a window goes."""
    form = _removal(context, slug, number)
    return _show(request, context, form, editor_of(context).remove(WINDOW, number))


@router.post("/cai-dat/muc/{slug}/{number}/bo")
def remove(request: Request, context: Context, person: Admin, slug: str, number: int, posted: Posted) -> Response:
    """A window goes."""
    form = _filled(_removal(context, slug, number), posted)
    return _take(request, context, person, form, posted, lambda e: e.remove(WINDOW, number, token=form.token))


def _section(slug: str) -> str:
    if slug not in _SECTIONS:
        raise MissingError("Không có mục cài đặt này.", "Chọn lại ở trang Cài đặt.")
    return _SECTIONS[slug]


def _row(context: ConsoleContext, section: str, number: int) -> tuple[Mapping[str, str], str]:
    editor = editor_of(context)
    if section != POLICY and not 0 <= number < len(editor.rows(section)):
        raise MissingError("Mục này không còn trong cài đặt.", "Tải lại trang Cài đặt để thấy bản mới.")
    return editor.row(section, number), editor.token(section, number)


def _form(context: ConsoleContext, section: str, number: int) -> SettingsForm:
    values, token = _row(context, section, number)
    about = _ABOUT[section]
    if section == ZONE:
        about = f"Mã cụm: {values['ma']}. Mã không đổi, vì lịch phát và nhật ký gọi cụm bằng mã."
    back = "/cai-dat/don-vi" if section == IDENTITY else "/cai-dat"
    return SettingsForm(
        title=_TITLES[section], asked=ASKED[section], values=values, about=about, token=token, back=back
    )


def _new_form(context: ConsoleContext, section: str) -> SettingsForm:
    if section == IDENTITY:
        editor = editor_of(context)
        rows = editor.rows(IDENTITY)
        values = {**(rows[-1] if rows else {}), "tu": "", "den": ""}
        about = "Từ ngày ghi dưới đây, giấy tờ và lời xướng mang tên mới. Giấy tờ của những ngày trước giữ tên cũ."
        back = "/cai-dat/don-vi"
        return SettingsForm(title="Tên mới từ một ngày", asked=NEW_IDENTITY, values=values, about=about, back=back)
    if section == WINDOW:
        return SettingsForm(
            title="Thêm khung phát", asked=ASKED[WINDOW], values={"thu": "hằng ngày"}, about=_ABOUT[WINDOW]
        )
    if section == ZONE:
        return SettingsForm(
            title="Thêm cụm loa", asked=NEW_ZONE, values={"bat": "có", "am_luong_db": "0", "bu_tre_ms": "0"}
        )
    raise MissingError("Không thêm được mục này.", "Chọn lại ở trang Cài đặt.")


def _removal(context: ConsoleContext, slug: str, number: int) -> SettingsForm:
    if _section(slug) != WINDOW:
        raise MissingError("Mục này không bỏ được.", "Cụm loa không dùng nữa thì tạm tắt.")
    values, token = _row(context, WINDOW, number)
    about = f"Bỏ khung «{values['ten']}» ({values['tu']}–{values['den']})."
    return SettingsForm(title="Bỏ khung phát", asked=(), values={}, about=about, token=token, does="Bỏ khung này")


def _filled(form: SettingsForm, posted: Mapping[str, str]) -> SettingsForm:
    """The form as it was sent."""
    values = chosen(posted, form.asked)
    return SettingsForm(
        title=form.title,
        asked=form.asked,
        values=values,
        about=form.about,
        token=posted.get("the", ""),
        back=form.back,
        does=form.does,
    )


def _succeed(editor: SettingsEditor, values: Mapping[str, str]) -> Proposal:
    typed = values.get("tu", "")
    try:
        since = parse_date(typed) if typed else None
    except FieldError:
        since = None
    return editor.succeed(values, since)


# --- showing and taking -----------------------------------------------------------------------------------------------


def _show(
    request: Request,
    context: ConsoleContext,
    form: SettingsForm,
    proposal: Proposal | None = None,
    *,
    status_code: int = 200,
) -> Response:
    problems = proposal.problems if proposal is not None else ()
    text = ""
    if proposal is not None and proposal.first is not None and proposal.last is not None:
        text = summary(proposal.diff, proposal.first, proposal.last)
    return render(
        request,
        "cai_dat_sua.html",
        status_code=status_code,
        form=form,
        lua_chon=CHOICES,
        loi=at_fields(problems, form.keys),
        loi_chung=elsewhere(problems, form.keys),
        canh_bao=warnings(problems),
        de_nghi=proposal,
        cau=said(proposal) if proposal is not None else [],
        tom_tat=text,
        doi_loi=rewritten(context, proposal),
    )


def rewritten(context: ConsoleContext, proposal: Proposal | None) -> list[tuple[str, str]]:
    """Id and title of the scripts that get other words."""
    scripts = context.reading.files.scripts
    return [(i, scripts[i].title) for i in proposal.rewritten if i in scripts] if proposal is not None else []


def _take(
    request: Request,
    context: ConsoleContext,
    person: Person,
    form: SettingsForm,
    posted: Mapping[str, str],
    propose: Callable[[SettingsEditor], Proposal],
) -> Response:
    """Preview, or write when that was asked and nothing is wrong; a conflict shows both versions."""
    editor = editor_of(context)
    try:
        proposal = propose(editor)
        if posted.get("buoc") != "ghi" or not proposal.sound:
            wrong = proposal.problems and not proposal.sound
            return _show(request, context, form, proposal, status_code=422 if wrong else 200)
        context.audit(person, "settings_edited", proposal.why)
        edit = editor.write(proposal, by=signature(person))
    except ConflictError as conflict:
        return both_versions(request, conflict, sent=form.values, back=form.back)
    context.refresh()
    flash(request, f"Đã lưu: {proposal.why}. Cần thì hoàn tác ở Lịch sử sửa (lần {edit.number}).")
    return redirect(request, form.back)


def both_versions(request: Request, error: ConflictError, *, sent: Mapping[str, str], back: str) -> Response:
    """Sending mine again begins from what stands there now."""
    sides = [as_written(c) for c in error.conflicts]
    return conflict_page(request, sides, sent={**sent, "the": "", "buoc": "xem"}, back=back)
