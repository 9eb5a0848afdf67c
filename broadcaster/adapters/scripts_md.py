"""One script file: front matter between ``---`` lines, then the text that is read; blanks filled from station.toml."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from broadcaster.adapters.day_fields import parse_date
from broadcaster.adapters.fields import FieldError, as_text, parse_duration_s, parse_int, parse_kind, plain, shown
from broadcaster.adapters.recording_files import RecordingFile, RecordingFinder
from broadcaster.adapters.text_files import read_text
from broadcaster.adapters.yaml_nodes import Entries, Items, Node, Scalar, read_yaml, record, scalar, scalars
from broadcaster.domain.folding import did_you_mean, fold, fold_id
from broadcaster.domain.problems import Problem, Where, error, warning
from broadcaster.domain.scripts import Kind, Script, ScriptId, TopicCode, canonical_text

_T = TypeVar("_T")

LARGEST_SCRIPT = 1_000_000
SCRIPT_FIELDS = (
    "ma", "tieu_de", "loai", "ma_noi_dung", "linh_vuc", "tac_gia", "nguon", "hieu_luc_tu", "hieu_luc_den", "da_thay_boi",
    "ngon_ngu", "giong", "toc_do", "lap", "cach_lap", "ban_thu", "xuat_xu", "ghi_chu",
)  # fmt: skip
"""Every front matter field, as our own files spell it."""

_FENCE = re.compile(r"(?:-{3,}|[–—]{1,3}|-[–—]|[–—]-)[ \t]*\Z")  # Word turns --- into a long dash
_FIELD_LINE = re.compile(r"\s*[^\W\d][\w ]{0,30}:(\s|\Z)")
_BLANK = re.compile(r"\{([^{}\n]{0,80})\}")
_MARK = "\x00"  # around what is left of a comment: `tidy` has removed every control character
_COMMENT = re.compile("\x00\n*\x00")
_COMMENT_LINE = re.compile(r"(?m)^(?:[ \t]*\x00\n*\x00)+(?:\n|\Z)")
_COMMENT_PARAGRAPH = re.compile(r"(?:(?<=\n\n)|\A)(?:(?:[ \t]*\x00\n*\x00)+\n)+\n")
_FRONT_HINT = "Tệp phải bắt đầu bằng dòng ---, rồi các dòng «trường: giá trị», rồi dòng ---, rồi lời đọc."


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptRules:
    """What a script is read against: the station's blanks, its recordings, and the voices there are."""

    blanks: Mapping[str, str]
    recordings: RecordingFinder
    voices: Collection[str]


def read_script(path: Path, name: str, rules: ScriptRules) -> tuple[Script | None, tuple[Problem, ...]]:
    """The script of one file and everything wrong with it; None when not even its id, title and kind could be read."""
    reading = read_script_file(path, name, rules)
    return reading.script, reading.problems


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptReading:
    """What one file gave, and which of the rules it was read against had a say in that."""

    script: Script | None
    problems: tuple[Problem, ...]
    blanks_matter: bool = False
    recording_matters: bool = False


