"""Cài đặt: what the station says of itself, its people, one's own password, who did what."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from broadcaster.adapters.journal import SqlJournal
from broadcaster.adapters.journal_deeds import newest_deeds
from broadcaster.adapters.people import Person, Role, fold_login
from broadcaster.domain.problems import Problem, Severity
from broadcaster.errors import InputError
from broadcaster.station.checking import lexicon_of
from broadcaster.station.settings_editing import SETTINGS
from broadcaster.web.calendar_forms import sentence
from broadcaster.web.context import ConsoleContext
from broadcaster.web.errors import MissingError
from broadcaster.web.pages.login import keep_cookie
from broadcaster.web.rendering import flash, redirect, render
from broadcaster.web.security import Admin, Context, Someone
from broadcaster.web.sessions import COOKIE

router = APIRouter()

ROLE_WORDS = (
    (Role.VIEWER.value, "xem: xem mọi màn hình, không ra lệnh"),
    (Role.AUTHOR.value, "soạn: viết bài, xếp lịch"),
    (Role.APPROVER.value, "duyệt: nghe và duyệt bài người khác soạn"),
    (Role.OPERATOR.value, "vận hành: phát ngay, phát khẩn, phát thử, khám máy"),
    (Role.ADMIN.value, "quản trị: cài đặt của trạm, người dùng, sao lưu"),
)


@router.get("/cai-dat")
def overview(request: Request, context: Context, person: Someone) -> Response:
    """The settings as they are read from station.toml, in words, each with the way to its form."""
    settings = context.reading.files.settings
    now = context.now()
    return render(
        request,
        "cai_dat.html",
        s=settings,
        don_vi=settings.identity_on(now.date()),
        trong=sum(not value for value in settings.blanks.values()),
        so_tu=context.kept("word count", context.reading.fingerprint, lambda: _words(context)),
        loi_tep=[sentence(p) for p in context.reading.files.problems if p.where.file == SETTINGS and _wrong(p)][:20],
        lua_chon=context.options,
    )


def _words(context: ConsoleContext) -> int:
    lexicon, _ = lexicon_of(context.reading.files)
    return len(lexicon) if lexicon is not None else 0


def _wrong(problem: Problem) -> bool:
    return problem.severity is Severity.ERROR


@router.get("/cai-dat/toi")
def me(request: Request, person: Someone) -> Response:
    """One's own name, roles and password."""
    return render(request, "cai_dat_toi.html", loi={})


@router.post("/cai-dat/toi")
def change_password(
    request: Request,
    context: Context,
    person: Someone,
    cu: Annotated[str, Form()] = "",
    mat_khau: Annotated[str, Form()] = "",
    nhac_lai: Annotated[str, Form()] = "",
) -> Response:
    """A new password, by whoever knows the old one; other browsers of the same person are logged out."""
    key = f"ten:{person.login}"
    errors = {}
    if context.brake.wait_s(key) > 0:
        errors["cu"] = "Đã nhập sai nhiều lần. Đợi ít phút rồi thử lại."
    elif context.people.verify(person.login, cu) is None:
        context.brake.failed(key)
        errors["cu"] = "Mật khẩu đang dùng chưa đúng."
    elif mat_khau != nhac_lai:
        errors["nhac_lai"] = "Hai lần nhập chưa giống nhau."
    else:
        try:
            changed = context.people.set_password(person.login, mat_khau, now=context.now())
        except InputError as error:
            errors["mat_khau"] = f"{error.message} {error.hint}"
    if errors:
        return render(request, "cai_dat_toi.html", status_code=400, loi=errors)
    context.audit(person, "password_changed", "đổi mật khẩu của mình")
    context.sessions.end_all_of(person.login)
    token = context.sessions.begin(changed)
    request.state.session = context.sessions.find(token)
    flash(request, "Đã đổi mật khẩu.")
    response = redirect(request, "/cai-dat/toi")
    keep_cookie(response, context, token)
    return response


@router.get("/cai-dat/nguoi-dung")
def people(request: Request, context: Context, person: Admin) -> Response:
    """Everyone who may log in."""
    return _people(request, context)


def _people(
    request: Request,
    context: ConsoleContext,
    *,
    errors: dict[str, str] | None = None,
    kept: dict[str, object] | None = None,
) -> Response:
    return render(
        request,
        "nguoi_dung.html",
        status_code=400 if errors else 200,
        moi_nguoi=context.people.all(),
        vai_tro=ROLE_WORDS,
        loi=errors or {},
        giu=kept or {"ten": "", "ho_ten": "", "vai": []},
    )


