"""The station's files as a long-lived reader sees them: read once, read again when they change, shared between threads."""

import threading
from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from pathlib import Path

from broadcaster.adapters.memory import Tide, give_back
from broadcaster.ports import Journal, StationFiles, StationReader
from broadcaster.station.planning import Planner
from broadcaster.station.preparing import Preparer
from broadcaster.wiring.parts import reader
from broadcaster.wiring.paths import paths
from broadcaster.wiring.workshop import Workshop, open_journal


class Reading:
    """One version of the files, good or bad, with what is worked out from it, each part made when first asked for."""

    def __init__(self, shop: Workshop, journal: Callable[[], Journal], fingerprint: str) -> None:
        self._lock = threading.RLock()
        shop.share(journal)
        self.shop = shop
        self.fingerprint = fingerprint
        self.files: StationFiles = shop.read

    @cached_property
    def preparer(self) -> Preparer:
        """Clips and lengths for these files."""
        with self._lock:
            return self.shop.preparer

    @cached_property
    def planner(self) -> Planner:
        """The plan by these files and the journal. Raises RecordError when the journal cannot be opened."""
        with self._lock:
            return self.shop.planner

    def now(self) -> datetime:
        """The wall clock in the station's zone."""
        return self.shop.now()


class Readings:
    """The newest reading of a station folder, and the one journal all its readings share."""

    def __init__(self, station: Path, *, changed: Callable[[], None] = lambda: None) -> None:
        """``changed`` is called after another version of the files is in hand."""
        self._station = station
        self._changed = changed
        self._reader = reader(station, by_rows=True)
        self._opening = threading.Lock()
        self._refreshing = threading.Lock()
        self._journal: Journal | None = None
        self._newest = self._read(self._reader.fingerprint())
        give_back()  # a large calendar needs thrice its size while it is read for the first time

    @property
    def newest(self) -> Reading:
        """The reading in hand; at most a few seconds behind the files, never half of one."""
        return self._newest

    @property
    def journal(self) -> Journal:
        """The record, opened once. Raises RecordError."""
        with self._opening:
            if self._journal is None:
                self._journal = open_journal(self._newest.files.settings, paths(self._station))
            return self._journal

    def trial(self, folder: Path) -> StationReader:
        """A reader of the station as an edit would leave it: what the edit does not touch is known already, and shared."""
        return self._reader.trial(folder)

    def refresh(self) -> Reading:
        """Read again if any file changed; what is in hand stays in use until the new reading is whole."""
        with self._refreshing:
            fingerprint = self._reader.fingerprint()
            if fingerprint != self._newest.fingerprint:
                self._newest = self._read(fingerprint)
                self._changed()
            return self._newest

    def _read(self, fingerprint: str) -> Reading:
        return Reading(Workshop(self._station, files=self._reader.read()), lambda: self.journal, fingerprint)

    def watch(self, stopped: Callable[[float], bool], every_s: float = 2.0) -> None:
        """Keep up with the files until ``stopped(seconds)`` says so; an editor's half-saved folder is read once it settles."""
        seen = held = self._newest.fingerprint
        tide = Tide()
        while not stopped(every_s):
            fingerprint = self._reader.fingerprint()
            if fingerprint == seen != self._newest.fingerprint:
                self.refresh()
            seen = fingerprint
            if self._newest.fingerprint != held:
                held = self._newest.fingerprint
                give_back()  # two versions were in hand for a while
            else:
                tide.settle()  # after the preview of an edit

    def close(self) -> None:
        """Let the journal go."""
        if self._journal is not None:
            self._journal.close()
