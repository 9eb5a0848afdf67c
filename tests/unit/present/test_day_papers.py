"""Log book, rundown sheet, complaint answer, royalties and feed: what stands on each paper."""

import io
from datetime import UTC, date, datetime, time, timedelta
from xml.etree import ElementTree as ET

import openpyxl
import pytest

from broadcaster.domain.asrun import AsRunEntry, Closing, Line, Opening, Outcome, reconcile
from broadcaster.domain.calendar import Weekday, ZoneId
from broadcaster.domain.periods import parse_period
from broadcaster.domain.rundown import AiringId
from broadcaster.domain.scripts import Kind, Script, ScriptId
from broadcaster.domain.settings import Settings, TimeSpan, Window, Zone
from broadcaster.present.documents.blocks import Sheet
from broadcaster.present.documents.complaint import Question, complaint_answer, playing
from broadcaster.present.documents.excel import sheet_xlsx
from broadcaster.present.documents.feed import Post, front, rss, transcript
from broadcaster.present.documents.layout_check import check_layout
from broadcaster.present.documents.logbook import Pages, logbook, rundown_sheet
from broadcaster.present.documents.official import official_docx
from broadcaster.present.documents.royalties import Royalties, Work, royalties_sheet
from broadcaster.present.documents.sheets import sheet_docx
from broadcaster.present.documents.web import sheet_html
from tests.airings import START, VN, ZONES, a_closing, a_rundown, an_approval, an_item, an_opening
from tests.docx_text import lines_of, tables_of
from tests.sample_report import WARD

MADE_AT = datetime(2024, 3, 11, 8, tzinfo=VN)
SETTINGS = Settings(
    identities=(WARD,),
    zones=(Zone(id=ZONES[0], name="Khóm Đông Thạnh", place="Trụ sở khóm"), Zone(id=ZONES[1], name="Khóm Long Hưng")),
    windows=(
        Window(name="Buổi sáng", span=TimeSpan(start=time(6), end=time(7)), weekdays=frozenset(Weekday)),
        Window(name="Buổi chiều", span=TimeSpan(start=time(17), end=time(18)), weekdays=frozenset(Weekday)),
    ),
)
SCRIPT = Script(
    id=ScriptId("mot-cua"), title="Một cửa là gì", kind=Kind.NEWS, author="Văn hóa - Xã hội", text="Kính thưa bà con."
)


def entry(opening: Opening, closing: Closing, seq: int = 7) -> AsRunEntry:
    return AsRunEntry(seq=seq, opening=opening, closing=closing, prev_hash="0" * 64, row_hash="f" * 64)


def aired(planned: datetime = START, seq: int = 7) -> AsRunEntry:
    opening = an_opening(planned)
    return entry(opening, a_closing(opening), seq)


def pages(*rows: AsRunEntry, firsts: dict[ScriptId, int] | None = None) -> Pages:
    lines = reconcile(a_rundown(date(2024, 3, 4)).airings, rows, now=MADE_AT)
    return Pages(
        first=date(2024, 3, 4),
        last=date(2024, 3, 10),
        lines=lines,
        scripts={SCRIPT.id: SCRIPT},
        approvals={SCRIPT.id: an_approval()},
        firsts=firsts or {},
        settings=SETTINGS,
        made_at=MADE_AT,
    )


def log_rows(sheet: Sheet) -> list[list[str]]:
    return tables_of(sheet_docx(sheet))[1]


def test_the_log_book_has_the_columns_inspectors_ask_for() -> None:
    header, heard, missed = log_rows(logbook(pages(aired(), firsts={SCRIPT.id: 7})))
    assert header == [
        "STT", "Ngày", "Buổi", "Giờ bắt đầu", "Giờ kết thúc", "Tên chương trình, tin bài", "Thể loại",
        "Nội dung CCHC (mã)", "Nguồn", "Phát mới, lại", "Thời lượng", "Cụm loa", "Người biên tập", "Người duyệt",
        "Người vận hành", "Tình trạng thiết bị", "Ghi chú, ký",
    ]  # fmt: skip
    assert heard == [
        "1", "Thứ Hai 04/3/2024", "Sáng", "06:05:00", "06:06:00", "Bản tin sáng; Bản tin “mot-cua”", "tin", "III.1.d",
        "tự sản xuất", "mới", "1:00", "Khóm Đông Thạnh, Khóm Long Hưng", "Văn hóa - Xã hội", "Phó Chủ tịch", "tự động",
        "tốt", "dời từ ngày lễ",
    ]  # fmt: skip
    assert missed[3:5] == ["—", "—"]
    assert missed[16].startswith("bỏ lỡ; quá giờ cho phép")


