"""The rows of the block lists of a YAML text, each with its own lines, where they can be told apart without parsing all of it.

A row here is a text that YAML reads as one whole item wherever it stands in such a list: it begins with a dash at the list's
own column, every further line is deeper, and nothing in it is left open (`alone` sees to that). So the same row may be
known from an earlier reading. Whatever looks otherwise is not taken apart, and the text is read whole.
"""

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from broadcaster.adapters.yaml_nodes import Entries, Items, Node, read_yaml
from broadcaster.domain.folding import fold

_KEY = re.compile(r"([^\W\d]\w*):[ ]*(?:#.*)?\Z")
_DASH = re.compile(r"( *)-(?: |\Z)")


@dataclass(frozen=True, slots=True)
class RowText:
    """One row as written, with the line it begins on; ``digest`` names its section and its text."""

    line: int
    text: str
    digest: bytes

    def alone(self, file: str) -> Node | None:
        """The row parsed by itself, its lines those of the file; None when it is not exactly one whole item."""
        root, refused = read_yaml(f"_:\n{self.text}", file, first_line=self.line - 1)
        if refused or not isinstance(root, Entries) or len(root.entries) != 1:
            return None
        rows = root.entries[0][1]
        return rows.items[0] if isinstance(rows, Items) and len(rows.items) == 1 else None


@dataclass(frozen=True, slots=True)
class TextInRows:
    """A text taken apart: ``rest`` is the parsed text with the lines of all rows left empty, ``rows`` those rows by section."""

    rest: Node
    rows: Mapping[str, Sequence[RowText]]


def in_rows(text: str, file: str, sections: Collection[str]) -> TextInRows | None:
    """A text taken apart, None where that is not plainly right."""
    lines = text.split("\n")
    rest = list(lines)
    rows: dict[str, tuple[RowText, ...]] = {}
    heads: list[int] = []
    for head, section in _heads(lines, sections):
        found, end = _rows(lines, head + 1, section)
        if not found:
            continue
        if section in rows:
            return None
        rows[section] = found
        heads.append(head)
        rest[head + 1 : end] = [""] * (end - head - 1)
    # what stands above a list must be whole by itself: a quote left open there would swallow the list
    above = (read_yaml("\n".join([*rest[:head], ""]), file) for head in heads)
    if not rows or any(refused for _, refused in above):
        return None
    root, refused = read_yaml("\n".join(rest), file)
    return TextInRows(rest=root, rows=rows) if root is not None and not refused else None


def _heads(lines: Sequence[str], sections: Collection[str]) -> Iterator[tuple[int, str]]:
    names = {fold(section): section for section in sections}
    for number, line in enumerate(lines):
        if line and line[0] not in " -#" and (found := _KEY.match(line)) is not None:
            section = names.get(fold(found[1]))
            if section is not None:
                yield number, section


def _rows(lines: Sequence[str], first: int, section: str) -> tuple[tuple[RowText, ...], int]:
    """The rows under a heading and the line after them; none when they are no plain list."""
    indent: int | None = None
    starts: list[int] = []
    end = len(lines)
    for number in range(first, len(lines)):
        line = lines[number]
        bare = line.lstrip(" ")
        if not bare or bare[0] == "#":
            continue
        dash = _DASH.match(line)
        if indent is None and dash is not None:
            indent = len(dash[1])
        deep = len(line) - len(bare)
        if indent is not None and deep > indent:
            continue
        if dash is not None and deep == indent:
            starts.append(number)
        elif deep == 0 and starts:
            end = number
            break
        else:
            return (), first
    bounds = [*starts, end]
    cut = (
        (a, "\n".join(lines[a:b]) + ("\n" if b < len(lines) else "")) for a, b in zip(starts, bounds[1:], strict=True)
    )
    return tuple(RowText(number + 1, text, _digest(section, text)) for number, text in cut), end


def _digest(section: str, text: str) -> bytes:
    """Sixteen bytes: ten thousand rows are kept by it."""
    return hashlib.blake2b(f"{section}\n{text}".encode("utf-8", "surrogatepass"), digest_size=16).digest()
