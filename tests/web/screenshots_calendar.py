"""Pictures of the calendar: its views, its forms before they are written, a messy workbook, two people at one row."""

from collections.abc import Callable

from playwright.sync_api import FilePayload, Page, expect

from tests.web.calendar_desk import DAY
from tests.web.test_calendar_import import december


def visit(path: str) -> Callable[[Page, str], None]:
    """Just go there."""

    def go(page: Page, url: str) -> None:
        page.goto(url + path)
        page.wait_for_timeout(1500)

    return go


def _one(page: Page, url: str) -> None:
    """One airing ahead."""
    page.goto(f"{url}/lich-phat?tuan={DAY:%d/%m/%Y}")
    page.locator("a.luot").first.click()
    page.wait_for_load_state("load")


def _moved(page: Page, url: str) -> None:
    """Moving one airing, before it is written: the new time is another's."""
    _one(page, url)
    page.get_by_role("link", name="Dời sang giờ khác").click()
    page.locator("#o-gio").fill("17:06")
    page.locator("#o-ly_do").fill("sửa đường dây loa buổi sáng")
    page.get_by_role("button", name="Xem trước").first.click()
    page.wait_for_load_state("load")


def _added(page: Page, url: str) -> None:
    """A standing rule with two fields wrong."""
    page.goto(f"{url}/lich-phat/moi?kieu=khung_gio")
    page.locator("#o-ma").fill("loa-trua")
    page.locator("#o-phat").fill("ban-tin-sang-hai")
    page.locator("#o-gio").fill("25:00")
    page.get_by_role("button", name="Xem trước").first.click()
    page.wait_for_load_state("load")


def _mess(page: Page, url: str) -> None:
    """What each row of an officer's workbook became."""
    page.goto(f"{url}/lich-phat/nhap")
    page.get_by_label("Tệp Excel (.xlsx)").set_input_files(
        FilePayload(name="Lịch tháng 12 sửa lần 3.xlsx", mimeType="application/octet-stream", buffer=december())
    )
    page.get_by_role("button", name="Xem trước").click()
    page.wait_for_load_state("load")


def _two(page: Page, url: str) -> None:
    """Two windows at one rule: the later one chooses. What the first wrote is taken back afterwards."""
    page.goto(f"{url}/lich-phat/khung")
    page.locator("main table a").first.click()
    other = page.context.new_page()
    other.goto(page.url)
    for form, times in ((page, "06:03, 17:05"), (other, "06:04, 17:05")):
        form.locator("#o-gio").fill(times)
        form.get_by_role("button", name="Xem trước").first.click()
        form.wait_for_load_state("load")
    other.get_by_role("button", name="Ghi vào lịch").click()
    expect(other.locator("main")).to_contain_text("Đã ghi")
    page.get_by_role("button", name="Ghi vào lịch").click()
    page.get_by_role("heading", level=1, name="Có người vừa sửa").wait_for()
    other.goto(f"{url}/lich-phat/lich-su")
    other.get_by_role("button", name="Hoàn tác").first.click()
    other.close()


CALENDAR_SCREENS: dict[str, Callable[[Page, str], None]] = {
    "lich-tuan": visit("/lich-phat"),
    "lich-thang": visit("/lich-phat/thang"),
    "lich-cum-gio": visit("/lich-phat/cum-gio"),
    "lich-khung": visit("/lich-phat/khung"),
    "lich-luot": _one,
    "lich-doi": _moved,
    "lich-them": _added,
    "lich-ngoai-le": visit("/lich-phat/ngoai-le"),
    "lich-nhap": _mess,
    "lich-xung-dot": _two,
    "lich-su": visit("/lich-phat/lich-su"),
}
