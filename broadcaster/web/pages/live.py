"""The live parts of every page: a stream of small pieces, and the same pieces one by one for a browser that must poll."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

from anyio.to_thread import run_sync
from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse

from broadcaster.errors import BroadcasterError
from broadcaster.web.context import ConsoleContext, context_of
from broadcaster.web.errors import MissingError
from broadcaster.web.pages.today import next_up, on_air
from broadcaster.web.rendering import fragment
from broadcaster.web.security import Context, Someone, person_of

router = APIRouter()

PIECES: Mapping[str, Callable[[ConsoleContext], dict[str, Any]]] = {
    "den": lambda _: {},
    "dang-phat": on_air,
    "sap-phat": next_up,
}
"""Each live part by the name of its event: what its template needs."""

EVERY_S = 1.0
ANEW = 10
"""Rounds after which every piece is sent again: the browser hears that the stream lives, and its clock is set."""


def _piece(request: Request, name: str) -> str:
    values = PIECES[name](context_of(request))
    return fragment(request, f"manh/{name.replace('-', '_')}.html", **values)


@router.get("/manh/{name}")
def piece(request: Request, name: str, person: Someone) -> Response:
    """One live part as it is now."""
    if name not in PIECES:
        raise MissingError("Không có phần này.", "Tải lại trang.")
    return Response(_piece(request, name), media_type="text/html; charset=utf-8")


@router.get("/truc-tiep")
async def stream(request: Request, context: Context, person: Someone) -> StreamingResponse:
    """The stream: each piece when it changes, all of them now and then, until the browser or the session goes."""
    return StreamingResponse(
        _events(request, context), media_type="text/event-stream", headers={"x-accel-buffering": "no"}
    )


async def _events(request: Request, context: ConsoleContext) -> AsyncIterator[str]:
    sent: dict[str, str] = {}
    rounds = 0
    while not context.closing.is_set() and not await request.is_disconnected():
        del request.state.person
        if person_of(request, touch=False) is None:
            return
        if rounds % ANEW == 0:
            sent.clear()
        rounds += 1
        for name in PIECES:
            try:
                html = await run_sync(_piece, request, name)
            except BroadcasterError:
                continue  # the journal is held just now: the piece stays as it was
            face = _without_stamp(html)
            if sent.get(name) != face:
                sent[name] = face
                lines = "".join(f"data: {line}\n" for line in html.splitlines())
                yield f"event: {name}\n{lines}\n"
        await asyncio.sleep(EVERY_S)


def _without_stamp(html: str) -> str:
    before, found, after = html.partition('data-gio="')
    return before + after.partition('"')[2] if found else html
