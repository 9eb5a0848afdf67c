"""The whole station under a fake clock: silent sinks, clips in name only, a journal in memory or in a scratch station."""

import shutil
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from broadcaster.adapters.rehearsal_journal import RehearsalJournal
from broadcaster.adapters.rehearsal_sink import RehearsalClock, RehearsalSink
from broadcaster.domain.arbitration import Claimant
from broadcaster.domain.asrun import Line, ZoneResult
from broadcaster.domain.calendar import ZoneId
from broadcaster.domain.gate import Verdict, judge
from broadcaster.domain.problems import has_errors
from broadcaster.domain.rundown import Airing
from broadcaster.domain.trust import Trust
from broadcaster.errors import InputError
from broadcaster.ports import Clips, Holidays, Journal, StationFiles
from broadcaster.station.checking import lexicon_of
from broadcaster.station.desk import Cause, StopSignal
from broadcaster.station.duty import Duty, Explain, inline
from broadcaster.station.material import Chime
from broadcaster.station.planning import Planner
from broadcaster.station.playout import Order, Playout
from broadcaster.station.preparing import CHIME_S
from broadcaster.station.rehearsal_desk import RehearsalDesk
from broadcaster.station.rehearsing import EstimatingPreparer, planned, rehearse
from broadcaster.wiring.parts import reader
from broadcaster.wiring.paths import Paths, paths
from broadcaster.wiring.workshop import open_journal

LONGEST = timedelta(hours=6)
"""No airing is longer: how far ahead one that cuts in is looked for."""

CutAt = Callable[[datetime], tuple[datetime, Cause] | None]


class RehearsalSignal(StopSignal):
    """A stop that lets fake time pass: waiting moves the clock, up to the moment something more urgent cuts in."""

    def __init__(self, clock: RehearsalClock, cut_at: CutAt) -> None:
        super().__init__()
        self._clock = clock
        self._cut_at = cut_at

    def wait(self, timeout: float | None = None) -> bool:
        """True when it was stopped within ``timeout`` seconds of fake time."""
        if self.is_set() or timeout is None:
            return self.is_set()
        now = self._clock.now()
        cut = self._cut_at(now)
        if cut is not None and (cut[0] - now).total_seconds() < timeout:
            self._clock.set(max(cut[0], now))
            self.set(cut[1])
            return True
        self._clock.sleep(timeout)
        return False


class Stage:
    """One rehearsal: the station's own use cases on rehearsal adapters."""

    def __init__(
        self, files: StationFiles, journal: Journal, holidays: Holidays, clips: Clips, folder: Path, explain: Explain
    ) -> None:
        self.files = files
        self.journal = journal
        self._zone = ZoneInfo(files.settings.timezone)
        self.clock = RehearsalClock(datetime(2024, 1, 1, tzinfo=self._zone))
        lexicon, _ = lexicon_of(files)
        preparer = EstimatingPreparer(settings=files.settings.voices, clips=clips, folder=folder, lexicon=lexicon)
        planner = Planner(
            files=files, holidays=holidays, preparer=preparer, journal=journal, chime_s=CHIME_S, approve_all=True
        )
        self._coming: Sequence[Airing] = ()
        self.desk = RehearsalDesk(self.clock.now, self._after)
        self.sinks = {z.id: RehearsalSink(z.id, self.clock) for z in files.settings.zones if z.enabled}
        playout = Playout(
            clock=self.clock,
            journal=journal,
            sinks=self.sinks,
            desk=self.desk,
            gate=self._gate,
            retry_every_s=files.settings.policy.retry_every_s,
            station_name=lambda at: files.settings.identity_on(at.date()).station,
            spread=self._one_by_one,
            rehearsed=True,
        )
        self.duty = Duty(
            clock=self.clock,
            journal=journal,
            clips=clips,
            planner=planner,
            preparer=preparer,
            playout=playout,
            chime=Chime(path=Path(), seconds=CHIME_S),
            trust=lambda _now: Trust(trusted=True),
            explain=explain,
            launch=inline,
            signal=self._signal,
            need_approval=False,
        )

    def play(self, first: date, last: date, *, progress: Callable[[date], None] = lambda _: None) -> tuple[Line, ...]:
        """Live through [first, last]; returns one line for each planned airing."""

        def published() -> None:
            self._coming = planned(self.journal, first, last)

        return rehearse(self.duty, self.clock, self.journal, first, last, progress=progress, published=published)

    def _after(self, moment: datetime) -> Sequence[Airing]:
        first = bisect_right(self._coming, moment, key=lambda a: a.planned)
        last = bisect_right(self._coming, moment + LONGEST, key=lambda a: a.planned)
        return self._coming[first:last]

    def _gate(self, order: Order, start: datetime, duration_s: float) -> Verdict:
        return judge(
            self.files.settings.policy.quiet,
            start=start,
            duration_s=duration_s,
            priority=order.priority,
            by=order.by,
            reason=order.order_reason,
        )

    def _signal(self, order: Order, zone: ZoneId) -> StopSignal:
        claimant: Claimant = order.claimant
        return RehearsalSignal(self.clock, lambda start: self.desk.cut_at(zone, claimant, start))

    def _one_by_one(self, tasks: Sequence[Callable[[], ZoneResult]]) -> list[ZoneResult]:
        """Every zone begins at the same fake moment; time then stands where the longest of them ended."""
        begin = end = self.clock.now()
        results = []
        for task in tasks:
            self.clock.set(begin)
            results.append(task())
            end = max(end, self.clock.now())
        self.clock.set(end)
        return results


@contextmanager
def rehearsal(station: Path, *, into: Path | None, explain: Explain) -> Iterator[Stage]:
    """A stage for the station's files as they are; ``into`` keeps its journal in a scratch station made there.

    Raises InputError when the files have errors, or when ``into`` is not a new or an empty folder.
    """
    from broadcaster.adapters.clips import DiskClips
    from broadcaster.adapters.holidays_vn import VietnamHolidays
    from broadcaster.adapters.rehearsal_voice import RehearsalClips

    where = paths(station)
    files = reader(where.station).read()
    if has_errors(files.problems):
        raise InputError(
            "Tệp của trạm còn lỗi, chưa diễn tập được.", files.problems, hint="Sửa các lỗi trên rồi làm lại."
        )
    if into is None:
        yield Stage(files, RehearsalJournal(), VietnamHolidays(), RehearsalClips(), where.station, explain)
        return
    scratch = _scratch(where, into)
    journal = open_journal(files.settings, scratch)
    try:
        yield Stage(files, journal, VietnamHolidays(), DiskClips(scratch.clips), where.station, explain)
    finally:
        journal.close()


def _scratch(where: Paths, into: Path) -> Paths:
    if into.exists() and any(into.iterdir()):
        raise InputError(f"Thư mục {into} đã có sẵn tệp.", hint="Chọn một thư mục mới hoặc trống.")
    into.mkdir(parents=True, exist_ok=True)
    for name in ("station.toml", "schedules", "audio_scripts"):
        source = where.station / name
        if source.is_dir():
            shutil.copytree(source, into / name)
        elif source.exists():
            shutil.copy2(source, into / name)
    return Paths(into.absolute())
