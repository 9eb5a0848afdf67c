"""The periodic report on paper: its layout, its words, and the same numbers in every form."""

import io
import json
import os
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadcaster.domain.asrun import AsRunEntry
from broadcaster.domain.figures import NotCounted
from broadcaster.domain.report import REHEARSAL_MARK, FigureRef, Report, ReportRow
from broadcaster.present.documents.layout_check import NotAPaperError, check_layout
from broadcaster.present.documents.official import copy_lines, official_docx
from broadcaster.present.documents.report_json import report_json, report_json_bytes
from broadcaster.present.documents.report_paper import report_paper
from broadcaster.present.documents.report_xlsx import report_xlsx
from broadcaster.present.documents.web import official_html
from broadcaster.present.documents.words import number
from tests.airings import a_closing, an_item, an_opening
from tests.docx_text import lines_of, tables_of, with_part
from tests.sample_report import WARD, a_report, an_empty_report

GOLDEN = Path(__file__).parents[2] / "golden" / "documents"
HOSTILE = '=HYPERLINK("http://x")\x00\x07\u202e\u2067שלום مرحبا\ud800\ufffe <b>&' + "Dài " * 1250


@cache
def numbered() -> bytes:
    """The sample report with its number, made once."""
    return docx(a_report(), "5")


def docx(report: Report, number: str = "") -> bytes:
    return official_docx(report_paper(report, given_number=number))


def no_rows() -> Iterator[ReportRow]:
    return iter(())


def own_key(ref: FigureRef) -> tuple[str, ...]:
    return (ref.key,)


@pytest.mark.parametrize("report", [a_report(), an_empty_report(), a_report(rehearsed=True, plan=None)])
def test_every_report_keeps_the_layout_of_the_decree(report: Report) -> None:
    assert check_layout(docx(report)) == ()
    assert check_layout(docx(report, "5")) == ()


def test_several_addressees_stand_under_the_colon() -> None:
    report = a_report(identity=replace(WARD, addressees=("Phòng Nội vụ", "Phòng Văn hóa - Xã hội")))
    assert check_layout(docx(report)) == ()
    lines = lines_of(docx(report))
    at = lines.index("Kính gửi:")
    assert lines[at + 1 : at + 3] == ["- Phòng Nội vụ;", "- Phòng Văn hóa - Xã hội."]


