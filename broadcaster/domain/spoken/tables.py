"""The word tables of the reader: data files of the package, read once at the first use."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from broadcaster.domain.spoken.syllables import is_syllable, is_toneless_syllable, spell


def rows(name: str) -> Iterator[list[str]]:
    """The rows of one data file, comments and blank lines left out."""
    # asked for when it is needed: importing it costs more than reading a table
    from importlib.resources import files  # noqa: PLC0415

    text = files("broadcaster.domain.spoken").joinpath("words", name).read_text(encoding="utf-8")
    for line in text.split("\n"):
        if line and not line.startswith("#"):
            yield line.split("\t")


@cache
def abbreviations() -> dict[str, str]:
    """Abbreviations with one reading wherever they stand."""
    return {row[0]: row[1] for row in rows("abbreviations.tsv")}


@cache
def chain_heads() -> frozenset[str]:
    """The first parts of abbreviations written with & - / . , or a space inside."""
    chained = (re.match(r"[^\W\d_]+(?=[&/\-.,])", form) for form in abbreviations())
    return frozenset(found[0] for found in chained if found)


@cache
def units() -> dict[str, str]:
    """Units of measure and money as they stand after a number."""
    return {row[0]: row[1] for row in rows("units.tsv")}


@cache
def foreign() -> dict[str, str]:
    """Foreign words in lower case and how they are said."""
    return {row[0]: row[1] for row in rows("foreign.tsv")}


@cache
def domains() -> dict[str, str]:
    """Parts of web addresses."""
    return {row[0]: row[1] for row in rows("domains.tsv")}


@cache
def code_types() -> dict[str, str]:
    """Kinds of document as they stand in document codes."""
    return {row[0]: row[1] for row in rows("codes.tsv") if row[2] == "type"}


@cache
def code_parts() -> dict[str, str]:
    """Every part of document codes: kinds and issuers."""
    return {row[0]: row[1] for row in rows("codes.tsv")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One row of a decision list: the spoken form, and the conditions that must all hold."""

    conditions: tuple[str, ...]
    spoken: str


@cache
def contexts() -> dict[str, tuple[Choice, ...]]:
    """Decision lists of the abbreviations that depend on what stands around them."""
    found: dict[str, list[Choice]] = {}
    for form, when, spoken in rows("contexts.tsv"):
        found.setdefault(form, []).append(Choice(conditions=_split_conditions(when), spoken=spoken))
    return {form: tuple(choices) for form, choices in found.items()}


def _split_conditions(when: str) -> tuple[str, ...]:
    return tuple(re.split(r"\+(?=name|num|dot|caps|colon|start|else|next:|prev:|roman|phone|birthday|year)", when))


@cache
def pattern_after(alternatives: str) -> re.Pattern[str]:
    """Matches at the end of an abbreviation when one of `a|b` follows."""
    return re.compile(rf"[.\s:]*(?:{_alternatives(alternatives)})(?!\w)", re.IGNORECASE)


@cache
def pattern_before(alternatives: str) -> re.Pattern[str]:
    """Matches the text before an abbreviation when it ends with one of `a|b`."""
    return re.compile(rf"(?<!\w)(?:{_alternatives(alternatives)})[\s:(“\"]*$", re.IGNORECASE)


def _alternatives(text: str) -> str:
    return "|".join(re.escape(part.strip()).replace(r"\ ", r"\s+") for part in text.split("|") if part.strip())


@lru_cache(maxsize=4096)
def compose(form: str) -> str | None:
    """An unknown abbreviation as a chain of known ones (UB + MTTQ + VN), the fewest parts winning; None if it is none."""
    known = abbreviations()
    size = len(form)
    if size > 32:
        return None
    best: list[tuple[int, str] | None] = [(0, ""), *[None] * size]
    for end in range(2, size + 1):
        for start in range(max(0, end - 12), end - 1):
            head = best[start]
            part = known.get(form[start:end])
            if head is None or part is None:
                continue
            if best[end] is None or head[0] + 1 < best[end][0]:  # type: ignore[index]
                best[end] = (head[0] + 1, f"{head[1]} {part}".strip())
    whole = best[size]
    return whole[1] if whole and whole[0] <= 4 else None


@lru_cache(maxsize=4096)
def address_label(label: str) -> str:
    """One part of a web address: by the table, by its known parts, by syllables, or letter by letter."""
    known = domains()
    if label in known:
        return known[label]
    return _label_parts(label) or spell(label)


def _label_parts(label: str) -> str | None:
    known = domains()
    size = len(label)
    if size > 60:
        return None
    best: list[tuple[int, str] | None] = [(0, ""), *[None] * size]
    for end in range(1, size + 1):
        for start in range(max(0, end - 28), end):
            head = best[start]
            if head is None:
                continue
            part = label[start:end]
            if len(part) > 2 and part in known:
                cost, words = head[0] + 10, known[part]
            elif 2 <= len(part) <= 6 and is_toneless_syllable(part):
                cost, words = head[0] + 25, speakable_syllable(part)
            else:
                continue
            kept = best[end]
            if kept is None or cost < kept[0]:
                best[end] = (cost, f"{head[1]} {words}".strip())
    whole = best[size]
    return whole[1] if whole and (size > 4 or whole[0] <= 20) else None


def speakable_syllable(part: str) -> str:
    """A toneless syllable as a voice can say it: a stopped one takes the rising tone."""
    if is_syllable(part):
        return part
    for plain, marked in zip("aăâeêioôơuưy", "áắấéếíóốớúứý", strict=True):
        at = part.rfind(plain)
        if at >= 0 and is_syllable(part[:at] + marked + part[at + 1 :]):
            return part[:at] + marked + part[at + 1 :]
    return spell(part)
