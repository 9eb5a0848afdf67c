"""Approving: a named person heard exactly this text and this sound; an edit voids it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from broadcaster.domain.clips import Clip
from broadcaster.domain.scripts import Approval, Script, ScriptId
from broadcaster.errors import InputError
from broadcaster.ports import Journal
from broadcaster.station.preparing import Preparer
from broadcaster.station.script_editing import may_approve


@dataclass(frozen=True, slots=True, kw_only=True)
class Approved:
    """What was approved, with the sound that was bound."""

    approval: Approval
    clip: Clip


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What stood before the person who decides: the digests of the text on the page and of the sound in its player."""

    text_sha256: str
    audio_sha256: str


class StaleError(InputError):
    """Text or sound changed between the showing and the deciding; nothing was decided."""


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


def approve_heard(
    script: Script,
    heard: Heard,
    *,
    clip: Clip | None,
    authors: Collection[str],
    approver: str,
    by: str,
    ref: str,
    now: datetime,
    journal: Journal,
) -> Approved:
    """Bind exactly what one person read and heard. ``clip`` is the whole sound there is now; nothing is made here.

    ``authors`` and ``approver`` are logins: nobody approves what he or she wrote or sent. Raises StaleError when text or sound
    are no longer those that were heard, InputError for an author, blanks, or no sound.
    """
    if not may_approve(authors, approver):
        raise InputError("Người soạn hay người gửi không tự duyệt bài của mình.", hint="Nhờ một người duyệt khác.")
    refuse_stale(script, heard.text_sha256)
    refuse_blanks(script)
    if clip is None:
        raise InputError("Bài chưa có tiếng để nghe.", hint="Bấm «Dựng tiếng để nghe», nghe xong rồi duyệt.")
    if clip.audio_sha256 != heard.audio_sha256:
        raise StaleError("Bản tiếng đã đổi sau khi bạn mở trang.", hint="Nghe lại bản tiếng mới rồi duyệt.")
    approval = Approval(
        script_id=script.id,
        text_sha256=script.text_sha256,
        audio_sha256=clip.audio_sha256,
        by=by,
        at=now,
        ref=ref.strip(),
    )
    journal.approve(approval)
    return Approved(approval=approval, clip=clip)


def refuse_stale(script: Script, text_sha256: str) -> None:
    """Raises StaleError when the text is no longer the one that was shown."""
    if script.text_sha256 != text_sha256:
        raise StaleError("Lời đọc đã đổi sau khi bạn mở trang.", hint="Đọc và nghe lại bản mới rồi quyết định.")


def refuse_blanks(script: Script) -> None:
    """Raises InputError, naming them, while the script has blanks to be filled."""
    if script.blanks:
        blanks = ", ".join(f"{{{b}}}" for b in script.blanks[:5])
        raise InputError(
            f"Bài còn chỗ trống chưa điền: {blanks}.",
            hint="Điền ở Cài đặt → Chỗ trống trong bài, hoặc mục [cho_trong] của station.toml.",
        )
