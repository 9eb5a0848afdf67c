"""The list of scripts and the pages of files that are wrong: found, filtered, paged, and never a bug for an odd address."""

import pytest
from playwright.sync_api import Page, expect

from tests.station_process import StationFolder
from tests.web.conftest import fits, log_in, serious
from tests.web.console_process import ConsoleProcess

BLANK = """---
tieu_de: Kết quả trong kỳ
loai: tin
ma_noi_dung: [ND-DD]
hieu_luc_den: 31/12/2020
---
Phường đã nhận {so_ho_so} hồ sơ.
"""
GUESS = "Gọi ông XYZW theo QĐ số 12/QĐ-UBND."


@pytest.fixture(scope="module", autouse=True)
def scripts(folder: StationFolder) -> None:
    """Scripts of every sort, before the console starts."""
    place = folder.root / "audio_scripts"
    (place / "ket-qua.md").write_text(BLANK, encoding="utf-8")
    (place / "hong.md").write_text("---\ntieu_de: [không đóng\n---\nLời đọc", encoding="utf-8")
    folder.script("doan", "Bài phải đoán", GUESS)
    for n in range(45):
        folder.script(f"so-{n:02}", f"Bản tin số {n}", f"Kính mời bà con đến họp lần {n}.")


@pytest.mark.parametrize("path", ["/bai-phat", "/bai-phat/ket-qua", "/bai-phat/hong", "/bai-phat/doan"])
def test_pages_stand_at_both_widths(page: Page, phone: Page, console: ConsoleProcess, path: str) -> None:
    for screen in (page, phone):
        log_in(screen, console, "lan")
        answer = screen.goto(f"{console.url}{path}")
        assert answer is not None
        assert answer.status == 200, screen.inner_text("body")
        assert serious(screen) == []
        assert fits(screen)


def test_the_list_is_filtered_and_paged(page: Page, console: ConsoleProcess) -> None:
    log_in(page, console, "lan", to="/bai-phat")
    page.goto(f"{console.url}/bai-phat")
    expect(page.locator("tbody tr")).to_have_count(40)
    page.get_by_role("link", name="Trang sau").click()
    expect(page.locator("tbody tr")).to_have_count(11)
    page.get_by_label("Tìm mã hoặc tên").fill("ban TIN số 33")
    page.get_by_role("button", name="Lọc").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody tr")).to_contain_text("ước tính")
    page.get_by_role("link", name="Bỏ lọc").click()
    page.get_by_label("Trạng thái").select_option("thiếu chỗ trống")
    page.get_by_role("button", name="Lọc").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody tr")).to_contain_text("hết hiệu lực")
    page.get_by_label("Trạng thái").select_option("có lỗi")
    page.get_by_role("button", name="Lọc").click()
    expect(page.locator("tbody tr")).to_contain_text("hong")
    page.goto(f"{console.url}/bai-phat?ma=ND-DD&loai=tin")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.goto(f"{console.url}/bai-phat?trang_thai=%00&tim=%27%3B+DROP+TABLE&trang=-5")
    expect(page.locator("tbody")).to_contain_text("Không có bài nào khớp")


def test_what_is_wrong_is_said_with_the_way_out(page: Page, console: ConsoleProcess) -> None:
    log_in(page, console, "lan")
    page.goto(f"{console.url}/bai-phat/ket-qua")
    expect(page.locator(".vuong")).to_contain_text("{so_ho_so}")
    expect(page.locator(".vuong")).to_contain_text("Cài đặt → Chỗ trống trong bài")
    expect(page.locator(".vuong")).to_contain_text("hết hiệu lực sau ngày 31/12/2020")
    expect(page.get_by_role("button", name="Gửi duyệt")).to_have_count(0)
    page.goto(f"{console.url}/bai-phat/hong")
    expect(page.locator("#loi-tep")).to_contain_text("Lỗi")
    expect(page.locator("pre")).to_contain_text("[không đóng")
    page.goto(f"{console.url}/bai-phat/doan")
    expect(page.locator(".doi-chieu .doc-unknown").first).to_have_text("XYZW")
    expect(page.locator(".doi-chieu .can-xem")).to_contain_text("xem")


@pytest.mark.parametrize(
    "odd", ["khong-co", "%00", "%F0%9F%94%8A", "..%2F..%2Fstation.toml", "a" * 3000, "%ff%fe", "<script>"]
)
def test_an_odd_address_is_not_found(page: Page, console: ConsoleProcess, odd: str) -> None:
    log_in(page, console, "xem")
    for tail in ("", "/tieng", "/nghe/00.wav", "/ban/00"):
        answer = page.request.get(f"{console.url}/bai-phat/{odd}{tail}", max_redirects=0)
        assert answer.status == 404, (odd, tail, answer.status)
