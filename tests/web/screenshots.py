"""Pictures of every core screen at both widths, from the sample station beside a station that runs: for review by eye.

Run as `python -m tests.web.screenshots DIRECTORY`; it is no test.
"""

import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.station_process import PROGRAM, StationFolder, station, wait_for
from tests.web import journal_rows
from tests.web.conftest import ARGUMENTS, CHROMIUM, DESK, PHONE, log_in
from tests.web.console_process import ConsoleProcess, running_console
from tests.web.sample_station import sample_station
from tests.web.screenshots_calendar import CALENDAR_SCREENS, visit
from tests.web.screenshots_scripts import CHANGED, RETURNED, WAITING, prepare_scripts, take_scripts

AHEAD_DAYS = 9
"""So many days of the sample calendar have their sounds, approved, as in a station that is in use."""


def sample(root: Path) -> StationFolder:
    """The sample station, speaking offline into files at any hour, its next days heard and approved, two weeks on record."""
    folder = sample_station(root / "tram", at_any_hour=True)
    journal_rows.fill(folder)
    until = date.today() + timedelta(days=AHEAD_DAYS)  # noqa: DTZ011 - only to have something ready on the pictures
    words = ("prepare", "--until", f"{until:%d/%m/%Y}")
    subprocess.run([*PROGRAM, "--station", str(folder.root), *words], check=False)  # minutes of speech take a while
    coming = {s for row in folder.rows("rundown", "--days", str(AHEAD_DAYS)) for s in row["scripts"]}
    folder.approve(*sorted(coming - {WAITING, RETURNED, CHANGED}))
    return folder


def read_back(page: Page, url: str) -> None:
    """The page before the last step of an emergency, its template filled in."""
    page.goto(f"{url}/phat-khan/mau/khan-lu")
    values = ("bờ sông khóm 1", "tổ 3, khóm 1", "trụ sở khóm 1", "đường lớn, tránh bờ sông", "trưởng khóm 1")
    for number, value in enumerate(values):
        page.locator(f"#o-cho-{number}").fill(value)
    page.get_by_label("Lý do").fill("Lệnh của Chủ tịch phường: nước lên nhanh ở khóm 1")
    page.get_by_role("button", name="Tiếp").click()
    page.locator("#xac-nhan").wait_for(timeout=60_000)


def countdown(page: Page, url: str) -> None:
    """The five seconds in which an order can be taken back."""
    read_back(page, url)
    page.get_by_label("Gõ chữ PHÁT").fill("PHÁT")
    page.locator(".nut-phat").click()
    page.get_by_role("button", name="Hủy, không phát").wait_for()


def first_row(page: Page, url: str) -> None:
    """One airing that was heard in part."""
    page.goto(f"{url}/nhat-ky?tu={journal_rows.FIRST}&den={journal_rows.LAST}&ket_qua=partial")
    page.locator("table.nhat-ky td.ten a").first.click()
    page.wait_for_load_state("load")


def report(page: Page, url: str) -> None:
    """The figures of two weeks."""
    page.goto(f"{url}/bao-cao/ky?ky={journal_rows.FIRST}..{journal_rows.LAST}")
    page.locator(".tom-tat").wait_for(timeout=60_000)


def examined(page: Page, url: str) -> None:
    """Devices after the doctor has been."""
    page.goto(f"{url}/thiet-bi")
    page.get_by_role("button", name="Khám máy").click()
    page.get_by_role("table", name="Kết quả khám").wait_for(timeout=90_000)


def checked(page: Page, url: str) -> None:
    """Everything that is to be said of the files."""
    page.goto(f"{url}/kiem-tra")
    page.get_by_role("button", name="Kiểm tra").click()
    page.get_by_text("Đã kiểm tra kỹ lúc").wait_for(timeout=90_000)


def changed_setting(page: Page, url: str) -> None:
    """What another hour of quiet would mean, before it is written."""
    page.goto(f"{url}/cai-dat/muc/quy-dinh/0")
    page.locator("#o-cho_phep_tre_giay").fill("600")
    page.get_by_role("button", name="Xem trước").first.click()
    page.wait_for_load_state("load")


