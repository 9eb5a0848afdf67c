"""The daemon's shell on a fake clock: reload only when clean, feed the watchdog only while sound moves, stop by rule."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time

import pytest

from broadcaster.adapters.clock import ClockWatch
from broadcaster.domain.asrun import Outcome
from broadcaster.domain.problems import Where, error
from broadcaster.errors import InputError
from broadcaster.ports import Progress, StationFiles, StationReader
from broadcaster.present.holds import explain
from broadcaster.station.duty import Duty
from broadcaster.station.material import Chime
from broadcaster.station.planning import Planner
from broadcaster.station.playout import PRE_ROLL_S
from broadcaster.station.preparing import CHIME_S, Preparer
from broadcaster.station.running import SETTLE_TICKS, STALLED_S, Running, State, first_good
from broadcaster.wiring.rehearsal import NamedClips
from tests.stage import NoHolidays, Stage, a_script, a_slot, at, files, later

GOOD = files(a_slot())
BROKEN = replace(
    files(a_slot(at=time(7, 0)), version="v2"),
    problems=(error(Where(file="schedules/thu.yaml", line=2), "time", "Giờ 25:00 không có."),),
)


class Folder:
    """A station folder that a test edits: `StationReader` on values."""

    def __init__(self, now: StationFiles) -> None:
        self.now = now
        self.touched = 0
        self.reads = 0

    def read(self) -> StationFiles:
        """The files as they are."""
        self.reads += 1
        return self.now

    def fingerprint(self) -> str:
        """Changes with every save."""
        return f"{self.now.version}.{self.touched}"


@dataclass
class Kept:
    """`Snapshot` in memory."""

    folder: Folder
    version: str = ""
    files: StationFiles | None = None

    def keep(self, version: str) -> None:
        """What is on duty now."""
        self.version, self.files = version, self.folder.now

    def reader(self) -> StationReader | None:
        """The copy."""
        return Folder(self.files) if self.files is not None else None


@dataclass
class Wakes:
    """`Clockwork` by hand: remembers what was asked and runs it when told."""

    once: dict[str, tuple[datetime, Callable[[], object]]] = field(default_factory=dict)
    standing: dict[str, Callable[[], object]] = field(default_factory=dict)
    started: int = 0
    woken: int = 0
    stopped: int = 0

    def at(self, name: str, moment: datetime, action: Callable[[], object], *, grace_s: float) -> None:
        """A dated job."""
        assert grace_s > 0
        self.once[name] = (moment, action)

    def every(self, name: str, seconds: float, action: Callable[[], object]) -> None:
        """An interval job."""
        assert seconds > 0
        self.standing[name] = action

    def dated(self) -> frozenset[str]:
        """Names of the dated jobs."""
        return frozenset(self.once)

    def cancel(self, name: str) -> None:
        """Forget."""
        self.once.pop(name, None)

    def start(self) -> None:
        """Set going."""
        self.started += 1

    def wake(self) -> None:
        """Look again."""
        self.woken += 1

    def stop(self) -> None:
        """No more."""
        self.stopped += 1


@dataclass
class Told:
    """`Notifier` that writes down."""

    watchdog_interval_s: float | None = 30.0
    said: list[str] = field(default_factory=list)

    def ready(self, status: str) -> None:
        """On duty."""
        self.said.append("READY")

    def reloading(self) -> None:
        """Reading again."""
        self.said.append("RELOADING")

    def stopping(self, status: str) -> None:
        """Going off duty."""
        self.said.append("STOPPING")

    def status(self, text: str) -> None:
        """One line."""

    def watchdog(self) -> None:
        """A sign of life."""
        self.said.append("WATCHDOG")


class House:
    """A `Running` around a `Stage`, every outside thing in the test's hands."""

    def __init__(self, on: StationFiles = GOOD, *, stage: Stage | None = None) -> None:
        self.stage = stage or Stage(on)
        self.folder, self.wakes, self.told = Folder(on), Wakes(), Told()
        self.kept = Kept(self.folder)
        self.launched: list[Callable[[], object]] = []
        self.duty = Duty(
            clock=self.stage.clock,
            journal=self.stage.journal,
            clips=NamedClips(),
            planner=self.stage.planner,
            preparer=self.stage.preparer,
            playout=self.stage.playout,
            chime=Chime(path=self.stage.duty._chime.path, seconds=CHIME_S),
            trust=self.stage.trust,
            explain=explain,
            launch=lambda task, _name: self.launched.append(task),
        )
        watch = ClockWatch()

        def stepped(wall: datetime, monotonic: float) -> float | None:
            step = watch.feed(wall, monotonic)
            return step.seconds if step else None

        self.running = Running(
            clock=self.stage.clock,
            reader=self.folder,
            snapshot=self.kept,
            build=self._build,
            duty=self.duty,
            journal=self.stage.journal,
            clockwork=self.wakes,
            notifier=self.told,
            trust=self.stage.trust,
            stepped=stepped,
            describe=lambda state, _duty, _now: state.trust.reason,
        )

    def _build(self, changed: StationFiles) -> tuple[Planner, Preparer]:
        planner = Planner(
            files=changed,
            holidays=NoHolidays(),
            preparer=self.stage.preparer,
            journal=self.stage.journal,
            chime_s=CHIME_S,
        )
        return planner, self.stage.preparer

    def ticks(self, count: int = SETTLE_TICKS + 2) -> None:
        """Half seconds of the main thread."""
        for _ in range(count):
            self.stage.clock.sleep(0.5)
            self.running.tick()

    def events(self) -> list[Mapping[str, object]]:
        """The station's own events, as sealed."""
        return [json.loads(r.body)["record"] for r in self.stage.journal.chain() if r.action == "event"]


