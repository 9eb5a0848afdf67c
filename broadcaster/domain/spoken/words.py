"""Everything that begins with a letter and is no plain word: abbreviations, codes, roman numerals, foreign words."""

import re
from collections.abc import Callable

from broadcaster.domain.spoken import dates, documents, electronic, phones, tables
from broadcaster.domain.spoken.foreign import say_foreign
from broadcaster.domain.spoken.numbers import cardinal, ordinal, roman, spell_digits
from broadcaster.domain.spoken.patterns import lazy
from broadcaster.domain.spoken.reading import Hit, Kind
from broadcaster.domain.spoken.style import Style
from broadcaster.domain.spoken.syllables import LOWER, UPPER, is_syllable, spell, split_tone

_WORD = lazy(r"[^\W\d_]+")
_COMPOUND = lazy(r"[^\W\d_]+(?:\s?[&/\-–.,]\s?[^\W\d_]+|\s&\s[^\W\d_]+){1,5}")
_ALNUM = lazy(r"([A-Za-zĐđ]{1,6})[.\s]?(\d{1,6})([A-Za-zĐđ]{0,2}\d{0,3})(?![\w])")
_ROAD = lazy(r"(QL|ĐT|TL|HL|ĐH|ĐX|CT)\s?\.?\s?([1-9]\d{0,2})((?:[A-ZĐa-z]\d?)?)(?![\w/]|[.,\s]\d{3})")
_ROADS = {"QL": "quốc lộ", "ĐT": "đường tỉnh", "TL": "tỉnh lộ", "HL": "hương lộ", "ĐH": "đường huyện", "ĐX": "đường xã",
          "CT": "cao tốc"}  # fmt: skip
