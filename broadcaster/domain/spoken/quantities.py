"""Amounts: numbers with units, money, percents, ranges, fractions, scores, dimensions and ratios."""

import re
from math import gcd

from broadcaster.domain.spoken import dates, tables
from broadcaster.domain.spoken.numbers import DIGITS, cardinal, month, ordinal, spell_digits
from broadcaster.domain.spoken.numerals import Number, number_at
from broadcaster.domain.spoken.patterns import lazy
from broadcaster.domain.spoken.reading import Hit
from broadcaster.domain.spoken.style import Style
from broadcaster.domain.spoken.syllables import LOWER, UPPER, is_syllable, spell

_UNIT = lazy(r"(\s?)([%‰℃℉₫€¥£$Ω']|[°º]\s?[CFcf](?!\w)|[°º]|[A-Za-zµμĐđÔôỷ]+(?:\.đ)?[23²³]?)(?![\w²³])")
_BY_LABEL = frozenset(
    ["A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L", "M", "N", "P", "S", "T", "V", "W", "Đ"]
)
_LOOSE_ONLY = frozenset(["k", "K", "p", "t", "v", "w", "M"])
_DASH = lazy(r"\s?[-–—÷]\s?(?=\d)|\s?(?:\.\.\.|…)\s?(?=\d)")
_CHAIN = lazy(r"[-–]\d{1,2}(?![\d/.,])")
_TIMES = lazy(r"\s?[xX×]\s?(?=\d)")
_PER = lazy(r"\s?/\s?")
_WORD = lazy(r"[^\W\d_]+(?:[23²³](?!\w))?")
_LABEL = lazy(
    r"(?:lớp|số|số nhà|hẻm|ngõ|ngách|kiệt|tổ|khóm|ấp|khu|lô|block|nhà|phòng|quốc lộ|tỉnh lộ|đường|khối|mẫu|mẫu số|tờ|thửa|cụm|tuyến|"
    r"chốt|xe|chi bộ|nhóm|bảng|hạng|vùng|loại|bậc|căn|tầng|lầu|khu vực|kênh|cầu|mục|điều|khoản|phụ lục|biểu|đội|hệ|cống|ql|đt|tl)\s*$"
)
_SCORE = lazy(r"(?:tỷ số|tỉ số|thắng|thua|hòa|hoà|kết quả|dẫn|hiệp \w+|chung cuộc)[\s:]*(?:\w+\s){0,2}$")
_SECTION = lazy(
    r"(?:mục|tiểu mục|tiêu chí|phần|bảng|hình|biểu|nội dung|điểm|phiên bản|công nghiệp|nghiệp|version|cách mạng|biểu mẫu|phụ lục|điều|"
    r"khoản|chỉ tiêu|nhóm|thành phần|chỉ số thành phần|bài|chương|thế hệ|web|ielts|mã|ứng dụng|tiết|usb|windows|android|ios|bluetooth|bản|v)\s*$"
)
_SECTION_VALUE = lazy(r"\d{1,2}(?:\.\d{1,2}){1,4}(?![\d.,%]\d|\d|%|\s?%|\s(?:triệu|tỷ|tỉ|nghìn|điểm))")
_LONG_DECIMAL = lazy(r"\d+(?:\.\d+){2,8}")
_THU = lazy(r"(?:^|\W)thứ\s(?:[2-7]\s?(?:,|và|-|–|&|hoặc)\s?){0,6}$")
_ROOM = lazy(r"(?:phòng|phòng số|phòng họp|buồng|buồng số|p\.)\s*$")
_ZERO_NAMED = lazy(r"(?:đề án|tổ công tác|tổ đề án|ban chỉ đạo|quyết định|đề án số|triển khai|thực hiện|chỉ thị)\s*$")
_MONTH = lazy(r"(?:^|\W)tháng\s*$")
_BIG = r"\d{1,3}(?:\.\d{3})+(?!\d)|\d{1,9}"
_FRACTION = lazy(rf"({_BIG})\s?/\s?({_BIG})(?!\d|[.,]\d{{1,2}}(?!\d))")
_SLASHES = lazy(rf"(?:{_BIG})[A-Ea-e]?(?:\s?/\s?(?:{_BIG})[A-Ea-e]?){{1,5}}(?![\d])")
_RATIO = lazy(r"(\d{1,4}):(\d{1,9})(?![\d:])")
_ADDRESS = lazy(
    r"(?:hẻm|ngõ|ngách|kiệt|nhà số|số nhà|nhà|địa chỉ|hẻm số|lô|thửa|căn|căn hộ|đ/c|ngụ|trú tại|tại|ở|sn)[\s:]*(?:số\s*)?$"
)
_PLACE_AFTER = lazy(
    r"[,\s]*(?:đường|phố|hẻm|ngõ|ql|quốc lộ|khóm|tổ|ấp|kp|khu phố|"
    rf"[{UPPER}][{LOWER}]+\s[{UPPER}])"
)
_COUNTED = lazy(
    r"\s*(?:số|hộ|phiếu|đại biểu|tiêu chí|khóm|ấp|người|em|điểm|chỉ tiêu|xã|phường|đồng chí|thành viên|đảng viên|hồ sơ|tổng|lần|suất|"
    r"diện tích|dân số|chi bộ|trường|lớp|học sinh|cán bộ|hội viên|đoàn viên|nhiệm vụ|nội dung|ý kiến|tổ|công trình|đơn vị|huyện|tỉnh|"
    r"thủ tục|dịch vụ|chiều|thời gian|quãng|dung|khối|lượng|giá|cử tri|nhân khẩu|lao động|trẻ|cháu|chi hội|tuyến|cơ sở|doanh nghiệp|"
    r"căn|vụ|giờ|h(?!\w)|thửa|mẫu|bản|ca(?!\w)|con|câu|quy trình|kế hoạch|chi đoàn|tập thể|cá nhân|gia đình|nhà|ngành|cơ quan|ủy viên|mũi|"
    r"văn bản|chuyên đề|mô hình|bước|phòng|buổi|tin|bài|loa|cụm|xe|phương tiện|mặt hàng|sản phẩm|nhân dân|đội|giải|huy chương|đạt|"
    r"tổng số|quy mô|vốn|kinh phí|ngân sách|công việc|đề nghị|kiến nghị|đơn thư|đơn|tháng|ngày|năm|quý|tuần|kỳ|môn|phần|chiếc|cái|cây)"
)
_SHARE_AFTER = lazy(
    r"\s*(?:số|tổng|diện|dân số|thời gian|chiều|quãng|dung|khối|lượng|giá|thành viên|đại biểu|cử tri|chặng|thân|mức|hộ|cán bộ|đảng viên|"
    r"hội viên|người|phiếu|vốn|kinh phí|trở lên|bình|ly|cốc|muỗng|thìa|quả|ngày|năm|tháng|giờ|sân|mặt|gia đình|nhân khẩu|học sinh|ủy viên)"
)
_COUNT_BEFORE = lazy(
    r"(?:đạt|có|được|là|gồm|với|hoàn thành|tiêu chí|còn|giải quyết|tiếp nhận|điểm|thương binh|hạng|loại|bậc|lớp|huyết áp|thị lực|"
    r"tổ chức|thực hiện|đã|tại|nhịp|ở|cấp|tỷ lệ|tỉ lệ|bản đồ|phiếu|tầng|kết quả|xếp thứ|xếp hạng|giải|đứng|xếp|thứ|tờ|vị trí|mắt|mức|mức độ)\s*$"
)
_PAPERS = lazy(
    r"(?:ban hành|phát hành|gửi|nhận|xử lý|giải quyết|chuyển|soạn|có|được|văn thư|đến|đi|thảo|ký)\s(?:\w+\s)?$"
)
_DEGREES = lazy(
    r"(\d{1,3})\s?[°º]\s?(\d{1,2})\s?['′’](?!['′’])(?:\s?(\d{1,2})(?:[.,](\d{1,3}))?\s?(?:[\"″”]|''|’’))?(?:\s?([NSEWBĐT])(?!\w))?"
)
_SIDES = {
    "N": "vĩ bắc",
    "B": "vĩ bắc",
    "S": "vĩ nam",
    "E": "kinh đông",
    "Đ": "kinh đông",
    "W": "kinh tây",
    "T": "kinh tây",
}
_TR = lazy(r"(\d{1,4})(?:tr|Tr)(\d)(?!\w)")


