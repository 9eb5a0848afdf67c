"""A paper as one HTML file for print: A4, no file beside it, no script, no network; opens and prints in any browser."""

from collections.abc import Sequence
from html import escape

from broadcaster.present.documents.blocks import (
    Align,
    Annex,
    Block,
    Cell,
    Chart,
    Heading,
    Official,
    Paragraph,
    Sheet,
    Signature,
    Table,
)
from broadcaster.present.documents.chart import svg
from broadcaster.present.documents.official import MOTTO, NATION, agency_lines, copy_lines, roman
from broadcaster.present.documents.words import BLANK, LONG_BLANK, clean, day_words

_CSS = """
@page { size: A4 %(paper)s; margin: 20mm 15mm 20mm %(left)s;
  @top-center { content: counter(page); font: 13pt "Times New Roman", Tinos, serif; }
  @bottom-center { content: "%(mark)s"; font: bold 12pt "Times New Roman", Tinos, serif; } }
@page :first { @top-center { content: none; } }
* { box-sizing: border-box; }
body { font: 14pt/1.25 "Times New Roman", Tinos, "Liberation Serif", serif; color: #000; margin: 0 auto;
  max-width: %(width)s; padding: 20mm 15mm 20mm %(left)s; background: #fff; }
@media print { body { padding: 0; max-width: none; } }
p { margin: 6pt 0 0; text-align: justify; text-indent: 1.27cm; overflow-wrap: anywhere; }
p.flat, td p, th p { text-indent: 0; text-align: left; margin: 0; }
.top { display: grid; grid-template-columns: 70fr 95fr; text-align: center; font-size: 12pt; line-height: 1.2; }
.top b, .top span { display: block; } .top .motto { font-size: 13pt; display: inline-block;
  border-bottom: 1px solid; padding-bottom: 2px; }
.rule { width: 42%%; max-width: 22mm; border-bottom: 1px solid; margin: 2px auto; }
.date { font-style: italic; font-size: 13pt; margin-top: 6pt; } .no { font-size: 13pt; margin-top: 6pt; }
h1, h2, h3 { font-size: 14pt; margin: 6pt 0 0; text-indent: 1.27cm; break-after: avoid; }
.title { text-align: center; text-indent: 0; margin-top: 18pt; } .sub { text-align: center; font-weight: bold; }
.to { text-align: center; text-indent: 0; margin: 12pt 0 6pt; }
p.blank { text-align: left; }
table { border-collapse: collapse; width: calc(100%% - 1px); table-layout: fixed; margin: 4pt 0;
  font-size: 11.5pt; line-height: 1.2; }
thead { display: table-header-group; } tr { break-inside: avoid; }
th, td { border: 1px solid #000; padding: 2pt 3pt; vertical-align: middle; overflow-wrap: anywhere; }
.c { text-align: center; } .r { text-align: right; white-space: nowrap; }
caption { text-align: left; font-weight: bold; font-size: 13pt; margin-top: 10pt; caption-side: top; }
.note { font-style: italic; font-size: 11.5pt; text-indent: 0; }
.sign { display: grid; grid-template-columns: 80fr 85fr; margin-top: 10pt; break-inside: avoid; }
.sign .copies { font-size: 11pt; } .sign .copies b { font-size: 12pt; font-style: italic; }
.sign .who, .places div { text-align: center; font-weight: bold; }
.room { height: 24mm; } .annex { break-before: page; padding-top: 6pt; }
.annex > .c { text-indent: 0; text-align: center; margin: 0; }
.mark { text-align: center; text-indent: 0; font-weight: bold; border: 2px solid #000; padding: 3pt; }
.places { display: grid; grid-auto-flow: column; grid-auto-columns: 1fr; margin-top: 14pt; font-size: 12pt; break-inside: avoid; }
.places i { font-weight: normal; display: block; } svg { width: 100%%; height: auto; }
"""

