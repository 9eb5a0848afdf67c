"""The reporting regime in station.toml: periods cut off by day and month, each with the day it is due."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import date
from typing import Any

from broadcaster.adapters.fields import FieldError, as_text, plain, shown
from broadcaster.domain.periods import CutOff
from broadcaster.domain.problems import Problem, Where, error, warning

_DAY_MONTH = re.compile(r"(?:ngày\s*)?([0-9]{1,2})\s*[/.\-]\s*([0-9]{1,2})\Z", re.IGNORECASE)
_COMMON_YEAR = 2023
_DAYS = frozenset({"first", "last", "due"})


def day_month(raw: object) -> tuple[int, int]:
    """``15/12`` as (month, day); a day some year does not have is refused, a regime must hold every year."""
    found = _DAY_MONTH.match(plain(raw)) if isinstance(raw, str) else None
    if found is None:
        hint = "Chỉ ghi ngày và tháng, trong dấu nháy kép, ví dụ: 15/12."
        raise FieldError("date-format", f"Không đọc được ngày {shown(raw)}.", hint)
    day, month = int(found[1]), int(found[2])
    try:
        date(_COMMON_YEAR, month, day)
    except ValueError as wrong:
        hint = "Ngày viết trước, tháng viết sau; dùng ngày mà năm nào cũng có."
        raise FieldError("date-impossible", f"Ngày {shown(raw)} không phải năm nào cũng có.", hint) from wrong
    return month, day


def period_code(raw: object) -> str:
    """``Q1``, ``6T``: letters and digits, at most eight; empty is the whole year."""
    text = as_text(raw).upper() if isinstance(raw, str) else ""
    if not isinstance(raw, str) or re.fullmatch(r"[A-Z0-9]{0,8}", text) is None:
        hint = "Dùng chữ không dấu và số, ví dụ: Q1, 6T; để trống là cả năm."
        raise FieldError("period-code", f"Mã kỳ {shown(raw)} không dùng được.", hint)
    return text


def cut_off_of(values: Mapping[str, Any], where: Where) -> CutOff:  # noqa: ARG001 - the shape of every table's builder
    """One period; FieldError where it would end before it begins."""
    cut_off = CutOff(**({"code": ""} | dict(values)))
    if not cut_off.starts_year_before and cut_off.last < cut_off.first:
        hint = "Nếu kỳ bắt đầu từ năm trước, thêm dòng: tu_nam_truoc = true"
        raise FieldError("dates-reversed", f"Kỳ «{cut_off.title}» kết thúc trước khi bắt đầu.", hint)
    return cut_off


def check_cut_offs(cut_offs: Sequence[CutOff], places: Sequence[Where]) -> Iterator[Problem]:
    """Codes that repeat, and periods due before they end."""
    seen: set[str] = set()
    for cut_off, where in zip(cut_offs, places, strict=True):
        if cut_off.code in seen:
            message = f"Mã kỳ báo cáo «{cut_off.code or '(cả năm)'}» ghi hai lần."
            yield error(where, "duplicate", message, "Mỗi kỳ một mã, và chỉ một kỳ để trống mã (cả năm).")
        seen.add(cut_off.code)
        if cut_off.due <= cut_off.last:
            message = f"Kỳ «{cut_off.title}» hạn nộp không sau ngày chốt số liệu."
            yield warning(where, "due-too-early", message, "Hạn nộp phải sau ngày chốt ít nhất một ngày làm việc.")
    if cut_offs and "" not in seen:
        hint = "Thêm một kỳ để trống ma; không có thì lũy kế tính từ 01/01."
        yield warning(places[0], "year-missing", "Chưa có kỳ báo cáo cả năm.", hint)


def written_cut_off(cut_off: CutOff) -> Mapping[str, Any]:
    """The attributes as station.toml writes them."""
    values = {field.name: getattr(cut_off, field.name) for field in fields(cut_off)}
    return {n: f"{v[1]:02}/{v[0]:02}" if n in _DAYS else v for n, v in values.items()}
