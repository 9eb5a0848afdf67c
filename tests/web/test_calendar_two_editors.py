"""Two people, Excel and an editor at the same calendar: a clear choice, no change lost, and every edit taken back."""

import io
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from openpyxl import Workbook
from playwright.sync_api import Page, expect

from tests.station_process import StationFolder
from tests.web.calendar_desk import (
    CALENDAR,
    DAY,
    TODAY,
    all_files,
    edited_station,
    fill,
    fresh,
    on,
    open_airing,
    own_file,
    planned,
    preview,
    the_file,
    write,
)
from tests.web.conftest import fits, log_in, serious
from tests.web.console_process import ConsoleProcess, running_console


@pytest.fixture
def folder(tmp_path: Path) -> StationFolder:
    """A station of its own for each test: what one writes is nothing to the next."""
    return edited_station(tmp_path / "tram")


@pytest.fixture
def console(folder: StationFolder) -> Iterator[ConsoleProcess]:
    """The console over it."""
    with running_console(folder) as process:
        yield process


def open_rule(page: Page, console: ConsoleProcess, slot: str) -> None:
    """The form of a whole rule."""
    page.goto(f"{console.url}/lich-phat/khung")
    page.get_by_role("link", name=slot, exact=True).click()


def test_two_people_at_one_rule_get_a_choice(
    page: Page, other: Page, console: ConsoleProcess, folder: StationFolder
) -> None:
    log_in(page, console, "lan")
    log_in(other, console, "hoa")
    open_rule(page, console, "sang")
    open_rule(other, console, "sang")
    fill(page, gio="06:15")
    preview(page)
    fill(other, gio="06:25")
    preview(other)
    write(page)
    other.get_by_role("button", name="Ghi vào lịch").click()
    expect(other.get_by_role("heading", level=1)).to_contain_text("Có người vừa sửa cùng một chỗ")
    hour = other.locator("main tbody tr").filter(has_text="Giờ phát")
    expect(hour).to_contain_text("khác nhau")
    expect(hour.locator(".ban-ho")).to_have_text("06:15")
    expect(hour.locator(".ban-toi")).to_have_text("06:25")
    expect(other.locator("main tbody tr").filter(has_text="khác nhau")).to_have_count(1)
    expect(other.locator("main")).to_contain_text("Nguyễn Thị Lan")
    assert serious(other) == []
    assert fits(other)
    assert '"06:15"' in the_file(folder), "the first edit stands"

    other.get_by_role("button", name="Dùng bản của tôi").click()
    expect(other.locator("#thay-doi")).to_contain_text("06:25")
    write(other)
    assert the_file(folder) == CALENDAR.replace('["06:05"]', '["06:25"]')
    other.goto(f"{console.url}/lich-phat/lich-su")
    rows = other.locator("tbody tr")
    expect(rows.nth(0)).to_contain_text("Đỗ Thị Hoa")
    expect(rows.nth(1)).to_contain_text("Nguyễn Thị Lan")


def test_after_a_choice_the_next_change_is_noticed_too(
    page: Page, other: Page, console: ConsoleProcess, folder: StationFolder
) -> None:
    log_in(page, console, "lan")
    log_in(other, console, "hoa")
    open_rule(page, console, "sang")
    open_rule(other, console, "sang")
    fill(other, gio="06:25")
    preview(other)
    for at in ("06:15", "06:35"):
        fill(page, gio=at)
        preview(page)
        write(page)
        open_rule(page, console, "sang")
        other.get_by_role("button", name=re.compile("Ghi vào lịch|Dùng bản của tôi")).click()
        if at == "06:15":
            expect(other.locator("main")).to_contain_text("Chưa ghi gì")
            other.get_by_role("button", name="Dùng bản của tôi").click()
            expect(other.get_by_role("button", name="Ghi vào lịch")).to_be_visible()
    expect(other.locator("main")).to_contain_text("Chưa ghi gì")
    expect(other.locator(".ban-ho").filter(has_text="06:35")).to_be_visible()
    assert '"06:35"' in the_file(folder)