def _roles(words: list[str] | None) -> frozenset[Role]:
    known = {role.value: role for role in Role}
    return frozenset(known[word] for word in words or [] if word in known)


@router.post("/cai-dat/nguoi-dung")
def add(
    request: Request,
    context: Context,
    person: Admin,
    ten: Annotated[str, Form(max_length=100)] = "",
    ho_ten: Annotated[str, Form(max_length=200)] = "",
    mat_khau: Annotated[str, Form(max_length=400)] = "",
    vai: Annotated[list[str] | None, Form()] = None,
) -> Response:
    """A new person."""
    try:
        made = context.people.add(login=ten, name=ho_ten, roles=_roles(vai), password=mat_khau, now=context.now())
    except InputError as error:
        field = _field_of(error)
        kept: dict[str, object] = {"ten": ten, "ho_ten": ho_ten, "vai": vai or []}
        return _people(request, context, errors={field: f"{error.message} {error.hint}"}, kept=kept)
    context.audit(person, "person_added", f"thêm người dùng {_who(made)}")
    flash(request, f"Đã thêm {made.name}. Đưa mật khẩu cho người đó và nhắc đổi ngay ở trang của mình.")
    return redirect(request, "/cai-dat/nguoi-dung")


def _field_of(error: InputError) -> str:
    text = error.message.lower()
    for word, field in (("tên đăng nhập", "ten"), ("họ tên", "ho_ten"), ("mật khẩu", "mat_khau"), ("vai trò", "vai")):
        if word in text:
            return field
    return "ten"


def _who(person: Person) -> str:
    return f"{person.name} ({person.login}; {', '.join(sorted(role.value for role in person.roles))})"


@router.get("/cai-dat/nguoi-dung/{login}")
def one(request: Request, context: Context, person: Admin, login: str) -> Response:
    """One person's page."""
    return _one(request, context, login)


def _one(request: Request, context: ConsoleContext, login: str, errors: dict[str, str] | None = None) -> Response:
    found = context.people.get(login)
    if found is None:
        raise MissingError("Không có người dùng này.", "Xem lại danh sách người dùng.")
    return render(
        request, "mot_nguoi.html", status_code=400 if errors else 200, ai=found, vai_tro=ROLE_WORDS, loi=errors or {}
    )


@router.post("/cai-dat/nguoi-dung/{login}")
def change(
    request: Request,
    context: Context,
    person: Admin,
    login: str,
    ho_ten: Annotated[str, Form(max_length=200)] = "",
    vai: Annotated[list[str] | None, Form()] = None,
    dung_duoc: Annotated[bool, Form()] = False,
) -> Response:
    """Name, roles, open or closed."""
    try:
        changed = context.people.change(login, name=ho_ten, roles=_roles(vai), active=dung_duoc)
    except InputError as error:
        return _one(request, context, login, {_field_of(error): f"{error.message} {error.hint}"})
    if not changed.active:
        context.sessions.end_all_of(changed.login)
    state = "" if changed.active else ", đóng tài khoản"
    context.audit(person, "person_changed", f"sửa người dùng {_who(changed)}{state}")
    flash(request, f"Đã lưu {changed.name}.")
    return redirect(request, "/cai-dat/nguoi-dung")


@router.post("/cai-dat/nguoi-dung/{login}/mat-khau")
def reset(
    request: Request, context: Context, person: Admin, login: str, mat_khau: Annotated[str, Form(max_length=400)] = ""
) -> Response:
    """A new password for someone who forgot it; all their browsers are logged out."""
    try:
        changed = context.people.set_password(login, mat_khau, now=context.now())
    except InputError as error:
        return _one(request, context, login, {"mat_khau": f"{error.message} {error.hint}"})
    context.sessions.end_all_of(changed.login)
    context.audit(person, "password_reset", f"đặt lại mật khẩu cho {changed.name} ({changed.login})")
    flash(request, f"Đã đặt lại mật khẩu cho {changed.name}.")
    if fold_login(login) == person.login:
        response = redirect(request, "/dang-nhap")
        response.delete_cookie(COOKIE, path="/")
        return response
    return redirect(request, "/cai-dat/nguoi-dung")


@router.get("/cai-dat/ai-lam-gi")
def deeds(request: Request, context: Context, person: Someone) -> Response:
    """The newest deeds of people and station, from the chained journal."""
    journal = context.journal
    found = newest_deeds(journal) if isinstance(journal, SqlJournal) else ()
    return render(request, "ai_lam_gi.html", viec_lam=found)
