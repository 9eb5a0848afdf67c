"""One closed row of the journal as data for other programs: English keys, ISO moments with offset, seconds."""

import math
from collections.abc import Iterable
from datetime import datetime, tzinfo

from broadcaster.domain.asrun import AsRunEntry, ZoneResult

JsonValue = str | int | float | bool | None | list["JsonValue"] | dict[str, "JsonValue"]


def as_json(entry: AsRunEntry, zone: tzinfo | None = None) -> dict[str, JsonValue]:
    """One row with every field promised to outsiders; moments in the station's ``zone``, as recorded where it is None.

    ``zone`` and the digests of several items are joined by commas; what cannot be a JSON number is null.
    """
    opening, closing = entry.opening, entry.closing
    return {
        "airing_id": opening.airing_id,
        "seq": entry.seq,
        "planned": _moment(opening.planned, zone),
        "started": _moment(closing.started, zone),
        "ended": _moment(closing.ended, zone),
        "zone": ",".join(opening.zones),
        "programme": opening.programme,
        "title": opening.title,
        "scripts": [item.script for item in opening.items],
        "outcome": closing.outcome.value,
        "reason": closing.reason,
        "played_s": _number(closing.played_s),
        "duration_s": _number(opening.duration_s),
        "late_ms": _number(closing.late_ms),
        "priority": opening.priority.name.lower(),
        "test": opening.test,
        "rehearsed": opening.rehearsed,
        "by": opening.by,
        "order_reason": opening.order_reason,
        "clock_trusted": opening.clock_trusted,
        "text_sha256": ",".join(item.text_sha256 for item in opening.items),
        "audio_sha256": ",".join(item.audio_sha256 for item in opening.items),
        "voice": _joined(item.voice for item in opening.items),
        "device": _joined(result.device for result in closing.results),
        "results": [_result(result, zone) for result in closing.results],
        "recorded": _moment(closing.recorded_at, zone),
        "prev_hash": entry.prev_hash,
        "row_hash": entry.row_hash,
    }


def _result(result: ZoneResult, zone: tzinfo | None) -> dict[str, JsonValue]:
    return {
        "zone": result.zone,
        "device": result.device,
        "outcome": result.outcome.value,
        "reason": result.reason,
        "started": _moment(result.started, zone),
        "ended": _moment(result.ended, zone),
        "played_s": _number(result.played_s),
        "late_ms": _number(result.late_ms),
        "gaps": result.gaps,
        "level_dbfs": _number(result.level_dbfs),
    }


def _moment(moment: datetime | None, zone: tzinfo | None) -> str | None:
    if moment is None:
        return None
    return (moment if zone is None else moment.astimezone(zone)).isoformat()


def _number(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def _joined(names: Iterable[str]) -> str:
    return ",".join(dict.fromkeys(name for name in names if name))
