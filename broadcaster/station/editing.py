"""Editing the calendar: every change is a clean edit of the station's own files; the officer's workbook is never written.

Rows of .yaml files are edited where they stand. What comes from .xlsx or .ics is changed by exceptions and dated rows in
`OWN_FILE`. Deleting is cancelling with a reason: the line stays and says why.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from broadcaster.domain.calendar import CalendarException, OnDates, Slot
from broadcaster.domain.edits import Conflict, Edit, undone
from broadcaster.domain.firing import fires
from broadcaster.domain.folding import fold_id
from broadcaster.domain.problems import Problem, Where, error
from broadcaster.domain.rundown import Airing
from broadcaster.errors import InputError
from broadcaster.ports import StationFiles
from broadcaster.ports_editing import FORM, CalendarText, ConflictError, EditedFiles
from broadcaster.station.proposals import Airings, Drafted, Judge, Proposal

OWN_FILE = "schedules/tram.yaml"
"""Where the console writes what has no file of its own to be edited in."""

LAST_DAY = date(2199, 12, 31)
_WHAT = ("phat", "ten", "gio", "cum_loa", "uu_tien", "bat_dau", "cho_phep_tre", "lap", "cach_lap", "ghi_chu")
_IN_ANY_ORDER = frozenset({"cum_loa", "thu"})
Values = Mapping[str, str]


class CalendarEditor:
    """Edits on top of one reading of the files; made anew for each request. Nothing is written before `write`."""

    def __init__(
        self, *, files: EditedFiles, text: CalendarText, current: StationFiles, airings: Airings, now: datetime
    ) -> None:
        self._files = files
        self._text = text
        self._current = current
        self._now = now
        self._today = now.date()
        self._judge = Judge(files, current, airings, now)

    # --- looking ---------------------------------------------------------------------------------------------------

    def slot(self, slot_id: str) -> Slot | None:
        """The first slot of that id."""
        return next((s for s in self._current.calendar.slots if s.id == slot_id), None)

    def slot_of(self, airing: Airing) -> Slot:
        """The row an airing comes from; dated rows of one content share an id, so the day decides. Raises InputError."""
        day, moment = airing.planned.date(), airing.planned.time()
        same = [s for s in self._current.calendar.slots if s.id == airing.slot]
        for slot in same:
            if moment in slot.times and (len(same) == 1 or fires(slot, day)):
                return slot
        if same:
            return same[0]
        raise InputError("Lượt phát này không còn trong lịch.", hint="Tải lại trang để thấy lịch mới.")

    def values(self, slot: Slot) -> dict[str, str]:
        """A slot as a form shows it."""
        return self._text.values(slot)

    def editable(self, where: Where) -> bool:
        """Whether the row can be edited where it stands."""
        return where.file.endswith((".yaml", ".yml")) and where.line is not None

    def token(self, where: Where) -> str:
        """Names a row as it is written now: carried by a form, so that somebody else's change is noticed."""
        if not self.editable(where):
            return self._files.current(where.file).digest
        row = self._text.row(self._files.current(where.file).text, where.line or 0)
        return hashlib.sha256((row or "").encode()).hexdigest()

    # --- new rows --------------------------------------------------------------------------------------------------

    def add(self, section: str, values: Values) -> Proposal:
        """A new standing rule, dated row or exception in the station's own file."""
        why = {"khung_gio": "Thêm khung giờ", "lich_ngay": "Thêm lượt phát", "ngoai_le": "Thêm ngoại lệ"}[section]
        problems = self._wrong(section, values)
        if problems:
            return Proposal(why=why, problems=problems)
        drafted = Drafted(self._files)
        self._append(drafted, section, values)
        return self._judge.judge(drafted, f"{why} {_named(values)}".strip(), until=_latest(values))

    # --- one airing ------------------------------------------------------------------------------------------------

    def cancel_one(self, airing: Airing, reason: str, *, token: str = "") -> Proposal:
        """The line stays in the calendar and says why it is not aired."""
        why = f"Hủy lượt {_moment(airing)}"
        if not reason.strip():
            return Proposal(why=why, problems=(_missing("ly_do", "Ghi lý do hủy, ví dụ: mất điện."),))
        self._refuse_past(airing)
        slot = self.slot_of(airing)
        drafted = Drafted(self._files)
        self._same(drafted, slot.where, token, reason)
        if self._single(slot):
            self._change(drafted, slot, {"huy": reason})
        else:
            self._append(drafted, "ngoai_le", self._exception(airing, "bỏ", reason))
        return self._judge.judge(drafted, why, touched=(slot,), until=airing.planned.date())

    def replace_one(self, airing: Airing, content: str, reason: str, *, token: str = "") -> Proposal:
        """Something else is heard at the same moment; the reason is printed beside it."""
        why = f"Thay bài ở lượt {_moment(airing)}"
        self._refuse_past(airing)
        values = {**self._exception(airing, "thay", reason), "phat": content}
        problems = self._wrong("ngoai_le", values)
        if problems:
            return Proposal(why=why, problems=problems)
        slot = self.slot_of(airing)
        drafted = Drafted(self._files)
        self._same(drafted, slot.where, token, content)
        self._append(drafted, "ngoai_le", values)
        return self._judge.judge(drafted, why, touched=(slot,), until=airing.planned.date())

    def move_one(self, airing: Airing, changed: Values, reason: str, *, token: str = "") -> Proposal:
        """One airing goes to another day, time, content or zone: a dated row says where it was moved from."""
        why = f"Dời lượt {_moment(airing)}"
        self._refuse_past(airing)
        slot = self.slot_of(airing)
        day, moment = airing.planned.date(), airing.planned.time()
        before = {key: text for key, text in self.values(slot).items() if key in _WHAT}
        values = {**before, "ngay": f"{day:%d/%m/%Y}", "gio": f"{moment:%H:%M}"}
        values |= {key: text for key, text in changed.items() if key in (*_WHAT, "ngay")}
        values["ghi_chu"] = reason
        problems = self._wrong("lich_ngay", values)
        reading = self._text.check("lich_ngay", values)
        if not reason.strip():
            problems = (*problems, _missing("ly_do", "Ghi lý do dời, ví dụ: trùng buổi họp khóm."))
        if problems or reading.slot is None:
            return Proposal(why=why, problems=problems)
        target = self._target(reading.slot)
        if target[0] != day:
            values["doi_tu"] = f"{slot.moved_from or day:%d/%m/%Y}"
        drafted = Drafted(self._files)
        self._same(drafted, slot.where, token, str(values))
        if self._single(slot):
            self._change(drafted, slot, {key: text for key, text in values.items() if text or key in before})
        else:
            skip = self._exception(airing, "bỏ", f"dời sang {target[1]:%H:%M} ngày {target[0]:%d/%m/%Y}: {reason}")
            self._append(drafted, "ngoai_le", skip)
            self._append(drafted, "lich_ngay", values)
        return self._judge.judge(drafted, why, touched=(slot,), until=max(day, target[0]))

    # --- a standing rule -------------------------------------------------------------------------------------------

    def change_slot(self, slot: Slot, values: Values, *, token: str = "") -> Proposal:
        """The whole rule, from its first day; only fields that differ are written."""
        why = f"Sửa khung giờ {slot.id}"
        values = {**values, "ma": slot.id}
        problems = self._wrong("khung_gio", values)
        if problems:
            return Proposal(why=why, problems=problems)
        if not self.editable(slot.where):
            return self.change_from(slot, values, self._today, token=token)
        drafted = Drafted(self._files)
        self._same(drafted, slot.where, token, str(dict(values)))
        self._change(drafted, slot, _differing(self.values(slot), values))
        return self._judge.judge(drafted, why, touched=(slot,))

    def change_from(self, slot: Slot, values: Values, since: date, *, token: str = "") -> Proposal:
        """From a day on: the old rule ends the day before, a new one with an id of its own begins; exceptions go along."""
        why = f"Sửa khung giờ {slot.id} từ {since:%d/%m/%Y}"
        own = self._free_id(slot.id)
        values = {**values, "ma": own, "tu": f"{since:%d/%m/%Y}"}
        problems = self._wrong("khung_gio", values)
        if since < self._today:
            problems = (*problems, _wrong_day("tu", "Không sửa được những ngày đã qua.", "Chọn từ hôm nay trở đi."))
        if problems:
            return Proposal(why=why, problems=problems)
        if self.editable(slot.where) and slot.valid_from is not None and slot.valid_from >= since:
            return self.change_slot(slot, {**values, "tu": f"{slot.valid_from:%d/%m/%Y}"}, token=token)
        drafted = Drafted(self._files)
        self._same(drafted, slot.where, token, str(dict(values)))
        self._end(drafted, slot, since, f"thay bằng khung giờ {own}")
        home = slot.where.file if self.editable(slot.where) else OWN_FILE
        drafted.put(home, self._text.add(drafted.text(home), "khung_gio", values))
        self._carry_exceptions(drafted, slot, own, since)
        return self._judge.judge(drafted, why, touched=(slot,))

    def end_slot(self, slot: Slot, since: date, reason: str, *, token: str = "") -> Proposal:
        """Not aired any more from a day on; what was before stays, with the reason."""
        why = f"Thôi phát khung giờ {slot.id} từ {since:%d/%m/%Y}"
        problems = []
        if not reason.strip():
            problems.append(_missing("ly_do", "Ghi lý do thôi phát."))
        if since < self._today:
            problems.append(_wrong_day("tu", "Không sửa được những ngày đã qua.", "Chọn từ hôm nay trở đi."))
        if problems:
            return Proposal(why=why, problems=tuple(problems))
        drafted = Drafted(self._files)
        self._same(drafted, slot.where, token, reason)
        self._end(drafted, slot, since, reason)
        return self._judge.judge(drafted, why, touched=(slot,))

    def import_file(self, name: str, data: bytes) -> Proposal:
        """A workbook as one more file of schedules/, or in place of the one of its name, exactly as it was uploaded."""
        drafted = Drafted(self._files)
        drafted.put_bytes(name, data)
        older = [slot for slot in self._current.calendar.slots if slot.where.file == name]
        return self._judge.judge(drafted, f"Nhập lịch từ {name.rpartition('/')[2]}", touched=older, in_form=False)

    def remove_exception(self, exception: CalendarException, *, token: str = "") -> Proposal:
        """Take an exception of a .yaml file away: what it touched is aired again."""
        why = f"Bỏ ngoại lệ {exception.first:%d/%m/%Y} ({exception.reason})"
        if not self.editable(exception.where):
            message = f"Ngoại lệ này nằm trong {exception.where.file}, chương trình không ghi vào tệp đó."
            raise InputError(message, hint="Mở tệp bằng Excel và xóa dòng ấy.")
        if exception.last < self._today:
            raise InputError("Ngoại lệ này đã qua, chỉ xem được.")
        drafted = Drafted(self._files)
        self._same(drafted, exception.where, token, "")
        name = exception.where.file
        drafted.put(name, self._text.remove(drafted.text(name), exception.where.line or 0))
        return self._judge.judge(drafted, why, until=min(exception.last, self._today + timedelta(days=60)))

    # --- writing ---------------------------------------------------------------------------------------------------

    def write(self, proposal: Proposal, *, by: str) -> Edit:
        """Write a sound proposal; ConflictError when a file changed since. Raises InputError for an unsound one."""
        if not proposal.sound:
            raise InputError("Chưa ghi gì vào lịch.", proposal.problems, hint="Sửa các lỗi rồi làm lại.")
        return self._files.apply(proposal.changes, began=proposal.began, by=by, at=self._now, why=proposal.why)

    def undo(self, number: int, *, by: str) -> Edit:
        """Take back one edit, as a new edit; taking that one back is the redo."""
        return undo(self._files, number, by=by, now=self._now)

    # --- pieces ----------------------------------------------------------------------------------------------------

    def _wrong(self, section: str, values: Values) -> tuple[Problem, ...]:
        return self._text.check(section, values).problems

    def _append(self, drafted: Drafted, section: str, values: Values) -> None:
        drafted.put(OWN_FILE, self._text.add(drafted.text(OWN_FILE), section, values))

    def _change(self, drafted: Drafted, slot: Slot, values: Values) -> None:
        name = slot.where.file
        drafted.put(name, self._text.change(drafted.text(name), slot.where.line or 0, values))

    def _same(self, drafted: Drafted, where: Where, token: str, mine: str) -> None:
        """Refuse when the row is not the one the form was made from; without a token the row as it is now is meant."""
        if token and token != self.token(where):
            version = self._files.current(where.file)
            newest = next(iter(self._files.edits(where.file, most=1)), None)
            row = self._text.row(version.text, where.line or 0) if self.editable(where) else None
            theirs = (row or "(mục này không còn ở chỗ cũ)").encode()
            raise ConflictError(
                [
                    Conflict(
                        name=where.file, began=None, theirs=theirs, mine=mine.encode(), theirs_digest=version.digest,
                        by=newest.by if newest else "", at=newest.at if newest else None,
                    )
                ]
            )  # fmt: skip
        drafted.text(where.file) if self.editable(where) else None

    def _single(self, slot: Slot) -> bool:
        """A dated row of a .yaml file with one day and one time: it can be changed where it stands."""
        dates = [d for rule in slot.days if isinstance(rule, OnDates) for d in rule.dates]
        only_dates = all(isinstance(rule, OnDates) for rule in slot.days)
        if not (only_dates and len(dates) == 1 and len(slot.times) == 1 and self.editable(slot.where)):
            return False
        return self._text.section_of(self._files.current(slot.where.file).text, slot.where.line or 0) == "lich_ngay"

    def _exception(self, airing: Airing, verb: str, reason: str) -> dict[str, str]:
        return {
            "ngay": f"{airing.planned:%d/%m/%Y}",
            "viec": verb,
            "khung_gio": airing.slot,
            "gio": f"{airing.planned:%H:%M}",
            "ly_do": reason,
        }

    def _end(self, drafted: Drafted, slot: Slot, since: date, reason: str) -> None:
        if not self.editable(slot.where):
            last = slot.valid_until or LAST_DAY
            skip = {"tu": f"{since:%d/%m/%Y}", "den": f"{last:%d/%m/%Y}", "viec": "bỏ", "khung_gio": slot.id}
            self._append(drafted, "ngoai_le", {**skip, "ly_do": reason})
        elif slot.valid_from is not None and slot.valid_from >= since:
            self._change(drafted, slot, {"bat": "không", "ghi_chu": _joined(slot.note, reason)})
        else:
            until = f"{since - timedelta(days=1):%d/%m/%Y}"
            self._change(drafted, slot, {"den": until, "ghi_chu": _joined(slot.note, reason)})

    def _carry_exceptions(self, drafted: Drafted, slot: Slot, own: str, since: date) -> None:
        """Exceptions that name the old rule name the new one too, from the day it begins."""
        for exception in self._current.calendar.exceptions:
            if slot.id not in exception.slots or exception.last < since:
                continue
            values = {
                "tu": f"{max(exception.first, since):%d/%m/%Y}",
                "den": f"{exception.last:%d/%m/%Y}",
                "viec": exception.kind.value,
                "khung_gio": own,
                "cum_loa": ", ".join(exception.zones),
                "gio": ", ".join(f"{at:%H:%M}" for at in exception.times),
                "phat": _content(self._text, slot, exception),
                "ly_do": exception.reason,
            }
            self._append(drafted, "ngoai_le", values)

    def _free_id(self, slot_id: str) -> str:
        taken = {s.id for s in self._current.calendar.slots}
        stem = fold_id(slot_id.rstrip("0123456789").removesuffix("-tu")) or "khung"
        day = f"{stem[:40]}-{self._today:%y%m%d}"
        return next(i for i in (day, *(f"{day}-{n}" for n in range(2, 1000))) if i not in taken)

    def _refuse_past(self, airing: Airing) -> None:
        if airing.planned <= self._now:
            raise InputError("Lượt này đã qua giờ phát, chỉ xem được.", hint="Ghi chú thêm ở màn hình Nhật ký.")

    def _target(self, slot: Slot) -> tuple[date, time]:
        """The day and time a moved airing goes to; only one of each is meant."""
        dates = [d for rule in slot.days if isinstance(rule, OnDates) for d in rule.dates]
        if len(dates) != 1 or len(slot.times) != 1:
            raise InputError("Dời một lượt thì chỉ ghi một ngày và một giờ.")
        if datetime.combine(dates[0], slot.times[0], self._now.tzinfo) <= self._now:
            raise InputError("Không dời được về lúc đã qua.", hint="Chọn một giờ chưa đến.")
        return dates[0], slot.times[0]


