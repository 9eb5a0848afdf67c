"""The last good version of the station's files, kept in var/ so that a bad edit and a restart still leave a calendar."""

import logging
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from broadcaster.ports import StationReader

log = logging.getLogger(__name__)

KEPT = ("station.toml", "schedules", "audio_scripts")


class FolderSnapshot:
    """`ports.Snapshot` as a folder ``last-good`` whose name in ``VERSION`` is the version it holds."""

    def __init__(self, station: Path, kept: Path, open_reader: Callable[[Path], StationReader]) -> None:
        self._station = station
        self._kept = kept
        self._open_reader = open_reader

    def keep(self, version: str) -> None:
        """Copy, then swap by rename; on a full disk the older copy stays."""
        if self._version() == version:
            return
        fresh = self._kept.with_name(self._kept.name + ".new")
        old = self._kept.with_name(self._kept.name + ".old")
        try:
            for leftover in (fresh, old):
                shutil.rmtree(leftover, ignore_errors=True)
            fresh.mkdir(parents=True)
            for name in KEPT:
                _copy(self._station / name, fresh / name)
            (fresh / "VERSION").write_text(version, encoding="ascii")
            if self._kept.exists():
                self._kept.rename(old)
            fresh.rename(self._kept)
            shutil.rmtree(old, ignore_errors=True)
        except OSError as error:
            log.warning("the last good files were not kept: %s", error, extra={"action": "snapshot_failed"})

    def _version(self) -> str:
        try:
            return (self._kept / "VERSION").read_text(encoding="ascii")
        except (OSError, UnicodeDecodeError):
            return ""

    def reader(self) -> StationReader | None:
        """Reads the copy; None when none was ever kept."""
        return self._open_reader(self._kept) if self._version() else None


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, copy_function=_link_or_copy, symlinks=False)
    elif source.exists():
        _link_or_copy(str(source), str(target))


def _link_or_copy(source: str, target: str) -> str:
    """Recordings are large and replaced whole, so a hard link keeps them; text is small and edited in place: copied."""
    if Path(source).suffix.lower() in {".mp3", ".wav", ".ogg", ".flac"}:
        try:
            os.link(source, target)
        except OSError:
            pass
        else:
            return target
    shutil.copy2(source, target)
    return target
