"""Plain tables for a terminal, wide enough for Vietnamese letters with marks."""

import unicodedata
from collections.abc import Sequence


def width(text: str) -> int:
    """Columns a text takes: combining marks take none, East Asian wide letters two."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in unicodedata.normalize("NFC", text)
    )


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Left-aligned columns under a ruled header; control characters in cells are made visible as spaces."""
    clean = [[_one_line(cell) for cell in row] for row in rows]
    widths = [max(width(r[n]) for r in [list(header), *clean]) for n in range(len(header))]
    result = [_row(header, widths), "  ".join("─" * w for w in widths)]
    result += [_row(row, widths) for row in clean]
    return result


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(c + " " * (w - width(c)) for c, w in zip(cells, widths, strict=True)).rstrip()


def _one_line(text: str) -> str:
    return " ".join("".join(" " if unicodedata.category(c) in {"Cc", "Cf"} else c for c in text).split())
