"""An Excel workbook as a zip of XML parts (ECMA-376): what is refused, where the visible sheets are, strings and styles."""

import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path, PurePosixPath
from typing import IO
from xml.parsers import expat  # a document type is refused below, so no entity can expand

MAX_UNPACKED = 50_000_000
MAX_RATIO = 200
RATIO_FROM = 1_000_000
"""Bytes unpacked from which the ratio counts: a small workbook of equal rows packs very well and harms nobody."""
MAX_PARTS = 2_000
MAX_ROWS = 200_000
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_NOT_OF_A_DATE = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.')
_ELAPSED = re.compile(r"\[(h+|m+|s+)\]")
_MONTH_FIRST = re.compile(r"m{1,2}[^a-z]*d{1,2}[^a-z]*y")
_BUILTIN = {14: "d", 15: "d", 16: "d", 17: "d", 18: "t", 19: "t", 20: "t", 21: "t", 22: "dt", 45: "t", 46: "t", 47: "t"}
_BUILTIN |= dict.fromkeys((*range(27, 32), 36, *range(50, 55), 57, 58), "d") | dict.fromkeys(range(32, 36), "t")


class WorkbookError(Exception):
    """The file as a whole cannot be read as a workbook; ``message`` and ``hint`` are Vietnamese."""

    def __init__(self, code: str, message: str, hint: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint


@dataclass(slots=True)
class Book:
    """What the cells of every sheet refer to: shared strings, which parts of a moment each style shows, day zero."""

    strings: list[str] = field(default_factory=list)
    styles: list[str] = field(default_factory=list)
    epoch: date = date(1899, 12, 30)


# --- what is refused -----------------------------------------------------------------------------------------------


def refuse_other_formats(path: Path) -> None:
    """Raises WorkbookError for what is no zip at all: an empty file, a password, the old .xls, a renamed page."""
    with path.open("rb") as file:
        head = file.read(8)
        if head.startswith(b"PK\x03\x04"):
            return
        if head == OLE_MAGIC:
            raise password() if "EncryptedPackage".encode("utf-16-le") in file.read(MAX_UNPACKED) else old_format()
    if not head:
        hint = "Lưu lại tệp từ Excel, hoặc xóa tệp này nếu không dùng nữa."
        raise WorkbookError("xlsx-empty-file", "Tệp Excel rỗng (0 byte).", hint)
    raise WorkbookError(
        "xlsx-not-a-workbook",
        "Tệp có đuôi .xlsx nhưng không phải sổ tính Excel.",
        "Mở tệp xem là gì; nếu là bảng CSV hay trang web thì mở bằng Excel rồi Lưu thành (Save As) kiểu Excel Workbook (.xlsx).",
    )


def refuse_other_packages(package: zipfile.ZipFile) -> None:
    """Raises WorkbookError for a package of another program under this name."""
    names = set(package.namelist())
    for part, kind in (
        ("word/document.xml", "tệp Word (.docx)"),
        ("ppt/presentation.xml", "tệp trình chiếu (.pptx)"),
        ("content.xml", "tệp LibreOffice (.ods, .odt)"),
    ):
        if part in names:
            raise WorkbookError(
                "xlsx-not-a-workbook",
                f"Đây là {kind} mang đuôi .xlsx, không phải sổ tính Excel.",
                "Mở tệp bằng chương trình đã tạo ra nó, chép bảng lịch sang Excel rồi lưu thành Excel Workbook (.xlsx).",
            )


def old_format() -> WorkbookError:
    """The binary format of Excel 97–2003."""
    return WorkbookError(
        "xlsx-old-format",
        "Đây là tệp Excel đời cũ (.xls), chương trình không đọc được.",
        "Mở tệp bằng Excel, chọn Lưu thành (Save As), kiểu Excel Workbook (.xlsx), rồi bỏ tệp .xls đi.",
    )


def password() -> WorkbookError:
    """An encrypted workbook."""
    return WorkbookError(
        "xlsx-password",
        "Tệp Excel có đặt mật khẩu mở, chương trình không đọc được.",
        "Mở tệp bằng Excel, vào Tệp > Thông tin > Bảo vệ sổ tính, bỏ mật khẩu mở tệp rồi lưu lại.",
    )


def broken() -> WorkbookError:
    """A damaged package."""
    return WorkbookError(
        "xlsx-broken",
        "Tệp Excel bị hỏng, không đọc được.",
        "Mở tệp bằng Excel rồi Lưu thành (Save As) một tệp .xlsx mới; nếu Excel cũng không mở được, hãy lấy lại bản sao cũ.",
    )


def too_many_rows() -> WorkbookError:
    """More rows, or more merged cells, than any calendar has."""
    return WorkbookError(
        "xlsx-too-many-rows",
        f"Trang tính có hơn {MAX_ROWS // 1000} nghìn hàng hoặc vùng gộp ô quá lớn, chương trình không đọc.",
        "Xóa các hàng trống thừa ở cuối trang (chọn hàng rồi Delete), bỏ gộp ô thừa, rồi lưu lại.",
    )


def refuse_bombs(package: zipfile.ZipFile) -> None:
    """Raises WorkbookError before anything is unpacked; the zip reader never unpacks more than the sizes it declares."""
    parts = package.infolist()
    unpacked = sum(part.file_size for part in parts)
    packed = max(1, sum(part.compress_size for part in parts))
    if unpacked > MAX_UNPACKED or len(parts) > MAX_PARTS or (unpacked > RATIO_FROM and unpacked > packed * MAX_RATIO):
        raise WorkbookError(
            "xlsx-too-big",
            f"Tệp Excel bung ra quá lớn ({unpacked // 1_000_000} MB), chương trình không mở để giữ an toàn.",
            "Chép riêng phần lịch sang một sổ tính mới, bỏ hình ảnh và các hàng trống thừa, rồi lưu lại.",
        )


# --- parts of the package ------------------------------------------------------------------------------------------


def parse(
    stream: IO[bytes],
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Walk one XML part; a document type is refused, so an entity bomb has nothing to stand on."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.ParseFile(stream)


def _refuse_doctype(*_: object) -> None:
    raise ValueError("a workbook part has no document type")


def local(name: str) -> str:
    """An element's name without its prefix: some writers say ``x:row``."""
    return name.rpartition(":")[2]


def unescaped(text: str) -> str:
    """``_x000D_`` is how a workbook writes what XML cannot hold."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def open_book(package: zipfile.ZipFile) -> tuple[Book, list[tuple[str, str]]]:
    """What cells refer to, and (name, part) of each visible worksheet in the workbook's own order."""
    book = Book()
    main = next(iter(_targets(package, "_rels/.rels", PurePosixPath(), "/officeDocument").values()), "xl/workbook.xml")
    path = PurePosixPath(main)
    relations = str(path.parent / "_rels" / f"{path.name}.rels")
    present = set(package.namelist())
    for part in _targets(package, relations, path.parent, "/sharedStrings").values():
        if part in present:
            with package.open(part) as stream:
                book.strings = _shared_strings(stream)
    for part in _targets(package, relations, path.parent, "/styles").values():
        if part in present:
            with package.open(part) as stream:
                book.styles = _moment_styles(stream)
    parts = _targets(package, relations, path.parent, "/worksheet")
    return book, _visible(package, main, parts, book)


def _targets(package: zipfile.ZipFile, relations: str, base: PurePosixPath, kind: str) -> dict[str, str]:
    """Part names by relationship id."""
    found: dict[str, str] = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        if local(name) == "Relationship" and attributes.get("Type", "").endswith(kind):
            target = attributes.get("Target", "")
            found[attributes.get("Id", "")] = target.lstrip("/") if target.startswith("/") else str(base / target)

    with package.open(relations) as stream:
        parse(stream, start)
    return found


def _visible(package: zipfile.ZipFile, main: str, parts: dict[str, str], book: Book) -> list[tuple[str, str]]:
    """The visible worksheets; sets the book's day zero on the way."""
    visible: list[tuple[str, str]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        tag = local(name)
        if tag == "workbookPr" and attributes.get("date1904") in ("1", "true"):
            book.epoch = date(1904, 1, 1)
        elif tag == "sheet" and attributes.get("state", "visible") == "visible":
            reference = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            if reference in parts:
                visible.append((attributes.get("name", ""), parts[reference]))

    with package.open(main) as stream:
        parse(stream, start)
    return visible


def _shared_strings(stream: IO[bytes]) -> list[str]:
    """Each string once, its runs joined, phonetic hints left out."""
    strings: list[str] = []
    pieces: list[str] = []
    inside: set[str] = set()

    def start(name: str, _: dict[str, str]) -> None:
        inside.add(local(name))

    def end(name: str) -> None:
        tag = local(name)
        inside.discard(tag)
        if tag == "si":
            strings.append(unescaped("".join(pieces)))
            pieces.clear()

    def text(piece: str) -> None:
        if "t" in inside and "rPh" not in inside:
            pieces.append(piece)

    parse(stream, start, end, text)
    return strings


def _moment_styles(stream: IO[bytes]) -> list[str]:
    """For each cell style, what `moment_parts` says of its number format."""
    custom: dict[int, str] = {}
    styles: list[str] = []
    inside: set[str] = set()

    def start(name: str, attributes: dict[str, str]) -> None:
        tag = local(name)
        inside.add(tag)
        if tag == "numFmt":
            custom[int(attributes.get("numFmtId", "0"))] = moment_parts(attributes.get("formatCode", ""))
        elif tag == "xf" and "cellXfs" in inside:
            number = int(attributes.get("numFmtId", "0"))
            styles.append(custom.get(number, _BUILTIN.get(number, "")))

    def end(name: str) -> None:
        inside.discard(local(name))

    parse(stream, start, end)
    return styles


def moment_parts(format_code: str) -> str:
    """What a number format shows of a moment: ``d`` a date, ``t`` a time, ``m`` the month before the day; empty for numbers."""
    shown = format_code.split(";", maxsplit=1)[0].lower()
    elapsed = _ELAPSED.search(shown) is not None
    bare = _NOT_OF_A_DATE.sub("", shown)
    if "general" in bare:
        return ""
    clock = elapsed or "h" in bare or "s" in bare
    day = "d" in bare or "y" in bare or ("m" in bare and not clock)
    return ("m" if _MONTH_FIRST.search(bare) else "") + ("d" if day else "") + ("t" if clock else "")
