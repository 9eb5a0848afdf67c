"""Báo cáo → Văn bản: log book, rundown for signature, answer to a complaint, royalties, evidence; and every paper's download."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from anyio.to_thread import run_sync
from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, Response

from broadcaster.adapters.day_fields import parse_date
from broadcaster.adapters.fields import FieldError, as_text, parse_times
from broadcaster.adapters.people import Person
from broadcaster.domain.periods import PeriodError
from broadcaster.web.context import ConsoleContext
from broadcaster.web.errors import MissingError, PageError
from broadcaster.web.jobs import Job
from broadcaster.web.paper_desk import Paper, PaperDesk, Papers
from broadcaster.web.rendering import back_to, redirect, render
from broadcaster.web.report_desk import period_of, regime
from broadcaster.web.security import Context, Someone

router = APIRouter()

FORMATS = {"docx": "Word", "xlsx": "Excel", "html": "trang in (HTML)", "json": "JSON", "zip": "ZIP"}
_LETTERS = ("docx", "html")
_SHEETS = ("docx", "xlsx", "html")
LONGEST = 300


class _Form:
    """Reads the fields of one form; what is wrong stands at its field."""

    def __init__(self, context: ConsoleContext, typed: Mapping[str, str]) -> None:
        self.context = context
        self.typed = typed
        self.errors: dict[str, str] = {}

    def text(self, name: str) -> str:
        """One clean line."""
        return as_text(self.typed.get(name, ""))[:LONGEST]

    def day(self, name: str, default: date) -> date:
        """A day as written, or the usual one."""
        if not self.typed.get(name, "").strip():
            return default
        try:
            return parse_date(self.typed[name][:60])
        except FieldError as error:
            self.errors[name] = f"{error.message} {error.hint}".strip()
            return default

    def clock(self, name: str) -> str:
        """A wall time, `05:10`."""
        try:
            times = parse_times(self.typed.get(name, "")[:60])
        except FieldError as error:
            self.errors[name] = f"{error.message} {error.hint}".strip()
            return ""
        if len(times) != 1:
            self.errors[name] = "Ghi một giờ, ví dụ 05:10."
            return ""
        return f"{times[0]:%H:%M}"

    def period(self, name: str) -> str:
        """The code of a period."""
        try:
            return period_of(self.context, self.typed.get(name, "")).code
        except PeriodError as error:
            self.errors[name] = f"{error.message[:1].upper()}{error.message[1:]}. {error.hint}"
            return ""

    def chosen(self, name: str, allowed: tuple[str, ...]) -> str:
        """One of the choices; the first where the form was tampered with."""
        given = self.typed.get(name, "")
        return given if given in allowed else allowed[0]


Asked = tuple[tuple[str, ...], str, str]
"""The command's words, the file's name, the paper's title."""


def _report(form: _Form, today: date) -> Asked:
    period, kind = form.period("ky"), form.chosen("dang", ("docx", "xlsx", "html", "json"))
    words = ("report", f"--period={period}", f"--number={form.text('so_van_ban')}")
    return words, f"bao-cao-{_slug(period)}.{kind}", f"Báo cáo kỳ {period}"


def _logbook(form: _Form, today: date) -> Asked:
    day, kind = form.day("tuan", today), form.chosen("dang", _SHEETS)
    monday = day - timedelta(days=day.weekday())
    title = f"Sổ nhật ký tuần từ {monday:%d/%m/%Y}"
    return ("logbook", f"--week={monday}"), f"so-nhat-ky-{monday}.{kind}", title


def _rundown(form: _Form, today: date) -> Asked:
    day, kind = form.day("ngay_ky", today + timedelta(days=1)), form.chosen("dang", _SHEETS)
    return ("rundown-sheet", f"--date={day}"), f"lich-phat-{day}.{kind}", f"Lịch phát ngày {day:%d/%m/%Y} để trình ký"


def _filled(form: _Form, today: date) -> Asked:
    day, kind = form.day("ngay_qua", today - timedelta(days=1)), form.chosen("dang", _SHEETS)
    words = ("rundown-sheet", "--filled", f"--date={day}")
    return words, f"lich-phat-ket-qua-{day}.{kind}", f"Lịch phát ngày {day:%d/%m/%Y} kèm kết quả"


def _complaint(form: _Form, today: date) -> Asked:
    day, at, kind = form.day("ngay_hoi", today), form.clock("gio_hoi"), form.chosen("dang", _LETTERS)
    zones = tuple(str(z.id) for z in form.context.reading.files.settings.zones)
    zone = form.chosen("cum", zones) if zones else ""
    words = (
        "complaint",
        f"--zone={zone}",
        f"--at={day} {at}",
        f"--around={form.chosen('quanh', ('30', '15', '60', '120'))}",
        f"--to={form.text('noi_nhan')}",
        f"--number={form.text('so_van_ban')}",
    )
    name = f"tra-loi-{_slug(zone)}-{day}-{at.replace(':', '')}.{kind}"
    return words, name, f"Trả lời phản ánh: {zone}, {at} ngày {day:%d/%m/%Y}"


