"""A reader that keeps what files gave tells exactly what a new reader tells, whatever happens to the files in between."""

import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadcaster.adapters import calendar_yaml
from broadcaster.adapters.edit_files import FolderEdits
from broadcaster.adapters.station_reader import FolderReader
from broadcaster.domain.scripts import ScriptId
from broadcaster.ports import StationFiles
from tests.station_process import StationFolder

CALENDAR = """\
# Lịch của đài
chuong_trinh:
  ban-tin: {ten: Bản tin, phan: [bai-mot, bai-hai]}
khung_gio:
  - ma: sang
    phat: bai-mot
    thu: [thứ Hai]
    gio: "06:05"
  # một ghi chú
  - ma: trua
    phat: ban-tin
    thu: [thứ Ba]
    gio: "11:30"
    cum_loa: Khóm 1

  - {ma: chieu, phat: bai-hai, thu: thứ Tư, gio: "17:00"}
lich_ngay:
  - {ngay: 05/03/2026, gio: "08:00", phat: bai-mot}
  - {ngay: 06/03/2026, gio: "08:00", phat: bai-mot}
ngoai_le:
  - {viec: bỏ, ngay: 09/03/2026, khung_gio: [sang], ly_do: mất điện}
  - {viec: thêm, ngay: 10/03/2026, gio: "09:00", phat: bai-hai, ly_do: họp}
"""
LICH, BAI = "schedules/lich.yaml", "audio_scripts/bai-mot.md"


class Station:
    """A folder, one reader that goes on, and the steps that may be taken."""

    def __init__(self, root: Path) -> None:
        self.root = root
        folder = StationFolder(root)
        folder.calendar(CALENDAR)
        folder.script("co-cho-trong", "Có chỗ trống", "Xin gọi {duong_day_nong}.")
        self.write("audio_scripts/ban-thu.mp3", b"ID3" + b"a" * 400)
        self.write("audio_scripts/thu.md", "---\ntieu_de: Bài thu\nloai: tin\nban_thu: ban-thu.mp3\n---\n".encode())
        self.reader = FolderReader(root, by_rows=True)

    def write(self, name: str, data: bytes) -> None:
        """In place."""
        (self.root / name).parent.mkdir(parents=True, exist_ok=True)
        (self.root / name).write_bytes(data)

    def change(self, name: str, old: str, new: str) -> None:
        """A part of a file."""
        text = (self.root / name).read_text(encoding="utf-8")
        assert old in text
        self.write(name, text.replace(old, new).encode())

    def rename(self, name: str, to: str) -> None:
        """Another name for the same bytes."""
        (self.root / name).rename(self.root / to)

    def same(self) -> StationFiles:
        """What is read, held against a new reader."""
        found = self.reader.read()
        assert found == FolderReader(self.root).read()
        return found


@pytest.fixture
def station(tmp_path: Path) -> Station:
    return Station(tmp_path / "tram")


def same_size_same_time(station: Station) -> None:
    """As a copying tool does it: another content of the same size, renamed into place, with the times of the old one."""
    path = station.root / BAI
    stat = path.stat()
    beside = path.with_name("moi.part")
    beside.write_bytes(path.read_bytes().replace("bà con".encode(), "ba còn".encode()))
    assert beside.stat().st_size == stat.st_size
    os.utime(beside, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    beside.replace(path)


def same_size_same_time_in_place(station: Station) -> None:
    """The same without a new inode."""
    path = station.root / LICH
    stat = path.stat()
    station.change(LICH, '"06:05"', '"06:15"')
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))


