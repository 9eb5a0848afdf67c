"""Lần đầu: a one-time link, printed on the station's own machine, sets the first password. There is no default one."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from broadcaster.adapters.people import Role
from broadcaster.errors import InputError
from broadcaster.web.context import ConsoleContext
from broadcaster.web.errors import ForbiddenError
from broadcaster.web.pages.login import keep_cookie
from broadcaster.web.rendering import flash, redirect, render
from broadcaster.web.security import Context
from broadcaster.web.sessions import COOKIE, new_token

router = APIRouter()

FIRST_ROLES = frozenset({Role.ADMIN, Role.AUTHOR, Role.APPROVER, Role.OPERATOR})
"""The first person may do everything but approve what he or she wrote, and is asked to bring in a second person."""


def _allow(context: ConsoleContext, code: str) -> None:
    if context.people.all():
        raise ForbiddenError("Đường dẫn này chỉ dùng một lần và đã dùng rồi.", "Đăng nhập như thường lệ.")
    if not context.first_run.holds(code):
        raise ForbiddenError(
            "Đường dẫn này sai hoặc đã quá 15 phút.",
            "Trên máy của trạm, tắt rồi chạy lại “broadcaster console” để có đường dẫn mới.",
        )


@router.get("/lan-dau")
def form(request: Request, context: Context, ma: str = "") -> Response:
    """Asks for the first person's name and password."""
    _allow(context, ma)
    return _page(request, context, code=ma)


def _page(
    request: Request, context: ConsoleContext, *, code: str, error: str = "", name: str = "", login: str = ""
) -> Response:
    token = request.cookies.get(COOKIE) or new_token()
    response = render(
        request,
        "lan_dau.html",
        status_code=400 if error else 200,
        csrf=context.sessions.csrf(token),
        ma=code,
        loi=error,
        ho_ten=name,
        ten=login,
    )
    keep_cookie(response, context, token)
    return response


@router.post("/lan-dau")
def create(
    request: Request,
    context: Context,
    ma: Annotated[str, Form()] = "",
    ho_ten: Annotated[str, Form()] = "",
    ten: Annotated[str, Form()] = "",
    mat_khau: Annotated[str, Form()] = "",
    nhac_lai: Annotated[str, Form()] = "",
) -> Response:
    """Make the first person and log in."""
    _allow(context, ma)
    if mat_khau != nhac_lai:
        return _page(request, context, code=ma, error="Hai lần nhập mật khẩu chưa giống nhau.", name=ho_ten, login=ten)
    try:
        person = context.people.add(login=ten, name=ho_ten, roles=FIRST_ROLES, password=mat_khau, now=context.now())
    except InputError as error:
        return _page(request, context, code=ma, error=f"{error.message} {error.hint}", name=ho_ten, login=ten)
    context.first_run.close()
    context.audit(person, "first_person", "lập người dùng đầu tiên")
    token = context.sessions.begin(person)
    request.state.session = context.sessions.find(token)
    request.state.person = person
    flash(
        request,
        "Đã lập người quản trị. Hãy thêm người thứ hai ở Cài đặt → Người dùng: người soạn không tự duyệt bài của mình.",
    )
    response = redirect(request, "/")
    keep_cookie(response, context, token)
    return response
