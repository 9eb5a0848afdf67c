"""Thiết bị: zones, the announced test, the doctor's findings, disk, clock, backups."""

import re
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, Response

from broadcaster.adapters.people import Person
from broadcaster.domain.calendar import Priority
from broadcaster.domain.gate import judge
from broadcaster.errors import RecordError
from broadcaster.present.announcements import test_announcement
from broadcaster.web.context import ConsoleContext
from broadcaster.web.errors import MissingError, PageError
from broadcaster.web.jobs import Job
from broadcaster.web.pages.today import level_word
from broadcaster.web.rendering import flash, redirect, render
from broadcaster.web.security import Admin, Context, Operator, Someone

router = APIRouter()

EXAMINE = "kham"
BACKUP = "sao-luu"
KEPT_BACKUPS = 5
_BACKUP_NAME = re.compile(r"tram-\d{8}-\d{6}\.zip")


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One finding of the doctor; ``state`` is good, note or bad."""

    area: str
    state: str
    text: str
    hint: str


def looks(job: Job | None) -> tuple[Look, ...]:
    """The findings of a finished examination, bad ones first."""
    if job is None or job.running:
        return ()
    rows = job.rows("area", "state", "message", "hint")
    found = [Look(area=r["area"], state=r["state"], text=r["message"], hint=r["hint"]) for r in rows]
    return tuple(sorted(found, key=lambda look: ("bad", "note", "good").index(look.state)))


@router.get("/thiet-bi")
def devices(request: Request, context: Context, person: Someone) -> Response:
    """Everything that carries the sound, as it is now and as it was when last examined."""
    status = context.status()
    job = context.jobs.get(EXAMINE)
    found = looks(job)
    disk = shutil.disk_usage(context.paths.station)
    response = render(
        request,
        "thiet_bi.html",
        cum=_zones(context, found),
        kham=job,
        ket_qua=found,
        trong_gb=disk.free / 1024**3,
        tong_gb=disk.total / 1024**3,
        dong_bo=context.reading.shop.clock.synchronised(),
        tin_cay=status["clock_trusted"] if status else None,
        sao_luu=context.jobs.get(BACKUP),
        cac_ban=_backups(context),
    )
    if any(j is not None and j.running for j in (job, context.jobs.get(BACKUP))):
        response.headers["refresh"] = "3"
    return response


def _zones(context: ConsoleContext, found: tuple[Look, ...]) -> list[dict[str, object]]:
    status = context.status()
    playing = {zone: airing for airing in (status["on_air"] if status else []) for zone in airing["zones"]}
    rows: list[dict[str, object]] = []
    for zone in context.reading.files.settings.zones:
        airing = playing.get(str(zone.id))
        look = next((f for f in found if f.area == f"loa {zone.id}"), None)
        rows.append(
            {
                "zone": zone,
                "dang": airing["title"] if airing else "",
                "muc": level_word(airing["level_dbfs"]) if airing else "",
                "kham": look,
            }
        )
    return rows


@router.post("/thiet-bi/kham")
def examine(request: Request, context: Context, person: Operator) -> Response:
    """Send for the doctor; the page shows the findings when they are there."""
    status = context.status()
    if status and status["on_air"]:
        raise PageError("Loa đang phát nên chưa khám được ngõ ra âm thanh.", "Đợi phát xong rồi khám lại.")
    context.audit(person, "examined", "khám máy")
    context.jobs.start(EXAMINE, "doctor", "--json")
    return redirect(request, "/thiet-bi")


@router.get("/thiet-bi/phat-thu")
def ask_test(request: Request, context: Context, person: Operator) -> Response:
    """What the test will say, where, and whether it may sound now."""
    now = context.now()
    settings = context.reading.files.settings
    verdict = judge(settings.policy.quiet, start=now, duration_s=30.0, priority=Priority.NORMAL)
    return render(
        request,
        "phat_thu.html",
        loi_thu=test_announcement(settings.identity_on(now.date())),
        yen=verdict.reason if not verdict.open else "",
        cac_cum=[z.name for z in settings.zones if z.enabled],
    )


@router.post("/thiet-bi/phat-thu")
def test(request: Request, context: Context, person: Operator) -> Response:
    """Air the announced test through the station."""
    context.audit(person, "test_ordered", "ra lệnh phát thử")
    # the words of a test name the day, so a voice may have to speak them first
    context.ask({"do": "test", "by": person.name, "reason": "phát thử từ bảng điều khiển"}, timeout_s=60.0)
    flash(request, "Trạm đang phát thử. Lượt này ghi là phát thử, không tính vào kết quả.")
    return redirect(request, "/")


@router.post("/thiet-bi/sao-luu")
def backup(request: Request, context: Context, person: Admin) -> Response:
    """Make a backup while the station runs; only the newest few are kept here."""
    folder = context.paths.var / "backups"
    folder.mkdir(parents=True, exist_ok=True)
    name = f"tram-{context.now():%Y%m%d-%H%M%S}.zip"
    context.audit(person, "backup_made", f"sao lưu {name}")
    context.jobs.start(BACKUP, "backup", str(folder / name), after=lambda _: _drop_old(context))
    return redirect(request, "/thiet-bi")


def _drop_old(context: ConsoleContext) -> None:
    for path, _, _ in _backups(context)[KEPT_BACKUPS:]:
        path.unlink(missing_ok=True)


def _backups(context: ConsoleContext) -> list[tuple[Path, float, datetime]]:
    """The backups here, newest first: path, MB, when."""
    folder = context.paths.var / "backups"
    found = []
    for path in folder.glob("tram-*.zip") if folder.is_dir() else ():
        if _BACKUP_NAME.fullmatch(path.name):
            made = datetime.strptime(path.name[5:20], "%Y%m%d-%H%M%S").replace(tzinfo=context.now().tzinfo)
            found.append((path, path.stat().st_size / 1024**2, made))
    return sorted(found, key=lambda one: one[2], reverse=True)


@router.get("/thiet-bi/sao-luu/{name}")
def download(context: Context, person: Admin, name: str) -> Response:
    """One backup, for an administrator only: it holds the whole station."""
    path = context.paths.var / "backups" / name
    if not _BACKUP_NAME.fullmatch(name) or not path.is_file():
        raise MissingError("Không có bản sao lưu này.", "Tải lại trang Thiết bị.")
    _note_download(context, person, name)
    return FileResponse(path, media_type="application/zip", filename=name)


def _note_download(context: ConsoleContext, person: Person, name: str) -> None:
    try:
        context.audit(person, "backup_taken", f"tải bản sao lưu {name}")
    except RecordError as error:
        raise PageError("Chưa ghi được vào nhật ký nên chưa tải.", error.hint) from error
