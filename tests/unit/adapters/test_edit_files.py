"""Files of a station written whole or not at all: crashes by real kills, full disks by real limits, names by hostile hands."""

import io
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from broadcaster.adapters.edit_files import LARGEST_FILE, LARGEST_RECORDING, FolderEdits
from broadcaster.domain.edits import ABSENT, Kept
from broadcaster.errors import InputError
from broadcaster.ports_editing import ConflictError
from tests.station_process import StationFolder

AT = datetime(2026, 3, 2, 8, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
ONE, TWO = "schedules/mot.yaml", "audio_scripts/hai.md"
SOUND = "audio_scripts/hai.mp3"
OLD, NEW = b"c\xc5\xa9\n", b"m\xe1\xbb\x9bi\n"


class Desk:
    """A folder with two files, and the edits on it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for name in (ONE, TWO):
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_bytes(OLD)
        self.files = FolderEdits(root, root / "var/history")

    def began(self, *names: str) -> dict[str, str]:
        """The digests of now."""
        return {name: self.files.current(name).digest for name in names}

    def both(self) -> tuple[bytes, bytes]:
        """What stands in the two files."""
        return (self.root / ONE).read_bytes(), (self.root / TWO).read_bytes()

    def litter(self) -> list[str]:
        """Hidden files left behind."""
        return [p.name for folder in ("schedules", "audio_scripts") for p in (self.root / folder).glob(".*")]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_two_files_and_their_history(desk: Desk) -> None:
    began = desk.began(ONE, TWO)
    edit = desk.files.apply({ONE: NEW, TWO: None}, began=began, by="Lan", at=AT, why="thử")
    assert desk.root.joinpath(ONE).read_bytes() == NEW
    assert not desk.root.joinpath(TWO).exists()
    assert desk.files.edits() == (edit,)
    assert desk.files.edits(ONE) == (edit,)
    assert desk.files.edits("schedules/khac.yaml") == ()
    assert (edit.number, edit.by, edit.at, edit.why) == (1, "Lan", AT, "thử")
    assert [desk.files.content(c.before) for c in edit.changes] == [OLD, OLD]
    assert {c.name: c.after for c in edit.changes}[TWO] == ABSENT
    again = FolderEdits(desk.root, desk.root / "var/history")
    assert again.edits() == (edit,), "another process reads the same history"
    assert desk.litter() == []


def test_a_new_file_in_a_new_folder_and_the_mode_that_was(desk: Desk) -> None:
    (desk.root / ONE).chmod(0o640)
    deep = "schedules/nam-2026/quy-1.yaml"
    desk.files.apply({ONE: NEW, deep: NEW}, began=desk.began(ONE, deep), by="Lan", at=AT, why="thử")
    assert (desk.root / ONE).stat().st_mode & 0o777 == 0o640
    assert (desk.root / deep).stat().st_mode & 0o777 == 0o644


def test_a_file_that_changed_meanwhile_stops_all(desk: Desk) -> None:
    began = desk.began(ONE, TWO)
    first = desk.files.apply({TWO: b"cua Hoa"}, began=began, by="Hoa", at=AT, why="trước")
    with pytest.raises(ConflictError) as told:
        desk.files.apply({ONE: NEW, TWO: NEW}, began=began, by="Lan", at=AT, why="sau")
    (conflict,) = told.value.conflicts
    assert (conflict.name, conflict.theirs, conflict.mine, conflict.began) == (TWO, b"cua Hoa", NEW, OLD)
    assert (conflict.by, conflict.at) == ("Hoa", AT)
    assert desk.both() == (OLD, b"cua Hoa")
    assert desk.files.edits() == (first,)
    (desk.root / TWO).write_bytes(b"tay")
    with pytest.raises(ConflictError) as told:
        desk.files.apply({TWO: NEW}, began=began, by="Lan", at=AT, why="sau")
    assert told.value.conflicts[0].by == "", "an editor leaves no name"


def test_a_file_that_came_or_went_meanwhile_is_a_conflict_too(desk: Desk) -> None:
    began = desk.began(ONE, "schedules/moi.yaml")
    (desk.root / "schedules/moi.yaml").write_bytes(OLD)
    (desk.root / ONE).unlink()
    with pytest.raises(ConflictError) as told:
        desk.files.apply({ONE: NEW, "schedules/moi.yaml": NEW}, began=began, by="Lan", at=AT, why="x")
    assert [c.theirs for c in told.value.conflicts] == [None, OLD]


# --- names ----------------------------------------------------------------------------------------------------------

HOSTILE = (
    *("../ngoai.yaml", "schedules/../../ngoai.yaml", "schedules/../station.toml", "/etc/passwd", "schedules//a.yaml"),
    *("schedules/", "schedules/./a.yaml", "schedules", "", ".", "var/journal.db", "station.toml/x", "Station.toml"),
    *("schedules/a\x00.yaml", "schedules/.an.yaml", "schedules/.git/config", "schedules/ a.yaml", "schedules/a.yaml "),
    *("schedules\\a.yaml", "schedules/a\n.yaml", "schedules/a:b.yaml", "schedules/a\u202egnp.yaml"),
    *("schedules/\ud800.yaml", f"schedules/{'a' * 300}.yaml"),
)


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_names_that_are_refused(desk: Desk, name: str) -> None:
    before = sorted(desk.root.rglob("*"))
    for tried in (
        lambda: desk.files.current(name),
        lambda: desk.files.apply({name: NEW}, began={}, by="Lan", at=AT, why="x"),
        lambda: desk.files.would_read({name: NEW}),
    ):
        with pytest.raises(InputError) as told:
            tried()
        str(told.value).encode()
    assert sorted(desk.root.rglob("*")) == before


@pytest.mark.parametrize(
    "name", ["schedules/Lịch tháng 3 (sửa lần 2).xlsx", "audio_scripts/chuyên mục/bài.md", "station.toml"]
)
def test_names_an_officer_gives(desk: Desk, name: str) -> None:
    desk.files.apply({name: NEW}, began=desk.began(name), by="Lan", at=AT, why="x")
    assert (desk.root / name).read_bytes() == NEW


def test_links_lead_nowhere(desk: Desk, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("ngoai")
    (outside / "a.yaml").write_bytes(OLD)
    (desk.root / "schedules/mot-tep.yaml").symlink_to(outside / "a.yaml")
    (desk.root / "schedules/thu-muc").symlink_to(outside)
    (desk.root / "schedules/vong").symlink_to(desk.root / "schedules/vong")
    for name in (
        "schedules/mot-tep.yaml",
        "schedules/thu-muc/a.yaml",
        "schedules/thu-muc/moi.yaml",
        "schedules/vong/a.yaml",
    ):
        with pytest.raises(InputError):
            desk.files.apply({name: NEW}, began={}, by="Lan", at=AT, why="x")
    assert [p.name for p in outside.iterdir()] == ["a.yaml"]
    assert (outside / "a.yaml").read_bytes() == OLD


# --- disks ----------------------------------------------------------------------------------------------------------


def test_what_is_far_too_large_is_refused(desk: Desk) -> None:
    with pytest.raises(InputError, match="quá lớn"):
        desk.files.apply({ONE: b"0" * (LARGEST_FILE + 1)}, began=desk.began(ONE), by="Lan", at=AT, why="x")
    assert desk.both() == (OLD, OLD)


def test_a_recording_may_be_larger_than_any_text(desk: Desk) -> None:
    held = desk.files.hold(bytes(LARGEST_FILE + 1))
    with pytest.raises(InputError, match="quá lớn"):
        desk.files.apply({TWO: Kept(digest=held)}, began=desk.began(TWO), by="Lan", at=AT, why="x")
    desk.files.apply({SOUND: Kept(digest=held)}, began={}, by="Lan", at=AT, why="x")
    assert desk.files.digest(SOUND) == held
    too_much = bytes(LARGEST_RECORDING + 1)
    for data in (too_much, Kept(digest=desk.files.hold(io.BytesIO(too_much)))):
        with pytest.raises(InputError, match="quá lớn"):
            desk.files.apply({SOUND: data}, began=desk.began(SOUND), by="Lan", at=AT, why="x")
    assert desk.files.digest(SOUND) == held


def test_what_was_placed_by_hand_comes_back_however_large_it_is(desk: Desk) -> None:
    (desk.root / SOUND).write_bytes(bytes(LARGEST_RECORDING + 1))
    began = desk.began(SOUND)
    desk.files.apply({SOUND: None}, began=began, by="Lan", at=AT, why="x")
    assert desk.files.digest(SOUND) == ABSENT
    desk.files.apply({SOUND: Kept(digest=began[SOUND])}, began={}, by="Lan", at=AT, why="x")
    assert (desk.root / SOUND).stat().st_size == LARGEST_RECORDING + 1


@pytest.mark.parametrize("digest", ["", "0" * 64, "../lock", "\x00"])
def test_what_is_not_kept_is_never_put_in_place(desk: Desk, digest: str) -> None:
    with pytest.raises(InputError, match="không còn được giữ"):
        desk.files.apply({ONE: NEW, SOUND: Kept(digest=digest)}, began=desk.began(ONE, SOUND), by="Lan", at=AT, why="x")
    assert desk.both() == (OLD, OLD)
    assert desk.files.edits() == ()


def test_an_upload_that_is_no_longer_itself_is_not_put_in_place(desk: Desk) -> None:
    held = desk.files.hold(b"tieng")
    (desk.root / "var/history/uploads" / held).write_bytes(b"khac")
    with pytest.raises(InputError, match="không còn được giữ"):
        desk.files.apply({SOUND: Kept(digest=held)}, began={}, by="Lan", at=AT, why="x")
    assert desk.files.digest(SOUND) == ABSENT


def test_a_file_shared_with_history_is_a_copy_of_it(desk: Desk) -> None:
    held = desk.files.hold(b"tieng")
    desk.files.apply({SOUND: Kept(digest=held)}, began={}, by="Lan", at=AT, why="x")
    with (desk.root / SOUND).open("r+b") as file:
        file.write(b"TIENG")
    assert desk.files.content(held) == b"tieng"


CHILD = """
import resource, sys
from datetime import datetime, timezone
from pathlib import Path
from broadcaster.adapters.edit_files import FolderEdits
from broadcaster.errors import InputError
files = FolderEdits(Path(sys.argv[1]), Path(sys.argv[1]) / "var/history")
changes = {"schedules/mot.yaml": b"moi", "audio_scripts/hai.md": b"0" * int(sys.argv[2])}
began = {name: files.current(name).digest for name in changes}
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    files.apply(changes, began=began, by="Lan", at=datetime.now(timezone.utc), why="thu")
except InputError as told:
    print(told.message)
    sys.exit(3)
"""


def test_a_disk_that_takes_no_more_leaves_every_file_as_it_was(desk: Desk) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(desk.root), "200000"], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (3, "")
    assert "Không ghi được tệp" in done.stdout
    assert desk.both() == (OLD, OLD)
    assert desk.litter() == []
    assert desk.files.edits() == ()
    after = subprocess.run([sys.executable, "-c", CHILD, str(desk.root), "10"], timeout=60, check=False)
    assert after.returncode == 0, "and the next edit goes through"
    assert desk.both() == (b"moi", b"0" * 10)


def test_a_folder_in_the_place_of_a_file_is_said_in_words(desk: Desk) -> None:
    (desk.root / "schedules/thu-muc.yaml").mkdir()
    with pytest.raises(InputError, match="Không đọc được"):
        desk.files.apply({"schedules/thu-muc.yaml": NEW, ONE: NEW}, began={}, by="Lan", at=AT, why="x")
    with pytest.raises(InputError):
        desk.files.apply({f"{ONE}/con.yaml": NEW}, began={}, by="Lan", at=AT, why="x")
    assert desk.both() == (OLD, OLD)
    assert desk.files.apply({ONE: NEW}, began=desk.began(ONE), by="Lan", at=AT, why="x").number == 1


# --- crashes --------------------------------------------------------------------------------------------------------

KILLED = """
import os, signal, sys
from datetime import datetime, timezone
from pathlib import Path
from broadcaster.adapters.edit_files import FolderEdits
root, event, nth, seen = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), 0
files = FolderEdits(root, root / "var/history")
changes = {"schedules/mot.yaml": "mới\\n".encode(), "audio_scripts/hai.md": "mới\\n".encode()}
began = {name: files.current(name).digest for name in changes}
def watch(name, arguments):
    global seen
    if name != event:
        return
    place = Path(str(arguments[1] if event == "os.rename" else arguments[0]))
    log = root / "var/history/edits.jsonl"
    if place == log and "a" in str(arguments[1]) if event == "open" else not place.is_relative_to(root / "var"):
        seen += 1
        if seen == nth:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(watch)
