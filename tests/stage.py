"""A station put together for tests: the real use cases on the rehearsal adapters, with faults that can be set from outside."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from broadcaster.adapters.rehearsal_journal import RehearsalJournal
from broadcaster.adapters.rehearsal_sink import RehearsalClock, RehearsalSink
from broadcaster.domain.asrun import ZoneResult
from broadcaster.domain.calendar import Calendar, OnWeekdays, Priority, Slot, SlotId, StartRule, Weekday, ZoneId
from broadcaster.domain.clips import Clip, ClipIndex
from broadcaster.domain.gate import Verdict, judge
from broadcaster.domain.problems import Where
from broadcaster.domain.scripts import Approval, Kind, Script, ScriptId
from broadcaster.domain.settings import Identity, PolicySettings, Settings, TimeSpan, Zone
from broadcaster.domain.trust import Trust, trust
from broadcaster.ports import Journal, Progress, StationFiles
from broadcaster.present.holds import explain
from broadcaster.station.desk import ZoneDesk
from broadcaster.station.duty import Duty, inline
from broadcaster.station.material import Chime
from broadcaster.station.planning import Planner
from broadcaster.station.playout import Order, Playout
from broadcaster.station.preparing import CHIME_S
from broadcaster.station.rehearsing import EstimatingPreparer
from broadcaster.wiring.rehearsal import NamedClips

HCM = ZoneInfo("Asia/Ho_Chi_Minh")
MONDAY = date(2026, 3, 2)
EVERY_DAY = frozenset(Weekday)
NOWHERE = Where(file="schedules/thu.yaml", line=1)
ZONES = (ZoneId("khom-1"), ZoneId("khom-2"))


class PowerCutError(BaseException):
    """The machine goes dark: nothing after this line of code happens."""


class NoHolidays:
    """A year of working days."""

    def between(self, first: date, last: date) -> dict[date, str]:
        """None at all."""
        return {}


def a_script(script_id: str = "bai-mot", *, words: int = 40, **changes: object) -> Script:
    """A short approved-able item of about ``words`` syllables."""
    values: dict[str, object] = {
        "id": ScriptId(script_id),
        "title": f"Bài {script_id}",
        "kind": Kind.REMINDER,
        "text": "Kính thưa bà con. " + "bà con nhớ nộp hồ sơ. " * max(1, words // 6),
        "where": Where(file=f"audio_scripts/{script_id}.md", line=5),
    }
    return Script(**{**values, **changes})  # type: ignore[arg-type]


def a_slot(
    slot_id: str = "sang",
    *,
    at: time = time(6, 5),
    content: str = "bai-mot",
    zones: tuple[ZoneId, ...] = (),
    priority: Priority = Priority.NORMAL,
    start_rule: StartRule = StartRule.AFTER_CURRENT,
    grace_s: float = 300.0,
    **changes: object,
) -> Slot:
    """A daily slot."""
    values: dict[str, object] = {
        "id": SlotId(slot_id),
        "content": content,
        "times": (at,),
        "days": (OnWeekdays(days=EVERY_DAY),),
        "where": NOWHERE,
        "zones": zones,
        "priority": priority,
        "start_rule": start_rule,
        "grace_s": grace_s,
    }
    return Slot(**{**values, **changes})  # type: ignore[arg-type]


def settings(**policy: object) -> Settings:
    """Two zones, quiet from 22:00 to 05:00."""
    values: dict[str, object] = {"quiet": TimeSpan(start=time(22), end=time(5)), "publish_days": 3, **policy}
    return Settings(
        identities=(Identity(ward="phường Mẫu", agency="UBND phường Mẫu", station="Đài Mẫu", place="Mẫu"),),
        zones=tuple(Zone(id=z, name=z) for z in ZONES),
        policy=PolicySettings(**values),  # type: ignore[arg-type]
    )


def files(*slots: Slot, scripts: tuple[Script, ...] = (), version: str = "v1", **policy: object) -> StationFiles:
    """A clean reading of a station folder."""
    book = {s.id: s for s in (scripts or (a_script(),))}
    return StationFiles(
        settings=settings(**policy),
        scripts=book,
        calendar=Calendar(slots=slots, version=version),
        problems=(),
        version=version,
    )


class ApprovedPreparer(EstimatingPreparer):
    """Clips in name only, whose digest follows the text, so that approvals can bind them."""

    def clip(self, script: Script, approval: Approval | None = None, *, index: ClipIndex | None = None) -> Clip | None:
        """The estimate, named by what is said."""
        found = super().clip(script, approval, index=index)
        if found is None:
            return None
        return Clip(
            key=found.key,
            audio_sha256="snd" + script.text_sha256[:61],
            path=found.path,
            script_id=script.id,
            text_sha256=script.text_sha256,
            voice=found.voice,
            frames=found.frames,
            loudness_lufs=-16.0,
            true_peak_dbtp=-1.0,
            syllables=found.syllables,
        )


@dataclass
class Stage:
    """One machine with its disk (``journal``) and its loudspeakers; `boot` is a start of the program."""

    files: StationFiles
    start: datetime = datetime(2026, 3, 2, 5, 30, tzinfo=HCM)
    journal: Journal = field(default_factory=RehearsalJournal)
    cut_power_after_s: float | None = None
    step_s: float = 1.0
    at_pulse: Callable[[], object] = lambda: None

    def __post_init__(self) -> None:
        self.clock = RehearsalClock(self.start)
        self.sinks = {z: RehearsalSink(z, self.clock, length_of=self._length, step_s=self.step_s) for z in ZONES}
        self.boot()

    def _length(self, path: Path) -> float:
        script = self.files.scripts.get(ScriptId(path.name))
        return self.preparer.estimate(script) if script else CHIME_S

    def boot(self) -> None:
        """A fresh process on the same disk: recover what was left open, publish."""
        self.desk = ZoneDesk(self.clock)
        self._put_together()
        self.duty.recover()
        self.publish()

    def _put_together(self) -> None:
        clips = NamedClips()
        self.preparer = ApprovedPreparer(settings=self.files.settings.voices, clips=clips, folder=Path(), lexicon=None)
        self.planner = Planner(
            files=self.files, holidays=NoHolidays(), preparer=self.preparer, journal=self.journal, chime_s=CHIME_S
        )
        self.playout = Playout(
            clock=self.clock,
            journal=self.journal,
            sinks=self.sinks,
            desk=self.desk,
            gate=self.gate,
            retry_every_s=2.0,
            station_name=lambda _at: "Đài Mẫu",
            spread=self._in_turn,
            pulse=self._pulse,
        )
        self.duty = Duty(
            clock=self.clock,
            journal=self.journal,
            clips=clips,
            planner=self.planner,
            preparer=self.preparer,
            playout=self.playout,
            chime=Chime(path=Path("chime"), seconds=CHIME_S),
            trust=self.trust,
            explain=explain,
            launch=inline,
        )

    def _in_turn(self, tasks: Sequence[Callable[[], ZoneResult]]) -> list[ZoneResult]:
        begin = end = self.clock.now()
        results = []
        for task in tasks:
            self.clock.step((begin - self.clock.now()).total_seconds())
            results.append(task())
            end = max(end, self.clock.now())
        self.clock.step((end - self.clock.now()).total_seconds())
        return results

    def _pulse(self, zone: ZoneId, order: Order, progress: Progress) -> None:
        if self.cut_power_after_s is not None and progress.played_s >= self.cut_power_after_s:
            self.cut_power_after_s = None
            raise PowerCutError
        self.duty.heard(order, progress)
        self.at_pulse()

    def trust(self, now: datetime) -> Trust:
        """The real rule."""
        return trust(now=now, newest=self.journal.newest_moment(), synchronised=None, require_synchronised=True)

    def gate(self, order: Order, start: datetime, duration_s: float) -> Verdict:
        """The real rule."""
        return judge(
            self.files.settings.policy.quiet,
            start=start.astimezone(HCM),
            duration_s=duration_s,
            priority=order.priority,
            by=order.by,
            reason=order.order_reason,
        )

    def publish(self) -> None:
        """As the running station does: only by a clock that can be trusted."""
        if self.trust(self.clock.now()).trusted:
            self.planner.publish(self.clock.now())

    def edit(self, changed: StationFiles) -> None:
        """New clean files go on duty."""
        self.files = changed
        fresh = ApprovedPreparer(settings=changed.settings.voices, clips=NamedClips(), folder=Path(), lexicon=None)
        self.preparer = fresh
        self.planner = Planner(
            files=changed, holidays=NoHolidays(), preparer=fresh, journal=self.journal, chime_s=CHIME_S
        )
        self.duty.take_over(self.planner, fresh)
        self.publish()

    def approve(self, *ids: str) -> None:
        """A leader hears and approves; without names, everything."""
        for script_id in ids or tuple(self.files.scripts):
            script = self.files.scripts[ScriptId(script_id)]
            clip = self.preparer.clip(script)
            assert clip is not None
            self.journal.approve(
                Approval(
                    script_id=script.id,
                    text_sha256=script.text_sha256,
                    audio_sha256=clip.audio_sha256,
                    by="Lãnh đạo",
                    at=self.clock.now(),
                )
            )

    def live(self, seconds: float, *, every: float = 5.0) -> None:
        """Let time pass, waking as the clockwork does; a power cut restarts the machine a minute later."""
        end = self.clock.monotonic() + seconds
        while self.clock.monotonic() < end:
            try:
                self.duty.start_due()
            except PowerCutError:
                self.clock.sleep(60)
                self.boot()
            self.clock.sleep(min(every, max(0.1, end - self.clock.monotonic())))

    def live_until(self, moment: datetime) -> None:
        """Let time pass until a wall moment."""
        self.live((moment - self.clock.now()).total_seconds())

    def entries(self) -> list[object]:
        """Every closed row."""
        return list(self.journal.entries())


def at(hour: int, minute: int, second: int = 0, *, day: date = MONDAY) -> datetime:
    """A local moment."""
    return datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=HCM)


def later(moment: datetime, seconds: float) -> datetime:
    """That many seconds after."""
    return (moment.astimezone(UTC) + timedelta(seconds=seconds)).astimezone(HCM)
