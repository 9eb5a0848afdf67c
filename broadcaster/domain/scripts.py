"""Scripts: what may be said, who wrote it, how long it is valid, and which digests were approved."""

import hashlib
import unicodedata
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from typing import NewType

from broadcaster.domain.problems import Where

ScriptId = NewType("ScriptId", str)
TopicCode = NewType("TopicCode", str)


class Kind(Enum):
    """The genre of an item, by the word the trade writes in its log book."""

    NEWS = "tin"
    ARTICLE = "bài"
    FEATURE = "chuyên mục"
    NOTICE = "thông báo"
    REMINDER = "lời nhắc"
    QUESTIONS = "hỏi đáp"
    SIGNATURE = "nhạc hiệu"
    CALL = "xướng"
    INTERLUDE = "nhạc cắt"
    CLOSING = "chào"
    RELAY = "tiếp âm"
    EMERGENCY = "khẩn cấp"
    TEST = "thử loa"


FRAME_KINDS = frozenset({Kind.SIGNATURE, Kind.CALL, Kind.INTERLUDE, Kind.CLOSING})
"""Kinds that dress a programme and are never counted as content."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """One item as the officer wrote it: front matter and text, or front matter and a recording.

    ``text`` is NFC with LF line ends and its blanks already filled; ``blanks`` are the ones station.toml leaves empty
    and which block airing. ``speed`` is syllables a minute. ``recording`` is a path relative to the station folder.
    ``recording_sha256`` names the recording's bytes. ``valid_from`` and ``valid_until`` are both inclusive.
    """

    id: ScriptId
    title: str
    kind: Kind
    topics: tuple[TopicCode, ...] = ()
    fields: tuple[str, ...] = ()
    text: str = ""
    blanks: tuple[str, ...] = ()
    author: str = ""
    sources: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_until: date | None = None
    superseded_by: ScriptId | None = None
    language: str = "vi"
    voice: str | None = None
    speed: int | None = None
    repeat: int = 1
    repeat_gap_s: float = 2.0
    recording: str | None = None
    recording_sha256: str | None = None
    origin: str = "tự sản xuất"
    note: str = ""
    where: Where = field(default_factory=lambda: Where(file=""))

    @property
    def text_sha256(self) -> str:
        """Names what is said: the text with its blanks filled, or the recording's bytes, and how often it is repeated."""
        said = self.recording_sha256 if self.recording else canonical_text(self.text)
        return hashlib.sha256(f"{said}\n#repeat={self.repeat}".encode()).hexdigest()

    def valid_on(self, day: date) -> bool:
        """Both ends belong: the last day of validity airs."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day <= self.valid_until
        )


def canonical_text(text: str) -> str:
    """NFC, LF line ends, no trailing spaces: an edit that changes nothing a person reads changes no digest."""
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """A named person heard and approved exactly these digests of text and sound at this moment; ``ref`` is the paper's."""

    script_id: ScriptId
    text_sha256: str
    audio_sha256: str
    by: str
    at: datetime
    ref: str = ""

    def covers(self, *, text_sha256: str, audio_sha256: str) -> bool:
        """An edit or a new rendering voids it."""
        return self.text_sha256 == text_sha256 and self.audio_sha256 == audio_sha256
