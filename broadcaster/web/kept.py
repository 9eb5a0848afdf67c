"""Small memories of what was worked out from one version of the files, and how they are let go when another is on hand."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import TypeVar
from weakref import WeakSet

_T = TypeVar("_T")


class Kept:
    """A small memory: what is asked for again is not worked out again; the oldest goes first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._values: OrderedDict[object, object] = OrderedDict()
        _every.add(self)

    def forget(self) -> None:
        """Let everything go."""
        with self._lock:
            self._values.clear()

    def get(self, key: object, make: Callable[[], _T]) -> _T:
        """The value of a key, made when it is not there."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                found: _T = self._values[key]  # type: ignore[assignment]  # a key is only ever given one maker
                return found
        made = make()
        with self._lock:
            self._values[key] = made
            while len(self._values) > self._most:
                self._values.popitem(last=False)
        return made


_every: WeakSet[Kept] = WeakSet()


def forget_all() -> None:
    """Every such memory of this process: the airings of an old version would keep all of that version alive."""
    for memory in tuple(_every):
        memory.forget()
