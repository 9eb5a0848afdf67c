"""A hand with every right on a real database: each way of altering the record is refused by it, and seen when forced."""

# ruff: noqa: S608 - every statement here is written in this file
import hashlib
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from broadcaster.adapters.journal import SqlJournal
from broadcaster.adapters.journal_rows import FACTS
from broadcaster.adapters.journal_tables import UNGUARD, guard
from broadcaster.domain.asrun import Outcome
from broadcaster.ports import ChainReport
from tests.airings import START, a_closing, an_item, an_opening

COLUMNS = ", ".join((*FACTS, "body", "prev_hash", "row_hash"))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def journal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqlJournal]:
    """A journal of three closed airings, one still open and one remark: eight rows."""
    sqlite = request.param == "sqlite"
    url = f"sqlite:///{tmp_path}/journal.db" if sqlite else request.getfixturevalue("postgres").database()
    made = SqlJournal(url, head_file=None if sqlite else tmp_path / "journal.head")
    for n in range(3):
        opening = an_opening(START + timedelta(days=n), items=(an_item(f"bai-{n}"),))
        made.on_air(opening)
        made.off_air(opening.airing_id, a_closing(opening, Outcome.AIRED if n else Outcome.PARTIAL))
    made.on_air(an_opening(START + timedelta(days=3)))
    made.note(airing_id=None, by="Thư ký", text="đủ bốn buổi", at=START + timedelta(days=3))
    assert made.verify().holds
    yield made
    made.close()


def by_hand(journal: SqlJournal, *statements: str, **values: Any) -> None:
    """What someone with a database client does, guards removed first and put back after."""
    with _client(journal).connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in UNGUARD[connection.dialect.name]:
            connection.exec_driver_sql(statement)
        try:
            for statement in statements:
                connection.execute(text(statement), values)
        finally:
            guard(connection)


def _client(journal: SqlJournal) -> Engine:
    return create_engine(journal.store.engine.url, poolclass=NullPool)


def broken(journal: SqlJournal) -> ChainReport:
    """The report, once it has been seen not to hold."""
    report = journal.verify()
    assert not report.holds
    assert report.reason
    return report


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entry SET played_ms = 0 WHERE seq = 2",
        "UPDATE entry SET body = body WHERE seq = 2",
        "DELETE FROM entry WHERE seq = 8",
        "DELETE FROM entry",
        f"INSERT INTO entry ({COLUMNS}) SELECT {COLUMNS.replace('seq', 'seq + 1')} FROM entry WHERE seq = 8",
        f"INSERT INTO entry ({COLUMNS}) SELECT {COLUMNS.replace('seq', 'seq + 9')} FROM entry WHERE seq = 8",
        f"INSERT INTO entry ({COLUMNS}) SELECT {COLUMNS.replace('seq', 'seq - 10')} FROM entry WHERE seq = 8",
    ],
)
def test_the_database_itself_refuses(journal: SqlJournal, statement: str) -> None:
    engine = _client(journal)
    with pytest.raises(DBAPIError, match=r"append-only|follow the newest"), engine.begin() as connection:
        connection.execute(text(statement))
    assert journal.verify().rows == 8


def test_sqlite_refuses_a_replacing_insert(tmp_path: Path) -> None:
    journal = SqlJournal(f"sqlite:///{tmp_path}/journal.db")
    journal.event(action="start", by="", text="", at=START)
    engine = _client(journal)
    with pytest.raises(DBAPIError, match="follow the newest"), engine.begin() as connection:
        connection.execute(text(f"INSERT OR REPLACE INTO entry ({COLUMNS}) SELECT {COLUMNS} FROM entry"))
    journal.close()


@pytest.mark.postgresql
def test_postgresql_refuses_truncation(request: pytest.FixtureRequest) -> None:
    journal = SqlJournal(request.getfixturevalue("postgres").database())
    journal.event(action="start", by="", text="", at=START)
    engine = _client(journal)
    with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
        connection.execute(text("TRUNCATE entry"))
    assert journal.verify().rows == 1
    journal.close()


