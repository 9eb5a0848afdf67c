"""Editing one airing: cancelled, replaced or moved; deleting is cancelling with a reason, the line stays and says why."""

from datetime import date, datetime, time

from broadcaster.domain.calendar import OnDates, Slot
from broadcaster.domain.rundown import Airing
from broadcaster.errors import InputError
from broadcaster.station.proposals import Drafted, Proposal
from broadcaster.station.row_drafts import Rows, Values, missing

_WHAT = ("phat", "ten", "gio", "cum_loa", "uu_tien", "bat_dau", "cho_phep_tre", "lap", "cach_lap", "ghi_chu")


class AiringEdits:
    """Edits of a single airing; ``token`` names the row as the form was made from it."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def cancel(self, airing: Airing, reason: str, *, token: str = "") -> Proposal:
        """The line stays in the calendar and says why it is not aired."""
        why = f"Hủy lượt {_moment(airing)}"
        if not reason.strip():
            return Proposal(why=why, problems=(missing("ly_do", "Ghi lý do hủy, ví dụ: mất điện."),))
        self._refuse_past(airing)
        slot = self._rows.slot_of(airing)
        drafted = Drafted(self._rows.files)
        self._rows.same(drafted, slot.where, token, reason)
        if self._rows.single(slot):
            self._rows.change(drafted, slot, {"huy": reason})
        else:
            self._rows.append(drafted, "ngoai_le", self._exception(airing, "bỏ", reason))
        return self._rows.judge.judge(drafted, why, touched=(slot,), until=airing.planned.date())

    def replace(self, airing: Airing, content: str, reason: str, *, token: str = "") -> Proposal:
        """Something else is heard at the same moment; the reason is printed beside it."""
        why = f"Thay bài ở lượt {_moment(airing)}"
        self._refuse_past(airing)
        values = {**self._exception(airing, "thay", reason), "phat": content}
        problems = self._rows.wrong("ngoai_le", values)
        if problems:
            return Proposal(why=why, problems=problems)
        slot = self._rows.slot_of(airing)
        drafted = Drafted(self._rows.files)
        self._rows.same(drafted, slot.where, token, content)
        self._rows.append(drafted, "ngoai_le", values)
        return self._rows.judge.judge(drafted, why, touched=(slot,), until=airing.planned.date())

    def move(self, airing: Airing, changed: Values, reason: str, *, token: str = "") -> Proposal:
        """One airing goes to another day, time, content or zone: a dated row says where it was moved from."""
        why = f"Dời lượt {_moment(airing)}"
        self._refuse_past(airing)
        slot = self._rows.slot_of(airing)
        day, moment = airing.planned.date(), airing.planned.time()
        before = {key: text for key, text in self._rows.values(slot).items() if key in _WHAT}
        values = {**before, "ngay": f"{day:%d/%m/%Y}", "gio": f"{moment:%H:%M}"}
        values |= {key: text for key, text in changed.items() if key in (*_WHAT, "ngay")}
        values["ghi_chu"] = reason
        problems = self._rows.wrong("lich_ngay", values)
        reading = self._rows.text.check("lich_ngay", values)
        if not reason.strip():
            problems = (*problems, missing("ly_do", "Ghi lý do dời, ví dụ: trùng buổi họp khóm."))
        if problems or reading.slot is None:
            return Proposal(why=why, problems=problems)
        target = self._target(reading.slot)
        if target[0] != day:
            values["doi_tu"] = f"{slot.moved_from or day:%d/%m/%Y}"
        drafted = Drafted(self._rows.files)
        self._rows.same(drafted, slot.where, token, str(values))
        if self._rows.single(slot):
            self._rows.change(drafted, slot, {key: text for key, text in values.items() if text or key in before})
        else:
            skip = self._exception(airing, "bỏ", f"dời sang {target[1]:%H:%M} ngày {target[0]:%d/%m/%Y}: {reason}")
            self._rows.append(drafted, "ngoai_le", skip)
            self._rows.append(drafted, "lich_ngay", values)
        return self._rows.judge.judge(drafted, why, touched=(slot,), until=max(day, target[0]))

    def _exception(self, airing: Airing, verb: str, reason: str) -> dict[str, str]:
        return {
            "ngay": f"{airing.planned:%d/%m/%Y}",
            "viec": verb,
            "khung_gio": airing.slot,
            "gio": f"{airing.planned:%H:%M}",
            "ly_do": reason,
        }

    def _refuse_past(self, airing: Airing) -> None:
        if airing.planned <= self._rows.now:
            raise InputError("Lượt này đã qua giờ phát, chỉ xem được.", hint="Ghi chú thêm ở màn hình Nhật ký.")

    def _target(self, slot: Slot) -> tuple[date, time]:
        """The day and time a moved airing goes to; only one of each is meant."""
        dates = [d for rule in slot.days if isinstance(rule, OnDates) for d in rule.dates]
        if len(dates) != 1 or len(slot.times) != 1:
            raise InputError("Dời một lượt thì chỉ ghi một ngày và một giờ.")
        if datetime.combine(dates[0], slot.times[0], self._rows.now.tzinfo) <= self._rows.now:
            raise InputError("Không dời được về lúc đã qua.", hint="Chọn một giờ chưa đến.")
        return dates[0], slot.times[0]


def _moment(airing: Airing) -> str:
    return f"{airing.planned:%H:%M %d/%m/%Y} «{airing.title}»"
