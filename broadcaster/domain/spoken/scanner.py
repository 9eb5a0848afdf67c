"""The one pass over a line: plain words are copied in runs, everything else goes to the class it belongs to."""

import re
import unicodedata
from functools import lru_cache

from broadcaster.domain.spoken import dates, documents, phones, quantities, symbols, tables, words
from broadcaster.domain.spoken.lexicon import Lexicon
from broadcaster.domain.spoken.numbers import cardinal, roman, spell_digits
from broadcaster.domain.spoken.patterns import lazy
from broadcaster.domain.spoken.reading import Hit, Kind
from broadcaster.domain.spoken.style import Style
from broadcaster.domain.spoken.syllables import LOWER, UPPER, is_syllable, spell

_RUN = lazy(r"(?:[^\W\d_]+[,;.:!?]? ){1,40}")
_CHUNK = lazy(r"([^\W\d_]+)([,;.:!?]?)(?:\s|$)")
_SPACE = lazy(r"\s+")
_BULLET = lazy(
    r"\s*(?:[-–—+*•·●○▪■□▸►◆◇➢➤✓✔√❖◦‣⁃→⇒»>]\s*(?=[^\W\d_(\"'\[])|[-–—+*•·●○▪■□▸►◆◇➢➤✓✔√❖◦‣⁃→⇒»]\s+|>\s+(?!\d)|\s)+"
)
_HEAD_NUMBER = lazy(
    r"\(?(\d{1,2}(?:\.\d{1,2}){0,4})(?:\.\)|[.)]|\.?/(?=\s+[^\W\d_])|\.?-(?=\s+[^\W\d_]))(?=\s|[^\W\d_])|(\d{1,2}(?:\.\d{1,2}){1,4})\.?(?=\s+["
    + UPPER
    + "])"
)
_HEAD_LETTER = lazy(r"\(?([a-zđăâêôơưA-HJ-UWY-ZĐ]{1}\d?)(?:\)|\.(?=\s)|/(?=\s))(?=\s|[^\W\d_]|,|;)")
_HEAD_ROMAN = lazy(
    r"([IVX]{1,5})(?:((?:\.\d{1,2}){1,4})[.)/]?|[.)/\-–](?=\s|[" + UPPER + r"])|\s?[-–/](?=\s))(?=\s|[^\W\d_])"
)
_COMMUNE = lazy(rf"X\.\s?[{UPPER}][{LOWER}]+\s[{UPPER}][{LOWER}]")
_PLACE = lazy(rf"[hpqx]\.\s?[{UPPER}][{LOWER}]+\s[{UPPER}][{LOWER}]+(?!\w)")
_CAPITALS = lazy(rf"\s+[{UPPER}]{{2}}")
_LOOKBACK = 64
_MAX_KNOWN = 200_000


