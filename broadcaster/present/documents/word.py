"""A Word file by parts: page, lines of text, rules, tables, a chart; every run names its own font, size and style."""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

from broadcaster.present.documents.blocks import Cell, Chart, Table
from broadcaster.present.documents.chart import chart_workbook, chart_xml, height_mm
from broadcaster.present.documents.words import clean

FONT = "Times New Roman"
BODY_PT = 14.0
KEPT_TOGETHER = 14
"""A table of so few rows stays on one page."""

TALL_ROW = 400
"""A row with more letters than this in one cell may break across pages."""

ALIGNMENTS = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
    "justify": WD_ALIGN_PARAGRAPH.JUSTIFY,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How one line is set; lengths in points and millimetres."""

    size: float = BODY_PT
    bold: bool = False
    italic: bool = False
    align: str = "left"
    before: float = 0.0
    after: float = 0.0
    first_mm: float = 0.0
    left_mm: float = 0.0
    line: float = 1.0
    keep_next: bool = False
    outline: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A4 and its margins in millimetres."""

    landscape: bool = False
    top: float = 20.0
    bottom: float = 20.0
    left: float = 30.0
    right: float = 15.0

    @property
    def text_width(self) -> float:
        """Between the side margins."""
        return (297.0 if self.landscape else 210.0) - self.left - self.right


