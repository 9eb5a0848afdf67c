"""Kiểm tra tệp: a careless edit outside the console is told in the browser, at its place, with the way out."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.station_process import StationFolder
from tests.web.calendar_desk import fresh
from tests.web.conftest import fits, log_in, serious
from tests.web.console_process import ConsoleProcess, add_people, running_console

TWICE = """khung_gio:
  - {ma: sang, phat: bai-mot, thu: [hằng ngày], gio: ["06:05"]}
  - {ma: sang-nua, phat: bai-hai, thu: [hằng ngày], gio: ["06:05"]}
"""


@pytest.fixture
def careless(tmp_path: Path) -> Iterator[tuple[StationFolder, ConsoleProcess]]:
    """A station of one's own to break."""
    folder = StationFolder(tmp_path / "tram")
    add_people(folder)
    with running_console(folder) as console:
        yield folder, console


def test_every_error_of_every_file_is_told_in_the_browser(
    page: Page, phone: Page, careless: tuple[StationFolder, ConsoleProcess]
) -> None:
    folder, console = careless
    log_in(page, console, "lan", to="/kiem-tra")
    expect(page.locator("main")).to_contain_text("Không có lỗi")
    folder.calendar("khung_gio:\n  - {ma: sang, phat: bai-mot, thu: [thứ Chín], gio: ['25:00']}\n")
    script = folder.root / "audio_scripts/bai-hai.md"
    script.write_text(
        script.read_text(encoding="utf-8").replace("loai: thông báo", "loai: <b>gì đó</b>"), encoding="utf-8"
    )
    fresh(page, "main", "schedules/lich.yaml")
    main = page.locator("main")
    expect(main).to_contain_text("dòng 2: ")
    expect(main).to_contain_text("thứ Chín")
    expect(main).to_contain_text("25:00")
    expect(main).to_contain_text("audio_scripts/bai-hai.md")
    expect(main).to_contain_text("<b>gì đó</b>")
    assert serious(page) == []
    log_in(phone, console, "xem", to="/kiem-tra")
    assert fits(phone)
    expect(phone.get_by_role("button", name="Kiểm tra kỹ")).to_have_count(0)
    page.goto(console.url)
    page.get_by_role("link", name="Xem mọi lỗi và cách sửa").click()
    page.get_by_role("link", name="Mở chỗ sửa").first.click()
    expect(page.locator("main")).to_contain_text("gì đó")


def test_a_thorough_check_adds_what_the_plan_and_the_reading_say_until_the_files_change(
    page: Page, careless: tuple[StationFolder, ConsoleProcess]
) -> None:
    folder, console = careless
    folder.calendar(TWICE)
    log_in(page, console, "duc", to="/kiem-tra")
    page.wait_for_timeout(5000)
    page.get_by_role("button", name="Kiểm tra kỹ").click()
    expect(page.locator("main")).to_contain_text("Đã kiểm tra kỹ lúc", timeout=60_000)
    told = [row["message"] for row in folder.rows("check")]
    assert told, "two slots at one minute in one zone are a clash"
    for message in told:
        expect(page.locator("main")).to_contain_text(message[1:])
    folder.calendar("khung_gio: []\n")
    fresh(page, "main", "Mới xem từng tệp")
