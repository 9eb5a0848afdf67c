"""Cài đặt: the blanks of scripts, filled script by script, and the days the ward rests besides public holidays."""

from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import Response

from broadcaster.adapters.day_fields import parse_date
from broadcaster.adapters.fields import FieldError
from broadcaster.domain.problems import Where, error
from broadcaster.domain.scripts import ScriptId
from broadcaster.ports_editing import FORM, ConflictError
from broadcaster.present.calendar_changes import summary
from broadcaster.station.proposals import Proposal
from broadcaster.station.settings_editing import BlankUse
from broadcaster.web.calendar_data import signature
from broadcaster.web.calendar_forms import Asked, Posted, at_fields, chosen, elsewhere, said, warnings
from broadcaster.web.context import ConsoleContext
from broadcaster.web.errors import MissingError
from broadcaster.web.pages.settings_edit import both_versions, editor_of, rewritten
from broadcaster.web.rendering import flash, redirect, render
from broadcaster.web.security import Admin, Author, Context, Someone

router = APIRouter()

UNUSED = "chung"
"""Stands for a script in the address of the blanks no script uses."""


# --- blanks -----------------------------------------------------------------------------------------------------------


@router.get("/cai-dat/cho-trong")
def blanks(request: Request, context: Context, person: Someone) -> Response:
    """Which scripts wait for which values."""
    found = _blanks(context)
    scripts = context.reading.files.scripts
    by_script: dict[ScriptId, list[BlankUse]] = {}
    for blank in found:
        for script in blank.scripts:
            by_script.setdefault(script, []).append(blank)
    rows = [
        {"ma": i, "ten": scripts[i].title, "thieu": sum(not b.value for b in group), "ca": len(group)}
        for i, group in by_script.items()
    ]
    unused = [b for b in found if not b.scripts]
    return render(request, "cai_dat_cho_trong.html", cac_bai=sorted(rows, key=_unfilled_first), le=unused, ma_le=UNUSED)


def _unfilled_first(row: Mapping[str, object]) -> tuple[bool, str]:
    return row["thieu"] == 0, str(row["ten"])


def _blanks(context: ConsoleContext) -> tuple[BlankUse, ...]:
    return context.kept("blanks", context.reading.fingerprint, editor_of(context).blanks)


def _of(context: ConsoleContext, script: str) -> tuple[BlankUse, ...]:
    found = _blanks(context)
    wanted = tuple(b for b in found if (not b.scripts if script == UNUSED else script in b.scripts))
    if not wanted:
        raise MissingError("Bài này không có chỗ trống nào.", "Xem danh sách ở trang Chỗ trống.")
    return wanted


@router.get("/cai-dat/cho-trong/{ma}")
def ask(request: Request, context: Context, person: Author, ma: str) -> Response:
    """The blanks of one script, each with what is known of it."""
    wanted = _of(context, ma)
    return _form(request, context, ma, wanted, [b.value for b in wanted])


@router.post("/cai-dat/cho-trong/{ma}")
def fill(request: Request, context: Context, person: Author, ma: str, posted: Posted) -> Response:
    """Values typed: shown first with the scripts they change, then written."""
    wanted = _of(context, ma)
    typed = [" ".join(posted.get(f"o{n}", b.value).split()) for n, b in enumerate(wanted)]
    began = {b.name: posted.get(f"cu{n}", "") for n, b in enumerate(wanted)}
    values = {b.name: value for b, value in zip(wanted, typed, strict=True)}
    editor = editor_of(context)
    try:
        proposal = editor.fill(values, began=began)
        if posted.get("buoc") != "ghi" or not proposal.sound:
            return _form(request, context, ma, wanted, typed, proposal)
        context.audit(person, "blanks_filled", proposal.why)
        edit = editor.write(proposal, by=signature(person))
    except ConflictError as conflict:
        sent = {f"o{n}": value for n, value in enumerate(typed)} | {f"cu{n}": b.value for n, b in enumerate(wanted)}
        return both_versions(request, conflict, sent=sent, back=f"/cai-dat/cho-trong/{ma}")
    context.refresh()
    flash(request, f"Đã lưu (lần sửa {edit.number}). Nghe lại bài rồi gửi duyệt trước khi phát.")
    return redirect(request, "/cai-dat/cho-trong")


