"""station.toml: every value read, every mistake placed at its line, and the file written for a new station read back whole."""

from dataclasses import fields, replace
from datetime import date, time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadcaster.adapters.sample_station import sample_settings
from broadcaster.adapters.settings_spec import FREE_SECTIONS, sections
from broadcaster.adapters.settings_toml import fallback_settings, read_settings, settings_of
from broadcaster.adapters.settings_writer import settings_text
from broadcaster.adapters.toml_lines import index_lines
from broadcaster.domain.calendar import Weekday, ZoneId
from broadcaster.domain.periods import CUT_OFFS, CutOff
from broadcaster.domain.problems import Problem, Severity, Where
from broadcaster.domain.scoring import ScoringProfile
from broadcaster.domain.settings import (
    Identity,
    MasteringSettings,
    PolicySettings,
    ReportingSettings,
    Settings,
    TimeSpan,
    VoiceSettings,
    Window,
    Zone,
)

VOICES = ("gtts", "espeak", "piper")
GOOD = """\
[[don_vi]]
ten_phuong = "phường Mẫu"
co_quan = "UBND phường Mẫu"
dai = "Đài Truyền thanh phường Mẫu"
dia_danh = "Mẫu"
[[cum_loa]]
ma = "khom-1"
ten = "Khóm 1"
"""


def read(text: str) -> tuple[Settings, tuple[Problem, ...]]:
    """The settings of a text."""
    return settings_of(text, VOICES)


def told(text: str) -> list[tuple[str, int | None]]:
    """Code and line of each problem of a text."""
    return [(p.code, p.where.line) for p in read(text)[1]]


def without_places(settings: Settings) -> Settings:
    """The same, wherever it was written."""
    nowhere = Where(file="")
    return replace(settings, identities=tuple(replace(i, where=nowhere) for i in settings.identities))


def test_the_least_that_is_enough() -> None:
    settings, problems = read(GOOD)
    assert problems == ()
    assert settings.identities[0].ward == "phường Mẫu"
    assert settings.zones == (Zone(id=ZoneId("khom-1"), name="Khóm 1"),)
    assert settings.policy == PolicySettings()
    assert settings.voices == VoiceSettings()
    assert settings.mastering == MasteringSettings()
    assert settings.reporting == ReportingSettings()


def test_every_setting_can_be_written_and_is_read_back() -> None:
    full = Settings(
        timezone="Asia/Bangkok",
        database="postgresql://dai@localhost/dai",
        identities=(
            Identity(
                valid_until=date(2025, 6, 30), ward="phường Cũ", agency="UBND", station="Đài", place="Cũ", superior="TP",
                unit_code="P1", addressees=("Phòng Nội vụ", "Phòng Văn hóa, Thông tin"), recipients=("Như trên;", "Lưu: VT."),
                signer_title="KT. CHỦ TỊCH\nPHÓ CHỦ TỊCH", signer="", document_series="BC-UBND",
            ),
            Identity(valid_from=date(2025, 7, 1), ward="phường Mới", agency="UBND", station="Đài", place="Mới"),
        ),
        zones=(
            Zone(id=ZoneId("khom-1"), name="Khóm 1", sink="alsa", device="hw:CARD=PCH,DEV=0", gain_db=-3.5,
                 latency_offset_ms=40.0, place='Cột "điện" số 1\\2', enabled=False),
            Zone(id=ZoneId("khom-2"), name="Khóm 2", sink="file"),
        ),
        windows=(
            Window(name="Sáng", span=TimeSpan(start=time(6), end=time(6, 30)), budget_minutes=12.5,
                   weekdays=frozenset({Weekday.MONDAY, Weekday.SUNDAY})),
            Window(name="Chiều", span=TimeSpan(start=time(17), end=time(17, 30)), weekdays=frozenset(Weekday)),
        ),
        voices=VoiceSettings(chain=("piper", "espeak"), rate=180, region="bac", piper_model="vi.onnx", gtts_tld="com",
                             gtts_timeout_s=5.0),
        mastering=MasteringSettings(loudness_lufs=-18.0, true_peak_dbtp=-2.0, speech_band=True, chime=False, lead_in_s=1.0,
                                    tail_s=1.5, item_gap_s=2.0),
        policy=PolicySettings(grace_s=60.0, publish_days=7, prepare_days=3, quiet=TimeSpan(start=time(22), end=time(5)),
                              sessions_per_day=None, require_synchronised_clock=False, finish_on_stop_s=30.0,
                              retry_every_s=1.0, unfinished_share=0.8, max_item_repeats_per_week=9),
        reporting=ReportingSettings(
            cut_offs=(CutOff(code="T1", title="Tháng Một", first=(1, 1), last=(1, 31), due=(2, 5)), CUT_OFFS[-1]),
            scoring=ScoringProfile(points=2.0, full=95.0, floor=80.0),
        ),
        blanks={"duong_day_nong": "", "tên lạ": "0296 3831234"},
        days_off={date(2026, 7, 24): "Ngày truyền thống"},
        workdays=frozenset({date(2026, 7, 25), date(2026, 1, 3)}),
    )  # fmt: skip
    settings, problems = read(settings_text(full, VOICES))
    assert problems == ()
    assert without_places(settings) == without_places(full)