_WEEKDAY = lazy(r"T\.?\s?([2-7])(?:\s?(-|–|,|&|đến|và)\s?(?:T\.?\s?([2-7])|(CN))(?!\w))?(?![\w/.]\d|\w)")
_NAMED_BY_LETTER = lazy(r"(?:trạm|nhà|ga|tuyến|lô|đường|kênh|cột|trụ|tầng|khu|rạch|cống|block|mã|phòng|loại)\s$")
_MONTH = lazy(r"T\.?\s?(0?[1-9]|1[0-2])\s?/\s?([12]\d{3})(?!\d)")
_KM_POST = lazy(r"[Kk][Mm]\s?(\d{1,4})\s?\+\s?(\d{1,4})(?!\w)")
_ROOM_CODE = lazy(r"([A-ZĐ]{1,2}\d?)[.\-](\d{1,2})\.(\d{1,2})(?![\d.,/]\d|\w)")
_SECTION_CUE = lazy(r"(?:mục|phần|chương|phụ lục|tiêu chí)\s$")
_UNIT_ALONE = lazy(r"[kcd]?m[23²³](?!\w)")
_ROMAN = lazy(r"[IVXLCDM]+(?!\w)")
_ROMAN_PARTS = lazy(r"(?:\.\d{1,2}){1,4}(?![\d/])")
_ROMAN_YEAR = lazy(r"\s?/\s?([12]\d{3})(?!\d)")
_QUARTER_YEAR = lazy(r"\s?[-–]\s?((?:19|20)\d{2})(?!\d)")
_ROMAN_CUE = lazy(
    r"(?:chương|phần|mục|quý|khóa|khoá|bđ|báo động|đại hội|đh|lần thứ|thứ|lần|thế kỷ|tk|phụ lục|bảng|biểu|hạng|loại|bậc|cấp|nhóm|kỳ|học kỳ|tiểu mục|"
    r"giai đoạn|vùng|khu vực|kv|đợt|trung ương|quân khu|cụm|tổ|chi bộ|tập|quyển|phiên|vòng|độ|type|pha|hệ|tiết|chuyên đề|nhiệm kỳ|ngạch|"
    r"chuyên khoa|ck|đảng|hk|qh|quốc hội|hội đồng nhân dân|hđnd|công đoàn|đại biểu|mẫu|số|điều|nội dung|kỳ họp thứ|trưởng|tỉnh|viên|lớp|"
    r"ban|chi hội|khối|quân đoàn|đại học|khoản|phân hệ|đại hội đảng|toàn quốc|bộ|phường|thành phố|dự án|gói|điểm)"
    r"(?:\s*:)?(?:\s+[IVX]+(?:\s*(?:,|và|-|–|đến|/)\s*[IVX]+)*\s*(?:,|và|-|–|đến|/))?\s*$",
    re.IGNORECASE,
)
_LETTER_CUE = lazy(
    r"(?:vitamin|điểm|loại|nhóm|lớp|khối|tổ|khu|hàng|phương án|viêm gan|mục|cúm|bảng|lô|nhà|hạng|hình|ý|tiết)\s*$"
)
_NAME = lazy(rf"[.\s]*[{UPPER}][{LOWER}]+")
_FIXED = {
    "đ/c": "đồng chí", "Đ/c": "đồng chí", "Đ/C": "đồng chí", "đ/C": "đồng chí", "đc": "đồng chí", "v/v": "về việc",
    "V/v": "về việc", "V/V": "về việc", "T/M": "thay mặt", "t/m": "thay mặt", "K/T": "ký thay", "T/L": "thừa lệnh",
    "v.v": "vân vân", "vv": "vân vân", "V.v": "vân vân", "T.Ư": "trung ương", "T.W": "trung ương", "s/n": "số nhà",
    "S/N": "số nhà", "và/hoặc": "và hoặc", "U.B.N.D": "ủy ban nhân dân", "TP.HCM": "thành phố hồ chí minh", "c/m": "chứng minh",
    "n/c": "nghiên cứu", "t/h": "thực hiện", "k/h": "kế hoạch", "g/đ": "gia đình", "G/đ": "gia đình", "h/s": "học sinh",
    "x/m": "xe máy", "B/C": "báo cáo", "ko": "không", "k/c": "khoảng cách", "N/A": "không có", "p/v": "phục vụ",
    "m/c": "mặt cắt", "Đ/v": "đối với", "đ/v": "đối với", "đv": "đối với", "P/S": "tái bút", "i/c": "y cờ",
    "PM2.5": "pê mờ hai chấm năm", "PM 2.5": "pê mờ hai chấm năm", "PM2,5": "pê mờ hai phẩy năm",
    "Th.S": "thạc sĩ", "ThS": "thạc sĩ", "Ths": "thạc sĩ", "PGS.TS": "phó giáo sư tiến sĩ", "GS.TS": "giáo sư tiến sĩ",
    "Ts.BS": "tiến sĩ bác sĩ", "ThS.BS": "thạc sĩ bác sĩ", "BS.CKI": "bác sĩ chuyên khoa một", "BS.CKII": "bác sĩ chuyên khoa hai",
    "BS CKI": "bác sĩ chuyên khoa một", "BS CKII": "bác sĩ chuyên khoa hai", "BS.CK1": "bác sĩ chuyên khoa một",
    "BS.CK2": "bác sĩ chuyên khoa hai", "TS.BS": "tiến sĩ bác sĩ", "PGS.TS.BS": "phó giáo sư tiến sĩ bác sĩ",
    "GS.TS.BS": "giáo sư tiến sĩ bác sĩ", "A/H5N1": "a hát năm nờ một", "A/H1N1": "a hát một nờ một", "&amp": "và",
    "Tp.HCM": "thành phố hồ chí minh", "Tp. HCM": "thành phố hồ chí minh", "TP. Hcm": "thành phố hồ chí minh",
    "VT.Tr": "văn thư tê rờ", "TT.Huế": "thừa thiên huế", "COVID-19": "cô vít mười chín", "Covid-19": "cô vít mười chín",
    "covid-19": "cô vít mười chín", "PAR INDEX": "pa in đếch", "Par Index": "pa in đếch", "QR code": "quy rờ cốt",
    "QR Code": "quy rờ cốt", "V-League": "vê li gu", "V.League": "vê li gu", "Zalo OA": "da lô o a", "zalo OA": "da lô o a", "SARS-CoV-2": "xa cô vi hai", "wi-fi": "oai phai", "Wi-Fi": "oai phai", "Wi-fi": "oai phai",
}  # fmt: skip
_FIXED_AT = lazy("(?:" + "|".join(sorted(map(re.escape, _FIXED), key=len, reverse=True)) + r")(?![^\W_])")
_JOINT = lazy(r"\s?[&/\-–.,]\s?|\s&\s")
_CODE_NEXT = lazy(r"[-–/]\s?[A-ZĐ]")
_FORM = lazy(r"(?:mẫu|mẫu số|biểu mẫu|tờ khai|mẫu đơn|biểu)\s$")
_FORM_SLASHED = lazy(r"([A-ZĐ]{1,5})/([A-ZĐ]{2,6})-(\d{1,3})(?![\w/])")
_FORM_CODE = lazy(r"[A-ZĐ]{1,4}\d{1,2}[a-z]?(?:-[A-ZĐ]{1,4}\d{0,2})?(?![\w/])")
_STUCK = lazy(rf"([{UPPER}]{{2,}})([{LOWER}]{{2,7}})")
_POSTS = frozenset({"PCT", "PBT", "PGĐ", "PTP", "PTB", "PVP", "CVP", "PCVP", "TGĐ", "PTGĐ", "UV", "UVBTV", "PBTTT"})
_MORE = lazy(r"\s*\S")
_PLACE_NEXT = lazy(r"\s?:|\s+(?:số )?\d")
_TONED = lazy(r"[àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ]", re.IGNORECASE)


