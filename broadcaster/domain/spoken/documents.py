"""Numbers of documents as a grammar of their own: NUM(/YEAR)?(/|-)TYPE(-ISSUER)*, read by meaning."""

import re
from functools import lru_cache

from broadcaster.domain.spoken import tables
from broadcaster.domain.spoken.numbers import cardinal, roman, spell_digits
from broadcaster.domain.spoken.patterns import lazy
from broadcaster.domain.spoken.reading import Hit, Kind
from broadcaster.domain.spoken.style import Style
from broadcaster.domain.spoken.syllables import spell

_PART = r"[A-ZĐƯÂ][A-Za-zĐđƯưÂ]{0,15}\d{0,2}"
_NUMBER = lazy(
    rf"(\d{{1,6}})([a-zđA-Z]{{0,2}})(?:\s?/\s?([12]\d{{3}}|\d{{2}}(?=\s?/\s?[A-ZĐ])))?(\s?[/\-–]\s?)(?={_PART})"
)
_ONE_PART = lazy(_PART + r"(?![\w])")
_JOINT = lazy(r"\s?[-–/.&+]\s?|\s(?=TW|CP|TTg|UBND|HĐND)")
_TRAILING = lazy(r"([A-Za-zĐđƯư]+)(\d+)")
_STANDARD = lazy(r"(\d{1,5})(?:-(\d{1,3}))?\s?:\s?([12]\d{3})(?!\d)")
_SCALE = lazy(r"(?:tỷ lệ|tỉ lệ|bản đồ|pha loãng|tỷ lệ bản đồ)\s*$")
_KIND = (
    r"(?:nghị định|thông tư|thông tư liên tịch|luật|bộ luật|quyết định|nghị quyết|chỉ thị|kế hoạch|pháp lệnh|công văn|hướng dẫn|"
    r"thông báo|báo cáo|tờ trình|kết luận|quy định|chương trình|đề án|công điện|nđ|tt|qđ|nq|ct|kh|cv|hd|tb|bc|kl|vbhn|"
    r"văn bản|văn bản hợp nhất|giấy mời|quy chế|hợp đồng|biên bản)"
)
_KIND_BEFORE = lazy(rf"(?<!\w){_KIND}(?: (?:sửa đổi|liên tịch|pháp lệnh))?(?:\.|:)?\s*(?:số)?[\s.:]*$")
_YEAR_AFTER = lazy(r"(\d{1,5})([a-z]?)\s?/\s?((?:19|20)\d{2})(?!\d|\s?/\s?\d)")
_MINISTRY = {"B": "bộ", "S": "sở", "P": "phòng", "TT": "trung tâm", "BCĐ": "ban chỉ đạo", "BCH": "ban chấp hành",
             "HĐ": "hội đồng", "BQL": "ban quản lý", "TCT": "tổ công tác", "VP": "văn phòng", "CC": "chi cục",
             "ĐU": "đảng ủy", "TB": "tiểu ban", "UBKT": "ủy ban kiểm tra", "CB": "chi bộ", "UBND": "ủy ban nhân dân",
             "ĐTN": "đoàn thanh niên", "BTV": "ban thường vụ", "BTG": "ban tuyên giáo", "BDV": "ban dân vận"}  # fmt: skip


def _later(part: str) -> tuple[str, bool] | None:
    """A part after the first: offices before kinds of document (`-TC` is tài chính, not thông cáo)."""
    office = tables.code_parts().get("-" + part)
    return (office, False) if office else said_part(part, last=True)


def said_number(digits: str, suffix: str, style: Style) -> str:
    """The number of a document: `06` is `sáu`, `02a` is `hai a`."""
    words = cardinal(int(digits), style)
    return f"{words} {spell(suffix)}" if suffix else words


@lru_cache(maxsize=4096)
def said_part(part: str, *, last: bool = False) -> tuple[str, bool] | None:
    """The words of one part of a code and whether they were guessed; None when it is no code at all."""
    known = tables.code_parts()
    if part in known:
        return known[part], False
    trailing = _TRAILING.fullmatch(part)
    if trailing:
        head = said_part(trailing[1])
        number = trailing[2]
        tail = spell_digits(number) if number[0] == "0" else cardinal(int(number))
        return (f"{head[0]} {tail}", head[1]) if head else None
    if sum(char.isupper() for char in part) < 2 and not (last and len(part) == 1):
        return None
    listed = tables.abbreviations().get(part)
    if listed:
        return listed, False
    if len(part) > 1 and roman(part) and set(part) <= set("IVX"):
        return cardinal(roman(part) or 0), False
    for size in (4, 3, 2, 1):
        lead = _MINISTRY.get(part[:size])
        rest = part[size:]
        inner = known.get(rest) or tables.abbreviations().get(rest) if lead and len(rest) > 1 else None
        if inner:
            return f"{lead} {inner}", True
    composed = tables.compose(part)
    return (composed, True) if composed else (spell(part), True)


