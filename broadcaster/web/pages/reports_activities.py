"""Báo cáo → Hoạt động: what was done besides the loudspeakers, entered by hand with its evidence, marked so for ever."""

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path, PureWindowsPath
from typing import Annotated, Any

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import FileResponse, Response
from starlette.datastructures import UploadFile

from broadcaster.adapters.day_fields import parse_date
from broadcaster.adapters.evidence_files import evidence_path, keep_evidence
from broadcaster.adapters.fields import FieldError, as_text, parse_number
from broadcaster.adapters.people import Person, Role
from broadcaster.domain.activities import BY_HAND, UNITS, Activity, ActivityKind, Evidence, RecordedActivity, standing
from broadcaster.station.entering import LONGEST_TITLE, enter, span_of, strike
from broadcaster.web.context import ConsoleContext
from broadcaster.web.errors import MissingError
from broadcaster.web.rendering import flash, redirect, render
from broadcaster.web.security import Context, Someone, require

router = APIRouter()

Keeper = Annotated[Person, Depends(require(Role.AUTHOR, Role.OPERATOR))]

MOST_FILES = 10
LARGEST_MB = 60
_FIELDS = ("loai", "ngay", "ten", "noi", "so_luong", "so_nguoi", "lien_ket", "ghi_chu", "chi_tieu", "gia_tri", "thay")
_LONGEST_NAME = 120


@router.get("/bao-cao/hoat-dong")
def activities(
    request: Request,
    context: Context,
    person: Someone,
    tu: str = "",
    den: str = "",
    loai: str = "",
    thay: str = "",
    ca_cu: str = "",
) -> Response:
    """What was entered, newest day first; for those who may, the form to enter more or to correct an entry."""
    errors: dict[str, str] = {}
    typed = _of_entry(context, thay) if thay else {"ngay": f"{context.now():%d/%m/%Y}"}
    return _page(
        request,
        context,
        typed=typed,
        errors={},
        list_errors=errors,
        asked={"tu": tu, "den": den, "loai": loai, "ca_cu": ca_cu},
    )


def _page(
    request: Request,
    context: ConsoleContext,
    *,
    typed: Mapping[str, Any],
    errors: Mapping[str, str],
    list_errors: dict[str, str],
    asked: Mapping[str, str],
) -> Response:
    first, last = _span(context, asked, list_errors)
    everything = tuple(context.journal.activities())
    counted = {e.seq for e in standing(everything)}
    shown = [
        e
        for e in everything
        if first <= e.activity.day <= last
        and (asked.get("ca_cu") or e.seq in counted)
        and (not asked.get("loai") or e.activity.kind.value == asked["loai"])
    ]
    shown.sort(key=lambda e: (e.activity.day, e.seq), reverse=True)
    plans = context.reading.files.plans
    topics = {str(t.code): f"{t.code} — {t.short_title}" for p in plans for t in p.topics}
    targets = {str(t.code): f"{t.code} — {t.title}" for p in plans for t in p.targets}
    return render(
        request,
        "reports/hoat_dong.html",
        status_code=400 if errors or list_errors else 200,
        muc=shown,
        duoc_tinh=counted,
        don_vi=UNITS,
        nhap_tay=BY_HAND,
        go=dict.fromkeys(_FIELDS, "") | {"noi_dung": []} | dict(typed),
        loi=errors,
        loi_loc=list_errors,
        hoi={
            "tu": asked.get("tu", "")[:60] or f"{first:%d/%m/%Y}",
            "den": asked.get("den", "")[:60] or f"{last:%d/%m/%Y}",
        },
        loai_hoi=asked.get("loai", ""),
        ca_cu=bool(asked.get("ca_cu")),
        chon_loai=[(k.value, k.value) for k in ActivityKind],
        chon_noi_dung=list(topics.items()),
        chon_chi_tieu=[("", "—"), *targets.items()],
        lon_nhat=LARGEST_MB,
        nhieu_nhat=MOST_FILES,
        mui=context.now().tzinfo,
    )


def _span(context: ConsoleContext, asked: Mapping[str, str], errors: dict[str, str]) -> tuple[date, date]:
    days: dict[str, date | None] = {}
    for name in ("tu", "den"):
        try:
            days[name] = parse_date(asked[name][:60]) if asked.get(name, "").strip() else None
        except FieldError as error:
            errors[name] = f"{error.message} {error.hint}".strip()
            days[name] = None
    first, last = span_of(days["tu"], days["den"], context.now().date())
    if last < first:
        errors["den"] = f"Đến ngày {last:%d/%m/%Y} đứng trước từ ngày {first:%d/%m/%Y}. Đổi lại hai ngày."
    return first, last


