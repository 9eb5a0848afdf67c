"""Compiles the command line's message catalogue: ``python -m tests.catalogue`` after editing messages.po."""

import ast
import struct
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "broadcaster/cli/locale/vi/LC_MESSAGES"


def messages(text: str) -> dict[str, str]:
    """The msgid → msgstr pairs of a .po text; plural forms are joined with NUL as gettext wants them."""
    result: dict[str, str] = {}
    key: list[str] = []
    value: list[str] = []
    for line in [*text.splitlines(), ""]:
        word, _, rest = line.partition(" ")
        if word in {"msgid", "msgid_plural"}:
            key.append(ast.literal_eval(rest))
        elif word.startswith("msgstr"):
            value.append(ast.literal_eval(rest))
        elif line.startswith('"'):
            value[-1] += ast.literal_eval(line)
        elif not line and key:
            result["\0".join(key)] = "\0".join(value)
            key, value = [], []
    return result


def compiled(text: str) -> bytes:
    """The .mo bytes: header, two tables of (length, offset), keys sorted, then the strings."""
    pairs = sorted((k.encode(), v.encode()) for k, v in messages(text).items())
    start = 7 * 4 + 16 * len(pairs)
    keys = values = b""
    key_table: list[int] = []
    value_table: list[int] = []
    size = sum(len(k) + 1 for k, _ in pairs)
    for key, value in pairs:
        key_table += [len(key), start + len(keys)]
        value_table += [len(value), start + size + len(values)]
        keys += key + b"\0"
        values += value + b"\0"
    count = len(pairs)
    head = struct.pack("<7I", 0x950412DE, 0, count, 28, 28 + 8 * count, 0, 0)
    return head + struct.pack(f"<{4 * count}I", *key_table, *value_table) + keys + values


if __name__ == "__main__":
    (FOLDER / "messages.mo").write_bytes(compiled((FOLDER / "messages.po").read_text(encoding="utf-8")))
