"""Text in, words to be spoken out: repair, one scan of each line, and the pieces put together."""

import re

from broadcaster.domain.spoken.lexicon import EMPTY, Lexicon
from broadcaster.domain.spoken.patterns import lazy
from broadcaster.domain.spoken.reading import Hit, Kind, Reading, Span, Warn
from broadcaster.domain.spoken.repair import Repaired, repair
from broadcaster.domain.spoken.scanner import Scanner, scanner_for
from broadcaster.domain.spoken.style import NATIONAL, Style

_MARKUP = lazy(r"\[\[\s*(nhắc lại|đọc chậm)\s*:([^\[\]\n]{1,300})\]\]", re.IGNORECASE)
_PUNCTUATION = ",.;:!?"
_STRONGER = {mark: rank for rank, mark in enumerate(",;:.!?")}
_SENTENCE = lazy(r"[^.!?;:\n]+[.!?;:]?")
MAX_SENTENCE = 25
_MESSAGES = {
    "unknown-abbreviation": "Chữ tắt “{}” chưa có trong từ điển nên được đọc từng chữ cái. Thêm cách đọc vào audio_scripts/tu-dien.tsv.",
    "guessed-abbreviation": "Chữ tắt “{}” được ghép nghĩa từ các phần đã biết. Nghe lại, nếu sai thì thêm vào từ điển.",
    "guessed-code": "Ký hiệu văn bản “{}” có phần được đoán. Nghe lại, nếu sai thì thêm vào từ điển.",
    "guessed-word": "Từ “{}” không phải tiếng Việt và chưa có trong từ điển, cách đọc là phỏng đoán.",
    "joined-words": "“{}” có vẻ bị dính chữ, đã được tách ra để đọc.",
    "broken-date": "Ngày “{}” viết không đúng, hãy xem lại bản gốc.",
    "cut-link": "Đường dẫn “{}” quá dài để nghe mà chép, chỉ đọc tên trang. Hãy chỉ rõ mục cần xem hoặc nơi dán thông báo.",
    "unreadable": "“{}” không đọc được bằng giọng tiếng Việt nên đã bỏ qua.",
}
_REPEAT = "xin nhắc lại"


class _Output:
    """Words of the lines as they grow, with the spans and warnings of the original text."""

    def __init__(self, original: str, source: Repaired) -> None:
        self._original = original
        self._source = source
        self._plain = len(source.starts) == 1 and source.text == original
        self.lines: list[str] = []
        self.spans: list[Span] = []
        self.warnings: list[Warn] = []
        self.slow: set[int] = set()
        self._parts: list[str] = []

    def put(self, start: int, hit: Hit) -> None:
        end, spoken = hit.end, hit.spoken
        if not self._plain:
            start, end = self._source.origin(start), self._source.origin(end - 1) + 1
        end = max(start, min(end, len(self._original)))
        written = self._original[start:end]
        kept = written.rstrip()
        end -= len(written) - len(kept)
        if hit.kind is Kind.PLAIN and hit.cls == "plain" and self._continues(start):
            start = self.spans[-1].start
            kept = self._original[start:end]
            whole = f"{self.spans.pop().spoken} {spoken}"
        else:
            whole = spoken
        span = Span(start=start, end=end, written=kept, spoken=whole, kind=hit.kind, cls=hit.cls)
        self.spans.append(span)
        if hit.note:
            message = _MESSAGES[hit.note].format(kept[:60])
            self.warnings.append(Warn(span=span, code=hit.note, message=message))
        self.say(spoken)

    def _continues(self, start: int) -> bool:
        """Whether plain words at `start` follow plain words with nothing but a space between."""
        last = self.spans[-1] if self._parts and self.spans else None
        return (
            last is not None
            and last.kind is Kind.PLAIN
            and last.cls == "plain"
            and start - last.end <= 1
            and start - last.start < 400
        )

    def say(self, spoken: str) -> None:
        """Adds words; a piece that is one mark joins the word before, the stronger mark winning."""
        if not spoken:
            return
        parts = self._parts
        if spoken in _PUNCTUATION:
            if parts:
                last = parts[-1]
                if len(parts) == 1 and len(last.rstrip(_PUNCTUATION)) == 1:
                    spoken = ","
                if last[-1] not in _PUNCTUATION:
                    parts[-1] = last + spoken
                elif _STRONGER[spoken] > _STRONGER[last[-1]]:
                    parts[-1] = last[:-1] + spoken
            return
        parts.append(spoken)

    def just_said(self, spoken: str) -> bool:
        """Whether the words before an abbreviation in brackets are its own: cải cách hành chính (CCHC)."""
        said = " ".join(self._parts[-3:]).rstrip(",")[-160:].lower()
        return len(spoken) > 3 and (said == spoken or said.endswith(" " + spoken))

    def forget_pause(self) -> None:
        """Takes back the pause an opening bracket made."""
        if self._parts:
            self._parts[-1] = self._parts[-1].rstrip(",")

    def close(self, *, slow: bool = False) -> None:
        """Ends the line in hand."""
        line = " ".join(self._parts).rstrip(", ")
        self._parts = []
        if line:
            if slow:
                self.slow.add(len(self.lines))
            self.lines.append(line)


