"""An edit before it is written: the file's own marks kept, what was wrong before not told again, what is unread not written."""

import codecs
from pathlib import Path

import pytest

from broadcaster.errors import InputError
from tests.unit.station.calendar_desk import CALENDAR, Desk, fields

ROW = {"ngay": "12/03/2026", "gio": "15:00", "phat": "bai-hai"}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "tram")


def raw(desk: Desk) -> Path:
    """The officer's file."""
    return desk.folder.root / "schedules/lich.yaml"


def test_the_mark_at_the_head_of_a_file_stays(desk: Desk) -> None:
    raw(desk).write_bytes(codecs.BOM_UTF8 + CALENDAR.replace("\n", "\r\n").encode())
    before = raw(desk).read_bytes()
    values = {**desk.editor.rows.values(desk.slot("sang")), "gio": "06:10"}
    desk.write(desk.editor.rules.change(desk.slot("sang"), values))
    assert raw(desk).read_bytes() == before.replace(b'"06:05"', b'"06:10"')


@pytest.mark.parametrize("data", ["# lịch của đài\n".encode("utf-16"), b"# l\xec x\xec\n", b"\xff\xfe\x00"])
def test_a_file_in_other_letters_is_not_written_over(desk: Desk, data: bytes) -> None:
    own = desk.folder.root / "schedules/tram.yaml"
    own.write_bytes(data)
    with pytest.raises(InputError, match="UTF-8"):
        desk.editor.add("lich_ngay", ROW)
    assert own.read_bytes() == data


def test_what_was_wrong_before_does_not_stand_in_the_way(desk: Desk) -> None:
    broken = "\n  - {ma: cu, phat: khong-co, thu: T2, gio: '10:00'}\n"
    desk.folder.calendar(CALENDAR.replace("\nlich_ngay", f"{broken}lich_ngay"))
    assert fields(desk.editor.add("lich_ngay", ROW)) == {}
    values = {**desk.editor.rows.values(desk.slot("sang")), "ten": "Tin sáng"}
    moved = desk.editor.rules.change(desk.slot("sang"), values)
    assert moved.problems == (), "its line moved on by one: the same problem all the same"
    assert moved.sound
    desk.write(moved)
    second = desk.editor.add("lich_ngay", {**ROW, "phat": "khong-co"})
    assert fields(second) == {"phat": "unknown-content"}, "but another of its kind is new"


def test_a_known_clash_is_not_told_again(desk: Desk) -> None:
    desk.folder.calendar(CALENDAR + "  - {ngay: 11/03/2026, gio: '06:05', phat: bai-dai, cho_phep_tre: 1 giây}\n")
    assert fields(desk.editor.add("lich_ngay", {**ROW, "ngay": "11/03/2026"})) == {}
    assert desk.editor.add("lich_ngay", {**ROW, "ngay": "11/03/2026", "gio": "06:05"}).problems
