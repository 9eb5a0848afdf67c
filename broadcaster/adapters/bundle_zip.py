"""A ZIP written member by member, with the digest of each; whole or not there at all."""

import hashlib
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from broadcaster.errors import InputError


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One file of a bundle; ``data`` gives its bytes when asked, in pieces. ``about`` is told in the index, ``source`` a digest."""

    name: str
    data: Callable[[], Iterable[bytes]]
    about: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A member as it lies in the bundle."""

    name: str
    size: int
    sha256: str
    about: str
    source: str


def whole(data: bytes) -> Callable[[], Iterable[bytes]]:
    """The data of a member already in memory."""
    return lambda: (data,)


def of_file(path: Path) -> Callable[[], Iterable[bytes]]:
    """The data of a file, read by blocks."""

    def blocks() -> Iterable[bytes]:
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                yield block

    return blocks


def write_bundle(
    target: Path,
    members: Iterable[Member],
    last: Callable[[tuple[Written, ...]], Iterable[Member]],
    *,
    made_at: datetime,
) -> tuple[Written, ...]:
    """Write the members, then those that ``last`` makes of their digests. Raises InputError when the file cannot be written."""
    partial = target.with_name(f".{target.name}.part")
    written: list[Written] = []
    at = max(made_at.timetuple()[:6], (1980, 1, 1, 0, 0, 0))
    try:
        with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as package:
            written.extend(_put(package, member, at) for member in members)
            written.extend([_put(package, member, at) for member in last(tuple(written))])
        partial.replace(target)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise InputError(
            f"Không ghi được {target}: {error.strerror or error}.", hint="Kiểm tra ổ đĩa và quyền ghi rồi làm lại."
        ) from error
    return tuple(written)


def _put(package: zipfile.ZipFile, member: Member, at: tuple[int, ...]) -> Written:
    entry = zipfile.ZipInfo(member.name, date_time=at[:6])  # type: ignore[arg-type]
    entry.compress_type = zipfile.ZIP_STORED if member.name.endswith(".mp3") else zipfile.ZIP_DEFLATED
    digest, size = hashlib.sha256(), 0
    with package.open(entry, "w", force_zip64=True) as file:
        for block in member.data():
            digest.update(block)
            size += len(block)
            file.write(block)
    return Written(name=member.name, size=size, sha256=digest.hexdigest(), about=member.about, source=member.source)
