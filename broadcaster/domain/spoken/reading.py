"""The typed result of reading a text: words to be spoken, where each came from, and what a person should look at."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

OUTDOOR_RATE = 195.0


class Kind(StrEnum):
    """How sure the reader is of one piece."""

    PLAIN = "plain"
    EXPANDED = "expanded"
    GUESSED = "guessed"
    UNKNOWN = "unknown"
    DROPPED = "dropped"


class Hit(NamedTuple):
    """What one class says of the text from a position to `end`; internal to the reader, made by the hundred thousand."""

    end: int
    spoken: str
    cls: str
    kind: Kind = Kind.EXPANDED
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of the original text (`start` to `end`, in characters) and the words spoken for it."""

    start: int
    end: int
    written: str
    spoken: str
    kind: Kind
    cls: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Warn:
    """Something a person should look at before this text is aired."""

    span: Span
    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A text as it will be spoken; `slow_lines` are the lines of `words` to be said slowly, as the script asked."""

    words: str
    spans: tuple[Span, ...]
    warnings: tuple[Warn, ...]
    slow_lines: frozenset[int] = frozenset()

    @property
    def syllables(self) -> int:
        """How many syllables a voice will say."""
        return len(self.words.split())

    def seconds(self, rate: float = OUTDOOR_RATE) -> float:
        """Estimated length in seconds at `rate` syllables a minute (180-210 is heard well outdoors), pauses left out."""
        return self.syllables * 60.0 / rate
