"""Planning: from the calendar on duty to published rundowns; what has passed is never rewritten by a later edit."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from broadcaster.domain.expansion import MOVE_REACH, Planned, expand
from broadcaster.domain.layout import with_lengths
from broadcaster.domain.readiness import Held, Hold, readiness
from broadcaster.domain.rotation import resolve
from broadcaster.domain.rundown import Airing, AiringId, AiringState, Rundown
from broadcaster.domain.scripts import Approval, Script, ScriptId
from broadcaster.ports import Holidays, Journal, StationFiles
from broadcaster.station.preparing import Preparer

log = logging.getLogger(__name__)

COMING = 64
"""How many of the next airings are kept at hand for the status."""

CATCH_UP_SOON_DAYS = 7
CATCH_UP_DAYS = 400
"""How far back a station that was off for long still publishes the days it missed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """Until which moment everything planned can be heard, and the first airing that cannot (with its reasons)."""

    until: datetime | None = None
    first_gap: Airing | None = None
    held: tuple[Held, ...] = ()
    coming: tuple[Airing, ...] = ()

    def following(self, now: datetime) -> Airing | None:
        """The next planned airing after a moment."""
        return next((a for a in self.coming if a.planned > now), None)


class Planner:
    """Decides what should be heard, day by day, from the files on duty; pure rules fed with what the ports know."""

    def __init__(
        self,
        *,
        files: StationFiles,
        holidays: Holidays,
        preparer: Preparer,
        journal: Journal,
        chime_s: float,
        approve_all: bool = False,
        lengths: Mapping[ScriptId, float] | None = None,
    ) -> None:
        """``lengths`` are those of the scripts, from somebody who asks many planners about the same ones."""
        self._approve_all = approve_all
        self._lengths = lengths
        self.files = files
        self._holidays = holidays
        self._preparer = preparer
        self._journal = journal
        self._chime_s = chime_s
        self._zone = ZoneInfo(files.settings.timezone)
        self.editions = 0

    @property
    def timezone(self) -> ZoneInfo:
        """The station's own time zone."""
        return self._zone

    def expansion(self, first: date, last: date) -> tuple[Planned, ...]:
        """Every airing of [first, last] with its parts, before rotations are chosen."""
        settings = self.files.settings
        return expand(
            self.files.calendar,
            first,
            last,
            zone_ids=tuple(z.id for z in settings.zones if z.enabled),
            timezone=self._zone,
            holidays=self._holidays.between(first - MOVE_REACH, last + MOVE_REACH),
            workdays=settings.workdays,
            days_off=settings.days_off,
            default_grace_s=settings.policy.grace_s,
        )

    def airings(
        self,
        first: date,
        last: date,
        *,
        already: Mapping[AiringId, tuple[ScriptId, ...]] | None = None,
        approve_all: bool = False,
    ) -> tuple[Airing, ...]:
        """What should be heard in [first, last]: rotations chosen, lengths added up. ``approve_all`` is for rehearsals."""
        scripts = self.files.scripts
        approved = frozenset(scripts) if approve_all or self._approve_all else self.approved()
        chosen = resolve(
            self.expansion(first, last),
            scripts,
            approved=approved,
            last_aired=self._journal.last_aired(),
            already=already or {},
        )
        return with_lengths(
            chosen,
            scripts,
            self.files.settings.mastering,
            self._preparer.seconds(scripts, self._journal.approvals()) if self._lengths is None else self._lengths,
            chime_s=self._chime_s,
        )

    def approved(self) -> frozenset[ScriptId]:
        """Scripts whose standing approval still covers their text and their sound."""
        approvals = self._journal.approvals()
        return frozenset(i for i, a in approvals.items() if self._covers(self.files.scripts.get(i), a))

    def _covers(self, script: Script | None, approval: Approval) -> bool:
        clip = self._preparer.clip(script, approval) if script else None
        if script is None or clip is None:
            return False
        return approval.covers(text_sha256=script.text_sha256, audio_sha256=clip.audio_sha256)

    def publish(self, now: datetime, *, last: date | None = None) -> tuple[date, ...]:
        """Freeze the coming days (and days missed while the station was off); returns the days whose rundown changed."""
        today = now.astimezone(self._zone).date()
        first = self._first_unpublished(today)
        last = last or today + timedelta(days=self.files.settings.policy.publish_days)
        published = self._journal.rundowns(first, last)
        already = {a.id: a.scripts for r in published.values() for a in r.airings}
        fresh: dict[date, list[Airing]] = {}
        for airing in self.airings(first, last, already=already):
            fresh.setdefault(airing.planned.date(), []).append(airing)
        changed = []
        for offset in range((last - first).days + 1):
            day = first + timedelta(days=offset)
            if day < today and day in published:
                continue
            rundown = self._day(day, fresh.get(day, []), published.get(day), now)
            if self._journal.publish(rundown):
                changed.append(day)
        if changed:
            self.editions += 1
            log.info("published %d days from %s", len(changed), changed[0], extra={"action": "published"})
        return tuple(changed)

    def _day(self, day: date, fresh: list[Airing], before: Rundown | None, now: datetime) -> Rundown:
        """What was planned up to now stays as it was published; what is ahead is as the calendar says now."""
        if before is not None:
            past = [a for a in before.airings if a.planned <= now]
            kept = {a.id for a in past}
            fresh = past + [a for a in fresh if a.planned > now and a.id not in kept]
        return Rundown(
            day=day,
            airings=tuple(sorted(fresh, key=lambda a: (a.planned, a.id))),
            published=now,
            calendar_version=self.files.version,
        )

    def _first_unpublished(self, today: date) -> date:
        """The day after the last published one before today; a year back is read only when the last week shows none."""
        for reach in (CATCH_UP_SOON_DAYS, CATCH_UP_DAYS):
            days = self._journal.rundowns(today - timedelta(days=reach), today - timedelta(days=1))
            if days:
                return max(days) + timedelta(days=1)
        return today

    def needed(self, now: datetime, until: date) -> tuple[Script, ...]:
        """The scripts whose clips will be needed by the end of ``until``, soonest first, then the rest of the valid ones."""
        day = now.astimezone(self._zone).date()
        order: dict[ScriptId, None] = {}
        for airing in self.airings(day, until):
            order.update(dict.fromkeys(airing.scripts))
        order.update({i: None for i, s in self.files.scripts.items() if s.valid_on(day) or s.valid_on(until)})
        return tuple(self.files.scripts[i] for i in order if i in self.files.scripts)

    def ready(self, now: datetime, days: int) -> Ready:
        """How far ahead everything planned is valid, rendered and approved: “đủ tiếng đến …”."""
        first = now.astimezone(self._zone).date()
        rundowns = self._journal.rundowns(first, first + timedelta(days=days))
        ahead = (a for r in rundowns.values() for a in r.airings if a.planned > now and a.state is AiringState.PLANNED)
        coming = tuple(sorted(ahead, key=lambda a: (a.planned, a.id)))
        until: datetime | None = None
        known = self.held(coming)
        for airing in coming:
            if known[airing.id]:
                return Ready(until=until, first_gap=airing, held=known[airing.id], coming=coming[:COMING])
            until = airing.planned
        return Ready(until=until, coming=coming[:COMING])

    def held(self, airings: Iterable[Airing]) -> dict[AiringId, tuple[Held, ...]]:
        """Why each airing is held back as things stand now; empty for one that is ready or cancelled."""
        scripts = self.files.scripts
        approvals = self._journal.approvals()
        clips = self._preparer.clips_of(scripts.values(), approvals)
        known: dict[tuple[tuple[ScriptId, ...], date], tuple[Held, ...]] = {}
        result: dict[AiringId, tuple[Held, ...]] = {}
        for airing in airings:
            key = (airing.scripts, airing.planned.date())
            if airing.state is AiringState.CANCELLED:
                result[airing.id] = ()
                continue
            if key not in known:
                known[key] = readiness(airing.scripts, day=key[1], scripts=scripts, clips=clips, approvals=approvals)
            result[airing.id] = known[key]
        return result

    def chosen(self, first: date, days: int) -> dict[AiringId, tuple[ScriptId, ...]]:
        """What published rundowns already hold: choices of rotations that stand."""
        rundowns = self._journal.rundowns(first, first + timedelta(days=days - 1))
        return {a.id: a.scripts for r in rundowns.values() for a in r.airings}


BLOCKED_AS_FAILED = frozenset({Hold.NO_CLIP, Hold.EMPTY, Hold.UNKNOWN})
"""Holds that mean there is no sound to play: the airing is *failed*; every other hold makes it *withheld*."""
