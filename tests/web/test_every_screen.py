"""Every screen of the console is for everyone: both widths, large letters, the keyboard alone."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.station_process import StationFolder
from tests.web import journal_rows
from tests.web.conftest import fits, log_in, serious
from tests.web.console_process import ConsoleProcess, running_console
from tests.web.sample_station import sample_station

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


FULL = (
    f"/nhat-ky?tu={journal_rows.FIRST}&den={journal_rows.LAST}",
    f"/nhat-ky/doi-chieu?ngay={journal_rows.FIRST}",
    f"/bao-cao/ky?ky={journal_rows.FIRST}..{journal_rows.LAST}",
    f"/bao-cao/phu?ky={journal_rows.FIRST.year}",
    f"/bao-cao/phat-bu?tu={journal_rows.FIRST}&den={journal_rows.LAST}",
    "/lich-phat?tuan=2024-06-03",
    "/lich-phat/thang?thang=2024-06",
    "/lich-phat/cum-gio?ngay=2024-06-04",
    "/lich-phat/khung?qua=1",
    "/bai-phat/nd-dd-ca-nam",
    "/soan-bai/nd-dd-ca-nam",
    "/cai-dat/cho-trong/nd-dd-ca-nam",
    "/phat-khan/mau/khan-lu",
)
"""Screens that show more where there is more to show."""


def test_a_station_in_use_fits_as_well(page: Page, phone: Page, tmp_path: Path) -> None:
    folder = sample_station(tmp_path / "tram")
    journal_rows.fill(folder)
    with running_console(folder) as console:
        for browser in (page, phone):
            log_in(browser, console, "lan")
            for screen in (*SCREENS, *FULL):
                browser.goto(f"{console.url}{screen}")
                expect(browser.locator("main [hx-trigger='every 1s']")).to_have_count(0, timeout=60_000)
                assert fits(browser), screen


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