def test_a_new_stations_file_reads_back_and_explains_each_key() -> None:
    text = settings_text(sample_settings(), VOICES)
    settings, problems = read(text)
    assert problems == ()
    assert without_places(settings) == without_places(sample_settings())
    for section in sections(VOICES):
        for key in section.keys:
            assert f"# {key.comment}\n{key.name} = " in text


def test_the_table_of_keys_covers_the_settings_types() -> None:
    types = {"don_vi": Identity, "cum_loa": Zone, "giong_doc": VoiceSettings, "am_thanh": MasteringSettings}
    written = {section.name: {key.attr for key in section.keys} for section in sections(VOICES)}
    for name, kind in types.items():
        assert written[name] == {field.name for field in fields(kind)} - {"where"}
    assert written["quy_dinh"] == {field.name for field in fields(PolicySettings)} | {"workdays"}
    assert written["khung_phat"] == ({field.name for field in fields(Window)} - {"span"}) | {"start", "end"}
    tables = {"identities", "zones", "windows", "voices", "mastering", "policy", "workdays", "blanks", "days_off"}
    tables |= {"reporting", "extra"}
    assert written["ky_bao_cao"] == {field.name for field in fields(CutOff)}
    assert written["cham_diem"] == {field.name for field in fields(ScoringProfile)}
    assert written[""] == {field.name for field in fields(Settings)} - tables
    assert set(FREE_SECTIONS) == {"cho_trong", "ngay_nghi_rieng"}


