"""Tạm dừng đến…: said beforehand what is left out, the station obeys, and one row of the calendar says why."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.station_process import StationFolder, StationProcess, station, wait_for
from tests.web.conftest import fits, log_in, serious
from tests.web.console_process import ConsoleProcess, add_people, running_console

SLOT = """
  - ma: {name}
    phat: {script}
    thu: [hằng ngày]
    gio: "{at:%H:%M}"
    cum_loa: khom-1
"""


def now() -> datetime:
    """The station's wall clock."""
    return datetime.now(ZoneInfo("Asia/Ho_Chi_Minh"))


@pytest.fixture(scope="module")
def moments() -> tuple[datetime, datetime]:
    """Two airings still to come today."""
    first, second = now() + timedelta(minutes=15), now() + timedelta(minutes=25)
    if second.date() != now().date():
        pytest.skip("the day ends before there could be two more airings")
    return first, second


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, moments: tuple[datetime, datetime]) -> StationFolder:
    """A station with those two."""
    folder = StationFolder(tmp_path_factory.mktemp("dung") / "tram")
    first, second = moments
    rows = SLOT.format(name="som", script="bai-mot", at=first) + SLOT.format(name="muon", script="bai-hai", at=second)
    folder.calendar("khung_gio:" + rows)
    folder.approve("bai-mot", "bai-hai")
    add_people(folder)
    return folder


@pytest.fixture(scope="module")
def console(folder: StationFolder) -> Iterator[ConsoleProcess]:
    """The station and the console beside it."""
    with station(folder) as process, running_console(folder) as console:
        assert isinstance(process, StationProcess)
        yield console


def test_airings_until_a_moment_are_named_then_left_out_with_the_reason(
    page: Page, console: ConsoleProcess, folder: StationFolder, moments: tuple[datetime, datetime]
) -> None:
    first, second = moments
    assert folder.status()["next"]["title"] == "Bài một"
    log_in(page, console, "lan")
    page.get_by_role("link", name="Tạm dừng đến").click()
    expect(page.get_by_role("region", name="Các lượt sẽ bỏ")).to_contain_text("Bài hai")
    until = first + timedelta(minutes=2)
    page.get_by_label("Tạm dừng đến mấy giờ").fill(f"{until:%H:%M}")
    page.get_by_role("button", name="Xem các lượt sẽ bỏ").click()
    table = page.get_by_role("region", name="Các lượt sẽ bỏ")
    expect(table).to_contain_text("Bài một")
    expect(table).not_to_contain_text("Bài hai")
    assert serious(page) == []
    assert fits(page)
    page.get_by_label("Lý do").fill("có đám tang gần loa")
    page.get_by_role("button", name="Bỏ 1 lượt này").click()
    expect(page.locator("main")).to_contain_text("Đã bỏ 1 lượt")
    wait_for(lambda: folder.status()["next"]["title"] == "Bài hai", 30, folder.status)
    page.goto(console.url)
    coming = page.get_by_role("region", name="Các lượt sắp phát")
    expect(coming).to_contain_text("đã hủy", timeout=30_000)
    expect(coming).to_contain_text("có đám tang gần loa")
    written = (folder.root / "schedules/tram.yaml").read_text(encoding="utf-8")
    assert "tạm dừng đến" in written
    assert f"{second:%H:%M}" not in written


@pytest.mark.parametrize("typed", ["00:00", "25:61", "chiều", "'; DROP TABLE"])
def test_a_moment_that_is_over_or_none_at_all_changes_nothing(
    page: Page, console: ConsoleProcess, folder: StationFolder, typed: str
) -> None:
    file = folder.root / "schedules/tram.yaml"
    before = file.read_bytes() if file.exists() else b""
    log_in(page, console, "lan")
    token = page.locator("input[name=_csrf]").first.input_value()
    form: dict[str, str | float | bool] = {"_csrf": token, "den": typed, "ly_do": "thử giờ sai"}
    answer = page.request.post(f"{console.url}/tam-dung", form=form, max_redirects=0)
    assert answer.status == 400
    assert "giờ còn ở phía trước" in answer.text()
    assert (file.read_bytes() if file.exists() else b"") == before


def test_an_onlooker_may_not(page: Page, console: ConsoleProcess) -> None:
    log_in(page, console, "xem")
    expect(page.get_by_role("link", name="Tạm dừng đến")).to_have_count(0)
    assert page.request.get(f"{console.url}/tam-dung").status == 403
