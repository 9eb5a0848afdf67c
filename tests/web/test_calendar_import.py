"""A workbook is taken in after a preview that says of every row what it became, however it was kept; in a real browser."""

import io
import unicodedata
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest
from docx import Document
from openpyxl import Workbook
from playwright.sync_api import FilePayload, Page, expect

from tests.station_process import StationFolder
from tests.web.calendar_desk import DAY, TODAY, all_files, edited_station, on, planned
from tests.web.conftest import fits, log_in, serious
from tests.web.console_process import ConsoleProcess, running_console

ROWS = "Từng dòng trong tệp thành gì"


@pytest.fixture
def folder(tmp_path: Path) -> StationFolder:
    """A station of its own for each test."""
    return edited_station(tmp_path / "tram")


@pytest.fixture
def console(folder: StationFolder) -> Iterator[ConsoleProcess]:
    """The console over it."""
    with running_console(folder) as process:
        yield process


def saved(book: Workbook) -> bytes:
    """The workbook's bytes."""
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def plain(rows: Sequence[Sequence[object]]) -> bytes:
    """One sheet of day, hour, script, zone."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Lịch")
    sheet.append(["Ngày", "Giờ", "Bài phát", "Cụm loa"])
    for row in rows:
        sheet.append(row)
    return saved(book)


def day(number: int) -> str:
    """A day as the officer types it."""
    return f"{DAY + timedelta(days=number):%d/%m/%Y}"


def look(page: Page, name: str, data: bytes) -> None:
    """Choose a file and press preview."""
    page.get_by_label("Tệp Excel (.xlsx)").set_input_files(
        FilePayload(name=name, mimeType="application/octet-stream", buffer=data)
    )
    page.get_by_role("button", name="Xem trước").click()
    page.wait_for_load_state("load")


def december() -> bytes:
    """What an officer really sends: titles, merged days, NFD, remarks, a heading again, hidden rows, formulas, a signature."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Tháng 12 🎄"
    sheet["A1"] = "ỦY BAN NHÂN DÂN PHƯỜNG MẪU"
    sheet.merge_cells("A1:E1")
    sheet["A2"] = "LỊCH PHÁT THANH (sửa lần 3, bản CUỐI!!!)"
    heads = ["STT", unicodedata.normalize("NFD", "Ngày"), "GIỜ PHÁT", "Bài / chương trình", "Ghi chú", "Người trực"]
    sheet.append([])
    sheet.append(heads)
    sheet.append([1, day(0), "15:05", "bai-mot", "như đã bàn 👍", "chị Ba"])
    sheet.append([2, None, "16h05", "bai-hai", unicodedata.normalize("NFD", "đọc chậm thôi nhé")])
    sheet.merge_cells("B5:B6")
    sheet.append(["tuần sau:"])
    sheet.append(heads)
    sheet.append([3, "31/4/2027", "15:05", "bai-mot", "ngày không có"])
    sheet.append([4, "12/25/2026", "15:05", "bai-mot", "kiểu Mỹ"])
    sheet.append([5, day(1), "15:05", "Bài một", "tên thay mã"])
    sheet.append([6, "=DATE(2026,12,20)", "15:05", "bai-mot", "công thức"])
    sheet.append([7, day(2), "15:05", "bai-dai", "dòng ẩn"])
    sheet.row_dimensions[13].hidden = True
    sheet.append([8, day(3), "15:05", "bai-mot"])
    sheet.append([9, day(3), "15:05", "bai-mot", "chép hai lần"])
    sheet.append([10, day(4), "21:30", "bai-mot", "khuya"])
    sheet.append([])
    sheet.append(["Người lập: chị Ba"])
    book.create_sheet("Danh bạ").append(["Số điện thoại", "Tên"])
    return saved(book)


