"""Reads ``schedules/*.yaml``: programmes, standing rules, dated rows and exceptions, every value with its line."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import pairwise
from pathlib import Path

from broadcaster.adapters import calendar_rows
from broadcaster.adapters.calendar_fields import DATED, EXCEPTION, PROGRAMME, STANDING
from broadcaster.adapters.calendar_parts import CalendarPart, distinct, stem_of
from broadcaster.adapters.calendar_row import UNKNOWN, Row
from broadcaster.adapters.fields import FieldError, parse_kind
from broadcaster.adapters.text_files import read_text
from broadcaster.adapters.yaml_nodes import Entries, Items, Node, Scalar, named, read_yaml, record, scalar, scalars
from broadcaster.adapters.yaml_rows import TextInRows, in_rows
from broadcaster.domain.calendar import CalendarException, Programme, Rotation, Slot
from broadcaster.domain.problems import Problem, Where, error, warning
from broadcaster.domain.scripts import TopicCode

MAX_BYTES = 20_000_000
_TOP = ("chuong_trinh", "khung_gio", "lich_ngay", "ngoai_le")
_LISTS = _TOP[1:]
_MOST_ALONE = 200
"""With more rows that are not known, the whole file is read sooner at once."""
_IN_A_PROGRAMME = tuple(key for key in PROGRAMME if key != "ma")


@dataclass(frozen=True, slots=True)
class MadeRow:
    """What one sound row of a list gives, and the line it begins on."""

    line: int
    slot: Slot | None = None
    exceptions: tuple[CalendarException, ...] = ()

    def at(self, line: int) -> "MadeRow":
        """The same row written on another line."""
        if line == self.line:
            return self
        slot = self.slot and replace(self.slot, where=Where(file=self.slot.where.file, line=line))
        moved = tuple(replace(e, where=Where(file=e.where.file, line=line)) for e in self.exceptions)
        return MadeRow(line, slot, moved)


@dataclass(frozen=True, slots=True)
class YamlReading:
    """What a file gives, and its sound rows by the digest of their text, for the next reading of a file of that name."""

    part: CalendarPart
    problems: tuple[Problem, ...] = ()
    rows: Mapping[bytes, MadeRow] = field(default_factory=dict)


def read(path: Path, name: str) -> tuple[CalendarPart, tuple[Problem, ...]]:
    """What the file gives and every problem in it, each at its line."""
    reading = read_again(path, name, {})
    return reading.part, reading.problems


def read_again(path: Path, name: str, known: Mapping[bytes, MadeRow]) -> YamlReading:
    """The same; rows ``known`` from an earlier reading are not parsed again, where the file is plainly made of rows."""
    text = read_text(path, name, at_most=MAX_BYTES)
    if isinstance(text, Problem):
        return YamlReading(CalendarPart(), (text,))
    apart = in_rows(text, name, _LISTS) if known else None
    found = _by_rows(apart, name, known) if apart is not None else None
    return _whole(text, name) if found is None else found


def _whole(text: str, name: str) -> YamlReading:
    root, refused = read_yaml(text, name)
    if root is None:
        return YamlReading(CalendarPart(), refused or (_empty(name),))
    file = _File(name)
    part = file.part(record(root, _TOP, name, file.problems))
    del root  # a large one is not held while the text is taken apart
    apart = in_rows(text, name, _LISTS)
    return YamlReading(part, file.told(), _proved(apart, file) if apart is not None else {})


def _by_rows(apart: TextInRows, name: str, known: Mapping[bytes, MadeRow]) -> YamlReading | None:
    """From rows that are known and rows parsed alone; None when the text must be read whole after all."""
    file = _File(name)
    top: dict[str, _Section] = dict(record(apart.rest, _TOP, name, file.problems))
    strangers = sum(row.digest not in known for rows in apart.rows.values() for row in rows)
    if file.problems or strangers > _MOST_ALONE or not top.keys().isdisjoint(apart.rows):
        return None
    for section, rows in apart.rows.items():
        items = [known[r.digest].at(r.line) if r.digest in known else r.alone(name) for r in rows]
        whole = [item for item in items if item is not None]
        if len(whole) < len(items):
            return None
        top[section] = whole
    part = file.part(top)
    made = {row.digest: file.sound.get((section, row.line)) for section, rows in apart.rows.items() for row in rows}
    return YamlReading(part, file.told(), {digest: row for digest, row in made.items() if row is not None})


def _proved(apart: TextInRows, file: "_File") -> Mapping[bytes, MadeRow]:
    """Sound rows behind which another one began when the whole was parsed: nothing in them was left open."""
    return {
        row.digest: file.sound[section, row.line]
        for section, rows in apart.rows.items()
        for row, following in pairwise(rows)
        if (section, row.line) in file.sound and (section, following.line) in file.begun
    }


_Section = Node | list[Node | MadeRow]


def _empty(name: str) -> Problem:
    message = "Tệp lịch này rỗng."
    return warning(Where(file=name), "file-empty", message, "Ghi lịch vào tệp, hoặc xóa tệp nếu không dùng.")


class _File:
    """One file while it is read."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.problems: list[Problem] = []
        self.begun: set[tuple[str, int]] = set()
        self.sound: dict[tuple[str, int], MadeRow] = {}

    def part(self, top: Mapping[str, "_Section"]) -> CalendarPart:
        """Everything in it that could be understood."""
        programmes = self._programmes(top.get("chuong_trinh"))
        standing = [made.slot for made in self._made("khung_gio", top, STANDING, _standing)]
        first_half = stem_of(self.name)
        dated = [made.slot for made in self._made("lich_ngay", top, DATED, partial(_dated, first_half=first_half))]
        exceptions: list[CalendarException] = []
        for made in self._made("ngoai_le", top, EXCEPTION, _excepted):
            exceptions.extend(made.exceptions)
            dated.append(made.slot)
        told_apart, repeated = distinct([slot for slot in dated if slot is not None])
        self.problems.extend(repeated)
        slots: list[Slot] = [slot for slot in standing if slot is not None]
        return CalendarPart(slots=(*slots, *told_apart), programmes=programmes, exceptions=tuple(exceptions))

    def told(self) -> tuple[Problem, ...]:
        """Every problem so far, by line."""
        return tuple(sorted(self.problems, key=lambda p: p.where.line or 0))

    def _programmes(self, node: "_Section | None") -> tuple[Programme, ...]:
        if node is None or isinstance(node, list):
            return ()
        made: list[Programme | None] = []
        for ident, (value, line) in named(node, self.name, self.problems).items():
            began = len(self.problems)
            fields = record(value, _IN_A_PROGRAMME, self.name, self.problems)
            if len(self.problems) == began:
                made.append(calendar_rows.programme(self._row(fields, line, Scalar(ident, line))))
        return tuple(programme for programme in made if programme is not None)

    def _made(
        self, section: str, top: Mapping[str, "_Section"], known: tuple[str, ...], make: Callable[[Row], MadeRow]
    ) -> Iterator[MadeRow]:
        """The rows of a list one by one, so that each row's problems are its own; one that is made already is used as it is."""
        node = top.get(section)
        if node is None:
            return
        if not isinstance(node, Items | list):
            hint = "Viết mỗi mục bắt đầu bằng dấu gạch đầu dòng «- »."
            self._tell(node.line, "yaml-shape", "Ở đây phải là một danh sách.", hint)
            return
        for item in node if isinstance(node, list) else node.items:
            began = len(self.problems)
            made = item if isinstance(item, MadeRow) else self._fresh(item, known, make)
            self.begun.add((section, item.line))
            if made is None:
                continue
            if len(self.problems) == began:
                self.sound[section, item.line] = made
            yield made

    def _fresh(self, item: Node, known: tuple[str, ...], make: Callable[[Row], MadeRow]) -> MadeRow | None:
        began = len(self.problems)
        fields = record(item, known, self.name, self.problems)
        broken = len(self.problems) > began
        return make(self._row(fields, item.line, broken=broken)) if fields or broken else None

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


def _standing(row: Row) -> MadeRow:
    return MadeRow(row.where.line or 0, calendar_rows.standing_slot(row))


def _dated(row: Row, first_half: str) -> MadeRow:
    return MadeRow(row.where.line or 0, calendar_rows.dated_slot(row, first_half))


def _excepted(row: Row) -> MadeRow:
    exceptions, added = calendar_rows.exception(row)
    return MadeRow(row.where.line or 0, added, exceptions)


_as_typed: Callable[[str], str] = str
