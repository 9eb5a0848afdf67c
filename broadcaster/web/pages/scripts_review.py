"""The way of a script: sent by who wrote it, approved or returned by another who heard it, withdrawn."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from broadcaster.domain.reviews import ScriptState
from broadcaster.errors import InputError
from broadcaster.station.approving import Heard, StaleError, approve_heard, refuse_blanks, refuse_stale
from broadcaster.web.calendar_data import signature
from broadcaster.web.context import ConsoleContext
from broadcaster.web.errors import ForbiddenError, PageError
from broadcaster.web.pages.scripts import show
from broadcaster.web.rendering import flash, redirect
from broadcaster.web.script_shelf import editor_of
from broadcaster.web.script_view import Standing, doable, standing
from broadcaster.web.security import Approver, Author, Context

router = APIRouter()

LONGEST_REF = 200
LONGEST_REASON = 2000

Field = Annotated[str, Form()]


def _now(context: ConsoleContext, ma: str) -> Standing:
    """As it is on the disk this moment, not as the page remembers it."""
    found = standing(context, context.refresh(), ma, deciding=True)
    if found is None:
        raise PageError("Tệp của bài này còn lỗi, chưa đọc được.", "Mở bài, sửa các lỗi ghi ở đó rồi làm lại.")
    return found


def _said(error: InputError) -> str:
    return f"{error.message} {error.hint}".strip()


@router.post("/bai-phat/{ma}/gui-duyet")
def send(request: Request, context: Context, person: Author, ma: str, chu: Field = "") -> Response:
    """Ask for approval of the text that was on the page."""
    found = _now(context, ma)
    script = found.script
    editor = editor_of(context, context.reading)
    try:
        refuse_stale(script, chu)
        if found.broken:
            raise InputError("Tệp của bài còn lỗi.", hint="Sửa các lỗi ghi bên dưới rồi gửi duyệt.")
        if found.state is ScriptState.WAITING:
            raise InputError("Bài này đã gửi và đang chờ duyệt.", hint="Chờ người duyệt nghe.")
        if found.state is ScriptState.APPROVED:
            raise InputError("Bản này đã được duyệt, không cần gửi nữa.")
        refuse_blanks(script)
        context.audit(person, "script_sent", f"gửi duyệt bài {script.id}, chữ {script.text_sha256[:12]}")
        editor.send(script, by=signature(person))
    except InputError as error:
        return show(request, context, person, ma, wrong={"gui": _said(error)}, status_code=_status(error))
    flash(request, "Đã gửi duyệt. Người duyệt sẽ thấy bài này ở đầu trang Bài phát.")
    return redirect(request, f"/bai-phat/{script.id}")


@router.post("/bai-phat/{ma}/duyet")
def approve(
    request: Request,
    context: Context,
    person: Approver,
    ma: str,
    chu: Field = "",
    tieng: Field = "",
    da_nghe: Field = "",
    so: Field = "",
) -> Response:
    """Approve exactly the text and the sound that were on the page, by somebody who did not write it."""
    found = _now(context, ma)
    script = found.script
    may = doable(context, person, found)
    if may.own:
        raise ForbiddenError("Người soạn hoặc người gửi bài không tự duyệt bài của mình.", may.why_not)
    try:
        refuse_stale(script, chu)
        if found.clip is not None and found.clip.audio_sha256 != tieng:
            raise StaleError("Bản tiếng đã đổi sau khi bạn mở trang.", hint="Nghe lại bản tiếng mới rồi duyệt.")
        if found.state is ScriptState.APPROVED:
            raise InputError("Bài này vừa được duyệt rồi, không cần duyệt nữa.")
        if not may.approve:
            raise InputError(may.why_not or "Bài đã hết hiệu lực nên không duyệt nữa.")
        if da_nghe != "roi":
            raise InputError("Chưa đánh dấu «Tôi đã nghe hết bản tiếng này».", hint="Nghe hết rồi đánh dấu vào ô ấy.")
        words = f"duyệt bài {script.id}, chữ {chu[:12]}, tiếng {tieng[:12]}"
        context.audit(person, "script_approved", words)
        approve_heard(
            script,
            Heard(text_sha256=chu, audio_sha256=tieng),
            clip=found.clip,
            authors=found.authors,
            approver=person.login,
            by=person.name,
            ref=" ".join(so.split())[:LONGEST_REF],
            now=context.now(),
            journal=context.journal,
        )
    except InputError as error:
        return show(request, context, person, ma, wrong={"da_nghe": _said(error)}, status_code=_status(error))
    flash(request, f"Đã duyệt bài «{script.title}». Sửa lời đọc sau này là phải duyệt lại.")
    return redirect(request, "/bai-phat")


@router.post("/bai-phat/{ma}/tra-lai")
def give_back(
    request: Request, context: Context, person: Approver, ma: str, chu: Field = "", ly_do: Field = ""
) -> Response:
    """Return it to its author, with the reason."""
    found = _now(context, ma)
    script = found.script
    reason = ly_do.strip()[:LONGEST_REASON]
    try:
        refuse_stale(script, chu)
        if found.state is not ScriptState.WAITING:
            raise InputError(
                "Bài này không còn ở bước chờ duyệt nên không trả lại được.", hint="Xem trạng thái mới ở đầu trang."
            )
        if not reason:
            raise InputError("Chưa ghi lý do trả lại.", hint="Ghi điều cần sửa để người soạn biết.")
        context.audit(person, "script_returned", f"trả lại bài {script.id}: {reason[:300]}")
        editor_of(context, context.reading).give_back(script, reason, by=signature(person))
    except InputError as error:
        wrong = {"ly_do": _said(error)}
        return show(request, context, person, ma, wrong=wrong, reason=reason, status_code=_status(error))
    flash(request, f"Đã trả lại bài «{script.title}» cho người soạn kèm lý do.")
    return redirect(request, "/bai-phat")


@router.post("/bai-phat/{ma}/rut")
def withdraw(request: Request, context: Context, person: Approver, ma: str, ly_do_rut: Field = "") -> Response:
    """Take an approval back: the script is not heard again until it is approved anew."""
    found = _now(context, ma)
    script = found.script
    reason = " ".join(ly_do_rut.split())[:LONGEST_REASON]
    try:
        if found.approval is None:
            raise InputError("Bài này hiện không có phê duyệt nào để rút.")
        if not reason:
            raise InputError("Chưa ghi lý do rút phê duyệt.", hint="Lý do được ghi vào nhật ký.")
        context.audit(person, "approval_withdrawn", f"rút phê duyệt bài {script.id}: {reason[:300]}")
        context.journal.withdraw(script.id, by=person.name, at=context.now(), reason=reason)
    except InputError as error:
        return show(request, context, person, ma, wrong={"ly_do_rut": _said(error)}, status_code=_status(error))
    flash(request, f"Đã rút phê duyệt bài «{script.title}»: từ nay bài không phát cho đến khi duyệt lại.", "luu-y")
    return redirect(request, f"/bai-phat/{script.id}")


def _status(error: InputError) -> int:
    """A page that was overtaken, or a field that is wrong."""
    return 409 if isinstance(error, StaleError) else 422
