"""Every seam of the house. A port says what must hold; one contract suite runs on each adapter and on its rehearsal double."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Protocol

from broadcaster.domain.activities import Activity, RecordedActivity
from broadcaster.domain.asrun import AsRunEntry, Closing, Opening
from broadcaster.domain.calendar import Calendar
from broadcaster.domain.clips import Clip, ClipIndex, Pcm
from broadcaster.domain.figures import Figures
from broadcaster.domain.plan import Plan
from broadcaster.domain.problems import Problem
from broadcaster.domain.rundown import Airing, AiringId, Rundown
from broadcaster.domain.scripts import Approval, Script, ScriptId
from broadcaster.domain.settings import Settings, Zone


class Clock(Protocol):
    """The only reader of time. ``now`` is aware, in the station's zone; ``monotonic`` never steps (seconds)."""

    def now(self) -> datetime: ...

    def monotonic(self) -> float: ...

    def synchronised(self) -> bool | None:
        """Whether the system says its wall clock is synchronised; None where it cannot say."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait; a rehearsal clock moves itself forward instead."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class StationFiles:
    """One reading of the station folder: what is usable and every problem found, at once.

    With any ERROR problem the values are still as complete as could be read (for `check`), but must not go on duty.
    ``dictionaries`` holds the text of the station's own word tables (``audio_scripts/tu-dien.*``) by file name. ``plans``
    are what the reports are held against; what is wrong with them (``plan_problems``) never keeps a calendar off the air.
    """

    settings: Settings
    scripts: Mapping[ScriptId, Script]
    calendar: Calendar
    problems: tuple[Problem, ...]
    version: str
    dictionaries: Mapping[str, str] = field(default_factory=dict)
    plans: tuple[Plan, ...] = ()
    plan_problems: tuple[Problem, ...] = ()


class StationReader(Protocol):
    """Reads the whole station folder. Never raises for what a person wrote; it becomes a Problem."""

    def read(self) -> StationFiles: ...

    def fingerprint(self) -> str:
        """Changes when any file of the station may have changed; costs only a directory walk."""
        ...


class Holidays(Protocol):
    """Public holidays of Việt Nam by day, with their Vietnamese names, for any year asked."""

    def between(self, first: date, last: date) -> Mapping[date, str]: ...


class Voice(Protocol):
    """Turns spoken words into sound. ``fingerprint`` names engine, version and voice: a new one means a new clip.

    ``synthesize`` takes words only (no digit, no symbol), may call the network, and raises SynthesisError when it has no
    sound now; bytes are believed only once decoded. ``rate`` is syllables a minute. Pauses are made by the caller, who
    passes one utterance at a time.
    """

    @property
    def name(self) -> str: ...

    @property
    def fingerprint(self) -> str: ...

    def synthesize(self, words: str, *, rate: int, language: str) -> Pcm: ...


class Mastering(Protocol):
    """Levels sound. ``fingerprint`` names the settings and the version of the chain: a new one means a new clip."""

    @property
    def fingerprint(self) -> str: ...

    def master(self, parts: Sequence[tuple[Pcm, float]], destination: Path) -> "Mastered":
        """Join ``(sound, silence after it in s)``, level to the target, write a WAV at ``destination`` atomically, measure it."""
        ...

    def master_recording(self, source: Path, destination: Path) -> "Mastered":
        """Decode a recording by blocks, level it the same way and write it; memory does not grow with its length.

        Raises SynthesisError(retry=False) with the reason where the file cannot be used.
        """
        ...

    def chime(self, destination: Path) -> "Mastered":
        """The station's own chime at the same loudness."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Mastered:
    """What was truly written: frames at 48 kHz, LUFS, dBTP, digest of the file's bytes."""

    frames: int
    loudness_lufs: float
    true_peak_dbtp: float
    audio_sha256: str


class Recordings(Protocol):
    """Decodes a recording the officer placed (wav, mp3, ogg, flac). Raises SynthesisError(retry=False) with the reason."""

    def decode(self, path: Path) -> Pcm: ...


