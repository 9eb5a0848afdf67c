"""Editing station.toml: who the station is from a day on, when it may air, its zones, what fills the blanks of scripts.

Every edit is judged like an edit of the calendar: the whole folder is read as it would be, and what changes on air, which coming
airings break the new rules and which scripts get other words is known before anything is written.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from broadcaster.domain.edits import Conflict, Edit
from broadcaster.domain.folding import fold
from broadcaster.domain.problems import Problem, Where, error
from broadcaster.domain.scripts import Kind, Script, ScriptId
from broadcaster.errors import InputError
from broadcaster.ports import StationFiles
from broadcaster.ports_editing import FORM, ConflictError, EditedFiles, SettingsText
from broadcaster.station.on_air_changes import Airings
from broadcaster.station.proposals import Drafted, Judge, Proposal

SETTINGS = "station.toml"
IDENTITY, WINDOW, ZONE, POLICY = "don_vi", "khung_phat", "cum_loa", "quy_dinh"
BLANKS, DAYS_OFF = "cho_trong", "ngay_nghi_rieng"

_NAMES = {IDENTITY: "tên đơn vị", WINDOW: "khung phát", ZONE: "cụm loa", POLICY: "quy định"}
_FIELD_OF = {
    "window-in-quiet": {WINDOW: "tu", POLICY: "gio_yen_tinh"},
    "identity-overlap": {IDENTITY: "tu"},
    "time-span": {WINDOW: "den"},
    "dates-reversed": {IDENTITY: "den"},
    "duplicate": {ZONE: "ten"},
    "day-off-and-workday": {POLICY: "ngay_lam_bu"},
}
_BLANK = re.compile(r"\{([^{}\n]+)\}")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_FRONT = re.compile(r"\A\s*---\s*\n.*?\n---\s*\n", re.DOTALL)

Values = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class BlankUse:
    """A blank of scripts or of the table: its value (empty while it is not filled), its remark, and who uses it."""

    name: str
    value: str
    remark: str
    scripts: tuple[ScriptId, ...]


class SettingsEditor:
    """Edits on top of one reading of the files; made anew for each request. Nothing is written before `write`."""

    def __init__(
        self, *, files: EditedFiles, text: SettingsText, current: StationFiles, airings: Airings, now: datetime
    ) -> None:
        self._files = files
        self._text = text
        self._current = current
        self._now = now
        self._today = now.date()
        self._judge = Judge(files, current, airings, now)

    # --- looking ---------------------------------------------------------------------------------------------------

    def rows(self, section: str) -> tuple[Mapping[str, str], ...]:
        """Every table of a section as a form shows it. Raises InputError when the file cannot be read."""
        return self._text.rows(self._now_written(), section)

    def row(self, section: str, number: int) -> Mapping[str, str]:
        """One of them. Raises InputError when it is not there."""
        rows = self.rows(section)
        if not 0 <= number < len(rows):
            raise InputError("Mục này không còn trong tệp cài đặt.", hint="Tải lại trang để thấy cài đặt mới.")
        return rows[number]

    def token(self, section: str, number: int) -> str:
        """Names a table as it is written now: carried by a form, so that somebody else's change is noticed."""
        return _digest(self.row(section, number))

    def over(self, number: int) -> bool:
        """Whether the time of an identity is over."""
        until = _read_day(self.row(IDENTITY, number)["den"])
        return until is not None and until < self._today

    # --- tables ----------------------------------------------------------------------------------------------------

    def change(self, section: str, number: int, values: Values, *, token: str = "") -> Proposal:
        """Fields of one table; an identity whose time is over stays as it was, papers of those days bear it."""
        why = f"Sửa {_NAMES[section]} {_called(section, values) or _called(section, self.row(section, number))}".strip()
        problems = self._text.check(section, values)
        if section == IDENTITY and self.over(number):
            problems = (*problems, _at("den", "Tên này đã hết hạn dùng nên giữ nguyên.", "Thêm tên mới từ một ngày."))
        if problems:
            return Proposal(why=why, problems=problems)
        drafted = Drafted(self._files)
        text = drafted.text(SETTINGS)
        self._same(section, number, token, values, drafted)
        drafted.put(SETTINGS, self._text.change(text, section, number, values))
        return self._judged(drafted, why, section)

    def add(self, section: str, values: Values) -> Proposal:
        """One more window or zone."""
        why = f"Thêm {_NAMES[section]} {_called(section, values)}".strip()
        problems = self._text.check(section, values)
        if problems:
            return Proposal(why=why, problems=problems)
        drafted = Drafted(self._files)
        drafted.put(SETTINGS, self._text.add(drafted.text(SETTINGS), section, values))
        return self._judged(drafted, why, section)

    def remove(self, section: str, number: int, *, token: str = "") -> Proposal:
        """A window taken away."""
        row = self.row(section, number)
        why = f"Bỏ {_NAMES[section]} {_called(section, row)}".strip()
        drafted = Drafted(self._files)
        text = drafted.text(SETTINGS)
        self._same(section, number, token, {}, drafted)
        drafted.put(SETTINGS, self._text.remove(text, section, number))
        return self._judged(drafted, why, section)

    def succeed(self, values: Values, since: date | None) -> Proposal:
        """From a day on the station bears another name; the one before ends the day before, and stays for its papers."""
        why = f"Tên mới: {values.get('ten_phuong', '')}".strip()
        problems = self._text.check(IDENTITY, values)
        if since is None:
            problems = (*problems, _at("tu", "Chưa ghi tên mới dùng từ ngày nào.", "Viết ngày/tháng/năm: 01/07/2026."))
        elif any((begun := _read_day(row["tu"])) is not None and begun >= since for row in self.rows(IDENTITY)):
            problems = (*problems, _at("tu", "Đã có một tên dùng từ ngày này hoặc muộn hơn.", "Chọn ngày sau đó."))
        if problems or since is None:
            return Proposal(why=why, problems=problems)
        drafted = Drafted(self._files)
        text = drafted.text(SETTINGS)
        number = self._in_force(since)
        if number is not None:
            text = self._text.change(text, IDENTITY, number, {"den": _day(since - timedelta(days=1))})
        drafted.put(SETTINGS, self._text.add(text, IDENTITY, {**values, "tu": _day(since), "den": ""}))
        return self._judged(drafted, f"{why} từ {_day(since)}", IDENTITY)

    # --- blanks and days off ---------------------------------------------------------------------------------------

    def blanks(self) -> tuple[BlankUse, ...]:
        """Every blank of the table and of scripts, in the order of the file; those only scripts name come last."""
        uses: dict[str, list[ScriptId]] = {}
        names: dict[str, str] = {}
        for script in self._current.scripts.values():
            for name in self._blanks_of(script):
                names.setdefault(fold(name), name)
                uses.setdefault(fold(name), []).append(script.id)
        remarks = self._text.remarks(self._now_written(), BLANKS)
        values = self._current.settings.blanks
        known = {fold(name) for name in values}
        found = [
            BlankUse(name=n, value=v, remark=remarks.get(n, ""), scripts=tuple(uses.get(fold(n), ())))
            for n, v in values.items()
        ]
        others = [n for n in uses if n not in known and not self._only_templates(uses[n])]
        return (*found, *(BlankUse(name=names[n], value="", remark="", scripts=tuple(uses[n])) for n in others))

    def fill(self, values: Values, *, began: Values) -> Proposal:
        """Values of blanks, by name; ``began`` holds what the form showed. Empty ones keep their scripts from airing."""
        why = f"Điền chỗ trống: {', '.join(name for name, value in values.items() if value != began.get(name, ''))}"
        problems = tuple(
            _at(name, "Lời điền có dấu ngoặc nhọn { }.", "Ghi lời đọc thường, không có ngoặc nhọn.")
            for name, value in values.items()
            if "{" in value or "}" in value
        )
        if problems:
            return Proposal(why=why, problems=problems)
        drafted = Drafted(self._files)
        text = drafted.text(SETTINGS)
        now = {fold(name): value for name, value in self._current.settings.blanks.items()}
        moved = {n: now.get(fold(n), "") for n in values if now.get(fold(n), "") != began.get(n, "")}
        mine = {n: v for n, v in values.items() if v != now.get(fold(n), "")}
        if any(name in mine for name in moved):
            raise self._conflict(drafted, "\n".join(f"{n}: {v}" for n, v in moved.items()), values)
        for name, value in mine.items():
            text = self._text.entry(text, BLANKS, name, value)
        drafted.put(SETTINGS, text)
        return self._judged(drafted, why[:300], BLANKS)

    def day_off(self, day: date, reason: str | None) -> Proposal:
        """A day the ward rests besides holidays, or (no reason) works again."""
        why = f"{'Thêm' if reason is not None else 'Bỏ'} ngày nghỉ riêng {_day(day)}"
        if reason is not None and not reason.strip():
            return Proposal(why=why, problems=(_at("ly_do", "Chưa ghi lý do nghỉ.", "Ví dụ: lễ kỷ niệm của phường."),))
        if reason is not None and day in self._current.settings.days_off:
            return Proposal(why=why, problems=(_at("ngay", "Ngày này đã có trong danh sách.", "Chọn ngày khác."),))
        drafted = Drafted(self._files)
        text = drafted.text(SETTINGS)
        drafted.put(SETTINGS, self._text.entry(text, DAYS_OFF, _day(day), reason))
        return self._judged(drafted, why, DAYS_OFF)

    def write(self, proposal: Proposal, *, by: str) -> Edit:
        """Write a sound proposal; ConflictError when a file changed since. Raises InputError for an unsound one."""
        if not proposal.sound:
            raise InputError("Chưa ghi gì vào cài đặt.", proposal.problems, hint="Sửa các lỗi rồi làm lại.")
        return self._files.apply(proposal.changes, began=proposal.began, by=by, at=self._now, why=proposal.why)

    # --- pieces ----------------------------------------------------------------------------------------------------

    def _now_written(self) -> str:
        return self._files.current(SETTINGS).text

    def _judged(self, drafted: Drafted, why: str, section: str) -> Proposal:
        proposal = self._judge.judge(
            drafted,
            why,
            touched=self._current.calendar.slots,
            in_form=False,
            every_day=section in (WINDOW, POLICY),
        )
        text = drafted.text(SETTINGS)
        return replace(proposal, problems=tuple(self._placed(p, text, section) for p in proposal.problems))

    def _placed(self, problem: Problem, text: str, section: str) -> Problem:
        """At the field it is about when the form of this section shows one."""
        if problem.where.file != SETTINGS or problem.where.line is None:
            return problem
        home, _, key = self._text.field_at(text, problem.where.line)
        key = _FIELD_OF.get(problem.code, {}).get(section, key if home == section else "")
        return replace(problem, where=Where(file=FORM, sheet="", cell=key)) if key else problem

    def _same(self, section: str, number: int, token: str, mine: Values, drafted: Drafted) -> None:
        """Refuse when the table is not the one the form was made from."""
        theirs = self.row(section, number)
        if token and token != _digest(theirs):
            raise self._conflict(drafted, "\n".join(f"{k}: {v}" for k, v in theirs.items() if v), mine)

    def _conflict(self, drafted: Drafted, theirs: str, mine: Values) -> ConflictError:
        drafted.text(SETTINGS)
        newest = next(iter(self._files.edits(SETTINGS, most=1)), None)
        version = self._files.current(SETTINGS)
        ours = newest is not None and any(c.name == SETTINGS and c.after == version.digest for c in newest.changes)
        return ConflictError(
            [
                Conflict(
                    name=SETTINGS,
                    began=None,
                    theirs=theirs.encode(),
                    mine="\n".join(f"{k}: {v}" for k, v in mine.items() if v).encode(),
                    theirs_digest=version.digest,
                    by=newest.by if newest is not None and ours else "",
                    at=newest.at if newest is not None and ours else None,
                )
            ]
        )

    def _in_force(self, day: date) -> int | None:
        """The table of the identity that holds on a day."""
        for number, row in enumerate(self.rows(IDENTITY)):
            first, last = _read_day(row["tu"]), _read_day(row["den"])
            if (first is None or first <= day) and (last is None or day <= last):
                return number
        return None

    def _blanks_of(self, script: Script) -> Sequence[str]:
        body = _FRONT.sub("", self._files.current(script.where.file).text.replace("\r\n", "\n"), count=1)
        return tuple(dict.fromkeys(m.strip() for m in _BLANK.findall(_COMMENT.sub("", body))))

    def _only_templates(self, scripts: Sequence[ScriptId]) -> bool:
        """Emergency templates are filled in the hour of need."""
        return all(self._current.scripts[i].kind is Kind.EMERGENCY for i in scripts)


def _digest(row: Values) -> str:
    return hashlib.sha256(repr(sorted(row.items())).encode()).hexdigest()


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day is not None else ""


def _read_day(text: str) -> date | None:
    """The day a form shows; None for an empty field or one that is no date, which the file's own rules will say."""
    try:
        return datetime.strptime(text.strip(), "%d/%m/%Y").date()  # noqa: DTZ007 - a calendar day has no zone
    except ValueError:
        return None


def _called(section: str, values: Values) -> str:
    name = values.get("ten_phuong" if section == IDENTITY else "ten", "").strip()
    return f"«{name}»" if name else ""


def _at(field: str, message: str, hint: str) -> Problem:
    return error(Where(file=FORM, sheet="", cell=field), "settings-form", message, hint)
