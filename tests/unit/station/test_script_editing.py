"""Writing scripts on real files: the way from draft to approval, who wrote, old versions, and what is refused."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from broadcaster.adapters.edit_files import FolderEdits
from broadcaster.adapters.review_book import ReviewBook
from broadcaster.adapters.script_text import MarkdownScripts
from broadcaster.adapters.station_reader import FolderReader
from broadcaster.domain.reviews import Review, ScriptState, Step, state_of
from broadcaster.domain.scripts import Approval, Script, ScriptId
from broadcaster.errors import InputError
from broadcaster.ports_editing import FORM, ConflictError, ScriptDraft
from broadcaster.station.script_editing import (
    LONGEST_SCRIPT,
    SavedDraft,
    ScriptEditor,
    expiring,
    may_approve,
    spoken_preview,
)
from tests.station_process import StationFolder

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)


class Desk:
    """A station folder and an editor over what it holds now."""

    def __init__(self, root: Path) -> None:
        self.root = StationFolder(root).root
        self.reviews = ReviewBook(root / "var/duyet.jsonl")

    def editor(self, now: datetime = NOW) -> ScriptEditor:
        """Made anew, as for each request."""
        return ScriptEditor(
            files=FolderEdits(self.root, self.root / "var/history"),
            text=MarkdownScripts(self.root),
            reviews=self.reviews,
            current=FolderReader(self.root).read(),
            now=now,
        )

    def script(self, name: str) -> Script:
        """As the station reads it now."""
        return FolderReader(self.root).read().scripts[ScriptId(name)]

    def save(
        self, body: str, front: Mapping[str, str] | None = None, *, by: str = "lan", now: datetime = NOW
    ) -> SavedDraft:
        """A new text for the first script."""
        editor = self.editor(now)
        draft, began = editor.draft(self.script("bai-mot"))
        return editor.save(
            "bai-mot", replace(draft, body=body, front={**draft.front, **(front or {})}), began=began, by=by
        )


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "tram")


def new() -> ScriptDraft:
    """A draft with what a script must have."""
    return ScriptDraft(front={"tieu_de": "Bài mới", "loai": "thông báo"}, body="Kính mời bà con.")


def test_a_new_script_is_written_and_found_under_its_id(desk: Desk) -> None:
    saved = desk.editor().save("bai-moi", new(), began="", by="lan")
    assert saved.edit is not None
    assert (saved.name, saved.edit.by) == ("audio_scripts/bai-moi.md", "lan")
    assert desk.script("bai-moi").text == "Kính mời bà con."


def test_an_id_is_made_from_the_title_and_never_taken_twice(desk: Desk) -> None:
    assert desk.editor().new_id("Đường dây nóng!") == "duong-day-nong"
    assert desk.editor().new_id("Bài một") == "bai-mot-2"
    assert desk.editor().new_id("☎") == "bai-moi"


@pytest.mark.parametrize("wrong", ["../bai", "a/b", "a\x00b", "Bài mới", "..", " ", "a.md"])
def test_a_name_that_is_no_id_writes_nothing(desk: Desk, wrong: str) -> None:
    before = sorted(desk.root.rglob("*.md"))
    with pytest.raises(InputError, match="không dùng được"):
        desk.editor().save(wrong, new(), began="", by="lan")
    assert sorted(desk.root.rglob("*.md")) == before


def test_what_is_wrong_stands_at_its_field_and_nothing_is_written(desk: Desk) -> None:
    before = (desk.root / "audio_scripts/bai-mot.md").read_bytes()
    for body, front, field in (
        (" \n ", {}, "loi_doc"),
        ("a" * (LONGEST_SCRIPT + 1), {}, "loi_doc"),
        ("\U0001f4e2 ... !!!", {}, "loi_doc"),
        ("Lời.", {"tieu_de": ""}, "tieu_de"),
        ("Lời.", {"loai": "thơ"}, "loai"),
        ("Lời.", {"giong": "robot"}, "giong"),
    ):
        saved = desk.save(body, front)
        assert saved.edit is None
        assert (FORM, field) in {(p.where.file, p.where.cell) for p in saved.problems}, field
    assert (desk.root / "audio_scripts/bai-mot.md").read_bytes() == before


def test_markup_and_commands_are_only_text(desk: Desk) -> None:
    text = "<b>Kính</b> mời'); DROP TABLE bai;--"
    assert desk.save(text).edit is not None
    assert text in (desk.root / "audio_scripts/bai-mot.md").read_text(encoding="utf-8")


def test_a_change_made_meanwhile_is_not_written_over(desk: Desk) -> None:
    editor = desk.editor()
    draft, began = editor.draft(desk.script("bai-mot"))
    desk.save("Lời của người kia.", by="minh")
    with pytest.raises(ConflictError):
        editor.save("bai-mot", replace(draft, body="Lời của tôi."), began=began, by="lan")
    assert desk.script("bai-mot").text == "Lời của người kia."


def test_an_old_version_comes_back_and_a_strange_one_does_not(desk: Desk) -> None:
    first = desk.script("bai-mot").text
    _, old = desk.editor().draft(desk.script("bai-mot"))
    desk.save("Lời mới.")
    desk.editor().restore(desk.script("bai-mot"), old, by="lan")
    assert desk.script("bai-mot").text == first
    with pytest.raises(InputError, match="Không có bản này"):
        desk.editor().restore(desk.script("bai-mot"), "0" * 64, by="lan")


def test_everyone_who_wrote_since_the_last_approval_or_sent_is_an_author(desk: Desk) -> None:
    desk.save("Lời của Lan.", by="lan")
    desk.save("Lời của Minh.", by="minh", now=NOW + timedelta(hours=1))
    desk.editor().send(desk.script("bai-mot"), by="hoa")
    script = desk.script("bai-mot")
    assert desk.editor().authors(script, since=None) == {"lan", "minh", "hoa"}
    assert desk.editor().authors(script, since=NOW + timedelta(minutes=1)) == {"minh", "hoa"}
    assert desk.editor().authors(script, since=NOW + timedelta(hours=2)) == {"minh", "hoa"}
    assert not may_approve({"lan", "minh"}, "minh")
    assert may_approve({"lan", "minh"}, "duc")


def test_a_script_is_returned_with_a_reason_only(desk: Desk) -> None:
    script = desk.script("bai-mot")
    for blank in ("", " \n "):
        with pytest.raises(InputError, match="lý do"):
            desk.editor().give_back(script, blank, by="duc")
    assert desk.reviews.of(script.id) == ()
    desk.editor().give_back(script, " Sai\ngiờ họp ", by="duc")
    assert [(r.step, r.by, r.reason) for r in desk.reviews.of(script.id)] == [(Step.RETURNED, "duc", "Sai giờ họp")]


def test_a_script_with_blanks_is_not_sent(desk: Desk) -> None:
    desk.save("Gọi số {so_may} nhé bà con.")
    with pytest.raises(InputError, match="so_may"):
        desk.editor().send(desk.script("bai-mot"), by="lan")
    assert desk.reviews.of(ScriptId("bai-mot")) == ()


def test_a_step_and_an_approval_hold_for_exactly_one_text_and_sound(desk: Desk) -> None:
    script = desk.script("bai-mot")
    sent = Review(script=script.id, text_sha256=script.text_sha256, step=Step.SENT, by="lan", at=NOW)
    approval = Approval(
        script_id=script.id, text_sha256=script.text_sha256, audio_sha256="a" * 64, by="duc", at=NOW, ref=""
    )
    edited = replace(script, text="Lời khác.")
    over = replace(script, valid_until=TODAY - timedelta(days=1))
    last = replace(script, valid_until=TODAY)
    heard, other = "a" * 64, "b" * 64
    for text, given, step, sound, state in (
        (script, None, None, None, ScriptState.DRAFT),
        (script, None, sent, None, ScriptState.WAITING),
        (edited, None, sent, None, ScriptState.DRAFT),
        (script, None, replace(sent, step=Step.RETURNED), None, ScriptState.RETURNED),
        (script, approval, sent, heard, ScriptState.APPROVED),
        (script, approval, None, other, ScriptState.CHANGED),
        (edited, approval, None, heard, ScriptState.CHANGED),
        (over, approval, None, heard, ScriptState.EXPIRED),
        (last, approval, None, heard, ScriptState.APPROVED),
    ):
        assert state_of(text, given, step, audio_sha256=sound, today=TODAY) is state


def test_scripts_near_their_last_day_are_listed_soonest_first(desk: Desk) -> None:
    script = desk.script("bai-mot")
    days = {"qua": -1, "nay": 0, "cuoi": 14, "xa": 15}
    held = {
        ScriptId(name): replace(script, id=ScriptId(name), valid_until=TODAY + timedelta(days=n))
        for name, n in days.items()
    }
    held[script.id] = script
    assert [s.id for s in expiring(held, TODAY)] == ["nay", "cuoi"]


def test_a_text_is_seen_as_spoken_without_comments_and_blanks() -> None:
    seen = spoken_preview("Mời <!-- hỏi lại --> bà con {ngay}.", None, rate=200)
    assert seen.syllables == 3
    assert seen.seconds > 0
    with pytest.raises(InputError, match="quá"):
        spoken_preview("a" * (LONGEST_SCRIPT + 1), None, rate=200)
