"""Editing a standing rule: from its first day, or from a day on so that what was before stays as it was."""

from dataclasses import replace
from datetime import date, timedelta

from broadcaster.domain.calendar import CalendarException, Slot
from broadcaster.domain.folding import fold_id
from broadcaster.ports_editing import CalendarText
from broadcaster.station.proposals import Drafted, Proposal
from broadcaster.station.row_drafts import OWN_FILE, Rows, Values, wrong_day

LAST_DAY = date(2199, 12, 31)
_IN_ANY_ORDER = frozenset({"cum_loa", "thu"})


class RuleEdits:
    """Edits of a rule; ``token`` names the row as the form was made from it."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def change(self, slot: Slot, values: Values, *, token: str = "") -> Proposal:
        """The whole rule, from its first day; only fields that differ are written."""
        why = f"Sửa khung giờ {slot.id}"
        values = {**values, "ma": slot.id}
        problems = self._rows.wrong("khung_gio", values)
        if problems:
            return Proposal(why=why, problems=problems)
        if not self._rows.editable(slot.where):
            return self.change_from(slot, values, self._rows.today, token=token)
        drafted = Drafted(self._rows.files)
        self._rows.same(drafted, slot.where, token, str(dict(values)))
        self._rows.change(drafted, slot, _differing(self._rows.values(slot), values))
        return self._rows.judge.judge(drafted, why, touched=(slot,))

    def change_from(self, slot: Slot, values: Values, since: date, *, token: str = "") -> Proposal:
        """From a day on: the old rule ends the day before, a new one with an id of its own begins; exceptions go along."""
        why = f"Sửa khung giờ {slot.id} từ {since:%d/%m/%Y}"
        own = self._free_id(slot.id)
        values = {**values, "ma": own, "tu": f"{since:%d/%m/%Y}"}
        problems = self._rows.wrong("khung_gio", values)
        if since < self._rows.today:
            problems = (*problems, wrong_day("tu", "Không sửa được những ngày đã qua.", "Chọn từ hôm nay trở đi."))
        if problems:
            return Proposal(why=why, problems=problems)
        if self._rows.editable(slot.where) and slot.valid_from is not None and slot.valid_from >= since:
            return self.change(slot, {**values, "tu": f"{slot.valid_from:%d/%m/%Y}"}, token=token)
        drafted = Drafted(self._rows.files)
        self._rows.same(drafted, slot.where, token, str(dict(values)))
        self._end(drafted, slot, since, f"thay bằng khung giờ {own}")
        home = slot.where.file if self._rows.editable(slot.where) else OWN_FILE
        drafted.put(home, self._rows.text.add(drafted.text(home), "khung_gio", values))
        self._carry_exceptions(drafted, slot, own, since)
        return self._rows.judge.judge(drafted, why, touched=(slot,))

    def end(self, slot: Slot, since: str, reason: str, *, token: str = "") -> Proposal:
        """Not aired any more from a day on, as typed; what was before stays, with the reason."""
        why = f"Thôi phát khung giờ {slot.id}"
        reading = self._rows.text.check("ngoai_le", {"viec": "bỏ", "tu": since, "den": since, "ly_do": reason})
        problems = tuple(p for p in reading.problems if p.where.cell != "den")
        day = reading.exceptions[0].first if reading.exceptions else None
        if day is not None and day < self._rows.today:
            problems = (wrong_day("tu", "Không sửa được những ngày đã qua.", "Chọn từ hôm nay trở đi."),)
        if problems or day is None:
            return Proposal(why=why, problems=problems)
        drafted = Drafted(self._rows.files)
        self._rows.same(drafted, slot.where, token, reason)
        self._end(drafted, slot, day, reason)
        return self._rows.judge.judge(drafted, f"{why} từ {day:%d/%m/%Y}", touched=(slot,))

    def _end(self, drafted: Drafted, slot: Slot, since: date, reason: str) -> None:
        if not self._rows.editable(slot.where):
            last = slot.valid_until or LAST_DAY
            skip = {"tu": f"{since:%d/%m/%Y}", "den": f"{last:%d/%m/%Y}", "viec": "bỏ", "khung_gio": slot.id}
            self._rows.append(drafted, "ngoai_le", {**skip, "ly_do": reason})
        elif slot.valid_from is not None and slot.valid_from >= since:
            self._rows.change(drafted, slot, {"bat": "không", "ghi_chu": _joined(slot.note, reason)})
        else:
            until = f"{since - timedelta(days=1):%d/%m/%Y}"
            self._rows.change(drafted, slot, {"den": until, "ghi_chu": _joined(slot.note, reason)})

    def _carry_exceptions(self, drafted: Drafted, slot: Slot, own: str, since: date) -> None:
        """Exceptions that name the old rule name the new one too, from the day it begins."""
        for exception in self._rows.current.calendar.exceptions:
            if slot.id not in exception.slots or exception.last < since:
                continue
            values = {
                "tu": f"{max(exception.first, since):%d/%m/%Y}",
                "den": f"{exception.last:%d/%m/%Y}",
                "viec": exception.kind.value,
                "khung_gio": own,
                "cum_loa": ", ".join(exception.zones),
                "gio": ", ".join(f"{at:%H:%M}" for at in exception.times),
                "phat": _content(self._rows.text, slot, exception),
                "ly_do": exception.reason,
            }
            self._rows.append(drafted, "ngoai_le", values)

    def _free_id(self, slot_id: str) -> str:
        taken = {s.id for s in self._rows.current.calendar.slots}
        stem = fold_id(slot_id.rstrip("0123456789").removesuffix("-tu")) or "khung"
        day = f"{stem[:40]}-{self._rows.today:%y%m%d}"
        return next(i for i in (day, *(f"{day}-{n}" for n in range(2, 1000))) if i not in taken)


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
