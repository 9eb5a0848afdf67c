"""Logging in: right, wrong, too often, from a forged page; the first person; what each role may do."""

import http.client
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from broadcaster.adapters.journal import SqlJournal
from broadcaster.adapters.journal_deeds import newest_deeds
from broadcaster.adapters.people import People, Role
from tests.station_process import StationFolder
from tests.web.conftest import fits, log_in, serious
from tests.web.console_process import PASSWORD, ConsoleProcess, add_people, running_console


def test_logs_in_goes_back_to_where_one_was_and_out(page: Page, console: ConsoleProcess) -> None:
    page.goto(f"{console.url}/cai-dat/toi")
    expect(page).to_have_url(re.compile("dang-nhap"))
    page.get_by_label("Tên đăng nhập").fill("lan")
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{console.url}/cai-dat/toi")
    page.get_by_role("button", name="Đăng xuất").click()
    expect(page).to_have_url(re.compile("dang-nhap"))
    page.goto(f"{console.url}/")
    expect(page).to_have_url(re.compile("dang-nhap"))


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(page: Page, console: ConsoleProcess) -> None:
    log_in(page, console, "lan")
    (cookie,) = page.context.cookies()
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Strict"
    assert page.evaluate("() => document.cookie") == ""


def test_a_wrong_password_says_so_and_too_many_are_slowed(page: Page, tmp_path: Path) -> None:
    folder = StationFolder(tmp_path / "tram")
    add_people(folder)
    with running_console(folder) as console:
        for _ in range(5):
            page.goto(f"{console.url}/dang-nhap")
            page.get_by_label("Tên đăng nhập").fill("lan")
            page.get_by_label("Mật khẩu").fill("không phải mật khẩu")
            page.get_by_role("button", name="Đăng nhập").click()
            expect(page.get_by_role("alert")).to_contain_text("chưa đúng")
        page.get_by_label("Mật khẩu").fill(PASSWORD)
        page.get_by_role("button", name="Đăng nhập").click()
        expect(page.get_by_role("alert")).to_contain_text("Đã nhập sai nhiều lần")


def test_after_login_only_a_path_of_our_own_is_followed(page: Page, console: ConsoleProcess) -> None:
    log_in(page, console, "lan", to="//example.invalid/")
    expect(page).to_have_url(f"{console.url}/")


@pytest.mark.parametrize("token", [None, "0" * 64, ""])
def test_a_post_without_its_own_token_is_refused(page: Page, console: ConsoleProcess, token: str | None) -> None:
    log_in(page, console, "lan")
    form: dict[str, str | float | bool] = {} if token is None else {"_csrf": token}
    answer = page.request.post(f"{console.url}/dang-xuat", form=form, max_redirects=0)
    assert answer.status == 403
    assert "chưa được nhận" in answer.text()
    page.reload()
    expect(page.get_by_role("button", name="Đăng xuất")).to_be_visible()


def test_a_token_of_another_session_is_refused(page: Page, other: Page, console: ConsoleProcess) -> None:
    log_in(page, console, "lan")
    log_in(other, console, "minh")
    stolen = other.locator("input[name=_csrf]").first.input_value()
    assert page.request.post(f"{console.url}/dang-xuat", form={"_csrf": stolen}, max_redirects=0).status == 403


def _status(console: ConsoleProcess, method: str, headers: dict[str, str]) -> int:
    connection = http.client.HTTPConnection(console.url.removeprefix("http://"), timeout=10)
    try:
        connection.putrequest(method, "/dang-nhap", skip_host="Host" in headers)
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders()
        return connection.getresponse().status
    finally:
        connection.close()


def test_a_name_that_is_not_ours_is_refused(console: ConsoleProcess) -> None:
    assert _status(console, "GET", {"Host": "ke-gian.example"}) == 421
    assert _status(console, "GET", {"Host": "localhost"}) == 200


def test_a_body_that_is_too_big_is_refused_before_it_is_read(console: ConsoleProcess) -> None:
    assert _status(console, "POST", {"Content-Length": str(10**9)}) == 413


def test_every_page_carries_the_strict_policy_and_loads_nothing_from_elsewhere(
    page: Page, console: ConsoleProcess
) -> None:
    answer = page.goto(f"{console.url}/dang-nhap")
    assert answer is not None
    assert answer.headers["content-security-policy"].startswith("default-src 'self';")
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert not re.search(r"\sstyle=|<style|\son\w+=|<script>", answer.text())


def test_first_run_sets_the_first_password_by_a_link_that_works_once(
    page: Page, other: Page, phone: Page, tmp_path: Path
) -> None:
    folder = StationFolder(tmp_path / "tram")
    with running_console(folder) as console:
        phone.goto(f"{console.url}/lan-dau?ma=sai")
        expect(phone.get_by_role("alert")).to_contain_text("sai hoặc đã quá 15 phút")
        phone.goto(f"{console.url}/dang-nhap")
        expect(phone.locator("main")).to_contain_text("chưa có người dùng nào")
        page.goto(console.link)
        assert serious(page) == []
        page.get_by_label("Họ tên, chức vụ").fill("Nguyễn Thị Lan, công chức văn hóa")
        page.get_by_label("Tên đăng nhập").fill("Lan")
        page.get_by_label("Mật khẩu", exact=False).first.fill("ngắn")
        page.get_by_label("Nhập lại mật khẩu").fill("ngắn")
        page.get_by_role("button", name="Lập người quản trị").click()
        expect(page.get_by_role("alert")).to_contain_text("ít nhất 10 ký tự")
        page.get_by_label("Mật khẩu", exact=False).first.fill(PASSWORD)
        page.get_by_label("Nhập lại mật khẩu").fill(PASSWORD)
        page.get_by_role("button", name="Lập người quản trị").click()
        expect(page.locator("main")).to_contain_text("Đã lập người quản trị")
        other.goto(console.link)
        expect(other.get_by_role("alert")).to_contain_text("đã dùng rồi")
    made = People(folder.root / "var/people.json").get("lan")
    assert made is not None
    assert made.may(Role.ADMIN)
    assert (folder.root / "var/people.json").stat().st_mode & 0o777 == 0o600
    assert PASSWORD not in (folder.root / "var/people.json").read_text(encoding="utf-8")
    journal = SqlJournal(f"sqlite:///{folder.root / 'var/station.db'}")
    (deed,) = [d for d in newest_deeds(journal) if d.action == "console.first_person"]
    journal.close()
    assert deed.by == "Nguyễn Thị Lan, công chức văn hóa (lan)"


def test_the_login_page_is_for_everyone_at_both_widths(page: Page, phone: Page, console: ConsoleProcess) -> None:
    for screen in (page, phone):
        screen.goto(f"{console.url}/dang-nhap")
        assert serious(screen) == []
        assert fits(screen)
