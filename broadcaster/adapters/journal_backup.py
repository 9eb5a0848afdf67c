"""A whole copy of the journal while it is in use, by SQLite's own online backup, checked before it is believed."""

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from broadcaster.adapters.journal_check import Head
from broadcaster.adapters.journal_head import head_beside, write_head
from broadcaster.errors import RecordError

_PAGES = 4096


def backup_sqlite(source: Path, destination: Path) -> None:
    """Copy the database at ``source`` to ``destination`` as of one moment; the old file there is replaced only by a good copy.

    Writers go on meanwhile. RecordError when it cannot be written or the copy does not pass SQLite's integrity check.
    """
    fresh = destination.with_name(f"{destination.name}.{os.getpid()}.part")
    try:
        destination.parent.mkdir(parents=True, exist_ok=True)
        with (
            closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)) as live,
            closing(sqlite3.connect(fresh)) as copy,
        ):
            # One read view for the whole copy: without it every commit of another process starts the copy over.
            live.execute("BEGIN")
            live.execute("SELECT count(*) FROM meta").fetchone()
            live.backup(copy, pages=_PAGES)
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, with nothing left in a side file
            found = copy.execute("PRAGMA integrity_check").fetchone()[0]
            newest = copy.execute("SELECT seq, row_hash FROM entry ORDER BY seq DESC LIMIT 1").fetchone()
        if found != "ok":
            raise RecordError(
                f"Bản sao lưu nhật ký không đạt kiểm tra toàn vẹn: {found}",
                hint="Kiểm tra ổ đĩa rồi sao lưu lại; bản sao lưu cũ (nếu có) còn nguyên.",
            )
        with fresh.open("rb+") as written:
            os.fsync(written.fileno())
        fresh.replace(destination)
        if newest is not None:
            write_head(head_beside(destination), Head(seq=newest[0], row_hash=newest[1]))
    except (sqlite3.Error, OSError) as reason:
        raise RecordError(
            f"Không sao lưu được nhật ký ra {destination}: {reason}",
            hint="Kiểm tra dung lượng và quyền ghi của nơi lưu rồi làm lại; bản sao lưu cũ (nếu có) còn nguyên.",
        ) from reason
    finally:
        for left in (fresh, fresh.with_name(f"{fresh.name}-journal")):
            with suppress(OSError):
                left.unlink()


def refuse_server_backup() -> RecordError:
    """PostgreSQL has its own tool, and a copy made another way would be no backup."""
    return RecordError(
        "Nhật ký nằm trên PostgreSQL nên chương trình không tự sao lưu được.",
        hint="Sao lưu bằng công cụ của PostgreSQL: pg_dump --format=custom --file=nhat-ky.dump TÊN_CSDL",
    )
