"""Asks the C library to keep less memory to itself: a long-lived process with a few threads beside a player on a small machine."""

import ctypes
import gc
import os

_M_MMAP_THRESHOLD = -3
_M_ARENA_MAX = -8
_LARGE_BYTES = 128 * 1024


def one_heap() -> None:
    """One heap for all threads instead of one each, and large blocks given back when freed; call before threads begin.

    Left to itself glibc raises its idea of *large* after the first password hash, and then keeps those 19 MiB.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(_M_ARENA_MAX, 1)
        mallopt(_M_MMAP_THRESHOLD, _LARGE_BYTES)
    except (OSError, AttributeError):  # another C library: it decides for itself
        return


def give_back() -> None:
    """Return freed pages to the system, after work that needed many.

    What is left is set aside from the collector: walking a million long-lived values is a pause in every hundredth page.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    try:
        ctypes.CDLL(None).malloc_trim(0)
    except (OSError, AttributeError):
        return


class Tide:
    """Notices when the process has grown since memory was last given back, and gives back again.

    The size is that of Linux's ``/proc``; elsewhere nothing is noticed.
    """

    def __init__(self, *, grown_bytes: int = 8 * 1024 * 1024) -> None:
        self._grown = grown_bytes
        self._low = _resident()

    def settle(self) -> bool:
        """Give back when the process holds more than it did by ``grown_bytes``; whether it did. What stays is the new measure."""
        now = _resident()
        if now < self._low + self._grown:
            self._low = min(self._low, now)
            return False
        give_back()
        self._low = _resident()
        return True


def _resident() -> int:
    """Bytes in memory, 0 where nobody says."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123 - a file of the kernel, not of a folder
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0
