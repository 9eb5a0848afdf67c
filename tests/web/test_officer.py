"""The officer's day from an empty station: first run, write, hear, approval by another, calendar, on air, row, report."""

import zipfile
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.station_process import StationFolder, station, wait_for
from tests.web.conftest import log_in
from tests.web.console_process import PASSWORD, ConsoleProcess, running_console

VN = ZoneInfo("Asia/Ho_Chi_Minh")
TITLE = "Giờ làm việc của bộ phận một cửa"
SCRIPT = "gio-lam-viec-cua-bo-phan-mot-cua"
TEXT = "Kính mời bà con đến bộ phận một cửa từ 7h30 đến 11h, các ngày thứ Hai đến thứ Sáu."
SLOW = 60_000


def first_person(page: Page, console: ConsoleProcess) -> None:
    """The one-time link, then the first account."""
    page.goto(console.link)
    page.get_by_label("Họ tên, chức vụ").fill("Lan, công chức văn hóa")
    page.get_by_label("Tên đăng nhập").fill("lan")
    page.get_by_label("Mật khẩu").first.fill(PASSWORD)
    page.get_by_label("Nhập lại mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Lập người quản trị").click()
    expect(page.locator("main")).to_contain_text("Đã lập người quản trị")


def second_person(page: Page, console: ConsoleProcess) -> None:
    """Whoever will approve."""
    page.goto(f"{console.url}/cai-dat/nguoi-dung")
    form = page.locator("form[action='/cai-dat/nguoi-dung']")
    form.get_by_label("Họ tên, chức vụ").fill("Đức, Phó Chủ tịch")
    form.get_by_label("Tên đăng nhập").fill("duc")
    form.get_by_label("Mật khẩu ban đầu").fill(PASSWORD)
    form.locator("input[type=checkbox][value='duyệt']").check()
    form.get_by_role("button", name="Thêm người").click()
    expect(page.locator("main")).to_contain_text("Đã thêm Đức")


def write_and_hear(page: Page, console: ConsoleProcess) -> None:
    """Write, see the words, hear the sound, send for approval; the author finds no button to approve."""
    page.goto(f"{console.url}/soan-bai")
    expect(page.locator("#doc-thu")).to_contain_text("Chưa có chữ nào")
    page.get_by_label("Tiêu đề").fill(TITLE)
    page.get_by_label("Loại bài").select_option("thông báo")
    page.locator("#o-loi_doc").fill(TEXT)
    expect(page.locator("#doc-thu")).to_contain_text("bảy giờ ba mươi")
    page.get_by_role("button", name="Lưu bài").click()
    page.wait_for_url(f"**/bai-phat/{SCRIPT}**")
    page.get_by_role("button", name="Dựng tiếng để nghe").click()
    hear(page)
    page.get_by_role("button", name="Gửi duyệt").click()
    expect(page.locator("main")).to_contain_text("Đã gửi duyệt")
    expect(page.get_by_role("button", name="Duyệt cho phát")).to_have_count(0)


def hear(page: Page) -> None:
    """The player truly loads seconds of sound."""
    expect(page.locator("audio")).to_be_visible(timeout=SLOW)
    page.evaluate("() => { const a = document.querySelector('audio'); a.preload = 'auto'; a.load(); }")
    page.wait_for_function("() => document.querySelector('audio').duration > 4", timeout=SLOW)


def approve(other: Page, console: ConsoleProcess) -> None:
    """The second person listens and approves."""
    log_in(other, console, "duc", to=f"/bai-phat/{SCRIPT}")
    hear(other)
    other.get_by_label("Tôi đã nghe hết bản tiếng này").check()
    other.get_by_role("button", name="Duyệt cho phát").click()
    expect(other.locator("main")).to_contain_text("Đã duyệt bài")


def put_in_the_calendar(page: Page, console: ConsoleProcess) -> datetime:
    """One dated airing in the next minutes."""
    at = (datetime.now(VN) + timedelta(seconds=95)).replace(second=0, microsecond=0)
    page.goto(f"{console.url}/lich-phat/moi?kieu=lich_ngay")
    page.get_by_label("Bài hoặc chương trình").fill(SCRIPT)
    page.locator("#o-ngay").fill(f"{at:%d/%m/%Y}")
    page.locator("#o-gio").fill(f"{at:%H:%M}")
    page.get_by_role("button", name="Xem trước").click()
    page.get_by_role("button", name="Ghi vào lịch").click()
    expect(page.locator("main")).to_contain_text("Đã ghi")
    return at


def report(page: Page, console: ConsoleProcess, into: Path, day: datetime) -> None:
    """Download the Word report of a period of one's own."""
    page.goto(f"{console.url}/bao-cao/ky?ky={day:%d/%m/%Y}..{day:%d/%m/%Y}")
    expect(page.get_by_role("button", name="Báo cáo Word")).to_be_visible(timeout=SLOW)
    page.get_by_role("button", name="Báo cáo Word").click()
    link = page.get_by_role("link", name="Tải ")
    expect(link).to_be_visible(timeout=SLOW)
    with page.expect_download() as coming:
        link.click()
    coming.value.save_as(into)


@pytest.mark.xdist_group("officer")
def test_from_the_first_run_to_the_report(page: Page, other: Page, tmp_path: Path) -> None:
    folder = StationFolder(tmp_path / "tram")
    with station(folder), running_console(folder) as console:
        first_person(page, console)
        second_person(page, console)
        write_and_hear(page, console)
        approve(other, console)
        at = put_in_the_calendar(page, console)
        wait_for(lambda: any(row["outcome"] == "aired" for row in folder.log()), 180, lambda: folder.cli("rundown"))
        (row,) = [r for r in folder.log() if r["outcome"] == "aired"]
        assert f"{at:%Y-%m-%dT%H:%M}" in row["airing_id"]
        page.goto(f"{console.url}/nhat-ky")
        expect(page.locator("main table").first).to_contain_text(TITLE)
        expect(page.locator("main table").first).to_contain_text(f"{at:%H:%M}")
        report(page, console, tmp_path / "bao-cao.docx", at)
    with zipfile.ZipFile(tmp_path / "bao-cao.docx") as package:
        assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in package.read("word/document.xml").decode()
    folder.cli("log", "verify")
