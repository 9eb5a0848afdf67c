"""Script files as text: one field changes and nothing else of the file, and what is typed is told at once."""

from pathlib import Path

import pytest

from broadcaster.adapters.script_text import MarkdownScripts
from broadcaster.domain.problems import Severity
from broadcaster.ports_editing import ScriptDraft

WRITTEN = (
    "---\n# chép từ công văn\nloai: thông báo  # một dòng\ntieu_de: Một cửa\nnguon: [Luật A, Nghị định B]\n"
    "---\n\nKính mời bà con.\n"
)
NAME = "audio_scripts/mot-cua.md"


@pytest.fixture
def scripts(tmp_path: Path) -> MarkdownScripts:
    return MarkdownScripts(tmp_path)


def test_a_file_is_split_into_fields_and_body(scripts: MarkdownScripts) -> None:
    draft = scripts.split(WRITTEN)
    assert draft.front == {"loai": "thông báo", "tieu_de": "Một cửa", "nguon": "Luật A\nNghị định B"}
    assert draft.body == "Kính mời bà con."


def test_a_draft_that_changes_nothing_leaves_the_file_as_it_was(scripts: MarkdownScripts) -> None:
    assert scripts.compose(scripts.split(WRITTEN), WRITTEN) == WRITTEN


def test_one_field_changes_and_its_neighbours_keep_order_and_comments(scripts: MarkdownScripts) -> None:
    draft = ScriptDraft(front={"tieu_de": "Một cửa: giờ mới"}, body="Kính mời bà con.")
    made = scripts.compose(draft, WRITTEN)
    assert scripts.split(made).front["tieu_de"] == "Một cửa: giờ mới"
    assert made.replace('"', "").replace("'", "") == WRITTEN.replace("tieu_de: Một cửa", "tieu_de: Một cửa: giờ mới")


def test_an_emptied_field_goes(scripts: MarkdownScripts) -> None:
    made = scripts.compose(ScriptDraft(front={"nguon": " "}, body="Kính mời."), WRITTEN)
    assert "nguon" not in made
    assert "# chép từ công văn" in made


@pytest.mark.parametrize(
    "typed",
    ["a: b", "- gạch", "\"nháy\" và 'nháy'", "# rào", "{mot}", "[x, y]", "17:30", "yes", "null", "nối\ndòng", "---"],
)
def test_a_title_is_read_back_as_it_was_typed(scripts: MarkdownScripts, typed: str) -> None:
    made = scripts.compose(ScriptDraft(front={"tieu_de": typed, "loai": "thông báo"}, body="Kính mời bà con."), "")
    assert scripts.split(made).front["tieu_de"] == " ".join(typed.split())
    script, problems = scripts.check(NAME, made, {})
    assert script is not None
    assert script.title == " ".join(typed.split())
    assert [p for p in problems if p.severity is Severity.ERROR] == []


@pytest.mark.parametrize(
    ("typed", "kept"), [("a\x00b", "ab"), ("Ki\u0301nh", "Kính"), ("\ufeffMột\u00a0cửa", "Một cửa")]
)
def test_what_no_eye_sees_in_a_field_is_not_kept(scripts: MarkdownScripts, typed: str, kept: str) -> None:
    made = scripts.compose(ScriptDraft(front={"tieu_de": typed}, body="Lời."), "")
    assert scripts.split(made).front["tieu_de"] == kept


def test_a_source_holds_a_comma(scripts: MarkdownScripts) -> None:
    draft = ScriptDraft(front={"tieu_de": "Một", "nguon": "Luật A, điều 5\n\nLuật B"}, body="Lời.")
    assert scripts.split(scripts.compose(draft, "")).front["nguon"] == "Luật A, điều 5\nLuật B"


def test_windows_line_ends_and_decomposed_letters_become_ordinary(scripts: MarkdownScripts) -> None:
    made = scripts.compose(ScriptDraft(front={"tieu_de": "Một"}, body="Ki\u0301nh\r\nmời  \r\n\r\n"), "")
    assert made.endswith("---\n\nKính\nmời\n")


@pytest.mark.parametrize("body", ["", " \n\t\n", "<!-- chỉ ghi chú -->"])
def test_a_script_without_words_is_told(scripts: MarkdownScripts, body: str) -> None:
    made = scripts.compose(ScriptDraft(front={"tieu_de": "Một", "loai": "thông báo"}, body=body), "")
    _, problems = scripts.check(NAME, made, {})
    assert any(p.code == "script-empty" and p.severity is Severity.ERROR and p.hint for p in problems)


def test_a_file_above_a_megabyte_is_told_before_it_is_read(scripts: MarkdownScripts) -> None:
    script, problems = scripts.check(NAME, "a" * 1_100_000, {})
    assert script is None
    assert [p.code for p in problems] == ["file-huge"]


def test_a_fence_in_the_body_does_not_end_the_fields(scripts: MarkdownScripts) -> None:
    made = scripts.compose(ScriptDraft(front={"tieu_de": "Một"}, body="Trước.\n---\nSau."), "")
    assert scripts.split(made) == ScriptDraft(front={"tieu_de": "Một"}, body="Trước.\n---\nSau.")
