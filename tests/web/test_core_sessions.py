"""Sessions, the brake, the one-time link, the people's file: by a clock that the test moves."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from broadcaster.adapters.people import People, Person, Role
from broadcaster.errors import BroadcasterError, InputError
from broadcaster.web.rendering import back_to, lamp, lunar
from broadcaster.web.sessions import IDLE_S, LONGEST_S, MOST_SESSIONS, Brake, FirstRun, Sessions
from tests.web.console_process import NOW, PASSWORD


class Hand:
    """A monotonic clock moved by hand."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def hand() -> Hand:
    return Hand()


LAN = Person(login="lan", name="Nguyễn Thị Lan", roles=frozenset({Role.AUTHOR}), changed="một")


def test_a_session_ends_unused_and_after_a_working_day(hand: Hand) -> None:
    sessions = Sessions(hand)
    token = sessions.begin(LAN)
    hand.seconds += IDLE_S - 1
    assert sessions.find(token) is not None
    hand.seconds += IDLE_S - 1
    assert sessions.find(token, touch=False) is not None
    hand.seconds += 2
    assert sessions.find(token) is None
    token = sessions.begin(LAN)
    for _ in range(int(LONGEST_S // 3600)):
        assert sessions.find(token) is not None
        hand.seconds += 3600
    hand.seconds += 1
    assert sessions.find(token) is None


def test_a_session_cannot_be_made_up_and_ends_when_asked(hand: Hand) -> None:
    sessions = Sessions(hand)
    token = sessions.begin(LAN)
    assert sessions.find("") is None
    assert sessions.find(token + "x") is None
    sessions.end(token)
    assert sessions.find(token) is None


def test_sessions_are_bounded_and_the_least_used_goes(hand: Hand) -> None:
    sessions = Sessions(hand)
    first = sessions.begin(LAN)
    for _ in range(MOST_SESSIONS - 1):
        hand.seconds += 1
        last = sessions.begin(LAN)
    assert sessions.find(first) is not None
    hand.seconds += 1
    sessions.begin(LAN)
    assert sessions.find(first) is not None
    assert sessions.find(last) is not None


def test_tokens_of_forms_belong_to_one_cookie(hand: Hand) -> None:
    sessions = Sessions(hand)
    assert sessions.csrf("a") == sessions.csrf("a")
    assert sessions.csrf("a") != sessions.csrf("b")
    assert sessions.csrf("a") != Sessions(hand).csrf("a")


def test_the_brake_doubles_is_bounded_and_is_released(hand: Hand) -> None:
    brake = Brake(hand)
    began = [brake.failed("ten:lan", "tu:1") for _ in range(6)]
    assert began == [False, False, False, False, True, False]
    assert brake.wait_s("ten:lan") == 60
    assert brake.wait_s("ten:duc", "tu:1") == 60
    assert brake.wait_s("ten:duc") == 0
    hand.seconds += 60
    assert brake.wait_s("ten:lan") == 0
    for _ in range(40):
        brake.failed("ten:lan")
    assert brake.wait_s("ten:lan") == 900
    brake.passed("ten:lan")
    assert brake.wait_s("ten:lan") == 0


def test_the_first_link_lasts_fifteen_minutes_and_the_newest_counts(hand: Hand) -> None:
    link = FirstRun(hand)
    assert not link.holds("")
    old, new = link.open(), link.open()
    assert not link.holds(old)
    assert link.holds(new)
    hand.seconds += 900
    assert not link.holds(new)
    again = link.open()
    link.close()
    assert not link.holds(again)


@pytest.mark.parametrize("address", ["//kẻ.gian", "https://x", "/\\x", "\\x", "javascript:1", "", "/a\nb", "a"])
def test_only_an_own_path_is_gone_back_to(address: str) -> None:
    assert back_to(address) == "/"


def test_an_own_path_is_kept_with_its_question() -> None:
    assert back_to("/nhat-ky?tu=2026-11-24") == "/nhat-ky?tu=2026-11-24"


def test_the_lamp_says_the_worst_first() -> None:
    assert lamp(None).word == "Trạm chưa chạy"
    assert lamp({"on_air": [1], "last_problem": "x"}).word == "Đang phát"
    assert lamp({"on_air": [], "last_problem": "x"}).kind == "loi"
    assert lamp({"on_air": [], "last_problem": ""}).kind == "cho"


def test_a_day_beyond_the_lunar_tables_has_none() -> None:
    assert lunar(NOW.date()) == "16/10 âm lịch"
    assert lunar(NOW.date().replace(year=2300)) == ""


@pytest.fixture
def people(tmp_path: Path) -> People:
    return People(tmp_path / "var/people.json")


def add(people: People, login: str, *roles: Role) -> Person:
    return people.add(login=login, name=f"Người {login}", roles=frozenset(roles), password=PASSWORD, now=NOW)


def test_a_password_is_checked_and_kept_as_argon2_only(people: People, tmp_path: Path) -> None:
    add(people, "Lan.Nguyen ", Role.ADMIN)
    assert people.verify(" lan.nguyen", PASSWORD) is not None
    assert people.verify("lan.nguyen", PASSWORD + " ") is None
    assert people.verify("khong-ai", PASSWORD) is None
    kept = (tmp_path / "var/people.json").read_text(encoding="utf-8")
    assert "$argon2id$" in kept
    assert PASSWORD not in kept
    assert (tmp_path / "var/people.json").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("login", "name", "password"),
    [
        ("l", "Nguyễn Lan", PASSWORD),
        ("lan nguyen", "Nguyễn Lan", PASSWORD),
        ("../lan", "Nguyễn Lan", PASSWORD),
        ("lan\0", "Nguyễn Lan", PASSWORD),
        ("lan", " ", PASSWORD),
        ("lan", "Nguyễn Lan", "ngắn"),
        ("lan", "Nguyễn Lan", "aaaaaaaaaaaa"),
        ("lan", "Nguyễn Lan", "1234567890"),
        ("lan", "Nguyễn Lan", "matkhau2026"),
        ("lan", "Nguyễn Lan", "x" * 201),
    ],
)
def test_what_cannot_be_used_is_refused_in_words(people: People, login: str, name: str, password: str) -> None:
    with pytest.raises(InputError) as refused:
        people.add(login=login, name=name, roles=frozenset({Role.VIEWER}), password=password, now=NOW)
    assert refused.value.message.endswith(".")
    assert refused.value.hint
    assert people.all() == ()


def test_a_name_is_one_line_whatever_was_pasted(people: People) -> None:
    made = people.add(
        login="lan", name=" Nguyễn\nThị\u202e Lan ", roles=frozenset({Role.ADMIN}), password=PASSWORD, now=NOW
    )
    assert made.name == "Nguyễn Thị Lan"


def test_the_last_administrator_cannot_go(people: People) -> None:
    add(people, "mot", Role.ADMIN)
    add(people, "hai", Role.ADMIN)
    people.change("mot", active=False)
    with pytest.raises(InputError):
        people.change("hai", roles=frozenset({Role.VIEWER}))
    with pytest.raises(InputError):
        people.change("hai", active=False)
    with pytest.raises(InputError):
        add(people, "hai", Role.VIEWER)


def test_a_closed_account_verifies_no_more(people: People) -> None:
    add(people, "mot", Role.ADMIN)
    add(people, "hai", Role.OPERATOR)
    closed = people.change("hai", active=False)
    assert people.verify("hai", PASSWORD) is None
    assert not closed.may(Role.OPERATOR)


def test_two_processes_adding_at_once_lose_nobody(people: People, tmp_path: Path) -> None:
    add(people, "dau", Role.ADMIN)
    ready = threading.Barrier(4)

    def one(n: int) -> None:
        mine = People(tmp_path / "var/people.json")
        ready.wait()
        for k in range(3):
            add(mine, f"nguoi-{n}-{k}", Role.VIEWER)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(one, range(4)))
    assert len(people.all()) == 13


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"people": [{"login": "x"}]}', '{"people": [{"roles": ["vua"]}]}', "\0"]
)
def test_a_damaged_file_is_said_and_never_written_over(people: People, tmp_path: Path, text: str) -> None:
    file = tmp_path / "var/people.json"
    file.parent.mkdir()
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BroadcasterError) as refused:
        people.all()
    assert refused.value.hint
    with pytest.raises(BroadcasterError):
        add(people, "lan", Role.ADMIN)
    assert file.read_text(encoding="utf-8") == text
