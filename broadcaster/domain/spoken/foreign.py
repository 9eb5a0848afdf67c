"""A foreign word that no table knows, said in Vietnamese syllables: a guess, always reported as one."""

import re
from functools import lru_cache

from broadcaster.domain.spoken.patterns import lazy
from broadcaster.domain.spoken.syllables import is_syllable, is_toneless_syllable, spell, split_tone
from broadcaster.domain.spoken.tables import speakable_syllable

_CHUNK = lazy(r"([^aeiouyăâêôơư]*)([aeiouyăâêôơư]*)")
_ONSET = {
    "f": "ph", "j": "gi", "z": "d", "w": "u", "c": "c", "k": "c", "q": "c", "ck": "c", "sh": "s", "ph": "ph", "th": "th",
    "ch": "ch", "tr": "tr", "ng": "ng", "nh": "nh", "kh": "kh", "gh": "g", "gi": "gi", "qu": "qu", "ll": "l", "ss": "x",
    "tt": "t", "mm": "m", "nn": "n", "pp": "p", "ff": "ph", "cc": "c", "rr": "r", "dd": "đ", "bb": "b", "gg": "g",
    "d": "đ", "s": "x", "sch": "s", "tz": "d", "zz": "d",
}  # fmt: skip
_CODA = {
    "n": "n", "m": "m", "ng": "ng", "nh": "nh", "p": "p", "t": "t", "c": "c", "ch": "ch", "k": "c", "b": "p", "d": "t",
    "g": "c", "s": "t", "f": "p", "v": "p", "x": "c", "z": "t", "ck": "c", "nn": "n", "mm": "m", "l": "n", "ll": "n",
    "r": "", "sh": "t", "ss": "t", "tt": "t", "th": "t", "j": "t", "q": "c", "h": "", "w": "",
}  # fmt: skip
_VOWEL = {
    "ee": "i", "oo": "u", "ea": "i", "ou": "ao", "ei": "ây", "ie": "i", "ia": "i a", "io": "i ô", "eo": "e o", "ae": "e",
    "ue": "ue", "o": "ô", "e": "e", "ey": "ây", "ay": "ây", "oe": "ô", "au": "ao", "y": "i", "aa": "a", "ui": "ui",
}  # fmt: skip
_RISING = str.maketrans("aăâeêioôơuưy", "áắấéếíóốớúứý")
_EASE = (
    "b",
    "c",
    "đ",
    "ph",
    "g",
    "h",
    "l",
    "m",
    "n",
    "p",
    "r",
    "s",
    "t",
    "v",
    "x",
    "d",
    "gi",
    "ch",
    "th",
    "kh",
    "tr",
    "ng",
    "nh",
)


@lru_cache(maxsize=4096)
def say_foreign(word: str) -> str:
    """Vietnamese syllables near the sound of a foreign word; its letter names when it has no vowel or is very long."""
    base, _ = split_tone(word.lower())
    unmarked = _unmarked(base)
    if unmarked:
        return unmarked
    if len(base) > 24 or not re.search(r"[aeiouyăâêôơư]", base):
        return spell(word)
    pieces = [(m[1], m[2]) for m in _CHUNK.finditer(base) if m[0]]
    said: list[str] = []
    for at, (onset, vowel) in enumerate(pieces):
        following = pieces[at + 1][0] if at + 1 < len(pieces) else ""
        if not vowel:
            continue
        last = at + 1 >= len(pieces) or not pieces[at + 1][1]
        coda, _rest = _coda(following, last=last)
        start = onset if at == 0 else _coda(onset, last=False)[1]
        said += _syllables(start, vowel, coda)
    words = " ".join(said)
    return words if words and all(is_syllable(w) for w in words.split()) else spell(word)


def _unmarked(base: str) -> str | None:
    """A Vietnamese word typed without its marks: `phuong` is said `phương`, `tieu` is said `tiêu`."""
    if not base.isascii() or len(base) > 7:
        return None
    for plain, marked in (("uye", "uyê"), ("ie", "iê"), ("uo", "ươ"), ("uo", "uô"), ("ye", "yê")):
        form = base.replace(plain, marked, 1)
        if form != base and len(base) > 3 and is_toneless_syllable(form):
            return speakable_syllable(form)
    return None


def _coda(consonants: str, *, last: bool) -> tuple[str, str]:
    """What closes the syllable before, and what is left to open the next."""
    if last:
        for size in (3, 2, 1):
            if consonants[:size] in _CODA:
                return consonants[:size], ""
        return "", ""
    if len(consonants) < 2:
        return "", consonants
    if consonants in _ONSET or consonants[0] not in _CODA:
        return "", consonants
    return consonants[0], consonants[1:]


def _syllables(onset: str, vowel: str, coda: str) -> list[str]:
    """The words of one onset-vowel-coda group; a cluster is eased with `ờ`: bl- → bờ l-."""
    lead: list[str] = []
    opening = _ONSET.get(onset, onset)
    while len(onset) > 1 and opening == onset and onset not in _EASE:
        first = _ONSET.get(onset[0], onset[0])
        if first in _EASE:
            lead.append(("gh" if first == "g" else first).replace("gh", "g") + "ờ")
        onset = onset[1:]
        opening = _ONSET.get(onset, onset)
    nucleus = _VOWEL.get(vowel, vowel)
    close = _CODA.get(coda, "")
    *before, tail = nucleus.split(" ") if " " in nucleus else [nucleus]
    group = [*lead]
    if before:
        group.append(_fit(opening, before[0], ""))
        opening = ""
    group.append(_fit(opening, tail, close))
    return [word for word in group if word]


def _fit(opening: str, vowel: str, close: str) -> str:
    """The nearest writable syllable: k before front vowels, a rising tone before a stop."""
    if vowel[:1] in set("ieêy"):
        opening = {"c": "k", "g": "gh", "ng": "ngh"}.get(opening, opening)
    for end in (close, ""):
        for core in (vowel, vowel[:1], vowel[-1:]):
            word = opening + core + end
            if is_syllable(word):
                return word
            rising = opening + core[:-1] + core[-1:].translate(_RISING) + end
            if end in {"p", "t", "c", "ch"} and is_syllable(rising):
                return rising
    return ""