BECAME = {
    1: ("bỏ qua", "chữ ở trên bảng"),
    2: ("bỏ qua", "chữ ở trên bảng"),
    4: ("bỏ qua", "hàng tiêu đề"),
    5: ("nhận", f"«Bài một» lúc 15:05, {day(0)}, ở mọi cụm loa"),
    6: ("nhận", f"«Bài hai» lúc 16:05, {day(0)}, ở mọi cụm loa"),
    7: ("bỏ qua", "ghi chú hay chữ ký, không phải lịch"),
    8: ("bỏ qua", "hàng tiêu đề lặp lại"),
    9: ("có lỗi", "Ô B9: Ngày «31/4/2027» không có thật"),
    10: ("có lỗi", "Ô B10: Ngày «12/25/2026»: không có tháng 25"),
    11: ("nhận", f"«Bài một» lúc 15:05, {day(1)}"),
    12: ("có lỗi", "Ô B12: Ô công thức chưa có kết quả"),
    13: ("bỏ qua", "hàng đang ẩn, không đọc"),
    14: ("nhận", f"«Bài một» lúc 15:05, {day(3)}"),
    15: ("có lỗi", "đã có ở"),
    16: ("có lỗi", "giờ yên tĩnh 21:00–05:00"),
    18: ("bỏ qua", "ghi chú hay chữ ký, không phải lịch"),
}


def test_every_row_of_a_mess_says_what_it_became(page: Page, console: ConsoleProcess, folder: StationFolder) -> None:
    before = all_files(folder)
    log_in(page, console, "lan", to="/lich-phat/nhap")
    look(page, "Lịch tháng 12 sửa lần 3.xlsx", december())
    rows = page.get_by_role("table", name=ROWS).locator("tbody tr")
    expect(rows).to_have_count(len(BECAME))
    for row, (number, (word, text)) in zip(rows.all(), BECAME.items(), strict=True):
        expect(row).to_contain_text(f"Tháng 12 🎄, dòng {number}")
        expect(row.locator(".nhan")).to_contain_text(word)
        expect(row.locator("td").nth(2)).to_contain_text(text)
    main = page.locator("main")
    expect(main).to_contain_text("Cột «Người trực» không được dùng")
    expect(main).to_contain_text("Trang tính «Danh bạ» không được đọc")
    expect(main).to_contain_text("có 1 hàng đang ẩn, không được đọc: 13")
    expect(page.get_by_role("button", name="Nhận lịch này")).to_have_count(0)
    expect(main).not_to_contain_text("không có lượt phát nào thay đổi")
    assert serious(page) == []
    assert fits(page)
    assert all_files(folder) == before


def test_the_next_thirty_days_are_told_as_they_will_be(
    page: Page, console: ConsoleProcess, folder: StationFolder
) -> None:
    before = planned(folder, 90)
    far = TODAY + timedelta(days=60)
    rows: list[list[object]] = [
        [day(0), "15:05", "bai-mot", "khom-1"],
        [day(1), "08:05, 16:05", "bai-hai", None],
        [f"{far:%d/%m/%Y}", "08:05", "bai-dai", None],
        [f"{TODAY - timedelta(days=3):%d/%m/%Y}", "08:05", "bai-dai", None],
    ]
    log_in(page, console, "lan", to="/lich-phat/nhap")
    look(page, "thêm.xlsx", plain(rows))
    told = page.locator("#thay-doi li")
    expect(told).to_have_count(3)
    expect(page.locator("#thay-doi")).to_contain_text("thêm 3 lượt")
    page.get_by_role("button", name="Nhận lịch này").click()
    expect(page.locator("main")).to_contain_text("Đã nhận lịch")
    next_day = DAY + timedelta(days=1)
    added = {
        on(DAY, "15:05"): ("bai-mot", "khom-1"),
        on(next_day, "08:05"): ("bai-hai", "khom-1,khom-2"),
        on(next_day, "16:05"): ("bai-hai", "khom-1,khom-2"),
        on(far, "08:05"): ("bai-dai", "khom-1,khom-2"),
    }
    assert planned(folder, 90) == {**before, **added}

    page.goto(f"{console.url}/lich-phat/nhap")
    changed: list[list[object]] = [[day(0), "15:20", "bai-mot", "khom-1"], [day(1), "08:05", "bai-dai", None]]
    look(page, "thêm.xlsx", plain(changed))
    lines = [
        ("15:20", "Dời lượt «Bài một» từ 15:05 sang 15:20"),
        ("08:05", "«Bài hai»: phát «Bài dài» thay cho «Bài hai»"),
        ("16:05", "Không còn lượt «Bài hai»"),
    ]
    said = page.locator("#thay-doi li").all_inner_texts()
    assert len(said) == len(lines), said
    for text, (at, words) in zip(said, lines, strict=True):
        assert at in text
        assert words in text


