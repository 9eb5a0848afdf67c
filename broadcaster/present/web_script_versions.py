"""Versions of a script file as a page shows them: who, when, why, and line by line what differs from now."""

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from broadcaster.domain.edits import ABSENT, Edit, undone
from broadcaster.domain.reviews import Review, Step
from broadcaster.domain.scripts import Approval

LONGEST_COMPARED = 3000
"""Lines of one version beyond which only its beginning is compared."""
LONGEST_LINE = 4000
MOST_PAIRS = 900
ALIKE = 0.4
"""How much of their words two lines share to be shown as one line changed."""
AROUND = 2
"""Equal lines kept on each side of a difference."""

_WORD = re.compile(r"\s+|[^\s]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version in the history; ``digest`` is empty where the file was removed. ``edit`` None: it was there before any edit."""

    digest: str
    edit: Edit | None
    current: bool
    taken_back: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """The newest version first; ``outside`` when the file as it stands was written by no edit of the console."""

    versions: tuple[Version, ...]
    outside: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Some words of a line; ``changed`` when they stand on this side only."""

    text: str
    changed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffLine:
    """A line of the comparison: ``kind`` is giong (both), bo (only the old one), them (only the new one) or cach (left out)."""

    kind: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One step on a script's way, by whom and when."""

    at: datetime
    by: str
    text: str
    reason: str = ""


def history(edits: Sequence[Edit], name: str, current: str) -> History:
    """The versions of one file from its edits (newest first) and the digest it has now."""
    taken = undone(tuple(edits))
    found: list[Version] = []
    shown_current = False
    before = ABSENT
    for edit in edits:
        change = next((c for c in edit.changes if c.name == name), None)
        if change is None:
            continue
        here = not shown_current and change.after == current
        shown_current = shown_current or here
        found.append(Version(digest=change.after, edit=edit, current=here, taken_back=edit.number in taken))
        before = change.before
    if before != ABSENT:
        here = not shown_current and before == current
        shown_current = shown_current or here
        found.append(Version(digest=before, edit=None, current=here))
    return History(versions=tuple(found), outside=bool(found) and not shown_current)


def deeds(reviews: Sequence[Review], approval: Approval | None) -> tuple[Deed, ...]:
    """Sent, returned, approved: the newest first."""
    words = {Step.SENT: "gửi duyệt", Step.RETURNED: "trả lại"}
    found = [Deed(at=r.at, by=r.by, text=words[r.step], reason=r.reason) for r in reviews]
    if approval is not None:
        found.append(Deed(at=approval.at, by=approval.by, text="duyệt", reason=approval.ref))
    return tuple(sorted(found, key=lambda d: d.at, reverse=True))


def compare(old: str, new: str) -> tuple[DiffLine, ...]:
    """What was taken away and what was added from ``old`` to ``new``; long equal stretches are left out and counted."""
    a, b = _lines(old), _lines(new)
    found: list[DiffLine] = []
    matcher = difflib.SequenceMatcher(None, a, b, autojunk=len(a) > LONGEST_COMPARED // 4)
    blocks = matcher.get_opcodes()
    for position, (tag, i1, i2, j1, j2) in enumerate(blocks):
        if tag == "equal":
            found += _equal(a[i1:i2], first=position == 0, last=position == len(blocks) - 1)
        else:
            found += _replaced(a[i1:i2], b[j1:j2])
    return tuple(found)


def _lines(text: str) -> list[str]:
    lines = text.splitlines()
    if len(lines) > LONGEST_COMPARED:
        lines = [*lines[:LONGEST_COMPARED], f"… còn {len(lines) - LONGEST_COMPARED} dòng không so"]
    return lines


def _equal(lines: Sequence[str], *, first: bool, last: bool) -> Iterator[DiffLine]:
    before, after = (0 if first else AROUND), (0 if last else AROUND)
    left_out = len(lines) - before - after
    if left_out <= 1:
        yield from (DiffLine(kind="giong", pieces=(Piece(text=line),)) for line in lines)
        return
    yield from (DiffLine(kind="giong", pieces=(Piece(text=line),)) for line in lines[:before])
    yield DiffLine(kind="cach", pieces=(Piece(text=f"… {left_out} dòng giống nhau"),))
    yield from (DiffLine(kind="giong", pieces=(Piece(text=line),)) for line in lines[len(lines) - after :])


def _replaced(old: Sequence[str], new: Sequence[str]) -> Iterator[DiffLine]:
    """Lines that stand for each other show the words that differ."""
    pairs = _pairs(old, new)
    other = {j: i for i, j in pairs.items()}
    for i, line in enumerate(old):
        whole = (Piece(text=line, changed=True),)
        yield DiffLine(kind="bo", pieces=_words(line, new[pairs[i]])[0] if i in pairs else whole)
    for j, line in enumerate(new):
        whole = (Piece(text=line, changed=True),)
        yield DiffLine(kind="them", pieces=_words(old[other[j]], line)[1] if j in other else whole)


def _pairs(old: Sequence[str], new: Sequence[str]) -> dict[int, int]:
    """Which old line became which new one, in order; lines with little in common stay apart."""
    if len(old) * len(new) > MOST_PAIRS:
        return {}
    found: dict[int, int] = {}
    free = 0
    for i, line in enumerate(old):
        if not line.strip() or len(line) > LONGEST_LINE:
            continue
        words = line.split()
        for j in range(free, len(new)):
            if len(new[j]) <= LONGEST_LINE and difflib.SequenceMatcher(None, words, new[j].split()).ratio() >= ALIKE:
                found[i] = j
                free = j + 1
                break
    return found


def _words(old: str, new: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    a, b = _WORD.findall(old), _WORD.findall(new)
    left: list[Piece] = []
    right: list[Piece] = []
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        differs = tag != "equal"
        if i2 > i1:
            left.append(Piece(text="".join(a[i1:i2]), changed=differs))
        if j2 > j1:
            right.append(Piece(text="".join(b[j1:j2]), changed=differs))
    return tuple(left), tuple(right)
