"""A calendar edit before it is written: the files as they would be, what is wrong with them, and what changes on air."""

import codecs
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from broadcaster.domain.calendar import Calendar, Slot
from broadcaster.domain.calendar_differences import differing, slot_meaning
from broadcaster.domain.edits import FileVersion
from broadcaster.domain.plan_changes import AiringChange
from broadcaster.domain.problems import Problem, Where, has_errors
from broadcaster.domain.scripts import ScriptId
from broadcaster.errors import InputError
from broadcaster.ports import StationFiles
from broadcaster.ports_editing import FORM, EditedFiles
from broadcaster.station.on_air_changes import Airings, OnAir, new_problems

LOOK_AHEAD_DAYS = 30
"""How far ahead the difference on air is shown."""

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
        rows = self._rows(would.calendar, touched)
        last = max(self._today + timedelta(days=LOOK_AHEAD_DAYS), until or self._today)
        problems = new_problems(self._current.problems, would.problems)
        unread = has_errors(problems)
        on_air = OnAir(self._current, would, rows, self._airings, self._now)
        diff, clashes = on_air.changes(last, every_day=every_day)
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

    def _rows(self, would: Calendar, touched: Iterable[Slot]) -> tuple[Slot, ...]:
        """The rows that only one version has. Raises InputError when one goes that this edit does not touch."""
        gone, come = differing(self._current.calendar.slots, would.slots, slot_meaning)
        if gone:
            spared = Counter(slot_meaning(slot) for slot in touched)
            if any(count > spared[said] for said, count in Counter(slot_meaning(slot) for slot in gone).items()):
                message = "Lịch vừa được sửa ở nơi khác, nên chưa ghi gì."
                raise InputError(message, hint="Tải lại trang để thấy lịch mới, rồi làm lại.")
        return (*gone, *come)


def _rewritten(before: StationFiles, after: StationFiles) -> tuple[ScriptId, ...]:
    known = before.scripts
    return tuple(i for i, s in after.scripts.items() if i in known and known[i].text_sha256 != s.text_sha256)


def _at_field(problem: Problem) -> Problem:
    """At the field of the form that it is about, where one is known; the words stay."""
    key = _FIELD_OF.get(problem.code)
    return problem if key is None else replace(problem, where=Where(file=FORM, sheet="", cell=key))
