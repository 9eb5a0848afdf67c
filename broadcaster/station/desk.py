"""The zone desk: who may use a zone's loudspeakers now, and the signal that ends what is on air."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from broadcaster.domain.arbitration import Claim, Claimant, claim
from broadcaster.domain.asrun import Outcome
from broadcaster.domain.calendar import Priority, ZoneId
from broadcaster.ports import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Why an airing was ended before its time; the row says it in these words."""

    outcome: Outcome
    reason: str


class StopSignal:
    """One airing's stop, with the first cause given; the shape of `ports.Stop`."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._lock = threading.Lock()
        self._cause: Cause | None = None

    def set(self, cause: Cause) -> None:
        """End the airing; a later cause does not replace the first."""
        with self._lock:
            if self._cause is None:
                self._cause = cause
        self._event.set()

    @property
    def cause(self) -> Cause | None:
        """The first cause given."""
        return self._cause

    def is_set(self) -> bool:
        """Whether the airing must end."""
        return self._event.is_set()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait for it at most ``timeout`` seconds."""
        return self._event.wait(timeout)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The zone could not be had in time; ``reason`` is Vietnamese."""

    reason: str


class Desk(Protocol):
    """Grants a zone to one airing at a time by `arbitration.claim`; returns the moment from which it is free, or why not."""

    def take(self, zone: ZoneId, claimant: Claimant, signal: StopSignal, *, title: str) -> datetime | Refused: ...

    def release(self, zone: ZoneId, *, ended: datetime) -> None: ...


@dataclass(slots=True, kw_only=True)
class _Tenure:
    priority: Priority
    signal: StopSignal


class ZoneDesk:
    """The desk of a running station: waits in real time, cuts in on lower classes."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._condition = threading.Condition()
        self._held: dict[ZoneId, _Tenure] = {}
        self._waiting: dict[ZoneId, list[Claimant]] = {}

    def take(self, zone: ZoneId, claimant: Claimant, signal: StopSignal, *, title: str) -> datetime | Refused:
        """Wait for the zone as long as the claimant's patience lasts; the highest class waiting goes first."""
        with self._condition:
            queue = self._waiting.setdefault(zone, [])
            queue.append(claimant)
            try:
                return self._wait(zone, claimant, signal, title, queue)
            finally:
                queue.remove(claimant)
                self._condition.notify_all()

    def _wait(
        self, zone: ZoneId, claimant: Claimant, signal: StopSignal, title: str, queue: Sequence[Claimant]
    ) -> datetime | Refused:
        while True:
            if signal.is_set():
                return Refused(reason="đã có lệnh dừng trước khi phát")
            tenure = self._held.get(zone)
            if self._clock.now() > claimant.patience:
                # also when the zone has just come free: nothing begins later than its grace
                return Refused(reason="cụm loa bận phát bài khác quá giờ cho phép trễ")
            first = max(queue, key=lambda c: (c.priority, -c.planned.timestamp()))
            if tenure is None and first is claimant:
                self._held[zone] = _Tenure(priority=claimant.priority, signal=signal)
                return self._clock.now()
            if tenure is not None and claim(claimant, on_air=tenure.priority) is Claim.CUT:
                tenure.signal.set(Cause(outcome=Outcome.INTERRUPTED, reason=f"nhường cho bài ưu tiên hơn: {title}"))
            self._condition.wait(0.05)

    def release(self, zone: ZoneId, *, ended: datetime) -> None:
        """The zone is free again."""
        with self._condition:
            self._held.pop(zone, None)
            self._condition.notify_all()
