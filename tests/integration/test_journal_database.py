"""The journal among other programs and on a bad day: many writers, a held lock, a full disk, a newer file, a backup."""

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, event, text
from sqlalchemy.pool import NullPool

from broadcaster.adapters.journal import SqlJournal
from broadcaster.adapters.journal_tables import SCHEMA
from broadcaster.domain.trust import CLOCK_ACCEPTED
from broadcaster.errors import AlreadyRecordedError, RecordError
from tests.airings import START, a_closing, an_opening

MANY_NOTES = """
import sys
from broadcaster.adapters.journal import SqlJournal
from tests.airings import START

journal = SqlJournal(sys.argv[1], wait_s=30)
for n in range(40):
    journal.note(airing_id=None, by=sys.argv[2], text=str(n), at=START)
"""


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/journal.db"
    address: str = request.getfixturevalue("postgres").database()
    return address


def in_threads(count: int, work: Callable[[int], None]) -> list[BaseException]:
    """Run the work in so many threads at once; what they raised."""
    failures: list[BaseException] = []
    gate = threading.Barrier(count)

    def run(number: int) -> None:
        gate.wait()
        try:
            work(number)
        except (RecordError, AssertionError) as failure:
            failures.append(failure)

    threads = [threading.Thread(target=run, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures


def test_threads_of_one_process_write_one_chain(url: str) -> None:
    journal = SqlJournal(url, wait_s=30)

    def work(number: int) -> None:
        for n in range(15):
            opening = an_opening(START + timedelta(minutes=n), slot=f"s{number}")
            journal.on_air(opening)
            assert opening.airing_id in journal.recorded(START, START + timedelta(hours=1))
            journal.off_air(opening.airing_id, a_closing(opening))

    assert in_threads(6, work) == []
    report = journal.verify()
    assert (report.rows, report.holds) == (180, True)
    assert len(list(journal.entries())) == 90
    journal.close()


def test_of_two_who_start_the_same_airing_one_wins(url: str) -> None:
    journals = [SqlJournal(url, wait_s=30) for _ in range(4)]
    failures = in_threads(4, lambda n: journals[n].on_air(an_opening()))
    assert [type(failure) for failure in failures] == [AlreadyRecordedError] * 3
    assert journals[0].verify().rows == 1
    for journal in journals:
        journal.close()


def test_processes_that_all_make_the_file_and_write_keep_one_chain(url: str) -> None:
    root = Path(__file__).parents[2]
    processes = [
        subprocess.Popen([sys.executable, "-c", MANY_NOTES, url, f"p{n}"], cwd=root, stderr=subprocess.PIPE)
        for n in range(3)
    ]
    for process in processes:
        _, said = process.communicate(timeout=120)
        assert process.returncode == 0, said.decode()
    journal = SqlJournal(url)
    report = journal.verify()
    assert (report.rows, report.holds) == (120, True)
    for n in range(3):
        assert [note.text for note in journal.notes() if note.by == f"p{n}"] == [str(k) for k in range(40)]
    journal.close()


def hold(connection: Connection) -> None:
    """Take the writer's place, as another program in the middle of its write."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.exec_driver_sql("BEGIN")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({0x4B48_0172})")


def test_a_held_database_is_waited_for_and_then_said(url: str) -> None:
    journal = SqlJournal(url, wait_s=0.3)
    other = create_engine(journal.store.engine.url, poolclass=NullPool)
    with other.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        hold(connection)
        with pytest.raises(RecordError, match="đang bị một chương trình khác giữ") as caught:
            journal.on_air(an_opening())
        assert caught.value.hint
        assert journal.open_rows() == ()
        connection.exec_driver_sql("ROLLBACK")
    journal.on_air(an_opening())
    assert journal.verify().rows == 1
    journal.close()


def test_a_short_hold_is_only_a_wait(url: str) -> None:
    journal = SqlJournal(url, wait_s=20)
    other = create_engine(journal.store.engine.url, poolclass=NullPool)
    with other.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        hold(connection)
        writer = threading.Thread(target=journal.on_air, args=(an_opening(),))
        writer.start()
        writer.join(0.2)
        assert writer.is_alive()
        connection.exec_driver_sql("ROLLBACK")
    writer.join(20)
    assert journal.verify().rows == 1
    journal.close()


def test_a_full_disk_is_said_and_the_record_is_whole(tmp_path: Path) -> None:
    journal = SqlJournal(f"sqlite:///{tmp_path}/journal.db")
    for n in range(20):
        journal.note(airing_id=None, by="", text="x" * 1000, at=START + timedelta(minutes=n))
    event.listen(journal.store.engine, "connect", lambda raw, _: raw.execute("PRAGMA max_page_count = 40"))
    journal.store.engine.dispose()

    def fill() -> None:
        for n in range(500):
            journal.note(airing_id=None, by="", text="x" * 1000, at=START + timedelta(hours=n))

    with pytest.raises(RecordError, match="đã đầy") as caught:
        fill()
    assert "không phát bài nào chưa ghi" in caught.value.hint
    report = journal.verify()
    assert report.holds
    assert report.rows >= 20
    journal.close()


def test_the_record_survives_losing_the_connection(request: pytest.FixtureRequest) -> None:
    server = request.getfixturevalue("postgres")
    url = server.database()
    journal = SqlJournal(url)
    journal.note(airing_id=None, by="", text="một", at=START)
    admin = create_engine(journal.store.engine.url.set(database="postgres"), poolclass=NullPool)
    with admin.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        name = journal.store.engine.url.database
        connection.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :n"), {"n": name}
        )
    with pytest.raises(RecordError, match="Không nối được"):
        journal.note(airing_id=None, by="", text="hai", at=START)
    journal.note(airing_id=None, by="", text="ba", at=START)
    assert [note.text for note in journal.notes()] == ["một", "ba"]
    journal.close()


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("sqlite://", "một tệp"),
        ("sqlite:///:memory:", "một tệp"),
        ("khong phai dia chi", "viết sai"),
        ("", "viết sai"),
        ("mysql://x/y", "mysql"),
        ("postgresql://station@127.0.0.1:1/x", "Không nối được"),
        ("sqlite:////dev/null/journal.db", "Không tạo được thư mục"),
    ],
)
def test_an_address_that_cannot_work_says_why(address: str, said: str) -> None:
    with pytest.raises(RecordError, match=said) as caught:
        SqlJournal(address, wait_s=2)
    assert caught.value.hint


def test_a_password_is_never_said() -> None:
    with pytest.raises(RecordError) as caught:
        SqlJournal("postgresql://station:bi-mat@127.0.0.1:1/x", wait_s=2)
    assert "bi-mat" not in caught.value.message + caught.value.hint


def test_a_file_that_is_no_journal_says_so(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    path.write_text("đây là một bức thư\n" * 100, encoding="utf-8")
    with pytest.raises(RecordError, match="không phải tệp nhật ký"):
        SqlJournal(f"sqlite:///{path}")
    path.unlink()
    path.mkdir()
    with pytest.raises(RecordError, match="Không mở được"):
        SqlJournal(f"sqlite:///{path}")


def test_a_newer_file_is_left_alone(url: str) -> None:
    journal = SqlJournal(url)
    _pretend(journal, SCHEMA + 1)
    journal.close()
    with pytest.raises(RecordError, match="mới hơn"):
        SqlJournal(url)


def test_an_older_file_is_brought_forward_or_left_alone(url: str) -> None:
    journal = SqlJournal(url)
    journal.note(airing_id=None, by="", text="cũ", at=START)
    _pretend(journal, SCHEMA - 1)
    journal.close()
    with pytest.raises(RecordError, match="không biết cách nâng"):
        SqlJournal(url, migrations={})
    taken: list[str] = []
    newer = SqlJournal(url, migrations={SCHEMA - 1: lambda connection: taken.append(connection.dialect.name)})
    assert len(taken) == 1
    assert newer.verify().rows == 1
    newer.close()
    again = SqlJournal(url)
    assert again.verify().holds
    again.close()


def test_a_journal_of_the_first_schema_learns_its_latest_moment(url: str) -> None:
    journal = SqlJournal(url)
    for action, minutes in (("start", 90), (CLOCK_ACCEPTED, 1), ("reload", 5), ("reload", 3), ("reload", 5)):
        journal.event(action=action, by="", text="", at=START + timedelta(minutes=minutes))
    with journal.store.writing() as connection:
        connection.execute(text("DELETE FROM meta WHERE name = 'latest_row'"))
        connection.execute(text("DROP INDEX activity_by_seq"))
    _pretend(journal, 1)
    journal.close()
    newer = SqlJournal(url)
    assert newer.newest_moment() == START + timedelta(minutes=5)
    assert newer.verify().holds
    newer.close()


def test_a_step_forward_that_fails_changes_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/journal.db"
    journal = SqlJournal(url)
    _pretend(journal, SCHEMA - 1)
    journal.close()

    def step(connection: Connection) -> None:
        connection.execute(text("DROP TABLE script_aired"))
        connection.execute(text("SELECT * FROM khong_co"))

    with pytest.raises(RecordError):
        SqlJournal(url, migrations={SCHEMA - 1: step})
    whole = SqlJournal(url, migrations={SCHEMA - 1: lambda _: None})
    assert whole.last_aired() == {}
    whole.close()


def _pretend(journal: SqlJournal, schema: int) -> None:
    with journal.store.writing() as connection:
        connection.execute(text("UPDATE meta SET value = :schema WHERE name = 'schema'"), {"schema": str(schema)})


def test_a_backup_of_a_running_journal_is_a_whole_journal(tmp_path: Path) -> None:
    journal = SqlJournal(f"sqlite:///{tmp_path}/journal.db", wait_s=30)
    for n in range(300):
        journal.note(airing_id=None, by="", text="x" * 2000, at=START + timedelta(minutes=n))
    running = threading.Event()

    def write() -> None:
        n = 0
        while not running.is_set():
            journal.note(airing_id=None, by="khi đang sao lưu", text=str(n), at=START)
            n += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        journal.backup_to(tmp_path / "kho" / "bản sao.db")
    finally:
        running.set()
        writer.join()
    assert sorted(p.name for p in (tmp_path / "kho").iterdir()) == ["bản sao.db", "bản sao.db.head"]
    copy = SqlJournal(f"sqlite:///{tmp_path}/kho/bản sao.db")
    report = copy.verify()
    assert report.holds
    assert 300 <= report.rows <= journal.verify().rows
    copy.note(airing_id=None, by="", text="ghi tiếp được", at=START)
    copy.close()
    journal.close()


def test_a_backup_that_cannot_be_written_keeps_the_old_one(tmp_path: Path) -> None:
    journal = SqlJournal(f"sqlite:///{tmp_path}/journal.db")
    blocked = tmp_path / "tep"
    blocked.write_text("", encoding="utf-8")
    with pytest.raises(RecordError, match="Không sao lưu được"):
        journal.backup_to(blocked / "x.db")
    journal.backup_to(tmp_path / "x.db")
    with closing(sqlite3.connect(tmp_path / "x.db")) as copy:
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    journal.close()


@pytest.mark.postgresql
def test_postgresql_is_backed_up_by_its_own_tool(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    journal = SqlJournal(request.getfixturevalue("postgres").database())
    with pytest.raises(RecordError, match="PostgreSQL") as caught:
        journal.backup_to(tmp_path / "x.db")
    assert "pg_dump" in caught.value.hint
    journal.close()


def test_commits_are_durable_by_setting(tmp_path: Path) -> None:
    journal = SqlJournal(f"sqlite:///{tmp_path}/journal.db")
    with journal.store.writing() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    journal.close()