STEPS: dict[str, Callable[[Station], None]] = {
    "a time": lambda s: s.change(LICH, '"06:05"', '"06:10"'),
    "a line more": lambda s: s.change(LICH, "    thu: [thứ Hai]\n", "    thu: [thứ Hai]\n    ten: Tin\n"),
    "a comment more": lambda s: s.change(LICH, "# một ghi chú", "# một ghi chú\n\n  # và một nữa"),
    "a row less": lambda s: s.change(LICH, '  - {ngay: 05/03/2026, gio: "08:00", phat: bai-mot}\n', ""),
    "a row twice": lambda s: s.change(LICH, "  - {ngay: 06/03/2026", "  - {ngay: 05/03/2026"),
    "a wrong row": lambda s: s.change(LICH, '"17:00"', '"27:00"'),
    "a section twice": lambda s: s.change(LICH, "lich_ngay:", "khung_gio:"),
    "an unknown section": lambda s: s.change(LICH, "lich_ngay:", "lich_tuan:"),
    "a quote left open": lambda s: s.change(LICH, '"11:30"', '"11:30'),
    "a quote over rows": lambda s: s.change(LICH, "{ten: Bản tin", '{ten: "Bản\nkhung_gio:\n  - ma: gia\ntin"'),
    "a calendar that is a list": lambda s: s.write(LICH, b"- a\n- b\n"),
    "an empty calendar": lambda s: s.write(LICH, b""),
    "a calendar in other letters": lambda s: s.write(LICH, "lịch".encode("utf-16")),
    "a calendar that goes": lambda s: (s.root / LICH).unlink(),
    "a calendar renamed": lambda s: s.rename(LICH, "schedules/khac.yaml"),
    "one calendar more": lambda s: s.write("schedules/them.yaml", CALENDAR.encode()),
    "a calendar touched": lambda s: os.utime(s.root / LICH, (1, 1)),
    "a script": lambda s: s.change(BAI, "Kính mời", "Xin mời"),
    "a broken script": lambda s: s.change(BAI, "loai:", "loai"),
    "a script that goes": lambda s: (s.root / BAI).unlink(),
    "a script renamed": lambda s: s.rename(BAI, "audio_scripts/bai-moi.md"),
    "a blank": lambda s: s.change("station.toml", "[giong_doc]", '[cho_trong]\nduong_day_nong = "115"\n[giong_doc]'),
    "a zone's name": lambda s: s.change("station.toml", 'ten = "Khóm 1"', 'ten = "Khóm Một"'),
    "broken settings": lambda s: s.change("station.toml", "[giong_doc]", "[giong_doc"),
    "another sound": lambda s: s.write("audio_scripts/ban-thu.mp3", b"ID3" + b"b" * 400),
    "no sound": lambda s: (s.root / "audio_scripts/ban-thu.mp3").unlink(),
    "a dictionary": lambda s: s.write("audio_scripts/tu-dien.tsv", "UBND\tủy ban\n".encode()),
    "renamed into place": same_size_same_time,
    "the same size and time": same_size_same_time_in_place,
}


@pytest.mark.parametrize("step", STEPS)
def test_after_a_step(station: Station, step: str) -> None:
    station.same()
    STEPS[step](station)
    station.same()
    station.same()


@given(st.lists(st.sampled_from(sorted(STEPS)), min_size=2, max_size=5, unique=True))
def test_after_any_steps(tmp_path_factory: pytest.TempPathFactory, steps: list[str]) -> None:
    station = Station(tmp_path_factory.mktemp("buoc") / "tram")
    station.same()
    for step in steps:
        try:
            STEPS[step](station)
        except (AssertionError, FileNotFoundError, UnicodeDecodeError):
            continue  # an earlier step took away what this one changes
        station.same()


def test_what_did_not_change_is_the_same_value(station: Station) -> None:
    first = station.reader.read()
    os.utime(station.root / BAI, (1, 1))
    station.change(LICH, '"17:00"', '"17:10"')
    second = station.reader.read()
    assert second.scripts[ScriptId("bai-mot")] is first.scripts[ScriptId("bai-mot")]
    assert second.scripts[ScriptId("co-cho-trong")] is first.scripts[ScriptId("co-cho-trong")]
    assert second.calendar.slots[0] is first.calendar.slots[0]
    assert second.calendar.slots[2] != first.calendar.slots[2]


@pytest.mark.parametrize(
    "changes",
    [
        {LICH: CALENDAR.replace('"06:05"', '"06:25"').encode()},
        {LICH: None},
        {"schedules/tram.yaml": b"lich_ngay:\n  - {ngay: 07/03/2026, gio: '08:00', phat: bai-hai}\n"},
        {BAI: b"---\ntieu_de: B\nloai: tin\n---\nXin ch\xc3\xa0o.\n"},
        {"audio_scripts/moi.md": "---\ntieu_de: Mới\nloai: tin\nban_thu: ban-thu.mp3\n---\n".encode()},
        {"station.toml": b"hong ["},
    ],
)
def test_a_would_be_folder_is_read_as_if_it_were_so(station: Station, changes: dict[str, bytes | None]) -> None:
    before = station.same()
    files = FolderEdits(station.root, station.root / "var/history", open_reader=station.reader.trial)
    would = files.would_read(changes)
    assert FolderEdits(station.root, station.root / "var/history").would_read(changes) == would
    assert station.same() == before, "a trial leaves nothing behind"
    for name, data in changes.items():
        if data is None:
            (station.root / name).unlink()
        else:
            station.write(name, data)
    assert station.same() == would


