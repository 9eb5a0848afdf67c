"""The seams of editing, apart from those of airing: files with history, calendar, settings and scripts as text, reviews."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import BinaryIO, Protocol

from broadcaster.domain.calendar import CalendarException, Programme, Slot
from broadcaster.domain.edits import Conflict, Edit, FileVersion, Kept
from broadcaster.domain.problems import Problem
from broadcaster.domain.reviews import Review
from broadcaster.domain.scripts import Script, ScriptId
from broadcaster.errors import BroadcasterError
from broadcaster.ports import StationFiles

FORM = "form"
"""The file name of a problem in something typed into a form; its ``cell`` is the field."""


class ConflictError(BroadcasterError):
    """Somebody changed a file meanwhile; nothing was written and both versions are here."""

    def __init__(self, conflicts: Sequence[Conflict]) -> None:
        names = ", ".join(c.name for c in conflicts)
        super().__init__(
            f"Tệp {names} vừa được người khác hoặc chương trình khác sửa, nên chưa ghi gì.",
            "Xem hai bản rồi chọn: giữ bản của người kia, hay ghi bản của mình (bản kia vẫn còn trong lịch sử).",
        )
        self.conflicts = tuple(conflicts)


class EditedFiles(Protocol):
    """Writes station.toml and files of schedules/ and audio_scripts/ whole or not at all, keeping every version with who and when.

    Names are relative with forward slashes; one that is neither raises InputError. OS failures raise InputError
    with the way out.
    """

    def current(self, name: str) -> FileVersion: ...

    def digest(self, name: str) -> str:
        """The SHA-256 of a file as it stands, `ABSENT` where there is none; in flat memory."""
        ...

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
        """Write every file (None removes it) if each still has the digest the edit began from, else raise ConflictError.

        They are put in place in the order given. Raises InputError for content that is too large or no longer kept.
        All or none, also across a power cut: what a crash left half done is completed by the next call.
        """
        ...

    def edits(self, name: str | None = None, *, most: int = 100) -> tuple[Edit, ...]:
        """The newest edits first, of one file or of all."""
        ...

    def content(self, digest: str) -> bytes | None:
        """The bytes of a kept version."""
        ...

    def keeps(self, digest: str) -> bool:
        """Whether a version is kept, without reading it."""
        ...

    def would_read(self, changes: Mapping[str, bytes | None]) -> StationFiles:
        """The station folder as it would be with these changes; nothing of the station is written."""
        ...

    def hold(self, data: bytes | BinaryIO) -> str:
        """Keep an uploaded file, to be applied after a preview; returns its digest. The oldest go when there are many.

        A file is read from where it stands to its end, in blocks.
        """
        ...

    def held(self, digest: str) -> bytes | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RowReading:
    """What one row means: a slot, or exceptions, or a programme; nothing when it has an error."""

    slot: Slot | None = None
    exceptions: tuple[CalendarException, ...] = ()
    programme: Programme | None = None
    problems: tuple[Problem, ...] = ()


class PassedOver(Enum):
    """Why a row of a workbook is no row of the calendar."""

    ABOVE = "chữ ở trên bảng"
    HEADING = "hàng tiêu đề"
    REPEATED = "hàng tiêu đề lặp lại"
    HIDDEN = "hàng đang ẩn, không đọc"
    REMARK = "ghi chú hay chữ ký, không phải lịch"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkbookRow:
    """One row of an uploaded workbook: where it stands, what was written, and what it became, or why it was passed over."""

    sheet: str
    row: int
    cells: tuple[tuple[str, str], ...]
    reading: RowReading
    passed_over: PassedOver | None = None


class CalendarText(Protocol):
    """Calendar rows as a person types them, and YAML calendars as text: every edit leaves comments and order in place.

    ``section`` is ``khung_gio``, ``lich_ngay`` or ``ngoai_le``; ``values`` are field keys to typed text. A file that cannot be
    edited in place raises InputError.
    """

    def check(self, section: str, values: Mapping[str, str]) -> RowReading:
        """The meaning of a row; each problem's place is (`FORM`, field)."""
        ...

    def values(self, slot: Slot) -> dict[str, str]:
        """A slot as the fields a form shows."""
        ...

    def add(self, text: str, section: str, values: Mapping[str, str]) -> str: ...

    def change(self, text: str, line: int, values: Mapping[str, str]) -> str:
        """Set fields of the row at that line; an empty value takes the field away, other fields stay as written."""
        ...

    def remove(self, text: str, line: int) -> str: ...

    def row(self, text: str, line: int) -> str | None:
        """The row as written, None when no row begins there."""
        ...

    def section_of(self, text: str, line: int) -> str | None: ...

    def fields(self, row: str) -> dict[str, str]:
        """A row as `row` gives it, as the fields a form shows; empty when it cannot be read so."""
        ...

    def workbook(self, name: str, data: bytes) -> tuple[tuple[WorkbookRow, ...], tuple[Problem, ...]]:
        """Every row with anything in it and what it would give, and the problems that belong to no row."""
        ...


