"""A journal with something to look at: two weeks of airings of every result, in the database of a test station."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from broadcaster.adapters.journal import SqlJournal
from broadcaster.domain.asrun import Closing, Item, Opening, Outcome, ZoneResult
from broadcaster.domain.calendar import Priority, SlotId, ZoneId
from broadcaster.domain.rundown import Airing, AiringId, AiringState, Rundown, airing_id
from broadcaster.domain.scripts import Approval, ScriptId
from tests.airings import VN
from tests.station_process import StationFolder

FIRST = date(2026, 11, 2)
DAYS = 14
LAST = FIRST + timedelta(days=DAYS - 1)
ZONES = (ZoneId("khom-1"), ZoneId("khom-2"))
POWER_CUT = "mất điện khi đang phát"
NO_DEVICE = "không mở được loa khóm 2"


@contextmanager
def journal_of(folder: StationFolder) -> Iterator[SqlJournal]:
    """The station's own journal, from outside."""
    journal = SqlJournal(f"sqlite:///{folder.root}/var/station.db", wait_s=30)
    try:
        yield journal
    finally:
        journal.close()


def fill(folder: StationFolder, *, rehearsed: bool = False) -> None:
    """Fourteen days of two airings each as published, most of them heard; then one by hand and one test."""
    (folder.root / "var").mkdir(exist_ok=True)
    with journal_of(folder) as journal:
        journal.approve(
            Approval(
                script_id=ScriptId("bai-mot"),
                text_sha256="a" * 64,
                audio_sha256="b" * 64,
                by="Trần Văn Đức, Phó Chủ tịch",
                at=datetime.combine(FIRST - timedelta(days=3), time(9), VN),
                ref="12/PD",
            )
        )
        for day in (FIRST + timedelta(days=n) for n in range(DAYS)):
            planned = rundown(day)
            journal.publish(planned)
            for number, airing in enumerate(planned.airings):
                _air(journal, airing, day, number, rehearsed=rehearsed)
        _by_hand(journal)


def rundown(day: date) -> Rundown:
    """Morning and evening; the evening of the fifth day is cancelled."""
    return Rundown(
        day=day,
        airings=tuple(
            _airing(day, hour, cancelled=hour == 17 and day == FIRST + timedelta(days=4)) for hour in (6, 17)
        ),
        published=datetime.combine(day - timedelta(days=1), time(20), VN),
        calendar_version="0123456789abcdef",
    )


def _airing(day: date, hour: int, *, cancelled: bool) -> Airing:
    at = datetime.combine(day, time(hour, 5), VN)
    return Airing(
        id=airing_id(SlotId("sang" if hour == 6 else "chieu"), at),
        slot=SlotId("sang" if hour == 6 else "chieu"),
        planned=at,
        zones=ZONES,
        programme="ban-tin",
        title="Bản tin sáng" if hour == 6 else "Bản tin chiều",
        scripts=(ScriptId("bai-mot"), ScriptId("bai-hai")),
        duration_s=95.0,
        state=AiringState.CANCELLED if cancelled else AiringState.PLANNED,
        reason="nghỉ lễ" if cancelled else "",
    )


def item(script: str, title: str, topic: str, duration_s: float) -> Item:
    """One script within an airing."""
    return Item(
        script=ScriptId(script),
        title=title,
        kind="tin",
        topics=(topic,),
        fields=("cải cách thủ tục hành chính",),
        language="vi",
        text_sha256="a" * 64,
        audio_sha256="b" * 64,
        voice="espeak-vi",
        duration_s=duration_s,
    )


def opening_of(airing: Airing, *, rehearsed: bool = False) -> Opening:
    """The row before the first sample."""
    return Opening(
        airing_id=airing.id,
        recorded_at=airing.planned - timedelta(milliseconds=40),
        planned=airing.planned,
        zones=airing.zones,
        programme=airing.programme,
        title=airing.title,
        items=(item("bai-mot", "Một cửa là gì?", "ND-D2", 60.0), item("bai-hai", "Giữ tài khoản VNeID", "ND-D6", 35.0)),
        duration_s=airing.duration_s,
        rehearsed=rehearsed,
        station="Đài truyền thanh phường Mẫu",
    )


def _air(journal: SqlJournal, airing: Airing, day: date, number: int, *, rehearsed: bool) -> None:
    n = (day - FIRST).days
    if airing.state is AiringState.CANCELLED or (n == 6 and number == 1):
        return  # cancelled, and one that was missed
    opening = opening_of(airing, rehearsed=rehearsed)
    outcome, share, reason = {
        2: (Outcome.PARTIAL, 0.5, NO_DEVICE),
        8: (Outcome.INTERRUPTED, 0.3, POWER_CUT),
        10: (Outcome.FAILED, 0.0, "chưa có tệp âm thanh của bài “bai-hai”"),
    }.get(n if number == 0 else -1, (Outcome.AIRED, 1.0, ""))
    closing = closing_of(opening, outcome, share, reason)
    if outcome is Outcome.FAILED:
        journal.record(opening, closing)
    else:
        journal.on_air(opening)
        journal.off_air(opening.airing_id, closing)


def closing_of(opening: Opening, outcome: Outcome, share: float = 1.0, reason: str = "") -> Closing:
    """What each zone's device said."""
    at = opening.planned or opening.recorded_at
    started = at + timedelta(milliseconds=3) if share else None
    played = opening.duration_s * share
    ended = at + timedelta(seconds=played) if share else None
    one = ZoneResult(
        zone=opening.zones[0],
        device="file:khom-1",
        outcome=outcome,
        reason=reason,
        started=started,
        ended=ended,
        played_s=played,
        late_ms=3.2 if share else None,
        level_dbfs=-18.2 if share else None,
    )
    failed = outcome is Outcome.PARTIAL
    other = replace(
        one,
        zone=opening.zones[-1],
        device="file:khom-2",
        outcome=Outcome.FAILED if failed else outcome,
        played_s=0.0 if failed else played,
        level_dbfs=float("-inf") if failed else one.level_dbfs,
    )
    return Closing(
        recorded_at=at + timedelta(seconds=played + 0.2),
        outcome=outcome,
        reason=reason,
        started=started,
        ended=ended,
        played_s=played,
        late_ms=3.2 if share else None,
        results=(one, other),
    )


def _by_hand(journal: SqlJournal) -> None:
    at = datetime.combine(FIRST + timedelta(days=3), time(9, 30), VN)
    urgent = replace(
        opening_of(_airing(FIRST, 6, cancelled=False)),
        airing_id=AiringId(f"khan@{at.isoformat()}"),
        planned=None,
        recorded_at=at,
        title="Cảnh báo mưa lớn",
        priority=Priority.EMERGENCY,
        by="Trần Văn Đức, Phó Chủ tịch",
        order_reason="mưa lớn, ngập đường",
    )
    journal.on_air(urgent)
    journal.off_air(urgent.airing_id, closing_of(urgent, Outcome.AIRED))
    test = replace(
        urgent,
        airing_id=AiringId(f"phat-thu@{at.isoformat()}"),
        recorded_at=at + timedelta(hours=1),
        title="Phát thử hệ thống truyền thanh",
        priority=Priority.NORMAL,
        test=True,
        order_reason="phát thử, không tính vào kết quả",
    )
    journal.on_air(test)
    journal.off_air(test.airing_id, closing_of(test, Outcome.AIRED))
