"""The console beside a station that truly runs: live status, stop, air now, emergency, test; and beside one that does not."""

import re
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.station_process import LONG, StationFolder, StationProcess, station, wait_for
from tests.web.conftest import fits, log_in, serious
from tests.web.console_process import ConsoleProcess, add_people, running_console

CALENDAR = """
khung_gio:
  - ma: mot
    phat: bai-hai
    thu: [hằng ngày]
    gio: "{at}"
    cum_loa: khom-1
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> StationFolder:
    """A station whose long script is approved and whose next airing is an hour away."""
    folder = StationFolder(tmp_path_factory.mktemp("song") / "tram")
    at = datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")) + timedelta(minutes=70)
    folder.calendar(CALENDAR.format(at=f"{at:%H:%M}"))
    folder.script("bai-rat-dai", "Bài rất dài", " ".join([LONG] * 3))
    folder.approve("bai-hai", "bai-rat-dai")
    add_people(folder)
    return folder


@pytest.fixture(scope="module")
def on_duty(folder: StationFolder) -> Iterator[StationProcess]:
    """The station, running."""
    with station(folder) as process:
        yield process


@pytest.fixture
def silent(folder: StationFolder, on_duty: StationProcess) -> Iterator[None]:
    """Whatever a test put on air ends with it."""
    yield
    folder.ask(do="stop", by="kiểm thử", reason="dọn sau mỗi phép thử")
    wait_for(lambda: not folder.status()["on_air"], 10)


@pytest.fixture(scope="module")
def console(folder: StationFolder, on_duty: StationProcess) -> Iterator[ConsoleProcess]:
    """The console beside it."""
    with running_console(folder) as process:
        yield process


def air(folder: StationFolder) -> None:
    """Something long, by the command's own door."""
    folder.ask(do="air", script="bai-rat-dai", zone="khom-1", by="kiểm thử", reason="cần nghe")
    wait_for(lambda: folder.status()["on_air"], 10)


@pytest.mark.usefixtures("silent")
def test_today_tells_by_itself_what_goes_on_air(page: Page, console: ConsoleProcess, folder: StationFolder) -> None:
    log_in(page, console, "lan")
    expect(page.locator(".den")).to_contain_text("Chờ")
    expect(page.locator("main")).to_contain_text("Không có gì đang phát")
    countdown = page.locator("main [data-dem-nguoc]").first
    expect(countdown).to_contain_text(re.compile(r"phút \d\d giây nữa|giờ \d\d phút nữa"))
    expect(page.get_by_role("region", name="Các lượt sắp phát")).to_contain_text("sẵn sàng")
    air(folder)
    expect(page.locator(".den")).to_contain_text("Đang phát")
    expect(page.locator("main")).to_contain_text("ĐANG PHÁT")
    expect(page.locator("main")).to_contain_text("Bài rất dài")
    expect(page.locator("main")).to_contain_text("đủ tiếng")
    bar = page.locator("progress")
    before = float(bar.get_attribute("value") or 0)
    wait_for(lambda: float(bar.get_attribute("value") or 0) > before + 1, 10)
    assert serious(page) == []


@pytest.mark.usefixtures("silent")
def test_the_red_button_silences_everything_and_writes_who(
    page: Page, console: ConsoleProcess, folder: StationFolder
) -> None:
    log_in(page, console, "lan", to="/tro-giup")
    air(folder)
    page.get_by_role("button", name="Dừng mọi loa").click()
    expect(page.locator("main")).to_contain_text("Đã dừng 1 lượt đang phát")
    assert not folder.status()["on_air"]
    (row,) = [r for r in folder.log() if r["outcome"] == "stopped"][-1:]
    assert "Nguyễn Thị Lan" in row["reason"]
    page.goto(f"{console.url}/cai-dat/ai-lam-gi")
    expect(page.locator("main")).to_contain_text("Nguyễn Thị Lan, công chức văn hóa (lan)")