def amount_at(line: str, at: int, before: str, style: Style) -> Hit | None:
    """Any number that is no date, time, document or telephone number, with all that belongs to it."""
    section = _section(line, at, before)
    if section:
        return section
    place = _place_on_earth(line, at, style)
    if place:
        return place
    found = _TR.match(line, at)
    if found:
        half = "rưỡi" if found[2] == "5" else f"{DIGITS[int(found[2])]} trăm {style.thousand}"
        per = per_at(line, found.end(), style)
        said = f"{cardinal(int(found[1]), style)} triệu {half}"
        return Hit(per.end, f"{said} {per.spoken}", "money") if per else Hit(found.end(), said, "money")
    slash = _slash(line, at, before, style)
    if slash:
        return slash
    ratio = _RATIO.match(line, at)
    if ratio:
        return Hit(ratio.end(), f"{cardinal(int(ratio[1]), style)} trên {cardinal(int(ratio[2]), style)}", "number")
    first = number_at(line, at, style)
    if first is None:
        return None
    words = _one_number(first, before, style)
    end, cls = first.end, "number"
    end, words, cls = _range(line, end, words, first, before, style) or (end, words, cls)
    end, words, cls = _marks(line, end, words, first, style) or (end, words, cls)
    end, words, cls = _dimension(line, end, words, style) or (end, words, cls)
    unit = _unit(line, end, before, style)
    if unit:
        end, words, cls = unit.end, f"{words} {unit.spoken}", unit.cls
        again = _DASH.match(line, end)
        second = number_at(line, again.end(), style) if again else None
        other = _unit(line, second.end, before, style) if second else None
        if second and other:
            end, words = other.end, f"{words} đến {second.spoken} {other.spoken}"
        else:
            size = _TIMES.match(line, end)
            third = number_at(line, size.end(), style) if size else None
            if third:
                following = _unit(line, third.end, before, style)
                end = following.end if following else third.end
                words = f"{words} nhân {third.spoken}" + (f" {following.spoken}" if following else "")
    return Hit(end, words, cls)