files.apply(changes, began=began, by="Lan", at=datetime.now(timezone.utc), why="thu")
"""
BEFORE_THE_NOTE, BEFORE_THE_FIRST, BETWEEN, BEFORE_THE_END = (
    ("open", 1),
    ("os.rename", 1),
    ("os.rename", 2),
    ("open", 2),
)


def killed(desk: Desk, where: tuple[str, int]) -> None:
    """A real child dies at that very step."""
    event, nth = where
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(desk.root), event, str(nth)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == -9, done.stderr


@pytest.mark.parametrize(
    ("where", "left"),
    [(BEFORE_THE_FIRST, (OLD, OLD)), (BETWEEN, (NEW, OLD)), (BEFORE_THE_END, (NEW, NEW))],
    ids=["before the first rename", "between two renames", "before the end was noted"],
)
def test_a_crash_is_carried_to_its_end(desk: Desk, where: tuple[str, int], left: tuple[bytes, bytes]) -> None:
    killed(desk, where)
    assert desk.both() == left
    desk.files.recover()
    assert desk.both() == (NEW, NEW)
    (edit,) = desk.files.edits()
    back = {c.name: desk.files.content(c.before) for c in edit.changes}
    began = {c.name: c.after for c in edit.changes}
    desk.files.apply(back, began=began, by="Lan", at=AT, why="hoàn tác", undoes=edit.number)
    assert desk.both() == (OLD, OLD)


def test_the_next_edit_carries_a_crash_to_its_end_first(desk: Desk) -> None:
    killed(desk, BETWEEN)
    other = "schedules/khac.yaml"
    edit = desk.files.apply({other: NEW}, began=desk.began(other), by="Hoa", at=AT, why="khác")
    assert desk.both() == (NEW, NEW)
    assert edit.number == 2


def test_a_crash_before_the_note_changes_nothing(desk: Desk) -> None:
    killed(desk, BEFORE_THE_NOTE)
    desk.files.recover()
    assert desk.both() == (OLD, OLD)
    assert desk.files.edits() == ()


def test_what_a_person_wrote_after_the_crash_is_not_written_over(desk: Desk) -> None:
    killed(desk, BETWEEN)
    (desk.root / TWO).write_bytes(b"tay")
    desk.files.recover()
    assert desk.both() == (NEW, b"tay")


def test_a_version_that_was_lost_never_empties_the_file(desk: Desk) -> None:
    killed(desk, BETWEEN)
    (edit,) = desk.files.edits()
    for change in edit.changes:
        (desk.root / "var/history/objects" / change.after).write_bytes(b"hong")
    desk.files.recover()
    assert desk.both() == (NEW, OLD)
    assert desk.files.apply({TWO: b"x"}, began=desk.began(TWO), by="Lan", at=AT, why="x").number == 2


def test_a_history_that_cannot_be_written_does_not_stop_the_reading(desk: Desk) -> None:
    killed(desk, BETWEEN)
    lock = desk.root / "var/history/lock"
    lock.unlink()
    lock.mkdir()
    desk.files.recover()
    assert len(desk.files.edits()) == 1
    with pytest.raises(InputError):
        desk.files.apply({ONE: OLD}, began=desk.began(ONE), by="Lan", at=AT, why="x")


# --- what would be --------------------------------------------------------------------------------------------------


def test_the_folder_as_it_would_be_is_read_and_nothing_of_it_written(tmp_path: Path) -> None:
    folder = StationFolder(tmp_path / "tram")
    folder.calendar("khung_gio:\n  - {ma: sang, phat: bai-mot, thu: hằng ngày, gio: 06:05}\n")
    files = FolderEdits(folder.root, folder.root / "var/history")
    before = {p: p.read_bytes() for p in folder.root.rglob("*") if p.is_file()}
    would = files.would_read(
        {
            "schedules/lich.yaml": None,
            "schedules/khac.yaml": b"khung_gio: [{ma: toi, phat: bai-hai, thu: T2, gio: '17:05'}]\n",
        }
    )
    assert [(s.id, s.where.file) for s in would.calendar.slots] == [("toi", "schedules/khac.yaml")]
    assert set(would.scripts) == {"bai-mot", "bai-hai", "bai-dai"}
    assert {p: p.read_bytes() for p in folder.root.rglob("*") if p.is_file()} == before
    assert not list((folder.root / "var/history").glob("trial-*"))
