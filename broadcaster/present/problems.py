"""Problems as a person and as a program read them."""

from collections.abc import Iterable, Mapping
from typing import Any

from broadcaster.domain.problems import Problem, Severity, Where

_WORDS = {Severity.ERROR: "LỖI", Severity.WARNING: "Lưu ý"}


def lines(problems: Iterable[Problem]) -> list[str]:
    """One line for each, beginning with the place, so that editors can jump to it; the hint stands below."""
    result = []
    for problem in problems:
        result.append(f"{problem.where}: {_WORDS[problem.severity]}: {problem.message}")
        if problem.hint:
            result.append(f"    → {problem.hint}")
    return result


def as_json(problem: Problem) -> dict[str, Any]:
    """One object a line for tools."""
    return {
        "where": str(problem.where),
        "severity": problem.severity.value,
        "code": problem.code,
        "message": problem.message,
        "hint": problem.hint,
    }


def from_json(row: Mapping[str, Any]) -> Problem:
    """The problem that `as_json` wrote. Raises KeyError or ValueError for a row that is none."""
    where = str(row["where"])
    file, sign, rest = where.partition("!")
    if sign:
        sheet, _, cell = rest.partition("!")
        place = Where(file=file, sheet=sheet, cell=cell or None)
    else:
        file, _, line = where.rpartition(":")
        place = Where(file=file, line=int(line)) if file and line.isdecimal() else Where(file=where)
    return Problem(
        where=place,
        severity=Severity(row["severity"]),
        code=str(row["code"]),
        message=str(row["message"]),
        hint=str(row["hint"]),
    )


def verdict(problems: Iterable[Problem]) -> str:
    """The last line of a check."""
    found = list(problems)
    errors = sum(p.severity is Severity.ERROR for p in found)
    warnings = len(found) - errors
    if errors:
        return f"Có {errors} lỗi và {warnings} lưu ý. Lịch này chưa được đưa vào trực; bản tốt gần nhất vẫn đang dùng."
    if warnings:
        return f"Không có lỗi, có {warnings} lưu ý. Lịch dùng được."
    return "Không có lỗi nào. Lịch dùng được."