def _form(
    request: Request,
    context: ConsoleContext,
    script: str,
    wanted: tuple[BlankUse, ...],
    typed: list[str],
    proposal: Proposal | None = None,
) -> Response:
    names = {b.name for b in wanted}
    problems = proposal.problems if proposal is not None else ()
    wrong = at_fields(problems, names)
    known = context.reading.files.scripts.get(ScriptId(script))
    return render(
        request,
        "cai_dat_dien.html",
        status_code=422 if wrong or elsewhere(problems, names) else 200,
        ten_bai=known.title if known is not None else "Chỗ trống chưa bài nào dùng",
        ma=known.id if known is not None else "",
        cac_o=[
            {"o": f"o{n}", "cu": f"cu{n}", "ten": b.name, "gia": value, "goc": b.value, "giup": b.remark}
            for n, (b, value) in enumerate(zip(wanted, typed, strict=True))
        ],
        loi={f"o{n}": wrong[b.name] for n, b in enumerate(wanted) if b.name in wrong},
        loi_chung=elsewhere(problems, names),
        canh_bao=warnings(problems),
        de_nghi=proposal,
        doi_loi=rewritten(context, proposal),
    )


# --- days off ---------------------------------------------------------------------------------------------------------

_DAY = (
    Asked(key="ngay", label="Ngày nghỉ", required=True, help="Ngày/tháng/năm, ví dụ 24/07/2026."),
    Asked(key="ly_do", label="Lý do", required=True, help="Ví dụ: lễ kỷ niệm thành lập phường."),
)


@router.get("/cai-dat/ngay-nghi")
def days_off(request: Request, context: Context, person: Someone) -> Response:
    """Days the ward rests besides public holidays."""
    return _days(request, context, {}, None)


@router.post("/cai-dat/ngay-nghi")
def change_days(request: Request, context: Context, person: Admin, posted: Posted) -> Response:
    """One more day, or one taken away (``bo``); what changes on air is shown first."""
    values = chosen(posted, _DAY)
    taken = posted.get("bo", "")
    editor = editor_of(context)
    try:
        day = parse_date(taken or values["ngay"])
    except FieldError as wrong:
        problem = error(Where(file=FORM, sheet="", cell="ngay"), wrong.code, wrong.message, wrong.hint)
        return _days(request, context, values, Proposal(why="", problems=(problem,)))
    proposal = editor.day_off(day, None if taken else values["ly_do"])
    if posted.get("buoc") != "ghi" or not proposal.sound:
        return _days(request, context, values, proposal, taken=taken)
    try:
        context.audit(person, "settings_edited", proposal.why)
        edit = editor.write(proposal, by=signature(person))
    except ConflictError as conflict:
        return both_versions(request, conflict, sent={**values, "bo": taken}, back="/cai-dat/ngay-nghi")
    context.refresh()
    flash(request, f"Đã lưu: {proposal.why}. Cần thì hoàn tác ở Lịch sử sửa (lần {edit.number}).")
    return redirect(request, "/cai-dat/ngay-nghi")


def _days(
    request: Request,
    context: ConsoleContext,
    values: Mapping[str, str],
    proposal: Proposal | None,
    *,
    taken: str = "",
) -> Response:
    problems = proposal.problems if proposal is not None else ()
    keys = {a.key for a in _DAY}
    text = ""
    if proposal is not None and proposal.first is not None and proposal.last is not None:
        text = summary(proposal.diff, proposal.first, proposal.last)
    return render(
        request,
        "cai_dat_ngay_nghi.html",
        status_code=422 if problems and proposal is not None and not proposal.sound else 200,
        cac_ngay=sorted(context.reading.files.settings.days_off.items()),
        cac_o=_DAY,
        gia=values,
        bo=taken,
        loi=at_fields(problems, keys),
        loi_chung=elsewhere(problems, keys),
        canh_bao=warnings(problems),
        de_nghi=proposal,
        cau=said(proposal) if proposal is not None else [],
        tom_tat=text,
    )
