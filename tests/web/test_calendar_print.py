"""The sheets an officer pins on the wall: the week, the month and zones by hour, each on exactly one A4 landscape."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.station_process import StationFolder
from tests.web.calendar_desk import DAY, edited_station
from tests.web.conftest import fits, log_in
from tests.web.console_process import ConsoleProcess, running_console
from tests.web.sample_station import sample_station

LONG = (
    "Chuyên mục Cải cách hành chính: hướng dẫn nộp hồ sơ trực tuyến trên Cổng dịch vụ công quốc gia và nhận kết quả tại nhà",
    "Thông báo lịch tiêm chủng mở rộng cho trẻ em dưới năm tuổi tại Trạm Y tế phường và các điểm tiêm lưu động",
    "Lời nhắc giữ gìn vệ sinh môi trường, phân loại rác tại nguồn và đổ rác đúng giờ quy định của phường",
    "Bản tin kinh tế – xã hội của phường trong tuần và các hoạt động chào mừng ngày lễ lớn trong tháng",
    "Tuyên truyền phòng cháy, chữa cháy và cứu nạn, cứu hộ trong khu dân cư, chợ và cơ sở kinh doanh",
    "Thông tin tuyển sinh các lớp đầu cấp năm học mới và hướng dẫn phụ huynh chuẩn bị hồ sơ nhập học",
)
HOURS = ("06:05", "06:20", "06:45", "09:00", "10:10", "11:00", "14:05", "14:30", "15:15", "16:30", "17:05", "17:40")


def daily(titles: tuple[str, ...], hours: tuple[str, ...]) -> str:
    """A calendar with these titles every day, one an hour of the list."""
    rows = (
        f'  - ma: k{n}\n    phat: bai-mot\n    ten: "{titles[n % len(titles)]}"\n    thu: [hằng ngày]\n    gio: ["{at}"]\n'
        f"    cum_loa: {'khom-1' if n % 2 else 'khom-1, khom-2'}\n"
        for n, at in enumerate(hours)
    )
    return "khung_gio:\n" + "".join(rows)


def papers(page: Page) -> list[tuple[float, float]]:
    """Width and height in points of every sheet a person would get, by the page's own paper size."""
    pdf = page.pdf(prefer_css_page_size=True)
    count = len(re.findall(rb"/Type\s*/Page\b", pdf))
    boxes = re.findall(rb"/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)\s*\]", pdf)
    assert len(boxes) == count
    return [(float(width), float(height)) for width, height in boxes]


def one_landscape(page: Page) -> None:
    """One sheet of A4, lying."""
    sheets = papers(page)
    assert len(sheets) == 1, sheets
    assert sheets[0] == pytest.approx((841.9, 595.3), abs=1)


def letters(page: Page) -> float:
    """The size of a title on paper, in points."""
    page.emulate_media(media="print")
    size: float = page.locator(".luot .ten").first.evaluate("e => parseFloat(getComputedStyle(e).fontSize) * 0.75")
    page.emulate_media(media="null")
    return size


WEEKS = {
    "một lượt": (LONG[:1], HOURS[:1], 14),
    "sáu lượt mỗi ngày, tên dài": (LONG, HOURS[:6], 9),
    "mười hai lượt mỗi ngày, tên ngắn": (("Bản tin sáng", "Lời nhắc nộp hồ sơ"), HOURS, 9),
    "mười hai lượt mỗi ngày, tên dài": (LONG, HOURS, 6),
}


