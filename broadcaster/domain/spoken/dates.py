"""Dates, parts of dates, school years and times of day."""

import re

from broadcaster.domain.spoken.numbers import cardinal, month, spell_digits
from broadcaster.domain.spoken.patterns import lazy
from broadcaster.domain.spoken.reading import Hit, Kind
from broadcaster.domain.spoken.style import Style

_D = r"(0?[1-9]|[12]\d|3[01])"
_M = r"(0?[1-9]|1[0-2])"
_Y = r"([12]\d{3})"
_DASH = r"\s?[-–—]\s?"
_ISO = lazy(
    r"([12]\d{3})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?(?![\d/])"
)
_FULL = lazy(rf"{_D}\s?([/.\-–])\s?{_M}\s?\2\s?{_Y}(?![\d]|[./]\d)")
_SHORT_YEAR = lazy(rf"{_D}/{_M}/(\d{{2}})(?![\d/]|[.,]\d)")
_DAYS = lazy(rf"{_D}{_DASH}{_D}\s?([/])\s?{_M}(?:\s?/\s?{_Y})?(?![\d/]|[.,]\d)")
_TWO = lazy(rf"{_D}\s?/\s?{_M}{_DASH}{_D}\s?/\s?{_M}(?:\s?/\s?{_Y})?(?![\d/]|[.,]\d)")
_DAY_MONTH = lazy(rf"{_D}\s?/\s?{_M}(?![\d]|\s?/\s?\d|[.,]\d)")
_MONTH_YEAR = lazy(rf"{_M}\s?([/\-.])\s?{_Y}(?![\d]|\s?/\s?\d|[.,]\d)")
_MONTHS_YEAR = lazy(rf"{_M}{_DASH}{_M}\s?/\s?{_Y}(?![\d/]|[.,]\d)")
_YEARS = lazy(r"((?:19|20|21)\d{2})\s?[-–—÷]\s?((?:19|20|21)\d{2})(?![\d/]|[.,]\d)")
_DOTTED = lazy(rf"{_D}\.{_M}(?![\w.]|,\d)")
_DAY_WORD = lazy(r"(?:ngày|mùng|mồng|sáng|chiều|tối)\s$")
_DASHED = lazy(rf"{_D}[-–]{_M}(?![\w/-]|[.,:]\d|\s?(?:%|[-–]|giờ))")
# `từ 14 đến 16.7`: days when no unit follows; a decimal has its comma and its unit
_FROM = lazy(
    r"(?:^|(?<!điểm)(?<!giá)(?<!mức)(?<!độ)(?<!đạt)(?<!tăng)(?<!giảm)(?<!suất)(?<!khoảng)\W)từ\s(?:\d{1,2}(?:\.\d{1,2})?\s?(?:đến|tới|-|–)\s?(?:hết\s)?)?$"
)
_DOTTED_TO = lazy(
    rf"\s(?:đến|tới)\s(?:hết\s)?{_D}\.{_M}(?=\s?(?:$|[,;.)]|(?:tại|này|năm|sẽ|các|trên|ubnd|UBND)(?!\w)))"
)
_DOTTED_END = lazy(r"\s?(?:$|[,;)]|\.(?:\s|$)|(?:tại|này|năm|sẽ|các|trên|UBND)(?!\w))")
_HOURS_LATER = lazy(
    r"(?:\s?[,;]|\svà)\s?(?:chiều|tối)\s?:?\s?(?:từ\s)?(?:1[2-9]|2[0-4])\s?[-–]\s?(?:1[3-9]|2[0-4])(?!\d)"
)
_RANGE_NEXT = lazy(rf"{_DASH}(?=\d)")
_CUE = lazy(
    r"(?:ngày|hôm|sáng|trưa|chiều|tối|đêm|mùng|mồng|rằm|lễ|dịp|hạn|nay|tết|khánh|phụ nữ|thứ (?:hai|ba|tư|năm|sáu|bảy|[2-7])|"
    r"chủ nhật|cn|kỷ niệm|trước|sau|vào|hết|từ|đến|lúc|giờ|phút|\dh\d{0,2}|giảng|học|giỗ|âm lịch|dương lịch|đợt|đoàn|tổ hùng vương|"
    r"giáo việt nam|liệt sĩ|môi trường|tính đến|lao động)[\s,:(\"-]*$"
)
_DAY_SAID = lazy(
    r"(?:ngày|mùng|mồng|rằm|hôm|đường|phố|chợ|trường|công viên|bệnh viện|quảng trường|xí nghiệp|công ty|thcs|thpt)[\s:]*$|"
    r"ngày (?:\d{1,2}[, ]+(?:và |- )?){1,8}$"
)
_MONTH_SAID = lazy(r"(?:tháng|tháng:)\s*$|tháng [\d, và]{1,20}$|tháng [\d/]{1,9}\s?(?:-|–|đến)\s?$")
_QUARTER_SAID = lazy(r"(?:quý|kỳ|học kỳ|đợt|số|khóa|khoá|lần|hk|vụ|tuần|phiên|tập|quyển)\s*$")
_NAMED = {"30/4", "1/5", "01/5", "01/05", "30/04", "2/9", "02/9", "02/09", "8/3", "08/3", "08/03", "20/10", "20/11", "27/7",
          "22/12", "3/2", "03/02", "26/3", "19/5", "19/8", "27/2", "1/6", "01/6", "10/3", "21/6", "28/6", "5/6", "9/11", "10/10",
          "1/7", "1/12", "15/8", "15/7", "18/11", "13/10", "6/1", "15/5", "28/7", "15/10", "14/10", "4/10", "17/10", "1/10"}  # fmt: skip


