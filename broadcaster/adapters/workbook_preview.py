"""An uploaded workbook row by row: what was written in each cell, what the row became, what is wrong with it."""

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path

from broadcaster.adapters import calendar_rows
from broadcaster.adapters.calendar_fields import EXCEPTION, PROGRAMME, STANDING, label
from broadcaster.adapters.calendar_parts import stem_of
from broadcaster.adapters.calendar_row import Row
from broadcaster.adapters.calendar_xlsx_sheet import (
    HEADING_WITHIN,
    Heading,
    SheetRows,
    find_heading,
    problems_of_heading,
)
from broadcaster.adapters.fields import as_text
from broadcaster.adapters.xlsx_cells import Fault, MonthFirst, Sheet, Uncomputed, read_workbook
from broadcaster.adapters.xlsx_package import WorkbookError
from broadcaster.domain.problems import Problem, Where, error, warning
from broadcaster.ports_editing import PassedOver, RowReading, WorkbookRow

LONGEST_CELL = 200


def preview(name: str, data: bytes) -> tuple[tuple[WorkbookRow, ...], tuple[Problem, ...]]:
    """Every row of every sheet with a heading, in order, and the problems that belong to no row; ``name`` is the file's.

    Rows with nothing in them are left out; titles, signatures, hidden rows and headings say that they were passed over.
    """
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        file.write(data)
        file.flush()
        try:
            sheets = read_workbook(Path(file.name))
        except WorkbookError as refused:
            return (), (error(Where(file=name), refused.code, refused.message, refused.hint),)
    rows: list[WorkbookRow] = []
    problems: list[Problem] = []
    for sheet in (s for s in sheets if s.rows):
        heading = find_heading(sheet)
        if heading is None:
            problems.append(_unrecognised(name, sheet))
            continue
        problems.extend(problems_of_heading(sheet, heading, name))
        read = list(_rows(name, sheet, heading, problems))
        passed = _passed_over(sheet, heading, {r.row for r in read})
        rows.extend(sorted((*read, *passed), key=lambda r: r.row))
    if not rows and not problems:
        message = "Sổ tính này không có dòng lịch nào."
        problems.append(error(Where(file=name), "file-empty", message, "Trang tính đang ẩn không được đọc."))
    return tuple(rows), tuple(problems)


def _unrecognised(name: str, sheet: Sheet) -> Problem:
    message = f"Trang tính «{sheet.name}» không được đọc vì không thấy hàng tiêu đề của lịch."
    hint = f"Nếu đây là lịch, trong {HEADING_WITHIN} hàng đầu phải có hàng tiêu đề: Ngày, Giờ, Bài / Chương trình."
    return warning(Where(file=name, sheet=sheet.name), "sheet-unrecognised", message, hint)


def _rows(name: str, sheet: Sheet, heading: Heading, general: list[Problem]) -> Iterator[WorkbookRow]:
    gathered: list[Problem] = []
    began = 0
    for row in SheetRows(sheet, heading, name, gathered).rows():
        number = _number(row)
        reading = _reading(row, heading, stem_of(name))
        fresh, began = gathered[began:], len(gathered)
        mine = [p for p in fresh if _row_of(p) == number]
        general.extend(p for p in fresh if _row_of(p) != number)
        cells = tuple((label(key), _shown(value)) for key, value in row.values.items())
        yield WorkbookRow(sheet=sheet.name, row=number, cells=cells, reading=replace(reading, problems=tuple(mine)))
    general.extend(gathered[began:])


def _passed_over(sheet: Sheet, heading: Heading, read: set[int]) -> Iterator[WorkbookRow]:
    for number, cells in sheet.rows.items():
        texts = dict.fromkeys(_shown(value) for _, value in sorted(cells.items()))
        written = tuple(("", text) for text in texts if text.strip())
        if number not in read and written:
            why = _why_passed(sheet, heading, number)
            yield WorkbookRow(sheet=sheet.name, row=number, cells=written, reading=RowReading(), passed_over=why)


def _why_passed(sheet: Sheet, heading: Heading, row: int) -> PassedOver:
    if row == heading.row:
        return PassedOver.HEADING
    if row < heading.row:
        return PassedOver.ABOVE
    if row in sheet.hidden:
        return PassedOver.HIDDEN
    return PassedOver.REPEATED if heading.repeated_at(sheet, row) else PassedOver.REMARK


def _reading(row: Row, heading: Heading, first_half: str) -> RowReading:
    if heading.fields is STANDING:
        return RowReading(slot=calendar_rows.standing_slot(row))
    if heading.fields is PROGRAMME:
        return RowReading(programme=calendar_rows.programme(row))
    if heading.fields is EXCEPTION:
        exceptions, added = calendar_rows.exception(row)
        return RowReading(exceptions=exceptions, slot=added)
    return RowReading(slot=calendar_rows.dated_slot(row, first_half))


def _number(row: Row) -> int:
    return int("".join(c for c in row.where.cell or "" if c.isdigit()) or 0)


def _row_of(problem: Problem) -> int:
    return int("".join(c for c in problem.where.cell or "" if c.isdigit()) or 0)


def _shown(value: object) -> str:
    """A cell as the officer sees it."""
    if isinstance(value, tuple):
        return ", ".join(_shown(item) for item in value)
    if isinstance(value, datetime):
        return f"{value:%d/%m/%Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, Fault):
        return value.shown
    if isinstance(value, Uncomputed):
        return "(công thức chưa tính)"
    if isinstance(value, MonthFirst):
        return f"{value.day:%m/%d/%Y}"
    return as_text(value)[:LONGEST_CELL]
