"""What is wrong with something a person wrote, and how to put it right: values in a list, never exceptions."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum


class Severity(Enum):
    """ERROR keeps the last good version on air; WARNING lets the new one in and is shown."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """A place a person can go to: ``file:line`` for text, ``file!sheet!cell`` for a workbook.

    ``file`` is relative to the station folder, with forward slashes.
    """

    file: str
    line: int | None = None
    sheet: str | None = None
    cell: str | None = None

    def __str__(self) -> str:
        if self.sheet is not None:
            return f"{self.file}!{self.sheet}!{self.cell}" if self.cell else f"{self.file}!{self.sheet}"
        return f"{self.file}:{self.line}" if self.line is not None else self.file


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong at one place; ``message`` and ``hint`` are Vietnamese sentences, ``code`` is for tests and tools."""

    where: Where
    severity: Severity
    code: str
    message: str
    hint: str = ""


def error(where: Where, code: str, message: str, hint: str = "") -> Problem:
    """A problem that keeps the new version off the air."""
    return Problem(where=where, severity=Severity.ERROR, code=code, message=message, hint=hint)


def warning(where: Where, code: str, message: str, hint: str = "") -> Problem:
    """A problem that is shown and lets the new version in."""
    return Problem(where=where, severity=Severity.WARNING, code=code, message=message, hint=hint)


def has_errors(problems: Iterable[Problem]) -> bool:
    """Whether any of them keeps the new version off the air."""
    return any(p.severity is Severity.ERROR for p in problems)
