"""The rows of an uploaded workbook as its preview shows them: what stands there, what it became, what is wrong with it."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from broadcaster.domain.problems import Problem, Severity, Where
from broadcaster.domain.settings import Zone
from broadcaster.ports_editing import FORM, WorkbookRow
from broadcaster.present.calendar_changes import row_sentence
from broadcaster.web.calendar_forms import sentence

_ROW = re.compile(r"[A-Z]+(\d+)\Z")
_WORDS = {"loi": "có lỗi", "luu-y": "nhận, xem lại", "tot": "nhận", "mo": "bỏ qua"}
_Key = tuple[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRow:
    """One row on the page; ``kind`` chooses the badge, ``word`` says the same."""

    place: str
    written: str
    became: str
    passed_over: str
    errors: tuple[str, ...]
    notes: tuple[str, ...]
    kind: str

    @property
    def word(self) -> str:
        """What became of it in a word or two."""
        return _WORDS[self.kind]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorted:
    """Rows with their own problems, and the problems that belong to none."""

    rows: tuple[ShownRow, ...]
    general: tuple[Problem, ...]

    def counts(self) -> str:
        """How many rows became what, in words."""
        counted = Counter(row.word for row in self.rows)
        return ", ".join(f"{counted[word]} dòng {word}" for word in _WORDS.values() if counted[word])


def sort_rows(
    rows: Sequence[WorkbookRow], problems: Sequence[Problem], titles: Mapping[str, str], zones: Sequence[Zone]
) -> Sorted:
    """Give every problem to the row it stands in; ``titles`` are of scripts and programmes by id."""
    places = {(row.sheet, row.row) for row in rows if row.passed_over is None}
    own: dict[_Key, list[Problem]] = {}
    general = []
    for problem in dict.fromkeys(problems):
        key = _key(problem)
        if key in places:
            own.setdefault(key, []).append(problem)
        else:
            general.append(problem)
    return Sorted(
        rows=tuple(
            _shown(row, own.get((row.sheet, row.row), []), row_sentence(row.reading, titles, zones)) for row in rows
        ),
        general=tuple(general),
    )


def _key(problem: Problem) -> _Key | None:
    found = _ROW.match(problem.where.cell or "")
    return (problem.where.sheet or "", int(found[1])) if found else None


def _shown(row: WorkbookRow, beside: Sequence[Problem], became: str) -> ShownRow:
    found = tuple(dict.fromkeys((*row.reading.problems, *beside)))
    known = frozenset(row.reading.problems)
    errors = tuple(_short(p, at_cell=p in known) for p in found if p.severity is Severity.ERROR)
    notes = tuple(_short(p, at_cell=p in known) for p in found if p.severity is not Severity.ERROR)
    cells = "; ".join(f"{head}: {text}" if head else text for head, text in row.cells if text)
    return ShownRow(
        place=f"{row.sheet}, dòng {row.row}",
        written=cells,
        became=became,
        passed_over=row.passed_over.value if row.passed_over is not None else "",
        errors=errors,
        notes=notes,
        kind="loi" if errors else "luu-y" if notes else "tot" if became else "mo",
    )


def _short(problem: Problem, *, at_cell: bool) -> str:
    """The sentence without the file's name, which stands above the table; what is wrong with a whole row names no cell."""
    cell = f"Ô {problem.where.cell}: " if at_cell and problem.where.cell else ""
    return f"{cell}{sentence(replace(problem, where=Where(file=FORM)))}"
