"""YAML as nodes: the exact text that was typed, with its line; duplicate keys, aliases, tags and deep nesting are refused.

Plain loading would turn ``17:30`` into 1050 and drop the first of two equal keys. The event interface of the C parser is
used, never its recursive composer: that one overflows the stack on ``[[[[…``.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol, cast

from broadcaster.adapters.fields import FieldError, clean, shown, unknown_field
from broadcaster.domain.folding import fold
from broadcaster.domain.problems import Problem, Where, error

_DEEPEST = 12
_QUOTED = frozenset({"'", '"', "|", ">"})
_NOTHING = frozenset({"", "~", "null"})
_DEEP = ("yaml-deep", "Lồng quá nhiều tầng trong nhau.", "Viết lại gọn hơn.")


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value as typed (NFC is the caller's); an empty, ``~`` or ``null`` plain value has the text ''."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    items: tuple["Node", ...]
    line: int


@dataclass(frozen=True, slots=True)
class Entries:
    """A mapping in the order written, keys as typed; exact duplicates are kept here and told by `record` and `named`."""

    entries: tuple[tuple[Scalar, "Node"], ...]
    line: int


Node = Scalar | Items | Entries


class _Mark(Protocol):
    line: int


class _Event(Protocol):
    """What is read of a parser event; only scalars have a value and a style."""

    start_mark: _Mark
    anchor: str | None
    tag: str | None
    value: str
    style: str | None


class _Refused(Exception):  # noqa: N818 - control flow inside this file only
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def read_yaml(text: str, file: str, *, first_line: int = 1) -> tuple[Node | None, tuple[Problem, ...]]:
    """The tree of one document, or None with the problem that stopped the reading (None and no problem when empty)."""
    import yaml  # noqa: PLC0415 - loaded only where YAML is read

    loader: yaml.CSafeLoader | None = None
    try:
        loader = yaml.CSafeLoader(text)
        events = cast("Iterable[_Event]", iter(loader.get_event, None))
        return _Builder(file, first_line).build(events), ()
    except _Refused as refused:
        return None, (refused.problem,)
    except yaml.YAMLError as broken:
        return None, (_translated(broken, text, file, first_line),)
    except UnicodeEncodeError as broken:
        line = first_line + text.count("\n", 0, broken.start)
        message, hint = "Có ký tự lạ không đọc được.", "Xóa ký tự đó rồi gõ lại dòng này."
        return None, (error(Where(file=file, line=line), "yaml-syntax", message, hint),)
    finally:
        if loader is not None:
            loader.dispose()


class _Builder:
    """Builds the tree from parser events with a stack of its own, so that no text can exhaust the interpreter's."""

    def __init__(self, file: str, first_line: int) -> None:
        self._file = file
        self._first = first_line

    def build(self, events: Iterable[_Event]) -> Node | None:
        """The root of the only document."""
        root: Node | None = None
        documents = 0
        children: list[Node] = []
        stack: list[tuple[list[Node], int]] = []
        for event in events:
            node: Node
            line = event.start_mark.line + self._first
            match type(event).__name__:
                case "ScalarEvent":
                    node = self._scalar(event, line)
                case "SequenceStartEvent" | "MappingStartEvent":
                    self._refuse_markers(event, line)
                    if len(stack) >= _DEEPEST:
                        raise self._refused(line, *_DEEP)
                    stack.append((children, line))
                    children = []
                    continue
                case "SequenceEndEvent":
                    siblings, began = stack.pop()
                    node, children = Items(tuple(children), began), siblings
                case "MappingEndEvent":
                    siblings, began = stack.pop()
                    node, children = self._entries(children, began), siblings
                case "AliasEvent":
                    raise self._alias(line)
                case "DocumentStartEvent":
                    documents += 1
                    if documents > 1:
                        message = "Có dòng «---» ở giữa tệp, phần sau không được đọc."
                        raise self._refused(line, "yaml-documents", message, "Bỏ dòng «---» đó.")
                    continue
                case _:
                    continue
            if stack:
                children.append(node)
            else:
                root = node
        return None if isinstance(root, Scalar) and not root.text else root

    def _scalar(self, event: _Event, line: int) -> Scalar:
        if event.anchor is not None or event.tag is not None:
            self._refuse_markers(event, line)
        text = event.value
        return Scalar("" if text in _NOTHING and event.style not in _QUOTED else text, line)

    def _entries(self, children: list[Node], line: int) -> Entries:
        entries: list[tuple[Scalar, Node]] = []
        for key, value in zip(children[::2], children[1::2], strict=True):
            if not isinstance(key, Scalar):
                hint = "Trước dấu hai chấm phải là tên trường. Chữ có dấu ngoặc nhọn phải đặt trong dấu nháy kép."
                raise self._refused(key.line, "yaml-key", "Tên trường không phải là chữ.", hint)
            entries.append((key, value))
        return Entries(tuple(entries), line)

    def _refuse_markers(self, event: _Event, line: int) -> None:
        if event.anchor is not None:
            raise self._alias(line)
        if event.tag is not None and event.tag != "!":
            hint = "Chữ bắt đầu bằng dấu «!» phải đặt trong dấu nháy kép."
            raise self._refused(line, "yaml-tag", "Không dùng được kiểu dữ liệu «!…» của YAML.", hint)

    def _alias(self, line: int) -> _Refused:
        hint = "Viết thẳng giá trị ra. Chữ bắt đầu bằng dấu «*» hoặc «&» phải đặt trong dấu nháy kép."
        return self._refused(line, "yaml-alias", "Không dùng được phép viết tắt «&» và «*» của YAML.", hint)

    def _refused(self, line: int, code: str, message: str, hint: str) -> _Refused:
        return _Refused(error(Where(file=self._file, line=line), code, message, hint))