SCREENS: dict[str, Callable[[Page, str], None]] = {
    "hom-nay": visit("/"),
    "phat-ngay": visit("/phat-ngay"),
    "phat-khan": visit("/phat-khan"),
    "phat-khan-mau": visit("/phat-khan/mau/khan-tim-nguoi"),
    "phat-khan-doc-lai": read_back,
    "tam-dung": visit("/tam-dung"),
    "thiet-bi": examined,
    "phat-thu": visit("/thiet-bi/phat-thu"),
    "kiem-tra": checked,
    **CALENDAR_SCREENS,
    "soan-bai-moi": visit("/soan-bai"),
    "soan-bai": visit(f"/soan-bai/{RETURNED}"),
    "nhat-ky": visit(f"/nhat-ky?tu={journal_rows.FIRST:%d/%m/%Y}&den={journal_rows.LAST:%d/%m/%Y}"),
    "nhat-ky-dong": first_row,
    "nhat-ky-doi-chieu": visit(f"/nhat-ky/doi-chieu?ngay={journal_rows.FIRST:%d/%m/%Y}"),
    "nhat-ky-kiem-tra": visit("/nhat-ky/kiem-tra"),
    "bao-cao": visit("/bao-cao"),
    "bao-cao-ky": report,
    "bao-cao-phu": visit("/bao-cao/phu"),
    "bao-cao-phat-bu": visit("/bao-cao/phat-bu"),
    "bao-cao-hoat-dong": visit("/bao-cao/hoat-dong"),
    "bao-cao-van-ban": visit("/bao-cao/van-ban"),
    "cai-dat": visit("/cai-dat"),
    "cai-dat-don-vi": visit("/cai-dat/don-vi"),
    "cai-dat-khung": visit("/cai-dat/muc/khung-phat/moi"),
    "cai-dat-quy-dinh": changed_setting,
    "cai-dat-cho-trong": visit("/cai-dat/cho-trong"),
    "cai-dat-ngay-nghi": visit("/cai-dat/ngay-nghi"),
    "cai-dat-tu-dien": visit("/cai-dat/tu-dien"),
    "cai-dat-tu": visit("/cai-dat/tu-dien/tu"),
    "toi": visit("/cai-dat/toi"),
    "nguoi-dung": visit("/cai-dat/nguoi-dung"),
    "ai-lam-gi": visit("/cai-dat/ai-lam-gi"),
    "tro-giup": visit("/tro-giup"),
    "lich-ngay": visit("/in/lich-ngay"),
    "phat-khan-dem-nguoc": countdown,
}


OF_ADMINISTRATORS = {"nguoi-dung", "cai-dat", "cai-dat-khung", "cai-dat-quy-dinh"}
"""Screens that an administrator sees more of."""


def take(browser: Browser, folder: StationFolder, console: ConsoleProcess, into: Path) -> None:
    """Every screen, on a desk and on a phone."""
    for width, size in (("1366", DESK), ("390", PHONE)):
        context = browser.new_context(viewport=size, locale="vi-VN", reduced_motion="reduce")  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(f"{console.url}/dang-nhap")
        page.screenshot(path=into / f"dang-nhap-{width}.png", full_page=True)
        log_in(page, console, "lan")
        for name, go in SCREENS.items():
            if name in OF_ADMINISTRATORS:
                context.clear_cookies()
                log_in(page, console, "minh")
            go(page, console.url)
            page.screenshot(path=into / f"{name}-{width}.png", full_page=True)
            if name in OF_ADMINISTRATORS:
                context.clear_cookies()
                log_in(page, console, "lan")
        wait_for(lambda: folder.status()["on_air"], 15)
        page.goto(console.url)
        page.wait_for_timeout(2500)
        page.screenshot(path=into / f"hom-nay-dang-phat-{width}.png", full_page=True)
        page.get_by_role("button", name="Dừng mọi loa").click()
        wait_for(lambda: not folder.status()["on_air"], 10)
        if width == "1366":
            page.goto(f"{console.url}/in/lich-ngay")
            page.emulate_media(media="print")
            page.screenshot(path=into / "lich-ngay-in.png", full_page=True)
        context.close()


def first_run(browser: Browser, root: Path, into: Path) -> None:
    """What the one-time link opens, while nobody has an account."""
    with running_console(StationFolder(root / "moi")) as console:
        for width, size in (("1366", DESK), ("390", PHONE)):
            page = browser.new_page(viewport=size)  # type: ignore[arg-type]
            page.goto(console.link)
            page.screenshot(path=into / f"lan-dau-{width}.png", full_page=True)
            page.close()


def main() -> None:
    """Into the directory named on the command line."""
    into = Path(sys.argv[1])
    into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        folder = sample(Path(place))
        prepare_scripts(folder)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=ARGUMENTS)
        first_run(browser, Path(place), into)
        with station(folder), running_console(folder) as console:
            take(browser, folder, console, into)
            take_scripts(browser, console, into)
        browser.close()


if __name__ == "__main__":
    main()
