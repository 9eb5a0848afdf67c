"""The application: every screen found in `pages`, one guard before all of them, one boundary behind them."""

import importlib
import logging
import pkgutil
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from urllib.parse import quote

from anyio.to_thread import current_default_thread_limiter
from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import Scope

from broadcaster.errors import BroadcasterError, InputError, RecordError
from broadcaster.web import pages
from broadcaster.web.context import ConsoleContext
from broadcaster.web.errors import LoginNeededError, PageError
from broadcaster.web.middleware import Strict
from broadcaster.web.rendering import HERE, MENU, MenuItem, render
from broadcaster.web.security import guard

log = logging.getLogger(__name__)

THREADS = 8
"""Pages are made in threads; a crowd waits in line instead of taking the machine from the player."""


class _KeptFiles(StaticFiles):
    """Static files named by their content: a browser may keep them for ever."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file; kept only when the address names its content."""
        response = await super().get_response(path, scope)
        if response.status_code == 200:
            kept = b"v=" in scope.get("query_string", b"")
            response.headers["cache-control"] = "public, max-age=31536000, immutable" if kept else "no-cache"
        return response


def create_app(context: ConsoleContext) -> FastAPI:
    """The console of one station; the caller serves it and the application closes the context when it stops."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        current_default_thread_limiter().total_tokens = THREADS
        context.start(_in_thread)
        yield
        context.close()

    app = FastAPI(
        title="broadcaster",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=lifespan,
        dependencies=[Depends(guard)],
    )
    app.state.context = context
    app.add_middleware(Strict, names=context.options.names)
    app.mount("/static", _KeptFiles(directory=HERE / "static"), name="static")
    paths: set[str] = set()
    for router in _routers():
        app.include_router(router)
        paths |= {getattr(route, "path", "") for route in router.routes}
    app.state.menu = tuple(item for item in MENU if item.href in paths)
    _boundary(app)
    return app


def _in_thread(task: Callable[[], None]) -> None:
    threading.Thread(target=task, name="readings", daemon=True).start()


def _routers() -> list[APIRouter]:
    found: list[APIRouter] = []
    for module in sorted(m.name for m in pkgutil.iter_modules(pages.__path__)):
        router = getattr(importlib.import_module(f"{pages.__name__}.{module}"), "router", None)
        if isinstance(router, APIRouter):
            found.append(router)
    return found


def _boundary(app: FastAPI) -> None:
    """Every error becomes a page in Vietnamese with the way out; what nobody foresaw is logged with its traceback."""

    @app.exception_handler(LoginNeededError)
    def login(request: Request, _: Exception) -> Response:
        where = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        after = f"?tiep={quote(where)}" if request.method == "GET" and where != "/" else ""
        if request.headers.get("hx-request"):
            return Response(status_code=401, headers={"hx-redirect": "/dang-nhap"})
        return RedirectResponse(f"/dang-nhap{after}", status_code=303)

    @app.exception_handler(PageError)
    def refused(request: Request, error: Exception) -> Response:
        if not isinstance(error, PageError):
            raise error
        return _page(request, error.status, error.title, error.message, error.hint)

    @app.exception_handler(BroadcasterError)
    def failed(request: Request, error: Exception) -> Response:
        if not isinstance(error, BroadcasterError):
            raise error
        status, title = (503, "Nhật ký chưa dùng được") if isinstance(error, RecordError) else (400, "Chưa làm được")
        problems = error.problems if isinstance(error, InputError) else ()
        lines = [f"{p.where}: {p.message}" for p in problems[:20]]
        return _page(request, status, title, error.message, error.hint, lines)

    @app.exception_handler(RequestValidationError)
    def malformed(request: Request, _: Exception) -> Response:
        message = "Trang gửi lên thiếu hoặc sai một ô."
        return _page(request, 400, "Chưa làm được", message, "Quay lại trang trước, điền đủ các ô rồi làm lại.")

    @app.exception_handler(HTTPException)
    def http(request: Request, error: Exception) -> Response:
        code = error.status_code if isinstance(error, HTTPException) else 500
        message, hint = _HTTP.get(code, ("Máy chủ không hiểu yêu cầu này.", "Quay lại trang trước rồi làm lại."))
        return _page(request, code, "Không tìm thấy" if code == 404 else "Chưa làm được", message, hint)

    @app.exception_handler(ClientDisconnect)
    def gone(_: Request, __: Exception) -> Response:
        # nobody is there to read it: a page that asks again, or was left, breaks off what it was sending
        return Response(status_code=400)

    @app.exception_handler(Exception)
    def bug(request: Request, error: Exception) -> Response:
        log.error("a page failed: %s", request.url.path, exc_info=error, extra={"action": "page_failed"})
        text = (
            "<!doctype html><html lang=vi><meta charset=utf-8><title>Lỗi chương trình</title>"
            "<h1>Trang này gặp lỗi của chương trình</h1><p>Loa và lịch phát không bị ảnh hưởng: trạm chạy ở tiến trình "
            "riêng. Quay lại trang trước rồi thử lại; nếu vẫn vậy, báo người quản trị kèm giờ xảy ra.</p>"
            '<p><a href="/">Về trang Hôm nay</a></p></html>'
        )
        return HTMLResponse(text, status_code=500)


_HTTP = {
    404: ("Không có trang này.", "Chọn một mục ở thanh bên, hoặc về trang Hôm nay."),
    405: ("Trang này không nhận kiểu yêu cầu đó.", "Về trang Hôm nay rồi làm lại từ đầu."),
    400: ("Nội dung gửi lên không đọc được.", "Quay lại trang trước, kiểm tra các ô rồi gửi lại."),
}


def _page(request: Request, code: int, title: str, message: str, hint: str, lines: list[str] | None = None) -> Response:
    return render(
        request, "loi.html", status_code=code, tieu_de=title, thong_bao=message, cach_lam=hint, dong=lines or []
    )


__all__ = ["MenuItem", "create_app"]
