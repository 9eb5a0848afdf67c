"""The daemon's shell: take the files on duty, wake on time, reload only when clean, stop by a stated rule."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from broadcaster.domain.asrun import Outcome
from broadcaster.domain.problems import Problem, Severity
from broadcaster.domain.trust import Trust
from broadcaster.errors import BroadcasterError, InputError
from broadcaster.ports import Clock, Clockwork, Journal, Notifier, Snapshot, StationFiles, StationReader
from broadcaster.station.desk import Cause
from broadcaster.station.duty import Duty
from broadcaster.station.planning import Planner, Ready
from broadcaster.station.playout import PRE_ROLL_S
from broadcaster.station.preparing import Preparer

log = logging.getLogger(__name__)

HORIZON = timedelta(hours=6)
"""Airings nearer than this have a dated job; the rest come in as time goes on."""

STALLED_S = 10.0
"""A playing loop that has not moved for so long keeps the watchdog from being fed."""

HANDS_OFF_S = 15.0
"""No clip is begun so shortly before an airing, seconds."""

PREPARE_AGAIN_S = 20.0
"""When rendering that made way for an airing goes on, seconds."""

SETTLE_TICKS = 4
"""Half-second ticks during which the files must stay unchanged before they are read: an editor saves in steps."""

Build = Callable[[StationFiles], tuple[Planner, Preparer]]


@dataclass(slots=True, kw_only=True)
class State:
    """What the station says of itself; replaced piece by piece, read by the status command."""

    version: str = ""
    on_last_good: bool = False
    problems: tuple[Problem, ...] = ()
    trust: Trust = field(default_factory=lambda: Trust(trusted=True))
    ready: Ready = field(default_factory=Ready)
    unprepared: dict[str, str] = field(default_factory=dict)
    started: datetime | None = None
    stopping: bool = False


class Running:
    """One station on duty. ``start`` once, ``tick`` twice a second from the main thread, ``stop`` once."""

    def __init__(
        self,
        *,
        clock: Clock,
        reader: StationReader,
        snapshot: Snapshot,
        build: Build,
        duty: Duty,
        journal: Journal,
        clockwork: Clockwork,
        notifier: Notifier,
        trust: Callable[[datetime], Trust],
        stepped: Callable[[datetime, float], float | None],
        describe: Callable[[State, Duty, datetime], str],
    ) -> None:
        self._clock = clock
        self._reader = reader
        self._snapshot = snapshot
        self._build = build
        self.duty = duty
        self._journal = journal
        self._clockwork = clockwork
        self._notifier = notifier
        self._trust = trust
        self._stepped = stepped
        self._describe = describe
        self.state = State()
        self._working = threading.Lock()
        self._fingerprint = ""
        self._unsettled = 0
        self._said = ""
        self._fed = 0.0

    def start(self) -> None:
        """Close what a power cut left open, publish, set the clockwork going, then say READY."""
        now = self._clock.now()
        self._fingerprint = self._reader.fingerprint()
        self.state.started = now
        self.state.version = self.duty.planner.files.version
        self.state.trust = self._trust(now)
        recovered = self.duty.recover()
        self._journal.event(
            action="start",
            by="",
            text=f"trạm bắt đầu trực; đóng {len(recovered)} lượt bị ngắt",
            at=self.duty.believed(now),
        )
        self._publish()
        self._schedule()
        self._clockwork.at("prepare-now", now + timedelta(seconds=1), self.prepare, grace_s=3600)
        self._clockwork.start()
        self._horizon()
        self.wake()
        self._notifier.ready(self.sentence())
        log.info("on duty, calendar %s", self.state.version[:12], extra={"action": "ready"})

    def _schedule(self) -> None:
        """The standing wakes, counted from the wall clock as it is now."""
        self._clockwork.every("due", 5.0, self.wake)
        self._clockwork.every("horizon", 60.0, self._horizon)
        self._clockwork.every("publish", 600.0, self._publish_when_free)
        self._clockwork.every("prepare", 900.0, self.prepare)

    def wake(self) -> None:
        """Start what is due; called by every job, safe at any moment."""
        if self.state.stopping:
            return
        self.state.trust = self._trust(self._clock.now())
        try:
            self.duty.start_due()
        except BroadcasterError as error:
            log.error("could not look what is due: %s", error, extra={"action": "due_failed"})

    def _horizon(self) -> None:
        now = self._clock.now()
        try:
            coming = self.duty.upcoming(now, HORIZON)
        except BroadcasterError as error:
            log.error("could not read the rundown: %s", error, extra={"action": "due_failed"})
            return
        wanted = {f"airing:{a.id}": a for a in coming}
        for name in self._clockwork.dated() - wanted.keys():
            if name.startswith("airing:"):
                self._clockwork.cancel(name)
        for name, airing in wanted.items():
            lead = timedelta(seconds=PRE_ROLL_S)
            self._clockwork.at(name, airing.planned - lead, self.wake, grace_s=airing.grace_s + PRE_ROLL_S)

    def _publish_when_free(self) -> None:
        """Days are published two weeks ahead, so this never has to compete with an airing for the processor."""
        if not self._hands_off():
            self._publish()

    def _publish(self) -> None:
        now = self._clock.now()
        if self.state.stopping or not self._trust(now).trusted:
            return
        try:
            with self._working:
                changed = self.duty.planner.publish(now)
                self.state.ready = self.duty.planner.ready(now, self.duty.planner.files.settings.policy.publish_days)
        except BroadcasterError as error:
            log.error("could not publish: %s", error, extra={"action": "publish_failed"})
            return
        if changed:
            self._horizon()

    def prepare(self) -> None:
        """Make the clips that will be needed, days ahead; what cannot be made is said in the status."""
        planner, preparer = self.duty.planner, self.duty.preparer
        now = self._clock.now()
        until = (now + timedelta(days=planner.files.settings.policy.prepare_days)).date()
        try:
            prepared = preparer.prepare(planner.needed(now, until), self._journal.approvals(), stop=self._hands_off)
        except BroadcasterError as error:
            log.error("could not prepare: %s", error, extra={"action": "prepare_failed"})
            return
        if prepared.stopped and not self.state.stopping:
            again = self._clock.now() + timedelta(seconds=PREPARE_AGAIN_S)
            self._clockwork.at("prepare-now", again, self.prepare, grace_s=3600)
        self.state.unprepared = {str(script): why for script, why in prepared.failed.items()}
        if prepared.made or self.state.ready.until is None:
            self._publish()

    def _hands_off(self) -> bool:
        """Rendering waits while something is on air or about to be: the processor belongs to the loudspeakers."""
        now = self._clock.now()
        following = self.state.ready.following(now)
        near = following is not None and following.planned - now < timedelta(seconds=HANDS_OFF_S)
        return self.state.stopping or near or bool(self.duty.on_air())

    def tick(self) -> None:
        """The main thread's half second: clock steps, changed files, watchdog, status."""
        step = self._stepped(self._clock.now(), self._clock.monotonic())
        if step is not None:
            log.warning("the wall clock was set by %.1f s", step, extra={"action": "clock_step"})
            # after a step back the interval jobs would sleep until the wall clock catches up
            self._schedule()
            self._clockwork.wake()
            self._publish()
            self._horizon()
            self.wake()
        self._watch_files()
        self._feed()

    def _watch_files(self) -> None:
        fingerprint = self._reader.fingerprint()
        if fingerprint == self._fingerprint:
            if self._unsettled:
                self._unsettled -= 1
                if not self._unsettled:
                    self.reload()
            return
        self._fingerprint = fingerprint
        self._unsettled = SETTLE_TICKS

    def _feed(self) -> None:
        interval = self._notifier.watchdog_interval_s
        monotonic = self._clock.monotonic()
        if interval is not None and monotonic - self._fed >= interval / 3 and self.duty.stalest_pulse_s() < STALLED_S:
            self._notifier.watchdog()
            self._fed = monotonic
        sentence = self.sentence()
        if sentence != self._said:
            self._said = sentence
            self._notifier.status(sentence)

    def sentence(self) -> str:
        """One sentence for the service manager."""
        return self._describe(self.state, self.duty, self._clock.now())

    def reload(self) -> bool:
        """Read the files; they go on duty only when clean, else the last good version stays and the status says why."""
        self._notifier.reloading()
        files = self._reader.read()
        errors = tuple(p for p in files.problems if p.severity is Severity.ERROR)
        if errors:
            self.state.problems = files.problems
            self.state.on_last_good = True
            log.error("%d problems; the last good version stays", len(errors), extra={"action": "reload_refused"})
        else:
            self._put_on_duty(files)
        self._notifier.ready(self.sentence())
        return not errors

    def _put_on_duty(self, files: StationFiles) -> None:
        planner, preparer = self._build(files)
        with self._working:
            self.duty.take_over(planner, preparer)
        self._snapshot.keep(files.version)
        self.state.version = files.version
        self.state.problems = files.problems
        self.state.on_last_good = False
        self._journal.event(
            action="reload", by="", text=f"lịch phiên bản {files.version[:12]} vào trực", at=self._clock.now()
        )
        log.info("calendar %s on duty", files.version[:12], extra={"action": "reloaded"})
        self._publish()
        self._clockwork.at("prepare-now", self._clock.now() + timedelta(seconds=1), self.prepare, grace_s=3600)

    def stop(self) -> None:
        """Let what is on air end when little is left of it, else end it now; both are written down. Then nothing wakes."""
        self.state.stopping = True
        self._notifier.stopping(self.sentence())
        patience = self.duty.planner.files.settings.policy.finish_on_stop_s
        if self.duty.longest_left_s() > patience:
            self.duty.stop(Cause(outcome=Outcome.INTERRUPTED, reason="trạm được tắt theo lệnh khi đang phát"))
        deadline = self._clock.monotonic() + patience + 5
        while self.duty.on_air() and self._clock.monotonic() < deadline:
            self._notifier.watchdog()
            self._clock.sleep(0.2)
        self.duty.stop(Cause(outcome=Outcome.INTERRUPTED, reason="trạm được tắt theo lệnh khi đang phát"))
        while self.duty.on_air() and self._clock.monotonic() < deadline + 5:
            self._clock.sleep(0.1)
        self._clockwork.stop()
        try:
            self._journal.event(action="stop", by="", text="trạm ngừng trực", at=self._clock.now())
        except BroadcasterError as error:
            log.error("the stop could not be written: %s", error, extra={"action": "record_failed"})
        log.info("off duty", extra={"action": "stopped"})


def first_good(reader: StationReader, snapshot: Snapshot) -> tuple[StationFiles, tuple[Problem, ...]]:
    """The files to start with: the station's own when clean, else the last good copy, with the problems of the broken ones.

    Raises InputError when neither can go on duty.
    """
    files = reader.read()
    errors = [p for p in files.problems if p.severity is Severity.ERROR]
    if not errors:
        snapshot.keep(files.version)
        return files, files.problems
    kept = snapshot.reader()
    if kept is not None:
        last_good = kept.read()
        if not any(p.severity is Severity.ERROR for p in last_good.problems):
            return last_good, files.problems
    raise InputError(
        f"Trạm chưa thể trực: có {len(errors)} lỗi trong tệp của trạm.",
        files.problems,
        hint="Sửa các lỗi trên rồi chạy lại; xem đủ bằng: broadcaster check",
    )
