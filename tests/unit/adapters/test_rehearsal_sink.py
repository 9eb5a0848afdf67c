"""Loudspeakers of a rehearsal: nothing is read, time moves itself, faults come when they are asked for."""

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from broadcaster.adapters.rehearsal_sink import RehearsalClock, RehearsalSink
from broadcaster.domain.calendar import ZoneId
from broadcaster.errors import SinkError
from broadcaster.ports import Played, Segment

AT = datetime(2024, 3, 5, 6, 5, tzinfo=UTC)
HOUR = Path("hour.wav")


def sink(clock: RehearsalClock) -> RehearsalSink:
    return RehearsalSink(ZoneId("khom-1"), clock, length_of=lambda _: 3_600.0)


def play(way: RehearsalSink, at: datetime) -> Played:
    return way.open().play(
        [Segment(path=HOUR), Segment(seconds=1.0)], at=at, stop=threading.Event(), progress=lambda _: None
    )


def test_an_hour_passes_at_once_and_is_written_down() -> None:
    clock = RehearsalClock(AT - timedelta(minutes=1))
    way = sink(clock)
    played = play(way, AT)
    assert (played.complete, played.frames, played.started) == (True, 3_601 * 48_000, AT)
    assert clock.now() == AT + timedelta(seconds=3_601)
    assert [(h.zone, h.at, h.segments[0].path) for h in way.heard] == [("khom-1", AT, HOUR)]


def test_loudspeaker_fails_after_so_much_sound_and_once() -> None:
    clock = RehearsalClock(AT)
    way = sink(clock)
    way.fail_after_s, way.fail_once = 10.0, True
    first, second = play(way, AT), play(way, clock.now())
    assert (first.complete, first.frames) == (False, 480_000)
    assert first.error
    assert (second.complete, second.error) == (True, "")


def test_loudspeaker_is_back_at_its_moment() -> None:
    clock = RehearsalClock(AT)
    way = sink(clock)
    way.missing_until = AT + timedelta(minutes=2)
    with pytest.raises(SinkError):
        way.open()
    clock.move_to(AT + timedelta(minutes=2))
    assert way.open().device == way.describe()
    assert way.opened == 1


def test_clock_that_is_set_moves_the_wall_only() -> None:
    clock = RehearsalClock(AT)
    clock.sleep(5.0)
    clock.step(-3_600.0)
    assert clock.now() == AT + timedelta(seconds=5 - 3_600)
    assert clock.monotonic() == 5.0
    clock.move_to(AT - timedelta(days=1))
    assert clock.monotonic() == 5.0
    assert clock.synchronised() is True
    clock.sync = None
    assert clock.synchronised() is None


def test_start_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        RehearsalClock(AT.replace(tzinfo=None))