class SettingsText(Protocol):
    """station.toml as text: every edit leaves comments and order in place.

    ``section`` is the name of a table (``don_vi``, ``quy_dinh``…); ``number`` counts the tables of a repeated one from 0 and is 0
    for one written once; ``values`` are field keys to typed text. What cannot be edited in place raises InputError.
    """

    def rows(self, text: str, section: str) -> tuple[Mapping[str, str], ...]:
        """Each table of that name as the fields a form shows; a field that is not written shows its default."""
        ...

    def check(self, section: str, values: Mapping[str, str]) -> tuple[Problem, ...]:
        """What is wrong with typed values; each problem's place is (`FORM`, field)."""
        ...

    def change(self, text: str, section: str, number: int, values: Mapping[str, str]) -> str:
        """Set the fields that differ; others stay as written."""
        ...

    def add(self, text: str, section: str, values: Mapping[str, str]) -> str: ...

    def remove(self, text: str, section: str, number: int) -> str: ...

    def entry(self, text: str, section: str, name: str, value: str | None) -> str:
        """One line of a table whose keys are the station's own (``cho_trong``, ``ngay_nghi_rieng``) set, or taken away."""
        ...

    def remarks(self, text: str, section: str) -> Mapping[str, str]:
        """The remark written behind each key of a table."""
        ...

    def field_at(self, text: str, line: int) -> tuple[str, int, str]:
        """The section, number and field key that stand at a line; empty where none does."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptDraft:
    """A script file in parts: front matter fields as typed, and the body with its blanks and comments."""

    front: Mapping[str, str]
    body: str


class ScriptText(Protocol):
    """Script files as text."""

    def split(self, text: str) -> ScriptDraft: ...

    def compose(self, draft: ScriptDraft, before: str) -> str:
        """The file's new text: fields of ``draft`` set in ``before``'s front matter, comments, order and other fields kept."""
        ...

    def check(
        self, name: str, text: str, blanks: Mapping[str, str], coming: Mapping[str, str] | None = None
    ) -> tuple[Script | None, tuple[Problem, ...]]:
        """The text as the station would read it under that name; ``coming``: recordings of the same edit, name to digest."""
        ...

    def from_docx(self, data: bytes) -> str:
        """The paragraphs of a Word file as plain text; InputError for what is no Word file, or a bomb."""
        ...

    def from_html(self, html: str) -> str:
        """The text of a pasted fragment, without markup."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldRecording:
    """An uploaded recording that waits to be saved: ``suffix`` is what its bytes are, whatever its sender called it."""

    digest: str
    suffix: str
    seconds: float


class RecordingUploads(Protocol):
    """Recordings as they arrive, held until the script that plays them is saved."""

    def take(self, filename: str, sound: BinaryIO) -> HeldRecording:
        """Check and hold an upload. Raises InputError for what is empty, too large, or no sound the station can play."""
        ...

    def known(self, digest: str) -> HeldRecording | None:
        """One that is still held; None when it was let go meanwhile, or never was one."""
        ...


class Reviews(Protocol):
    """Scripts sent for approval and returned, each with a name, a moment and a digest; append-only."""

    def add(self, review: Review) -> None: ...

    def newest(self) -> Mapping[ScriptId, Review]: ...

    def of(self, script: ScriptId) -> tuple[Review, ...]: ...
