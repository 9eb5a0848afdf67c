"""Values to words: cardinals, digits, decimals and roman numerals; pure functions of the value and the style."""

from functools import lru_cache

from broadcaster.domain.spoken.patterns import lazy
from broadcaster.domain.spoken.style import NATIONAL, Style

DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
BILLION = 1_000_000_000
_AFTER_TENS = {1: "mốt", 4: "tư", 5: "lăm"}
_ROMAN = lazy(r"M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}


def _below_hundred(n: int) -> list[str]:
    tens, unit = divmod(n, 10)
    if tens == 0:
        return [DIGITS[unit]]
    if tens == 1:
        return ["mười"] if unit == 0 else ["mười", "lăm" if unit == 5 else DIGITS[unit]]
    words = [DIGITS[tens], "mươi"]
    if unit:
        words.append(_AFTER_TENS.get(unit, DIGITS[unit]))
    return words


def _group(n: int, *, full: bool, style: Style) -> list[str]:
    """Words of 1..999; `full` says `không trăm` when a larger group stands before."""
    hundreds, rest = divmod(n, 100)
    words = [DIGITS[hundreds], "trăm"] if hundreds or full else []
    if rest == 0:
        return words
    if rest < 10 and words:
        return [*words, style.odd, "tư" if rest == 4 and style.odd == "linh" else DIGITS[rest]]
    return words + _below_hundred(rest)


@lru_cache(maxsize=4096)
def cardinal(n: int, style: Style = NATIONAL, *, full: bool = False) -> str:
    """The words of a whole number; negative numbers begin with `âm`."""
    if n < 0:
        return "âm " + cardinal(-n, style)
    if n == 0:
        return DIGITS[0]
    words: list[str] = []
    if n >= BILLION:
        head, n = divmod(n, BILLION)
        words = [cardinal(head, style, full=full), "tỷ"]
    for size, name in ((1_000_000, "triệu"), (1000, style.thousand), (1, "")):
        part, n = divmod(n, size)
        if part:
            words += _group(part, full=full or bool(words), style=style)
            if name:
                words.append(name)
    return " ".join(words)


def spell_digits(digits: str) -> str:
    """Each digit by its name; anything else is skipped."""
    return " ".join(DIGITS[int(c)] for c in digits if c.isdigit())


def decimal(whole: int, fraction: str, style: Style = NATIONAL) -> str:
    """`97,25` is `chín mươi bảy phẩy hai mươi lăm`; a leading zero or a third digit is read digit by digit."""
    short = len(fraction) <= 2 and not fraction.startswith("0")
    tail = cardinal(int(fraction), style) if short else spell_digits(fraction)
    return f"{cardinal(whole, style)} phẩy {tail}"


def ordinal(n: int, style: Style = NATIONAL) -> str:
    """The word after `thứ`: nhất, hai, ba, tư, năm…"""
    return {1: "nhất", 4: "tư"}.get(n) or cardinal(n, style)


def month(n: int) -> str:
    """The word after `tháng`: the fourth month is `tư`."""
    return "tư" if n == 4 else cardinal(n)


def roman(text: str) -> int | None:
    """The value of a well-formed roman numeral in capitals, else None."""
    if not text or len(text) > 15 or not _ROMAN.fullmatch(text):
        return None
    total = 0
    for here, following in zip(text, text[1:] + "I", strict=True):
        value = _ROMAN_VALUES[here]
        total += -value if value < _ROMAN_VALUES[following] else value
    return total if total else None