class Clips(Protocol):
    """Clips on disk, content-addressed. A clip that no longer matches its digest is not returned by ``verified``."""

    def get(self, key: str) -> Clip | None: ...

    def by_audio(self, audio_sha256: str) -> Clip | None: ...

    def index(self) -> ClipIndex:
        """Every clip as they stand at this moment: for whoever asks after thousands."""
        ...

    def add(self, clip: Clip, rendered: Path) -> Clip:
        """Take ownership of the rendered file (same file system) and index it; atomic, idempotent."""
        ...

    def workplace(self) -> Path:
        """A fresh path for a rendering in progress, on the same file system."""
        ...

    def verified(self, clip: Clip) -> bool:
        """Whether the file is there and its bytes still have the digest."""
        ...

    def all(self) -> Iterable[Clip]: ...

    def remove(self, clip: Clip) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A piece of an airing in order: a WAV file (48 kHz mono s16le), or silence of ``seconds`` where ``path`` is None."""

    path: Path | None = None
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What the playing loop tells while it plays: the pulse the watchdog is fed from."""

    played_s: float
    level_dbfs: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What the device proved: the wall moment of the first and after the last sample, frames written, gaps, RMS level.

    ``complete`` only when every frame was written and drained. ``error`` is Vietnamese when the device failed on the way.
    """

    device: str
    started: datetime | None
    ended: datetime | None
    frames: int
    complete: bool
    gaps: int = 0
    level_dbfs: float | None = None
    error: str = ""


class Stop(Protocol):
    """Asked between blocks of at most 100 ms whether to stop; the same shape as `threading.Event`."""

    def is_set(self) -> bool: ...

    def wait(self, timeout: float | None = None) -> bool: ...


class Stream(Protocol):
    """An open way to one zone's loudspeakers, running and writing silence.

    ``play`` sends the segments so that sample 0 leaves the device at wall moment ``at`` (at once when ``at`` is past: a late start
    begins at sample 0, words are never skipped), streams from disk, drains, and says what happened. It never raises for a
    device that fails on the way: `Played` says so. A stop ends it within 200 ms. ``close`` is idempotent.
    """

    @property
    def device(self) -> str: ...

    def play(
        self,
        segments: Sequence[Segment],
        *,
        at: datetime,
        stop: Stop,
        progress: Callable[[Progress], None],
    ) -> Played: ...

    def close(self) -> None: ...


class Sink(Protocol):
    """The way sound reaches one zone. ``open`` raises SinkError when the device is missing or busy now."""

    def open(self) -> Stream: ...

    def describe(self) -> str:
        """The device's stable name, for the row and for `doctor`."""
        ...


SinkFactory = Callable[[Zone], Sink]


