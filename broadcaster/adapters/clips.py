"""Clips on disk: each sound once under the digest of its bytes, and one small JSON file for each key that led to it.

<root>/<audio_sha256>.wav    <root>/index/<sha256 of the key>.json    <root>/work/   renderings in progress
"""

import errno
import hashlib
import json
import logging
import os
import threading
import uuid
from collections.abc import Iterable
from dataclasses import asdict, fields, replace
from datetime import datetime, timedelta
from pathlib import Path

from broadcaster.domain.clips import Clip, ClipIndex
from broadcaster.errors import RecordError

log = logging.getLogger(__name__)

STALE = timedelta(hours=6)
"""A rendering in progress older than this was left by a crash."""

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class DiskClips:
    """Safe with several processes at once: every change is one rename. Raises RecordError when the disk takes no more.

    Told ``now``, it first removes what a crash left half made.
    """

    def __init__(self, root: Path, *, now: datetime | None = None) -> None:
        self._root = root.resolve()
        self._index = self._root / "index"
        self._work = self._root / "work"
        self._proved: dict[str, tuple[int, int]] = {}
        self._lock = threading.Lock()
        self._known: tuple[tuple[int, int], ClipIndex] | None = None
        try:
            self._index.mkdir(parents=True, exist_ok=True)
            self._work.mkdir(exist_ok=True)
        except OSError as error:
            raise _unwritable(error) from error
        if now is not None:
            self._sweep(now)

    def get(self, key: str) -> Clip | None:
        """The clip made for that key, if its card can be read; its sound may still be missing: ask `verified`."""
        return self.index().by_key.get(key)

    def by_audio(self, audio_sha256: str) -> Clip | None:
        """Any clip with that sound."""
        return self.index().by_audio.get(audio_sha256)

    def index(self) -> ClipIndex:
        """Every card, read again only when the folder has changed (its time, or the number of its files)."""
        with self._lock:
            names = [entry.name for entry in self._index.iterdir()]
            signature = (self._index.stat().st_mtime_ns, len(names))
            if self._known is None or self._known[0] != signature:
                by_key: dict[str, Clip] = {}
                by_audio: dict[str, Clip] = {}
                for name in sorted(names):
                    if name.endswith(".json") and (clip := self._read(self._index / name)) is not None:
                        by_key[clip.key] = clip
                        by_audio.setdefault(clip.audio_sha256, clip)
                self._known = (signature, ClipIndex(by_key=by_key, by_audio=by_audio, mark=signature))
            return self._known[1]

    def add(self, clip: Clip, rendered: Path) -> Clip:
        """Move the rendered file in and write its card, in that order, so that a card never names a sound not yet there."""
        kept = replace(clip, path=str(self._sound(clip.audio_sha256)))
        try:
            if rendered.exists():
                self._move_in(kept, rendered)
            elif not self.verified(kept):
                raise RecordError(
                    f"Không thấy tệp âm thanh vừa tạo cho «{clip.script_id}».", "Chạy lại «broadcaster prepare»."
                )
            _write_durably(self._card(kept.key), json.dumps(_said(kept), ensure_ascii=False, indent=1).encode())
        except OSError as error:
            raise _unwritable(error) from error
        return kept

    def workplace(self) -> Path:
        """A fresh ``.wav`` path beside the clips, so that moving it in is one rename."""
        return self._work / f"{uuid.uuid4().hex}.wav"

    def verified(self, clip: Clip) -> bool:
        """Re-reads the file, unless its size and time are those of the last reading."""
        path = self._sound(clip.audio_sha256)
        try:
            state = path.stat()
            stamp = (state.st_size, state.st_mtime_ns)
            with self._lock:
                if self._proved.get(clip.audio_sha256) == stamp:
                    return True
            holds = _digest(path) == clip.audio_sha256
        except OSError:
            return False
        if holds:
            with self._lock:
                self._proved[clip.audio_sha256] = stamp
        return holds

    def all(self) -> Iterable[Clip]:
        """Every clip with a readable card, in a fixed order."""
        for card in sorted(self._index.glob("*.json")):
            clip = self._read(card)
            if clip is not None:
                yield clip

    def remove(self, clip: Clip) -> None:
        """Forget the key; the sound goes with its last key."""
        try:
            self._card(clip.key).unlink(missing_ok=True)
            if self.by_audio(clip.audio_sha256) is None:
                self._sound(clip.audio_sha256).unlink(missing_ok=True)
        except OSError as error:
            raise _unwritable(error) from error

    def _move_in(self, clip: Clip, rendered: Path) -> None:
        if _digest(rendered) != clip.audio_sha256:
            raise RecordError(
                f"Tệp âm thanh vừa tạo cho «{clip.script_id}» không còn nguyên vẹn.", "Chạy lại «broadcaster prepare»."
            )
        rendered.replace(clip.path)
        _sync_folder(self._root)

    def _card(self, key: str) -> Path:
        return self._index / f"{hashlib.sha256(key.encode()).hexdigest()}.json"

    def _sound(self, audio_sha256: str) -> Path:
        name = audio_sha256 if audio_sha256.isalnum() else hashlib.sha256(audio_sha256.encode()).hexdigest()
        return self._root / f"{name}.wav"

    def _read(self, card: Path) -> Clip | None:
        try:
            said = json.loads(card.read_bytes())
            clip = Clip(**said, path="")
            if [type(getattr(clip, name)) for name in _TYPES] != list(_TYPES.values()):
                raise TypeError("a field of another type")
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError) as error:
            log.warning("The clip card %s cannot be read: %s.", card.name, error, extra={"action": "clip_unreadable"})
            return None
        return replace(clip, path=str(self._sound(clip.audio_sha256)))

    def _sweep(self, now: datetime) -> None:
        """What a crash left goes once it is old; a young one may be another process at work."""
        for left in (*self._work.iterdir(), *self._index.glob(".*.part")):
            try:
                if left.is_file() and left.stat().st_mtime < (now - STALE).timestamp():
                    left.unlink(missing_ok=True)
            except OSError as error:
                log.warning("A leftover cannot be removed: %s.", error, extra={"action": "leftover_kept"})


_TYPES = {f.name: f.type for f in fields(Clip) if f.type in (str, int, float)}


def _said(clip: Clip) -> dict[str, object]:
    """All but the path: the folder may be moved."""
    return {name: value for name, value in asdict(clip).items() if name != "path"}


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write_durably(path: Path, body: bytes) -> None:
    part = path.with_name(f".{path.name}.{uuid.uuid4().hex}.part")
    try:
        with part.open("wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _unwritable(error: OSError) -> RecordError:
    if error.errno in _FULL:
        return RecordError("Ổ đĩa đã đầy, không lưu được tệp âm thanh.", "Xoá bớt tệp không cần rồi chạy lại.")
    return RecordError(
        f"Không lưu được tệp âm thanh: {error.strerror or error}.", "Kiểm tra quyền ghi của thư mục var/clips."
    )