def test_two_people_at_two_rules_of_one_file_lose_nothing(
    page: Page, other: Page, console: ConsoleProcess, folder: StationFolder
) -> None:
    log_in(page, console, "lan")
    log_in(other, console, "hoa")
    open_rule(page, console, "chieu")
    open_rule(other, console, "sang")
    fill(page, ten="Bản tin chiều", ghi_chu="theo ý kiến khóm 1")
    fill(other, gio="06:25")
    preview(page)
    preview(other)
    write(page)
    other.get_by_role("button", name="Ghi vào lịch").click()
    if other.locator("main").inner_text().find("Đã ghi:") < 0:
        expect(other.locator("main")).to_contain_text("Chưa ghi gì")
        other.get_by_role("button", name="Dùng bản của tôi").click()
        write(other)
    text = the_file(folder)
    assert "ten: Bản tin chiều" in text
    assert 'gio:   ["06:25"]      # sau bản tin tỉnh' in text
    assert [line for line in CALENDAR.splitlines() if line not in text.splitlines()] == [
        '    gio:   ["06:05"]      # sau bản tin tỉnh'
    ]


def test_a_text_editor_changed_the_row_meanwhile(page: Page, console: ConsoleProcess, folder: StationFolder) -> None:
    log_in(page, console, "lan")
    open_rule(page, console, "sang")
    fill(page, gio="06:25")
    preview(page)
    by_hand = CALENDAR.replace('["06:05"]', '["06:45"]')
    folder.calendar(by_hand)
    page.get_by_role("button", name="Ghi vào lịch").click()
    expect(page.locator("main")).to_contain_text("Chưa ghi gì")
    expect(page.locator("main")).to_contain_text("06:45")
    expect(page.locator("main")).to_contain_text("sửa ngoài bảng điều khiển")
    page.get_by_role("link", name="Giữ bản hiện có").click()
    assert the_file(folder) == by_hand


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_the_file_keeps_every_byte_outside_the_change(
    page: Page, console: ConsoleProcess, folder: StationFolder, newline: str
) -> None:
    path = folder.root / "schedules/lich.yaml"
    text = CALENDAR.replace("\n", newline)
    path.write_bytes(text.encode())
    log_in(page, console, "lan")
    for slot, key, value, before, after in (
        ("sang", "gio", "06:25", 'gio:   ["06:05"]      #', 'gio:   ["06:25"]      #'),
        ("trua", "gio", "11:10", 'gio: ["11:00"], cum_loa', 'gio: ["11:10"], cum_loa'),
        ("chieu", "phat", "bai-mot", "    phat: bai-hai\n    #".replace("\n", newline),
         "    phat: bai-mot\n    #".replace("\n", newline)),
    ):  # fmt: skip
        open_rule(page, console, slot)
        fill(page, **{key: value})
        preview(page)
        write(page)
        expected = text.replace(before, after, 1)
        assert expected != text
        text = expected
        assert path.read_bytes().decode() == text


def test_an_edit_is_undone_and_done_again(page: Page, console: ConsoleProcess, folder: StationFolder) -> None:
    before = planned(folder)
    files = all_files(folder)
    log_in(page, console, "lan")
    open_airing(page, console, DAY, "06:05")
    page.get_by_role("link", name="Hủy lượt này").click()
    fill(page, ly_do="Mưa bão")
    preview(page)
    write(page)
    cancelled = planned(folder)
    assert set(before) - set(cancelled) == {on(DAY, "06:05")}
    page.goto(f"{console.url}/lich-phat/lich-su")
    first = page.locator("tbody tr").first
    expect(first).to_contain_text("Nguyễn Thị Lan")
    expect(first).to_contain_text("Hủy lượt 06:05")
    expect(first).to_contain_text("schedules/tram.yaml")
    first.get_by_role("button").click()
    expect(page.locator("main")).to_contain_text("Hoàn tác: Hủy lượt")
    assert all_files(folder) == files, "every byte is as it was, and what was not there is gone again"
    assert planned(folder) == before
    page.locator("tbody tr").first.get_by_role("button").click()
    expect(page.locator("main")).to_contain_text("Làm lại: Hủy lượt")
    assert planned(folder) == cancelled


