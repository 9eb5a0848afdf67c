"""One script as its page shows it, and what the person who looks may do with it."""

from dataclasses import dataclass
from datetime import datetime

from broadcaster.adapters.people import Person, Role
from broadcaster.domain.calendar import Rotation, Slot
from broadcaster.domain.clips import Clip
from broadcaster.domain.edits import FileVersion
from broadcaster.domain.problems import Problem
from broadcaster.domain.reviews import Review, ScriptState, Step
from broadcaster.domain.scripts import Approval, Script, ScriptId
from broadcaster.errors import InputError
from broadcaster.present.calendar_changes import slot_sentence
from broadcaster.station.script_editing import SpokenPreview, may_approve, spoken_preview
from broadcaster.web.calendar_data import desk_of
from broadcaster.web.context import ConsoleContext
from broadcaster.web.desk import approvals
from broadcaster.web.errors import MissingError
from broadcaster.web.jobs import Job
from broadcaster.web.script_shelf import (
    authors_of,
    clip_of,
    is_broken,
    lexicon,
    problems_of,
    state_now,
    title_of,
    used_in,
)
from broadcaster.wiring.readings import Reading

USES_SHOWN = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One script at one moment: everything a decision about it rests on."""

    script: Script
    problems: tuple[Problem, ...]
    broken: bool
    approval: Approval | None
    review: Review | None
    clip: Clip | None
    state: ScriptState
    authors: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Doable:
    """What one person may do now; ``why_not`` says why an approver may not approve (empty when there is nothing to say)."""

    send: bool = False
    approve: bool = False
    give_back: bool = False
    withdraw: bool = False
    why_not: str = ""
    own: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """The making of a sound: at work since ``since``, or ended with a sentence."""

    running: bool = False
    since: datetime | None = None
    failed: str = ""


def shown_id(script_id: str) -> str:
    """An id from an address as it can be printed."""
    return "".join(c if c.isprintable() else "�" for c in script_id)[:60]


def missing(script_id: str) -> MissingError:
    """No such script."""
    return MissingError(
        f"Không có bài nào mang mã «{shown_id(script_id)}».", "Tìm lại ở Bài phát; bài có thể vừa được đổi mã hoặc xóa."
    )


def standing(context: ConsoleContext, reading: Reading, script_id: str, *, deciding: bool = False) -> Standing | None:
    """Where a script stands, None when its file could not be read; raises MissingError when there is neither.

    ``deciding`` reads the approvals anew instead of those the pages share.
    """
    script = reading.files.scripts.get(ScriptId(script_id))
    problems = problems_of(reading, script_id, script)
    if script is None:
        if not problems:
            raise missing(script_id)
        return None
    approval = (context.journal.approvals() if deciding else approvals(context)).get(script.id)
    clip = clip_of(reading, script, approval)
    steps = desk_of(context).reviews.of(script.id)
    review = steps[-1] if steps else None
    return Standing(
        script=script,
        problems=problems,
        broken=is_broken(problems),
        approval=approval,
        review=review,
        clip=clip,
        state=state_now(context, script, approval, clip, review),
        authors=authors_of(context, reading, script, approval),
    )


def doable(context: ConsoleContext, person: Person, found: Standing) -> Doable:
    """Author ≠ approver by login; a draft of somebody here is judged only after it was sent."""
    state, open_state = found.state, found.state not in {ScriptState.APPROVED, ScriptState.EXPIRED}
    own = not may_approve(found.authors, person.login)
    sendable = open_state and state is not ScriptState.WAITING and not found.broken and not found.script.blanks
    why = _why_not(context, found, own=own)
    approver = person.may(Role.APPROVER)
    return Doable(
        send=person.may(Role.AUTHOR) and sendable,
        approve=approver and open_state and not why,
        give_back=approver and state is ScriptState.WAITING and not own,
        withdraw=approver and state is ScriptState.APPROVED,
        why_not=why if approver and open_state else "",
        own=own,
    )


def _why_not(context: ConsoleContext, found: Standing, *, own: bool) -> str:
    if found.broken:
        return "Tệp của bài còn lỗi: sửa lỗi trước rồi mới duyệt."
    if found.script.blanks:
        return "Bài còn chỗ trống chưa điền, chưa duyệt được."
    if own:
        others = [
            p.name for p in context.people.all() if p.active and p.may(Role.APPROVER) and p.login not in found.authors
        ]
        who = (
            f"Nhờ người duyệt khác: {'; '.join(others)}."
            if others
            else "Nhờ người quản trị giao vai trò duyệt cho người khác."
        )
        return f"Bạn là người soạn hoặc người gửi bài này nên không tự duyệt. {who}"
    if found.state is not ScriptState.WAITING and found.authors:
        return "Người soạn chưa gửi duyệt bản này. Chờ người soạn bấm «Gửi duyệt»."
    return "" if found.clip is not None else "Bài chưa có tiếng. Bấm «Dựng tiếng để nghe», nghe xong rồi duyệt."


def returned_reason(found: Standing) -> Review | None:
    """The reason to put right, while it is still about this text."""
    review = found.review
    if found.state is ScriptState.RETURNED and review is not None and review.step is Step.RETURNED:
        return review
    return None


def spoken(context: ConsoleContext, reading: Reading, script: Script) -> SpokenPreview | str | None:
    """Written beside spoken; None for a recording, a sentence for a text too long to show so."""
    if script.recording or not script.text:
        return None
    rate = script.speed or reading.files.settings.voices.rate
    try:
        return spoken_preview(script.text, lexicon(context, reading), rate=rate)
    except InputError as error:
        return error.message


def job_name(script_id: str) -> str:
    """The name of the child that makes one script's sound."""
    return f"tieng:{script_id}"


def making(context: ConsoleContext, script: Script) -> Making:
    """How the making of a script's sound goes."""
    job = context.jobs.get(job_name(script.id))
    if job is None:
        return Making()
    if job.running:
        return Making(running=True, since=job.started)
    return Making(failed=_reason(job))


def _reason(job: Job) -> str:
    """Why it ended without a sound, in the station's own words; empty for one that made it."""
    if job.code == 0:
        return ""
    for said in reversed(job.rows("reason")):
        if said["reason"]:
            return str(said["reason"])[:600]
    lines = [line for line in job.complaint.splitlines() if line.strip()]
    return lines[-1].strip()[:600] if lines else "chương trình dừng giữa chừng"


def file_version(context: ConsoleContext, name: str) -> FileVersion | None:
    """The file on disk; None when its name or its place cannot be read through the editing desk."""
    try:
        return desk_of(context).files.current(name)
    except InputError:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class UseView:
    """Where a script is heard, in sentences; ``more`` are left out for want of room."""

    fixed: tuple[tuple[str, str], ...]
    rotating: tuple[tuple[str, str], ...]
    more: int


def use_view(context: ConsoleContext, reading: Reading, script: Script) -> UseView:
    """Slots by id and sentence."""
    uses = used_in(context, reading, script)

    def said(slots: tuple[Slot, ...]) -> tuple[tuple[str, str], ...]:
        return tuple((str(s.id), _sentence(reading, s)) for s in slots[:USES_SHOWN])

    more = max(0, len(uses.fixed) - USES_SHOWN) + max(0, len(uses.rotating) - USES_SHOWN)
    return UseView(fixed=said(uses.fixed), rotating=said(uses.rotating), more=more)


def _sentence(reading: Reading, slot: Slot) -> str:
    content = slot.content
    titles = {} if isinstance(content, Rotation) else {content: title_of(reading, content)}
    return slot_sentence(slot, titles=titles)