class Journal(Protocol):
    """The record: append-only, hash-chained, durable before it returns, one row for each airing.

    ``on_air`` raises AlreadyRecordedError when the airing has any row: that is what makes a second playing impossible.
    Every write raises RecordError when it could not be made durable. Rows are never updated or deleted.
    """

    def on_air(self, opening: Opening) -> None: ...

    def off_air(self, airing_id: AiringId, closing: Closing) -> AsRunEntry: ...

    def record(self, opening: Opening, closing: Closing) -> AsRunEntry:
        """A row for an airing that never began (failed, withheld): opening and closing at once."""
        ...

    def open_rows(self) -> tuple[Opening, ...]:
        """Openings with no closing: a power cut left them."""
        ...

    def recorded(self, first: datetime, last: datetime) -> frozenset[AiringId]:
        """Ids with any row (open or closed) whose planned or recorded moment lies in [first, last]."""
        ...

    def entries(self, first: datetime | None = None, last: datetime | None = None) -> Iterator[AsRunEntry]:
        """Closed rows whose moment (planned, else recorded) lies in [first, last), by seq."""
        ...

    def note(self, *, airing_id: AiringId | None, by: str, text: str, at: datetime) -> int:
        """A correction or remark beside a row, never over it; returns its seq."""
        ...

    def notes(self, first: datetime | None = None, last: datetime | None = None) -> Iterator["Note"]: ...

    def publish(self, rundown: Rundown) -> bool:
        """Freeze one day's rundown; False when the newest one of that day already says the same."""
        ...

    def rundown(self, day: date) -> Rundown | None:
        """The newest published for that day."""
        ...

    def rundowns(self, first: date, last: date) -> Mapping[date, Rundown]:
        """The newest published of each day in [first, last]."""
        ...

    def approve(self, approval: Approval) -> None: ...

    def withdraw(self, script_id: ScriptId, *, by: str, at: datetime, reason: str = "") -> bool:
        """Void the newest approval; False when there is none standing."""
        ...

    def approvals(self) -> Mapping[ScriptId, Approval]:
        """The standing approval of each script."""
        ...

    def last_aired(self) -> Mapping[ScriptId, datetime]:
        """When each script was last aired (outcome aired, no test)."""
        ...

    def newest_moment(self) -> datetime | None:
        """The greatest wall moment of all rows since the last `trust.CLOCK_ACCEPTED`: an earlier clock is not to be trusted."""
        ...

    def figures(self, cuts: Sequence[datetime]) -> Figures:
        """Closed rows grouped for counting: segment n holds moments in [cuts[n], cuts[n+1]); cuts ascend."""
        ...

    def half_days(self, first: datetime, last: datetime, tallies: Collection[int]) -> frozenset[int]:
        """Half-days of [first, last) with a closed row of these tallies (`FigureGroup.tally`); 0 is the one from ``first``."""
        ...

    def entries_of(
        self, first: datetime, last: datetime, tallies: Collection[int], limit: int | None = None
    ) -> Iterator[AsRunEntry]:
        """Closed rows of these tallies in [first, last) in time order, at most ``limit`` of them."""
        ...

    def planned_scripts(self, first: date, last: date) -> Mapping[ScriptId, int]:
        """How often each script stands in the planned (not cancelled) airings of the newest rundowns of [first, last]."""
        ...

    def unmatched(self, first: datetime, last: datetime) -> "Unmatched":
        """The rundowns of the days in [first, last) (two midnights) held against the closed rows: what does not agree."""
        ...

    def enter(self, activity: Activity) -> int:
        """Write down an activity entered by hand; returns its seq."""
        ...

    def activities(self) -> Iterator[RecordedActivity]:
        """Every activity ever entered, by seq, corrected ones too (`activities.standing` says which count)."""
        ...

    def chain(self, first: int = 1, last: int | None = None) -> Iterator["ChainRow"]:
        """The sealed rows from seq ``first`` to ``last`` (both included) exactly as they stand, for evidence."""
        ...

    def verify(self, progress: Callable[[int], None] | None = None) -> "ChainReport": ...

    def event(self, *, action: str, by: str, text: str, at: datetime) -> int:
        """Something that happened to the station itself (start, stop, reload, restore), in the same chain."""
        ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A remark beside the record."""

    seq: int
    at: datetime
    airing_id: AiringId | None
    by: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmatched:
    """``airings`` counts the rundowns' airings; those with no closed row, and closed rows nobody planned, come in full."""

    airings: int
    unrecorded: tuple[Airing, ...]
    unplanned: tuple[AsRunEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainRow:
    """One sealed row: ``row_hash`` is SHA-256 of ``prev_hash``, a line feed and ``body`` (JSON, UTF-8)."""

    seq: int
    at: datetime
    action: str
    body: str
    prev_hash: str
    row_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainReport:
    """The result of walking the chain: rows read, and the first broken place in words (empty when it holds)."""

    rows: int
    broken_at: int | None = None
    reason: str = ""
    head: str = ""

    @property
    def holds(self) -> bool:
        """Whether every row still seals the one before it."""
        return self.broken_at is None


class Notifier(Protocol):
    """The service manager: READY, RELOADING, STOPPING, STATUS, WATCHDOG; silent where there is none."""

    def ready(self, status: str) -> None: ...

    def reloading(self) -> None: ...

    def stopping(self, status: str) -> None: ...

    def status(self, text: str) -> None: ...

    def watchdog(self) -> None: ...

    @property
    def watchdog_interval_s(self) -> float | None: ...


class Clockwork(Protocol):
    """Wakes the station; it is never the truth. Every job carries its own misfire grace, coalesces, and runs once at a time."""

    def at(self, name: str, moment: datetime, action: Callable[[], object], *, grace_s: float) -> None:
        """A dated job; the same name replaces the earlier one."""
        ...

    def every(self, name: str, seconds: float, action: Callable[[], object]) -> None: ...

    def dated(self) -> frozenset[str]:
        """Names of the dated jobs still waiting."""
        ...

    def cancel(self, name: str) -> None: ...

    def start(self) -> None: ...

    def wake(self) -> None:
        """Look at the wall clock again: it was set."""
        ...

    def stop(self) -> None:
        """No more wakes; returns when the job that runs has ended."""
        ...


class Snapshot(Protocol):
    """The last good version of the station's files, kept so that a restart after a bad edit still has a calendar."""

    def keep(self, version: str) -> None:
        """Copy the files now on duty; atomic, only when the version is new."""
        ...

    def reader(self) -> StationReader | None:
        """Reads the kept copy; None when there is none."""
        ...
