"""A report measured against Appendix I of Decree 30/2020/NĐ-CP: its own reading, its own numbers, one line for each deviation."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from broadcaster.present.documents.layout_reading import Laid, Line, NotAPaperError, Section, read_layout
from broadcaster.present.documents.metrics import width_mm

NATION = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
_HAIR = 0.6
"""Millimetres a length may differ by before it counts as different."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviation:
    """One place that differs from the decree."""

    rule: str
    where: str
    expected: str
    found: str


Found = Iterator[Deviation]


def check_layout(data: bytes) -> tuple[Deviation, ...]:
    """Every deviation of a Word file, in the order of the page. Raises NotAPaperError when it cannot be read."""
    laid = read_layout(data)
    if not laid.lines:
        raise NotAPaperError("tệp không có chữ nào")
    rules: tuple[Callable[[Laid], Found], ...] = (
        _paper, _font, _page_number, _heading_block, _number_and_date, _title, _addressee, _grounds, _body, _parts,
        _ending, _signature, _annexes, _citations,
    )  # fmt: skip
    return tuple(d for rule in rules for d in rule(laid))


def _deviation(rule: str, where: str, expected: str, found: object) -> Deviation:
    return Deviation(rule=rule, where=where, expected=expected, found=str(found)[:80] or "không có")


def _within(value: float, low: float, high: float, slack: float = _HAIR) -> bool:
    return low - slack <= value <= high + slack


def _look(
    line: Line, rule: str, where: str, low: float, high: float, *,
    bold: bool | None = None, italic: bool | None = None, align: str | None = None, capitals: bool = False,
) -> Found:  # fmt: skip
    """Size, weight, slant, place and case of one line."""
    if not line.sizes or not all(low <= s <= high for s in line.sizes):
        expected = f"cỡ {low:g}" if low == high else f"cỡ {low:g} đến {high:g}"
        yield _deviation(rule, where, expected, ", ".join(f"{s:g}" for s in sorted(line.sizes)))
    if bold is not None and line.bold is not bold:
        yield _deviation(rule, where, "chữ đậm" if bold else "chữ không đậm", "khác")
    if italic is not None and (line.italic if italic else line.upright) is False:
        yield _deviation(rule, where, "chữ nghiêng" if italic else "chữ đứng", "khác")
    if align is not None and line.align != align:
        yield _deviation(rule, where, f"canh {align}", line.align)
    if capitals and line.text != line.text.upper():
        yield _deviation(rule, where, "chữ in hoa", line.text)


def _paper(laid: Laid) -> Found:
    for n, s in enumerate(laid.sections, start=1):
        where = f"Phần {n}"
        short, long = sorted((s.width, s.height))
        if not (_within(short, 210, 210) and _within(long, 297, 297)):
            yield _deviation("khổ giấy", where, "A4 210 × 297 mm", f"{s.width:.0f} × {s.height:.0f}")
        for name, value, low, high in (
            ("lề trên", s.top, 20, 25), ("lề dưới", s.bottom, 20, 25), ("lề trái", s.left, 30, 35),
            ("lề phải", s.right, 15, 20),
        ):  # fmt: skip
            if not _within(value, low, high):
                yield _deviation(name, where, f"{low} đến {high} mm", f"{value:.1f} mm")


def _font(laid: Laid) -> Found:
    seen: set[tuple[str, str]] = set()
    bands = [line for s in laid.sections for line in (*s.header, *s.first_header, *s.footers)]
    for line in (*laid.lines, *bands):
        for run in line.runs:
            if not run.text.strip():
                continue
            for kind, value, right in (
                ("phông chữ", run.font, {"Times New Roman"}), ("màu chữ", run.colour.lower(), {"auto", "000000"}),
            ):  # fmt: skip
                if value not in right and (kind, value) not in seen:
                    seen.add((kind, value))
                    expected = "Times New Roman" if kind == "phông chữ" else "màu đen"
                    yield _deviation(kind, f"“{line.text[:40]}”", expected, value)
        if unicodedata.normalize("NFC", line.text) != line.text and ("mã", "") not in seen:
            seen.add(("mã", ""))
            yield _deviation("bộ mã", f"“{line.text[:40]}”", "Unicode dựng sẵn (TCVN 6909:2001)", "dấu rời")


