"""Writing a script in a real browser: seen as spoken while written, errors at their field, nothing typed ever lost."""

import io
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.station_process import StationFolder
from tests.web.conftest import fits, log_in, serious
from tests.web.console_process import ConsoleProcess

TEXT = (
    "Kính thưa bà con. Ngày 15/3/2026, UBND phường tiếp công dân từ 7h30 đến 11h.\n\nXin mời bà con đến trụ sở phường."
)


def word_file(*paragraphs: str) -> bytes:
    """The smallest package that Word opens."""
    body = "".join(f"<w:p><w:r><w:t>{p}</w:t></w:r></w:p>" for p in paragraphs)
    name = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    kinds = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as package:
        package.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            f'<Override PartName="/word/document.xml" ContentType="{kinds}"/></Types>',
        )
        package.writestr("word/document.xml", f'<w:document xmlns:w="{name}"><w:body>{body}</w:body></w:document>')
    return held.getvalue()


def write(page: Page, console: ConsoleProcess, title: str, text: str = TEXT, kind: str = "thông báo") -> None:
    """Fill the form of a new script, not yet saved."""
    page.goto(f"{console.url}/soan-bai")
    page.get_by_label("Tiêu đề").fill(title)
    page.get_by_label("Loại bài").select_option(kind)
    page.locator("#o-loi_doc").fill(text)


def file_of(folder: StationFolder, name: str) -> Path:
    """A script's file."""
    return folder.root / f"audio_scripts/{name}.md"


def test_a_script_is_seen_as_spoken_while_it_is_written_and_then_saved(
    page: Page, console: ConsoleProcess, folder: StationFolder
) -> None:
    log_in(page, console, "lan")
    write(page, console, "Lịch tiếp công dân tháng Ba")
    heard = page.locator("#doc-thu")
    expect(heard).to_contain_text("gày mười lăm tháng ba năm hai nghìn không trăm hai mươi sáu")
    expect(heard).to_contain_text("ủy ban nhân dân")
    expect(heard).to_contain_text("tiếng")
    assert serious(page) == []
    assert fits(page)
    page.get_by_role("button", name="Lưu bài").click()
    expect(page).to_have_url(f"{console.url}/bai-phat/lich-tiep-cong-dan-thang-ba?da_luu=1")
    expect(page.locator("main")).to_contain_text("Đã lưu bài")
    written = file_of(folder, "lich-tiep-cong-dan-thang-ba").read_text(encoding="utf-8")
    assert "Ngày 15/3/2026, UBND phường" in written
    assert "loai: thông báo" in written


def test_what_is_wrong_stands_at_its_field_and_nothing_typed_is_lost(page: Page, console: ConsoleProcess) -> None:
    log_in(page, console, "lan")
    write(page, console, "")
    page.get_by_label("Dùng từ ngày").fill("31/4/2026")
    page.get_by_role("button", name="Lưu bài").click()
    expect(page.locator("#sai-tieu_de")).to_contain_text("▲")
    expect(page.locator("#o-tieu_de")).to_be_focused()
    expect(page.locator("#o-loi_doc")).to_have_value(TEXT)
    page.locator("#o-tieu_de").fill("Bài sai ngày")
    page.get_by_role("button", name="Lưu bài").click()
    expect(page.locator("#sai-hieu_luc_tu")).to_contain_text("31/4/2026")
    expect(page.get_by_label("Dùng từ ngày")).to_have_value("31/4/2026")
    expect(page.locator("#o-loi_doc")).to_have_value(TEXT)


