"""Signs that are no letter and no digit: dropped, kept as a pause, or read as a word by what stands beside them."""

import re

from broadcaster.domain.spoken import quantities
from broadcaster.domain.spoken.patterns import lazy
from broadcaster.domain.spoken.reading import Hit, Kind
from broadcaster.domain.spoken.style import Style

_SAID = {
    "≥": "lớn hơn hoặc bằng", "≤": "nhỏ hơn hoặc bằng", "≠": "khác", "≈": "xấp xỉ", "±": "cộng trừ", "÷": "chia", "√": "căn",
    "∑": "tổng", "∞": "vô cùng", "‰": "phần nghìn", "№": "số", "½": "một phần hai", "¼": "một phần tư", "¾": "ba phần tư",
    "⅓": "một phần ba", "⅔": "hai phần ba", "§": "mục", "µ": "mi cờ rô", "α": "an pha", "β": "bê ta", "γ": "gam ma",
    "δ": "đen ta", "Δ": "đen ta", "π": "pi", "Ω": "ôm", "%": "phần trăm", "&": "và", "@": "a còng", "°": "độ", "º": "độ",
    "℃": "độ xê", "℉": "độ ép", "²": "bình phương", "³": "lập phương", "⅛": "một phần tám", "⅕": "một phần năm",
}  # fmt: skip
_PAUSE = {",": ",", ";": ";", ":": ":", "!": "!", "?": "?", ".": ".", "…": ",", "(": ",", ")": ",", "[": ",", "]": ",",
          "{": ",", "}": ",", "—": ",", "–": ",", "|": ",", "\"": "", "'": ""}  # fmt: skip
_MONEY = "$€£¥₫"
_UNITED = lazy(r"\s?(?:%|°|º|độ|phần trăm)")
_COMPARE = {">": "lớn hơn", "<": "nhỏ hơn", "≥": "lớn hơn hoặc bằng", "≤": "nhỏ hơn hoặc bằng"}
_DENOMINATOR = lazy(
    r"\s?(?:người|hộ|năm|tháng|ngày|giờ|tuần|lượt|ha|m2|m²|m3|kg|suất|em|học sinh|cháu|trẻ|quý|buổi|lần|đêm|công|sào|tấn|lít|phút|giây|"
    r"đợt|kỳ|vụ|bộ|bản|trang|tờ|xe|chuyến|phòng|căn|cặp|đơn vị|tổ|khóm|ấp|xã|phường|cơ sở|vạn dân|dân|đối tượng|đồng chí|nhân khẩu|"
    r"khẩu|liều|mũi|chiếc|cái|con|cây|khu vực|hồ sơ|thửa|trường hợp|vụ việc|hợp đồng|sản phẩm|cuộc|giải|lớp|trường|gia đình|nhà)(?!\w)"
)
_EACH_TIME = lazy(r"\s?(?:lần|kỳ|phiên|cuộc|buổi|đợt)(?!\w)")
_SPAN_BEFORE = lazy(r"(?:giờ|ngày|tuần|tháng|quý|năm|phút)\s?$")
_UNIT_NEXT = lazy(r"\s?(?:m[23²³]?|km[2²]?|kg|ha|lít|l|ml|kWh|h|s|g|mg|công|giờ|phút|cm|MB|GB)(?![\w])")
_CLOSING = lazy(r"/\.?\s*$|/-")
_PHONE_END = lazy(r"(?:\d[ .\-)]?){8,}$")
_COUNT_BEFORE = lazy(
    r"\d[\d.,]*\s*(?:-\s*\d[\d.,]*\s*)?(?:[^\W\d_]+\s?){1,4}$|(?:tỷ lệ|tỉ lệ|số|mật độ|bình quân|suất)\s[^,.;:]{1,30}$"
)


def symbol_at(line: str, at: int, before: str, style: Style) -> Hit:
    """What a sign says; a sign that says nothing is dropped."""
    char = line[at]
    following = line[at + 1 : at + 2]
    if char in "-–—−":
        return _dash(line, at, before, style)
    if char in _MONEY:
        found = re.compile(r"[$€£¥₫]\s?(?=\d)").match(line, at)
        hit = quantities.money_first_at(line, found.end(), char, style) if found else None
        return hit or Hit(at + 1, "", "symbol", Kind.DROPPED)
    if char == "/":
        return _slash(line, at, before, style)
    if char in "+*xX×=<>~":
        return _operator(line, at, before)
    if char == "." and following == ".":
        end = at
        while end < len(line) and line[end] in ".… ":
            end += 1
        return Hit(end, ",", "pause", Kind.PLAIN)
    if char == "." and following.isalpha() and line[at - 1 : at].isupper():
        return Hit(at + 1, "", "pause", Kind.DROPPED)
    if char in _PAUSE:
        return Hit(at + 1, _PAUSE[char], "pause", Kind.PLAIN)
    if char in _SAID:
        return Hit(at + 1, _SAID[char].replace("nghìn", style.thousand), "symbol")
    return Hit(at + 1, "", "symbol", Kind.DROPPED)