def test_readings_and_trials_in_several_threads(station: Station) -> None:
    station.same()
    files = FolderEdits(station.root, station.root / "var/history", open_reader=station.reader.trial)
    wrong: list[str] = []

    def preview(minute: int) -> None:
        for n in range(12):
            moment = f'"0{n % 10}:{minute:02}"'
            row = f"lich_ngay:\n  - {{ngay: 07/03/2026, gio: {moment}, phat: bai-hai}}\n"
            would = files.would_read({"schedules/tram.yaml": row.encode()})
            found = {f'"{s.times[0]:%H:%M}"' for s in would.calendar.slots if s.where.file.endswith("tram.yaml")}
            if moment not in found:
                wrong.append(moment)

    threads = [threading.Thread(target=preview, args=(minute,)) for minute in (11, 22)]
    for thread in threads:
        thread.start()
    for n in range(12):
        station.change(
            LICH, "thu: [thứ Hai]" if n % 2 == 0 else "thu: [thứ Năm]", f"thu: [thứ {'Năm' if n % 2 == 0 else 'Hai'}]"
        )
        station.same()
    for thread in threads:
        thread.join()
    assert wrong == []
    station.same()


LINES = (
    "khung_gio:", "lich_ngay:", "ngoai_le:", "chuong_trinh:", "  - ma: a", "    phat: x", "    thu: T2", '    gio: "06:05"',
    "    gio: '06:05", "- ma: b", "  phat: y", "  - {ma: c, phat: x, thu: T2, gio: '07:00'}", "  -", "    ma: d", "  # lời",
    "# lời", "", "    ghi_chu: |", "      nhiều dòng", "   - lệch", "  a: {ten: A, phan: [x]}", '    ten: "mở', 'đóng"', "---",
    "\tma: e",
    "  - {ngay: 05/03/2026, gio: '08:00', phat: x}", "  - {viec: bỏ, ngay: 05/03/2026, ly_do: z}", "    ten: [mở", "      đóng]",
    "    ten: &neo tên", "  - &neo", "  - chữ", "    ghi_chu: nối", "      tiếp", "khung_gio: []", "%YAML 1.1", "...",
)  # fmt: skip
SOUND = (
    "khung_gio:",
    "  - ma: a",
    "    phat: x",
    "    thu: T2",
    '    gio: "06:05"',
    "  - {ma: b, phat: x, thu: T2, gio: '07:00'}",
)


@given(
    st.lists(st.one_of(st.sampled_from(LINES), st.sampled_from(SOUND)), max_size=14),
    st.lists(st.tuples(st.integers(0, 20), st.integers(0, 2), st.sampled_from(LINES)), min_size=1, max_size=3),
)
def test_rows_known_from_before_change_nothing(
    tmp_path_factory: pytest.TempPathFactory, begun: list[str], edits: list[tuple[int, int, str]]
) -> None:
    path = tmp_path_factory.mktemp("lich") / "lich.yaml"
    lines = [*SOUND, *begun]
    known: dict[bytes, calendar_yaml.MadeRow] = {}
    for at, cut, line in ((0, 0, ""), *edits):
        lines[at : at + cut] = [line]
        path.write_text("\n".join(lines), encoding="utf-8")
        reading = calendar_yaml.read_again(path, "schedules/lich.yaml", known)
        assert (reading.part, reading.problems) == calendar_yaml.read(path, "schedules/lich.yaml")
        known = {**known, **reading.rows}


ROWS = """\
khung_gio:
  - ma: a
    phat: x
    thu: T2
    gio: "06:05"
  - {ma: b, phat: x, thu: T2, gio: "07:00"}
  - {ma: c, phat: x, thu: T2, gio: "08:00"}
"""


@pytest.mark.parametrize(
    "text",
    [
        f"chuong_trinh:\n  x: {{phan: [y], ten: 'mở\n{ROWS}'}}\n",
        f"{ROWS}- thừa\n",
        f"{ROWS}khung_gio: []\n",
        f"{ROWS}ngoai_le:\n  - {{viec: bỏ}}\n{ROWS}",
        f"{ROWS}---\n{ROWS}",
        ROWS.replace("    phat: x\n", "    phat: 'x\n"),
        ROWS.replace("khung_gio:", "lich_ngay:"),
        ROWS.replace("khung_gio:", "Khung giờ:"),
        f"# đầu\n\n{ROWS}",
        ROWS.replace("    thu: T2\n", ""),
    ],
)
def test_known_rows_are_only_used_where_they_are_rows(tmp_path: Path, text: str) -> None:
    path = tmp_path / "lich.yaml"
    path.write_text(ROWS, encoding="utf-8")
    known = calendar_yaml.read_again(path, "schedules/lich.yaml", {}).rows
    assert len(known) == 2, "the last row of a list is not yet known to end where it seems to"
    known = calendar_yaml.read_again(path, "schedules/lich.yaml", known).rows
    assert len(known) == 3
    path.write_text(text, encoding="utf-8")
    reading = calendar_yaml.read_again(path, "schedules/lich.yaml", known)
    assert (reading.part, reading.problems) == calendar_yaml.read(path, "schedules/lich.yaml")
