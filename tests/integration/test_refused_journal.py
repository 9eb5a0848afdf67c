"""A record that cannot be written: nothing is heard that is not written down, and the station lives on."""

import ctypes
import ctypes.util
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from broadcaster.adapters.journal import SqlJournal
from broadcaster.domain.asrun import Outcome
from broadcaster.errors import RecordError
from broadcaster.station.duty import POWER_CUT
from tests.stage import ZONES, Stage, a_slot, at, files

FIRST = ZONES[0]
HOURLY = tuple(a_slot(f"gio-{h}", at=at(h, 5).time(), grace_s=60, zones=(FIRST,)) for h in range(6, 10))


def stage_on(database: Path) -> Stage:
    """A stage whose journal is a real file that waits for others only a moment."""
    on = Stage(files(*HOURLY), journal=SqlJournal(f"sqlite:///{database}", wait_s=0.02))
    on.approve()
    return on


def aired(on: Stage) -> list[str]:
    """What was heard, by its rows."""
    return [e.opening.airing_id.split("@")[0] for e in on.journal.entries() if e.closing.outcome is Outcome.AIRED]


class Lock:
    """Another program that keeps the database to itself."""

    def __init__(self, database: Path) -> None:
        self._connection = sqlite3.connect(database, isolation_level=None, check_same_thread=False)
        self.held = False

    def take(self) -> None:
        """Until `give`."""
        if not self.held:
            self._connection.execute("BEGIN IMMEDIATE")
            self.held = True

    def give(self) -> None:
        """Let others write."""
        if self.held:
            self._connection.execute("ROLLBACK")
            self.held = False

    def close(self) -> None:
        """Gone."""
        self.give()
        self._connection.close()


@pytest.fixture
def on(tmp_path: Path) -> Iterator[Stage]:
    """A stage on a file of its own."""
    made = stage_on(tmp_path / "nhật ký.db")
    yield made
    made.journal.close()


def test_while_another_program_holds_the_record_nothing_is_heard(on: Stage, tmp_path: Path) -> None:
    with closing(Lock(tmp_path / "nhật ký.db")) as other:
        other.take()
        on.live_until(at(6, 30))
        assert not any(sink.heard for sink in on.sinks.values())
        assert list(on.journal.entries()) == []
    on.live_until(at(7, 30))
    assert aired(on) == ["gio-7"]
    assert on.journal.verify().holds


def test_a_record_that_comes_free_within_grace_loses_only_time(on: Stage, tmp_path: Path) -> None:
    with closing(Lock(tmp_path / "nhật ký.db")) as other:
        other.take()
        sleep = on.clock.sleep

        def given_after_a_while(seconds: float) -> None:
            sleep(seconds)
            if on.clock.now() >= at(6, 5, 20):
                other.give()

        on.clock.sleep = given_after_a_while  # type: ignore[method-assign]
        on.live_until(at(6, 8))
        (row,) = on.journal.entries()
        assert row.closing.outcome is Outcome.AIRED
        assert row.closing.started is not None
        assert at(6, 5, 20) <= row.closing.started <= at(6, 6)
        assert len(on.sinks[FIRST].heard) == 1


def test_a_closing_that_cannot_be_written_is_an_interrupted_row_after_the_next_start(on: Stage, tmp_path: Path) -> None:
    with closing(Lock(tmp_path / "nhật ký.db")) as other:
        on.at_pulse = other.take
        on.live_until(at(6, 30))
        assert len(on.sinks[FIRST].heard) == 1
        assert list(on.journal.entries()) == []
        (opening,) = on.journal.open_rows()
        on.at_pulse = lambda: None
    on.live_until(at(6, 40))
    assert len(on.sinks[FIRST].heard) == 1, "what has a row is not started again"
    on.boot()
    (row,) = on.journal.entries()
    assert (row.opening, row.closing.outcome, row.closing.reason) == (opening, Outcome.INTERRUPTED, POWER_CUT)
    on.live_until(at(7, 30))
    assert aired(on) == ["gio-7"]


# --- a full disk ---------------------------------------------------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of half a megabyte; skipped where this user may not mount one."""
    place = tmp_path / "đĩa nhỏ"
    place.mkdir()
    libc = ctypes.CDLL(ctypes.util.find_library("c"), use_errno=True)
    if libc.mount(b"tmpfs", os.fsencode(place), b"tmpfs", 0, b"size=512k") != 0:
        pytest.skip("mounting a small disk needs root")
    try:
        yield place
    finally:
        libc.umount2(os.fsencode(place), 2)


def fill(disk: Path) -> Callable[[], None]:
    """Take every last byte; the returned call gives them back."""
    filler = disk / "đầy"
    with filler.open("wb", buffering=0) as file:
        for size in (65536, 4096, 1):
            with suppress(OSError):
                while file.write(b"x" * size) == size:
                    pass
    return filler.unlink


def test_on_a_full_disk_nothing_is_heard_and_room_brings_the_station_back(small_disk: Path) -> None:
    on = stage_on(small_disk / "station.db")
    try:
        free = fill(small_disk)
        with pytest.raises(RecordError, match="đầy") as refused:
            on.journal.note(airing_id=None, by="", text="x" * 50_000, at=on.clock.now())
        assert "không phát bài nào" in refused.value.hint
        while True:
            try:
                on.journal.note(airing_id=None, by="", text="đến khi thật đầy", at=on.clock.now())
            except RecordError:
                break
        on.live_until(at(6, 30))
        assert not any(sink.heard for sink in on.sinks.values())
        assert list(on.journal.entries()) == []
        free()
        on.live_until(at(7, 30))
        assert aired(on) == ["gio-7"]
        assert on.journal.verify().holds
    finally:
        on.journal.close()