class Scanner:
    """Reads lines by one lexicon and one style; learns which words are plain as it goes."""

    def __init__(self, lexicon: Lexicon, style: Style) -> None:
        self._style = style
        self._known: set[str] = set()
        self._own: dict[str, list[tuple[str, str]]] = {}
        for written, spoken in sorted(lexicon.entries, key=lambda pair: -len(pair[0])):
            self._own.setdefault(written[:1].lower(), []).append((written, spoken))
        self._own_words = {re.split(r"\W", written.lower(), maxsplit=1)[0] for written, _ in lexicon.entries}

    def line(self, text: str) -> list[tuple[int, Hit]]:
        """The pieces of one line in order, each with the position it begins at."""
        out: list[tuple[int, Hit]] = []
        at = self._head(text, out)
        size = len(text)
        while at < size:
            run = _RUN.match(text, at)
            if run is not None and self._known.issuperset(run[0].split()):
                out.append((at, Hit(run.end(), run[0][:-1], "plain", Kind.PLAIN)))
                at = run.end()
                continue
            space = _SPACE.match(text, at)
            if space is not None:
                at = space.end()
                continue
            hit = self._plain(text, at) or self._special(text, at)
            if text[at].isdigit():
                hit = _without_echo(text, hit)
            out.append((at, hit))
            at = max(hit.end, at + 1)
        return out

    def _plain(self, text: str, at: int) -> Hit | None:
        """The longest run of plain words from here, learning new ones."""
        end, known = at, self._known
        while True:
            chunk = _CHUNK.match(text, end)
            if chunk is None:
                break
            form = chunk[1] + chunk[2]
            if form not in known:
                if not self._is_plain(chunk[1], chunk[2]):
                    break
                if len(known) < _MAX_KNOWN:
                    known.add(form)
            end = chunk.end()
        if end == at:
            return None
        return Hit(end, " ".join(text[at:end].split()), "plain", Kind.PLAIN)

    def _is_plain(self, word: str, mark: str) -> bool:
        if not is_syllable(word) or word.lower() in self._own_words:
            return False
        if len(word) == 1:
            return word.islower() and mark != "."
        return word.islower() or (word[0].isupper() and word[1:].islower() and word not in tables.contexts())

    def _special(self, text: str, at: int) -> Hit:
        char = text[at]
        own = self._own.get(char.lower())
        if own:
            hit = self._from_lexicon(text, at, own)
            if hit:
                return hit
        before = text[max(0, at - _LOOKBACK) : at].lower()
        if char.isdigit():
            return number_class(text, at, before, self._style)
        if char in {"(", "+"}:
            phone = phones.phone_at(text, at, before) if text[at + 1 : at + 2].isdigit() else None
            if phone:
                return phone
        if char.isalpha():
            if char in "xX" and re.match(r"[xX]\s?\d", text[at : at + 3]) and re.search(r"[\dm]\s?$", before):
                return Hit(at + 1, "nhân", "measure")
            if (
                char in "xX"
                and text[at - 1 : at] == " "
                and re.match(r"[xX] (?:\d|rộng|dài|cao|sâu|dày)", text[at : at + 6])
            ):
                return Hit(at + 1, "nhân", "measure")
            return words.word_at(text, at, before, self._style)
        if char.isnumeric() and char not in "½¼¾⅓⅔⅛⅕²³":
            return _odd_number(text, at)
        return symbols.symbol_at(text, at, before, self._style)

    @staticmethod
    def _from_lexicon(text: str, at: int, own: list[tuple[str, str]]) -> Hit | None:
        if at and text[at - 1].isalnum() and text[at].isalnum():
            return None
        for written, spoken in own:
            end = at + len(written)
            same = text.startswith(written, at) or (written.islower() and text[at:end].lower() == written)
            if same and not (written[-1].isalnum() and text[end : end + 1].isalnum()):
                return Hit(end, spoken, "lexicon")
        return None

    def _head(self, text: str, out: list[tuple[int, Hit]]) -> int:
        """Takes the bullet and the list head at the start of a line."""
        bullet = _BULLET.match(text)
        at = 0
        if bullet and bullet.end():
            at = bullet.end()
            if bullet[0].strip():
                out.append((0, Hit(at, "", "list_heading", Kind.DROPPED)))
        found = _HEAD_ROMAN.match(text, at)
        value = roman(found[1]) if found else None
        if found and value and not _COMMUNE.match(text, at):
            tail = "".join(f" chấm {cardinal(int(part))}" for part in (found[2] or "").split(".")[1:])
            return self._take(out, at, found.end(), cardinal(value) + tail)
        found = _HEAD_NUMBER.match(text, at)
        if found:
            parts = (found[1] or found[2]).split(".")
            return self._take(out, at, found.end(), " chấm ".join(cardinal(int(part)) for part in parts))
        found = _HEAD_LETTER.match(text, at) if not _PLACE.match(text, at) else None
        if found and not (found[0].endswith(".") and found[1].isupper() and not self._is_heading(text, found)):
            digit = f" {spell_digits(found[1][1:])}" if len(found[1]) > 1 else ""
            return self._take(out, at, found.end(), spell(found[1][0]) + digit)
        return at

    @staticmethod
    def _is_heading(text: str, found: re.Match[str]) -> bool:
        """`A. ĐẶT VẤN ĐỀ` is a heading; `P. GDĐT` and `Q. CHỦ TỊCH` are abbreviations."""
        if words.decide(found[1], text, found.end() - 1, "(") is not None:
            return False
        return _CAPITALS.match(text, found.end()) is not None

    @staticmethod
    def _take(out: list[tuple[int, Hit]], at: int, end: int, said: str) -> int:
        out.append((at, Hit(end, said + ",", "list_heading")))
        return end


_SIMPLE = lazy(r"([1-9]\d{0,2}|0[1-9]) ([^\W\d_]{2,})(?=[\s,.;]|$)")
_AFTER_NUMBER = frozenset({"giờ", "phút", "đến", "là", "và", "hoặc"})


_COMMA_LIST = lazy(r"(?:\d{1,3},){1,12}(?=\d{1,2}(?!\d|,\d|\.\d))")
_LISTED = lazy(
    r"(?<!\w)(?:ngày|tháng|quý|tổ|khóm|ấp|khu phố|điều|khoản|mục|lớp|khối|lô|tuần|thứ|phường|quận|phòng|bậc|loại|mũi|đợt|câu|bài|trang|nhóm|cấp|"
    r"mức độ|mức|hẻm|cụm|chi bộ|tiêu chí|biểu|phụ lục)\s$"
)


def _comma_list(text: str, at: int, before: str, style: Style) -> Hit | None:
    """`tổ 1,2,3` and `tháng 3,4,5/2024`: all but the last of a list written without spaces, never a decimal."""
    found = _COMMA_LIST.match(text, at)
    if found is None or not _LISTED.search(before) or (found[0].count(",") == 1 and before.endswith(("mức ", "cấp "))):
        return None
    said = []
    for part in found[0].split(",")[:-1]:
        one = quantities.bare_number(part, 0, before, style)
        said.append(one.spoken)
    return Hit(found.end(), ", ".join(said) + ",", "number")


