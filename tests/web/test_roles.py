"""Who may do what: every address of the console against every role, by a table that a new address cannot be left out of."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from broadcaster.adapters.people import People, Role
from tests.station_process import StationFolder
from tests.web.console_process import NOW, PASSWORD, ConsoleProcess, running_console
from tests.web.plain_client import Client, routes

ROLES = ("xem", "soạn", "duyệt", "vận hành", "quản trị")
ANYONE = frozenset(ROLES)
AUTHOR, APPROVER, OPERATOR, ADMIN = ({role} for role in ROLES[1:])
NOBODY_NEEDED = {"/dang-nhap", "/lan-dau"}
"""Open before anyone has logged in; each has its own tests."""

READ = {
    ("/phat-ngay", "/phat-khan", "/phat-ngay/tim", "/phat-ngay/lenh/{order_id}", "/phat-khan/mau/{name}"): OPERATOR,
    ("/phat-khan/tin/{name}", "/thiet-bi/phat-thu"): OPERATOR,
    ("/lich-phat/moi", "/lich-phat/sua/{verb}/{airing_id:path}", "/lich-phat/khung/{slot_id}"): AUTHOR,
    ("/lich-phat/thoi/{slot_id}", "/lich-phat/bo-ngoai-le/{number}", "/lich-phat/goi-y", "/lich-phat/nhap"): AUTHOR,
    ("/soan-bai", "/soan-bai/{ma}", "/cai-dat/cho-trong/{ma}", "/cai-dat/tu-dien/tu"): AUTHOR,
    ("/cai-dat/nguoi-dung", "/cai-dat/nguoi-dung/{login}", "/thiet-bi/sao-luu/{name}"): ADMIN,
    ("/cai-dat/muc/{slug}/moi", "/cai-dat/muc/{slug}/{number}", "/cai-dat/muc/{slug}/{number}/bo"): ADMIN,
    ("/tam-dung",): ANYONE - {"xem"},
}
"""Pages that not everyone who is logged in may see; all others are open to all."""

WRITE = {
    ("/phat-ngay/doc-lai", "/phat-ngay/phat", "/phat-ngay/lenh/{order_id}/huy", "/phat-khan/mau/{name}"): OPERATOR,
    ("/thiet-bi/kham", "/thiet-bi/phat-thu"): OPERATOR,
    ("/lich-phat/moi", "/lich-phat/sua/{verb}/{airing_id:path}", "/lich-phat/khung/{slot_id}"): AUTHOR,
    ("/lich-phat/thoi/{slot_id}", "/lich-phat/bo-ngoai-le/{number}"): AUTHOR,
    ("/lich-phat/nhap", "/lich-phat/nhap/xem", "/lich-phat/nhap/nhan"): AUTHOR,
    ("/lich-phat/lich-su/{number}/hoan-tac",): AUTHOR | ADMIN,
    ("/soan-bai", "/soan-bai/doc-thu", "/soan-bai/day-tu", "/soan-bai/nap-word", "/soan-bai/nap-thu"): AUTHOR,
    ("/soan-bai/{ma}",): AUTHOR,
    ("/bai-phat/{ma}/gui-duyet", "/bai-phat/{ma}/lay-lai"): AUTHOR,
    ("/bai-phat/{ma}/duyet", "/bai-phat/{ma}/tra-lai", "/bai-phat/{ma}/rut"): APPROVER,
    ("/bai-phat/{ma}/tieng", "/nhat-ky/{so}/ghi-chu", "/dung", "/tam-dung", "/kiem-tra"): ANYONE - {"xem"},
    ("/bao-cao/phat-bu", "/bao-cao/hoat-dong", "/bao-cao/hoat-dong/{seq}/huy"): AUTHOR | OPERATOR,
    ("/cai-dat/cho-trong/{ma}", "/cai-dat/tu-dien/tu"): AUTHOR,
    ("/cai-dat/nguoi-dung", "/cai-dat/nguoi-dung/{login}", "/cai-dat/nguoi-dung/{login}/mat-khau"): ADMIN,
    ("/cai-dat/muc/{slug}/moi", "/cai-dat/muc/{slug}/{number}", "/cai-dat/muc/{slug}/{number}/bo"): ADMIN,
    ("/cai-dat/ngay-nghi", "/thiet-bi/sao-luu"): ADMIN,
    ("/nhat-ky/kiem-tra", "/bao-cao/van-ban/{loai}", "/cai-dat/toi", "/dang-xuat"): ANYONE,
}
"""Every address that changes or starts anything."""

SAMPLES = {
    "ma": "bai-mot", "script_id": "bai-mot", "slot_id": "sang", "verb": "doi", "slug": "quy-dinh", "number": "0", "so": "1",
    "seq": "1", "digest": "0" * 64, "sha256": "0" * 64, "loai": "bao-cao", "login": "khong-co",
}  # fmt: skip


def allowed(method: str, path: str) -> frozenset[str]:
    """The roles that may, by the tables above."""
    table = READ if method == "GET" else WRITE
    found = [roles for paths, roles in table.items() if path in paths]
    if not found and method == "GET":
        return ANYONE
    assert len(found) == 1, f"{method} {path}: say who may in WRITE"
    return frozenset(found[0])


def address(path: str) -> str:
    """The path with something in the place of its parameters."""
    return re.sub(r"\{(\w+)(?::path)?\}", lambda m: SAMPLES.get(m[1], "khong-co"), path)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> StationFolder:
    """A station with one person of each role alone."""
    made = StationFolder(tmp_path_factory.mktemp("vai") / "tram")
    made.calendar("khung_gio:\n  - ma: sang\n    phat: bai-mot\n    thu: [hằng ngày]\n    gio: '06:05'\n")
    people = People(made.root / "var/people.json")
    for number, role in enumerate(ROLES):
        name = f"Người {role}"
        people.add(login=f"nguoi{number}", name=name, roles=frozenset({Role(role)}), password=PASSWORD, now=NOW)
    return made


@pytest.fixture(scope="module")
def console(folder: StationFolder) -> Iterator[ConsoleProcess]:
    with running_console(folder) as process:
        yield process


@pytest.fixture(scope="module")
def people(console: ConsoleProcess) -> dict[str, Client]:
    """Everyone logged in."""
    return {role: Client(console, f"nguoi{number}") for number, role in enumerate(ROLES)}


def standing(folder: StationFolder) -> dict[str, bytes]:
    """What a person may not change by looking: files, people, and the rows of the journal."""
    rows = folder.cli("log", "verify", code=0).split("SHA")[0]
    kept: dict[str, bytes] = {"journal": rows.encode()}
    for part in ("station.toml", "schedules", "audio_scripts", "var/people.json"):
        root = folder.root / part
        for path in [root] if root.is_file() else sorted(root.rglob("*")):
            if path.is_file():
                kept[str(path.relative_to(folder.root))] = Path(path).read_bytes()
    return kept


def test_every_address_is_in_the_table_and_the_table_names_no_other() -> None:
    known = routes()
    assert len(known) > 100
    for method, path in known:
        if path not in NOBODY_NEEDED:
            allowed(method, path)
    written = {("GET", p) for paths in READ for p in paths} | {("POST", p) for paths in WRITE for p in paths}
    assert written <= set(known)


def test_who_has_not_logged_in_is_led_to_the_door_from_everywhere(console: ConsoleProcess) -> None:
    stranger = Client(console)
    for method, path in routes():
        if path in NOBODY_NEEDED:
            continue
        status, where, page = stranger.ask(method, address(path), {} if method == "POST" else None)
        assert (status, where.partition("?")[0]) == (303, "/dang-nhap") or (method == "POST" and status == 403), path
        assert "Trạm mẫu" not in page


def test_looking_changes_nothing_and_shows_only_what_a_role_may_see(
    folder: StationFolder, people: dict[str, Client]
) -> None:
    before = standing(folder)
    for method, path in routes():
        if method != "GET" or path in NOBODY_NEEDED:
            continue
        for role, client in people.items():
            status, _, page = client.ask("GET", address(path))
            assert (status == 403) == (role not in allowed("GET", path)), f"{role} {path}: {status}"
            assert status < 500, f"{role} {path}: {page[:500]}"
    assert standing(folder) == before


def test_a_role_that_may_not_is_told_so_and_changes_nothing(folder: StationFolder, people: dict[str, Client]) -> None:
    before = standing(folder)
    for method, path in routes():
        if method != "POST" or path in NOBODY_NEEDED:
            continue
        for role, client in people.items():
            if role in allowed("POST", path):
                continue
            status, _, page = client.ask("POST", address(path), {"_csrf": client.token, "buoc": "ghi"})
            assert status == 403, f"{role} {path}: {status}"
            assert "vai trò" in page, f"{role} {path}"
    assert standing(folder) == before


def test_no_command_is_taken_without_the_token_of_its_own_session(
    folder: StationFolder, people: dict[str, Client]
) -> None:
    before = standing(folder)
    stolen = people["xem"].token
    for method, path in routes():
        if method != "POST" or path in NOBODY_NEEDED:
            continue
        role = next(role for role in reversed(ROLES) if role in allowed("POST", path))
        for forged in ("", "0" * len(stolen), stolen if role != "xem" else people["duyệt"].token):
            status, _, page = people[role].ask("POST", address(path), {"_csrf": forged, "buoc": "ghi"})
            assert status == 403, f"{role} {path}: {status}"
            assert "Tải lại trang" in page, path
    assert standing(folder) == before


def test_who_may_is_answered(people: dict[str, Client]) -> None:
    leaving = {"/dang-xuat"}
    for method, path in routes():
        if method != "POST" or path in NOBODY_NEEDED | leaving:
            continue
        for role in sorted(allowed("POST", path)):
            client = people[role]
            status, _, page = client.ask("POST", address(path), {"_csrf": client.token})
            assert status < 500 or status == 503, f"{role} {path}: {status} {page[:300]}"
            assert status != 403, f"{role} {path}"