class Word:
    """One file in the making; mutable, and used by the renderers of this package only."""

    def __init__(self, page: Page, *, title: str, author: str, made_at: datetime) -> None:
        self.document = Document()
        self.page = page
        self._made_at = made_at
        self._charts = 0
        self._plain_styles()
        for rid, link in list(self.document.part.package.rels.items()):
            if link.reltype.endswith("/thumbnail"):  # a picture of the library's own empty page
                del self.document.part.package.rels[rid]
        _set_page(self.document.sections[0], page)
        about = self.document.core_properties
        about.title, about.author, about.last_modified_by = clean(title)[:255], clean(author)[:255], clean(author)[:255]
        about.comments, about.language = "", "vi-VN"
        about.created = about.modified = made_at.replace(tzinfo=None)

    def _plain_styles(self) -> None:
        defaults = self.document.styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
        for holder in (defaults, self.document.styles["Normal"].element.get_or_add_rPr()):
            for old in holder.findall(qn("w:rFonts")) + holder.findall(qn("w:lang")):
                holder.remove(old)
            holder.insert(0, _fonts())
            language = OxmlElement("w:lang")
            language.set(qn("w:val"), "vi-VN")
            holder.append(language)
        normal = self.document.styles["Normal"]
        normal.font.size = Pt(BODY_PT)
        normal.paragraph_format.space_after = Pt(0)
        normal.paragraph_format.space_before = Pt(0)

    def line(self, holder: Any, runs: str | Sequence[tuple[str, Style]], style: Style) -> Any:
        """One paragraph at the end of the document, a cell or a header."""
        paragraph = holder.add_paragraph()
        self.fill(paragraph, runs, style)
        return paragraph

    def fill(self, paragraph: Any, runs: str | Sequence[tuple[str, Style]], style: Style) -> None:
        """Set a paragraph that is already there."""
        shape = paragraph.paragraph_format
        paragraph.alignment = ALIGNMENTS[style.align]
        shape.space_before, shape.space_after = Pt(style.before), Pt(style.after)
        shape.line_spacing = style.line
        if style.first_mm:
            shape.first_line_indent = Mm(style.first_mm)
        if style.left_mm:
            shape.left_indent = Mm(style.left_mm)
        if style.keep_next:
            shape.keep_with_next = True
        if style.outline is not None:
            level = OxmlElement("w:outlineLvl")
            level.set(qn("w:val"), str(style.outline))
            paragraph._p.get_or_add_pPr().append(level)
        for text, look in [(runs, style)] if isinstance(runs, str) else runs:
            self._run(paragraph, text, look)

    def _run(self, paragraph: Any, text: str, style: Style) -> Any:
        run = paragraph.add_run(text)
        run.bold, run.italic = style.bold, style.italic
        run.font.size = Pt(style.size)
        run.font.color.rgb = RGBColor(0, 0, 0)
        properties = run._r.get_or_add_rPr()
        for old in properties.findall(qn("w:rFonts")):
            properties.remove(old)
        properties.insert(0, _fonts())
        return run

    def rule(self, holder: Any, length_mm: float, box_mm: float, paragraph: Any = None) -> None:
        """A thin line of that length in the middle of a box of that width: the lower border of an almost flat paragraph."""
        flat = paragraph if paragraph is not None else holder.add_paragraph()
        shape = flat.paragraph_format
        side = max(0.0, (box_mm - length_mm) / 2)
        shape.left_indent, shape.right_indent = Mm(side), Mm(side)
        shape.space_before, shape.space_after = Pt(0), Pt(0)
        shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(3)
        self._run(flat, "", Style(size=2))
        border = parse_xml(
            f'<w:pBdr {nsdecls("w")}><w:bottom w:val="single" w:sz="6" w:space="0" w:color="000000"/></w:pBdr>'
        )
        flat._p.get_or_add_pPr().insert_element_before(
            border, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:outlineLvl"
        )

    def grid(self, widths_mm: Sequence[float], rows: int = 1) -> Any:
        """A table without lines, for placing things side by side."""
        table = self.document.add_table(rows=rows, cols=len(widths_mm))
        _fix_widths(table, widths_mm, margin_mm=0.0)
        return table

    def table(self, table: Table) -> None:
        """A ruled table; its header repeats on each page, short rows never break."""
        if table.title:
            self.line(
                self.document,
                table.title,
                Style(size=13, bold=True, align="left", before=10, after=4, keep_next=True),
            )
        if table.unit:
            self.line(self.document, table.unit, Style(size=table.size_pt, italic=True, align="right", keep_next=True))
        grid = self.document.add_table(rows=1, cols=len(table.columns))
        grid.style = "Table Grid"
        grid.alignment = WD_TABLE_ALIGNMENT.CENTER
        _fix_widths(grid, [c.width_mm for c in table.columns], margin_mm=1.2)
        head = grid.rows[0]
        _mark_row(head, "w:tblHeader")
        _mark_row(head, "w:cantSplit")
        for cell, column in zip(head.cells, table.columns, strict=True):
            self.fill(
                cell.paragraphs[0],
                column.title,
                Style(size=table.size_pt, bold=True, align="center", before=2, after=2, keep_next=True),
            )
            _middle(cell)
        together = len(table.rows) <= KEPT_TOGETHER
        for n, row in enumerate(table.rows):
            self._row(grid, table, row, keep_next=together and n < len(table.rows) - 1)
        note = Style(size=table.size_pt, italic=True, align="justify", before=3, after=4)
        self.line(self.document, table.note, note if table.note else Style(size=4))

    def _row(self, grid: Any, table: Table, cells: Sequence[Cell], *, keep_next: bool) -> None:
        added = grid.add_row()
        if max((len(c.text) for c in cells), default=0) <= TALL_ROW:
            _mark_row(added, "w:cantSplit")
        for place, cell, column in zip(added.cells, cells, table.columns, strict=True):
            style = Style(
                size=table.size_pt, bold=cell.bold, align=column.align.value, before=1, after=1, keep_next=keep_next
            )
            self.fill(place.paragraphs[0], cell.text, style)
            place.width = Mm(column.width_mm)
            _middle(place)

    def chart(self, chart: Chart) -> None:
        """A native chart with its workbook; its title stands below it as a caption."""
        self._charts += 1
        package, document = self.document.part.package, self.document.part
        book = Part(
            PackURI(f"/word/embeddings/so-lieu-{self._charts}.xlsx"),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            chart_workbook(chart, self._made_at),
            package,
        )
        part = Part(
            PackURI(f"/word/charts/chart{self._charts}.xml"),
            "application/vnd.openxmlformats-officedocument.drawingml.chart+xml",
            b"",
            package,
        )
        office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        part._blob = chart_xml(chart, part.relate_to(book, f"{office}/package"))
        rid = document.relate_to(part, f"{office}/chart")
        width, height = Mm(self.page.text_width), Mm(height_mm(chart))
        paragraph = self.line(self.document, "", Style(align="center", before=6, keep_next=True))
        paragraph.add_run()._r.append(_chart_drawing(rid, self._charts, width, height, chart.title))
        self.line(self.document, chart.title, Style(size=13, italic=True, align="center", before=2, after=6))

    def numbered_header(self, section: Any, mark: str, *, restart: bool = False) -> None:
        """The page number centred in the top margin, not on the section's first page; ``mark`` on every page."""
        section.different_first_page_header_footer = True
        for header, with_number in ((section.header, True), (section.first_page_header, False)):
            header.is_linked_to_previous = False
            paragraph = header.paragraphs[0]
            paragraph.style = self.document.styles["Normal"]
            self.fill(paragraph, "", Style(size=13, align="center"))
            if with_number:
                _page_field(paragraph, self)
        for footer in (section.footer, section.first_page_footer):
            footer.is_linked_to_previous = False
            footer.paragraphs[0].style = self.document.styles["Normal"]
            self.fill(footer.paragraphs[0], mark, Style(size=12, bold=True, align="center"))
        if restart:
            kind = OxmlElement("w:pgNumType")
            kind.set(qn("w:start"), "1")
            section._sectPr.insert_element_before(kind, "w:cols", "w:titlePg", "w:docGrid")

    def new_section(self, page: Page) -> Any:
        """The next page, with its own paper and numbering."""
        section = self.document.add_section(WD_SECTION.NEW_PAGE)
        _set_page(section, page)
        self.page = page
        return section

    def data(self) -> bytes:
        """The file's bytes; the same paper always gives the same bytes."""
        raw, fixed = io.BytesIO(), io.BytesIO()
        self.document.save(raw)
        at = max(self._made_at.timetuple()[:6], (1980, 1, 1, 0, 0, 0))
        with zipfile.ZipFile(raw) as source, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as target:
            for name in source.namelist():
                entry = zipfile.ZipInfo(name, date_time=at)
                entry.compress_type = zipfile.ZIP_DEFLATED
                target.writestr(entry, source.read(name))
        return fixed.getvalue()


