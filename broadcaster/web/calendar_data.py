"""What the screens that edit share: the editing desk, signatures, days from an address, and a small memory."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from typing import TypeVar

from broadcaster.adapters.day_fields import parse_date
from broadcaster.adapters.fields import FieldError
from broadcaster.adapters.people import Person
from broadcaster.web.context import ConsoleContext
from broadcaster.wiring.editing import EditingDesk
from broadcaster.wiring.paths import Paths
from broadcaster.wiring.readings import Readings

_T = TypeVar("_T")


class Kept:
    """A small memory: what is asked for again is not worked out again; the oldest goes first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._values: OrderedDict[object, object] = OrderedDict()

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


@lru_cache(maxsize=8)
def _desk(where: Paths, readings: Readings) -> EditingDesk:
    return EditingDesk(where, open_reader=readings.trial)


def desk_of(context: ConsoleContext) -> EditingDesk:
    """The station's editing desk, made once."""
    return _desk(context.paths, context.readings)


def signature(person: Person) -> str:
    """How a person stands in histories and reviews."""
    return f"{person.name} ({person.login})"


def login_of(signed: str) -> str:
    """The login of a signature."""
    return signed.rpartition("(")[2].rstrip(")") if signed.endswith(")") else signed


def day_of(text: str, otherwise: date) -> date:
    """A day from an address or typed as people write it; anything else is the day given instead."""
    try:
        return parse_date(text)
    except FieldError:
        return otherwise


def wrong_day(text: str) -> str:
    """What is wrong with a typed day, with the way out; empty when it can be read, or nothing was typed."""
    try:
        if text.strip():
            parse_date(text[:100])
    except FieldError as error:
        return f"{error.message} {error.hint}".strip()
    return ""


def holidays_between(context: ConsoleContext, first: date, last: date) -> Mapping[date, str]:
    """Public holidays and the ward's own days off."""
    settings = context.reading.files.settings
    named = {**context.reading.shop.holidays.between(first, last), **settings.days_off}
    return {day: name for day, name in named.items() if day not in settings.workdays}


def titles_of(context: ConsoleContext) -> Mapping[str, str]:
    """The title of every script and programme by its id."""
    files = context.reading.files
    scripts = {str(i): script.title for i, script in files.scripts.items()}
    return scripts | {str(i): programme.title for i, programme in files.calendar.programmes.items()}
