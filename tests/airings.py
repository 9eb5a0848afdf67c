"""Airings made up for tests of the journal and of what reads it."""

from datetime import date, datetime, timedelta, timezone

from broadcaster.domain.asrun import Closing, Item, Opening, Outcome, ZoneResult
from broadcaster.domain.calendar import Priority, SlotId, ZoneId
from broadcaster.domain.rundown import Airing, Rundown, airing_id
from broadcaster.domain.scripts import Approval, ScriptId

VN = timezone(timedelta(hours=7))
START = datetime(2024, 3, 4, 6, 5, tzinfo=VN)
ZONES = (ZoneId("dong-thanh"), ZoneId("long-hung"))


def an_item(
    script: str = "mot-cua",
    *,
    kind: str = "tin",
    topics: tuple[str, ...] = ("III.1.d",),
    language: str = "vi",
    duration_s: float = 60.0,
) -> Item:
    """One script within an airing."""
    return Item(
        script=ScriptId(script),
        title=f"Bản tin “{script}”",
        kind=kind,
        topics=topics,
        fields=("tthc",),
        language=language,
        text_sha256="a" * 64,
        audio_sha256="b" * 64,
        voice="espeak-vi",
        duration_s=duration_s,
    )


def an_opening(
    planned: datetime = START,
    *,
    slot: str = "sang",
    items: tuple[Item, ...] = (an_item(),),
    zones: tuple[ZoneId, ...] = ZONES,
    test: bool = False,
    rehearsed: bool = False,
    priority: Priority = Priority.NORMAL,
    recorded_at: datetime | None = None,
) -> Opening:
    """A scheduled airing about to start."""
    return Opening(
        airing_id=airing_id(SlotId(slot), planned),
        recorded_at=recorded_at or planned - timedelta(milliseconds=40),
        planned=planned,
        zones=zones,
        programme="bản tin sáng",
        title="Bản tin sáng",
        items=items,
        duration_s=sum(item.duration_s for item in items),
        priority=priority,
        test=test,
        rehearsed=rehearsed,
        station="Đài truyền thanh phường Mỹ Thạnh",
    )


def a_closing(
    opening: Opening,
    outcome: Outcome = Outcome.AIRED,
    *,
    played_s: float | None = None,
    failed: frozenset[ZoneId] = frozenset(),
    reason: str = "",
) -> Closing:
    """What came of it, with each zone's own report."""
    length = opening.duration_s if played_s is None else played_s
    begun = opening.planned or opening.recorded_at
    return Closing(
        recorded_at=begun + timedelta(seconds=length + 0.2),
        outcome=outcome,
        reason=reason,
        started=begun,
        ended=begun + timedelta(seconds=length),
        played_s=length,
        late_ms=0.4,
        results=tuple(
            ZoneResult(
                zone=zone,
                device=f"loa-{zone}",
                outcome=Outcome.FAILED if zone in failed else outcome,
                reason="mất thiết bị" if zone in failed else reason,
                started=begun,
                ended=begun + timedelta(seconds=length),
                played_s=0.0 if zone in failed else length,
                late_ms=0.4,
                gaps=0,
                level_dbfs=float("-inf") if zone in failed else -18.25,
            )
            for zone in opening.zones
        ),
    )


def a_rundown(
    day: date, *, title: str = "Bản tin sáng", hours: tuple[int, ...] = (6, 17), version: str = "v1"
) -> Rundown:
    """One day as published the day before."""
    moments = [datetime(day.year, day.month, day.day, hour, 5, tzinfo=VN) for hour in hours]
    return Rundown(
        day=day,
        airings=tuple(
            Airing(
                id=airing_id(SlotId("sang"), moment),
                slot=SlotId("sang"),
                planned=moment,
                zones=ZONES,
                programme="bản tin sáng",
                title=title,
                scripts=(ScriptId("mot-cua"),),
                within_s=90.0,
                note="dời từ ngày lễ",
            )
            for moment in moments
        ),
        published=moments[0] - timedelta(days=1),
        calendar_version=version,
    )


def an_approval(script: str = "mot-cua", *, text: str = "a" * 64, at: datetime = START) -> Approval:
    """A leader's approval of one text and its sound."""
    return Approval(
        script_id=ScriptId(script), text_sha256=text, audio_sha256="b" * 64, by="Phó Chủ tịch", at=at, ref="12/PD"
    )
