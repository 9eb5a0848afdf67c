"""The whole station in one file, made while it runs, and put back with nothing of the old one lost."""

import hashlib
import json
import os
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path, PurePosixPath

from broadcaster.adapters.station_lock import held_by
from broadcaster.errors import BroadcasterError, InputError
from broadcaster.wiring.paths import Paths
from broadcaster.wiring.workshop import Workshop

MANIFEST = "manifest.json"
KEPT = ("station.toml", "schedules", "audio_scripts")
DATABASE = "var/station.db"
CLIPS = "var/clips"
_ROOTS = {(name,) for name in (*KEPT, "var")}
_BLOCK = 1 << 20
# what zipfile says of bytes that are no longer those written: the last two of methods and passwords nobody used here
_DAMAGED = (zipfile.BadZipFile, zlib.error, KeyError, ValueError, EOFError, NotImplementedError, RuntimeError)


def backup(shop: Workshop, destination: Path) -> int:
    """Write every file of the station, its journal as of one moment and its clips; returns how many files.

    The old file at ``destination`` is replaced only by a whole new one. Raises BroadcasterError when it cannot be written.
    """
    fresh = destination.with_name(destination.name + ".part")
    copy = fresh.with_name(fresh.name + ".db")
    listed: dict[str, str] = {}
    try:
        shop.copy_journal(copy)
        with zipfile.ZipFile(fresh, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
            for path, name in _station_files(shop.paths):
                listed[name] = _store(archive, path, name)
            listed[DATABASE] = _store(archive, copy, DATABASE)
            manifest = {"made": shop.now().isoformat(), "files": listed}
            archive.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
        with fresh.open("rb+") as written:
            os.fsync(written.fileno())
        fresh.replace(destination)
    except OSError as error:
        raise BroadcasterError(
            f"Không sao lưu được ra {destination}: {error.strerror or error}.",
            hint="Kiểm tra dung lượng và quyền ghi của nơi lưu.",
        ) from error
    finally:
        for left in (fresh, copy, copy.with_name(copy.name + ".head")):
            with suppress(OSError):
                left.unlink(missing_ok=True)
    return len(listed)


def _station_files(where: Paths) -> Iterator[tuple[Path, str]]:
    for name in (*KEPT, CLIPS):
        root = where.station / name
        if root.is_file():
            yield root, name
        for path in sorted(root.rglob("*")) if root.is_dir() else ():
            relative = path.relative_to(where.station)
            if path.is_file() and "work" not in relative.parts[2:3]:
                yield path, relative.as_posix()


def _store(archive: zipfile.ZipFile, path: Path, name: str) -> str:
    """Copy one file in by blocks; returns the digest of exactly the bytes stored."""
    digest = hashlib.sha256()
    info = zipfile.ZipInfo.from_file(path, name, strict_timestamps=False)
    # sound does not compress, text does
    info.compress_type = (
        zipfile.ZIP_STORED if path.suffix in {".wav", ".mp3", ".ogg", ".flac"} else zipfile.ZIP_DEFLATED
    )
    with path.open("rb") as source, archive.open(info, "w", force_zip64=True) as target:
        while block := source.read(_BLOCK):
            digest.update(block)
            target.write(block)
    return digest.hexdigest()


def restore(where: Paths, archive_file: Path, *, now: datetime) -> tuple[int, Path]:
    """Put a backup in place of this station; what stood here before is kept in a folder of its own, which is returned.

    Refused while the station runs, and when any file of the backup does not match its digest. Raises InputError.
    """
    if held_by(where.lock) is not None:
        raise InputError("Trạm đang chạy nên chưa khôi phục được.", hint="Dừng trạm rồi làm lại.")
    fresh = where.station / f".restore-{now:%Y%m%d-%H%M%S}"
    before = where.station / f"truoc-khoi-phuc-{now:%Y%m%d-%H%M%S}"
    try:
        count = _unpack(archive_file, fresh)
        before.mkdir()
        for name in (*KEPT, "var"):
            if (where.station / name).exists():
                (where.station / name).rename(before / name)
            if (fresh / name).exists():
                (fresh / name).rename(where.station / name)
    except OSError as error:
        raise InputError(
            f"Không khôi phục được: {error.strerror or error}.", hint="Tệp cũ của trạm còn nguyên."
        ) from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return count, before


def _unpack(archive_file: Path, fresh: Path) -> int:
    bad = InputError(f"{archive_file} không phải bản sao lưu nguyên vẹn của trạm.", hint="Chọn một bản sao lưu khác.")
    try:
        with zipfile.ZipFile(archive_file) as archive:
            manifest = json.loads(archive.read(MANIFEST))
            listed = manifest.get("files") if isinstance(manifest, dict) else None
            if not isinstance(listed, dict):
                raise bad
            for name, wanted in listed.items():
                place = PurePosixPath(name)
                if place.is_absolute() or ".." in place.parts or place.parts[:1] not in _ROOTS:
                    raise bad
                target = fresh / name
                target.parent.mkdir(parents=True, exist_ok=True)
                digest = hashlib.sha256()
                with archive.open(name) as source, target.open("wb") as file:
                    while block := source.read(_BLOCK):
                        digest.update(block)
                        file.write(block)
                if digest.hexdigest() != wanted:
                    raise bad
            return len(listed)
    except _DAMAGED as error:
        raise bad from error