def _of_entry(context: ConsoleContext, seq: str) -> dict[str, Any]:
    """The fields of an entry that is to be corrected."""
    entry = _standing(context, seq)
    a = entry.activity
    return {
        "loai": a.kind.value,
        "ngay": f"{a.day:%d/%m/%Y}",
        "ten": a.title,
        "noi": a.place,
        "so_luong": str(a.count),
        "so_nguoi": "" if a.people is None else str(a.people),
        "lien_ket": a.link,
        "ghi_chu": a.note,
        "chi_tieu": a.target,
        "gia_tri": "" if a.value is None else f"{a.value:g}".replace(".", ","),
        "noi_dung": list(a.topics),
        "thay": str(entry.seq),
    }


def _standing(context: ConsoleContext, seq: str) -> RecordedActivity:
    found = next((e for e in standing(context.journal.activities()) if str(e.seq) == seq), None)
    if found is None:
        raise MissingError("Không có mục này, hoặc mục đã được sửa hay hủy.", "Quay lại danh sách hoạt động.")
    return found


@router.post("/bao-cao/hoat-dong")
async def add(request: Request, context: Context, person: Keeper) -> Response:
    """Enter one activity with its evidence files."""
    form = await request.form(max_files=MOST_FILES, max_fields=60)
    typed: dict[str, Any] = {n: v if isinstance(v := form.get(n, ""), str) else "" for n in _FIELDS}
    typed["noi_dung"] = [v for v in form.getlist("noi_dung") if isinstance(v, str)][:60]
    files = [f for f in form.getlist("minh_chung") if isinstance(f, UploadFile) and (f.filename or f.size)]
    return await run_sync(_add, request, context, person, typed, files)


def _add(
    request: Request, context: ConsoleContext, person: Person, typed: dict[str, Any], files: Sequence[UploadFile]
) -> Response:
    errors: dict[str, str] = {}
    made = _activity(context, person, typed, errors)
    too_big = [f for f in files if (f.size or 0) > LARGEST_MB * 1_000_000]
    empty = [f for f in files if not f.size]
    if too_big:
        errors["minh_chung"] = f"Tệp “{plain_name(too_big[0].filename)}” lớn quá {LARGEST_MB} MB. Nén lại hoặc cắt bớt."
    elif empty:
        errors["minh_chung"] = f"Tệp “{plain_name(empty[0].filename)}” rỗng. Chọn lại đúng tệp."
    if made is None or errors:
        return _page(request, context, typed=typed, errors=errors, list_errors={}, asked={})
    context.audit(person, "activity_entered", f"nhập hoạt động: {made.title[:120]}")
    kept = _keep(context, files)
    seq = enter(
        replace(made, evidence=kept),
        journal=context.journal,
        plans=context.reading.files.plans,
        today=context.now().date(),
    )
    proof = f", {len(kept)} tệp minh chứng" if kept else ", chưa có minh chứng"
    flash(request, f"Đã ghi hoạt động số {seq} ({BY_HAND}): {made.title[:80]}{proof}.")
    return redirect(request, "/bao-cao/hoat-dong")


def _activity(
    context: ConsoleContext, person: Person, typed: Mapping[str, Any], errors: dict[str, str]
) -> Activity | None:
    kind = next((k for k in ActivityKind if k.value == typed["loai"]), None)
    if kind is None:
        errors["loai"] = "Chọn một loại hoạt động."
    title = as_text(typed["ten"])
    if not title:
        errors["ten"] = "Ghi ngắn gọn đã làm gì, ví dụ: Họp dân khóm 1 về dịch vụ công."
    elif len(title) > LONGEST_TITLE:
        errors["ten"] = (
            f"Tên dài {len(title)} chữ, nhiều nhất {LONGEST_TITLE}. Ghi ngắn lại, phần còn lại để ở Ghi chú."
        )
    day = _day(context, typed["ngay"], errors)
    count = _number(typed, "so_luong", errors, low=1)
    people = _number(typed, "so_nguoi", errors, low=0)
    target, value = as_text(typed["chi_tieu"]), _number(typed, "gia_tri", errors, low=0, whole=False)
    if kind is ActivityKind.TARGET and not target:
        errors["chi_tieu"] = "Chọn chỉ tiêu của kế hoạch."
    if kind is ActivityKind.TARGET and value is None and "gia_tri" not in errors:
        errors["gia_tri"] = "Ghi giá trị đạt được, ví dụ 97,5."
    if errors or kind is None or day is None:
        return None
    corrects = _standing(context, typed["thay"]).seq if typed["thay"] else None
    of_target = kind is ActivityKind.TARGET
    return Activity(
        kind=kind,
        day=day,
        title=title,
        by=f"{person.name} ({person.login})",
        entered=context.now(),
        place=as_text(typed["noi"])[:500],
        people=None if people is None else int(people),
        count=1 if count is None else int(count),
        link=as_text(typed["lien_ket"])[:2000],
        note=as_text(typed["ghi_chu"])[:5000],
        topics=tuple(dict.fromkeys(typed["noi_dung"])),
        target=target if of_target else "",
        value=value if of_target else None,
        corrects=corrects,
    )