@pytest.mark.parametrize(
    ("added", "code", "line", "said"),
    [
        ('[quy_dinh]\nmau = 1', "unknown-field", 10, "cong_bo_ngay"),
        ('[quy_dinh]\ncong_bo_ngayy = 1', "unknown-field", 10, "«cong_bo_ngay»"),
        ('[quy_dinh]\nmui_gio = "Asia/Ho_Chi_Minh"', "unknown-field", 10, "đầu tệp"),
        ('[quy_dinh]\ntoc_do = 180', "unknown-field", 10, "[giong_doc]"),
        ('[quy_dih]\ngrace = 1', "unknown-section", 9, "«quy_dinh»"),
        ('[quy_dinh]\ncong_bo_ngay = "nhiều"', "number-format", 10, "cong_bo_ngay"),
        ('[quy_dinh]\ncong_bo_ngay = 0', "number-range", 10, "Từ 1 đến 60"),
        ('[quy_dinh]\ncong_bo_ngay = [1]', "type", 10, "danh sách"),
        ('[quy_dinh]\ngio_yen_tinh = "21:00"', "time-span", 10, "21:00-05:30"),
        ('[quy_dinh]\ngio_yen_tinh = "21:00-21:00"', "time-span", 10, "21:00-05:30"),
        ('[quy_dinh]\ngio_yen_tinh = "21:00-25:00"', "time-impossible", 10, "25:00"),
        ('[quy_dinh]\ncan_dong_ho_dung = "có lẽ"', "bool-unknown", 10, "có"),
        ('[quy_dinh]\nngay_lam_bu = ["31/4/2024"]', "date-impossible", 10, "31/4/2024"),
        ('[quy_dinh]\ncong_bo_ngay = 7\n"Công bố ngày" = 8', "duplicate", 11, "hai lần"),
        ('[giong_doc]\nthu_tu = ["espeek"]', "choice-unknown", 10, "«espeak»"),
        ('[giong_doc]\nthu_tu = []', "field-missing", 10, "espeak"),
        ('[giong_doc]\ntoc_do = 1000', "number-range", 10, "120"),
        ('[giong_doc]\nthu_tu = ["piper"]', "piper-model-missing", 1, "piper_model"),
        ('[am_thanh]\ndinh_dbtp = 3', "number-range", 10, "-9"),
        ('[[cum_loa]]\nma = "Khóm 2"\nten = "Khóm 2"', "id-unusable", 10, "khom-2"),
        ('[[cum_loa]]\nma = "khom-2"', "field-missing", 9, "ten"),
        ('[[cum_loa]]\nma = "khom-2"\nten = ""', "field-missing", 11, "trống"),
        ('[[cum_loa]]\nma = "khom-1"\nten = "Khóm 2"', "duplicate", 9, "dòng 6"),
        ('[[cum_loa]]\nma = "khom-2"\nten = "khóm 1"', "duplicate", 9, "dòng 6"),
        ('[[cum_loa]]\nma = "a"\nten = "A"\nngo_ra = "hdmi"', "choice-unknown", 12, "pulse"),
        ('[[cum_loa]]\nma = "a"\nten = "A"\nthiet_bi = "hw:0,0"', "device-index", 12, "CARD="),
        ('[[cum_loa]]\nma = "a"\nten = "A"\nthiet_bi = "plughw:CARD=1"', "device-index", 12, "CARD="),
        ('[[cum_loa]]\nma = "a"\nten = "A"\nthiet_bi = "2"', "device-index", 12, "CARD="),
        ('[[cum_loa]]\nma = "a"\nten = "A"\nam_luong_db = 99', "number-range", 12, "12"),
        ('[[khung_phat]]\nten = "S"\ntu = "05:00"\nden = "06:00"', "window-in-quiet", 9, "21:00-05:30"),
        ('[[khung_phat]]\nten = "S"\ntu = "20:30"\nden = "21:01"', "window-in-quiet", 9, "21:00-05:30"),
        ('[[khung_phat]]\nten = "S"\ntu = "06:00"\nden = "06:00"', "time-span", 9, "den"),
        ('[[khung_phat]]\nten = "S"\ntu = "06:00"', "field-missing", 9, "den"),
        ('[[khung_phat]]\nten = "S"\ntu = "06:00"\nden = "06:30"\nthu = ["thứ 8"]', "weekday-unknown", 13, "Chủ nhật"),
        ('[cho_trong]\na = [1]', "type", 10, "chữ"),
        ('[cho_trong]\nduong_day = "1"\n"đường dây" = "2"', "duplicate", 11, "trùng"),
        ('[ngay_nghi_rieng]\n"32/07/2026" = "x"', "date-impossible", 10, "32/07/2026"),
        ('[ngay_nghi_rieng]\n"24/07/2026" = ""', "reason-missing", 10, "lý do"),
        ('[ngay_nghi_rieng]\n"24/07/2026" = "a"\n2026-07-24 = "b"', "duplicate", 11, "hai lần"),
        ('[ngay_nghi_rieng]\n24.07.2026 = "a"', "date-format", 9, "05/03/2024"),
        ('[ngay_nghi_rieng]\n"24/07/2026" = "a"\n[quy_dinh]\nngay_lam_bu = "24/07/2026"', "day-off-and-workday", 1, "24/07"),
        ('[[quy_dinh]]\ncong_bo_ngay = 7', "shape", 9, "[quy_dinh]"),
    ],
)  # fmt: skip
def test_one_mistake_one_problem_at_its_line(added: str, code: str, line: int, said: str) -> None:
    _, problems = read(GOOD + added)
    (problem,) = problems
    assert (problem.code, problem.where.line, problem.severity) == (code, line, Severity.ERROR)
    assert said in f"{problem.message} {problem.hint}"


def test_top_keys_are_read_and_refused() -> None:
    assert told('mui_gio = "Asia/Sai_Gon"\n' + GOOD) == [("timezone", 1)]
    assert told('mui_gio = "../../etc/passwd"\n' + GOOD) == [("timezone", 1)]
    assert told('co_so_du_lieu = "mysql://ai:mat-khau@o"\n' + GOOD) == [("database-url", 1)]
    assert told("mau = 1\n" + GOOD) == [("unknown-field", 1)]
    (problem,) = read('co_so_du_lieu = "mysql://ai:mat-khau@o"\n' + GOOD)[1]
    assert "mat-khau" not in problem.message + problem.hint


def test_a_device_by_its_stable_name_is_taken() -> None:
    for name in (
        "hw:CARD=PCH,DEV=0",
        "alsa_output.pci-0000_00_1f.3.analog-stereo",
        "default",
        "plughw:CARD=U0x41e",
        "",
    ):
        settings, problems = read(GOOD + f'thiet_bi = "{name}"')
        assert problems == ()
        assert settings.zones[0].device == name


IDENTITY = '[[don_vi]]\nten_phuong = "{0}"\nco_quan = "U"\ndai = "Đ"\ndia_danh = "{0}"\n'
ZONE = '[[cum_loa]]\nma = "a"\nten = "A"\n'


