"""What one schedule file gives, whatever its format, and the one signature its readers share.

A reader is ``read(path: Path, name: str) -> tuple[CalendarPart, tuple[Problem, ...]]``: ``name`` is the path relative to
the station folder, with forward slashes; it never raises for what a person wrote.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from broadcaster.domain.calendar import CalendarException, Programme, Slot
from broadcaster.domain.problems import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarPart:
    """The slots, programmes and exceptions of one file; those that could not be understood are left out and told."""

    slots: tuple[Slot, ...] = ()
    programmes: tuple[Programme, ...] = ()
    exceptions: tuple[CalendarException, ...] = ()


Reader = Callable[[Path, str], tuple[CalendarPart, tuple[Problem, ...]]]