def test_a_start_publishes_sets_the_clockwork_going_and_only_then_is_ready() -> None:
    house = House()
    house.running.start()
    assert house.wakes.started == 1
    assert house.wakes.once["airing:sang@2026-03-02T06:05+07:00"][0] == later(at(6, 5), -PRE_ROLL_S)
    assert set(house.wakes.standing) == {"due", "horizon", "publish", "prepare"}
    assert house.told.said == ["READY"]
    assert [e["action"] for e in house.events()] == ["start"]


def test_an_edit_is_read_once_it_has_settled_and_goes_on_duty() -> None:
    house = House()
    house.running.start()
    house.folder.now = files(a_slot(at=time(7, 0)), version="v2")
    house.ticks(SETTLE_TICKS)
    assert house.folder.reads == 0
    house.folder.touched += 1
    house.ticks(SETTLE_TICKS)
    assert house.folder.reads == 0, "the editor is still saving"
    house.ticks(2)
    assert house.folder.reads == 1
    assert (house.running.state.version, house.kept.version) == ("v2", "v2")
    assert [n for n in house.wakes.once if n.startswith("airing:")] == ["airing:sang@2026-03-02T07:00+07:00"]
    assert [s for s in house.told.said if s != "WATCHDOG"] == ["READY", "RELOADING", "READY"]
    assert [e["action"] for e in house.events()] == ["start", "reload"]


def test_a_broken_edit_never_goes_on_duty_and_the_state_says_so() -> None:
    house = House()
    house.running.start()
    house.folder.now = BROKEN
    house.ticks(10)
    state = house.running.state
    assert (state.version, state.on_last_good, len(state.problems)) == ("v1", True, 1)
    assert house.kept.version == ""
    assert house.duty.planner.files is GOOD
    house.folder.now = replace(GOOD, version="v3")
    house.ticks(10)
    assert (house.running.state.version, house.running.state.on_last_good) == ("v3", False)
    assert house.running.state.problems == ()


def test_a_station_starts_on_its_last_good_copy_or_says_every_problem() -> None:
    folder = Folder(GOOD)
    kept = Kept(folder)
    assert first_good(folder, kept) == (GOOD, ())
    folder.now = BROKEN
    found, problems = first_good(folder, kept)
    assert (found, problems) == (GOOD, BROKEN.problems)
    with pytest.raises(InputError) as refused:
        first_good(folder, Kept(folder))
    assert refused.value.problems == BROKEN.problems
    broken_copy = Kept(folder, files=BROKEN)
    with pytest.raises(InputError):
        first_good(folder, broken_copy)


