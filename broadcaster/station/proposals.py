"""A calendar edit before it is written: the files as they would be, what is wrong with them, and what changes on air."""

import codecs
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from broadcaster.domain.calendar import Calendar, Slot
from broadcaster.domain.conflicts import check_plan
from broadcaster.domain.edits import FileVersion
from broadcaster.domain.plan_changes import AiringChange, airing_changes
from broadcaster.domain.problems import Problem, Where, has_errors
from broadcaster.domain.rundown import Airing
from broadcaster.domain.scripts import ScriptId
from broadcaster.errors import InputError
from broadcaster.ports import StationFiles
from broadcaster.ports_editing import FORM, EditedFiles

LOOK_AHEAD_DAYS = 30
"""How far ahead the difference on air is shown."""

Airings = Callable[[StationFiles, date, date], Sequence[Airing]]
"""What a version of the files would air in [first, last], with lengths."""

_FIELD_OF = {
    "unknown-content": "phat",
    "rotation-empty": "phat",
    "blank-in-use": "phat",
    "unfit-in-use": "phat",
    "topic-without-script": "phat",
    "nothing-to-air": "phat",
    "unknown-zone": "cum_loa",
    "id-repeated": "ma",
    "no-date": "thu",
    "unknown-slot": "khung_gio",
    "row-repeated": "gio",
    "duplicate-airing": "gio",
    "quiet-hours": "gio",
    "outside-window": "gio",
    "past-window": "gio",
    "overlap-wait": "gio",
    "overlap-cut": "gio",
    "overlap-lost": "gio",
}
_PLACES = re.compile(r"(?<=:)\d+|(?<=!)[A-Z]+\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One edit, ready to be written when it has no error: ``began`` are the digests of the files it was made from."""

    why: str
    changes: Mapping[str, bytes | None] = field(default_factory=dict)
    began: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    diff: tuple[AiringChange, ...] = ()
    first: date | None = None
    last: date | None = None
    rewritten: tuple[ScriptId, ...] = ()
    """Scripts whose words change with it, so that they must be heard and approved anew."""

    @property
    def sound(self) -> bool:
        """Whether it may be written."""
        return bool(self.changes) and not has_errors(self.problems)


class Drafted:
    """The texts an edit changes, each read once, with the digest it began from."""

    def __init__(self, files: EditedFiles) -> None:
        self._files = files
        self._texts: dict[str, str] = {}
        self._before: dict[str, str] = {}
        self._whole: dict[str, bytes] = {}
        self._marks: dict[str, bytes] = {}
        self.began: dict[str, str] = {}

    def text(self, name: str) -> str:
        """The file as this edit has left it so far; empty when there is none. Raises InputError for what is no UTF-8."""
        if name not in self._texts:
            version = self._files.current(name)
            _refuse_other_letters(version)
            self.began[name] = version.digest
            self._texts[name] = self._before[name] = version.text
            self._marks[name] = codecs.BOM_UTF8 if (version.data or b"").startswith(codecs.BOM_UTF8) else b""
        return self._texts[name]

    def put(self, name: str, text: str) -> None:
        """The file's new text."""
        self.text(name)
        self._texts[name] = text

    def put_bytes(self, name: str, data: bytes) -> None:
        """A whole new file that is no text."""
        self.began[name] = self._files.current(name).digest
        self._whole[name] = data

    def changes(self) -> dict[str, bytes | None]:
        """The files that differ."""
        changed = {name: text for name, text in self._texts.items() if text != self._before[name]}
        return {**{name: self._marks[name] + text.encode() for name, text in changed.items()}, **self._whole}


def _refuse_other_letters(version: FileVersion) -> None:
    """What cannot be read as it is must not be written: the letters that were not understood would be lost."""
    try:
        (version.data or b"").decode("utf-8")
    except UnicodeDecodeError as cause:
        message = f"Tệp {version.name} không phải dạng UTF-8, nên chưa sửa được từ màn hình."
        raise InputError(
            message, hint="Mở tệp bằng Notepad, Lưu thành (Save As), Mã hóa chọn UTF-8, rồi làm lại."
        ) from cause


class Judge:
    """Holds a would-be version of the files against the one there is."""

    def __init__(self, files: EditedFiles, current: StationFiles, airings: Airings, now: datetime) -> None:
        self._files = files
        self._current = current
        self._airings = airings
        self._now = now
        self._today = now.date()

    def judge(
        self,
        drafted: Drafted,
        why: str,
        *,
        touched: Iterable[Slot] = (),
        until: date | None = None,
        in_form: bool = True,
        every_day: bool = False,
    ) -> Proposal:
        """Read the folder as it would be; every new problem, and without errors the airings that differ in the coming days.

        ``touched`` are the slots this edit may change: if any other one goes, the files were not what the edit took them for.
        Problems stand at the fields of a form, or ``in_form`` false: where they are in the files. ``every_day``: clashes are
        looked for on every coming day, not only where airings differ, because the rules they are held against may change.
        """
        changes = drafted.changes()
        began = {name: drafted.began[name] for name in changes}
        if not changes:
            return Proposal(why=why)
        would = self._files.would_read(changes)
        self._refuse_strays(would.calendar, set(touched))
        last = max(self._today + timedelta(days=LOOK_AHEAD_DAYS), until or self._today)
        problems = _new(self._current.problems, would.problems)
        unread = has_errors(problems)
        diff, clashes = self._on_air(would, last, every_day=every_day)
        problems = (*problems, *clashes)
        return Proposal(
            why=why,
            changes=changes,
            began=began,
            problems=tuple(_at_field(p) for p in problems) if in_form else problems,
            diff=() if unread else diff,
            first=self._today,
            last=last,
            rewritten=_rewritten(self._current, would),
        )

    def _on_air(
        self, would: StationFiles, last: date, *, every_day: bool
    ) -> tuple[tuple[AiringChange, ...], tuple[Problem, ...]]:
        """Week by week, keeping only the days that must be judged: a month of a very full calendar is forty thousand airings."""
        diff: list[AiringChange] = []
        before: list[Airing] = []
        after: list[Airing] = []
        narrow = None if every_day else _narrowed(self._current, would)
        begin = self._today
        while begin <= last:
            end = min(begin + timedelta(days=6), last)
            part, days = self._week(narrow, begin, end) if narrow is not None else ((), {begin, end})
            if days:
                first, final = min(days), max(days)
                old, new = self._airings(self._current, first, final), self._airings(would, first, final)
                if narrow is None:
                    part = airing_changes(old, new, since=self._now)
                    days = {c.airing.planned.date() for c in part}
                before += [a for a in old if every_day or a.planned.date() in days]
                after += [a for a in new if every_day or a.planned.date() in days]
            diff += part
            begin = end + timedelta(days=1)
        known = check_plan(self._current.calendar, before, self._current.settings)
        found = check_plan(would.calendar, after, would.settings)
        return tuple(diff), _new(known, found)

    def _week(
        self, narrow: tuple[StationFiles, StationFiles], begin: date, end: date
    ) -> tuple[tuple[AiringChange, ...], set[date]]:
        """What changes in these days by the rows that differ alone, and on which days."""
        old, new = (self._airings(files, begin, end) for files in narrow)
        part = airing_changes(old, new, since=self._now)
        return part, {c.airing.planned.date() for c in part}

    def _refuse_strays(self, would: Calendar, touched: set[Slot]) -> None:
        kept = Counter(_unplaced(s) for s in would.slots)
        gone = Counter(_unplaced(s) for s in self._current.calendar.slots if s not in touched)
        gone.subtract(kept)
        if any(count > 0 for count in gone.values()):
            message = "Lịch vừa được sửa ở nơi khác, nên chưa ghi gì."
            raise InputError(message, hint="Tải lại trang để thấy lịch mới, rồi làm lại.")


def _narrowed(current: StationFiles, would: StationFiles) -> tuple[StationFiles, StationFiles] | None:
    """Both versions with only the rows that differ, when nothing else that decides what is aired differs; else None."""
    one, other = current.calendar, would.calendar
    if (current.settings, _rules(one)) != (would.settings, _rules(other)) or current.scripts != would.scripts:
        return None
    old, new = Counter(_unplaced(s) for s in one.slots), Counter(_unplaced(s) for s in other.slots)
    return (
        replace(current, calendar=replace(one, slots=tuple((old - new).elements()))),
        replace(would, calendar=replace(other, slots=tuple((new - old).elements()))),
    )


def _rules(calendar: Calendar) -> tuple[object, ...]:
    """All of a calendar but its rows, wherever it is written."""
    exceptions = tuple(replace(e, where=_NOWHERE) for e in calendar.exceptions)
    return exceptions, {i: replace(p, where=_NOWHERE) for i, p in calendar.programmes.items()}


def _rewritten(before: StationFiles, after: StationFiles) -> tuple[ScriptId, ...]:
    known = before.scripts
    return tuple(i for i, s in after.scripts.items() if i in known and known[i].text_sha256 != s.text_sha256)


def _unplaced(slot: Slot) -> Slot:
    return replace(slot, where=_NOWHERE)


_NOWHERE = Where(file="")


def _new(before: Iterable[Problem], after: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems that were not there; a line or cell that only moved makes no difference."""
    known = Counter(_key(p) for p in before)
    fresh = []
    for problem in dict.fromkeys(after):
        key = _key(problem)
        if known[key] > 0:
            known[key] -= 1
        else:
            fresh.append(problem)
    return tuple(fresh)


def _key(problem: Problem) -> tuple[str, str, str]:
    return problem.severity.value, problem.code, _PLACES.sub("", problem.message)


def _at_field(problem: Problem) -> Problem:
    """At the field of the form that it is about, where one is known; the words stay."""
    key = _FIELD_OF.get(problem.code)
    return problem if key is None else replace(problem, where=Where(file=FORM, sheet="", cell=key))
