"""How the values of the house become JSON records and back; every field is named here once each way."""

import hashlib
import json
import math
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from broadcaster.domain.asrun import Closing, Item, Opening, Outcome, ZoneResult
from broadcaster.domain.calendar import Priority, SlotId, StartRule, ZoneId
from broadcaster.domain.rundown import Airing, AiringId, AiringState, Rundown
from broadcaster.domain.scripts import Approval, ScriptId
from broadcaster.ports import Note

Record = Mapping[str, Any]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_encode = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False, check_circular=False
).encode


HALF_DAY = timedelta(hours=12)
"""The grain in which the record says whether anything was heard."""


def epoch_us(moment: datetime) -> int:
    """Whole microseconds since 1970 in UTC; ValueError for a naive moment."""
    if moment.tzinfo is None:
        raise ValueError("the journal takes aware moments only")
    return (moment - _EPOCH) // timedelta(microseconds=1)


def from_epoch_us(microseconds: int) -> datetime:
    """The moment, in UTC."""
    return _EPOCH + timedelta(microseconds=microseconds)


def canonical(value: object) -> str:
    """The one JSON text of a value."""
    return _encode(value)


def clean(text: str) -> str:
    """What every database stores alike: no NUL and no lone surrogate."""
    return text.encode("utf-8", "replace").decode().replace("\x00", "\ufffd")


def digest(value: object) -> str:
    """A short name for a value: half a SHA-256 of its canonical text."""
    return hashlib.sha256(canonical(value).encode("utf-8", "replace")).hexdigest()[:32]


def opening_record(opening: Opening) -> Record:
    """An opening in full."""
    return {
        "airing_id": opening.airing_id,
        "recorded_at": opening.recorded_at.isoformat(),
        "planned": _moment(opening.planned),
        "zones": list(opening.zones),
        "programme": opening.programme,
        "title": opening.title,
        "items": [item_record(item) for item in opening.items],
        "duration_s": _number(opening.duration_s),
        "priority": int(opening.priority),
        "test": opening.test,
        "rehearsed": opening.rehearsed,
        "by": opening.by,
        "order_reason": opening.order_reason,
        "station": opening.station,
        "clock_trusted": opening.clock_trusted,
    }


def opening_of(record: Record) -> Opening:
    """The opening a record holds."""
    r = record["opening"]
    return Opening(
        airing_id=AiringId(r["airing_id"]),
        recorded_at=datetime.fromisoformat(r["recorded_at"]),
        planned=_moment_of(r["planned"]),
        zones=tuple(ZoneId(z) for z in r["zones"]),
        programme=r["programme"],
        title=r["title"],
        items=tuple(item_of(i) for i in r["items"]),
        duration_s=float(r["duration_s"]),
        priority=Priority(r["priority"]),
        test=r["test"],
        rehearsed=r["rehearsed"],
        by=r["by"],
        order_reason=r["order_reason"],
        station=r["station"],
        clock_trusted=r["clock_trusted"],
    )


def item_record(item: Item) -> Record:
    """One item in full."""
    return {
        "script": item.script,
        "title": item.title,
        "kind": item.kind,
        "topics": list(item.topics),
        "fields": list(item.fields),
        "language": item.language,
        "text_sha256": item.text_sha256,
        "audio_sha256": item.audio_sha256,
        "voice": item.voice,
        "duration_s": _number(item.duration_s),
    }


def item_of(r: Record) -> Item:
    """The item a record holds."""
    return Item(
        script=ScriptId(r["script"]),
        title=r["title"],
        kind=r["kind"],
        topics=tuple(r["topics"]),
        fields=tuple(r["fields"]),
        language=r["language"],
        text_sha256=r["text_sha256"],
        audio_sha256=r["audio_sha256"],
        voice=r["voice"],
        duration_s=float(r["duration_s"]),
    )


def closing_record(closing: Closing) -> Record:
    """A closing in full."""
    return {
        "recorded_at": closing.recorded_at.isoformat(),
        "outcome": closing.outcome.value,
        "reason": closing.reason,
        "started": _moment(closing.started),
        "ended": _moment(closing.ended),
        "played_s": _number(closing.played_s),
        "late_ms": _number(closing.late_ms),
        "results": [_result_record(result) for result in closing.results],
    }


