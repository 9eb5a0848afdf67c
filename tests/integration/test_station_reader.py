"""A whole station folder on a real disk: read at once, versions, fingerprints, and everything a careless person may leave there."""

import os
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadcaster.adapters.calendar_parts import CalendarPart
from broadcaster.adapters.sample_station import create_station, sample_files
from broadcaster.adapters.station_reader import FolderReader
from broadcaster.domain.problems import Severity, Where, has_errors, warning
from broadcaster.domain.scripts import ScriptId
from broadcaster.domain.spoken import parse_lexicon
from broadcaster.errors import InputError
from broadcaster.ports import StationFiles, StationReader

SCRIPT = "---\ntieu_de: Bài\nloai: tin\n---\nKính thưa bà con.\n"
SCHEDULE = "khung_gio:\n  - {{ma: {0}, phat: {1}, thu: [thứ Ba], gio: ['06:05'], cum_loa: [{2}]}}\n"


@pytest.fixture
def station(tmp_path: Path) -> Path:
    folder = tmp_path / "đài mẫu"
    create_station(folder)
    return folder


def read(station: Path) -> StationFiles:
    """One reading by a new reader."""
    return FolderReader(station).read()


def told(station: Path) -> list[str]:
    """Place and code of each problem, in the order given."""
    return [f"{p.where} {p.code}" for p in read(station).problems]


def write(station: Path, name: str, content: str | bytes) -> Path:
    """A file in the folder."""
    path = station / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_a_new_station_passes(station: Path) -> None:
    files = read(station)
    assert files.problems == ()
    assert set(files.scripts) == {"xuong", "chao", "thu-loa", "loi-nhac-giay-to"}
    assert [slot.id for slot in files.calendar.slots] == ["ban-tin-sang", "ban-tin-chieu"]
    assert set(files.dictionaries) == {"audio_scripts/tu-dien.txt"}
    for name, text in files.dictionaries.items():
        lexicon, problems = parse_lexicon(text, name)
        assert problems == ()
        assert lexicon.entries


def test_the_reader_is_the_port(station: Path) -> None:
    reader: StationReader = FolderReader(station)
    assert reader.read().version == reader.read().version
    assert reader.fingerprint() == reader.fingerprint()


def test_a_station_is_never_made_over_another(station: Path, tmp_path: Path) -> None:
    before = {name: (station / name).read_bytes() for name in sample_files()}
    with pytest.raises(InputError, match=r"station\.toml"):
        create_station(station)
    assert {name: (station / name).read_bytes() for name in sample_files()} == before
    write(tmp_path, "tệp", "x")
    with pytest.raises(InputError, match="Không ghi được"):
        create_station(tmp_path / "tệp" / "mới")


def test_every_file_is_told_at_once_and_in_order(station: Path) -> None:
    write(station, "station.toml", "mau = 1\n" + (station / "station.toml").read_text(encoding="utf-8"))
    write(station, "audio_scripts/b.md", "không có phần đầu")
    write(station, "audio_scripts/a.md", "---\nloai: tin\nmau: 1\n---\nA")
    write(station, "schedules/a.yaml", SCHEDULE.format("a", "xuongg", "khom-9"))
    write(station, "schedules/b.yaml", "khung_gio:\n\t- x")
    assert told(station) == [
        "audio_scripts/a.md:2 field-missing",
        "audio_scripts/a.md:3 unknown-field",
        "audio_scripts/b.md:1 front-matter-missing",
        "schedules/a.yaml:2 unknown-content",
        "schedules/a.yaml:2 unknown-zone",
        "schedules/b.yaml:2 yaml-tab",
        "station.toml:1 unknown-field",
    ]


def test_an_empty_folder_says_what_is_missing(tmp_path: Path) -> None:
    assert told(tmp_path) == [
        "audio_scripts folder-missing",
        "schedules calendar-empty",
        "station.toml settings-missing",
    ]
    assert told(tmp_path / "không có") == told(tmp_path)


def test_files_of_one_station_meet(station: Path) -> None:
    write(station, "schedules/khác.yaml", SCHEDULE.format("ban-tin-sang", "thu-loa", "Khóm 1"))
    write(station, "audio_scripts/khac.md", SCRIPT.replace("---\n", "---\nma: chao\n", 1))
    files = read(station)
    assert [(str(p.where), p.code) for p in files.problems] == [
        ("audio_scripts/khac.md:1", "duplicate"),
        ("schedules/lich-phat.yaml:8", "id-repeated"),
    ]
    assert "audio_scripts/chao.md" in files.problems[0].message
    assert "schedules/khác.yaml:2" in files.problems[1].message


