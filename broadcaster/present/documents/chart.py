"""One bar chart, twice: as a native chart of a Word file (drawn by the reader's own fonts, open to editing) and as SVG."""

import io
from datetime import datetime
from html import escape
from xml.sax.saxutils import escape as xml_escape

from broadcaster.present.documents.blocks import Chart
from broadcaster.present.documents.words import number

COLOURS = ("1F4E79", "A6A6A6", "548235")
"""Dark enough to tell apart on a black-and-white printer."""

_C = "http://schemas.openxmlformats.org/drawingml/2006/chart"
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SHEET = "DuLieu"


def chart_xml(chart: Chart, workbook_rid: str) -> bytes:
    """The chart part; its numbers are cached in it and also stand in the embedded workbook."""
    series = "".join(_series_xml(chart, n) for n in range(len(chart.series)))
    font = '<a:latin typeface="Times New Roman"/><a:cs typeface="Times New Roman"/>'
    text = (
        f'<c:txPr><a:bodyPr/><a:lstStyle/><a:p><a:pPr><a:defRPr sz="1100">{font}</a:defRPr></a:pPr>'
        '<a:endParaRPr lang="vi-VN"/></a:p></c:txPr>'
    )
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        f'<c:chartSpace xmlns:c="{_C}" xmlns:a="{_A}" xmlns:r="{_R}"><c:roundedCorners val="0"/><c:chart>'
        '<c:autoTitleDeleted val="1"/><c:plotArea><c:layout/><c:barChart><c:barDir val="bar"/>'
        f'<c:grouping val="clustered"/><c:varyColors val="0"/>{series}<c:gapWidth val="60"/>'
        '<c:axId val="1001"/><c:axId val="1002"/></c:barChart>'
        '<c:catAx><c:axId val="1001"/><c:scaling><c:orientation val="maxMin"/></c:scaling><c:delete val="0"/>'
        '<c:axPos val="l"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="low"/>'
        f'{text}<c:crossAx val="1002"/><c:crosses val="autoZero"/></c:catAx>'
        '<c:valAx><c:axId val="1002"/><c:scaling><c:orientation val="minMax"/><c:min val="0"/></c:scaling>'
        '<c:delete val="0"/><c:axPos val="b"/><c:majorGridlines><c:spPr><a:ln w="6350"><a:solidFill>'
        '<a:srgbClr val="D9D9D9"/></a:solidFill></a:ln></c:spPr></c:majorGridlines><c:numFmt formatCode="General" '
        f'sourceLinked="0"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/>{text}'
        '<c:crossAx val="1001"/><c:crosses val="max"/></c:valAx></c:plotArea>'
        f'<c:legend><c:legendPos val="b"/><c:overlay val="0"/>{text}</c:legend><c:plotVisOnly val="1"/>'
        f'<c:dispBlanksAs val="gap"/></c:chart><c:externalData r:id="{workbook_rid}"><c:autoUpdate val="0"/>'
        "</c:externalData></c:chartSpace>"
    ).encode()


def _series_xml(chart: Chart, n: int) -> str:
    series, column, last = chart.series[n], "BCDEF"[n], len(chart.labels) + 1
    labels = "".join(f'<c:pt idx="{i}"><c:v>{xml_escape(t)}</c:v></c:pt>' for i, t in enumerate(chart.labels))
    values = "".join(f'<c:pt idx="{i}"><c:v>{v:g}</c:v></c:pt>' for i, v in enumerate(series.values))
    count = f'<c:ptCount val="{len(chart.labels)}"/>'
    return (
        f'<c:ser><c:idx val="{n}"/><c:order val="{n}"/><c:tx><c:strRef><c:f>{_SHEET}!${column}$1</c:f><c:strCache>'
        f'<c:ptCount val="1"/><c:pt idx="0"><c:v>{xml_escape(series.name)}</c:v></c:pt></c:strCache></c:strRef></c:tx>'
        f'<c:spPr><a:solidFill><a:srgbClr val="{COLOURS[n]}"/></a:solidFill></c:spPr><c:invertIfNegative val="0"/>'
        '<c:dLbls><c:showLegendKey val="0"/><c:showVal val="1"/><c:showCatName val="0"/><c:showSerName val="0"/>'
        '<c:showPercent val="0"/><c:showBubbleSize val="0"/></c:dLbls>'
        f"<c:cat><c:strRef><c:f>{_SHEET}!$A$2:$A${last}</c:f><c:strCache>{count}{labels}</c:strCache></c:strRef></c:cat>"
        f"<c:val><c:numRef><c:f>{_SHEET}!${column}$2:${column}${last}</c:f><c:numCache><c:formatCode>General</c:formatCode>"
        f"{count}{values}</c:numCache></c:numRef></c:val></c:ser>"
    )


def chart_workbook(chart: Chart, made_at: datetime) -> bytes:
    """The numbers behind the chart, for "Edit data" in Word."""
    import xlsxwriter  # noqa: PLC0415 - only when a paper is asked for

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": made_at.replace(tzinfo=None)})  # else it would read the clock
    sheet = book.add_worksheet(_SHEET)
    for column, series in enumerate(chart.series, start=1):
        sheet.write_string(0, column, series.name)
        for row, value in enumerate(series.values, start=1):
            sheet.write_number(row, column, value)
    for row, label in enumerate(chart.labels, start=1):
        sheet.write_string(row, 0, label)
    book.close()
    return buffer.getvalue()


def height_mm(chart: Chart) -> float:
    """Room for every group of bars."""
    return 24 + len(chart.labels) * (4.0 + 4.0 * len(chart.series))


def svg(chart: Chart) -> str:
    """The same bars as SVG: 640 units wide, every value written at its bar."""
    bar, gap, left, width = 13, 9, 250, 640
    group = bar * len(chart.series) + gap
    height = group * len(chart.labels) + 40
    top = max((v for s in chart.series for v in s.values), default=0) or 1
    opening = (
        f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="{escape(chart.title)}" '
        'xmlns="http://www.w3.org/2000/svg" font-family="Times New Roman, Tinos, serif" font-size="13">'
    )
    parts = [opening]
    for row, label in enumerate(chart.labels):
        y = row * group + 4
        middle = y + bar * len(chart.series) / 2 + 4
        parts.append(f'<text x="{left - 8}" y="{middle:.0f}" text-anchor="end">{escape(label)}</text>')
        for n, series in enumerate(chart.series):
            value, y_bar = series.values[row], y + n * bar
            length = value / top * (width - left - 60)
            shape = f'x="{left}" y="{y_bar}" width="{max(length, 0.5):.1f}" height="{bar - 2}" fill="#{COLOURS[n]}"'
            parts.append(f"<rect {shape}/>")
            place = f'x="{left + length + 5:.1f}" y="{y_bar + bar - 3}" font-size="12"'
            parts.append(f"<text {place}>{number(value, 1)}</text>")
    y = group * len(chart.labels) + 24
    for n, series in enumerate(chart.series):
        x = left + n * 190
        parts.append(
            f'<rect x="{x}" y="{y - 10}" width="12" height="11" fill="#{COLOURS[n]}"/>'
            f'<text x="{x + 17}" y="{y}">{escape(series.name)}</text>'
        )
    parts.append("</svg>")
    return "".join(parts)
