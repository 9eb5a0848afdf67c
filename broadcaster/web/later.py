"""Answers that take longer than a page may: worked out by one thread behind the pages, kept until what they stand on changes."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TypeVar

T = TypeVar("T")

KEPT = 12
PATIENCE_S = 0.06
"""A page waits this long for an answer that may be quick; after that it says that the answer is being worked out."""


class Later:
    """One answer at a time; the newest dozen are kept. ``key`` names the question and everything its answer stands on."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="later")
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, Future[object]] = OrderedDict()

    def ask(self, key: Hashable, make: Callable[[], T], *, patience_s: float = PATIENCE_S) -> T | None:
        """The answer, or None while it is being worked out; raises what ``make`` raised, once."""
        with self._lock:
            future = self._kept.get(key)
            if future is None:
                future = self._kept[key] = self._pool.submit(make)
                self._forget()
            self._kept.move_to_end(key)
        wait([future], timeout=patience_s)
        if not future.done():
            return None
        if future.exception() is not None:
            with self._lock:
                self._kept.pop(key, None)
        answer: T = future.result()  # type: ignore[assignment]  # what was kept under this key was made by this question
        return answer

    def _forget(self) -> None:
        while len(self._kept) > KEPT:
            oldest = next(iter(self._kept))
            if not self._kept[oldest].cancel() and not self._kept[oldest].done():
                return  # it is being worked out: let it come to its end
            del self._kept[oldest]
