"""Every field of every page filled by a careless and by a hostile hand: no page breaks, nothing comes back as markup."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest

from broadcaster.adapters.people import People, Role
from broadcaster.web.rendering import HERE
from tests.station_process import StationFolder
from tests.web.console_process import NOW, PASSWORD, ConsoleProcess, running_console
from tests.web.plain_client import Client, routes

ODD = (
    "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>",
    "'; DROP TABLE entry; --",
    "../../../../etc/passwd",
    "\x00",
    "a\x00b\x1b[31m\x7f",
    "\r\nSet-Cookie: phien=x\r\n\r\n<h1>",
    "\u202egnôhk \ufeff\u200b",
    "Tie\u0302\u0301ng Vie\u0323\u0302t 😀🔊 𝄞",
    "“Thứ Hai” — 05/03",
    "{{7*7}}${7*7}%s%n{0}{khong_co}",
    "9" * 400,
    "-1",
    "1e999",
    "30/02/2026",
    "2026-13-45",
    "9999-12-31",
    "0001-01-01",
    "25:61",
    "=1+1",
    "x" * 70_000,
)
LEFT_OUT = {
    "/dang-xuat",
    "/dang-nhap",
    "/lan-dau",
    "/truc-tiep",
    "/thiet-bi/sao-luu",
    "/thiet-bi/kham",
    "/nhat-ky/kiem-tra",
}
"""Doors and long work, which take no words."""

FIELDS = sorted(
    {
        name
        for page in HERE.glob("templates/**/*.html")
        for name in re.findall(r'name="([a-z_]+)"', page.read_text("utf-8"))
    }
    | {
        "viet",
        "doc",
        "loi_doc",
        "tieu_de",
        "phat",
        "ngay",
        "gio",
        "cum_loa",
        "thu",
        "tu",
        "den",
        "ly_do",
        "tim",
        "trang",
        "cum",
    }
    | {
        "tuan",
        "thang",
        "ma",
        "chu",
        "ket_qua",
        "so",
        "dai",
        "ky",
        "nam",
        "loai",
        "khong_tinh",
        "beyond",
        "truoc",
        "sau",
        "the",
    }
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> StationFolder:
    """A station with one person who may do everything."""
    made = StationFolder(tmp_path_factory.mktemp("le") / "tram")
    made.calendar("khung_gio:\n  - ma: sang\n    phat: bai-mot\n    thu: [hằng ngày]\n    gio: '06:05'\n")
    people = People(made.root / "var/people.json")
    people.add(login="khac", name="Người khác", roles=frozenset({Role.VIEWER}), password=PASSWORD, now=NOW)
    people.add(login="tatca", name="Người làm mọi việc", roles=frozenset(Role), password=PASSWORD, now=NOW)
    return made


@pytest.fixture(scope="module")
def console(folder: StationFolder) -> Iterator[ConsoleProcess]:
    with running_console(folder) as process:
        yield process


@pytest.fixture(scope="module")
def person(console: ConsoleProcess) -> Client:
    return Client(console, "tatca")


def holds(page: str) -> None:
    """No markup of the sender's, and no inside of the program."""
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "Traceback" not in page
    assert "sqlite" not in page.lower()


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
def test_every_page_stands_whatever_its_address_holds(person: Client, folder: StationFolder, odd: str) -> None:
    said = quote(odd[:2000], safe="")
    asked = urlencode(dict.fromkeys(FIELDS, odd[:300]), errors="replace")
    for method, path in routes():
        if method != "GET" or path in LEFT_OUT:
            continue
        status, where, page = person.ask("GET", re.sub(r"\{[^}]+\}", said, path) + f"?{asked}")
        assert status < 500, f"{path}: {status} {page[:400]}"
        assert "\n" not in where
        holds(page)


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
@pytest.mark.parametrize("step", ["xem", "ghi"])
def test_every_command_stands_whatever_is_sent(person: Client, folder: StationFolder, odd: str, step: str) -> None:
    for method, path in routes():
        if method != "POST" or path in LEFT_OUT:
            continue
        where = re.sub(r"\{[^}]+\}", lambda m: "bai-mot" if m[0] == "{ma}" else quote(odd[:200], safe=""), path)
        form = {**dict.fromkeys(FIELDS, odd), "buoc": step, "_csrf": person.token}
        status, _, page = person.ask("POST", where, form)
        assert status < 500 or status == 503, f"{path}: {status} {page[:400]}"
        holds(page)


def test_nothing_was_written_outside_and_the_record_is_whole(folder: StationFolder, person: Client) -> None:
    beside = {p.name for p in folder.root.parent.iterdir()}
    assert beside == {"tram"}
    known = {"station.toml", "audio_scripts", "schedules", "var"}
    assert {p.name for p in folder.root.iterdir()} == known
    folder.cli("log", "verify")
    assert person.ask("GET", "/")[0] == 200


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "BREW"])
def test_other_methods_do_nothing(person: Client, folder: StationFolder, method: str) -> None:
    before = Path(folder.root / "station.toml").read_bytes()
    for path in ("/", "/lich-phat/moi", "/cai-dat/muc/quy-dinh/0", "/bai-phat/bai-mot"):
        status, _, page = person.ask(method, path)
        assert status in {200, 400, 403, 405, 501}, f"{method} {path}: {status}"
        holds(page)
    assert Path(folder.root / "station.toml").read_bytes() == before


@pytest.mark.parametrize(
    "path",
    [
        "/static/../station.toml",
        "/static/%2e%2e/%2e%2e/station.toml",
        "/static/..%2f..%2f..%2fstation.toml",
        "/thiet-bi/sao-luu/..%2f..%2fstation.toml",
        "/bao-cao/minh-chung/..%2f..%2f..%2fpeople.json",
        "/bao-cao/giay/..%2fpeople/tai",
        "/bai-phat/..%2f..%2fstation/nghe/..%2fx.wav",
        "//etc/passwd",
        "/khong-co-trang-nay",
        "/%00",
        "/" + "a" * 8000,
    ],
)
def test_no_address_leads_out_of_the_station(person: Client, path: str) -> None:
    status, _, page = person.ask("GET", path)
    assert status in {400, 403, 404, 414, 431}, status
    assert "ten_phuong" not in page
    assert "argon2" not in page
    holds(page)


def test_a_cookie_is_worth_nothing_after_leaving(console: ConsoleProcess) -> None:
    leaving = Client(console, "khac")
    kept = leaving.cookie
    assert leaving.ask("POST", "/dang-xuat", {"_csrf": leaving.token})[0] == 303
    leaving.cookie = kept
    assert leaving.ask("GET", "/cai-dat")[0] == 303


def test_a_crowd_is_answered(console: ConsoleProcess) -> None:
    person = Client(console, "khac")
    with ThreadPoolExecutor(50) as crowd:
        found = list(crowd.map(lambda _: person.ask("GET", "/lich-phat")[0], range(200)))
    assert set(found) == {200}
