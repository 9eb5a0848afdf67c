"""Written and spoken side by side, as the person who approves a script sees them before anyone hears."""

from dataclasses import dataclass

from broadcaster.domain.spoken.reading import Kind, Reading

MARKS = {
    Kind.PLAIN: "giữ nguyên",
    Kind.EXPANDED: "đọc mở rộng",
    Kind.GUESSED: "phỏng đoán",
    Kind.UNKNOWN: "chưa biết",
    Kind.DROPPED: "không đọc",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One piece: what is written, what is said, how sure, and the note for the reader if there is one."""

    written: str
    spoken: str
    kind: Kind
    mark: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the original text and its pieces in order."""

    line: int
    segments: tuple[Segment, ...]

    @property
    def needs_a_look(self) -> bool:
        """Whether something in the line was guessed or is unknown."""
        return any(segment.kind in {Kind.GUESSED, Kind.UNKNOWN} for segment in self.segments)


def review_rows(text: str, reading: Reading) -> tuple[Row, ...]:
    """The reading of `text` line by line of the original; blank lines are left out."""
    notes = {(warn.span.start, warn.span.end): warn.message for warn in reading.warnings if warn.span.end}
    rows: dict[int, list[Segment]] = {}
    line, at = 1, 0
    for span in reading.spans:
        line += text.count("\n", at, span.start)
        at = max(at, span.start)
        segment = Segment(
            written=" ".join(span.written.split()), spoken=span.spoken, kind=span.kind, mark=MARKS[span.kind],
            note=notes.get((span.start, span.end), ""),
        )  # fmt: skip
        rows.setdefault(line, []).append(segment)
    return tuple(Row(line=number, segments=tuple(segments)) for number, segments in rows.items())
