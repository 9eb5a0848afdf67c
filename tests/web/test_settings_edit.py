"""Cài đặt as the administrator uses it: every form shows what follows before it writes, and writes only what differs."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.station_process import StationFolder
from tests.web.conftest import fits, log_in, serious
from tests.web.console_process import ConsoleProcess

SETTINGS = """# Lời ghi đầu tệp của phường
[[don_vi]]
ten_phuong = "phường Mẫu"      # tên cũ
co_quan = "Ủy ban nhân dân phường Mẫu"
dai = "Đài truyền thanh phường Mẫu"
dia_danh = "Mẫu"
noi_nhan = ["Như trên;", "Lưu: VT."]

# Hai cụm loa, đừng đổi mã
[[cum_loa]]
ma = "khom-1"
ten = "Nhà văn hóa"
ngo_ra = "file"

[[cum_loa]]
ma = "khom-2"
ten = "Khóm 2"
ngo_ra = "file"

# Buổi sáng do phường đặt
[[khung_phat]]
ten = "Buổi sáng"
tu = "06:00"
den = "06:30"
thu = ["hằng ngày"]
toi_da_phut = 15

[[khung_phat]]
ten = "Buổi chiều"
tu = "17:00"
den = "17:30"

[giong_doc]
thu_tu = ["espeak"]

[quy_dinh]
gio_yen_tinh = "21:00-05:30"    # loa im
can_dong_ho_dung = false

[cho_trong]
so_dien_thoai = ""    # số của bộ phận một cửa
"""
CALENDAR = """khung_gio:
  - ma: sang
    phat: bai-mot
    thu: [hằng ngày]
    gio: "06:05"
    cum_loa: Nhà văn hóa
    ngay_le: bỏ
