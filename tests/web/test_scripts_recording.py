"""A recording in place of the machine's voice: uploaded, looked into, saved with its text, heard, approved by another."""

import io
import wave
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from broadcaster.adapters.edit_files import LARGEST_RECORDING
from broadcaster.domain.scripts import ScriptId
from broadcaster.wiring.readings import Readings
from tests.station_process import StationFolder
from tests.web.conftest import fits, log_in, serious
from tests.web.console_process import PEOPLE, ConsoleProcess
from tests.web.test_scripts_review import approve, hears, make_sound
from tests.web.test_scripts_write import write

BUTTON = "Nhận bản thu này"


def recording(seconds: float, pitch: float = 440.0) -> bytes:
    """A WAV of a tone."""
    made = io.BytesIO()
    moments = np.arange(round(seconds * 22_050)) / 22_050
    with wave.open(made, "wb") as file:
        file.setparams((1, 2, 22_050, 0, "NONE", "not compressed"))
        file.writeframes((9000 * np.sin(2 * np.pi * pitch * moments)).astype("<i2").tobytes())
    return made.getvalue()


def pick(page: Page, name: str, data: bytes) -> None:
    """Choose a file, whatever the browser thinks of it."""
    details = page.locator("details", has=page.locator("#o-tep_thu"))
    if details.get_attribute("open") is None:
        details.locator("summary").click()
    file: Any = {"name": name, "mimeType": "application/octet-stream", "buffer": data}
    page.locator("#o-tep_thu").set_input_files(file)


def recordings(folder: StationFolder) -> set[str]:
    """The sound files of the station."""
    return {p.name for p in (folder.root / "audio_scripts").iterdir() if p.suffix != ".md"}


def text_of(folder: StationFolder, name: str) -> str:
    """A script's file."""
    return (folder.root / f"audio_scripts/{name}.md").read_text(encoding="utf-8")


def test_uploaded_saved_heard_and_approved_by_another(
    page: Page, other: Page, console: ConsoleProcess, folder: StationFolder
) -> None:
    log_in(page, console, "lan")
    write(page, console, "Lời chúc đầu năm", "Kính chúc bà con năm mới.")
    pick(page, "../../Chúc <b>tết.WAV", recording(2.5))
    page.get_by_role("button", name=BUTTON).click()
    expect(page.locator("main")).to_contain_text("Đã nhận bản thu «Chúc <b>tết.WAV» dài 0:02, chưa lưu; bấm Lưu bài.")
    expect(page.get_by_label("Tiêu đề")).to_have_value("Lời chúc đầu năm")
    expect(page.locator("#o-loi_doc")).to_have_value("Kính chúc bà con năm mới.")
    assert recordings(folder) == set(), "nothing is saved yet"
    assert serious(page) == []
    assert fits(page)
    page.get_by_role("button", name="Lưu bài").click()
    page.wait_for_url("**/bai-phat/loi-chuc-dau-nam?da_luu=1")
    assert recordings(folder) == {"loi-chuc-dau-nam.wav"}
    assert "ban_thu: loi-chuc-dau-nam.wav" in text_of(folder, "loi-chuc-dau-nam")
    expect(page.locator("main")).to_contain_text("Bài này phát bản thu audio_scripts/loi-chuc-dau-nam.wav")
    expect(page.locator("main")).to_contain_text("Kính chúc bà con năm mới.")
    assert serious(page) == []
    page.get_by_role("button", name="Gửi duyệt").click()
    expect(page.locator("main")).to_contain_text("Đã gửi duyệt")
    expect(page.get_by_role("button", name="Duyệt cho phát")).to_have_count(0)

    log_in(other, console, "duc")
    other.goto(f"{console.url}/bai-phat/loi-chuc-dau-nam")
    make_sound(other)
    assert hears(other) == pytest.approx(2.5, abs=0.2)
    approve(other)
    expect(other.locator("main")).to_contain_text("Đã duyệt bài «Lời chúc đầu năm»")
    approval = Readings(folder.root).journal.approvals()[ScriptId("loi-chuc-dau-nam")]
    assert approval.by == PEOPLE["duc"][0]

    page.goto(f"{console.url}/soan-bai/loi-chuc-dau-nam")
    expect(page.locator("main")).to_contain_text("Bài đang phát bản thu loi-chuc-dau-nam.wav")
    assert serious(page) == []
    pick(page, "khac.wav", recording(1.5, 880))
    page.get_by_role("button", name="Lưu bài").click()
    page.wait_for_url("**/bai-phat/**")
    expect(page.locator("main")).not_to_contain_text("Sẵn sàng phát")
    expect(page.get_by_role("button", name="Dựng tiếng để nghe")).to_be_visible()