MUTATIONS = [
    ("khổ giấy", 'w:w="11906"', 'w:w="12240"'),
    ("lề trái", 'w:left="1701"', 'w:left="1134"'),
    ("phông chữ", 'w:ascii="Times New Roman"', 'w:ascii="Arial"'),
    ("màu chữ", 'w:val="000000"', 'w:val="FF0000"'),
    ("quốc hiệu", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
    ("tiêu ngữ", "Độc lập - Tự do - Hạnh phúc", "Độc Lập - Tự Do - Hạnh Phúc"),
    ("cơ quan ban hành", ">PHƯỜNG MỸ THẠNH<", ">Phường Mỹ Thạnh<"),
    ("số, ký hiệu", "Số: 05/BC-UBND", "Số: 5/BC-UBND"),
    ("số, ký hiệu", "Số: 05/BC-UBND", "Số: 05 / BC-UBND"),
    ("địa danh, ngày tháng", "ngày 17 tháng 6 năm 2024", "ngày 17 tháng 06 năm 2024"),
    ("tên loại", ">BÁO CÁO<", ">Báo cáo<"),
    ("kính gửi", ">Kính gửi: Phòng Nội vụ thành phố Long Xuyên.<", ">Gửi Phòng Nội vụ<"),
    ("kính gửi", "Long Xuyên.<", "Long Xuyên<"),
    ("căn cứ", "cải cách hành chính năm 2024;<", "cải cách hành chính năm 2024.<"),
    ("mục", ">II. KẾT QUẢ THỰC HIỆN<", ">II. Kết quả thực hiện<"),
    ("mục", ">II. KẾT QUẢ THỰC HIỆN<", ">III. KẾT QUẢ THỰC HIỆN<"),
    ("kết thúc", "phường Mỹ Thạnh./.<", "phường Mỹ Thạnh.<"),
    ("nơi nhận", ">Nơi nhận:<", ">Nơi gửi:<"),
    ("nơi nhận", ">- Như trên;<", ">- Lãnh đạo;<"),
    ("nơi nhận", ">- Lưu: VT.<", ">- Lưu: VT;<"),
    ("quyền hạn, chức vụ", ">KT. CHỦ TỊCH<", ">KT CHỦ TỊCH<"),
    ("họ tên", ">Nguyễn Văn Mẫu<", ">Ông Nguyễn Văn Mẫu<"),
    ("phụ lục", ">Phụ lục I<", ">PHỤ LỤC I<"),
    ("viện dẫn", "theo Kế hoạch số 172/KH-UBND;", "theo Kế hoạch số 172/KH-UBND ngày 29 tháng 02 năm 2024;"),
    ("số trang", '<w:pgNumType w:start="1"/>', ""),
    ("số trang", "<w:titlePg/>", ""),
]


@pytest.mark.parametrize(("rule", "before", "after"), MUTATIONS, ids=lambda v: v[:30])
def test_the_checker_sees_each_deviation(rule: str, before: str, after: str) -> None:
    data = numbered()
    broken = with_part(data, "word/document.xml", (before, after))
    assert rule in {d.rule for d in check_layout(broken)}


PARAGRAPHS = [
    ("quốc hiệu", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 'w:sz w:val="24"', 'w:sz w:val="28"'),
    ("quốc hiệu", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "<w:b/>", '<w:b w:val="0"/>'),
    ("tiêu ngữ", "Độc lập - Tự do - Hạnh phúc", 'w:sz w:val="26"', 'w:sz w:val="22"'),
    ("địa danh, ngày tháng", "Mỹ Thạnh, ngày", "<w:i/>", '<w:i w:val="0"/>'),
    ("tên loại", "BÁO CÁO", 'w:jc w:val="center"', 'w:jc w:val="left"'),
    ("trích yếu", "Kết quả thông tin, tuyên truyền", "<w:b/>", '<w:b w:val="0"/>'),
    ("kính gửi", "Kính gửi: ", '<w:b w:val="0"/>', "<w:b/>"),
    ("căn cứ", "Căn cứ Kế hoạch số 1655", "<w:i/>", '<w:i w:val="0"/>'),
    ("nội dung", "Ủy ban nhân dân phường Mỹ Thạnh báo cáo", 'w:jc w:val="both"', 'w:jc w:val="left"'),
    ("nội dung", "Ủy ban nhân dân phường Mỹ Thạnh báo cáo", 'w:firstLine="720"', 'w:firstLine="0"'),
    ("nội dung", "Ủy ban nhân dân phường Mỹ Thạnh báo cáo", 'w:before="120"', 'w:before="20"'),
    ("nội dung", "Ủy ban nhân dân phường Mỹ Thạnh báo cáo", 'w:line="276"', 'w:line="480"'),
    ("nội dung", "Ủy ban nhân dân phường Mỹ Thạnh báo cáo", 'w:sz w:val="28"', 'w:sz w:val="24"'),
    ("mục", "I. CÔNG TÁC CHỈ ĐẠO", "<w:b/>", '<w:b w:val="0"/>'),
    ("nơi nhận", "Nơi nhận:", "<w:i/>", '<w:i w:val="0"/>'),
    ("nơi nhận", "- TT. Đảng ủy", 'w:sz w:val="22"', 'w:sz w:val="28"'),
    ("họ tên", "Nguyễn Văn Mẫu", "<w:b/>", '<w:b w:val="0"/>'),
    ("tên phụ lục", "SỐ LIỆU THÔNG TIN", "<w:b/>", '<w:b w:val="0"/>'),
    ("kèm theo", "(Kèm theo Báo cáo", "<w:i/>", '<w:i w:val="0"/>'),
]


@pytest.mark.parametrize(("rule", "text", "before", "after"), PARAGRAPHS, ids=lambda v: v[:24])
def test_the_checker_measures_each_line(rule: str, text: str, before: str, after: str) -> None:
    data = numbered()
    xml = zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml").decode()
    paragraph = next(p for p in re.findall(r"<w:p>.*?</w:p>", xml, re.DOTALL) if text in p)
    assert before in paragraph
    broken = with_part(data, "word/document.xml", (paragraph, paragraph.replace(before, after)))
    assert rule in {d.rule for d in check_layout(broken)}


@pytest.mark.parametrize("rule", ["tiêu ngữ", "cơ quan ban hành", "trích yếu"])
def test_the_checker_sees_a_rule_that_is_missing_or_of_another_length(rule: str) -> None:
    data = numbered()
    xml = zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml").decode()
    ruled = [p for p in re.findall(r"<w:p>.*?</w:p>", xml, re.DOTALL) if "w:bottom " in p]
    # in the order they are written: the agency's, the motto's, the subject's
    which = {"cơ quan ban hành": 0, "tiêu ngữ": 1, "trích yếu": 2}[rule]
    gone = with_part(data, "word/document.xml", (ruled[which], ruled[which].replace('w:val="single"', 'w:val="nil"')))
    assert rule in {d.rule for d in check_layout(gone)}
    longer = re.sub(r'w:left="\d+" w:right="\d+"', 'w:left="600" w:right="600"', ruled[which])
    assert longer != ruled[which]
    assert rule in {d.rule for d in check_layout(with_part(data, "word/document.xml", (ruled[which], longer)))}


def test_the_page_number_is_measured_in_its_own_part() -> None:
    data = docx(a_report())
    headers = [n for n in zipfile.ZipFile(io.BytesIO(data)).namelist() if n.startswith("word/header")]
    package = zipfile.ZipFile(io.BytesIO(data))
    numbered = next(n for n in headers if b" PAGE " in package.read(n))
    plain = next(n for n in headers if b" PAGE " not in package.read(n))
    for name, change in (
        (numbered, ('w:jc w:val="center"', 'w:jc w:val="right"')),
        (numbered, (" PAGE ", " DATE ")),
        (plain, ("</w:p>", "<w:r><w:instrText> PAGE </w:instrText></w:r></w:p>")),
    ):
        assert "số trang" in {d.rule for d in check_layout(with_part(data, name, change))}


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04rubbish", b"<html></html>"])
def test_what_is_no_word_file_is_told_so(data: bytes) -> None:
    with pytest.raises(NotAPaperError):
        check_layout(data)


def test_the_same_report_gives_the_same_bytes() -> None:
    assert docx(a_report()) == docx(a_report())
    assert report_xlsx(a_report(), no_rows(), own_key) == report_xlsx(a_report(), no_rows(), own_key)


def test_the_words_of_the_report_are_those_last_agreed() -> None:
    golden = GOLDEN / "bao-cao-6T.txt"
    told = "\n".join(lines_of(docx(a_report(), "5"))) + "\n"
    if os.environ.get("GOLDEN") == "write":
        golden.write_text(told, encoding="utf-8")
    assert told == golden.read_text(encoding="utf-8")


def read_back(text: str) -> float | None:
    plain = text.replace(".", "").replace(",", ".").rstrip("%")
    return None if text in {"", "—", "……"} else float(plain)


def test_word_excel_html_and_json_give_the_same_numbers() -> None:
    report = a_report()
    figures = report_json(report)["figures"]
    html = official_html(report_paper(report)).decode()
    on_page = dict(re.findall(r'data-figure="([^"]+)">(?:<b>)?([^<]+)<', html))
    words = [row for table in tables_of(docx(report)) for row in table]
    book = openpyxl.load_workbook(io.BytesIO(report_xlsx(report, no_rows(), own_key)))
    in_book = {row[0].value: [c.value for c in row] for row in book["Mọi số liệu"].iter_rows(min_row=2)}
    assert set(in_book) == set(figures)
    for name, figure in figures.items():
        row = in_book[name]
        assert (row[3], row[4], row[5], row[6]) == tuple(
            pytest.approx(figure[k]) for k in ("value", "previous", "same_last_year", "cumulative")
        )
        if name in on_page:
            assert read_back(on_page[name]) == pytest.approx(figure["value"], abs=0.05)
    for line in (*report.topics, *report.kinds, *report.fields, *report.zones):
        assert str(line.plays.ref) in on_page
        title = next(r for r in words if r[0].casefold().endswith(line.title.casefold()) and len(r) == 8)
        told = figures[str(line.plays.ref)]
        assert [read_back(c) for c in title[1:5]] == [
            told["value"], told["previous"], told["same_last_year"], told["cumulative"],
        ]  # fmt: skip
        assert read_back(title[6]) == figures[str(line.works.ref)]["value"]
        assert read_back(title[7]) == pytest.approx(figures[str(line.minutes.ref)]["value"], abs=0.05)
    totals = {r[1]: r for r in words if len(r) == 8 and r[0].isdecimal()}
    for label, name in (("Lượt phát tin, bài", "plays.all"), ("Thời lượng tin, bài", "minutes.all")):
        assert read_back(totals[label][3]) == pytest.approx(figures[name]["value"], abs=0.05)
        assert read_back(totals[label][6]) == pytest.approx(figures[name]["cumulative"], abs=0.05)
    assert json.loads(report_json_bytes(report))["figures"]["plays.all"]["value"] == 122


def test_the_chart_carries_the_figures_and_its_workbook() -> None:
    package = zipfile.ZipFile(io.BytesIO(docx(a_report())))
    chart = package.read("word/charts/chart1.xml").decode()
    first = re.search(r"<c:val>.*?</c:val>", chart, re.DOTALL)
    assert first is not None
    values = re.findall(r"<c:v>([^<]+)</c:v>", first[0])
    assert [float(v) for v in values] == [18, 9, 8, 61, 0, 6, 8, 12]
    book = openpyxl.load_workbook(io.BytesIO(package.read("word/embeddings/so-lieu-1.xlsx")))
    assert [r[1].value for r in book.active.iter_rows(min_row=2)] == [18, 9, 8, 61, 0, 6, 8, 12]


def test_a_rehearsed_report_says_so_on_every_page_and_a_real_one_does_not() -> None:
    for rehearsed in (True, False):
        data = docx(a_report(rehearsed=rehearsed))
        package = zipfile.ZipFile(io.BytesIO(data))
        footers = [package.read(n).decode() for n in package.namelist() if n.startswith("word/footer")]
        assert len(footers) == 8
        assert all((REHEARSAL_MARK in f) is rehearsed for f in footers)
        assert any(REHEARSAL_MARK in line for line in lines_of(data)) is rehearsed
        assert (REHEARSAL_MARK in official_html(report_paper(a_report(rehearsed=rehearsed))).decode()) is rehearsed


def test_a_period_with_no_rows_explains_its_zero() -> None:
    told = "\n".join(lines_of(docx(an_empty_report())))
    assert "trạm bắt đầu chạy từ ngày 04/3/2025" in told
    assert "không có lịch phát nào được công bố" in told


def test_what_nobody_told_the_program_is_a_blank() -> None:
    lines = lines_of(docx(a_report(identity=replace(WARD, signer="", addressees=(), signer_title=""))))
    assert any(line.startswith("Kính gửi: ……") for line in lines)
    assert "Nguyễn Văn Mẫu" not in "\n".join(lines)
    assert any(line.startswith("3. Hạn chế khác và nguyên nhân: ……") for line in lines)
    assert check_layout(docx(a_report(identity=replace(WARD, signer="", addressees=())))) == ()


def test_a_plan_not_in_force_is_not_said_to_have_been_followed() -> None:
    plan = a_report().plan
    assert plan is not None
    told = "\n".join(lines_of(docx(a_report(plan=replace(plan, first=date(2020, 1, 1), last=date(2020, 12, 31))))))
    assert "172/KH-UBND" not in told
    assert "Căn cứ Kế hoạch số ……" in told


def test_copies_always_begin_with_the_addressee_and_end_with_the_file() -> None:
    assert copy_lines(("Lưu: VT.Tr.", "- Các khóm;", "Như trên;")) == ("- Như trên;", "- Các khóm;", "- Lưu: VT.Tr.")
    assert copy_lines(()) == ("- Như trên;", "- Lưu: VT.")


def hostile_report() -> Report:
    report = a_report()
    return a_report(
        topics=tuple(replace(t, title=HOSTILE) for t in report.topics),
        kinds=tuple(replace(k, title=HOSTILE) for k in report.kinds),
        reconciliation=replace(
            report.reconciliation,
            notable=tuple(replace(n, title=HOSTILE, reason=HOSTILE) for n in report.reconciliation.notable),
        ),
        entered=tuple(
            replace(e, activity=replace(e.activity, title=HOSTILE, place=HOSTILE, by=HOSTILE)) for e in report.entered
        ),
        identity=replace(WARD, signer=HOSTILE[:60]),
    )


def test_hostile_text_gives_whole_files() -> None:
    report = hostile_report()
    data = docx(report)
    assert tables_of(data)
    check_layout(data)
    for name in zipfile.ZipFile(io.BytesIO(data)).namelist():
        content = (
            zipfile.ZipFile(io.BytesIO(data)).read(name).decode("utf-8", "replace") if name.endswith(".xml") else ""
        )
        assert "\x00" not in content
        assert "\u202e" not in content
    page = official_html(report_paper(report)).decode()
    assert "<b>&" not in page.replace("<b>&#x", "")
    assert "שלום" in page
    book = openpyxl.load_workbook(io.BytesIO(report_xlsx(report, no_rows(), own_key)))
    cells = [c for sheet in book for row in sheet.iter_rows() for c in row if isinstance(c.value, str)]
    assert any(c.value.startswith("=HYPERLINK") for c in cells)
    assert all(c.data_type == "s" for c in cells if "HYPERLINK" in str(c.value))
    json.loads(report_json_bytes(report))


@settings(max_examples=12, deadline=None)
@given(st.text(max_size=80))
def test_any_signer_and_ward_gives_a_file_that_opens(text: str) -> None:
    report = a_report(identity=replace(WARD, signer=text, place=text, agency=text or "UBND", superior=text))
    assert lines_of(docx(report))


def rows_of(*entries: AsRunEntry) -> Iterator[ReportRow]:
    return (ReportRow(entry=e, reason=None if n else NotCounted.TEST) for n, e in enumerate(entries))


def test_a_figure_of_the_workbook_opens_to_its_rows() -> None:
    entries = []
    for seq in (1, 2, 3):
        opening = an_opening(items=(an_item(f"bai-{seq}", topics=("ND-A",)),), slot=f"s{seq}", test=seq == 1)
        entries.append(AsRunEntry(seq=seq, opening=opening, closing=a_closing(opening), prev_hash="0", row_hash="f"))
    book = openpyxl.load_workbook(io.BytesIO(report_xlsx(a_report(), rows_of(*entries), own_key)))
    front, grouped = book["Báo cáo"], book["Dòng theo số liệu"]
    cell = next(r[1] for r in front.iter_rows() if r[0].value and str(r[0].value).startswith("a) Ý nghĩa"))
    assert cell.hyperlink is not None
    assert cell.value == 18
    at = int(re.findall(r"A(\d+)$", cell.hyperlink.location)[0])
    assert grouped.cell(at, 1).value == "Nội dung: Ý nghĩa, mục tiêu, kết quả cải cách hành chính"
    assert grouped.cell(at + 2, 6).value == f"=SUM(F{at + 3}:F{at + 4})"
    assert [grouped.cell(at + n, 1).value for n in (3, 4)] == [2, 3]
    journal = book["Nhật ký trong kỳ"]
    assert [journal.cell(r, 9).value for r in (2, 3, 4)] == ["không", "có", "có"]
    targets = [c.hyperlink.location for row in book["Mọi số liệu"].iter_rows() for c in row if c.hyperlink]
    assert len(targets) == len(list(a_report().figures()))


def test_numbers_are_written_as_vietnamese_offices_do() -> None:
    assert [number(0), number(1234567), number(1317.4, 1), number(12.0, 1), number(-0.04, 1)] == [
        "0", "1.234.567", "1.317,4", "12", "0",
    ]  # fmt: skip
