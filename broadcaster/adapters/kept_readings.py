"""What the files of a folder gave when they were last read, so that only those whose bytes differ are read again.

A value is kept under the digest of the very bytes it came from: time, size and inode say nothing here, so a file that was
only touched is known, and one that was replaced unnoticed is not. Values are shared, never copied: they must be immutable.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

Basis = tuple[object, ...]
"""All that a value depends on besides the bytes of its file."""

_BLOCK = 64 * 1024


@dataclass(frozen=True, slots=True)
class Kept:
    """What one file gave, and from what."""

    digest: bytes
    basis: Basis
    value: object


@dataclass(frozen=True, slots=True)
class KeptFiles:
    """The values of one whole reading, by file name. Nothing in it changes any more, so every thread may look."""

    by_name: Mapping[str, Kept] = field(default_factory=dict)


class Session:
    """One reading under way, in one thread: each file is digested once, and what an earlier reading knows is asked for by it."""

    def __init__(self, before: KeptFiles, folder: Path) -> None:
        self._folder = str(folder)
        self._before = before.by_name
        self._used: dict[str, Kept] = {}
        self._digests: dict[str, bytes | None] = {}

    def digest(self, name: str) -> bytes | None:
        """SHA-256 of the file's bytes as they were when this reading first asked; None when they could not be had."""
        if name not in self._digests:
            self._digests[name] = _digest(f"{self._folder}/{name}")
        return self._digests[name]

    def known(self, name: str, basis: Basis, kind: type[T]) -> T | None:
        """What the earlier reading had from these very bytes on this very basis."""
        digest = self.digest(name)  # asked before anything is read, so that `keep` can tell a file written meanwhile
        kept = self._before.get(name)
        if kept is None or kept.digest != digest or kept.basis != basis or not isinstance(kept.value, kind):
            return None
        self._used[name] = kept
        return kept.value

    def older(self, name: str, basis: Basis, kind: type[T]) -> T | None:
        """What the earlier reading had from that file on this basis, whatever its bytes were."""
        kept = self._before.get(name)
        return kept.value if kept is not None and kept.basis == basis and isinstance(kept.value, kind) else None

    def keep(self, name: str, basis: Basis, value: object) -> None:
        """Remember what the file gave, unless it was written meanwhile: then nobody can say which bytes the value came from."""
        digest = self.digest(name)
        if digest is not None and _digest(f"{self._folder}/{name}") == digest:
            self._used[name] = Kept(digest, basis, value)

    def files(self) -> KeptFiles:
        """What this reading used, for the next one; what no file gives any more is let go."""
        return KeptFiles(self._used)


def _digest(path: str) -> bytes | None:
    digest = hashlib.sha256()
    try:
        with open(path, "rb", buffering=0) as opened:  # noqa: PTH123 - thousands of files: a Path each costs more than the digest
            while block := opened.read(_BLOCK):
                digest.update(block)
    except OSError:
        return None
    return digest.digest()