@pytest.mark.parametrize("named", WEEKS)
def test_a_week_is_one_sheet(page: Page, tmp_path: Path, named: str) -> None:
    titles, hours, least = WEEKS[named]
    folder = edited_station(tmp_path / "tram")
    folder.calendar(daily(titles, hours))
    with running_console(folder) as console:
        log_in(page, console, "lan", to="/lich-phat")
        page.goto(f"{console.url}/lich-phat?tuan={DAY}")
        expect(page.locator(".luot")).to_have_count(7 * len(hours))
        for family in ('"DejaVu Serif"', ""):  # a machine without Times must not spill over a second sheet
            page.evaluate("name => document.documentElement.style.setProperty('--chu-in', name)", family)
            page.evaluate("() => window.dispatchEvent(new Event('beforeprint'))")
            one_landscape(page)
        assert letters(page) >= least, "as large as the sheet allows"
        page.emulate_media(media="print")
        expect(page.locator("h1")).to_contain_text("Đài truyền thanh phường Mẫu")
        expect(page.get_by_role("button")).to_have_count(0)
        assert fits(page)
        page.emulate_media(media="null")
        for path in (f"/lich-phat/thang?thang={DAY:%Y-%m}", f"/lich-phat/cum-gio?ngay={DAY}"):
            page.goto(f"{console.url}{path}")
            expect(page.locator("main")).to_contain_text(titles[0][:20])
            sheets = papers(page)
            assert all(width > height for width, height in sheets)
            assert len(sheets) == 1 or ("cum-gio" in path and len(hours) > 6)


def test_the_sample_station_prints_every_kind_of_week(page: Page, tmp_path: Path) -> None:
    folder = sample_station(tmp_path / "tram")
    with running_console(folder) as console:
        log_in(page, console, "xem", to="/lich-phat")
        # weeks of its own year of dated rows, of Tết, of the standing rules, and one before there was a station
        for day in ("2024-06-03", "2024-02-05", "2025-01-20", f"{DAY}", "2020-01-06"):
            page.goto(f"{console.url}/lich-phat?tuan={day}")
            one_landscape(page)
            page.goto(f"{console.url}/lich-phat/thang?thang={day[:7]}")
            one_landscape(page)


def test_what_is_not_for_the_wall_stays_off_it(page: Page, console: ConsoleProcess, folder: StationFolder) -> None:
    folder.calendar(
        daily(LONG, HOURS[:2]) + f"ngoai_le:\n  - {{ngay: {DAY:%d/%m/%Y}, viec: bỏ, khung_gio: k1, ly_do: mất điện}}\n"
    )
    log_in(page, console, "lan", to="/lich-phat")
    page.goto(f"{console.url}/lich-phat?tuan={DAY}")
    for _ in range(40):
        if page.locator(".luot-mo").count():
            break
        page.wait_for_timeout(500)
        page.reload()
    page.emulate_media(media="print")
    expect(page.locator(".luot-luu-y .nhan").first).to_be_hidden()
    expect(page.locator(".luot-mo .nhan")).to_be_visible()
    expect(page.locator(".luot-mo .nhan")).to_contain_text("đã hủy")


def test_a_phone_shows_day_after_day(phone: Page, tmp_path: Path) -> None:
    folder = edited_station(tmp_path / "tram")
    folder.calendar(daily(LONG, HOURS[:3]))
    with running_console(folder) as console:
        log_in(phone, console, "xem", to="/lich-phat")
        phone.goto(f"{console.url}/lich-phat?tuan={DAY}")
        heads = phone.locator(".bang-tuan thead th:not(:first-child)")
        airings = phone.locator(".bang-tuan .luot")
        tops = [head.bounding_box() for head in heads.all()]
        boxes = [airing.bounding_box() for airing in airings.all()]
        assert len(tops) == 7
        assert len(boxes) == 21
        assert all(box is not None and box["x"] + box["width"] <= 390 for box in (*tops, *boxes))
        begins = [top["y"] for top in tops if top is not None]
        assert begins == sorted(begins)
        per_day = [sum(begin < box["y"] < end for box in boxes if box is not None)
                   for begin, end in zip(begins, [*begins[1:], float("inf")], strict=True)]  # fmt: skip
        assert per_day == [3] * 7
        assert fits(phone)
        phone.goto(f"{console.url}/lich-phat/thang?thang={DAY:%Y-%m}")
        assert fits(phone)
        shown = [td.bounding_box() for td in phone.locator(".bang-thang td:not(.trong)").all()]
        assert all(box is not None and box["x"] + box["width"] <= 390 for box in shown)