def _royalties(form: _Form, today: date) -> Asked:
    period, kind = form.period("ky"), form.chosen("dang", _SHEETS)
    return ("royalties", f"--period={period}"), f"nhuan-but-{_slug(period)}.{kind}", f"Danh sách nhuận bút kỳ {period}"


def _evidence(form: _Form, today: date) -> Asked:
    period, sound = form.period("ky"), form.chosen("am_thanh", ("mp3", "wav", "none"))
    words = ("evidence", f"--period={period}", f"--sound={sound}")
    return words, f"kiem-chung-{_slug(period)}.zip", f"Gói kiểm chứng kỳ {period}"


KINDS: Mapping[str, Callable[[_Form, date], Asked]] = {
    "bao-cao": _report,
    "so-nhat-ky": _logbook,
    "lich-ky": _rundown,
    "lich-ket-qua": _filled,
    "tra-loi": _complaint,
    "nhuan-but": _royalties,
    "kiem-chung": _evidence,
}


def _slug(text: str) -> str:
    return "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "-" for c in text.replace("..", "_"))[:60]


@router.get("/bao-cao/van-ban")
def papers_page(request: Request, context: Context, person: Someone) -> Response:
    """Every paper that is not the report itself."""
    return _page(request, context)


def _page(
    request: Request,
    context: ConsoleContext,
    *,
    kind: str = "",
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> Response:
    today = context.now().date()
    settings = context.reading.files.settings
    values: dict[str, Any] = {
        "ky_chon": [(n.period.code, n.label) for n in regime(context, today)],
        "cum": [(str(z.id), z.name) for z in settings.zones],
        "mai": f"{today + timedelta(days=1):%d/%m/%Y}",
        "hom_qua": f"{today - timedelta(days=1):%d/%m/%Y}",
        "hom_nay": f"{today:%d/%m/%Y}",
        "loai_sai": kind,
        "go": typed or {},
        "loi": errors or {},
    }
    return render(request, "reports/van_ban.html", status_code=400 if errors else 200, **values)


@router.post("/bao-cao/van-ban/{loai}")
async def make(request: Request, context: Context, person: Someone, desk: Papers, loai: str) -> Response:
    """Begin a paper; the next page waits for it."""
    if loai not in KINDS:
        raise MissingError("Không có loại văn bản này.", "Chọn một loại ở trang Văn bản.")
    typed = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
    return await run_sync(_begin, request, context, person, desk, loai, typed)


def _begin(
    request: Request, context: ConsoleContext, person: Person, desk: PaperDesk, loai: str, typed: Mapping[str, str]
) -> Response:
    form = _Form(context, typed)
    words, name, title = KINDS[loai](form, context.now().date())
    back = back_to(typed.get("ve", ""), "/bao-cao/van-ban")
    if form.errors:
        if loai == "bao-cao":
            raise PageError(next(iter(form.errors.values())), "Chọn kỳ ở trang Báo cáo.")
        return _page(request, context, kind=loai, typed=typed, errors=form.errors)
    context.audit(person, "paper_made", f"làm văn bản: {title} ({name})")
    try:
        paper = desk.make(words, name=name, title=title, back=back)
    except OSError as error:
        reason = f"Không ghi được vào thư mục var: {error.strerror or error}."
        raise PageError(reason, "Kiểm tra dung lượng và quyền ghi của ổ đĩa.") from error
    return redirect(request, f"/bao-cao/giay/{paper.token}")


@router.get("/bao-cao/giay/{token}")
def paper(request: Request, context: Context, person: Someone, desk: Papers, token: str) -> Response:
    """How a paper's making stands, then the paper."""
    found = _paper(desk, token)
    job = desk.state(found)
    there = found.file.is_file()
    return render(
        request,
        "reports/giay.html",
        giay=found,
        viec=job,
        co=there,
        loai=FORMATS.get(found.file.suffix[1:], ""),
        co_chu=_size(found.file.stat().st_size) if there else "",
        noi=_said(job),
    )


@router.get("/bao-cao/giay/{token}/cho")
def paper_wait(request: Request, person: Someone, desk: Papers, token: str) -> Response:
    """204 while it is in work; then the page is loaded again."""
    job = desk.state(_paper(desk, token))
    if job is not None and job.running:
        return Response(status_code=204)
    return Response(headers={"hx-refresh": "true"})


@router.get("/bao-cao/giay/{token}/tai")
def download(person: Someone, desk: Papers, token: str) -> Response:
    """The file."""
    found = _paper(desk, token)
    if not found.file.is_file():
        raise MissingError("Văn bản này chưa làm xong hoặc không làm được.", "Quay lại và làm lại.")
    return FileResponse(found.file, filename=found.file.name)


def _paper(desk: PaperDesk, token: str) -> Paper:
    found = desk.get(token)
    if found is None:
        raise MissingError("Văn bản này không còn ở đây.", "Văn bản chỉ giữ tạm; vào Báo cáo → Văn bản và làm lại.")
    return found


def _said(job: Job | None) -> list[str]:
    """What the command said to a person, without the place of the file on this machine."""
    if job is None:
        return []
    told = (job.complaint or job.output).splitlines()
    return [line.strip() for line in told if line.strip() and "Đã ghi " not in line][:12]


def _size(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB".replace(".", ",") if size >= 1_000_000 else f"{max(1, size // 1000)} KB"
