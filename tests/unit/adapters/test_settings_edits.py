"""station.toml as forms show it: what is shown and sent back writes nothing, what differs writes one line."""

from pathlib import Path

import pytest

from broadcaster.adapters.settings_edits import TomlSettingsText
from broadcaster.errors import InputError

TEXT = (Path(__file__).parents[3] / "station.toml").read_text(encoding="utf-8")
SECTIONS = ("don_vi", "cum_loa", "khung_phat", "quy_dinh", "giong_doc", "am_thanh")


@pytest.fixture
def settings() -> TomlSettingsText:
    return TomlSettingsText(("gtts", "espeak", "piper"))


@pytest.mark.parametrize("section", SECTIONS)
def test_what_is_shown_and_sent_back_writes_nothing(settings: TomlSettingsText, section: str) -> None:
    rows = settings.rows(TEXT, section)
    assert rows
    for number, row in enumerate(rows):
        assert settings.check(section, row) == ()
        assert settings.change(TEXT, section, number, row) == TEXT
        spelled_otherwise = {key: f"  {value} " for key, value in row.items()}
        assert settings.change(TEXT, section, number, spelled_otherwise) == TEXT


@pytest.mark.parametrize(
    ("section", "number", "key", "typed", "line"),
    [
        ("khung_phat", 0, "tu", "5h45", 'tu = "05:45"'),
        ("khung_phat", 0, "thu", "thứ Hai, thứ Ba, thứ Tư, thứ Năm, thứ Sáu, thứ Bảy, Chủ nhật", 'thu = ["hằng ngày"]'),
        ("khung_phat", 1, "toi_da_phut", "", "toi_da_phut = 0"),
        ("cum_loa", 0, "am_luong_db", "-3,5", "am_luong_db = -3.5"),
        ("cum_loa", 1, "bat", "không", "bat = false"),
        ("don_vi", 1, "kinh_gui", "Sở Nội vụ;\n\nUBND tỉnh", 'kinh_gui = ["Sở Nội vụ;", "UBND tỉnh"]'),
        ("don_vi", 1, "chuc_vu_ky", "KT. CHỦ TỊCH\r\nPHÓ", 'chuc_vu_ky = "KT. CHỦ TỊCH\\nPHÓ"'),
        ("don_vi", 1, "tu", "2/7/2025", 'tu = "02/07/2025"'),
        ("quy_dinh", 0, "ngay_lam_bu", "4/5/2024, 11/05/2024", 'ngay_lam_bu = ["04/05/2024", "11/05/2024"]'),
        ("quy_dinh", 0, "so_buoi_toi_da", "", "so_buoi_toi_da = 0"),
        ("quy_dinh", 0, "gio_yen_tinh", "22:00 - 5:00", 'gio_yen_tinh = "22:00-05:00"'),
    ],
)
def test_a_field_that_differs_writes_its_one_line(
    settings: TomlSettingsText, section: str, number: int, key: str, typed: str, line: str
) -> None:
    made = settings.change(TEXT, section, number, {key: typed})
    before, after = TEXT.split("\n"), made.split("\n")
    changed = [(a, b) for a, b in zip(before, after, strict=True) if a != b]
    assert len(changed) == 1
    assert changed[0][1].startswith(line)
    remark = changed[0][0].partition("#")[2]
    assert changed[0][1].endswith(remark)


def test_every_wrong_field_is_told_at_once_in_words_of_a_form(settings: TomlSettingsText) -> None:
    wrong = {"ten": " ", "tu": "25:99", "thu": "thứ Mười", "toi_da_phut": "nhiều"}
    problems = settings.check("khung_phat", wrong)
    assert [p.where.cell for p in problems] == ["ten", "tu", "thu", "toi_da_phut"]
    assert not any(sign in p.hint for p in problems for sign in "[]")


def test_a_value_that_cannot_be_read_is_shown_as_it_is_written(settings: TomlSettingsText) -> None:
    text = TEXT.replace('tu = "06:00"', 'tu = "sáu giờ"', 1)
    assert settings.rows(text, "khung_phat")[0]["tu"] == "sáu giờ"
    assert settings.change(text, "khung_phat", 0, {"tu": "06:00"}) == TEXT


def test_a_line_leads_to_its_field(settings: TomlSettingsText) -> None:
    lines = TEXT.split("\n")
    assert settings.field_at(TEXT, lines.index('den = "06:15"') + 1) == ("khung_phat", 0, "den")
    assert settings.field_at(TEXT, lines.index("[quy_dinh]") + 1) == ("quy_dinh", 0, "")
    assert settings.field_at(TEXT, 1) == ("", 0, "")


def test_entries_keep_their_names_and_days_are_days_however_written(settings: TomlSettingsText) -> None:
    text = settings.entry(TEXT, "ngay_nghi_rieng", "24/07/2026", "lễ")
    assert text == f'{TEXT}"24/07/2026" = "lễ"\n'
    spelled = f'{TEXT}"24/7/2026" = "lễ"\n'
    assert settings.entry(spelled, "ngay_nghi_rieng", "24/07/2026", None) == TEXT
    assert '\nduong_day_nong = "1022"' in settings.entry(TEXT, "cho_trong", "Đường dây nóng", "1022")
    assert settings.entry(TEXT, "cho_trong", "không có", None) == TEXT


def test_a_broken_file_and_a_missing_table_are_said(settings: TomlSettingsText) -> None:
    with pytest.raises(InputError, match="đang có lỗi"):
        settings.rows(TEXT.replace('"06:00"', "06:00:"), "khung_phat")
    with pytest.raises(InputError, match="không còn"):
        settings.change(TEXT, "khung_phat", 9, {"tu": "06:00"})
