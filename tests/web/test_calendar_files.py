"""A workbook with an officer's usual mess taken in after a preview, calendars taken out, edits undone; in a real browser."""

import io
import unicodedata
import zipfile
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from openpyxl import Workbook, load_workbook
from playwright.sync_api import FilePayload, Page, expect

from tests.station_process import StationFolder
from tests.web.conftest import fits, log_in, serious
from tests.web.console_process import ConsoleProcess

DAY = datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")) + timedelta(days=10)


def messy(*, wrong: bool) -> bytes:
    """A title above, NFD headers in an odd order, merged cells, a hidden row, text dates, an extra column, Word quotes."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Lịch tháng"
    sheet["A1"] = "LỊCH PHÁT THANH (sửa lần 3)"
    sheet.merge_cells("A1:E1")
    heads = ["GIO", unicodedata.normalize("NFD", "Bài phát"), "Ghi chú", "Ngày", "Người trực"]
    for column, head in enumerate(heads, 1):
        sheet.cell(3, column, head)
    sheet.append(["06:05", "bai-mot", "“như đã bàn”", f"{DAY:%d/%m/%Y}", "chị Ba"])
    sheet.append(["17h05", "bai-hai", None, (DAY + timedelta(days=1)).replace(tzinfo=None), None])
    sheet.append(["06:05", "bai-dai", "ẩn đi", f"{DAY + timedelta(days=2):%d/%m/%Y}", None])
    sheet.row_dimensions[6].hidden = True
    if wrong:
        # a real day and hour, but no such script; then nothing that is right
        sheet.cell(5, 2, "khong-co-bai-nay")
        sheet.append(["25:00", "khong-co-bai-nay", None, "31/4/2027", None])
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def one_row() -> bytes:
    """The next version of the same workbook, with less in it."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Ngày", "Giờ", "Bài phát"])
    sheet.append([f"{DAY:%d/%m/%Y}", "06:05", "bai-mot"])
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def choose(page: Page, name: str, data: bytes) -> None:
    """Choose a file and press preview."""
    page.get_by_label("Tệp Excel (.xlsx)").set_input_files(
        FilePayload(name=name, mimeType="application/octet-stream", buffer=data)
    )
    page.get_by_role("button", name="Xem trước").click()


def schedules(folder: StationFolder) -> set[str]:
    """What lies in schedules/."""
    return {p.name for p in (folder.root / "schedules").iterdir()}


def test_a_messy_workbook_is_shown_row_by_row_then_taken_in_and_undone(
    page: Page, console: ConsoleProcess, folder: StationFolder
) -> None:
    before = schedules(folder)
    log_in(page, console, "lan", to="/lich-phat/nhap")
    choose(page, "Lịch sửa lần 3.xlsx", messy(wrong=True))
    rows = page.get_by_role("table", name="Từng dòng trong tệp thành gì")
    expect(rows).to_contain_text("25:00")
    expect(rows).to_contain_text("có lỗi")
    expect(rows).to_contain_text("Ô A7: Giờ «25:00» không có thật")
    expect(page.locator("main")).to_contain_text("Cột «Người trực» không được dùng")
    expect(page.locator("main")).to_contain_text("1 hàng đang ẩn")
    expect(rows.get_by_role("row").filter(has_text="dòng 5")).to_contain_text(
        "Không có bài hay chương trình nào mang mã hay tên «khong-co-bai-nay»"
    )
    expect(rows).to_contain_text("nhận")
    expect(page.get_by_role("button", name="Nhận lịch này")).to_have_count(0)
    assert schedules(folder) == before, "nothing was written"

    choose(page, "Lịch sửa lần 3.xlsx", messy(wrong=False))
    expect(page.locator("#thay-doi")).to_contain_text(f"{DAY:%d/%m/%Y}")
    expect(page.locator("#thay-doi")).to_contain_text("Bài một")
    assert serious(page) == []
    assert fits(page)
    assert schedules(folder) == before, "a preview writes nothing"
    page.get_by_role("button", name="Nhận lịch này").click()
    expect(page.locator("main")).to_contain_text("Đã nhận lịch từ Lịch sửa lần 3.xlsx")
    taken = folder.root / "schedules/Lịch sửa lần 3.xlsx"
    assert taken.read_bytes() == messy_bytes_of(taken)
    page.goto(f"{console.url}/lich-phat?tuan={DAY:%Y-%m-%d}")
    expect(page.locator("main")).to_contain_text("Bài một")
    assert any(f"{DAY:%Y-%m-%d}T06:05" in r["airing_id"] for r in rundown(folder))

    page.goto(f"{console.url}/lich-phat/nhap")
    choose(page, "một tên khác.xlsx", taken.read_bytes())
    expect(page.locator("main")).to_contain_text("Không có gì thay đổi")
    expect(page.get_by_role("button", name="Nhận lịch này")).to_have_count(0)

    page.goto(f"{console.url}/lich-phat/nhap")
    choose(page, "Lịch sửa lần 3.xlsx", one_row())
    expect(page.locator("main")).to_contain_text("tệp mới thay tệp cũ")
    expect(page.locator("#thay-doi")).to_contain_text("Không còn lượt")
    expect(page.get_by_role("button", name="Nhận lịch này")).to_be_visible()

    page.goto(f"{console.url}/lich-phat/lich-su")
    expect(page.locator("tbody tr").first).to_contain_text("Nhập lịch từ Lịch sửa lần 3.xlsx")
    assert serious(page) == []
    assert fits(page)
    page.get_by_role("button", name="Hoàn tác lần").first.click()
    expect(page.locator("main")).to_contain_text("Hoàn tác: Nhập lịch")
    assert schedules(folder) == before


