"""How a row of the journal is written: its canonical text, the seal over it, and the way back to values.

The body of a row is the one truth: ``{"facts":{…},"record":{…}}`` as JSON with sorted keys, no spaces, UTF-8. Its seal
is SHA-256 of the previous row's seal, a line feed and the body, so anyone can check an extract with ten lines of code.
The facts are repeated in the table's columns for queries, and `holds` compares the two.
"""

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import lru_cache

from broadcaster.adapters.journal_codec import (
    Record,
    airing_record,
    canonical,
    clean,
    closing_record,
    digest,
    epoch_us,
    item_record,
    opening_record,
)
from broadcaster.domain.asrun import AsRunEntry, Closing, Item, Opening, Outcome
from broadcaster.domain.calendar import Priority, ZoneId
from broadcaster.domain.figures import FigureGroup, ZoneOutcomes, milliseconds, share_of, zone_outcomes
from broadcaster.domain.rundown import AiringId, Rundown
from broadcaster.domain.scripts import Approval, ScriptId
from broadcaster.domain.trust import CLOCK_ACCEPTED

Fact = int | str

GENESIS = "0" * 64
"""What the first row seals."""

FACTS = (
    "action", "airing_id", "at", "at_us", "content", "day", "duration_ms", "moment_us", "outcome", "played_ms",
    "priority", "programme", "rehearsed", "script", "seq", "share", "tally", "test", "zones",
)  # fmt: skip
"""The columns a row may fill, in the order of its canonical text. A fact that does not apply is left out."""


class Action(StrEnum):
    """What a row says happened."""

    ON_AIR = "on_air"
    OFF_AIR = "off_air"
    RECORD = "record"
    NOTE = "note"
    RUNDOWN = "rundown"
    APPROVAL = "approval"
    WITHDRAWAL = "withdrawal"
    EVENT = "event"
    ACTIVITY = "activity"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A row not yet in its place: what it says in full, and the facts that queries need."""

    action: Action
    at: datetime
    record: Record
    facts: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A row in its place in the chain."""

    seq: int
    facts: Mapping[str, Fact]
    body: str
    prev_hash: str
    row_hash: str


def hash_of(prev_hash: str, body: str) -> str:
    """The seal of a row over its body and the row before it."""
    return hashlib.sha256(f"{prev_hash}\n{body}".encode()).hexdigest()


def seal(draft: Draft, *, seq: int, prev_hash: str) -> Sealed:
    """Put a draft in its place."""
    given = {
        **draft.facts,
        "seq": seq,
        "action": draft.action.value,
        "at": draft.at.isoformat(),
        "at_us": epoch_us(draft.at),
    }
    facts = {name: clean(value) if isinstance(value, str) else value for name, value in given.items()}
    said = canonical(draft.record).encode("utf-8", "replace").decode()
    body = f"{_facts_text(facts)}{said}}}"
    return Sealed(seq=seq, facts=facts, body=body, prev_hash=prev_hash, row_hash=hash_of(prev_hash, body))


def holds(columns: Sequence[Fact | None], body: str) -> bool:
    """Whether the columns (in the order of FACTS) are exactly what the body says."""
    return body.startswith(_facts_text({n: v for n, v in zip(FACTS, columns, strict=True) if v is not None}))


def record_of(body: str) -> Record:
    """The full record within a body."""
    record: Record = json.loads(body)["record"]
    return record


def _facts_text(facts: Mapping[str, Fact]) -> str:
    return f'{{"facts":{canonical(facts)},"record":'


@lru_cache(maxsize=1024)  # the same few programmes are heard again and again
def content_key(items: tuple[Item, ...]) -> str:
    """Names exactly these items, as they stood."""
    return digest([item_record(item) for item in items])


def opening_facts(opening: Opening) -> dict[str, Fact]:
    """What every row of an airing repeats, so that no query has to join."""
    return {
        "airing_id": opening.airing_id,
        "content": content_key(opening.items),
        "duration_ms": milliseconds(_finite(opening.duration_s)),
        "moment_us": epoch_us(opening.planned or opening.recorded_at),
        "priority": int(opening.priority),
        "programme": opening.programme,
        "rehearsed": int(opening.rehearsed),
        "test": int(opening.test),
    }


def opening_draft(opening: Opening) -> Draft:
    """The row committed before the first sample leaves."""
    facts = opening_facts(opening)
    return Draft(action=Action.ON_AIR, at=opening.recorded_at, record={"opening": opening_record(opening)}, facts=facts)


def closing_draft(opening: Opening, facts: Mapping[str, Fact], closing: Closing, *, opening_seq: int) -> Draft:
    """The row committed after the last sample; ``facts`` are the opening row's."""
    record = {"closing": closing_record(closing), "opening_seq": opening_seq}
    told = {**facts, **closing_facts(opening, facts, closing)}
    return Draft(action=Action.OFF_AIR, at=closing.recorded_at, record=record, facts=told)


def whole_draft(opening: Opening, closing: Closing) -> Draft:
    """One row for an airing that never began."""
    facts = opening_facts(opening)
    record = {"opening": opening_record(opening), "closing": closing_record(closing)}
    told = {**facts, **closing_facts(opening, facts, closing)}
    return Draft(action=Action.RECORD, at=closing.recorded_at, record=record, facts=told)