def _place_on_earth(line: str, at: int, style: Style) -> Hit | None:
    """`10°22'N`: degrees, minutes, seconds and the side; N is north, since no place of the country lies south."""
    found = _DEGREES.match(line, at)
    if found is None:
        return None
    said = f"{cardinal(int(found[1]), style)} độ {cardinal(int(found[2]), style)} phút"
    if found[3]:
        said += f" {cardinal(int(found[3]), style)}" + (f" phẩy {spell_digits(found[4])}" if found[4] else "") + " giây"
    return Hit(found.end(), f"{said} {_SIDES[found[5]]}" if found[5] else said, "measure")


def bare_number(line: str, at: int, before: str, style: Style) -> Hit:
    """A small whole number before a plain word, where no other class can begin."""
    found = re.compile(r"\d{1,3}").match(line, at)
    raw = found[0] if found else "0"
    end = at + len(raw)
    return Hit(end, _one_number(Number(end, cardinal(int(raw), style), int(raw), raw), before, style), "number")


def _one_number(number: Number, before: str, style: Style) -> str:
    """The words of a bare number where context changes them: thứ tư, phòng hai không tư, đề án không sáu."""
    raw, value = number.raw, number.value
    if value < 0:
        return number.spoken
    if _THU.search(before) and value < 100:
        return ordinal(value, style)
    if _MONTH.search(before) and 1 <= value <= 12:
        return month(value)
    if len(raw) == 3 and raw.isdigit() and _ROOM.search(before):
        return spell_digits(raw)
    if raw == "06" and _ZERO_NAMED.search(before):
        return "không sáu"
    if raw in {"00", "000"}:
        return spell_digits(raw)
    if raw.isdigit() and len(raw) >= 9:
        return spell_digits(raw) if raw.isascii() else number.spoken
    return number.spoken


def _section(line: str, at: int, before: str) -> Hit | None:
    found = _SECTION_VALUE.match(line, at) if _SECTION.search(before) else None
    if found is None or re.fullmatch(r"\d+\.\d{3}", found[0]):
        dotted = _LONG_DECIMAL.match(line, at)
        if dotted is None or re.fullmatch(r"\d{1,3}(?:\.\d{3})+", dotted[0]):
            return None
        found = dotted
    return Hit(found.end(), " chấm ".join(_section_number(part) for part in found[0].split(".")), "number")


def _section_number(part: str) -> str:
    return spell_digits(part) if part.startswith("0") or len(part) > 6 else cardinal(int(part))


