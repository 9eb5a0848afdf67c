"""The periodic report as a workbook in which every figure opens to the rows of the journal it was counted from."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any, NamedTuple

from broadcaster.domain.asrun import AsRunEntry, Outcome
from broadcaster.domain.report import REHEARSAL_MARK, Dimension, FigureRef, Measure, Report, ReportRow, items_of
from broadcaster.present.documents.blocks import Cell, Column, Table, text_cells
from broadcaster.present.documents.excel import Workbook
from broadcaster.present.documents.report_paper import report_paper
from broadcaster.present.documents.report_tables import (
    LANGUAGES,
    REFUSALS,
    annex_tables,
    entered,
    notable,
    rule_note,
    sentence,
)
from broadcaster.present.documents.words import clean, day_short
from broadcaster.present.plan import OUTCOMES

MOST_ROWS = 20_000
"""Rows of the journal a workbook carries; more are told of, and read with `broadcaster log`."""

MOST_LINES = 60_000
"""Lines on the sheet where rows stand under their figures."""

REPORT, ALL, GROUPED, JOURNAL, SHORT, BY_HAND = (
    "Báo cáo", "Mọi số liệu", "Dòng theo số liệu", "Nhật ký trong kỳ", "Không phát đủ", "Nhập tay",
)  # fmt: skip

WIDE = 8
"""Columns of the front sheet."""

Keys = Callable[[FigureRef], Sequence[str]]

_BY_FIGURE = (
    Column(title="Dòng số", width_mm=10), Column(title="Ngày", width_mm=12), Column(title="Giờ phát", width_mm=12),
    Column(title="Chương trình", width_mm=40), Column(title="Tin, bài được tính", width_mm=60),
    Column(title="Lượt", width_mm=10), Column(title="Phút", width_mm=10), Column(title="Cụm loa", width_mm=20),
    Column(title="Mã lượt phát", width_mm=56),
)  # fmt: skip
_JOURNAL = (
    Column(title="Dòng số", width_mm=10), Column(title="Ngày", width_mm=12), Column(title="Giờ phát", width_mm=12),
    Column(title="Chương trình", width_mm=40), Column(title="Tin, bài", width_mm=60),
    Column(title="Mã nội dung", width_mm=16), Column(title="Thể loại", width_mm=16), Column(title="Kết quả", width_mm=14),
    Column(title="Được tính", width_mm=12), Column(title="Vì sao không tính", width_mm=34),
    Column(title="Đã phát (giây)", width_mm=12), Column(title="Cụm loa", width_mm=20),
    Column(title="Mã lượt phát", width_mm=56), Column(title="Mã băm của dòng", width_mm=70),
)  # fmt: skip


class Group(NamedTuple):
    """The rows one family of figures (same dimension and key) was counted from."""

    title: str
    ref: FigureRef


def report_xlsx(report: Report, rows: Iterable[ReportRow], keys: Keys) -> bytes:
    """The workbook's bytes; ``keys`` gives all the codes a figure stands for (`station.reporting.Reporter.keys`)."""
    taken = list(islice(rows, MOST_ROWS + 1))
    cut = len(taken) > MOST_ROWS
    taken = taken[:MOST_ROWS]
    paper = report_paper(report)
    book = Workbook(title=paper.subject, author=report.identity.agency, made_at=report.made_at)
    front = book.sheet(REPORT, [46, 13, 13, 13, 13, 13, 13, 13])
    figures = book.sheet(ALL, [34, 44, 16, 12, 12, 14, 12, 12, 12, 12])
    anchors = _grouped(book, report, taken, keys, cut=cut)
    _journal(book, taken, cut)
    _front(book, front, report, paper.subject, lambda cell: anchors.get(_family(cell.figure)))
    _all_figures(book, figures, report, anchors)
    _rest(book, report)
    return book.data()


def _family(figure: str) -> str:
    """``plays.topic.ND-A`` and ``works.topic.ND-A`` open to the same rows."""
    return figure.partition(".")[2]


def _groups(report: Report) -> list[Group]:
    whole = Group("Toàn trạm", FigureRef(measure=Measure.PLAYS, dimension=Dimension.ALL))
    lines = (
        (title, line)
        for title, table in (
            ("Nội dung", report.topics), ("Lĩnh vực", report.fields), ("Thể loại", report.kinds),
            ("Cụm loa", report.zones), ("Ngôn ngữ", report.languages),
        )
        for line in table
    )  # fmt: skip
    return [whole, *(Group(f"{t}: {LANGUAGES.get(line.title, line.title)}", line.plays.ref) for t, line in lines)]