def test_names_of_the_station_must_not_overlap() -> None:
    old = IDENTITY.format("Cũ") + 'den = "30/06/2025"\n'
    new = IDENTITY.format("Mới") + 'tu = "{}"\n'
    assert told(ZONE + old + new.format("01/07/2025")) == []
    assert told(ZONE + new.format("01/07/2025") + old) == []
    assert told(ZONE + old + new.format("30/06/2025")) == [("identity-overlap", 10)]
    assert told(ZONE + old + IDENTITY.format("Mới")) == [("identity-overlap", 10)]
    _, (gap,) = read(ZONE + old + new.format("03/07/2025"))
    assert (gap.code, gap.severity, gap.where.line) == ("identity-gap", Severity.WARNING, 10)
    assert "01/07/2025 đến 02/07/2025" in gap.hint
    assert all(name in gap.message for name in ("«Cũ» (dòng 4)", "«Mới» (dòng 10)"))


def test_the_name_of_a_day_is_found_whatever_the_order_in_the_file() -> None:
    old = IDENTITY.format("Cũ") + 'den = "30/06/2025"\n'
    new = IDENTITY.format("Mới") + 'tu = "01/07/2025"\n'
    settings, _ = read(ZONE + new + old)
    assert settings.identity_on(date(2025, 6, 30)).ward == "Cũ"
    assert settings.identity_on(date(2025, 7, 1)).ward == "Mới"


def test_reversed_dates_of_an_identity() -> None:
    text = ZONE + IDENTITY.format("A") + 'tu = "01/07/2025"\nden = "30/06/2025"\n'
    assert told(text) == [("dates-reversed", 4)]


def test_a_station_needs_a_name_and_a_zone() -> None:
    assert told("") == [("identity-missing", 1), ("zone-missing", 1)]
    assert told(GOOD + "bat = false") == [("zones-off", 6)]


def test_windows_that_meet_are_told_as_a_warning() -> None:
    window = '[[khung_phat]]\nten = "{}"\ntu = "{}"\nden = "{}"\nthu = "{}"\n'
    one = window.format("Một", "06:00", "06:30", "hằng ngày")
    assert told(GOOD + one + window.format("Hai", "06:30", "07:00", "hằng ngày")) == []
    assert told(GOOD + one + window.format("Hai", "06:29", "07:00", "CN")) == [("windows-overlap", 14)]
    monday = window.format("Một", "06:00", "06:30", "thứ Hai")
    assert told(GOOD + monday + window.format("Hai", "06:00", "07:00", "CN")) == []


def test_no_limit_is_written_as_zero() -> None:
    settings, problems = read(GOOD + "[quy_dinh]\nso_buoi_toi_da = 0")
    assert problems == ()
    assert settings.policy.sessions_per_day is None


@pytest.mark.parametrize(
    ("text", "line", "code", "said"),
    [
        ("a = 1\nb = “x”", 2, "toml-word-quotes", "Word"),
        ('tên = "x"', 1, "toml-syntax", "không dấu"),
        ('ten phuong = "x"', 1, "toml-syntax", "không dấu"),
        ('[ngay_nghi_rieng]\n24/07/2026 = "x"', 2, "toml-syntax", "dấu nháy kép"),
        ("a = 1\n\na = 2", 3, "duplicate", "dòng 1 và dòng 3"),
        ("tu = 05/03/2024", 1, "toml-syntax", "dấu nháy kép"),
        ("tu = 6:05", 1, "toml-syntax", "dấu nháy kép"),
        ("bat = tắt", 1, "toml-syntax", "false"),
        ('a = "x', 1, "toml-syntax", "nháy"),
        ('a = """x', 1, "toml-syntax", "nháy đóng"),
        ('a = ["x"\nb = 1', 2, "toml-syntax", "«]»"),
        ("[a\nb = 1", 1, "toml-syntax", "[ten_muc]"),
        ("[a]\n[a]", 2, "toml-syntax", "[[cum_loa]]"),
        ('a = "C:\\p"', 1, "toml-syntax", "'…'"),
        ("a = 1 2", 1, "toml-syntax", "thừa"),
        ("a =", 1, "toml-syntax", "Giá trị"),
        ("a = " + "[" * 50_000, 1, "toml-deep", "gọn"),
        ("a = " + "9" * 50_000, 1, "toml-syntax", "Viết"),
    ],
)
def test_broken_toml_is_told_plainly(text: str, line: int, code: str, said: str) -> None:
    settings, (problem,) = read(text)
    assert (problem.code, problem.where.line) == (code, line)
    assert said in f"{problem.message} {problem.hint}"
    assert settings == fallback_settings()


