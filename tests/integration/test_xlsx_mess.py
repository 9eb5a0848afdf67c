"""Workbooks as offices really make them: merged, hidden, half text, with titles above and signatures below."""

import unicodedata
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from broadcaster.adapters import calendar_xlsx
from broadcaster.domain.problems import Severity, has_errors
from tests.workbooks import Cell, Reading, codes, places, read_sheet, save_workbook

HEADING: list[Cell] = ["Ngày", "Thứ", "Giờ", "Bài / Chương trình", "Cụm loa", "Ghi chú"]
TUESDAY: list[Cell] = ["05/03/2024", "thứ Ba", "06:05", "tin-1"]
PLAIN: list[Cell] = ["Ngày", "Giờ", "Bài"]


def heard(reading: Reading) -> list[tuple[date, str, str]]:
    """Day, time and content of every dated row, in the order of the sheet."""
    return [
        (day, f"{at:%H:%M}", str(slot.content))
        for slot in reading[0].slots
        for rule in slot.days
        for day in getattr(rule, "dates", ())
        for at in slot.times
    ]


EXPECTED = [(date(2024, 3, 5), "06:05", "tin-1")]


# --- headings ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "heading",
    [
        ["Ngày", "Thứ", "Giờ", "Bài"],
        ["NGÀY PHÁT", "THỨ", "GIỜ PHÁT", "CHƯƠNG TRÌNH"],
        ["ngay", "thu", "gio", "bai/chuong trinh"],
        ["  Ngày\u00a0tháng ", "Thứ:", "Giờ (h)".replace(" (h)", ""), "Nội\nDung"],
        [unicodedata.normalize("NFD", h) for h in ("Ngày", "Thứ", "Giờ", "Bài / Chương trình")],
    ],
    ids=["plain", "capitals", "no marks", "spaces and lines", "decomposed"],
)
def test_headings_are_forgiven(heading: list[Cell], tmp_path: Path) -> None:
    reading = read_sheet(tmp_path, [heading, TUESDAY])
    assert codes(reading[1]) == []
    assert heard(reading) == EXPECTED


def test_columns_in_any_order_with_the_offices_own_among_them(tmp_path: Path) -> None:
    reading = read_sheet(
        tmp_path, [["STT", "Bài", "Người đọc", "Giờ", "Ngày"], [1, "tin-1", "Ban VH", "06:05", "05/03/2024"]]
    )
    assert heard(reading) == EXPECTED
    assert [(p.code, p.severity, p.where.cell) for p in reading[1]] == [("column-unused", Severity.WARNING, "C1")]


