"""Vietnamese administrative text read as a trained announcer reads it: `read` gives words, spans and warnings."""

from broadcaster.domain.spoken.lexicon import Lexicon, parse_lexicon
from broadcaster.domain.spoken.prosody import Pause, Utterance, sentences, utterances
from broadcaster.domain.spoken.reader import MAX_SENTENCE, read, read_line
from broadcaster.domain.spoken.reading import OUTDOOR_RATE, Kind, Reading, Span, Warn
from broadcaster.domain.spoken.review import Row, Segment, review_rows
from broadcaster.domain.spoken.speakable import is_speakable, residue
from broadcaster.domain.spoken.style import NATIONAL, SOUTHERN, Style

__all__ = [
    "MAX_SENTENCE", "NATIONAL", "OUTDOOR_RATE", "SOUTHERN", "Kind", "Lexicon", "Pause", "Reading", "Row", "Segment", "Span",
    "Style", "Utterance", "Warn", "is_speakable", "parse_lexicon", "read", "read_line", "residue", "review_rows", "sentences",
    "utterances",
]  # fmt: skip
