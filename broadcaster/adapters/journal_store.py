"""The way to the journal's database: connections, transactions, and what each failure means in plain words."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from broadcaster.adapters.journal_tables import MIGRATIONS, Migrations, is_ready, prepare
from broadcaster.errors import AlreadyRecordedError, BroadcasterError, RecordError

_ADVISORY_KEY = 0x4B48_0172
"""Writers of one PostgreSQL database queue on this lock, so that the chain stays one line."""

_CLEAR_AT_PAGES = 1000
"""SQLite copies its write-ahead file into the table after so many pages (its own default): 10–20 ms on a busy disk."""

_NOTHING_UNWRITTEN = "Đài không phát bài nào chưa ghi được vào nhật ký."


class Store:
    """An open database: `reading` sees one state, `writing` is the only writer and is on disk when it ends."""

    def __init__(self, url: str, *, wait_s: float, migrations: Migrations = MIGRATIONS) -> None:
        self.wait_s = wait_s
        self._url = _parsed(url)
        self.sqlite = self._url.get_backend_name() == "sqlite"
        self.path = self._file() if self.sqlite else None
        self.engine = self._engine()
        try:
            with self.reading() as connection:
                ready = is_ready(connection)
            if not ready:
                with self.writing() as connection:
                    prepare(connection, migrations)
        except BroadcasterError:
            self.engine.dispose()
            raise

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One unchanging view of the database; RecordError when it cannot be read."""
        with self._translated(), self.engine.connect() as connection:
            view = connection if self.sqlite else connection.execution_options(isolation_level="REPEATABLE READ")
            with view.begin():
                yield view

    @contextmanager
    def writing(self, *, hurried: bool = False) -> Iterator[Connection]:
        """The only writing transaction, durable once left without an error; RecordError when it cannot be made so.

        ``hurried`` leaves SQLite's clearing up of its write-ahead file to the next write that has time for it.
        """
        with self._translated(), self.engine.connect() as connection:
            if self.sqlite:
                _set_clearing(connection, pages=0 if hurried else _CLEAR_AT_PAGES)
            writer = connection.execution_options(journal_write=True)
            with writer.begin():
                if not self.sqlite:
                    writer.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ADVISORY_KEY})")
                yield writer

    def close(self) -> None:
        """Let every connection go."""
        self.engine.dispose()

    def _engine(self) -> Engine:
        if self.sqlite:
            engine = create_engine(self._url, connect_args={"timeout": self.wait_s}, pool_timeout=self.wait_s)
            event.listen(engine, "connect", _sqlite_connected)
            event.listen(engine, "begin", _sqlite_begins)
            return engine
        milliseconds = max(1, round(self.wait_s * 1000))
        options = f"-c synchronous_commit=on -c lock_timeout={milliseconds}"
        wait = max(2, round(self.wait_s))
        try:
            return create_engine(
                self._url, connect_args={"options": options, "connect_timeout": wait}, pool_timeout=self.wait_s
            )
        except ModuleNotFoundError as missing:
            raise RecordError(
                "Chưa cài phần nối với PostgreSQL.", hint='Cài bằng lệnh: pip install "broadcaster[postgresql]"'
            ) from missing

    def _file(self) -> Path:
        name = self._url.database
        if not name or name == ":memory:":
            raise RecordError(
                "Nhật ký phải nằm trong một tệp trên đĩa.", hint="Đặt địa chỉ dạng sqlite:///var/broadcaster.db"
            )
        path = Path(name)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as reason:
            raise RecordError(
                f"Không tạo được thư mục chứa nhật ký: {path.parent} ({reason.strerror}).",
                hint="Kiểm tra quyền ghi của thư mục trạm.",
            ) from reason
        return path

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except PoolTimeoutError as failure:
            raise self._locked() from failure
        except DBAPIError as failure:
            raise self._meaning(failure) from failure

    def _locked(self) -> RecordError:
        return RecordError(
            f"Nhật ký đang bị một chương trình khác giữ, đã đợi {self.wait_s:g} giây mà chưa ghi được.",
            hint="Đóng chương trình đang mở tệp nhật ký (hoặc đợi sao lưu xong) rồi làm lại. " + _NOTHING_UNWRITTEN,
        )

    def _meaning(self, failure: DBAPIError) -> RecordError:
        code = _code(failure.orig)
        if code.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")) or code == "55P03":
            return self._locked()
        if code in {"SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY", "23505"}:
            return AlreadyRecordedError("Lượt phát này đã có dòng trong nhật ký, không ghi thêm dòng thứ hai.")
        if code in {"SQLITE_FULL", "53100"}:
            return RecordError(
                "Ổ đĩa đã đầy, không ghi được vào nhật ký.",
                hint="Xoá bớt tệp không cần trên ổ đĩa của trạm rồi làm lại. " + _NOTHING_UNWRITTEN,
            )
        if code.startswith("SQLITE_READONLY") or code == "42501":
            return RecordError(
                f"Không có quyền ghi vào nhật ký ({self._name()}).",
                hint="Chạy bằng đúng tài khoản của trạm, hoặc cấp lại quyền ghi cho thư mục var.",
            )
        if code.startswith("SQLITE_CORRUPT") or code == "SQLITE_NOTADB":
            return RecordError(
                f"Tệp nhật ký bị hỏng hoặc không phải tệp nhật ký ({self._name()}).",
                hint="Giữ nguyên tệp này để kiểm tra, rồi khôi phục từ bản sao lưu gần nhất.",
            )
        if code.startswith("SQLITE_CANTOPEN"):
            return RecordError(
                f"Không mở được tệp nhật ký ({self._name()}).", hint="Kiểm tra đường dẫn và quyền của thư mục trạm."
            )
        if code.startswith("SQLITE_IOERR"):
            return RecordError(
                "Ổ đĩa báo lỗi khi ghi hoặc đọc nhật ký.",
                hint="Kiểm tra ổ đĩa (dung lượng, cáp, thẻ nhớ) rồi làm lại. " + _NOTHING_UNWRITTEN,
            )
        if not self.sqlite and (not code or code.startswith(("08", "57P"))):
            return RecordError(
                f"Không nối được với máy chủ cơ sở dữ liệu của nhật ký ({self._name()}).",
                hint="Kiểm tra máy chủ PostgreSQL có đang chạy, địa chỉ và mật khẩu có đúng không.",
            )
        return RecordError(
            f"Không ghi hoặc đọc được nhật ký: {failure.orig}",
            hint="Chạy lệnh doctor để kiểm tra. " + _NOTHING_UNWRITTEN,
        )

    def _name(self) -> str:
        return str(self.path) if self.path is not None else self._url.render_as_string(hide_password=True)


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
        backend = parsed.get_backend_name()
    except ArgumentError as reason:
        raise RecordError(
            "Địa chỉ nhật ký viết sai.",
            hint="Ví dụ đúng: sqlite:///var/broadcaster.db hoặc postgresql://nguoi_dung@may_chu/ten_csdl",
        ) from reason
    if backend in {"postgresql", "postgres"}:
        return parsed.set(drivername="postgresql+psycopg")
    if backend != "sqlite":
        raise RecordError(
            f"Nhật ký không dùng được loại cơ sở dữ liệu “{backend}”.", hint="Dùng SQLite hoặc PostgreSQL."
        )
    return parsed.set(drivername="sqlite+pysqlite")


def _code(failure: BaseException | None) -> str:
    if isinstance(failure, sqlite3.Error):
        return getattr(failure, "sqlite_errorname", "") or ""
    return getattr(failure, "sqlstate", "") or ""


def _sqlite_connected(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # the driver must not begin transactions behind our back: `_sqlite_begins` does
    connection.execute("PRAGMA journal_mode = WAL")
    # FULL, not WAL's usual NORMAL: NORMAL may lose the last commits in a power cut, and a lost on_air row is an airing
    # that plays twice. It costs one fsync a commit.
    connection.execute("PRAGMA synchronous = FULL")


def _set_clearing(connection: Connection, *, pages: int) -> None:
    raw = connection.connection.dbapi_connection
    if raw is not None:
        raw.cursor().execute(f"PRAGMA wal_autocheckpoint = {pages}")


def _sqlite_begins(connection: Connection) -> None:
    options: dict[str, Any] = dict(connection.get_execution_options())
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("journal_write") else "BEGIN")
