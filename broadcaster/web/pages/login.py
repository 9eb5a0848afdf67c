"""Đăng nhập, đăng xuất."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from broadcaster.adapters.people import fold_login
from broadcaster.web.context import ConsoleContext
from broadcaster.web.rendering import back_to, redirect, render
from broadcaster.web.security import Context, Someone, person_of
from broadcaster.web.sessions import COOKIE, new_token

router = APIRouter()


@router.get("/dang-nhap")
def form(request: Request, context: Context, tiep: str = "/") -> Response:
    """The login page; where nobody has an account yet, the way to the first one."""
    if person_of(request) is not None:
        return redirect(request, back_to(tiep))
    return _page(request, context, tiep=tiep)


def _page(
    request: Request, context: ConsoleContext, *, tiep: str, error: str = "", login: str = "", status_code: int = 200
) -> Response:
    token = request.cookies.get(COOKIE) or new_token()
    response = render(
        request,
        "dang_nhap.html",
        status_code=status_code,
        csrf=context.sessions.csrf(token),
        tiep=back_to(tiep),
        loi=error,
        ten=login,
        co_nguoi=bool(context.people.all()),
    )
    keep_cookie(response, context, token)
    return response


def keep_cookie(response: Response, context: ConsoleContext, token: str) -> None:
    """The one cookie: not for scripts, not for other sites, gone when the browser closes."""
    response.set_cookie(COOKIE, token, httponly=True, samesite="strict", secure=context.options.encrypted, path="/")


@router.post("/dang-nhap")
def login(
    request: Request,
    context: Context,
    ten: Annotated[str, Form(max_length=100)] = "",
    mat_khau: Annotated[str, Form(max_length=1000)] = "",
    tiep: Annotated[str, Form(max_length=500)] = "/",
) -> Response:
    """A right password begins a session; wrong ones slow down the next try, for the name and for the address."""
    address = request.client.host if request.client is not None else "?"
    keys = (f"ten:{fold_login(ten)}", f"tu:{address}")
    wait = context.brake.wait_s(*keys)
    if wait > 0:
        minutes = f"{round(wait / 60)} phút" if wait > 90 else f"{round(wait)} giây"
        text = f"Đã nhập sai nhiều lần. Đợi {minutes} rồi thử lại; quên mật khẩu thì nhờ người quản trị đặt lại."
        return _page(request, context, tiep=tiep, error=text, login=ten, status_code=429)
    person = context.people.verify(ten, mat_khau)
    if person is None:
        if context.brake.failed(*keys):
            context.audit("", "login_braked", f"nhập sai mật khẩu nhiều lần từ {address}")
        text = "Tên đăng nhập hoặc mật khẩu chưa đúng. Kiểm tra phím Caps Lock và bộ gõ tiếng Việt."
        return _page(request, context, tiep=tiep, error=text, login=ten, status_code=403)
    context.brake.passed(keys[0])
    context.audit(person, "login", f"đăng nhập từ {address}")
    context.sessions.end(request.cookies.get(COOKIE, ""))
    response = redirect(request, back_to(tiep))
    keep_cookie(response, context, context.sessions.begin(person))
    return response


@router.post("/dang-xuat")
def logout(request: Request, context: Context, person: Someone) -> Response:
    """End this session."""
    context.sessions.end(request.cookies.get(COOKIE, ""))
    context.audit(person, "logout", "đăng xuất")
    response = redirect(request, "/dang-nhap")
    response.delete_cookie(COOKIE, path="/")
    return response