def _page_number(laid: Laid) -> Found:
    for n, s in enumerate(laid.sections, start=1):
        where = f"Đầu trang phần {n}"
        numbers = [line for line in s.header if line.has_page_number]
        if not numbers:
            yield _deviation("số trang", where, "số trang ở lề trên", "không có")
        for line in numbers:
            yield from _look(line, "số trang", where, 13, 14, italic=False, align="center")
        if not s.first_differs or any(line.has_page_number for line in s.first_header):
            yield _deviation("số trang", where, "không hiện ở trang đầu", "hiện")
        if any(line.has_page_number for line in s.footers):
            yield _deviation("số trang", where, "không ở lề dưới", "ở lề dưới")
        if n > 1 and not s.restarts:
            yield _deviation("số trang", where, "phụ lục đánh số riêng từ 1", "đánh tiếp")


def _heading_block(laid: Laid) -> Found:
    nation = next((x for x in laid.lines if x.text.strip() == NATION), None)
    if nation is None or nation.cell is None:
        yield _deviation("quốc hiệu", "Trang đầu", NATION, "không có")
        return
    yield from _look(nation, "quốc hiệu", "Quốc hiệu", 12, 13, bold=True, italic=False, align="center")
    right = [x for x in laid.lines if x.cell == nation.cell]
    motto = right[right.index(nation) + 1] if right.index(nation) + 1 < len(right) else None
    if nation.cell[2] == 0:
        yield _deviation("quốc hiệu", "Quốc hiệu", "ở bên phải", "ở bên trái")
    if motto is None or motto.text != MOTTO:
        yield _deviation("tiêu ngữ", "Dưới quốc hiệu", MOTTO, motto.text if motto else "")
    else:
        yield from _look(motto, "tiêu ngữ", "Tiêu ngữ", 13, 14, bold=True, italic=False, align="center")
        if motto.line != 1.0 or motto.before or nation.after:
            yield _deviation("tiêu ngữ", "Quốc hiệu, tiêu ngữ", "cách dòng đơn", motto.line)
        yield from _rule_under(right, motto, "tiêu ngữ", 0.9, 1.1)
    left = [x for x in laid.lines if x.cell == (nation.cell[0], nation.cell[1], 0)]
    yield from _agency([x for x in left if x.text.strip()], left)


def _agency(names: Sequence[Line], left: Sequence[Line]) -> Found:
    if not names or not names[-1].bold:
        yield _deviation(
            "cơ quan ban hành", "Góc trái", "tên cơ quan ban hành, chữ đậm", names[-1].text if names else ""
        )
        return
    started = False
    for line in names:
        started = started or line.bold
        rule = "cơ quan ban hành" if started else "cơ quan chủ quản"
        yield from _look(line, rule, line.text, 12, 13, bold=started, italic=False, align="center", capitals=True)
    yield from _rule_under(left, names[-1], "cơ quan ban hành", 1 / 3, 1 / 2)


def _rule_under(lines: Sequence[Line], above: Line, rule: str, low: float, high: float) -> Found:
    at = next(i for i, x in enumerate(lines) if x is above)
    below = lines[at + 1] if at + 1 < len(lines) else None
    if below is None or not below.ruled or below.text.strip():
        yield _deviation(rule, f"Dưới “{above.text[:40]}”", "có đường kẻ ngang", "không có")
        return
    length = below.box - below.left_mm - below.right_mm
    text = min(width_mm(above.text, max(above.sizes, default=13), bold=above.bold), above.box)
    share = length / text if text else 0
    if not low - 0.03 <= share <= high + 0.03:
        expected = "đường kẻ dài bằng dòng chữ" if low > 0.8 else "đường kẻ dài 1/3 đến 1/2 dòng chữ"
        yield _deviation(rule, f"Dưới “{above.text[:40]}”", expected, f"{share:.2f} lần")
    middle = abs(below.left_mm - below.right_mm)
    if middle > 1.0:
        yield _deviation(rule, f"Dưới “{above.text[:40]}”", "đường kẻ cân giữa", f"lệch {middle:.1f} mm")


_NUMBER = re.compile(r"Số:\s*(\d*)\s*/([A-ZĐƯ]+(?:-[A-ZĐƯ0-9]+)*)")
_DATE = re.compile(r"\S.*, ngày (\d{1,2}) tháng (\d{1,2}) năm (\d{4})")