def sized(rows: int, wrong: int) -> bytes:
    """Many rows, 28 a day in both sessions; one far down has no such day."""

    def row(number: int) -> list[object]:
        minute = number % 28 * 10 + 2
        at = f"{6 + minute // 60:02d}:{minute % 60:02d}"
        when: date = TODAY + timedelta(days=1 + number // 28)
        return [
            "30/02/2027" if number == wrong else f"{when:%d/%m/%Y}",
            at,
            "bai-mot",
            "khom-1" if number % 3 else None,
        ]

    return plain([row(number) for number in range(rows)])


def test_ten_thousand_rows_are_told_page_by_page(page: Page, console: ConsoleProcess, folder: StationFolder) -> None:
    page.set_default_timeout(60_000)
    before = planned(folder, 30)
    log_in(page, console, "lan", to="/lich-phat/nhap")
    look(page, "cả năm.xlsx", sized(10_000, wrong=6_000))
    first = page.get_by_role("table", name="Các dòng cần sửa hoặc xem lại")
    expect(first.locator("tbody tr")).to_have_count(1, timeout=60_000)
    expect(first).to_contain_text("dòng 6002")
    expect(first).to_contain_text("30/02/2027")
    expect(page.locator("main")).to_contain_text(
        "Tệp có 10001 dòng có chữ: 1 dòng có lỗi, 9999 dòng nhận, 1 dòng bỏ qua."
    )
    rows = page.get_by_role("table", name=ROWS).locator("tbody tr")
    expect(rows).to_have_count(200)
    page.get_by_role("button", name="200 dòng sau →").click()
    expect(page.get_by_role("table", name=ROWS)).to_contain_text("dòng 201", timeout=60_000)
    expect(rows.first).to_contain_text("Lịch, dòng 201")
    assert len(page.content()) < 300_000

    look(page, "cả năm.xlsx", sized(10_000, wrong=-1))
    expect(page.locator("#thay-doi")).to_contain_text("thêm 840 lượt", timeout=60_000)
    page.get_by_role("button", name="Nhận lịch này").click()
    expect(page.locator("main")).to_contain_text("Đã nhận lịch từ cả năm.xlsx", timeout=60_000)
    assert len(planned(folder, 30)) == len(before) + 29 * 28


def document() -> bytes:
    """A letter saved by Word."""
    letter = Document()
    letter.add_paragraph("Kính gửi ông Trưởng khóm")
    held = io.BytesIO()
    letter.save(held)
    return held.getvalue()


def bomb() -> bytes:
    """A sheet that unpacks to 400 MB."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("xl/worksheets/sheet1.xml", b"0" * 400_000_000)
    return held.getvalue()


def test_a_letter_with_another_name_and_a_bomb_are_refused(
    page: Page, console: ConsoleProcess, folder: StationFolder
) -> None:
    before = all_files(folder)
    log_in(page, console, "lan", to="/lich-phat/nhap")
    for name, data, words in (
        ("lịch.xlsx", document(), "Word"),
        ("lịch.xlsx", bomb(), "quá lớn"),
        ("lịch.docx", document(), "Chỉ nhập được tệp Excel"),
        ("..\\..\\lịch.xlsx", b"", "tệp rỗng"),
        (".xlsx", december(), "Tên tệp tải lên không dùng được"),
    ):
        look(page, name, data)
        expect(page.locator("main .bao-loi").filter(has_text=words)).to_contain_text("▲")
        expect(page.get_by_role("button", name="Nhận lịch này")).to_have_count(0)
    assert all_files(folder) == before


def test_a_preview_that_is_gone_says_so(page: Page, console: ConsoleProcess, folder: StationFolder) -> None:
    log_in(page, console, "lan", to="/lich-phat/nhap")
    look(page, "lịch.xlsx", plain([[day(0), "15:05", "bai-mot", None]]))
    for held in (folder.root / "var/history/uploads").iterdir():
        held.unlink()
    page.get_by_role("button", name="Nhận lịch này").click()
    expect(page.locator("main")).to_contain_text("Bản xem trước đã quá hạn")
    expect(page.locator("main")).to_contain_text("Tải tệp lên lại")
