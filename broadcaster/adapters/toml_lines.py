"""TOML with places: tomllib forgets line numbers, so a small index gives each key its line, and errors are put in plain words."""

import re
import tomllib
from collections.abc import Mapping
from typing import cast

from broadcaster.domain.problems import Problem, Where, error

KeyPath = tuple[str | int, ...]

_HEADER = re.compile(r"\s*(\[\[?)(.+?)\]\]?\s*(?:#.*)?\Z")
_KEY = re.compile(
    r"""\s*((?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*'))*)\s*="""
)
_KEY_PART = re.compile(r"""\s*(?:([A-Za-z0-9_-]+)|"([^"\n]*)"|'([^'\n]*)')\s*\.?""")
_AT = re.compile(r"\(at line ([0-9]+), column [0-9]+\)")
_PLAIN_KEY = re.compile(r"\s*[A-Za-z0-9_.-]+\s*(?:=|\Z)")

_TRANSLATIONS = (
    ("twice", "Mục này ghi hai lần.", "Gộp làm một. Mục lặp lại được (như cụm loa) viết trong hai ngoặc vuông: [[cum_loa]]."),
    ("Duplicate inline", "Trường này ghi hai lần.", "Giữ lại một lần."),
    ("Expected '='", "Thiếu dấu bằng «=» sau tên trường.", "Viết: tên_trường = \"giá trị\"."),
    ("Unclosed array", "Danh sách mở bằng «[» mà chưa đóng.", "Thêm «]» ở cuối danh sách."),
    ("Unterminated", "Dấu nháy mở ra mà chưa đóng lại.", "Thêm dấu nháy đóng ở cuối giá trị."),
    ("Illegal character", "Giá trị bị ngắt giữa chừng, hoặc có ký tự lạ.", "Đóng dấu nháy trên cùng một dòng."),
    ("Unescaped", "Dấu gạch chéo ngược \\ trong dấu nháy kép không đọc được.", "Dùng dấu nháy đơn '…'."),
    (
        "newline or end of document",
        "Sau giá trị còn chữ thừa.",
        "Mỗi dòng một trường. Chữ, giờ và ngày phải đặt trong dấu nháy kép: \"06:00\", \"05/03/2024\".",
    ),
    ("Expected ']'", "Tên mục mở bằng «[» mà chưa đóng đúng.", "Viết [ten_muc] hoặc [[ten_muc]] trên một dòng."),
)  # fmt: skip


def read_toml(text: str, file: str) -> tuple[Mapping[str, object] | None, Mapping[KeyPath, int], Problem | None]:
    """The document, the line of each key, and the syntax error that made it unreadable, if any."""
    try:
        return tomllib.loads(text), index_lines(text), None
    except RecursionError:
        message = "Lồng quá nhiều tầng ngoặc trong nhau."
        return None, {}, error(Where(file=file, line=1), "toml-deep", message, "Viết lại gọn hơn.")
    except ValueError as broken:  # TOMLDecodeError, or a number too long for Python
        return None, {}, _translated(str(broken), text, file)


def index_lines(text: str) -> Mapping[KeyPath, int]:
    """Path of each key and table (list positions as numbers) → line, 1-based."""
    lines: dict[KeyPath, int] = {}
    counts: dict[KeyPath, int] = {}
    table: KeyPath = ()
    closing = ""
    for number, line in enumerate(text.split("\n"), 1):
        if closing:
            closing = "" if closing in line else closing
            continue
        if (header := _HEADER.match(line)) is not None:
            table = _key_path(header[2])
            if header[1] == "[[":
                counts[table] = counts.get(table, -1) + 1
                lines.setdefault(table, number)
                table = (*table, counts[table])
            lines.setdefault(table, number)
        elif (key := _KEY.match(line)) is not None:
            lines.setdefault((*table, *_key_path(key[1])), number)
            for quotes in ('"""', "'''"):
                if line.count(quotes) == 1:
                    closing = quotes
    return lines


def _key_path(written: str) -> KeyPath:
    return tuple(cast("str", m[1] or m[2] or m[3] or "") for m in _KEY_PART.finditer(written) if m[0].strip())


def _translated(said: str, text: str, file: str) -> Problem:
    lines = text.split("\n")
    at = _AT.search(said)
    number = min(int(at[1]) if at else len(lines), len(lines))
    typed = lines[number - 1]
    where = Where(file=file, line=number)
    if re.search("[“”„‟‘’]", typed):
        hint = 'Thay bằng dấu nháy thẳng "…" gõ từ bàn phím.'
        return error(where, "toml-word-quotes", "Dấu nháy cong “ ” của Word không dùng được ở đây.", hint)
    if "Cannot overwrite" in said:
        return error(where, "duplicate", _written_twice(lines, number), "Giữ lại một dòng, xóa dòng kia.")
    if ("Invalid statement" in said or "Expected '='" in said) and not _PLAIN_KEY.match(typed):
        hint = "Tên trường viết không dấu, nối bằng gạch dưới (ten_phuong); ngày làm tên trường phải đặt trong dấu nháy kép."
        return error(where, "toml-syntax", "Tên trường viết không đúng cách.", hint)
    for sign, message, hint in _TRANSLATIONS:
        if sign in said:
            return error(where, "toml-syntax", message, hint)
    if "Invalid value" in said:
        hint = 'Chữ, giờ và ngày phải đặt trong dấu nháy kép: "06:00", "05/03/2024"; bật là true, tắt là false.'
        return error(where, "toml-syntax", "Giá trị viết không đúng cách.", hint)
    return error(where, "toml-syntax", "Dòng này viết không đúng cách.", 'Viết: tên_trường = "giá trị".')


def _written_twice(lines: list[str], number: int) -> str:
    """Which two lines write the same key, as far as they can be told."""
    key = _KEY.match(lines[number - 1])
    if key is not None:
        for before in range(number - 1, 0, -1):
            earlier = _KEY.match(lines[before - 1])
            if earlier is not None and earlier[1] == key[1]:
                return f"Trường «{key[1]}» ghi hai lần: dòng {before} và dòng {number}."
            if _HEADER.match(lines[before - 1]):
                break
    return "Trường này ghi hai lần trong cùng một mục."
