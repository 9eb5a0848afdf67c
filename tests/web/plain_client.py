"""One person without a browser, and every address there is: for what a browser would not send."""

import http.client
import importlib
import pkgutil
import re
from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit

from fastapi import APIRouter
from fastapi.routing import APIRoute

from broadcaster.web import pages
from tests.web.console_process import PASSWORD, ConsoleProcess


def routes() -> list[tuple[str, str]]:
    """Method and path of every address of every screen."""
    found = []
    for module in sorted(m.name for m in pkgutil.iter_modules(pages.__path__)):
        router = getattr(importlib.import_module(f"{pages.__name__}.{module}"), "router", None)
        if isinstance(router, APIRouter):
            for route in router.routes:
                assert isinstance(route, APIRoute), route
                found += [(method, route.path) for method in route.methods or ()]
    return sorted(found)


class Client:
    """One person without a browser: a session cookie and its token."""

    def __init__(self, console: ConsoleProcess, login: str = "") -> None:
        self._host = urlsplit(console.url).netloc
        self.cookie = ""
        self.token = ""
        if login:
            page = self.ask("GET", "/dang-nhap")[2]
            form = {"ten": login, "mat_khau": PASSWORD, "_csrf": self._token(page)}
            assert self.ask("POST", "/dang-nhap", form)[0] == 303
            self.token = self._token(self.ask("GET", "/cai-dat/toi")[2])

    @staticmethod
    def _token(page: str) -> str:
        found = re.search(r'name="_csrf" value="([0-9a-f]+)"', page)
        assert found
        return found[1]

    def ask(self, method: str, path: str, form: Mapping[str, str] | None = None) -> tuple[int, str, str]:
        """Status, where it leads, and the page; of a stream only that it began."""
        connection = http.client.HTTPConnection(self._host, timeout=60)
        headers = {"Cookie": self.cookie} if self.cookie else {}
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, urlencode(form) if form is not None else None, headers)
        answer = connection.getresponse()
        if given := answer.getheader("set-cookie"):
            self.cookie = given.partition(";")[0]
        stream = (answer.getheader("content-type") or "").startswith("text/event-stream")
        body = b"" if stream else answer.read()
        connection.close()
        return answer.status, answer.getheader("location") or "", body.decode("utf-8", "replace")
