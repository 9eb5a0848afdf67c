"""What may reach a voice: words, and the few marks that carry intonation."""

import re
import unicodedata

from broadcaster.errors import SynthesisError

LONGEST_UTTERANCE = 4_000
"""Characters; a caller that passes a whole script at once has forgotten to cut it."""

_INTONATION = frozenset(",.?!;:")
_SPACES = re.compile(r"\s+")


def utterance(words: str) -> str:
    """NFC words with single spaces; any other symbol becomes a space.

    Raises SynthesisError(retry=False) on a digit (it was never read into words), on nothing to say and on far too much.
    """
    kept = []
    for char in unicodedata.normalize("NFC", words):
        category = unicodedata.category(char)
        if category[0] == "N":
            raise SynthesisError(
                f"Lời đọc còn chữ số chưa đổi thành chữ: «{_around(words, char)}».",
                "Viết số đó thành chữ trong bản tin hoặc thêm vào tu-dien.",
                retry=False,
            )
        kept.append(char if category[0] in "LM" or char in _INTONATION else " ")
    spoken = _SPACES.sub(" ", "".join(kept)).strip()
    if not any(unicodedata.category(char)[0] == "L" for char in spoken):
        raise SynthesisError("Không có lời nào để đọc.", "Kiểm tra lại nội dung bản tin.", retry=False)
    if len(spoken) > LONGEST_UTTERANCE:
        raise SynthesisError(
            f"Một câu đọc dài {len(spoken)} ký tự, quá dài cho giọng đọc.", "Ngắt câu bằng dấu chấm.", retry=False
        )
    return spoken


def syllable_count(words: str) -> int:
    """Vietnamese writes one syllable a word; marks standing alone are not counted."""
    return sum(any(char.isalpha() for char in word) for word in words.split())


def _around(words: str, char: str) -> str:
    at = max(0, unicodedata.normalize("NFC", words).find(char))
    return unicodedata.normalize("NFC", words)[max(0, at - 15) : at + 15]