def test_an_edit_leaves_comments_and_unknown_order_of_the_file_alone(
    page: Page, console: ConsoleProcess, folder: StationFolder
) -> None:
    before = (
        "---\n# do Word chép sang, giữ nguyên\nloai: thông báo\ntieu_de: Bài có ghi chú\nnguon: [thử nghiệm]\n"
        "---\n\nKính mời bà con.\n"
    )
    file_of(folder, "bai-co-ghi-chu").write_text(before, encoding="utf-8")
    log_in(page, console, "lan")
    page.goto(f"{console.url}/soan-bai/bai-co-ghi-chu")
    for _ in range(20):
        if page.locator("#o-loi_doc").count():
            break
        page.wait_for_timeout(500)
        page.reload()
    page.locator("#o-loi_doc").fill("Kính mời bà con và cô bác.")
    page.get_by_role("button", name="Lưu bài").click()
    page.wait_for_url("**/bai-phat/**")
    after = file_of(folder, "bai-co-ghi-chu").read_text(encoding="utf-8")
    assert after == before.replace("Kính mời bà con.", "Kính mời bà con và cô bác.")


def test_two_people_at_one_script_see_both_texts_and_choose(
    page: Page, other: Page, console: ConsoleProcess, folder: StationFolder
) -> None:
    log_in(page, console, "lan")
    log_in(other, console, "lan")
    for browser in (page, other):
        browser.goto(f"{console.url}/soan-bai/bai-hai")
    page.locator("#o-loi_doc").fill("Bản của người thứ nhất.")
    page.get_by_role("button", name="Lưu bài").click()
    page.wait_for_url("**/bai-phat/**")
    other.locator("#o-loi_doc").fill("Bản của người thứ hai.")
    other.get_by_role("button", name="Lưu bài").click()
    expect(other.locator("main")).to_contain_text("Bản của người thứ nhất.")
    expect(other.locator("main")).to_contain_text("Bản của người thứ hai.")
    assert serious(other) == []
    assert "thứ nhất" in file_of(folder, "bai-hai").read_text(encoding="utf-8"), "nothing was written yet"
    other.get_by_role("button", name="Dùng bản của tôi").click()
    other.wait_for_url("**/bai-phat/**")
    assert "thứ hai" in file_of(folder, "bai-hai").read_text(encoding="utf-8")


def test_a_word_file_fills_the_text_and_what_is_none_is_refused_at_the_field(
    page: Page, console: ConsoleProcess
) -> None:
    log_in(page, console, "lan")
    page.goto(f"{console.url}/soan-bai")
    page.locator("summary", has_text="tệp Word").click()
    good = {
        "name": "../../bai.docx",
        "mimeType": "application/octet-stream",
        "buffer": word_file("Thông báo", "Mời họp khóm."),
    }
    page.get_by_label("Tệp Word (.docx)").set_input_files(good)  # type: ignore[arg-type]  # the file as a dict is allowed
    page.get_by_role("button", name="Lấy chữ từ tệp này").click()
    expect(page.locator("#o-loi_doc")).to_have_value("Thông báo\n\nMời họp khóm.")
    expect(page.get_by_label("Tiêu đề")).to_have_value("Thông báo")
    page.locator("summary", has_text="tệp Word").click()
    bad = {"name": "bai.docx", "mimeType": "application/octet-stream", "buffer": b"not a package"}
    page.get_by_label("Tệp Word (.docx)").set_input_files(bad)  # type: ignore[arg-type]
    page.get_by_role("button", name="Lấy chữ từ tệp này").click()
    expect(page.locator("#sai-tep_word")).to_contain_text("▲")
    expect(page.locator("#o-loi_doc")).to_have_value("Thông báo\n\nMời họp khóm.")


