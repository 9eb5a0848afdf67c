"""Recordings an officer placed beside a script: found, confined to the folder, and named by their bytes."""

import hashlib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Protocol

from broadcaster.adapters.fields import FieldError, shown
from broadcaster.adapters.recording_heads import RECORDING_SUFFIXES
from broadcaster.domain.folding import did_you_mean

_BLOCK = 1 << 20
_SUFFIX_HINT = "Dùng tệp mp3, wav, ogg hoặc flac; dạng khác thì đổi bằng phần mềm ghi âm."


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingFile:
    """A recording on disk: ``name`` relative to the station folder, digest of its bytes, whether it looks like sound."""

    name: str
    sha256: str
    sounds: bool


class RecordingFinder(Protocol):
    """Where a script's recording is looked for."""

    def find(self, written: str) -> RecordingFile: ...


_Stamp = tuple[str, int, int, int, int, int]
"""Name, device, inode, size, and when it was written and changed."""


class RecordingFiles:
    """Finds recordings under one folder of the station and digests each file once, until it is written or replaced.

    In a folder of links ``linked`` is the one the files truly lie in; ``known`` are others whose digests are shared.
    """

    def __init__(
        self, station_dir: Path, folder: str, *, linked: Path | None = None, known: "RecordingFiles | None" = None
    ) -> None:
        self._station = station_dir
        self._folder = folder
        self._linked = linked
        self._known: dict[_Stamp, RecordingFile] = known._known if known is not None else {}

    def find(self, written: str) -> RecordingFile:
        """The recording a script names; FieldError when the name leaves the folder, has a wrong suffix, or is not there."""
        pure = PurePosixPath(written)
        if "\\" in written or ":" in written or pure.is_absolute() or ".." in pure.parts or "\x00" in written:
            hint = f"Chép tệp vào thư mục {self._folder} rồi chỉ ghi tên tệp."
            raise FieldError("recording-path", f"Đường dẫn bản thu {shown(written)} không dùng được.", hint)
        if pure.suffix.lower() not in RECORDING_SUFFIXES:
            raise FieldError(
                "recording-suffix", f"Bản thu {shown(written)} không phải tệp âm thanh dùng được.", _SUFFIX_HINT
            )
        try:
            return self._digested(*self._located(pure, written))
        except (OSError, ValueError) as cause:
            hint = "Kiểm tra quyền đọc tệp, hoặc chép lại tệp."
            raise FieldError("recording-unreadable", f"Không mở được bản thu {shown(written)}.", hint) from cause

    def _located(self, pure: PurePosixPath, written: str) -> tuple[Path, Path]:
        """The file and the folder it was found in."""
        root = (self._station / self._folder).resolve()
        inside = PurePosixPath(*pure.parts[1:]) if pure.parts[0] == self._folder else pure
        path = root
        for part in inside.parts:  # a name typed here is NFC, one copied from another machine may be NFD on disk
            forms = [path / unicodedata.normalize(form, part) for form in ("NFC", "NFD")]
            path = next((form for form in forms if form.exists()), forms[0])
        if path.is_file():
            if not self._inside(path.resolve(), root):
                hint = f"Chép tệp vào thư mục {self._folder}, không dùng lối tắt."
                raise FieldError("recording-path", f"Bản thu {shown(written)} nằm ngoài thư mục bài phát.", hint)
            return path, root
        folder = path.parent
        near = (p.name for p in folder.iterdir() if p.suffix.lower() in RECORDING_SUFFIXES) if folder.is_dir() else ()
        hint = did_you_mean(pure.name, near) or f"Chép tệp vào thư mục {self._folder}."
        raise FieldError("recording-missing", f"Không tìm thấy bản thu {shown(written)}.", hint)

    def _inside(self, path: Path, root: Path) -> bool:
        homes = [root] if self._linked is None else [root, (self._linked / self._folder).resolve()]
        return any(path.is_relative_to(home) for home in homes)

    def _digested(self, path: Path, root: Path) -> RecordingFile:
        stat = path.stat()
        if stat.st_size == 0:
            raise FieldError(
                "recording-empty", f"Bản thu {shown(path.name)} là tệp rỗng.", "Chép lại tệp từ máy ghi âm."
            )
        name = unicodedata.normalize("NFC", f"{self._folder}/{path.relative_to(root).as_posix()}")
        key = (name, stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns)
        if key not in self._known:
            digest = hashlib.sha256()
            with path.open("rb") as opened:
                head = opened.read(_BLOCK)
                digest.update(head)
                while block := opened.read(_BLOCK):
                    digest.update(block)
            self._known[key] = RecordingFile(name=name, sha256=digest.hexdigest(), sounds=_sounds(head))
        return self._known[key]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingsToBe:
    """The recordings there are, and those the same edit will put beside the script: name under ``folder`` to digest."""

    there: RecordingFiles
    folder: str
    coming: Mapping[str, str]

    def find(self, written: str) -> RecordingFile:
        """A coming one by its very name, else as `RecordingFiles.find`."""
        name = f"{self.folder}/{written}"
        if name in self.coming:
            return RecordingFile(name=name, sha256=self.coming[name], sounds=True)
        return self.there.find(written)


def _sounds(head: bytes) -> bool:
    """Whether the first bytes are those of mp3, wav, ogg or flac: a renamed m4a or a web page is not."""
    return (
        head[:4] in (b"RIFF", b"OggS", b"fLaC") or head[:3] == b"ID3" or (head[:1] == b"\xff" and head[1:2] >= b"\xe0")
    )
