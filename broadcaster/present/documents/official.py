"""An official paper as a Word file, by Appendix I of Decree 30/2020/NĐ-CP: every size, place and rule of the first page."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from docx.enum.table import WD_ROW_HEIGHT_RULE
from docx.shared import Mm

from broadcaster.present.documents.blocks import (
    Annex,
    Block,
    Chart,
    Heading,
    Letterhead,
    Official,
    Paragraph,
    Signature,
    Table,
)
from broadcaster.present.documents.metrics import width_mm
from broadcaster.present.documents.word import Page, Style, Word
from broadcaster.present.documents.words import BLANK, LONG_BLANK, clean, day_words

NATION = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
LEFT_MM = 70.0
NATION_PT, MOTTO_PT, AGENCY_PT, NUMBER_PT, DATE_PT = 12.0, 13.0, 12.0, 13.0, 13.0
KIND_PT, SUBJECT_PT, BODY_PT, COPIES_TITLE_PT, COPIES_PT = 14.0, 14.0, 14.0, 12.0, 11.0
INDENT_MM = 12.7
GAP_PT = 6.0
RULE_SHARE = 0.42
"""Of the text above it: the decree asks for a third to a half."""

_BODY = Style(size=BODY_PT, align="justify", before=GAP_PT, first_mm=INDENT_MM, line=1.15)


def official_docx(paper: Official) -> bytes:
    """The file's bytes; opens with no repair, the same paper always the same bytes."""
    page = Page()
    author = paper.letterhead.agency
    word = Word(page, title=f"{paper.kind} {paper.subject}", author=author, made_at=paper.made_at)
    word.numbered_header(word.document.sections[0], paper.mark)
    letterhead(word, paper.letterhead, subject="" if paper.kind else paper.subject)
    if paper.kind:
        _title(word, paper.kind, paper.subject)
    _addressees(word, paper.addressees)
    for n, ground in enumerate(paper.grounds):
        end = "." if n == len(paper.grounds) - 1 else ";"
        word.line(word.document, clean(ground).rstrip(".;") + end, _italic(_BODY))
    if paper.opening:
        word.line(word.document, clean(paper.opening), _BODY)
    blocks(word, paper.body)
    # the last lines go over the page with the signature, so that it never stands alone
    for paragraph in word.document.paragraphs[-1:]:
        paragraph.paragraph_format.keep_with_next = True
    word.line(word.document, clean(paper.closing).rstrip("./") + "./.", replace(_BODY, keep_next=True))
    signature(word, paper.signature)
    for number, annex in enumerate(paper.annexes, start=1):
        _annex(word, paper, annex, number if len(paper.annexes) > 1 else 0)
    return word.data()


def letterhead(word: Word, head: Letterhead, *, subject: str = "") -> None:
    """Agency left, country and motto right, then number and date on one line; ``subject`` stands under a letter's number."""
    right = word.page.text_width - LEFT_MM
    grid = word.grid([LEFT_MM, right], rows=2)
    left_cell, right_cell = grid.rows[0].cells
    _agency(word, left_cell, head)
    nation = Style(size=NATION_PT, bold=True, align="center")
    word.fill(right_cell.paragraphs[0], NATION, nation)
    word.line(right_cell, MOTTO, Style(size=MOTTO_PT, bold=True, align="center"))
    word.rule(right_cell, width_mm(MOTTO, MOTTO_PT, bold=True), right)
    number_cell, date_cell = grid.rows[1].cells
    line = Style(size=NUMBER_PT, align="center", before=6)
    word.fill(number_cell.paragraphs[0], f"Số: {head.number or '       '}/{head.series}", line)
    if subject:
        word.line(number_cell, f"V/v {clean(subject)}", Style(size=12, align="center"))
    dated = f"{clean(head.place)}, {day_words(head.day)}"
    word.fill(date_cell.paragraphs[0], dated, Style(size=DATE_PT, italic=True, align="center", before=6))


def _agency(word: Word, cell: Any, head: Letterhead) -> None:
    lines = agency_lines(head.agency, bold=True) or (BLANK,)
    above = agency_lines(head.superior, bold=False, short_form=True)
    for n, (text, bold) in enumerate([*((t, False) for t in above), *((t, True) for t in lines)]):
        style = Style(size=AGENCY_PT, bold=bold, align="center")
        if n:
            word.line(cell, text, style)
        else:
            word.fill(cell.paragraphs[0], text, style)
    word.rule(cell, width_mm(lines[-1], AGENCY_PT, bold=True) * RULE_SHARE, LEFT_MM)


def agency_lines(name: str, *, bold: bool, short_form: bool = False, room: float = LEFT_MM) -> tuple[str, ...]:
    """A name in capitals, broken after ỦY BAN NHÂN DÂN where it is too long; ``short_form`` writes UBND instead."""
    whole = clean(name).upper()
    if not whole:
        return ()
    if width_mm(whole, AGENCY_PT, bold=bold) <= room - 2:
        return (whole,)
    for council in ("ỦY BAN NHÂN DÂN", "UỶ BAN NHÂN DÂN"):
        if whole.startswith(council + " "):
            rest = whole[len(council) + 1 :]
            if short_form and width_mm(f"UBND {rest}", AGENCY_PT, bold=bold) <= room - 2:
                return (f"UBND {rest}",)
            return (council, *wrapped(rest, bold=bold, room=room))
    return wrapped(whole, bold=bold, room=room)


