"""Every screen of the console is for everyone: both widths, large letters, the keyboard alone."""

import pytest
from playwright.sync_api import Page, expect

from tests.station_process import StationFolder
from tests.web.conftest import fits, log_in, serious
from tests.web.console_process import ConsoleProcess

SCREENS = (
    "/",
    "/in/lich-ngay",
    "/tam-dung",
    "/kiem-tra",
    "/nhat-ky",
    "/nhat-ky/doi-chieu",
    "/nhat-ky/kiem-tra",
    "/bao-cao",
    "/bao-cao/phu",
    "/bao-cao/hoat-dong",
    "/bao-cao/van-ban",
    "/bai-phat",
    "/soan-bai",
    "/lich-phat",
    "/lich-phat/thang",
    "/lich-phat/cum-gio",
    "/lich-phat/moi",
    "/lich-phat/ngoai-le",
    "/lich-phat/khung",
    "/lich-phat/nhap",
    "/lich-phat/lich-su",
    "/thiet-bi",
    "/phat-ngay",
    "/phat-khan",
    "/thiet-bi/phat-thu",
    "/cai-dat",
    "/cai-dat/toi",
    "/cai-dat/don-vi",
    "/cai-dat/cho-trong",
    "/cai-dat/ngay-nghi",
    "/cai-dat/tu-dien",
    "/cai-dat/tu-dien/tu",
    "/cai-dat/ai-lam-gi",
    "/tro-giup",
)


@pytest.mark.parametrize("screen", SCREENS)
def test_a_screen_is_for_everyone_at_both_widths(page: Page, phone: Page, console: ConsoleProcess, screen: str) -> None:
    for browser in (page, phone):
        log_in(browser, console, "lan")
        answer = browser.goto(f"{console.url}{screen}", wait_until="load")
        assert answer is not None
        assert answer.status == 200
        expect(browser.locator("main [hx-trigger='every 1s']")).to_have_count(0)
        assert browser.locator("h1").count() == 1
        # asked for once more: a page that waits for figures may have loaded itself anew by now
        assert len(browser.request.get(f"{console.url}{screen}").body()) <= 300_000
        assert serious(browser) == []
        assert fits(browser)


def test_twice_as_large_letters_still_fit(page: Page, console: ConsoleProcess) -> None:
    """200 % zoom of a 1366 px screen leaves 683 px."""
    log_in(page, console, "lan")
    page.set_viewport_size({"width": 683, "height": 384})
    for screen in SCREENS:
        page.goto(f"{console.url}{screen}")
        assert fits(page), screen


def test_the_keyboard_alone_reaches_the_words_of_a_new_script(
    page: Page, console: ConsoleProcess, folder: StationFolder
) -> None:
    log_in(page, console, "lan", to="/soan-bai")
    page.goto(f"{console.url}/soan-bai")
    seen = []
    for _ in range(40):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("() => document.activeElement.id || document.activeElement.textContent.trim()"))
        if seen[-1] == "o-loi_doc":
            break
    assert seen[-1] == "o-loi_doc", seen
    page.keyboard.type("Mời bà con.")
    expect(page.locator("#doc-thu")).to_contain_text("đọc đúng như viết")
