"""A calendar far fuller than a ward's: nothing is silently cut, every page says what more there is and how to see it."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.station_process import StationFolder
from tests.web.conftest import fits, log_in, serious
from tests.web.console_process import ConsoleProcess

AT_ONCE, TIMES = 8, 70


@pytest.fixture(scope="module", autouse=True)
def slots(folder: StationFolder) -> None:
    """Eight airings at 06:05 every day, and seventy other times of the day."""
    rows = [f"  - ma: cung-{n}\n    phat: bai-mot\n    thu: [hằng ngày]\n    gio: '06:05'\n" for n in range(AT_ONCE)]
    rows += [
        f"  - ma: gio-{n}\n    phat: bai-hai\n    thu: [hằng ngày]\n    gio: '{7 + n // 10:02}:{n % 10 * 6:02}'\n"
        for n in range(TIMES)
    ]
    folder.calendar("khung_gio:\n" + "".join(rows))


def test_a_full_week_goes_on_to_further_pages_until_the_last_time(page: Page, console: ConsoleProcess) -> None:
    log_in(page, console, "lan", to="/lich-phat")
    page.goto(f"{console.url}/lich-phat?tuan=2099-03-04")
    expect(page.locator("main")).to_contain_text(f"{7 * (AT_ONCE + TIMES)} lượt trong tuần")
    expect(page.locator("table td").first).to_contain_text("và 2 lượt nữa")
    seen: list[str] = []
    for _ in range(9):
        seen += page.locator("th.gio-hang").all_inner_texts()
        more = page.get_by_role("link", name=re.compile("trở đi"))
        if not more.count():
            break
        more.click()
        page.wait_for_load_state("load")
    assert seen == sorted(set(seen)), "no time twice, none out of order"
    assert len(seen) == TIMES + 1
    assert not serious(page)
    assert fits(page)
    page.get_by_role("link", name="← Từ đầu ngày").click()
    expect(page.locator("th.gio-hang").first).to_have_text("06:05")


def test_more_at_one_moment_leads_to_the_day_by_zones(page: Page, console: ConsoleProcess) -> None:
    log_in(page, console, "lan", to="/lich-phat")
    page.goto(f"{console.url}/lich-phat?tuan=2099-03-04")
    page.get_by_role("link", name="và 2 lượt nữa").first.click()
    expect(page.locator("h1")).to_contain_text("02/03/2099")
    expect(page.locator("main")).to_contain_text("và 2 lượt nữa")


def test_the_month_counts_them_all(page: Page, console: ConsoleProcess) -> None:
    log_in(page, console, "lan", to="/lich-phat/thang")
    page.goto(f"{console.url}/lich-phat/thang?thang=2099-03")
    days = page.locator("td:not(.ngoai)")
    assert days.count() == 31
    for n in range(31):
        expect(days.nth(n)).to_contain_text(f"{AT_ONCE + TIMES} lượt")
        expect(days.nth(n)).to_contain_text(f"{AT_ONCE + TIMES} cần xem")
    page.goto(f"{console.url}/lich-phat/thang?thang=2099-03&cum=khom-2")
    expect(page.locator("td:not(.ngoai)").first).to_contain_text(f"{AT_ONCE + TIMES} lượt")
