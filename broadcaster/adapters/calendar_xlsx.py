"""Reads ``schedules/*.xlsx``: every visible sheet with a recognised heading row, every value with its sheet and cell."""

from pathlib import Path

from broadcaster.adapters import calendar_rows
from broadcaster.adapters.calendar_fields import EXCEPTION, PROGRAMME, STANDING
from broadcaster.adapters.calendar_parts import CalendarPart, distinct, stem_of
from broadcaster.adapters.calendar_row import Row
from broadcaster.adapters.calendar_xlsx_sheet import (
    HEADING_WITHIN,
    Heading,
    SheetRows,
    find_heading,
    problems_of_heading,
)
from broadcaster.adapters.text_files import unreadable
from broadcaster.adapters.xlsx_cells import Sheet, read_workbook
from broadcaster.adapters.xlsx_package import WorkbookError
from broadcaster.domain.calendar import CalendarException, Programme, Slot
from broadcaster.domain.problems import Problem, Where, error, warning


def read(path: Path, name: str) -> tuple[CalendarPart, tuple[Problem, ...]]:
    """What the workbook gives and every problem in it, each at its cell."""
    try:
        sheets = read_workbook(path)
    except WorkbookError as refused:
        return CalendarPart(), (error(Where(file=name), refused.code, refused.message, refused.hint),)
    except OSError as cause:
        return CalendarPart(), (unreadable(name, cause),)
    reader = _Workbook(name)
    for sheet in sheets:
        reader.add(sheet)
    return reader.part(), tuple(reader.problems)


class _Workbook:
    """One workbook while it is read."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.problems: list[Problem] = []
        self._first_half = stem_of(name)
        self._standing: list[Slot] = []
        self._dated: list[Slot] = []
        self._programmes: list[Programme] = []
        self._exceptions: list[CalendarException] = []
        self._recognised = False

    def part(self) -> CalendarPart:
        """Everything that could be understood."""
        if not self._recognised and not self.problems:
            message = "Sổ tính này không có lịch nào."
            hint = "Ghi lịch vào tệp, hoặc xóa tệp nếu không dùng. Trang tính đang ẩn không được đọc."
            self.problems.append(warning(Where(file=self.name), "file-empty", message, hint))
        told_apart, repeated = distinct(self._dated)
        self.problems.extend(repeated)
        return CalendarPart(
            slots=(*self._standing, *told_apart),
            programmes=tuple(self._programmes),
            exceptions=tuple(self._exceptions),
        )

    def add(self, sheet: Sheet) -> None:
        """Read one sheet, or tell why not."""
        if not sheet.rows:
            return
        heading = find_heading(sheet)
        if heading is None:
            self._tell_unrecognised(sheet)
            return
        self._recognised = True
        self.problems.extend(problems_of_heading(sheet, heading, self.name))
        for row in SheetRows(sheet, heading, self.name, self.problems).rows():
            self._add_row(row, heading)

    def _add_row(self, row: Row, heading: Heading) -> None:
        slot: Slot | None = None
        if heading.fields is STANDING:
            if (slot := calendar_rows.standing_slot(row)) is not None:
                self._standing.append(slot)
            return
        if heading.fields is PROGRAMME:
            if (programme := calendar_rows.programme(row)) is not None:
                self._programmes.append(programme)
            return
        if heading.fields is EXCEPTION:
            made, slot = calendar_rows.exception(row)
            self._exceptions.extend(made)
        else:
            slot = calendar_rows.dated_slot(row, self._first_half)
        if slot is not None:
            self._dated.append(slot)

    def _tell_unrecognised(self, sheet: Sheet) -> None:
        where = Where(file=self.name, sheet=sheet.name)
        message = f"Trang tính «{sheet.name}» không được đọc vì không thấy hàng tiêu đề của lịch."
        hint = f"Nếu đây là lịch, trong {HEADING_WITHIN} hàng đầu phải có hàng tiêu đề: Ngày, Giờ, Bài / Chương trình."
        self.problems.append(warning(where, "sheet-unrecognised", message, hint))
