"""Whether an airing may speak: each item is known, valid, complete, rendered and approved, or the airing says why not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum

from broadcaster.domain.clips import Clip
from broadcaster.domain.rotation import taken_over
from broadcaster.domain.scripts import Approval, Script, ScriptId


class Hold(Enum):
    """Why an item is held back. NO_CLIP makes the airing *failed*; every other makes it *withheld*."""

    EMPTY = "empty"
    UNKNOWN = "unknown"
    BLANKS = "blanks"
    NOT_VALID = "not_valid"
    SUPERSEDED = "superseded"
    NO_CLIP = "no_clip"
    NOT_APPROVED = "not_approved"
    EDITED = "edited"


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One reason one item holds the airing back; ``detail`` names the blanks, the dates or the successor."""

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
        script = scripts.get(item)
        reason = _of_files(item, day, script, scripts)
        if reason is None and script is not None:
            reason = _of_sound(script, clips.get(item), approvals.get(item), need_approval)
        if reason is not None:
            held.append(reason)
    return tuple(held)


def _of_files(item: ScriptId, day: date, script: Script | None, scripts: Mapping[ScriptId, Script]) -> Held | None:
    """What the officer's own files say against it on that day."""
    if script is None:
        return Held(script=item, hold=Hold.UNKNOWN)
    if script.blanks:
        return Held(script=item, hold=Hold.BLANKS, detail=", ".join(script.blanks))
    if not script.valid_on(day):
        span = f"{script.valid_from:%d/%m/%Y}" if script.valid_from else "…"
        until = f"{script.valid_until:%d/%m/%Y}" if script.valid_until else "…"
        return Held(script=item, hold=Hold.NOT_VALID, detail=f"{span}–{until}")
    successor = taken_over(script, day, scripts)
    return Held(script=item, hold=Hold.SUPERSEDED, detail=successor) if successor is not None else None


def _of_sound(script: Script, clip: Clip | None, approval: Approval | None, need_approval: bool) -> Held | None:
    """Whether it was rendered, and whether a leader heard exactly this."""
    if clip is None:
        return Held(script=script.id, hold=Hold.NO_CLIP)
    if not need_approval:
        return None
    if approval is None:
        return Held(script=script.id, hold=Hold.NOT_APPROVED)
    if not approval.covers(text_sha256=script.text_sha256, audio_sha256=clip.audio_sha256):
        return Held(script=script.id, hold=Hold.EDITED)
    return None