def _range(line: str, end: int, words: str, first: Number, before: str, style: Style) -> tuple[int, str, str] | None:
    dash = _DASH.match(line, end)
    if dash is None or dates.date_at(line, dash.end(), "ngày", style):
        return None
    second = number_at(line, dash.end(), style)
    if second is None or re.match(r"\s?/\s?\d|[:hH]\d", line[second.end : second.end + 3]):
        return None
    if _CHAIN.match(line, second.end) and 0 <= first.value < 100:
        return second.end, f"{words} {second.spoken}", "number"
    if _SCORE.search(before) and first.value >= 0 and second.value >= 0 and first.value < 100:
        return second.end, f"{words} {second.spoken}", "score"
    said = ordinal(second.value, style) if _THU.search(before) and 0 <= second.value < 10 else second.spoken
    if 0 <= second.value < first.value and not _unit(line, second.end, before, style):
        return second.end, f"{words} {said}", "number"
    return second.end, f"{words} đến {said}", "range"


def _marks(line: str, end: int, words: str, first: Number, style: Style) -> tuple[int, str, str] | None:
    """`8,5/10 điểm`: marks out of a whole."""
    slash = _PER.match(line, end) if first.value < 0 else None
    second = number_at(line, slash.end(), style) if slash else None
    return (second.end, f"{words} trên {second.spoken}", "number") if second and second.value > 1 else None


def _dimension(line: str, end: int, words: str, style: Style) -> tuple[int, str, str] | None:
    done = None
    for _ in range(3):
        times = _TIMES.match(line, end)
        second = number_at(line, times.end(), style) if times else None
        if second is None:
            break
        end, words = second.end, f"{words} nhân {second.spoken}"
        done = (end, words, "measure")
    return done


def _unit(line: str, end: int, before: str, style: Style) -> Hit | None:
    """The unit directly after a number, with everything it is counted per."""
    found = _UNIT.match(line, end)
    if found is None:
        return None
    spaced, form = bool(found[1]), re.sub(r"\s", "", found[2])
    said = tables.units().get(form)
    if said is None or (form in _BY_LABEL and form not in {"L", "V", "W", "K"}):
        return None
    if _LABEL.search(before) and len(form) <= 2 and form.isalpha() and form not in {"ha", "kg", "km"}:
        return None
    if form == "CV" and (line[found.end() : found.end() + 1] in {"/", "-"} or _PAPERS.search(before)):
        return None
    if spaced and (
        form in _LOOSE_ONLY or form in {"L", "V", "W", "K", "ng", "'", "s"} or form in {"HS", "SV", "GV", "BN"}
    ):
        return None
    cls = "percent_decimal" if form in "%‰" else "money" if said in {"đồng", "đô la", "triệu", "nghìn"} else "measure"
    said = said.replace("nghìn", style.thousand)
    per = per_at(line, found.end(), style)
    return Hit(per.end, f"{said} {per.spoken}", cls) if per else Hit(found.end(), said, cls)


def per_at(line: str, at: int, style: Style) -> Hit | None:
    """Everything an amount is counted per, from its first slash: `/người/tháng`."""
    said: list[str] = []
    for _ in range(4):
        per = _per(line, at, style)
        if per is None:
            break
        at = per.end
        said.append(f"{style.per} {per.spoken}")
    return Hit(at, " ".join(said), "measure") if said else None


def _per(line: str, at: int, style: Style) -> Hit | None:
    """`/hộ`, `/24 giờ`, `/100.000 dân` after a unit."""
    slash = _PER.match(line, at)
    if slash is None:
        return None
    number = number_at(line, slash.end(), style)
    if number:
        unit = _unit(line, number.end, "", style)
        return Hit(
            unit.end if unit else number.end, f"{number.spoken} {unit.spoken}" if unit else number.spoken, "measure"
        )
    word = _WORD.match(line, slash.end())
    if word is None or re.match(r"[-.&]\w", line[word.end() : word.end() + 2]):
        return None
    form = word[0]
    known = tables.units().get(form) or tables.abbreviations().get(form)
    if known:
        return Hit(word.end(), known, "measure")
    return Hit(word.end(), form.lower(), "measure") if is_syllable(form) else None


