"""Pasted text made whole before it is read: forms of characters, broken lines, page marks; every offset kept."""

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass

from broadcaster.domain.spoken.patterns import lazy
from broadcaster.domain.spoken.syllables import is_syllable

_SAME = {
    "\u00a0": " ", "\u2000": " ", "\u2001": " ", "\u2002": " ", "\u2003": " ", "\u2004": " ", "\u2005": " ",
    "\u2006": " ", "\u2007": " ", "\u2008": " ", "\u2009": " ", "\u200a": " ", "\u202f": " ", "\u205f": " ",
    "\u3000": " ", "\t": " ", "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2212": "-", "\uff0d": "-", "\ufe63": "-",
    "\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u00ab": '"', "\u00bb": '"', "\u201e": '"',
    "\u2024": ".", "\uff0e": ".", "\uff0c": ",", "\uff1a": ":", "\uff1b": ";", "\u2044": "/", "\u2215": "/",
    "\u00d0": "Đ", "\u0189": "Đ", "\u00f0": "đ", "\r": "\n", "\x0b": "\n", "\x0c": "\n", "\u2028": "\n",
    "\u2029": "\n", "\x85": "\n", "\x1c": "\n", "\x1d": "\n", "\x1e": "\n",
    "\u00ad": "", "\u200b": "", "\u200c": "", "\u200d": "", "\u2060": "", "\ufeff": "", "\u200e": "", "\u200f": "",
    "\ufe0f": "", "\ufe0e": "",
}  # fmt: skip
_MAP = str.maketrans(_SAME)
_ODD = lazy("[" + re.escape("".join(_SAME)) + "\u0300-\u036f\uff10-\uff19\uff21-\uff5a]")
_END = lazy(r"[.!?:]['\")\]]*$")
_ITEM = lazy(r"(?:[-+*•–—●▪]|\(?(?:\d{1,2}|[a-zđ])[.)]|[IVX]{1,5}[.)])\s*\S?")
_CODE_BREAK = lazy(r"(?<=[A-ZĐa-z0-9])[-/–]$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Repaired:
    """Text ready for reading, and the way back: position `starts[i]` of it came from `origins[i]` of the original."""

    text: str
    starts: tuple[int, ...]
    origins: tuple[int, ...]
    size: int

    def origin(self, position: int) -> int:
        """Where a position of the repaired text stood in the original."""
        if len(self.starts) == 1:
            return min(position, self.size)
        at = bisect_right(self.starts, position) - 1
        here = self.origins[at] + (position - self.starts[at])
        limit = self.origins[at + 1] if at + 1 < len(self.origins) else self.size
        return min(here, limit)


def repair(text: str, *, join: bool = True) -> Repaired:
    """Characters made uniform; with `join`, lines that a page broke are put together again."""
    pieces, origins = _uniform(text)
    plain = "".join(pieces)
    starts = _cumulate(pieces)
    if join and "\n" in plain:
        plain, starts, origins = _join_lines(plain, starts, origins)
    return Repaired(text=plain, starts=tuple(starts), origins=tuple(origins), size=len(text))


def _cumulate(pieces: list[str]) -> list[int]:
    starts, at = [], 0
    for piece in pieces:
        starts.append(at)
        at += len(piece)
    return starts


def _uniform(text: str) -> tuple[list[str], list[int]]:
    """NFC and one form of spaces, dashes and quotes, as pieces with their origins."""
    if not _ODD.search(text) and unicodedata.is_normalized("NFC", text):
        return [text], [0]
    pieces: list[str] = []
    origins: list[int] = []
    at, size = 0, len(text)
    while at < size:
        odd = _ODD.search(text, at)
        until = size if odd is None else odd.start()
        if odd is not None and unicodedata.combining(text[until]) and until > at:
            until -= 1
        if until > at:
            pieces.append(unicodedata.normalize("NFC", text[at:until]))
            origins.append(at)
        if odd is None:
            break
        at = until
        until += 1
        while until < size and until - at < 16 and unicodedata.combining(text[until]):
            until += 1
        pieces.append(_one(text[at:until]))
        origins.append(at)
        at = until
    return pieces, origins


def _one(cluster: str) -> str:
    if len(cluster) == 2 and cluster == "\r\n":
        return "\n"
    char = cluster[0]
    if "\uff10" <= char <= "\uff5a":
        return unicodedata.normalize("NFKC", cluster)
    return unicodedata.normalize("NFC", cluster).translate(_MAP)


def _join_lines(text: str, starts: list[int], origins: list[int]) -> tuple[str, list[int], list[int]]:
    """The text with page-broken lines joined; the map gets one entry for each kept line."""
    lines: list[tuple[int, str]] = []
    at = 0
    for line in text.split("\n"):
        lines.append((at, line))
        at += len(line) + 1
    filled = [(start, line) for start, line in lines if line.strip()]
    width = max((len(line.strip()) for _, line in filled), default=0)
    width = width if 50 <= width <= 130 and len(filled) >= 3 else 0
    out: list[str] = []
    out_starts: list[int] = []
    out_origins: list[int] = []
    size = 0
    back = Repaired(text=text, starts=tuple(starts), origins=tuple(origins), size=10**12)
    previous = ""
    for start, line in filled:
        lead = len(line) - len(line.lstrip())
        kept = line.strip()
        glue = _glue(previous, kept, width) if previous else None
        joint = ("\n" if glue is None else glue) if out else ""
        for offset, piece in _pieces(back, start + lead, joint, kept):
            out.append(piece)
            out_starts.append(size)
            out_origins.append(offset)
            size += len(piece)
        previous = kept
    return "".join(out), out_starts or [0], out_origins or [0]


def _pieces(back: Repaired, start: int, joint: str, kept: str) -> list[tuple[int, str]]:
    """One kept line cut where the origin map has a step, so that positions stay exact inside it."""
    first = back.origin(start)
    found = [(max(0, first - len(joint)), joint)] if joint else []
    end = start + len(kept)
    low = bisect_right(back.starts, start)
    at = start
    while low < len(back.starts) and back.starts[low] < end:
        step = back.starts[low]
        if step > at:
            found.append((back.origin(at), kept[at - start : step - start]))
            at = step
        low += 1
    found.append((back.origin(at), kept[at - start :]))
    return found


def _glue(above: str, below: str, width: int) -> str | None:
    """What joins two lines of one paragraph: a space, nothing inside a code, or None for two paragraphs."""
    if _CODE_BREAK.search(above) and below[:1].isupper():
        return ""
    if _END.search(above) or _ITEM.match(below):
        return None
    if above.endswith((" -", " –")) and below[:1].isdigit():
        return " "
    if below[:1].islower():
        return " "
    first, _, more = below.partition(" ")
    if above.isupper() or (below.isupper() and more):
        return None
    slack = 24 if first.isupper() and not is_syllable(first.strip(",.;")) else 8
    return " " if width and len(above) + 1 + len(first) > width - slack else None
