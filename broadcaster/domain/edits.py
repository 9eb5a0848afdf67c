"""Edits of station files: which file changed from what to what, by whom and when; two people at one file."""

from dataclasses import dataclass
from datetime import datetime

ABSENT = ""
"""The digest of a file that is not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Content known by its digest, an upload or an old version: it goes from disk to disk, never through memory."""

    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileVersion:
    """A file as it stands: its bytes (None when it is not there) and their SHA-256."""

    name: str
    data: bytes | None
    digest: str

    @property
    def text(self) -> str:
        """The bytes as text; what is no UTF-8 is shown as replacement marks."""
        return "" if self.data is None else self.data.decode("utf-8", "replace").removeprefix("\ufeff")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileChange:
    """One file of an edit, by the digests before and after; `ABSENT` where there was or is no file."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One edit as kept in the history; ``undoes`` is the number of the edit it takes back."""

    number: int
    at: datetime
    by: str
    why: str
    changes: tuple[FileChange, ...]
    undoes: int | None = None

    def touches(self, name: str) -> bool:
        """Whether it changed that file."""
        return any(change.name == name for change in self.changes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """A file somebody changed meanwhile: the version the edit began from, the one there now, and the one that was to be.

    Of a recording only the digest is carried: its bytes are nothing to read, and many.
    """

    name: str
    began: bytes | None
    theirs: bytes | None
    mine: bytes | None
    theirs_digest: str
    by: str = ""
    at: datetime | None = None


def undone(edits: tuple[Edit, ...]) -> frozenset[int]:
    """The numbers of edits that stand taken back; taking back an undoing edit puts the first one in force again."""
    taken: set[int] = set()
    for edit in sorted(edits, key=lambda e: e.number, reverse=True):
        if edit.undoes is not None and edit.number not in taken:
            taken.add(edit.undoes)
    return frozenset(taken)
