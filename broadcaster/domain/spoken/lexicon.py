"""The station's own dictionary: what is written, how it is said; checked like every input."""

import re
import unicodedata
from dataclasses import dataclass

from broadcaster.domain.problems import Problem, Severity, Where
from broadcaster.domain.spoken.patterns import lazy
from broadcaster.domain.spoken.syllables import is_syllable

_SEPARATOR = lazy(r"\t+|\s*(?:=>|→|=)\s*|\s*;\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """Pairs of written and spoken form; they go before every table of the reader."""

    entries: tuple[tuple[str, str], ...] = ()

    def __len__(self) -> int:
        return len(self.entries)


EMPTY = Lexicon()


def parse_lexicon(text: str, file: str) -> tuple[Lexicon, tuple[Problem, ...]]:
    """Lines `viết<TAB>đọc` (or `viết = đọc`); bad lines are reported and left out, the good ones stay."""
    found: dict[str, str] = {}
    problems: list[Problem] = []
    text = unicodedata.normalize("NFC", text.removeprefix("\ufeff")).replace("\r\n", "\n").replace("\r", "\n")
    for number, raw in enumerate(text.split("\n"), start=1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        problem = _entry(line, found)
        if problem is not None:
            severity, code, message, hint = problem
            where = Where(file=file, line=number)
            problems.append(Problem(where=where, severity=severity, code=code, message=message, hint=hint))
    return Lexicon(entries=tuple(found.items())), tuple(problems)


_Fault = tuple[Severity, str, str, str]


def _entry(line: str, found: dict[str, str]) -> _Fault | None:
    """Takes one line into `found`, or says what is wrong with it."""
    parts = _SEPARATOR.split(line, maxsplit=1)
    if len(parts) < 2:
        return (
            Severity.ERROR, "lexicon-no-separator", f"Dòng “{line[:40]}” không tách được chữ viết và cách đọc.",
            "Viết mỗi dòng: chữ viết, một dấu Tab hoặc dấu bằng, rồi cách đọc. Ví dụ: BCCI = bưu chính công ích.",
        )  # fmt: skip
    written, spoken = (" ".join(part.split()) for part in parts)
    if {written.lower(), spoken.lower()} <= {"viết", "đọc", "chữ viết", "cách đọc", "written", "spoken"}:
        return None
    if not written or not spoken:
        return (
            Severity.ERROR, "lexicon-empty", "Thiếu chữ viết hoặc thiếu cách đọc.",
            "Điền đủ hai phần của dòng, hoặc xóa dòng này.",
        )  # fmt: skip
    bad = [word for word in re.split(r"[\s,.;:!?]+", spoken) if word and not is_syllable(word)]
    if bad:
        return (
            Severity.ERROR, "lexicon-unspeakable", f"Cách đọc có “{bad[0][:20]}” mà giọng đọc không phát âm được.",
            "Chỉ dùng âm tiết tiếng Việt có dấu, không dùng chữ số, ký hiệu, chữ tắt. Ví dụ: vi én i đi thay cho VNID.",
        )  # fmt: skip
    if written in found:
        same = found[written] == spoken
        return (
            Severity.WARNING if same else Severity.ERROR, "lexicon-duplicate",
            f"“{written}” đã có ở dòng trên" + ("." if same else f" với cách đọc khác: “{found[written]}”."),
            "Giữ lại một dòng.",
        )  # fmt: skip
    if len(written) == 1 and written.isalpha():
        return (
            Severity.ERROR, "lexicon-too-short", f"Một chữ cái “{written}” thì quá ngắn để thay.",
            "Ghi cả cụm, ví dụ: P. Mỹ Thạnh = phường Mỹ Thạnh.",
        )  # fmt: skip
    if re.fullmatch(r"\d+", written):
        return (
            Severity.ERROR, "lexicon-number", f"“{written}” là một số; từ điển không đổi cách đọc số.",
            "Ghi cả cụm có số, ví dụ: tổ 1022 = tổ một không hai hai.",
        )  # fmt: skip
    found[written] = spoken.lower()
    return None
