"""Tạm dừng đến…: today's airings up to a moment are left out of the calendar with the reason; taking one row back undoes it."""

from collections.abc import Sequence
from datetime import datetime, time
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from broadcaster.adapters.fields import FieldError, parse_time
from broadcaster.domain.calendar import Priority
from broadcaster.domain.problems import Severity
from broadcaster.domain.rundown import Airing, AiringState
from broadcaster.web import desk
from broadcaster.web.calendar_data import desk_of, signature
from broadcaster.web.context import ConsoleContext
from broadcaster.web.errors import PageError
from broadcaster.web.pages.today import Stopper
from broadcaster.web.rendering import flash, redirect, render
from broadcaster.web.security import Context

router = APIRouter()

END_OF_DAY = time(23, 59)


@router.get("/tam-dung")
def ask(request: Request, context: Context, person: Stopper, den: str = "") -> Response:
    """Which airings would be left out."""
    return _form(request, context, until=_moment(context, den), reason="", errors={})


def _moment(context: ConsoleContext, typed: str) -> datetime | None:
    """That time of today; None when it cannot be read or is over. Nothing typed means until the day's end."""
    now = context.now()
    try:
        at = parse_time(typed.strip()) if typed.strip() else END_OF_DAY
    except FieldError:
        return None
    until = datetime.combine(now.date(), at.replace(tzinfo=None), now.tzinfo)
    return until if until > now else None


def _hit(context: ConsoleContext, until: datetime | None) -> tuple[Airing, ...]:
    """What would be left out: ahead of now, not yet cancelled, and no emergency."""
    now = context.now()
    ahead = (a for a in desk.airings_of(context, now.date()) if until is not None and now < a.planned <= until)
    wanted = (a for a in ahead if a.state is not AiringState.CANCELLED and a.priority is not Priority.EMERGENCY)
    return tuple(sorted(wanted, key=lambda a: (a.planned, a.id)))


def _form(
    request: Request, context: ConsoleContext, *, until: datetime | None, reason: str, errors: dict[str, str]
) -> Response:
    hit = _hit(context, until)
    rows: list[dict[str, Any]] = [{"luot": a, "cum": desk.zone_names(context, a.zones)} for a in hit]
    return render(
        request,
        "tam_dung.html",
        status_code=400 if errors else 200,
        den_gio=f"{until:%H:%M}" if until is not None else "",
        cac_luot=rows,
        ly_do=reason,
        loi=errors,
    )


@router.post("/tam-dung")
def pause(
    request: Request,
    context: Context,
    person: Stopper,
    den: Annotated[str, Form(max_length=40)] = "",
    ly_do: Annotated[str, Form(max_length=300)] = "",
) -> Response:
    """Write one exception for today; what plays now goes on, the red button is for that."""
    until, reason = _moment(context, den), " ".join(ly_do.split())
    errors: dict[str, str] = {}
    if until is None:
        errors["den"] = "Ghi giờ còn ở phía trước của hôm nay, ví dụ 17:00."
    if len(reason) < 5:
        errors["ly_do"] = "Ghi lý do, ít nhất vài chữ; lý do hiện trong lịch và nhật ký."
    hit = _hit(context, until)
    if errors or until is None:
        return _form(request, context, until=until, reason=reason, errors=errors)
    if not hit:
        flash(request, f"Từ giờ đến {until:%H:%M} không có lượt nào trong lịch, nên không có gì để tạm dừng.", "luu-y")
        return redirect(request, "/")
    context.audit(person, "paused", f"tạm dừng đến {until:%H:%M %d/%m/%Y}, {len(hit)} lượt: {reason}")
    _write(context, hit, until, reason, signature(person))
    flash(
        request, f"Đã bỏ {len(hit)} lượt từ giờ đến {until:%H:%M}. Muốn phát lại: Lịch phát → Ngoại lệ → bỏ dòng này."
    )
    return redirect(request, "/")


def _write(context: ConsoleContext, hit: Sequence[Airing], until: datetime, reason: str, by: str) -> None:
    times = ", ".join(dict.fromkeys(f"{a.planned:%H:%M}" for a in hit))
    values = {
        "ngay": f"{until:%d/%m/%Y}",
        "viec": "bỏ",
        "khung_gio": ", ".join(dict.fromkeys(a.slot for a in hit)),
        "gio": times,
        "ly_do": f"tạm dừng đến {until:%H:%M}: {reason}",
    }
    editor = desk_of(context).calendar(context.reading, context.now())
    proposal = editor.add("ngoai_le", values)
    if not proposal.sound:
        wrong = next((p for p in proposal.problems if p.severity is Severity.ERROR), None)
        message = f"Chưa tạm dừng được: {wrong.message}" if wrong else "Chưa tạm dừng được."
        raise PageError(message, "Muốn im ngay: bấm Dừng mọi loa. Muốn bỏ từng lượt: mở Lịch phát.")
    editor.write(proposal, by=by)
    context.refresh()
