"""The list from which royalties (nhuận bút) are reckoned: who wrote each item, its genre, first airing and airings."""

from dataclasses import dataclass
from datetime import date, datetime

from broadcaster.domain.periods import Period
from broadcaster.domain.report import REHEARSAL_MARK
from broadcaster.domain.settings import Identity
from broadcaster.present.documents.blocks import Align, Block, Cell, Column, Paragraph, Sheet, SignPlace, Table
from broadcaster.present.documents.words import BLANK, clean, day_short, number, short


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One item heard in the period; ``author`` is empty where the script does not say, ``first`` None when never known."""

    title: str
    kind: str
    author: str
    origin: str
    first: date | None
    plays: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Royalties:
    """The counted works of a period by author."""

    period: Period
    works: tuple[Work, ...]
    identity: Identity
    made_at: datetime
    rehearsed: bool = False


def royalties_sheet(paper: Royalties) -> Sheet:
    """By author, then by first airing; amounts and receipts stay empty: the rates are the province's."""
    who = paper.identity
    works = sorted(paper.works, key=lambda w: (clean(w.author).casefold(), w.first or date.max, w.title))
    rows = tuple(_row(n, work, paper.period) for n, work in enumerate(works, start=1))
    plays = sum(w.plays for w in works)
    new = sum(w.first is not None and paper.period.first <= w.first <= paper.period.last for w in works)
    blocks: tuple[Block, ...] = (
        Table(columns=_COLUMNS, rows=rows, size_pt=11),
        Paragraph(
            text=f"Cộng: {number(len(works))} tin, bài, trong đó {number(new)} tin, bài phát lần đầu trong kỳ; "
            f"{number(plays)} lượt phát. Mức nhuận bút theo quy định của tỉnh, phường tự điền. "
            f"“{BLANK}” ở cột Tác giả: bài chưa ghi tác giả."
        ),
    )
    if not rows:
        blocks = (Paragraph(text="Trong kỳ không có tin, bài nào được tính là đã phát."),)
    return Sheet(
        superior=who.agency,
        agency=who.station,
        title="Danh sách tin, bài đề nghị chi nhuận bút",
        subtitle=f"Từ ngày {day_short(paper.period.first)} đến ngày {day_short(paper.period.last)}",
        blocks=blocks,
        places=_places(who),
        place_day=f"{clean(who.place)}, ngày …… tháng …… năm ……",
        mark=REHEARSAL_MARK if paper.rehearsed else "",
        made_at=paper.made_at,
    )


def _places(who: Identity) -> tuple[SignPlace, ...]:
    return (
        SignPlace(title="NGƯỜI LẬP"),
        SignPlace(title="KẾ TOÁN"),
        SignPlace(title=who.signer_title or "THỦ TRƯỞNG ĐƠN VỊ", name=who.signer),
    )


_COLUMNS = (
    Column(title="STT", width_mm=11, align=Align.CENTER),
    Column(title="Tác giả", width_mm=38),
    Column(title="Tên tin, bài", width_mm=65),
    Column(title="Thể loại", width_mm=21, align=Align.CENTER),
    Column(title="Nguồn", width_mm=22, align=Align.CENTER),
    Column(title="Phát lần đầu", width_mm=23, align=Align.CENTER),
    Column(title="Mới trong kỳ", width_mm=16, align=Align.CENTER),
    Column(title="Lượt phát", width_mm=15, align=Align.RIGHT),
    Column(title="Số phút", width_mm=15, align=Align.RIGHT),
    Column(title="Nhuận bút (đồng)", width_mm=20, align=Align.RIGHT),
    Column(title="Ký nhận", width_mm=16),
)


def _row(n: int, work: Work, period: Period) -> tuple[Cell, ...]:
    new = work.first is not None and period.first <= work.first <= period.last
    minutes = work.seconds / 60
    return (
        Cell(text=str(n), value=n),
        Cell(text=short(work.author, 100) or BLANK),
        Cell(text=short(work.title, 200)),
        Cell(text=short(work.kind, 40)),
        Cell(text=short(work.origin, 60)),
        Cell(text=day_short(work.first) if work.first else "—"),
        Cell(text="x" if new else ""),
        Cell(text=number(work.plays), value=work.plays),
        Cell(text=number(minutes, 1), value=round(minutes, 1)),
        Cell(text=""),
        Cell(text=""),
    )
