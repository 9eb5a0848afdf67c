"""The history of edits in ``var/history``: one line of JSON for each edit, each version once under its digest.

edits.jsonl    {"number", "at", "by", "why", "undoes", "changes": [[name, before, after]]} and {"done": number}
objects/       <sha256>: the bytes of every version before and after an edit
uploads/       <sha256>: uploaded files waiting for their preview to be confirmed; the oldest go when there are many
"""

import hashlib
import json
import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from broadcaster.domain.edits import ABSENT, Edit, FileChange

UPLOADS_KEPT = 50
UPLOADS_BYTES = 200_000_000
BLOCK = 1 << 20
_DIGEST = re.compile(r"[0-9a-f]{64}\Z")


class History:
    """Append-only; the caller holds the lock while it writes."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._log = root / "edits.jsonl"
        self._known: tuple[tuple[int, int], tuple[Edit, ...], frozenset[int]] | None = None

    def keep(self, data: bytes | None) -> str:
        """Keep a version; returns its digest."""
        return ABSENT if data is None else _store(self._root / "objects", data)

    def keep_file(self, path: Path) -> str:
        """Keep a file as it stands, in flat memory; `ABSENT` when there is none. The digest is that of the bytes kept."""
        try:
            digest = digest_of(path)
            if self.place(digest) is not None:
                return digest
            with path.open("rb") as file:
                return _fill(self._root / "objects", _blocks(file))
        except (FileNotFoundError, NotADirectoryError):
            return ABSENT

    def place(self, digest: str) -> Path | None:
        """Where a kept version lies, proved by its digest; None when it is not there."""
        return _proved(self._root / "objects", digest)

    def held_place(self, digest: str) -> Path | None:
        """Where an upload lies, proved by its digest; None when it was let go."""
        return _proved(self._root / "uploads", digest)

    def keeps(self, digest: str) -> bool:
        """Whether a version is there, unread."""
        return _DIGEST.match(digest) is not None and (self._root / "objects" / digest).is_file()

    def content(self, digest: str) -> bytes | None:
        """A kept version, None when it was never kept."""
        return _load(self._root / "objects", digest)

    def hold(self, data: bytes | BinaryIO) -> str:
        """Keep an upload, letting go of the oldest beyond `UPLOADS_KEPT` and `UPLOADS_BYTES`."""
        folder = self._root / "uploads"
        digest = _store(folder, data) if isinstance(data, bytes) else _fill(folder, _blocks(data))
        (folder / digest).touch()
        others = [(path, path.stat()) for path in folder.iterdir() if path.is_file() and path.name != digest]
        room = UPLOADS_BYTES - (folder / digest).stat().st_size
        for number, (path, stat) in enumerate(sorted(others, key=lambda k: k[1].st_mtime_ns, reverse=True), 2):
            room -= stat.st_size
            if room < 0 or number > UPLOADS_KEPT:
                path.unlink(missing_ok=True)
        return digest

    def held(self, digest: str) -> bytes | None:
        """An upload."""
        return _load(self._root / "uploads", digest)

    def begin(self, *, changes: tuple[FileChange, ...], by: str, at: datetime, why: str, undoes: int | None) -> Edit:
        """Write down what is about to be done."""
        edits, _ = self._read()
        number = edits[-1].number + 1 if edits else 1
        edit = Edit(number=number, at=at, by=by, why=why, changes=changes, undoes=undoes)
        self._append(
            {
                "number": number,
                "at": at.isoformat(),
                "by": by,
                "why": why,
                "undoes": undoes,
                "changes": [[c.name, c.before, c.after] for c in changes],
            }
        )
        return edit

    def finish(self, number: int) -> None:
        """The edit is on disk whole."""
        self._append({"done": number})

    def unfinished(self) -> Edit | None:
        """The last edit when it was never finished."""
        edits, done = self._read()
        return edits[-1] if edits and edits[-1].number not in done else None

    def edits(self, name: str | None, *, most: int) -> tuple[Edit, ...]:
        """The newest first."""
        edits, _ = self._read()
        found = [e for e in reversed(edits) if name is None or e.touches(name)]
        return tuple(found[:most])

    def _append(self, line: dict[str, Any]) -> None:
        self._root.mkdir(parents=True, exist_ok=True)
        torn = _ends_torn(self._log)
        with self._log.open("ab") as log:
            if torn:
                log.write(b"\n")
            log.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
            log.flush()
            os.fsync(log.fileno())

    def _read(self) -> tuple[tuple[Edit, ...], frozenset[int]]:
        """Every edit, read again only when the log has grown; a line cut by a crash is passed over."""
        try:
            stat = self._log.stat()
        except OSError:
            return (), frozenset()
        signature = (stat.st_size, stat.st_mtime_ns)
        if self._known is not None and self._known[0] == signature:
            return self._known[1], self._known[2]
        edits: list[Edit] = []
        done: set[int] = set()
        for raw in self._log.read_bytes().split(b"\n"):
            try:
                line = json.loads(raw)
                if "done" in line:
                    done.add(int(line["done"]))
                else:
                    edits.append(_edit(line))
            except (ValueError, KeyError, TypeError):
                continue
        self._known = (signature, tuple(edits), frozenset(done))
        return self._known[1], self._known[2]


def _edit(line: dict[str, Any]) -> Edit:
    return Edit(
        number=int(line["number"]),
        at=datetime.fromisoformat(line["at"]),
        by=str(line["by"]),
        why=str(line["why"]),
        changes=tuple(FileChange(name=n, before=b, after=a) for n, b, a in line["changes"]),
        undoes=line.get("undoes"),
    )


def _ends_torn(log: Path) -> bool:
    try:
        with log.open("rb") as file:
            file.seek(-1, os.SEEK_END)
            return file.read(1) != b"\n"
    except OSError:
        return False


def digest_of(path: Path) -> str:
    """The SHA-256 of a file, read in blocks."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    while block := file.read(BLOCK):
        yield block


def _store(folder: Path, data: bytes) -> str:
    digest = hashlib.sha256(data).hexdigest()
    return digest if _proved(folder, digest) is not None else _fill(folder, (data,))


def _fill(folder: Path, blocks: Iterable[bytes]) -> str:
    """Write a new file of the folder under the digest of what was written, flushed to the disk."""
    folder.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    handle, made = tempfile.mkstemp(dir=folder, prefix=".")
    try:
        with os.fdopen(handle, "wb") as file:
            for block in blocks:
                digest.update(block)
                file.write(block)
            file.flush()
            os.fsync(file.fileno())
        Path(made).replace(folder / digest.hexdigest())
    except BaseException:
        Path(made).unlink(missing_ok=True)
        raise
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)  # the log that names it must never outlive it
    finally:
        os.close(descriptor)
    return digest.hexdigest()


def _proved(folder: Path, digest: str) -> Path | None:
    if _DIGEST.match(digest) is None:
        return None
    try:
        return folder / digest if digest_of(folder / digest) == digest else None
    except OSError:
        return None


def _load(folder: Path, digest: str) -> bytes | None:
    """The bytes, proved by their digest; a name that is no digest never becomes a path."""
    if _DIGEST.match(digest) is None:
        return None
    try:
        data = (folder / digest).read_bytes()
    except OSError:
        return None
    return data if hashlib.sha256(data).hexdigest() == digest else None
