"""The page where the later of two people chooses: both versions of what was edited, side by side."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fastapi import Request
from fastapi.responses import Response

from broadcaster.domain.edits import Conflict
from broadcaster.web.rendering import render

LONGEST_SHOWN = 40_000
"""Characters of either version on the page."""

Beside = tuple[str, str, str, bool]
"""A field's label, theirs, mine, and whether they differ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """One file of a conflict as it is shown; with ``fields`` these stand in place of the two texts."""

    conflict: Conflict
    theirs: str
    mine: str
    fields: tuple[Beside, ...] = ()


def as_written(conflict: Conflict) -> Sides:
    """Both versions as the texts they are."""
    return Sides(conflict=conflict, theirs=text_of(conflict.theirs), mine=text_of(conflict.mine))


def text_of(data: bytes | None) -> str:
    """A version's text, as far as it is shown."""
    return (data or b"").decode("utf-8", "replace")[:LONGEST_SHOWN]


def conflict_page(request: Request, sides: Iterable[Sides], *, sent: Mapping[str, str], back: str) -> Response:
    """Nothing was written. ``sent`` is what goes again when one's own version is chosen, ``back`` where to go to keep theirs."""
    return render(request, "xung_dot.html", status_code=409, cac_ban=tuple(sides), gui=sent, ve=back)
