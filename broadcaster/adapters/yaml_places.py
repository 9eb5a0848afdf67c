"""A YAML text as a tree of places: where each key and value begins and ends, so that an edit touches nothing else.

The same parser events as `yaml_nodes`, with ends; only text that module has read without a problem is edited.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol, cast

from broadcaster.domain.folding import fold
from broadcaster.errors import InputError

Place = tuple[int, int]
"""Line and column, both from 0."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One scalar."""

    start: Place
    end: Place
    text: str


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list; the end of a block list is the end of its last item."""

    start: Place
    end: Place
    flow: bool
    items: tuple["Branch", ...]


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping; the end of a block mapping is the end of its last value."""

    start: Place
    end: Place
    flow: bool
    entries: tuple[tuple[Leaf, "Branch"], ...]

    def find(self, key: str) -> int | None:
        """The position of the field of that (folded) name."""
        wanted = fold(key)
        return next((n for n, (name, _) in enumerate(self.entries) if fold(name.text) == wanted), None)


Branch = Leaf | Sequence | Mapping


class _Mark(Protocol):
    line: int
    column: int


class _Event(Protocol):
    start_mark: _Mark
    end_mark: _Mark
    value: str
    flow_style: bool


@dataclass(slots=True)
class _Open:
    """A collection whose end has not come yet."""

    start: Place
    flow: bool
    children: list[Branch]


def read_places(text: str) -> Branch | None:
    """The tree of a text; None when there is nothing in it. InputError for what cannot be parsed."""
    import yaml  # noqa: PLC0415 - loaded only where YAML is edited

    loader = yaml.CSafeLoader(text)
    try:
        return _built(cast("Iterable[_Event]", iter(loader.get_event, None)))
    except yaml.YAMLError as broken:
        message = "Tệp lịch đang có lỗi nên chưa sửa được từ màn hình."
        raise InputError(message, hint="Sửa lỗi của tệp trước (xem mục Kiểm tra), rồi làm lại.") from broken
    finally:
        loader.dispose()


def _built(events: Iterable[_Event]) -> Branch | None:
    root = _Open((0, 0), flow=False, children=[])
    stack = [root]
    for event in events:
        start, end = _place(event.start_mark), _place(event.end_mark)
        match type(event).__name__:
            case "ScalarEvent":
                stack[-1].children.append(Leaf(start, end, event.value))
            case "SequenceStartEvent" | "MappingStartEvent":
                stack.append(_Open(start, flow=bool(event.flow_style), children=[]))
            case "SequenceEndEvent":
                done = stack.pop()
                stack[-1].children.append(Sequence(done.start, _end(done, end), done.flow, tuple(done.children)))
            case "MappingEndEvent":
                done = stack.pop()
                pairs = tuple(_pairs(done.children))
                stack[-1].children.append(Mapping(done.start, _end(done, end), done.flow, pairs))
            case _:
                continue
    return root.children[0] if root.children else None


def _pairs(children: list[Branch]) -> Iterator[tuple[Leaf, Branch]]:
    for key, value in zip(children[::2], children[1::2], strict=True):
        if isinstance(key, Leaf):
            yield key, value


def _end(done: _Open, end: Place) -> Place:
    """Where a collection truly ends: the parser ends a block one at the next thing it meets, comments and all."""
    return end if done.flow or not done.children else done.children[-1].end


def _place(mark: _Mark) -> Place:
    return mark.line, mark.column
