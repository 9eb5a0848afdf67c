"""Orders to air at once, held back a few seconds so that a slip of the finger can still be taken back."""

import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from broadcaster.errors import BroadcasterError

HOLD_BACK_S = 5.0
KEPT = 50


class State(Enum):
    """What became of an order."""

    WAITING = "waiting"
    SENT = "sent"
    TAKEN_BACK = "taken back"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """One order; ``due`` is a moment of the monotonic clock. ``message`` and ``hint`` are the station's own words."""

    id: str
    login: str
    title: str
    zones: str
    emergency: bool
    request: Mapping[str, Any]
    due: float
    state: State = State.WAITING
    airing_id: str = ""
    message: str = ""
    hint: str = ""


class Orders:
    """The orders of this console. An order that waits when the console dies is not sent: silence is the safe side."""

    def __init__(self, monotonic: Callable[[], float], send: Callable[[Pending], str]) -> None:
        self._monotonic = monotonic
        self._send = send
        self._lock = threading.Lock()
        self._orders: dict[str, Pending] = {}

    def fresh_id(self) -> str:
        """A name for the order a page is about to place: placing it twice is placing it once."""
        return secrets.token_urlsafe(16)

    def place(self, order: Pending) -> Pending:
        """Begin the countdown; the same id again gives the order already placed."""
        with self._lock:
            known = self._orders.get(order.id)
            if known is not None:
                return known
            while len(self._orders) >= KEPT:
                self._orders.pop(next(iter(self._orders)))
            placed = replace(order, due=self._monotonic() + HOLD_BACK_S)
            self._orders[order.id] = placed
        timer = threading.Timer(HOLD_BACK_S, self._fire, args=(order.id,))
        timer.daemon = True
        timer.start()
        return placed

    def get(self, order_id: str) -> Pending | None:
        """One order."""
        return self._orders.get(order_id)

    def left_s(self, order: Pending) -> float:
        """Seconds until it is sent."""
        return max(0.0, order.due - self._monotonic())

    def take_back(self, order_id: str) -> Pending | None:
        """Cancel it while it waits; afterwards only *stop* helps."""
        with self._lock:
            order = self._orders.get(order_id)
            if order is not None and order.state is State.WAITING:
                order = replace(order, state=State.TAKEN_BACK)
                self._orders[order_id] = order
            return order

    def _fire(self, order_id: str) -> None:
        with self._lock:
            order = self._orders.get(order_id)
            if order is None or order.state is not State.WAITING:
                return
            self._orders[order_id] = replace(order, state=State.SENT)
        try:
            airing_id = self._send(order)
        except BroadcasterError as error:
            done = replace(order, state=State.REFUSED, message=error.message, hint=error.hint)
        else:
            done = replace(order, state=State.SENT, airing_id=airing_id)
        with self._lock:
            self._orders[order_id] = done
