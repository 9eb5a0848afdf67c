"""The calendar's rows on top of one reading of the files: found, named as they are written now, drafted into new texts.

Rows of .yaml files are edited where they stand. What comes from .xlsx or .ics is changed by exceptions and dated rows in
`OWN_FILE`: the officer's workbook is never written.
"""

import hashlib
from collections.abc import Mapping
from datetime import date, datetime

from broadcaster.domain.calendar import OnDates, Slot
from broadcaster.domain.edits import Conflict
from broadcaster.domain.firing import fires
from broadcaster.domain.problems import Problem, Where, error
from broadcaster.domain.rundown import Airing
from broadcaster.errors import InputError
from broadcaster.ports import StationFiles
from broadcaster.ports_editing import FORM, CalendarText, ConflictError, EditedFiles
from broadcaster.station.on_air_changes import Airings
from broadcaster.station.proposals import Drafted, Judge

OWN_FILE = "schedules/tram.yaml"
"""Where the console writes what has no file of its own to be edited in."""

Values = Mapping[str, str]


class Rows:
    """What every kind of edit of the calendar shares; made anew for each request."""

    def __init__(
        self, *, files: EditedFiles, text: CalendarText, current: StationFiles, airings: Airings, now: datetime
    ) -> None:
        self.files = files
        self.text = text
        self.current = current
        self.now = now
        self.today: date = now.date()
        self.judge = Judge(files, current, airings, now)

    # --- looking ---------------------------------------------------------------------------------------------------

    def slot(self, slot_id: str) -> Slot | None:
        """The first slot of that id."""
        return next((s for s in self.current.calendar.slots if s.id == slot_id), None)

    def slot_of(self, airing: Airing) -> Slot:
        """The row an airing comes from; dated rows of one content share an id, so the day decides. Raises InputError."""
        day, moment = airing.planned.date(), airing.planned.time()
        same = [s for s in self.current.calendar.slots if s.id == airing.slot]
        for slot in same:
            if moment in slot.times and (len(same) == 1 or fires(slot, day)):
                return slot
        if same:
            return same[0]
        raise InputError("Lượt phát này không còn trong lịch.", hint="Tải lại trang để thấy lịch mới.")

    def values(self, slot: Slot) -> dict[str, str]:
        """A slot as a form shows it."""
        return self.text.values(slot)

    def editable(self, where: Where) -> bool:
        """Whether the row can be edited where it stands."""
        return where.file.endswith((".yaml", ".yml")) and where.line is not None

    def token(self, where: Where) -> str:
        """Names a row as it is written now: carried by a form, so that somebody else's change is noticed."""
        if not self.editable(where):
            return self.files.current(where.file).digest
        row = self.text.row(self.files.current(where.file).text, where.line or 0)
        return hashlib.sha256((row or "").encode()).hexdigest()

    # --- drafting ------------------------------------------------------------------------------------------------------

    def wrong(self, section: str, values: Values) -> tuple[Problem, ...]:
        """What is wrong with typed values, each problem at its field."""
        return self.text.check(section, values).problems

    def append(self, drafted: Drafted, section: str, values: Values) -> None:
        """A new row in the station's own file."""
        drafted.put(OWN_FILE, self.text.add(drafted.text(OWN_FILE), section, values))

    def change(self, drafted: Drafted, slot: Slot, values: Values) -> None:
        """Set fields of a row where it stands."""
        name = slot.where.file
        drafted.put(name, self.text.change(drafted.text(name), slot.where.line or 0, values))

    def same(self, drafted: Drafted, where: Where, token: str, mine: str) -> None:
        """Refuse when the row is not the one the form was made from; without a token the row as it is now is meant."""
        if token and token != self.token(where):
            version = self.files.current(where.file)
            newest = next(iter(self.files.edits(where.file, most=1)), None)
            row = self.text.row(version.text, where.line or 0) if self.editable(where) else None
            theirs = (row or "(mục này không còn ở chỗ cũ)").encode()
            raise ConflictError(
                [
                    Conflict(
                        name=where.file, began=None, theirs=theirs, mine=mine.encode(), theirs_digest=version.digest,
                        by=newest.by if newest else "", at=newest.at if newest else None,
                    )
                ]
            )  # fmt: skip
        if self.editable(where):
            drafted.text(where.file)

    def single(self, slot: Slot) -> bool:
        """A dated row of a .yaml file with one day and one time: it can be changed where it stands."""
        dates = [d for rule in slot.days if isinstance(rule, OnDates) for d in rule.dates]
        only_dates = all(isinstance(rule, OnDates) for rule in slot.days)
        if not (only_dates and len(dates) == 1 and len(slot.times) == 1 and self.editable(slot.where)):
            return False
        return self.text.section_of(self.files.current(slot.where.file).text, slot.where.line or 0) == "lich_ngay"


def missing(key: str, hint: str) -> Problem:
    """A field that must be written."""
    return error(Where(file=FORM, sheet="", cell=key), "field-missing", "Ô này chưa ghi.", hint)


def wrong_day(key: str, message: str, hint: str) -> Problem:
    """A field whose day cannot be meant."""
    return error(Where(file=FORM, sheet="", cell=key), "day-past", message, hint)
