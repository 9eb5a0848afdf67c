"""One row as it was written, in any format: its fields by key, where each stands, and the list of what is wrong."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from broadcaster.adapters import fields
from broadcaster.adapters.fields import FieldError
from broadcaster.domain.problems import Problem, Where, error

UNKNOWN = ""
"""Among the bad fields of a row: one whose name is not known."""

_T = TypeVar("_T")


class Row:
    """One row's fields by key, as written, with the place of each and the list that gathers what is wrong.

    A value is text, what a cell holds, a `Rotation`, or a tuple of these for a list. ``bad`` are fields already told of.
    ``spell`` turns a key into the name the writer sees.
    """

    __slots__ = ("_began", "_place", "_problems", "bad", "spell", "values", "where")

    def __init__(
        self,
        values: Mapping[str, object],
        *,
        where: Where,
        place: Callable[[str, int], Where],
        problems: list[Problem],
        spell: Callable[[str], str],
        bad: frozenset[str] = frozenset(),
    ) -> None:
        self.values = values
        self.where = where
        self.spell = spell
        self.bad = bad
        self._place = place
        self._problems = problems
        self._began = len(problems)

    @property
    def sound(self) -> bool:
        """Whether nothing wrong was found in it so far."""
        return len(self._problems) == self._began and not self.bad

    def has(self, key: str) -> bool:
        """Whether the field was written, rightly or wrongly."""
        return key in self.values or key in self.bad

    def tell(self, key: str, wrong: FieldError, index: int = 0) -> None:
        """A problem at a field."""
        where = self._place(key, index) if self.has(key) else self.where
        self._problems.append(wrong.problem(where))

    def missing(self, key: str, hint: str) -> None:
        """A problem for a field that must be written; not told when the row has a field nobody knows: it may be that one."""
        message = f"Thiếu «{self.spell(key)}»."
        if key not in self.bad and UNKNOWN not in self.bad:
            self._problems.append(error(self.where, "field-missing", message, hint))

    def one(self, key: str, parse: Callable[[object], _T], default: _T) -> _T:
        """The value of a field that takes one value."""
        raw = self.values.get(key)
        if raw is None:
            return default
        try:
            if isinstance(raw, tuple):
                if len(raw) != 1:
                    raise FieldError("one-value", f"«{self.spell(key)}» chỉ nhận một giá trị.", "Bỏ các giá trị thừa.")
                raw = raw[0]
            return parse(raw)
        except FieldError as wrong:
            self.tell(key, wrong)
            return default

    def each(self, key: str, parse: Callable[[object], _T]) -> tuple[_T, ...]:
        """The values of a field that takes several; each wrong one is told."""
        raw = self.values.get(key)
        if raw is None:
            return ()
        if type(raw) is str:  # the usual row: one value, nothing to split
            items: tuple[object, ...] = fields.split_list(raw) if "," in raw or ";" in raw or "\n" in raw else (raw,)
        else:
            items = raw if isinstance(raw, tuple) else (raw,)
        found: list[_T] = []
        for index, item in enumerate(items):
            try:
                found.append(parse(item))
            except FieldError as wrong:
                self.tell(key, wrong, index)
        return tuple(found)

    def text(self, key: str) -> str:
        """The cleaned text of a field, empty when not written."""
        return self.one(key, fields.as_text, "")
