"""Web addresses and e-mail: parts that are known words are said as words, the rest letter by letter."""

import re

from broadcaster.domain.spoken import tables
from broadcaster.domain.spoken.numbers import spell_digits
from broadcaster.domain.spoken.patterns import lazy
from broadcaster.domain.spoken.reading import Hit, Kind

_MAIL = lazy(r"[A-Za-z0-9][A-Za-z0-9._%+\-]{0,63}@[A-Za-z0-9\-]{1,63}(?:\.[A-Za-z0-9\-]{1,63}){1,6}")
_WEB = lazy(
    r"(?:(https?)://)?(?:[A-Za-z0-9\-]{1,63}\.){1,8}(?:vn|com|net|org|edu|gov|info|me|io|app|asia|xyz|tv|biz)(?![\w])(?:/[\w\-./?=&%#~:+]{0,300})?",
    re.IGNORECASE | re.ASCII,
)
_PROTOCOL = lazy(r"(https?)://[\w\-./?=&%#~:+]{1,300}", re.IGNORECASE | re.ASCII)
# nobody writes down a long path from hearing it: the site is said, the person who approves is told
_LONG_PATH = lazy(r"((?:https?://)?[\w\-.]{3,255})/(?=[^?=]{0,300}[?=]|.{25})", re.IGNORECASE | re.ASCII)
_ATOM = lazy(r"[A-Za-z]+|\d+|.")
_MARKS = {".": "chấm", "@": "a còng", "-": "gạch ngang", "_": "gạch dưới", "/": "gạch chéo", "?": "hỏi", "=": "bằng",
          "&": "và", "%": "phần trăm", "#": "thăng", "~": "ngã", "+": "cộng", ":": "hai chấm"}  # fmt: skip


def electronic_at(line: str, at: int) -> Hit | None:
    """A mail or web address that begins here."""
    for pattern in (_MAIL, _WEB, _PROTOCOL):
        found = pattern.match(line, at)
        if found:
            text = found[0].rstrip(".,;:/?")
            if text.islower() or not text[:-3].isupper() or "@" in text:
                host = _LONG_PATH.match(text)
                if host:
                    return Hit(at + len(text), say_address(host[1]), "electronic", Kind.EXPANDED, "cut-link")
                return Hit(at + len(text), say_address(text), "electronic")
    return None


def say_address(text: str) -> str:
    """The words of an address."""
    lowered = text.lower()
    for lead in ("https://", "http://"):
        lowered = lowered.removeprefix(lead)
    said: list[str] = []
    if lowered.startswith("www."):
        said += ["vê kép vê kép vê kép", "chấm"]
        lowered = lowered[4:]
    for atom in _ATOM.findall(lowered):
        if atom.isdigit():
            said.append(spell_digits(atom))
        elif atom in _MARKS:
            said.append(_MARKS[atom])
        elif atom.isalpha():
            said.append(tables.address_label(atom))
    return " ".join(" ".join(said).split())
