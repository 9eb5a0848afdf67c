"""Edits of a YAML text by splicing: what an edit does not name keeps every character, comments and order included."""

import json
import re
import unicodedata
from collections.abc import Sequence as Listing

from broadcaster.adapters.text_files import tidy
from broadcaster.adapters.yaml_places import Branch, Leaf, Mapping, Place, Sequence, read_places
from broadcaster.domain.folding import fold
from broadcaster.errors import InputError

Fields = Listing[tuple[str, str]]
"""Key and YAML text of each value, in the order they are to be written."""

_PLAIN = re.compile(r"[^\W_][\w .()/+%-]*\Z")
_NOT_TEXT = frozenset({"null", "~", ""})
_LINE_ENDS = re.compile("\r\n|\r|\n")


def quoted(text: str) -> str:
    """A scalar that reads back as exactly this text, plain where that is safe, else in double quotes."""
    text = unicodedata.normalize("NFC", text)
    if _PLAIN.match(text) and text == text.strip() and text.lower() not in _NOT_TEXT:
        return text
    return json.dumps(text, ensure_ascii=False)


def listed(items: Listing[str]) -> str:
    """A list on one line."""
    return f"[{', '.join(quoted(item) for item in items)}]"


class YamlText:
    """One text being edited: edits gather as splices of the original and are made together by `text`."""

    def __init__(self, raw: str) -> None:
        raw = raw.removeprefix("\ufeff")
        self._newline = "\r\n" if raw.count("\r\n") * 2 > raw.count("\n") else "\n"
        tidied = tidy(raw)
        self._lines = tidied.split("\n")
        typed = _LINE_ENDS.split(raw)
        # what is spliced is tidied text; an untouched line keeps the characters it had
        self._typed = typed if len(typed) == len(self._lines) else self._lines
        self.root: Branch | None = read_places(tidied)
        self._splices: list[tuple[Place, Place, str]] = []

    # --- looking ---------------------------------------------------------------------------------------------------

    def row_at(self, line: int) -> tuple[str, Mapping] | None:
        """The section and row that begins on that line (from 1); None when none or several do."""
        found = [(name, row) for name, row in self._rows() if row.start[0] == line - 1]
        return found[0] if len(found) == 1 else None

    def written(self, branch: Branch) -> str:
        """The text of a branch as it stands, lines joined by LF."""
        (first, begin), (last, end) = branch.start, branch.end
        if first == last:
            return self._lines[first][begin:end]
        return "\n".join([self._lines[first][begin:], *self._lines[first + 1 : last], self._lines[last][:end]])

    def _rows(self) -> list[tuple[str, Mapping]]:
        if not isinstance(self.root, Mapping):
            return []
        return [
            (fold(key.text), row)
            for key, section in self.root.entries
            if isinstance(section, Sequence)
            for row in section.items
            if isinstance(row, Mapping)
        ]

    # --- editing ---------------------------------------------------------------------------------------------------

    def set(self, row: Mapping, key: str, value: str) -> None:
        """Put a value (YAML text) in a field, new or old."""
        at = row.find(key)
        if at is not None:
            self._replace(row, at, value)
        elif row.flow:
            before = row.entries[-1][1].end if row.entries else (row.end[0], row.end[1] - 1)
            self._splice(before, before, f"{', ' if row.entries else ''}{key}: {value}")
        else:
            line = self._line_end(row.entries[-1][1].end)
            self._splice(line, line, f"\n{' ' * row.start[1]}{key}: {value}")

    def unset(self, row: Mapping, key: str) -> None:
        """Take a field away, with its line."""
        at = row.find(key)
        if at is None:
            return
        if len(row.entries) == 1:
            raise InputError("Không thể bỏ trường duy nhất của một mục.", hint="Xóa cả mục đó.")
        name, value = row.entries[at]
        if row.flow and at:
            self._splice(row.entries[at - 1][1].end, value.end, "")
        elif row.flow or self._lines[name.start[0]][: name.start[1]].strip():
            self._splice(name.start, row.entries[at + 1][0].start, "")
        else:
            self._splice((name.start[0], 0), (self._last_line(value.end) + 1, 0), "")

    def add_row(self, section: str, fields: Fields) -> None:
        """A new row at the end of a section, in the style of the rows before it."""
        if self.root is not None and not (isinstance(self.root, Mapping) and not self.root.flow):
            raise InputError("Tệp lịch này không viết theo từng mục.", hint="Sửa tệp bằng trình soạn thảo.")
        at = self.root.find(section) if self.root is not None else None
        if self.root is None or at is None:
            last = len(self._lines) - 1
            gap = "" if not self._lines[-1].strip() else "\n"
            head = "\n" if any(line.strip() for line in self._lines) else ""
            self._splice((last, len(self._lines[last])), (last, len(self._lines[last])),
                         f"{gap}{head}{section}:\n{_row(fields, '  ')}\n")  # fmt: skip
            return
        name, rows = self.root.entries[at]
        if isinstance(rows, Sequence) and rows.items:
            self._append(rows, fields)
        else:
            colon = self._after_colon(name)
            end = max(colon, rows.end)
            self._splice(colon, end, f"\n{_row(fields, '  ')}")

    def remove_row(self, row: Mapping) -> None:
        """Take a row away with its lines; comments above it stay."""
        rows = next(s for _, s in self._sections() if any(item is row for item in s.items))
        at = next(n for n, item in enumerate(rows.items) if item is row)
        if not rows.flow:
            self._splice((self._dash(row.start)[0], 0), (self._last_line(row.end) + 1, 0), "")
        elif at:
            self._splice(rows.items[at - 1].end, row.end, "")
        else:
            self._splice(row.start, rows.items[1].start if len(rows.items) > 1 else row.end, "")

    def text(self) -> str:
        """The text with every edit made, in the line ends it came with; it ends with a line end."""
        touched = {line for start, end, _ in self._splices for line in range(start[0], end[0] + 1)}
        lines = [self._lines[n] if n in touched else typed for n, typed in enumerate(self._typed)]
        begins = [0]
        for line in lines:
            begins.append(begins[-1] + len(line) + 1)
        made = "\n".join(lines)
        ordered = sorted(enumerate(self._splices), key=lambda s: (s[1][0], s[0]), reverse=True)
        for _, (start, end, new) in ordered:
            made = made[: begins[start[0]] + start[1]] + new + made[begins[end[0]] + end[1] :]
        return self._newline.join(made.rstrip("\n").split("\n")) + self._newline

    # --- pieces ----------------------------------------------------------------------------------------------------

    def _sections(self) -> list[tuple[Leaf, Sequence]]:
        if not isinstance(self.root, Mapping):
            return []
        return [(key, value) for key, value in self.root.entries if isinstance(value, Sequence)]

    def _replace(self, row: Mapping, at: int, value: str) -> None:
        name, old = row.entries[at]
        start = self._after_colon(name)
        end = max(start, self._before_break(old.end, start))
        inside = [line for line in self._lines[start[0] + 1 : end[0]] if line.lstrip().startswith("#")]
        if inside and not row.flow:
            self._splice((name.start[0], 0), (name.start[0], 0), "\n".join(inside) + "\n")
        self._splice(start, end, f"{self._gap(start, old.start)}{value}")

    def _gap(self, colon: Place, value: Place) -> str:
        """The blanks a person left between the colon and the value on its line, else one."""
        typed = self._lines[colon[0]][colon[1] : value[1]] if value[0] == colon[0] else ""
        return typed if typed and not typed.strip() else " "

    def _append(self, rows: Sequence, fields: Fields) -> None:
        last = rows.items[-1]
        if rows.flow:
            self._splice(last.end, last.end, f", {_flow(fields)}")
            return
        dash = self._dash(last.start)
        end = self._line_end(last.end)
        indent = " " * dash[1]
        flow = isinstance(last, Mapping) and last.flow
        self._splice(end, end, "\n" + (f"{indent}- {_flow(fields)}" if flow else _row(fields, indent)))

    def _dash(self, start: Place) -> Place:
        """The dash of a block item, on its line or above it."""
        line, column = start
        before = self._lines[line][:column].rstrip()
        while not before.endswith("-") and line:
            line -= 1
            before = self._lines[line].split(" #")[0].rstrip()
        return line, len(before) - 1

    def _after_colon(self, name: Leaf) -> Place:
        return name.end[0], self._lines[name.end[0]].index(":", name.end[1]) + 1

    def _before_break(self, end: Place, start: Place) -> Place:
        """A block scalar ends at the beginning of the next line: its own last line is meant."""
        line, column = end
        while column == 0 and line > start[0]:
            line -= 1
            column = len(self._lines[line])
            if not self._lines[line].strip():
                column = 0
        return line, column

    def _last_line(self, end: Place) -> int:
        return self._before_break(end, (0, 0))[0]

    def _line_end(self, end: Place) -> Place:
        line = self._last_line(end)
        return line, len(self._lines[line])

    def _splice(self, start: Place, end: Place, new: str) -> None:
        self._splices.append((start, end, new))


def _row(fields: Fields, indent: str) -> str:
    lines = [f"{key}: {value}" for key, value in fields]
    return "\n".join(f"{indent}{'- ' if not n else '  '}{line}" for n, line in enumerate(lines))


def _flow(fields: Fields) -> str:
    return "{" + ", ".join(f"{key}: {value}" for key, value in fields) + "}"
