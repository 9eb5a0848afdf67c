"""The letters of the week's sheet: never smaller than need be, never larger than fits."""

from datetime import datetime, time, timedelta, timezone

import pytest

from broadcaster.domain.calendar import SlotId
from broadcaster.domain.rundown import Airing, airing_id
from broadcaster.present.week import Cell, DayHead, Shown, Week
from broadcaster.present.week_paper import SIZES, paper_size

MONDAY = datetime(2026, 3, 2, tzinfo=timezone(timedelta(hours=7)))
TITLE = "Thông báo lịch tiêm chủng mở rộng cho trẻ em dưới năm tuổi tại Trạm Y tế phường"


def shown(title: str) -> Shown:
    """One airing in its cell."""
    airing = Airing(
        id=airing_id(SlotId("a"), MONDAY),
        slot=SlotId("a"),
        planned=MONDAY,
        zones=(),
        programme="a",
        title=title,
        scripts=(),
    )
    return Shown(airing=airing, kind="tot", word="sẵn sàng", topics=("ND-D2",), zones="mọi cụm")


def table(rows: int, title: str = TITLE, *, holiday: str = "") -> Week:
    """A week with one airing in every cell of so many rows."""
    heads = tuple(DayHead(day=MONDAY.date() + timedelta(days=n), holiday=holiday) for n in range(7))
    cells = tuple(Cell(shown=(shown(title),)) for _ in range(7))
    return Week(heads=heads, rows=tuple((time(n), cells) for n in range(rows)), total=7 * rows)


def test_the_fuller_the_week_the_smaller_the_letters() -> None:
    sizes = [paper_size(table(n)) for n in range(24)]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] == SIZES[0]
    assert sizes[6] >= 9
    assert sizes[23] == SIZES[-1]


@pytest.mark.parametrize("title", ["", "a" * 500, " ", "ô " * 200])
def test_any_title_gives_a_size(title: str) -> None:
    assert paper_size(table(3, title)) in SIZES


def test_a_holiday_with_a_long_name_takes_its_room() -> None:
    most = max(n for n in range(1, 24) if paper_size(table(n)) == 9)
    assert paper_size(table(most, holiday="Ngày Giỗ Tổ Hùng Vương và nghỉ bù " * 3)) <= 9


def test_an_empty_week_is_written_large() -> None:
    assert paper_size(Week(heads=table(0).heads, rows=(), total=0)) == SIZES[0]
