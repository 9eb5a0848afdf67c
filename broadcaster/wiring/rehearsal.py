"""The whole station under a fake clock: silent sinks, clips in name only, a journal in memory or in a scratch station."""

import shutil
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from broadcaster.adapters.rehearsal_journal import RehearsalJournal
from broadcaster.adapters.rehearsal_sink import RehearsalClock, RehearsalSink
from broadcaster.domain.arbitration import Claimant
from broadcaster.domain.asrun import Line, ZoneResult
from broadcaster.domain.calendar import ZoneId
from broadcaster.domain.clips import Clip, ClipIndex
from broadcaster.domain.gate import Verdict, judge
from broadcaster.domain.problems import has_errors
from broadcaster.domain.rundown import Airing
from broadcaster.domain.scripts import ScriptId
from broadcaster.domain.trust import Trust
from broadcaster.errors import InputError
from broadcaster.ports import Holidays, Journal, StationFiles
from broadcaster.station.checking import lexicon_of
from broadcaster.station.desk import Cause, StopSignal
from broadcaster.station.duty import Duty, Explain
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


STEP_S = 5.0
"""How finely fake time passes while a rehearsed airing plays, seconds: how exactly a cut is seen."""


class StageClock(RehearsalClock):
    """A rehearsal clock that is set by the loop that lives through the days."""

    def set(self, moment: datetime) -> None:
        """Any moment, earlier ones too: zones of one airing are played one after the other from the same moment."""
        self.step((moment - self.now()).total_seconds())


class RehearsalSignal(StopSignal):
    """A stop that knows ahead when something more urgent will cut in."""

    def __init__(self, clock: StageClock, cut_at: CutAt) -> None:
        super().__init__()
        self._clock = clock
        self._cut_at = cut_at
        self._begun: datetime | None = None
        self._cut: tuple[datetime, Cause] | None = None

    def is_set(self) -> bool:
        """Whether the moment of the cut has come, counted from the first time it is asked."""
        now = self._clock.now()
        if self._begun is None:
            self._begun = now
            self._cut = self._cut_at(now)
        if self._cut is not None and now >= self._cut[0]:
            self.set(self._cut[1])
        return super().is_set()


class NamedClips:
    """Clips of a rehearsal: in name only, and all of them there."""

    def get(self, key: str) -> Clip | None:
        """None: nothing was rendered."""
        return None

    def by_audio(self, audio_sha256: str) -> Clip | None:
        """None: nothing was rendered."""
        return None

    def index(self) -> ClipIndex:
        """Empty: nothing was rendered."""
        return ClipIndex()

    def add(self, clip: Clip, rendered: Path) -> Clip:
        """Nothing is rendered in a rehearsal, so nothing is kept."""
        return clip

    def workplace(self) -> Path:
        """A rehearsal writes nowhere."""
        return Path()

    def verified(self, clip: Clip) -> bool:
        """There is no file that could be wrong."""
        return True

    def all(self) -> Iterable[Clip]:
        """None."""
        return ()

    def remove(self, clip: Clip) -> None:
        """Nothing to remove."""


class Stage:
    """One rehearsal: the station's own use cases on rehearsal adapters."""

    def __init__(
        self, files: StationFiles, journal: Journal, holidays: Holidays, folder: Path, explain: Explain
    ) -> None:
        self.files = files
        self.journal = journal
        self._zone = ZoneInfo(files.settings.timezone)
        self.clock = StageClock(datetime(2024, 1, 1, tzinfo=self._zone))
        lexicon, _ = lexicon_of(files)
        clips = NamedClips()
        preparer = EstimatingPreparer(settings=files.settings.voices, clips=clips, folder=folder, lexicon=lexicon)
        planner = Planner(
            files=files, holidays=holidays, preparer=preparer, journal=journal, chime_s=CHIME_S, approve_all=True
        )
        self._coming: Sequence[Airing] = ()
        self.desk = RehearsalDesk(self.clock.now, self._after)

        def length_of(path: Path) -> float:
            script = files.scripts.get(ScriptId(path.name))
            return preparer.estimate(script) if script else CHIME_S

        self.sinks = {
            z.id: RehearsalSink(z.id, self.clock, length_of=length_of, step_s=STEP_S)
            for z in files.settings.zones
            if z.enabled
        }
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
            launch=self._beside,
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

    def _beside(self, task: Callable[[], object], name: str) -> None:
        """An airing takes no time from the next one: the desk knows until when its zones are taken."""
        begin = self.clock.now()
        task()
        self.clock.set(begin)

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
    from broadcaster.adapters.holidays_vn import VietnamHolidays

    where = paths(station)
    files = reader(where.station).read()
    if has_errors(files.problems):
        raise InputError(
            "Tệp của trạm còn lỗi, chưa diễn tập được.", files.problems, hint="Sửa các lỗi trên rồi làm lại."
        )
    if into is None:
        yield Stage(files, RehearsalJournal(), VietnamHolidays(), where.station, explain)
        return
    scratch = _scratch(where, into)
    journal = open_journal(files.settings, scratch)
    try:
        yield Stage(files, journal, VietnamHolidays(), where.station, explain)
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
