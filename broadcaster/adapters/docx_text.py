"""The words of a Word file or of a pasted fragment: paragraphs as plain text, nothing else of what they carry."""

import io
import re
import unicodedata
import zipfile
import zlib
from html.parser import HTMLParser
from typing import IO
from xml.parsers import expat

from broadcaster.errors import InputError

MAX_UNPACKED = 20_000_000
MAX_RATIO = 200
MAX_PARTS = 2_000
LONGEST_TEXT = 200_000
_MAIN = "word/document.xml"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_MARKS = {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_BLANK_LINES = re.compile(r"\n{3,}")


class _TooLongError(Exception):
    """More text than any script has."""


class _Foreign(Exception):  # noqa: N818 - control flow inside this file only
    """A part that no Word writes."""


def docx_text(data: bytes) -> str:
    """The paragraphs of a .docx, one a line, an empty line between them; InputError says what else was uploaded."""
    if data[:4] == b"\xd0\xcf\x11\xe0":
        raise InputError(
            "Đây là tệp Word đời cũ (.doc).", hint="Mở bằng Word, Lưu thành (Save As) kiểu .docx rồi tải lại."
        )
    if data[:4] != b"PK\x03\x04":
        raise InputError(
            "Tệp này không phải tệp Word (.docx).", hint="Chọn tệp .docx, hoặc chép chữ rồi dán vào ô soạn."
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            _refuse_bombs(package)
            with package.open(_MAIN) as stream:
                return _tidied(_paragraphs(stream))
    except KeyError as cause:
        raise InputError("Tệp này không phải tệp Word (.docx).", hint="Chọn tệp .docx có lời đọc.") from cause
    except _TooLongError as cause:
        raise InputError("Tệp Word quá dài so với một bài phát.", hint="Chia ra nhiều bài.") from cause
    except (
        zipfile.BadZipFile,
        zlib.error,
        expat.ExpatError,
        NotImplementedError,
        EOFError,
        RuntimeError,
        _Foreign,
    ) as cause:
        raise InputError(
            "Tệp Word bị hỏng hoặc có mật khẩu.", hint="Mở bằng Word rồi lưu lại, hoặc dán chữ vào ô soạn."
        ) from cause


def _refuse_bombs(package: zipfile.ZipFile) -> None:
    parts = package.infolist()
    unpacked = sum(part.file_size for part in parts if part.filename.endswith((".xml", ".rels")))
    main = package.getinfo(_MAIN)
    swollen = main.file_size > 1_000_000 and main.file_size > MAX_RATIO * max(1, main.compress_size)
    if unpacked > MAX_UNPACKED or len(parts) > MAX_PARTS or swollen:
        message = f"Tệp Word bung ra quá lớn ({unpacked // 1_000_000} MB) nên không mở để giữ an toàn."
        raise InputError(message, hint="Chép riêng phần lời đọc rồi dán vào ô soạn.")


class _Paragraphs:
    """Gathers runs of text; deleted and hidden text, field codes and comments are left out."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._open: list[list[str]] = [[]]
        self._text = False
        self._hidden = False
        self._skip = 0
        self._size = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = _local(name)
        if tag in ("del", "moveFrom", "Fallback"):
            self._skip += 1
        elif tag == "p":
            self._open.append([])  # a text box holds paragraphs inside a paragraph
        elif tag == "r":
            self._hidden = False
        elif tag == "vanish":
            value = next((v for k, v in attributes.items() if k.endswith("}val")), "1")
            self._hidden = value not in ("0", "false", "off")
        elif tag == "t":
            self._text = True
        else:
            self._add(_MARKS.get(tag, ""))

    def end(self, name: str) -> None:
        tag = _local(name)
        if tag in ("del", "moveFrom", "Fallback"):
            self._skip -= 1
        elif tag == "t":
            self._text = False
        elif tag in ("r", "pPr"):
            self._hidden = False
        elif tag == "p":
            self.lines.append("".join(self._open.pop()))

    def data(self, text: str) -> None:
        if self._text:
            self._add(text)

    def _add(self, text: str) -> None:
        if not text or self._skip or self._hidden:
            return
        self._size += len(text)
        if self._size > LONGEST_TEXT:
            raise _TooLongError
        self._open[-1].append(text)


def _paragraphs(stream: IO[bytes]) -> str:
    found = _Paragraphs()
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.StartElementHandler = found.start
    parser.EndElementHandler = found.end
    parser.CharacterDataHandler = found.data
    parser.StartDoctypeDeclHandler = _refuse_doctype  # no entity can expand
    parser.ParseFile(stream)
    return "\n\n".join(line for line in found.lines if line.strip())


def _refuse_doctype(*_: object) -> None:
    raise _Foreign


def _local(name: str) -> str:
    """The name of a WordprocessingML element; of any other vocabulary (drawings, mathematics) empty."""
    space, _, tag = name.rpartition("}")
    return tag if space in (_WORD, _STRICT) or tag == "Fallback" else ""


class _Fragment(HTMLParser):
    """Text of pasted markup; scripts, styles, list bullets, and the marks and texts of notes are passed over."""

    _BLOCKS = frozenset(
        {"p", "div", "li", "tr", "td", "th", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "table", "ul", "ol"}
    )
    _SILENT = frozenset({"script", "style", "head", "title", "noscript", "template", "del", "xml"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = ""
        self._depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._silent:
            self._depth += tag == self._silent
        elif tag == "br":
            self.parts.append("\n")
        elif tag in self._SILENT or (tag not in _EMPTY and _is_note(attrs)):
            self._silent, self._depth = tag, 1
        elif tag in self._BLOCKS:
            self.parts.append("\n\n")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br" and not self._silent:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if self._silent:
            self._depth -= tag == self._silent
            if not self._depth:
                self._silent = ""
        elif tag in self._BLOCKS:
            self.parts.append("\n\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(" ".join(data.split("\n")))


_EMPTY = frozenset({"br", "hr", "img", "input", "link", "meta", "col", "wbr"})
_NOTES = re.compile(r"mso-list:\s*ignore|mso-(?:footnote|endnote)-id|mso-element:\s*(?:footnote|endnote|comment)", re.I)


def _is_note(attrs: list[tuple[str, str | None]]) -> bool:
    """What Word marks as a bullet, a note's sign, a note's text, or a comment."""
    given = {name: value or "" for name, value in attrs}
    return bool(_NOTES.search(given.get("style", ""))) or "msocommentreference" in given.get("class", "").lower()


def html_text(html: str) -> str:
    """The text of a fragment as copied from Word or a web page."""
    fragment = _Fragment()
    fragment.feed(html[: 10 * LONGEST_TEXT])
    fragment.close()
    return _tidied("".join(fragment.parts))


def _tidied(text: str) -> str:
    """NFC, ordinary spaces, lines trimmed, at most one empty line between paragraphs."""
    text = unicodedata.normalize("NFC", text).replace("\u00a0", " ").replace("\u200b", "")
    lines = [" ".join(line.split()) for line in text.split("\n")]
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()
