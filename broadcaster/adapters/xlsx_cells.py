"""What an Excel workbook holds, cell by cell, for reading only: values as last saved, merges, hidden rows and sheets.

The package is read as it lies on disk, in one pass, because a workbook library gives only in several what is needed here:
cached values *and* whether a formula has one, merges *and* speed, hidden rows, and no failure over a style, a chart or a
filter that says nothing about the calendar. Nothing is ever written back.
"""

import re
import zipfile
import zlib
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import IO
from xml.parsers.expat import ExpatError

from broadcaster.adapters.xlsx_package import (
    MAX_ROWS,
    Book,
    broken,
    local,
    open_book,
    parse,
    password,
    refuse_bombs,
    refuse_other_formats,
    refuse_other_packages,
    too_many_rows,
    unescaped,
)

MAX_MERGED_CELLS = 200_000
_LETTERS = re.compile(r"[A-Z]{1,3}")
_BLANK = " \t\r\n\u00a0\u200b\ufeff"


@dataclass(frozen=True, slots=True)
class Uncomputed:
    """A formula whose result was never saved in the file."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A formula that ended in an error, as Excel shows it: ``#N/A``, ``#REF!``."""

    shown: str


@dataclass(frozen=True, slots=True)
class MonthFirst:
    """A real date that its cell shows month first, so that a Vietnamese reader sees another day."""

    day: date


Value = str | int | float | bool | date | datetime | time | Uncomputed | Fault | MonthFirst
Area = tuple[int, int, int, int]
"""First row, first column, last row, last column; all from 1 and inclusive."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A visible sheet: non-empty cells by row and column (from 1), merged areas spread.

    ``hidden`` are rows the user hid, ``banners`` rows that hold nothing but one area merged across columns, ``spread``
    the cells that only have the value of their merged area.
    """

    name: str
    rows: Mapping[int, Mapping[int, Value]]
    hidden: frozenset[int] = frozenset()
    banners: frozenset[int] = frozenset()
    spread: frozenset[tuple[int, int]] = frozenset()


def cell_name(row: int, column: int) -> str:
    """``(5, 28)`` → ``AB5``."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def column_number(letters: str) -> int:
    """``AB`` → 28."""
    if not _LETTERS.fullmatch(letters):
        raise ValueError("not a column name")
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def read_workbook(path: Path) -> tuple[Sheet, ...]:
    """Every visible worksheet in the workbook's own order; raises WorkbookError, and OSError when the file cannot be opened."""
    refuse_other_formats(path)
    try:
        with zipfile.ZipFile(path) as package:
            refuse_bombs(package)
            refuse_other_packages(package)
            book, visible = open_book(package)
            present = set(package.namelist())
            sheets = []
            for name, part in visible:
                if part in present:
                    with package.open(part) as stream:
                        sheets.append(_SheetReader(name, book).read(stream))
            return tuple(sheets)
    except (ExpatError, LookupError, ValueError, ArithmeticError) as cause:
        raise broken() from cause
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError) as cause:
        raise broken() from cause
    except RuntimeError as cause:  # what zipfile raises for an encrypted part
        raise password() from cause