def number_class(text: str, at: int, before: str, style: Style) -> Hit:
    """The class of what begins with a digit: identity, document, telephone, date, time, plate, else an amount."""
    simple = _SIMPLE.match(text, at)
    if (
        simple
        and simple[2] not in tables.units()
        and simple[2] not in _AFTER_NUMBER
        and not phones.has_phone_cue(before)
    ):
        return quantities.bare_number(text, at, before, style)
    listed = _comma_list(text, at, before, style)
    if listed:
        return listed
    phone_cue = phones.has_phone_cue(before) and not dates.is_full_date(text, at)
    hit = phones.phone_at(text, at, before) if phone_cue or text[at] in "0128" else None
    if hit:
        return hit
    return (
        phones.plate_at(text, at)
        or phones.code_at(text, at, before)
        or dates.broken_date_at(text, at, before, style)
        or dates.date_at(text, at, before, style)
        or documents.document_at(text, at, before, style)
        or dates.month_year_at(text, at, before, style)
        or dates.time_at(text, at, before)
        or phones.hotline_at(text, at, before)
        or _labelled(text, at, before, style)
        or quantities.amount_at(text, at, before, style)
        or _odd_number(text, at)
    )


_ECHO = lazy(r"\s?\(([^()\d]{2,60})\)")


def _without_echo(text: str, hit: Hit) -> Hit:
    """`02 (hai) bản` is said once: the words in brackets are the number's own."""
    found = _ECHO.match(text, hit.end)
    if found is None or " ".join(found[1].lower().split()) != hit.spoken:
        return hit
    return hit._replace(end=found.end())


# the rice growers' rules of the delta: một phải năm giảm, ba giảm ba tăng
_FARMING = lazy(r"([13])(P|G)\s?([3-6])(G|T)(?!\w)")
_FARMING_SAID = {"P": "phải", "G": "giảm", "T": "tăng"}
_LABELLED = lazy(r"(\d{1,4})([A-ZĐa-zđ]\d{0,2}|[A-ZĐ]{2}\d{0,2})(?![\w²³])")


_MESSAGE = lazy(
    r"(?:thông điệp|nguyên tắc|quy tắc|biện pháp|phương châm|thực hiện|tuân thủ|khuyến cáo|yêu cầu|quy định|đảm bảo|bảo đảm|chấp hành)"
    r"(?:\s(?:tốt|nghiêm|nghiêm túc|đúng))?[\s\"“:]*$"
)
_WEIGHT = lazy(r"(?:tải trọng|trọng tải|nặng|khối lượng|tải|trọng lượng)\s(?:\w+\s){0,2}$")


def _labelled(text: str, at: int, before: str, style: Style) -> Hit | None:
    """`5A`, `12b`, `9A1`: a label unless its letter is a unit here."""
    rule = _FARMING.match(text, at)
    if rule:
        said = (cardinal(int(rule[1])), _FARMING_SAID[rule[2]], cardinal(int(rule[3])), _FARMING_SAID[rule[4]])
        return Hit(rule.end(), " ".join(said), "abbrev")
    found = _LABELLED.match(text, at)
    if found is None:
        return None
    letters = found[2]
    if letters[0] in "xX" and len(letters) > 1:
        return None
    unit = tables.units().get(letters)
    if letters == "T" and _WEIGHT.search(before):
        return Hit(found.end(), f"{cardinal(int(found[1]), style)} tấn", "measure")
    labelled = quantities.is_label(before)
    if letters == "K" and found[1] in "2345" and _MESSAGE.search(before):
        unit = None
    elif unit and not labelled and letters not in {"A", "B", "C", "D", "E", "M", "N", "J"}:
        return None
    if text[found.end() : found.end() + 1] == "/":
        if not re.match(r"/\d[GK](?!\w)", text[found.end() : found.end() + 4]):
            return None
        return Hit(found.end() + 1, f"{cardinal(int(found[1]), style)} {words.spell_mixed(letters)}", "code")
    return Hit(found.end(), f"{cardinal(int(found[1]), style)} {words.spell_mixed(letters)}", "address")


def _odd_number(text: str, at: int) -> Hit:
    """Digits of other scripts, superscripts and circled numbers: their value when they have one."""
    end = at
    said = []
    while end < len(text) and end - at < 32 and text[end].isnumeric():
        value = unicodedata.numeric(text[end], -1.0)
        if 0 <= value <= 10_000 and value == int(value):
            said.append(cardinal(int(value)))
        end += 1
    return Hit(max(end, at + 1), " ".join(said), "number", Kind.GUESSED)


@lru_cache(maxsize=16)
def scanner_for(lexicon: Lexicon, style: Style) -> Scanner:
    """One scanner for each lexicon and style, kept with what it has learnt."""
    return Scanner(lexicon, style)
