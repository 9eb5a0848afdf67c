"""Telephone and hotline numbers, identity numbers and number plates: digits by name, in groups."""

import re

from broadcaster.domain.spoken.numbers import DIGITS, cardinal, spell_digits
from broadcaster.domain.spoken.patterns import lazy
from broadcaster.domain.spoken.reading import Hit
from broadcaster.domain.spoken.syllables import spell

_CUE = lazy(
    r"(?<!\w)(?:điện thoại|đt|đtdđ|sđt|số đt|gọi|hotline|tổng đài|liên hệ|lh|fax|zalo|máy|đường dây nóng|dây nóng|alo|gọi số|"
    r"nhắn tin|bấm|tel|di động|cứu hỏa|cấp cứu|cảnh sát|cứu thương|quay số|đầu số|nóng)(?:\s+(?:số|đến|tới|ngay|về|của|qua|là|"
    r"khẩn cấp|miễn phí|quốc gia|viber|điện thoại|zalo|phường|chữa cháy|bảo vệ trẻ em|cố định|bàn|hỗ trợ))*[\s:.(]*$"
)
_AFTER_PHONE = lazy(
    r"(?:(?<![\d.\-])(?=0|84|1[89])(?:\d[ .\-)]{0,2}){8,12}|(?<!\d)11[1-5])\s?(?:,|/|-|–|hoặc|và|;)\s*(?:số\s*)?$"
)
_FULL = lazy(
    r"\(?(?:\+?84\)?[\s.\-]?(?:\(0\))?|0)[\s.\-]?\(?\d{1,4}\)?(?:\s?[.\-–\s]?\s?\d{1,8}){0,5}|\(0\d{2,3}\)(?:\s?[.\-]?\s?\d{2,8}){1,4}"
)
_TRUNK = lazy(r"\(?\+?84\)?[\s.\-]?\(0\)")
_DOTTED_ABROAD = lazy(r"84[.\-]\d{2,3}[.\-]\d{7}")
_GROUPS = lazy(r"\d+")
_TOLL = lazy(r"1[89]00(?:[ .\-]?\d{2,6}){1,3}(?!\d)")
_SHORT = lazy(r"1(?:11|12|13|14|15|022|080|09|08|19|18|16|41|\d{2,4})(?![\d.,/%]\d|\d|[%/])")
_CALL = lazy(
    r"\d{3,5}(?![\d.,/%]\d|\d|[%/hg])(?!\s(?:hộ|người|lượt|cuộc|em|hồ sơ|đồng|nghìn|triệu|đại biểu|máy|trường hợp))"
)
_LOCAL = lazy(r"\d(?:[ .\-]?\d){5,8}(?!\d)")
_CODE_CUE = lazy(
    r"(?<!\w)(?:mã số|mã|mã hồ sơ|mã số thuế|mst|số hiệu|biển số|biển kiểm soát|bks|seri|tài khoản|số tài khoản|stk|cccd|cmnd|"
    r"định danh|căn cước|căn cước công dân|chứng minh nhân dân|số thẻ|thẻ bhyt|số sổ|mã hs|hộ chiếu|otp|sổ bhxh|mã định danh)"
    r"(?:\s+(?:số|là|hồ sơ|thuế|cá nhân|phản ánh|khách hàng|định danh|thẻ|bưu gửi|tài khoản|xác thực|bưu chính|đơn vị|hộ))*[\s:.(]*$"
)
_CODE = lazy(r"[A-ZĐa-zđ\d]+(?:[.\-/]?[A-ZĐa-zđ\d]+)*")
_COUNTED = lazy(r"\s?(?:đồng|hộ|người)(?!\w)")
_PLATE = lazy(r"(\d{2})\s?-?\s?([A-ZĐ]{1,2}\d?)\s?[-.\s]\s?(\d{3}\.?\d{2}|\d{4})(?![\d.,]\d|\d)")