def word_at(line: str, at: int, before: str, style: Style) -> Hit:
    """The reading of the token that begins with a letter at `at`; it never fails."""
    fixed = _FIXED_AT.match(line, at)
    if fixed:
        return _fixed(line, fixed, style)
    space = line.find(" ", at, at + 320)
    chunk = line[at : space if space >= 0 else at + 320]
    if "@" in chunk or "." in chunk or "://" in chunk:
        address = electronic.electronic_at(line, at)
        if address:
            return address
    found = _WORD.match(line, at)
    if found is None:
        return Hit(at + 1, "", "symbol", Kind.DROPPED)
    code = phones.code_at(line, at, before) if any(char.isdigit() for char in chunk[:24]) else None
    if code:
        return code
    form = _FORM_CODE.match(line, at) if _FORM.search(before) else None
    if form:
        return Hit(form.end(), spell_mixed(form[0]), "code")
    slashed = _FORM_SLASHED.match(line, at)
    if slashed:
        return Hit(slashed.end(), ", ".join(spell_mixed(part) for part in slashed.groups()), "code")
    return (
        _numbered(line, at, before, style)
        or _roman_at(line, at, before, style)
        or _compound(line, at)
        or _listed(line, found, before)
        or _bare(line, found, before)
    )


def _fixed(line: str, found: re.Match[str], style: Style) -> Hit:
    end, said = found.end(), _FIXED[found[0]]
    if found[0] in {"v.v", "vv", "V.v"}:
        while end < len(line) and line[end] in ".…" and _MORE.match(line, end + 1):
            end += 1
    elif line[end : end + 1] == ".":
        end += 1
    if found[0] in {"đ/c", "Đ/c", "Đ/C"} and _PLACE_NEXT.match(line, end):
        said = "địa chỉ"
    return Hit(end, said.replace("nghìn", style.thousand), "abbrev")


def _numbered(line: str, at: int, before: str, style: Style) -> Hit | None:
    """Letters with digits: roads, weekdays, kilometre posts, `H5N1`, `K.4`, `4G`-like codes."""
    road = _ROAD.match(line, at)
    if (
        road
        and not (road[1] in {"CT", "ĐH"} and not line[road.end(1)].isdigit())
        and not (road[1] == "ĐT" and len(road[2]) < 3)
    ):
        tail = f" {spell_mixed(road[3])}" if road[3] else ""
        return Hit(road.end(), f"{_ROADS[road[1]]} {cardinal(int(road[2]), style)}{tail}", "address")
    months = _MONTH.match(line, at)
    if months:
        words = "tư" if int(months[1]) == 4 else cardinal(int(months[1]))
        return Hit(months.end(), f"tháng {words} năm {cardinal(int(months[2]), style)}", "date")
    week = _WEEKDAY.match(line, at) if not _NAMED_BY_LETTER.search(before) else None
    if week:
        joint = {"-": "đến", "–": "đến", "&": "và", ",": ","}.get(week[2] or "", week[2] or "")
        second = f"thứ {ordinal(int(week[3]))}" if week[3] else "chủ nhật"
        said = f"thứ {ordinal(int(week[1]))}" + (f" {joint} {second}".replace(" ,", ",") if week[2] else "")
        return Hit(week.end(), said, "date")
    post = _KM_POST.match(line, at)
    if post:
        return Hit(post.end(), f"ki lô mét {cardinal(int(post[1]))} cộng {cardinal(int(post[2]))}", "address")
    room = _ROOM_CODE.match(line, at)
    if room and not _SECTION_CUE.search(before):
        return Hit(room.end(), " chấm ".join(spell_mixed(part) for part in room.groups()), "code")
    unit = _UNIT_ALONE.match(line, at)
    if unit and unit[0] in tables.units():
        return Hit(unit.end(), tables.units()[unit[0]], "measure")
    found = _ALNUM.match(line, at)
    if found and line[found.end(1)].isdigit():
        return _alnum(line, found, before, style)
    return None