def _number_and_date(laid: Laid) -> Found:
    number = next((x for x in laid.lines if x.text.startswith("Số:")), None)
    date = next((x for x in laid.lines if x.cell and _DATE.fullmatch(x.text.strip())), None)
    if number is None:
        yield _deviation("số, ký hiệu", "Dưới tên cơ quan", "“Số: …/BC-…”", "không có")
    else:
        matched = _NUMBER.fullmatch(number.text.strip())
        if matched is None:
            yield _deviation("số, ký hiệu", "Số văn bản", "“Số: 05/BC-UBND”, không cách quanh / và -", number.text)
        elif len(matched[1]) == 1:
            yield _deviation("số, ký hiệu", "Số văn bản", "thêm 0 trước số dưới 10", matched[1])
        yield from _look(number, "số, ký hiệu", "Số văn bản", 13, 13, bold=False, italic=False, align="center")
    if date is None:
        yield _deviation("địa danh, ngày tháng", "Dưới tiêu ngữ", "“Địa danh, ngày 05 tháng 3 năm 2024”", "không có")
        return
    day, month = (date.text.split("ngày ")[1].split(" ")[n] for n in (0, 2))
    if len(day) != 2 or len(month) != (2 if int(month) < 3 else len(str(int(month)))):
        yield _deviation(
            "địa danh, ngày tháng", date.text, "thêm 0 chỉ ở ngày dưới 10, tháng 1 và 2", f"{day}, {month}"
        )
    yield from _look(date, "địa danh, ngày tháng", date.text, 13, 14, bold=False, italic=True, align="center")
    if number is not None and number.cell and date.cell and number.cell[:2] != date.cell[:2]:
        yield _deviation("địa danh, ngày tháng", date.text, "cùng dòng với số, ký hiệu", "khác dòng")


def _main(laid: Laid) -> list[Line]:
    """The lines of the first section outside tables, in order."""
    return [x for x in laid.lines if x.section == 0 and x.cell is None]


def _is_letter(laid: Laid) -> bool:
    return any(x.text.startswith("V/v ") for x in laid.lines if x.cell)


def _title(laid: Laid) -> Found:
    if _is_letter(laid):
        subject = next(x for x in laid.lines if x.text.startswith("V/v "))
        yield from _look(subject, "trích yếu", "V/v", 12, 13, bold=False, italic=False, align="center")
        return
    main = _main(laid)
    lines = [x for x in main if x.text.strip()]
    if len(lines) < 2:
        yield _deviation("tên loại", "Trang đầu", "tên loại và trích yếu", "không có")
        return
    kind, subject = lines[0], lines[1]
    yield from _look(kind, "tên loại", "Tên loại", 13, 14, bold=True, italic=False, align="center", capitals=True)
    yield from _look(subject, "trích yếu", "Trích yếu", 13, 14, bold=True, italic=False, align="center")
    if subject.text == subject.text.upper():
        yield _deviation("trích yếu", "Trích yếu", "chữ thường", subject.text)
    yield from _rule_under(main, subject, "trích yếu", 1 / 3, 1 / 2)


def _addressees(laid: Laid) -> tuple[Line | None, list[Line]]:
    main = _main(laid)
    at = next((i for i, x in enumerate(main) if x.text.startswith("Kính gửi")), None)
    if at is None:
        return None, []
    names = []
    for line in main[at + 1 :]:
        if not line.text.startswith("- "):
            break
        names.append(line)
    return main[at], names


def _addressee(laid: Laid) -> Found:
    head, names = _addressees(laid)
    if head is None:
        yield _deviation("kính gửi", "Dưới trích yếu", "“Kính gửi:”", "không có")
        return
    for line in (head, *names):
        yield from _look(line, "kính gửi", line.text[:40], 13, 14, bold=False, italic=False)
    one = head.text.removeprefix("Kính gửi").lstrip(": ").strip()
    if names:
        if one or len(names) < 2:
            yield _deviation("kính gửi", head.text[:40], "nhiều nơi thì xuống dòng từng nơi", one or names[0].text)
        for n, line in enumerate(names):
            end = "." if n == len(names) - 1 else ";"
            if not line.text.endswith(end):
                yield _deviation("kính gửi", line.text[:40], f"cuối dòng là “{end}”", line.text[-1:])
            if line.left_mm <= head.left_mm + 10:
                yield _deviation(
                    "kính gửi", line.text[:40], "gạch đầu dòng thẳng dưới dấu hai chấm", f"{line.left_mm:.0f} mm"
                )
    elif not one:
        yield _deviation("kính gửi", head.text, "tên nơi nhận, hoặc chỗ trống …", "không có")
    elif "…" not in one and not one.endswith("."):
        yield _deviation("kính gửi", head.text[:60], "cuối dòng là “.”", one[-1:])


