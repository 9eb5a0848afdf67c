"""What every page needs of the station: files, journal, the running station's door, the people. No page opens its own."""

import logging
import threading
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from fastapi import Request

from broadcaster.adapters.control_socket import NotRunningError, ask
from broadcaster.adapters.people import People, Person
from broadcaster.errors import BroadcasterError
from broadcaster.ports import Journal
from broadcaster.web.jobs import Jobs
from broadcaster.web.kept import forget_all
from broadcaster.web.pending import Orders, Pending
from broadcaster.web.sessions import Brake, FirstRun, Sessions
from broadcaster.wiring.paths import Paths, paths
from broadcaster.wiring.readings import Reading, Readings

log = logging.getLogger(__name__)

T = TypeVar("T")

STATUS_KEPT_S = 0.5
"""However many browsers look, the station is asked at most twice a second."""

KEPT_NAMES = 48
"""How many worked-out things are kept at hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleOptions:
    """How this console is reached; ``encrypted`` marks cookies Secure, ``local_only`` is said on the settings page."""

    host: str = "127.0.0.1"
    port: int = 8172
    encrypted: bool = False
    names: tuple[str, ...] = ()

    @property
    def local_only(self) -> bool:
        """Whether only this machine can reach it."""
        return self.host in {"127.0.0.1", "::1", "localhost"}

    @property
    def address(self) -> str:
        """What to type in the browser on this machine."""
        host = "127.0.0.1" if self.host in {"0.0.0.0", "::"} else self.host  # noqa: S104 - compared, not bound
        return f"http{'s' if self.encrypted else ''}://{f'[{host}]' if ':' in host else host}:{self.port}"


@dataclass(slots=True, kw_only=True)
class _Status:
    at: float = -1.0
    value: Mapping[str, Any] | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)


class ConsoleContext:
    """The station as the console sees it; shared by every request, safe between threads."""

    def __init__(self, station: Path, options: ConsoleOptions | None = None) -> None:
        self.paths: Paths = paths(station)
        self._kept: dict[str, tuple[Hashable, Any]] = {}
        self.options = options or ConsoleOptions()
        self.readings = Readings(self.paths.station, changed=self._forget)
        self.people = People(self.paths.var / "people.json")
        self.sessions = Sessions(self.monotonic)
        self.brake = Brake(self.monotonic)
        self.first_run = FirstRun(self.monotonic)
        self.jobs = Jobs(self.paths.station, self.now)
        self.orders = Orders(self.monotonic, self._send)
        self.closing = threading.Event()
        self._status = _Status()

    @property
    def reading(self) -> Reading:
        """Files and what follows from them, as they stand."""
        return self.readings.newest

    def refresh(self) -> Reading:
        """Call after writing into schedules/, audio_scripts/ or station.toml, so that the next page shows it."""
        return self.readings.refresh()

    @property
    def journal(self) -> Journal:
        """The record. Raises RecordError when the database cannot be used."""
        return self.readings.journal

    def now(self) -> datetime:
        """The machine's wall clock in the station's zone."""
        return self.reading.now()

    def monotonic(self) -> float:
        """Seconds that never step."""
        return self.reading.shop.clock.monotonic()

    def ask(self, request: Mapping[str, Any], *, timeout_s: float = 10.0) -> Mapping[str, Any]:
        """One order to the running station; raises NotRunningError, or BroadcasterError in the station's own words."""
        try:
            return ask(self.paths.control, request, timeout_s=timeout_s)
        finally:
            self._status.at = -1.0

    def _send(self, order: Pending) -> str:
        """An order whose countdown has run out: written down, then told to the station; returns the airing's id."""
        person = self.people.get(order.login)
        kind = "phát khẩn" if order.emergency else "phát ngay"
        self.audit(person or order.login, "air_ordered", f"ra lệnh {kind} “{order.title}” tại {order.zones}")
        return str(self.ask(order.request)["airing_id"])

    def status(self) -> Mapping[str, Any] | None:
        """What the running station says of itself, at most half a second old; None when it does not run."""
        held = self._status
        with held.lock:
            now = self.monotonic()
            if held.at < 0 or now - held.at > STATUS_KEPT_S:
                try:
                    held.value = ask(self.paths.control, {"do": "status"}, timeout_s=2.0)["status"]
                except BroadcasterError as error:
                    if not isinstance(error, NotRunningError):
                        log.warning("status refused: %s", error, extra={"action": "status_refused"})
                    held.value = None
                held.at = now
            return held.value

    def kept(self, name: str, key: Hashable, make: Callable[[], T]) -> T:
        """What was made for this name and key before, or made now; a few dozen names are kept, the newest key of each."""
        found = self._kept.get(name)
        if found is not None and found[0] == key:
            value: T = found[1]
            return value
        value = make()
        if len(self._kept) >= KEPT_NAMES:
            self._kept.pop(next(iter(self._kept)), None)
        self._kept[name] = (key, value)
        return value

    def _forget(self) -> None:
        """Another version of the files is on hand: what was worked out from the old one would keep it alive."""
        self._kept.clear()
        forget_all()

    def audit(self, person: Person | str, action: str, text: str) -> None:
        """Write down in the chained journal who did what; raises RecordError when it cannot be written.

        Call it before the deed where the deed can wait, so that nothing is done unrecorded.
        """
        by = person if isinstance(person, str) else f"{person.name} ({person.login})"
        self.journal.event(action=f"console.{action}", by=by, text=text, at=self.now())

    def start(self, launch: Callable[[Callable[[], None]], None]) -> None:
        """Begin to follow the files."""
        launch(lambda: self.readings.watch(self.closing.wait))

    def close(self) -> None:
        """Stop following; let the journal go."""
        self.closing.set()
        self.jobs.close()
        self.readings.close()


def context_of(request: Request) -> ConsoleContext:
    """The context of the application that answers."""
    found = request.app.state.context
    if not isinstance(found, ConsoleContext):
        raise TypeError("the application has no console context")
    return found
