"""Nhật ký as people use it: what is asked for is shown and nothing else, remarks stand beside rows, a forged row is found."""

import csv
import io
import json
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from broadcaster.adapters.journal import SqlJournal
from broadcaster.domain.asrun import AsRunEntry, Outcome
from tests.airings import VN
from tests.station_process import StationFolder
from tests.web import journal_rows
from tests.web.conftest import fits, log_in, serious
from tests.web.console_process import ConsoleProcess, add_people, running_console

FORMULA = "=1+1"


@pytest.fixture(scope="module", autouse=True)
def rows(folder: StationFolder) -> list[AsRunEntry]:
    """Two weeks of airings of every result, written before the console starts."""
    journal_rows.fill(folder)
    with journal_rows.journal_of(folder) as journal:
        return list(journal.entries())


def seqs(page: Page) -> list[int]:
    """The rows on the page, by the addresses they lead to."""
    links = page.locator("table.nhat-ky td.ten a").evaluate_all("found => found.map(a => a.getAttribute('href'))")
    return [int(str(href).rpartition("/")[2]) for href in links]


def newest_first(rows: list[AsRunEntry], wanted: Callable[[AsRunEntry], bool] = lambda _: True) -> list[int]:
    """What should be there, in the order of the page."""
    found = [e for e in rows if wanted(e)]
    return [e.seq for e in sorted(found, key=lambda e: (moment(e), e.seq), reverse=True)]


def moment(entry: AsRunEntry) -> object:
    """When a row stands in the log."""
    return entry.closing.started or entry.opening.planned or entry.opening.recorded_at


def opened(page: Page, console: ConsoleProcess, path: str, login: str = "lan") -> None:
    """A page of the log, fit for everyone."""
    log_in(page, console, login, to="/nhat-ky")
    page.goto(f"{console.url}{path}")
    assert not serious(page)
    assert fits(page)


def test_every_row_is_there_newest_first(page: Page, console: ConsoleProcess, rows: list[AsRunEntry]) -> None:
    opened(page, console, "/nhat-ky")
    assert seqs(page) == newest_first(rows)
    assert len(rows) == 28
    expect(page.locator("main")).to_contain_text("tất cả 28 dòng")


@pytest.mark.parametrize(
    ("field", "choice", "wanted"),
    [
        ("Kết quả", "phát thiếu", lambda e: e.closing.outcome is Outcome.PARTIAL),
        ("Kết quả", "tất cả trừ đã phát", lambda e: e.closing.outcome is not Outcome.AIRED),
        ("Mã nội dung", "ND-D6", lambda _: True),
    ],
)
def test_a_choice_shows_exactly_its_rows(
    page: Page,
    console: ConsoleProcess,
    rows: list[AsRunEntry],
    field: str,
    choice: str,
    wanted: Callable[[AsRunEntry], bool],
) -> None:
    opened(page, console, "/nhat-ky")
    options = page.get_by_label(field).locator("option").all_inner_texts()
    page.get_by_label(field).select_option(next(o for o in options if choice in o))
    page.get_by_role("button", name="Lọc", exact=True).click()
    page.wait_for_load_state("load")
    assert seqs(page) == newest_first(rows, wanted)
    assert seqs(page)


def test_days_words_and_no_row_at_all(page: Page, console: ConsoleProcess, rows: list[AsRunEntry]) -> None:
    opened(page, console, "/nhat-ky")
    page.get_by_label("Từ ngày").fill("04/11/2026")
    page.get_by_label("Đến hết ngày").fill("5/11/2026")
    page.get_by_role("button", name="Lọc", exact=True).click()
    page.wait_for_load_state("load")
    days = {(4, 11), (5, 11)}

    def within(entry: AsRunEntry) -> bool:
        at = entry.closing.started or entry.opening.recorded_at
        return (at.astimezone(VN).day, at.astimezone(VN).month) in days

    assert seqs(page) == newest_first(rows, within)
    page.goto(f"{console.url}/nhat-ky")
    page.get_by_label("Chữ trong tên bài").fill("canh bao MUA lon")
    page.get_by_role("button", name="Lọc", exact=True).click()
    page.wait_for_load_state("load")
    assert seqs(page) == newest_first(rows, lambda e: e.opening.title == "Cảnh báo mưa lớn")
    page.get_by_label("Chữ trong tên bài").fill("không ai viết thế này")
    page.get_by_role("button", name="Lọc", exact=True).click()
    expect(page.locator("main")).to_contain_text("Không có dòng nào khớp")