def wrapped(text: str, *, bold: bool, room: float = LEFT_MM) -> tuple[str, ...]:
    """Whole words on as few lines as the left column takes."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and width_mm(longer, AGENCY_PT, bold=bold) > room - 2:
            lines.append(word)
        else:
            lines[-1] = longer
    return tuple(lines)


def _title(word: Word, kind: str, subject: str) -> None:
    word.line(word.document, clean(kind).upper(), Style(size=KIND_PT, bold=True, align="center", before=18))
    text = clean(subject)
    word.line(word.document, text, Style(size=SUBJECT_PT, bold=True, align="center"))
    length = min(width_mm(text, SUBJECT_PT, bold=True), word.page.text_width) * RULE_SHARE
    word.rule(word.document, length, word.page.text_width)


def _addressees(word: Word, addressees: Sequence[str]) -> None:
    names = [clean(a).rstrip(".;,") for a in addressees if clean(a)]
    if len(names) < 2:
        text = f"Kính gửi: {names[0] if names else BLANK * 8}"
        style = Style(size=BODY_PT, align="center", before=12, after=GAP_PT)
        word.line(word.document, f"{text}." if names else text, style)
        return
    lead = 40.0
    under = lead + width_mm("Kính gửi: ", BODY_PT)
    word.line(word.document, "Kính gửi:", Style(size=BODY_PT, left_mm=lead, before=12))
    for n, name in enumerate(names):
        last = n == len(names) - 1
        style = Style(size=BODY_PT, left_mm=under, after=GAP_PT if last else 0.0)
        word.line(word.document, f"- {name}{'.' if last else ';'}", style)


def _italic(style: Style) -> Style:
    return replace(style, italic=True)


def blocks(word: Word, body: Sequence[Block]) -> None:
    """Headings, paragraphs, tables and charts in their order."""
    for block in body:
        match block:
            case Heading(text=text, level=level):
                shown = text.upper() if level == 1 else text
                word.line(
                    word.document,
                    shown,
                    Style(
                        size=BODY_PT, bold=True, align="justify", before=GAP_PT, first_mm=INDENT_MM, line=1.15,
                        keep_next=True, outline=level - 1,
                    ),
                )  # fmt: skip
            case Paragraph():
                style = _italic(_BODY) if block.italic else _BODY
                lead = Style(size=BODY_PT, bold=True)
                runs = [(f"{block.lead} ", lead)] if block.lead else []
                if LONG_BLANK in block.text:
                    style = replace(style, align="left")
                word.line(word.document, [*runs, (block.text, style)], style)
            case Table():
                word.table(block)
            case Chart():
                word.chart(block)


def signature(word: Word, sign: Signature) -> None:
    """Copies at the left margin, authority and name at the right; never parted over two pages."""
    left = 80.0
    word.line(word.document, "", Style(size=6, keep_next=True))
    grid = word.grid([left, word.page.text_width - left])
    row = grid.rows[0]
    row.height_rule, row.height = WD_ROW_HEIGHT_RULE.AT_LEAST, Mm(20)
    word_row = row._tr.get_or_add_trPr()
    word_row.append(word_row.makeelement("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}cantSplit", {}))
    copies, signer = row.cells
    word.fill(copies.paragraphs[0], "Nơi nhận:", Style(size=COPIES_TITLE_PT, bold=True, italic=True))
    for line in copy_lines(sign.recipients):
        word.line(copies, line, Style(size=COPIES_PT))
    centre = Style(size=BODY_PT, bold=True, align="center")
    authority = [clean(a).upper() for a in sign.authority if clean(a)] or [LONG_BLANK]
    word.fill(signer.paragraphs[0], authority[0], centre)
    for line in authority[1:]:
        word.line(signer, line, centre)
    for _ in range(4):
        word.line(signer, "", centre)
    word.line(signer, clean(sign.signer), centre)


def copy_lines(recipients: Sequence[str]) -> tuple[str, ...]:
    """`- Như trên;` … `- Lưu: VT.`: a dash, a semicolon each, a full stop at the last, which is always the file copy."""
    names = [clean(r).lstrip("- ").rstrip(".;, ") for r in recipients if clean(r)]
    kept = [n for n in names if n.casefold().startswith("lưu")] or ["Lưu: VT"]
    others = [n for n in names if not n.casefold().startswith(("lưu", "như trên"))]
    ordered = ["Như trên", *others, *kept[:1]]
    return tuple(f"- {n}{'.' if i == len(ordered) - 1 else ';'}" for i, n in enumerate(ordered))


def roman(number: int) -> str:
    """`I` to `XX`, as annexes are numbered."""
    return "X" * (number // 10) + ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")[number % 10]


def _annex(word: Word, paper: Official, annex: Annex, number: int) -> None:
    section = word.new_section(Page())
    word.numbered_header(section, paper.mark, restart=True)
    title = f"Phụ lục {roman(number)}" if number else "Phụ lục"
    word.line(word.document, title, Style(size=14, bold=True, align="center", outline=0, keep_next=True))
    word.line(word.document, clean(annex.title).upper(), Style(size=14, bold=True, align="center", keep_next=True))
    head = paper.letterhead
    kind = clean(paper.kind).capitalize() or "Công văn"
    attached = (
        f"(Kèm theo {kind} số {head.number or '       '}/{head.series} {day_words(head.day)} của {clean(head.agency)})"
    )
    word.line(word.document, attached, Style(size=13, italic=True, align="center"))
    length = min(width_mm(attached, 13), word.page.text_width) * RULE_SHARE
    word.rule(word.document, length, word.page.text_width)
    word.line(word.document, "", Style(size=6))
    blocks(word, annex.blocks)