def read_script_file(path: Path, name: str, rules: ScriptRules) -> ScriptReading:
    """As `read_script`, saying what the result depends on besides the bytes of the file."""
    text = read_text(path, name, at_most=LARGEST_SCRIPT)
    if isinstance(text, Problem):
        return ScriptReading(script=None, problems=(text,))
    reading = _Reading(name, path.name.rsplit(".", 1)[0], rules)
    script = reading.script(text)
    return ScriptReading(
        script=script,
        problems=tuple(reading.problems),
        blanks_matter=reading.blanks_matter,
        recording_matters=reading.recording_matters,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    front: str
    front_line: int
    body: str
    body_line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Body:
    """What is read, the line it begins at, and the blanks that stay empty."""

    text: str
    line: int
    blanks: tuple[str, ...]


class _Reading:
    """One file being read; problems gather here."""

    def __init__(self, name: str, stem: str, rules: ScriptRules) -> None:
        self._name = name
        self._stem = stem
        self._rules = rules
        self._fields: dict[str, Node] = {}
        self.problems: list[Problem] = []
        self.blanks_matter = False
        self.recording_matters = False

    def script(self, text: str) -> Script | None:
        parts = self._split(text)
        if parts is None:
            return None
        node, problems = read_yaml(parts.front, self._name, first_line=parts.front_line)
        self.problems.extend(problems)
        if node is None:
            if not problems:
                self._say(parts.front_line, "front-matter-empty", "Phần đầu giữa hai dòng --- còn trống.", _FRONT_HINT)
            return None
        self._fields = record(node, SCRIPT_FIELDS, self._name, self.problems)
        return self._built(parts) if isinstance(node, Entries) else None

    def _built(self, parts: _Parts) -> Script | None:
        script_id = self._id(parts.front_line)
        title = self._required(
            "tieu_de", as_text, parts.front_line, "tiêu đề (tieu_de)", "Thêm dòng: tieu_de: Một cửa là gì"
        )
        kind = self._required("loai", parse_kind, parts.front_line, "loại bài (loai)", "Thêm dòng: loai: chuyên mục")
        body = self._body(parts, template=kind is Kind.EMERGENCY)
        recording = self._recording()
        if not body.text and "ban_thu" not in self._fields:
            line = parts.body_line
            self._say(
                line,
                "script-empty",
                "Bài không có lời đọc, cũng không có bản thu.",
                "Viết lời đọc, hoặc thêm bản thu (ban_thu).",
            )
        if script_id is None or title is None or kind is None:
            return None
        valid_from = self._take("hieu_luc_tu", parse_date, None)
        valid_until = self._take("hieu_luc_den", parse_date, None)
        if valid_from is not None and valid_until is not None and valid_until < valid_from:
            message = "Ngày hết hiệu lực (hieu_luc_den) trước ngày bắt đầu (hieu_luc_tu)."
            self._say(self._fields["hieu_luc_den"].line, "dates-reversed", message, "Đổi lại hai ngày cho đúng thứ tự.")
        return Script(
            id=script_id,
            title=title,
            kind=kind,
            topics=tuple(TopicCode(code.upper()) for code in self._list("ma_noi_dung")),
            fields=self._list("linh_vuc"),
            text=body.text,
            blanks=body.blanks,
            author=self._take("tac_gia", as_text, ""),
            sources=self._list("nguon", commas=False),
            valid_from=valid_from,
            valid_until=valid_until,
            superseded_by=self._successor(script_id),
            language=self._take("ngon_ngu", _language, "vi"),
            voice=self._take("giong", self._voice, None),
            speed=self._take("toc_do", lambda raw: parse_int(raw, what="Tốc độ đọc", low=120, high=300), None),
            repeat=self._take("lap", lambda raw: parse_int(raw, what="Số lần lặp", low=1, high=20), 1),
            repeat_gap_s=self._take("cach_lap", parse_duration_s, 2.0),
            recording=recording.name if recording else None,
            recording_sha256=recording.sha256 if recording else None,
            origin=self._take("xuat_xu", as_text, "tự sản xuất"),
            note=self._take("ghi_chu", as_text, ""),
            where=Where(file=self._name, line=body.line),
        )

    def _split(self, text: str) -> _Parts | None:
        lines = text.split("\n")
        start = next((i for i, line in enumerate(lines) if line.strip()), None)
        if start is None:
            self._say(None, "script-empty", "Tệp bài phát còn trống.", _FRONT_HINT)
            return None
        if not _FENCE.match(lines[start]):
            self._say(start + 1, "front-matter-missing", "Tệp thiếu phần đầu (mã, tiêu đề, loại bài).", _FRONT_HINT)
            return None
        end = next((i for i in range(start + 1, len(lines)) if _FENCE.match(lines[i])), None)
        if end is None:
            last = start + 1
            while last < len(lines) and (_FIELD_LINE.match(lines[last]) or lines[last][:1] in (" ", "-", "#")):
                last += 1
            hint = f"Thêm một dòng chỉ có --- sau trường cuối cùng, vào trước dòng {last + 1}."
            self._say(start + 1, "front-matter-unclosed", "Phần đầu mở bằng --- mà chưa đóng lại.", hint)
            return None
        return _Parts(
            front="\n".join(lines[start + 1 : end]),
            front_line=start + 2,
            body="\n".join(lines[end + 1 :]),
            body_line=end + 2,
        )

    def _id(self, line: int) -> ScriptId | None:
        written = self._take("ma", as_text, self._stem)
        made = fold_id(written)
        if not made or len(made) > 80:
            where = self._fields["ma"].line if "ma" in self._fields else line
            self._say(
                where,
                "id-unusable",
                f"Mã bài {shown(written)} không dùng được.",
                "Dùng chữ không dấu, số và dấu gạch nối.",
            )
            return None
        return ScriptId(made)

    def _successor(self, own: ScriptId) -> ScriptId | None:
        successor = self._take("da_thay_boi", lambda raw: ScriptId(fold_id(as_text(raw))), None)
        if successor == own:
            line = self._fields["da_thay_boi"].line
            self._say(
                line,
                "superseded-by-itself",
                "Bài được ghi là thay bởi chính nó.",
                "Ghi mã của bài mới, hoặc bỏ dòng này.",
            )
            return None
        return successor

    def _voice(self, raw: object) -> str:
        name = fold(plain(raw))
        if name not in self._rules.voices:
            near = did_you_mean(name, self._rules.voices)
            hint = f"{near} Các giọng có: {', '.join(self._rules.voices)}.".strip()
            raise FieldError("voice-unknown", f"Không có giọng đọc {shown(raw)}.", hint)
        return name

    def _recording(self) -> RecordingFile | None:
        self.recording_matters = "ban_thu" in self._fields
        found = self._take("ban_thu", lambda raw: self._rules.recordings.find(as_text(raw)), None)
        if found is not None and not found.sounds:
            where = Where(file=self._name, line=self._fields["ban_thu"].line)
            message = f"Bản thu {shown(found.name)} có vẻ không phải mp3, wav, ogg hay flac."
            hint = "Có thể tệp dạng khác đã bị đổi đuôi: nghe thử, hoặc xuất lại thành mp3."
            self.problems.append(warning(where, "recording-foreign", message, hint))
        return found

    def _body(self, parts: _Parts, *, template: bool) -> _Body:
        """The text to be read: comments out, blanks filled; those of an emergency template wait for the hour of need."""
        body, unclosed = _without_comments(parts.body)
        if unclosed is not None:
            line = parts.body_line + parts.body.count("\n", 0, unclosed)
            self._say(line, "comment-unclosed", "Lời ghi chú <!-- chưa đóng.", "Thêm --> ở cuối lời ghi chú.")
        self.blanks_matter = _BLANK.search(body) is not None
        values = {fold(key): (key, as_text(value)) for key, value in self._rules.blanks.items()}
        empty: dict[str, tuple[str, int]] = {}
        at, line = 0, parts.body_line

        def fill(found: re.Match[str]) -> str:
            nonlocal at, line
            at, line = found.start(), line + body.count("\n", at, found.start())
            name, value = values.get(fold(found[1]), (found[1].strip(), ""))
            if not value:
                empty.setdefault(fold(name) or name, (name, line))
            return value or found[0]

        filled = _BLANK.sub(fill, body)
        if empty and not template:
            self._warn_of_blanks(tuple(empty.values()), [key for key, _ in values.values()])
        stray = _stray_brace(body)
        if stray is not None:
            hint = "Chỗ trống viết như {duong_day_nong}, mở và đóng trên cùng một dòng."
            where = Where(file=self._name, line=parts.body_line + body.count("\n", 0, stray))
            self.problems.append(warning(where, "brace-stray", "Có dấu ngoặc nhọn lẻ trong lời đọc.", hint))
        begins = re.search(r"[^\s\x00]", body)
        first_line = parts.body_line + body.count("\n", 0, begins.start()) if begins else parts.front_line
        return _Body(text=_read_aloud(filled), line=first_line, blanks=tuple(name for name, _ in empty.values()))

    def _warn_of_blanks(self, empty: tuple[tuple[str, int], ...], known: list[str]) -> None:
        listed = ", ".join(f"{{{name}}} (dòng {line})" for name, line in empty[:5])
        listed += f" và {len(empty) - 5} chỗ nữa" if len(empty) > 5 else ""
        unknown = [name for name, _ in empty if name not in known]
        near = did_you_mean(unknown[0], known) if unknown else ""
        hint = f"{near} Điền vào mục [cho_trong] của station.toml, rồi duyệt lại bài.".strip()
        where = Where(file=self._name, line=empty[0][1])
        message = f"Chỗ trống chưa điền, bài bị khóa chưa phát được: {listed}."
        self.problems.append(warning(where, "blank-unfilled", message, hint))

    def _take(self, name: str, parse: Callable[[str], _T], default: _T) -> _T:
        node = self._fields.get(name)
        if node is None:
            return default
        try:
            return parse(scalar(node).text)
        except FieldError as wrong:
            self.problems.append(wrong.problem(Where(file=self._name, line=node.line)))
            return default

    def _required(self, name: str, parse: Callable[[str], _T], line: int, what: str, hint: str) -> _T | None:
        if name not in self._fields:
            self._say(line, "field-missing", f"Thiếu {what}.", hint)
            return None
        return self._take(name, parse, None)

    def _list(self, name: str, *, commas: bool = True) -> tuple[str, ...]:
        """A list or text; ``commas`` says whether a comma parts the text (a law's title may hold one)."""
        node = self._fields.get(name)
        if node is None:
            return ()
        try:
            if isinstance(node, Scalar) and not commas:
                items = re.split(r"[;\n]", node.text)
            else:
                items = [found.text for found in scalars(node)]
        except FieldError as wrong:
            self.problems.append(wrong.problem(Where(file=self._name, line=_line_of_trouble(node))))
            return ()
        return tuple(dict.fromkeys(item for raw in items if (item := as_text(raw))))

    def _say(self, line: int | None, code: str, message: str, hint: str) -> None:
        self.problems.append(error(Where(file=self._name, line=line), code, message, hint))


def _without_comments(text: str) -> tuple[str, int | None]:
    """The text with each comment reduced to its line breaks between two marks, and where an unclosed one begins."""
    kept: list[str] = []
    at = 0
    while (begin := text.find("<!--", at)) >= 0:
        kept.append(text[at:begin])
        end = text.find("-->", begin + 4)
        if end < 0:
            return "".join(kept), begin
        kept.append(_MARK + "\n" * text.count("\n", begin, end) + _MARK)
        at = end + 3
    return "".join([*kept, text[at:]]), None


def _stray_brace(body: str) -> int | None:
    """Where a brace stands that is no part of a blank."""
    if "{" not in body and "}" not in body:
        return None
    stray = re.search(r"[{}]", _BLANK.sub(lambda m: " " * len(m[0]), body))
    return stray.start() if stray is not None else None


def _read_aloud(body: str) -> str:
    """The text without what comments leave behind: a comment of its own lines takes them along, and one empty line."""
    lines = "\n".join(line.rstrip() for line in body.split("\n"))
    return canonical_text(_COMMENT.sub("", _COMMENT_LINE.sub("", _COMMENT_PARAGRAPH.sub("", lines))))


def _line_of_trouble(node: Node) -> int:
    """The first item of a list that is no single value, else the node's own line."""
    if isinstance(node, Items):
        return next((item.line for item in node.items if not isinstance(item, Scalar)), node.line)
    return node.line


def _language(raw: str) -> str:
    folded = fold(plain(raw))
    if folded in ("vi", "vn", "tiengviet", "viet", "vivn"):
        return "vi"
    if re.fullmatch(r"[a-z]{2,3}", folded) is None:
        raise FieldError(
            "language", f"Không hiểu ngôn ngữ {shown(raw)}.", "Viết mã hai chữ: vi (Việt), km (Khmer), en (Anh)."
        )
    return folded
