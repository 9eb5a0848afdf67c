"""How an airing is laid out in sound: lead-in, chime, items with their repeats and gaps, tail; the one rule of its length."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from broadcaster.domain.rundown import Airing
from broadcaster.domain.scripts import Script, ScriptId
from broadcaster.domain.settings import MasteringSettings

CHIME_GAP_S = 0.4
"""Silence between the chime and the first word, seconds."""


class PieceKind(Enum):
    """What a piece of the layout is."""

    SILENCE = "silence"
    CHIME = "chime"
    ITEM = "item"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One piece in order; ``seconds`` is set for silence, ``script`` for an item."""

    kind: PieceKind
    seconds: float = 0.0
    script: ScriptId | None = None


def silence(seconds: float) -> Piece:
    """A pause of that many seconds."""
    return Piece(kind=PieceKind.SILENCE, seconds=seconds)


def layout(
    items: Sequence[ScriptId],
    scripts: Mapping[ScriptId, Script],
    settings: MasteringSettings,
    *,
    repeat: int = 1,
    gap_s: float = 5.0,
) -> tuple[Piece, ...]:
    """The whole airing in order: the lead-in wakes the amplifiers so that horns do not clip the first word."""
    once: list[Piece] = [silence(settings.lead_in_s)]
    if settings.chime:
        once += [Piece(kind=PieceKind.CHIME), silence(CHIME_GAP_S)]
    for position, item in enumerate(items):
        if position:
            once.append(silence(settings.item_gap_s))
        script = scripts.get(item)
        times = script.repeat if script else 1
        for turn in range(times):
            if turn and script:
                once.append(silence(script.repeat_gap_s))
            once.append(Piece(kind=PieceKind.ITEM, script=item))
    once.append(silence(settings.tail_s))
    whole = list(once)
    for _ in range(repeat - 1):
        whole += [silence(gap_s), *once]
    return tuple(whole)


def length(pieces: Iterable[Piece], seconds: Mapping[ScriptId, float], *, chime_s: float) -> float:
    """Seconds of the whole; an item of unknown length counts 0."""
    total = 0.0
    for piece in pieces:
        if piece.kind is PieceKind.SILENCE:
            total += piece.seconds
        elif piece.kind is PieceKind.CHIME:
            total += chime_s
        elif piece.script is not None:
            total += seconds.get(piece.script, 0.0)
    return total


def with_lengths(
    airings: Iterable[Airing],
    scripts: Mapping[ScriptId, Script],
    settings: MasteringSettings,
    seconds: Mapping[ScriptId, float],
    *,
    chime_s: float,
) -> tuple[Airing, ...]:
    """The same airings with ``duration_s`` by their layout."""
    known: dict[tuple[tuple[ScriptId, ...], int, float], float] = {}
    result = []
    for airing in airings:
        key = (airing.scripts, airing.repeat, airing.gap_s)
        if key not in known:
            pieces = layout(airing.scripts, scripts, settings, repeat=airing.repeat, gap_s=airing.gap_s)
            known[key] = round(length(pieces, seconds, chime_s=chime_s), 3)
        result.append(replace(airing, duration_s=known[key]))
    return tuple(result)
