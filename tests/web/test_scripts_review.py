"""Bài phát as officers use it: heard before it is approved, approved by another than its author, returned with a reason."""

import re
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from broadcaster.domain.scripts import ScriptId
from broadcaster.wiring.editing import EditingDesk
from broadcaster.wiring.paths import paths
from broadcaster.wiring.readings import Readings
from tests.station_process import StationFolder, wait_for
from tests.web.conftest import fits, log_in, serious
from tests.web.console_process import PEOPLE, ConsoleProcess

LAN = f"{PEOPLE['lan'][0]} (lan)"
DUC = f"{PEOPLE['duc'][0]} (duc)"
SLOW = 60_000
"""Milliseconds for what a loaded machine does in a child process, or for the console to see a file that changed."""


def edit(folder: StationFolder, script: str, body: str, *, by: str = LAN) -> None:
    """Somebody saves a script at the editing desk."""
    readings = Readings(folder.root)
    now = datetime.now(ZoneInfo("Asia/Ho_Chi_Minh"))
    editor = EditingDesk(paths(folder.root)).scripts(readings.newest, now)
    draft, began = editor.draft(readings.newest.files.scripts[ScriptId(script)])
    saved = editor.save(script, replace(draft, body=body), began=began, by=by)
    assert saved.edit is not None, saved.problems


def show(page: Page, console: ConsoleProcess, script: str) -> None:
    """Open a script's page."""
    page.goto(f"{console.url}/bai-phat/{script}")


def says(page: Page, console: ConsoleProcess, script: str, words: str) -> None:
    """Wait until the console has read what was written into the folder."""
    wait_for(lambda: words in page.request.get(f"{console.url}/bai-phat/{script}").text(), SLOW / 1000)


def make_sound(page: Page) -> None:
    """Press the button, wait for the player."""
    page.get_by_role("button", name="Dựng tiếng để nghe").click()
    expect(page.locator("audio")).to_be_visible(timeout=SLOW)


def hears(page: Page) -> float:
    """The length in seconds of what the player truly loaded."""
    page.evaluate("() => { const a = document.querySelector('audio'); a.preload = 'auto'; a.load(); }")
    page.wait_for_function("() => document.querySelector('audio').readyState >= 3", timeout=SLOW)
    seconds: float = page.evaluate("() => document.querySelector('audio').duration")
    return seconds


def approve(page: Page) -> None:
    """Tick and press."""
    page.get_by_label("Tôi đã nghe hết bản tiếng này").check()
    page.get_by_role("button", name="Duyệt cho phát").click()


def test_sent_heard_and_approved_by_another(
    page: Page, other: Page, console: ConsoleProcess, folder: StationFolder
) -> None:
    folder.script("mot-cua", "Một cửa là gì", "Một cửa là nơi bà con nộp giấy tờ lúc 7h30.")
    edit(folder, "mot-cua", "Một cửa là nơi bà con nộp giấy tờ lúc 8h00.")
    log_in(page, console, "lan")
    expect(page.locator("main")).to_be_visible()
    says(page, console, "mot-cua", "tám giờ")
    show(page, console, "mot-cua")
    expect(page.locator(".doi-chieu")).to_contain_text("8h00")
    expect(page.locator(".doi-chieu")).to_contain_text("tám giờ")
    expect(page.locator("main")).to_contain_text("nháp")
    page.get_by_role("button", name="Gửi duyệt").click()
    expect(page.locator("main")).to_contain_text("Đã gửi duyệt")
    expect(page.get_by_role("button", name="Duyệt cho phát")).to_have_count(0)

    log_in(other, console, "duc", to="/bai-phat")
    other.goto(f"{console.url}/bai-phat")
    expect(other.locator(".viec-cua-toi")).to_contain_text("Chờ tôi duyệt")
    other.locator(".viec-cua-toi").get_by_role("link", name="Một cửa là gì").click()
    expect(other.get_by_role("button", name="Duyệt cho phát")).to_have_count(0)
    make_sound(other)
    assert hears(other) > 1.0
    assert not serious(other)
    approve(other)
    expect(other.locator("main")).to_contain_text("Đã duyệt bài «Một cửa là gì»")
    approval = Readings(folder.root).journal.approvals()[ScriptId("mot-cua")]
    assert approval.by == PEOPLE["duc"][0]
    show(other, console, "mot-cua")
    expect(other.locator("main")).to_contain_text("Sẵn sàng phát")
    other.goto(f"{console.url}/cai-dat/ai-lam-gi")


