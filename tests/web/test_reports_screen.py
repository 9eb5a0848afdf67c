"""Báo cáo as the clerk uses it: one set of numbers on the page, at the command line and on paper, each opening its rows."""

import json
import re
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import openpyxl
import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.docx_text import lines_of, tables_of
from tests.station_process import StationFolder, wait_for
from tests.web import journal_rows
from tests.web.conftest import fits, log_in, serious
from tests.web.console_process import ConsoleProcess
from tests.web.plain_client import Client

PERIOD = "2026-11-02..2026-11-15"
FORMULA = "=HYPERLINK(1)"


@pytest.fixture(scope="module", autouse=True)
def figures(folder: StationFolder) -> dict[str, float]:
    """Every figure of the two weeks, as the command line gives it."""
    journal_rows.fill(folder)
    report = folder.rows("report", "--period", PERIOD)[0]
    return {name: figure["value"] for name, figure in report["figures"].items()}


def preview(page: Page, console: ConsoleProcess, period: str = PERIOD, login: str = "lan") -> None:
    """The figures of a period, once they are worked out."""
    log_in(page, console, login, to="/bao-cao")
    page.goto(f"{console.url}/bao-cao/ky?ky={period}")
    page.locator(".tom-tat").wait_for(timeout=60_000)


def number(text: str) -> float:
    """A figure as it is printed."""
    return float(text.replace(".", "").replace(",", "."))


def test_the_period_is_chosen_by_its_days(page: Page, console: ConsoleProcess, figures: dict[str, float]) -> None:
    log_in(page, console, "lan", to="/bao-cao")
    page.goto(f"{console.url}/bao-cao")
    page.get_by_label("Từ ngày").fill("31/02/2026")
    page.get_by_role("button", name="Xem số liệu").click()
    expect(page.locator("#sai-tu")).to_contain_text("31/02/2026")
    expect(page.locator("#sai-den")).to_contain_text("Chưa ghi ngày")
    page.get_by_label("Từ ngày").fill("15/11/2026")
    page.get_by_label("Đến hết ngày").fill("2/11/2026")
    page.get_by_role("button", name="Xem số liệu").click()
    assert page.locator("#sai-den").inner_text().strip()
    page.get_by_label("Từ ngày").fill("2/11/2026")
    page.get_by_label("Đến hết ngày").fill("15-11-2026")
    page.get_by_role("button", name="Xem số liệu").click()
    page.locator(".tom-tat").wait_for(timeout=60_000)
    expect(page.locator(".tom-tat .to")).to_contain_text(
        f"{figures['airings.all']:.0f} chương trình · {figures['plays.all']:.0f} lượt phát"
    )
    assert not serious(page)
    assert fits(page)


def test_every_figure_is_the_command_lines_and_opens_the_rows_that_make_it(
    page: Page, console: ConsoleProcess, figures: dict[str, float]
) -> None:
    preview(page, console)
    links = page.locator("table.so-bao-cao a[href*='so=']").evaluate_all(
        "a => a.map(x => [x.getAttribute('href'), x.innerText])"
    )
    clerk = Client(console, "lan")
    seen = set()
    for href, text in links:
        asked = parse_qs(urlsplit(href).query)
        name = asked["so"][0]
        if asked["tu"] != ["02/11/2026"]:
            continue  # the year so far and periods before it
        assert number(text) == figures[name], name
        rows = [
            json.loads(line)
            for line in clerk.ask("GET", href.replace("/nhat-ky?", "/nhat-ky/tai?") + "&dang=jsonl")[2].splitlines()
        ]
        assert rows, name
        match name:
            case "airings.all":
                assert len(rows) == number(text)
            case "plays.all":
                assert sum(len(row["scripts"]) for row in rows) == number(text)
            case "works.all":
                assert len({script for row in rows for script in row["scripts"]}) == number(text)
            case "minutes.all":
                assert round(sum(row["played_s"] for row in rows) / 60, 1) == number(text)
            case "sessions.all":
                halves = {(row["started"][:10], row["started"][11:13] < "12") for row in rows}
                assert len(halves) == number(text)
        assert all(row["outcome"] == "aired" and not row["test"] for row in rows)
        seen.add(name)
    assert {"airings.all", "plays.all", "works.all", "minutes.all", "sessions.all", "plays.topic.ND-D2"} <= seen


