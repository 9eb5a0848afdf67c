"""Every row of an uploaded workbook says what it became, or why it is no row of the calendar."""

from pathlib import Path
from typing import Any

import pytest

from broadcaster.adapters.workbook_preview import preview
from broadcaster.ports_editing import PassedOver, WorkbookRow
from tests.workbooks import Cell, codes, save_workbook

HEAD: list[Cell] = ["Ngày", "Giờ", "Bài phát"]
GOOD: list[Cell] = ["05/03/2026", "06:05", "bai-mot"]


def previewed(
    folder: Path, sheets: dict[str, list[list[Cell]]], change: Any = None
) -> tuple[tuple[WorkbookRow, ...], list[str]]:
    """Rows and the codes of general problems."""
    path = save_workbook(folder / "a.xlsx", sheets, change)
    rows, problems = preview("schedules/a.xlsx", path.read_bytes())
    return rows, codes(problems)


def passed(rows: tuple[WorkbookRow, ...]) -> dict[int, PassedOver | None]:
    """Row number → why it was passed over."""
    return {row.row: row.passed_over for row in rows}


def test_every_row_with_words_in_it_is_there_once(tmp_path: Path) -> None:
    sheet: list[list[Cell]] = [
        ["LỊCH THÁNG 3"], [], HEAD, GOOD, ["tuần hai:"], HEAD, ["06/03/2026", "25:00", "bai-hai"], [], [], ["Người lập"],
    ]  # fmt: skip

    def hide(book: Any) -> None:
        book["Lịch"].merge_cells("A5:C5")
        book["Lịch"].append([None, None, None, "chỉ là lời ghi bên cạnh"])

    rows, general = previewed(tmp_path, {"Lịch": sheet}, hide)
    assert passed(rows) == {
        1: PassedOver.ABOVE,
        3: PassedOver.HEADING,
        4: None,
        5: PassedOver.REMARK,
        6: PassedOver.REPEATED,
        7: None,
        10: PassedOver.REMARK,
        11: PassedOver.REMARK,
    }
    by_row = {row.row: row for row in rows}
    assert by_row[4].reading.slot is not None
    assert by_row[4].cells == (("Ngày", "05/03/2026"), ("Giờ", "06:05"), ("Bài / Chương trình", "bai-mot"))
    assert codes(by_row[7].reading.problems) == ["time-impossible"]
    assert by_row[1].cells == (("", "LỊCH THÁNG 3"),)
    assert general == ["rows-below"]


def test_hidden_rows_are_shown_as_hidden(tmp_path: Path) -> None:
    def hide(book: Any) -> None:
        book["Lịch"].row_dimensions[3].hidden = True

    rows, general = previewed(tmp_path, {"Lịch": [HEAD, GOOD, GOOD]}, hide)
    assert passed(rows) == {1: PassedOver.HEADING, 2: None, 3: PassedOver.HIDDEN}
    assert general == ["rows-hidden"]


def test_sheets_of_every_kind_in_their_order(tmp_path: Path) -> None:
    sheets: dict[str, list[list[Cell]]] = {
        "Khung giờ": [["Mã", "Bài phát", "Thứ", "Giờ"], ["sang", "bai-mot", "hằng ngày", "06:05"]],
        "Ngoại lệ": [["Việc", "Từ ngày", "Đến ngày", "Lý do"], ["bỏ", "05/03/2026", "06/03/2026", "lễ"]],
        "Chương trình": [["Mã", "Tên", "Phần"], ["ban-tin", "Bản tin", "bai-mot, bai-hai"]],
        "Danh bạ": [["Tên", "Điện thoại"], ["chị Ba", "12345"]],
    }
    rows, general = previewed(tmp_path, sheets)
    read = [row for row in rows if row.passed_over is None]
    assert [row.sheet for row in read] == ["Khung giờ", "Ngoại lệ", "Chương trình"]
    assert read[0].reading.slot is not None
    assert [e.reason for e in read[1].reading.exceptions] == ["lễ"]
    assert read[2].reading.programme is not None
    assert general == ["sheet-unrecognised"]


@pytest.mark.parametrize("data", [b"", b"not a workbook", b"PK\x03\x04"])
def test_what_is_no_workbook_is_one_problem(data: bytes) -> None:
    rows, problems = preview("schedules/a.xlsx", data)
    assert rows == ()
    assert len(problems) == 1
    assert problems[0].message


def test_an_empty_workbook_says_so(tmp_path: Path) -> None:
    rows, general = previewed(tmp_path, {"Lịch": []})
    assert (rows, general) == ((), ["file-empty"])
