"""Text files a person wrote: UTF-8 only, tidied to NFC with LF, or one Problem saying why the file cannot be read."""

import re
import unicodedata
from pathlib import Path

from broadcaster.domain.problems import Problem, Where, error

_TIDY = re.compile("[\r\x00-\x08\x0b-\x1f\x7f-\xa0\xad\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]")
_TO_SPACE = frozenset("\x0b\x0c\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000") | {chr(c) for c in range(0x2000, 0x200B)}

_UTF8_HINT = (
    "Mở tệp bằng Notepad, chọn Lưu thành (Save As), mục Mã hóa (Encoding) chọn UTF-8. Lưu lại dạng UTF-8 rồi thử lại."
)
_TEXT_HINT = "Chép phần chữ sang một tệp văn bản mới rồi lưu lại dạng UTF-8."
_FOREIGN = (
    (b"PK\x03\x04", "là tệp nén của Word hay Excel đã đổi tên"),
    (b"\xd0\xcf\x11\xe0", "là tệp Word hay Excel đời cũ đã đổi tên"),
    (b"%PDF", "là tệp PDF đã đổi tên"),
    (b"{\\rtf", "là tệp RTF đã đổi tên"),
)
_TODAYS_LETTERS = re.compile("[\u1ea0-\u1ef9ăđơưĂĐƠƯ]")
_TCVN3 = re.compile("[A-Za-z§][µ¸¶·¹¨»¾¼½Æ©Ç®«¬§¦]|[µ¸¶·¹¨¾¼½©®¬§¦][a-z]")
_TCVN3_ONLY = re.compile("[µ¸¶·¹¨»¾¼½Æ©Ç®«¬§¦]")
_VNI_ONLY = re.compile("[øûïåäüö]")
_VNI = re.compile("[aeouiyAEOUIY][ùøûïåäüö]")


def read_text(path: Path, name: str, *, at_most: int) -> str | Problem:
    """The tidied text of a file of at most so many bytes; ``name`` is how the problem calls it. Never raises for content."""
    try:
        with path.open("rb") as opened:
            data = opened.read(at_most + 1)
    except OSError as cause:
        return unreadable(name, cause)
    if len(data) > at_most:
        size = f"{at_most / 1_000_000:g}".replace(".", ",")
        hint = "Chia nội dung ra nhiều tệp, hoặc xem có chép nhầm tệp khác vào đây không."
        return error(Where(file=name), "file-huge", f"Tệp quá lớn (trên {size} MB) nên không đọc.", hint)
    return decode(data, name)


def is_regular(path: Path) -> bool:
    """Whether it is a file that can be opened without waiting: no pipe, no device; False too when it cannot be told."""
    try:
        return path.is_file()
    except OSError:
        return False


def unreadable(name: str, cause: OSError) -> Problem:
    """For a file the system would not give."""
    message = "Không có quyền đọc tệp này." if isinstance(cause, PermissionError) else "Không mở được tệp này."
    return error(Where(file=name), "file-unreadable", message, "Kiểm tra tệp còn đó, ổ đĩa còn tốt và quyền đọc tệp.")


def decode(data: bytes, name: str) -> str | Problem:
    """The tidied text of UTF-8 bytes; older encodings, other kinds of file and binary bytes are told apart for the hint."""
    refused = _foreign(data, name)
    if refused is not None:
        return refused
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as broken:
        where = Where(file=name, line=data.count(b"\n", 0, broken.start) + 1)
        message = "Tệp không phải dạng UTF-8, có lẽ dùng bảng mã cũ (Windows-1258, TCVN3, VNI)."
        return error(where, "encoding", message, _UTF8_HINT)
    legacy = _legacy_line(text)
    if legacy is not None:
        message = "Chữ gõ bằng bảng mã cũ (TCVN3 hoặc VNI), đọc lên sẽ sai hết."
        hint = "Chuyển sang Unicode bằng UniKey (Công cụ, phím Ctrl+Shift+F6). Lưu lại dạng UTF-8."
        return error(Where(file=name, line=legacy), "encoding-legacy", message, hint)
    return tidy(text)


def _foreign(data: bytes, name: str) -> Problem | None:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return error(Where(file=name), "encoding", "Tệp lưu dạng UTF-16 (Unicode của Notepad cũ).", _UTF8_HINT)
    for magic, what in _FOREIGN:
        if data.startswith(magic):
            return error(Where(file=name), "file-foreign", f"Tệp này {what}, không phải văn bản.", _TEXT_HINT)
    if b"\x00" in data:
        half = data[:2000].count(b"\x00") * 3 > len(data[:2000])
        if half:
            return error(Where(file=name), "encoding", "Tệp có vẻ lưu dạng UTF-16.", _UTF8_HINT)
        return error(Where(file=name), "file-binary", "Tệp chứa dữ liệu máy, không phải văn bản.", _TEXT_HINT)
    return None


def _legacy_line(text: str) -> int | None:
    """The first line of text typed in a font encoding of the 1990s and saved as if it were Unicode; None when it is not."""
    if text.isascii():
        return None
    for telltale, sign in ((_TCVN3_ONLY, _TCVN3), (_VNI_ONLY, _VNI)):
        if telltale.search(text) is None or sign.search(text) is None:
            continue
        for number, line in enumerate(text.split("\n"), 1):
            if not line.isascii() and len(sign.findall(line)) >= 3 and not _TODAYS_LETTERS.search(line):
                return number
    return None


def tidy(text: str) -> str:
    """NFC, LF line ends, ordinary spaces, no byte order mark, no invisible or control characters; lines keep their number."""
    text = text.replace("\r\n", "\n")
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    return _TIDY.sub(lambda m: "\n" if m[0] == "\r" else " " if m[0] in _TO_SPACE else "", text)
