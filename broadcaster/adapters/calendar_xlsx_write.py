"""Writes a new workbook that `calendar_xlsx` reads back to the same meaning: templates, and calendars made by the program."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

from broadcaster.adapters.calendar_fields import DATED, EXCEPTION, PROGRAMME, STANDING, label
from broadcaster.adapters.calendar_parts import CalendarPart
from broadcaster.adapters.calendar_xlsx_rows import Cells, dated_rows, exception_rows, programme_rows, standing_rows
from broadcaster.adapters.day_fields import WEEKDAY_NAMES
from broadcaster.domain.calendar import HolidayPolicy

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

A4 = 9
SPARE_ROWS = 500
"""Empty rows below the last one that also have the drop-downs."""
LONGEST_TEXT = 32_767
_LISTS_SHEET = "Danh mục"
_LOOKS_LIKE_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")

_WIDTHS = {
    "ngay": 12,
    "thu": 11,
    "gio": 9,
    "phat": 30,
    "ten": 28,
    "cum_loa": 14,
    "ghi_chu": 30,
    "ly_do": 26,
    "huy": 24,
    "phan": 60,
}
_HINTS = {
    "ngay": "Ngày/tháng/năm, ví dụ 05/03/2024.",
    "thu": "Thứ của ngày bên cạnh; chương trình đối chiếu để bắt lỗi gõ nhầm.",
    "gio": "Giờ 24 giờ: 06:05. Nhiều giờ cách nhau bằng dấu phẩy.",
    "phat": "Mã bài, mã chương trình, hoặc: xoay vòng ND-D2 + ND-D6.",
    "cum_loa": "Để trống là mọi cụm loa. Nhiều cụm cách nhau bằng dấu phẩy.",
    "bat_dau": "đúng giờ, chờ hết bài, hoặc: trong vòng 3 phút.",
    "cho_phep_tre": "Ví dụ: 5 phút. Để trống là theo quy định chung.",
    "ngay_trong_thang": "Ví dụ: 1, 15, cuối.",
    "thu_trong_thang": "Ví dụ: thứ Hai đầu tháng, thứ Sáu cuối tháng.",
    "ngay_am": "Ví dụ: 15 hằng tháng, 10/3.",
    "huy": "Ghi lý do nếu lượt này bị hủy; dòng vẫn giữ lại trong lịch.",
    "phan": "Các phần theo thứ tự phát, cách nhau bằng dấu phẩy: nhac-hieu, tin-1, chao.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What the drop-downs offer: contents (scripts and programmes by id) and zones."""

    contents: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()


def workbook_bytes(part: CalendarPart, *, now: datetime, choices: Choices | None = None) -> bytes:
    """A workbook with a sheet for each kind of row, also the empty ones; ``now`` is its date of creation."""
    from xlsxwriter import Workbook  # noqa: PLC0415 - loaded only where a workbook is written

    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(buffer, options) as workbook:
        workbook.set_properties({"title": "Lịch phát thanh", "created": now.replace(tzinfo=None)})
        writer = _Writer(workbook, choices or Choices())
        writer.sheet("Lịch ngày", DATED, dated_rows(part.slots))
        writer.sheet("Khung giờ", STANDING, standing_rows(part.slots))
        writer.sheet("Chương trình", PROGRAMME, programme_rows(part.programmes))
        writer.sheet("Ngoại lệ", _without(EXCEPTION, "ngay"), exception_rows(part))
        writer.lists()
    return buffer.getvalue()


def write_new(path: Path, part: CalendarPart, *, now: datetime, choices: Choices | None = None) -> None:
    """The same as a file that must not exist yet (FileExistsError): a workbook of the officer is never written over."""
    data = workbook_bytes(part, now=now, choices=choices)
    with path.open("xb") as file:
        file.write(data)


def _without(keys: Sequence[str], left_out: str) -> tuple[str, ...]:
    return tuple(key for key in keys if key != left_out)


