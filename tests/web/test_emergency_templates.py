"""Phát khẩn from a template, as the officer on duty alone at night: choose, fill, hear, confirm, air, find the row."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.station_process import LONG, StationFolder, StationProcess, station, wait_for
from tests.web.conftest import fits, log_in, serious
from tests.web.console_process import ConsoleProcess, add_people, running_console

SAMPLES = Path(__file__).parents[2] / "audio_scripts"
TEMPLATES = sorted(path.stem for path in SAMPLES.glob("khan-*.md"))
LOST = {
    "Tên thường gọi": "bé Na",
    "Tuổi, nam hay nữ": "6 tuổi, bé gái",
    "Quần áo, đặc điểm": "áo vàng, dép trắng",
    "Nơi thấy lần cuối": "chợ khóm 1",
    "Giờ, ngày": "4 giờ chiều nay",
    "Người hoặc số điện thoại liên hệ": "trưởng khóm 1",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> StationFolder:
    """A station with the ward's templates and something long to be cut."""
    folder = StationFolder(tmp_path_factory.mktemp("khan") / "tram")
    for name in TEMPLATES:
        shutil.copy(SAMPLES / f"{name}.md", folder.root / "audio_scripts")
    folder.script("bai-rat-dai", "Bài rất dài", " ".join([LONG] * 3))
    folder.approve("bai-rat-dai")
    add_people(folder)
    return folder


@pytest.fixture(scope="module")
def on_duty(folder: StationFolder) -> Iterator[StationProcess]:
    """The station, running."""
    with station(folder) as process:
        yield process


@pytest.fixture(scope="module")
def console(folder: StationFolder, on_duty: StationProcess) -> Iterator[ConsoleProcess]:
    """The console beside it."""
    with running_console(folder) as process:
        yield process


@pytest.fixture
def silent(folder: StationFolder, on_duty: StationProcess) -> Iterator[None]:
    """Whatever a test put on air ends with it."""
    yield
    folder.ask(do="stop", by="kiểm thử", reason="dọn sau mỗi phép thử")
    wait_for(lambda: not folder.status()["on_air"], 10)


def fill_in(page: Page, values: dict[str, str]) -> None:
    """Every blank, then why."""
    for label, value in values.items():
        page.get_by_label(label).fill(value)
    page.get_by_label("Lý do").fill("Lệnh của Chủ tịch phường")


def read_back(page: Page) -> None:
    """Send the form and wait for the sound."""
    page.get_by_role("button", name="Tiếp: nghe và đọc lại").click()
    expect(page.locator("#xac-nhan")).to_be_visible(timeout=60_000)


def test_every_template_is_offered_and_is_for_everyone(page: Page, phone: Page, console: ConsoleProcess) -> None:
    for screen in (page, phone):
        log_in(screen, console, "lan", to="/phat-khan")
        offered = screen.locator(".mau-khan a")
        expect(offered).to_have_count(len(TEMPLATES) + 1)
        assert fits(screen)
        assert serious(screen) == []
        for name in (*TEMPLATES, "khan-tu-viet"):
            answer = screen.goto(f"{console.url}/phat-khan/mau/{name}")
            assert answer is not None
            assert answer.status == 200
            assert fits(screen)
            assert serious(screen) == []


@pytest.mark.usefixtures("silent")
def test_filled_in_read_back_confirmed_it_cuts_what_plays_and_has_its_row(
    page: Page, console: ConsoleProcess, folder: StationFolder
) -> None:
    folder.ask(do="air", script="bai-rat-dai", zone="khom-1", by="kiểm thử", reason="cần nghe")
    wait_for(lambda: folder.status()["on_air"], 10)
    log_in(page, console, "lan", to="/phat-khan")
    page.get_by_role("link", name="Khẩn: tìm người đi lạc").click()
    fill_in(page, LOST)
    page.get_by_label("Khóm 2").uncheck()
    page.get_by_label("Đọc mấy lần").select_option("3")
    read_back(page)
    words = page.get_by_role("region", name="Lời sẽ phát")
    expect(words).to_contain_text("Người đi lạc là bé Na, 6 tuổi, bé gái.")
    expect(page.locator("details")).to_contain_text("sáu tuổi")
    expect(page.locator("main")).to_contain_text("“Bài rất dài” sẽ bị cắt ngang")
    expect(page.locator("main")).to_contain_text("đọc 3 lần")
    expect(page.locator("main")).to_contain_text("Nguyễn Thị Lan, công chức văn hóa chịu trách nhiệm khi xác nhận")
    assert serious(page) == []
    page.get_by_label("Gõ chữ PHÁT").fill("ừ")
    page.get_by_role("button", name="▶ Phát khẩn").click()
    expect(page.get_by_role("alert").first).to_contain_text("gõ đúng chữ PHÁT")
    assert folder.status()["on_air"][0]["title"] == "Bài rất dài"
    page.get_by_label("Gõ chữ PHÁT").fill("PHÁT")
    page.get_by_role("button", name="▶ Phát khẩn").click()
    expect(page.get_by_role("button", name="Hủy, không phát")).to_be_visible()
    wait_for(lambda: [a["title"] for a in folder.status()["on_air"]] == ["Khẩn: tìm người đi lạc"], 30)
    assert folder.status()["on_air"][0]["zones"] == ["khom-1"]
    folder.ask(do="stop", by="kiểm thử", reason="đã tìm thấy")
    wait_for(lambda: any(r["title"] == "Khẩn: tìm người đi lạc" for r in folder.log()), 10)
    row = next(r for r in folder.log() if r["title"] == "Khẩn: tìm người đi lạc")
    assert row["by"] == "Nguyễn Thị Lan, công chức văn hóa"
    assert any(r["title"] == "Bài rất dài" and r["outcome"] == "interrupted" for r in folder.log())


