"""Reads a Word file back with a reader of its own: the lines, and every table as rows of text."""

import io
import zipfile
from xml.etree import ElementTree as ET

from docx import Document

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def tables_of(data: bytes) -> list[list[list[str]]]:
    """Every table as rows of cell texts."""
    return [[[c.text for c in row.cells] for row in t.rows] for t in Document(io.BytesIO(data)).tables]


def lines_of(data: bytes) -> list[str]:
    """Every paragraph in order, those of tables too, without the empty ones."""
    body = ET.fromstring(zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml"))  # noqa: S314 - made by ourselves
    texts = ("".join(t.text or "" for t in p.iter(f"{W}t")) for p in body.iter(f"{W}p"))
    return [t for t in texts if t.strip()]


def with_part(data: bytes, name: str, change: tuple[str, str]) -> bytes:
    """A copy of the file in which one text of one part stands changed; the text must be there."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for entry in source.namelist():
            content = source.read(entry)
            if entry == name:
                before = content.decode()
                if change[0] not in before:
                    raise AssertionError(f"{change[0]!r} is not in {name}")
                content = before.replace(*change, 1).encode()
            target.writestr(entry, content)
    return out.getvalue()
