"""`ports_editing.CalendarText`: rows typed into a form, and edits of YAML calendars and previews of workbooks."""

import json
import re
import textwrap
from collections.abc import Mapping
from datetime import date, time

from broadcaster.adapters import calendar_rows
from broadcaster.adapters.calendar_fields import DATED, EXCEPTION, STANDING, label
from broadcaster.adapters.calendar_parts import CalendarPart
from broadcaster.adapters.calendar_row import Row
from broadcaster.adapters.calendar_xlsx_rows import dated_rows, exception_rows, standing_rows
from broadcaster.adapters.fields import FieldError, split_list
from broadcaster.adapters.text_files import tidy
from broadcaster.adapters.workbook_preview import preview
from broadcaster.adapters.yaml_edits import YamlText, listed, quoted
from broadcaster.adapters.yaml_nodes import Entries, Items, Scalar, read_yaml, record, scalars
from broadcaster.adapters.yaml_places import Mapping as RowPlace
from broadcaster.domain.calendar import Slot
from broadcaster.domain.folding import fold
from broadcaster.domain.problems import Problem, Where, error
from broadcaster.errors import InputError
from broadcaster.ports_editing import FORM, RowReading, WorkbookRow

SECTIONS = {"khung_gio": STANDING, "lich_ngay": DATED, "ngoai_le": EXCEPTION}
HEADER = (
    "# Lịch của đài, do màn hình điều khiển ghi. Có thể sửa tay: ghi chú và thứ tự các dòng được giữ nguyên.\n"
    "# Sửa xong, chạy: broadcaster check\n"
)
_LISTS = frozenset({"thu", "ngay_trong_thang", "thu_trong_thang", "ngay_am", "cum_loa", "khung_gio", "phan"})
_DASH = re.compile(r"( *)- ")
_ALWAYS_LISTED = frozenset({"gio"})


class _FormRow(Row):
    """A row typed into a form: what is missing is told at its own field."""

    __slots__ = ("_told",)

    def __init__(self, values: Mapping[str, object], problems: list[Problem]) -> None:
        where = Where(file=FORM)
        super().__init__(values, where=where, place=lambda key, _: _field(key), problems=problems, spell=label)
        self._told = problems

    def tell(self, key: str, wrong: FieldError, index: int = 0) -> None:
        """A problem at its field, written or not; a rule without any day is told where days are ticked."""
        self._told.append(wrong.problem(_field("thu" if wrong.code == "no-day" else key)))

    def missing(self, key: str, hint: str) -> None:
        """A required field left empty."""
        self._told.append(error(_field(key), "field-missing", f"Chưa ghi «{label(key)}».", hint))


def _field(key: str) -> Where:
    return Where(file=FORM, sheet="", cell=key)


