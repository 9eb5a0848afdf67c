"""Reads ``schedules/*.yaml``: programmes, standing rules, dated rows and exceptions, every value with its line."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from broadcaster.adapters import calendar_rows
from broadcaster.adapters.calendar_fields import DATED, EXCEPTION, PROGRAMME, STANDING
from broadcaster.adapters.calendar_parts import CalendarPart, distinct, stem_of
from broadcaster.adapters.calendar_row import UNKNOWN, Row
from broadcaster.adapters.fields import FieldError, parse_kind
from broadcaster.adapters.text_files import read_text
from broadcaster.adapters.yaml_nodes import Entries, Items, Node, Scalar, named, read_yaml, record, scalar, scalars
from broadcaster.domain.calendar import CalendarException, Programme, Rotation, Slot
from broadcaster.domain.problems import Problem, Where, error, warning
from broadcaster.domain.scripts import TopicCode

MAX_BYTES = 20_000_000
_TOP = ("chuong_trinh", "khung_gio", "lich_ngay", "ngoai_le")
_IN_A_PROGRAMME = tuple(key for key in PROGRAMME if key != "ma")


def read(path: Path, name: str) -> tuple[CalendarPart, tuple[Problem, ...]]:
    """What the file gives and every problem in it, each at its line."""
    text = read_text(path, name, at_most=MAX_BYTES)
    if isinstance(text, Problem):
        return CalendarPart(), (text,)
    root, refused = read_yaml(text, name)
    if root is None:
        return CalendarPart(), refused or (_empty(name),)
    reader = _File(name)
    return reader.part(root), tuple(sorted(reader.problems, key=lambda p: p.where.line or 0))


def _empty(name: str) -> Problem:
    message = "Tệp lịch này rỗng."
    return warning(Where(file=name), "file-empty", message, "Ghi lịch vào tệp, hoặc xóa tệp nếu không dùng.")


class _File:
    """One file while it is read."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.problems: list[Problem] = []

    def part(self, root: Node) -> CalendarPart:
        """Everything in it that could be understood."""
        top = record(root, _TOP, self.name, self.problems)
        programmes = self._programmes(top.get("chuong_trinh"))
        standing = [calendar_rows.standing_slot(row) for row in self._rows(top.get("khung_gio"), STANDING)]
        first_half = stem_of(self.name)
        dated = [calendar_rows.dated_slot(row, first_half) for row in self._rows(top.get("lich_ngay"), DATED)]
        exceptions: list[CalendarException] = []
        for row in self._rows(top.get("ngoai_le"), EXCEPTION):
            made, added = calendar_rows.exception(row)
            exceptions.extend(made)
            dated.append(added)
        told_apart, repeated = distinct([slot for slot in dated if slot is not None])
        self.problems.extend(repeated)
        slots: list[Slot] = [slot for slot in standing if slot is not None]
        return CalendarPart(slots=(*slots, *told_apart), programmes=programmes, exceptions=tuple(exceptions))

    def _programmes(self, node: Node | None) -> tuple[Programme, ...]:
        if node is None:
            return ()
        made: list[Programme | None] = []
        for ident, (value, line) in named(node, self.name, self.problems).items():
            began = len(self.problems)
            fields = record(value, _IN_A_PROGRAMME, self.name, self.problems)
            if len(self.problems) == began:
                made.append(calendar_rows.programme(self._row(fields, line, Scalar(ident, line))))
        return tuple(programme for programme in made if programme is not None)

    def _rows(self, node: Node | None, known: tuple[str, ...]) -> Iterator[Row]:
        """The rows of a list one by one, so that each row's problems are its own."""
        if node is None:
            return
        if not isinstance(node, Items):
            hint = "Viết mỗi mục bắt đầu bằng dấu gạch đầu dòng «- »."
            self._tell(node.line, "yaml-shape", "Ở đây phải là một danh sách.", hint)
            return
        for item in node.items:
            began = len(self.problems)
            fields = record(item, known, self.name, self.problems)
            if fields or len(self.problems) > began:
                yield self._row(fields, item.line, broken=len(self.problems) > began)

    def _row(self, fields: dict[str, Node], line: int, ident: Scalar | None = None, *, broken: bool = False) -> Row:
        nodes = fields if ident is None else {"ma": ident, **fields}
        values: dict[str, object] = {}
        bad: set[str] = {UNKNOWN} if broken else set()
        for key, node in nodes.items():
            try:
                values[key] = node.text if type(node) is Scalar else self._value(key, node)
            except FieldError as wrong:
                bad.add(key)
                self.problems.append(wrong.problem(Where(file=self.name, line=node.line)))
        return Row(
            values,
            where=Where(file=self.name, line=line),
            place=partial(self._place, nodes),
            problems=self.problems,
            spell=_as_typed,
            bad=frozenset(bad),
        )

    def _place(self, nodes: dict[str, Node], key: str, index: int) -> Where:
        node = nodes[key]
        items = node.items if isinstance(node, Items) else ()
        return Where(file=self.name, line=items[index].line if index < len(items) else node.line)

    def _value(self, key: str, node: Node) -> object:
        """A list as a tuple, a rotation as a `Rotation`; anything nested deeper raises FieldError."""
        if key == "phat":
            return self._content(node)
        if key == "phan" and isinstance(node, Items):
            return tuple(self._content(item) for item in node.items)
        if isinstance(node, Items):
            return tuple(item.text if type(item) is Scalar else scalar(item).text for item in node.items)
        return scalar(node).text

    def _content(self, node: Node) -> object:
        if not isinstance(node, Entries):
            return scalar(node).text
        problems: list[Problem] = []
        fields = record(node, ("xoay_vong", "loai"), self.name, problems)
        if problems:
            first = problems[0]
            raise FieldError(first.code, first.message, first.hint)
        topics = tuple(TopicCode(item.text) for item in scalars(fields["xoay_vong"])) if "xoay_vong" in fields else ()
        if not topics:
            hint = "Viết như: {xoay_vong: [ND-D2, ND-D6], loai: [chuyên mục]}."
            raise FieldError("rotation", "Xoay vòng chưa ghi mã nội dung nào.", hint)
        kinds = tuple(parse_kind(item.text) for item in scalars(fields["loai"])) if "loai" in fields else ()
        return Rotation(topics=topics, kinds=kinds)

    def _tell(self, line: int, code: str, message: str, hint: str) -> None:
        self.problems.append(error(Where(file=self.name, line=line), code, message, hint))


_as_typed: Callable[[str], str] = str
