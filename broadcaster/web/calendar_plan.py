"""The plan as the calendar's screens need it: thousands of airings kept once, states worked out only for what is shown."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from broadcaster.adapters.memory import give_back
from broadcaster.domain.calendar import Calendar, Rotation, ZoneId
from broadcaster.domain.readiness import Held, readiness
from broadcaster.domain.rotation import resolve
from broadcaster.domain.rundown import Airing, AiringId, AiringState
from broadcaster.domain.scripts import Approval, ScriptId
from broadcaster.ports_browsing import Marks
from broadcaster.present.week import DaySum, Shown, state, troubles, zones_text
from broadcaster.web.context import ConsoleContext
from broadcaster.web.errors import MissingError
from broadcaster.web.kept import Kept
from broadcaster.wiring.browsing import log_reader
from broadcaster.wiring.readings import Reading

KEPT_SPANS = 2
"""Spans of days whose airings stay in memory: a week of a very large calendar is ten thousand of them."""

KEPT_SUMS = 12
NAMED = 3
"""Airings named in a day of the month."""

_spans = Kept(KEPT_SPANS)
_sums = Kept(KEPT_SUMS)
_papers = Kept(2)
_todays = Kept(2)


def airings_between(context: ConsoleContext, first: date, last: date) -> tuple[Airing, ...]:
    """Every airing of [first, last] in time order: what has passed as published, what is ahead as planned now."""
    reading = context.reading
    return _as_told(context, reading, first, last, log_reader(context.journal).marks(first, last))


def _as_told(context: ConsoleContext, reading: Reading, first: date, last: date, marks: Marks) -> tuple[Airing, ...]:
    """With the hours of today that have passed as they were published: an edit since then does not rewrite them."""
    found = _airings(context, reading, first, last, marks)
    today, now = _today(context, reading), context.now()
    if not first <= today <= last or today not in marks.rundowns:
        return found
    key = (context.paths.station, today, marks.rundowns[today])
    told = _todays.get(key, lambda: context.journal.rundowns(today, today)[today].airings)
    past = {a.id: a for a in told if a.planned <= now}
    if past == {a.id: a for a in found if a.planned.date() == today and a.planned <= now}:
        return found
    ahead = (a for a in found if a.planned.date() != today or (a.planned > now and a.id not in past))
    return tuple(sorted((*past.values(), *ahead), key=lambda a: (a.planned, a.id)))


def _airings(context: ConsoleContext, reading: Reading, first: date, last: date, marks: Marks) -> tuple[Airing, ...]:
    today = _today(context, reading)
    key = (*_version(context, reading, marks), "airings", today, first, last)

    def work_out() -> tuple[Airing, ...]:
        found = tuple(_worked_out(context, reading, first, last, today, marks, {}))
        give_back()  # what a span is made from is larger than the span
        return found

    return _spans.get(key, work_out)


def _version(context: ConsoleContext, reading: Reading, marks: Marks) -> tuple[object, ...]:
    """What the plan is made of: the files and the rundowns, and where scripts take turns, everything aired so far."""
    turns = context.kept("turns", reading.fingerprint, lambda: _takes_turns(reading.files.calendar))
    aired = context.journal.newest_moment() if turns else None
    papers = marks.papers if turns else 0
    return (context.paths.station, reading.fingerprint, tuple(sorted(marks.rundowns.items())), papers, aired)


def _takes_turns(calendar: Calendar) -> bool:
    parts = (part for programme in calendar.programmes.values() for part in programme.parts)
    return any(isinstance(part, Rotation) for part in (*parts, *(slot.content for slot in calendar.slots)))


def _worked_out(
    context: ConsoleContext,
    reading: Reading,
    first: date,
    last: date,
    today: date,
    marks: Marks,
    heard: dict[ScriptId, datetime],
) -> list[Airing]:
    """``heard`` is when scripts were assigned before these days; it is carried on, so that long spans can be cut in pieces."""
    journal = context.journal
    past = [day for day in marks.rundowns if first <= day <= min(last, today - timedelta(days=1))]
    airings = [a for r in (journal.rundowns(min(past), max(past)) if past else {}).values() for a in r.airings]
    begin = max(first, today)
    if begin <= last:
        planned = reading.planner.expansion(begin, last)
        scripts = reading.files.scripts
        if all(len(p.airing.scripts) == len(p.parts) for p in planned):
            airings += resolve(planned, scripts, approved=frozenset(), last_aired={})
        else:
            published = journal.rundowns(begin, last)
            already = {a.id: a.scripts for r in published.values() for a in r.airings}
            before = {**journal.last_aired(), **heard}
            coming = resolve(planned, scripts, approved=_approved(context, marks), last_aired=before, already=already)
            heard |= {script: airing.planned for airing in coming for script in airing.scripts}
            airings += coming
    airings.sort(key=lambda a: (a.planned, a.id))
    return airings


def shown_of(context: ConsoleContext, airings: Sequence[Airing]) -> dict[AiringId, Shown]:
    """The state of these airings, as the record and the files have it now."""
    reading = context.reading
    reader = log_reader(context.journal)
    now = context.now()
    begun = [a.id for a in airings if a.planned <= now]
    entries = reader.closed_of(begun) if begun else {}
    on_air = _on_air(context)
    held = _held(reading, airings, approvals_of(context, reader.marks(now.date(), now.date())), now)
    scripts = reading.files.scripts
    zones = reading.files.settings.zones
    found = {}
    for airing in airings:
        late = airing.latest < now and airing.state is AiringState.PLANNED
        kind, word, why = state(
            airing,
            entry=entries.get(airing.id),
            held=held.get(airing.id, ()),
            late=late,
            on_air=airing.id in on_air,
        )
        topics = dict.fromkeys(t for s in airing.scripts if s in scripts for t in scripts[s].topics)
        found[airing.id] = Shown(
            airing=airing,
            kind=kind,
            word=word,
            why=why,
            topics=tuple(topics)[:2],
            zones=zones_text(airing.zones, zones),
            past=airing.planned <= now,
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
    found = next((a for a in airings_between(context, day, day) if a.id == airing_id), None)
    if found is None:
        raise _no_airing()
    return shown_of(context, (found,))[found.id]


def _no_airing() -> MissingError:
    return MissingError("Không có lượt phát này trong lịch.", "Lịch có thể vừa được sửa: mở lại bảng tuần.")


def _held(
    reading: Reading,
    airings: Iterable[Airing],
    approvals: Mapping[ScriptId, Approval],
    now: datetime,
) -> dict[AiringId, tuple[Held, ...]]:
    waiting = [a for a in airings if a.state is AiringState.PLANNED and a.latest >= now]
    if not waiting:
        return {}
    scripts = reading.files.scripts
    used = [scripts[i] for i in dict.fromkeys(i for a in waiting for i in a.scripts) if i in scripts]
    clips = reading.preparer.clips_of(used, approvals)
    known: dict[tuple[tuple[ScriptId, ...], date], tuple[Held, ...]] = {}
    result: dict[AiringId, tuple[Held, ...]] = {}
    for airing in waiting:
        key = (airing.scripts, airing.planned.date())
        if key not in known:
            known[key] = readiness(airing.scripts, day=key[1], scripts=scripts, clips=clips, approvals=approvals)
        if known[key]:
            result[airing.id] = known[key]
    return result


# --- the month --------------------------------------------------------------------------------------------------------


def sums_between(context: ConsoleContext, first: date, last: date, *, zone: str) -> Mapping[date, DaySum]:
    """How many airings each day has and how many need a person. Whole weeks are read one after the other and let go.

    Days that are over and days to come are worked out once for each version of plan, approvals and clips; today every time.
    """
    reading = context.reading
    reader = log_reader(context.journal)
    today = _today(context, reading)
    marks = reader.marks(first, last)
    rows = reader.closed_between(_midnight(reading, first), _midnight(reading, today)) if first < today else 0
    clips = reading.preparer.clips_mark()
    key = (*_version(context, reading, marks), marks.papers, clips, rows, "sums", today, first, last, zone)

    def work_out() -> dict[date, DaySum]:
        heard: dict[ScriptId, datetime] = {}
        found: dict[date, DaySum] = {}
        begin = first
        while begin <= last:
            end = min(begin + timedelta(days=6), last)
            airings = _worked_out(context, reading, begin, end, today, marks, heard)
            found |= _summed(context, reading, airings, zone)
            begin = end + timedelta(days=1)
            del airings
            give_back()
        return found

    known = _sums.get(key, work_out)
    if not first <= today <= last:
        return known
    live = _summed(context, reading, _as_told(context, reading, today, today, marks), zone)
    return {**known, today: live.get(today, DaySum())}


def _summed(context: ConsoleContext, reading: Reading, airings: Sequence[Airing], zone: str) -> dict[date, DaySum]:
    now = context.now()
    reader = log_reader(context.journal)
    wanted = [a for a in airings if (not zone or ZoneId(zone) in a.zones) and a.state is not AiringState.CANCELLED]
    entries = reader.closed_of([a.id for a in wanted if a.planned <= now])
    approvals = approvals_of(context, reader.marks(now.date(), now.date()))
    held = _held(reading, wanted, approvals, now)
    counts: Counter[date] = Counter()
    trouble: Counter[date] = Counter()
    names: dict[date, dict[str, None]] = {}
    for airing in wanted:
        day = airing.planned.date()
        counts[day] += 1
        late = airing.latest < now
        trouble[day] += troubles(entry=entries.get(airing.id), held=held.get(airing.id, ()), late=late)
        named = names.setdefault(day, {})
        if len(named) < NAMED:
            named[f"{airing.planned:%H:%M} {airing.title}"] = None
    return {d: DaySum(airings=n, trouble=trouble[d], names=tuple(names[d])) for d, n in counts.items()}


# --- pieces -----------------------------------------------------------------------------------------------------------


def approvals_of(context: ConsoleContext, marks: Marks) -> Mapping[ScriptId, Approval]:
    """The standing approvals, read again only after a new paper."""
    return _papers.get((context.paths.station, marks.papers), context.journal.approvals)


def _approved(context: ConsoleContext, marks: Marks) -> frozenset[ScriptId]:
    """Scripts whose text is the one approved: enough to foresee a rotation's choice; `_held` judges the sound too."""
    scripts = context.reading.files.scripts
    standing = approvals_of(context, marks).items()
    return frozenset(i for i, a in standing if i in scripts and scripts[i].text_sha256 == a.text_sha256)


def _on_air(context: ConsoleContext) -> frozenset[str]:
    status = context.status()
    return frozenset(str(a.get("airing_id", "")) for a in status["on_air"]) if status is not None else frozenset()


def _today(context: ConsoleContext, reading: Reading) -> date:
    return context.now().astimezone(ZoneInfo(reading.files.settings.timezone)).date()


def _midnight(reading: Reading, day: date) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(reading.files.settings.timezone))
