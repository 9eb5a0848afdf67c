"""A real station folder, a real console on a free port, a real headless Chromium, and the eye of axe-core."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.station_process import StationFolder
from tests.web.console_process import PASSWORD, ConsoleProcess, add_people, running_console

HERE = Path(__file__).parent
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESK = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One browser at a time on one machine, beside the one test that mostly waits for its minute to come."""
    for item in items:
        if HERE in item.path.parents and item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group("web"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One headless Chromium with an empty profile for all tests."""
    if not Path(CHROMIUM).exists():
        pytest.skip("needs Chromium: apt-get install --no-install-recommends chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A desk screen, with its own cookies; the console may not ask anything of another host, nor raise a script error."""
    yield from _page(browser, DESK)


@pytest.fixture
def other(browser: Browser) -> Iterator[Page]:
    """A second person's browser."""
    yield from _page(browser, DESK)


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A phone."""
    yield from _page(browser, PHONE)


def _page(browser: Browser, size: Any) -> Iterator[Page]:
    context = browser.new_context(viewport=size, locale="vi-VN", reduced_motion="reduce", service_workers="block")
    context.set_default_timeout(15_000)
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(f"script error: {error}"))
    page.on("console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None)
    page.on("request", lambda asked: wrong.append(asked.url) if "//127.0.0.1" not in asked.url else None)
    yield page
    context.close()
    assert not wrong, wrong


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> StationFolder:
    """A station with two zones that write to files, three scripts, and everyone of PEOPLE."""
    folder = StationFolder(tmp_path_factory.mktemp("tram") / "tram")
    add_people(folder)
    return folder


@pytest.fixture(scope="module")
def console(folder: StationFolder) -> Iterator[ConsoleProcess]:
    """The console over that folder."""
    with running_console(folder) as process:
        yield process


def log_in(page: Page, console: ConsoleProcess, login: str, password: str = PASSWORD, *, to: str = "/") -> None:
    """Log in as a person would."""
    page.goto(f"{console.url}/dang-nhap?tiep={to}")
    page.get_by_label("Tên đăng nhập").fill(login)
    page.get_by_label("Mật khẩu").fill(password)
    page.get_by_role("button", name="Đăng nhập").click()
    page.get_by_role("button", name="Đăng xuất").wait_for()
    # the page's scripts listen only once it is whole; a test types faster than a person
    page.wait_for_load_state("load")


def serious(page: Page) -> list[str]:
    """What axe-core finds serious or critical on the page as it stands."""
    page.evaluate((HERE / "vendor/axe.min.js").read_text(encoding="utf-8"))
    found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{v['id']}: {v['help']} — {[n['html'][:160] for n in v['nodes'][:3]]}"
        for v in found["violations"]
        if v["impact"] in {"serious", "critical"}
    ]


def fits(page: Page) -> bool:
    """Whether nothing sticks out sideways of the page."""
    wide: bool = page.evaluate("() => document.documentElement.scrollWidth <= document.documentElement.clientWidth + 1")
    return wide