def said_year(text: str, style: Style) -> str:
    return "năm " + cardinal(int(text), style)


def _day_month(day: str, of: str) -> str:
    return f"{cardinal(int(day))} tháng {month(int(of))}"


def _lead(before: str) -> str:
    return "" if _DAY_SAID.search(before) else "ngày "


def is_full_date(line: str, at: int) -> bool:
    """Whether a day, month and year stand here, which no telephone number looks like."""
    return _FULL.match(line, at) is not None


def date_at(line: str, at: int, before: str, style: Style) -> Hit | None:
    """A date that cannot be anything else: with a year, an ISO moment, a range of days."""
    found = _ISO.match(line, at)
    if found:
        return _iso(found, before, style)
    found = _FULL.match(line, at)
    if found:
        said = f"{_lead(before)}{_day_month(found[1], found[3])} {said_year(found[4], style)}"
        return _through(line, found.end(), said, style)
    found = _SHORT_YEAR.match(line, at)
    if found:
        said = f"{_lead(before)}{_day_month(found[1], found[2])} {said_year('20' + found[3], style)}"
        return Hit(found.end(), said, "date")
    return _range_at(line, at, before, style)


def _range_at(line: str, at: int, before: str, style: Style) -> Hit | None:
    found = _TWO.match(line, at)
    if found:
        year = " " + said_year(found[5], style) if found[5] else ""
        said = f"{_lead(before)}{_day_month(found[1], found[2])} đến ngày {_day_month(found[3], found[4])}{year}"
        return Hit(found.end(), said, "date")
    found = _DOTTED.match(line, at)
    if found and _DAY_WORD.search(before):
        return Hit(found.end(), _day_month(found[1], found[2]), "date")
    if found and (_DOTTED_TO.match(line, found.end()) or _DOTTED_END.match(line, found.end())) and _FROM.search(before):
        return Hit(found.end(), f"ngày {_day_month(found[1], found[2])}", "date")
    found = _DASHED.match(line, at)
    if found and not _HOURS_LATER.match(line, found.end()) and _is_dashed_day(int(found[1]), int(found[2]), before):
        return Hit(found.end(), _lead(before) + _day_month(found[1], found[2]), "date")
    found = _DAYS.match(line, at)
    if found and (found[5] or int(found[1]) < int(found[2]) or _CUE.search(before)):
        year = " " + said_year(found[5], style) if found[5] else ""
        said = f"{_lead(before)}{cardinal(int(found[1]))} đến ngày {_day_month(found[2], found[4])}{year}"
        return Hit(found.end(), said, "date")
    found = _MONTHS_YEAR.match(line, at)
    if found and _QUARTER_SAID.search(before):
        return Hit(
            found.end(), f"{cardinal(int(found[1]))} đến {cardinal(int(found[2]))} {said_year(found[3], style)}", "date"
        )
    if found:
        lead = "" if _MONTH_SAID.search(before) else "tháng "
        said = f"{lead}{month(int(found[1]))} đến tháng {month(int(found[2]))} {said_year(found[3], style)}"
        return Hit(found.end(), said, "date")
    found = _YEARS.match(line, at)
    if found and int(found[1]) <= int(found[2]):
        return Hit(found.end(), f"{cardinal(int(found[1]), style)} đến {cardinal(int(found[2]), style)}", "range")
    return None


_PART_OF_DAY = lazy(r"(?:^|[^\w])(?:sáng|trưa|chiều|tối|đêm|hôm)\s$")
_DAY_DASHED = lazy(r"(?:^|[^\w\s]\s?|(?<!từ)(?<!các)(?<!trong)(?<!vòng)(?<!khoảng)\s)ngày\s$")