def code_at(line: str, at: int) -> Hit | None:
    """A code alone: `NĐ-CP`, `QĐ-TTg`, `NQ/TW`, `QH15`; its first part must be a known kind or issuer."""
    found = _ONE_PART.match(line, at)
    first = said_part(found[0]) if found else None
    if found is None or first is None:
        return None
    words, end, guessed = [first[0]], found.end(), first[1]
    for _ in range(6):
        joint = _JOINT.match(line, end)
        part = _ONE_PART.match(line, joint.end()) if joint else None
        if joint is None or part is None:
            break
        said = _later(part[0])
        loose = " " in joint[0]
        sure = part[0] in tables.code_parts() or part[0] in tables.abbreviations()
        wide = joint[0].startswith(" ") and joint[0].endswith(" ")
        if said is None or (loose and not sure) or (wide and not (len(words) == 1 and found[0] in tables.code_types())):
            break
        if joint[0] == "." and not sure:
            break
        if said[0] == "tỉnh ủy" and "thành ủy" in line[part.end() : part.end() + 60].lower():
            said = ("thành ủy", said[1])
        words.append(("và " if joint[0].strip() == "&" else "") + said[0])
        end, guessed = part.end(), guessed or said[1]
    return Hit(
        end, " ".join(words), "legal_ref", Kind.GUESSED if guessed else Kind.EXPANDED, "guessed-code" if guessed else ""
    )


_TITLES = (("thông tư", "thông tri"), ("quyết định", "quy định"))


def _by_title(code: Hit, before: str) -> Hit:
    """A code two kinds share (QĐ: quyết định, quy định) follows the word written before its number."""
    for usual, other in _TITLES:
        if code.spoken.startswith(usual) and re.search(rf"{other}\s(?:số\s)?$", before):
            return code._replace(spoken=other + code.spoken.removeprefix(usual))
    return code


_FORM = lazy(r"(?:mẫu|mẫu số|biểu|biểu số|biểu mẫu|phụ lục|phụ lục số|tờ khai|phiếu|mẫu đơn)\s*$")
_FORM_CODE = lazy(r"[A-ZĐƯ]{1,4}(?:-[A-ZĐƯ]{1,4})?(?![\w])")


def _form_code(line: str, at: int) -> Hit | None:
    """The letters of a form (`Mẫu số 02a-KT`) are named, not expanded, unless they are a known office."""
    found = _FORM_CODE.match(line, at)
    if found is None or (len(found[0]) > 2 and found[0] in tables.code_parts()):
        return code_at(line, at)
    return Hit(found.end(), spell(found[0]), "legal_ref")


def document_at(line: str, at: int, before: str, style: Style) -> Hit | None:
    """`63/2010/NĐ-CP`, `57-NQ/TW`, `68/2020/QH14`, `TCVN 6909:2001`; also `61/2018` after a kind of document."""
    found = _NUMBER.match(line, at)
    if found and not (found[4].strip() in "-–" and " " in found[4]):
        code = _form_code(line, found.end()) if _FORM.search(before) else code_at(line, found.end())
        code = _by_title(code, before) if code else None
        loose = found[2] and found[4].strip() != "/" and found[3] is None and not _FORM.search(before)
        if code and not loose:
            said = said_number(found[1], found[2], style)
            if found[1] == "06" and before.rstrip().endswith("đề án"):
                said = "không sáu"
            if found[3]:
                year = found[3] if len(found[3]) == 4 else ("19" if int(found[3]) > 44 else "20") + found[3]
                said += " năm " + cardinal(int(year), style)
            return Hit(code.end, f"{said} {code.spoken}", "legal_ref", code.kind, code.note)
    found = _STANDARD.match(line, at)
    if found and not _SCALE.search(before):
        part = f" {cardinal(int(found[2]))}" if found[2] else ""
        said = f"{cardinal(int(found[1]), style)}{part} năm {cardinal(int(found[3]), style)}"
        code = code_at(line, found.end() + 1) if line[found.end() : found.end() + 1] == "/" else None
        return Hit(code.end if code else found.end(), f"{said} {code.spoken}" if code else said, "legal_ref")
    found = _YEAR_AFTER.match(line, at)
    if (
        found
        and not re.search(r"(?:tỷ lệ|tỉ lệ|bản đồ)\s*$", before)
        and (_KIND_BEFORE.search(before) or int(found[1]) > 12)
    ):
        kind = "legal_ref" if _KIND_BEFORE.search(before) else "number"
        said = f"{said_number(found[1], found[2], style)} năm {cardinal(int(found[3]), style)}"
        return Hit(found.end(), said, kind)
    return None