_ALIGN = {Align.LEFT: "", Align.CENTER: ' class="c"', Align.RIGHT: ' class="r"'}


def official_html(paper: Official) -> bytes:
    """The whole paper as UTF-8."""
    head, out = paper.letterhead, []
    if paper.mark:
        out.append(f'<p class="mark">{escape(paper.mark)}</p>')
    agency = agency_lines(head.agency, bold=True)
    above = "".join(f"<span>{escape(t)}</span>" for t in agency_lines(head.superior, bold=False, short_form=True))
    under = "" if paper.kind else f'<div style="font-size:12pt">V/v {_text(paper.subject)}</div>'
    out.append(
        f'<div class="top"><div>{above}{"".join(f"<b>{escape(t)}</b>" for t in agency)}<div class="rule"></div>'
        f'</div><div><b>{NATION}</b><b class="motto">{MOTTO}</b></div>'
        f'<div><div class="no">Số: {escape(head.number) or "&emsp;&emsp;"}/{_text(head.series)}</div>{under}</div>'
        f'<div><div class="date">{_text(head.place)}, {day_words(head.day)}</div></div></div>'
    )
    if paper.kind:
        out.append(f'<h1 class="title">{_text(paper.kind).upper()}</h1><div class="sub">{_text(paper.subject)}</div>')
        out.append('<div class="rule" style="width:25%;max-width:none"></div>')
    out.append(_addressees(paper.addressees))
    for n, ground in enumerate(paper.grounds):
        end = "." if n == len(paper.grounds) - 1 else ";"
        out.append(f"<p><i>{_text(ground).rstrip('.;')}{end}</i></p>")
    if paper.opening:
        out.append(f"<p>{_text(paper.opening)}</p>")
    out += _blocks(paper.body)
    out.append(f"<p>{_text(paper.closing).rstrip('./')}./.</p>")
    out.append(_signature(paper.signature))
    for number, annex in enumerate(paper.annexes, start=1):
        out.append(_annex(paper, annex, number if len(paper.annexes) > 1 else 0))
    return page(f"{paper.kind} {paper.subject}", "".join(out), mark=paper.mark)


def sheet_html(sheet: Sheet) -> bytes:
    """An inner paper as UTF-8."""
    agency = "".join(f"<b>{escape(t)}</b>" for t in agency_lines(sheet.agency, bold=True, room=110))
    out = [f'<p class="mark">{escape(sheet.mark)}</p>'] if sheet.mark else []
    out.append(
        f'<div class="top"><div><span>{_text(sheet.superior).upper()}</span>{agency}<div class="rule"></div></div>'
        f'<div><b>{NATION}</b><b class="motto">{MOTTO}</b></div></div>'
        f'<h1 class="title">{_text(sheet.title).upper()}</h1><p class="to"><i>{_text(sheet.subtitle)}</i></p>'
    )
    out += _blocks(sheet.blocks)
    if sheet.place_day:
        out.append(f'<p class="flat" style="text-align:right"><i>{_text(sheet.place_day)}</i></p>')
    places = "".join(
        f'<div>{"<br>".join(_text(t) for t in p.title.split(chr(10)))}<i>(Ký, ghi rõ họ tên)</i><div class="room"></div>'
        f"{_text(p.name)}</div>"
        for p in sheet.places
    )
    out.append(f'<div class="places">{places}</div>')
    return page(sheet.title, "".join(out), landscape=sheet.landscape, mark=sheet.mark)


def page(title: str, body: str, *, landscape: bool = False, mark: str = "") -> bytes:
    """A whole document around a body; ``mark`` is repeated under every printed page where the browser can."""
    css = _CSS % {
        "mark": clean(mark).replace('"', ""),
        "paper": "landscape" if landscape else "portrait",
        "width": "297mm" if landscape else "210mm",
        "left": "20mm" if landscape else "30mm",
    }
    return (
        f'<!DOCTYPE html>\n<html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{_text(title)}</title><style>{css}</style></head><body>{body}</body></html>\n"
    ).encode()


