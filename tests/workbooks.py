"""Workbooks and calendars made up for tests: rows in, a file of each format out, values without their places."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl

from broadcaster.adapters import calendar_xlsx, calendar_yaml
from broadcaster.adapters.calendar_fields import label
from broadcaster.adapters.calendar_parts import CalendarPart
from broadcaster.domain.problems import Problem, Where

Cell = str | int | float | bool | date | time | datetime | None
Reading = tuple[CalendarPart, tuple[Problem, ...]]
NOWHERE = Where(file="")


def save_workbook(
    path: Path, sheets: Mapping[str, Sequence[Sequence[Cell]]], change: Callable[[Any], None] | None = None
) -> Path:
    """A workbook with these rows; ``change`` gets the workbook before it is saved."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    if change is not None:
        change(book)
    book.save(path)
    return path


def read_sheet(
    folder: Path,
    rows: Sequence[Sequence[Cell]],
    change: Callable[[Any], None] | None = None,
    *,
    name: str = "lich.xlsx",
) -> Reading:
    """What a workbook of one sheet ``Lịch`` gives; ``change`` gets that sheet before it is saved."""
    path = save_workbook(folder / name, {"Lịch": rows}, None if change is None else lambda book: change(book["Lịch"]))
    return calendar_xlsx.read(path, f"schedules/{name}")


def read_yaml(folder: Path, text: str, *, name: str = "lich.yaml") -> Reading:
    """What a YAML schedule gives."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return calendar_yaml.read(path, f"schedules/{name}")


def as_yaml(section: str, fields: Mapping[str, str]) -> str:
    """One row of a section, every value quoted."""
    quoted = [f'{key}: "{value}"' for key, value in fields.items()]
    if section == "chuong_trinh":
        return f"chuong_trinh:\n  {fields['ma']}:\n" + "".join(f"    {q}\n" for q in quoted if not q.startswith("ma:"))
    return f"{section}:\n  - " + "\n    ".join(quoted) + "\n"


def as_rows(fields: Mapping[str, str], real: Callable[[str, str], Cell] = lambda _, value: value) -> list[list[Cell]]:
    """A heading and one row; ``real`` may turn a field's text into a real cell."""
    return [[label(key) for key in fields], [real(key, value) for key, value in fields.items()]]


def codes(problems: Sequence[Problem]) -> list[str]:
    """The codes of the problems, in order."""
    return [problem.code for problem in problems]


def places(problems: Sequence[Problem]) -> list[str]:
    """The places of the problems, in order."""
    return [str(problem.where) for problem in problems]


def placeless(part: CalendarPart) -> CalendarPart:
    """The same values without where they stood: what a calendar means."""
    return CalendarPart(
        slots=tuple(replace(slot, where=NOWHERE) for slot in part.slots),
        programmes=tuple(replace(programme, where=NOWHERE) for programme in part.programmes),
        exceptions=tuple(replace(exception, where=NOWHERE) for exception in part.exceptions),
    )
