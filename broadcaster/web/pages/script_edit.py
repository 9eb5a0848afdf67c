"""Soạn bài: a script as a form, seen as it will be spoken while it is written; the file is what is edited."""

import re
from collections.abc import Mapping
from typing import Annotated

from anyio.to_thread import run_sync
from fastapi import APIRouter, Request
from fastapi.params import Depends
from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import UploadFile

from broadcaster.adapters.edit_files import LARGEST_RECORDING
from broadcaster.adapters.people import Person
from broadcaster.domain.edits import ABSENT
from broadcaster.domain.problems import Problem, Severity
from broadcaster.domain.scripts import Kind, Script, ScriptId
from broadcaster.errors import BroadcasterError, InputError
from broadcaster.ports_editing import FORM, ConflictError, ScriptDraft
from broadcaster.station.checking import lexicon_of
from broadcaster.station.script_editing import LONGEST_SCRIPT, SavedDraft, ScriptEditor, spoken_preview
from broadcaster.web.calendar_data import desk_of, signature
from broadcaster.web.calendar_forms import sentence
from broadcaster.web.conflict_page import as_written, conflict_page
from broadcaster.web.context import ConsoleContext
from broadcaster.web.errors import MissingError
from broadcaster.web.recording_form import PICKED, Picked, received, shown, sound_sides, taken, wish_of
from broadcaster.web.rendering import flash, fragment, redirect, render
from broadcaster.web.security import Author, Context

router = APIRouter()

FRONT = (
    "tieu_de", "loai", "ma_noi_dung", "linh_vuc", "tac_gia", "nguon", "hieu_luc_tu", "hieu_luc_den", "da_thay_boi",
    "giong", "toc_do", "lap", "ghi_chu",
)  # fmt: skip
"""Front matter fields the form shows; the file's other fields stay as they are."""
LARGEST_WORD_FILE = 20_000_000
_KEY = re.compile(r"(\w+)\s*:")
_BLANK = re.compile(r"\{([^{}\n]{1,80})\}")


async def _typed(request: Request) -> Mapping[str, str]:
    """Every field as it was typed; check boxes of one name are joined by commas."""
    form = await request.form(max_files=1, max_fields=200)
    found: dict[str, str] = {}
    for key in dict.fromkeys(form.keys()):
        found[key] = ", ".join(v for v in form.getlist(key) if isinstance(v, str)).replace("\x00", "")
    return found


Typed = Annotated[Mapping[str, str], Depends(_typed)]


def _editor(context: ConsoleContext) -> ScriptEditor:
    return desk_of(context).scripts(context.reading, context.now())


def _script(context: ConsoleContext, script_id: str) -> Script:
    found = context.reading.files.scripts.get(ScriptId(script_id))
    if found is None:
        raise MissingError("Không có bài này.", "Tệp có thể vừa bị xóa hoặc đổi tên. Mở lại danh sách Bài phát.")
    return found


def _show(
    request: Request,
    context: ConsoleContext,
    values: Mapping[str, str],
    *,
    script: Script | None,
    saved: SavedDraft | None = None,
    errors: Mapping[str, str] | None = None,
    said: str = "",
    status_code: int = 200,
) -> Response:
    files = context.reading.files
    problems = saved.problems if saved is not None else ()
    at = dict(errors or {}) | _at_fields(problems, saved.text if saved is not None else "")
    recording = shown(context, values)
    if recording.overdue:
        at.setdefault(PICKED, recording.overdue)
    topics = {str(code): plan.name_of(code) for plan in files.plans for code in plan.tags}
    return render(
        request,
        "soan_bai.html",
        status_code=status_code,
        bai=script,
        gia=values,
        loi=at,
        loi_chung=[sentence(p) for p in _errors(problems) if _field(p, saved.text if saved else "") not in _SHOWN],
        thu=recording,
        thu_lon_nhat=LARGEST_RECORDING,
        da_lam=said,
        dai_nhat=LONGEST_SCRIPT,
        cac_loai=[("", "— chọn —"), *((k.value, k.value) for k in Kind if k is not Kind.TEST)],
        cac_ma=[(code, f"{code} — {name}") for code, name in topics.items()],
        dang_chon=[w.strip() for w in values.get("ma_noi_dung", "").split(",")],
        cac_giong=[("", "theo trạm"), *((name, name) for name in files.settings.voices.chain)],
    )


_SHOWN = frozenset({*FRONT, "loi_doc", "ma", "ban_thu"})


def _errors(problems: tuple[Problem, ...]) -> list[Problem]:
    return [p for p in problems if p.severity is Severity.ERROR]


def _field(problem: Problem, text: str) -> str:
    """The field a problem belongs to: said by the use case, or the one that stands on its line of the file."""
    if problem.where.file == FORM:
        return problem.where.cell or ""
    lines = text.split("\n")
    line = problem.where.line or 0
    end = next((n for n, row in enumerate(lines[1:], 2) if row == "---"), 0)
    for number in range(min(line, end), 1, -1):
        if found := _KEY.match(lines[number - 1]):
            return found[1]
    return "loi_doc" if line > end else ""