def _grouped(book: Workbook, report: Report, rows: Sequence[ReportRow], keys: Keys, *, cut: bool) -> dict[str, str]:
    """One block of rows a figure; returns where each family of figures begins."""
    sheet = book.sheet(GROUPED, [c.width_mm for c in _BY_FIGURE], landscape=True)
    sheet.outline_settings(True, False, True, False)
    book.text(sheet, 0, 0, "Mỗi khối là các dòng nhật ký đã tính vào một số liệu; bấm dấu + bên trái để mở.", "note")
    if cut:
        text = f"Kỳ này dài: chỉ xét {MOST_ROWS} dòng đầu, nên tổng ở đây nhỏ hơn số liệu. Chọn kỳ ngắn hơn để xem đủ."
        book.text(sheet, 1, 0, text, "note")
    at, anchors = 2, {}
    counted = [r.entry for r in rows if r.reason is None]
    for group in _groups(report):
        anchors[_family(str(group.ref))] = f"internal:'{GROUPED}'!A{at + 1}"
        at = _one_group(book, sheet, at, group, counted, tuple(keys(group.ref)))
    for line in report.activities:
        anchors[_family(str(line.count.ref))] = f"internal:'{BY_HAND}'!A1"
    return anchors


def _one_group(
    book: Workbook, sheet: Any, at: int, group: Group, entries: Sequence[AsRunEntry], keys: Sequence[str]
) -> int:
    book.text(sheet, at, 0, group.title, "bold")
    book.header(sheet, at + 1, _BY_FIGURE)
    total_row, row, plays, minutes, left = at + 2, at + 2, 0, 0.0, 0
    for entry in entries:
        items = items_of(group.ref, entry.opening.items, keys)
        if not items or (group.ref.dimension is Dimension.ZONE and group.ref.key not in _heard_in(entry)):
            continue
        long = sum(round(i.duration_s * 1000) for i in items) / 60_000
        plays, minutes = plays + len(items), minutes + long
        if row >= MOST_LINES:
            left += 1
        else:
            row += 1
            titles = "; ".join(i.title for i in items)
            book.fit(sheet, row, ("", "", "", entry.opening.title, titles), {"level": 1})
            _entry_head(book, sheet, row, entry)
            book.text(sheet, row, 4, titles)
            sheet.write_number(row, 5, len(items), book.format("whole"))
            sheet.write_number(row, 6, long, book.format("number"))
            book.text(sheet, row, 7, ", ".join(_heard_in(entry)))
            book.text(sheet, row, 8, entry.opening.airing_id)
    for column in range(len(_BY_FIGURE)):
        book.text(sheet, total_row, column, "Cộng" if column == 3 else "", "head")
    for column, value in ((5, float(plays)), (6, minutes)):
        if row > total_row and not left:
            letter = "F" if column == 5 else "G"
            formula = f"=SUM({letter}{total_row + 2}:{letter}{row + 1})"
            sheet.write_formula(total_row, column, formula, book.format("number"), round(value, 6))
        else:
            sheet.write_number(total_row, column, value, book.format("number"))
    if left:
        row += 1
        book.text(sheet, row, 0, f"Còn {left} dòng nữa; lọc ở trang “{JOURNAL}” hoặc chọn kỳ ngắn hơn.", "note")
    return row + 2


def _heard_in(entry: AsRunEntry) -> list[str]:
    return [r.zone for r in entry.closing.results if r.outcome is Outcome.AIRED]


def _entry_head(book: Workbook, sheet: Any, row: int, entry: AsRunEntry) -> None:
    sheet.write_number(row, 0, entry.seq, book.format("whole"))
    at = entry.opening.planned or entry.opening.recorded_at
    started = entry.closing.started
    book.moment(sheet, row, 1, started.astimezone(at.tzinfo) if started else at)
    book.text(sheet, row, 3, entry.opening.title)


def _journal(book: Workbook, rows: Sequence[ReportRow], cut: bool) -> None:
    sheet = book.sheet(JOURNAL, [c.width_mm for c in _JOURNAL], landscape=True)
    book.header(sheet, 0, _JOURNAL)
    row = 0
    for row, (entry, reason) in enumerate(((r.entry, r.reason) for r in rows), start=1):
        opening, closing = entry.opening, entry.closing
        _entry_head(book, sheet, row, entry)
        texts = {
            4: "; ".join(i.title for i in opening.items),
            5: ", ".join(dict.fromkeys(t for i in opening.items for t in i.topics)),
            6: ", ".join(dict.fromkeys(i.kind for i in opening.items)),
            7: OUTCOMES[closing.outcome],
            8: "có" if reason is None else "không",
            9: "" if reason is None else REFUSALS[reason],
            11: ", ".join(opening.zones),
            12: opening.airing_id,
            13: entry.row_hash,
        }
        book.fit(
            sheet, row, ("", "", "", opening.title, texts[4], texts[5], texts[6], "", "", texts[9], "", "", texts[12])
        )
        for column, text in texts.items():
            book.text(sheet, row, column, text)
        sheet.write_number(row, 10, closing.played_s, book.format("number"))
    sheet.autofilter(0, 0, max(row, 1), len(_JOURNAL) - 1)
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    if cut:
        book.text(sheet, row + 2, 0, f"Chỉ ghi {MOST_ROWS} dòng đầu; xem đủ bằng lệnh broadcaster log.", "note")


