"""The system's clock: the only place where the time is read."""

import ctypes
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

TIMESYNCD = Path("/run/systemd/timesync")
"""systemd-timesyncd keeps this directory while it runs and touches ``synchronized`` in it once it has set the clock."""

DISCIPLINING_DAEMONS = frozenset({"chronyd", "ntpd", "openntpd", "ptp4l", "phc2sys"})
"""Programs known to clear the kernel's *unsynchronised* flag; without one of them the flag says nothing."""

_TIME_ERROR = 5
_TIMEX_BYTES = 512


def kernel_synchronised() -> bool | None:
    """What the kernel's flag says (``adjtimex``, read only); None where it cannot be asked."""
    try:
        adjtimex = ctypes.CDLL(None, use_errno=True).adjtimex
    except (OSError, AttributeError):
        return None
    # struct timex is 208 bytes with modes = 0 first: a zeroed, larger buffer reads the state and sets nothing.
    state = int(adjtimex(ctypes.create_string_buffer(_TIMEX_BYTES)))
    return None if state < 0 else state != _TIME_ERROR


def running_programs(proc: Path = Path("/proc")) -> frozenset[str]:
    """Short names of the programs running now, from ``/proc``."""
    names: set[str] = set()
    for comm in proc.glob("[0-9]*/comm"):
        try:
            names.add(comm.read_text(encoding="utf-8", errors="replace").strip())
        except OSError:  # the process ended between the listing and the reading
            continue
    return frozenset(names)


class SystemClock:
    """The machine's wall clock in the station's zone, and its monotonic clock."""

    def __init__(
        self,
        timezone: str,
        *,
        timesyncd: Path = TIMESYNCD,
        programs: Callable[[], Iterable[str]] = running_programs,
        kernel: Callable[[], bool | None] = kernel_synchronised,
    ) -> None:
        self._zone = ZoneInfo(timezone)
        self._timesyncd = timesyncd
        self._programs = programs
        self._kernel = kernel

    def now(self) -> datetime:
        """Wall time, aware, in the station's zone."""
        return datetime.now(self._zone)

    def monotonic(self) -> float:
        """Seconds that never step."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait; nothing for zero or less."""
        if seconds > 0:
            time.sleep(seconds)

    def synchronised(self) -> bool | None:
        """True or False only where a time daemon that can say so is running; None everywhere else."""
        # The directory outlives a stopped daemon, so a daemon that runs now is asked for as well.
        running = {name[:15] for name in self._programs()}
        if self._timesyncd.is_dir() and "systemd-timesyncd"[:15] in running:
            return (self._timesyncd / "synchronized").exists()
        if running & DISCIPLINING_DAEMONS:
            return self._kernel()
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockStep:
    """The wall clock was set: by ``seconds`` (positive forward), seen at wall moment ``seen``."""

    seconds: float
    seen: datetime


class ClockWatch:
    """Sees the wall clock being set, from ``(wall, monotonic)`` pairs: wall − monotonic moved by more than ``threshold_s``.

    APScheduler sleeps on a monotonic timer and does not notice; whoever feeds this wakes it. Slow steering of the clock
    (NTP slews, at most 0.05 %) moves the reference along and is never reported, however long it lasts.
    """

    def __init__(self, threshold_s: float = 1.0) -> None:
        if threshold_s <= 0:
            raise ValueError("threshold_s must be positive")
        self._threshold_s = threshold_s
        self._lock = threading.Lock()
        self._offset_s: float | None = None

    def feed(self, wall: datetime, monotonic: float) -> ClockStep | None:
        """The step since the last pair, or None; each step is reported once."""
        offset = wall.timestamp() - monotonic
        with self._lock:
            before, self._offset_s = self._offset_s, offset
        if before is None or abs(offset - before) <= self._threshold_s:
            return None
        return ClockStep(seconds=offset - before, seen=wall)
