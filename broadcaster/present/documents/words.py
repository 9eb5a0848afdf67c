"""What is written on paper: text without characters a file format forbids, numbers and dates as Vietnamese offices write them."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date

BLANK = "……"
"""What the program does not know and a clerk fills in."""

LONG_BLANK = "…" * 30

SHORTEST = 300
"""So many letters of a title are shown in a table; the whole of it stands in the workbook and in the record."""

CELL_LIMIT = 32_000
"""Characters a spreadsheet cell takes, a little under the format's own limit."""

_SPACES = re.compile(r"\s+")


def clean(text: str) -> str:
    """One line of NFC text: controls and breaks become spaces; marks that turn the direction of writing are dropped.

    Right-to-left letters themselves stay; lone surrogates and noncharacters, which XML forbids, go.
    """
    kept = "".join(_kept(c) for c in unicodedata.normalize("NFC", text))
    return _SPACES.sub(" ", kept).strip()


def _kept(character: str) -> str:
    category = unicodedata.category(character)
    if category in {"Cc", "Zl", "Zp"}:
        return " "
    if category in {"Cf", "Cs"} or ord(character) & 0xFFFE == 0xFFFE:
        return ""
    return character


def short(text: str, letters: int = SHORTEST) -> str:
    """Clean, and cut with … where it is longer."""
    whole = clean(text)
    return whole if len(whole) <= letters else whole[: letters - 1].rstrip() + "…"


def number(value: float, digits: int = 0) -> str:
    """`1.234` and `12,5`: dots part thousands, a comma parts the fraction; a whole number shows no fraction."""
    shown = f"{value:,.{digits}f}"
    if "." in shown:
        shown = shown.rstrip("0").rstrip(".")
    if shown in {"-0", ""}:
        shown = "0"
    return shown.translate(str.maketrans(",.", ".,"))


def percent(value: float | None) -> str:
    """`12,5%`; a dash where there is nothing to hold it against."""
    return "—" if value is None else f"{number(value, 1)}%"


def length_words(seconds: float) -> str:
    """`2 giờ 05 phút`, rounded to the nearest minute; under a minute in seconds."""
    if 0 < seconds < 60:
        return f"{round(seconds)} giây"
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{number(hours)} giờ {minutes:02} phút" if hours else f"{minutes} phút"


def day_words(day: date) -> str:
    """`ngày 05 tháng 3 năm 2024`: days under 10 and months 1 and 2 take a zero (Decree 30/2020)."""
    month = f"{day.month:02}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02} tháng {month} năm {day.year}"


def day_short(day: date) -> str:
    """`05/3/2024`, by the same rule of zeros."""
    month = f"{day.month:02}" if day.month < 3 else str(day.month)
    return f"{day.day:02}/{month}/{day.year}"


def document_number(given: str) -> str:
    """`05` for 5; empty where none was given."""
    text = clean(given)
    return f"{int(text):02}" if text.isdecimal() and len(text) < 9 else text


def joined(parts: Iterable[str]) -> str:
    """`a, b và c`."""
    known = [p for p in parts if p]
    return " và ".join(filter(None, [", ".join(known[:-1]), known[-1]])) if known else ""


def sentence_start(text: str) -> str:
    """The first letter raised, the rest as it is."""
    return text[:1].upper() + text[1:]
