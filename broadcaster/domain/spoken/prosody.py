"""Where a voice pauses and for how long; spoken words cut into units short enough for any voice."""

from dataclasses import dataclass
from enum import StrEnum

from broadcaster.domain.spoken.patterns import lazy
from broadcaster.domain.spoken.reading import OUTDOOR_RATE, Reading

_CLAUSE = lazy(r"[^,;:.!?]+[,;:.!?]*")
_SENTENCE = lazy(r"[^.!?;:]+[.!?;:]*")
_SLOWER = 0.8


class Pause(StrEnum):
    """What a silence stands for."""

    NONE = "none"
    COMMA = "comma"
    CLAUSE = "clause"
    SENTENCE = "sentence"
    PARAGRAPH = "paragraph"


PAUSE_SECONDS = {Pause.NONE: 0.0, Pause.COMMA: 0.25, Pause.CLAUSE: 0.4, Pause.SENTENCE: 0.6, Pause.PARAGRAPH: 0.9}
_PAUSE_OF = {
    ",": Pause.COMMA,
    ";": Pause.CLAUSE,
    ":": Pause.CLAUSE,
    ".": Pause.SENTENCE,
    "!": Pause.SENTENCE,
    "?": Pause.SENTENCE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """One piece for a voice, the silence after it in seconds, and whether to say it slowly."""

    text: str
    pause: Pause
    slow: bool = False

    @property
    def pause_after_s(self) -> float:
        """Seconds of silence after the piece."""
        return PAUSE_SECONDS[self.pause] * (1.5 if self.slow else 1.0)

    @property
    def syllables(self) -> int:
        """Syllables of the piece."""
        return len(self.text.split())

    def seconds(self, rate: float = OUTDOOR_RATE) -> float:
        """Estimated length with its pause, in seconds, at `rate` syllables a minute; a slow piece takes a quarter more."""
        return self.syllables * 60.0 / (rate * (_SLOWER if self.slow else 1.0)) + self.pause_after_s


def sentences(words: str) -> tuple[str, ...]:
    """The sentences of spoken words, each stripped; a line end closes a sentence."""
    found = (m[0].strip() for line in words.split("\n") for m in _SENTENCE.finditer(line))
    return tuple(sentence for sentence in found if sentence.strip(",.;:!? "))


def utterances(reading: Reading, *, max_chars: int = 100) -> tuple[Utterance, ...]:
    """The whole reading as pieces of at most `max_chars` characters: cut at sentences, then clauses, then words."""
    out: list[Utterance] = []
    for number, line in enumerate(reading.words.split("\n")):
        slow = number in reading.slow_lines
        pieces = list(_units(line, max_chars, slow=slow))
        for at, (text, pause) in enumerate(pieces):
            last = at == len(pieces) - 1
            out.append(Utterance(text=text, pause=Pause.PARAGRAPH if last else pause, slow=slow))
    return tuple(out)


def _units(line: str, limit: int, *, slow: bool) -> list[tuple[str, Pause]]:
    units: list[tuple[str, Pause]] = []
    for sentence in sentences(line):
        if len(sentence) <= limit and not slow:
            units.append((sentence, _pause(sentence)))
            continue
        clauses = [m[0].strip() for m in _CLAUSE.finditer(sentence)]
        for clause in clauses if slow else _merged(clauses, limit):
            parts = _wrapped(clause, limit)
            units += [(part, Pause.NONE) for part in parts[:-1]]
            units += [(part, _pause(part)) for part in parts[-1:]]
    return units


def _pause(text: str) -> Pause:
    return _PAUSE_OF.get(text[-1:], Pause.SENTENCE)


def _merged(clauses: list[str], limit: int) -> list[str]:
    """Neighbouring clauses together as long as they fit."""
    out: list[str] = []
    for clause in clauses:
        if out and len(out[-1]) + 1 + len(clause) <= limit:
            out[-1] = f"{out[-1]} {clause}"
        else:
            out.append(clause)
    return out


def _wrapped(clause: str, limit: int) -> list[str]:
    """Words in pieces of at most `limit` characters; a single longer word stays whole."""
    out: list[str] = []
    for word in clause.split():
        if out and len(out[-1]) + 1 + len(word) <= limit:
            out[-1] = f"{out[-1]} {word}"
        else:
            out.append(word)
    return out