_TRANSLATIONS = (
    (
        "expected ':'",
        "Thiếu dấu hai chấm sau tên trường.",
        "Viết: tên trường, dấu hai chấm, một dấu cách, rồi giá trị.",
    ),
    (
        "mapping values are not allowed",
        "Thừa dấu hai chấm, hoặc dòng thụt vào không đúng.",
        'Nếu giá trị có dấu hai chấm và dấu cách ở giữa, đặt cả giá trị trong dấu nháy kép "…".',
    ),
    (
        "block sequence entries are not allowed",
        "Dấu gạch đầu dòng «-» đặt không đúng chỗ.",
        "Đặt «-» ở đầu dòng riêng, thụt vào bằng các dòng «-» khác.",
    ),
    ("expected '-'", "Dòng này thụt vào không bằng các dòng cùng danh sách.", "Canh thẳng các dấu «-»."),
    ("expected key", "Dòng này thụt vào không bằng các dòng cùng nhóm.", "Canh thẳng lề trái các trường cùng nhóm."),
    ("expected ',' or", "Thiếu dấu phẩy, hoặc chưa đóng ngoặc.", "Đóng ngoặc ] hoặc } và ngăn các mục bằng dấu phẩy."),
    ("unexpected end of stream", "Dấu nháy mở ra mà chưa đóng lại.", "Thêm dấu nháy đóng ở cuối giá trị."),
    (
        "unknown escape",
        "Dấu gạch chéo ngược \\ trong dấu nháy kép không đọc được.",
        "Dùng dấu nháy đơn '…', hoặc bỏ dấu \\.",
    ),
    ("control characters", "Có ký tự lạ không in được.", "Xóa ký tự đó rồi gõ lại dòng này."),
    ("alphabetic or numeric", "Giá trị bắt đầu bằng «*» hoặc «&».", 'Đặt cả giá trị trong dấu nháy kép "…".'),
    (
        "cannot start any token",
        "Giá trị bắt đầu bằng một ký tự không được phép.",
        'Đặt cả giá trị trong dấu nháy kép "…".',
    ),
    (
        "unexpected document indicator",
        "Có dòng «---» hoặc «...» giữa một giá trị.",
        "Bỏ dòng đó, hoặc đóng dấu nháy trước nó.",
    ),
    ("expected <document start>", "Có nội dung thừa sau phần đã đọc xong.", "Canh lại lề trái cho đúng cấp."),
)


