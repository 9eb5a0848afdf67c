"""The way of a script from draft to approval: what was sent, what was returned and why, and the state that follows."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from broadcaster.domain.scripts import Approval, Script, ScriptId


class Step(Enum):
    """What a person did with a script on its way."""

    SENT = "gửi duyệt"
    RETURNED = "trả lại"


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A named person did a step with exactly this text; ``reason`` is required for RETURNED."""

    script: ScriptId
    text_sha256: str
    step: Step
    by: str
    at: datetime
    reason: str = ""


class ScriptState(Enum):
    """Where a script stands, by the word on screen."""

    DRAFT = "nháp"
    WAITING = "chờ duyệt"
    RETURNED = "trả lại"
    APPROVED = "đã duyệt"
    CHANGED = "cần duyệt lại"
    EXPIRED = "hết hiệu lực"


def state_of(
    script: Script, approval: Approval | None, review: Review | None, *, audio_sha256: str | None, today: date
) -> ScriptState:
    """Expiry first; then approval of exactly this text and sound; a step counts only for the text it was taken with.

    ``audio_sha256`` names the sound there is now, None while there is none.
    """
    if script.valid_until is not None and script.valid_until < today:
        return ScriptState.EXPIRED
    if approval is not None and approval.text_sha256 == script.text_sha256 and approval.audio_sha256 == audio_sha256:
        return ScriptState.APPROVED
    if (
        review is not None
        and review.text_sha256 == script.text_sha256
        and (approval is None or review.at >= approval.at)
    ):
        return ScriptState.WAITING if review.step is Step.SENT else ScriptState.RETURNED
    return ScriptState.CHANGED if approval is not None else ScriptState.DRAFT
