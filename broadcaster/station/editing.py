"""Editing the calendar: every change is a clean edit of the station's own files, seen and judged before it is written."""

from datetime import date, datetime, timedelta

from broadcaster.domain.calendar import CalendarException, OnDates
from broadcaster.domain.edits import Edit
from broadcaster.domain.problems import Problem
from broadcaster.errors import InputError
from broadcaster.ports import StationFiles
from broadcaster.ports_editing import CalendarText, EditedFiles
from broadcaster.station.airing_editing import AiringEdits
from broadcaster.station.on_air_changes import Airings
from broadcaster.station.proposals import Drafted, Proposal
from broadcaster.station.row_drafts import Rows, Values, wrong_day
from broadcaster.station.rule_editing import RuleEdits
from broadcaster.station.undoing import undo


class CalendarEditor:
    """Edits on top of one reading of the files; made anew for each request. Nothing is written before `write`.

    ``rows`` looks at what there is, ``one`` edits a single airing, ``rules`` a standing rule.
    """

    def __init__(
        self, *, files: EditedFiles, text: CalendarText, current: StationFiles, airings: Airings, now: datetime
    ) -> None:
        self.rows = Rows(files=files, text=text, current=current, airings=airings, now=now)
        self.one = AiringEdits(self.rows)
        self.rules = RuleEdits(self.rows)

    def add(self, section: str, values: Values) -> Proposal:
        """A new standing rule, dated row or exception in the station's own file."""
        why = {"khung_gio": "Thêm khung giờ", "lich_ngay": "Thêm lượt phát", "ngoai_le": "Thêm ngoại lệ"}[section]
        problems = self.rows.wrong(section, values) or self._over(section, values)
        if problems:
            return Proposal(why=why, problems=problems)
        drafted = Drafted(self.rows.files)
        self.rows.append(drafted, section, values)
        return self.rows.judge.judge(drafted, f"{why} {_named(values)}".strip(), until=_latest(values))

    def _over(self, section: str, values: Values) -> tuple[Problem, ...]:
        """What would only be about days and hours that have passed: nothing of it would be heard."""
        reading, today = self.rows.text.check(section, values), self.rows.today
        hint = "Lượt đã qua thì chỉ xem; ghi chú thêm ở màn hình Nhật ký."
        if section == "ngoai_le":
            last = max((e.last for e in reading.exceptions), default=today)
            return (wrong_day("den", "Những ngày này đã qua.", hint),) if last < today else ()
        slot = reading.slot
        if slot is None:
            return ()
        if slot.valid_until is not None and slot.valid_until < today:
            return (wrong_day("den", "Ngày này đã qua.", "Chọn từ hôm nay trở đi, hoặc để trống."),)
        days = [day for rule in slot.days if isinstance(rule, OnDates) for day in rule.dates]
        if len(days) < 1 or any(not isinstance(rule, OnDates) for rule in slot.days) or max(days) > today:
            return ()
        if max(days) < today:
            return (wrong_day("ngay", "Ngày này đã qua.", hint),)
        if all(at <= self.rows.now.time() for at in slot.times):
            return (wrong_day("gio", "Giờ này hôm nay đã qua.", hint),)
        return ()

    def import_file(self, name: str, data: bytes) -> Proposal:
        """A workbook as one more file of schedules/, or in place of the one of its name, exactly as it was uploaded."""
        drafted = Drafted(self.rows.files)
        drafted.put_bytes(name, data)
        older = [slot for slot in self.rows.current.calendar.slots if slot.where.file == name]
        return self.rows.judge.judge(drafted, f"Nhập lịch từ {name.rpartition('/')[2]}", touched=older, in_form=False)

    def remove_exception(self, exception: CalendarException, *, token: str = "") -> Proposal:
        """Take an exception of a .yaml file away: what it touched is aired again."""
        why = f"Bỏ ngoại lệ {exception.first:%d/%m/%Y} ({exception.reason})"
        if not self.rows.editable(exception.where):
            message = f"Ngoại lệ này nằm trong {exception.where.file}, chương trình không ghi vào tệp đó."
            raise InputError(message, hint="Mở tệp bằng Excel và xóa dòng ấy.")
        if exception.last < self.rows.today:
            raise InputError("Ngoại lệ này đã qua, chỉ xem được.")
        drafted = Drafted(self.rows.files)
        self.rows.same(drafted, exception.where, token, "")
        name = exception.where.file
        drafted.put(name, self.rows.text.remove(drafted.text(name), exception.where.line or 0))
        return self.rows.judge.judge(drafted, why, until=min(exception.last, self.rows.today + timedelta(days=60)))

    def write(self, proposal: Proposal, *, by: str) -> Edit:
        """Write a sound proposal; ConflictError when a file changed since. Raises InputError for an unsound one."""
        if not proposal.sound:
            raise InputError("Chưa ghi gì vào lịch.", proposal.problems, hint="Sửa các lỗi rồi làm lại.")
        return self.rows.files.apply(proposal.changes, began=proposal.began, by=by, at=self.rows.now, why=proposal.why)

    def undo(self, number: int, *, by: str) -> Edit:
        """Take back one edit, as a new edit; taking that one back is the redo."""
        return undo(self.rows.files, number, by=by, now=self.rows.now)


def import_name(filename: str) -> str:
    """The uploaded file's own name in schedules/. Raises InputError."""
    if "\x00" in filename or "/" in filename or "\\" in filename or filename.strip(". ") != filename.strip():
        raise InputError("Tên tệp tải lên không dùng được.", hint="Đổi tên tệp: chỉ chữ, số, dấu cách và gạch ngang.")
    stem, dot, suffix = filename.strip().rpartition(".")
    if not dot or suffix.lower() != "xlsx" or not stem.strip():
        hint = "Mở bằng Excel, Lưu thành kiểu Excel Workbook (.xlsx)."
        raise InputError("Chỉ nhập được tệp Excel (.xlsx).", hint=hint)
    return f"schedules/{stem.strip()}.xlsx"


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
