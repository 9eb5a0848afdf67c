"""The head file: the newest row's place and seal, kept beside the database so that a tail cut off later can be seen.

A chain cannot tell from inside that its last rows are gone. The file is written after each commit, best effort: it may
lag behind the table, never lead it. Restoring a backup restores its head file too.
"""

import os
from contextlib import suppress
from pathlib import Path

from broadcaster.adapters.journal_check import Head


def head_beside(database: Path) -> Path:
    """Where the head of a database file is kept."""
    return database.with_name(f"{database.name}.head")


def write_head(path: Path, head: Head) -> None:
    """Replace the file at once or leave it as it was; an airing is never stopped for it."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}.{head.seq}")
    try:
        fresh.write_text(f"{head.seq} {head.row_hash}\n", encoding="ascii")
        fresh.replace(path)
    except OSError:
        with suppress(OSError):
            fresh.unlink()


def read_head(path: Path) -> Head | None:
    """What was written last; None when there is nothing readable."""
    try:
        words = path.read_text(encoding="ascii").split()
    except (OSError, UnicodeDecodeError):
        return None
    if len(words) != 2 or not words[0].isdecimal():
        return None
    return Head(seq=int(words[0]), row_hash=words[1])