def test_a_taught_word_is_read_so_at_once(page: Page, console: ConsoleProcess, folder: StationFolder) -> None:
    log_in(page, console, "lan")
    write(page, console, "Bài dạy từ", "Mời bà con đến TTVHKH của khóm.")
    expect(page.locator("#doc-thu .can-xem")).to_have_count(1)
    page.get_by_label("Chữ viết", exact=True).fill("TTVHKH")
    page.get_by_label("Đọc là", exact=True).fill("trung tâm văn hóa khóm")
    page.get_by_role("button", name="Thêm vào từ điển").click()
    expect(page.locator("#ket-qua-day")).to_contain_text("Đã thêm")
    expect(page.locator("#doc-thu")).to_contain_text("trung tâm văn hóa khóm của khóm")
    assert "TTVHKH\ttrung tâm văn hóa khóm" in (folder.root / "audio_scripts/tu-dien.tsv").read_text(encoding="utf-8")
    page.get_by_label("Chữ viết", exact=True).fill("XYZT")
    page.get_by_label("Đọc là", exact=True).fill("123")
    page.get_by_role("button", name="Thêm vào từ điển").click()
    expect(page.locator("#ket-qua-day")).to_contain_text("▲")


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script><img src=x onerror=alert(1)>",
        "'); DROP TABLE as_run; -- \U0001f4e2 {chua_dien}",
    ],
)
def test_text_stays_text(page: Page, console: ConsoleProcess, text: str) -> None:
    log_in(page, console, "lan")
    write(page, console, "Chữ lạ", text)
    expect(page.locator("#doc-thu table")).to_have_count(1)
    assert page.locator("#doc-thu script, #doc-thu img").count() == 0
    expect(page.locator("#o-loi_doc")).to_have_value(text)


def test_a_megabyte_of_text_is_refused_in_words_and_kept(page: Page, console: ConsoleProcess) -> None:
    log_in(page, console, "lan")
    long = "Kính mời bà con. " * 60_000
    write(page, console, "Bài quá dài", long)
    expect(page.locator("#doc-thu")).to_contain_text("quá", timeout=30_000)
    page.get_by_role("button", name="Lưu bài").click()
    expect(page.locator("#sai-loi_doc")).to_contain_text("Chia ra nhiều bài", timeout=30_000)
    assert len(page.locator("#o-loi_doc").input_value()) == len(long)
    csrf = page.locator("form[data-soan] [name=_csrf]").input_value()
    typed: dict[str, str | float | bool] = {
        "_csrf": csrf,
        "tieu_de": "Bài quá dài",
        "loai": "tin",
        "loi_doc": "Mời. " * 10_000,
        "began": "",
    }
    answer = page.request.post(f"{console.url}/soan-bai", form=typed)
    assert answer.status == 422, "the station refuses it as well"
    assert "quá 40000" in answer.text()


def test_a_lost_session_loses_no_text(page: Page, console: ConsoleProcess) -> None:
    log_in(page, console, "lan")
    write(page, console, "Bài viết dở", "Đoạn đang viết dở, chưa lưu.")
    page.context.clear_cookies()
    page.get_by_role("button", name="Lưu bài").click()
    log_in(page, console, "lan", to="/soan-bai")
    page.goto(f"{console.url}/soan-bai")
    page.get_by_role("button", name="Lấy lại bản viết dở").click()
    expect(page.locator("#o-loi_doc")).to_have_value("Đoạn đang viết dở, chưa lưu.")


def test_whoever_may_not_write_is_told_who_may(page: Page, console: ConsoleProcess) -> None:
    log_in(page, console, "xem")
    page.goto(f"{console.url}/soan-bai")
    expect(page.locator("main")).to_contain_text("cần vai trò soạn")


@pytest.mark.parametrize("name", ["../station", "bài có dấu", "a b", "con\u0000", "x" * 300])
def test_a_name_that_is_no_id_is_refused_at_its_field(
    page: Page, console: ConsoleProcess, folder: StationFolder, name: str
) -> None:
    log_in(page, console, "lan")
    before = {p.name for p in folder.root.rglob("*.md")}
    write(page, console, "Tên tệp lạ")
    page.locator("#o-ma").fill(name)
    page.get_by_role("button", name="Lưu bài").click()
    if name == "con\u0000":
        page.wait_for_url("**/bai-phat/con?da_luu=1")
        return
    expect(page.locator("#sai-ma")).to_contain_text("▲")
    assert {p.name for p in folder.root.rglob("*.md")} == before


def test_it_fits_a_phone(phone: Page, console: ConsoleProcess) -> None:
    log_in(phone, console, "lan")
    phone.goto(f"{console.url}/soan-bai/bai-mot")
    expect(phone.locator("#doc-thu table")).to_have_count(1)
    assert fits(phone)
    assert serious(phone) == []