@pytest.mark.usefixtures("silent")
def test_air_now_is_read_back_confirmed_and_aired_with_the_name(
    page: Page, console: ConsoleProcess, folder: StationFolder
) -> None:
    log_in(page, console, "lan", to="/phat-ngay")
    expect(page.get_by_role("radio")).to_have_count(2)
    page.get_by_label("Tìm bài theo tên hoặc mã").press_sequentially("hai")
    expect(page.get_by_role("radio")).to_have_count(1)
    page.get_by_role("radio", name="Bài hai").check()
    page.get_by_label("Khóm 2").uncheck()
    page.get_by_label("Lý do").fill("Chủ tịch phường yêu cầu nhắc lại")
    page.get_by_role("button", name="Tiếp").click()
    expect(page.get_by_role("region", name="Lời sẽ phát")).to_contain_text("Bà con nhớ mang theo giấy tờ")
    expect(page.locator("main")).to_contain_text("Khóm 1")
    expect(page.locator("main")).to_contain_text("Phó Chủ tịch")
    assert not folder.status()["on_air"]
    assert serious(page) == []
    page.get_by_role("button", name="Phát ngay").click()
    expect(page.get_by_role("button", name="Hủy, không phát")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Trạm đã nhận lệnh", timeout=15_000)
    rows = folder.status()["on_air"]
    assert rows == [] or rows[0]["zones"] == ["khom-1"]
    folder.ask(do="stop", by="kiểm thử", reason="đủ rồi")
    wait_for(lambda: any(r["by"] == "Nguyễn Thị Lan, công chức văn hóa" for r in folder.log()), 10)


@pytest.mark.usefixtures("silent")
def test_within_five_seconds_an_order_can_be_taken_back(
    page: Page, console: ConsoleProcess, folder: StationFolder
) -> None:
    before = len(folder.log())
    log_in(page, console, "lan", to="/phat-ngay?bai=bai-rat-dai")
    page.get_by_label("Lý do").fill("bấm nhầm thử xem")
    page.get_by_role("button", name="Tiếp").click()
    page.get_by_role("button", name="Phát ngay").click()
    page.get_by_role("button", name="Hủy, không phát").click()
    expect(page.locator("main")).to_contain_text("Đã hủy, không có tiếng nào ra loa")
    # longer than the countdown: the station was never told
    page.wait_for_timeout(6000)
    assert len(folder.log()) == before
    assert not folder.status()["on_air"]


@pytest.mark.usefixtures("silent")
def test_an_emergency_needs_the_word_or_a_held_button_and_cuts_what_plays(
    page: Page, console: ConsoleProcess, folder: StationFolder
) -> None:
    air(folder)
    log_in(page, console, "lan", to="/phat-khan")
    assert serious(page) == []
    page.get_by_role("radio", name="Bài hai").check()
    page.get_by_label("Lý do").fill("Lệnh của Chủ tịch: sơ tán")
    page.get_by_role("button", name="Tiếp").click()
    expect(page.locator("main")).to_contain_text("“Bài rất dài” sẽ bị cắt ngang")
    expect(page.locator("main")).to_contain_text("đọc 2 lần")
    page.get_by_label("Gõ chữ PHÁT").fill("có")
    page.get_by_role("button", name="▶ Phát khẩn").click()
    expect(page.get_by_role("alert").first).to_contain_text("gõ đúng chữ PHÁT")
    hold = page.get_by_role("button", name="Giữ 3 giây")
    hold.hover()
    page.mouse.down()
    page.wait_for_timeout(1000)
    page.mouse.up()
    expect(hold).to_be_visible()
    assert folder.status()["on_air"][0]["title"] == "Bài rất dài"
    hold.hover()
    page.mouse.down()
    expect(page.get_by_role("button", name="Hủy, không phát")).to_be_visible()
    page.mouse.up()
    expect(page.locator("main")).to_contain_text("Trạm đã nhận lệnh", timeout=15_000)
    wait_for(lambda: [a["title"] for a in folder.status()["on_air"]] == ["Bài hai"], 10)
    cut = next(r for r in folder.log() if r["outcome"] == "interrupted")
    assert cut["title"] == "Bài rất dài"


@pytest.mark.usefixtures("silent")
def test_an_emergency_by_keyboard_alone(page: Page, console: ConsoleProcess, folder: StationFolder) -> None:
    log_in(page, console, "lan", to="/phat-khan?bai=bai-rat-dai")
    reason = page.get_by_label("Lý do")
    for _ in range(60):
        if reason.evaluate("e => e === document.activeElement"):
            break
        page.keyboard.press("Tab")
    page.keyboard.type("theo lệnh, bằng bàn phím")
    page.keyboard.press("Enter")
    word = page.get_by_label("Gõ chữ PHÁT")
    expect(word).to_be_visible()
    for _ in range(60):
        if word.evaluate("e => e === document.activeElement"):
            break
        page.keyboard.press("Tab")
    page.keyboard.type("phat")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Hủy, không phát")).to_be_visible()
    wait_for(lambda: folder.status()["on_air"], 15)
    page.goto(console.url)
    stop = page.get_by_role("button", name="Dừng mọi loa")
    for _ in range(20):
        if stop.evaluate("e => e === document.activeElement"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("Đã dừng")


@pytest.mark.usefixtures("silent")
def test_the_test_says_its_words_first_and_its_row_is_a_test(
    page: Page, console: ConsoleProcess, folder: StationFolder
) -> None:
    log_in(page, console, "lan", to="/thiet-bi")
    page.get_by_role("link", name="Phát thử ra loa").click()
    expect(page.locator("main")).to_contain_text("Đây là phát thử.")
    page.get_by_role("button", name="Phát thử bây giờ").click()
    expect(page.locator("main")).to_contain_text("Trạm đang phát thử", timeout=60_000)
    expect(page.locator("main")).to_contain_text("(phát thử)")
    folder.ask(do="stop", by="kiểm thử", reason="đủ rồi")
    wait_for(lambda: any(r["test"] for r in folder.log()), 10)


def test_the_doctor_is_sent_for_and_answers_on_the_page(page: Page, console: ConsoleProcess) -> None:
    log_in(page, console, "lan", to="/thiet-bi")
    page.get_by_role("button", name="Khám máy").click()
    found = page.get_by_role("region", name=re.compile("Kết quả khám"))
    expect(found).to_be_visible(timeout=60_000)
    expect(found).to_contain_text("nhật ký")
    expect(found).to_contain_text("trạm đang chạy")
    assert serious(page) == []


def test_a_backup_is_made_and_downloaded_by_an_administrator_only(
    page: Page, other: Page, console: ConsoleProcess
) -> None:
    log_in(page, console, "minh", to="/thiet-bi")
    page.get_by_role("button", name="Sao lưu bây giờ").click()
    link = page.locator("a[href^='/thiet-bi/sao-luu/tram-']").first
    expect(link).to_be_visible(timeout=60_000)
    with page.expect_download() as taken:
        link.click()
    assert Path(taken.value.path()).read_bytes()[:2] == b"PK"
    href = link.get_attribute("href")
    log_in(other, console, "lan")
    assert other.request.get(f"{console.url}{href}").status == 403


@pytest.mark.parametrize(
    ("login", "path", "status"),
    [
        ("xem", "/phat-ngay", 403),
        ("xem", "/phat-khan", 403),
        ("duc", "/phat-khan", 403),
        ("xem", "/thiet-bi/phat-thu", 403),
        ("xem", "/", 200),
        ("lan", "/cai-dat/nguoi-dung", 403),
        ("minh", "/cai-dat/nguoi-dung", 200),
    ],
)
def test_each_role_may_what_it_may(page: Page, console: ConsoleProcess, login: str, path: str, status: int) -> None:
    log_in(page, console, login)
    assert page.request.get(f"{console.url}{path}").status == status


def test_an_onlooker_has_no_red_button_and_is_refused_by_hand_too(page: Page, console: ConsoleProcess) -> None:
    log_in(page, console, "xem")
    expect(page.get_by_role("button", name="Dừng mọi loa")).to_have_count(0)
    token = page.locator("input[name=_csrf]").first.input_value()
    assert page.request.post(f"{console.url}/dung", form={"_csrf": token}, max_redirects=0).status == 403


def test_a_browser_whose_clock_is_wrong_counts_by_the_station(browser: Browser, console: ConsoleProcess) -> None:
    context = browser.new_context(timezone_id="America/New_York")
    page = context.new_page()
    page.clock.install(time=datetime(2020, 1, 1, 3, 4, 5, tzinfo=UTC))
    log_in(page, console, "lan")
    page.clock.run_for(1500)
    here = datetime.now(ZoneInfo("Asia/Ho_Chi_Minh"))
    shown = page.locator("[data-dong-ho]").inner_text()
    apart = abs(int(shown[:2]) * 60 + int(shown[3:5]) - here.hour * 60 - here.minute)
    assert min(apart, 1440 - apart) <= 1, shown
    left = page.locator("main [data-dem-nguoc]").first.inner_text()
    assert "giờ" in left or "phút" in left
    context.close()


def test_the_page_polls_when_the_stream_is_cut(page: Page, console: ConsoleProcess, folder: StationFolder) -> None:
    page.route("**/truc-tiep", lambda route: route.abort())
    log_in(page, console, "lan")
    with page.expect_response(re.compile("/manh/den"), timeout=25_000) as polled:
        pass
    assert polled.value.status == 200


def test_killing_the_console_leaves_the_loudspeakers_speaking(folder: StationFolder, on_duty: StationProcess) -> None:
    air(folder)
    with running_console(folder) as doomed:
        doomed.kill()
    before = folder.status()["on_air"][0]["played_s"]
    wait_for(lambda: folder.status()["on_air"][0]["played_s"] > before + 0.5, 10)
    folder.ask(do="stop", by="kiểm thử", reason="xong")
    wait_for(lambda: not folder.status()["on_air"], 10)


def test_without_a_station_the_pages_say_so_and_the_rest_works(page: Page, tmp_path: Path) -> None:
    folder = StationFolder(tmp_path / "tram")
    add_people(folder)
    folder.approve("bai-mot")
    with running_console(folder) as console:
        log_in(page, console, "lan")
        expect(page.locator("main")).to_contain_text("Trạm chưa chạy, loa sẽ không phát theo lịch")
        assert serious(page) == []
        page.get_by_role("button", name="Dừng mọi loa").click()
        expect(page.get_by_role("alert")).to_contain_text("Trạm chưa chạy")
        page.goto(f"{console.url}/phat-ngay?bai=bai-mot")
        page.get_by_label("Lý do").fill("thử khi trạm tắt")
        page.get_by_role("button", name="Tiếp").click()
        page.get_by_role("button", name="Phát ngay").click()
        expect(page.get_by_role("alert")).to_contain_text("Trạm chưa chạy nên chưa phát được")
        for path in ("/thiet-bi", "/cai-dat", "/in/lich-ngay", "/tro-giup"):
            answer = page.goto(f"{console.url}{path}")
            assert answer is not None
            assert answer.status == 200


def test_a_held_database_gives_a_plain_page(page: Page, tmp_path: Path) -> None:
    folder = StationFolder(tmp_path / "tram")
    add_people(folder)
    folder.approve("bai-mot")
    with running_console(folder) as console:
        log_in(page, console, "lan", to="/thiet-bi")
        holder = sqlite3.connect(folder.root / "var/station.db", isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        page.get_by_role("button", name="Khám máy").click()
        # a write waits five seconds for its turn, then says in words what holds it
        expect(page.get_by_role("heading", level=1)).to_have_text("Nhật ký chưa dùng được", timeout=15_000)
        expect(page.get_by_role("alert")).to_contain_text("đang bị một chương trình khác giữ")
        holder.close()


PAGES = (
    "/",
    "/phat-ngay",
    "/phat-khan",
    "/thiet-bi",
    "/cai-dat",
    "/cai-dat/toi",
    "/cai-dat/ai-lam-gi",
    "/tro-giup",
    "/in/lich-ngay",
    "/khong-co",
)


@pytest.mark.parametrize("path", PAGES)
def test_every_screen_is_for_everyone_at_both_widths_and_at_twice_the_size(
    page: Page, phone: Page, console: ConsoleProcess, path: str
) -> None:
    for screen in (page, phone):
        log_in(screen, console, "lan", to=path)
        assert serious(screen) == []
        assert fits(screen)
        assert len(screen.content()) < 300_000
    page.set_viewport_size({"width": 683, "height": 384})
    assert fits(page)
