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

from broadcaster.adapters.edit_history import History
from broadcaster.adapters.station_reader import FolderReader
from broadcaster.domain.edits import ABSENT, Conflict, Edit, FileChange, FileVersion
from broadcaster.errors import InputError
from broadcaster.ports import StationFiles, StationReader
from broadcaster.ports_editing import ConflictError

log = logging.getLogger(__name__)

FOLDERS = ("schedules", "audio_scripts")
SETTINGS = "station.toml"
LARGEST_FILE = 20_000_000
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

    def apply(
        self,
        changes: Mapping[str, bytes | None],
        *,
        began: Mapping[str, str],
        by: str,
        at: datetime,
        why: str,
        undoes: int | None = None,
    ) -> Edit:
        """Under one lock: check, write every new file beside its place, keep both versions, note the intention, then rename.

        A full disk shows before the first rename; a crash between two of them is carried to its end by the next call.
        """
        paths = {name: self._path(name) for name in changes}
        for name, data in changes.items():
            if data is not None and len(data) > LARGEST_FILE:
                raise InputError(f"Nội dung của {name} quá lớn (trên 20 MB).", hint="Chia ra nhiều tệp nhỏ hơn.")
        try:
            with self._locked():
                self._complete()
                now = {name: _version(name, path) for name, path in paths.items()}
                self._refuse_conflicts(changes, began, now)
                with _prepared({path: changes[name] for name, path in paths.items()}) as waiting:
                    edit = self._intended(changes, now, by=by, at=at, why=why, undoes=undoes)
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

    def hold(self, data: bytes) -> str:
        """Keep an upload."""
        return self._history.hold(data)

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
        self, changes: Mapping[str, bytes | None], began: Mapping[str, str], now: Mapping[str, FileVersion]
    ) -> None:
        conflicts = []
        for name, version in now.items():
            if version.digest == began.get(name, ABSENT):
                continue
            newest = next(iter(self._history.edits(name, most=1)), None)
            ours = newest is not None and any(c.name == name and c.after == version.digest for c in newest.changes)
            conflicts.append(
                Conflict(
                    name=name,
                    began=self._history.content(began.get(name, ABSENT)),
                    theirs=version.data,
                    mine=changes[name],
                    theirs_digest=version.digest,
                    by=newest.by if newest is not None and ours else "",
                    at=newest.at if newest is not None and ours else None,
                )
            )
        if conflicts:
            raise ConflictError(conflicts)

    def _intended(
        self,
        changes: Mapping[str, bytes | None],
        now: Mapping[str, FileVersion],
        *,
        by: str,
        at: datetime,
        why: str,
        undoes: int | None,
    ) -> Edit:
        kept = []
        for name, data in changes.items():
            before = now[name]
            if before.data is not None:
                self._history.keep(before.data)
            kept.append(FileChange(name=name, before=before.digest, after=self._history.keep(data)))
        return self._history.begin(changes=tuple(kept), by=by, at=at, why=why, undoes=undoes)

    def _complete(self) -> None:
        """An edit that a crash cut between two renames is carried to its end."""
        edit = self._history.unfinished()
        if edit is None:
            return
        for change in edit.changes:
            path = self._path(change.name)
            data = self._history.content(change.after)
            lost = data is None and change.after != ABSENT
            if not lost and _version(change.name, path).digest == change.before:
                with _prepared({path: data}) as waiting:
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
        raise InputError(f"Không đọc được tệp {name}.", hint="Kiểm tra quyền đọc tệp và ổ đĩa.") from cause
    return FileVersion(name=name, data=data, digest=hashlib.sha256(data).hexdigest())


@contextmanager
def _prepared(wanted: Mapping[Path, bytes | None]) -> Iterator[dict[Path, Path | None]]:
    """New files beside their places, flushed to the disk, by place; None for one that goes. Those not placed are removed."""
    made: dict[Path, Path | None] = {}
    try:
        for path, data in wanted.items():
            if data is None:
                made[path] = None
                continue
            made[path] = beside = _beside(path)
            _fill(beside, data, mode=path.stat().st_mode & 0o777 if path.exists() else 0o644)
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


def _fill(path: Path, data: bytes, *, mode: int) -> None:
    with path.open("wb") as file:
        file.write(data)
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
