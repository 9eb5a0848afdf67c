"""Báo cáo: choose a period, see its figures, open the rows behind each, then take the paper away."""

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from broadcaster.adapters.day_fields import parse_date
from broadcaster.adapters.fields import FieldError
from broadcaster.adapters.makegood_yaml import FILE, write_makegood
from broadcaster.adapters.people import Person, Role
from broadcaster.domain.coverage import CellState
from broadcaster.domain.periods import Period, PeriodError
from broadcaster.present.durations import moment
from broadcaster.present.plan import OUTCOMES
from broadcaster.present.web_report import linked_tables
from broadcaster.station.covering import LOOK_BACK_DAYS
from broadcaster.web.context import ConsoleContext
from broadcaster.web.errors import PageError
from broadcaster.web.rendering import flash, redirect, render
from broadcaster.web.report_desk import Desk, Named, calendar_periods, period_of, regime
from broadcaster.web.security import Context, Someone, require

router = APIRouter()

Keeper = Annotated[Person, Depends(require(Role.AUTHOR, Role.OPERATOR))]

CELL_BADGES = {
    CellState.FULL: "✓",
    CellState.SHORT: "!",
    CellState.MISSING: "✗",
    CellState.AHEAD: "·",
    CellState.NOT_PLANNED: "",
}


@router.get("/bao-cao")
def choose(request: Request, context: Context, person: Someone, tu: str = "", den: str = "") -> Response:
    """Which period."""
    errors: dict[str, str] = {}
    if tu.strip() or den.strip():
        try:
            chosen = _chosen(context, tu, den, errors)
            if chosen is not None:
                return redirect(request, f"/bao-cao/ky?ky={chosen.code}")
        except PeriodError as error:
            errors["den"] = f"{error.message[:1].upper()}{error.message[1:]}. {error.hint}"
    today = context.now().date()
    return render(
        request,
        "reports/bao_cao.html",
        status_code=400 if errors else 200,
        theo_che_do=regime(context, today),
        theo_lich=calendar_periods(context, today),
        hom_nay=today,
        tu_ngay=tu[:60],
        den_ngay=den[:60],
        loi=errors,
    )


def _chosen(context: ConsoleContext, tu: str, den: str, errors: dict[str, str]) -> Period | None:
    days = {}
    for name, typed in (("tu", tu), ("den", den)):
        try:
            days[name] = parse_date(typed[:60]) if typed.strip() else None
        except FieldError as error:
            errors[name] = f"{error.message} {error.hint}".strip()
            continue
        if days[name] is None:
            errors[name] = "Chưa ghi ngày. Ghi ngày/tháng/năm, ví dụ 31/03/2024."
    if errors:
        return None
    return period_of(context, f"{days['tu']}..{days['den']}")


@router.get("/bao-cao/ky")
def preview(request: Request, context: Context, person: Someone, desk: Desk, ky: str = "") -> Response:
    """The figures of a period, each leading to its rows."""
    period = _period(context, ky)
    report = desk.report(period)
    tables = linked_tables(report) if report is not None else ()
    return render(request, "reports/ky.html", ky=period, bc=report, bang=tables, ket_qua=OUTCOMES)


@router.get("/bao-cao/ky/cho")
def preview_wait(request: Request, context: Context, person: Someone, desk: Desk, ky: str = "") -> Response:
    """Asked by a page that waits: 204 until the figures are there, then the page is loaded again."""
    return _awaited(desk.report(_period(context, ky)))


def _awaited(answer: object) -> Response:
    return Response(status_code=204) if answer is None else Response(headers={"hx-refresh": "true"})


@router.get("/bao-cao/phu")
def coverage(request: Request, context: Context, person: Someone, desk: Desk, ky: str = "") -> Response:
    """Topic by month: what was planned, what was heard, what nobody has heard yet."""
    period = _period(context, ky or str(context.now().year))
    return render(
        request,
        "reports/phu.html",
        ky=period,
        bang=desk.coverage(period),
        dau=CELL_BADGES,
        chon=[n for n in regime(context, context.now().date()) if n.period.code != period.code],
        nam=_year(context, period),
    )