"""


@pytest.fixture(scope="module", autouse=True)
def station(folder: StationFolder) -> None:
    """A settings file with remarks, a rule that skips holidays, a script with blanks, a dictionary of one word."""
    folder.calendar(CALENDAR)
    folder.script("bai-goi", "Gọi một cửa", "Bà con gọi {so_dien_thoai} hoặc đến {noi_den} để được giúp nhé.")
    (folder.root / "audio_scripts/tu-dien.tsv").write_text("# từ của đài\nBCCI\tbưu chính công ích\n", encoding="utf-8")


@pytest.fixture(autouse=True)
def fresh(folder: StationFolder) -> None:
    """Every test begins from the same settings."""
    (folder.root / "station.toml").write_text(SETTINGS, encoding="utf-8")


def written(folder: StationFolder) -> str:
    """station.toml as it stands."""
    return (folder.root / "station.toml").read_text(encoding="utf-8")


def opened(page: Page, console: ConsoleProcess, path: str, login: str = "minh") -> None:
    """A page of Cài đặt, once the console has read the files of this test."""
    log_in(page, console, login, to="/cai-dat")
    page.goto(f"{console.url}/cai-dat")
    for _ in range(40):
        if "Buổi sáng" in page.inner_text("main") and "phường Mẫu" in page.inner_text("main"):
            break
        page.wait_for_timeout(250)
        page.reload()
    page.goto(f"{console.url}{path}")
    assert not serious(page)
    assert fits(page)


def save(page: Page, button: str = "Lưu cài đặt") -> None:
    """Preview, then write."""
    page.get_by_role("button", name="Xem trước", exact=True).click()
    page.get_by_role("button", name=button).click()
    expect(page.locator(".bao-tot")).to_contain_text("Đã lưu")


def test_a_window_that_leaves_an_airing_outside_is_refused_and_a_wider_one_writes_one_line(
    page: Page, console: ConsoleProcess, folder: StationFolder
) -> None:
    opened(page, console, "/cai-dat/muc/khung-phat/0")
    page.get_by_label("Bắt đầu lúc").fill("06:10")
    page.get_by_role("button", name="Xem trước", exact=True).click()
    expect(page.locator("div.bao-loi[role=alert]")).to_contain_text("“Bài một” phát lúc 06:05")
    expect(page.locator("div.bao-loi[role=alert]")).to_contain_text("ngoài các khung phát")
    assert page.get_by_role("button", name="Lưu cài đặt").count() == 0
    page.get_by_label("Bắt đầu lúc").fill("5 giờ 45")
    page.get_by_role("button", name="Xem trước", exact=True).click()
    page.get_by_role("button", name="Lưu cài đặt").wait_for()
    assert written(folder) == SETTINGS, "a preview writes nothing"
    page.get_by_role("button", name="Lưu cài đặt").click()
    expect(page.locator(".bao-tot")).to_contain_text("Đã lưu")
    assert written(folder) == SETTINGS.replace('tu = "06:00"', 'tu = "05:45"')


def test_what_is_wrong_stands_at_its_field_and_nothing_is_written(
    page: Page, console: ConsoleProcess, folder: StationFolder
) -> None:
    opened(page, console, "/cai-dat/muc/khung-phat/1")
    page.get_by_label("Bắt đầu lúc").fill("25:00")
    page.get_by_label("Tổng số phút").fill("mười lăm")
    page.get_by_role("button", name="Xem trước", exact=True).click()
    expect(page.locator("#sai-tu")).to_contain_text("25:00")
    expect(page.locator("#sai-toi_da_phut")).to_contain_text("mười lăm")
    page.get_by_label("Tổng số phút").fill("")
    page.get_by_label("Bắt đầu lúc").fill("21:30")
    page.get_by_label("Kết thúc lúc").fill("22:00")
    page.get_by_role("button", name="Xem trước", exact=True).click()
    expect(page.locator("#sai-tu")).to_contain_text("giờ yên tĩnh")
    assert page.get_by_role("button", name="Lưu cài đặt").count() == 0
    assert written(folder) == SETTINGS


def test_a_window_is_added_and_taken_away(page: Page, console: ConsoleProcess, folder: StationFolder) -> None:
    opened(page, console, "/cai-dat/muc/khung-phat/moi")
    page.get_by_label("Tên buổi").fill("Buổi trưa")
    page.get_by_label("Bắt đầu lúc").fill("11:00")
    page.get_by_label("Kết thúc lúc").fill("11:15")
    save(page)
    added = '\n[[khung_phat]]\nten = "Buổi trưa"\ntu = "11:00"\nden = "11:15"\n'
    assert written(folder) == SETTINGS.replace('den = "17:30"\n', f'den = "17:30"\n{added}')
    page.goto(f"{console.url}/cai-dat/muc/khung-phat/0/bo")
    expect(page.locator("main")).to_contain_text("Bỏ khung «Buổi sáng»")
    expect(page.locator("div.bao-loi[role=alert]")).to_contain_text("“Bài một” phát lúc 06:05")
    assert page.get_by_role("button", name="Bỏ khung này").count() == 0
    page.goto(f"{console.url}/cai-dat/muc/khung-phat/1/bo")
    page.get_by_role("button", name="Bỏ khung này").click()
    expect(page.locator(".bao-tot")).to_contain_text("Đã lưu")
    gone = '[[khung_phat]]\nten = "Buổi chiều"\ntu = "17:00"\nden = "17:30"\n\n'
    assert written(folder) == SETTINGS.replace(f"\n{gone}", f"{added}\n")


def test_a_new_name_from_a_day_keeps_the_old_one_for_its_papers(
    page: Page, console: ConsoleProcess, folder: StationFolder
) -> None:
    opened(page, console, "/cai-dat/muc/don-vi/moi")
    expect(page.get_by_label("Tên phường, xã")).to_have_value("phường Mẫu")
    page.get_by_label("Tên phường, xã").fill("phường Mới")
    page.get_by_role("button", name="Xem trước", exact=True).click()
    expect(page.locator("#sai-tu")).to_contain_text("từ ngày nào")
    page.get_by_label("Dùng tên này từ ngày").fill("1/1/2099")
    save(page)
    text = written(folder)
    assert 'ten_phuong = "phường Mẫu"      # tên cũ' in text
    assert 'den = "31/12/2098"' in text
    assert re.search(r'\[\[don_vi\]\]\nten_phuong = "phường Mới"[^\[]*noi_nhan = \["Như trên;", "Lưu: VT."\]', text)
    assert 'tu = "01/01/2099"' in text
    expect(page.locator("main")).to_contain_text("phường Mới")
    expect(page.locator("main")).to_contain_text("đến hết 31/12/2098")


def test_a_name_whose_time_is_over_cannot_be_edited(page: Page, console: ConsoleProcess, folder: StationFolder) -> None:
    past = SETTINGS.replace('dia_danh = "Mẫu"', 'dia_danh = "Mẫu"\nden = "30/06/2025"', 1)
    now = '[[don_vi]]\nten_phuong = "phường Nay"\nco_quan = "UB"\ndai = "Đài"\ndia_danh = "Nay"\ntu = "01/07/2025"\n\n'
    (folder.root / "station.toml").write_text(past.replace("# Hai cụm", f"{now}# Hai cụm"), encoding="utf-8")
    opened(page, console, "/cai-dat/don-vi")
    for _ in range(40):
        if "phường Nay" in page.inner_text("main"):
            break
        page.wait_for_timeout(250)
        page.reload()
    assert page.get_by_role("link", name="Sửa phường Nay").count() == 1
    assert page.get_by_role("link", name="Sửa phường Mẫu").count() == 0
    page.goto(f"{console.url}/cai-dat/muc/don-vi/0")
    page.get_by_label("Tên phường, xã").fill("phường Khác")
    page.get_by_role("button", name="Xem trước", exact=True).click()
    expect(page.locator("main")).to_contain_text("đã hết hạn dùng")
    assert "phường Khác" not in written(folder)


def test_quiet_hours_that_take_a_window_are_refused_in_words(
    page: Page, console: ConsoleProcess, folder: StationFolder
) -> None:
    opened(page, console, "/cai-dat/muc/quy-dinh/0")
    page.get_by_label("Giờ yên tĩnh").fill("21:00-06:15")
    page.get_by_role("button", name="Xem trước", exact=True).click()
    expect(page.locator("#sai-gio_yen_tinh")).to_contain_text("Buổi sáng")
    page.get_by_label("Giờ yên tĩnh").fill("21:30-05:00")
    save(page)
    assert written(folder) == SETTINGS.replace('"21:00-05:30"', '"21:30-05:00"')


def test_a_zone_the_calendar_calls_by_name_is_not_renamed_behind_its_back(
    page: Page, console: ConsoleProcess, folder: StationFolder
) -> None:
    opened(page, console, "/cai-dat/muc/cum-loa/0")
    page.get_by_label("Tên cụm loa").fill("Khóm Nhất")
    page.get_by_role("button", name="Xem trước", exact=True).click()
    expect(page.locator("div.bao-loi[role=alert]")).to_contain_text("lich.yaml")
    assert written(folder) == SETTINGS
    page.goto(f"{console.url}/cai-dat/muc/cum-loa/1")
    page.get_by_label("Nơi đặt loa").fill("Trụ sở khóm 2")
    save(page)
    assert 'ngo_ra = "file"\ndia_diem = "Trụ sở khóm 2"\n\n# Buổi sáng' in written(folder)


def test_two_administrators_get_a_choice_and_lose_nothing(
    page: Page, other: Page, console: ConsoleProcess, folder: StationFolder
) -> None:
    opened(page, console, "/cai-dat/muc/khung-phat/1")
    opened(other, console, "/cai-dat/muc/khung-phat/1")
    page.get_by_label("Kết thúc lúc").fill("17:45")
    save(page)
    other.get_by_label("Bắt đầu lúc").fill("16:45")
    other.get_by_role("button", name="Xem trước", exact=True).click()
    expect(other.locator("main")).to_contain_text("Chưa ghi gì")
    expect(other.locator("main")).to_contain_text("Lê Minh")
    expect(other.locator("main")).to_contain_text("den: 17:45")
    assert 'den = "17:45"' in written(folder)
    other.get_by_role("button", name="Dùng bản của tôi").click()
    other.get_by_role("button", name="Lưu cài đặt").click()
    expect(other.locator(".bao-tot")).to_contain_text("Đã lưu")
    assert 'tu = "16:45"\nden = "17:30"' in written(folder)


def test_an_edit_of_settings_is_undone_by_an_administrator_and_by_nobody_else(
    page: Page, other: Page, console: ConsoleProcess, folder: StationFolder
) -> None:
    opened(page, console, "/cai-dat/muc/cum-loa/1")
    page.get_by_label("Cụm này").select_option("không")
    save(page)
    assert "bat = false" in written(folder)
    log_in(other, console, "lan", to="/lich-phat/lich-su")
    other.goto(f"{console.url}/lich-phat/lich-su")
    other.get_by_role("button", name=re.compile("Hoàn tác lần .*Khóm 2")).first.click()
    expect(other.locator("main")).to_contain_text("người quản trị")
    assert "bat = false" in written(folder)
    page.goto(f"{console.url}/lich-phat/lich-su")
    page.get_by_role("button", name=re.compile("Hoàn tác lần .*Khóm 2")).first.click()
    expect(page.locator(".bao-tot")).to_contain_text("Hoàn tác")
    assert written(folder) == SETTINGS


def test_who_is_no_administrator_sees_and_cannot_change(
    page: Page, console: ConsoleProcess, folder: StationFolder
) -> None:
    opened(page, console, "/cai-dat", "lan")
    assert page.get_by_role("link", name="Sửa quy định").count() == 0
    answer = page.goto(f"{console.url}/cai-dat/muc/quy-dinh/0")
    assert answer is not None
    assert answer.status == 403
    assert written(folder) == SETTINGS


def test_blanks_are_filled_script_by_script(page: Page, console: ConsoleProcess, folder: StationFolder) -> None:
    opened(page, console, "/cai-dat/cho-trong", "lan")
    expect(page.locator("tr", has_text="Gọi một cửa")).to_contain_text("còn 2 trên 2")
    page.get_by_role("link", name="Điền chỗ trống của bài Gọi một cửa").click()
    expect(page.locator("main")).to_contain_text("số của bộ phận một cửa")
    page.get_by_label("so dien thoai").fill("trụ sở {phường}")
    page.get_by_role("button", name="Xem trước", exact=True).click()
    expect(page.locator("#sai-o0")).to_contain_text("ngoặc nhọn")
    page.get_by_label("so dien thoai").fill("một chín không không")
    page.get_by_label("noi den").fill("trụ sở phường")
    page.get_by_role("button", name="Xem trước", exact=True).click()
    expect(page.locator("#thay-doi")).to_contain_text("Gọi một cửa")
    assert written(folder) == SETTINGS
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.locator(".bao-tot")).to_contain_text("Đã lưu")
    filled = SETTINGS.replace('so_dien_thoai = ""', 'so_dien_thoai = "một chín không không"')
    assert written(folder) == f'{filled}noi_den = "trụ sở phường"\n'
    expect(page.locator("tr", has_text="Gọi một cửa")).to_contain_text("đã điền đủ 2")


def test_a_day_off_shows_what_is_no_longer_aired(page: Page, console: ConsoleProcess, folder: StationFolder) -> None:
    opened(page, console, "/cai-dat/ngay-nghi")
    page.get_by_label("Ngày nghỉ").fill("31/02/2099")
    page.get_by_role("button", name="Xem trước", exact=True).click()
    expect(page.locator("#sai-ngay")).to_contain_text("31/02/2099")
    tomorrow = page.evaluate(
        "() => { const d = new Date(Date.now() + 31 * 3600e3); return d.toISOString().slice(0, 10).split('-').reverse().join('/') }"
    )
    page.get_by_label("Ngày nghỉ").fill(tomorrow)
    page.get_by_label("Lý do").fill("Ngày hội của phường")
    page.get_by_role("button", name="Xem trước", exact=True).click()
    expect(page.locator("#thay-doi")).to_contain_text("Bài một")
    page.get_by_role("button", name="Lưu ngày nghỉ").click()
    expect(page.locator(".bao-tot")).to_contain_text("Đã lưu")
    assert f'[ngay_nghi_rieng]\n"{tomorrow}" = "Ngày hội của phường"\n' in written(folder)
    page.get_by_role("button", name=f"Bỏ ngày nghỉ {tomorrow}").click()
    page.get_by_role("button", name="Bỏ ngày nghỉ này").click()
    expect(page.locator("main")).to_contain_text("Chưa có ngày nghỉ riêng nào")
    assert tomorrow not in written(folder)


def test_a_word_is_taught_changed_and_taken_away(page: Page, console: ConsoleProcess, folder: StationFolder) -> None:
    words = folder.root / "audio_scripts/tu-dien.tsv"
    folder.script("bai-bcci", "Bưu chính", "Bà con dùng dịch vụ BCCI ở phường.")
    opened(page, console, "/cai-dat/tu-dien", "lan")
    page.get_by_role("link", name="Sửa từ BCCI").click()
    page.get_by_label("Cách đọc").fill("b c 1")
    page.get_by_role("button", name="Xem trước", exact=True).click()
    expect(page.locator("#sai-doc")).to_contain_text("không phát âm được")
    page.get_by_label("Cách đọc").fill("dịch vụ bưu chính")
    page.get_by_role("button", name="Xem trước", exact=True).click()
    expect(page.locator("#thay-doi")).to_contain_text("bưu chính công ích")
    expect(page.locator("#thay-doi")).to_contain_text("dịch vụ bưu chính")
    page.get_by_role("button", name="Lưu từ này").click()
    expect(page.locator(".bao-tot")).to_contain_text("Đã lưu")
    assert words.read_text(encoding="utf-8") == "# từ của đài\nBCCI\tdịch vụ bưu chính\n"
    page.get_by_role("link", name="Thêm từ").click()
    page.get_by_label("Chữ viết").fill("Mỹ Thạnh = X")
    page.get_by_label("Cách đọc").fill("")
    page.get_by_role("button", name="Xem trước", exact=True).click()
    expect(page.locator("#sai-viet")).to_contain_text("=")
    expect(page.locator("#sai-doc")).to_contain_text("Chưa ghi cách đọc")
    page.get_by_label("Chữ viết").fill("TTHCX")
    page.get_by_label("Cách đọc").fill("thủ tục hành chính xã")
    save(page, "Lưu từ này")
    assert words.read_text(encoding="utf-8").endswith("TTHCX\tthủ tục hành chính xã\n")
    page.get_by_role("link", name="Bỏ từ BCCI").click()
    page.get_by_role("button", name="Bỏ từ này").click()
    expect(page.locator(".bao-tot")).to_contain_text("Đã lưu")
    assert words.read_text(encoding="utf-8") == "# từ của đài\nTTHCX\tthủ tục hành chính xã\n"


def test_a_broken_file_is_said_and_not_written_over(page: Page, console: ConsoleProcess, folder: StationFolder) -> None:
    opened(page, console, "/cai-dat")
    (folder.root / "station.toml").write_text(
        SETTINGS.replace('ten = "Nhà văn hóa"', "ten = Nhà văn hóa"), encoding="utf-8"
    )
    for _ in range(40):
        if page.locator("div.bao-loi[role=alert]").count():
            break
        page.wait_for_timeout(250)
        page.reload()
    expect(page.locator("div.bao-loi[role=alert]")).to_contain_text("station.toml:12")
    page.goto(f"{console.url}/cai-dat/muc/quy-dinh/0")
    expect(page.locator("main")).to_contain_text("đang có lỗi")
    assert "ten = Nhà văn hóa" in written(folder)


@pytest.mark.parametrize(
    "path", ["/cai-dat", "/cai-dat/don-vi", "/cai-dat/muc/quy-dinh/0", "/cai-dat/cho-trong", "/cai-dat/tu-dien"]
)
def test_a_phone_shows_it_whole(phone: Page, console: ConsoleProcess, path: str) -> None:
    opened(phone, console, path)