def _is_dashed_day(day: int, of: int, before: str) -> bool:
    """`20-11` is a day when it cannot be a range of days and is a day of note, or when `ngày` or a feast stands before."""
    noted = f"{day}/{of}" in _NAMED
    if re.search(r"(?:tỷ số|tỉ số|thắng|thua|hòa|kết quả|dẫn)\s*$", before):
        return False
    if _DAY_DASHED.search(before) or _PART_OF_DAY.search(before):
        return True
    if re.search(r"(?:ngày|khánh|lao động|phụ nữ|giáo|lễ|dịp|độc lập)\s*$|\d[-/.]\d{1,2}\s?(?:,|và)\s?$", before):
        return noted or day > of
    return noted and day > of and day > 12


def _iso(found: re.Match[str], before: str, style: Style) -> Hit:
    said = f"{_lead(before)}{_day_month(found[3], found[2])} {said_year(found[1], style)}"
    if found[4] and int(found[4]) <= 24 and int(found[5]) < 60:
        said += " lúc " + said_time(found[4], found[5])
        if found[6] and int(found[6]):
            said += f" {cardinal(int(found[6]))} giây"
    return Hit(found.end(), said, "date")


def _through(line: str, end: int, said: str, style: Style) -> Hit:
    """A full date, and the second one when a dash leads to it."""
    dash = _RANGE_NEXT.match(line, end)
    other = _FULL.match(line, dash.end()) if dash else None
    if other:
        said += f" đến ngày {_day_month(other[1], other[3])} {said_year(other[4], style)}"
        end = other.end()
    return Hit(end, said, "date")


def month_year_at(line: str, at: int, before: str, style: Style) -> Hit | None:
    """`05/2023` after tháng, quý or alone; a document number when a kind of document stands before."""
    found = _MONTH_YEAR.match(line, at)
    if found is None or (found[2] != "/" and not _MONTH_SAID.search(before)):
        return None
    if _RATIO_CUE.search(before):
        return None
    if _QUARTER_SAID.search(before):
        return Hit(found.end(), f"{cardinal(int(found[1]))} {said_year(found[3], style)}", "date")
    lead = "" if _MONTH_SAID.search(before) else "tháng "
    said = f"{lead}{month(int(found[1]))} {said_year(found[3], style)}"
    if re.search(r"ngày\s*$", before):
        return Hit(found.end(), said, "date", Kind.GUESSED, "broken-date")
    return Hit(found.end(), said, "date")


_LOST_SLASH = lazy(r"(\d{3})\s?/\s?([12]\d{3})(?!\d|/)")
_SPLIT_YEAR = lazy(r"(?:[12] \d{3}|(?:19|20) \d{2}|(?:19|20)\d \d)(?![\d.,/]\d|\d|\s?(?:đồng|hộ|người))")


def broken_date_at(line: str, at: int, before: str, style: Style) -> Hit | None:
    """`ngày 073/2022`, a date that lost its slash, is said digit by digit and reported; `năm 20 24` is 2024."""
    if before.endswith("năm "):
        split = _SPLIT_YEAR.match(line, at)
        if split:
            return Hit(split.end(), cardinal(int(split[0].replace(" ", "")), style), "broken_text", Kind.GUESSED)
    found = _LOST_SLASH.match(line, at)
    if found is None or not re.search(r"ngày\s*$", before):
        return None
    return Hit(
        found.end(), f"{spell_digits(found[1])} {said_year(found[2], style)}", "date", Kind.GUESSED, "broken-date"
    )


def day_month_at(line: str, at: int, before: str, *, sure: bool) -> Hit | None:
    """`30/4` as a day of the year, when the context says so or `sure` is given."""
    found = _DAY_MONTH.match(line, at)
    if found is None:
        return None
    if not (sure or _CUE.search(before) or re.search(r"ngày [\d/,;\s]{1,40}(?:và|,|-|–|đến)?\s*$", before)):
        return None
    return Hit(found.end(), _lead(before) + _day_month(found[1], found[2]), "date")


def has_date_cue(before: str) -> bool:
    """Whether the words before speak of a day."""
    return _CUE.search(before) is not None


def is_named_day(text: str) -> bool:
    """Whether a day and month is a day everyone knows (30/4, 2/9, 20/11)."""
    return text in _NAMED