def messy_bytes_of(path: Path) -> bytes:
    """The file again, when a workbook program can open it and finds the rows of the upload."""
    sheet = load_workbook(path).active
    assert sheet is not None
    assert sheet["B4"].value == "bai-mot"
    assert sheet.row_dimensions[6].hidden
    return path.read_bytes()


def rundown(folder: StationFolder) -> list[dict[str, str]]:
    """The airings of the next days."""
    return folder.rows("rundown", "--days", "14")


def test_what_is_no_workbook_is_refused_in_words(page: Page, console: ConsoleProcess, folder: StationFolder) -> None:
    before = schedules(folder)
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("xl/worksheets/sheet1.xml", b"0" * 400_000_000)
    log_in(page, console, "lan", to="/lich-phat/nhap")
    for name, data in (
        ("lich.xlsx", b"not a workbook"),
        ("lich.xls", b"\xd0\xcf\x11\xe0 old"),
        ("lich.xlsx", bomb.getvalue()),
        ("lich.xlsx", b""),
    ):
        choose(page, name, data)
        expect(page.locator("main .bao-loi:visible, main .sai:visible").first).to_contain_text("▲")
        expect(page.get_by_role("button", name="Nhận lịch này")).to_have_count(0)
    assert schedules(folder) == before


def test_the_calendar_is_taken_out_and_in_again_with_one_meaning(
    page: Page, console: ConsoleProcess, folder: StationFolder
) -> None:
    folder.calendar(
        "khung_gio:\n  - ma: sang\n    phat: bai-mot\n    thu: [thứ Ba, thứ Năm]\n    gio: '06:05'\n"
        f"lich_ngay:\n  - ngay: {DAY:%d/%m/%Y}\n    gio: '17:05'\n    phat: bai-hai\n"
    )
    wanted = [(r["airing_id"].rpartition("@")[2], r["programme"]) for r in rundown(folder)]
    assert len(wanted) > 3
    log_in(page, console, "xem")
    for _ in range(30):
        answer = page.request.get(f"{console.url}/lich-phat/tai/lich.xlsx")
        if "bai-hai" in str(list(load_workbook(io.BytesIO(answer.body()))["Lịch ngày"].values)):
            break
        page.wait_for_timeout(500)
    calendar = page.request.get(f"{console.url}/lich-phat/tai/lich.ics?tu={DAY:%Y-%m-%d}&den={DAY:%Y-%m-%d}").text()
    assert "UID:" in calendar
    assert "BEGIN:VEVENT" in calendar
    folder.calendar("khung_gio: []\n")
    (folder.root / "schedules/tro-lai.xlsx").write_bytes(answer.body())
    again = [(r["airing_id"].rpartition("@")[2], r["programme"]) for r in rundown(folder)]
    (folder.root / "schedules/tro-lai.xlsx").unlink()
    assert again == wanted


def test_an_onlooker_may_look_but_not_take_in_or_undo(page: Page, console: ConsoleProcess) -> None:
    log_in(page, console, "xem", to="/lich-phat/lich-su")
    expect(page.get_by_role("button", name="Hoàn tác lần")).to_have_count(0)
    page.goto(f"{console.url}/lich-phat/nhap")
    expect(page.locator("main")).to_contain_text("cần vai trò soạn")
