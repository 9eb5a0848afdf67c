"""What the calendar's screens show, gathered once for each version of the files and each span of days."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import TypeVar
from zoneinfo import ZoneInfo

from broadcaster.adapters.people import Person
from broadcaster.domain.asrun import AsRunEntry
from broadcaster.domain.expansion import Planned
from broadcaster.domain.readiness import Held, readiness
from broadcaster.domain.rotation import resolve
from broadcaster.domain.rundown import Airing, AiringId, AiringState
from broadcaster.domain.scripts import Approval, Script, ScriptId
from broadcaster.present.week import Shown, state, zones_text
from broadcaster.web.context import ConsoleContext
from broadcaster.web.errors import MissingError
from broadcaster.wiring.editing import EditingDesk
from broadcaster.wiring.paths import Paths
from broadcaster.wiring.readings import Reading

KEPT = 24
"""Spans of days kept in memory."""

_T = TypeVar("_T")


class Kept:
    """A small memory: what is asked for again is not worked out again; the oldest goes first."""

    def __init__(self, most: int = KEPT) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._values: OrderedDict[object, object] = OrderedDict()

    def get(self, key: object, make: Callable[[], _T]) -> _T:
        """The value of a key, made when it is not there."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                found: _T = self._values[key]  # type: ignore[assignment]  # a key is only ever given one maker
                return found
        made = make()
        with self._lock:
            self._values[key] = made
            while len(self._values) > self._most:
                self._values.popitem(last=False)
        return made


_kept = Kept()


@lru_cache(maxsize=8)
def _desk(where: Paths) -> EditingDesk:
    return EditingDesk(where)


def desk_of(context: ConsoleContext) -> EditingDesk:
    """The station's editing desk, made once."""
    return _desk(context.paths)


def signature(person: Person) -> str:
    """How a person stands in histories and reviews."""
    return f"{person.name} ({person.login})"


def login_of(signed: str) -> str:
    """The login of a signature."""
    return signed.rpartition("(")[2].rstrip(")") if signed.endswith(")") else signed


def day_of(text: str, otherwise: date) -> date:
    """A day from an address; anything else is the day given instead."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return otherwise


def approvals_of(context: ConsoleContext) -> Mapping[ScriptId, Approval]:
    """The standing approvals."""
    return context.journal.approvals()


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """What a span of days needs besides the plan."""

    airings: tuple[Airing, ...]
    entries: Mapping[AiringId, AsRunEntry]
    held: Mapping[AiringId, tuple[Held, ...]]


def shown_between(context: ConsoleContext, first: date, last: date, *, zone: str = "") -> list[Shown]:
    """Every airing of [first, last] with its state: past days as published and recorded, coming ones as planned now."""
    reading = context.reading
    span = _span(context, reading, first, last)
    now = context.now()
    scripts = reading.files.scripts
    on_air = _on_air(context)
    found = []
    for airing in span.airings:
        if zone and zone not in airing.zones:
            continue
        entry = span.entries.get(airing.id)
        late = airing.latest < now and airing.state is AiringState.PLANNED
        kind, word, why = state(
            airing, entry=entry, held=span.held.get(airing.id, ()), late=late, on_air=airing.id in on_air
        )
        topics = dict.fromkeys(t for s in airing.scripts if s in scripts for t in scripts[s].topics)
        found.append(
            Shown(
                airing=airing,
                kind=kind,
                word=word,
                why=why,
                topics=tuple(topics)[:2],
                zones=zones_text(airing.zones, reading.files.settings.zones),
                past=airing.planned <= now,
            )
        )
    return found


def airing_of(context: ConsoleContext, airing_id: str) -> Shown:
    """One airing by its id. Raises MissingError."""
    _, _, moment = airing_id.rpartition("@")
    try:
        day = datetime.fromisoformat(moment).astimezone(ZoneInfo(context.reading.files.settings.timezone)).date()
    except (ValueError, OverflowError):
        raise _no_airing() from None
    if not date(1990, 1, 1) < day < date(2199, 12, 1):
        raise _no_airing()
    found = next((s for s in shown_between(context, day, day) if s.airing.id == airing_id), None)
    if found is None:
        raise _no_airing()
    return found


def _no_airing() -> MissingError:
    return MissingError("Không có lượt phát này trong lịch.", "Lịch có thể vừa được sửa: mở lại bảng tuần.")


def holidays_between(context: ConsoleContext, first: date, last: date) -> Mapping[date, str]:
    """Public holidays and the ward's own days off."""
    settings = context.reading.files.settings
    named = {**context.reading.shop.holidays.between(first, last), **settings.days_off}
    return {day: name for day, name in named.items() if day not in settings.workdays}


