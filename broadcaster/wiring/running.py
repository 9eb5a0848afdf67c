"""The running station, put together in order and taken down in reverse."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from broadcaster.adapters.clock import ClockWatch
from broadcaster.adapters.clockwork_apscheduler import ApschedulerClockwork
from broadcaster.adapters.control_socket import ControlServer, Handler
from broadcaster.adapters.sdnotify import SystemdNotifier
from broadcaster.adapters.snapshot import FolderSnapshot
from broadcaster.adapters.station_lock import StationLock
from broadcaster.domain.calendar import ZoneId
from broadcaster.domain.gate import Verdict, judge
from broadcaster.domain.problems import has_errors
from broadcaster.domain.rundown import AiringId
from broadcaster.domain.scripts import Kind, Script, ScriptId
from broadcaster.errors import BroadcasterError
from broadcaster.ports import Progress, StationFiles
from broadcaster.station.desk import ZoneDesk
from broadcaster.station.duty import Duty, Explain, in_thread
from broadcaster.station.material import material
from broadcaster.station.planning import Planner
from broadcaster.station.playout import Order, Playout
from broadcaster.station.preparing import Preparer
from broadcaster.station.running import Running, State, first_good
from broadcaster.wiring.parts import reader, sinks
from broadcaster.wiring.paths import paths
from broadcaster.wiring.workshop import Workshop, trust_in

TEST_SCRIPT = ScriptId("phat-thu")


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """What the station says in words; given by the face that starts it."""

    explain: Explain
    sentence: Callable[[State, Duty, datetime], str]
    test_title: str
    test_text: Callable[[StationFiles, datetime], str]


class LiveStation:
    """Everything a station process holds. ``open`` builds it in order, ``close`` takes it down in reverse."""

    def __init__(self, station: Path, texts: Texts, handler: Callable[["LiveStation"], Handler]) -> None:
        self.texts = texts
        where = paths(station)
        self._lock = StationLock(where.lock)
        self._lock.acquire()
        self.running: Running
        self.duty: Duty
        self._reader = reader(where.station)
        self._snapshot = FolderSnapshot(where.station, where.last_good, reader)
        files, self.problems = first_good(self._reader, self._snapshot)
        # what is on duty, last good or new, also says where the journal is and which voices there are
        self.workshop = Workshop(station, files=files)
        self._settings = files.settings
        self._build(files)
        self._control = ControlServer(where.control, handler(self))

    def _build(self, files: StationFiles) -> None:
        shop = self.workshop
        clock, journal = shop.clock, shop.journal
        self.desk = ZoneDesk(clock)
        preparer = shop.preparer_for(files)
        planner = shop.planner_for(files, preparer)
        self.playout = self._playout(files, only=None)
        judge_clock = trust_in(clock, journal, files.settings)
        self.duty = Duty(
            clock=clock,
            journal=journal,
            clips=shop.clips,
            planner=planner,
            preparer=preparer,
            playout=self.playout,
            chime=preparer.chime(),
            trust=judge_clock,
            explain=self.texts.explain,
            launch=in_thread,
        )
        watch = ClockWatch()

        def stepped(wall: datetime, monotonic: float) -> float | None:
            step = watch.feed(wall, monotonic)
            return step.seconds if step else None

        self.running = Running(
            clock=clock,
            reader=self._reader,
            snapshot=self._snapshot,
            build=self._rebuild,
            duty=self.duty,
            journal=journal,
            clockwork=ApschedulerClockwork(files.settings.timezone),
            notifier=SystemdNotifier(monotonic_usec=lambda: time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000),
            trust=judge_clock,
            stepped=stepped,
            describe=self.texts.sentence,
        )
        self.running.state.problems = self.problems
        self.running.state.on_last_good = has_errors(self.problems)

    def _rebuild(self, files: StationFiles) -> tuple[Planner, Preparer]:
        """New files: zones and policy may have changed, so the way to the loudspeakers is made anew as well."""
        preparer = self.workshop.preparer_for(files)
        self._settings = files.settings
        self.duty.use(self._playout(files, only=None), preparer.chime())
        return self.workshop.planner_for(files, preparer), preparer

    def _playout(self, files: StationFiles, *, only: str | None) -> Playout:
        shop = self.workshop
        return Playout(
            clock=shop.clock,
            journal=shop.journal,
            sinks=sinks(files.settings, shop.clock, shop.paths.aired_files, only=only),
            desk=self.desk,
            gate=self._gate if only != "file" else lambda _order, _start, _length: Verdict(open=True),
            retry_every_s=files.settings.policy.retry_every_s,
            station_name=lambda at: files.settings.identity_on(at.date()).station,
            pulse=self._pulse,
        )

    def _gate(self, order: Order, start: datetime, duration_s: float) -> Verdict:
        return judge(
            self._settings.policy.quiet,
            start=start,
            duration_s=duration_s,
            priority=order.priority,
            by=order.by,
            reason=order.order_reason,
        )

    def _pulse(self, zone: ZoneId, order: Order, progress: Progress) -> None:
        self.duty.heard(order, progress)

    def open(self) -> None:
        """Go on duty."""
        self.running.start()
        self._control.start()

    def found_script(self, script_id: ScriptId) -> Script | None:
        """A script that lies in the folder but is not on duty yet: an error in some other file keeps no emergency silent."""
        if script_id in self.duty.planner.files.scripts:
            return None
        return self._reader.read().scripts.get(script_id)

    def announce_test(self, *, by: str) -> AiringId:
        """Air the announced test now: plainly a test on air and in its row. In quiet hours it goes to files, and says why.

        Raises BroadcasterError when no voice can speak it.
        """
        shop = self.workshop
        now = shop.clock.now()
        files = self.duty.planner.files
        script = Script(
            id=TEST_SCRIPT,
            title=self.texts.test_title,
            kind=Kind.TEST,
            text=self.texts.test_text(files, now),
        )
        preparer = self.duty.preparer
        prepared = preparer.prepare((script,))
        if script.id not in prepared.clips:
            raise BroadcasterError(f"Chưa phát thử được: {prepared.failed.get(script.id, 'chưa có âm thanh')}.")
        content = material(
            (script.id,), {script.id: script}, prepared.clips, files.settings.mastering, preparer.chime()
        )
        now = shop.clock.now()
        order = Order(
            airing_id=AiringId(f"{TEST_SCRIPT}@{now.isoformat(timespec='milliseconds')}"),
            planned=None,
            at=now + timedelta(seconds=2),
            latest=now + timedelta(seconds=60),
            zones=tuple(z.id for z in files.settings.zones if z.enabled),
            programme=TEST_SCRIPT,
            title=script.title,
            test=True,
            by=by,
            order_reason="phát thử, không tính vào kết quả",
        )
        verdict = self._gate(order, order.at, content.duration_s)
        if not verdict.open:
            reason = f"phát thử ra tệp, không ra loa: {verdict.reason}"
            self.duty.go(replace(order, order_reason=reason), content, playout=self._playout(files, only="file"))
        else:
            self.duty.go(order, content)
        return order.airing_id

    def close(self) -> None:
        """Off duty: by the stated rule, then the doors, then the lock."""
        self._control.close()
        self.running.stop()
        self.workshop.__exit__(None, None, None)
        self._lock.release()
