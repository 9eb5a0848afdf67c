"""What the screens that edit share: the editing desk, signatures, and days from an address."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from broadcaster.adapters.day_fields import parse_date
from broadcaster.adapters.fields import FieldError
from broadcaster.adapters.people import Person
from broadcaster.web.context import ConsoleContext
from broadcaster.wiring.editing import EditingDesk
from broadcaster.wiring.paths import Paths
from broadcaster.wiring.readings import Readings


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
