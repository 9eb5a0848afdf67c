"""The workbook the program writes: what the officer sees in it, and that text stays text. Its meaning: test_calendar_formats."""

import io
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from broadcaster.adapters import calendar_xlsx
from broadcaster.adapters.calendar_parts import CalendarPart
from broadcaster.adapters.calendar_xlsx_rows import duration_text
from broadcaster.adapters.calendar_xlsx_write import Choices, workbook_bytes, write_new
from broadcaster.adapters.fields import parse_duration_s
from broadcaster.domain.calendar import OnDates, Slot, SlotId
from tests.workbooks import NOWHERE, codes

NOW = datetime(2024, 3, 1, 8, 0, tzinfo=UTC)
NASTY = ["=1+1", "+84", "-5", "@SUM(A1)", '=HYPERLINK("http://x")', "\t=1", "<b>&amp;", "http://x.vn", "x" * 40_000]


def row(content: str = "tin-1", *, day: date = date(2024, 3, 5), note: str = "") -> Slot:
    """A dated row at 06:05."""
    return Slot(
        id=SlotId(f"lich.{content}"),
        content=content,
        times=(time(6, 5),),
        days=(OnDates(dates=(day,)),),
        where=NOWHERE,
        note=note,
    )


def opened(part: CalendarPart, choices: Choices | None = None) -> Any:
    """The written workbook as another reader sees it."""
    return openpyxl.load_workbook(io.BytesIO(workbook_bytes(part, now=NOW, choices=choices)))


@pytest.fixture(scope="module")
def book() -> Any:
    slots = (row("tin-2", day=date(2024, 3, 6)), row())
    return opened(CalendarPart(slots=slots), Choices(contents=("tin-1", "=tin"), zones=("khom-1",)))


def test_the_headings_are_vietnamese_and_stay_in_sight(book: Any) -> None:
    sheet = book["Lịch ngày"]
    assert [cell.value for cell in sheet[1]][:5] == ["Ngày", "Thứ", "Bài / Chương trình", "Tên", "Giờ"]
    assert sheet.freeze_panes == "A2"
    assert sheet.print_title_rows == "$1:$1"


def test_it_prints_on_a4_across(book: Any) -> None:
    for name in ("Lịch ngày", "Khung giờ", "Chương trình", "Ngoại lệ"):
        assert (book[name].page_setup.orientation, int(book[name].page_setup.paperSize)) == ("landscape", 9)
        assert book[name].sheet_properties.pageSetUpPr.fitToPage


def test_rows_are_in_order_of_time_with_real_cells(book: Any) -> None:
    sheet = book["Lịch ngày"]
    assert [sheet["A2"].value, sheet["A3"].value] == [datetime(2024, 3, 5), datetime(2024, 3, 6)]  # noqa: DTZ001 - cells have no zone
    assert sheet["A2"].number_format == "dd/mm/yyyy"
    assert (sheet["B2"].value, sheet["E2"].value) == ("thứ Ba", time(6, 5))


def test_drop_downs_offer_and_never_forbid(book: Any) -> None:
    validations = {str(v.sqref): v for v in book["Lịch ngày"].data_validations.dataValidation}
    lists = [v for v in validations.values() if v.type == "list"]
    assert len(lists) >= 5
    assert not any(v.showErrorMessage for v in validations.values())
    offered = book["Danh mục"]
    assert offered.sheet_state == "hidden"
    assert "khom-1" in [cell.value for column in offered.columns for cell in column]


def test_an_empty_template_reads_back_as_nothing_wrong(tmp_path: Path) -> None:
    path = tmp_path / "mau.xlsx"
    write_new(path, CalendarPart(), now=NOW)
    part, problems = calendar_xlsx.read(path, "schedules/mau.xlsx")
    assert (part, codes(problems)) == (CalendarPart(), [])


@pytest.mark.parametrize("text", NASTY)
def test_text_never_becomes_a_formula_or_a_link(text: str) -> None:
    sheet = opened(CalendarPart(slots=(row(note=text),)))["Lịch ngày"]
    cell = sheet.cell(2, sheet.max_column)
    assert sheet.cell(1, sheet.max_column).value == "Ghi chú"
    assert cell.data_type == "s"
    assert cell.hyperlink is None
    assert cell.quotePrefix or not text.startswith(("=", "+", "-", "@", "\t"))
    assert len(cell.value) == min(len(text), 32_767)


def test_an_existing_workbook_is_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "lich.xlsx"
    path.write_bytes(b"the officer's")
    with pytest.raises(FileExistsError):
        write_new(path, CalendarPart(), now=NOW)
    assert path.read_bytes() == b"the officer's"


def test_the_same_calendar_at_the_same_moment_is_the_same_file() -> None:
    part = CalendarPart(slots=(row(), row("tin-2")))
    assert workbook_bytes(part, now=NOW) == workbook_bytes(part, now=NOW)


@pytest.mark.parametrize("seconds", [0.0, 5.0, 30.0, 60.0, 90.0, 180.0, 3600.0, 5400.0, 3661.0, 2.5])
def test_durations_are_written_as_they_are_read(seconds: float) -> None:
    assert parse_duration_s(duration_text(seconds)) == seconds
