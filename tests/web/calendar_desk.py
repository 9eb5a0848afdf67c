"""A calendar with its officer's remarks, forms filled in as a person would, and what the files then give at the command line."""

from datetime import date, datetime, timedelta
from pathlib import Path
from urllib.parse import quote
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect

from broadcaster.adapters.people import Role
from tests.station_process import StationFolder
from tests.web.console_process import NOW, PASSWORD, ConsoleProcess, add_people

TODAY = datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")).date()
DAY = TODAY + timedelta(days=10)
"""Far enough ahead that nothing of it has passed, near enough to be in the thirty days of a preview."""

CALENDAR = f"""# Lịch của phường. Bà Sáu sửa tay, xin giữ nguyên lời ghi.

khung_gio:
  # Buổi sáng: đã báo các khóm
  - ma: sang    # mã này dán ở nhà văn hóa
    phat: 'bai-mot'
    gio:   ["06:05"]      # sau bản tin tỉnh
    thu: [hằng ngày]

  - ma: chieu
    thu: [thứ Ba, thứ Năm, thứ Bảy, Chủ nhật]   # họp ngày 3/3
    gio: ["17:05"]
    cum_loa: khom-1
    phat: bai-hai
    # lời ghi cuối mục
  - {{ma: trua, phat: bai-mot, thu: [hằng ngày], gio: ["11:00"], cum_loa: khom-2}}   # viết một dòng

lich_ngay:
  - ngay: {DAY:%d/%m/%Y}
    gio: "09:00"
    phat: bai-hai      # thay bài cũ
# hết
"""


WINDOWS = """
[[khung_phat]]
ten = "Buổi sáng"
tu = "05:30"
den = "11:30"

[[khung_phat]]
ten = "Buổi chiều"
tu = "13:30"
den = "18:00"
"""


def edited_station(root: Path) -> StationFolder:
    """A station with windows, quiet nights and a calendar full of remarks; a second author beside the first."""
    folder = StationFolder(root)
    folder.settings(sink="file", quiet="21:00-05:00")
    settings = root / "station.toml"
    settings.write_text(settings.read_text(encoding="utf-8") + WINDOWS, encoding="utf-8")
    folder.calendar(CALENDAR)
    people = add_people(folder)
    people.add(login="hoa", name="Đỗ Thị Hoa", roles=frozenset({Role.AUTHOR}), password=PASSWORD, now=NOW)
    return folder


def on(day: date, at: str) -> str:
    """A moment as `planned` names it."""
    return f"{day:%Y-%m-%d} {at}"


def planned(folder: StationFolder, days: int = 45) -> dict[str, tuple[str, str]]:
    """Moment → programme and zones of everything to be heard, as the program reads the files; the cancelled are left out."""
    rows = folder.rows("rundown", "--days", str(days))
    return {
        f"{r['planned'][:10]} {r['planned'][11:16]}": (r["programme"], r["zone"])
        for r in rows
        if r["state"] != "cancelled"
    }


def own_file(folder: StationFolder) -> Path:
    """Where the console writes what has no file of its own."""
    return folder.root / "schedules/tram.yaml"


def the_file(folder: StationFolder) -> str:
    """The officer's YAML calendar, every byte."""
    return (folder.root / "schedules/lich.yaml").read_bytes().decode("utf-8")


def all_files(folder: StationFolder) -> dict[str, bytes]:
    """Everything in schedules/."""
    return {p.name: p.read_bytes() for p in (folder.root / "schedules").iterdir()}


def fill(page: Page, **fields: str) -> None:
    """Type into fields by their keys, opening the finer ones; what is a list is ticked."""
    for key, text in fields.items():
        field = page.locator(f"#o-{key}")
        if not field.count():
            for word in text.split(", "):
                page.locator(f"input[name={key}][value='{word}']").check()
            continue
        if not field.is_visible():
            page.get_by_text("Chi tiết khác").click()
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(text)
        else:
            field.fill(text)


def preview(page: Page) -> None:
    """Look at what would change."""
    page.get_by_role("button", name="Xem trước").first.click()
    page.wait_for_load_state("load")


def write(page: Page) -> None:
    """Write what was looked at."""
    page.get_by_role("button", name="Ghi vào lịch").click()
    expect(page.locator("main")).to_contain_text("Đã ghi:")


def open_airing(page: Page, console: ConsoleProcess, day: date, at: str) -> None:
    """Find what is heard at a moment in the week's table and open it."""
    page.goto(f"{console.url}/lich-phat?tuan={day:%Y-%m-%d}")
    page.locator(f"a.luot[href$='{quote(f'@{day:%Y-%m-%d}T{at}+07:00', safe='')}']").click()


def fresh(page: Page, locator: str, text: str) -> None:
    """Reload until the console has read the files anew and shows the text: it looks every few seconds."""
    for _ in range(40):
        if text in page.locator(locator).first.inner_text():
            return
        page.wait_for_timeout(500)
        page.reload()
    expect(page.locator(locator).first).to_contain_text(text)