@pytest.mark.parametrize(
    ("first", "last", "field", "said"),
    [
        ("30/02/2026", "", "tu", "30/02/2026"),
        ("hôm qua", "", "tu", "hôm qua"),
        ("05/11/2026", "04/11/2026", "den", "đứng trước"),
    ],
)
def test_wrong_days_are_said_at_their_field(
    page: Page, console: ConsoleProcess, first: str, last: str, field: str, said: str
) -> None:
    opened(page, console, "/nhat-ky")
    page.get_by_label("Từ ngày").fill(first)
    page.get_by_label("Đến hết ngày").fill(last)
    page.get_by_role("button", name="Lọc", exact=True).click()
    expect(page.locator(f"#sai-{field}")).to_contain_text(said)
    assert seqs(page) == []
    assert not serious(page)


def test_a_remark_stands_beside_its_row_with_a_name_and_changes_nothing(
    page: Page, other: Page, console: ConsoleProcess, folder: StationFolder, rows: list[AsRunEntry]
) -> None:
    entry = next(e for e in rows if e.closing.outcome is Outcome.PARTIAL)
    opened(page, console, f"/nhat-ky/{entry.seq}")
    expect(page.locator("main")).to_contain_text(journal_rows.NO_DEVICE)
    box = page.locator("textarea[name=loi]")
    box.fill("   ")
    page.get_by_role("button", name="Ghi chú").click()
    expect(page.locator("#sai-loi")).to_contain_text("Chưa ghi gì")
    box.fill(f"{FORMULA} Khóm 2 báo loa nhỏ <b>")
    page.get_by_role("button", name="Ghi chú").click()
    expect(page.locator(".ghi-chu-cu")).to_contain_text(f"{FORMULA} Khóm 2 báo loa nhỏ <b>")
    expect(page.locator(".ghi-chu-cu")).to_contain_text("Nguyễn Thị Lan")
    page.goto(f"{console.url}/nhat-ky")
    expect(page.locator("tr", has=page.locator(f"a[href='/nhat-ky/{entry.seq}']"))).to_contain_text("1 ghi chú")
    with journal_rows.journal_of(folder) as journal:
        assert next(e for e in journal.entries() if e.seq == entry.seq) == entry
    folder.cli("log", "verify")
    opened(other, console, f"/nhat-ky/{entry.seq}", "xem")
    assert other.locator("textarea[name=loi]").count() == 0


def test_a_row_tells_everything_that_is_known_of_it(
    page: Page, console: ConsoleProcess, rows: list[AsRunEntry]
) -> None:
    urgent = next(e for e in rows if e.opening.title == "Cảnh báo mưa lớn")
    opened(page, console, f"/nhat-ky/{urgent.seq}")
    for said in ("Trần Văn Đức, Phó Chủ tịch", "mưa lớn, ngập đường", "Khóm 1", "Khóm 2", "Một cửa là gì?", "12/PD"):
        expect(page.locator("main")).to_contain_text(said)
    page.goto(f"{console.url}/nhat-ky/999999")
    expect(page.locator("main")).to_contain_text("không có lượt phát ở dòng số 999999")


def test_the_week_held_against_the_plan_counts_what_was_missed(page: Page, console: ConsoleProcess) -> None:
    opened(page, console, "/nhat-ky/doi-chieu?dai=tuan&ngay=02/11/2026")
    expect(page.locator("main")).to_contain_text("nghỉ lễ")
    rows_said = page.locator("tbody tr").all_inner_texts()
    assert sum("bỏ lỡ" in row for row in rows_said) == 1
    page.goto(f"{console.url}/nhat-ky/doi-chieu?ngay=32/13/2026")
    expect(page.locator("#sai-ngay")).to_contain_text("32/13/2026")


