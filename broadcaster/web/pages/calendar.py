"""Lịch phát: the week as one table, the month, one day by zones and hours, and every airing with what can be done to it."""

from datetime import time, timedelta

from fastapi import APIRouter, Request
from fastapi.responses import Response

from broadcaster.domain.calendar import ProgrammeId, Rotation, Slot
from broadcaster.domain.firing import past
from broadcaster.domain.folding import fold
from broadcaster.domain.problems import Severity
from broadcaster.domain.scripts import ScriptId
from broadcaster.present.calendar_changes import exception_sentence, next_text, rule_text, slot_sentence
from broadcaster.present.week import monday_of, month, pick_week, week, zone_hours
from broadcaster.present.week_paper import BROAD, paper_size
from broadcaster.web.calendar_data import day_of, desk_of, holidays_between, titles_of, wrong_day
from broadcaster.web.calendar_plan import airing_of, airings_between, shown_of, sums_between
from broadcaster.web.context import ConsoleContext
from broadcaster.web.rendering import render
from broadcaster.web.security import Context, Someone

router = APIRouter()

A_PAGE = 50


@router.get("/lich-phat")
def show_week(
    request: Request, context: Context, person: Someone, tuan: str = "", cum: str = "", gio: str = ""
) -> Response:
    """One week, Monday first; prints on one A4 landscape. A very full week goes on from ``gio``."""
    today = context.now().date()
    monday = monday_of(day_of(tuan, today))
    sunday = monday + timedelta(days=6)
    zones = context.reading.files.settings.zones
    airings = airings_between(context, monday, sunday)
    picked = pick_week(monday, (a for a in airings if not cum or cum in a.zones), begin=_time(gio))
    holidays = holidays_between(context, monday, sunday)
    table = week(monday, picked, shown_of(context, picked.airings), today=today, holidays=holidays)
    return render(
        request,
        "lich_tuan.html",
        bang=table,
        tuan=monday,
        truoc=monday - timedelta(days=7),
        sau=monday + timedelta(days=7),
        cum=cum,
        cac_cum=zones,
        sai_ngay=wrong_day(tuan),
        tu_gio=_time(gio),
        loi_tep=_errors(context),
        co=f"{paper_size(table):g}",
        co_rong=f"{paper_size(table, BROAD):g}",
    )


@router.get("/lich-phat/thang")
def show_month(request: Request, context: Context, person: Someone, thang: str = "", cum: str = "") -> Response:
    """One month: how many airings each day, and how many need a person."""
    today = context.now().date()
    first = day_of(f"{thang}-01" if len(thang) == 7 else thang, today).replace(day=1)
    begin = monday_of(first)
    end = begin + timedelta(days=41)
    sums = sums_between(context, begin, end, zone=cum)
    weeks = month(first, sums, today=today, holidays=holidays_between(context, begin, end))
    return render(
        request,
        "lich_thang.html",
        cac_tuan=weeks,
        thang=first,
        truoc=(first - timedelta(days=1)).replace(day=1),
        sau=(first + timedelta(days=32)).replace(day=1),
        cum=cum,
        cac_cum=context.reading.files.settings.zones,
    )


@router.get("/lich-phat/cum-gio")
def show_zones(request: Request, context: Context, person: Someone, ngay: str = "") -> Response:
    """One day: what each zone hears in each hour."""
    today = context.now().date()
    day = day_of(ngay, today)
    zones = [z for z in context.reading.files.settings.zones if z.enabled]
    table = zone_hours(airings_between(context, day, day), zones)
    shown = shown_of(context, table.airings)
    return render(
        request,
        "lich_cum_gio.html",
        ngay=day,
        sai_ngay=wrong_day(ngay),
        truoc=day - timedelta(days=1),
        sau=day + timedelta(days=1),
        cac_gio=table.hours,
        hang=table.cells(shown),
        ngay_le=holidays_between(context, day, day).get(day, ""),
    )


