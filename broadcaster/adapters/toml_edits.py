"""Edits of a TOML text that leave every other byte in place; each is proved by reading the text again before it is given back.

tomllib forgets where things stand and writers of TOML move comments about, so a statement is found by its line and measured by
asking tomllib how far it goes. What is written in a way that cannot be edited like that (inline tables, dotted keys) is refused.
"""

import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any

from broadcaster.adapters.toml_lines import KeyPath, index_lines
from broadcaster.errors import InputError

Item = str | int | float | bool | list[str]
"""A value as it is written."""

_BARE = re.compile(r"[A-Za-z0-9_-]+\Z")


def set_value(text: str, path: KeyPath, value: Item) -> str:
    """The value of a key set, or the key added below the last one of its table; a plain table is made when there is none."""
    expected = _data(text)
    table, name = path[:-1], str(path[-1])
    lines = _Lines(text)
    if path in lines.index:
        first, last = lines.statement(path)
        made = lines.with_value(first, last, value)
    elif not table or table in lines.index:
        at = lines.end_of(table)
        made = lines.spliced(at, at, [f"{_key(name)} = {written(value)}"])
    else:
        made = lines.appended([f"[{_key(str(table[0]))}]", f"{_key(name)} = {written(value)}"])
    _table(expected, table)[name] = value
    return _proved(made, expected)


def remove_key(text: str, path: KeyPath) -> str:
    """A key taken away with its line."""
    expected = _data(text)
    lines = _Lines(text)
    first, last = lines.statement(path)
    del _table(expected, path[:-1])[str(path[-1])]
    return _proved(lines.spliced(first, last + 1, []), expected)


def add_table(text: str, name: str, pairs: Mapping[str, Item]) -> str:
    """One more ``[[name]]`` after the last one, or at the end of the text."""
    expected = _data(text)
    lines = _Lines(text)
    count = sum(1 for path in lines.index if len(path) == 2 and path[0] == name and isinstance(path[1], int))
    block = [f"[[{_key(name)}]]", *(f"{_key(key)} = {written(value)}" for key, value in pairs.items())]
    if count:
        at = lines.end_of((name, count - 1))
        made = lines.spliced(at, at, ["", *block])
    else:
        made = lines.appended(block)
    tables = expected.setdefault(name, [])
    if not isinstance(tables, list):
        raise _uneditable()
    tables.append(dict(pairs))
    return _proved(made, expected)


def remove_table(text: str, name: str, number: int) -> str:
    """The ``[[name]]`` of that number (from 0) taken away, with the remark that stands right above it; the first one's stays.

    The remark above the first table is about all of them.
    """
    expected = _data(text)
    lines = _Lines(text)
    path = (name, number)
    if path not in lines.index:
        raise _uneditable()
    first = lines.index[path] - 1
    last = lines.end_of(path)
    while number and first and lines.rows[first - 1].lstrip().startswith("#"):
        first -= 1
    if first and not lines.rows[first - 1].strip() and (last >= len(lines.rows) or not lines.rows[last].strip()):
        first -= 1
    del expected[name][number]
    if not expected[name]:
        del expected[name]
    return _proved(lines.spliced(first, last, []), expected)


def remarks(text: str, table: KeyPath) -> dict[str, str]:
    """The remark behind each key of a table, by the key's name; a key without one is left out."""
    lines = _Lines(text)
    found = {}
    for path in lines.index:
        if path[:-1] == table and isinstance(path[-1], str):
            first, last = lines.statement(path)
            remark = lines.parted(first, last)[1].strip().lstrip("#").strip()
            if remark:
                found[path[-1]] = remark
    return found


def written(value: Item) -> str:
    """A value in TOML; a string of JSON is a basic string of TOML."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")
        case list():
            return f"[{', '.join(written(item) for item in value)}]"
    return str(value)


class _Lines:
    """The rows of a text without their line ends, and where its keys and tables stand."""

    def __init__(self, text: str) -> None:
        self._end = "\r\n" if "\r\n" in text else "\n"
        self.rows = text.replace("\r\n", "\n").split("\n")
        self.index = index_lines("\n".join(self.rows))

    def statement(self, path: KeyPath) -> tuple[int, int]:
        """The first and last row (from 0) of ``key = value``."""
        if path not in self.index:
            raise _uneditable()
        first = self.index[path] - 1
        for last in range(first, len(self.rows)):
            if _reads("\n".join(self.rows[first : last + 1])) is not None:
                return first, last
        raise _uneditable()

    def parted(self, first: int, last: int) -> tuple[str, str]:
        """The statement, and the remark behind it with the spaces between."""
        whole = "\n".join(self.rows[first : last + 1])
        data = _reads(whole)
        for at, sign in enumerate(whole):
            if sign == "#" and _reads(whole[:at]) == data:
                kept = whole[:at].rstrip()
                return kept, whole[len(kept) :]
        return whole, ""

    def with_value(self, first: int, last: int, value: Item) -> str:
        """The statement's value replaced; the remark behind it stays."""
        whole, remark = self.parted(first, last)
        head = re.match(r"""\s*(?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*')\s*=\s*""", whole)
        if head is None:
            raise _uneditable()
        return self.spliced(first, last + 1, [f"{head[0]}{written(value)}{remark}"])

    def end_of(self, table: KeyPath) -> int:
        """The row after the last statement of a table; after its header when it has none."""
        after = self.index[table] if table else 0
        for path in self.index:
            if len(path) == len(table) + 1 and path[: len(table)] == table and isinstance(path[-1], str):
                if not table and self.rows[self.index[path] - 1].lstrip().startswith("["):
                    continue
                after = max(after, self.statement(path)[1] + 1)
        return after

    def appended(self, block: Iterable[str]) -> str:
        """The block at the end of the text, after an empty line."""
        rows = list(self.rows)
        while rows and not rows[-1].strip():
            rows.pop()
        return self._end.join([*rows, *([""] if rows else []), *block, ""])

    def spliced(self, first: int, last: int, block: list[str]) -> str:
        """Rows [first, last) replaced."""
        return self._end.join([*self.rows[:first], *block, *self.rows[last:]])


def _key(name: str) -> str:
    return name if _BARE.match(name) else written(name)


def _reads(text: str) -> dict[str, Any] | None:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError):
        return None


def _data(text: str) -> dict[str, Any]:
    data = _reads(text)
    if data is None:
        raise InputError(
            "Tệp cài đặt đang có lỗi nên chưa sửa được ở đây.",
            hint="Xem lỗi ở đầu trang, sửa tệp station.toml, hoặc hoàn tác lần sửa gần nhất ở Lịch sử sửa.",
        )
    return deepcopy(data)


def _table(data: dict[str, Any], path: KeyPath) -> dict[str, Any]:
    """The table at a path, made when the path is one plain name that is not there."""
    found: Any = data
    try:
        for part in path:
            found = found[part] if isinstance(part, int) else found.setdefault(part, {})
    except (TypeError, AttributeError, LookupError) as cause:
        raise _uneditable() from cause
    if not isinstance(found, dict):
        raise _uneditable()
    return found


def _proved(made: str, expected: Mapping[str, Any]) -> str:
    if _reads(made) != expected:
        raise _uneditable()
    return made


def _uneditable() -> InputError:
    return InputError(
        "Chỗ này của tệp viết theo cách chương trình không sửa tại chỗ được, nên chưa ghi gì.",
        hint="Mở tệp station.toml bằng trình soạn thảo và sửa ở đó.",
    )