def closing_facts(opening: Opening, facts: Mapping[str, Fact], closing: Closing) -> dict[str, Fact]:
    """What the figures need of a closed airing; ``tally`` names the group of rows alike in all a rule may ask about."""
    zones = _zones_text(zone_outcomes(opening, closing))
    share = share_of(opening, closing) if math.isfinite(opening.duration_s + closing.played_s) else 0
    told: dict[str, Fact] = {
        "outcome": closing.outcome.value,
        "played_ms": milliseconds(_finite(closing.played_s)),
        "share": share,
        "zones": zones,
    }
    told["tally"] = _tally(
        *(facts[n] for n in ("content", "priority", "programme", "rehearsed", "test")),
        *(told[n] for n in ("outcome", "share", "zones")),
    )
    return told


@lru_cache(maxsize=1024)
def _zones_text(zones: ZoneOutcomes) -> str:
    return canonical([[zone, outcome.value if outcome else None] for zone, outcome in zones])


@lru_cache(maxsize=1024)
def _tally(*alike: Fact) -> int:
    return int(digest(alike)[:16], 16) >> 1


def entry_of(opening: Opening, closing: Closing, sealed: Sealed) -> AsRunEntry:
    """The closed row as the house knows it: its place is that of the row that closed it."""
    return AsRunEntry(
        seq=sealed.seq, opening=opening, closing=closing, prev_hash=sealed.prev_hash, row_hash=sealed.row_hash
    )


def aired_scripts(opening: Opening, closing: Closing) -> tuple[ScriptId, ...]:
    """The scripts this airing lets count as aired: none unless its outcome is aired and it was no test."""
    if closing.outcome is not Outcome.AIRED or opening.test:
        return ()
    return tuple(dict.fromkeys(ScriptId(clean(item.script)) for item in opening.items))


def rundown_draft(rundown: Rundown) -> Draft:
    """One day frozen; ``content`` names its airings, so that an unchanged day is seen without reading it."""
    airings = [airing_record(airing) for airing in rundown.airings]
    record = {
        "day": rundown.day.isoformat(),
        "published": rundown.published.isoformat(),
        "calendar_version": rundown.calendar_version,
        "airings": airings,
    }
    facts: dict[str, Fact] = {"day": rundown.day.isoformat(), "content": digest(airings)}
    return Draft(action=Action.RUNDOWN, at=rundown.published, record=record, facts=facts)


def approval_draft(approval: Approval) -> Draft:
    """A named person approved exactly these digests."""
    record = {
        "script_id": approval.script_id,
        "text_sha256": approval.text_sha256,
        "audio_sha256": approval.audio_sha256,
        "by": approval.by,
        "at": approval.at.isoformat(),
        "ref": approval.ref,
    }
    return Draft(action=Action.APPROVAL, at=approval.at, record=record, facts={"script": approval.script_id})


def withdrawal_draft(script_id: ScriptId, *, by: str, at: datetime, reason: str) -> Draft:
    """The newest approval of a script is void from here on."""
    record = {"script_id": script_id, "by": by, "at": at.isoformat(), "reason": reason}
    return Draft(action=Action.WITHDRAWAL, at=at, record=record, facts={"script": script_id})


def note_draft(*, airing_id: AiringId | None, by: str, text: str, at: datetime) -> Draft:
    """A remark beside the record."""
    facts: dict[str, Fact] = {} if airing_id is None else {"airing_id": airing_id}
    record = {"airing_id": airing_id, "by": by, "text": text, "at": at.isoformat()}
    return Draft(action=Action.NOTE, at=at, record=record, facts=facts)


def event_draft(*, action: str, by: str, text: str, at: datetime) -> Draft:
    """Something that happened to the station itself."""
    record = {"action": action, "by": by, "text": text, "at": at.isoformat()}
    return Draft(action=Action.EVENT, at=at, record=record)


def vouches(draft: Draft) -> bool:
    """Whether this row is a person's word that the present time is right."""
    return draft.action is Action.EVENT and draft.record["action"] == CLOCK_ACCEPTED


def _finite(value: float) -> float:
    return max(-1e12, min(1e12, value)) if math.isfinite(value) else 0.0


def group_of(
    facts: Mapping[str, Fact], items: tuple[Item, ...], *, segment: int, count: int, played_ms: int, duration_ms: int
) -> FigureGroup:
    """A figure group from the facts of any one row of it."""
    zones: list[tuple[str, str | None]] = json.loads(str(facts["zones"]))
    return FigureGroup(
        segment=segment,
        items=items,
        programme=str(facts["programme"]),
        zones=tuple((ZoneId(zone), Outcome(outcome) if outcome else None) for zone, outcome in zones),
        outcome=Outcome(facts["outcome"]),
        test=bool(facts["test"]),
        rehearsed=bool(facts["rehearsed"]),
        priority=Priority(int(facts["priority"])),
        share=int(facts["share"]),
        count=count,
        played_s=played_ms / 1000,
        duration_s=duration_ms / 1000,
        tally=int(facts["tally"]),
    )
