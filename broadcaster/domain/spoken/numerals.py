"""A written number as a value: thousands by dots, commas or spaces, decimals, leading zeros, stray spaces."""

import re
from typing import NamedTuple

from broadcaster.domain.spoken.numbers import cardinal, decimal, spell_digits
from broadcaster.domain.spoken.patterns import lazy
from broadcaster.domain.spoken.style import Style

_MONEY_NEXT = lazy(r"\s?(?:đồng|đ(?!\w)|vnđ|vnd|₫)", re.IGNORECASE)
_COUNTED = lazy(r"\s?(?:đồng|đ(?!\w)|vnđ|vnd|hộ|người|lượt|em|hồ sơ|học sinh|con|cây|suất|bản|tờ)", re.IGNORECASE)
_DOTS = lazy(r"\d{1,3}(?:\.\d{3})+(?!\d)")
_DOTS_BROKEN = lazy(r"\d{1,3}(?:\s?\.\s?\d{3}(?!\d)){1,4}")
_COMMAS = lazy(r"\d{1,3}(?:,\d{3}){2,5}(?!\d)(?:\.\d{1,4}(?!\d))?")
_SPACES = lazy(r"\d{1,3}(?: \d{3}){1,5}(?![\d.,]\d|\d)")
_FRACTION = lazy(r"\s?,\s?(\d{1,9})(?![\d]|[.,]\d)")
_POINT = lazy(r"(\d{1,9})\.(\d{1,6})(?!\d|\.\d)")
_COMMA = lazy(r"(\d{1,9})(,| ,)(\d{1,9})(?!\d|,\d)")
_DIGITS = lazy(r"\d+")


class Number(NamedTuple):
    """Where a number ends, its words, its value when whole (else -1), and how it was written."""

    end: int
    spoken: str
    value: int
    raw: str


def number_at(line: str, at: int, style: Style) -> Number | None:
    """The longest number that begins at `at`."""
    found = _DIGITS.match(line, at)
    if found is None:
        return None
    end = found.end()
    following = line[end : end + 1]
    if following in {".", ",", " "} and end - at <= 9:
        grouped = _grouped(line, at, style) if end - at <= 3 else None
        marked = grouped or _decimal(line, at, style)
        if marked:
            return marked
    raw = found[0]
    if len(raw) > 18 or (raw[0] == "0" and len(raw) > 2):
        return Number(end, spell_digits(raw) if raw.isascii() else _other_digits(raw), int(raw[:18]), raw)
    return Number(end, cardinal(int(raw), style), int(raw), raw)


def _other_digits(raw: str) -> str:
    return spell_digits("".join(str(int(char)) for char in raw))


def _grouped(line: str, at: int, style: Style) -> Number | None:
    found = _DOTS.match(line, at)
    broken = _DOTS_BROKEN.match(line, at)
    if broken and (found is None or broken.end() > found.end()) and _really_broken(line, broken):
        found = broken
    if found is None:
        found = _COMMAS.match(line, at)
        if found and "." in found[0]:
            whole, fraction = found[0].split(".")
            return Number(found.end(), decimal(int(whole.replace(",", "")), fraction, style), -1, found[0])
    if found is None:
        found = _SPACES.match(line, at)
        if found and not (found[0].count(" ") > 1 or _COUNTED.match(line, found.end())):
            found = None
        if found and found[0][0] == "0":
            found = None
    if found is None or (found[0][0] == "0" and len(found[0]) > 1):
        return None
    digits = re.sub(r"\D", "", found[0])
    if len(digits) > 18:
        return Number(found.end(), spell_digits(digits), -1, found[0])
    value = int(digits)
    tail = _FRACTION.match(line, found.end()) if line[found.end() : found.end() + 1] == "," else None
    if tail and " " not in tail[0]:
        return Number(tail.end(), decimal(value, tail[1], style), -1, line[at : tail.end()])
    return Number(found.end(), cardinal(value, style), value, found[0])


def _really_broken(line: str, found: re.Match[str]) -> bool:
    """A stray space inside 2.500 .000 is not the end of a sentence."""
    text = found[0]
    if re.search(r"\s\.", text) or _MONEY_NEXT.match(line, found.end()):
        return True
    return (
        re.search(r"\d\.\d{3}", text) is not None
        and "\n" not in text
        and re.search(r"\.\s\d{3}\.\d{3}", text) is not None
    )


def _decimal(line: str, at: int, style: Style) -> Number | None:
    found = _COMMA.match(line, at)
    if found:
        whole, fraction = found[1], found[3]
        if len(fraction) == 3 and whole[0] != "0" and len(whole) <= 3 and _COUNTED.match(line, found.end()):
            value = int(whole + fraction)
            return Number(found.end(), cardinal(value, style), value, found[0])
        return Number(found.end(), decimal(int(whole), fraction, style), -1, found[0])
    found = _POINT.match(line, at)
    if found:
        return Number(found.end(), decimal(int(found[1]), found[2], style), -1, found[0])
    return None
