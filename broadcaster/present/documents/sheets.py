"""An inner paper (log book, rundown, list) as a Word file: the unit's name, a title, tables, places to sign."""

from collections.abc import Sequence

from broadcaster.present.documents.blocks import Chart, Heading, Paragraph, Sheet, SignPlace, Table
from broadcaster.present.documents.metrics import width_mm
from broadcaster.present.documents.official import MOTTO, NATION, RULE_SHARE, agency_lines
from broadcaster.present.documents.word import Page, Style, Word
from broadcaster.present.documents.words import BLANK, clean

_TEXT = Style(size=12, align="justify", before=4)


def sheet_docx(sheet: Sheet) -> bytes:
    """The file's bytes; the same sheet always the same bytes."""
    page = Page(landscape=sheet.landscape, left=20 if sheet.landscape else 30, right=15)
    word = Word(page, title=sheet.title, author=sheet.agency, made_at=sheet.made_at)
    word.numbered_header(word.document.sections[0], sheet.mark)
    _head(word, sheet)
    title = Style(size=14, bold=True, align="center", before=12, outline=0)
    word.line(word.document, clean(sheet.title).upper(), title)
    if sheet.subtitle:
        word.line(word.document, clean(sheet.subtitle), Style(size=13, italic=True, align="center", after=6))
    for block in sheet.blocks:
        match block:
            case Heading(text=text):
                word.line(word.document, text, Style(size=13, bold=True, before=6, keep_next=True, outline=1))
            case Paragraph(text=text):
                word.line(word.document, text, _TEXT)
            case Table():
                word.table(block)
            case Chart():
                word.chart(block)
    _places(word, sheet.places, sheet.place_day)
    return word.data()


def _head(word: Word, sheet: Sheet) -> None:
    left = word.page.text_width * 0.44
    right = word.page.text_width - left
    grid = word.grid([left, right])
    agency, nation = grid.rows[0].cells
    above = clean(sheet.superior).upper()
    lines = agency_lines(sheet.agency, bold=True, room=left) or (BLANK,)
    word.fill(agency.paragraphs[0], above or lines[0], Style(size=12, bold=not above, align="center"))
    for line in lines if above else lines[1:]:
        word.line(agency, line, Style(size=12, bold=True, align="center"))
    word.rule(agency, width_mm(lines[-1], 12, bold=True) * RULE_SHARE, left)
    word.fill(nation.paragraphs[0], NATION, Style(size=12, bold=True, align="center"))
    word.line(nation, MOTTO, Style(size=13, bold=True, align="center"))
    word.rule(nation, width_mm(MOTTO, 13, bold=True), right)


def _places(word: Word, places: Sequence[SignPlace], day: str) -> None:
    if not places:
        return
    width = word.page.text_width / len(places)
    if day:
        indent = width * (len(places) - 1)
        style = Style(size=12, italic=True, align="center", left_mm=indent, before=8, keep_next=True)
        word.line(word.document, day, style)
    grid = word.grid([width] * len(places))
    for cell, place in zip(grid.rows[0].cells, places, strict=True):
        lines = [clean(part) for part in place.title.split("\n") if clean(part)]
        centre = Style(size=12, bold=True, align="center", keep_next=True)
        word.fill(cell.paragraphs[0], lines[0] if lines else "", centre)
        for line in lines[1:]:
            word.line(cell, line, centre)
        word.line(cell, "(Ký, ghi rõ họ tên)", Style(size=11, italic=True, align="center", keep_next=True))
        for _ in range(3):
            word.line(cell, "", Style(size=12, keep_next=True))
        word.line(cell, clean(place.name), Style(size=12, bold=True, align="center"))
