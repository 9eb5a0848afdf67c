"""The zone desk under real threads: one airing a zone at a time, the highest class first, never past its patience."""

import threading
from collections.abc import Callable
from datetime import timedelta

from broadcaster.adapters.rehearsal_sink import RehearsalClock
from broadcaster.domain.arbitration import Claimant
from broadcaster.domain.asrun import Outcome
from broadcaster.domain.calendar import Priority, StartRule, ZoneId
from broadcaster.station.desk import Cause, Refused, StopSignal, ZoneDesk
from tests.stage import at

ZONE, OTHER = ZoneId("khom-1"), ZoneId("khom-2")


def claimant(
    priority: Priority = Priority.NORMAL, rule: StartRule = StartRule.AFTER_CURRENT, *, minute: int = 5
) -> Claimant:
    """An airing of 06:``minute`` with five minutes of grace."""
    planned = at(6, minute)
    return Claimant(planned=planned, latest=planned + timedelta(minutes=5), priority=priority, start_rule=rule)


class Waiting:
    """A claim made in a thread of its own."""

    def __init__(self, desk: ZoneDesk, who: Claimant, *, title: str = "bài sau") -> None:
        self.signal = StopSignal()
        self.answer: object = None
        self._asked = threading.Thread(target=self._ask, args=(desk, who, title))
        self._asked.start()

    def _ask(self, desk: ZoneDesk, who: Claimant, title: str) -> None:
        self.answer = desk.take(ZONE, who, self.signal, title=title)

    def end(self) -> object:
        """What it was answered."""
        self._asked.join(10)
        assert not self._asked.is_alive()
        return self.answer

    def still_waits(self) -> bool:
        """Whether there is no answer after a good look."""
        self._asked.join(0.2)
        return self._asked.is_alive()


def held() -> tuple[RehearsalClock, ZoneDesk, StopSignal]:
    """Five past six, and a normal airing has the zone."""
    clock = RehearsalClock(at(6, 5))
    desk = ZoneDesk(clock)
    signal = StopSignal()
    assert desk.take(ZONE, claimant(), signal, title="bài đang phát") == at(6, 5)
    return clock, desk, signal


def test_an_equal_waits_for_the_end_and_cuts_nobody() -> None:
    clock, desk, on_air = held()
    second = Waiting(desk, claimant())
    assert second.still_waits()
    assert not on_air.is_set()
    clock.sleep(60)
    desk.release(ZONE, ended=clock.now())
    assert second.end() == at(6, 6)


def test_another_zone_is_free_all_the_while() -> None:
    _, desk, _ = held()
    assert desk.take(OTHER, claimant(), StopSignal(), title="") == at(6, 5)


def test_an_urgent_one_ends_what_is_on_air_and_its_row_says_for_whom() -> None:
    _, desk, on_air = held()
    urgent = Waiting(desk, claimant(Priority.PRIORITY, StartRule.AT_ONCE), title="Tin bão")
    assert on_air.wait(10)
    assert on_air.cause == Cause(outcome=Outcome.INTERRUPTED, reason="nhường cho bài ưu tiên hơn: Tin bão")
    desk.release(ZONE, ended=at(6, 5))
    assert urgent.end() == at(6, 5)


def test_of_those_who_wait_the_highest_class_goes_first_then_the_earliest() -> None:
    _, desk, _ = held()
    given: list[str] = []

    def after(name: str, who: Claimant) -> Callable[[], None]:
        def take() -> None:
            desk.take(ZONE, who, StopSignal(), title=name)
            given.append(name)
            desk.release(ZONE, ended=at(6, 5))

        return take

    waiting = [
        ("muộn", claimant(minute=6)),
        ("sớm", claimant(minute=5)),
        ("ưu tiên", claimant(Priority.PRIORITY, minute=7)),
    ]
    threads = [threading.Thread(target=after(name, who)) for name, who in waiting]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(0.2)
    assert given == []
    desk.release(ZONE, ended=at(6, 5))
    for thread in threads:
        thread.join(10)
    assert given == ["ưu tiên", "sớm", "muộn"]


def test_who_is_out_of_patience_is_refused_even_when_the_zone_has_just_come_free() -> None:
    clock, desk, _ = held()
    second = Waiting(desk, claimant())
    assert second.still_waits()
    clock.sleep(301)
    refused = second.end()
    assert isinstance(refused, Refused)
    assert "quá giờ" in refused.reason
    desk.release(ZONE, ended=clock.now())
    assert isinstance(desk.take(ZONE, claimant(), StopSignal(), title=""), Refused)
    assert desk.take(ZONE, claimant(minute=9), StopSignal(), title="") == clock.now()


def test_who_is_told_to_stop_while_waiting_stops_waiting() -> None:
    _, desk, _ = held()
    second = Waiting(desk, claimant())
    second.signal.set(Cause(outcome=Outcome.STOPPED, reason="thôi"))
    assert isinstance(second.end(), Refused)


def test_the_first_cause_of_a_stop_stands() -> None:
    signal = StopSignal()
    first, second = (Cause(outcome=Outcome.STOPPED, reason=r) for r in ("một", "hai"))
    signal.set(first)
    signal.set(second)
    assert signal.is_set()
    assert signal.cause is first
