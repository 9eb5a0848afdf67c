"""A paper before it has a format: headings, paragraphs, tables and a chart that DOCX, HTML and XLSX all render alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum


class Align(Enum):
    """Where a cell's text stands."""

    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell: ``text`` as printed; ``value`` is the number itself for a spreadsheet, ``figure`` the name of its figure."""

    text: str
    value: float | None = None
    figure: str = ""
    bold: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table, its width in millimetres on A4."""

    title: str
    width_mm: float
    align: Align = Align.LEFT


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """Level 1 is a part (`I. CÔNG TÁC …`, capitals), level 2 a point (`1. Theo hình thức`), both bold."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """Body text; ``lead`` is its bold beginning."""

    text: str
    lead: str = ""
    italic: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under one header that is repeated on every page; ``unit`` is printed above it to the right."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    title: str = ""
    unit: str = ""
    note: str = ""
    size_pt: float = 12.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One run of bars with its name."""

    name: str
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Horizontal bars, one group a label."""

    title: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str = ""


Block = Heading | Paragraph | Table | Chart


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """The top of a paper: whose it is, its number, where and when; ``number`` is empty where the registry gives it."""

    superior: str
    agency: str
    number: str
    series: str
    place: str
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """The authority line by line, the signer's name (empty: room to sign and write it), and where copies go."""

    authority: tuple[str, ...]
    signer: str
    recipients: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Annex:
    """Pages of their own, numbered apart."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Official:
    """A paper laid out by Decree 30/2020: ``kind`` is empty for a letter, whose ``subject`` stands under its number.

    ``mark`` stands on every page (a rehearsal's). ``made_at`` is the only time the file carries.
    """

    letterhead: Letterhead
    kind: str
    subject: str
    addressees: tuple[str, ...]
    grounds: tuple[str, ...]
    opening: str
    body: tuple[Block, ...]
    closing: str
    signature: Signature
    annexes: tuple[Annex, ...] = ()
    mark: str = ""
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SignPlace:
    """Room for one signature: who signs and, below, the name where it is known."""

    title: str
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """An inner paper (log book, rundown, list): the unit's name, a title, tables and places to sign."""

    superior: str
    agency: str
    title: str
    subtitle: str
    blocks: tuple[Block, ...]
    places: tuple[SignPlace, ...]
    place_day: str = ""
    landscape: bool = True
    mark: str = ""
    made_at: datetime


def text_cells(*texts: str, bold: bool = False) -> tuple[Cell, ...]:
    """Plain cells."""
    return tuple(Cell(text=t, bold=bold) for t in texts)


def tables(blocks: Sequence[Block]) -> tuple[Table, ...]:
    """Only the tables."""
    return tuple(b for b in blocks if isinstance(b, Table))