def closing_of(record: Record) -> Closing:
    """The closing a record holds."""
    r = record["closing"]
    return Closing(
        recorded_at=datetime.fromisoformat(r["recorded_at"]),
        outcome=Outcome(r["outcome"]),
        reason=r["reason"],
        started=_moment_of(r["started"]),
        ended=_moment_of(r["ended"]),
        played_s=float(r["played_s"]),
        late_ms=_float_of(r["late_ms"]),
        results=tuple(_result_of(z) for z in r["results"]),
    )


def _result_record(result: ZoneResult) -> Record:
    return {
        "zone": result.zone,
        "device": result.device,
        "outcome": result.outcome.value,
        "reason": result.reason,
        "started": _moment(result.started),
        "ended": _moment(result.ended),
        "played_s": _number(result.played_s),
        "late_ms": _number(result.late_ms),
        "gaps": result.gaps,
        "level_dbfs": _number(result.level_dbfs),
    }


def _result_of(r: Record) -> ZoneResult:
    return ZoneResult(
        zone=ZoneId(r["zone"]),
        device=r["device"],
        outcome=Outcome(r["outcome"]),
        reason=r["reason"],
        started=_moment_of(r["started"]),
        ended=_moment_of(r["ended"]),
        played_s=float(r["played_s"]),
        late_ms=_float_of(r["late_ms"]),
        gaps=r["gaps"],
        level_dbfs=_float_of(r["level_dbfs"]),
    )


def rundown_of(r: Record) -> Rundown:
    """The rundown a record holds."""
    return Rundown(
        day=date.fromisoformat(r["day"]),
        airings=tuple(airing_of(a) for a in r["airings"]),
        published=datetime.fromisoformat(r["published"]),
        calendar_version=r["calendar_version"],
    )


def airing_record(airing: Airing) -> Record:
    return {
        "id": airing.id,
        "slot": airing.slot,
        "planned": airing.planned.isoformat(),
        "zones": list(airing.zones),
        "programme": airing.programme,
        "title": airing.title,
        "scripts": list(airing.scripts),
        "priority": int(airing.priority),
        "grace_s": _number(airing.grace_s),
        "start_rule": airing.start_rule.name,
        "within_s": _number(airing.within_s),
        "repeat": airing.repeat,
        "gap_s": _number(airing.gap_s),
        "duration_s": _number(airing.duration_s),
        "state": airing.state.value,
        "reason": airing.reason,
        "note": airing.note,
    }


def airing_of(r: Record) -> Airing:
    """The planned airing a record holds."""
    return Airing(
        id=AiringId(r["id"]),
        slot=SlotId(r["slot"]),
        planned=datetime.fromisoformat(r["planned"]),
        zones=tuple(ZoneId(z) for z in r["zones"]),
        programme=r["programme"],
        title=r["title"],
        scripts=tuple(ScriptId(s) for s in r["scripts"]),
        priority=Priority(r["priority"]),
        grace_s=float(r["grace_s"]),
        start_rule=StartRule[r["start_rule"]],
        within_s=_float_of(r["within_s"]),
        repeat=r["repeat"],
        gap_s=float(r["gap_s"]),
        duration_s=float(r["duration_s"]),
        state=AiringState(r["state"]),
        reason=r["reason"],
        note=r["note"],
    )


def approval_of(r: Record) -> Approval:
    """The approval a record holds."""
    return Approval(
        script_id=ScriptId(r["script_id"]),
        text_sha256=r["text_sha256"],
        audio_sha256=r["audio_sha256"],
        by=r["by"],
        at=datetime.fromisoformat(r["at"]),
        ref=r["ref"],
    )


def note_of(seq: int, r: Record) -> Note:
    """The note a record holds."""
    airing = AiringId(r["airing_id"]) if r["airing_id"] is not None else None
    return Note(seq=seq, at=datetime.fromisoformat(r["at"]), airing_id=airing, by=r["by"], text=r["text"])


def _moment(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    epoch_us(moment)  # refuses a naive moment before it is on paper
    return moment.isoformat()


def _moment_of(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _number(value: float | None) -> float | str | None:
    """JSON has no infinity; silence measures −∞ dBFS, and no row may be lost for that."""
    if value is None or math.isfinite(value):
        return value
    return str(value)


def _float_of(value: float | str | None) -> float | None:
    return None if value is None else float(value)
