"""YAML schedules: what the format adds to the common meaning — shape, lines, several problems at once, rough files."""

from pathlib import Path

import pytest

from broadcaster.adapters import calendar_yaml
from broadcaster.domain.calendar import Rotation
from broadcaster.domain.problems import Severity
from broadcaster.domain.scripts import Kind
from tests.workbooks import codes, placeless, places, read_yaml

GOOD = """\
chuong_trinh:
  chuyen-muc:
    ten: Chuyên mục
    phan: [nhac-hieu, {xoay_vong: [ND-D2, ND-D6], loai: [chuyên mục]}, chao]
khung_gio:
  - ma: cm-sang
    phat: {xoay_vong: [ND-A]}
    thu: [thứ Ba, thứ Năm]
    gio: [06:05, "17:05"]
lich_ngay:
  - {ngay: 05/03/2024, gio: 17:30, phat: tin-1}
"""


def test_times_are_read_as_typed_never_as_minutes(tmp_path: Path) -> None:
    part, problems = read_yaml(tmp_path, GOOD)
    assert problems == ()
    assert [[f"{t:%H:%M}" for t in slot.times] for slot in part.slots] == [["06:05", "17:05"], ["17:30"]]


def test_rotations_are_read_in_rules_and_programmes(tmp_path: Path) -> None:
    part, _ = read_yaml(tmp_path, GOOD)
    assert part.slots[0].content == Rotation(topics=("ND-A",))  # type: ignore[arg-type]
    rotation = part.programmes[0].parts[1]
    assert isinstance(rotation, Rotation)
    assert (rotation.topics, rotation.kinds) == (("ND-D2", "ND-D6"), (Kind.FEATURE,))


def test_every_slot_knows_its_line(tmp_path: Path) -> None:
    part, _ = read_yaml(tmp_path, GOOD)
    assert [str(slot.where) for slot in part.slots] == ["schedules/lich.yaml:6", "schedules/lich.yaml:11"]
    assert str(part.programmes[0].where) == "schedules/lich.yaml:2"


@pytest.mark.parametrize(
    "rough",
    [
        GOOD.replace("\n", "\r\n").encode(),
        b"\xef\xbb\xbf" + GOOD.encode(),
        GOOD.replace("khung_gio", "KHUNG GIO").replace("lich_ngay", "Lịch ngày").replace("thu:", "Thứ:").encode(),
    ],
    ids=["windows line ends", "byte order mark", "marks and capitals in names"],
)
def test_rough_files_mean_the_same(rough: bytes, tmp_path: Path) -> None:
    path = tmp_path / "lich.yaml"
    path.write_bytes(rough)
    part, problems = calendar_yaml.read(path, "schedules/lich.yaml")
    assert problems == ()
    assert placeless(part) == placeless(read_yaml(tmp_path, GOOD)[0])


def test_every_problem_comes_at_once_and_good_rows_are_kept(tmp_path: Path) -> None:
    part, problems = read_yaml(
        tmp_path,
        """\
khung_gio:
  - {ma: a, phat: x, thu: CN, gio: "06:05"}
  - {ma: b, phat: x, thu: thứ 9, gio: ["25:00", "06:05", "5:7"]}
  - {ma: c, gio: "06:05"}
  - {ma: d, phaat: x, thu: CN, gio: "06:05"}
lich_ngay:
  - {ngay: 31/04/2024, gio: "06:05", phat: x}
  - {ngay: 30/04/2024, gio: "06:05", phat: x}
ngoai_le:
  - {viec: bỏ}
""",
    )
    assert [(p.code, p.where.line) for p in problems] == [
        ("time-impossible", 3),
        ("time-format", 3),
        ("weekday-unknown", 3),
        ("field-missing", 4),
        ("no-day", 4),
        ("unknown-field", 5),
        ("date-impossible", 7),
        ("field-missing", 10),
        ("field-missing", 10),
        ("field-missing", 10),
    ]
    assert [slot.id for slot in part.slots] == ["a", "lich.x"]


def test_each_item_of_a_list_is_told_at_its_own_line(tmp_path: Path) -> None:
    text = 'khung_gio:\n  - ma: a\n    phat: x\n    thu: CN\n    gio:\n      - "06:05"\n      - "17h60"\n'
    assert places(read_yaml(tmp_path, text)[1]) == ["schedules/lich.yaml:7"]


def test_a_misspelt_field_comes_with_the_right_one_and_without_complaint_about_its_absence(tmp_path: Path) -> None:
    _, problems = read_yaml(tmp_path, 'khung_gio:\n  - {ma: a, phta: x, thu: CN, gio: "06:05"}\n')
    assert codes(problems) == ["unknown-field"]
    assert "«phat»" in problems[0].hint


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("khung_gio: cm\n", "yaml-shape", 1),
        ("- {ma: a}\n", "yaml-shape", 1),
        ("khung_gio:\n  - cm\n", "yaml-shape", 2),
        ("khung_goi:\n  - {ma: a}\n", "unknown-field", 1),
        ("khung_gio:\n  - ma: a\n    ma: b\n", "duplicate", 3),
        ("chuong_trinh:\n  a: {phan: [x]}\n  a: {phan: [y]}\n", "duplicate", 3),
        ("chuong_trinh:\n  a: {ten: Không có phần}\n", "field-missing", 2),
        ('khung_gio:\n  - {ma: a, phat: x, thu: [], gio: "6:05"}\n', "no-day", 2),
        ('khung_gio:\n  - {ma: a, phat: x, gio: "6:05"}\n', "no-day", 2),
        ('khung_gio:\n  - {ma: a, phat: {xoay_vong: []}, thu: CN, gio: "6:05"}\n', "rotation", 2),
        ('khung_gio:\n  - {ma: a, phat: {xoay: [x]}, thu: CN, gio: "6:05"}\n', "unknown-field", 2),
        ('khung_gio:\n  - {ma: a, phat: x, thu: [[CN]], gio: "6:05"}\n', "yaml-shape", 2),
        ('khung_gio:\n  - {ma: [a, b], phat: x, thu: CN, gio: "6:05"}\n', "one-value", 2),
        ("a: &x [1]\nb: *x\n", "yaml-alias", 1),
    ],
)
def test_the_wrong_shape_is_told_at_its_line(text: str, code: str, line: int, tmp_path: Path) -> None:
    part, problems = read_yaml(tmp_path, text)
    assert [(p.code, p.where.line) for p in problems] == [(code, line)]
    assert len(part.slots) == 0


def test_an_empty_file_is_a_warning(tmp_path: Path) -> None:
    part, problems = read_yaml(tmp_path, "# chưa có gì\n")
    assert part.slots == ()
    assert [(p.code, p.severity) for p in problems] == [("file-empty", Severity.WARNING)]


def test_a_missing_file_is_a_problem(tmp_path: Path) -> None:
    _, problems = calendar_yaml.read(tmp_path / "khong-co.yaml", "schedules/khong-co.yaml")
    assert codes(problems) == ["file-unreadable"]


def test_a_weekday_that_fits_the_swapped_date_says_so(tmp_path: Path) -> None:
    # 05/03/2024 is a Tuesday; 03/05/2024, the same digits month first, a Friday.
    _, problems = read_yaml(tmp_path, 'lich_ngay:\n  - {ngay: 05/03/2024, thu: thứ Sáu, gio: "6:05", phat: x}\n')
    assert codes(problems) == ["weekday-mismatch"]
    assert "thứ Ba" in problems[0].message
    assert "03/05/2024" in problems[0].hint
