"""Rows of a calendar as a person types them into a form, and as they are written into YAML and read back."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadcaster.adapters import calendar_yaml
from broadcaster.adapters.calendar_fields import DATED, EXCEPTION, STANDING
from broadcaster.adapters.calendar_text import SECTIONS, YamlCalendarText
from broadcaster.domain.calendar import OnLunar, OnWeekdays, Slot
from broadcaster.errors import InputError
from broadcaster.ports_editing import FORM

TEXT = YamlCalendarText()
RULE = {"ma": "sang", "phat": "bai-mot", "thu": "thứ Hai, thứ Tư", "gio": "06:05"}


def wrong(section: str, values: dict[str, str]) -> dict[str, str]:
    """Field → code."""
    problems = TEXT.check(section, values).problems
    assert all(p.where.file == FORM for p in problems)
    assert all(p.message and p.hint for p in problems)
    return {p.where.cell or "": p.code for p in problems}


def slot_of(values: dict[str, str]) -> Slot:
    """A sound standing row."""
    reading = TEXT.check("khung_gio", values)
    assert reading.problems == ()
    assert reading.slot is not None
    return reading.slot


@pytest.mark.parametrize(
    ("section", "values", "fields"),
    [
        ("khung_gio", {}, {"ma", "gio", "phat", "thu"}),
        ("khung_gio", {**RULE, "gio": "6 giờ rưỡi kém năm"}, {"gio"}),
        ("khung_gio", {**RULE, "gio": "06:05, 25:00"}, {"gio"}),
        ("khung_gio", {**RULE, "thu": "thứ Chín"}, {"thu"}),
        ("khung_gio", {**RULE, "ngay_am": "31/8"}, {"ngay_am"}),
        ("khung_gio", {**RULE, "ma": "có dấu cách"}, {"ma"}),
        (
            "khung_gio",
            {**RULE, "lap": "0", "uu_tien": "rất gấp", "cho_phep_tre": "lâu"},
            {"lap", "uu_tien", "cho_phep_tre"},
        ),
        ("lich_ngay", {"ngay": "31/02/2026", "gio": "06:05", "phat": "a"}, {"ngay"}),
        ("lich_ngay", {"ngay": "13/13/2026", "gio": "", "phat": ""}, {"ngay", "gio", "phat"}),
        ("ngoai_le", {"viec": "bỏ", "tu": "02/01/2026", "den": "01/01/2026", "ly_do": "x"}, {"den"}),
        ("ngoai_le", {"viec": "hát", "tu": "01/01/2026", "den": "01/01/2026", "ly_do": "x"}, {"viec"}),
        ("ngoai_le", {"viec": "thay", "tu": "01/01/2026", "den": "01/01/2026", "ly_do": "x"}, {"phat"}),
        ("ngoai_le", {"viec": "thêm", "tu": "01/01/2026", "den": "01/01/2026", "ly_do": ""}, {"ly_do", "phat", "gio"}),
    ],
)
def test_what_is_wrong_stands_at_its_field(section: str, values: dict[str, str], fields: set[str]) -> None:
    assert wrong(section, values).keys() == fields


def test_a_field_no_row_has_is_refused() -> None:
    with pytest.raises(InputError):
        TEXT.check("lich_ngay", {"ma": "x"})


def test_a_lunar_rule_and_every_day_are_understood() -> None:
    assert slot_of({**RULE, "thu": "", "ngay_am": "15 hằng tháng, 10/3"}).days == (
        OnLunar(day=15, month=None),
        OnLunar(day=10, month=3),
    )
    every = slot_of({**RULE, "thu": "hằng ngày"}).days[0]
    assert isinstance(every, OnWeekdays)
    assert len(every.days) == 7


FORMS = st.fixed_dictionaries(
    {
        "ma": st.sampled_from(["sang", "cm-1"]),
        "phat": st.sampled_from(["bai-mot", "xoay vòng ND-D2 + ND-D6", "xoay vòng ND-D2 (thông báo)"]),
        "gio": st.sampled_from(["06:05", "06:05, 17:00", "05:00, 06:00, 07:00"]),
    },
    optional={
        "thu": st.sampled_from(["hằng ngày", "thứ Hai", "thứ Ba, Chủ nhật"]),
        "ngay": st.sampled_from(["05/03/2026", "05/03/2026, 01/01/2027"]),
        "ngay_am": st.sampled_from(["15 hằng tháng", "10/3, 1 hằng tháng"]),
        "ngay_trong_thang": st.sampled_from(["1, 15", "cuối"]),
        "thu_trong_thang": st.sampled_from(["thứ Hai đầu tháng", "thứ Sáu cuối tháng"]),
        "cum_loa": st.sampled_from(["khom-1", "khom-1, khom-2"]),
        "tu": st.just("01/01/2026"),
        "den": st.just("31/12/2026"),
        "ten": st.sampled_from(["Bản tin: sáng", "a # b", "“Lời chào”", "=1+1", "- gạch", "ngày 1, 2"]),
        "uu_tien": st.sampled_from(["ưu tiên", "khẩn cấp"]),
        "bat_dau": st.sampled_from(["đúng giờ", "trong vòng 3 phút"]),
        "cho_phep_tre": st.sampled_from(["5 phút", "90 giây"]),
        "lap": st.sampled_from(["2", "10"]),
        "cach_lap": st.just("30 giây"),
        "ngay_le": st.sampled_from(["bỏ", "dời về sau"]),
        "ghi_chu": st.sampled_from(["họp ngày 3/3, phòng 2", "{x}", "a: b"]),
    },
)  # fmt: skip


@given(FORMS)
def test_what_a_form_holds_is_written_read_and_shown_again(
    tmp_path_factory: pytest.TempPathFactory, values: dict[str, str]
) -> None:
    reading = TEXT.check("khung_gio", values)
    if reading.slot is None:
        assert reading.problems
        return
    path = tmp_path_factory.mktemp("lich") / "lich.yaml"
    text = TEXT.add("", "khung_gio", values)
    path.write_text(text, encoding="utf-8")
    part, problems = calendar_yaml.read(path, "schedules/lich.yaml")
    assert problems == ()
    (slot,) = part.slots
    shown = TEXT.values(slot)
    assert slot_of(shown) == reading.slot, "what is shown means what was typed"
    line = slot.where.line or 0
    changed = TEXT.change(text, line, {"gio": "08:08", "ten": "", "ghi_chu": "mới"})
    path.write_text(changed, encoding="utf-8")
    part, problems = calendar_yaml.read(path, "schedules/lich.yaml")
    assert problems == ()
    assert TEXT.values(part.slots[0]) == {
        **{k: v for k, v in shown.items() if k != "ten"},
        "gio": "08:08",
        "ghi_chu": "mới",
    }
    assert TEXT.section_of(changed, line) == "khung_gio"


@pytest.mark.parametrize(
    ("section", "values"),
    [
        (
            "lich_ngay",
            {"ngay": "05/03/2026", "gio": "06:05", "phat": "bai-mot", "doi_tu": "04/03/2026", "ghi_chu": "họp: sáng"},
        ),
        ("lich_ngay", {"ngay": "05/03/2026, 06/03/2026", "gio": "06:05, 07:05", "phat": "bai-mot"}),
        (
            "ngoai_le",
            {"viec": "bỏ", "tu": "01/01/2026", "den": "03/01/2026", "khung_gio": "sang, chieu", "ly_do": "Tết, nghỉ"},
        ),
        (
            "ngoai_le",
            {"viec": "thêm", "tu": "01/01/2026", "den": "01/01/2026", "gio": "06:05", "phat": "a", "ly_do": "x"},
        ),
    ],
)
def test_other_rows_are_written_so_that_they_read_back(tmp_path: Path, section: str, values: dict[str, str]) -> None:
    path = tmp_path / "tram.yaml"
    path.write_text(TEXT.add("", section, values), encoding="utf-8")
    part, problems = calendar_yaml.read(path, "schedules/tram.yaml")
    assert problems == ()
    asked = TEXT.check(section, values)
    assert [e.reason for e in part.exceptions] == [e.reason for e in asked.exceptions]
    assert [(s.times, s.days, s.content, s.note) for s in part.slots] == [
        (s.times, s.days, s.content, s.note) for s in ([asked.slot] if asked.slot else [])
    ]


def test_a_line_without_a_row_is_not_edited() -> None:
    text = TEXT.add("", "khung_gio", RULE)
    for line in (0, 1, 99):
        assert TEXT.row(text, line) is None
        assert TEXT.section_of(text, line) is None
        with pytest.raises(InputError, match="Không tìm thấy mục lịch"):
            TEXT.change(text, line, {"gio": "07:00"})
        with pytest.raises(InputError):
            TEXT.remove(text, line)


def test_every_section_has_its_fields() -> None:
    assert SECTIONS == {"khung_gio": STANDING, "lich_ngay": DATED, "ngoai_le": EXCEPTION}


@pytest.mark.parametrize(
    ("text", "line", "fields"),
    [
        (
            'khung_gio:\n  - mã: sang   # lời ghi\n    phat: \'bai-mot\'\n    Giờ: ["06:05", "17:05"]\n    thu: [thứ Ba]\n',
            2,
            {"ma": "sang", "phat": "bai-mot", "gio": "06:05, 17:05", "thu": "thứ Ba"},
        ),
        (
            "khung_gio:\n  - {ma: trua, gio: ['11:00'], cum_loa: khom-2}\n",
            2,
            {"ma": "trua", "gio": "11:00", "cum_loa": "khom-2"},
        ),
        ("lich_ngay:\n- ngay: 05/03/2026\n  gio: 09:00\n", 2, {"ngay": "05/03/2026", "gio": "09:00"}),
    ],
)
def test_a_row_is_told_field_by_field(text: str, line: int, fields: dict[str, str]) -> None:
    row = TEXT.row(text, line)
    assert row is not None
    assert TEXT.fields(row) == fields


@pytest.mark.parametrize("row", ["", "(mục này không còn ở chỗ cũ)", "a: [", "- a\n- b"])
def test_what_is_no_row_has_no_fields(row: str) -> None:
    assert TEXT.fields(row) == {}


LAID_OUT = """\
khung_gio:
  # sáng
  - ma: sang   # giữ lại
    phat: bai-mot
    gio: "06:05"
    # của dòng sáng


  - {ma: chieu, phat: bai-hai, gio: "17:00"}
