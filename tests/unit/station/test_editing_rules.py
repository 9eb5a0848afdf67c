"""A standing rule changed as a whole, from a day on, or ended; exceptions taken away; workbooks taken in; edits undone."""

import io
from datetime import date, timedelta
from pathlib import Path

import pytest
from openpyxl import Workbook

from broadcaster.domain.plan_changes import ChangeKind
from broadcaster.errors import InputError
from broadcaster.ports_editing import ConflictError
from broadcaster.station.editing import import_name
from tests.unit.station.calendar_desk import CALENDAR, TODAY, Desk, fields

CUT = date(2026, 3, 10)
BOOK = "schedules/cua-chi-ba.xlsx"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "tram")


def workbook(
    *rows: tuple[str, ...], heads: tuple[str, ...] = ("Mã", "Bài phát", "Thứ", "Giờ"), name: str = "Khung giờ"
) -> bytes:
    """A sheet of standing rows."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(name)
    sheet.append(heads)
    for row in rows:
        sheet.append(row)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def changed(desk: Desk, slot: str, **values: str) -> dict[str, str]:
    """The fields of a form with some typed over."""
    return {**desk.editor.rows.values(desk.slot(slot)), **values}


def split(heard: list[str], cut: str) -> tuple[list[str], list[str]]:
    """Before and from a day of March on."""
    return [line for line in heard if line < cut], [line for line in heard if line >= cut]


# --- the whole rule -------------------------------------------------------------------------------------------------


def test_only_what_differs_is_written(desk: Desk) -> None:
    desk.write(desk.editor.rules.change(desk.slot("sang"), changed(desk, "sang", gio="06:10")))
    assert desk.calendar == CALENDAR.replace('"06:05"', '"06:10"')
    desk.write(desk.editor.rules.change(desk.slot("chieu"), changed(desk, "chieu", cum_loa="", thu="thứ Năm,  thứ Ba")))
    assert "cum_loa" not in desk.calendar
    assert "thu: [thứ Ba, thứ Năm]" in desk.calendar, "days named in another order are the same days"


def test_a_rule_left_as_it_is_changes_nothing(desk: Desk) -> None:
    proposal = desk.editor.rules.change(desk.slot("sang"), changed(desk, "sang", ten="  "))
    assert proposal.changes == {}
    assert not proposal.problems


def test_a_clash_with_another_rule_stands_at_the_hour(desk: Desk) -> None:
    values = changed(desk, "sang", gio="17:05", cho_phep_tre="1 giây")
    proposal = desk.editor.rules.change(desk.slot("sang"), values)
    assert fields(proposal) == {"gio": "overlap-lost"}
    assert not proposal.sound


def test_a_rule_of_the_officers_workbook_ends_there_and_goes_on_in_the_stations_file(desk: Desk) -> None:
    data = workbook(("tu-so", "bai-mot", "hằng ngày", "14:00"))
    (desk.folder.root / BOOK).write_bytes(data)
    before = desk.heard()
    desk.write(desk.editor.rules.change(desk.slot("tu-so"), changed(desk, "tu-so", gio="14:10")))
    assert (desk.folder.root / BOOK).read_bytes() == data
    assert desk.heard() == [line.replace("14:00", "14:10") for line in before]
    assert "khung_gio: tu-so" in desk.own or "khung_gio: [tu-so]" in desk.own


# --- from a day on --------------------------------------------------------------------------------------------------


def test_days_before_the_cut_stay_as_they_were(desk: Desk) -> None:
    before = split(desk.heard(), "10/03")
    proposal = desk.editor.rules.change_from(desk.slot("sang"), changed(desk, "sang", gio="06:20", phat="bai-hai"), CUT)
    assert min(c.airing.planned.date() for c in proposal.diff) == CUT
    desk.write(proposal)
    after = split(desk.heard(), "10/03")
    assert after[0] == before[0]
    assert after[1] == [line.replace("06:05 bai-mot", "06:20 bai-hai") for line in before[1]]
    assert [line for line in CALENDAR.splitlines() if line not in desk.calendar.splitlines()] == []
    assert "den: 09/03/2026" in desk.calendar


def test_exceptions_of_the_old_rule_hold_for_the_new_one(desk: Desk) -> None:
    for viec, phat in (("bỏ", ""), ("thay", "bai-dai")):
        start = 12 if viec == "bỏ" else 8
        desk.write(desk.editor.add("ngoai_le", {
            "viec": viec, "tu": f"{start:02d}/03/2026", "den": f"{start + 2:02d}/03/2026", "khung_gio": "sang", "phat": phat,
            "gio": "06:05", "ly_do": "lễ hội",
        }))  # fmt: skip
    before = desk.heard()
    desk.write(desk.editor.rules.change_from(desk.slot("sang"), changed(desk, "sang", cum_loa="khom-2"), CUT))
    early, late = split(before, "10/03")
    assert split(desk.heard(), "10/03") == (
        early, [line.replace(" khom-1+khom-2", " khom-2") if " 06:05 " in line else line for line in late],
    )  # fmt: skip


def test_a_second_cut_gets_another_id(desk: Desk) -> None:
    desk.write(desk.editor.rules.change_from(desk.slot("sang"), changed(desk, "sang", gio="06:20"), CUT))
    own = next(s.id for s in desk.stale(refresh=True).rows.current.calendar.slots if s.id.startswith("sang-"))
    desk.write(desk.editor.rules.change_from(desk.slot(own), changed(desk, own, gio="06:40"), CUT + timedelta(days=3)))
    ids = [s.id for s in desk.editor.rows.current.calendar.slots]
    assert len(ids) == len(set(ids))
    hours = [line[6:11] for line in desk.heard() if " 06:" in line]
    assert hours == ["06:05"] * 8 + ["06:20"] * 3 + ["06:40"] * 10


def test_a_rule_that_begins_later_is_changed_where_it_stands(desk: Desk) -> None:
    desk.folder.calendar(CALENDAR.replace('gio: ["06:05"]', 'gio: ["06:05"]\n    tu: 15/03/2026'))
    desk.write(desk.editor.rules.change_from(desk.slot("sang"), changed(desk, "sang", gio="06:20"), CUT))
    assert desk.calendar == CALENDAR.replace('gio: ["06:05"]', 'gio: ["06:20"]\n    tu: 15/03/2026')


def test_the_past_is_not_changed(desk: Desk) -> None:
    proposal = desk.editor.rules.change_from(desk.slot("sang"), changed(desk, "sang"), TODAY - timedelta(days=1))
    assert fields(proposal) == {"tu": "day-past"}


def test_the_rule_a_form_began_from_is_known_again(desk: Desk) -> None:
    token = desk.editor.rows.token(desk.slot("chieu").where)
    desk.write(desk.editor.rules.change(desk.slot("sang"), changed(desk, "sang", gio="06:10")), "Hoa")
    desk.write(desk.editor.rules.change(desk.slot("chieu"), changed(desk, "chieu", gio="17:10"), token=token))
    rules, slot, values = desk.editor.rules, desk.slot("chieu"), changed(desk, "chieu")
    with pytest.raises(ConflictError):
        rules.change(slot, values, token=token)
    with pytest.raises(ConflictError):
        rules.change_from(slot, values, CUT, token=token)
    with pytest.raises(ConflictError):
        rules.end(slot, f"{CUT:%d/%m/%Y}", "x", token=token)


# --- ended ----------------------------------------------------------------------------------------------------------


def test_a_rule_ends_with_its_reason(desk: Desk) -> None:
    before = split(desk.heard(), "10/03")
    desk.write(desk.editor.rules.end(desk.slot("sang"), "10/03/2026", "hết đợt"))
    assert desk.heard() == [*before[0], *(line for line in before[1] if "06:05" not in line)]
    assert "ghi_chu: hết đợt" in desk.calendar
    assert "den: 09/03/2026" in desk.calendar


def test_a_rule_that_has_not_begun_is_switched_off(desk: Desk) -> None:
    desk.folder.calendar(CALENDAR.replace('gio: ["06:05"]', 'gio: ["06:05"]\n    tu: 15/03/2026\n    ghi_chu: Tết'))
    desk.write(desk.editor.rules.end(desk.slot("sang"), "10/03/2026", "thôi"))
    assert "bat: không" in desk.calendar
    assert 'ghi_chu: "Tết; thôi"' in desk.calendar
    assert not any("06:05" in line for line in desk.heard())


def test_a_rule_of_a_workbook_ends_by_an_exception(desk: Desk) -> None:
    (desk.folder.root / BOOK).write_bytes(workbook(("tu-so", "bai-mot", "hằng ngày", "14:00")))
    before = split(desk.heard(), "10/03")
    desk.write(desk.editor.rules.end(desk.slot("tu-so"), "10/03/2026", "hết đợt"))
    assert desk.heard() == [*before[0], *(line for line in before[1] if "14:00" not in line)]


@pytest.mark.parametrize(
    ("since", "reason", "wrong"),
    [
        ("31/02/2026", "x", {"tu"}),
        ("", "x", {"tu"}),
        ("10/03/2026", " ", {"ly_do"}),
        ("01/03/2026", "x", {"tu"}),
        ("ngày mai", "", {"tu", "ly_do"}),
    ],
)
def test_an_end_that_cannot_be_is_told_at_its_field(desk: Desk, since: str, reason: str, wrong: set[str]) -> None:
    assert fields(desk.editor.rules.end(desk.slot("sang"), since, reason)).keys() == wrong


# --- exceptions -----------------------------------------------------------------------------------------------------


def test_an_exception_is_taken_away_and_its_airings_come_back(desk: Desk) -> None:
    before = desk.heard()
    desk.write(
        desk.editor.add("ngoai_le", {"viec": "bỏ", "tu": "10/03/2026", "den": "11/03/2026", "ly_do": "Quốc tang"})
    )
    assert len(desk.heard()) == len(before) - 4
    (exception,) = desk.exceptions()
    proposal = desk.editor.remove_exception(exception)
    assert {c.kind for c in proposal.diff} == {ChangeKind.RESTORED}
    desk.write(proposal)
    assert desk.heard() == before


def test_an_exception_of_a_workbook_or_of_the_past_stays(desk: Desk) -> None:
    heads = ("Việc", "Từ ngày", "Đến ngày", "Lý do")
    rows = workbook(("bỏ", "10/03/2026", "10/03/2026", "lễ"), heads=heads, name="Ngoại lệ")
    (desk.folder.root / BOOK).write_bytes(rows)
    with pytest.raises(InputError, match="không ghi vào tệp đó"):
        desk.editor.remove_exception(desk.exceptions()[0])
    (desk.folder.root / BOOK).unlink()
    desk.folder.calendar(CALENDAR + "ngoai_le:\n  - {viec: bỏ, ngay: 01/03/2026, ly_do: lễ}\n")
    with pytest.raises(InputError, match="đã qua"):
        desk.editor.remove_exception(desk.exceptions()[0])


# --- workbooks ------------------------------------------------------------------------------------------------------


def test_a_workbook_is_taken_in_as_it_is_and_replaced_by_its_next_version(desk: Desk) -> None:
    data = workbook(("tu-so", "bai-mot", "hằng ngày", "14:00"), ("b", "bai-hai", "thứ Tư", "15:00"))
    proposal = desk.editor.import_file(BOOK, data)
    assert {c.kind for c in proposal.diff} == {ChangeKind.ADDED}
    desk.write(proposal)
    assert (desk.folder.root / BOOK).read_bytes() == data
    newer = desk.editor.import_file(BOOK, workbook(("tu-so", "bai-mot", "hằng ngày", "14:20")))
    assert {c.kind for c in newer.diff} == {ChangeKind.MOVED, ChangeKind.REMOVED}
    desk.write(newer)
    assert not any("15:00" in line for line in desk.heard())


def test_problems_of_a_workbook_stand_at_its_cells(desk: Desk) -> None:
    proposal = desk.editor.import_file(
        BOOK, workbook(("a", "bai-mot", "thứ Chín", "14:00"), ("b", "bai-hai", "thứ Tư", "22:00"))
    )
    assert {str(p.where) for p in proposal.problems} == {f"{BOOK}!Khung giờ!C2", f"{BOOK}!Khung giờ!A3"}
    assert proposal.diff == (), "what a workbook with errors would change is not told as if it were so"


@pytest.mark.parametrize(
    "name", ["../a.xlsx", "a\x00.xlsx", "a/b.xlsx", "a\\b.xlsx", ".a.xlsx", "a.xls", "a.docx", ".xlsx", "", "xlsx"]
)
def test_names_that_are_not_taken(name: str) -> None:
    with pytest.raises(InputError):
        import_name(name)


@pytest.mark.parametrize("name", ["Lịch sửa lần 3 (cuối).xlsx", "LICH.XLSX", " a.xlsx "])
def test_names_that_are_taken(name: str) -> None:
    assert import_name(name) == f"schedules/{name.strip().rpartition('.')[0]}.xlsx"


# --- undone ---------------------------------------------------------------------------------------------------------


def test_an_edit_is_undone_done_again_and_undone_once_only(desk: Desk) -> None:
    first = desk.write(desk.editor.rules.change(desk.slot("sang"), changed(desk, "sang", gio="06:10")))
    back = desk.undo(first.number)
    assert desk.calendar == CALENDAR
    assert (back.why, back.undoes) == ("Hoàn tác: Sửa khung giờ sang", first.number)
    with pytest.raises(InputError, match="đã được hoàn tác"):
        desk.undo(first.number)
    again = desk.undo(back.number)
    assert '"06:10"' in desk.calendar
    assert again.why == "Làm lại: Sửa khung giờ sang"
    desk.undo(first.number)
    assert desk.calendar == CALENDAR


def test_an_edit_of_two_files_is_undone_in_both(desk: Desk) -> None:
    desk.write(
        desk.editor.add(
            "ngoai_le", {"viec": "bỏ", "tu": "12/03/2026", "den": "12/03/2026", "khung_gio": "sang", "ly_do": "lễ"}
        )
    )
    own, before = desk.own, desk.heard()
    edit = desk.write(desk.editor.rules.change_from(desk.slot("sang"), changed(desk, "sang", gio="06:20"), CUT))
    assert {c.name for c in edit.changes} == {"schedules/lich.yaml", "schedules/tram.yaml"}
    desk.undo(edit.number)
    assert (desk.calendar, desk.own, desk.heard()) == (CALENDAR, own, before)


def test_an_undo_is_refused_when_a_file_went_on(desk: Desk) -> None:
    first = desk.write(desk.editor.rules.change(desk.slot("sang"), changed(desk, "sang", gio="06:10")))
    desk.write(desk.editor.rules.change(desk.slot("chieu"), changed(desk, "chieu", gio="17:10")))
    now = desk.calendar
    with pytest.raises(ConflictError):
        desk.undo(first.number)
    assert desk.calendar == now


def test_an_undo_without_its_old_version_is_refused(desk: Desk) -> None:
    edit = desk.write(desk.editor.rules.change(desk.slot("sang"), changed(desk, "sang", gio="06:10")))
    (desk.folder.root / "var/history/objects" / edit.changes[0].before).unlink()
    with pytest.raises(InputError, match="không còn trong lịch sử"):
        desk.undo(edit.number)
    with pytest.raises(InputError, match="Không tìm thấy"):
        desk.undo(999)
