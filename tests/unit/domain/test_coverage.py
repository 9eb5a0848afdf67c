"""Topic by month: states, months cut as the period cuts them, and the topics nobody heard."""

from datetime import date

import pytest

from broadcaster.domain.coverage import Cell, CellState, coverage, months_of
from broadcaster.domain.periods import parse_period
from tests.unit.domain.test_completion import PLAN


@pytest.mark.parametrize(
    ("planned", "due", "heard", "state"),
    [
        (4, 4, 4, CellState.FULL),
        (4, 4, 5, CellState.FULL),
        (0, 0, 1, CellState.FULL),
        (4, 4, 3, CellState.SHORT),
        (4, 4, 0, CellState.MISSING),
        (4, 0, 0, CellState.AHEAD),
        (4, 2, 2, CellState.FULL),
        (0, 0, 0, CellState.NOT_PLANNED),
    ],
)
def test_a_cell_says_how_a_month_stands(planned: int, due: int, heard: int, state: CellState) -> None:
    assert Cell(planned=planned, due=due, heard=heard).state is state


def test_a_period_is_cut_at_the_first_of_each_month() -> None:
    pieces = months_of(parse_period("2024-Q1"))
    assert pieces == (
        (date(2023, 12, 15), date(2023, 12, 31)),
        (date(2024, 1, 1), date(2024, 1, 31)),
        (date(2024, 2, 1), date(2024, 2, 29)),
        (date(2024, 3, 1), date(2024, 3, 14)),
    )
    assert months_of(parse_period("05/03/2024..05/03/2024")) == ((date(2024, 3, 5), date(2024, 3, 5)),)


def test_every_topic_has_its_line_and_strangers_come_last() -> None:
    period = parse_period("01/03/2024..30/04/2024")
    matrix = coverage(
        PLAN, period, planned=[{"A": 2}, {"X": 1}], due=[{"A": 2}, {}], heard=[{"A": 1}, {"A": 3, "Z": 1}]
    )
    assert [row.code for row in matrix.rows] == ["A", "X", "Z"]
    whole = {row.code: (row.whole.planned, row.whole.heard) for row in matrix.rows}
    assert whole == {"A": (2, 4), "X": (1, 0), "Z": (0, 1)}
    assert [row.code for row in matrix.unheard] == ["X"]