def _after_addressee(laid: Laid) -> list[Line]:
    main = _main(laid)
    head, names = _addressees(laid)
    last = names[-1] if names else head
    at = next((i for i, x in enumerate(main) if x is last), -1)
    return [x for x in main[at + 1 :] if x.text.strip()]


_GROUND = re.compile(r"(Căn cứ|Thực hiện|Theo đề nghị)\b")


def _grounds(laid: Laid) -> Found:
    grounds = []
    for line in _after_addressee(laid):
        if not _GROUND.match(line.text) or line.text.endswith(":"):
            break
        grounds.append(line)
    for n, line in enumerate(grounds):
        yield from _look(line, "căn cứ", line.text[:40], 13, 14, bold=False, italic=True)
        end = "." if n == len(grounds) - 1 else ";"
        if not line.text.endswith(end):
            yield _deviation("căn cứ", line.text[:40], f"cuối dòng là “{end}”", line.text[-1:])


def _body(laid: Laid) -> Found:
    for line in _after_addressee(laid):
        where = f"“{line.text[:40]}”"
        if line.text.startswith(("Biểu đồ", "Biểu ")):
            yield from _look(line, "chú thích", where, 12, 14)
            continue
        yield from _look(line, "nội dung", where, 13, 14)
        if line.align != "both" and "…" not in line.text:
            yield _deviation("nội dung", where, "canh đều hai lề", line.align)
        if not (_within(line.first_mm, 10, 10) or _within(line.first_mm, 12.7, 12.7)):
            yield _deviation("nội dung", where, "lùi đầu dòng 1 hoặc 1,27 cm", f"{line.first_mm:.1f} mm")
        if line.before + line.after < 6:
            yield _deviation("nội dung", where, "cách đoạn ít nhất 6 pt", f"{line.before + line.after:g} pt")
        if line.line is None or not _within(line.line, 1.0, 1.5, 0.01):
            yield _deviation("nội dung", where, "cách dòng đơn đến 1,5 dòng", line.line)


def _parts(laid: Laid) -> Found:
    expected = 1
    for line in _after_addressee(laid):
        matched = re.match(r"([IVX]+)\. ", line.text)
        if matched is None:
            continue
        yield from _look(line, "mục", line.text[:40], 13, 14, bold=True, italic=False, capitals=True)
        if matched[1] != _roman(expected):
            yield _deviation("mục", line.text[:40], f"số thứ tự {_roman(expected)}", matched[1])
        expected += 1
    for line in _after_addressee(laid):
        if re.match(r"\d+\. ", line.text) and line.bold and line.text == line.text.upper() and len(line.text) > 8:
            yield _deviation("khoản", line.text[:40], "tiêu đề chữ thường, đậm", "chữ in hoa")