def undo(files: EditedFiles, number: int, *, by: str, now: datetime) -> Edit:
    """Put every file of an edit back as it was before; ConflictError when one has changed since. Raises InputError."""
    known = files.edits(most=10_000)
    edit = next((e for e in known if e.number == number), None)
    if edit is None:
        raise InputError("Không tìm thấy lần sửa này trong lịch sử.")
    if number in undone(known):
        raise InputError("Lần sửa này đã được hoàn tác rồi.")
    changes: dict[str, bytes | None] = {}
    for change in edit.changes:
        data = files.content(change.before) if change.before else None
        if change.before and data is None:
            raise InputError(f"Bản cũ của {change.name} không còn trong lịch sử, không hoàn tác được.")
        changes[change.name] = data
    began = {change.name: change.after for change in edit.changes}
    return files.apply(changes, began=began, by=by, at=now, why=_undoing(edit), undoes=number)


def _undoing(edit: Edit) -> str:
    """In words; taking an undoing back is doing again."""
    if edit.undoes is not None and edit.why.startswith("Hoàn tác: "):
        return f"Làm lại: {edit.why.removeprefix('Hoàn tác: ')}"[:200]
    return f"Hoàn tác: {edit.why.removeprefix('Làm lại: ')}"[:200]


def import_name(filename: str, existing: Sequence[str], now: datetime) -> str:
    """The uploaded file's own name in schedules/, never one that is there already. Raises InputError."""
    if "\x00" in filename or "/" in filename or "\\" in filename or filename.strip(". ") != filename.strip():
        raise InputError("Tên tệp tải lên không dùng được.", hint="Đổi tên tệp: chỉ chữ, số, dấu cách và gạch ngang.")
    stem, dot, suffix = filename.strip().rpartition(".")
    if not dot or suffix.lower() != "xlsx" or not stem.strip():
        raise InputError(
            "Chỉ nhập được tệp Excel (.xlsx).", hint="Mở bằng Excel, Lưu thành kiểu Excel Workbook (.xlsx)."
        )
    name = f"schedules/{stem.strip()}.xlsx"
    if name.lower() in {e.lower() for e in existing}:
        name = f"schedules/{stem.strip()} {now:%Y-%m-%d %Hh%M}.xlsx"
    if name.lower() in {e.lower() for e in existing}:
        raise InputError(f"Đã có tệp {name}.", hint="Đổi tên tệp rồi tải lại.")
    return name


