"""What a command needs to work on a station folder without running it: files, journal, planner and preparer, opened when asked."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Self

from broadcaster.domain.problems import has_errors
from broadcaster.domain.settings import Settings, VoiceSettings
from broadcaster.domain.trust import Trust, trust
from broadcaster.errors import InputError
from broadcaster.ports import Clips, Clock, Holidays, Journal, StationFiles, Voice
from broadcaster.station.checking import lexicon_of
from broadcaster.station.planning import Planner
from broadcaster.station.preparing import Preparer
from broadcaster.wiring.parts import MasteringWhenUsed, reader, voices
from broadcaster.wiring.paths import Paths, paths


def open_journal(settings: Settings, where: Paths) -> Journal:
    """The station's journal: SQLite in var/ or the database named in station.toml. Raises RecordError."""
    from broadcaster.adapters.journal import SqlJournal

    if settings.database:
        return SqlJournal(settings.database, head_file=where.var / "station.head")
    where.var.mkdir(parents=True, exist_ok=True)
    return SqlJournal(f"sqlite:///{where.database}")


def trust_in(clock: Clock, journal: Journal, settings: Settings) -> Callable[[datetime], Trust]:
    """Judges a moment by the journal and the system."""

    def judge(now: datetime) -> Trust:
        return trust(
            now=now,
            newest=journal.newest_moment(),
            synchronised=clock.synchronised(),
            require_synchronised=settings.policy.require_synchronised_clock,
        )

    return judge


class Workshop:
    """Opens each part once, when it is first used. Use as a context manager: it closes what it opened."""

    def __init__(self, station: Path, *, clock: Clock | None = None, files: StationFiles | None = None) -> None:
        self.paths = paths(station)
        self._given = files
        self._clock = clock
        self._shared: Callable[[], Journal] | None = None
        self._opened: list[object] = []
        self._chains: dict[VoiceSettings, Sequence[Voice]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for part in reversed(self._opened):
            close = getattr(part, "close", None)
            if close is not None:
                close()

    def share(self, journal: Callable[[], Journal]) -> None:
        """Use the journal that someone else opens when asked, and will close."""
        self._shared = journal

    @cached_property
    def read(self) -> StationFiles:
        """The folder as it is, good or bad; or the files given from outside."""
        return self._given or reader(self.paths.station).read()

    @cached_property
    def files(self) -> StationFiles:
        """The folder when it is clean enough to work with. Raises InputError with every problem."""
        if has_errors(self.read.problems):
            raise InputError("Tệp của trạm còn lỗi.", self.read.problems, hint="Sửa các lỗi trên rồi làm lại.")
        return self.read

    @cached_property
    def clock(self) -> Clock:
        """The machine's clock in the station's zone."""
        from broadcaster.adapters.clock import SystemClock

        return self._clock or SystemClock(self.read.settings.timezone)

    @cached_property
    def journal(self) -> Journal:
        """The record."""
        if self._shared is not None:
            return self._shared()
        journal = open_journal(self.read.settings, self.paths)
        self._opened.append(journal)
        return journal

    @cached_property
    def clips(self) -> Clips:
        """The clips on disk."""
        from broadcaster.adapters.clips import DiskClips

        return DiskClips(self.paths.clips, now=self.clock.now())

    @cached_property
    def holidays(self) -> Holidays:
        """Public holidays; beside a shared journal, in the long-lived console, worked out apart."""
        from broadcaster.adapters.holidays_apart import HolidaysApart
        from broadcaster.adapters.holidays_vn import VietnamHolidays

        return VietnamHolidays() if self._shared is None else HolidaysApart()

    def preparer_for(self, files: StationFiles) -> Preparer:
        """A preparer for one version of the files."""
        asked = files.settings.voices
        if asked not in self._chains:
            # a reload that changes no voice keeps the child processes that speak
            self._chains[asked] = voices(asked, self.clock, self.paths.station)
            self._opened.extend(self._chains[asked])
        chain = self._chains[asked]
        lexicon, _ = lexicon_of(files)
        return Preparer(
            voices=chain,
            settings=files.settings.voices,
            mastering=MasteringWhenUsed(files.settings.mastering),
            clips=self.clips,
            folder=self.paths.station,
            lexicon=lexicon,
        )

    def planner_for(self, files: StationFiles, preparer: Preparer) -> Planner:
        """A planner for one version of the files."""
        return Planner(
            files=files,
            holidays=self.holidays,
            preparer=preparer,
            journal=self.journal,
            chime_s=preparer.chime_seconds(),
        )

    @cached_property
    def preparer(self) -> Preparer:
        """The preparer for the files as they are."""
        return self.preparer_for(self.read)

    @cached_property
    def planner(self) -> Planner:
        """The planner for the files as they are."""
        return self.planner_for(self.read, self.preparer)

    @cached_property
    def sketch(self) -> Planner:
        """A planner that needs no journal: for `check`, which must write nothing."""
        from broadcaster.adapters.rehearsal_journal import RehearsalJournal

        return Planner(
            files=self.read,
            holidays=self.holidays,
            preparer=self.preparer,
            journal=RehearsalJournal(),
            chime_s=self.preparer.chime_seconds(),
            approve_all=True,
        )

    def copy_journal(self, destination: Path) -> None:
        """A whole copy of the journal as of one moment. Raises RecordError for a database that has its own tool for it."""
        from broadcaster.adapters.journal_backup import backup_sqlite, refuse_server_backup

        if self.read.settings.database and not self.read.settings.database.startswith("sqlite"):
            raise refuse_server_backup()
        _ = self.journal  # makes sure there is one
        backup_sqlite(self.paths.database, destination)

    def now(self) -> datetime:
        """The wall clock."""
        return self.clock.now()
