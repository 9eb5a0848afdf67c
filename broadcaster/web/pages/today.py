"""Hôm nay: what is on air, what comes next, what needs a person; and the button that silences everything."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from broadcaster.web.rendering import render
from broadcaster.web.security import Context, Someone

router = APIRouter()


@router.get("/")
def today(request: Request, context: Context, person: Someone) -> Response:
    """The page one leaves open all day."""
    return render(request, "hom_nay.html")
