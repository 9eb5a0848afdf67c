"""The contract of the journal, on SQLite, on PostgreSQL and in memory alike."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from broadcaster.adapters.journal import SqlJournal
from broadcaster.adapters.journal_rows import GENESIS
from broadcaster.adapters.rehearsal_journal import RehearsalJournal
from broadcaster.domain.asrun import Outcome
from broadcaster.domain.calendar import Priority
from broadcaster.domain.rundown import AiringId
from broadcaster.domain.scripts import ScriptId
from broadcaster.domain.trust import CLOCK_ACCEPTED
from broadcaster.errors import AlreadyRecordedError, RecordError
from broadcaster.ports import Journal
from tests.airings import START, ZONES, a_closing, a_rundown, an_approval, an_item, an_opening

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql), "memory"])
def journal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Journal]:
    """An empty journal of each sort."""
    made: Journal
    if request.param == "memory":
        made = RehearsalJournal()
    elif request.param == "sqlite":
        made = SqlJournal(f"sqlite:///{tmp_path}/var/journal.db")
    else:
        made = SqlJournal(request.getfixturevalue("postgres").database())
    yield made
    made.close()


def test_a_new_journal_is_empty_and_holds(journal: Journal) -> None:
    report = journal.verify()
    assert (report.rows, report.holds, report.head) == (0, True, GENESIS)
    assert journal.newest_moment() is None
    assert journal.open_rows() == ()
    assert list(journal.entries()) == []
    assert journal.last_aired() == {}
    assert journal.approvals() == {}
    assert journal.rundown(START.date()) is None


def test_what_was_written_comes_back_the_same(journal: Journal) -> None:
    opening = an_opening(items=(an_item("một-cửa 🎙"), an_item("b", topics=())), priority=Priority.EMERGENCY)
    closing = a_closing(opening, reason="dòng 1\ndòng “2”", failed=frozenset(ZONES[:1]))
    journal.on_air(opening)
    assert journal.open_rows() == (opening,)
    entry = journal.off_air(opening.airing_id, closing)
    assert (entry.opening, entry.closing) == (opening, closing)
    assert list(journal.entries()) == [entry]
    assert journal.open_rows() == ()
    assert journal.newest_moment() == closing.recorded_at


def test_moments_keep_their_offset(journal: Journal) -> None:
    opening = an_opening()
    journal.on_air(opening)
    (found,) = journal.open_rows()
    assert found.planned is not None
    assert found.planned.isoformat() == "2024-03-04T06:05:00+07:00"


def test_an_airing_is_opened_once_for_ever(journal: Journal) -> None:
    opening = an_opening()
    journal.on_air(opening)
    with pytest.raises(AlreadyRecordedError):
        journal.on_air(opening)
    journal.off_air(opening.airing_id, a_closing(opening, Outcome.INTERRUPTED, played_s=3.0))
    with pytest.raises(AlreadyRecordedError):
        journal.on_air(opening)
    with pytest.raises(AlreadyRecordedError):
        journal.record(opening, a_closing(opening, Outcome.FAILED, played_s=0.0))
    with pytest.raises(AlreadyRecordedError):
        journal.off_air(opening.airing_id, a_closing(opening))
    assert journal.verify().rows == 2


def test_an_airing_that_never_began_is_one_row_and_final(journal: Journal) -> None:
    opening = an_opening()
    entry = journal.record(opening, a_closing(opening, Outcome.WITHHELD, played_s=0.0, reason="giờ yên tĩnh"))
    assert list(journal.entries()) == [entry]
    assert journal.open_rows() == ()
    for again in (lambda: journal.on_air(opening), lambda: journal.record(opening, a_closing(opening))):
        with pytest.raises(AlreadyRecordedError):
            again()
    with pytest.raises(AlreadyRecordedError):
        journal.off_air(opening.airing_id, a_closing(opening))


def test_a_closing_needs_an_opening(journal: Journal) -> None:
    opening = an_opening()
    with pytest.raises(RecordError, match="chưa được ghi lúc bắt đầu"):
        journal.off_air(opening.airing_id, a_closing(opening))
    assert journal.verify().rows == 0


def test_a_remark_does_not_stop_an_airing(journal: Journal) -> None:
    opening = an_opening()
    journal.note(airing_id=opening.airing_id, by="cán bộ", text="sẽ có khách", at=START - DAY)
    journal.on_air(opening)
    assert journal.open_rows() == (opening,)


def test_a_naive_moment_is_refused(journal: Journal) -> None:
    naive = datetime(2024, 3, 4, 6, 5)  # noqa: DTZ001 - that is the point
    with pytest.raises(ValueError, match="aware"):
        journal.note(airing_id=None, by="", text="", at=naive)
    assert journal.verify().rows == 0


def test_recorded_takes_both_ends_and_both_moments(journal: Journal) -> None:
    planned = an_opening(START)
    late = an_opening(START - DAY, recorded_at=START + MINUTE)
    for opening in (planned, late):
        journal.on_air(opening)
    both = frozenset({planned.airing_id, late.airing_id})
    assert journal.recorded(START, START + MINUTE) == both
    assert journal.recorded(START - DAY, START - DAY) == {late.airing_id}
    assert journal.recorded(START, START) == {planned.airing_id}
    assert journal.recorded(START + 2 * MINUTE, START + DAY) == frozenset()


def test_entries_are_by_seq_and_exclude_the_end(journal: Journal) -> None:
    openings = [an_opening(START + n * DAY) for n in (2, 0, 1)]
    for opening in openings:
        journal.on_air(opening)
        journal.off_air(opening.airing_id, a_closing(opening))
    open_one = an_opening(START, slot="dang-phat")
    journal.on_air(open_one)
    assert [e.opening for e in journal.entries()] == openings
    assert [e.opening for e in journal.entries(START, START + 2 * DAY)] == openings[1:]
    assert [e.opening for e in journal.entries(last=START + DAY)] == [openings[1]]
    assert [e.opening for e in journal.entries(first=START + DAY)] == [openings[0], openings[2]]
    seqs = [e.seq for e in journal.entries()]
    assert seqs == sorted(seqs)


def test_entries_come_in_pages_without_losing_one(journal: Journal) -> None:
    openings = [an_opening(START + n * MINUTE) for n in range(450)]
    for opening in openings:
        journal.record(opening, a_closing(opening))
    assert [e.opening.airing_id for e in journal.entries()] == [o.airing_id for o in openings]
    assert [row.seq for row in journal.chain()] == list(range(1, 451))


def test_notes_stand_beside(journal: Journal) -> None:
    seq = journal.note(airing_id=AiringId("sang@x"), by="Thư ký", text="nghe nhỏ", at=START)
    other = journal.note(airing_id=None, by="Thư ký", text="mất điện cả buổi", at=START + DAY)
    found = list(journal.notes())
    assert [(n.seq, n.airing_id, n.text) for n in found] == [
        (seq, "sang@x", "nghe nhỏ"),
        (other, None, "mất điện cả buổi"),
    ]
    assert [n.seq for n in journal.notes(START, START + DAY)] == [seq]
    assert [n.seq for n in journal.notes(first=START + DAY)] == [other]


def test_a_rundown_is_frozen_and_only_a_change_is_written(journal: Journal) -> None:
    day = date(2024, 3, 5)
    first = a_rundown(day)
    assert journal.publish(first)
    assert not journal.publish(a_rundown(day, version="v2"))
    assert journal.rundown(day) == first
    changed = a_rundown(day, title="Bản tin đã sửa", version="v3")
    assert journal.publish(changed)
    assert journal.rundown(day) == changed
    assert journal.publish(first)
    assert journal.rundown(day) == first
    assert journal.verify().rows == 3


def test_rundowns_of_a_span_include_both_ends(journal: Journal) -> None:
    days = [date(2024, 2, 28) + n * DAY for n in range(4)]
    published = [a_rundown(day, hours=(5 + n,)) for n, day in enumerate(days)]
    for rundown in published:
        journal.publish(rundown)
    assert dict(journal.rundowns(days[1], days[2])) == {days[1]: published[1], days[2]: published[2]}
    assert list(journal.rundowns(days[0], days[3])) == days


def test_the_newest_approval_stands_until_withdrawn(journal: Journal) -> None:
    old, new = an_approval(text="1" * 64), an_approval(text="2" * 64, at=START + DAY)
    journal.approve(old)
    journal.approve(new)
    journal.approve(an_approval("khac"))
    assert journal.approvals() == {old.script_id: new, ScriptId("khac"): an_approval("khac")}
    assert journal.withdraw(old.script_id, by="Phó Chủ tịch", at=START + 2 * DAY, reason="sai số liệu")
    assert set(journal.approvals()) == {"khac"}
    assert not journal.withdraw(old.script_id, by="Phó Chủ tịch", at=START + 2 * DAY)
    assert not journal.withdraw(ScriptId("chưa có"), by="Phó Chủ tịch", at=START)
    journal.approve(new)
    assert journal.approvals()[new.script_id] == new


def test_last_aired_knows_only_what_was_aired_and_was_no_test(journal: Journal) -> None:
    def air(at: datetime, script: str, outcome: Outcome, *, test: bool = False) -> None:
        opening = an_opening(at, items=(an_item(script), an_item("nhac-hieu")), test=test)
        journal.on_air(opening)
        journal.off_air(opening.airing_id, a_closing(opening, outcome))

    air(START, "a", Outcome.AIRED)
    air(START + DAY, "a", Outcome.PARTIAL)
    air(START + 2 * DAY, "a", Outcome.AIRED, test=True)
    air(START + 3 * DAY, "b", Outcome.AIRED)
    air(START + 4 * DAY, "c", Outcome.FAILED)
    assert journal.last_aired() == {"a": START, "b": START + 3 * DAY, "nhac-hieu": START + 3 * DAY}


def test_a_rehearsal_knows_what_it_rehearsed(journal: Journal) -> None:
    opening = an_opening(rehearsed=True)
    journal.record(opening, a_closing(opening))
    assert journal.last_aired() == {"mot-cua": START}
    (entry,) = journal.entries()
    assert entry.opening.rehearsed


def test_the_newest_moment_only_rises(journal: Journal) -> None:
    late = an_opening(START + DAY, recorded_at=START + DAY)
    journal.on_air(late)
    journal.off_air(late.airing_id, replace(a_closing(late), recorded_at=START))
    journal.approve(an_approval(at=START))
    journal.event(action="start", by="", text="đồng hồ chạy lùi", at=START + MINUTE)
    assert journal.newest_moment() == START + DAY
    journal.note(airing_id=None, by="", text="", at=START + 2 * DAY)
    assert journal.newest_moment() == START + 2 * DAY
    assert journal.verify().holds


def test_a_person_who_vouches_for_the_clock_begins_the_newest_moment_anew(journal: Journal) -> None:
    journal.event(action="start", by="", text="đồng hồ chạy trước", at=START + DAY)
    journal.note(airing_id=None, by="", text=f'"action":"{CLOCK_ACCEPTED}"', at=START)
    journal.event(action="start", by="", text=f'"action":"{CLOCK_ACCEPTED}"', at=START)
    assert journal.newest_moment() == START + DAY
    journal.event(action=CLOCK_ACCEPTED, by="Cán bộ", text="đã chỉnh giờ", at=START + MINUTE)
    journal.note(airing_id=None, by="", text="", at=START)
    assert journal.newest_moment() == START + MINUTE
    assert journal.verify().holds


def test_every_row_is_sealed_as_written_down(journal: Journal) -> None:
    opening = an_opening()
    journal.on_air(opening)
    entry = journal.off_air(opening.airing_id, a_closing(opening))
    journal.note(airing_id=None, by="x", text="y", at=START)
    journal.event(action="stop", by="x", text="dừng", at=START)
    journal.publish(a_rundown(date(2024, 3, 5)))
    journal.approve(an_approval())
    journal.withdraw(ScriptId("mot-cua"), by="x", at=START)
    rows = list(journal.chain())
    assert [row.action for row in rows] == ["on_air", "off_air", "note", "event", "rundown", "approval", "withdrawal"]
    before = "0" * 64
    for row in rows:
        assert row.prev_hash == before
        assert row.row_hash == hashlib.sha256(f"{before}\n{row.body}".encode()).hexdigest()
        facts = json.loads(row.body)["facts"]
        assert (facts["seq"], facts["action"], facts["at"]) == (row.seq, row.action, row.at.isoformat())
        before = row.row_hash
    assert (entry.seq, entry.prev_hash, entry.row_hash) == (2, rows[1].prev_hash, rows[1].row_hash)
    assert [row.seq for row in journal.chain(3, 5)] == [3, 4, 5]
    report = journal.verify()
    assert (report.rows, report.holds, report.head) == (7, True, before)


def test_verify_tells_how_far_it_is(journal: Journal) -> None:
    for n in range(5):
        journal.event(action="tick", by="", text=str(n), at=START)
    heard: list[int] = []
    assert journal.verify(heard.append).holds
    assert heard[-1] == 5


@pytest.mark.parametrize("text", ["\x00", "a\ud800b", "\u202eđảo", "x" * 100_000, "'; DROP TABLE entry; --", ""])
def test_any_text_is_kept_and_the_chain_still_holds(journal: Journal, text: str) -> None:
    opening = an_opening(items=(an_item(text),), slot="s" + text[:50])
    journal.on_air(opening)
    journal.off_air(opening.airing_id, a_closing(opening, reason=text))
    journal.note(airing_id=opening.airing_id, by=text, text=text, at=START)
    assert journal.verify().holds
    assert len(list(journal.entries())) == 1
    assert len(list(journal.notes())) == 1


@pytest.mark.parametrize("seconds", [float("inf"), float("nan"), 1e300, -1.0])
def test_a_senseless_number_loses_no_row(journal: Journal, seconds: float) -> None:
    opening = an_opening(items=(an_item(duration_s=seconds),))
    closing = a_closing(an_opening())
    entry = journal.record(opening, closing)
    assert entry.seq == 1
    assert journal.verify().holds
    (found,) = journal.entries()
    assert repr(found.opening.duration_s) == repr(seconds)


def test_a_day_of_the_rundown_may_be_huge(journal: Journal) -> None:
    day = date(2024, 3, 5)
    base = a_rundown(day)
    airings = base.airings * 500
    big = type(base)(day=day, airings=airings, published=base.published, calendar_version="v")
    assert journal.publish(big)
    assert journal.rundown(day) == big


def test_a_moment_of_another_offset_is_the_same_moment(journal: Journal) -> None:
    opening = an_opening(START)
    journal.record(opening, a_closing(opening))
    utc = START.astimezone(UTC)
    assert journal.recorded(utc, utc) == {opening.airing_id}
    assert [entry.opening for entry in journal.entries(utc, utc + MINUTE)] == [opening]