_TIME = lazy(
    r"([01]?\d|2[0-4])\s?(?:[hH]|[gG](?=\s?\d\d|\s|[-–,.;)]|$)|giờ(?=\s?00(?!\d)))\s?([0-5]\d)?(?:\s?(?:['′]|phút|ph|p)(?![\w]))?(?![\w²³])"
)
_COLON = lazy(r"([01]?\d|2[0-4])\s?:\s?([0-5]\d)(?::([0-5]\d))?(?![\d:])")
_HOURS = lazy(rf"([01]?\d|2[0-4]){_DASH}(?=(?:[01]?\d|2[0-4])\s?[hHg])")
_SPENT = lazy(r"(\d{1,2})[hHgG]\s?([0-5]?\d)(?:m|p|ph|phút|['′])(?:\s?([0-5]?\d)(?:s|giây|[\"″]))?(?!\w)")
_POINTED = lazy(r"(1?\d|2[0-4])\.([0-5]\d)(?=\s(?:sáng|trưa|chiều|tối|đêm)(?!\w))")
_MINUTES = lazy(r"(\d{1,3})['′](?:\s?(\d{1,2})(?:''|[\"″]))?(?!\w)")
_GRAM_CUE = lazy(r"(?:lúc|từ|đến|sáng|chiều|trưa|tối|đêm|trước|sau|vào|khoảng|hồi|giờ|tới|[-–,:(])\s*$")
_HOUR_NEXT = lazy(r"\s?[-–]\s?\d{1,2}[gG]\d\d")
_HALF_DAY = lazy(r"\s?([AaPp])\.?[Mm](?:\.(?=\s))?(?!\w)")
_RATIO_CUE = lazy(r"(?:tỷ lệ bản đồ|tỷ lệ|tỉ lệ|tỷ số|tỉ số|pha loãng|bản đồ)\s*$")


def said_time(hour: str, minute: str | None) -> str:
    """`7h05` is `bảy giờ năm phút`; a full hour has no minutes."""
    words = cardinal(int(hour)) + " giờ"
    return f"{words} {cardinal(int(minute))} phút" if minute and int(minute) else words


def time_at(line: str, at: int, before: str) -> Hit | None:
    """A time of day or a range of times."""
    spent = _SPENT.match(line, at)
    if spent and (spent[3] or len(spent[2]) == 1):
        seconds = f" {cardinal(int(spent[3]))} giây" if spent[3] else ""
        return Hit(spent.end(), said_time(spent[1], spent[2]) + seconds, "time")
    found = _one_time(line, at, before)
    if found is None:
        hours = _HOURS.match(line, at)
        other = _one_time(line, hours.end(), "từ ") if hours else None
        if hours and other:
            return Hit(other.end, f"{cardinal(int(hours[1]))} giờ đến {other.spoken}", "time")
        minutes = _MINUTES.match(line, at)
        if minutes and (minutes[2] or not line[minutes.end() : minutes.end() + 1].isalpha()):
            said = cardinal(int(minutes[1])) + " phút"
            if minutes[2]:
                said += f" {cardinal(int(minutes[2]))} giây"
            return Hit(minutes.end(), said, "time")
        return None
    half = _HALF_DAY.match(line, found.end)
    if half:
        found = found._replace(end=half.end(), spoken=f"{found.spoken} {_part_of_day(line[at : at + 2], half[1])}")
    end, said = found.end, found.spoken
    dash = _RANGE_NEXT.match(line, end)
    other = _one_time(line, dash.end(), "từ ") if dash else None
    if other:
        half = _HALF_DAY.match(line, other.end)
        part = f" {_part_of_day(line[dash.end() : dash.end() + 2], half[1])}" if half and dash else ""
        return Hit(half.end() if half else other.end, f"{said} đến {other.spoken}{part}", "time")
    return found


def _part_of_day(hour: str, half: str) -> str:
    """`8:00 PM` is in the evening: AM sáng, PM trưa, chiều or tối by the hour."""
    if half in "aA":
        return "sáng"
    value = int(re.sub(r"\D", "", hour) or 0)
    return "trưa" if value == 12 else "chiều" if value < 6 else "tối"


def _one_time(line: str, at: int, before: str) -> Hit | None:
    found = _TIME.match(line, at)
    if found:
        letter = line[found.end(1) : found.end(1) + 2].strip()[:1]
        if (
            letter in "gG"
            and not line.startswith("giờ", found.end(1))
            and not found[2]
            and not _GRAM_CUE.search(before)
            and not _HOUR_NEXT.match(line, found.end())
        ):
            return None
        return Hit(found.end(), said_time(found[1], found[2]), "time")
    found = _POINTED.match(line, at)
    if found:
        return Hit(found.end(), said_time(found[1], found[2]), "time")
    found = _COLON.match(line, at)
    if found and not _RATIO_CUE.search(before):
        said = said_time(found[1], found[2])
        if found[3] and int(found[3]):
            said += f" {cardinal(int(found[3]))} giây"
        end = found.end()
        unit = re.compile(r"\s?(?:h|giờ)(?!\w)").match(line, end)
        return Hit(unit.end() if unit else end, said, "time")
    return None
