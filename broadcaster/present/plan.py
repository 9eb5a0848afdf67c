"""Rundowns and reconciliations as tables and as JSON rows."""

from collections.abc import Iterable, Mapping
from typing import Any

from broadcaster.domain.asrun import Line, Outcome
from broadcaster.domain.calendar import Priority
from broadcaster.domain.rundown import Airing, AiringState
from broadcaster.present.durations import length, moment
from broadcaster.present.tables import table

PRIORITIES = {Priority.NORMAL: "thường", Priority.PRIORITY: "ưu tiên", Priority.EMERGENCY: "khẩn cấp"}

OUTCOMES = {
    Outcome.AIRED: "đã phát",
    Outcome.PARTIAL: "phát thiếu",
    Outcome.INTERRUPTED: "bị ngắt",
    Outcome.FAILED: "không phát được",
    Outcome.WITHHELD: "giữ lại",
    Outcome.STOPPED: "bị dừng",
    Outcome.MISSED: "bỏ lỡ",
    Outcome.AHEAD: "chưa đến giờ",
    Outcome.UNPLANNED: "ngoài lịch",
}


def airing_json(airing: Airing, state: str, reason: str) -> dict[str, Any]:
    """One planned airing for tools."""
    return {
        "airing_id": airing.id,
        "planned": airing.planned.isoformat(),
        "zone": ",".join(airing.zones),
        "programme": airing.programme,
        "title": airing.title,
        "scripts": list(airing.scripts),
        "duration_s": airing.duration_s,
        "priority": airing.priority.name.lower(),
        "state": state,
        "reason": reason,
        "note": airing.note,
    }


def rundown_lines(airings: Iterable[tuple[Airing, str, str]]) -> list[str]:
    """The rundown as a table: (airing, state in Vietnamese, reason)."""
    rows = [
        [
            moment(a.planned),
            ", ".join(a.zones),
            a.title,
            length(a.duration_s),
            PRIORITIES[a.priority],
            state,
            reason or a.note,
        ]
        for a, state, reason in airings
    ]
    return table(["Giờ phát", "Cụm loa", "Nội dung", "Dài", "Mức", "Tình trạng", "Ghi chú"], rows)


def line_json(line: Line) -> dict[str, Any]:
    """One line of the reconciliation for tools; ``outcome`` is null exactly for a cancelled airing."""
    airing, entry = line.airing, line.entry
    zones = airing.zones if airing else (entry.opening.zones if entry else ())
    scripts = airing.scripts if airing else tuple(i.script for i in entry.opening.items) if entry else ()
    started = entry.closing.started if entry else None
    return {
        "airing_id": airing.id if airing else entry.opening.airing_id if entry else "",
        "planned": airing.planned.isoformat() if airing else None,
        "zone": ",".join(zones),
        "programme": airing.programme if airing else entry.opening.programme if entry else "",
        "scripts": list(scripts),
        "state": airing.state.value if airing else "unplanned",
        "outcome": line.outcome.value if line.outcome else None,
        "reason": line.reason,
        "started": started.isoformat() if started else None,
        "played_s": entry.closing.played_s if entry else 0.0,
        "seq": entry.seq if entry else None,
    }


def outcome_word(line: Line) -> str:
    """The outcome in Vietnamese; a cancelled airing says so."""
    return OUTCOMES[line.outcome] if line.outcome else "đã hủy"


def line_rows(lines: Iterable[Line]) -> list[str]:
    """The reconciliation as a table."""
    rows = []
    for line in lines:
        airing, entry = line.airing, line.entry
        when = airing.planned if airing else entry.opening.recorded_at if entry else None
        title = airing.title if airing else entry.opening.title if entry else ""
        started = f"{entry.closing.started:%H:%M:%S}" if entry and entry.closing.started else "—"
        rows.append([moment(when) if when else "", title, outcome_word(line), started, line.reason])
    return table(["Giờ trong lịch", "Nội dung", "Kết quả", "Giờ phát thật", "Lý do"], rows)


def summary_line(counts: Mapping[str, int]) -> str:
    """One sentence that adds up."""
    parts = [f"{counts[o.value]} {OUTCOMES[o]}" for o in Outcome if counts.get(o.value)]
    if counts.get("cancelled"):
        parts.append(f"{counts['cancelled']} đã hủy")
    return (
        f"{counts['planned']} lượt trong lịch, {counts['total']} dòng: "
        + (", ".join(parts) or "không có lượt nào")
        + "."
    )


def state_word(airing: Airing, held: str) -> str:
    """The readiness of a planned airing."""
    if airing.state is AiringState.CANCELLED:
        return "đã hủy"
    return "bị giữ" if held else "sẵn sàng"