def test_a_range_of_the_sound_is_served(page: Page, console: ConsoleProcess, folder: StationFolder) -> None:
    folder.approve("bai-mot")
    log_in(page, console, "xem")
    show(page, console, "bai-mot")
    source = page.locator("audio").get_attribute("src")
    answer = page.request.get(f"{console.url}{source}", headers={"Range": "bytes=100-199"})
    assert answer.status == 206
    assert len(answer.body()) == 100
    wrong = re.sub(r"[0-9a-f]{64}", "0" * 64, str(source))
    assert page.request.get(f"{console.url}{wrong}").status == 404


def test_nobody_approves_what_they_wrote(page: Page, console: ConsoleProcess, folder: StationFolder) -> None:
    folder.script("cua-duc", "Bài Đức sửa", "Kính mời bà con.")
    edit(folder, "cua-duc", "Kính mời bà con đến họp.", by=DUC)
    folder.cli("prepare", "--only", "cua-duc")
    log_in(page, console, "duc")
    says(page, console, "cua-duc", "đến họp")
    show(page, console, "cua-duc")
    expect(page.locator("main")).to_contain_text("không tự duyệt")
    expect(page.get_by_role("button", name="Duyệt cho phát")).to_have_count(0)
    answer = post(page, console, "cua-duc/duyet", da_nghe="roi")
    assert answer[0] == 403
    assert "không tự duyệt" in answer[1]
    assert ScriptId("cua-duc") not in Readings(folder.root).journal.approvals()


def post(page: Page, console: ConsoleProcess, path: str, *, csrf: bool = True, **fields: str) -> tuple[int, str]:
    """Send a form past the page, as a careless or hostile client would; the status and the page."""
    token = str(page.locator("input[name=_csrf]").first.get_attribute("value")) if csrf else ""
    answer = page.request.post(
        f"{console.url}/bai-phat/{path}", form={**fields, "_csrf": token}, max_redirects=0, fail_on_status_code=False
    )
    return answer.status, answer.text()


def test_returned_with_a_reason_the_author_sees(
    page: Page, other: Page, console: ConsoleProcess, folder: StationFolder
) -> None:
    log_in(page, console, "lan")
    show(page, console, "bai-hai")
    page.get_by_role("button", name="Gửi duyệt").click()
    log_in(other, console, "duc")
    show(other, console, "bai-hai")
    other.get_by_text("trả lại cho người soạn").click()
    other.get_by_label("Lý do trả lại").fill("   ")
    other.get_by_role("button", name="Trả lại", exact=True).click()
    expect(other.locator("#sai-ly_do")).to_contain_text("Chưa ghi lý do")
    other.get_by_label("Lý do trả lại").fill("Câu đầu thiếu <b>địa điểm</b> họp")
    other.get_by_role("button", name="Trả lại", exact=True).click()
    expect(other.locator("main")).to_contain_text("Đã trả lại bài")
    page.goto(f"{console.url}/bai-phat")
    expect(page.locator(".viec-cua-toi")).to_contain_text("Bị trả lại cho tôi")
    expect(page.locator(".viec-cua-toi")).to_contain_text("Câu đầu thiếu <b>địa điểm</b> họp")
    show(page, console, "bai-hai")
    expect(page.locator("main")).to_contain_text("bị trả lại")
    assert not serious(page)