def test_saving_takes_the_picked_file_at_once_and_without_words(
    page: Page, console: ConsoleProcess, folder: StationFolder
) -> None:
    log_in(page, console, "lan")
    write(page, console, "Chỉ có tiếng", "")
    pick(page, "x.wav", recording(1))
    page.get_by_role("button", name="Lưu bài").click()
    page.wait_for_url("**/bai-phat/chi-co-tieng?da_luu=1")
    expect(page.locator("main")).to_contain_text("Chưa có lời chép lại")
    before = text_of(folder, "chi-co-tieng")
    page.goto(f"{console.url}/soan-bai/chi-co-tieng")
    page.locator("#o-tieu_de").fill("Chỉ có tiếng thôi")
    page.get_by_role("button", name="Lưu bài").click()
    page.wait_for_url("**/bai-phat/**")
    assert text_of(folder, "chi-co-tieng") == before.replace("Chỉ có tiếng", "Chỉ có tiếng thôi")
    page.goto(f"{console.url}/soan-bai/chi-co-tieng")
    page.get_by_label("Bỏ bản thu, cho máy đọc lời").check()
    page.get_by_role("button", name="Lưu bài").click()
    expect(page.locator("#sai-loi_doc")).to_contain_text("Bài không có lời đọc, cũng không có bản thu")
    expect(page.get_by_label("Bỏ bản thu, cho máy đọc lời")).to_be_checked()
    page.locator("#o-loi_doc").fill("Nay máy đọc.")
    page.get_by_role("button", name="Lưu bài").click()
    page.wait_for_url("**/bai-phat/**")
    assert "ban_thu" not in text_of(folder, "chi-co-tieng")
    assert "chi-co-tieng.wav" not in recordings(folder)
    page.goto(f"{console.url}/lich-phat/lich-su")
    page.get_by_role("button", name="Hoàn tác").first.click()
    expect(page.locator("main")).to_contain_text("Hoàn tác: Sửa bài chi-co-tieng, bỏ bản thu")
    assert "chi-co-tieng.wav" in recordings(folder)
    assert "ban_thu: chi-co-tieng.wav" in text_of(folder, "chi-co-tieng")


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("van-ban.mp3", "Kính thưa bà con".encode(), "không phải âm thanh"),
        ("rong.wav", b"", "rỗng"),
        ("../../x.mp3", b"<script>alert(1)</script>", "không phải âm thanh"),
        ("trang.html", b"<script>alert(1)</script>", "không phải mp3"),
        ("hong.mp3", b"ID3" + b"\xff" * 5000, "không giải mã được"),
        ("<img src=x onerror=alert(1)>.txt", recording(1), "không phải mp3"),
    ],
    ids=range(6),
)
@pytest.mark.parametrize("button", [BUTTON, "Lưu bài"])
def test_what_is_no_recording_is_said_at_its_field_and_nothing_typed_is_lost(
    page: Page, console: ConsoleProcess, folder: StationFolder, button: str, name: str, data: bytes, said: str
) -> None:
    before = {p.name for p in folder.root.rglob("*") if "var" not in p.parts}
    log_in(page, console, "lan")
    write(page, console, "Bản thu hỏng", "Chữ đã viết.")
    pick(page, name, data)
    page.get_by_role("button", name=button).click()
    expect(page.locator("#sai-tep_thu")).to_contain_text(said)
    expect(page.locator("#o-loi_doc")).to_have_value("Chữ đã viết.")
    assert page.locator("main img, main script").count() == 0
    assert {p.name for p in folder.root.rglob("*") if "var" not in p.parts} == before


