"""The live parts of every page: a stream of small pieces, and the same pieces one by one for a browser that must poll."""

import asyncio
from collections.abc import AsyncIterator

from anyio.to_thread import run_sync
from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse

from broadcaster.web.context import ConsoleContext
from broadcaster.web.errors import MissingError
from broadcaster.web.rendering import fragment
from broadcaster.web.security import Context, Someone, person_of

router = APIRouter()

PIECES = ("den", "dang_phat")
EVERY_S = 1.0
KEEP_ALIVE = 15
"""Seconds after which an unchanged stream says that it lives, in pieces sent anew."""


@router.get("/manh/{name}")
def piece(request: Request, name: str, person: Someone) -> Response:
    """One live part as it is now."""
    key = name.replace("-", "_")
    if key not in PIECES:
        raise MissingError("Không có phần này.", "Tải lại trang.")
    return Response(fragment(request, f"manh/{key}.html"), media_type="text/html")


@router.get("/truc-tiep")
async def stream(request: Request, context: Context, person: Someone) -> StreamingResponse:
    """The stream: each piece when it changes, all of them now and then, until the browser or the session goes."""
    return StreamingResponse(
        _pieces(request, context),
        media_type="text/event-stream",
        headers={"cache-control": "no-store", "x-accel-buffering": "no"},
    )


async def _pieces(request: Request, context: ConsoleContext) -> AsyncIterator[str]:
    sent: dict[str, str] = {}
    rounds = 0
    while not context.closing.is_set() and not await request.is_disconnected():
        del request.state.person
        if person_of(request) is None:
            return
        if rounds % KEEP_ALIVE == 0:
            sent.clear()
        rounds += 1
        for name in PIECES:
            html = await run_sync(fragment, request, f"manh/{name}.html")
            face = _without_stamp(html)
            if sent.get(name) != face:
                sent[name] = face
                lines = "".join(f"data: {line}\n" for line in html.splitlines())
                yield f"event: {name.replace('_', '-')}\n{lines}\n"
        await asyncio.sleep(EVERY_S)


def _without_stamp(html: str) -> str:
    before, found, after = html.partition('data-gio="')
    return before + after.partition('"')[2] if found else html
