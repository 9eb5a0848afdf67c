"""The part of the script form that takes a recording: what was picked, what waits to be saved, what speaks now."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import Request
from fastapi.params import Depends
from starlette.datastructures import UploadFile

from broadcaster.domain.edits import ABSENT, Conflict
from broadcaster.errors import InputError
from broadcaster.ports_editing import HeldRecording
from broadcaster.present.durations import length
from broadcaster.station.recording_editing import RecordingWish
from broadcaster.web.calendar_data import desk_of
from broadcaster.web.conflict_page import Sides
from broadcaster.web.context import ConsoleContext

PICKED = "tep_thu"
HELD = "thu_giu"
LONGEST_NAME = 80
_OVERDUE = (
    "Bản thu gửi lên lúc trước không còn được giữ. Chọn lại tệp rồi bấm Nhận bản thu này; chữ đã viết vẫn còn ở đây."
)


async def _picked(request: Request) -> UploadFile | None:
    """The file just picked; a browser sends an empty one when none was."""
    found = (await request.form()).get(PICKED)
    return found if isinstance(found, UploadFile) and found.filename else None


Picked = Annotated[UploadFile | None, Depends(_picked)]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingShown:
    """What the form says: the file that speaks ``now``, the one ``held`` under the sender's ``name`` for it."""

    now: str = ""
    held: HeldRecording | None = None
    name: str = ""
    removed: bool = False
    overdue: str = ""

    @property
    def speaks(self) -> bool:
        """Whether a recording would speak if the form were saved as it is shown."""
        return not self.removed and bool(self.now or self.held)


def shown(context: ConsoleContext, values: Mapping[str, str]) -> RecordingShown:
    """From the fields of the form."""
    digest = values.get(HELD, "")
    held = desk_of(context).recordings.known(digest) if digest else None
    return RecordingShown(
        now=values.get("ban_thu", "")[:200],
        held=held,
        name=values.get("thu_ten", "")[:LONGEST_NAME],
        removed=bool(values.get("bo_ban_thu")),
        overdue=_OVERDUE if digest and held is None else "",
    )


def taken(context: ConsoleContext, typed: Mapping[str, str], picked: UploadFile | None) -> Mapping[str, str]:
    """The fields once the picked file is held, and those of one the author no longer wants gone. Raises InputError."""
    fields = dict(typed)
    if fields.pop("bo_thu_moi", ""):
        fields[HELD] = ""
    if picked is None:
        return fields
    held = desk_of(context).recordings.take(picked.filename or "", picked.file)
    name = (picked.filename or "").replace("\\", "/").rpartition("/")[2]
    fields[HELD] = held.digest
    fields["thu_ten"] = "".join(c for c in name if c.isprintable())[:LONGEST_NAME]
    fields["bo_ban_thu"] = ""
    return fields


def received(typed: Mapping[str, str], held: HeldRecording) -> str:
    """The sentence for a recording that came."""
    return f"Đã nhận bản thu «{typed.get('thu_ten', '')}» dài {length(held.seconds)}, chưa lưu; bấm Lưu bài."


def wish_of(context: ConsoleContext, typed: Mapping[str, str]) -> RecordingWish:
    """What is to become of the recording. Raises InputError when the one that was held has gone meanwhile."""
    began = typed.get("began_thu", ABSENT)
    if typed.get("bo_ban_thu"):
        return RecordingWish(removed=True, began=began)
    seen = shown(context, typed)
    if seen.overdue:
        raise InputError(seen.overdue)
    return RecordingWish(held=seen.held, began=began)


def sound_sides(conflict: Conflict) -> Sides:
    """Words in place of bytes, where two people chose different recordings."""
    theirs = (
        "Một bản thu khác (hoặc bản thu đã đổi) đang có trong máy." if conflict.theirs_digest else "Không còn bản thu."
    )
    mine = "Bản thu tôi vừa chọn, hoặc việc bỏ bản thu, khi bấm Lưu bài."
    return Sides(conflict=conflict, theirs=theirs, mine=mine)
