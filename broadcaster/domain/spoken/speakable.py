"""The gate before a voice: what in a text it cannot say; sound is refused while anything is left."""

from broadcaster.domain.spoken.syllables import is_syllable

_MARKS = ",.;:!?"


def residue(words: str) -> tuple[str, ...]:
    """The pieces that are no Vietnamese syllable, in order, each once; punctuation , . ; : ? ! is allowed."""
    found: dict[str, None] = {}
    for piece in words.split():
        core = piece.strip(_MARKS)
        if core and not is_syllable(core):
            found.setdefault(piece, None)
    return tuple(found)


def is_speakable(words: str) -> bool:
    """Whether a Vietnamese voice can say every piece, and there is something to say."""
    return bool(words.strip(_MARKS + " \n")) and not residue(words)
