"""Who asks, whether they may, and whether the request is truly theirs."""

import hmac
from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Request

from broadcaster.adapters.people import Person, Role
from broadcaster.web.context import ConsoleContext, context_of
from broadcaster.web.errors import ForbiddenError, LoginNeededError
from broadcaster.web.sessions import COOKIE


def person_of(request: Request, *, touch: bool = True) -> Person | None:
    """Who asks, or None; an account closed or given a new password since is nobody.

    With ``touch`` False the session does not count as used: a page left open must not keep it alive for ever.
    """
    if hasattr(request.state, "person"):
        found: Person | None = request.state.person
        return found
    context = context_of(request)
    session = context.sessions.find(request.cookies.get(COOKIE, ""), touch=touch)
    person = context.people.get(session.login) if session is not None else None
    if person is not None and session is not None and (not person.active or person.changed != session.password_of):
        person, session = None, None
    request.state.person = person
    request.state.session = session if person is not None else None
    return person


def require(*roles: Role) -> Callable[[Request], Awaitable[Person]]:
    """A dependency: the person who asks, if logged in and holding any of ``roles`` (none named: anyone logged in)."""

    async def person(request: Request) -> Person:
        found = person_of(request)
        if found is None:
            raise LoginNeededError
        if roles and not found.may(*roles):
            words = " hoặc ".join(role.value for role in roles)
            raise ForbiddenError(
                f"Việc này cần vai trò {words}.", "Nhờ người quản trị giao vai trò ở Cài đặt → Người dùng."
            )
        return found

    return person


async def guard(request: Request) -> None:
    """For every request of the console: what changes anything carries the token of its own session. Raises ForbiddenError."""
    if request.method in {"GET", "HEAD", "OPTIONS"}:
        return
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        raise ForbiddenError("Lệnh này gửi từ một trang khác nên không được nhận.", "Mở lại trang rồi làm lại.")
    given = request.headers.get("x-csrf-token", "")
    if not given and request.headers.get("content-type", "").startswith(
        ("application/x-www-form-urlencoded", "multipart/form-data")
    ):
        field_value = (await request.form()).get("_csrf")
        given = field_value if isinstance(field_value, str) else ""
    cookie = request.cookies.get(COOKIE, "")
    wanted = context_of(request).sessions.csrf(cookie)
    if not cookie or not hmac.compare_digest(given.encode(), wanted.encode()):
        raise ForbiddenError(
            "Trang này đã cũ hoặc không phải do bảng điều khiển gửi, nên lệnh chưa được nhận.",
            "Tải lại trang (phím F5) rồi làm lại.",
        )


Someone = Annotated[Person, Depends(require())]
"""Anyone logged in."""
Author = Annotated[Person, Depends(require(Role.AUTHOR))]
Approver = Annotated[Person, Depends(require(Role.APPROVER))]
Operator = Annotated[Person, Depends(require(Role.OPERATOR))]
Admin = Annotated[Person, Depends(require(Role.ADMIN))]
Insider = Annotated[Person, Depends(require(Role.AUTHOR, Role.APPROVER, Role.OPERATOR, Role.ADMIN))]
"""Everyone but an onlooker: who may ask for what takes the machine's time."""
Context = Annotated[ConsoleContext, Depends(context_of)]
