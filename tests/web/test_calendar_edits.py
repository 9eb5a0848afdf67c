"""Sửa lịch as the officer does it in a browser: every edit is seen before it is written, and read back by the program."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from broadcaster.domain.lunar import to_lunar
from tests.station_process import StationFolder
from tests.web.calendar_desk import (
    CALENDAR,
    DAY,
    TODAY,
    edited_station,
    fill,
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


def test_an_airing_is_added(page: Page, console: ConsoleProcess, folder: StationFolder) -> None:
    before = planned(folder)
    log_in(page, console, "lan", to="/lich-phat")
    page.goto(f"{console.url}/lich-phat?tuan={DAY}")
    page.get_by_role("link", name="+ Thêm một lượt").click()
    fill(page, phat="bài dài", ngay=f"{DAY:%d/%m/%Y}", gio="15:30", cum_loa="khom-2")
    preview(page)
    expect(page.locator("#o-phat")).to_have_value("bai-dai")
    expect(page.locator("#thay-doi")).to_contain_text("15:30")
    expect(page.locator("#thay-doi")).to_contain_text("Thêm lượt «Bài dài» ở Khóm 2")
    assert serious(page) == []
    assert fits(page)
    assert not own_file(folder).exists(), "a preview writes nothing"
    write(page)
    assert planned(folder) == {**before, on(DAY, "15:30"): ("bai-dai", "khom-2")}
    assert the_file(folder) == CALENDAR
    page.goto(f"{console.url}/lich-phat?tuan={DAY}")
    expect(page.get_by_role("row", name="15:30")).to_contain_text("Bài dài")


def test_another_script_is_heard_once(page: Page, console: ConsoleProcess, folder: StationFolder) -> None:
    before = planned(folder)
    log_in(page, console, "lan")
    open_airing(page, console, DAY, "06:05")
    page.get_by_role("link", name="Thay bằng bài khác").click()
    fill(page, phat="bai-hai", ly_do="")
    preview(page)
    expect(page.locator("#sai-ly_do")).to_contain_text("▲")
    expect(page.locator("#o-ly_do")).to_be_focused()
    fill(page, ly_do="Tuần lễ áo dài")
    preview(page)
    expect(page.locator("#thay-doi li")).to_have_count(1)
    expect(page.locator("#thay-doi")).to_contain_text("phát «Bài hai» thay cho «Bài một»")
    write(page)
    assert planned(folder) == {**before, on(DAY, "06:05"): ("bai-hai", "khom-1,khom-2")}
    assert the_file(folder) == CALENDAR


def test_a_dated_row_is_edited_and_cancelled_where_it_stands(
    page: Page, console: ConsoleProcess, folder: StationFolder
) -> None:
    before = planned(folder)
    log_in(page, console, "lan")
    open_airing(page, console, DAY, "09:00")
    page.get_by_role("link", name="Hủy lượt này").click()
    fill(page, ly_do="Mất điện: cả khóm, sửa đường")
    preview(page)
    expect(page.locator("#thay-doi")).to_contain_text("Hủy lượt «Bài hai»: Mất điện: cả khóm, sửa đường")
    write(page)
    after = planned(folder)
    assert after == {moment: what for moment, what in before.items() if moment != on(DAY, "09:00")}
    changed = the_file(folder)
    assert changed.startswith(CALENDAR.partition("    phat: bai-hai      # thay bài cũ")[0])
    assert changed.endswith("# hết\n")
    assert [line for line in changed.splitlines() if line not in CALENDAR.splitlines()] == [
        '    huy: "Mất điện: cả khóm, sửa đường"'
    ]
    page.goto(f"{console.url}/lich-phat?tuan={DAY}")
    expect(page.get_by_role("row", name="09:00")).to_contain_text("đã hủy")


def test_one_occurrence_moves_and_the_others_stay(page: Page, console: ConsoleProcess, folder: StationFolder) -> None:
    before = planned(folder)
    log_in(page, console, "lan")
    open_airing(page, console, DAY, "06:05")
    page.get_by_role("link", name="Dời sang giờ khác, ngày khác").click()
    fill(page, gio="07:40", ly_do="Trùng lễ chào cờ")
    preview(page)
    expect(page.locator("#thay-doi li")).to_have_count(1)
    expect(page.locator("#thay-doi")).to_contain_text("Dời lượt «Bài một» từ 06:05 sang 07:40")
    write(page)
    wanted = {m: w for m, w in before.items() if m != on(DAY, "06:05")}
    assert planned(folder) == {**wanted, on(DAY, "07:40"): ("bai-mot", "khom-1,khom-2")}
    assert the_file(folder) == CALENDAR
    page.goto(f"{console.url}/lich-phat?tuan={DAY}")
    expect(page.get_by_role("row", name="07:40")).to_contain_text("Bài một")
    expect(page.get_by_role("row", name="06:05")).to_contain_text("đã hủy")

    open_airing(page, console, DAY, "07:40")
    page.get_by_role("link", name="Dời sang giờ khác, ngày khác").click()
    there = DAY + timedelta(days=1)
    fill(page, ngay=f"{there:%d/%m/%Y}", gio="08:10", ly_do="Dời lần nữa")
    preview(page)
    write(page)
    assert planned(folder) == {**wanted, on(there, "08:10"): ("bai-mot", "khom-1,khom-2")}


def test_from_a_day_on_leaves_the_days_before_as_they_were(
    page: Page, console: ConsoleProcess, folder: StationFolder
) -> None:
    before = planned(folder)
    log_in(page, console, "lan")
    open_airing(page, console, DAY, "06:05")
    page.get_by_role("link", name="Sửa từ lượt này trở đi").click()
    fill(page, gio="06:20", phat="bai-hai")
    preview(page)
    first = page.locator("#thay-doi li").first
    expect(first).to_contain_text(f"{DAY:%d/%m/%Y}")
    write(page)
    after = planned(folder)
    cut = f"{DAY:%Y-%m-%d}"
    assert {m: w for m, w in after.items() if m < cut} == {m: w for m, w in before.items() if m < cut}
    later = {m: w for m, w in before.items() if m >= cut}
    expected = {
        (f"{m[:10]} 06:20" if m.endswith("06:05") else m): (("bai-hai", w[1]) if m.endswith("06:05") else w)
        for m, w in later.items()
    }
    assert {m: w for m, w in after.items() if m >= cut} == expected

    changed = the_file(folder)
    gone = [line for line in CALENDAR.splitlines() if line not in changed.splitlines()]
    assert gone == [], "every line of the officer stands as it was"
    assert f"den: {DAY - timedelta(days=1):%d/%m/%Y}" in changed
    if (DAY - timedelta(days=1)).isocalendar()[:2] == DAY.isocalendar()[:2]:
        page.goto(f"{console.url}/lich-phat?tuan={DAY}")
        expect(page.get_by_role("row", name="06:05")).to_contain_text("Bài một")
        expect(page.get_by_role("row", name="06:20")).to_contain_text("Bài hai")
    page.goto(f"{console.url}/lich-phat?tuan={DAY - timedelta(days=7)}")
    expect(page.get_by_role("row", name="06:05")).to_contain_text("Bài một")
    expect(page.locator("main")).not_to_contain_text("06:20")


def test_a_rule_ends_from_a_day_on_with_its_reason(page: Page, console: ConsoleProcess, folder: StationFolder) -> None:
    before = planned(folder)
    log_in(page, console, "lan")
    open_airing(page, console, DAY, "11:00")
    page.get_by_role("link", name="Thôi phát từ lượt này").click()
    fill(page, tu="31/02/2027", ly_do="x")
    preview(page)
    expect(page.locator("#sai-tu")).to_contain_text("▲")
    fill(page, tu=f"{TODAY - timedelta(days=1):%d/%m/%Y}")
    preview(page)
    expect(page.locator("#sai-tu")).to_contain_text("Không sửa được những ngày đã qua")
    fill(page, tu=f"{DAY:%d/%m/%Y}", ly_do="Bà con nghỉ trưa")
    preview(page)
    write(page)
    wanted = {m: w for m, w in before.items() if not (m >= f"{DAY}" and m.endswith("11:00"))}
    assert planned(folder) == wanted
    assert "   # viết một dòng\n" in the_file(folder)


def test_exceptions_are_added_and_taken_away(page: Page, console: ConsoleProcess, folder: StationFolder) -> None:
    before = planned(folder)
    last = DAY + timedelta(days=1)
    log_in(page, console, "lan", to="/lich-phat/ngoai-le")
    page.get_by_role("link", name="+ Thêm ngoại lệ").click()
    fill(page, viec="bỏ", tu=f"{last:%d/%m/%Y}", den=f"{DAY:%d/%m/%Y}", ly_do="Quốc tang")
    preview(page)
    expect(page.locator(".sai:visible, .bao-loi:visible").first).to_contain_text("▲")
    fill(page, tu=f"{DAY:%d/%m/%Y}", den=f"{last:%d/%m/%Y}")
    preview(page)
    expect(page.locator("#thay-doi")).to_contain_text("Quốc tang")
    write(page)
    silent = {f"{DAY}", f"{last}"}
    assert planned(folder) == {m: w for m, w in before.items() if m[:10] not in silent}

    page.goto(f"{console.url}/lich-phat/moi?kieu=ngoai_le")
    fill(
        page, viec="thêm", tu=f"{DAY:%d/%m/%Y}", den=f"{DAY:%d/%m/%Y}", gio="10:00", phat="bai-hai", ly_do="Lời tri ân"
    )
    preview(page)
    write(page)
    assert planned(folder)[on(DAY, "10:00")] == ("bai-hai", "khom-1,khom-2")

    page.goto(f"{console.url}/lich-phat/ngoai-le")
    page.get_by_role("row", name="Quốc tang").get_by_role("link", name="Bỏ ngoại lệ này").click()
    expect(page.locator("#thay-doi")).to_contain_text("Phát lại lượt «Bài một»")
    write(page)
    assert planned(folder) == {**before, on(DAY, "10:00"): ("bai-hai", "khom-1,khom-2")}
    expect(page.locator("main")).not_to_contain_text("Quốc tang (")
    assert the_file(folder) == CALENDAR


def test_a_clash_is_told_in_words_before_it_is_written(
    page: Page, console: ConsoleProcess, folder: StationFolder
) -> None:
    log_in(page, console, "lan", to="/lich-phat/moi")
    page.goto(f"{console.url}/lich-phat/moi?kieu=lich_ngay&ngay={DAY}")
    fill(page, phat="bai-dai", gio="06:05", cum_loa="khom-1")
    preview(page)
    note = page.locator("main .bao-luu-y").filter(has_text="vẫn ghi được")
    expect(note).to_contain_text("“Bài dài” sẽ chờ khoảng")
    expect(note).to_contain_text("trùng giờ với “Bài một”")
    assert serious(page) == []
    expect(page.get_by_role("button", name="Ghi vào lịch")).to_be_visible()

    fill(page, cho_phep_tre="2 giây")
    preview(page)
    expect(page.locator("#sai-gio")).to_contain_text("Bài một")
    expect(page.locator("#o-gio")).to_be_focused()
    expect(page.get_by_role("button", name="Ghi vào lịch")).to_have_count(0)
    assert not own_file(folder).exists()


@pytest.mark.parametrize(
    ("at", "words"),
    [("21:30", "giờ yên tĩnh 21:00–05:00"), ("12:30", "ngoài các khung phát"), ("25:61", "không có thật")],
)
def test_an_hour_that_may_not_be_is_refused_at_its_field(
    page: Page, console: ConsoleProcess, folder: StationFolder, at: str, words: str
) -> None:
    log_in(page, console, "lan", to="/lich-phat/moi")
    page.goto(f"{console.url}/lich-phat/moi?kieu=lich_ngay&ngay={DAY}")
    fill(page, phat="bai-mot", gio=at)
    preview(page)
    expect(page.locator("#sai-gio")).to_contain_text(words)
    expect(page.locator("#o-gio")).to_be_focused()
    expect(page.locator("#o-gio")).to_have_value(at)
    expect(page.get_by_role("button", name="Ghi vào lịch")).to_have_count(0)
    assert serious(page) == []
    assert not own_file(folder).exists()


def test_a_slot_on_a_lunar_day(page: Page, console: ConsoleProcess, folder: StationFolder) -> None:
    log_in(page, console, "lan", to="/lich-phat/moi?kieu=khung_gio")
    page.goto(f"{console.url}/lich-phat/moi?kieu=khung_gio")
    fill(page, ma="ram", phat="bai-hai", gio="16:00", ngay_am="31 hằng tháng")
    preview(page)
    expect(page.locator("#sai-ngay_am")).to_contain_text("▲")
    fill(page, ngay_am="15 hằng tháng, mùng 1")
    preview(page)
    if page.get_by_role("button", name="Ghi vào lịch").count() == 0:
        expect(page.locator("#sai-ngay_am")).to_contain_text("▲")
        fill(page, ngay_am="15 hằng tháng, 1 hằng tháng")
        preview(page)
    write(page)
    heard = {m[:10] for m in planned(folder) if m.endswith("16:00")}
    days = [TODAY + timedelta(days=n) for n in range(45)]
    assert heard == {f"{d}" for d in days if to_lunar(d).day in {1, 15}}
    expect(page.locator("main")).to_contain_text("ram")
