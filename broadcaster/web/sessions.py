"""Sessions, their CSRF tokens, and the brake on guessing: in this process's memory, so a restart asks for the password again."""

import hashlib
import hmac
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from broadcaster.adapters.people import Person

COOKIE = "phien"
LONGEST_S = 12 * 3600.0
"""A session ends after a working day, used or not."""
IDLE_S = 4 * 3600.0
MOST_SESSIONS = 200


@dataclass(slots=True, kw_only=True)
class Session:
    """One browser that has logged in; moments are seconds of the monotonic clock."""

    login: str
    password_of: str
    begun: float
    used: float
    flashes: list[tuple[str, str]] = field(default_factory=list)


class Sessions:
    """Who is logged in, by the digest of the cookie's value; the value itself is kept nowhere."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._secret = secrets.token_bytes(32)
        self._sessions: dict[str, Session] = {}

    def begin(self, person: Person) -> str:
        """A new session; returns the cookie's value. Always a fresh value, so a value planted before login is worth nothing."""
        token = new_token()
        now = self._monotonic()
        with self._lock:
            self._sweep(now)
            while len(self._sessions) >= MOST_SESSIONS:
                oldest = min(self._sessions, key=lambda key: self._sessions[key].used)
                del self._sessions[oldest]
            self._sessions[_digest(token)] = Session(
                login=person.login, password_of=person.changed, begun=now, used=now
            )
        return token

    def find(self, token: str, *, touch: bool = True) -> Session | None:
        """The session of a cookie's value while it lasts; ``touch`` counts this as use."""
        now = self._monotonic()
        with self._lock:
            found = self._sessions.get(_digest(token))
            if found is None or _over(found, now):
                return None
            if touch:
                found.used = now
            return found

    def end(self, token: str) -> None:
        """Log out."""
        with self._lock:
            self._sessions.pop(_digest(token), None)

    def end_all_of(self, login: str) -> None:
        """Log a person out everywhere."""
        with self._lock:
            for key in [k for k, s in self._sessions.items() if s.login == login]:
                del self._sessions[key]

    def csrf(self, token: str) -> str:
        """The token that forms of this cookie carry."""
        return hmac.new(self._secret, token.encode(), hashlib.sha256).hexdigest()

    def _sweep(self, now: float) -> None:
        for key in [k for k, s in self._sessions.items() if _over(s, now)]:
            del self._sessions[key]


def _over(session: Session, now: float) -> bool:
    return now - session.begun > LONGEST_S or now - session.used > IDLE_S


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


class Brake:
    """Slows guessing: after ``free`` failures of one key each further one doubles the wait, from 30 s to 15 min."""

    def __init__(self, monotonic: Callable[[], float], *, free: int = 5) -> None:
        self._monotonic = monotonic
        self._free = free
        self._lock = threading.Lock()
        self._failures: dict[str, tuple[int, float]] = {}

    def wait_s(self, *keys: str) -> float:
        """Seconds until another attempt is looked at; 0 when now."""
        now = self._monotonic()
        with self._lock:
            return max((self._left(key, now) for key in keys), default=0.0)

    def failed(self, *keys: str) -> bool:
        """Count a failure; True when it has just begun to brake."""
        now = self._monotonic()
        with self._lock:
            if len(self._failures) > 10_000:
                self._failures = {k: v for k, v in self._failures.items() if now - v[1] < 900}
            began = False
            for key in keys:
                count, last = self._failures.get(key, (0, now))
                count = 1 if now - last > 3600 else count + 1
                self._failures[key] = (count, now)
                began = began or count == self._free
            return began

    def passed(self, *keys: str) -> None:
        """A right password clears the count."""
        with self._lock:
            for key in keys:
                self._failures.pop(key, None)

    def _left(self, key: str, now: float) -> float:
        count, last = self._failures.get(key, (0, 0.0))
        if count < self._free:
            return 0.0
        return max(0.0, min(30.0 * 2.0 ** (count - self._free), 900.0) - (now - last))


class FirstRun:
    """The one-time link that sets the first password: valid 15 minutes, once, and only while nobody has an account."""

    VALID_S = 900.0

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._digest = ""
        self._until = 0.0

    def open(self) -> str:
        """A fresh code; an earlier one is void."""
        code = new_token()
        with self._lock:
            self._digest, self._until = _digest(code), self._monotonic() + self.VALID_S
        return code

    def holds(self, code: str) -> bool:
        """Whether the code may be used now."""
        with self._lock:
            return (
                bool(self._digest)
                and self._monotonic() < self._until
                and hmac.compare_digest(self._digest, _digest(code))
            )

    def close(self) -> None:
        """Used: the link is dead."""
        with self._lock:
            self._digest = ""


def new_token() -> str:
    """A value nobody can guess."""
    return secrets.token_urlsafe(32)