@router.get("/lich-phat/luot/{airing_id:path}")
def show_airing(request: Request, context: Context, person: Someone, airing_id: str) -> Response:
    """One airing: what, when, where, why it is as it is, and the ways to change it."""
    shown = airing_of(context, airing_id)
    reading = context.reading
    editor = desk_of(context).calendar(reading, context.now())
    slot = next((s for s in reading.files.calendar.slots if s.id == shown.airing.slot), None)
    if slot is not None:
        slot = editor.rows.slot_of(shown.airing)
    scripts = [(i, reading.files.scripts.get(i)) for i in shown.airing.scripts]
    return render(
        request,
        "lich_luot.html",
        luot=shown,
        khung=slot,
        khung_chu=[rule_text(r) for r in slot.days] if slot is not None else [],
        la_khung=slot is not None and "." not in slot.id,
        ghi_duoc=slot is not None and editor.rows.editable(slot.where),
        bai=scripts,
    )


@router.get("/lich-phat/khung")
def list_slots(
    request: Request, context: Context, person: Someone, tim: str = "", trang: int = 1, qua: str = ""
) -> Response:
    """Every row of the calendar that may still air, fifty a page, with where it was written; past ones when asked for."""
    today = context.now().date()
    matching = _matching(context, tim)
    found = matching if qua else [slot for slot in matching if not past(slot, today)]
    pages = max(1, (len(found) + A_PAGE - 1) // A_PAGE)
    trang = min(max(1, trang), pages)
    part = found[(trang - 1) * A_PAGE : trang * A_PAGE]
    zones = context.reading.files.settings.zones
    rows = [
        (slot, slot_sentence(slot, titles=_title_of(context, slot), zones=zones), next_text(slot, today))
        for slot in part
    ]
    return render(
        request,
        "lich_khung_ds.html",
        hang=rows,
        tim=tim,
        trang=trang,
        so_trang=pages,
        tong=len(found),
        qua=bool(qua),
        da_qua=len(matching) - len(found),
    )


def _time(text: str) -> time | None:
    try:
        return time.fromisoformat(text).replace(tzinfo=None) if text else None
    except ValueError:
        return None


def _matching(context: ConsoleContext, words: str) -> list[Slot]:
    reading = context.reading
    slots = reading.files.calendar.slots
    sought = fold(words)
    if not sought:
        return list(slots)

    def folded() -> list[str]:
        titles = titles_of(context)
        return [fold(f"{s.id} {s.title} {s.content} {titles.get(str(s.content), '')}") for s in slots]

    texts = context.kept("slot words", reading.fingerprint, folded)
    return [slot for slot, text in zip(slots, texts, strict=True) if sought in text]


def _title_of(context: ConsoleContext, slot: Slot) -> dict[str, str]:
    """The title of what one slot airs, by its id."""
    files = context.reading.files
    content = slot.content
    if isinstance(content, Rotation):
        return {}
    programme = files.calendar.programmes.get(ProgrammeId(content))
    script = files.scripts.get(ScriptId(content))
    title = programme.title if programme is not None else script.title if script is not None else content
    return {content: title}


@router.get("/lich-phat/ngoai-le")
def list_exceptions(request: Request, context: Context, person: Someone) -> Response:
    """Coming exceptions first, then those that have passed, newest first."""
    reading = context.reading
    today = context.now().date()
    editor = desk_of(context).calendar(reading, context.now())
    ordered = sorted(enumerate(reading.files.calendar.exceptions), key=lambda e: (e[1].first, e[1].last))
    zones = reading.files.settings.zones
    coming = [
        (n, e, exception_sentence(e, zones), editor.rows.editable(e.where)) for n, e in ordered if e.last >= today
    ]
    past = [(n, e, exception_sentence(e, zones), False) for n, e in reversed(ordered) if e.last < today][:100]
    return render(request, "lich_ngoai_le.html", sap_toi=coming[:300], da_qua=past)


def _errors(context: ConsoleContext) -> int:
    return sum(p.severity is Severity.ERROR for p in context.reading.files.problems)