class _SheetReader:
    """Gathers one sheet in a single pass over its XML."""

    def __init__(self, name: str, book: Book) -> None:
        self._name = name
        self._book = book
        self._rows: dict[int, dict[int, Value]] = {}
        self._hidden: set[int] = set()
        self._merges: list[Area] = []
        self._columns: dict[str, int] = {}
        self._row = 0
        self._seen = 0
        self._cells: dict[int, Value] = {}
        self._column = 0
        self._kind = "n"
        self._style = ""
        self._formula = False
        self._content: str | None = None
        self._pieces: list[str] | None = None
        self._phonetic = False

    def read(self, stream: IO[bytes]) -> Sheet:
        """The finished sheet."""
        parse(stream, self._start, self._end, self._text)
        width = max((max(cells) for cells in self._rows.values()), default=0)
        banners = {
            top
            for top, left, bottom, right in self._merges
            if right > left and top == bottom and set(self._rows.get(top, ())) == {left}
        }
        spread = self._spread(width)
        return Sheet(
            name=self._name,
            rows=self._rows,
            hidden=frozenset(self._hidden),
            banners=frozenset(banners),
            spread=frozenset(spread),
        )

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if ":" in name:
            name = local(name)
        if name == "c":
            self._start_cell(attributes)
        elif name == "v" or (name == "t" and not self._phonetic):
            self._pieces = []
        elif name == "f":
            self._formula = True
        elif name == "row":
            self._row = int(attributes.get("r", self._row + 1))
            self._column = 0
            self._cells = {}
            if attributes.get("hidden") in ("1", "true"):
                self._hidden.add(self._row)
            self._seen += 1
            if self._seen > MAX_ROWS:
                raise too_many_rows()
        elif name == "mergeCell":
            self._merges.append(_area(attributes.get("ref", "A1")))
        elif name == "rPh":
            self._phonetic = True

    def _start_cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r")
        if reference is None:
            self._column += 1
        else:
            letters = reference.rstrip("0123456789")
            column = self._columns.get(letters)
            if column is None:
                column = self._columns[letters] = column_number(letters)
            self._column = column
        self._kind = attributes.get("t", "n")
        index = int(attributes.get("s", "0"))
        self._style = self._book.styles[index] if index < len(self._book.styles) else ""
        self._formula = False
        self._content = None

    def _end(self, name: str) -> None:
        if ":" in name:
            name = local(name)
        if name == "v":
            self._content = "".join(self._pieces or ())
            self._pieces = None
        elif name == "t" and self._pieces is not None:
            self._content = (self._content or "") + "".join(self._pieces)
            self._pieces = None
        elif name == "c":
            value = self._value()
            if value is not None:
                self._cells[self._column] = value
        elif name == "row":
            if self._cells:
                self._rows[self._row] = self._cells
        elif name == "rPh":
            self._phonetic = False

    def _text(self, piece: str) -> None:
        if self._pieces is not None:
            self._pieces.append(piece)

    def _value(self) -> Value | None:
        content, kind = self._content, self._kind
        if not content:
            # An empty text result is saved with its type; a result never computed is not.
            return Uncomputed() if self._formula and not (kind == "str" and content is not None) else None
        if kind == "s":
            text = self._book.strings[int(content)]
        elif kind == "n":
            return from_serial(float(content), self._style, self._book.epoch)
        elif kind == "b":
            return content in ("1", "true")
        elif kind == "e":
            return Fault(content)
        elif kind == "d":
            return _iso(content)
        else:
            text = unescaped(content)
        return text if text.strip(_BLANK) else None

    def _spread(self, width: int) -> set[tuple[int, int]]:
        """Give each cell of a merged area its value; returns the cells that were given one."""
        existing = sorted(self._rows)
        budget = MAX_MERGED_CELLS
        spread: set[tuple[int, int]] = set()
        for top, left, bottom, right in self._merges:
            value = self._rows.get(top, {}).get(left)
            if value is None:
                continue
            for row in existing[bisect_left(existing, top) : bisect_left(existing, bottom + 1)]:
                cells = self._rows[row]
                for column in range(left, min(right, width) + 1):
                    budget -= 1
                    if column not in cells:
                        cells[column] = value
                        spread.add((row, column))
                if budget < 0:
                    raise too_many_rows()
        return spread


def _area(reference: str) -> Area:
    first, _, last = reference.partition(":")
    (left, top), (right, bottom) = _corner(first), _corner(last or first)
    return min(top, bottom), min(left, right), max(top, bottom), max(left, right)


def _corner(reference: str) -> tuple[int, int]:
    letters = reference.rstrip("0123456789")
    return column_number(letters), int(reference[len(letters) :])


def _iso(content: str) -> Value:
    if "T" in content:
        moment = datetime.fromisoformat(content.rstrip("Z"))
        return moment if moment.time() != time.min else moment.date()
    return time.fromisoformat(content) if ":" in content else date.fromisoformat(content)


def from_serial(number: float, parts: str, epoch: date) -> Value:
    """An Excel number as its format shows it, to the second; a time past 24 hours stays visible as ``25:00``."""
    if not parts or number < 0:
        return int(number) if number.is_integer() else number
    days, seconds = divmod(round(number * 86_400), 86_400)
    clock = time(seconds // 3600, seconds // 60 % 60, seconds % 60)
    if days == 0 and "t" in parts:
        return clock
    if parts == "t" and days < 1_000:
        return f"{days * 24 + clock.hour}:{clock.minute:02d}"
    try:
        day = epoch + timedelta(days=days)
    except OverflowError:
        return number
    if "m" in parts and day.day <= 12 and day.day != day.month:
        return MonthFirst(day)
    return datetime.combine(day, clock) if seconds else day