def test_a_blank_left_empty_or_full_of_signs_stands_at_its_field_and_nothing_is_written(
    page: Page, console: ConsoleProcess, folder: StationFolder
) -> None:
    before = sorted(p.name for p in (folder.root / "audio_scripts").iterdir())
    log_in(page, console, "lan", to="/phat-khan/mau/khan-tim-nguoi")
    page.locator("form[action^='/phat-khan/mau']").evaluate("form => { form.noValidate = true; }")
    fill_in(page, {**LOST, "Tên thường gọi": "", "Nơi thấy lần cuối": "{chợ} <b>", "Giờ, ngày": "…!?"})
    page.get_by_role("button", name="Tiếp: nghe và đọc lại").click()
    expect(page.locator("#sai-cho-0")).to_contain_text("Chưa điền")
    expect(page.locator("#sai-cho-3")).to_contain_text("Bỏ các dấu")
    expect(page.locator("#sai-cho-4")).to_contain_text("Chưa có chữ")
    assert page.get_by_label("Quần áo, đặc điểm").input_value() == "áo vàng, dép trắng"
    assert sorted(p.name for p in (folder.root / "audio_scripts").iterdir()) == before


def test_a_template_itself_can_never_be_aired(folder: StationFolder, on_duty: StationProcess) -> None:
    said = folder.cli("air", "khan-chay", "--by", "kiểm thử", "--reason", "thử mẫu", "--priority", "khẩn cấp", code=2)
    assert "chỗ trống" in said


@pytest.mark.usefixtures("silent")
def test_own_words_air_while_another_file_of_the_station_is_broken(
    page: Page, console: ConsoleProcess, folder: StationFolder
) -> None:
    broken = folder.root / "schedules/hong.yaml"
    broken.write_text("khung_gio:\n  - ma: x\n    phat: khong-co\n    gio: '25:00'\n", encoding="utf-8")
    try:
        log_in(page, console, "lan", to="/phat-khan")
        page.get_by_role("link", name="Không có mẫu").click()
        page.get_by_label("Lời thông báo").fill("Thông báo khẩn. Cầu khóm 1 đang sửa, mời bà con đi cầu khóm 2.")
        page.get_by_label("Lý do").fill("Lệnh của Chủ tịch phường")
        read_back(page)
        page.get_by_label("Gõ chữ PHÁT").fill("phát")
        page.get_by_role("button", name="▶ Phát khẩn").click()
        wait_for(lambda: [a["title"] for a in folder.status()["on_air"]] == ["Khẩn: thông báo của phường"], 30)
    finally:
        broken.unlink()


def test_taken_back_it_is_silent_and_approved_no_more(
    page: Page, console: ConsoleProcess, folder: StationFolder
) -> None:
    before = len(folder.log())
    log_in(page, console, "lan", to="/phat-khan/mau/khan-tu-viet")
    page.get_by_label("Lời thông báo").fill("Thông báo khẩn. Lời này bấm nhầm.")
    page.get_by_label("Lý do").fill("bấm nhầm thử xem")
    read_back(page)
    page.get_by_label("Gõ chữ PHÁT").fill("PHÁT")
    page.get_by_role("button", name="▶ Phát khẩn").click()
    page.get_by_role("button", name="Hủy, không phát").click()
    expect(page.locator("main")).to_contain_text("Đã hủy, không có tiếng nào ra loa")
    notice = max(p.stem for p in (folder.root / "audio_scripts").glob("khan-tu-viet-*.md"))
    said = folder.cli("withdraw", notice, "--by", "kiểm thử", code=1)
    assert "không có phê duyệt nào" in said
    assert len(folder.log()) == before


def test_only_those_on_duty_may(page: Page, console: ConsoleProcess) -> None:
    for login in ("xem", "duc", "minh"):
        page.context.clear_cookies()
        log_in(page, console, login)
        assert page.request.get(f"{console.url}/phat-khan/mau/khan-lu").status == 403
        token = page.locator("input[name=_csrf]").first.input_value()
        sent = page.request.post(f"{console.url}/phat-khan/mau/khan-lu", form={"_csrf": token}, max_redirects=0)
        assert sent.status == 403
