"""One station process for each folder: a lock that dies with its holder and says who that is."""

import fcntl
import os
from pathlib import Path

from broadcaster.errors import BroadcasterError, StationHeldError


class StationLock:
    """Held from ``acquire`` until ``release`` or the end of the process; the file keeps the holder's number for people."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._fd: int | None = None

    def acquire(self) -> None:
        """Raises StationHeldError naming the process that has the station."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            fd = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise BroadcasterError(
                f"Không ghi được vào thư mục {self._path.parent}: {error.strerror}.",
                hint="Kiểm tra quyền ghi và dung lượng đĩa.",
            ) from error
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.read(fd, 32).decode(errors="replace").strip()
            os.close(fd)
            raise StationHeldError(
                f"Trạm này đang được tiến trình số {holder or '?'} giữ.",
                hint="Mỗi thư mục trạm chỉ chạy một tiến trình; xem bằng: broadcaster status",
            ) from error
        os.ftruncate(fd, 0)
        os.write(fd, str(os.getpid()).encode())
        self._fd = fd

    def release(self) -> None:
        """Give it back; the file stays, so that two starts never lock two different files."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None


def held_by(path: Path) -> int | None:
    """The process that holds the station, or None."""
    try:
        fd = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        text = os.read(fd, 32).decode(errors="replace").strip()
        return int(text) if text.isdigit() else 0
    finally:
        os.close(fd)
    return None
