"""Kiểm tra tệp: every problem of the station's files at once, each at its place with the way out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import PurePosixPath
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import Response

from broadcaster.domain.folding import fold_id
from broadcaster.domain.problems import Problem, Severity, Where, has_errors
from broadcaster.present.problems import from_json, verdict
from broadcaster.web.calendar_forms import whole
from broadcaster.web.context import ConsoleContext
from broadcaster.web.jobs import Job
from broadcaster.web.rendering import redirect, render
from broadcaster.web.security import Context, Insider, Someone

router = APIRouter()

CHECK = "kiem-tra"
SHOWN = 300
"""Problems on the page; who has more mends these first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One problem on screen; ``title`` is of a script, ``place`` the line or cell in words, ``href`` where it is mended."""

    file: str
    title: str
    place: str
    bad: bool
    text: str
    hint: str
    href: str


@router.get("/kiem-tra")
def problems(request: Request, context: Context, person: Someone) -> Response:
    """What the files say now; after a thorough check also what the plan and the reading of the scripts add to it."""
    job = _job(context)
    thorough = job is not None and not job.running and job.code in {0, 1}  # 1: it found errors
    known = context.reading.files.problems
    found = tuple(from_json(row) for row in job.rows()) if job is not None and thorough else known
    ordered = _ordered(found)
    response = render(
        request,
        "kiem_tra.html",
        cac_tep=[(f, list(group)) for f, group in groupby(_shown(context, ordered[:SHOWN]), key=lambda f: f.file)],
        them=max(0, len(ordered) - SHOWN),
        ket_luan=verdict(found),
        co_loi=has_errors(found),
        ky=thorough,
        viec=job,
    )
    if job is not None and job.running:
        response.headers["refresh"] = "2"
    return response


@router.post("/kiem-tra")
def check(request: Request, context: Context, person: Insider) -> Response:
    """Check thoroughly, in a child process: a large calendar takes seconds."""
    context.jobs.start(CHECK, "check", "--json", about=context.reading.fingerprint)
    return redirect(request, "/kiem-tra")


def _job(context: ConsoleContext) -> Job | None:
    """The check of the files as they are now; one of an earlier version says nothing of them."""
    job = context.jobs.get(CHECK)
    return job if job is not None and job.about == context.reading.fingerprint else None


def _ordered(found: Iterable[Problem]) -> list[Problem]:
    """Files with errors first, and in each file errors before notes; else as they were told, by place."""
    told = list(found)
    wrong = {p.where.file for p in told if p.severity is Severity.ERROR}
    return sorted(told, key=lambda p: (p.where.file not in wrong, p.where.file, p.severity is not Severity.ERROR))


def _shown(context: ConsoleContext, found: Sequence[Problem]) -> Iterable[Finding]:
    scripts = {script.where.file: script for script in context.reading.files.scripts.values()} if found else {}
    for problem in found:
        file = problem.where.file
        script = scripts.get(file)
        yield Finding(
            file=file,
            title=script.title if script is not None else "",
            place=_place(problem.where),
            bad=problem.severity is Severity.ERROR,
            text=whole(problem.message),
            hint=problem.hint,
            href=_mended_at(file, script.id if script is not None else ""),
        )


def _place(where: Where) -> str:
    if where.sheet is not None:
        return f"trang {where.sheet}, ô {where.cell}" if where.cell else f"trang {where.sheet}"
    return f"dòng {where.line}" if where.line is not None else ""


def _mended_at(file: str, script: str) -> str:
    """The screen where a file is mended; empty where that is its own program."""
    pure = PurePosixPath(file)
    if file == "station.toml":
        return "/cai-dat"
    if pure.parts[0] == "audio_scripts":
        is_script = pure.suffix == ".md"
        return f"/bai-phat/{quote(script or fold_id(pure.stem), safe='')}" if is_script else "/cai-dat/tu-dien"
    return {".yaml": "/lich-phat/khung", ".yml": "/lich-phat/khung", "": "/lich-phat"}.get(pure.suffix, "")