def read(text: str, *, lexicon: Lexicon | None = None, style: Style = NATIONAL) -> Reading:
    """The words of a whole text, one line for each paragraph; it never raises, whatever the text holds."""
    return _read(text, repair(text), lexicon or EMPTY, style)


def read_line(line: str, *, lexicon: Lexicon | None = None, style: Style = NATIONAL) -> str:
    """The words of one line, on one line."""
    source = repair(" ".join(line.splitlines()), join=False)
    return _read(line, source, lexicon or EMPTY, style).words.replace("\n", " ")


def _read(original: str, source: Repaired, lexicon: Lexicon, style: Style) -> Reading:
    scanner = scanner_for(lexicon, style)
    out = _Output(original, source)
    base = 0
    for line in source.text.split("\n"):
        if "[[" in line and _MARKUP.search(line):
            _marked(line, base, scanner, out)
        else:
            _scan(line, base, scanner, out)
        out.close()
        base += len(line) + 1
    words = "\n".join([*map(_closed, out.lines[:-1]), *out.lines[-1:]])
    _long_sentences(out)
    return Reading(words=words, spans=tuple(out.spans), warnings=tuple(out.warnings), slow_lines=frozenset(out.slow))


def _closed(line: str) -> str:
    """A line that another follows ends like a sentence, so that nobody joins the two again."""
    return line if line[-1] in ".!?:" else line.rstrip(",; ") + "."


def _scan(line: str, base: int, scanner: Scanner, out: _Output) -> None:
    done = 0
    for start, found in scanner.line(line):
        hit = found
        if start and line[start - 1] == "(" and line[hit.end : hit.end + 1] == ")" and out.just_said(hit.spoken):
            hit = Hit(hit.end + 1, "", hit.cls, Kind.DROPPED)
            out.forget_pause()
        if start < done:
            continue
        done = hit.end
        out.put(base + start, hit._replace(end=base + hit.end) if base else hit)


def _marked(line: str, base: int, scanner: Scanner, out: _Output) -> None:
    """A line with `[[nhắc lại: …]]`: the marked part is said, then said again slowly on a line of its own."""
    at = 0
    for found in _MARKUP.finditer(line):
        _scan(line[at : found.start()], base + at, scanner, out)
        out.close()
        inner = found.start(2)
        _scan(found[2].strip(), base + inner + len(found[2]) - len(found[2].lstrip()), scanner, out)
        out.close(slow=True)
        if found[1].lower() == "nhắc lại":
            again = out.lines[-1] if out.lines else ""
            out.say(f"{_REPEAT}: {again}" if again else "")
            out.close(slow=True)
        at = found.end()
    rest = line[at:].lstrip(" .,;")
    _scan(rest, base + len(line) - len(rest), scanner, out)


def _long_sentences(out: _Output) -> None:
    """Warns of a sentence a listener cannot hold: more than 25 syllables before a full stop."""
    for line in out.lines:
        for sentence in _SENTENCE.findall(line):
            count = len(sentence.split())
            if count > MAX_SENTENCE:
                head = " ".join(sentence.split()[:6])
                span = Span(start=0, end=0, written=head, spoken=sentence.strip(), kind=Kind.PLAIN, cls="sentence")
                message = f"Câu bắt đầu bằng “{head}…” dài {count} âm tiết; nên tách thành câu ngắn, mỗi câu không quá {MAX_SENTENCE}."
                out.warnings.append(Warn(span=span, code="long-sentence", message=message))
