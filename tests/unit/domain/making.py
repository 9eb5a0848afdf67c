"""Short ways to say a slot, a script, an airing; every default is an ordinary one."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from broadcaster.domain.asrun import AsRunEntry, Closing, Opening, Outcome
from broadcaster.domain.calendar import (
    Calendar,
    DayRule,
    HolidayPolicy,
    OnDates,
    OnWeekdays,
    Priority,
    Rotation,
    Slot,
    SlotId,
    StartRule,
    Weekday,
    ZoneId,
)
from broadcaster.domain.expansion import Planned, expand
from broadcaster.domain.problems import Where
from broadcaster.domain.rundown import Airing, AiringId, airing_id
from broadcaster.domain.scripts import Kind, Script, ScriptId, TopicCode

VN = ZoneInfo("Asia/Ho_Chi_Minh")
ZONES = (ZoneId("khom-1"), ZoneId("khom-2"))
SIX_PAST_FIVE = time(6, 5)


def at(text: str) -> datetime:
    """`05/03/2024 06:05`, in Việt Nam."""
    return datetime.strptime(text, "%d/%m/%Y %H:%M").replace(tzinfo=VN)


def day(text: str) -> date:
    """`05/03/2024`."""
    return at(f"{text} 00:00").date()


def weekly(*days: Weekday) -> OnWeekdays:
    """Every week on these days; every day when none is named."""
    return OnWeekdays(days=frozenset(days or Weekday))


def on(*days: str) -> OnDates:
    """On these dates."""
    return OnDates(dates=tuple(day(d) for d in days))


def slot(
    *rules: DayRule,
    id: str = "cm-sang",  # noqa: A002 - the field's own name
    content: str | Rotation = "bai-1",
    times: tuple[time, ...] = (SIX_PAST_FIVE,),
    line: int = 1,
    first: str | None = None,
    last: str | None = None,
    zones: tuple[ZoneId, ...] = (),
    title: str = "",
    holidays: HolidayPolicy = HolidayPolicy.KEEP,
    cancelled: str | None = None,
    moved_from: date | None = None,
    note: str = "",
    enabled: bool = True,
    grace_s: float | None = None,
) -> Slot:
    """A slot with the given day rules (every day when none is given), written in lich.yaml."""
    return Slot(
        id=SlotId(id),
        content=content,
        times=times,
        days=rules or (weekly(),),
        where=Where(file="schedules/lich.yaml", line=line),
        valid_from=day(first) if first else None,
        valid_until=day(last) if last else None,
        zones=zones,
        title=title,
        holidays=holidays,
        cancelled=cancelled,
        moved_from=moved_from,
        note=note,
        enabled=enabled,
        grace_s=grace_s,
    )


def expanded(
    calendar: Calendar,
    first: str,
    last: str,
    *,
    holidays: Mapping[str, str] | None = None,
    workdays: tuple[str, ...] = (),
    days_off: Mapping[str, str] | None = None,
) -> tuple[Planned, ...]:
    """The calendar expanded over these days (inclusive)."""
    return expand(
        calendar,
        day(first),
        day(last),
        zone_ids=ZONES,
        timezone=VN,
        holidays={day(d): name for d, name in (holidays or {}).items()},
        workdays=frozenset(day(d) for d in workdays),
        days_off={day(d): name for d, name in (days_off or {}).items()},
    )


def script(
    id: str,  # noqa: A002 - the field's own name
    *topics: str,
    kind: Kind = Kind.FEATURE,
    title: str = "",
    first: str | None = None,
    last: str | None = None,
    superseded_by: str | None = None,
    blanks: tuple[str, ...] = (),
) -> Script:
    """A script on these topics."""
    return Script(
        id=ScriptId(id),
        title=title or f"Bài {id}",
        kind=kind,
        topics=tuple(TopicCode(t) for t in topics),
        text="Kính thưa bà con.",
        valid_from=day(first) if first else None,
        valid_until=day(last) if last else None,
        superseded_by=ScriptId(superseded_by) if superseded_by else None,
        blanks=blanks,
    )


def airing(
    moment: str,
    *,
    slot: str = "cm-sang",
    minutes: float = 3,
    zones: tuple[ZoneId, ...] = ZONES,
    priority: Priority = Priority.NORMAL,
    start_rule: StartRule = StartRule.AFTER_CURRENT,
    within_s: float | None = None,
    grace_s: float = 300,
    scripts: tuple[str, ...] = ("bai-1",),
) -> Airing:
    """One planned airing."""
    planned = at(moment)
    return Airing(
        id=airing_id(SlotId(slot), planned),
        slot=SlotId(slot),
        planned=planned,
        zones=zones,
        programme=slot,
        title=slot,
        scripts=tuple(ScriptId(s) for s in scripts),
        priority=priority,
        start_rule=start_rule,
        within_s=within_s,
        grace_s=grace_s,
        duration_s=minutes * 60,
    )


def row(seq: int, airing_id: AiringId, moment: datetime, outcome: Outcome = Outcome.AIRED) -> AsRunEntry:
    """One closed row of the journal."""
    return AsRunEntry(
        seq=seq,
        opening=Opening(
            airing_id=airing_id,
            recorded_at=moment,
            planned=moment,
            zones=ZONES,
            programme="bai-1",
            title="Bài 1",
            items=(),
            duration_s=60,
        ),
        closing=Closing(recorded_at=moment + timedelta(minutes=1), outcome=outcome, reason=f"vì {outcome.value}"),
        prev_hash="",
        row_hash="",
    )