def test_an_altered_body_is_seen(journal: SqlJournal) -> None:
    by_hand(journal, "UPDATE entry SET body = replace(body, 'partial', 'aired') WHERE seq = 2")
    report = broken(journal)
    assert (report.broken_at, report.rows) == (2, 1)
    assert "Dòng 2 đã bị sửa" in report.reason


def test_a_word_altered_deep_in_a_record_is_seen(journal: SqlJournal) -> None:
    by_hand(journal, "UPDATE entry SET body = replace(body, 'Bản tin sáng', 'Bản tin chiều') WHERE seq = 3")
    report = broken(journal)
    assert report.broken_at == 3
    assert "dấu niêm" in report.reason


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("played_ms", 999_000),
        ("outcome", "aired"),
        ("test", 1),
        ("rehearsed", 1),
        ("moment_us", 1),
        ("at", "2024-03-04T06:06:00+07:00"),
        ("at_us", 1),
        ("zones", '[["dong-thanh","aired"]]'),
        ("tally", 7),
        ("share", 99),
        ("content", "x"),
        ("airing_id", "khac@2024-03-04T06:05+07:00"),
        ("action", "note"),
        ("script", "x"),
        ("day", "2024-03-04"),
        ("outcome", None),
    ],
)
def test_an_altered_column_is_seen(journal: SqlJournal, column: str, value: object) -> None:
    by_hand(journal, f"UPDATE entry SET {column} = :value WHERE seq = 2", value=value)
    assert broken(journal).broken_at == 2


def test_an_altered_row_with_its_seal_made_anew_is_seen_at_the_next(journal: SqlJournal) -> None:
    row = next(journal.chain(4, 4))
    body = row.body.replace('"aired"', '"partial"')
    facts = json.loads(body)["facts"]
    seal = hashlib.sha256(f"{row.prev_hash}\n{body}".encode()).hexdigest()
    by_hand(
        journal,
        "UPDATE entry SET body = :body, row_hash = :seal, outcome = :outcome, zones = :zones WHERE seq = 4",
        body=body,
        seal=seal,
        outcome=facts["outcome"],
        zones=facts["zones"],
    )
    report = broken(journal)
    assert report.broken_at is not None
    assert report.broken_at <= 5


def test_two_rows_changing_places_are_seen(journal: SqlJournal) -> None:
    by_hand(
        journal,
        "UPDATE entry SET seq = -3 WHERE seq = 3",
        "UPDATE entry SET seq = 3 WHERE seq = 5",
        "UPDATE entry SET seq = 5 WHERE seq = -3",
    )
    report = broken(journal)
    assert report.broken_at == 3
    assert "không nối với dòng trước" in report.reason


@pytest.mark.parametrize(("gone", "said"), [("1", "Mất dòng 1"), ("4", "Mất dòng 4"), ("3, 4, 5", "Mất các dòng 3–5")])
def test_deleted_rows_are_seen(journal: SqlJournal, gone: str, said: str) -> None:
    by_hand(journal, f"DELETE FROM entry WHERE seq IN ({gone})")
    report = broken(journal)
    assert report.broken_at == int(gone[0])
    assert said in report.reason


def test_a_deleted_row_with_the_rest_moved_up_is_seen(journal: SqlJournal) -> None:
    by_hand(
        journal,
        "DELETE FROM entry WHERE seq = 4",
        *(f"UPDATE entry SET seq = {n} WHERE seq = {n + 1}" for n in range(4, 8)),
    )
    assert broken(journal).broken_at == 4


@pytest.mark.parametrize("kept", [0, 1, 7])
def test_a_tail_cut_off_is_seen_against_the_head_file(journal: SqlJournal, kept: int) -> None:
    by_hand(journal, f"DELETE FROM entry WHERE seq > {kept}")
    report = broken(journal)
    assert (report.broken_at, report.rows) == (kept + 1, kept)
    assert "đã ghi đến dòng 8" in report.reason


def test_a_row_put_in_is_seen(journal: SqlJournal) -> None:
    columns = COLUMNS.replace("seq", "seq + 1").replace("airing_id", "airing_id || 'x'", 1)
    by_hand(journal, f"INSERT INTO entry ({COLUMNS}) SELECT {columns} FROM entry WHERE seq = 8")
    assert broken(journal).broken_at == 9


