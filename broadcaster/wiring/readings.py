"""The station's files as a long-lived reader sees them: read once, read again when they change, shared between threads."""

import threading
from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from pathlib import Path

from broadcaster.ports import Journal, StationFiles
from broadcaster.station.planning import Planner
from broadcaster.station.preparing import Preparer
from broadcaster.wiring.parts import reader
from broadcaster.wiring.workshop import Workshop


class Reading:
    """One version of the files, good or bad, with what is worked out from it, each part made when first asked for."""

    def __init__(self, shop: Workshop, fingerprint: str) -> None:
        self._lock = threading.RLock()
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
        """The plan by these files and the journal."""
        with self._lock:
            return self.shop.planner

    def now(self) -> datetime:
        """The wall clock in the station's zone."""
        return self.shop.now()


class Readings:
    """The newest reading of a station folder, and the one journal all its readings share."""

    def __init__(self, station: Path) -> None:
        self._station = station
        self._reader = reader(station)
        self._lock = threading.Lock()
        self._refreshing = threading.Lock()
        first = Workshop(station)
        self._first = first
        self._newest = Reading(first, self._reader.fingerprint())

    @property
    def newest(self) -> Reading:
        """The reading in hand; at most a few seconds behind the files, never half of one."""
        return self._newest

    @cached_property
    def journal(self) -> Journal:
        """The record, opened once. Raises RecordError."""
        with self._lock:
            return self._first.journal

    def refresh(self) -> Reading:
        """Read again if any file changed; what is in hand stays in use until the new reading is whole."""
        with self._refreshing:
            fingerprint = self._reader.fingerprint()
            if fingerprint != self._newest.fingerprint:
                shop = Workshop(self._station, journal=self.journal)
                self._newest = Reading(shop, fingerprint)
            return self._newest

    def watch(self, stopped: Callable[[float], bool], every_s: float = 2.0) -> None:
        """Keep up with the files until ``stopped(seconds)`` says so; an editor's half-saved folder is read once it settles."""
        seen = self._newest.fingerprint
        while not stopped(every_s):
            fingerprint = self._reader.fingerprint()
            if fingerprint == seen != self._newest.fingerprint:
                self.refresh()
            seen = fingerprint

    def close(self) -> None:
        """Let the journal go."""
        self._first.__exit__(None, None, None)