def grouped(digits: str) -> str:
    """Digits by name with commas where an announcer breathes: 4-3-4, 4-3-3, else by threes."""
    sizes = {10: (4, 3, 3), 11: (4, 3, 4), 8: (4, 4), 7: (3, 4), 12: (3, 3, 3, 3)}.get(len(digits))
    if sizes is None:
        sizes = (len(digits),) if len(digits) < 6 else tuple(3 for _ in range(-(-len(digits) // 3)))
    said, at = [], 0
    for size in sizes:
        said.append(spell_digits(digits[at : at + size]))
        at += size
    return ", ".join(part for part in said if part)


def has_phone_cue(before: str) -> bool:
    """Whether the words before lead to a telephone number."""
    return _CUE.search(before) is not None or _AFTER_PHONE.search(before) is not None


def phone_at(line: str, at: int, before: str) -> Hit | None:
    """A telephone number by its shape, or by the words before it."""
    start = line[at]
    if start in "0(+8":
        found = _FULL.match(line, at)
        end = _phone_end(line, at, found.end()) if found else 0
        if end and (start != "8" or has_phone_cue(before) or _DOTTED_ABROAD.fullmatch(line, at, end)):
            digits = re.sub(r"\D", "", _TRUNK.sub("84", line[at:end]))
            plus = "cộng " if "+" in line[at : at + 2] else ""
            if plus or digits.startswith("84"):
                return Hit(end, f"{plus}{DIGITS[8]} {DIGITS[4]}, {grouped('0' + digits[2:])[6:]}", "telephone")
            return Hit(end, grouped(digits), "telephone")
    found = _TOLL.match(line, at)
    if (
        found
        and start == "1"
        and len(re.sub(r"\D", "", found[0])) in {8, 10}
        and ("-" not in found[0] or has_phone_cue(before))
        and (
            len(found[0]) == len(re.sub(r"\D", "", found[0]))
            or "tổng đài" in before
            or has_phone_cue(before)
            or found[0][5:8] != "000"
        )
    ):
        return Hit(found.end(), grouped(re.sub(r"\D", "", found[0])), "telephone")
    if has_phone_cue(before):
        found = _SHORT.match(line, at) or _LOCAL.match(line, at) or _CALL.match(line, at)
        if found:
            return Hit(found.end(), grouped(re.sub(r"\D", "", found[0])), "telephone")
    return None


def _phone_end(line: str, at: int, limit: int) -> int:
    """Where the number truly ends: 10 digits for a mobile, 11 for a landline of four-digit area, or 0 for no phone."""
    trunk = _TRUNK.match(line, at)
    count = -1 if trunk else 0
    text = line[at:limit] if not trunk else trunk[0][: -len("(0)")] + line[trunk.end() : limit]
    digits = re.sub(r"\D", "", text)
    international = digits.startswith("84")
    core = "0" + digits[2:] if international else digits
    wanted = {11, 10} if core.startswith(("02", "01")) else {10}
    shift = 1 if international else 0
    best = 0
    for group in _GROUPS.finditer(line, at, limit):
        count += len(group[0])
        if count + (0 if not international else -2) + shift in wanted:
            best = group.end()
    if best and best < len(line) and line[best].isdigit():
        return 0
    return best


def hotline_at(line: str, at: int, before: str) -> Hit | None:
    """114 and its like in a list: `113, 114, 115`, when telephone words stand a little before."""
    found = re.compile(r"11[1-5](?![\d.,/%]\d|\d|[%/])").match(line, at)
    if found and re.search(r"(?:số|gọi|máy|đài|nóng|cứu|sát|hotline)\s[^.;]{0,24}$", before):
        after = line[found.end() : found.end() + 14].lower().strip()
        if not re.match(r"(?:hộ|người|em|hồ sơ|lượt|đồng|triệu|tỷ|nghìn|ca|xe|km|kg|ha|đại biểu|%)(?!\w)", after):
            return Hit(found.end(), spell_digits(found[0]), "telephone")
    return None


def plate_at(line: str, at: int) -> Hit | None:
    """A number plate such as 67A-123.45."""
    found = _PLATE.match(line, at)
    if found is None or (" " in found[0] and "." not in found[0] and "-" not in found[0]):
        return None
    digits = re.sub(r"\D", "", found[3])
    letters = " ".join(spell(c) if c.isalpha() else DIGITS[int(c)] for c in found[2])
    return Hit(found.end(), f"{cardinal(int(found[1]))} {letters}, {spell_digits(digits)}", "code")


def code_at(line: str, at: int, before: str) -> Hit | None:
    """An identity number or file code after its cue: every character by name."""
    found = _CODE.match(line, at, at + 64) if _CODE_CUE.search(before) else None
    if found is None:
        return None
    text = found[0].rstrip(".-/")
    if sum(char.isdigit() for char in text) < (5 if text.isdigit() else 2) or len(text) > 40:
        return None
    if _COUNTED.match(line, at + len(text)):
        return None
    said = grouped(text) if text.isdigit() and text.isascii() else " ".join(_one(char) for char in text)
    return Hit(at + len(text), " ".join(said.split()), "code")


def _one(char: str) -> str:
    return spell_digits(char) if char.isdigit() else spell(char)