def test_all_problems_come_at_once() -> None:
    text = 'mau = 1\n[[cum_loa]]\nma = "A"\nten = ""\n[quy_dinh]\ncong_bo_ngay = 0\nx = 1\n'
    assert sorted(told(text), key=str) == sorted(
        [("unknown-field", 1), ("identity-missing", 1), ("id-unusable", 3), ("field-missing", 4), ("number-range", 6),
         ("unknown-field", 7)],
        key=str,
    )  # fmt: skip


def test_lines_are_indexed_by_path() -> None:
    text = 'a = 1\n[[t]]\nb = """\nc = 1\n"""\nd = 2\n[[t]]\n"Tên lạ".x = 3 # [không phải mục]\n[u.v]\nw = 1'
    assert index_lines(text) == {
        ("a",): 1, ("t",): 2, ("t", 0): 2, ("t", 0, "b"): 3, ("t", 0, "d"): 6, ("t", 1): 7, ("t", 1, "Tên lạ", "x"): 8,
        ("u", "v"): 9, ("u", "v", "w"): 10,
    }  # fmt: skip


def test_without_a_file_the_way_out_is_said(tmp_path: Path) -> None:
    settings, (problem,) = read_settings(tmp_path, VOICES)
    assert problem.code == "settings-missing"
    assert "broadcaster init" in problem.hint
    assert settings.zones == ()


def test_too_many_tables_are_refused() -> None:
    text = GOOD + "".join(f'[[cum_loa]]\nma = "z-{n}"\nten = "Z {n}"\n' for n in range(300))
    assert [code for code, _ in told(text)] == ["too-many"]


@given(st.text(), st.text(alphabet="abcdz_=[]\"'\n.#{}0123/: ăđ“", max_size=80))
def test_any_text_gives_settings_and_problems(noise: str, near: str) -> None:
    for text in (noise, near, GOOD + near, GOOD + "[cho_trong]\n" + near):
        settings, problems = read(text)
        assert settings.identities
        assert all(p.where.line and p.message and p.hint for p in problems)


PLAIN_VALUES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20)
VALUES = PLAIN_VALUES | st.lists(PLAIN_VALUES, max_size=3) | st.lists(st.lists(PLAIN_VALUES, max_size=2), max_size=2)


@given(st.data())
def test_any_value_at_any_key_is_read_or_told(data: st.DataObject) -> None:
    section = data.draw(st.sampled_from(sections(VOICES)))
    key = data.draw(st.sampled_from(section.keys))
    written = _toml(data.draw(VALUES))
    header = "" if not section.name else f"[[{section.name}]]" if section.many else f"[{section.name}]"
    text = f"{header}\n{key.name} = {written}\n"
    _, problems = read(text if not section.name else GOOD + text)
    assert all(p.where.file == "station.toml" and p.hint for p in problems)


def _toml(value: object) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    if isinstance(value, bool) or value is None:
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    return '"' + "".join(f"\\U{ord(c):08x}" for c in str(value)) + '"'


PERIOD = '[[ky_bao_cao]]\nma = "{0}"\nten = "Kỳ"\ntu = "{1}"\nden = "{2}"\nhan_nop = "{3}"\n'


@pytest.mark.parametrize(
    ("periods", "codes"),
    [
        ([("", "15/12", "14/12", "20/12")], ["dates-reversed"]),
        ([("", "1/1", "31/12", "31/12")], ["due-too-early"]),
        ([("Q1", "1/1", "31/3", "5/4")], ["year-missing"]),
        ([("", "1/1", "30/11", "5/12"), ("", "1/1", "30/11", "5/12")], ["duplicate"]),
        ([("", "29/2", "30/11", "5/12")], ["date-impossible"]),
        ([("", "12/15", "30/11", "5/12")], ["date-impossible"]),
        ([("", "2024-01-01", "30/11", "5/12")], ["date-format"]),
        ([("quý một", "1/1", "30/11", "5/12")], ["period-code"]),
        ([("", "1/1", "30/11", "5/12")], []),
    ],
)
def test_a_reporting_regime_is_read_or_told(periods: list[tuple[str, str, str, str]], codes: list[str]) -> None:
    text = GOOD + "".join(PERIOD.format(*period) for period in periods)
    assert [code for code, _ in told(text) if code != "year-missing" or codes == ["year-missing"]] == codes
    settings, _ = read(text)
    assert settings.reporting.cut_offs
