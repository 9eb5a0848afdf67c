"""Words for the reports in the console: what a figure is called, and where its rows are."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from broadcaster.domain.asrun import WRITTEN, Outcome
from broadcaster.domain.periods import Period
from broadcaster.domain.report import Dimension, FigureRef, Report
from broadcaster.present.documents.blocks import Align, Cell, Table
from broadcaster.present.documents.report_tables import annex_tables


def figure_words(ref: FigureRef) -> str:
    """`lượt phát, nội dung ND-A`."""
    if ref.dimension is Dimension.ALL:
        return ref.measure.value
    return f"{ref.measure.value}, {ref.dimension.value} {ref.key}"


def rows_link(report: Report, ref: FigureRef, period: Period) -> str:
    """The page of the log with exactly the rows a figure is made of; activities entered by hand have a page of their own."""
    if ref.dimension is Dimension.ACTIVITY:
        days = {"tu": f"{period.first:%d/%m/%Y}", "den": f"{period.last:%d/%m/%Y}", "loai": ref.key}
        return f"/bao-cao/hoat-dong?{urlencode(days)}"
    return log_link(report, period, so=str(ref))


def log_link(report: Report, period: Period, **asked: str) -> str:
    """The page of the log for a period, with these filters, in the report's own rule."""
    days = {"tu": f"{period.first:%d/%m/%Y}", "den": f"{period.last:%d/%m/%Y}"}
    return f"/nhat-ky?{urlencode(days | asked | ({'dien_tap': '1'} if report.rehearsed else {}))}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedCell:
    """One cell of a report's table; ``href`` is where its rows are, empty for words and for nothing."""

    text: str
    href: str = ""
    bold: bool = False
    right: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedTable:
    """A table of the paper as the screen shows it."""

    title: str
    columns: tuple[tuple[str, bool], ...]
    rows: tuple[tuple[LinkedCell, ...], ...]
    note: str


def linked_tables(report: Report) -> tuple[LinkedTable, ...]:
    """The very tables of the paper's annex, each number leading to the rows it is made of."""
    return tuple(_linked(report, name, table) for name, table in annex_tables(report))


def _linked(report: Report, name: str, table: Table) -> LinkedTable:
    links = {"Đối chiếu lịch": _outcome_links(report), "Không tính": _refusal_links(report)}.get(name)
    rows = []
    for number, row in enumerate(table.rows):
        hrefs = (
            list(_figure_links(report, row)) if links is None else ["", links[number] if number < len(links) else ""]
        )
        rows.append(
            tuple(
                LinkedCell(
                    text=cell.text, href=href if cell.value else "", bold=cell.bold, right=_is_right(column.align)
                )
                for cell, column, href in zip(row, table.columns, hrefs, strict=True)
            )
        )
    return LinkedTable(
        title=table.title,
        columns=tuple((column.title, _is_right(column.align)) for column in table.columns),
        rows=tuple(rows),
        note=table.note,
    )


def _is_right(align: Align) -> bool:
    return align is Align.RIGHT


def _figure_links(report: Report, row: Sequence[Cell]) -> Iterator[str]:
    """A figure's own cell carries its name; the three numbers after it are the same figure over other stretches of days."""
    others: list[Period] = []
    figure = ""
    for cell in row:
        if cell.figure:
            figure, others = cell.figure, [report.previous, report.same_last_year, report.cumulative]
            yield _named_link(report, figure, report.period)
        elif figure and others and cell.value is not None:
            yield _named_link(report, figure, others.pop(0))
        else:
            figure = ""
            yield ""


def _named_link(report: Report, name: str, period: Period) -> str:
    found = next((figure.ref for figure in report.figures() if str(figure.ref) == name), None)
    return rows_link(report, found, period) if found is not None else ""


def _outcome_links(report: Report) -> list[str]:
    """Where each line of the reconciliation leads: rows of that result, or the list of what was not heard in full."""
    shown = [o for o in Outcome if report.reconciliation.counts.get(o, 0)]
    return [
        log_link(report, report.period, ket_qua=outcome.value) if outcome in WRITTEN else "#khong-du"
        for outcome in shown
    ]


def _refusal_links(report: Report) -> list[str]:
    return [log_link(report, report.period, khong_tinh=line.reason.value) for line in report.not_counted if line.rows]