def _operator(line: str, at: int, before: str) -> Hit:
    char = line[at]
    numbered = re.match(r"\s?[\d$]", line[at + 1 : at + 3]) is not None
    if char in "<>":
        equal = line[at + 1 : at + 2] == "="
        if line[at + 1 : at + 2] == ">" or before.endswith(("=", "-")):
            return Hit(at + 1, ",", "symbol", Kind.DROPPED)
        if equal or numbered:
            said = _COMPARE[{"<": "≤", ">": "≥"}[char] if equal else char]
            return Hit(at + 1 + equal, said, "symbol")
        return Hit(at + 1, ",", "symbol", Kind.DROPPED)
    if char == "+":
        if numbered or re.search(r"\w\s?$", before):
            return Hit(at + 1, "cộng", "symbol")
        return Hit(at + 1, "", "symbol", Kind.DROPPED)
    if char == "=":
        arrow = line[at + 1 : at + 2] == ">"
        return Hit(at + 1 + arrow, "," if arrow else "bằng" if numbered or before.strip() else "", "symbol")
    if char in "×xX*":
        return Hit(
            at + 1, "nhân" if numbered and char != "*" else "", "symbol", Kind.EXPANDED if numbered else Kind.DROPPED
        )
    return Hit(at + 1, "khoảng" if numbered else "", "symbol", Kind.EXPANDED if numbered else Kind.DROPPED)


def _dash(line: str, at: int, before: str, style: Style) -> Hit:
    """A dash: minus, `đến` between two things of one kind, a pause between names, or nothing."""
    end = at + 1
    while end < len(line) and line[end] in "-–—−>":
        end += 1
    rest = line[end : end + 40]
    if rest[:1].isdigit() and (not before or before[-1] in " (:") and _negative(line, end, before, style):
        return Hit(end, "âm", "symbol")
    spaced = rest[:1] == " " and before[-1:] == " "
    if not before.strip():
        return Hit(end, "", "list_heading", Kind.DROPPED)
    if rest.lstrip()[:1].isdigit() and _PHONE_END.search(before.rstrip()):
        return Hit(end, ",", "pause", Kind.DROPPED)
    if _same_kind(before, rest):
        return Hit(end, "đến", "range")
    if spaced and rest[1:2].isupper():
        return Hit(end, ",", "pause", Kind.DROPPED)
    return Hit(end, "", "pause", Kind.DROPPED)


def _negative(line: str, end: int, before: str, style: Style) -> bool:
    if re.search(r"\d\s?$", before):
        return False
    amount = quantities.amount_at(line, end, before, style)
    if amount is None:
        return False
    return (
        amount.cls == "percent_decimal"
        or "độ" in amount.spoken
        or before.rstrip().endswith(("=", ":", "là", "đạt", "nhiệt độ"))
    )


def _same_kind(before: str, rest: str) -> bool:
    """`thứ 2 - thứ 6`, `ngày 5 - ngày 7`, `7 giờ 30 - 11 giờ`: a range of two things of one kind."""
    ahead = re.match(
        r"\s?(thứ|ngày|tháng|quý|khóm|tổ|ấp|khóa|tuần|tiết|lớp|tuổi|điều|chủ nhật|cn|hết)\s?\S", rest, re.IGNORECASE
    )
    if ahead:
        word = {"chủ nhật": "thứ", "cn": "thứ", "hết": "ngày"}.get(ahead[1].lower(), ahead[1].lower())
        return re.search(rf"(?:^|\W){word}\s+[^\s,.;]{{1,12}}\s*$", before) is not None
    if re.match(r"\s?km\s?\d", rest, re.IGNORECASE):
        return re.search(r"(?:^|\W)km\s?\d{1,4}(?:\+\d{1,4})?\s*$", before) is not None
    if re.match(r"\s?\d{1,2}\s?(?:giờ|h|g)", rest):
        return (
            re.search(r"\d\s?(?:giờ|phút|h\d{0,2}|g\d{0,2})(?:\s(?:\d{1,2}|sáng|chiều|tối|trưa|phút))*\s*$", before)
            is not None
        )
    if re.match(r"\s?(?:dưới|trên|hết)\s\d", rest):
        return before.rstrip()[-1:].isdigit()
    if re.match(r"\s?\d", rest):
        return re.search(r"\d\s?(?:giờ|phút|độ|tuổi)\s*$", before) is not None
    return re.match(r"\s?[IVX]+(?!\w)", rest) is not None and re.search(r"(?:^|\W)[ivx]+\s*$", before) is not None


def _slash(line: str, at: int, before: str, style: Style) -> Hit:
    """`ca/ngày` after a number is said with `trên`; between other words the slash is silent; `/.` ends a text."""
    closing = _CLOSING.match(line, at)
    if closing:
        return Hit(closing.end(), ".", "pause", Kind.DROPPED)
    if line[at + 1 : at + 2] == "/":
        return Hit(at + 2, "", "symbol", Kind.DROPPED)
    if _PHONE_END.search(before):
        return Hit(at + 1, ",", "pause", Kind.DROPPED)
    if _EACH_TIME.match(line, at + 1) and _SPAN_BEFORE.search(before):
        return Hit(at + 1, "một", "symbol")
    if (_DENOMINATOR.match(line, at + 1) or _UNIT_NEXT.match(line, at + 1)) and _COUNT_BEFORE.search(before):
        return quantities.per_at(line, at, style) or Hit(at + 1, style.per, "symbol")
    if re.match(r"\s?\d", line[at + 1 : at + 3]) and _COUNT_BEFORE.search(before):
        return quantities.per_at(line, at, style) or Hit(at + 1, style.per, "symbol")
    return Hit(at + 1, "", "symbol", Kind.DROPPED)