def test_a_script_that_cannot_be_read_is_told_once(station: Path) -> None:
    write(station, "audio_scripts/xuong.md", "---\nloai: xướng\n---\nA")
    write(station, "schedules/b.yaml", SCHEDULE.format("b", "xuong", "khom-1"))
    assert told(station) == ["audio_scripts/xuong.md:2 field-missing"]


def test_zone_names_become_ids(station: Path) -> None:
    write(station, "schedules/lich-phat.yaml", SCHEDULE.format("a", "thu-loa", "KHÓM 1"))
    files = read(station)
    assert files.problems == ()
    assert files.calendar.slots[0].zones == ("khom-1",)


def test_blanks_come_from_the_settings(station: Path) -> None:
    write(station, "audio_scripts/goi.md", SCRIPT + "Gọi {duong_day_nong}.\n")
    (problem,) = read(station).problems
    assert (str(problem.where), problem.code, problem.severity) == (
        "audio_scripts/goi.md:6", "blank-unfilled", Severity.WARNING,
    )  # fmt: skip
    settings = (station / "station.toml").read_text(encoding="utf-8")
    write(station, "station.toml", settings.replace('duong_day_nong = ""', 'duong_day_nong = "0296 3831234"'))
    files = read(station)
    assert files.problems == ()
    assert "Gọi 0296 3831234." in files.scripts[ScriptId("goi")].text


def test_a_broken_settings_file_still_lets_the_others_be_checked(station: Path) -> None:
    write(station, "station.toml", "a = “x”")
    write(station, "audio_scripts/a.md", "x")
    assert told(station) == ["audio_scripts/a.md:1 front-matter-missing", "station.toml:1 toml-word-quotes"]


@pytest.mark.parametrize(
    "name",
    [
        "audio_scripts/~$bai.md", "audio_scripts/.bai.md.swp", "audio_scripts/bai.md~", "audio_scripts/README.md",
        "schedules/~$lich.xlsx", "schedules/.~lock.lich.xlsx#", "schedules/plans/ke-hoach.yaml", "var/station.db", "ghi-chu.txt",
    ],
)  # fmt: skip
def test_what_editors_leave_behind_is_not_read(station: Path, name: str) -> None:
    write(station, name, b"\x00\x01 junk")
    assert told(station) == []


def test_files_nobody_reads_are_told(station: Path) -> None:
    write(station, "audio_scripts/bai.docx", b"PK\x03\x04")
    write(station, "audio_scripts/thu.MP3", b"ID3")
    files = read(station)
    assert [(str(p.where), p.code) for p in files.problems] == [
        ("audio_scripts/bai.docx", "file-ignored"),
        ("audio_scripts/thu.MP3", "recording-unused"),
    ]
    assert not has_errors(files.problems)


def test_scripts_in_folders_by_year(station: Path) -> None:
    write(station, "audio_scripts/2024/quý 1/Bài một.md", SCRIPT)
    files = read(station)
    assert files.problems == ()
    assert "bai-mot" in files.scripts


def test_a_pipe_is_not_waited_on(station: Path) -> None:
    os.mkfifo(station / "audio_scripts" / "ong.md")
    os.mkfifo(station / "schedules" / "ong.yaml")
    assert told(station) == []
    FolderReader(station).fingerprint()


def test_links_in_a_circle_are_not_followed(station: Path) -> None:
    (station / "audio_scripts" / "vong").symlink_to(station / "audio_scripts", target_is_directory=True)
    (station / "audio_scripts" / "tu.md").symlink_to(station / "audio_scripts" / "tu.md")
    assert told(station) == []


def test_names_in_the_other_normal_form_and_no_utf8(station: Path) -> None:
    write(station, unicodedata.normalize("NFD", "audio_scripts/Bài tiếng Việt.md"), "x")
    (station / "audio_scripts").joinpath(os.fsdecode(b"b\xe0i.md")).write_text("x", encoding="utf-8")
    files = read(station)
    assert [str(p.where) for p in files.problems] == [
        "audio_scripts/Bài tiếng Việt.md:1",
        "audio_scripts/b\\xe0i.md:1",
    ]
    assert all(str(p.where).encode() for p in files.problems)