def taken(page: Page, button: str, folder: Path) -> Path:
    """A paper made and downloaded by hand."""
    page.get_by_role("button", name=button, exact=True).click()
    link = page.get_by_role("link", name=re.compile("Tải"))
    link.first.wait_for(timeout=120_000)
    with page.expect_download() as got:
        link.first.click()
    target = folder / got.value.suggested_filename
    got.value.save_as(target)
    return target


def test_word_and_excel_hold_the_same_numbers(
    page: Page, console: ConsoleProcess, figures: dict[str, float], tmp_path: Path
) -> None:
    preview(page, console)
    word = taken(page, "Báo cáo Word", tmp_path).read_bytes()
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in "\n".join(lines_of(word))
    cells = {cell.strip() for table in tables_of(word) for row in table for cell in row}
    page.goto(f"{console.url}/bao-cao/ky?ky={PERIOD}")
    book = openpyxl.load_workbook(taken(page, "Số liệu Excel", tmp_path))
    values = [cell.value for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    for name in ("airings.all", "plays.all", "sessions.all", "minutes.all", "works.all"):
        assert f"{figures[name]:g}".replace(".", ",") in cells, name
        assert figures[name] in values, name


def test_an_empty_period_says_so_and_what_is_to_come_is_no_report(page: Page, console: ConsoleProcess) -> None:
    preview(page, console, "2020-01-01..2020-01-31")
    expect(page.locator(".tom-tat .to")).to_contain_text("0 chương trình · 0 lượt phát")
    expect(page.locator(".tom-tat")).to_contain_text("không có")
    page.goto(f"{console.url}/bao-cao/ky?ky=không-phải-kỳ")
    expect(page.locator("main")).to_contain_text("kỳ")
    assert page.locator(".tom-tat").count() == 0


def test_a_deed_is_entered_with_its_proof_corrected_and_taken_back(
    page: Page, console: ConsoleProcess, folder: StationFolder, tmp_path: Path
) -> None:
    proof = tmp_path / "bien-ban.txt"
    proof.write_text("biên bản họp dân", encoding="utf-8")
    log_in(page, console, "lan", to="/bao-cao/hoat-dong")
    page.goto(f"{console.url}/bao-cao/hoat-dong")
    page.get_by_text("Nhập một hoạt động đã làm").first.click()
    page.get_by_label("Ngày làm").fill("31/12/2099")
    page.get_by_label("Đã làm gì").fill(FORMULA)
    page.get_by_role("button", name="Ghi hoạt động").click()
    expect(page.locator("#sai-loai")).to_contain_text("▲")
    expect(page.locator("#sai-ngay")).to_contain_text("▲")
    page.get_by_label("Loại", exact=True).first.select_option(index=1)
    page.get_by_label("Ngày làm").fill("10/11/2026")
    page.get_by_label("Tệp minh chứng").set_input_files(
        FilePayload(name="../../thoat.txt", mimeType="text/plain", buffer=proof.read_bytes())
    )
    page.get_by_role("button", name="Ghi hoạt động").click()
    expect(page.locator(".bao-tot")).to_be_visible()
    page.goto(f"{console.url}/bao-cao/hoat-dong?tu=01/11/2026&den=30/11/2026")
    row = page.locator("tr", has_text=FORMULA)
    expect(row).to_contain_text("Nguyễn Thị Lan")
    link = row.get_by_role("link", name="thoat.txt")
    with page.expect_download() as got:
        link.click()
    assert Path(got.value.path()).read_bytes() == proof.read_bytes()
    assert got.value.suggested_filename == "thoat.txt"
    assert not list(folder.root.parent.glob("thoat*"))
    assert not list(folder.root.glob("thoat*"))
    row.locator("summary").click()
    row.get_by_label("Vì sao hủy").fill("nhập nhầm")
    row.get_by_role("button", name="Thôi tính mục này").click()
    page.goto(f"{console.url}/bao-cao/hoat-dong?tu=01/11/2026&den=30/11/2026")
    assert page.locator("tr", has_text=FORMULA).count() == 0
    page.goto(f"{console.url}/bao-cao/hoat-dong?tu=01/11/2026&den=30/11/2026&ca_cu=1")
    expect(page.locator("tr", has_text=FORMULA).first).to_contain_text("đã")
    folder.cli("log", "verify")


def test_a_formula_stays_text_in_excel(
    page: Page, console: ConsoleProcess, folder: StationFolder, tmp_path: Path
) -> None:
    clerk = Client(console, "lan")
    page_text = clerk.ask("GET", "/bao-cao/hoat-dong")[2]
    kind = re.findall(r'<option value="([^"]+)"', page_text)[0]
    form = {"_csrf": clerk.token, "loai": kind, "ngay": "11/11/2026", "ten": FORMULA, "ghi_chu": "@SUM(A1)"}
    assert clerk.ask("POST", "/bao-cao/hoat-dong", form)[0] == 303
    preview(page, console)
    book = openpyxl.load_workbook(taken(page, "Số liệu Excel", tmp_path))
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    typed = [cell for cell in cells if isinstance(cell.value, str) and FORMULA in cell.value]
    assert all(cell.data_type != "f" for cell in typed)


def test_a_resident_is_answered_from_the_rows(
    page: Page, console: ConsoleProcess, folder: StationFolder, tmp_path: Path
) -> None:
    log_in(page, console, "lan", to="/bao-cao/van-ban")
    page.goto(f"{console.url}/bao-cao/van-ban")
    letter = page.locator("section", has=page.get_by_role("heading", name="Trả lời phản ánh của người dân"))
    letter.get_by_label("Ngày người dân nêu").fill("03/11/2026")
    letter.get_by_label("Giờ người dân nêu").fill("năm giờ sáng")
    letter.get_by_role("button", name="Word").click()
    expect(page.locator("#giup-tra-loi-gio_hoi")).to_contain_text("▲")
    letter.get_by_label("Giờ người dân nêu").fill("06:10")
    letter.get_by_role("button", name="Word").click()
    link = page.get_by_role("link", name=re.compile("Tải")).first
    link.wait_for(timeout=120_000)
    with page.expect_download() as got:
        link.click()
    target = tmp_path / got.value.suggested_filename
    got.value.save_as(target)
    text = "\n".join(lines_of(target.read_bytes()))
    assert "Bản tin sáng" in text
    assert "06:05" in text or "6 giờ 05" in text


def test_the_proof_can_be_checked_by_itself(page: Page, console: ConsoleProcess, tmp_path: Path) -> None:
    preview(page, console)
    bundle = taken(page, "Gói kiểm chứng (ZIP)", tmp_path)
    with zipfile.ZipFile(bundle) as files:
        assert files.testzip() is None
        assert not any(name.startswith("/") or ".." in name for name in files.namelist())
        files.extractall(tmp_path / "goi")
    script = next((tmp_path / "goi").rglob("*.py"))
    done = subprocess.run(
        [sys.executable, str(script)], cwd=script.parent, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_who_only_looks_sees_figures_and_may_not_enter(page: Page, console: ConsoleProcess) -> None:
    preview(page, console, login="xem")
    page.goto(f"{console.url}/bao-cao/hoat-dong")
    assert page.get_by_text("Nhập một hoạt động đã làm").count() == 0
    assert not serious(page)


HOLD = """
import sqlite3, sys, time
held = sqlite3.connect(sys.argv[1], isolation_level=None)
held.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def held(folder: StationFolder) -> Iterator[None]:
    """The record in the hands of another program that does not let go."""
    child = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder.root / "var/station.db")], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert child.stdout is not None
    assert child.stdout.readline() == b"held\n"
    yield
    child.communicate(timeout=30)


@pytest.mark.parametrize(
    "path", ["/bao-cao", f"/bao-cao/ky?ky={PERIOD}", "/bao-cao/hoat-dong", "/nhat-ky", "/lich-phat", "/cai-dat"]
)
def test_a_held_record_gives_a_plain_page_in_time(console: ConsoleProcess, held: None, path: str) -> None:
    clerk = Client(console)
    status, _, text = clerk.ask("GET", path)
    assert status in {200, 303, 503}
    assert "Traceback" not in text


def test_after_that_everything_works_again(folder: StationFolder, console: ConsoleProcess) -> None:
    clerk = Client(console, "lan")
    wait_for(lambda: clerk.ask("GET", "/nhat-ky")[0] == 200, 30, lambda: "the log stays shut")
    with sqlite3.connect(folder.root / "var/station.db") as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    database.close()
