"""Templates, what every page carries (clock, lamp, menu, who is logged in), messages after a deed, redirects."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from broadcaster.adapters.people import Role
from broadcaster.domain.lunar import LunarRangeError, to_lunar
from broadcaster.present.durations import length, moment, weekday
from broadcaster.web.context import context_of
from broadcaster.web.security import person_of
from broadcaster.web.sessions import COOKIE

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuItem:
    """One entry of the menu; shown when some screen answers at ``href``."""

    href: str
    label: str
    also: tuple[str, ...] = ()
    """Other beginnings of addresses that belong to this entry."""


MENU = (
    MenuItem(href="/", label="Hôm nay", also=("/in/lich-ngay", "/kiem-tra")),
    MenuItem(href="/lich-phat", label="Lịch phát"),
    MenuItem(href="/bai-phat", label="Bài phát", also=("/soan-bai",)),
    MenuItem(href="/nhat-ky", label="Nhật ký"),
    MenuItem(href="/bao-cao", label="Báo cáo"),
    MenuItem(href="/thiet-bi", label="Thiết bị"),
    MenuItem(href="/phat-ngay", label="Phát ngay, khẩn", also=("/phat-khan",)),
    MenuItem(href="/cai-dat", label="Cài đặt"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lamp:
    """The station's state by word and shape; ``kind`` chooses the colour."""

    kind: str
    shape: str
    word: str


def lamp(status: Mapping[str, Any] | None) -> Lamp:
    """Đang phát, Lỗi, Chờ, or not running."""
    if status is None:
        return Lamp(kind="tat", shape="■", word="Trạm chưa chạy")
    if status["on_air"]:
        return Lamp(kind="phat", shape="▶", word="Đang phát")
    if status["last_problem"]:
        return Lamp(kind="loi", shape="▲", word="Lỗi: cần xử lý")
    return Lamp(kind="cho", shape="●", word="Chờ")


def lunar(day: date) -> str:
    """`15/8 âm lịch`; empty outside the computed years."""
    try:
        return f"{to_lunar(day)} âm lịch"
    except LunarRangeError:
        return ""


def ngay(value: date | datetime) -> str:
    """dd/mm/yyyy."""
    return f"{value:%d/%m/%Y}"


def gio(value: datetime) -> str:
    """24 h."""
    return f"{value:%H:%M}"


@cache
def digest_of(name: str) -> str:
    """Names the content of a static file, so that a browser keeps it until it changes."""
    return hashlib.sha256((HERE / "static" / name).read_bytes()).hexdigest()[:12]


def static(name: str) -> str:
    """The address of a static file."""
    return f"/static/{name}?v={digest_of(name)}"


@cache
def environment() -> Environment:
    """Templates escape everything; an unknown name is an error, not an empty place."""
    found = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    found.globals |= {"static": static, "Role": Role}
    found.filters |= {
        "ngay": ngay,
        "gio": gio,
        "thu": weekday,
        "luc": moment,
        "dai": length,
        "am_lich": lunar,
        "tu_chu": datetime.fromisoformat,
        "thu_ngay": lambda day: f"{weekday(datetime.combine(day, time()))} {ngay(day)}".lower(),
        "vao_url": lambda text: quote(str(text), safe=""),
    }
    return found


def render(request: Request, template: str, *, status_code: int = 200, **values: Any) -> HTMLResponse:
    """One page for whoever asks; see `_known` for what every template has."""
    known = _known(request) | {"loi_nhan": _taken(request)}
    text = environment().get_template(template).render(known | values)
    return HTMLResponse(text, status_code=status_code)


def fragment(request: Request, template: str, **values: Any) -> str:
    """A piece of a page."""
    return environment().get_template(template).render(_known(request) | values)


def _known(request: Request) -> dict[str, Any]:
    """In every template: ``nguoi`` (Person or None), ``cho_phep(*roles)``, ``csrf``, ``bay_gio`` (aware), ``den`` (Lamp),

    ``trang_thai`` (the station's status or None when it does not run), ``menu``, ``dai_ten``, ``duong_dan``.
    """
    context = context_of(request)
    person = person_of(request)
    status = context.status()
    now = context.now()
    return {
        "duong_dan": request.url.path,
        "nguoi": person,
        "cho_phep": person.may if person is not None else _nobody,
        "csrf": context.sessions.csrf(request.cookies.get(COOKIE, "")),
        "bay_gio": now,
        "trang_thai": status,
        "den": lamp(status),
        "menu": request.app.state.menu,
        "dai_ten": context.reading.files.settings.identity_on(now.date()).station,
    }


def _nobody(*_: Role) -> bool:
    return False


def flash(request: Request, text: str, kind: str = "tot") -> None:
    """A message on the next page of this session; ``kind`` is ``tot``, ``luu-y`` or ``loi``."""
    person_of(request)
    session = getattr(request.state, "session", None)
    if session is not None:
        session.flashes.append((kind, text))


def _taken(request: Request) -> list[tuple[str, str]]:
    session = getattr(request.state, "session", None)
    if session is None or request.headers.get("hx-request"):
        return []
    taken: list[tuple[str, str]] = list(session.flashes)
    session.flashes.clear()
    return taken


def redirect(request: Request, url: str) -> Response:
    """After a POST: go to a page of our own; htmx is told in its own way."""
    if request.headers.get("hx-request"):
        return Response(status_code=204, headers={"hx-redirect": url})
    return RedirectResponse(url, status_code=303)


def back_to(url: str, otherwise: str = "/") -> str:
    """A path of our own only: a link may not send a person elsewhere after logging in."""
    if url.startswith("/") and not url.startswith(("//", "/\\")) and "\\" not in url and url.isprintable():
        return url
    return otherwise
