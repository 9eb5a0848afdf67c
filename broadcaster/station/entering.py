"""Entering activities by hand: what may be written down, and how an entry is corrected."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from broadcaster.domain.activities import Activity, ActivityKind, RecordedActivity, standing
from broadcaster.domain.folding import did_you_mean
from broadcaster.domain.plan import Plan
from broadcaster.errors import InputError
from broadcaster.ports import Journal

LONGEST_TITLE = 5000
_OLDEST = date(2000, 1, 1)


def enter(activity: Activity, *, journal: Journal, plans: Sequence[Plan], today: date) -> int:
    """Write one activity down and return its seq. Raises InputError with the way out for what cannot be true."""
    _check(activity, plans, today)
    if activity.corrects is not None:
        _check_correction(activity.corrects, journal)
    return journal.enter(activity)


def strike(seq: int, *, journal: Journal, like: Activity) -> int:
    """Strike an entry out: it stays in the journal and counts nothing. ``like`` says by whom, when and why (``note``)."""
    old = _check_correction(seq, journal)
    if not like.note:
        raise InputError("Cần ghi vì sao hủy mục này.", hint="Thêm --reason “lý do”.")
    struck = replace(old.activity, by=like.by, entered=like.entered, note=like.note, corrects=seq, void=True)
    return journal.enter(struck)


def _check(activity: Activity, plans: Sequence[Plan], today: date) -> None:
    if not activity.title:
        raise InputError(
            "Hoạt động chưa có tên.", hint="Ghi ngắn gọn đã làm gì, ví dụ: Họp dân khóm 1 về dịch vụ công."
        )
    if len(activity.title) > LONGEST_TITLE:
        raise InputError(
            f"Tên hoạt động dài quá {LONGEST_TITLE} chữ.", hint="Ghi ngắn lại, phần còn lại ghi vào --note."
        )
    if not activity.by:
        raise InputError("Chưa ghi ai nhập.", hint="Thêm --by “họ tên, chức vụ”.")
    if activity.day > today:
        hint = f"Chỉ nhập việc đã làm; hôm nay là {today:%d/%m/%Y}."
        raise InputError(f"Ngày {activity.day:%d/%m/%Y} chưa đến.", hint=hint)
    if activity.day < _OLDEST:
        raise InputError(f"Ngày {activity.day:%d/%m/%Y} xa quá.", hint="Kiểm tra lại năm.")
    if activity.people is not None and activity.people < 0:
        raise InputError("Số lượt người không thể âm.", hint="Ghi số người dự, hoặc bỏ --people.")
    if activity.count < 1:
        raise InputError("Số lượng phải từ 1.", hint="Bỏ --count nếu chỉ có một.")
    for topic in activity.topics:
        known = tuple(
            dict.fromkeys(c for p in plans for c in (*(t.code for t in p.topics), *(f.code for f in p.forms)))
        )
        if topic not in known:
            hint = did_you_mean(topic, known) or f"Các mã có: {', '.join(known)}."
            raise InputError(f"Không có nội dung nào mang mã “{topic[:60]}” trong kế hoạch.", hint=hint)
    _check_target(activity, plans)


def _check_target(activity: Activity, plans: Sequence[Plan]) -> None:
    if activity.kind is not ActivityKind.TARGET:
        if activity.target or activity.value is not None:
            raise InputError(
                "Chỉ tiêu và giá trị chỉ dùng với loại “số liệu chỉ tiêu”.", hint="Thêm --kind “số liệu chỉ tiêu”."
            )
        return
    known = tuple(dict.fromkeys(t.code for p in plans for t in p.targets))
    if activity.target not in known:
        hint = did_you_mean(activity.target, known) or f"Các chỉ tiêu có: {', '.join(known) or 'chưa có'}."
        raise InputError(f"Kế hoạch không có chỉ tiêu “{activity.target[:60]}”.", hint=hint)
    if activity.value is None:
        raise InputError("Chưa ghi giá trị đạt được của chỉ tiêu.", hint="Thêm --value 97,5")


def _check_correction(seq: int, journal: Journal) -> RecordedActivity:
    left = {e.seq: e for e in standing(journal.activities())}
    if seq not in left:
        known = ", ".join(str(s) for s in list(left)[-10:]) or "chưa có mục nào"
        raise InputError(f"Không có mục nhập tay số {seq} đang được tính.", hint=f"Các mục gần đây: {known}.")
    return left[seq]


def span_of(first: date | None, last: date | None, today: date) -> tuple[date, date]:
    """The days a list shows: as asked, else the last 366."""
    end = last or today
    return first or end - timedelta(days=365), end