def _alnum(line: str, found: re.Match[str], before: str, style: Style) -> Hit | None:
    letters, digits, tail = found[1], found[2], found[3]
    whole = tables.abbreviations().get(found[0])
    if whole:
        return Hit(found.end(), whole, "abbrev")
    if letters in tables.contexts() and not tail:
        head = decide(letters, line, found.end(1), before)
        if head and letters in {"P", "Q", "KP", "KV", "NQ", "Km", "KM", "TT", "CT", "KH", "QL", "HĐ", "HK", "CĐ"}:
            said = spell_digits(digits) if digits[0] == "0" and len(digits) > 2 else cardinal(int(digits), style)
            return Hit(found.end(), f"{head} {said}", "abbrev")
    if letters == "K" and not tail and re.search(r"(?:tổ \w+|đường [^,]{1,30}|số [^,]{1,20})[,\s-]*$", before):
        return Hit(found.end(), f"khóm {cardinal(int(digits), style)}", "address")
    known = tables.abbreviations().get(letters) or (tables.code_types().get(letters) if len(letters) > 1 else None)
    head = known or (letters.lower() if is_syllable(letters) and len(letters) > 2 else spell(letters))
    number = spell_digits(digits) if digits[0] == "0" else cardinal(int(digits), style)
    rest = f" {spell_mixed(tail)}" if tail else ""
    return Hit(found.end(), f"{head} {number}{rest}", "code", Kind.EXPANDED if known else Kind.GUESSED)


def spell_mixed(text: str) -> str:
    """Letters by name and digits as numbers: `N1` is `nờ một`."""
    said = []
    for part in re.findall(r"\d+|[^\W\d_]+", text):
        if part.isdigit():
            said.append(spell_digits(part) if part[0] == "0" else cardinal(int(part)))
        else:
            said.append(spell(part))
    return " ".join(word for word in said if word)


def _roman_at(line: str, at: int, before: str, style: Style) -> Hit | None:
    found = _ROMAN.match(line, at)
    value = roman(found[0]) if found else None
    if found is None or value is None or line[found.end() : found.end() + 1] == "'":
        return None
    text = found[0]
    cued = _ROMAN_CUE.search(before) is not None
    if not cued and (len(text) < 2 or not set(text) <= set("IVX") or text in {"XXX"}):
        return None
    if cued and len(text) == 1 and text not in "IVX":
        return None
    if cued and set(text) & set("LCDM") and text in tables.abbreviations() | tables.contexts():
        return None
    said = ordinal(value, style) if re.search(r"thứ\s*$", before, re.IGNORECASE) else cardinal(value, style)
    year = _ROMAN_YEAR.match(line, found.end()) or (
        _QUARTER_YEAR.match(line, found.end()) if before.endswith("quý ") else None
    )
    if year:
        return Hit(year.end(), f"{said} năm {cardinal(int(year[1]), style)}", "roman")
    parts = _ROMAN_PARTS.match(line, found.end())
    if parts:
        numbers = " ".join(f"chấm {cardinal(int(n))}" for n in parts[0][1:].split("."))
        return Hit(parts.end(), f"{said} {numbers}", "roman")
    return Hit(found.end(), said, "roman")


def _compound(line: str, at: int) -> Hit | None:
    """The longest listed chain joined by & - / . ,: `TN&MT`, `KT-XH`, `CB, CC, VC`; else a bare document code."""
    found = _COMPOUND.match(line, at)
    if found is None:
        return None
    text, known = found[0], tables.abbreviations()
    head = _WORD.match(text)
    if head is None:
        return None
    if head[0] in tables.chain_heads():
        ends = [m.start() for m in _JOINT.finditer(text)][1:]
        for size in [len(text), *reversed(ends)]:
            form = _JOINT.sub(_tight, text[:size])
            said = known.get(form) or (known.get(form.replace("-", "&")) if len(form) > 3 else None)
            if said and not line[at + size : at + size + 1].isalpha():
                return Hit(at + size, said, "abbrev")
    if head[0] in tables.code_types() and _CODE_NEXT.match(text, head.end()):
        code = documents.code_at(line, at)
        if code and code.end > at + head.end() and (code.kind is not Kind.GUESSED):
            return code
    return None


