"""One mapping of a plan file while it is read: fields by name, each value at its line, nothing raised."""

from collections.abc import Callable, Mapping
from datetime import date
from enum import Enum
from typing import TypeVar

from broadcaster.adapters.day_fields import parse_date
from broadcaster.adapters.fields import FieldError, as_text, choose, parse_bool, parse_int, parse_number, plain, shown
from broadcaster.adapters.yaml_nodes import Entries, Items, Node, record, scalar, scalars
from broadcaster.domain.folding import did_you_mean, fold
from broadcaster.domain.problems import Problem, Where, error

_T = TypeVar("_T")
_E = TypeVar("_E", bound=Enum)

LONGEST_CODE = 40


class Fields:
    """The fields of one mapping; what cannot be read is told and takes its default."""

    def __init__(self, node: Node, known: tuple[str, ...], file: str, problems: list[Problem]) -> None:
        self.file = file
        self.line = node.line
        self.problems = problems
        self._nodes = record(node, known, file, problems)

    @property
    def where(self) -> Where:
        """The first line of the mapping."""
        return Where(file=self.file, line=self.line)

    def has(self, name: str) -> bool:
        """Whether the field is written with a value."""
        return name in self._nodes

    def line_of(self, name: str) -> int:
        """The line of a field, else of the mapping."""
        return self._nodes[name].line if name in self._nodes else self.line

    def tell(self, name: str, code: str, message: str, hint: str = "") -> None:
        """A problem at a field."""
        self.problems.append(error(Where(file=self.file, line=self.line_of(name)), code, message, hint))

    def text(self, name: str) -> str:
        """One line of text, '' where it is not written."""
        return self._take(name, as_text, "")

    def needed(self, name: str, what: str) -> str:
        """Text that must be there; '' with a problem where it is not."""
        found = self.text(name)
        if not found and name not in self._nodes:
            self.tell(name, "field-missing", f"Thiếu {what} ({name}).", f"Thêm dòng: {name}: …")
        return found

    def code(self, name: str = "ma") -> str:
        """A code in capitals without spaces; '' with a problem where it is missing or unusable."""
        found = plain(self.needed(name, "mã")).upper()
        if found and (len(found) > LONGEST_CODE or not fold(found) or any(c.isspace() for c in found)):
            self.tell(name, "code-unusable", f"Mã {shown(found)} không dùng được.", "Mã ngắn, không dấu cách: ND-A.")
            return ""
        return found

    def day(self, name: str) -> date | None:
        """A date; None where it is not written or cannot be read."""
        return self._take(name, parse_date, None)

    def number(self, name: str, *, what: str, low: float, high: float) -> float | None:
        """A number within [low, high]."""
        return self._take(name, lambda raw: parse_number(raw, what=what, low=low, high=high), None)

    def whole(self, name: str, *, what: str, low: int, high: int) -> int | None:
        """A whole number within [low, high]."""
        return self._take(name, lambda raw: parse_int(raw, what=what, low=low, high=high), None)

    def flag(self, name: str, default: bool = False) -> bool:
        """Có or không."""
        return self._take(name, parse_bool, default)

    def one_of(self, name: str, choices: type[_E], what: str, default: _E) -> _E:
        """The member whose value is written, marks and case forgiven."""
        names = {fold(str(c.value)): c for c in choices}
        allowed = [str(c.value) for c in choices]
        return self._take(
            name, lambda raw: choose(raw, names, what=what, code="value-unknown", allowed=allowed), default
        )

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts; commas inside an item of a written list stay."""
        node = self._nodes.get(name)
        if node is None:
            return ()
        try:
            return tuple(as_text(s.text) for s in scalars(node))
        except FieldError as wrong:
            self.problems.append(wrong.problem(Where(file=self.file, line=node.line)))
            return ()

    def codes(self, name: str) -> tuple[str, ...]:
        """A list of codes in capitals."""
        return tuple(plain(text).upper() for text in self.texts(name))

    def inner(self, name: str, known: tuple[str, ...]) -> "Fields | None":
        """A mapping within."""
        node = self._nodes.get(name)
        return None if node is None else Fields(node, known, self.file, self.problems)

    def rows(self, name: str, known: tuple[str, ...]) -> tuple["Fields", ...]:
        """A list of mappings; anything else is told."""
        node = self._nodes.get(name)
        if node is None:
            return ()
        if not isinstance(node, Items):
            hint = "Viết mỗi mục bắt đầu bằng dấu gạch đầu dòng «- »."
            self.tell(name, "yaml-shape", f"Mục {name} phải là một danh sách.", hint)
            return ()
        return tuple(Fields(item, known, self.file, self.problems) for item in node.items)

    def counts(self, name: str, *, high: int) -> Mapping[str, tuple[int, int]]:
        """A mapping of codes to whole numbers: code → (number, line)."""
        node = self._nodes.get(name)
        if node is None:
            return {}
        if not isinstance(node, Entries):
            self.tell(name, "yaml-shape", f"Mục {name} phải là các dòng «mã: con số».", "Viết: ND-A: 12")
            return {}
        found: dict[str, tuple[int, int]] = {}
        for key, value in node.entries:
            code, where = plain(key.text).upper(), Where(file=self.file, line=key.line)
            if code in found:
                message = f"Mã {shown(code)} ghi hai lần: dòng {found[code][1]} và dòng {key.line}."
                self.problems.append(error(where, "duplicate", message, "Giữ lại một dòng, xóa dòng kia."))
                continue
            try:
                found[code] = (parse_int(scalar(value).text, what="Số lượt", low=0, high=high), key.line)
            except FieldError as wrong:
                self.problems.append(wrong.problem(where))
        return found

    def _take(self, name: str, parse: Callable[[str], _T], default: _T) -> _T:
        node = self._nodes.get(name)
        if node is None:
            return default
        try:
            return parse(scalar(node).text)
        except FieldError as wrong:
            said = FieldError(wrong.code, f"{name}: {wrong.message}", wrong.hint)
            self.problems.append(said.problem(Where(file=self.file, line=node.line)))
            return default


def unknown_code(code: str, what: str, known: tuple[str, ...]) -> tuple[str, str]:
    """The sentence and the way out for a code nobody defined."""
    hint = did_you_mean(code, known) or (f"Các mã có: {', '.join(known[:20])}." if known else "Chưa có mã nào.")
    return f"Không có {what} nào mang mã {shown(code)}.", hint
