"""Bài phát: the list with each person's own work first, one script with everything known of it, and its sound."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, Response

from broadcaster.adapters.people import Person, Role
from broadcaster.domain.rotation import taken_over
from broadcaster.domain.scripts import Script, ScriptId
from broadcaster.present.web_script_versions import deeds, history
from broadcaster.present.web_scripts import (
    ScriptQuery,
    approval_sentence,
    badges,
    blocks,
    kind_choices,
    length_of,
    state_choices,
    validity,
    voice_name,
)
from broadcaster.web.calendar_data import desk_of
from broadcaster.web.context import ConsoleContext
from broadcaster.web.desk import approvals
from broadcaster.web.errors import MissingError
from broadcaster.web.rendering import flash, fragment, redirect, render
from broadcaster.web.script_shelf import coming_of, problems_of, shelf, used_in, work_of
from broadcaster.web.script_view import (
    Standing,
    doable,
    file_version,
    job_name,
    making,
    missing,
    returned_reason,
    spoken,
    standing,
    use_view,
)
from broadcaster.web.security import Context, Insider, Someone

router = APIRouter()

A_PAGE = 40
VERSIONS_SHOWN = 30
LONGEST_WORDS = 100


@router.get("/bai-phat")
def rows(
    request: Request,
    context: Context,
    person: Someone,
    tim: str = "",
    trang_thai: str = "",
    ma: str = "",
    loai: str = "",
    trang: int = 1,
) -> Response:
    """The list, forty a page; what waits for this person stands above it."""
    query = ScriptQuery(
        words=tim.strip()[:LONGEST_WORDS], state=trang_thai[:20], topic=ma.strip()[:40], kind=loai.strip()[:40]
    )
    found = query.take(shelf(context).rows)
    pages = max(1, (len(found) + A_PAGE - 1) // A_PAGE)
    trang = min(max(1, trang), pages)
    part = found[(trang - 1) * A_PAGE : trang * A_PAGE]
    reading = context.reading
    scripts = [s for r in part if (s := reading.files.scripts.get(ScriptId(r.id))) is not None]
    clips = reading.preparer.clips_of(scripts, approvals(context))
    lengths = {s.id: length_of(s, clips.get(s.id), reading.preparer.estimate(s)) for s in scripts}
    topics = context.kept(
        "script_topics",
        reading.fingerprint,
        lambda: sorted({t for s in reading.files.scripts.values() for t in s.topics}),
    )
    return render(
        request,
        "bai_phat.html",
        hang=part,
        dai=lengths,
        q=query,
        tong=len(found),
        trang=trang,
        so_trang=pages,
        trang_thai_chon=state_choices(),
        loai_chon=kind_choices(),
        ma_chon=topics,
        viec=work_of(context, person, may_decide=person.may(Role.APPROVER)),
    )


@router.get("/bai-phat/{ma}")
def one(request: Request, context: Context, person: Someone, ma: str) -> Response:
    """One script."""
    return show(request, context, person, ma)


def show(
    request: Request,
    context: ConsoleContext,
    person: Person,
    ma: str,
    *,
    wrong: dict[str, str] | None = None,
    reason: str = "",
    status_code: int = 200,
) -> Response:
    """The page of a script, with what was refused (``wrong``: field to sentence) and the reason typed so far."""
    reading = context.reading
    found = standing(context, reading, ma)
    if found is None:
        return _unread(request, context, ma)
    script = found.script
    today = context.now().date()
    scripts = reading.files.scripts
    uses = used_in(context, reading, script)
    return render(
        request,
        "bai_phat_mot.html",
        status_code=status_code,
        loi=wrong or {},
        ly_do=reason,
        bai=script,
        huy_hieu=badges(script, found.state, today=today, scripts=scripts, broken=found.broken),
        hieu_luc=validity(script),
        vuong=blocks(script, found.state, today=today, scripts=scripts, clip=found.clip, broken=found.broken),
        tra_lai=returned_reason(found),
        duyet=approval_sentence(found.approval, script, found.clip) if found.approval is not None else "",
        doc=spoken(context, reading, script),
        toc_do=script.speed or reading.files.settings.voices.rate,
        thay_boi=taken_over(script, today, scripts),
        thay_cho=[s for s in scripts.values() if s.superseded_by == script.id][:10],
        noi_dung_dung=use_view(context, reading, script),
        sap_phat=coming_of(context, reading, script, uses),
        lan_cuoi=context.journal.last_aired().get(script.id),
        buoc=deeds(desk_of(context).reviews.of(script.id), found.approval)[:VERSIONS_SHOWN],
        loi_tep=found.problems,
        **_sound(context, person, found),
        **_versions(context, script.where.file),
    )


def _unread(request: Request, context: ConsoleContext, ma: str) -> Response:
    """A file that gives no script: what is wrong, what it says, and the versions to go back to."""
    problems = problems_of(context.reading, ma, None)
    name = problems[0].where.file
    version = file_version(context, name)
    return render(
        request,
        "bai_phat_loi.html",
        ma=ma,
        tep=name,
        loi_tep=problems,
        chu=version.text[:20_000] if version is not None else "",
        **_versions(context, name),
    )


def _versions(context: ConsoleContext, name: str) -> dict[str, Any]:
    version = file_version(context, name)
    found = history(desk_of(context).files.edits(name, most=VERSIONS_SHOWN), name, version.digest if version else "")
    return {"lich_su": found, "dang_co": version.digest if version is not None else ""}


def _sound(context: ConsoleContext, person: Person, found: Standing) -> dict[str, Any]:
    clip = found.clip
    return {
        "clip": clip,
        "giong": voice_name(clip.voice) if clip is not None else "",
        "dang_dung": making(context, found.script),
        "duoc": doable(context, person, found),
    }


@router.get("/bai-phat/{ma}/tieng")
def sound(request: Request, context: Context, person: Someone, ma: str) -> Response:
    """The part of the page that holds the player and the decision, while a sound is being made."""
    found = standing(context, context.reading, ma)
    if found is None:
        raise missing(ma)
    text = fragment(request, "bai_phat_tieng.html", bai=found.script, loi={}, **_sound(context, person, found))
    return Response(text, media_type="text/html")


@router.post("/bai-phat/{ma}/tieng")
def make_sound(request: Request, context: Context, person: Insider, ma: str) -> Response:
    """Have the sound made in a child process, approved or not; one at a time, so that the player keeps its machine."""
    script = _script(context, ma)
    busy = next((i for i in context.reading.files.scripts if i != script.id and _running(context, i)), None)
    if busy is not None:
        flash(request, f"Máy đang dựng tiếng cho bài {busy}. Chờ xong rồi bấm lại.", "luu-y")
        return redirect(request, f"/bai-phat/{script.id}#tieng")
    context.audit(person, "sound_asked", f"dựng tiếng bài {script.id} để nghe")
    context.jobs.start(job_name(script.id), "prepare", "--only", script.id, "--json")
    return redirect(request, f"/bai-phat/{script.id}#tieng")


@router.get("/bai-phat/{ma}/nghe/{digest}.wav")
def listen(context: Context, person: Someone, ma: str, digest: str) -> Response:
    """The sound in the player, by its digest: never another than the one the page speaks of. Loudspeakers stay silent."""
    script = _script(context, ma)
    found = standing(context, context.reading, script.id)
    clip = found.clip if found is not None else None
    if clip is None or clip.audio_sha256 != digest:
        raise MissingError("Bản tiếng này không còn.", "Tải lại trang của bài (F5) để nghe bản mới.")
    return FileResponse(clip.path, media_type="audio/wav")


def _script(context: ConsoleContext, ma: str) -> Script:
    script = context.reading.files.scripts.get(ScriptId(ma))
    if script is None:
        raise missing(ma)
    return script


def _running(context: ConsoleContext, script_id: ScriptId) -> bool:
    job = context.jobs.get(job_name(script_id))
    return job is not None and job.running
