"""The calendar's screens as the officer sees them: week, month, zones by hour, one slot, and an edit that writes the files."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from broadcaster.wiring.readings import Readings
from tests.station_process import StationFolder
from tests.web.calendar_desk import fresh
from tests.web.conftest import fits, log_in, serious
from tests.web.console_process import ConsoleProcess

CALENDAR = """khung_gio:
  - ma: sang    # giữ lại lời ghi này
    phat: bai-mot
    thu: [hằng ngày]
    gio: "06:05"
lich_ngay:
  - {ngay: 05/03/2024, gio: "17:05", phat: bai-hai}
"""
SCREENS = (
    "/lich-phat",
    "/lich-phat/thang",
    "/lich-phat/cum-gio",
    "/lich-phat/khung",
    "/lich-phat/ngoai-le",
    "/lich-phat/moi",
)


@pytest.fixture(scope="module", autouse=True)
def slots(folder: StationFolder) -> None:
    """One standing rule, before the console starts."""
    folder.calendar(CALENDAR)


@pytest.mark.parametrize("path", SCREENS)
def test_every_screen_stands_and_is_open_to_everyone(page: Page, console: ConsoleProcess, path: str) -> None:
    log_in(page, console, "lan", to=path)
    response = page.goto(f"{console.url}{path}")
    assert response is not None
    assert response.status == 200, page.inner_text("body")
    assert not serious(page)
    assert fits(page)


@pytest.mark.parametrize("path", SCREENS)
def test_every_screen_fits_a_phone(phone: Page, console: ConsoleProcess, path: str) -> None:
    log_in(phone, console, "lan", to=path)
    phone.goto(f"{console.url}{path}")
    assert not serious(phone)
    assert fits(phone)


@pytest.mark.parametrize("path", ["/lich-phat", "/lich-phat/cum-gio"])
def test_a_day_is_typed_as_people_write_it_whatever_the_browsers_language(
    page: Page, console: ConsoleProcess, path: str
) -> None:
    log_in(page, console, "lan", to=path)
    page.goto(f"{console.url}{path}")
    box = page.get_by_label("Đến ngày")
    box.fill("5/3/2099")
    page.get_by_role("button", name="Xem", exact=True).click()
    expect(box).to_have_value("02/03/2099" if path == "/lich-phat" else "05/03/2099")
    box.fill("31/02/2099")
    page.get_by_role("button", name="Xem", exact=True).click()
    expect(page.locator(".thanh-lich .sai")).to_contain_text("31/02/2099")


def test_the_week_names_what_is_planned(page: Page, console: ConsoleProcess) -> None:
    log_in(page, console, "xem", to="/lich-phat")
    page.goto(f"{console.url}/lich-phat")
    expect(page.locator("table").first).to_contain_text("06:05")
    expect(page.locator("table").first).to_contain_text("Bài một")


def test_rows_that_are_over_stand_aside_and_are_found_by_any_spelling_of_a_title(
    page: Page, console: ConsoleProcess
) -> None:
    log_in(page, console, "xem", to="/lich-phat/khung")
    page.goto(f"{console.url}/lich-phat/khung")
    rows = page.locator("main tbody tr")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("sang")
    page.get_by_label("Tìm mã, tên hoặc bài").fill("BAI hai")
    page.get_by_role("button", name="Tìm").click()
    expect(rows).to_contain_text("Không có dòng lịch nào khớp «BAI hai» còn phát")
    page.get_by_role("link", name="Xem cả các dòng đã qua").click()
    expect(rows).to_contain_text("05/03/2024")
    expect(rows).to_have_count(1)
    page.get_by_role("link", name="Chỉ xem các dòng còn phát").click()
    expect(rows).to_contain_text("Không có dòng lịch nào")


def test_what_has_passed_today_stays_as_it_was_published(
    page: Page, console: ConsoleProcess, folder: StationFolder
) -> None:
    rule = "khung_gio:\n  - ma: {id}\n    phat: {script}\n    thu: [hằng ngày]\n    gio: ['00:00']\n"
    folder.calendar(rule.format(id="dem", script="bai-mot"))
    readings = Readings(folder.root)
    readings.newest.planner.publish(datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")))
    readings.journal.close()
    folder.calendar(rule.format(id="khuya", script="bai-hai"))
    log_in(page, console, "xem", to="/lich-phat")
    tomorrow = datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")).date() + timedelta(days=1)
    page.goto(f"{console.url}/lich-phat/cum-gio?ngay={tomorrow}")
    fresh(page, "main", "Bài hai")
    page.goto(f"{console.url}/lich-phat/cum-gio")
    expect(page.locator("table")).to_contain_text("00:00 Bài một")
    expect(page.locator("table")).not_to_contain_text("Bài hai")
