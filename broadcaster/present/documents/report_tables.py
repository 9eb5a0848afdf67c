"""The figures of a periodic report as tables: in the period, the one before, the same last year, cumulative, per cent of quota."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from broadcaster.domain.activities import BY_HAND, UNITS
from broadcaster.domain.asrun import Outcome
from broadcaster.domain.figures import NotCounted
from broadcaster.domain.report import Breakdown, Figure, Notable, Report
from broadcaster.present.documents.blocks import Align, Cell, Column, Table, text_cells
from broadcaster.present.documents.words import BLANK, CELL_LIMIT, clean, day_short, number, percent, short
from broadcaster.present.plan import OUTCOMES

REFUSALS = {
    NotCounted.TEST: "phát thử, diễn tập loa",
    NotCounted.REHEARSED: "diễn tập bằng đồng hồ giả, không ra loa",
    NotCounted.NOT_AIRED: "không phát hết bài (giữ lại, lỗi, bị ngắt, bị dừng)",
    NotCounted.TOO_SHORT: "phát chưa đủ tỷ lệ thời lượng theo quy tắc",
    NotCounted.NO_ZONE: "không cụm loa nào xác nhận đã phát",
}

LANGUAGES = {"vi": "tiếng Việt", "km": "tiếng Khmer", "cjm": "tiếng Chăm", "en": "tiếng Anh"}

NOTABLE_SHOWN = 60
"""Lines of the annex on paper; the workbook has all that the report carries."""

_NUMBERS = (
    Column(title="Trong kỳ", width_mm=17, align=Align.RIGHT),
    Column(title="Kỳ trước", width_mm=17, align=Align.RIGHT),
    Column(title="Cùng kỳ năm trước", width_mm=18, align=Align.RIGHT),
    Column(title="Lũy kế", width_mm=17, align=Align.RIGHT),
    Column(title="% kế hoạch", width_mm=18, align=Align.RIGHT),
)


class Named(NamedTuple):
    """A table of the report with the word a workbook's sheet or a reader calls it by."""

    name: str
    table: Table


def annex_tables(report: Report) -> tuple[Named, ...]:
    """Every table of figures, numbered in the order of the annex."""
    made: list[Named] = [
        Named("Tổng hợp", totals(report)),
        Named("Theo nội dung", breakdown("Theo nội dung kế hoạch (lượt phát)", report.topics, printed=True)),
        Named("Theo lĩnh vực", breakdown("Theo lĩnh vực cải cách hành chính (lượt phát)", report.fields)),
        Named("Theo thể loại", breakdown("Theo thể loại (lượt phát)", report.kinds)),
        Named("Theo cụm loa", breakdown("Theo cụm loa (lượt phát)", report.zones)),
        Named("Theo ngôn ngữ", breakdown("Theo ngôn ngữ (lượt phát)", report.languages)),
        Named("Hình thức khác", activities(report)),
        Named("Đối chiếu lịch", reconciliation(report)),
        Named("Không tính", not_counted(report)),
        Named("Chỉ tiêu", targets(report)),
    ]
    kept = [m for m in made if m.table.rows]
    return tuple(
        Named(name, _titled(table, f"Biểu {n}. {table.title}")) for n, (name, table) in enumerate(kept, start=1)
    )


def _titled(table: Table, title: str) -> Table:
    return Table(
        columns=table.columns, rows=table.rows, title=title, unit=table.unit, note=table.note, size_pt=table.size_pt
    )


def figure_cells(figure: Figure) -> tuple[Cell, ...]:
    """The five numbers of a figure; the first one carries its name."""
    return (
        Cell(text=number(figure.value, 1), value=figure.value, figure=str(figure.ref)),
        Cell(text=number(figure.previous, 1), value=figure.previous),
        Cell(text=number(figure.same_last_year, 1), value=figure.same_last_year),
        Cell(text=number(figure.cumulative, 1), value=figure.cumulative),
        Cell(text=percent(figure.percent), value=figure.percent),
    )


def totals(report: Report) -> Table:
    """The whole station's numbers."""
    lines: tuple[tuple[str, Figure], ...] = (
        ("Chương trình đã phát", report.airings),
        ("Buổi phát", report.sessions),
        ("Tin, bài khác nhau", report.works),
        ("Lượt phát tin, bài", report.plays),
        ("Trong đó: phát mới", report.first),
        ("Trong đó: phát lại", report.replays),
        ("Thời lượng tin, bài", report.minutes),
    )
    rows = tuple(
        (*text_cells(str(n), title, _unit(figure)), *figure_cells(figure))
        for n, (title, figure) in enumerate(lines, start=1)
    )
    columns = (
        Column(title="STT", width_mm=12, align=Align.CENTER),
        Column(title="Số liệu", width_mm=46),
        Column(title="Đơn vị", width_mm=20, align=Align.CENTER),
        *_NUMBERS,
    )
    return Table(columns=columns, rows=rows, title="Kết quả phát thanh", size_pt=11.5, note=quota_note(report))


