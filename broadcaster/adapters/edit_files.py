"""Clean edits of a station folder: every file whole or not at all, checked against the version the edit began from."""

import contextlib
import errno
import fcntl
import hashlib
import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from broadcaster.adapters.edit_history import BLOCK, History, digest_of
from broadcaster.adapters.recording_heads import RECORDING_SUFFIXES
from broadcaster.adapters.station_reader import FolderReader
from broadcaster.domain.edits import ABSENT, Conflict, Edit, FileChange, FileVersion, Kept
from broadcaster.errors import InputError
from broadcaster.ports import StationFiles, StationReader
from broadcaster.ports_editing import ConflictError

log = logging.getLogger(__name__)

FOLDERS = ("schedules", "audio_scripts")
SETTINGS = "station.toml"
LARGEST_FILE = 20_000_000
LARGEST_RECORDING = 60_000_000
"""An hour of mp3 at 128 kbit/s, or eleven minutes of a CD: longer than any airing, and within one upload of the console."""
LONGEST_NAME = 120

_NEVER = frozenset('<>:"|?*\\')


class FolderEdits:
    """`ports_editing.EditedFiles` on a station folder; the history lies in ``var/history``."""

    def __init__(
        self, station: Path, history: Path, *, open_reader: Callable[[Path], StationReader] | None = None
    ) -> None:
        """``open_reader`` opens a folder of links to the station's files, as `FolderReader.trial` does."""
        self._station = station
        self._root = history
        self._history = History(history)
        self._open_reader = open_reader or FolderReader(station).trial

    def current(self, name: str) -> FileVersion:
        """The file as it stands."""
        return _version(name, self._path(name))

    def digest(self, name: str) -> str:
        """Read in blocks."""
        return _digest(name, self._path(name))

    def apply(
        self,
        changes: Mapping[str, bytes | Kept | None],
        *,
        began: Mapping[str, str],
        by: str,
        at: datetime,
        why: str,
        undoes: int | None = None,
    ) -> Edit:
        """Under one lock: keep and check what is there, keep the new, write it beside its place, note the intention, rename.

        A full disk shows before the first rename; a crash between two of them is carried to its end by the next call.
        """
        paths = {name: self._path(name) for name in changes}
        for name, data in changes.items():
            if isinstance(data, bytes):
                _refuse_large(name, len(data))
        try:
            with self._locked():
                self._complete()
                now = {name: self._kept_now(name, path) for name, path in paths.items()}
                self._refuse_conflicts(changes, began, now)
                after = {name: self._kept_new(name, data) for name, data in changes.items()}
                noted = tuple(FileChange(name=name, before=now[name], after=after[name]) for name in changes)
                with _prepared({path: self._source(name, after[name]) for name, path in paths.items()}) as waiting:
                    edit = self._history.begin(changes=noted, by=by, at=at, why=why, undoes=undoes)
                    for path, made in waiting.items():
                        _place(made, path)
                with contextlib.suppress(OSError):  # every file is in place: the next call writes that down
                    self._history.finish(edit.number)
                return edit
        except OSError as cause:
            raise _unwritable(cause) from cause

    def recover(self) -> None:
        """What a crash left half done is carried to its end now; where that cannot be, the next edit tells why."""
        if self._history.unfinished() is None:
            return
        try:
            with self._locked():
                self._complete()
        except (OSError, InputError):
            log.warning("an edit cut by a crash could not be carried to its end", extra={"action": "edit_unfinished"})

    def edits(self, name: str | None = None, *, most: int = 100) -> tuple[Edit, ...]:
        """The newest first."""
        return self._history.edits(name, most=most)

    def content(self, digest: str) -> bytes | None:
        """A kept version."""
        return self._history.content(digest)

    def keeps(self, digest: str) -> bool:
        """Whether it is there."""
        return self._history.keeps(digest)

    def would_read(self, changes: Mapping[str, bytes | None]) -> StationFiles:
        """Reads a folder of links to the real files, with the changed ones in place of theirs."""
        for name in changes:
            self._path(name)
        self._root.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self._root, prefix="trial-") as made:
            trial = Path(made)
            _link(self._station / SETTINGS, trial / SETTINGS)
            for folder in FOLDERS:
                touched = any(name.startswith(f"{folder}/") for name in changes)
                (_mirror if touched else _link)(self._station / folder, trial / folder)
            for name, data in changes.items():
                target = trial / name
                target.unlink(missing_ok=True)
                if data is not None:
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(data)
            return self._open_reader(trial).read()

    def hold(self, data: bytes | BinaryIO) -> str:
        """Keep an upload."""
        try:
            return self._history.hold(data)
        except OSError as cause:
            raise _unwritable(cause) from cause

    def held_place(self, digest: str) -> Path | None:
        """Where an upload lies that is still kept."""
        return self._history.held_place(digest)

    def held(self, digest: str) -> bytes | None:
        """An upload that is still kept."""
        return self._history.held(digest)

    def _path(self, name: str) -> Path:
        """The place of a file, confined to station.toml and the two folders, also through links. Raises InputError."""
        refuse_name(name)
        path = self._station / name
        home = self._station if name == SETTINGS else self._station / name.split("/", 1)[0]
        try:
            inside = path.parent.resolve().is_relative_to(home.resolve())
            link = path.is_symlink()
        except (OSError, RuntimeError) as cause:
            raise _bad_name(name) from cause
        if not inside or link:
            raise _bad_name(name)
        return path

    def _refuse_conflicts(
        self, changes: Mapping[str, bytes | Kept | None], began: Mapping[str, str], now: Mapping[str, str]
    ) -> None:
        conflicts = []
        for name, digest in now.items():
            if digest == began.get(name, ABSENT):
                continue
            newest = next(iter(self._history.edits(name, most=1)), None)
            ours = newest is not None and any(c.name == name and c.after == digest for c in newest.changes)
            mine = changes[name]
            conflicts.append(
                Conflict(
                    name=name,
                    began=None if _is_recording(name) else self._history.content(began.get(name, ABSENT)),
                    theirs=None if _is_recording(name) else self._history.content(digest),
                    mine=mine if isinstance(mine, bytes) else None,
                    theirs_digest=digest,
                    by=newest.by if newest is not None and ours else "",
                    at=newest.at if newest is not None and ours else None,
                )
            )
        if conflicts:
            raise ConflictError(conflicts)

    def _kept_now(self, name: str, path: Path) -> str:
        return ABSENT if _digest(name, path) == ABSENT else self._history.keep_file(path)

    def _kept_new(self, name: str, data: bytes | Kept | None) -> str:
        """The digest of what is to be, once the history holds it. What it held already may be of any size."""
        if not isinstance(data, Kept):
            return self._history.keep(data)
        if self._history.place(data.digest) is not None:
            return data.digest
        upload = self._history.held_place(data.digest)
        if upload is None:
            hint = "Tải tệp lên lại. Nếu đang hoàn tác thì bản cũ đã bị xóa khỏi máy."
            raise InputError(f"Nội dung của {name} không còn được giữ, nên chưa ghi gì.", hint=hint)
        _refuse_large(name, upload.stat().st_size)
        return self._history.keep_file(upload)

    def _source(self, name: str, digest: str) -> Path | None:
        if digest == ABSENT:
            return None
        place = self._history.place(digest)
        if place is None:  # a version just kept that is no longer itself: a disk that lies must not empty the file
            raise _unreadable(name)
        return place

    def _complete(self) -> None:
        """An edit that a crash cut between two renames is carried to its end."""
        edit = self._history.unfinished()
        if edit is None:
            return
        for change in edit.changes:
            path = self._path(change.name)
            source = self._history.place(change.after)
            lost = source is None and change.after != ABSENT
            if not lost and _digest(change.name, path) == change.before:
                with _prepared({path: source}) as waiting:
                    _place(waiting[path], path)
        self._history.finish(edit.number)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self._root.mkdir(parents=True, exist_ok=True)
        with (self._root / "lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def refuse_name(name: str) -> None:
    """Raises InputError for a name that is neither station.toml nor a plain file of one of the two folders."""
    if name == SETTINGS:
        return
    pure = PurePosixPath(name)
    plain = (
        len(pure.parts) >= 2
        and pure.parts[0] in FOLDERS
        and str(pure) == name
        and not _NEVER.intersection(name)
        and name.isprintable()
        and len(pure.name.encode("utf-8", "surrogatepass")) <= 2 * LONGEST_NAME
    )
    if not plain or any(part.startswith(".") or part != part.strip() for part in pure.parts):
        raise _bad_name(name)


def _is_recording(name: str) -> bool:
    return name.lower().endswith(RECORDING_SUFFIXES)


def _refuse_large(name: str, size: int) -> None:
    """Text files stay small however large a recording may be. Raises InputError."""
    most = LARGEST_RECORDING if _is_recording(name) else LARGEST_FILE
    if size > most:
        hint = "Chia ra nhiều tệp nhỏ hơn."
        raise InputError(f"Nội dung của {name} quá lớn (trên {most // 1_000_000} MB).", hint=hint)


def _bad_name(name: str) -> InputError:
    shown = "".join(c if c.isprintable() else "�" for c in name)[:80]
    return InputError(
        f"Tên tệp «{shown}» không dùng được.",
        hint="Chỉ dùng chữ, số, dấu cách, dấu gạch và dấu chấm; không dùng dấu / \\ : và không bắt đầu bằng dấu chấm.",
    )


def _version(name: str, path: Path) -> FileVersion:
    try:
        data = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return FileVersion(name=name, data=None, digest=ABSENT)
    except OSError as cause:
        raise _unreadable(name) from cause
    return FileVersion(name=name, data=data, digest=hashlib.sha256(data).hexdigest())


def _digest(name: str, path: Path) -> str:
    try:
        return digest_of(path)
    except (FileNotFoundError, NotADirectoryError):
        return ABSENT
    except OSError as cause:
        raise _unreadable(name) from cause


def _unreadable(name: str) -> InputError:
    return InputError(f"Không đọc được tệp {name}.", hint="Kiểm tra quyền đọc tệp và ổ đĩa.")


@contextmanager
def _prepared(wanted: Mapping[Path, Path | None]) -> Iterator[dict[Path, Path | None]]:
    """Copies of kept versions beside their places, flushed, by place; None for one that goes. Those not placed are removed."""
    made: dict[Path, Path | None] = {}
    try:
        for path, source in wanted.items():
            if source is None:
                made[path] = None
                continue
            made[path] = beside = _beside(path)
            _fill(beside, source, mode=path.stat().st_mode & 0o777 if path.exists() else 0o644)
        yield made
    finally:
        for left in made.values():
            if left is not None:
                left.unlink(missing_ok=True)


def _beside(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".tmp")
    os.close(handle)
    return Path(name)


def _fill(path: Path, source: Path, *, mode: int) -> None:
    with source.open("rb") as kept, path.open("wb") as file:
        shutil.copyfileobj(kept, file, BLOCK)
        file.flush()
        os.fsync(file.fileno())
    path.chmod(mode)


def _place(made: Path | None, path: Path) -> None:
    """Rename over the place, or remove what is there; the folder is flushed too."""
    if made is None:
        path.unlink(missing_ok=True)
    else:
        made.replace(path)
    _flush_folder(path.parent)


def _flush_folder(folder: Path) -> None:
    if not folder.is_dir():
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _mirror(source: Path, target: Path) -> None:
    """The same tree with a link for each file."""
    target.mkdir(parents=True)
    if not source.is_dir():
        shutil.rmtree(target)
        return
    for folder, names, files in os.walk(source):
        here = target / Path(folder).relative_to(source)
        for name in names:
            (here / name).mkdir()
        for name in files:
            _link(Path(folder) / name, here / name)


def _link(source: Path, target: Path) -> None:
    """A symbolic link, to a file or a whole folder: the trial lives shorter than any edit of it."""
    if source.exists():
        target.symlink_to(source.resolve())


def _unwritable(cause: OSError) -> InputError:
    if cause.errno in {errno.ENOSPC, errno.EDQUOT}:
        return InputError("Ổ đĩa đã đầy nên chưa ghi được gì.", hint="Xóa bớt tệp không cần rồi làm lại.")
    if cause.errno == errno.ENAMETOOLONG:
        return InputError("Tên tệp quá dài.", hint="Đặt tên ngắn hơn.")
    return InputError(
        f"Không ghi được tệp ({cause.strerror or cause}).", hint="Kiểm tra quyền ghi của thư mục trạm và ổ đĩa."
    )
