"""The station's own words, edited line by line on real files: nothing but the one line changes, and what follows is known first."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from broadcaster.adapters.edit_files import FolderEdits
from broadcaster.adapters.station_reader import FolderReader
from broadcaster.errors import InputError
from broadcaster.ports_editing import ConflictError
from broadcaster.station.dictionary_editing import DictionaryEditor
from tests.station_process import StationFolder

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
WORDS = "# từ của đài\nBCCI\tbưu cục phường\nTTHC = thủ tục hành chính\n\nUBMTTQ => ủy ban mặt trận\n"
FILE = "audio_scripts/tu-dien.tsv"


class Desk:
    """A station folder and an editor over what it holds now."""

    def __init__(self, root: Path, words: str | None = WORDS) -> None:
        self.folder = StationFolder(root)
        self.folder.script("bai-bcci", "Bưu chính", "Bà con dùng BCCI nhé.")
        if words is not None:
            (root / FILE).write_text(words, encoding="utf-8", newline="")

    @property
    def editor(self) -> DictionaryEditor:
        files = FolderEdits(self.folder.root, self.folder.root / "var/history")
        return DictionaryEditor(files=files, current=FolderReader(self.folder.root).read(), now=NOW)

    @property
    def words(self) -> str:
        return (self.folder.root / FILE).read_bytes().decode()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "tram")


def test_every_word_is_listed_with_its_line(desk: Desk) -> None:
    assert [(w.line, w.written, w.spoken) for w in desk.editor.words()] == [
        (2, "BCCI", "bưu cục phường"),
        (3, "TTHC", "thủ tục hành chính"),
        (5, "UBMTTQ", "ủy ban mặt trận"),
    ]


def test_a_change_keeps_the_separator_and_every_other_line(desk: Desk) -> None:
    word = desk.editor.word(FILE, 5, "UBMTTQ")
    change = desk.editor.change(word, "UBMTTQ", "ủy ban mặt trận tổ quốc")
    assert desk.words == WORDS, "nothing is written before it is asked for"
    desk.editor.write(change, by="Lan")
    assert desk.words == WORDS.replace("=> ủy ban mặt trận\n", "=> ủy ban mặt trận tổ quốc\n")


def test_what_is_said_before_and_after_and_which_scripts_change_is_known_first(desk: Desk) -> None:
    change = desk.editor.change(desk.editor.word(FILE, 2, "BCCI"), "BCCI", "bưu cục")
    assert (change.said_before, change.said_after) == ("bưu cục phường", "bưu cục")
    assert change.scripts == ("bai-bcci",)
    assert desk.editor.change(desk.editor.word(FILE, 3, "TTHC"), "TTHC", "thủ tục").scripts == ()


def test_a_word_goes_with_its_line(desk: Desk) -> None:
    change = desk.editor.remove(desk.editor.word(FILE, 2, "BCCI"))
    assert change.scripts == ("bai-bcci",)
    desk.editor.write(change, by="Lan")
    assert desk.words == WORDS.replace("BCCI\tbưu cục phường\n", "")


def test_a_new_word_comes_last_and_makes_the_file_when_there_is_none(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "tram", None)
    desk.editor.write(desk.editor.add("  VNPT ", "vi en pê tê".replace("en", "én")), by="Lan")
    desk.editor.write(desk.editor.add("EVN", "điện lực"), by="Lan")
    assert desk.words == "VNPT\tvi én pê tê\nEVN\tđiện lực\n"


def test_line_ends_of_windows_stay(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "tram", WORDS.replace("\n", "\r\n"))
    desk.editor.write(desk.editor.change(desk.editor.word(FILE, 2, "BCCI"), "BCCI", "bưu cục"), by="Lan")
    assert desk.words == WORDS.replace("bưu cục phường", "bưu cục").replace("\n", "\r\n")


@pytest.mark.parametrize(
    ("written", "spoken", "fields"),
    [
        ("", "", ["viet", "doc"]),
        ("# BC", "báo cáo", ["viet"]),
        ("a = b", "x", ["viet"]),
        ("X" * 101, "ích", ["viet"]),
        ("XY", "123", ["doc"]),
        ("XY", "ba " * 200, ["doc"]),
        ("BCCI", "bưu cục", ["viet"]),
        ("Đ", "đồng", ["viet"]),
        ("1022", "một không hai hai", ["viet"]),
    ],
)
def test_a_word_that_cannot_be_is_refused_at_its_field(
    desk: Desk, written: str, spoken: str, fields: list[str]
) -> None:
    change = desk.editor.add(written, spoken)
    assert [p.where.cell for p in change.problems] == fields
    with pytest.raises(InputError):
        desk.editor.write(change, by="Lan")
    assert desk.words == WORDS


def test_somebody_else_was_there_first(desk: Desk) -> None:
    change = desk.editor.change(desk.editor.word(FILE, 2, "BCCI"), "BCCI", "bưu cục")
    desk.editor.write(desk.editor.remove(desk.editor.word(FILE, 2, "BCCI")), by="Đức")
    with pytest.raises(ConflictError):
        desk.editor.write(change, by="Lan")
    with pytest.raises(ConflictError):
        desk.editor.word(FILE, 2, "BCCI")
    with pytest.raises(InputError):
        desk.editor.word("../tu-dien.tsv", 2, "BCCI")