def test_a_row_put_before_the_first_is_seen(journal: SqlJournal) -> None:
    columns = COLUMNS.replace("seq", "seq - 8")
    by_hand(journal, f"INSERT INTO entry ({COLUMNS}) SELECT {columns} FROM entry WHERE seq = 8")
    report = broken(journal)
    assert report.broken_at == 0
    assert "nằm sai chỗ" in report.reason


def test_a_whole_chain_made_anew_is_seen_against_the_head_file(journal: SqlJournal) -> None:
    before, statements = "0" * 64, []
    values: dict[str, str] = {}
    for row in journal.chain():
        body = row.body.replace("bai-0", "bai-9")
        seal = hashlib.sha256(f"{before}\n{body}".encode()).hexdigest()
        values |= {f"b{row.seq}": body, f"p{row.seq}": before, f"h{row.seq}": seal}
        n = row.seq
        statements.append(f"UPDATE entry SET body = :b{n}, prev_hash = :p{n}, row_hash = :h{n} WHERE seq = {n}")
        before = seal
    by_hand(journal, *statements, **values)
    report = broken(journal)
    assert report.broken_at == 8
    assert "viết lại từ đầu" in report.reason


def test_a_head_file_that_lags_or_is_unreadable_accuses_nobody(journal: SqlJournal) -> None:
    assert journal.head_file is not None
    third = next(journal.chain(3, 3))
    journal.head_file.write_text(f"3 {third.row_hash}\n", encoding="ascii")
    assert journal.verify().holds
    for rubbish in (b"", b"\xff\xfe", b"eight rows", b"8 9 10"):
        journal.head_file.write_bytes(rubbish)
        assert journal.verify().holds
    journal.head_file.unlink()
    assert journal.verify().holds


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM open_airing",
        "INSERT INTO open_airing (airing_id, seq) VALUES ('ma@x', 3)",
        "UPDATE script_aired SET last_us = last_us + 1 WHERE script = 'bai-2'",
        "UPDATE script_aired SET first_seq = 1 WHERE script = 'bai-2'",
        "DELETE FROM script_aired",
        "INSERT INTO script_aired VALUES ('ma', 0, 4, 1, 4, 1)",
        "UPDATE meta SET value = '1' WHERE name = 'latest_row'",
        "DELETE FROM meta WHERE name = 'latest_row'",
    ],
)
def test_a_derived_table_altered_is_seen_and_made_anew(journal: SqlJournal, statement: str) -> None:
    before = (journal.open_rows(), journal.last_aired(), journal.newest_moment())
    engine = _client(journal)
    with engine.begin() as connection:
        connection.execute(text(statement))
    assert "bảng tra" in broken(journal).reason
    journal.rebuild()
    assert journal.verify().holds
    assert (journal.open_rows(), journal.last_aired(), journal.newest_moment()) == before


def test_what_the_database_holds_twice_is_refused_by_its_own_indexes(journal: SqlJournal) -> None:
    columns = COLUMNS.replace("seq", "seq + 8")
    with pytest.raises(DBAPIError, match=r"UNIQUE|unique"):
        by_hand(journal, f"INSERT INTO entry ({COLUMNS}) SELECT {columns} FROM entry WHERE seq = 2")
    with pytest.raises(DBAPIError, match=r"UNIQUE|unique"):
        by_hand(journal, f"INSERT INTO entry ({COLUMNS}) SELECT {columns} FROM entry WHERE seq = 7")
    assert journal.verify().holds


def test_no_alteration_passes_because_nothing_was_altered(journal: SqlJournal) -> None:
    by_hand(journal, "UPDATE entry SET body = body")
    assert journal.verify().holds


def test_guards_taken_away_are_back_at_the_next_opening(journal: SqlJournal) -> None:
    with _client(journal).connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(UNGUARD[connection.dialect.name][0])
    again = SqlJournal(journal.store.engine.url.render_as_string(hide_password=False))
    again.close()
    with pytest.raises(DBAPIError, match="append-only"), _client(journal).begin() as connection:
        connection.execute(text("UPDATE entry SET body = '' WHERE seq = 2"))
