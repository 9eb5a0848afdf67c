"""`ports_editing.ScriptText`: script files as text, fields set in place, everything else of the file as it was."""

import re
import tempfile
from collections.abc import Collection, Mapping
from pathlib import Path

from broadcaster.adapters.docx_text import docx_text, html_text
from broadcaster.adapters.fields import split_list
from broadcaster.adapters.recording_files import RecordingFiles, RecordingsToBe
from broadcaster.adapters.scripts_md import LARGEST_SCRIPT, SCRIPT_FIELDS, ScriptRules, read_script
from broadcaster.adapters.station_reader import SCRIPTS, VOICES
from broadcaster.adapters.text_files import tidy
from broadcaster.adapters.yaml_edits import YamlText, listed, quoted
from broadcaster.adapters.yaml_nodes import Items, Scalar, read_yaml, record
from broadcaster.adapters.yaml_places import Mapping as Front
from broadcaster.domain.problems import Problem, Where, error
from broadcaster.domain.scripts import Script
from broadcaster.errors import InputError
from broadcaster.ports_editing import ScriptDraft

_FENCE = re.compile(r"(?:-{3,}|[–—]{1,3}|-[–—]|[–—]-)[ \t]*\Z")
_LISTS = frozenset({"ma_noi_dung", "linh_vuc"})
_SOURCES = "nguon"
"""One source a line: a law's title may hold a comma."""


class MarkdownScripts:
    """Script files of one station folder."""

    def __init__(self, station: Path, *, voices: Collection[str] = VOICES) -> None:
        self._recordings = RecordingFiles(station, SCRIPTS)
        self._voices = voices

    def split(self, text: str) -> ScriptDraft:
        """Fields by their own names, and the body as written."""
        front, body = _halves(tidy(text))
        node, _ = read_yaml(front, "")
        fields = record(node, SCRIPT_FIELDS, "", []) if node is not None else {}
        typed: dict[str, str] = {}
        for key, value in fields.items():
            if isinstance(value, Scalar):
                typed[key] = value.text
            elif isinstance(value, Items):
                parts = [item.text for item in value.items if isinstance(item, Scalar)]
                typed[key] = ("\n" if key == _SOURCES else ", ").join(parts)
        return ScriptDraft(front=typed, body=body.strip("\n"))

    def compose(self, draft: ScriptDraft, before: str) -> str:
        """Fields that say what they said stay as written; an empty one goes."""
        front, _ = _halves(tidy(before)) if before.strip() else ("", "")
        old = self.split(before).front if before.strip() else {}
        for key in SCRIPT_FIELDS:
            if key not in draft.front:
                continue
            typed = tidy(draft.front[key])
            if _same(typed, old.get(key, "")):
                continue
            front = _with_field(front, key, typed)
        body = tidy(draft.body).strip("\n")
        body = "\n".join(line.rstrip() for line in body.split("\n"))
        return f"---\n{front.strip(chr(10))}\n---\n\n{body}\n"

    def check(
        self, name: str, text: str, blanks: Mapping[str, str], coming: Mapping[str, str] | None = None
    ) -> tuple[Script | None, tuple[Problem, ...]]:
        """As the station would read it under that name."""
        data = text.encode()
        if len(data) > LARGEST_SCRIPT:
            hint = "Chia ra nhiều bài; một bài dài khoảng 3 phút là vừa."
            return None, (error(Where(file=name), "file-huge", "Bài quá dài (trên 1 MB).", hint),)
        recordings = RecordingsToBe(there=self._recordings, folder=SCRIPTS, coming=coming or {})
        rules = ScriptRules(blanks=blanks, recordings=recordings, voices=self._voices)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / Path(name).name
            path.write_bytes(data)
            return read_script(path, name, rules)

    def from_docx(self, data: bytes) -> str:
        """Paragraphs of a Word file."""
        return docx_text(data)

    def from_html(self, html: str) -> str:
        """Text of a pasted fragment."""
        return html_text(html)


def _halves(text: str) -> tuple[str, str]:
    """Front matter and body without their fences."""
    lines = text.split("\n")
    start = next((n for n, line in enumerate(lines) if line.strip()), None)
    end = None
    if start is not None and _FENCE.match(lines[start]):
        end = next((n for n in range(start + 1, len(lines)) if _FENCE.match(lines[n])), None)
    if start is None or end is None:
        return "", text
    return "\n".join(lines[start + 1 : end]), "\n".join(lines[end + 1 :])


def _same(typed: str, before: str) -> bool:
    return " ".join(typed.split()) == " ".join(before.split())


def _with_field(front: str, key: str, typed: str) -> str:
    """The front matter with one field set, added or taken away."""
    edited = YamlText(front)
    if edited.root is None:
        return f"{front}\n{key}: {_value(key, typed)}".strip("\n") if typed.strip() else front
    if not isinstance(edited.root, Front):
        raise InputError("Phần đầu của bài viết không đúng.", hint="Sửa tệp bằng trình soạn thảo, rồi tải lại trang.")
    if typed.strip():
        edited.set(edited.root, key, _value(key, typed))
    elif edited.root.find(key) is not None:
        edited.unset(edited.root, key)
    return edited.text()


def _value(key: str, typed: str) -> str:
    if key in _LISTS:
        return listed(split_list(typed))
    if key == _SOURCES:
        sources = [" ".join(line.split()) for line in typed.splitlines() if line.strip()]
        return listed(sources)
    return quoted(" ".join(typed.split()))
