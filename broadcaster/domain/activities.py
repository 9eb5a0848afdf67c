"""Activities written down by hand: what the plan asks for besides the loudspeakers, each with who entered it and its evidence."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum


class ActivityKind(Enum):
    """What was done, in the words of a ward's report."""

    MEETING = "hội nghị"
    WEB = "tin web"
    SOCIAL = "mạng xã hội"
    TRAINING = "tập huấn"
    PRINT = "pano, băng rôn, tờ rơi"
    MOBILE = "loa di động"
    LIVE = "micro trực tiếp"
    TARGET = "số liệu chỉ tiêu"
    OTHER = "khác"


UNITS = {
    ActivityKind.MEETING: "cuộc",
    ActivityKind.WEB: "tin, bài",
    ActivityKind.SOCIAL: "tin, bài",
    ActivityKind.TRAINING: "lớp",
    ActivityKind.PRINT: "cái, tờ",
    ActivityKind.MOBILE: "lượt",
    ActivityKind.LIVE: "lượt",
    ActivityKind.TARGET: "",
    ActivityKind.OTHER: "lượt",
}
"""What one of each kind is counted in."""

BY_HAND = "nhập tay"
"""The mark every hand-entered figure carries wherever it is shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A file kept under var/evidence by the digest of its bytes; ``name`` is what it was called, ``size`` bytes."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """One activity as entered. ``people`` is lượt người; ``count`` how many (posts, sheets, sessions), 1 by default.

    ``target`` and ``value`` belong to kind TARGET: the measured value of a target of the plan. ``topics`` are plan codes.
    ``corrects`` is the seq of the entry this one stands in place of; ``void`` strikes that entry out and counts nothing.
    """

    kind: ActivityKind
    day: date
    title: str
    by: str
    entered: datetime
    place: str = ""
    people: int | None = None
    count: int = 1
    link: str = ""
    note: str = ""
    topics: tuple[str, ...] = ()
    target: str = ""
    value: float | None = None
    evidence: tuple[Evidence, ...] = ()
    corrects: int | None = None
    void: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedActivity:
    """An activity at its place in the journal."""

    seq: int
    activity: Activity


def standing(entries: Iterable[RecordedActivity]) -> tuple[RecordedActivity, ...]:
    """What counts: entries nobody corrected and that strike nothing out, by day, then in the order entered."""
    known = sorted(entries, key=lambda e: e.seq)
    corrected = {e.activity.corrects for e in known}
    left = [e for e in known if e.seq not in corrected and not e.activity.void]
    return tuple(sorted(left, key=lambda e: (e.activity.day, e.seq)))
