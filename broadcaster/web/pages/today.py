"""Hôm nay: what is on air, what comes next, what needs a person; the sheet of a day; the button that silences everything."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from broadcaster.adapters.people import Person, Role
from broadcaster.domain.asrun import Line, Outcome
from broadcaster.domain.calendar import ZoneId
from broadcaster.errors import RecordError
from broadcaster.present.plan import outcome_word
from broadcaster.web import desk
from broadcaster.web.calendar_data import day_of
from broadcaster.web.context import ConsoleContext
from broadcaster.web.rendering import flash, redirect, render
from broadcaster.web.security import Context, Someone, require

router = APIRouter()

Stopper = Annotated[Person, Depends(require(Role.OPERATOR, Role.AUTHOR, Role.APPROVER, Role.ADMIN))]
"""Silence is the safe side: everyone but an onlooker may ask for it."""


@router.get("/")
def today(request: Request, context: Context, person: Someone) -> Response:
    """The page one leaves open all day."""
    now = context.now()
    lines = desk.day_lines(context, now.date(), now)
    yesterday = now.date() - timedelta(days=1)
    return render(
        request,
        "hom_nay.html",
        **on_air(context),
        **next_up(context),
        viec=desk.tasks(context, now),
        dem=desk.tally(lines),
        con_lai=sum(line.outcome is Outcome.AHEAD for line in lines),
        hom_qua=desk.tally(desk.day_lines(context, yesterday, now)),
        ngay_qua=yesterday,
    )


def on_air(context: ConsoleContext) -> dict[str, Any]:
    """What plays now, with names of zones and the level in words."""
    status = context.status()
    rows = [
        {
            **airing,
            "cum": desk.zone_names(context, airing["zones"]),
            "con": max(0.0, airing["duration_s"] - airing["played_s"]),
            "muc": level_word(airing["level_dbfs"]),
        }
        for airing in (status["on_air"] if status else [])
    ]
    return {"dang_phat": rows}


def level_word(level_dbfs: float | None) -> str:
    """How loud, without a number."""
    if level_dbfs is None or level_dbfs < -60:
        return "im lặng"
    return "nhỏ" if level_dbfs < -38 else "đủ tiếng"


def next_up(context: ConsoleContext) -> dict[str, Any]:
    """The coming airings."""
    return {"sap_phat": desk.coming(context, context.now())}


@router.post("/dung")
def stop(
    request: Request, context: Context, person: Stopper, cum: Annotated[str, Form(max_length=100)] = ""
) -> Response:
    """Silence at once, everywhere or in one zone. The order goes out first; the station writes it down with the name."""
    reason = "bấm nút Dừng mọi loa" if not cum else f"bấm nút dừng cụm {cum}"
    answer = context.ask({"do": "stop", "zone": cum, "by": person.name, "reason": reason})
    stopped = list(answer["stopped"])
    try:
        context.audit(person, "stop", f"{reason}; đã dừng {len(stopped)} lượt")
    except RecordError:
        flash(request, "Đã dừng, nhưng chưa ghi được vào nhật ký ai bấm.", "luu-y")
    if stopped:
        flash(request, f"Đã dừng {len(stopped)} lượt đang phát. Lịch vẫn chạy: lượt kế tiếp sẽ phát đúng giờ.")
    else:
        flash(request, "Lúc này không có loa nào đang phát.", "luu-y")
    return redirect(request, "/")


@router.get("/in/lich-ngay")
def day_sheet(request: Request, context: Context, person: Someone, ngay: str = "") -> Response:
    """One day on paper: before it, a plan to sign; after it, the same sheet with what was heard."""
    now = context.now()
    day = day_of(ngay, now.date())
    lines = desk.day_lines(context, day, now)
    rows = [
        {
            "line": line,
            "ket_qua": outcome_word(line),
            "cum": desk.zone_names(context, _zones(line)),
        }
        for line in lines
    ]
    identity = context.reading.files.settings.identity_on(day)
    return render(
        request,
        "lich_ngay.html",
        ngay_in=day,
        dong=rows,
        don_vi=identity,
        truoc=day - timedelta(days=1),
        sau=day + timedelta(days=1),
    )


def _zones(line: Line) -> tuple[ZoneId, ...]:
    if line.airing is not None:
        return line.airing.zones
    return line.entry.opening.zones if line.entry is not None else ()