def test_titles_above_the_heading(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [["UBND PHƯỜNG"], ["LỊCH PHÁT THANH THÁNG 3"], [], [None, *PLAIN]]

    def merge(sheet: Any) -> None:
        sheet.merge_cells("A1:D1")
        sheet.merge_cells("A2:D2")

    reading = read_sheet(tmp_path, [*rows, [None, "05/03/2024", "06:05", "tin-1"]], merge)
    assert codes(reading[1]) == []
    assert heard(reading) == EXPECTED


def test_a_heading_below_the_tenth_row_is_not_looked_for(tmp_path: Path) -> None:
    part, problems = read_sheet(tmp_path, [["x"]] * 10 + [PLAIN, ["05/03/2024", "06:05", "tin-1"]])
    assert part.slots == ()
    assert codes(problems) == ["sheet-unrecognised"]


def test_a_heading_of_two_rows(tmp_path: Path) -> None:
    def merge(sheet: Any) -> None:
        for area in ("A1:A2", "B1:C1", "D1:D2"):
            sheet.merge_cells(area)

    rows: list[list[Cell]] = [
        ["Ngày", "Thời điểm", None, "Bài"],
        [None, "Giờ", "Thứ", None],
        ["05/03/2024", "06:05", "Ba", "tin-1"],
    ]
    reading = read_sheet(tmp_path, rows, merge)
    assert codes(reading[1]) == []
    assert heard(reading) == EXPECTED


def test_one_heading_merged_over_two_columns_of_times(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [["Ngày", "Giờ", None, "Bài"], ["05/03/2024", "06:05", "17:05", "tin-1"]]
    reading = read_sheet(tmp_path, rows, lambda sheet: sheet.merge_cells("B1:C1"))
    assert codes(reading[1]) == []
    assert [at for _, at, _ in heard(reading)] == ["06:05", "17:05"]


def test_the_heading_repeated_further_down_is_not_a_row(tmp_path: Path) -> None:
    reading = read_sheet(tmp_path, [PLAIN, ["05/03/2024", "06:05", "tin-1"], PLAIN, ["06/03/2024", "06:05", "tin-1"]])
    assert codes(reading[1]) == []
    assert len(heard(reading)) == 2


@pytest.mark.parametrize(
    ("heading", "missing"),
    [
        (["Ngày", "Bài", "Cụm loa"], "«Giờ»"),
        (["Giờ", "Bài", "Cụm loa"], "«Ngày»"),
        (["Ngày", "Giờ", "Cụm loa"], "«Bài / Chương trình»"),
        (["Từ ngày", "Đến ngày", "Việc"], "«Lý do»"),
        (["Việc", "Lý do", "Ghi chú"], "«Từ ngày»"),
    ],
)
def test_a_missing_column_is_one_error_not_one_a_row(heading: list[Cell], missing: str, tmp_path: Path) -> None:
    values: dict[Cell, str] = {"Ngày": "05/03/2024", "Giờ": "06:05", "Từ ngày": "05/03/2024", "Đến ngày": "05/03/2024"}
    row: list[Cell] = [values.get(name, "bỏ" if name == "Việc" else "tin-1") for name in heading]
    part, problems = read_sheet(tmp_path, [heading, row, row])
    assert [(p.code, p.where.cell) for p in problems] == [("column-missing", "A1")]
    assert missing in problems[0].message
    assert (part.slots, part.exceptions) == ((), ())


def test_a_misspelt_column_stops_the_calendar_and_says_which_it_was(tmp_path: Path) -> None:
    _, problems = read_sheet(tmp_path, [[*PLAIN, "Cụm lao"], ["05/03/2024", "25:00", "tin-1", "khom-1"]])
    assert [(p.code, p.where.cell) for p in problems] == [("unknown-field", "D1"), ("time-impossible", "B2")]
    assert "Cụm loa" in problems[0].hint


# --- rows ----------------------------------------------------------------------------------------------------------


def test_a_merged_cell_counts_for_each_row_of_its_area(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [
        HEADING,
        [date(2024, 3, 5), "thứ Ba", time(6, 5), "tin-1", "khom-1"],
        [None, None, time(17, 5), "tin-2"],
        [date(2024, 3, 6), "thứ Tư", time(6, 5), "tin-1"],
    ]

    def merge(sheet: Any) -> None:
        for area in ("A2:A3", "B2:B3", "E2:E4"):
            sheet.merge_cells(area)

    reading = read_sheet(tmp_path, rows, merge)
    assert codes(reading[1]) == []
    assert [day.day for day, _, _ in heard(reading)] == [5, 5, 6]
    assert [slot.zones for slot in reading[0].slots] == [("khom-1",)] * 3


def test_a_banner_between_rows_is_no_row(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [PLAIN, ["TUẦN 1"], ["05/03/2024", "06:05", "tin-1"], ["TUẦN 2"]]

    def merge(sheet: Any) -> None:
        sheet.merge_cells("A2:C2")
        sheet.merge_cells("A4:C4")

    reading = read_sheet(tmp_path, rows, merge)
    assert codes(reading[1]) == []
    assert heard(reading) == EXPECTED


def test_hidden_rows_are_skipped_and_named_once(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [PLAIN] + [[f"{day:02d}/03/2024", "06:05", "tin-1"] for day in range(1, 11)]

    def hide(sheet: Any) -> None:
        for row in (3, 4, 5, 8, 40):
            sheet.row_dimensions[row].hidden = True

    part, problems = read_sheet(tmp_path, rows, hide)
    assert len(part.slots) == 6
    assert [(p.code, p.severity, str(p.where)) for p in problems] == [
        ("rows-hidden", Severity.WARNING, "schedules/lich.xlsx!Lịch")
    ]
    assert "3–5, 8." in problems[0].message


def test_hidden_sheets_are_left_out(tmp_path: Path) -> None:
    def hide(book: Any) -> None:
        book["Nháp"].sheet_state = "hidden"
        book["Cũ"].sheet_state = "veryHidden"

    good: list[list[Cell]] = [PLAIN, ["05/03/2024", "06:05", "tin-1"]]
    bad: list[list[Cell]] = [PLAIN, ["hôm qua", "06:05", "tin-1"]]
    path = save_workbook(tmp_path / "a.xlsx", {"Nháp": bad, "Lịch": good, "Cũ": bad}, hide)
    reading = calendar_xlsx.read(path, "schedules/a.xlsx")
    assert codes(reading[1]) == []
    assert heard(reading) == EXPECTED


def test_empty_rows_and_signatures_below_the_table(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [
        PLAIN,
        ["05/03/2024", "06:05", "tin-1"],
        [],
        ["06/03/2024", "06:05", "tin-1"],
        [],
        [None, "Ngày 01 tháng 3 năm 2024"],
        ["NGƯỜI LẬP", None, "CHỦ TỊCH"],
    ]
    part, problems = read_sheet(tmp_path, rows)
    assert len(part.slots) == 2
    assert [(p.code, p.severity) for p in problems] == [("rows-below", Severity.WARNING)]
    assert "6–7" in problems[0].message


def test_a_wrong_row_at_the_very_end_is_not_taken_for_a_signature(tmp_path: Path) -> None:
    _, problems = read_sheet(tmp_path, [PLAIN, ["05/03/2024", "06:05", "tin-1"], ["ngày mai", "sáng sớm", "tin-1"]])
    assert set(places(problems)) == {"schedules/lich.xlsx!Lịch!A3", "schedules/lich.xlsx!Lịch!B3"}


def test_spaces_and_letters_of_every_kind(tmp_path: Path) -> None:
    note = unicodedata.normalize("NFD", " Đọc chậm 📢\u00a0nhé ")
    row: list[Cell] = ["\u00a005/03/2024 ", " thứ\u00a0Ba", "06:05\u200b", "tin-1\u00a0", " ", note]
    reading = read_sheet(tmp_path, [HEADING, row, ["\u00a0", " ", None, "\u200b"]])
    assert codes(reading[1]) == []
    assert heard(reading) == EXPECTED
    assert reading[0].slots[0].note == "Đọc chậm 📢 nhé"
    assert reading[0].slots[0].zones == ()


def test_ids_that_excel_took_for_numbers(tmp_path: Path) -> None:
    reading = read_sheet(tmp_path, [PLAIN, ["05/03/2024", "06:05", 12]])
    assert heard(reading) == [(date(2024, 3, 5), "06:05", "12")]


def test_sheets_of_every_kind_in_one_workbook(tmp_path: Path) -> None:
    sheets: dict[str, list[list[Cell]]] = {
        "Lịch tuần": [PLAIN, ["05/03/2024", "06:05", "tin-1"]],
        "Khung giờ": [["Mã", "Thứ", "Giờ", "Bài"], ["cm", "T3, T5", "06:05", "cm-1"]],
        "Chương trình": [["Mã", "Tên", "Phần"], ["cm-1", "Chuyên mục", "nhac-hieu, tin-1"]],
        "Ngoại lệ": [["Từ ngày", "Đến ngày", "Việc", "Lý do"], ["25/07/2024", "26/07/2024", "bỏ", "Quốc tang"]],
        "Danh mục": [["Mã", "Tên"], ["ND-A", "Cải cách thể chế"]],
        "Trống": [],
    }
    part, problems = calendar_xlsx.read(save_workbook(tmp_path / "a.xlsx", sheets), "schedules/a.xlsx")
    assert [(p.code, p.severity, str(p.where)) for p in problems] == [
        ("sheet-unrecognised", Severity.WARNING, "schedules/a.xlsx!Danh mục")
    ]
    assert ([s.id for s in part.slots], len(part.programmes), len(part.exceptions)) == (["cm", "a.tin-1"], 1, 1)


def test_an_empty_workbook_is_a_warning(tmp_path: Path) -> None:
    part, problems = read_sheet(tmp_path, [])
    assert part.slots == ()
    assert [(p.code, p.severity) for p in problems] == [("file-empty", Severity.WARNING)]


def test_ten_thousand_rows(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [PLAIN]
    rows += [[date.fromordinal(738_000 + n // 10), time(6 + n % 10, n % 60), f"tin-{n % 40}"] for n in range(10_000)]
    part, problems = read_sheet(tmp_path, rows)
    assert codes(problems) == []
    assert len(part.slots) == 10_000
    assert part.slots[-1].where.cell == "A10001"


def test_the_officers_file_is_never_touched(tmp_path: Path) -> None:
    path = save_workbook(tmp_path / "a.xlsx", {"Lịch": [PLAIN, ["05/03/2024", "06:05", "tin-1"]]})
    path.chmod(0o444)
    before = (path.read_bytes(), path.stat().st_mtime_ns)
    calendar_xlsx.read(path, "schedules/a.xlsx")
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    assert list(tmp_path.iterdir()) == [path]


# --- cells ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "number_format"),
    [
        (date(2024, 3, 5), "dd/mm/yyyy"),
        (date(2024, 3, 5), "yyyy-mm-dd"),
        (date(2024, 3, 5), 'dd" tháng "mm" năm "yyyy'),
        (date(2024, 3, 5), "[$-42A]dd mmmm yyyy"),
        (datetime(2024, 3, 5), "dd/mm/yyyy hh:mm"),  # noqa: DTZ001 - cells have no zone
        ("05/03/2024", "@"),
        ("5/3/2024", "General"),
        ("2024-03-05", "General"),
        ("05.03.2024", "General"),
        ("ngày 5 tháng 3 năm 2024", "General"),
    ],
)
def test_dates_in_every_dress(value: Cell, number_format: str, tmp_path: Path) -> None:
    def dress(sheet: Any) -> None:
        sheet["A2"].number_format = number_format

    reading = read_sheet(tmp_path, [PLAIN, [value, "06:05", "tin-1"]], dress)
    assert codes(reading[1]) == []
    assert heard(reading) == EXPECTED


@pytest.mark.parametrize(
    ("value", "number_format"),
    [
        (time(6, 5), "hh:mm"),
        (time(6, 5), "h:mm AM/PM"),
        (time(6, 5), "[h]:mm"),
        (0.25347222222222, "hh:mm:ss"),
        (0.25347222222222, "General"),
        ("06:05", "@"),
        ("6h05", "General"),
        ("6 giờ 5", "General"),
    ],
)
def test_times_in_every_dress(value: Cell, number_format: str, tmp_path: Path) -> None:
    def dress(sheet: Any) -> None:
        sheet["B2"].number_format = number_format

    reading = read_sheet(tmp_path, [PLAIN, ["05/03/2024", value, "tin-1"]], dress)
    assert codes(reading[1]) == []
    assert heard(reading) == EXPECTED


@pytest.mark.parametrize(
    ("value", "number_format", "code"),
    [
        (25 / 24, "[h]:mm", "time-impossible"),
        (1.25, "General", "time-format"),
        (6.05, "General", "time-format"),
        (6, "General", "time-format"),
        (datetime(2024, 3, 5, 6, 5), "dd/mm/yyyy hh:mm", "time-format"),  # noqa: DTZ001 - cells have no zone
        (time(6, 5, 30), "hh:mm:ss", "time-format"),
        (True, "General", "time-format"),
    ],
)
def test_cells_that_are_no_time(value: Cell, number_format: str, code: str, tmp_path: Path) -> None:
    def dress(sheet: Any) -> None:
        sheet["B2"].number_format = number_format

    _, problems = read_sheet(tmp_path, [PLAIN, ["05/03/2024", value, "tin-1"]], dress)
    assert [(p.code, p.where.cell) for p in problems] == [(code, "B2")]


def test_the_other_date_system(tmp_path: Path) -> None:
    def of_1904(sheet: Any) -> None:
        sheet.parent.epoch = datetime(1904, 1, 1)  # noqa: DTZ001 - cells have no zone

    reading = read_sheet(tmp_path, [PLAIN, [date(2024, 3, 5), time(6, 5), "tin-1"]], of_1904)
    assert heard(reading) == EXPECTED


def test_a_date_shown_month_first_is_doubtful(tmp_path: Path) -> None:
    def american(sheet: Any) -> None:
        sheet["A2"].number_format = sheet["A3"].number_format = "mm/dd/yyyy"

    rows: list[list[Cell]] = [PLAIN, [date(2024, 5, 3), "06:05", "tin-1"], [date(2024, 5, 24), "06:05", "tin-1"]]
    part, problems = read_sheet(tmp_path, rows, american)
    assert [(p.code, p.where.cell) for p in problems] == [("date-doubt", "A2")]
    assert "05/03/2024" in problems[0].message
    assert len(part.slots) == 1


@pytest.mark.parametrize(
    ("weekday", "expected"), [("thứ Sáu", []), ("thứ Ba", ["weekday-mismatch"]), (None, ["date-doubt"])]
)
def test_a_weekday_settles_a_date_shown_month_first(weekday: str | None, expected: list[str], tmp_path: Path) -> None:
    def american(sheet: Any) -> None:
        sheet["A2"].number_format = "m/d/yyyy"

    reading = read_sheet(tmp_path, [HEADING, [date(2024, 5, 3), weekday, "06:05", "tin-1"]], american)
    assert codes(reading[1]) == expected


def test_the_trace_of_a_month_first_excel(tmp_path: Path) -> None:
    # Typed: 04, 05, 18 and 19 March; an American Excel made real dates of the first two, 3 April and 3 May.
    typed: list[Cell] = [date(2024, 4, 3), date(2024, 5, 3), "18/03/2024", "19/03/2024"]
    _, problems = read_sheet(tmp_path, [PLAIN, *([day, "06:05", "tin-1"] for day in typed)])
    assert [(p.code, p.severity, p.where.cell) for p in problems] == [("date-doubt", Severity.ERROR, "A2")]


def test_dates_half_real_half_text_without_that_trace_are_fine(tmp_path: Path) -> None:
    typed: list[Cell] = [date(2024, 3, 4), date(2024, 3, 15), "18/03/2024", "06/03/2024"]
    reading = read_sheet(tmp_path, [PLAIN, *([day, "06:05", "tin-1"] for day in typed)])
    assert codes(reading[1]) == []


def test_formulas_give_what_was_last_computed(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Lịch")
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write_row(0, 0, ["Ngày", "Thứ", "Giờ", "Bài"])
        sheet.write_formula(1, 0, "=DATE(2024,3,5)", day, 45356)
        sheet.write_formula(1, 1, '="thứ Ba"', None, "thứ Ba")
        sheet.write_formula(1, 2, "=TIME(6,5,0)", book.add_format({"num_format": "hh:mm"}), 0.253472222)
        sheet.write_formula(1, 3, '="tin-"&1', None, "tin-1")
    reading = calendar_xlsx.read(path, "schedules/a.xlsx")
    assert codes(reading[1]) == []
    assert heard(reading) == EXPECTED


def test_a_formula_never_computed_is_told_at_its_cell_with_the_rest(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [PLAIN, ["=DATE(2024,3,5)", "25:00", "tin-1"], ["05/03/2024", "06:05", "=A1"]]
    part, problems = read_sheet(tmp_path, rows)
    assert [(p.code, p.where.cell) for p in problems] == [
        ("formula-uncomputed", "A2"),
        ("time-impossible", "B2"),
        ("formula-uncomputed", "C3"),
    ]
    assert part.slots == ()


def test_a_formula_that_failed_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Lịch")
        sheet.write_row(0, 0, PLAIN)
        sheet.write_row(1, 0, ["05/03/2024", "06:05"])
        sheet.write_formula(1, 2, "=VLOOKUP(1,A1:A1,1)", None, "#N/A")
    _, problems = calendar_xlsx.read(path, "schedules/a.xlsx")
    assert [(p.code, p.where.cell) for p in problems] == [("formula-error", "C2")]
    assert "#N/A" in problems[0].message


def test_rich_text_and_comments_do_not_disturb(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Lịch")
        bold = book.add_format({"bold": True})
        sheet.write_row(0, 0, PLAIN)
        sheet.write_rich_string(1, 0, "05/", bold, "03", "/2024")
        sheet.write_string(1, 1, "06:05")
        sheet.write_string(1, 2, "tin-1")
        sheet.write_comment(1, 2, "Xem lại")
        sheet.autofilter(0, 0, 1, 2)
        sheet.add_table(5, 5, 7, 6)
        chart: Any = book.add_chart({"type": "bar"})
        chart.add_series({"values": "=Lịch!$B$2:$B$3"})
        book.add_chartsheet("Biểu đồ").set_chart(chart)
    reading = calendar_xlsx.read(path, "schedules/a.xlsx")
    assert not has_errors(reading[1])
    assert heard(reading)[0] == EXPECTED[0]
