"""Coverage and make-goods as tables and as JSON rows."""

from collections.abc import Iterable
from typing import Any

from broadcaster.domain.coverage import Cell, CellState, Coverage
from broadcaster.domain.makegood import Proposal
from broadcaster.domain.report import REHEARSAL_MARK
from broadcaster.present.durations import length, moment
from broadcaster.present.plan import OUTCOMES
from broadcaster.present.tables import table

_LONGEST = 90
_MARKS = {
    CellState.FULL: "✓",
    CellState.SHORT: "!",
    CellState.MISSING: "✗",
    CellState.AHEAD: "·",
    CellState.NOT_PLANNED: "",
}


def coverage_lines(matrix: Coverage) -> list[str]:
    """The matrix: heard/planned and a mark in each cell, the whole period last, and the topics not heard at all."""
    header = ["Mục", "Nội dung", *(f"{m:%m/%y}" for m in matrix.months), "Cả kỳ", "Định mức phường"]
    rows = [
        [
            row.printed or row.code,
            row.title,
            *(_cell(cell) for cell in row.cells),
            _cell(row.whole),
            str(row.quota) if row.quota is not None else "",
        ]
        for row in matrix.rows
    ]
    lines = [REHEARSAL_MARK, ""] if matrix.rehearsed else []
    lines += [f"{matrix.period.title}: lượt đã phát / lượt trong lịch", *table(header, rows), ""]
    lines.append("✓ đủ   ! thiếu   ✗ chưa phát   · chưa đến   (ô trống: lịch không xếp)")
    if matrix.unheard:
        lines.append("Chưa nghe trong kỳ: " + "; ".join(row.title for row in matrix.unheard) + ".")
    else:
        lines.append("Mọi nội dung đều đã được phát trong kỳ.")
    return lines


def _cell(cell: Cell) -> str:
    return f"{cell.heard}/{cell.planned} {_MARKS[cell.state]}".rstrip() if cell.planned or cell.heard else ""


def coverage_json(matrix: Coverage) -> Iterable[dict[str, Any]]:
    """One object a topic."""
    for row in matrix.rows:
        yield {
            "topic": row.code,
            "title": row.title,
            "printed": row.printed,
            "quota": row.quota,
            "planned": row.whole.planned,
            "due": row.whole.due,
            "heard": row.whole.heard,
            "state": row.whole.state.name.lower(),
            "rehearsed": matrix.rehearsed,
            "months": [
                {
                    "month": f"{month:%Y-%m}",
                    "planned": cell.planned,
                    "due": cell.due,
                    "heard": cell.heard,
                    "state": cell.state.name.lower(),
                }
                for month, cell in zip(matrix.months, row.cells, strict=True)
            ],
        }


def proposal_lines(proposals: Iterable[Proposal]) -> list[str]:
    """Lost airings with the place offered to each."""
    rows = [
        [
            p.lost.airing.id,
            p.lost.airing.title,
            OUTCOMES[p.lost.outcome],
            length(p.lost.airing.duration_s),
            f"{moment(p.at)} ({p.window})" if p.at is not None else f"chưa có chỗ: {_short(p.why_not)}",
        ]
        for p in proposals
    ]
    return table(["Lượt phát", "Nội dung", "Kết quả", "Dài", "Phát bù lúc"], rows)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


def proposal_json(proposal: Proposal) -> dict[str, Any]:
    """One proposal for tools."""
    airing = proposal.lost.airing
    return {
        "airing_id": airing.id,
        "title": airing.title,
        "planned": airing.planned.isoformat(),
        "zone": ",".join(airing.zones),
        "scripts": list(airing.scripts),
        "outcome": proposal.lost.outcome.value,
        "reason": proposal.lost.reason,
        "proposed": proposal.at.isoformat() if proposal.at is not None else None,
        "window": proposal.window,
        "why_not": proposal.why_not,
    }
