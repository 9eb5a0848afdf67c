"""Forgiving comparison of what people type: marks, case, spaces and underscores never make two names different."""

import difflib
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_NOT_PLAIN = re.compile(r"[^a-z0-9]+")
_PLAIN = re.compile(r"[a-z0-9]*\Z")


@lru_cache(maxsize=16384)
def fold(text: str) -> str:
    """`Tiêu đề`, `tieu_de` and `TIEU DE` become the same `tieude`: no marks, đ as d, lower case, only a-z0-9."""
    if _PLAIN.match(text):
        return text
    return _NOT_PLAIN.sub("", _without_marks(text))


@lru_cache(maxsize=16384)
def fold_id(text: str) -> str:
    """A plain id from any text: `Một cửa là gì?` becomes `mot-cua-la-gi`."""
    return _NOT_PLAIN.sub("-", _without_marks(text)).strip("-")


def _without_marks(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def closest(word: str, choices: Iterable[str]) -> str | None:
    """The choice a person most likely meant, compared folded; None when nothing is near."""
    by_fold: dict[str, str] = {}
    for choice in choices:
        by_fold.setdefault(fold(choice), choice)
    folded = fold(word)[:80]
    if folded in by_fold:
        return by_fold[folded]
    near = difflib.get_close_matches(folded, by_fold, n=1, cutoff=0.6)
    return by_fold[near[0]] if near else None


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """A hint sentence naming the closest choice, or empty."""
    near = closest(word, choices)
    return f"Có phải ý là «{near}»?" if near is not None else ""