def _front(book: Workbook, sheet: Any, report: Report, subject: str, link: Callable[[Cell], str | None]) -> None:
    mark = f"{REHEARSAL_MARK} — " if report.rehearsed else ""
    book.text(sheet, 0, 0, report.identity.agency, "plain")
    book.text(sheet, 1, 0, subject, "title")
    period = report.period
    span = f"{day_short(period.first)} đến {day_short(period.last)}"
    told = f"{mark}Số liệu từ {span}. Bấm vào số có gạch chân để xem các dòng đã tính."
    book.note(sheet, 2, told, WIDE)
    book.note(sheet, 3, rule_note(report), WIDE)
    row = 5
    for remark in report.remarks:
        book.note(sheet, row, remark.text, WIDE)
        row += 1
    for _, table in annex_tables(report):
        row = book.table(sheet, row + 1, _unnumbered(table), link)
    _chart(book, sheet, row, report)


def _unnumbered(table: Table) -> Table:
    """Without the STT column, so that names stand in the wide first column of the sheet."""
    if table.columns[0].title != "STT":
        return table
    return replace(table, columns=table.columns[1:], rows=tuple(row[1:] for row in table.rows))


def _chart(book: Workbook, sheet: Any, row: int, report: Report) -> None:
    lines = [t for t in report.topics if not t.parent]
    if not lines:
        return
    for n, title in enumerate(("Biểu đồ: nội dung", "Trong kỳ", "Kỳ trước")):
        book.text(sheet, row, n, title, "head")
    for n, line in enumerate(lines, start=1):
        book.text(sheet, row + n, 0, sentence(clean(line.title)))
        sheet.write_number(row + n, 1, line.plays.value, book.format("whole"))
        sheet.write_number(row + n, 2, line.plays.previous, book.format("whole"))
    chart = book.book.add_chart({"type": "bar"})
    last = row + len(lines)
    for column, colour in ((1, "#1F4E79"), (2, "#A6A6A6")):
        chart.add_series(
            {
                "name": [REPORT, row, column], "categories": [REPORT, row + 1, 0, last, 0],
                "values": [REPORT, row + 1, column, last, column], "fill": {"color": colour},
                "data_labels": {"value": True},
            }
        )  # fmt: skip
    chart.set_title({"name": "Lượt phát theo nội dung kế hoạch", "name_font": {"name": "Times New Roman", "size": 13}})
    chart.set_y_axis({"reverse": True, "num_font": {"name": "Times New Roman"}})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 860, "height": 60 + 46 * len(lines)})
    sheet.insert_chart(last + 2, 0, chart)


def _all_figures(book: Workbook, sheet: Any, report: Report, anchors: dict[str, str]) -> None:
    titles = {
        _family(str(line.plays.ref)): line.title
        for table in (report.topics, report.fields, report.kinds, report.zones, report.languages)
        for line in table
    } | {_family(str(line.count.ref)): sentence(line.kind.value) for line in report.activities}
    columns = ("Mã số liệu", "Nội dung", "Đơn vị", "Trong kỳ", "Kỳ trước", "Cùng kỳ năm trước", "Lũy kế", "Định mức",
               "Đã tính vào định mức", "% định mức")  # fmt: skip
    book.header(sheet, 0, [Column(title=t, width_mm=10) for t in columns])
    for row, figure in enumerate(report.figures(), start=1):
        family = _family(str(figure.ref))
        book.text(sheet, row, 0, str(figure.ref))
        book.text(sheet, row, 1, titles.get(family, "Toàn trạm"))
        book.text(sheet, row, 2, figure.ref.measure.value, "center")
        target = anchors.get(family)
        if target:
            sheet.write_url(row, 3, target, book.format("link"))
        sheet.write_number(row, 3, figure.value, book.format("link" if target else "number"))
        numbers = (
            figure.previous, figure.same_last_year, figure.cumulative, figure.quota, figure.toward_quota, figure.percent,
        )  # fmt: skip
        for column, value in enumerate(numbers, start=4):
            if value is None:
                book.text(sheet, row, column, "—", "right")
            else:
                sheet.write_number(row, column, value, book.format("percent" if column == 9 else "number"))
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, max(1, sum(1 for _ in report.figures())), len(columns) - 1)


def _rest(book: Workbook, report: Report) -> None:
    held = report.reconciliation
    for name, filled in ((SHORT, notable(held.notable, letters=2000)), (BY_HAND, entered(report, letters=2000))):
        none = text_cells("", "không có", *[""] * (len(filled.columns) - 2))
        table = filled if filled.rows else replace(filled, rows=(none,))
        sheet = book.sheet(name, [c.width_mm / 1.6 for c in table.columns], landscape=True)
        row = book.table(sheet, 0, table)
        if name == SHORT and held.notable_in_all > len(held.notable):
            left = held.notable_in_all - len(held.notable)
            book.text(sheet, row, 0, f"Còn {left} lượt nữa, xem bằng lệnh broadcaster reconcile.", "note")