lich_ngay:
- ngay: 05/03/2026
  gio: "08:00"
  phat: bai-mot

"""


@pytest.mark.parametrize("text", [LAID_OUT, LAID_OUT.replace("\n", "\r\n"), LAID_OUT.rstrip("\n")])
@pytest.mark.parametrize(
    ("line", "values", "old", "new"),
    [
        (3, {"gio": "06:10"}, '"06:05"', '["06:10"]'),
        (3, {"ten": "Tin"}, '"06:05"\n', '"06:05"\n    ten: Tin\n'),
        (3, {"phat": ""}, "    phat: bai-mot\n    gio", "    gio"),
        (9, {"gio": ""}, ', gio: "17:00"', ""),
        (11, {"phat": "bai-hai"}, "  phat: bai-mot", "  phat: bai-hai"),
    ],
)
def test_a_change_leaves_every_other_line_as_it_was(
    text: str, line: int, values: dict[str, str], old: str, new: str
) -> None:
    assert LAID_OUT.count(old) >= 1
    head, _, tail = LAID_OUT.rpartition(old) if line == 11 else LAID_OUT.partition(old)
    expected = f"{head}{new}{tail}".rstrip("\n") + "\n"
    assert TEXT.change(text, line, values).replace("\r\n", "\n") == expected
