"""Whether an airing may speak: each item is known, valid, complete, rendered and approved, or the airing says why not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum

from broadcaster.domain.clips import Clip
from broadcaster.domain.scripts import Approval, Script, ScriptId


class Hold(Enum):
    """Why an item is held back. NO_CLIP makes the airing *failed*; every other makes it *withheld*."""

    EMPTY = "empty"
    UNKNOWN = "unknown"
    BLANKS = "blanks"
    NOT_VALID = "not_valid"
    NO_CLIP = "no_clip"
    NOT_APPROVED = "not_approved"
    EDITED = "edited"


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One reason one item holds the airing back; ``detail`` names the blanks or the dates."""

    script: ScriptId
    hold: Hold
    detail: str = ""


def readiness(
    items: Sequence[ScriptId],
    *,
    day: date,
    scripts: Mapping[ScriptId, Script],
    clips: Mapping[ScriptId, Clip],
    approvals: Mapping[ScriptId, Approval],
    need_approval: bool = True,
) -> tuple[Held, ...]:
    """Every reason at once, in the order of the items; empty when the airing may speak. It speaks whole or not at all."""
    if not items:
        return (Held(script=ScriptId(""), hold=Hold.EMPTY),)
    held: list[Held] = []
    for item in dict.fromkeys(items):
        reason = _item(item, day, scripts.get(item), clips.get(item), approvals.get(item), need_approval)
        if reason is not None:
            held.append(reason)
    return tuple(held)


def _item(
    item: ScriptId, day: date, script: Script | None, clip: Clip | None, approval: Approval | None, need_approval: bool
) -> Held | None:
    if script is None:
        return Held(script=item, hold=Hold.UNKNOWN)
    if script.blanks:
        return Held(script=item, hold=Hold.BLANKS, detail=", ".join(script.blanks))
    if not script.valid_on(day):
        span = f"{script.valid_from:%d/%m/%Y}" if script.valid_from else "…"
        until = f"{script.valid_until:%d/%m/%Y}" if script.valid_until else "…"
        return Held(script=item, hold=Hold.NOT_VALID, detail=f"{span}–{until}")
    if clip is None:
        return Held(script=item, hold=Hold.NO_CLIP)
    if not need_approval:
        return None
    if approval is None:
        return Held(script=item, hold=Hold.NOT_APPROVED)
    if not approval.covers(text_sha256=script.text_sha256, audio_sha256=clip.audio_sha256):
        return Held(script=item, hold=Hold.EDITED)
    return None