@pytest.mark.parametrize("asked", ["", "?ket_qua=partial", "?tu=04/11/2026&den=05/11/2026"])
def test_what_is_taken_out_is_what_is_shown(
    page: Page, console: ConsoleProcess, folder: StationFolder, rows: list[AsRunEntry], tmp_path: Path, asked: str
) -> None:
    opened(page, console, f"/nhat-ky{asked}")
    shown = sorted(seqs(page))
    files = {}
    for kind, name in (("Excel", "xlsx"), ("CSV", "csv"), ("JSON", "jsonl")):
        with page.expect_download() as got:
            page.get_by_role("link", name=kind, exact=True).click()
        files[name] = tmp_path / got.value.suggested_filename
        assert files[name].suffix == f".{name}"
        got.value.save_as(files[name])
    objects = [json.loads(line) for line in files["jsonl"].read_text("utf-8").splitlines()]
    assert sorted(o["seq"] for o in objects) == shown
    if not asked:
        assert sorted(objects, key=lambda o: o["seq"]) == folder.rows("log")
    text = files["csv"].read_bytes()
    assert text.startswith(b"\xef\xbb\xbf"), "so that Excel shows the marks right"
    table = list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"))))
    assert [int(row["seq"]) for row in table] == [o["seq"] for o in objects]
    for row, given in zip(table, objects, strict=True):
        for column in ("title", "outcome", "reason", "by", "row_hash"):
            assert row[column] == (given[column] or "")
    sheet = openpyxl.load_workbook(files["xlsx"]).worksheets[0]
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    titles = [o["title"] for o in objects]
    flat = [str(value) for row in cells for value in row if value is not None]
    assert sorted(t for t in flat if t in set(titles)) == sorted(titles)
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_an_untouched_record_is_whole(page: Page, console: ConsoleProcess) -> None:
    opened(page, console, "/nhat-ky/kiem-tra", "xem")
    page.get_by_role("button", name="Kiểm tra").click()
    expect(page.locator("section.kiem-tra")).to_contain_text("nguyên vẹn", timeout=60_000)
    assert not serious(page)


@pytest.fixture
def forged(tmp_path: Path) -> Iterator[tuple[ConsoleProcess, int]]:
    """A console over a record in which somebody made a failed airing a heard one, by hand."""
    folder = StationFolder(tmp_path / "tram")
    add_people(folder)
    journal_rows.fill(folder)
    with journal_rows.journal_of(folder) as journal:
        seq = next(e.seq for e in journal.entries() if e.closing.outcome is Outcome.FAILED)
    with sqlite3.connect(folder.root / "var/station.db") as database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f'DROP TRIGGER "{name}"')
        changed = database.execute(
            "UPDATE entry SET body = replace(body, '\"failed\"', '\"aired\"') WHERE seq = ?", (seq,)
        ).rowcount
    database.close()
    assert changed == 1
    with running_console(folder) as process:
        yield process, seq


def test_a_forged_row_is_found_and_named(page: Page, forged: tuple[ConsoleProcess, int]) -> None:
    console, seq = forged
    opened(page, console, "/nhat-ky/kiem-tra")
    page.get_by_role("button", name="Kiểm tra").click()
    expect(page.locator("section.kiem-tra")).to_contain_text(f"dòng {seq}", timeout=60_000)
    expect(page.locator("section.kiem-tra")).not_to_contain_text("nguyên vẹn")
    page.goto(f"{console.url}/nhat-ky/{seq}")
    expect(page.locator("main")).to_contain_text("KHÔNG khớp")
    assert not serious(page)


def test_many_rows_are_turned_page_by_page_without_losing_one(page: Page, tmp_path: Path) -> None:
    folder = StationFolder(tmp_path / "tram")
    add_people(folder)
    journal_rows.fill(folder)
    with journal_rows.journal_of(folder) as journal:
        _copies(journal, 110)
        expected = {e.seq for e in journal.entries()}
    with running_console(folder) as console:
        log_in(page, console, "xem", to="/nhat-ky")
        page.goto(f"{console.url}/nhat-ky")
        seen: list[int] = []
        while True:
            seen += seqs(page)
            older = page.get_by_role("link", name="Cũ hơn")
            if not older.count():
                break
            older.click()
            page.wait_for_load_state("load")
        assert len(seen) == len(set(seen))
        assert set(seen) == expected
        page.get_by_role("link", name="Mới hơn").click()
        page.wait_for_load_state("load")
        assert len(seqs(page)) == 50


def _copies(journal: SqlJournal, count: int) -> None:
    """More rows of one moment than fit a page: only their places tell them apart."""
    from dataclasses import replace  # noqa: PLC0415 - used here alone

    first = next(journal.entries())
    for n in range(count):
        opening = replace(
            first.opening, airing_id=type(first.opening.airing_id)(f"ban-sao-{n}@{first.opening.planned}")
        )
        journal.record(opening, first.closing)