class _Writer:
    """One workbook while it is written."""

    def __init__(self, workbook: "Workbook", choices: Choices) -> None:
        self._workbook = workbook
        self._lists: dict[str, tuple[str, ...]] = {
            "phat": choices.contents,
            "cum_loa": ("tất cả", *choices.zones),
            "thu": WEEKDAY_NAMES,
            "uu_tien": ("thường", "ưu tiên", "khẩn cấp"),
            "bat_dau": ("đúng giờ", "chờ hết bài", "trong vòng 3 phút"),
            "ngay_le": tuple(policy.value for policy in HolidayPolicy),
            "bat": ("có", "không"),
            "viec": ("bỏ", "thay", "thêm"),
        }
        look = {
            "border": 1,
            "border_color": "#BFBFBF",
            "valign": "top",
            "font_name": "Times New Roman",
            "font_size": 12,
        }
        self._text = workbook.add_format(look | {"text_wrap": True, "num_format": "@"})
        self._quoted = workbook.add_format(look | {"text_wrap": True, "num_format": "@", "quote_prefix": True})
        self._date = workbook.add_format(look | {"num_format": "dd/mm/yyyy", "align": "center"})
        self._time = workbook.add_format(look | {"num_format": "hh:mm", "align": "center"})
        self._number = workbook.add_format(look)
        heading = {"bold": True, "bg_color": "#DDEBF7", "align": "center", "valign": "vcenter", "text_wrap": True}
        self._heading = workbook.add_format(look | heading)

    def sheet(self, name: str, keys: Sequence[str], rows: Iterable[Cells]) -> None:
        """One sheet: heading, rows, drop-downs; prints on A4 across with the heading on each page."""
        sheet = self._workbook.add_worksheet(name)
        for column, key in enumerate(keys):
            sheet.write_string(0, column, label(key), self._heading)
            sheet.set_column(column, column, _WIDTHS.get(key, 12))
        count = 0
        for count, cells in enumerate(rows, 1):
            for column, key in enumerate(keys):
                self._cell(sheet, count, column, cells.get(key))
        for column, key in enumerate(keys):
            self._guide(sheet, column, key, count + SPARE_ROWS)
        sheet.freeze_panes(1, 0)
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
        sheet.set_header(f"&C&14{name}")
        sheet.set_footer("&CTrang &P/&N")

    def _cell(self, sheet: "Worksheet", row: int, column: int, value: object) -> None:
        """Text always as text, so that nothing a person wrote becomes a formula, here or when the cell is edited."""
        if value is None or value == "":
            sheet.write_blank(row, column, None, self._text)
        elif isinstance(value, date):
            sheet.write_datetime(row, column, value, self._date)
        elif isinstance(value, time):
            sheet.write_datetime(row, column, value, self._time)
        elif isinstance(value, int):
            sheet.write_number(row, column, value, self._number)
        else:
            text = str(value)[:LONGEST_TEXT]
            sheet.write_string(row, column, text, self._format(text))

    def _format(self, text: str) -> "Format":
        return self._quoted if text.startswith(_LOOKS_LIKE_A_FORMULA) else self._text

    def _guide(self, sheet: "Worksheet", column: int, key: str, last: int) -> None:
        """A drop-down or a hint that never stops the officer: the reader says what is wrong, with the way out."""
        options: dict[str, object] = {"validate": "any", "ignore_blank": True, "show_error": False}
        if self._lists.get(key):
            options |= {"validate": "list", "source": self._source(key)}
        if hint := _HINTS.get(key):
            options |= {"input_title": label(key)[:32], "input_message": hint}
        if options["validate"] != "any" or hint:
            sheet.data_validation(1, column, last, column, options)

    def _source(self, key: str) -> str:
        column = list(self._lists).index(key)
        letter = chr(ord("A") + column)
        return f"='{_LISTS_SHEET}'!${letter}$2:${letter}${len(self._lists[key]) + 1}"

    def lists(self) -> None:
        """The values of the drop-downs, on a hidden sheet (a list typed into a drop-down may have 255 characters only)."""
        sheet = self._workbook.add_worksheet(_LISTS_SHEET)
        for column, (key, values) in enumerate(self._lists.items()):
            sheet.write_string(0, column, label(key), self._heading)
            for row, value in enumerate(values, 1):
                sheet.write_string(row, column, value, self._format(value))
        sheet.hide()