def _day(context: ConsoleContext, text: str, errors: dict[str, str]) -> date | None:
    try:
        day = parse_date(text[:60])
    except FieldError as error:
        errors["ngay"] = f"{error.message} {error.hint}".strip()
        return None
    today = context.now().date()
    if day > today:
        errors["ngay"] = f"Ngày {day:%d/%m/%Y} chưa đến. Chỉ nhập việc đã làm; hôm nay là {today:%d/%m/%Y}."
    return day


def _number(
    typed: Mapping[str, Any], name: str, errors: dict[str, str], *, low: float, whole: bool = True
) -> float | None:
    text = typed[name].strip().removesuffix("%")
    if not text:
        return None
    try:
        found = parse_number(text[:30], what="Số", low=low, high=1e9)
    except FieldError as error:
        errors[name] = f"{error.message} {error.hint}".strip()
        return None
    if whole and found != int(found):
        errors[name] = "Ghi số nguyên."
        return None
    return found


def _keep(context: ConsoleContext, files: Sequence[UploadFile]) -> tuple[Evidence, ...]:
    """Copies by digest; the name a browser gave is only ever a label."""
    kept: list[Evidence] = []
    for file in files:
        with tempfile.TemporaryDirectory(dir=context.paths.var, prefix=".tai-len-") as scratch:
            path = Path(scratch) / plain_name(file.filename)
            with path.open("wb") as target:
                shutil.copyfileobj(file.file, target, 1 << 20)
            kept.append(keep_evidence(path, context.paths.evidence))
    return tuple(kept)


def plain_name(name: str | None) -> str:
    """The last part of a name, without what no folder may hold; never a path, never empty."""
    last = PureWindowsPath(as_text(name).replace("\\x00", "")).name
    kept = "".join(c for c in last if c.isprintable() and c not in '<>:"/\\\\|?*').strip(" .")
    stem, dot, ending = kept.rpartition(".")
    if len(kept.encode()) > _LONGEST_NAME:
        kept = f"{(stem or ending).encode()[: _LONGEST_NAME - 8].decode(errors='ignore')}{dot}{ending[:6]}"
    return kept or "minh-chung"


@router.post("/bao-cao/hoat-dong/{seq}/huy")
def strike_out(
    request: Request, context: Context, person: Keeper, seq: str, ly_do: Annotated[str, Form()] = ""
) -> Response:
    """Count an entry no more; it stays in the journal."""
    entry = _standing(context, seq)
    reason = as_text(ly_do)[:500]
    if not reason:
        flash(request, f"Chưa hủy mục số {entry.seq}: cần ghi vì sao hủy.", "loi")
        return redirect(request, f"/bao-cao/hoat-dong#muc-{entry.seq}")
    now = context.now()
    like = Activity(
        kind=ActivityKind.OTHER,
        day=now.date(),
        title="",
        by=f"{person.name} ({person.login})",
        entered=now,
        note=reason,
    )
    context.audit(person, "activity_struck", f"hủy mục nhập tay số {entry.seq}: {reason[:120]}")
    strike(entry.seq, journal=context.journal, like=like)
    flash(request, f"Đã thôi tính mục số {entry.seq}; mục này vẫn còn trong nhật ký.")
    return redirect(request, "/bao-cao/hoat-dong")


@router.get("/bao-cao/minh-chung/{sha256}")
def proof(context: Context, person: Someone, sha256: str) -> Response:
    """An evidence file, to keep; never shown as a page of the console."""
    for entry in context.journal.activities():
        for kept in entry.activity.evidence:
            path = evidence_path(context.paths.evidence, kept.sha256, kept.name)
            if kept.sha256 == sha256 and path.is_file():
                return FileResponse(path, filename=kept.name, media_type="application/octet-stream")
    raise MissingError("Không có tệp minh chứng này.", "Kiểm tra thư mục var/evidence, hoặc khôi phục từ bản sao lưu.")
