"""Trợ giúp: one page that is printed and pinned on the wall."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from broadcaster.web.rendering import render
from broadcaster.web.security import Someone

router = APIRouter()


@router.get("/tro-giup")
def help_page(request: Request, person: Someone) -> Response:
    """What to do when, on one sheet."""
    return render(request, "tro_giup.html")
