"""Approving: a named person heard exactly this text and this sound; an edit voids it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from broadcaster.domain.clips import Clip
from broadcaster.domain.scripts import Approval, Script, ScriptId
from broadcaster.errors import InputError
from broadcaster.ports import Journal
from broadcaster.station.preparing import Preparer


@dataclass(frozen=True, slots=True, kw_only=True)
class Approved:
    """What was approved, with the sound that was bound."""

    approval: Approval
    clip: Clip


def approve(
    script_id: ScriptId,
    *,
    by: str,
    ref: str,
    now: datetime,
    scripts: Mapping[ScriptId, Script],
    preparer: Preparer,
    journal: Journal,
) -> Approved:
    """Bind the digests of text and sound as they stand; makes the clip first, since nobody approves what cannot be heard.

    Raises InputError when the script is unknown, has blanks, or gives no sound; ``by`` must name a person.
    """
    if not by.strip():
        raise InputError("Cần ghi tên người phê duyệt.", hint="Thêm --by “họ tên, chức vụ”.")
    script = scripts.get(script_id)
    if script is None:
        raise InputError(f"Không có bài nào mang mã “{script_id}”.", hint="Xem danh sách bằng: broadcaster check")
    if script.blanks:
        blanks = ", ".join(f"{{{b}}}" for b in script.blanks)
        raise InputError(
            f"Bài “{script_id}” còn chỗ trống chưa điền: {blanks}.", hint="Điền ở mục [cho_trong] của station.toml."
        )
    prepared = preparer.prepare((script,), journal.approvals())
    clip = prepared.clips.get(script_id)
    if clip is None:
        why = prepared.failed.get(script_id, "chưa có âm thanh")
        raise InputError(f"Chưa phê duyệt được bài “{script_id}”: {why}.")
    approval = Approval(
        script_id=script_id,
        text_sha256=script.text_sha256,
        audio_sha256=clip.audio_sha256,
        by=by.strip(),
        at=now,
        ref=ref.strip(),
    )
    journal.approve(approval)
    return Approved(approval=approval, clip=clip)