def test_an_undo_is_refused_in_words_when_the_file_went_on(
    page: Page, console: ConsoleProcess, folder: StationFolder
) -> None:
    log_in(page, console, "lan")
    for at in ("15:30", "16:30"):
        page.goto(f"{console.url}/lich-phat/moi?kieu=lich_ngay&ngay={DAY}")
        fill(page, phat="bai-mot", gio=at)
        preview(page)
        write(page)
    held = own_file(folder).read_bytes()
    page.goto(f"{console.url}/lich-phat/lich-su")
    page.get_by_role("button", name="Hoàn tác lần 1:").click()
    expect(page.locator("main")).to_contain_text("Chưa hoàn tác")
    expect(page.locator("main")).to_contain_text("sửa tiếp sau lần đó")
    assert own_file(folder).read_bytes() == held

    page.goto(f"{console.url}/lich-phat/lich-su")
    by_hand = held + "# bà Sáu ghi thêm\n".encode()
    own_file(folder).write_bytes(by_hand)
    page.get_by_role("button", name="Hoàn tác lần 2:").click()
    expect(page.locator("main")).to_contain_text("Chưa hoàn tác")
    assert own_file(folder).read_bytes() == by_hand


def workbook() -> bytes:
    """The officer's own file: one row of a standing sheet and one dated row, with a colour and a remark beside."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Lịch"
    sheet.append(["Ngày", "Giờ", "Bài phát", "Người trực"])
    sheet.append([f"{DAY:%d/%m/%Y}", "15:05", "bai-mot", "chị Ba"])
    sheet.append([f"{DAY + timedelta(days=1):%d/%m/%Y}", "15:05", "bai-hai", "chị Tư"])
    rules = book.create_sheet("Khung giờ")
    rules.append(["Mã", "Bài phát", "Thứ", "Giờ"])
    rules.append(["tu-so", "bai-mot", "hằng ngày", "14:00"])
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def test_the_officers_workbook_is_never_written(page: Page, console: ConsoleProcess, folder: StationFolder) -> None:
    path = folder.root / "schedules/Lịch của chị Ba.xlsx"
    path.write_bytes(workbook())
    data, stamp = path.read_bytes(), path.stat().st_mtime_ns
    before = planned(folder)
    assert before[on(DAY, "15:05")][0] == "bai-mot"
    log_in(page, console, "lan")
    page.goto(f"{console.url}/lich-phat?tuan={DAY}")
    fresh(page, "main", "15:05")

    open_airing(page, console, DAY, "15:05")
    expect(page.locator("main")).to_contain_text("chương trình không sửa")
    page.get_by_role("link", name="Dời sang giờ khác, ngày khác").click()
    fill(page, gio="15:45", ly_do="Trùng họp khóm")
    preview(page)
    expect(page.locator("#thay-doi")).to_contain_text("từ 15:05 sang 15:45")
    write(page)
    moved = {m: w for m, w in before.items() if m != on(DAY, "15:05")} | {on(DAY, "15:45"): before[on(DAY, "15:05")]}
    assert planned(folder) == moved

    open_rule(page, console, "tu-so")
    fill(page, gio="14:10")
    preview(page)
    write(page)
    changed = {m.replace(" 14:00", " 14:10"): w for m, w in moved.items()}
    since = f"{TODAY + timedelta(days=1)}"
    assert {m: w for m, w in planned(folder).items() if m >= since} == {m: w for m, w in changed.items() if m >= since}
    assert (path.read_bytes(), path.stat().st_mtime_ns) == (data, stamp)
    assert own_file(folder).exists()