@router.get("/bao-cao/phu/cho")
def coverage_wait(request: Request, context: Context, person: Someone, desk: Desk, ky: str = "") -> Response:
    """As `preview_wait`."""
    return _awaited(desk.coverage(_period(context, ky or str(context.now().year))))


def _year(context: ConsoleContext, period: Period) -> Named:
    return Named(label=f"Năm {period.last.year}", period=period_of(context, str(period.last.year)))


@router.get("/bao-cao/phat-bu")
def make_goods(
    request: Request, context: Context, person: Someone, desk: Desk, tu: str = "", den: str = ""
) -> Response:
    """What was lost and where it could be heard after all."""
    errors: dict[str, str] = {}
    first, last = _days(context, tu, den, errors)
    found = () if errors else desk.proposals(first, last)
    return render(
        request,
        "reports/phat_bu.html",
        status_code=400 if errors else 200,
        de_nghi=found,
        ket_qua=OUTCOMES,
        tu_ngay=tu[:60] or f"{first:%d/%m/%Y}",
        den_ngay=den[:60] or f"{last:%d/%m/%Y}",
        loi=errors,
        so_ngay=LOOK_BACK_DAYS,
    )


@router.get("/bao-cao/phat-bu/cho")
def make_goods_wait(
    request: Request, context: Context, person: Someone, desk: Desk, tu: str = "", den: str = ""
) -> Response:
    """As `preview_wait`."""
    return _awaited(desk.proposals(*_days(context, tu, den, {})))


def _days(context: ConsoleContext, tu: str, den: str, errors: dict[str, str]) -> tuple[date, date]:
    today = context.now().date()
    asked: dict[str, date | None] = {}
    for name, typed in (("tu", tu), ("den", den)):
        try:
            asked[name] = parse_date(typed[:60]) if typed.strip() else None
        except FieldError as error:
            errors[name] = f"{error.message} {error.hint}".strip()
    last = asked.get("den") or today
    first = asked.get("tu") or last - timedelta(days=LOOK_BACK_DAYS)
    if last < first:
        errors["den"] = f"Đến ngày {last:%d/%m/%Y} đứng trước từ ngày {first:%d/%m/%Y}. Đổi lại hai ngày."
    return first, last


@router.post("/bao-cao/phat-bu")
def accept(
    request: Request,
    context: Context,
    person: Keeper,
    desk: Desk,
    luot: Annotated[list[str] | None, Form()] = None,
    tu: Annotated[str, Form()] = "",
    den: Annotated[str, Form()] = "",
) -> Response:
    """Write the chosen make-goods into the station's own schedule file."""
    wanted = set(luot or ())
    errors: dict[str, str] = {}
    first, last = _days(context, tu, den, errors)
    found = () if errors else desk.proposals(first, last)
    if found is None:
        raise PageError("Đề nghị phát bù đang được tính lại.", "Đợi vài giây rồi chấp nhận lần nữa.")
    chosen = [p for p in found if p.lost.airing.id in wanted and p.at is not None]
    back = f"/bao-cao/phat-bu?tu={first:%d/%m/%Y}&den={last:%d/%m/%Y}"
    if not chosen:
        flash(request, "Chưa chọn lượt nào có chỗ phát bù. Đánh dấu một lượt rồi bấm Chấp nhận.", "luu-y")
        return redirect(request, back)
    text = "; ".join(f"{p.lost.airing.id} → {p.at:%d/%m/%Y %H:%M}" for p in chosen if p.at is not None)
    by = f"{person.name} ({person.login})"
    now = context.now()
    context.journal.event(action="makegood_accepted", by=by, text=text, at=now)
    for proposal in chosen:
        write_makegood(context.paths.station, proposal, by=by, now=now)
    context.refresh()
    told = "; ".join(f"{p.lost.airing.title}: {moment(p.at)}" for p in chosen if p.at is not None)
    flash(request, f"Đã ghi phát bù vào {FILE}. {told}.")
    return redirect(request, back)


def _period(context: ConsoleContext, text: str) -> Period:
    try:
        return period_of(context, text)
    except PeriodError as error:
        message = f"{error.message[:1].upper()}{error.message[1:]}."
        raise PageError(message, f"{error.hint} Hoặc chọn kỳ ở trang Báo cáo.") from error