def _unit(figure: Figure) -> str:
    return {"WORKS": "tin, bài", "FIRST": "lượt", "REPLAYS": "lượt", "PLAYS": "lượt", "AIRINGS": "chương trình"}.get(
        figure.ref.measure.name, figure.ref.measure.value
    )


def quota_note(report: Report) -> str:
    """Whose number the per cent is held against."""
    own = f" {clean(report.quota_note).rstrip('.')}." if report.quota_note else ""
    return f"Cột “% kế hoạch” chỉ có số ở dòng có định mức; “—” là không đặt mức.{own}"


def breakdown(title: str, lines: Sequence[Breakdown], *, printed: bool = False) -> Table:
    """One line a key: plays four times and per cent, then works and minutes of the period."""
    rows = []
    for line in lines:
        name = clean(line.title) or line.key
        place = _place(line) if printed else ""
        text = f"{place} {sentence(name)}" if place else sentence(LANGUAGES.get(name, name))
        if line.parent:
            text = f"– {text}"
        if not line.known:
            text += " (không có trong kế hoạch, cài đặt)"
        rows.append(
            (
                Cell(text=short(text, 200), bold=line.group),
                *figure_cells(line.plays),
                Cell(text=number(line.works.value), value=line.works.value, figure=str(line.works.ref)),
                Cell(text=number(line.minutes.value, 1), value=line.minutes.value, figure=str(line.minutes.ref)),
            )
        )
    columns = (
        Column(title=sentence(title.removeprefix("Theo ").removesuffix(" (lượt phát)")), width_mm=49),
        Column(title="Trong kỳ", width_mm=15, align=Align.RIGHT),
        Column(title="Kỳ trước", width_mm=15, align=Align.RIGHT),
        Column(title="Cùng kỳ năm trước", width_mm=18, align=Align.RIGHT),
        Column(title="Lũy kế", width_mm=15, align=Align.RIGHT),
        Column(title="% kế hoạch", width_mm=19, align=Align.RIGHT),
        Column(title="Tin, bài", width_mm=15, align=Align.RIGHT),
        Column(title="Số phút", width_mm=19, align=Align.RIGHT),
    )
    note = ""
    if printed and rows:
        note = "Một tin, bài thuộc hai nội dung được tính ở cả hai, nên cộng các dòng có thể lớn hơn tổng."
    return Table(columns=columns, rows=tuple(rows), title=title, note=note, size_pt=11.5)


def sentence(text: str) -> str:
    """The first letter raised."""
    return text[:1].upper() + text[1:]


def _place(line: Breakdown) -> str:
    """`a)` for III.1.a; the plan's own words for a form; empty where the plan has no place for it."""
    place = clean(line.printed).split()
    last = place[0].rsplit(".", 1)[-1] if place else ""
    if line.parent or not place:
        return ""
    return f"{last})" if place[0].startswith("III.1.") and len(last) == 1 else f"(mục {place[0]})"


def activities(report: Report) -> Table:
    """What was entered by hand, marked so on every line."""
    rows = tuple(
        (
            *text_cells(sentence(line.kind.value), UNITS[line.kind] or BLANK),
            *figure_cells(line.count)[:4],
            *figure_cells(line.people)[:1],
            Cell(text=BY_HAND),
        )
        for line in report.activities
        if UNITS[line.kind] and any((line.entries.value, line.count.value, line.count.previous, line.count.cumulative))
    )
    columns = (
        Column(title="Hình thức", width_mm=44),
        Column(title="Đơn vị", width_mm=19, align=Align.CENTER),
        *(c for c in _NUMBERS[:4]),
        Column(title="Lượt người", width_mm=18, align=Align.RIGHT),
        Column(title="Nguồn", width_mm=15, align=Align.CENTER),
    )
    return Table(columns=columns, rows=rows, title="Các hình thức khác (nhập tay)", size_pt=11.5)


def reconciliation(report: Report) -> Table:
    """What became of every planned airing; the lines add up to the plan."""
    held = report.reconciliation
    rows = [
        (Cell(text=sentence(OUTCOMES[outcome])), *_count(held.counts.get(outcome, 0)))
        for outcome in Outcome
        if held.counts.get(outcome, 0)
    ]
    if rows or held.cancelled or held.unplanned:
        rows.append((Cell(text="Cộng số lượt trong lịch đã công bố", bold=True), *_count(held.planned, bold=True)))
        rows.append((Cell(text="Ngoài ra: đã hủy (có lý do, không tính vào lịch)"), *_count(held.cancelled)))
        rows.append((Cell(text="Ngoài ra: phát ngoài lịch"), *_count(held.unplanned)))
    columns = (
        Column(title="Kết quả", width_mm=120),
        Column(title="Số lượt", width_mm=30, align=Align.RIGHT),
    )
    share = percent(held.aired_share)
    note = f"Tỷ lệ đã phát trên số lượt đã đến giờ: {share}." if rows else ""
    return Table(columns=columns, rows=tuple(rows), title="Đối chiếu với lịch phát đã công bố", note=note)


def _count(value: int, *, bold: bool = False) -> tuple[Cell, ...]:
    return (Cell(text=number(value), value=value, bold=bold),)