class YamlCalendarText:
    """Rows as typed, and YAML calendars as text."""

    def check(self, section: str, values: Mapping[str, str]) -> RowReading:
        """The meaning of a row as the readers of files give it."""
        problems: list[Problem] = []
        typed = {key: text for key, text in values.items() if text.strip()}
        unknown = [key for key in typed if key not in SECTIONS[section]]
        if unknown:
            raise InputError(f"Không có trường «{unknown[0]}» trong mục {section}.")
        row = _FormRow(typed, problems)
        if section == "khung_gio":
            slot = calendar_rows.standing_slot(row)
            return RowReading(slot=None if problems else slot, problems=tuple(dict.fromkeys(problems)))
        if section == "lich_ngay":
            slot = calendar_rows.dated_slot(row, "tram")
            return RowReading(slot=None if problems else slot, problems=tuple(dict.fromkeys(problems)))
        exceptions, added = calendar_rows.exception(row)
        if problems:
            return RowReading(problems=tuple(dict.fromkeys(problems)))
        return RowReading(slot=added, exceptions=exceptions)

    def values(self, slot: Slot) -> dict[str, str]:
        """A slot as typed fields: a standing rule, or the row of a dated one."""
        part = CalendarPart(slots=(slot,))
        rows = [*standing_rows([slot]), *dated_rows([slot]), *exception_rows(part)]
        cells = {key: _typed(value) for key, value in rows[0].items()} if rows else {}
        if "ma" in cells:
            cells["ma"] = slot.id
        return {key: text for key, text in cells.items() if text}

    def add(self, text: str, section: str, values: Mapping[str, str]) -> str:
        """The text with one row more; an empty text begins a new file."""
        order = SECTIONS[section]
        fields = [(key, field_text(key, values[key])) for key in order if values.get(key, "").strip()]
        edited = YamlText(text if text.strip() else HEADER)
        edited.add_row(section, fields)
        return edited.text()

    def change(self, text: str, line: int, values: Mapping[str, str]) -> str:
        """Set and take away fields of one row; what is typed as it stands already is left as written.

        Of a block list only the row's own lines are parsed, as in `row`.
        """
        lines = text.split("\n")
        own = _own_lines(text, line)
        if own is None:
            return _changed(text, line, values)
        try:
            edited = _changed("\n".join(["_:", *lines[line - 1 : own]]), 2, values)
        except InputError:  # these lines alone are no row: the whole file has to say what stands there
            return _changed(text, line, values)
        return "\n".join([*lines[: line - 1], *edited.split("\n")[1:-1], *lines[own:]]).rstrip("\n") + "\n"

    def remove(self, text: str, line: int) -> str:
        """The text without that row."""
        edited, row = _row_of(text, line)
        edited.remove_row(row)
        return edited.text()

    def row(self, text: str, line: int) -> str | None:
        """The row as written. Of a block list only the row's own lines are parsed: a file may hold ten thousand others."""
        own = _block_row(text, line)
        if own is not None:
            edited = YamlText(f"_:\n{own}")
            found = edited.row_at(2)
            if found is not None:
                return edited.written(found[1])
        edited = YamlText(text)
        found = edited.row_at(line)
        return edited.written(found[1]) if found is not None else None

    def section_of(self, text: str, line: int) -> str | None:
        """The section a row stands in."""
        found = YamlText(text).row_at(line)
        if found is None:
            return None
        return next((name for name in SECTIONS if fold(name) == found[0]), None)

    def fields(self, row: str) -> dict[str, str]:
        """Each field's values in a row, by commas; the first line of a written row has lost its dash and so its margin."""
        first, _, rest = row.partition("\n")
        node, problems = read_yaml(f"{first}\n{textwrap.dedent(rest)}", FORM)
        if problems or not isinstance(node, Entries):
            return {}
        known = dict.fromkeys(key for keys in SECTIONS.values() for key in keys)
        return {
            key: ", ".join(scalar.text for scalar in scalars(value))
            for key, value in record(node, known, FORM, []).items()
            if isinstance(value, Scalar | Items)
        }

    def workbook(self, name: str, data: bytes) -> tuple[tuple[WorkbookRow, ...], tuple[Problem, ...]]:
        """Row by row what an uploaded workbook would give."""
        return preview(name, data)


def _block_row(text: str, line: int) -> str | None:
    """The lines of the ``- …`` that begins on a line, up to the next one that is indented no deeper; None when none begins."""
    lines = tidy(text.removeprefix("\ufeff")).split("\n")
    if not 0 < line <= len(lines):
        return None
    dash = _DASH.match(lines[line - 1])
    if dash is None:
        return None
    end = line
    while end < len(lines):
        row = lines[end].strip()
        if row and not row.startswith("#") and len(lines[end]) - len(lines[end].lstrip()) <= len(dash[1]):
            break
        end += 1
    return "\n".join(lines[line - 1 : end])


def _own_lines(text: str, line: int) -> int | None:
    """Where the lines of a block row end, without blank ones behind it; None in a text that is not written as it is read."""
    own = _block_row(text, line)
    if own is None or text != tidy(text):
        return None
    return line - 1 + own.rstrip().count("\n") + 1


def _changed(text: str, line: int, values: Mapping[str, str]) -> str:
    edited, row = _row_of(text, line)
    for key, typed in values.items():
        if typed.strip():
            edited.set(row, key, field_text(key, typed))
    text = edited.text()
    for key in (k for k, typed in values.items() if not typed.strip()):
        edited, row = _row_of(text, line)
        if row.find(key) is not None:
            edited.unset(row, key)
            text = edited.text()
    return text


def _row_of(text: str, line: int) -> tuple[YamlText, RowPlace]:
    edited = YamlText(text)
    found = edited.row_at(line)
    if found is None:
        message = f"Không tìm thấy mục lịch ở dòng {line}."
        raise InputError(message, hint="Tải lại trang rồi làm lại; nếu vẫn vậy, sửa tệp bằng trình soạn thảo.")
    return edited, found[1]


def field_text(key: str, typed: str) -> str:
    """A typed value as YAML: lists in brackets, times quoted, texts quoted only where they must be."""
    if key in _ALWAYS_LISTED:
        return f"[{', '.join(json.dumps(item, ensure_ascii=False) for item in split_list(typed))}]"
    if key in _LISTS or key == "ngay":
        items = split_list(typed)
        return quoted(items[0]) if len(items) == 1 and key != "khung_gio" else listed(items)
    return quoted(" ".join(typed.split()))


def _typed(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return str(value)
