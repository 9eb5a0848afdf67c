"""Phát khẩn from a template: fill the blanks, hear it made into sound here, then the same read-back and confirmation."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response

from broadcaster.adapters.people import Person
from broadcaster.domain.edits import ABSENT
from broadcaster.domain.problems import Severity
from broadcaster.domain.scripts import Script, ScriptId
from broadcaster.web import emergency
from broadcaster.web.calendar_data import desk_of, signature
from broadcaster.web.context import ConsoleContext
from broadcaster.web.errors import MissingError, PageError
from broadcaster.web.orders_form import MOST_REPEATS, Wish, check_wish, outlook
from broadcaster.web.pages.air_now import all_zones, show_read_back
from broadcaster.web.rendering import redirect, render
from broadcaster.web.security import Context, Operator

router = APIRouter()


@router.get("/phat-khan/mau/{name}")
def form(request: Request, context: Context, person: Operator, name: str) -> Response:
    """One template with its blanks."""
    found = _template(context, name)
    wish = Wish(zones=all_zones(context), repeat=2, emergency=True)
    return _form(request, context, found, wish, values=(), wrong={}, errors={})


def _template(context: ConsoleContext, name: str) -> Script:
    found = emergency.template(context.reading.files.scripts, name, context.now())
    if found is None:
        raise MissingError("Không có mẫu khẩn này.", "Chọn một mẫu ở trang Phát khẩn.")
    return found


def _form(
    request: Request,
    context: ConsoleContext,
    script: Script,
    wish: Wish,
    *,
    values: Sequence[str],
    wrong: dict[int, str],
    errors: dict[str, str],
) -> Response:
    shown = (*values, *[""] * len(script.blanks))
    return render(
        request,
        "phat_khan_mau.html",
        status_code=400 if wrong or errors else 200,
        mau=script,
        manh=emergency.pieces(script, values),
        cho_trong=[(n, name, shown[n], wrong.get(n, "")) for n, name in enumerate(emergency.blanks(script))],
        tu_viet=script.id == emergency.OWN_WORDS.id,
        y=wish,
        loi=errors,
        cac_cum=[(str(z.id), z.name) for z in context.reading.files.settings.zones if z.enabled],
        nhieu_nhat=MOST_REPEATS,
    )


@router.post("/phat-khan/mau/{name}")
def fill(
    request: Request,
    context: Context,
    person: Operator,
    name: str,
    cho: Annotated[list[str] | None, Form()] = None,
    cum: Annotated[list[str] | None, Form()] = None,
    ly_do: Annotated[str, Form(max_length=500)] = "",
    lap: Annotated[int, Form()] = 1,
) -> Response:
    """Keep the notice as a script file and have it spoken; nothing sounds yet."""
    script = _template(context, name)
    values = emergency.tidied(cho or (), script)
    wish = Wish(zones=tuple(cum or ()), reason=" ".join(ly_do.split()), repeat=lap, emergency=True)
    errors = check_wish(context, wish)
    wrong = emergency.wrong(script, values) or _unspeakable(context, values)
    if wrong or errors:
        return _form(request, context, script, wish, values=values, wrong=wrong, errors=errors)
    notice = _keep(context, script, emergency.filled(script, values), wish, person)
    _speak(context, notice)
    query = urlencode([("cum", z) for z in wish.zones] + [("lap", str(wish.repeat)), ("ly_do", wish.reason)])
    return redirect(request, f"/phat-khan/tin/{notice}?{query}")


def _unspeakable(context: ConsoleContext, values: Sequence[str]) -> dict[int, str]:
    """What no voice can say is told at its field, before anything is written."""
    preparer = context.reading.preparer
    found = {n: preparer.speech(replace(emergency.OWN_WORDS, text=v)).unspeakable for n, v in enumerate(values)}
    return {
        n: f"Chỗ này máy chưa đọc được: {', '.join(rest[:3])}. Viết thành chữ." for n, rest in found.items() if rest
    }


def _keep(context: ConsoleContext, script: Script, text: str, wish: Wish, person: Person) -> ScriptId:
    now = context.now()
    reading = context.reading
    voice = emergency.voice_at_once(reading.files.settings.voices)
    made = emergency.notice_id(script, now)
    written = emergency.draft(script, text, now=now, author=person.name, order=wish.reason, voice=voice)
    context.audit(person, "emergency_written", f"soạn tin khẩn {made} theo mẫu {script.id}")
    saved = desk_of(context).scripts(reading, now).save(made, written, began=ABSENT, by=signature(person))
    problems = [p for p in saved.problems if p.severity is Severity.ERROR]
    if problems:
        raise PageError(f"Chưa ghi được tin khẩn: {problems[0].message}", problems[0].hint)
    context.refresh()
    return made


def _speak(context: ConsoleContext, notice: ScriptId) -> None:
    context.jobs.start(f"khan {notice}", "prepare", "--only", notice, "--json")


@router.get("/phat-khan/tin/{name}")
def follow(
    request: Request,
    context: Context,
    person: Operator,
    name: str,
    cum: Annotated[list[str] | None, Query()] = None,
    lap: int = 1,
    ly_do: Annotated[str, Query(max_length=500)] = "",
) -> Response:
    """Wait for the sound, then the read-back."""
    script = context.reading.files.scripts.get(ScriptId(name)) or context.refresh().files.scripts.get(ScriptId(name))
    if script is None or not emergency.made_here(script):
        raise MissingError("Không có tin khẩn này.", "Chọn lại mẫu ở trang Phát khẩn.")
    wish = Wish(script=name, zones=tuple(cum or ()), reason=ly_do, repeat=lap, emergency=True)
    if context.reading.preparer.clip(script) is not None:
        found = outlook(context, wish, context.now(), by=person.name)
        return show_read_back(request, context, wish, found, order_id=context.orders.fresh_id())
    job = context.jobs.get(f"khan {name}")
    if job is None:
        _speak(context, script.id)
        job = context.jobs.get(f"khan {name}")
    response = render(request, "phat_khan_cho.html", bai=script, viec=job)
    if job is not None and job.running:
        response.headers["refresh"] = "1"
    return response
