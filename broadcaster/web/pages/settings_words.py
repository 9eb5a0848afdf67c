"""Cài đặt: the station's own dictionary as a table; every change is heard in words and its scripts named before it is written."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from broadcaster.domain.folding import fold
from broadcaster.ports_editing import ConflictError
from broadcaster.station.dictionary_editing import DictionaryEditor, Word, WordChange
from broadcaster.web.calendar_data import desk_of, signature
from broadcaster.web.calendar_forms import Posted, at_fields, elsewhere
from broadcaster.web.context import ConsoleContext
from broadcaster.web.pages.settings_edit import both_versions
from broadcaster.web.rendering import flash, redirect, render
from broadcaster.web.security import Author, Context, Someone

router = APIRouter()

SHOWN_WORDS = 200
HOME = "/cai-dat/tu-dien"
_KEYS = {"viet", "doc"}


def _editor(context: ConsoleContext) -> DictionaryEditor:
    return desk_of(context).dictionary(context.reading, context.now())


@router.get("/cai-dat/tu-dien")
def words(
    request: Request, context: Context, person: Someone, tim: Annotated[str, Query(max_length=100)] = ""
) -> Response:
    """The words, found by what is written or how it is said."""
    known = context.kept("words", context.reading.fingerprint, _editor(context).words)
    wanted = fold(tim)
    found = [w for w in known if not wanted or wanted in fold(w.written) or wanted in fold(w.spoken)]
    return render(
        request,
        "cai_dat_tu_dien.html",
        tim=tim,
        cac_tu=found[:SHOWN_WORDS],
        con=len(found) - SHOWN_WORDS,
        ca=len(known),
    )


@router.get("/cai-dat/tu-dien/tu")
def ask(
    request: Request, context: Context, person: Author, tep: str = "", dong: int = 0, viet: str = "", bo: bool = False
) -> Response:
    """A form for a new word, or for the one at a line; ``bo``: what follows when it goes."""
    if not tep:
        return _show(request, context, None, viet, "")
    word = _editor(context).word(tep, dong, viet)
    if bo:
        return _show(request, context, word, word.written, word.spoken, _editor(context).remove(word), removing=True)
    return _show(request, context, word, word.written, word.spoken)


@router.post("/cai-dat/tu-dien/tu")
def save(request: Request, context: Context, person: Author, posted: Posted) -> Response:
    """A new word, a word changed (``tep``, ``dong``, ``goc`` name it) or taken away (``bo``)."""
    written, spoken = posted.get("viet", ""), posted.get("doc", "")
    editor = _editor(context)
    try:
        word = _word(editor, posted)
        removing = word is not None and bool(posted.get("bo"))
        if removing and word is not None:
            change = editor.remove(word)
        elif word is not None:
            change = editor.change(word, written, spoken)
        else:
            change = editor.add(written, spoken)
        if posted.get("buoc") != "ghi" or not change.sound:
            return _show(request, context, word, written, spoken, change, removing=removing)
        context.audit(person, "dictionary_edited", change.why)
        edit = editor.write(change, by=signature(person))
    except ConflictError as conflict:
        sent = {"viet": written, "doc": spoken}
        return both_versions(request, conflict, sent=sent, back=HOME)
    context.refresh()
    flash(request, f"Đã lưu: {change.why}. Cần thì hoàn tác ở Lịch sử sửa (lần {edit.number}).")
    return redirect(request, HOME)


def _word(editor: DictionaryEditor, posted: Posted) -> Word | None:
    line = posted.get("dong", "")
    if not posted.get("tep") or not line.isascii() or not line.isdigit():
        return None
    return editor.word(posted["tep"], int(line), posted.get("goc", ""))


def _show(
    request: Request,
    context: ConsoleContext,
    word: Word | None,
    written: str,
    spoken: str,
    change: WordChange | None = None,
    *,
    removing: bool = False,
) -> Response:
    scripts = context.reading.files.scripts
    problems = change.problems if change is not None else ()
    return render(
        request,
        "cai_dat_tu.html",
        status_code=422 if problems else 200,
        tu=word,
        viet=written,
        doc=spoken,
        bo=removing,
        xem=change if change is not None and change.sound else None,
        loi=at_fields(problems, _KEYS),
        loi_chung=elsewhere(problems, _KEYS),
        doi_loi=[(i, scripts[i].title) for i in change.scripts if i in scripts] if change is not None else [],
    )
