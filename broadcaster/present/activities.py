"""Hand-entered activities as a table and as JSON rows."""

from collections.abc import Iterable
from typing import Any

from broadcaster.domain.activities import BY_HAND, UNITS, RecordedActivity
from broadcaster.present.tables import table

_LONGEST = 70


def activity_rows(entries: Iterable[RecordedActivity]) -> list[str]:
    """The table; every line carries the mark of what was entered by hand."""
    rows = []
    for entry in entries:
        a = entry.activity
        amount = f"{a.value:g} ({a.target})" if a.value is not None else f"{a.count} {UNITS[a.kind]}".strip()
        people = f"{a.people} lượt người" if a.people is not None else ""
        title = a.title if len(a.title) <= _LONGEST else a.title[:_LONGEST] + "…"
        proof = f"{len(a.evidence)} tệp" if a.evidence else ("liên kết" if a.link else "chưa có")
        rows.append(
            [str(entry.seq), f"{a.day:%d/%m/%Y}", a.kind.value, title, amount, people, a.place, proof, a.by, BY_HAND]
        )
    header = ["Số", "Ngày", "Loại", "Tên", "Số lượng", "Người dự", "Nơi", "Minh chứng", "Người nhập", "Nguồn"]
    return table(header, rows)


def activity_json(entry: RecordedActivity) -> dict[str, Any]:
    """One entry for tools."""
    a = entry.activity
    return {
        "seq": entry.seq,
        "kind": a.kind.name.lower(),
        "day": a.day.isoformat(),
        "title": a.title,
        "place": a.place,
        "people": a.people,
        "count": a.count,
        "link": a.link,
        "note": a.note,
        "topics": list(a.topics),
        "target": a.target,
        "value": a.value,
        "evidence": [{"name": e.name, "sha256": e.sha256, "size": e.size} for e in a.evidence],
        "by": a.by,
        "entered": a.entered.isoformat(),
        "corrects": a.corrects,
        "source": "by_hand",
    }