def _tight(joint: re.Match[str]) -> str:
    return joint[0].strip().replace("–", "-")


def _listed(line: str, found: re.Match[str], before: str) -> Hit | None:
    """A form of the tables: by its context, or with its one reading."""
    form, end = found[0], found.end()
    dot = line[end : end + 1] == "."
    if form in tables.contexts():
        said = decide(form, line, end, before, sure=_is_heading_word(line, found))
        if said:
            return Hit(_past_dot(line, end) if dot else end, said, "context")
    said = tables.abbreviations().get(form)
    if said and not (is_syllable(form) and _is_heading_word(line, found)):
        return Hit(_past_dot(line, end) if dot and form in _POSTS else end, said, "abbrev")
    if len(form) > 1 and not is_syllable(form):
        upper = form.upper()
        if (form.islower() or form.istitle()) and len(form) > 2:
            said = tables.foreign().get(form.lower()) or (
                tables.abbreviations().get(upper) if upper == form or form.islower() else None
            )
            if said:
                return Hit(end, said, "abbrev")
        unit = tables.units().get(form) if form[0].islower() or form in {"MW", "GB", "MB"} else None
        if unit:
            return Hit(end, unit, "measure")
        if form.lower() in {"tp", "tx", "tt", "ths", "bs", "ts", "cty", "km"} and form not in tables.contexts():
            said = decide({"tp": "TP", "tx": "TX", "tt": "TT", "ths": "ThS", "bs": "BS", "ts": "TS", "cty": "Cty", "km": "Km"}[form.lower()],
                          line, end, before)  # fmt: skip
            if said:
                return Hit(_past_dot(line, end) if dot else end, said, "context")
    return None


def _past_dot(line: str, end: int) -> int:
    """The full stop of an abbreviation is not the end of a sentence when something follows."""
    return end + 1 if _MORE.match(line, end + 1) else end


def _is_heading_word(line: str, found: re.Match[str]) -> bool:
    """Whether a form that is also a syllable stands among words in capitals, as in a heading."""
    form = found[0]
    if not form.isupper() or not is_syllable(form) or len(form) < 2:
        return False
    left = re.search(r"([^\W\d_]+)\W*$", line[max(0, found.start() - 24) : found.start()])
    right = re.match(r"\W*([^\W\d_]+)", line[found.end() : found.end() + 24])
    return any(near and near[1].isupper() and _TONED.search(near[1]) and is_syllable(near[1]) for near in (left, right))


def decide(form: str, line: str, end: int, before: str, *, sure: bool = False) -> str | None:
    """The first row of the decision list of `form` whose conditions all hold; `sure` leaves out the row for all else."""
    for choice in tables.contexts().get(form, ()):
        if sure and choice.conditions == ("else",):
            continue
        if all(_holds(condition, line, end, before) for condition in choice.conditions):
            return choice.spoken
    return None


_NUM = lazy(r"[.\s]*\d")
_NUM3 = lazy(r"[.\s]*\d{3}(?![\d./])")
_ROMAN_NEXT = lazy(r"[.\s]*[IVX]+(?!\w)")
_COLON = lazy(r"\s?:")
_YEAR_NEXT = lazy(r"[.\s:]*(?:19|20)\d{2}(?![\d/.,]\d|\d)")
_CAPS_NEXT = lazy(rf"[.\s]*([{UPPER}]{{2,}})(?!\w)")


