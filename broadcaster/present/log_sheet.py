"""The as-run log as a workbook: one row an airing, real dates, text that stays text."""

import io
from collections.abc import Iterable
from typing import Any

from broadcaster.domain.asrun import AsRunEntry
from broadcaster.present.plan import OUTCOMES, PRIORITIES

HEADER = (
    ("Số", 7),
    ("Ngày", 11),
    ("Giờ trong lịch", 13),
    ("Giờ phát thật", 13),
    ("Cụm loa", 16),
    ("Nội dung", 44),
    ("Mã nội dung", 14),
    ("Kết quả", 14),
    ("Đã phát (giây)", 13),
    ("Thời lượng (giây)", 15),
    ("Lệch (ms)", 10),
    ("Mức", 10),
    ("Giọng", 10),
    ("Ghi chú", 50),
    ("Mã lượt phát", 34),
)


def log_sheet(entries: Iterable[AsRunEntry]) -> bytes:
    """The workbook's bytes; A4 landscape, header repeated on each page, formulas in user text kept as text."""
    import xlsxwriter  # noqa: PLC0415 - only when a workbook is asked for

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet("Nhật ký")
    head = book.add_format({"bold": True, "bg_color": "#D9E2F3", "border": 1, "text_wrap": True, "valign": "vcenter"})
    formats = {
        "text": book.add_format({"border": 1, "text_wrap": True, "valign": "top"}),
        "day": book.add_format({"border": 1, "num_format": "dd/mm/yyyy", "valign": "top"}),
        "time": book.add_format({"border": 1, "num_format": "hh:mm:ss", "valign": "top"}),
        "number": book.add_format({"border": 1, "num_format": "0.0", "valign": "top"}),
    }
    for column, (title, width) in enumerate(HEADER):
        sheet.write_string(0, column, title, head)
        sheet.set_column(column, column, width)
    row = 0
    for row, entry in enumerate(entries, start=1):
        _row(sheet, row, entry, formats)
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.autofilter(0, 0, max(row, 1), len(HEADER) - 1)
    book.close()
    return buffer.getvalue()


def _row(sheet: Any, row: int, entry: AsRunEntry, formats: dict[str, Any]) -> None:
    opening, closing = entry.opening, entry.closing
    at = opening.planned or closing.started or opening.recorded_at
    marks = [word for word, true in (("phát thử", opening.test), ("diễn tập", opening.rehearsed)) if true]
    sheet.write_number(row, 0, entry.seq, formats["text"])
    sheet.write_datetime(row, 1, at.replace(tzinfo=None), formats["day"])
    for column, moment in ((2, opening.planned), (3, closing.started)):
        if moment is None:
            sheet.write_string(row, column, "—", formats["text"])
        else:
            sheet.write_datetime(row, column, moment.astimezone(at.tzinfo).replace(tzinfo=None), formats["time"])
    texts = {
        4: ", ".join(opening.zones),
        5: opening.title,
        6: ", ".join(dict.fromkeys(t for i in opening.items for t in i.topics)),
        7: OUTCOMES[closing.outcome],
        11: PRIORITIES[opening.priority],
        12: ", ".join(dict.fromkeys(i.voice for i in opening.items if i.voice)),
        13: "; ".join(part for part in (*marks, closing.reason, opening.order_reason) if part),
        14: opening.airing_id,
    }
    for column, text in texts.items():
        sheet.write_string(row, column, text[:32000], formats["text"])
    sheet.write_number(row, 8, closing.played_s, formats["number"])
    sheet.write_number(row, 9, opening.duration_s, formats["number"])
    if closing.late_ms is None:
        sheet.write_string(row, 10, "—", formats["text"])
    else:
        sheet.write_number(row, 10, closing.late_ms, formats["number"])