def _text(text: str) -> str:
    return escape(clean(text))


def _addressees(addressees: Sequence[str]) -> str:
    names = [_text(a).rstrip(".;,") for a in addressees if clean(a)]
    if len(names) < 2:
        return f'<p class="to">Kính gửi: {f"{names[0]}." if names else BLANK * 8}</p>'
    lines = "<br>".join(f"- {n}{'.' if i == len(names) - 1 else ';'}" for i, n in enumerate(names))
    return (
        '<div class="to" style="display:grid;grid-template-columns:auto auto;justify-content:center;text-align:left">'
        f"<span>Kính gửi:&nbsp;</span><span><br>{lines}</span></div>"
    )


def _signature(sign: Signature) -> str:
    copies = "".join(f"<div>{escape(line)}</div>" for line in copy_lines(sign.recipients))
    authority = "<br>".join(_text(a).upper() for a in sign.authority if clean(a)) or LONG_BLANK
    return (
        f'<div class="sign"><div class="copies"><b>Nơi nhận:</b>{copies}</div>'
        f'<div class="who">{authority}<div class="room"></div>{_text(sign.signer)}</div></div>'
    )


def _annex(paper: Official, annex: Annex, number: int) -> str:
    head = paper.letterhead
    title = f"Phụ lục {roman(number)}" if number else "Phụ lục"
    kind = clean(paper.kind).capitalize() or "Công văn"
    return (
        f'<section class="annex"><p class="c"><b>{title}</b></p><p class="c"><b>{_text(annex.title).upper()}</b></p>'
        f'<p class="c"><i>(Kèm theo {escape(kind)} số {escape(head.number) or "&emsp;&emsp;"}/{_text(head.series)} '
        f"{day_words(head.day)} của {_text(head.agency)})</i></p>{''.join(_blocks(annex.blocks))}</section>"
    )


def _blocks(blocks: Sequence[Block]) -> list[str]:
    return [_block(b) for b in blocks]


def _block(block: Block) -> str:
    match block:
        case Heading(text=text, level=1):
            return f"<h2>{_text(text).upper()}</h2>"
        case Heading(text=text):
            return f"<h3>{_text(text)}</h3>"
        case Paragraph():
            lead = f"<b>{_text(block.lead)}</b> " if block.lead else ""
            text = f"<i>{_text(block.text)}</i>" if block.italic else _text(block.text)
            blank = ' class="blank"' if LONG_BLANK in block.text else ""
            return f"<p{blank}>{lead}{text}</p>"
        case Chart():
            return f'{svg(block)}<p class="to"><i>{_text(block.title)}</i></p>'
        case Table():
            return _table(block)


def _table(table: Table) -> str:
    widths = "".join(f'<col style="width:{c.width_mm:g}mm">' for c in table.columns)
    caption = f"<caption>{_text(table.title)}</caption>" if table.title else ""
    head = "".join(f'<th scope="col">{_text(c.title)}</th>' for c in table.columns)
    rows = "".join(
        f"<tr>{''.join(_cell(c, col.align) for c, col in zip(row, table.columns, strict=True))}</tr>"
        for row in table.rows
    )
    unit = f'<p class="note" style="text-align:right">{_text(table.unit)}</p>' if table.unit else ""
    note = f'<p class="note">{_text(table.note)}</p>' if table.note else ""
    return (
        f'{unit}<table style="font-size:{table.size_pt:g}pt">{caption}<colgroup>{widths}</colgroup>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{note}"
    )


def _cell(cell: Cell, align: Align) -> str:
    figure = f' data-figure="{escape(cell.figure)}"' if cell.figure else ""
    text = f"<b>{_text(cell.text)}</b>" if cell.bold else _text(cell.text)
    return f"<td{_ALIGN[align]}{figure}>{text}</td>"