def _at_fields(problems: tuple[Problem, ...], text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for problem in _errors(problems):
        found.setdefault(_field(problem, text), sentence(problem))
    return found


# --- a new script, a known one ----------------------------------------------------------------------------------------


@router.get("/soan-bai")
def new(request: Request, context: Context, person: Author, tu: str = "") -> Response:
    """An empty form, or the copy of a script as the beginning of another."""
    values = {"loai": "", "tac_gia": person.name, "began": ABSENT, "loi_doc": ""}
    if tu:
        draft, _ = _editor(context).draft(_script(context, tu))
        values = {**{k: v for k, v in draft.front.items() if k in FRONT}, "began": ABSENT, "loi_doc": draft.body}
        values["tieu_de"] = f"{draft.front.get('tieu_de', '')} (bản mới)".strip()
    return _show(request, context, values, script=None)


@router.post("/soan-bai")
def add(request: Request, context: Context, person: Author, typed: Typed, picked: Picked) -> Response:
    """Write a new script under an id made from its title, or the one typed."""
    script_id = typed.get("ma", "").strip() or _editor(context).new_id(typed.get("tieu_de", ""))
    return _save(request, context, person, script_id, typed, None, picked)


@router.post("/soan-bai/doc-thu")
def preview(request: Request, context: Context, person: Author, typed: Typed) -> Response:
    """The text as it will be spoken, while it is being written; also its blanks."""
    reading = context.reading
    lexicon = context.kept("lexicon", reading.fingerprint, lambda: lexicon_of(reading.files)[0])
    body = typed.get("loi_doc", "")
    try:
        rate = _rate(typed.get("toc_do", "")) or reading.files.settings.voices.rate
        shown, wrong = spoken_preview(body, lexicon, rate=rate), ""
    except InputError as error:
        shown, wrong = None, f"{error.message} {error.hint}"
    blanks = reading.files.settings.blanks
    named = [(b, blanks.get(b, "").strip()) for b in dict.fromkeys(_BLANK.findall(body[:100_000]))]
    return HTMLResponse(fragment(request, "soan_bai_doc.html", xem=shown, sai=wrong, cho_trong=named[:30]))


def _rate(typed: str) -> int | None:
    return int(typed) if typed.strip().isascii() and typed.strip().isdigit() and 60 <= int(typed) <= 400 else None


@router.post("/soan-bai/day-tu")
def teach(request: Request, context: Context, person: Author, typed: Typed) -> Response:
    """One more word for the station's dictionary; the preview then reads anew."""
    editor = desk_of(context).dictionary(context.reading, context.now())
    change = editor.add(typed.get("viet", ""), typed.get("doc", ""))
    if not change.sound:
        return HTMLResponse(fragment(request, "soan_bai_tu.html", sai=sentence(change.problems[0]), xong=""))
    try:
        context.audit(person, "word_taught", change.why)
        editor.write(change, by=signature(person))
    except BroadcasterError as error:
        return HTMLResponse(fragment(request, "soan_bai_tu.html", sai=error.message, xong=""))
    context.refresh()
    done = f"Từ nay «{typed.get('viet', '').strip()}» đọc là «{typed.get('doc', '').strip()}» trong mọi bài."
    page = HTMLResponse(fragment(request, "soan_bai_tu.html", sai="", xong=done))
    page.headers["hx-trigger"] = "doc-lai"
    return page


@router.post("/soan-bai/nap-word")
async def take_word(request: Request, context: Context, person: Author, typed: Typed) -> Response:
    """The text of a Word file in place of the text in the form; every other field stays as typed."""
    file = (await request.form()).get("tep_word")
    data = await file.read(LARGEST_WORD_FILE + 1) if isinstance(file, UploadFile) else b""
    return await run_sync(_from_word, request, context, typed, data)


def _from_word(request: Request, context: ConsoleContext, typed: Mapping[str, str], data: bytes) -> Response:
    script = _script(context, typed["bai"]) if typed.get("bai") else None
    wrong = ""
    if not data:
        wrong = "Chưa chọn tệp Word nào. Bấm ô chọn tệp, chọn tệp .docx, rồi bấm lại nút này."
    elif len(data) > LARGEST_WORD_FILE:
        wrong = "Tệp Word lớn quá 20 MB. Bỏ hình ảnh ra khỏi tệp, hoặc chép chữ rồi dán vào ô lời đọc."
    else:
        try:
            text = desk_of(context).script_text.from_docx(data)
        except InputError as error:
            wrong = f"{error.message} {error.hint}".strip()
    if wrong:
        return _show(request, context, typed, script=script, errors={"tep_word": wrong}, status_code=422)
    values = {**typed, "loi_doc": text}
    if not typed.get("tieu_de", "").strip():
        values["tieu_de"] = next((row.strip() for row in text.split("\n") if row.strip()), "")[:150]
    said = "Đã lấy chữ từ tệp Word. Xem lại lời đọc rồi bấm Lưu bài; chưa lưu gì."
    return _show(request, context, values, script=script, said=said)


@router.post("/soan-bai/nap-thu")
def take_recording(request: Request, context: Context, person: Author, typed: Typed, picked: Picked) -> Response:
    """Look into a recording and hold it; nothing is saved, every field stays as typed."""
    script = _script(context, typed["bai"]) if typed.get("bai") else None
    try:
        if picked is None:
            hint = "Bấm ô chọn tệp, chọn tệp âm thanh, rồi bấm lại nút này."
            raise InputError("Chưa chọn bản thu nào.", hint=hint)
        fields = taken(context, typed, picked)
    except InputError as error:
        wrong = f"{error.message} {error.hint}".strip()
        return _show(request, context, typed, script=script, errors={PICKED: wrong}, status_code=422)
    held = shown(context, fields).held
    return _show(request, context, fields, script=script, said=received(fields, held) if held is not None else "")


@router.get("/soan-bai/{ma}")
def edit(request: Request, context: Context, person: Author, ma: str) -> Response:
    """A script as its file has it now."""
    script = _script(context, ma)
    draft, digest = _editor(context).draft(script)
    values = {k: v for k, v in draft.front.items() if k in FRONT or k == "ban_thu"}
    values |= {"began": digest, "began_thu": script.recording_sha256 or ABSENT, "loi_doc": draft.body}
    return _show(request, context, values, script=script)


@router.post("/soan-bai/{ma}")
def save(request: Request, context: Context, person: Author, ma: str, typed: Typed, picked: Picked) -> Response:
    """Write it, when the file is still the one the form began from and the text can be used."""
    return _save(request, context, person, ma, typed, _script(context, ma), picked)


def _save(
    request: Request,
    context: ConsoleContext,
    person: Person,
    script_id: str,
    typed: Mapping[str, str],
    script: Script | None,
    picked: UploadFile | None,
) -> Response:
    try:
        typed = taken(context, typed, picked)
        wish = wish_of(context, typed)
    except InputError as error:
        wrong = f"{error.message} {error.hint}".strip()
        return _show(request, context, typed, script=script, errors={PICKED: wrong}, status_code=422)
    if script is None and ScriptId(script_id) in context.reading.files.scripts:
        errors = {"ma": f"Đã có bài mang mã {script_id}. Ghi mã khác, hoặc để trống để máy tự đặt."}
        return _show(request, context, typed, script=None, errors=errors, status_code=422)
    front = {key: typed.get(key, "") for key in FRONT}
    draft = ScriptDraft(front=front if script else {"ma": script_id, **front}, body=typed.get("loi_doc", ""))
    try:
        context.audit(person, "script_saved", f"lưu bài {script_id[:80]}")
        saved = _editor(context).save(
            script_id, draft, began=typed.get("began", ABSENT), by=signature(person), wish=wish
        )
    except ConflictError as conflict:
        return _conflict(request, context, conflict, typed, script_id)
    except InputError as error:
        wrong = f"{error.message} {error.hint}".strip()
        return _show(
            request, context, typed, script=script, errors={"loi_doc" if script else "ma": wrong}, status_code=422
        )
    if saved.edit is None:
        return _show(request, context, typed, script=script, saved=saved, status_code=422)
    context.refresh()
    done = "Đã lưu bài cùng bản thu. Dựng tiếng để nghe" if wish.held is not None else "Đã lưu bài. Nghe lại lời đọc"
    flash(request, f"{done}, rồi gửi duyệt; bài chỉ lên loa khi đã duyệt đúng bản này.")
    for warning in [p for p in saved.problems if p.severity is not Severity.ERROR][:5]:
        flash(request, sentence(warning), "luu-y")
    return redirect(request, f"/bai-phat/{script_id}?da_luu=1")


def _conflict(
    request: Request, context: ConsoleContext, error: ConflictError, typed: Mapping[str, str], script_id: str
) -> Response:
    """Both sides; chosen again, the form begins from what was shown here."""
    text = next((c for c in error.conflicts if c.name.lower().endswith(".md")), None)
    sound = next((c for c in error.conflicts if c is not text), None)
    began = {} if text is None else {"began": text.theirs_digest}
    now = context.refresh().files.scripts.get(ScriptId(script_id))
    if sound is not None:
        began["began_thu"] = sound.theirs_digest
    elif now is not None:
        began["began_thu"] = now.recording_sha256 or ABSENT
    sides = [as_written(c) if c is text else sound_sides(c) for c in error.conflicts]
    sent = {**{k: v for k, v in typed.items() if k != "_csrf"}, **began}
    return conflict_page(request, sides, sent=sent, back=f"/soan-bai/{script_id}")
