"""The calendar's forms: which fields each kind of edit asks for, and what was posted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from broadcaster.domain.problems import Problem, Severity
from broadcaster.domain.settings import Zone
from broadcaster.ports_editing import FORM
from broadcaster.present.calendar_changes import DAYS, change_sentence
from broadcaster.present.durations import moment
from broadcaster.station.proposals import Proposal

LONGEST_FIELD = 2_000
SHOWN_CHANGES = 60
EVERY_DAY = "hằng ngày"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One field of a form; ``kind`` is text, content, zones, weekdays, priority, holidays, verb or long."""

    key: str
    label: str
    kind: str = "text"
    help: str = ""
    required: bool = False


_CONTENT = Asked(key="phat", label="Bài hoặc chương trình", kind="content", required=True,
                 help="Gõ vài chữ của tên hay mã rồi chọn. Xoay vòng thì viết: xoay vòng ND-D2 + ND-D6.")  # fmt: skip
_TIMES = Asked(key="gio", label="Giờ phát", required=True, help="Giờ 24 giờ: 06:05. Nhiều giờ cách nhau bằng dấu phẩy.")
_ZONES = Asked(key="cum_loa", label="Cụm loa", kind="zones", help="Không chọn cụm nào là phát ở mọi cụm.")
_FINER = (
    Asked(key="ten", label="Tên hiện trên lịch", help="Để trống thì lấy tên bài."),
    Asked(key="uu_tien", label="Mức ưu tiên", kind="priority"),
    Asked(key="bat_dau", label="Khi loa đang bận", help="đúng giờ, chờ hết bài, hoặc: trong vòng 3 phút."),
    Asked(key="cho_phep_tre", label="Cho phép trễ", help="Ví dụ: 5 phút. Để trống là theo quy định chung."),
    Asked(key="lap", label="Số lần phát liền nhau", help="Từ 1 đến 10."),
    Asked(key="cach_lap", label="Nghỉ giữa hai lần", help="Ví dụ: 30 giây."),
)
_NOTE = Asked(key="ghi_chu", label="Ghi chú")
_REASON = Asked(key="ly_do", label="Lý do", required=True, help="In cạnh lượt phát trong lịch và nhật ký.")
_DATE = Asked(key="ngay", label="Ngày", required=True, help="Ngày/tháng/năm, ví dụ 05/03/2026.")

STANDING = (
    Asked(key="ma", label="Mã khung giờ", required=True, help="Không dấu, không khoảng trắng, ví dụ: cm-sang."),
    _CONTENT,
    Asked(key="thu", label="Các thứ trong tuần", kind="weekdays"),
    _TIMES,
    _ZONES,
    Asked(key="tu", label="Từ ngày", help="Ngày/tháng/năm. Để trống là từ trước đến nay."),
    Asked(key="den", label="Đến hết ngày", help="Để trống là không hạn."),
)
STANDING_FINER = (
    Asked(key="ngay", label="Hoặc các ngày", help="Ví dụ: 05/03/2026, 12/03/2026."),
    Asked(key="ngay_trong_thang", label="Hoặc ngày trong mỗi tháng", help="Ví dụ: 1, 15, cuối."),
    Asked(key="thu_trong_thang", label="Hoặc thứ trong tháng", help="Ví dụ: thứ Hai đầu tháng, thứ Sáu cuối tháng."),
    Asked(key="ngay_am", label="Hoặc ngày âm lịch", help="Ví dụ: 15 hằng tháng, 10/3."),
    Asked(key="ngay_le", label="Gặp ngày lễ", kind="holidays"),
    *_FINER,
    _NOTE,
)
DATED = (_CONTENT, _DATE, _TIMES, _ZONES)
DATED_FINER = (*_FINER, _NOTE)
EXCEPTION = (
    Asked(key="viec", label="Việc", kind="verb", required=True),
    Asked(key="tu", label="Từ ngày", required=True, help="Ngày/tháng/năm, ví dụ 25/07/2026."),
    Asked(key="den", label="Đến hết ngày", required=True, help="Chỉ một ngày thì ghi hai ô giống nhau."),
    _REASON,
    Asked(key="khung_gio", label="Khung giờ", help="Mã các khung giờ, cách nhau bằng dấu phẩy. Để trống là mọi khung."),
    Asked(key="gio", label="Chỉ những giờ này", help="Để trống là mọi giờ. Việc «thêm» thì phải ghi giờ phát."),
    Asked(key="phat", label="Bài hoặc chương trình", kind="content", help="Cho việc «thay» và «thêm»."),
    _ZONES,
)
MOVE = (_DATE, _TIMES, _CONTENT, _ZONES, _REASON)
REPLACE = (_CONTENT, _REASON)
CANCEL = (_REASON,)
END = (Asked(key="tu", label="Thôi phát từ ngày", required=True, help="Ngày/tháng/năm."), _REASON)


async def _posted(request: Request) -> Mapping[str, str]:
    """Every field as text, cut to a sane length; several values of one field are joined by commas."""
    form = await request.form()
    found: dict[str, str] = {}
    for key in dict.fromkeys(form.keys()):
        texts = [v for v in form.getlist(key) if isinstance(v, str)]
        found[key] = ", ".join(texts)[:LONGEST_FIELD].replace("\x00", "")
    return found


Posted = Annotated[Mapping[str, str], Depends(_posted)]


def chosen(posted: Mapping[str, str], *asked: tuple[Asked, ...]) -> dict[str, str]:
    """The values of the fields a form asked for; seven ticked days are the one word a person writes for them."""
    values = {a.key: posted.get(a.key, "").strip() for part in asked for a in part}
    if values.get("thu") == ", ".join(DAYS):
        values["thu"] = EVERY_DAY
    return values


def at_fields(problems: tuple[Problem, ...], keys: set[str]) -> dict[str, str]:
    """The first error of each field that the form shows."""
    found: dict[str, str] = {}
    for problem in problems:
        key = problem.where.cell or ""
        if problem.severity is Severity.ERROR and problem.where.file == FORM and key in keys:
            found.setdefault(key, sentence(problem))
    return found


def elsewhere(problems: tuple[Problem, ...], keys: set[str]) -> list[str]:
    """Errors that no field of the form shows."""
    return [
        sentence(p)
        for p in problems
        if p.severity is Severity.ERROR and not (p.where.file == FORM and p.where.cell in keys)
    ][:20]


def warnings(problems: tuple[Problem, ...]) -> list[str]:
    """What should be known before writing."""
    return [sentence(p) for p in problems if p.severity is Severity.WARNING][:20]


def sentence(problem: Problem) -> str:
    """What is wrong and the way out, begun with a capital; its place where it is not the form."""
    where = "" if problem.where.file == FORM else f"{problem.where}: "
    return f"{where}{whole(problem.message)} {problem.hint}".strip()


def whole(text: str) -> str:
    """A message as a sentence: a capital first, a mark at its end."""
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "?", "!")) else f"{text}."


def said(proposal: Proposal, zones: Sequence[Zone] = ()) -> list[tuple[str, str]]:
    """The first changes on air, each with its moment; zones by their names where they are known."""
    return [(moment(c.airing.planned), change_sentence(c, zones)) for c in proposal.diff[:SHOWN_CHANGES]]