def _translated(broken: Exception, text: str, file: str, first_line: int) -> Problem:
    """The parser's complaint as a plain Vietnamese sentence at the line where the person should look."""
    said = f"{getattr(broken, 'problem', None) or broken}"
    mark = getattr(broken, "problem_mark", None) or getattr(broken, "context_mark", None)
    if "end of stream" in said or "expected ',' or" in said:  # the place where it was opened helps more than the end
        mark = getattr(broken, "context_mark", None) or mark
    lines = text.splitlines() or [""]
    index = min(mark.line, len(lines) - 1) if mark is not None else 0
    where = Where(file=file, line=index + first_line)
    typed = lines[index]
    if "nesting depth" in said:  # since libyaml 0.2.6 the parser has a limit of its own, reached before any event
        return error(where, *_DEEP)
    if re.match(r"[ ]*\t", typed):
        return error(where, "yaml-tab", "Đầu dòng có dấu tab.", "Thụt vào bằng dấu cách, không dùng phím Tab.")
    if re.search("[“”„‟«»]", typed):
        hint = "Thay dấu nháy cong “ ” của Word bằng dấu nháy thẳng \"…\", hoặc đặt cả giá trị trong '…'."
        return error(where, "yaml-word-quotes", "Dấu nháy cong “ ” làm dòng này không đọc được.", hint)
    for sign, message, hint in _TRANSLATIONS:
        if sign in said:
            return error(where, "yaml-syntax", message, hint)
    return error(where, "yaml-syntax", "Dòng này viết không đúng cách của YAML.", "So với một mục đã đúng ở trên.")


@lru_cache(maxsize=64)
def _folded(known: tuple[str, ...]) -> Mapping[str, str]:
    return {fold(name): name for name in known}


def record(node: Node, known: Iterable[str], file: str, problems: list[Problem]) -> dict[str, Node]:
    """A mapping whose keys are fields: canonical name → value. Unknown and repeated fields are told, empty values dropped."""
    names = _folded(tuple(known))
    found: dict[str, Node] = {}
    places: dict[str, int] = {}
    for key, value in _entries(node, file, problems):
        name = names.get(fold(key.text))
        if name is None:
            problems.append(unknown_field(key.text, names.values()).problem(Where(file=file, line=key.line)))
        elif name in places:
            problems.append(repeated(f"Trường {shown(key.text)}", places[name], Where(file=file, line=key.line)))
        else:
            places[name] = key.line
            if not (isinstance(value, Scalar) and not clean(value.text)):
                found[name] = value
    return found


def named(node: Node, file: str, problems: list[Problem]) -> dict[str, tuple[Node, int]]:
    """A mapping whose keys are ids: cleaned id → (value, line of the id); a repeated id is told with both lines."""
    found: dict[str, tuple[Node, int]] = {}
    for key, value in _entries(node, file, problems):
        name = clean(key.text)
        if name in found:
            problems.append(repeated(f"Mã {shown(name)}", found[name][1], Where(file=file, line=key.line)))
        else:
            found[name] = (value, key.line)
    return found


def _entries(node: Node, file: str, problems: list[Problem]) -> tuple[tuple[Scalar, Node], ...]:
    if isinstance(node, Entries):
        return node.entries
    message, hint = (
        "Ở đây phải là các dòng «tên trường: giá trị».",
        "Viết mỗi trường một dòng, sau dấu hai chấm có dấu cách.",
    )
    problems.append(error(Where(file=file, line=node.line), "yaml-shape", message, hint))
    return ()


def repeated(what: str, first_line: int, where: Where) -> Problem:
    """For a field or id written twice in one file: both lines are named."""
    hint = "Giữ lại một dòng, xóa dòng kia."
    return error(where, "duplicate", f"{what} ghi hai lần: dòng {first_line} và dòng {where.line}.", hint)


def scalars(node: Node) -> tuple[Scalar, ...]:
    """The values of a list, or of comma text, each with its line; a nested list or mapping raises FieldError."""
    if isinstance(node, Scalar):
        return tuple(Scalar(item, node.line) for piece in re.split(r"[,;\n]", node.text) if (item := clean(piece)))
    if isinstance(node, Items):
        return tuple(s for item in node.items if (s := scalar(item)).text)
    raise FieldError("yaml-shape", "Ở đây phải là một danh sách.", "Viết: [mục một, mục hai].")


def scalar(node: Node) -> Scalar:
    """The single value of a node; a list or mapping raises FieldError."""
    if isinstance(node, Scalar):
        return node
    if isinstance(node, Entries) and len(node.entries) == 1:
        hint = "Chữ trong dấu ngoặc nhọn {…} hoặc có dấu hai chấm và dấu cách phải đặt trong dấu nháy kép."
        raise FieldError("yaml-shape", "Ở đây phải là một giá trị, không phải một nhóm.", hint)
    raise FieldError("yaml-shape", "Ở đây phải là một giá trị.", "Chỉ ghi một giá trị sau dấu hai chấm.")