def test_only_who_approved_what_was_heard_is_named() -> None:
    opening = an_opening(items=(an_item(),))
    other = pages(entry(opening, a_closing(opening)))
    changed = Pages(
        **{f: getattr(other, f) for f in Pages.__dataclass_fields__}
        | {"approvals": {SCRIPT.id: an_approval(text="c" * 64)}}
    )
    assert log_rows(logbook(other))[1][13] == "Phó Chủ tịch"
    assert log_rows(logbook(changed))[1][13] == ""


def test_a_replay_and_a_broken_zone_are_told() -> None:
    opening = an_opening()
    row = log_rows(
        logbook(pages(entry(opening, a_closing(opening, failed=frozenset({ZONES[1]}))), firsts={SCRIPT.id: 3}))
    )[1]
    assert row[9] == "lại"
    assert row[15] == "long-hung: mất thiết bị"


def test_the_log_book_is_signed_and_reads_the_same_as_workbook_and_page() -> None:
    sheet = logbook(pages(aired()))
    lines = lines_of(sheet_docx(sheet))
    assert {"NGƯỜI GHI SỔ", "NGƯỜI VẬN HÀNH", "KT. CHỦ TỊCH", "Nguyễn Văn Mẫu"} <= set(lines)
    book = openpyxl.load_workbook(io.BytesIO(sheet_xlsx(sheet))).active
    assert [c.value for c in book[6]][:3] == ["1", "Thứ Hai 04/3/2024", "Sáng"]
    assert "Thứ Hai 04/3/2024" in sheet_html(sheet).decode()


def test_a_week_with_nothing_says_so() -> None:
    empty = Pages(**{f: getattr(pages(), f) for f in Pages.__dataclass_fields__} | {"lines": ()})
    assert "Trong tuần không có lượt phát nào" in "\n".join(lines_of(sheet_docx(logbook(empty))))


def test_the_rundown_sheet_is_empty_to_write_in_and_filled_the_next_day() -> None:
    made = pages(aired())
    ready = {line.airing.id: "sẵn sàng" for line in made.lines if line.airing}
    plain = tables_of(sheet_docx(rundown_sheet(made, ready=ready, filled=False, published=START)))[1]
    filled = tables_of(sheet_docx(rundown_sheet(made, ready={}, filled=True, published=START)))[1]
    assert plain[1][1:3] == ["06:05", "Bản tin sáng; Bản tin “mot-cua”"]
    assert plain[1][6:9] == ["sẵn sàng", "", ""]
    assert filled[1][7:9] == ["06:05:00", "đã phát"]
    assert filled[2][7:9] == ["—", "bỏ lỡ"]


def question(at: datetime, *rows: AsRunEntry, recording: bool = True) -> Question:
    lines = tuple(Line(airing=None, entry=row, outcome=Outcome.UNPLANNED) for row in rows)
    return Question(
        zone=SETTINGS.zones[0],
        at=at,
        around=timedelta(minutes=30),
        lines=lines,
        before=None,
        after=rows[0] if rows else None,
        searched=timedelta(days=14),
        recording=recording,
        settings=SETTINGS,
        made_at=MADE_AT,
        asked_by="Ông Nguyễn Văn A",
    )


def told(asked: Question) -> str:
    data = official_docx(complaint_answer(asked))
    assert check_layout(data) == ()
    return "\n".join(lines_of(data))


def test_a_complaint_is_answered_with_what_was_heard() -> None:
    text = told(question(START + timedelta(seconds=30), aired()))
    assert "Đang phát “Bản tin sáng” từ 06:05:00 đến 06:06:00" in text
    assert "Dòng nhật ký số 7" in text
    assert "Khóm Đông Thạnh (Trụ sở khóm)" in text


def test_a_complaint_is_answered_when_there_was_nothing() -> None:
    text = told(question(datetime(2024, 3, 4, 5, 10, tzinfo=VN), aired()))
    assert "Không có gì: lúc 05:10 ngày 04/3/2024" in text
    assert "Trước đó: không có lượt nào ra cụm loa này trong 14 ngày." in text
    assert "Sau đó: 06:05:00 thứ hai ngày 04/3/2024 (cách 55 phút), “Bản tin sáng”" in text
    assert "thời điểm phản ánh nằm trong giờ yên tĩnh" in text
    assert "Lưu ý" not in text


