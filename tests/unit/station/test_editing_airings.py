"""One airing added, cancelled, replaced or moved on real files: the others stay, and the line says why."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from broadcaster.domain.plan_changes import ChangeKind
from broadcaster.errors import InputError
from broadcaster.ports_editing import ConflictError
from tests.unit.station.calendar_desk import CALENDAR, NOW, TODAY, Desk, fields

TUESDAY = date(2026, 3, 10)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "tram")


def without(heard: list[str], start: str) -> list[str]:
    """All but what begins so."""
    kept = [line for line in heard if not line.startswith(start)]
    assert len(kept) == len(heard) - 1
    return kept


def test_a_new_row_goes_to_the_stations_own_file(desk: Desk) -> None:
    before = desk.heard()
    proposal = desk.editor.add("lich_ngay", {"ngay": "12/03/2026", "gio": "15:00", "phat": "bai-hai"})
    assert [c.kind for c in proposal.diff] == [ChangeKind.ADDED]
    assert desk.own == "", "a proposal writes nothing"
    desk.write(proposal)
    assert sorted(desk.heard()) == sorted([*before, "12/03 15:00 bai-hai khom-1+khom-2"])
    assert desk.calendar == CALENDAR
    assert desk.own.startswith("# Lịch của đài")
    first = desk.own
    desk.write(desk.editor.add("lich_ngay", {"ngay": "13/03/2026", "gio": "15:00", "phat": "bai-hai"}))
    assert desk.own.startswith(first)


@pytest.mark.parametrize(
    ("section", "values", "wrong"),
    [
        ("lich_ngay", {"ngay": "01/03/2026", "gio": "15:00", "phat": "bai-hai"}, {"ngay": "day-past"}),
        ("lich_ngay", {"ngay": "02/03/2026", "gio": "08:00", "phat": "bai-hai"}, {"gio": "day-past"}),
        ("ngoai_le", {"viec": "bỏ", "tu": "27/02/2026", "den": "01/03/2026", "ly_do": "lễ"}, {"den": "day-past"}),
        ("khung_gio", {"ma": "x", "phat": "bai-hai", "thu": "T2", "gio": "7:00", "den": "01/03/2026"}, {"den": "day-past"}),
        ("lich_ngay", {"ngay": "12/03/2026", "gio": "15:00", "phat": "khong-co"}, {"phat": "unknown-content"}),
        ("lich_ngay", {"ngay": "12/03/2026", "gio": "22:00", "phat": "bai-hai"}, {"gio": "quiet-hours"}),
        ("lich_ngay", {"ngay": "12/03/2026", "gio": "06:05", "phat": "bai-mot", "cum_loa": "khom-9"}, {"cum_loa": "unknown-zone"}),
        ("khung_gio", {"ma": "sang", "phat": "bai-hai", "thu": "T2", "gio": "7:00"}, {"ma": "id-repeated"}),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_at_its_field(
    desk: Desk, section: str, values: dict[str, str], wrong: dict[str, str]
) -> None:
    proposal = desk.editor.add(section, values)
    assert fields(proposal) == wrong
    assert not proposal.sound
    with pytest.raises(InputError):
        desk.editor.write(proposal, by="Lan")
    assert desk.own == ""


def test_a_row_of_today_with_an_hour_to_come_is_taken(desk: Desk) -> None:
    desk.write(desk.editor.add("lich_ngay", {"ngay": "02/03/2026", "gio": "07:00, 15:00", "phat": "bai-hai"}))
    assert "02/03 15:00 bai-hai khom-1+khom-2" in desk.heard()


def test_every_problem_comes_at_once(desk: Desk) -> None:
    values = {"ngay": "12/03/2026", "gio": "22:00", "phat": "bai-mot", "cum_loa": "khom-9"}
    assert fields(desk.editor.add("lich_ngay", values)).keys() == {"cum_loa", "gio"}


def test_one_day_of_a_rule_is_cancelled(desk: Desk) -> None:
    before = desk.heard()
    proposal = desk.editor.one.cancel(desk.airing(TUESDAY, "06:05"), "mất điện")
    assert [(c.kind, c.airing.reason) for c in proposal.diff] == [(ChangeKind.CANCELLED, "mất điện")]
    desk.write(proposal)
    assert desk.heard() == without(before, "10/03 06:05")
    assert desk.calendar == CALENDAR


def test_a_dated_row_is_cancelled_where_it_stands(desk: Desk) -> None:
    before = desk.heard()
    desk.write(desk.editor.one.cancel(desk.airing(TUESDAY, "09:00"), "mưa: lớn"))
    assert desk.heard() == without(before, "10/03 09:00")
    assert desk.calendar == CALENDAR.replace("phat: bai-hai}", 'phat: bai-hai, huy: "mưa: lớn"}')
    assert desk.own == ""


def test_an_airing_that_an_exception_added_is_cancelled(desk: Desk) -> None:
    added = {"viec": "thêm", "tu": "10/03/2026", "den": "11/03/2026", "gio": "10:00", "phat": "bai-hai", "ly_do": "Tết"}
    desk.write(desk.editor.add("ngoai_le", added))
    before = desk.heard()
    assert "11/03 10:00 bai-hai khom-1+khom-2" in before
    desk.write(desk.editor.one.cancel(desk.airing(TUESDAY, "10:00"), "đổi ý"))
    assert desk.heard() == without(before, "10/03 10:00")


def test_one_day_is_replaced(desk: Desk) -> None:
    before = desk.heard()
    proposal = desk.editor.one.replace(desk.airing(TUESDAY, "06:05"), "bai-hai", "tin nóng")
    assert [c.kind for c in proposal.diff] == [ChangeKind.ALTERED]
    desk.write(proposal)
    assert set(before) ^ set(desk.heard()) == {
        "10/03 06:05 bai-mot khom-1+khom-2",
        "10/03 06:05 bai-hai khom-1+khom-2",
    }
    assert fields(desk.editor.one.replace(desk.airing(TUESDAY, "17:05"), "", "")).keys() == {"phat", "ly_do"}


def test_one_day_moves_within_the_day_and_to_another(desk: Desk) -> None:
    before = desk.heard()
    proposal = desk.editor.one.move(desk.airing(TUESDAY, "06:05"), {"gio": "07:30"}, "họp")
    assert [c.kind for c in proposal.diff] == [ChangeKind.MOVED]
    desk.write(proposal)
    rest = without(before, "10/03 06:05")
    assert sorted(desk.heard()) == sorted([*rest, "10/03 07:30 bai-mot khom-1+khom-2"])

    desk.write(desk.editor.one.move(desk.airing(TUESDAY, "07:30"), {"ngay": "11/03/2026", "cum_loa": "khom-2"}, "nữa"))
    assert sorted(desk.heard()) == sorted([*rest, "11/03 07:30 bai-mot khom-2"])
    desk.write(desk.editor.one.move(desk.airing(date(2026, 3, 11), "07:30"), {"ngay": "12/03/2026"}, "nữa"))
    assert "doi_tu: 10/03/2026" in desk.own, "where it was at first, not the stop between"
    assert desk.own.count("phat: bai-mot") == 1, "a moved row moves where it stands"
    assert desk.calendar == CALENDAR


@pytest.mark.parametrize(
    ("changed", "reason", "wrong"),
    [
        ({"gio": "07:30"}, " ", {"ly_do"}),
        ({"gio": "27:30"}, "", {"gio", "ly_do"}),
        ({"phat": ""}, "họp", {"phat"}),
    ],
)
def test_a_move_that_cannot_be_is_told_at_its_field(
    desk: Desk, changed: dict[str, str], reason: str, wrong: set[str]
) -> None:
    assert fields(desk.editor.one.move(desk.airing(TUESDAY, "06:05"), changed, reason)).keys() == wrong


@pytest.mark.parametrize("changed", [{"ngay": "02/03/2026"}, {"gio": "07:30, 08:30"}])
def test_a_move_to_the_past_or_to_two_hours_is_refused(desk: Desk, changed: dict[str, str]) -> None:
    with pytest.raises(InputError):
        desk.editor.one.move(desk.airing(TUESDAY, "06:05"), changed, "họp")


def test_what_has_passed_is_only_looked_at(desk: Desk) -> None:
    passed, one = desk.airing(TODAY, "06:05"), desk.editor.one
    with pytest.raises(InputError, match="đã qua"):
        one.cancel(passed, "x")
    with pytest.raises(InputError, match="đã qua"):
        one.replace(passed, "bai-hai", "x")
    with pytest.raises(InputError, match="đã qua"):
        one.move(passed, {"gio": "09:30"}, "x")


def test_the_row_a_form_began_from_is_known_again(desk: Desk) -> None:
    airing = desk.airing(TUESDAY, "06:05")
    token = desk.editor.rows.token(desk.slot("sang").where)
    desk.write(
        desk.editor.rules.change(desk.slot("sang"), {**desk.editor.rows.values(desk.slot("sang")), "ten": "Tin"}), "Hoa"
    )
    with pytest.raises(ConflictError) as told:
        desk.editor.one.cancel(airing, "mất điện", token=token)
    (conflict,) = told.value.conflicts
    assert b"ten: Tin" in (conflict.theirs or b"")
    assert (conflict.by, conflict.at) == ("Hoa", NOW)
    assert desk.own == ""


def test_a_file_that_changed_since_it_was_read_is_not_taken_for_what_it_was(desk: Desk) -> None:
    editor, airing = desk.stale(), desk.airing(TUESDAY, "09:00")
    desk.folder.calendar("# ba dòng nữa\n# ở trên\n#\n" + CALENDAR.replace("phat: bai-mot", "phat: bai-dai"))
    with pytest.raises(InputError):
        editor.one.cancel(airing, "mất điện")


def test_a_row_far_ahead_is_in_the_difference(desk: Desk) -> None:
    proposal = desk.editor.add("lich_ngay", {"ngay": "20/11/2026", "gio": "15:00", "phat": "bai-hai"})
    assert [c.airing.planned for c in proposal.diff] == [datetime(2026, 11, 20, 15, tzinfo=NOW.tzinfo)]
    assert proposal.last == date(2026, 11, 20)
    near = desk.editor.add("lich_ngay", {"ngay": "12/03/2026", "gio": "15:00", "phat": "bai-hai"})
    assert near.last == TODAY + timedelta(days=30)