def test_a_step_of_the_clock_is_seen_and_every_wake_is_set_again() -> None:
    house = House()
    house.running.start()
    house.ticks(2)
    house.wakes.standing.clear()
    house.stage.clock.step(2 * 3600)
    house.ticks(1)
    assert house.wakes.woken == 1
    assert "due" in house.wakes.standing
    assert not house.wakes.once.keys() & {"airing:sang@2026-03-02T06:05+07:00"}, (
        "what was jumped over is not waited for"
    )


def test_by_a_clock_not_trusted_nothing_is_published_or_started_and_the_state_says_why() -> None:
    house = House()
    house.stage.approve()
    house.running.start()
    house.stage.clock.step(-86400)
    rows = house.stage.journal.verify().rows
    house.ticks(3)
    house.wakes.standing["publish"]()
    house.wakes.standing["due"]()
    assert house.stage.journal.verify().rows == rows
    assert house.launched == []
    assert "chậm hơn" in house.running.state.trust.reason


def test_a_start_by_a_wrong_clock_leaves_a_row_at_the_record_s_own_moment() -> None:
    stage = Stage(GOOD)
    stage.approve()
    newest = stage.journal.newest_moment()
    stage.clock.step(-86400)
    house = House(stage=stage)
    house.running.start()
    assert house.stage.journal.newest_moment() == newest
    assert newest is not None
    assert house.events()[0]["at"] == newest.isoformat()


def test_the_watchdog_is_fed_only_while_what_is_on_air_moves() -> None:
    house = House()
    house.stage.approve()
    house.running.start()
    house.ticks(25)
    assert house.told.said.count("WATCHDOG") == 1
    house.stage.clock.sleep((at(6, 5) - house.stage.clock.now()).total_seconds())
    house.running.wake()
    assert len(house.duty.on_air()) == 1
    (order,) = house.duty.on_air()
    house.stage.clock.sleep(STALLED_S + 1)
    fed = house.told.said.count("WATCHDOG")
    house.ticks(60)
    assert house.told.said.count("WATCHDOG") == fed, "a playing loop hangs: the service manager must see it"
    running = house.duty._running[order.airing_id]
    house.duty.heard(running.order, Progress(played_s=1.0, level_dbfs=-20.0))
    house.ticks(1)
    assert house.told.said.count("WATCHDOG") == fed + 1
    assert house.duty.on_air()[0].played_s == 1.0


def test_a_stop_is_written_down_and_nothing_wakes_after_it() -> None:
    house = House()
    house.stage.approve()
    house.running.start()
    house.running.stop()
    assert house.wakes.stopped == 1
    assert house.told.said[-1] == "STOPPING"
    assert [e["action"] for e in house.events()] == ["start", "stop"]
    house.stage.clock.sleep((at(6, 5) - house.stage.clock.now()).total_seconds())
    house.running.wake()
    assert house.launched == []


def test_an_airing_told_to_stop_before_its_first_sample_says_by_what() -> None:
    house = House(files(a_slot(), finish_on_stop_s=3.0))
    house.stage.approve()
    house.running.start()
    house.stage.clock.sleep((at(6, 5) - house.stage.clock.now()).total_seconds())
    house.running.wake()
    (task,) = house.launched
    house.running.stop()
    task()
    (row,) = house.stage.journal.entries()
    assert row.closing.outcome is Outcome.INTERRUPTED
    assert "tắt theo lệnh" in row.closing.reason
    assert not any(sink.heard for sink in house.stage.sinks.values())


def test_what_cannot_be_prepared_is_in_the_state() -> None:
    house = House(files(a_slot(), scripts=(a_script(blanks=("so_dien_thoai",)),)))
    house.running.start()
    house.wakes.once["prepare-now"][1]()
    assert "so_dien_thoai" in house.running.state.unprepared["bai-mot"]


def test_a_state_begins_with_nothing_wrong() -> None:
    state = State()
    assert (state.on_last_good, state.problems, state.trust.trusted, state.stopping) == (False, (), True, False)
