"""Người dùng: added, changed, closed, given a new password; never the last administrator lost."""

from pathlib import Path

from playwright.sync_api import Page, expect

from broadcaster.adapters.people import People, Role
from tests.station_process import StationFolder
from tests.web.conftest import fits, log_in, serious
from tests.web.console_process import PASSWORD, ConsoleProcess

NEW = "mười cây mít trổ"


def test_an_administrator_adds_a_person_who_logs_in(page: Page, other: Page, console: ConsoleProcess) -> None:
    log_in(page, console, "minh", to="/cai-dat/nguoi-dung")
    assert serious(page) == []
    form = page.locator("form[action='/cai-dat/nguoi-dung']")
    form.get_by_label("Họ tên, chức vụ").fill("Võ Thị Hoa, Đoàn phường")
    form.get_by_label("Tên đăng nhập").fill("hoa")
    form.get_by_label("Mật khẩu ban đầu").fill("ngắn")
    form.get_by_label("soạn: viết bài").check()
    form.get_by_role("button", name="Thêm người").click()
    expect(page.locator("#sai-mat_khau")).to_contain_text("ít nhất 10 ký tự")
    expect(page.locator("#o-mat_khau")).to_be_focused()
    expect(form.get_by_label("Tên đăng nhập")).to_have_value("hoa")
    form.get_by_label("Mật khẩu ban đầu").fill(PASSWORD)
    form.get_by_role("button", name="Thêm người").click()
    expect(page.locator("main")).to_contain_text("Đã thêm Võ Thị Hoa")
    log_in(other, console, "hoa")
    expect(other.locator(".toi")).to_contain_text("Võ Thị Hoa")


def test_a_closed_account_is_out_at_once(page: Page, other: Page, console: ConsoleProcess) -> None:
    log_in(other, console, "xem")
    log_in(page, console, "minh", to="/cai-dat/nguoi-dung/xem")
    page.get_by_label("Tài khoản dùng được").uncheck()
    page.get_by_role("button", name="Lưu").click()
    expect(page.locator("main")).to_contain_text("Đã lưu Phạm Xem")
    other.reload()
    expect(other.get_by_role("button", name="Đăng nhập")).to_be_visible()
    page.goto(f"{console.url}/cai-dat/nguoi-dung/xem")
    page.get_by_label("Tài khoản dùng được").check()
    page.get_by_role("button", name="Lưu").click()
    expect(page.locator("main")).to_contain_text("Đã lưu Phạm Xem")


def test_the_last_administrator_stays(page: Page, console: ConsoleProcess, folder: StationFolder) -> None:
    log_in(page, console, "minh", to="/cai-dat/nguoi-dung/minh")
    page.get_by_label("quản trị: cài đặt").uncheck()
    page.get_by_label("xem: xem mọi màn hình").check()
    page.get_by_role("button", name="Lưu").click()
    expect(page.locator("main")).to_contain_text("Phải còn ít nhất một người quản trị")
    minh = People(folder.root / "var/people.json").get("minh")
    assert minh is not None
    assert minh.may(Role.ADMIN)


def test_a_new_password_of_ones_own_ends_the_other_sessions(
    page: Page, other: Page, console: ConsoleProcess, folder: StationFolder
) -> None:
    log_in(page, console, "duc", to="/cai-dat/toi")
    log_in(other, console, "duc")
    page.get_by_label("Mật khẩu đang dùng").fill("sai mật khẩu")
    page.get_by_label("Mật khẩu mới", exact=False).first.fill(NEW)
    page.get_by_label("Nhập lại mật khẩu mới").fill(NEW)
    page.get_by_role("button", name="Đổi mật khẩu").click()
    expect(page.locator("#sai-cu")).to_contain_text("chưa đúng")
    page.get_by_label("Mật khẩu đang dùng").fill(PASSWORD)
    page.get_by_label("Mật khẩu mới", exact=False).first.fill(NEW)
    page.get_by_label("Nhập lại mật khẩu mới").fill(NEW)
    page.get_by_role("button", name="Đổi mật khẩu").click()
    expect(page.locator("main")).to_contain_text("Đã đổi mật khẩu")
    other.reload()
    expect(other.get_by_role("button", name="Đăng nhập")).to_be_visible()
    log_in(other, console, "duc", NEW)


def test_the_settings_say_what_the_file_says(page: Page, phone: Page, console: ConsoleProcess) -> None:
    for screen in (page, phone):
        log_in(screen, console, "minh", to="/cai-dat")
        expect(screen.locator("main")).to_contain_text("Đài truyền thanh phường Mẫu")
        expect(screen.locator("main")).to_contain_text("chỉ máy này")
        assert fits(screen)


def test_an_edit_of_the_files_shows_without_a_restart(
    page: Page, console: ConsoleProcess, folder: StationFolder
) -> None:
    log_in(page, console, "minh", to="/cai-dat")
    settings: Path = folder.root / "station.toml"
    settings.write_text(
        settings.read_text(encoding="utf-8").replace("Đài truyền thanh phường Mẫu", "Đài phường Mẫu Mới")
    )
    page.wait_for_timeout(6000)
    page.reload()
    expect(page.locator("main")).to_contain_text("Đài phường Mẫu Mới")
