"""The week's table on one A4 landscape: the largest letters with which everything still fits, reckoned from the words."""

from broadcaster.present.week import Cell, Shown, Week

SIZES = (14.0, 13.0, 12.0, 11.0, 10.0, 9.0, 8.0, 7.0, 6.0, 5.0)
"""Letter sizes in points, each with its rule in ``ngang.css``."""

_MM = 25.4 / 72
_HIGH = 166.0
"""Millimetres of a sheet (210 less its margins) left for rows under the title, the heads of the days and above the foot."""

_WIDE = 36.0
"""Millimetres of a day's column inside its lines: (297 - 16 - 14) / 7, less padding."""

TIMES = 0.47
"""Mean width of a letter of Vietnamese text in bold Times, in its own size, with a little to spare."""

BROAD = 0.6
"""The same of the widest letters a machine without Times may put in its place (DejaVu Serif)."""

_LINE = 1.2
_GAP = 1.2
"""Millimetres between two airings and around a cell."""


def paper_size(table: Week, letter: float = TIMES) -> float:
    """Points, one of `SIZES`, for letters of that mean width; the smallest also for what would fit in no size."""
    return next((size for size in SIZES if _height(table, size, letter) <= _HIGH), SIZES[-1])


def _height(table: Week, size: float, letter: float) -> float:
    room = max(1, int(_WIDE / (size * _MM * letter)))
    holidays = max((_lines(head.holiday, room) for head in table.heads if head.holiday), default=0)
    rows = sum(max((_cell(cell, size, room) for cell in cells), default=0.0) for _, cells in table.rows)
    return rows + (holidays + 3) * size * _MM * _LINE


def _cell(cell: Cell, size: float, room: int) -> float:
    lines = sum(_airing(shown, room) for shown in cell.shown) + bool(cell.more)
    return max(1, lines) * size * _MM * _LINE + _GAP * (len(cell.shown) + 1)


def _airing(shown: Shown, room: int) -> int:
    beside = " · ".join((*shown.topics, shown.zones))
    state = 1 if shown.past or shown.kind == "mo" else 0
    return _lines(shown.airing.title, room) + _lines(beside, room) + state


def _lines(text: str, room: int) -> int:
    """Lines of ``room`` letters that a text takes, broken at its blanks; a longer word is broken inside."""
    lines, used = 1, 0
    for word in text.split():
        need = len(word) if not used else used + 1 + len(word)
        if need <= room:
            used = need
        else:
            lines += (1 if used else 0) + (len(word) - 1) // room
            used = (len(word) - 1) % room + 1
    return lines