def _holds(condition: str, line: str, end: int, before: str) -> bool:
    name, _, alternatives = condition.partition(":")
    if name == "next":
        return tables.pattern_after(alternatives).match(line, end) is not None
    if name == "prev":
        return tables.pattern_before(alternatives).search(before) is not None
    tests: dict[str, Callable[[], bool]] = {
        "else": lambda: True,
        "dot": lambda: line[end : end + 1] == ".",
        "num": lambda: _NUM.match(line, end) is not None,
        "num3": lambda: _NUM3.match(line, end) is not None,
        "name": lambda: _NAME.match(line, end) is not None,
        "roman": lambda: _ROMAN_NEXT.match(line, end) is not None,
        "colon": lambda: _COLON.match(line, end) is not None,
        "caps": lambda: _CAPS_NEXT.match(line, end) is not None,
        "start": lambda: not before.strip(" -+*•"),
        "phone": lambda: _phone_next(line, end),
        "birthday": lambda: dates.is_full_date(line, _past_marks(line, end)),
        "year": lambda: _YEAR_NEXT.match(line, end) is not None,
    }
    return tests[name]()


def _past_marks(line: str, at: int) -> int:
    """Where the text goes on after spaces, stops and colons."""
    while at < len(line) and line[at] in " .:":
        at += 1
    return at


def _phone_next(line: str, end: int) -> bool:
    at = _past_marks(line, end)
    return at < len(line) and phones.phone_at(line, at, "điện thoại") is not None


def _bare(line: str, found: re.Match[str], before: str) -> Hit:
    """A word of no table: a syllable, joined syllables, an abbreviation to compose or spell, a foreign word."""
    form, end = found[0], found.end()
    if len(form) == 1 and is_syllable(form):
        kept = form if re.match(rf" [{LOWER}]", line[end : end + 2]) and form not in "IVX" else form.lower()
        return Hit(end, kept, "letter", Kind.PLAIN)
    if len(form) == 1:
        lettered = Kind.EXPANDED if _LETTER_CUE.search(before) or form.islower() else Kind.GUESSED
        return Hit(end, spell(form) or "", "letter", lettered if spell(form) else Kind.DROPPED)
    if is_syllable(form):
        return Hit(end, form.lower() if not (form.istitle() or form.islower()) else form, "plain", Kind.PLAIN)
    capitals = sum(char.isupper() for char in form)
    joined = (
        _split_joined(form)
        if (_TONED.search(form) and capitals <= 1) or (form.isupper() and _TONED.search(form))
        else None
    )
    if joined:
        return Hit(end, joined, "broken_text", Kind.GUESSED, "joined-words")
    if form.lower() in tables.foreign():
        return Hit(end, tables.foreign()[form.lower()], "foreign")
    stuck = _STUCK.fullmatch(form)
    if stuck and is_syllable(stuck[2]) and stuck[1] in tables.abbreviations():
        return Hit(end, f"{tables.abbreviations()[stuck[1]]} {stuck[2]}", "broken_text", Kind.GUESSED, "joined-words")
    if capitals >= 2:
        plural = form[:-1] if form[-1] in "s" and form[:-1].isupper() else form
        composed = tables.compose(plural)
        if composed:
            return Hit(end, composed, "abbrev", Kind.GUESSED, "guessed-abbreviation")
        if form.isupper() or capitals >= len(form) / 2:
            said = _with_prefix(form) or spell(form)
            if said:
                return Hit(end, said, "abbrev", Kind.UNKNOWN, "unknown-abbreviation")
    if not any("a" <= char <= "z" for char in split_tone(form.lower())[0]):
        return Hit(end, "", "symbol", Kind.DROPPED, "unreadable")
    return Hit(end, say_foreign(form), "foreign", Kind.GUESSED, "guessed-word")


def _with_prefix(form: str) -> str | None:
    known = tables.abbreviations()
    for lead, words in (("TT", "trung tâm"), ("P", "phòng"), ("S", "sở"), ("B", "bộ")):
        rest = form.removeprefix(lead)
        if rest != form and len(rest) > 2 and rest in known:
            return f"{words} {known[rest]}"
    return None


def _split_joined(form: str) -> str | None:
    """`hànhchính` is two words whose space was lost."""
    if not 4 <= len(form) <= 28:
        return None
    best: list[list[str] | None] = [[], *[None] * len(form)]
    for end in range(1, len(form) + 1):
        for start in range(max(0, end - 7), end):
            head = best[start]
            part = form[start:end]
            if head is None or not is_syllable(part) or (len(part) == 1 and part.lower() not in "ôếà"):
                continue
            kept = best[end]
            if kept is None or len(head) + 1 < len(kept):
                best[end] = [*head, part]
    whole = best[-1]
    return " ".join(whole).lower() if whole and len(whole) >= 2 else None