def test_an_edit_voids_approval_and_a_stale_page_is_refused(
    page: Page, console: ConsoleProcess, folder: StationFolder
) -> None:
    folder.script("doi-loi", "Bài đổi lời", "Mời bà con họp thứ Hai.")
    folder.approve("doi-loi")
    log_in(page, console, "duc")
    says(page, console, "doi-loi", "Sẵn sàng phát")
    show(page, console, "doi-loi")
    expect(page.locator("main")).to_contain_text("Sẵn sàng phát")
    folder.script("doi-loi", "Bài đổi lời", "Mời bà con họp thứ Ba.")
    says(page, console, "doi-loi", "cần duyệt lại")
    show(page, console, "doi-loi")
    expect(page.locator("main")).to_contain_text("không còn hiệu lực vì lời đọc đã sửa")
    make_sound(page)
    expect(page.get_by_role("button", name="Duyệt cho phát")).to_be_visible()
    folder.script("doi-loi", "Bài đổi lời", "Mời bà con họp thứ Tư.")
    approve(page)
    expect(page.locator("main")).to_contain_text("Lời đọc đã đổi sau khi bạn mở trang")
    held = Readings(folder.root).journal.approvals()[ScriptId("doi-loi")]
    assert held.text_sha256 != Readings(folder.root).newest.files.scripts[ScriptId("doi-loi")].text_sha256
    assert held.by == "Phó Chủ tịch"


def test_approval_is_withdrawn_with_a_reason(page: Page, console: ConsoleProcess, folder: StationFolder) -> None:
    folder.approve("bai-dai")
    log_in(page, console, "duc")
    show(page, console, "bai-dai")
    page.locator("summary", has_text="Rút phê duyệt").click()
    page.get_by_label("Lý do rút").fill("Số liệu đã cũ")
    page.get_by_role("button", name="Rút phê duyệt").click()
    expect(page.locator("main")).to_contain_text("Đã rút phê duyệt")
    assert ScriptId("bai-dai") not in Readings(folder.root).journal.approvals()
    expect(page.locator("main")).to_contain_text("nháp")


def test_versions_are_compared_and_brought_back(page: Page, console: ConsoleProcess, folder: StationFolder) -> None:
    folder.script("nhieu-ban", "Bài nhiều bản", "Lời cũ của bài này.")
    edit(folder, "nhieu-ban", "Lời mới của bài này.")
    log_in(page, console, "lan")
    says(page, console, "nhieu-ban", "Lời mới")
    show(page, console, "nhieu-ban")
    expect(page.locator("#lich-su")).to_contain_text("Nguyễn Thị Lan")
    page.locator("#lich-su").get_by_role("link").last.click()
    expect(page.locator(".dong-bo del")).to_have_text("cũ")
    expect(page.locator(".dong-them ins")).to_have_text("mới")
    assert not serious(page)
    assert fits(page)
    page.get_by_role("button", name="Lấy lại bản này").click()
    expect(page.locator("main")).to_contain_text("Đã lấy lại bản cũ")
    assert "Lời cũ của bài này." in (folder.root / "audio_scripts/nhieu-ban.md").read_text(encoding="utf-8")
    expect(page.locator("#lich-su")).to_contain_text("Lấy lại bản cũ")


@pytest.mark.parametrize(
    "path", ["bai-mot/duyet", "bai-mot/tra-lai", "bai-mot/rut", "bai-mot/gui-duyet", "bai-mot/tieng"]
)
def test_who_only_looks_sees_no_button_and_is_refused(page: Page, console: ConsoleProcess, path: str) -> None:
    log_in(page, console, "xem")
    show(page, console, "bai-mot")
    for name in ("Gửi duyệt", "Duyệt cho phát", "Dựng tiếng để nghe", "Trả lại", "Rút phê duyệt"):
        expect(page.get_by_role("button", name=name)).to_have_count(0)
    status, text = post(page, console, path, chu="x", tieng="y", da_nghe="roi", ly_do="z", ly_do_rut="z")
    assert status == 403
    assert "cần vai trò" in text


def test_a_form_without_its_token_is_refused(page: Page, console: ConsoleProcess, folder: StationFolder) -> None:
    log_in(page, console, "duc")
    show(page, console, "bai-mot")
    status, text = post(page, console, "bai-mot/rut", csrf=False, ly_do_rut="z")
    assert status == 403
    assert "Tải lại trang" in text