def _slash(line: str, at: int, before: str, style: Style) -> Hit | None:
    """`a/b` and longer: an address, a fraction, a share, or a day of the year, by the words around."""
    whole = _SLASHES.match(line, at)
    if whole is None:
        return None
    text = re.sub(r"\s", "", whole[0])
    after = line[whole.end() : whole.end() + 40]
    if text.count("/") > 1 or not re.sub(r"[/.]", "", text).isdigit():
        return _address(whole.end(), text, style)
    found = _FRACTION.match(line, at)
    if found is None:
        return _address(whole.end(), text, style)
    if _ADDRESS.search(before) and _PLACE_AFTER.match(after):
        return _address(found.end(), text, style)
    if re.search(r"(?:hẻm|ngõ|ngách|kiệt|số nhà|nhà số|hẻm số|thửa|lô|lớp|căn hộ)[\s:]*$", before):
        return _address(found.end(), text, style)
    if re.search(r"(?:^|\W)số[\s:]*$", before) and _PLACE_AFTER.match(after):
        return _address(found.end(), text, style)
    share = _share(found, text, before, after, style)
    if share is not None:
        return share
    day = dates.day_month_at(line, at, before, sure=True)
    return day or _address(found.end(), text, style)


def _share(found: re.Match[str], text: str, before: str, after: str, style: Style) -> Hit | None:
    """The fraction or share that `a/b` is, or None when it is a day of the year."""
    a, b = int(found[1].replace(".", "")), int(found[2].replace(".", ""))
    counted = _COUNTED.match(after) is not None
    round_clock = text == "24/7" and not dates.has_date_cue(before)
    all_of = a == b and counted and not re.search(r"(?:ngày|sáng|chiều|tối)\s*$", before)
    could_be_day = 1 <= a <= 31 and 1 <= b <= 12 and not round_clock and not all_of
    padded = len(found[2]) == 2 and found[2][0] == "0"
    if (
        could_be_day
        and (padded or dates.is_named_day(text))
        and not (a < b and counted and not dates.has_date_cue(before))
    ):
        return None
    if could_be_day and dates.has_date_cue(before) and not (a < b and counted):
        return None
    if could_be_day and not counted and not _COUNT_BEFORE.search(before) and not (a == 1 and b == 2):
        return None
    if could_be_day and counted and a > b and re.match(r"\s*(?:tại|năm|này)", after):
        return None
    small = 0 < a < b and (b <= 10 or b in {100, 1000}) and gcd(a, b) == 1
    share = small and (_SHARE_AFTER.match(after) is not None or b <= 3 or not counted)
    if share and b > 4 and _COUNT_BEFORE.search(before) and not re.match(r"\s*(?:số|tổng|diện)", after):
        share = False
    if share and b > 4 and re.match(r"\s*(?:hộ|người|thành|đại|cử|đảng|hội|phiếu|cán|học|ủy|gia|nhân khẩu)", after):
        share = False
    if re.search(r"(?:thương binh|hạng|loại|bậc|lớp|huyết áp|tỷ lệ|tỉ lệ|điểm|nhịp|thị lực|mắt|tờ|giải)\s*$", before):
        share = False
    if share:
        return Hit(
            found.end(), f"{cardinal(a, style)} phần {'tư' if b == 4 else cardinal(b, style)}", "percent_decimal"
        )
    words = f"{cardinal(a, style)} trên {cardinal(b, style)}"
    unit = _unit(found.string, found.end(), "", style)
    if unit:
        return Hit(unit.end, f"{words} {unit.spoken}", unit.cls)
    return Hit(found.end(), words, "percent_decimal")


def _address(end: int, text: str, style: Style) -> Hit:
    said = []
    for part in text.replace(".", "").split("/"):
        digits = re.match(r"\d+", part)
        number = digits[0] if digits else ""
        words = (
            spell_digits(number)
            if len(number) > 4 or (len(number) > 2 and number[0] == "0")
            else cardinal(int(number), style)
        )
        said.append(words + (f" {spell(part[len(number) :])}" if len(part) > len(number) else ""))
    return Hit(end, f" {style.slash} ".join(said), "address")


def money_first_at(line: str, at: int, symbol: str, style: Style) -> Hit | None:
    """`$5`, `€10`: the amount, then the currency."""
    number = number_at(line, at, style)
    name = tables.units().get(symbol)
    return Hit(number.end, f"{number.spoken} {name}", "money") if number and name else None


def is_label(before: str) -> bool:
    """Whether the words before make a number with a letter a label (lớp 5A, hẻm 12B), not an amount."""
    return _LABEL.search(before) is not None