def test_no_file_chosen_and_one_too_large(page: Page, console: ConsoleProcess, tmp_path: Path) -> None:
    log_in(page, console, "lan")
    write(page, console, "Bản thu quá lớn", "Chữ đã viết.")
    page.locator("summary", has_text="Phát bản thu").click()
    page.get_by_role("button", name=BUTTON).click()
    expect(page.locator("#sai-tep_thu")).to_contain_text("Chưa chọn bản thu nào")
    assert serious(page) == []
    large = tmp_path / "large.wav"
    large.write_bytes(recording(1))
    with large.open("ab") as file:
        file.truncate(LARGEST_RECORDING + 1)
    page.locator("#o-tep_thu").set_input_files(large)
    expect(page.locator("#sai-tep_thu")).to_contain_text("lớn quá 60 MB")
    page.get_by_role("button", name="Lưu bài").click()
    expect(page.locator("#sai-tep_thu")).to_contain_text("lớn quá 60 MB")
    expect(page.locator("#o-loi_doc")).to_have_value("Chữ đã viết.")
    csrf = page.locator("form[data-soan] [name=_csrf]").input_value()
    sent: Any = {
        "_csrf": csrf,
        "loi_doc": "Chữ đã viết.",
        "tep_thu": {"name": "a.wav", "mimeType": "audio/wav", "buffer": large.read_bytes()},
    }
    answer = page.request.post(f"{console.url}/soan-bai/nap-thu", multipart=sent)
    assert answer.status == 422, "the station refuses it as well"
    assert "lớn quá 60 MB" in answer.text()
    assert "Chữ đã viết." in answer.text()


def test_an_upload_let_go_is_said_and_the_words_stay(
    page: Page, console: ConsoleProcess, folder: StationFolder
) -> None:
    log_in(page, console, "lan")
    write(page, console, "Bản thu quá hạn", "Chữ đã viết.")
    pick(page, "a.wav", recording(1.2))
    page.get_by_role("button", name=BUTTON).click()
    expect(page.locator("main")).to_contain_text("Đã nhận bản thu")
    for upload in (folder.root / "var/history/uploads").iterdir():
        upload.unlink()
    page.get_by_role("button", name="Lưu bài").click()
    expect(page.locator("#sai-tep_thu")).to_contain_text("không còn được giữ")
    expect(page.locator("#o-loi_doc")).to_have_value("Chữ đã viết.")
    page.get_by_role("button", name="Lưu bài").click()
    page.wait_for_url("**/bai-phat/ban-thu-qua-han?da_luu=1")
    assert "ban_thu" not in text_of(folder, "ban-thu-qua-han"), "said once, then saved without it"


def test_two_people_with_two_recordings_choose(
    page: Page, other: Page, console: ConsoleProcess, folder: StationFolder
) -> None:
    log_in(page, console, "lan")
    log_in(other, console, "lan")
    write(page, console, "Hai bản thu", "Chữ đã viết.")
    pick(page, "a.wav", recording(1))
    page.get_by_role("button", name="Lưu bài").click()
    page.wait_for_url("**/bai-phat/**")
    for browser in (page, other):
        browser.goto(f"{console.url}/soan-bai/hai-ban-thu")
    pick(page, "b.wav", recording(1, 550))
    page.get_by_role("button", name="Lưu bài").click()
    page.wait_for_url("**/bai-phat/**")
    pick(other, "c.wav", recording(1, 660))
    other.get_by_role("button", name="Lưu bài").click()
    expect(other.locator("main")).to_contain_text("Có người vừa sửa cùng một chỗ")
    expect(other.locator("main")).to_contain_text("hai-ban-thu.wav")
    assert serious(other) == []
    assert (folder.root / "audio_scripts/hai-ban-thu.wav").read_bytes() == recording(1, 550)
    other.get_by_role("button", name="Dùng bản của tôi").click()
    other.wait_for_url("**/bai-phat/**")
    assert (folder.root / "audio_scripts/hai-ban-thu.wav").read_bytes() == recording(1, 660)


def test_it_fits_a_phone(phone: Page, console: ConsoleProcess) -> None:
    log_in(phone, console, "lan")
    write(phone, console, "Trên điện thoại", "Chữ.")
    pick(phone, f"{'dài' * 60}.wav", recording(1))
    phone.get_by_role("button", name=BUTTON).click()
    expect(phone.locator("main")).to_contain_text("Đã nhận bản thu")
    assert fits(phone)
    assert serious(phone) == []