def test_a_dead_log_proves_nothing_and_says_so() -> None:
    text = told(question(datetime(2024, 3, 4, 5, 10, tzinfo=VN), recording=False))
    assert "chưa loại trừ việc máy không chạy" in text


@pytest.mark.parametrize(("second", "heard"), [(-1, False), (0, True), (59, True), (60, False)])
def test_sound_is_heard_from_its_first_to_its_last_moment(second: int, heard: bool) -> None:
    line = Line(airing=None, entry=aired(), outcome=Outcome.UNPLANNED)
    assert bool(playing((line,), ZONES[0], START + timedelta(seconds=second))) is heard
    assert playing((line,), ZoneId("khác"), START) == ()


def test_a_zone_that_failed_heard_nothing() -> None:
    opening = an_opening()
    line = Line(
        airing=None, entry=entry(opening, a_closing(opening, failed=frozenset({ZONES[0]}))), outcome=Outcome.UNPLANNED
    )
    assert playing((line,), ZONES[0], START) == ()
    assert playing((line,), ZONES[1], START) == (line,)


def test_royalties_name_author_genre_first_airing_and_airings() -> None:
    works = (
        Work(title="=1+1", kind="tin", author="", origin="tự sản xuất", first=None, plays=2, seconds=90),
        Work(title="Một cửa", kind="bài", author="Bà B", origin="", first=date(2024, 3, 5), plays=4, seconds=200),
    )
    paper = Royalties(period=parse_period("2024-6T"), works=works, identity=WARD, made_at=MADE_AT)
    table = tables_of(sheet_docx(royalties_sheet(paper)))[1]
    assert table[1][1:8] == ["……", "=1+1", "tin", "tự sản xuất", "—", "", "2"]
    assert table[2][1:8] == ["Bà B", "Một cửa", "bài", "", "05/3/2024", "x", "4"]
    book = openpyxl.load_workbook(io.BytesIO(sheet_xlsx(royalties_sheet(paper)))).active
    assert next(c for row in book.iter_rows() for c in row if c.value == "=1+1").data_type == "s"


def test_the_feed_is_well_formed_with_sound_and_words() -> None:
    at = datetime(2024, 3, 4, 6, 5, tzinfo=UTC)
    post = Post(
        slug="mot-cua-aaaaaaaa", title="Một cửa & “bạn” <là> gì\x00", kind="tin", text="Kính thưa bà con.\n\nHết <b>.",
        first=at, last=at, plays=1, seconds=65.0, sound_bytes=1234, digest="a" * 64,
    )  # fmt: skip
    root = ET.fromstring(rss((post,), WARD, base="https://phuong.example/loa/", made_at=at))  # noqa: S314 - made here
    item = root.find("channel/item")
    assert item is not None
    assert item.findtext("title") == "Một cửa & “bạn” <là> gì"
    sound = item.find("enclosure")
    assert sound is not None
    assert sound.attrib == {
        "url": "https://phuong.example/loa/tieng/mot-cua-aaaaaaaa.mp3", "length": "1234", "type": "audio/mpeg",
    }  # fmt: skip
    assert item.findtext("pubDate") == "Mon, 04 Mar 2024 06:05:00 +0000"
    words = transcript(post, WARD).decode()
    assert "<p>Kính thưa bà con.</p><p>Hết &lt;b&gt;.</p>" in words
    assert "nghe</a>" in front((post,), WARD).decode()
    assert "Chưa có bài nào đã phát" in front((), WARD).decode()


def test_a_hostile_title_stays_within_its_cell() -> None:
    opening = an_opening(items=(an_item("x" * 60),))
    long = Line(
        airing=None,
        entry=entry(opening, a_closing(opening, reason="\u202e=cmd|' /C calc'!A0\x00" * 300)),
        outcome=Outcome.STOPPED,
    )
    made = Pages(**{f: getattr(pages(), f) for f in Pages.__dataclass_fields__} | {"lines": (long,)})
    row = log_rows(logbook(made))[1]
    assert len(row[16]) <= 140
    assert AiringId(row[0]) == "1"
