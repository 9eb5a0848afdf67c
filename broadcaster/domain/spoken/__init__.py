"""Vietnamese administrative text read as a trained announcer reads it: `read` gives words, spans and warnings."""

from broadcaster.domain.spoken.lexicon import Lexicon, parse_lexicon
from broadcaster.domain.spoken.reader import read, read_line
from broadcaster.domain.spoken.reading import Kind, Reading, Span, Warn
from broadcaster.domain.spoken.style import NATIONAL, SOUTHERN, Style

__all__ = [
    "NATIONAL", "SOUTHERN", "Kind", "Lexicon", "Reading", "Span", "Style", "Warn", "parse_lexicon", "read", "read_line",
]  # fmt: skip