def _on_air(context: ConsoleContext) -> frozenset[str]:
    status = context.status()
    return frozenset(str(a.get("airing_id", "")) for a in status["on_air"]) if status is not None else frozenset()


def _span(context: ConsoleContext, reading: Reading, first: date, last: date) -> Span:
    zone = ZoneInfo(reading.files.settings.timezone)
    today = context.now().astimezone(zone).date()
    journal = context.journal
    published = journal.rundowns(first, last)
    airings = [a for day, r in published.items() if day < today for a in r.airings]
    begin = max(first, today)
    if begin <= last:
        already = {a.id: a.scripts for day, r in published.items() if day >= today for a in r.airings}
        airings += _coming(context, reading, begin, last, already)
    airings.sort(key=lambda a: (a.planned, a.id))
    start = datetime.combine(first, time(), zone)
    end = min(datetime.combine(last + timedelta(days=1), time(), zone), context.now() + timedelta(seconds=1))
    entries = {e.opening.airing_id: e for e in journal.entries(start, end)} if start < end else {}
    return Span(airings=tuple(airings), entries=entries, held=_held(context, reading, airings, entries))


def _coming(
    context: ConsoleContext,
    reading: Reading,
    first: date,
    last: date,
    already: Mapping[AiringId, tuple[ScriptId, ...]],
) -> Sequence[Airing]:
    key = ("plan", context.paths.station, reading.fingerprint, first, last)
    planned: tuple[Planned, ...] = _kept.get(key, lambda: reading.planner.expansion(first, last))
    scripts = reading.files.scripts
    if all(len(p.airing.scripts) == len(p.parts) for p in planned):
        return resolve(planned, scripts, approved=frozenset(), last_aired={}, already=already)
    approved = _approved(context, reading)
    return resolve(planned, scripts, approved=approved, last_aired=context.journal.last_aired(), already=already)


def _approved(context: ConsoleContext, reading: Reading) -> frozenset[ScriptId]:
    """Scripts whose text is the one approved: enough to foresee a rotation's choice; `_held` judges the sound too."""
    digests = digests_of(context, reading)
    return frozenset(i for i, a in approvals_of(context).items() if digests.get(i) == a.text_sha256)


def digests_of(context: ConsoleContext, reading: Reading) -> Mapping[ScriptId, str]:
    """The digest of every script's text, worked out once for each version of the files."""
    key = ("digests", context.paths.station, reading.fingerprint)
    return _kept.get(key, lambda: {i: s.text_sha256 for i, s in reading.files.scripts.items()})


def _held(
    context: ConsoleContext,
    reading: Reading,
    airings: Sequence[Airing],
    entries: Mapping[AiringId, AsRunEntry],
) -> dict[AiringId, tuple[Held, ...]]:
    now = context.now()
    waiting = [a for a in airings if a.id not in entries and a.state is AiringState.PLANNED and a.latest >= now]
    if not waiting:
        return {}
    scripts = reading.files.scripts
    approvals = approvals_of(context)
    used: list[Script] = [scripts[i] for i in dict.fromkeys(i for a in waiting for i in a.scripts) if i in scripts]
    clips = reading.preparer.clips_of(used, approvals)
    known: dict[tuple[tuple[ScriptId, ...], date], tuple[Held, ...]] = {}
    result: dict[AiringId, tuple[Held, ...]] = {}
    for airing in waiting:
        key = (airing.scripts, airing.planned.date())
        if key not in known:
            known[key] = readiness(airing.scripts, day=key[1], scripts=scripts, clips=clips, approvals=approvals)
        result[airing.id] = known[key]
    return result