def _fonts() -> Any:
    fonts = OxmlElement("w:rFonts")
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), FONT)
    return fonts


def _set_page(section: Any, page: Page) -> None:
    long, short = Mm(297), Mm(210)
    section.orientation = WD_ORIENT.LANDSCAPE if page.landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (long, short) if page.landscape else (short, long)
    section.top_margin, section.bottom_margin = Mm(page.top), Mm(page.bottom)
    section.left_margin, section.right_margin = Mm(page.left), Mm(page.right)
    section.header_distance = section.footer_distance = Mm(10)


def _fix_widths(table: Any, widths_mm: Sequence[float], *, margin_mm: float) -> None:
    table.autofit = False
    for column, width in zip(table.columns, widths_mm, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)
    properties = table._tbl.tblPr
    side = round(margin_mm / 25.4 * 1440)
    margins = parse_xml(
        f'<w:tblCellMar {nsdecls("w")}><w:left w:w="{side}" w:type="dxa"/><w:right w:w="{side}" w:type="dxa"/></w:tblCellMar>'
    )
    properties.insert_element_before(margins, "w:tblLook")


def _mark_row(row: Any, name: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(name))


def _middle(cell: Any) -> None:
    align = OxmlElement("w:vAlign")
    align.set(qn("w:val"), "center")
    cell._tc.get_or_add_tcPr().append(align)


def _page_field(paragraph: Any, word: Word) -> None:
    for kind, text in (("begin", ""), ("", " PAGE "), ("separate", ""), ("shown", "2"), ("end", "")):
        run = word._run(paragraph, text if kind == "shown" else "", Style(size=13))
        if kind == "":
            code = OxmlElement("w:instrText")
            code.set(qn("xml:space"), "preserve")
            code.text = text
            run._r.append(code)
        elif kind != "shown":
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._r.append(mark)


def _chart_drawing(rid: str, number: int, width: int, height: int, description: str) -> Any:
    from xml.sax.saxutils import quoteattr  # noqa: PLC0415 - only where a chart is drawn

    chart = "http://schemas.openxmlformats.org/drawingml/2006/chart"
    return parse_xml(
        f'<w:drawing {nsdecls("w", "wp", "a", "r")}><wp:inline distT="0" distB="0" distL="0" distR="0">'
        f'<wp:extent cx="{width}" cy="{height}"/><wp:docPr id="{100 + number}" name="Biểu đồ {number}" '
        f'descr={quoteattr(description)}/><wp:cNvGraphicFramePr/><a:graphic><a:graphicData uri="{chart}">'
        f'<c:chart xmlns:c="{chart}" r:id="{rid}"/></a:graphicData></a:graphic></wp:inline></w:drawing>'
    )