def _named(values: Values) -> str:
    return values.get("ma") or values.get("phat") or values.get("ly_do") or ""


def _latest(values: Values) -> date | None:
    """The day of a dated row far ahead, so that the difference shows it."""
    for key in ("ngay", "tu"):
        day, _, rest = values.get(key, "").strip().partition("/")
        month, _, year = rest.partition("/")
        if day.isdigit() and month.isdigit() and year.isdigit():
            try:
                return date(int(year), int(month), int(day))
            except ValueError:
                return None
    return None


def _content(text: CalendarText, slot: Slot, exception: CalendarException) -> str:
    if exception.content is None:
        return ""
    return text.values(replace(slot, content=exception.content)).get("phat", "")


def _differing(before: Values, after: Values) -> dict[str, str]:
    return {key: text for key, text in after.items() if _meant(key, text) != _meant(key, before.get(key, ""))}


def _meant(key: str, text: str) -> str | frozenset[str]:
    """What is compared: spaces do not count, nor does the order in which zones and weekdays are named."""
    plain = " ".join(text.split())
    return frozenset(plain.split(", ")) if key in _IN_ANY_ORDER else plain


def _joined(*notes: str) -> str:
    return "; ".join(n for n in notes if n)


def _moment(airing: Airing) -> str:
    return f"{airing.planned:%H:%M %d/%m/%Y} «{airing.title}»"


def _missing(key: str, hint: str) -> Problem:
    return error(Where(file=FORM, sheet="", cell=key), "field-missing", "Ô này chưa ghi.", hint)


def _wrong_day(key: str, message: str, hint: str) -> Problem:
    return error(Where(file=FORM, sheet="", cell=key), "day-past", message, hint)
