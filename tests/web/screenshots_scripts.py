"""Pictures of the screens of scripts: a few on their way, one edited after its approval, one returned."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from playwright.sync_api import Browser, Page

from broadcaster.domain.scripts import ScriptId
from broadcaster.wiring.editing import EditingDesk
from broadcaster.wiring.paths import paths
from broadcaster.wiring.readings import Readings
from tests.station_process import StationFolder
from tests.web.conftest import DESK, PHONE, log_in
from tests.web.console_process import PEOPLE, ConsoleProcess

LAN = f"{PEOPLE['lan'][0]} (lan)"
DUC = f"{PEOPLE['duc'][0]} (duc)"
WAITING, RETURNED, CHANGED = "nd-c-nguoi-dung-dau", "ht-g-nop-truc-tuyen", "nd-b-loa-phuong-noi-gi"


def prepare_scripts(folder: StationFolder) -> None:
    """Put scripts at every step of their way."""
    folder.approve(CHANGED)
    desk = EditingDesk(paths(folder.root))
    for script_id in (WAITING, RETURNED, CHANGED):
        readings = Readings(folder.root)
        editor = desk.scripts(readings.newest, datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")))
        draft, began = editor.draft(readings.newest.files.scripts[ScriptId(script_id)])
        added = "Liên hệ trước 7h30 ngày 5/12/2026 theo QĐ số 12/QĐ-UBND, hỏi tổ XYZW, số 0909.123.456."
        editor.save(script_id, replace(draft, body=f"{draft.body}\n\n{added}"), began=began, by=LAN)
        readings = Readings(folder.root)
        editor = desk.scripts(readings.newest, datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")))
        script = readings.newest.files.scripts[ScriptId(script_id)]
        if script_id != CHANGED:
            editor.send(script, by=LAN)
        if script_id == RETURNED:
            editor.give_back(script, "Câu cuối ghi sai ngày họp, sửa lại cho đúng giấy mời.", by=DUC)
    folder.cli("prepare", "--only", WAITING)


def version(page: Page, url: str) -> None:
    """The oldest version of one script beside what is there now."""
    page.goto(f"{url}/bai-phat/{WAITING}")
    page.locator("#lich-su").get_by_role("link").last.click()
    page.locator(".so-ban").wait_for()


def take_scripts(browser: Browser, console: ConsoleProcess, into: Path) -> None:
    """The list, a script before its approval, one returned, two versions; on a desk and on a phone."""
    for width, size in (("1366", DESK), ("390", PHONE)):
        context = browser.new_context(viewport=size, locale="vi-VN", reduced_motion="reduce")  # type: ignore[arg-type]
        page = context.new_page()
        log_in(page, console, "duc")
        for name, path in (("bai-phat", ""), ("bai-phat-duyet", f"/{WAITING}"), ("bai-phat-sua", f"/{CHANGED}")):
            page.goto(f"{console.url}/bai-phat{path}", wait_until="networkidle")
            page.screenshot(path=into / f"{name}-{width}.png", full_page=True)
        context.clear_cookies()
        log_in(page, console, "lan")
        page.goto(f"{console.url}/bai-phat/{RETURNED}", wait_until="networkidle")
        page.screenshot(path=into / f"bai-phat-tra-lai-{width}.png", full_page=True)
        version(page, console.url)
        page.screenshot(path=into / f"bai-phat-ban-{width}.png", full_page=True)
        context.close()
