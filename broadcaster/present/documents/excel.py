"""Tables as a workbook: real numbers and dates, headers that repeat in print, and user text that is never a formula or a link."""

import io
import math
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from broadcaster.present.documents.blocks import Align, Cell, Column, Paragraph, Sheet, Table
from broadcaster.present.documents.words import CELL_LIMIT, clean

MOST_LINES = 20
"""No row is higher than so many lines."""

Link = Callable[[Cell], str | None]
"""Where a figure's cell leads: ``internal:'Sheet'!A1``, or None."""


class Workbook:
    """One workbook in the making; mutable, and used by the renderers of this package only."""

    def __init__(self, *, title: str, author: str, made_at: datetime) -> None:
        import xlsxwriter  # noqa: PLC0415 - only when a workbook is asked for

        self._buffer = io.BytesIO()
        self._widths: dict[str, tuple[float, ...]] = {}
        options = {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        self.book = xlsxwriter.Workbook(self._buffer, options)
        about = {"title": clean(title)[:250], "author": clean(author)[:250], "created": made_at.replace(tzinfo=None)}
        self.book.set_properties(about)
        font = {"font_name": "Times New Roman", "font_size": 11, "valign": "vcenter", "text_wrap": True}
        ruled = {**font, "border": 1}
        self._formats = {
            "head": self.book.add_format({**ruled, "bold": True, "align": "center", "bg_color": "#DDE6F0"}),
            "left": self.book.add_format(ruled),
            "center": self.book.add_format({**ruled, "align": "center"}),
            "right": self.book.add_format({**ruled, "align": "right"}),
            "number": self.book.add_format({**ruled, "num_format": "#,##0.##;-#,##0.##;0"}),
            "whole": self.book.add_format({**ruled, "num_format": "#,##0"}),
            "percent": self.book.add_format({**ruled, "num_format": '0.0"%"'}),
            "day": self.book.add_format({**ruled, "num_format": "dd/mm/yyyy", "align": "center"}),
            "time": self.book.add_format({**ruled, "num_format": "hh:mm:ss", "align": "center"}),
            "link": self.book.add_format({**ruled, "num_format": "#,##0.##", "font_color": "#0B3D91", "underline": 1}),
            "bold": self.book.add_format({**font, "bold": True, "text_wrap": False}),
            "title": self.book.add_format({**font, "bold": True, "font_size": 14, "text_wrap": False}),
            "plain": self.book.add_format({**font, "text_wrap": False}),
            "wrapped": self.book.add_format({**font, "italic": True}),
            "note": self.book.add_format({**font, "italic": True, "text_wrap": False}),
        }

    def format(self, name: str) -> Any:
        """A ready-made format by its name."""
        return self._formats[name]

    def sheet(self, name: str, widths: Sequence[float], *, landscape: bool = False) -> Any:
        """A sheet for A4, columns in characters, one page wide."""
        sheet = self.book.add_worksheet(name)
        self._widths[name] = tuple(widths)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.set_paper(9)
        sheet.set_margins(left=0.8, right=0.6, top=0.8, bottom=0.8)
        sheet.fit_to_pages(1, 0)
        if landscape:
            sheet.set_landscape()
        return sheet

    def text(self, sheet: Any, row: int, column: int, text: str, style: str = "left") -> None:
        """Text that stays text, whatever it begins with."""
        sheet.write_string(row, column, clean(text)[:CELL_LIMIT], self._formats[style])

    def note(self, sheet: Any, row: int, text: str, columns: int, *, style: str = "wrapped") -> None:
        """Text over several columns, as high as it needs; ``columns`` × 13 characters a line at least."""
        shown = clean(text)[:CELL_LIMIT]
        if columns < 2:
            self.text(sheet, row, 0, shown, "note")
            return
        sheet.merge_range(row, 0, row, columns - 1, "", self._formats[style])
        sheet.write_string(row, 0, shown, self._formats[style])
        sheet.set_row(row, 15.5 * (1 + len(shown) // (columns * 16)))

    def fit(self, sheet: Any, row: int, texts: Sequence[str], options: dict[str, int] | None = None) -> None:
        """Make a row as high as its longest cell needs: not every program does it on opening."""
        widths = self._widths[sheet.name]
        needed = (math.ceil(len(t) * 0.95 / max(w, 1.0)) for t, w in zip(texts, widths, strict=False))
        sheet.set_row(row, 15.0 * min(MOST_LINES, max((1, *needed))), None, options or {})

    def header(self, sheet: Any, row: int, columns: Sequence[Column]) -> None:
        """The titles of a table."""
        self.fit(sheet, row, [c.title for c in columns])
        for n, column in enumerate(columns):
            self.text(sheet, row, n, column.title, "head")

    def table(self, sheet: Any, row: int, table: Table, link: Link = lambda _: None) -> int:
        """Write a table from ``row`` on; returns the row after it."""
        if table.title:
            self.text(sheet, row, 0, table.title, "bold")
            row += 1
        self.header(sheet, row, table.columns)
        for cells in table.rows:
            row += 1
            self.fit(sheet, row, [c.text for c in cells])
            for n, (cell, column) in enumerate(zip(cells, table.columns, strict=True)):
                self._cell(sheet, row, n, cell, column.align, link)
        if table.note:
            row += 1
            self.note(sheet, row, table.note, len(table.columns))
        return row + 2

    def _cell(self, sheet: Any, row: int, column: int, cell: Cell, align: Align, link: Link) -> None:
        if cell.value is None:
            self.text(sheet, row, column, cell.text, align.value)
            return
        target = link(cell)
        if target is not None:
            sheet.write_url(row, column, target, self._formats["link"], tip="Bấm để xem các dòng nhật ký của số này")
            sheet.write_number(row, column, cell.value, self._formats["link"])
            return
        style = "percent" if cell.text.endswith("%") else "whole" if float(cell.value).is_integer() else "number"
        sheet.write_number(row, column, cell.value, self._formats[style])

    def moment(self, sheet: Any, row: int, column: int, at: datetime | None) -> None:
        """A day and a time in two cells; a dash for none."""
        if at is None:
            self.text(sheet, row, column, "—", "center")
            self.text(sheet, row, column + 1, "—", "center")
            return
        plain = at.replace(tzinfo=None)
        sheet.write_datetime(row, column, plain, self._formats["day"])
        sheet.write_datetime(row, column + 1, plain, self._formats["time"])

    def data(self) -> bytes:
        """The workbook's bytes."""
        self.book.close()
        return self._buffer.getvalue()


def sheet_xlsx(paper: Sheet) -> bytes:
    """An inner paper's tables, one under the other on one sheet, with its title and places to sign."""
    book = Workbook(title=paper.title, author=paper.agency, made_at=paper.made_at)
    tables = [b for b in paper.blocks if isinstance(b, Table)]
    widest = max(tables, key=lambda t: len(t.columns), default=None)
    widths = [c.width_mm / 1.9 for c in widest.columns] if widest else [30.0]
    sheet = book.sheet(clean(paper.title)[:28] or "Bảng", widths, landscape=paper.landscape)
    book.text(sheet, 0, 0, paper.agency, "plain")
    book.text(sheet, 1, 0, paper.title.upper(), "title")
    book.text(sheet, 2, 0, " — ".join(t for t in (paper.subtitle, paper.mark) if t), "note")
    row = 4
    for block in paper.blocks:
        match block:
            case Table():
                row = book.table(sheet, row, block)
            case Paragraph(text=text):
                book.note(sheet, row, text, len(widths))
                row += 1
    step = max(1, len(widths) // max(1, len(paper.places)))
    for n, place in enumerate(paper.places):
        book.text(sheet, row + 1, n * step, place.title.replace("\n", " - "), "bold")
        book.text(sheet, row + 6, n * step, place.name, "bold")
    if len(tables) == 1:
        sheet.repeat_rows(4 if not tables[0].title else 5)
    return book.data()
