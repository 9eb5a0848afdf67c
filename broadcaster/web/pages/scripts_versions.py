"""Versions of a script: one against now, and the way back to it; nothing is ever lost by going back."""

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from broadcaster.domain.edits import FileVersion
from broadcaster.domain.folding import fold_id
from broadcaster.domain.problems import Problem, Where, has_errors
from broadcaster.domain.scripts import Kind, Script, ScriptId
from broadcaster.present.web_script_versions import Version, compare, history
from broadcaster.web.calendar_data import desk_of, signature
from broadcaster.web.context import ConsoleContext
from broadcaster.web.errors import MissingError, PageError
from broadcaster.web.rendering import flash, redirect, render
from broadcaster.web.script_shelf import editor_of, problems_of
from broadcaster.web.script_view import file_version, missing
from broadcaster.web.security import Author, Context, Someone

router = APIRouter()

MOST = 500
LONGEST = 200_000
"""Characters of a version that are compared; a script of the console has at most 40,000."""

Field = Annotated[str, Form()]


def _script_or_file(context: ConsoleContext, ma: str) -> Script:
    """The script, or for a file that cannot be read as one its id and place alone: that is when one goes back."""
    reading = context.reading
    script = reading.files.scripts.get(ScriptId(ma))
    if script is not None:
        return script
    problems = problems_of(reading, ma, None)
    if not problems:
        raise missing(ma)
    name = problems[0].where.file
    made = ScriptId(fold_id(Path(name).stem))
    return Script(id=made, title=name, kind=Kind.NEWS, where=Where(file=name))


def _version(context: ConsoleContext, script: Script, digest: str) -> tuple[Version, FileVersion, str]:
    name = script.where.file
    now = file_version(context, name)
    files = desk_of(context).files
    if now is not None:
        found = history(files.edits(name, most=MOST), name, now.digest)
        version = next((v for v in found.versions if v.digest and v.digest == digest), None)
        data = files.content(digest) if version is not None else None
        if version is not None and data is not None:
            return version, now, data.decode("utf-8", "replace").removeprefix("\ufeff")[:LONGEST]
    raise MissingError("Không có bản này trong lịch sử của bài.", "Mở lại bài và chọn một bản ở mục Lịch sử.")


def _checked(context: ConsoleContext, script: Script, text: str) -> tuple[Problem, ...]:
    coming = editor_of(context, context.reading).returning(script, text).coming
    blanks = context.reading.files.settings.blanks
    _, problems = desk_of(context).script_text.check(script.where.file, text, blanks, coming)
    return problems


@router.get("/bai-phat/{ma}/ban/{digest}")
def version(request: Request, context: Context, person: Someone, ma: str, digest: str) -> Response:
    """One version beside what the file says now."""
    script = _script_or_file(context, ma)
    found, now, text = _version(context, script, digest)
    problems = _checked(context, script, text)
    return render(
        request,
        "bai_phat_ban.html",
        bai=script,
        ban=found,
        so=compare(text, now.text[:LONGEST]),
        dang_co=now.digest,
        loi_tep=problems,
        hong=has_errors(problems),
    )


@router.post("/bai-phat/{ma}/lay-lai")
def restore(
    request: Request, context: Context, person: Author, ma: str, ban: Field = "", dang_co: Field = ""
) -> Response:
    """Make an old version the newest; refused when the file changed since the comparison was shown."""
    script = _script_or_file(context, ma)
    _, now, text = _version(context, script, ban)
    if now.digest != dang_co:
        raise PageError(
            "Bài vừa được sửa sau khi bạn mở trang so sánh.", "Mở lại bài, so lại rồi lấy bản cũ nếu còn cần."
        )
    if has_errors(_checked(context, script, text)):
        raise PageError("Bản này có lỗi nên không lấy lại được.", "Chọn một bản khác ở mục Lịch sử của bài.")
    context.audit(person, "script_restored", f"lấy lại bản cũ của bài {script.id}, bản {ban[:12]}")
    editor_of(context, context.reading).restore(script, ban, by=signature(person))
    context.refresh()
    flash(request, "Đã lấy lại bản cũ. Bản vừa thay vẫn còn trong lịch sử; lời đọc đổi thì phải duyệt lại.")
    return redirect(request, f"/bai-phat/{script.id}")