def not_counted(report: Report) -> Table:
    """Rows that are kept and not counted, and why."""
    rows = tuple(
        (Cell(text=sentence(REFUSALS[line.reason])), *_count(line.rows)) for line in report.not_counted if line.rows
    )
    columns = (
        Column(title="Lý do không tính", width_mm=120),
        Column(title="Số dòng", width_mm=30, align=Align.RIGHT),
    )
    return Table(columns=columns, rows=rows, title="Các dòng nhật ký có giữ, không tính", note=rule_note(report))


def rule_note(report: Report) -> str:
    """The rule of counting in words, with its version."""
    rule = report.rule
    return (
        f"Quy tắc đếm phiên bản {rule.version}: tính lượt đã phát từ {rule.min_share}% thời lượng trở lên, "
        f"có ít nhất {rule.min_zones} cụm loa xác nhận; không tính phát thử, diễn tập."
    )


def targets(report: Report) -> Table:
    """The plan's targets and the ward's own quotas: due by now, reached, judged."""
    rows = tuple(
        (
            *text_cells(str(n), short(sentence(clean(line.title)), 200)),
            Cell(text="định mức phường" if line.own_quota else "kế hoạch"),
            Cell(text=_or_dash(line.due), value=line.due),
            Cell(text=_or_blank(line.reached), value=line.reached),
            Cell(text=clean(line.unit)),
            Cell(text=sentence(line.state.value)),
        )
        for n, line in enumerate(report.completion.lines, start=1)
    )
    columns = (
        Column(title="STT", width_mm=12, align=Align.CENTER),
        Column(title="Chỉ tiêu", width_mm=60),
        Column(title="Ai đặt", width_mm=22, align=Align.CENTER),
        Column(title="Đến hạn", width_mm=17, align=Align.RIGHT),
        Column(title="Đạt được", width_mm=17, align=Align.RIGHT),
        Column(title="Đơn vị", width_mm=15, align=Align.CENTER),
        Column(title="Đánh giá", width_mm=22, align=Align.CENTER),
    )
    done = report.completion
    note = ""
    if rows:
        note = f"Đạt {done.done}/{done.judged} chỉ tiêu có thể đánh giá ({percent(done.percent)}). {_scoring(report)}"
    return Table(columns=columns, rows=rows, title="Chỉ tiêu, định mức", note=note, size_pt=11.5)


def _scoring(report: Report) -> str:
    done = report.completion
    if done.score is None:
        return ""
    return (
        f"Điểm theo cách chấm đã cài đặt: {number(done.score, 2)}/{number(done.profile.points, 2)} "
        f"(từ {number(done.profile.full, 1)}% đủ điểm; từ {number(done.profile.floor, 1)}% tính theo tỷ lệ; "
        "dưới mức đó không có điểm)."
    )


def _or_dash(value: float | None) -> str:
    return "—" if value is None else number(value, 1)


def _or_blank(value: float | None) -> str:
    return BLANK if value is None else number(value, 1)


def notable(lines: Iterable[Notable], *, letters: int = 160) -> Table:
    """Planned airings that were not heard in full, each with its reason."""
    rows = tuple(
        text_cells(
            str(n),
            f"{day_short(line.at.date())} {line.at:%H:%M}",
            short(line.title, letters),
            sentence(OUTCOMES[line.outcome] if line.outcome else "đã hủy"),
            short(sentence(clean(line.reason)), letters),
        )
        for n, line in enumerate(lines, start=1)
    )
    columns = (
        Column(title="STT", width_mm=12, align=Align.CENTER),
        Column(title="Ngày, giờ trong lịch", width_mm=26, align=Align.CENTER),
        Column(title="Nội dung", width_mm=48),
        Column(title="Kết quả", width_mm=22, align=Align.CENTER),
        Column(title="Lý do", width_mm=57),
    )
    return Table(columns=columns, rows=rows, size_pt=11.5)


def entered(report: Report, *, letters: int = 200) -> Table:
    """Each hand-entered activity of the period, with who entered it."""
    rows = tuple(
        text_cells(
            str(n),
            day_short(record.activity.day),
            sentence(record.activity.kind.value),
            short(record.activity.title, letters),
            short(record.activity.place, 80),
            number(record.activity.count),
            "" if record.activity.people is None else number(record.activity.people),
            f"{BY_HAND}: {short(record.activity.by, 60)}",
        )
        for n, record in enumerate(report.entered, start=1)
    )
    columns = (
        Column(title="STT", width_mm=12, align=Align.CENTER),
        Column(title="Ngày", width_mm=22, align=Align.CENTER),
        Column(title="Hình thức", width_mm=24),
        Column(title="Nội dung", width_mm=43),
        Column(title="Nơi", width_mm=20),
        Column(title="Số lượng", width_mm=14, align=Align.RIGHT),
        Column(title="Lượt người", width_mm=13, align=Align.RIGHT),
        Column(title="Nguồn", width_mm=17),
    )
    return Table(columns=columns, rows=rows, size_pt=11.0)


__all__ = ["CELL_LIMIT", "LANGUAGES", "NOTABLE_SHOWN", "Named", "annex_tables", "entered", "figure_cells", "notable"]