def _roman(number: int) -> str:
    return "X" * (number // 10) + ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")[number % 10]


def _ending(laid: Laid) -> Found:
    lines = _after_addressee(laid)
    if not lines or not lines[-1].text.endswith("./."):
        yield _deviation("kết thúc", "Cuối nội dung", "kết thúc bằng “./.”", lines[-1].text[-20:] if lines else "")
    early = [x for x in lines[:-1] if x.text.endswith("./.")]
    if early:
        yield _deviation("kết thúc", early[0].text[:40], "“./.” chỉ ở cuối nội dung", "ở giữa")


def _signature(laid: Laid) -> Found:
    title = next((x for x in laid.lines if x.cell and x.text.strip() == "Nơi nhận:"), None)
    if title is None or title.cell is None:
        yield _deviation("nơi nhận", "Cuối văn bản", "“Nơi nhận:” cạnh chỗ ký", "không có")
        return
    yield from _look(title, "nơi nhận", "Nơi nhận:", 12, 12, bold=True, italic=True)
    copies = [x for x in laid.lines if x.cell == title.cell and x.text.strip() and x is not title]
    yield from _copies(copies)
    signer = [x for x in laid.lines if x.cell == (title.cell[0], title.cell[1], 1)]
    seen = [x for x in signer if x.text.strip()]
    if not seen or signer[0] is not seen[0]:
        yield _deviation("chữ ký", "Bên phải Nơi nhận", "quyền hạn, chức vụ ngang dòng Nơi nhận", "không có")
        return
    authority = [x for x in seen if x.text == x.text.upper()]
    for line in authority:
        yield from _look(line, "quyền hạn, chức vụ", line.text, 13, 14, bold=True, italic=False, align="center")
    if re.match(r"(TM|KT|Q|TL|TUQ)\b(?!\.)", seen[0].text):
        yield _deviation("quyền hạn, chức vụ", seen[0].text, "viết “KT.” có dấu chấm", seen[0].text)
    for line in (x for x in seen if x not in authority):
        yield from _look(line, "họ tên", line.text, 13, 14, bold=True, italic=False, align="center")
        if re.match(r"(Ông|Bà|ThS|TS|CN|GS|PGS)\b", line.text):
            yield _deviation("họ tên", line.text, "không ghi học vị, danh xưng", line.text)
    if len(signer) - len(seen) < 3:
        yield _deviation("chữ ký", "Giữa chức vụ và họ tên", "đủ chỗ để ký", f"{len(signer) - len(seen)} dòng trống")


def _copies(copies: Sequence[Line]) -> Found:
    if not copies:
        yield _deviation("nơi nhận", "Nơi nhận:", "danh sách nơi nhận", "không có")
        return
    for n, line in enumerate(copies):
        yield from _look(line, "nơi nhận", line.text[:40], 11, 11, bold=False, italic=False)
        end = "." if n == len(copies) - 1 else ";"
        if not line.text.startswith("- ") or not line.text.endswith(end):
            yield _deviation("nơi nhận", line.text[:40], f"“- …{end}”", line.text)
    if not copies[0].text.startswith("- Như trên"):
        yield _deviation("nơi nhận", "Dòng đầu", "“- Như trên;”", copies[0].text)
    if not copies[-1].text.startswith("- Lưu:"):
        yield _deviation("nơi nhận", "Dòng cuối", "“- Lưu: VT…”", copies[-1].text)


def _annexes(laid: Laid) -> Found:
    for n in range(1, len(laid.sections)):
        lines = [x for x in laid.lines if x.section == n and x.text.strip() and x.cell is None]
        if len(lines) < 3 or not re.fullmatch(r"Phụ lục( [IVX]+)?", lines[0].text):
            yield _deviation(
                "phụ lục", f"Phần {n + 1}", "“Phụ lục”, tên, “(Kèm theo …)”", lines[0].text if lines else ""
            )
            continue
        yield from _look(lines[0], "phụ lục", lines[0].text, 14, 14, bold=True, italic=False, align="center")
        yield from _look(lines[1], "tên phụ lục", lines[1].text[:40], 13, 14, bold=True, align="center", capitals=True)
        yield from _look(lines[2], "kèm theo", lines[2].text[:40], 13, 14, bold=False, italic=True, align="center")
        if not lines[2].text.startswith("(Kèm theo "):
            yield _deviation("phụ lục", lines[0].text, "“(Kèm theo …)”", lines[2].text)


_CITED = re.compile(r"\bsố (\d+/[0-9A-ZĐƯ]+(?:-[0-9A-Za-zĐƯđ]+)+)(.{0,40})")


def _citations(laid: Laid) -> Found:
    """The first mention of a document gives its date; later ones its type and number only."""
    seen: set[str] = set()
    for line in _after_addressee(laid):
        for number, rest in _CITED.findall(line.text):
            dated = rest.lstrip(" ,").startswith("ngày")
            if number not in seen and not dated:
                yield _deviation(
                    "viện dẫn", number, "lần đầu ghi đủ ngày, nơi ban hành, trích yếu", rest.strip() or "thiếu"
                )
            elif number in seen and dated:
                yield _deviation("viện dẫn", number, "lần sau chỉ ghi loại và số", "ghi lại ngày")
            seen.add(number)


__all__ = ["Deviation", "NotAPaperError", "Section", "check_layout"]
