"""What stands before every page: the host asked for, the size of a request, and the headers that keep a browser strict."""

import ipaddress
from collections.abc import Collection

from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST_FORM = 3 * 1024 * 1024
LARGEST_UPLOAD = 64 * 1024 * 1024

_POLICY = "default-src 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; form-action 'self'; media-src 'self'"
_HEADERS = (
    (b"content-security-policy", _POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(self), geolocation=()"),
)


class Strict:
    """Pure ASGI, so that streams pass through untouched."""

    def __init__(self, app: ASGIApp, *, names: Collection[str] = ()) -> None:
        self._app = app
        self._names = {"localhost", *(name.lower() for name in names)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse a name that is not ours (a page that rebinds its own name to this machine), or a body that is too big."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        if not self._ours(headers.get("host", "")):
            await _plain(send, 421, "Địa chỉ này không phải của bảng điều khiển.")
            return
        kind = headers.get("content-type", "")
        limit = LARGEST_UPLOAD if kind.startswith("multipart/form-data") else LARGEST_FORM
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > limit:
            await _plain(send, 413, f"Nội dung gửi lên lớn quá {limit // 1024**2} MB. Quay lại và gửi tệp nhỏ hơn.")
            return
        if "transfer-encoding" in headers:
            await _plain(send, 411, "Trình duyệt không cho biết độ dài nội dung gửi lên.")
            return

        async def strict_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *(h for h in _HEADERS if h[0] not in present)]
                if b"cache-control" not in present:
                    message["headers"].append((b"cache-control", b"no-store"))
            await send(message)

        await self._app(scope, receive, strict_send)

    def _ours(self, host: str) -> bool:
        name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
        name = name.strip("[]").lower()
        if name in self._names:
            return True
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return False
        return True


async def _plain(send: Send, status: int, text: str) -> None:
    body = text.encode()
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode()), *_HEADERS]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