CHANGES: list[tuple[str, Callable[[Path], object]]] = [
    ("settings", lambda d: write(d, "station.toml", (d / "station.toml").read_text(encoding="utf-8") + "\n")),
    ("script", lambda d: write(d, "audio_scripts/xuong.md", SCRIPT)),
    ("new script", lambda d: write(d, "audio_scripts/moi.md", SCRIPT)),
    ("gone script", lambda d: (d / "audio_scripts/thu-loa.md").unlink()),
    ("renamed script", lambda d: (d / "audio_scripts/thu-loa.md").rename(d / "audio_scripts/thu-loa-2.md")),
    ("dictionary", lambda d: write(d, "audio_scripts/tu-dien.txt", "A = a\n")),
    ("schedule", lambda d: write(d, "schedules/lich-phat.yaml", SCHEDULE.format("a", "chao", "khom-1"))),
    ("new schedule", lambda d: write(d, "schedules/moi.yaml", "")),
]


@pytest.mark.parametrize("change", [c for _, c in CHANGES], ids=[name for name, _ in CHANGES])
def test_any_edit_changes_fingerprint_and_version(station: Path, change: Callable[[Path], object]) -> None:
    reader = FolderReader(station)
    fingerprint, version = reader.fingerprint(), reader.read().version
    change(station)
    assert reader.fingerprint() != fingerprint
    assert reader.read().version != version


def test_a_recording_changes_the_version(station: Path) -> None:
    write(station, "audio_scripts/thu.mp3", b"ID3 mot")
    write(station, "audio_scripts/xuong.md", "---\ntieu_de: X\nloai: xướng\nban_thu: thu.mp3\n---\n")
    reader = FolderReader(station)
    first = reader.read()
    assert first.problems == ()
    write(station, "audio_scripts/thu.mp3", b"ID3 hai!")
    second = reader.read()
    assert second.version != first.version
    assert second.scripts != first.scripts


def test_the_version_is_of_the_content_and_the_calendars_own_of_the_schedules(station: Path, tmp_path: Path) -> None:
    first = read(station)
    for name in sample_files():
        os.utime(station / name, (1, 1))
    copy = tmp_path / "bản sao"
    create_station(copy)
    assert read(station).version == read(copy).version == first.version
    write(station, "audio_scripts/moi.md", SCRIPT)
    assert read(station).calendar.version == first.calendar.version
    write(station, "schedules/plans/ke-hoach.yaml", "a: 1")
    assert read(station).calendar.version == first.calendar.version
    write(station, "schedules/moi.yaml", SCHEDULE.format("moi", "moi", "khom-1"))
    assert read(station).calendar.version != first.calendar.version


def test_what_the_program_writes_itself_changes_no_fingerprint(station: Path) -> None:
    reader = FolderReader(station)
    before = reader.fingerprint()
    write(station, "var/station.db", b"x")
    write(station, "schedules/.~lock.lich.xlsx#", b"x")
    assert reader.fingerprint() == before


def test_the_calendar_reader_is_a_seam(station: Path) -> None:
    files = FolderReader(station, calendar=lambda *_: (CalendarPart(), ())).read()
    assert [p.code for p in files.problems] == ["calendar-empty"]


def test_cells_are_ordered_by_row(station: Path) -> None:
    cells = ("B125", "A125", "C45", "A9")
    wheres = [Where(file="schedules/a.xlsx", sheet="Tháng 3", cell=cell) for cell in cells]
    problems = tuple(warning(where, "x", "Sai.", "Sửa.") for where in wheres)
    files = FolderReader(station, calendar=lambda *_: (CalendarPart(), problems)).read()
    assert [p.where.cell for p in files.problems] == ["A9", "C45", "A125", "B125"]


def test_voices_are_given_from_outside(station: Path) -> None:
    files = FolderReader(station, voices=("espeak",)).read()
    assert [(p.code, p.where.file) for p in files.problems] == [("choice-unknown", "station.toml")]


FILES = sorted(sample_files())


@given(name=st.sampled_from(FILES), at=st.floats(0, 1), size=st.integers(0, 40), noise=st.binary(max_size=30))
def test_any_damage_to_any_file_is_read_or_told(
    tmp_path_factory: pytest.TempPathFactory, name: str, at: float, size: int, noise: bytes
) -> None:
    folder = tmp_path_factory.getbasetemp() / "hỏng"
    files = sample_files()
    if not folder.exists():
        create_station(folder)
    whole = files[name].encode()
    begin = int(at * len(whole))
    write(folder, name, whole[:begin] + noise + whole[begin + size :])
    try:
        found = read(folder)
    finally:
        write(folder, name, whole)
    assert all(p.message and p.where.file for p in found.problems)
    assert found.settings.identities
