"""A recording saved with the script that plays it: one edit, one undo, two people, and nothing of it lost by the way."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from broadcaster.adapters.edit_files import FolderEdits
from broadcaster.adapters.recording_uploads import RecordingUploadFiles
from broadcaster.adapters.review_book import ReviewBook
from broadcaster.adapters.script_text import MarkdownScripts
from broadcaster.adapters.station_reader import FolderReader
from broadcaster.domain.problems import Severity
from broadcaster.domain.scripts import Script, ScriptId
from broadcaster.errors import InputError
from broadcaster.ports_editing import FORM, ConflictError, HeldRecording, ScriptDraft
from broadcaster.station.recording_editing import AS_IT_IS, RecordingWish
from broadcaster.station.script_editing import SavedDraft, ScriptEditor
from broadcaster.station.undoing import undo
from tests.station_process import StationFolder
from tests.unit.adapters import sounds

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


class Desk:
    """A station folder, its editing desk, and recordings as they are uploaded."""

    def __init__(self, root: Path) -> None:
        self.root = StationFolder(root).root
        self.files = FolderEdits(self.root, self.root / "var/history")
        self.uploads = RecordingUploadFiles(self.files)

    def editor(self, now: datetime = NOW) -> ScriptEditor:
        """Made anew, as for each request."""
        return ScriptEditor(
            files=self.files,
            text=MarkdownScripts(self.root),
            reviews=ReviewBook(self.root / "var/duyet.jsonl"),
            current=FolderReader(self.root).read(),
            now=now,
        )

    def held(self, pitch: float = 440.0, *, mp3: bool = False) -> HeldRecording:
        """A second of a tone, uploaded."""
        source = self.root.parent / ("len.mp3" if mp3 else "len.wav")
        made = sounds.write_mp3 if mp3 else sounds.write_wav
        made(source, sounds.tone(1, rate=44_100 if mp3 else 48_000, pitch=pitch))
        with source.open("rb") as file:
            return self.uploads.take(source.name, file)

    def script(self, name: str = "bai-mot") -> Script:
        """As the station reads it now."""
        return FolderReader(self.root).read().scripts[ScriptId(name)]

    def save(
        self,
        wish: RecordingWish = AS_IT_IS,
        *,
        name: str = "bai-mot",
        body: str | None = None,
        front: Mapping[str, str] | None = None,
        by: str = "lan",
        now: datetime = NOW,
    ) -> SavedDraft:
        """As the form does: the fields it shows, begun from the files as they are."""
        editor, script = self.editor(now), self.script(name)
        draft, began = editor.draft(script)
        shown = {k: v for k, v in draft.front.items() if k != "ban_thu"}
        draft = ScriptDraft(front={**shown, **(front or {})}, body=draft.body if body is None else body)
        wish = replace(wish, began=wish.began or script.recording_sha256 or "")
        return editor.save(name, draft, began=began, by=by, wish=wish)

    def sounds(self) -> dict[str, bytes]:
        """Every recording in the folder."""
        folder = self.root / "audio_scripts"
        return {p.name: p.read_bytes() for p in folder.iterdir() if p.suffix != ".md"}

    def warnings(self) -> list[str]:
        """What `check` would say of the scripts."""
        return [p.code for p in FolderReader(self.root).read().problems if p.where.file.startswith("audio_scripts")]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "tram")


def test_text_and_recording_are_one_edit_and_one_undo(desk: Desk) -> None:
    before = (desk.root / "audio_scripts/bai-mot.md").read_bytes()
    first = desk.held()
    saved = desk.save(RecordingWish(held=first), body="Lời chép lại.")
    assert saved.edit is not None
    assert saved.problems == ()
    assert [c.name for c in saved.edit.changes] == ["audio_scripts/bai-mot.wav", "audio_scripts/bai-mot.md"]
    assert saved.edit.why == "Sửa bài bai-mot, bản thu mới"
    script = desk.script()
    assert (script.recording, script.recording_sha256) == ("audio_scripts/bai-mot.wav", first.digest)
    assert script.text == "Lời chép lại."
    assert "ban_thu: bai-mot.wav" in (desk.root / "audio_scripts/bai-mot.md").read_text(encoding="utf-8")
    assert desk.warnings() == []
    back = undo(desk.files, saved.edit.number, by="lan", now=NOW)
    assert desk.sounds() == {}
    assert (desk.root / "audio_scripts/bai-mot.md").read_bytes() == before
    undo(desk.files, back.number, by="lan", now=NOW)
    assert desk.script().recording_sha256 == first.digest


def test_a_new_script_of_sound_alone_can_be_saved(desk: Desk) -> None:
    draft = ScriptDraft(front={"tieu_de": "Bài thu", "loai": "thông báo"}, body="  ")
    saved = desk.editor().save("bai-thu", draft, began="", by="lan", wish=RecordingWish(held=desk.held(mp3=True)))
    assert saved.edit is not None
    assert saved.edit.why == "Viết bài bai-thu, bản thu mới"
    assert desk.script("bai-thu").recording == "audio_scripts/bai-thu.mp3"
    assert desk.script("bai-thu").text == ""


def test_an_edit_of_the_words_never_loses_the_recording(desk: Desk) -> None:
    desk.save(RecordingWish(held=desk.held()))
    kept = desk.sounds()
    saved = desk.save(body="Chép lại lần hai.", front={"tieu_de": "Tên khác"})
    assert saved.edit is not None
    assert saved.edit.why == "Sửa bài bai-mot"
    assert [c.name for c in saved.edit.changes] == ["audio_scripts/bai-mot.md"]
    assert desk.script().recording == "audio_scripts/bai-mot.wav"
    assert desk.sounds() == kept


def test_another_recording_of_another_format_takes_the_place_of_the_first(desk: Desk) -> None:
    first = desk.held()
    desk.save(RecordingWish(held=first))
    second = desk.held(mp3=True)
    saved = desk.save(RecordingWish(held=second))
    assert saved.edit is not None
    assert list(desk.sounds()) == ["bai-mot.mp3"]
    assert desk.warnings() == []
    undo(desk.files, saved.edit.number, by="lan", now=NOW)
    assert list(desk.sounds()) == ["bai-mot.wav"]
    assert desk.script().recording_sha256 == first.digest


def test_another_recording_of_the_same_name_is_undone_to_the_first(desk: Desk) -> None:
    first, second = desk.held(), desk.held(880)
    desk.save(RecordingWish(held=first))
    before = desk.script().text_sha256
    saved = desk.save(RecordingWish(held=second), by="hoa", now=NOW + timedelta(hours=1))
    assert saved.edit is not None
    assert desk.script().recording_sha256 == second.digest
    assert desk.script().text_sha256 != before, "an approval of the first is void"
    assert desk.editor().authors(desk.script(), since=NOW) == {"hoa"}, "who brought the sound is its author"
    undo(desk.files, saved.edit.number, by="lan", now=NOW)
    assert desk.script().recording_sha256 == first.digest


def test_a_recording_is_taken_away_and_comes_back_by_undo_or_with_an_old_version(desk: Desk) -> None:
    first = desk.held()
    desk.save(RecordingWish(held=first))
    _, with_sound = desk.editor().draft(desk.script())
    saved = desk.save(RecordingWish(removed=True))
    assert saved.edit is not None
    assert saved.edit.why == "Sửa bài bai-mot, bỏ bản thu"
    assert (desk.script().recording, desk.sounds(), desk.warnings()) == (None, {}, [])
    _, without = desk.editor().draft(desk.script())
    desk.save(body="Lời sửa thêm sau đó.")
    desk.editor().restore(desk.script(), with_sound, by="lan")
    assert desk.script().recording_sha256 == first.digest
    desk.editor().restore(desk.script(), without, by="lan")
    assert (desk.script().recording, desk.sounds(), desk.warnings()) == (None, {}, [])


def test_without_words_a_recording_cannot_be_taken_away(desk: Desk) -> None:
    desk.save(RecordingWish(held=desk.held()), body="")
    kept = desk.sounds()
    saved = desk.save(RecordingWish(removed=True))
    assert saved.edit is None
    assert [(p.where.file, p.where.cell) for p in saved.problems] == [(FORM, "loi_doc")]
    assert desk.sounds() == kept


def test_a_file_that_another_script_plays_is_neither_written_over_nor_taken_away(desk: Desk) -> None:
    path = desk.root / "audio_scripts/bai-mot.wav"
    sounds.write_wav(path, sounds.tone(1))
    other = (desk.root / "audio_scripts/bai-hai.md").read_text(encoding="utf-8")
    shared = other.replace("loai: thông báo", "loai: thông báo\nban_thu: bai-mot.wav")
    (desk.root / "audio_scripts/bai-hai.md").write_text(shared, encoding="utf-8")
    before = path.read_bytes()
    assert desk.save(RecordingWish(held=desk.held(880))).edit is not None
    assert desk.script().recording == "audio_scripts/bai-mot-2.wav"
    assert path.read_bytes() == before
    assert desk.save(RecordingWish(held=desk.held(660)), name="bai-hai").edit is not None
    assert desk.script("bai-hai").recording == "audio_scripts/bai-hai.wav"
    assert not path.exists(), "the last script that played it has another now"


def test_a_recording_placed_by_hand_under_another_name_goes_when_it_is_replaced(desk: Desk) -> None:
    sounds.write_wav(desk.root / "audio_scripts/Thu tối.wav", sounds.tone(1))
    text = (desk.root / "audio_scripts/bai-mot.md").read_text(encoding="utf-8")
    (desk.root / "audio_scripts/bai-mot.md").write_text(
        text.replace("loai: thông báo", "ban_thu: audio_scripts/Thu tối.wav # của Lan\nloai: thông báo"),
        encoding="utf-8",
    )
    assert desk.script().recording == "audio_scripts/Thu tối.wav"
    saved = desk.save(RecordingWish(held=desk.held(880)))
    assert saved.edit is not None
    assert list(desk.sounds()) == ["bai-mot.wav"]
    undo(desk.files, saved.edit.number, by="lan", now=NOW)
    assert list(desk.sounds()) == ["Thu tối.wav"]


def test_two_people_at_one_recording_do_not_write_over_each_other(desk: Desk) -> None:
    desk.save(RecordingWish(held=desk.held()))
    began = desk.script().recording_sha256 or ""
    theirs, mine = desk.held(880), desk.held(660)
    desk.save(RecordingWish(held=theirs), by="minh")
    for wish in (RecordingWish(held=mine, began=began), RecordingWish(removed=True, began=began)):
        with pytest.raises(ConflictError) as told:
            desk.save(wish)
        (conflict,) = told.value.conflicts
        assert (conflict.name, conflict.by) == ("audio_scripts/bai-mot.wav", "minh")
        assert (conflict.theirs, conflict.theirs_digest) == (None, theirs.digest)
    assert desk.script().recording_sha256 == theirs.digest
    assert desk.save(RecordingWish(held=mine, began=theirs.digest)).edit is not None
    assert desk.script().recording_sha256 == mine.digest


def test_an_upload_let_go_writes_nothing(desk: Desk) -> None:
    held = desk.held()
    (desk.root / "var/history/uploads" / held.digest).unlink()
    before = (desk.root / "audio_scripts/bai-mot.md").read_bytes()
    with pytest.raises(InputError, match="không còn được giữ"):
        desk.save(RecordingWish(held=held), body="Lời khác.")
    assert (desk.root / "audio_scripts/bai-mot.md").read_bytes() == before
    assert desk.sounds() == {}
    assert desk.files.edits() == ()


def test_a_recording_that_vanished_is_said_at_its_field_and_can_be_let_go_or_replaced(desk: Desk) -> None:
    desk.save(RecordingWish(held=desk.held()))
    (desk.root / "audio_scripts/bai-mot.wav").unlink()
    saved = desk.save(body="Lời khác.")
    assert [p.where.cell for p in saved.problems if p.severity is Severity.ERROR] == ["ban_thu"]
    assert desk.save(RecordingWish(held=desk.held(880))).edit is not None
    (desk.root / "audio_scripts/bai-mot.wav").unlink()
    assert desk.save(RecordingWish(removed=True)).edit is not None
    assert desk.script().recording is None
