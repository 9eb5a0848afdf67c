"""What a report must say beside its figures: why one is zero, whose number it is, what is missing from the paper."""

from collections.abc import Iterator
from datetime import date

from broadcaster.domain.asrun import Outcome
from broadcaster.domain.figures import NotCounted
from broadcaster.domain.report import REHEARSAL_MARK, Remark, Report
from broadcaster.domain.settings import Settings

REASONS = {
    NotCounted.TEST: "phát thử",
    NotCounted.REHEARSED: "diễn tập",
    NotCounted.NOT_AIRED: "không phát trọn",
    NotCounted.TOO_SHORT: "phát chưa đủ thời lượng",
    NotCounted.NO_ZONE: "không cụm loa nào xác nhận",
}
"""Why a row is not counted, in a reader's words."""


def remarks(report: Report, settings: Settings) -> tuple[Remark, ...]:
    """In the order a reader needs them."""
    found = (*_standing(report), *_zero(report), *_plan(report), *_paper(report, settings))
    return tuple(Remark(code=code, text=text) for code, text in found)


def _standing(report: Report) -> Iterator[tuple[str, str]]:
    if report.rehearsed:
        yield "rehearsed", f"{REHEARSAL_MARK}: các lượt trong báo cáo này được diễn tập, chưa ra loa."
    if report.made_at.date() <= report.period.last and not report.rehearsed:
        yield "unfinished", f"Kỳ chưa kết thúc; số liệu tính đến {report.made_at:%H:%M ngày %d/%m/%Y}."
    rule = report.rule
    counted = (
        f"tính lượt phát trọn từ {rule.min_share}% thời lượng trở lên, có ít nhất {rule.min_zones} cụm loa xác nhận"
    )
    kept = "phát thử, diễn tập, phát thiếu, lỗi đều giữ trong nhật ký và không tính"
    yield "rule", f"Quy tắc đếm {rule.version}: {counted}; {kept}."
    yield "sessions", "Buổi: sáng là trước 12 giờ, chiều là từ 12 giờ; mỗi buổi có lượt được tính thì đếm một."


def _zero(report: Report) -> Iterator[tuple[str, str]]:
    rows = sum(line.rows for line in report.not_counted)
    held = report.reconciliation
    if report.airings.value == 0:
        span = f"từ {report.period.first:%d/%m/%Y} đến {report.period.last:%d/%m/%Y}"
        if rows:
            why = "; ".join(f"{line.rows} dòng {REASONS[line.reason]}" for line in report.not_counted)
            yield "zero-not-counted", f"Trong kỳ ({span}) có {rows} dòng nhật ký, không dòng nào được tính: {why}."
        elif held.planned:
            missed, ahead = held.counts.get(Outcome.MISSED, 0), held.counts.get(Outcome.AHEAD, 0)
            why = f"{missed} lượt bỏ lỡ, {ahead} lượt chưa đến giờ"
            text = f"Lịch trong kỳ ({span}) có {held.planned} lượt nhưng nhật ký không có dòng nào: {why}."
            yield "zero-nothing-aired", text
        else:
            yield (
                "zero-no-rows",
                f"Trong kỳ ({span}) lịch không có lượt phát nào và nhật ký không có dòng nào, nên các số đều bằng 0.",
            )
    elif rows:
        why = "; ".join(f"{line.rows} dòng {REASONS[line.reason]}" for line in report.not_counted)
        yield "not-counted", f"Có {rows} dòng nhật ký không được tính: {why}."
    if report.airings.value and not report.airings.previous:
        yield "no-previous", f"Kỳ trước ({report.previous.title}) không có lượt phát nào được ghi."
    if report.airings.value and not report.airings.same_last_year:
        yield "no-year-ago", f"Cùng kỳ năm trước ({report.same_last_year.title}) không có lượt phát nào được ghi."


def _plan(report: Report) -> Iterator[tuple[str, str]]:
    plan = report.plan
    if plan is None:
        yield "no-plan", "Trạm chưa có tệp kế hoạch nào (schedules/plans), nên không có phần so với kế hoạch."
        return
    if not plan.covers(report.period.first, report.period.last):
        yield "plan-elsewhere", f"Kế hoạch {plan.number} không có hiệu lực trong kỳ này; chỉ dùng để gọi tên nội dung."
    if report.quota_note:
        yield "quota", report.quota_note
    if report.unheard and report.airings.value:
        names = "; ".join(plan.name_of(code) for code in report.unheard)
        yield "unheard", f"Nội dung chưa có lượt phát nào được tính trong kỳ: {names}."
    strange = [line.key for line in report.topics if not line.known and line.plays.value]
    if strange:
        yield "unknown-topics", f"Có lượt phát mang mã nội dung không có trong kế hoạch: {', '.join(strange)}."


def _paper(report: Report, settings: Settings) -> Iterator[tuple[str, str]]:
    identity = report.identity
    if not _valid(identity.valid_from, identity.valid_until, report.issued):
        yield (
            "identity-gap",
            f"Ngày {report.issued:%d/%m/%Y} không thuộc đơn vị nào trong station.toml; đang dùng tên gần nhất: {identity.ward}.",
        )
    then = settings.identity_on(report.period.last)
    if then.ward != identity.ward:
        yield "renamed", f"Trong kỳ báo cáo đơn vị mang tên {then.ward}; tên {identity.ward} dùng từ ngày ký."
    if not identity.signer:
        yield "no-signer", "Chưa ghi họ tên người ký (nguoi_ky trong station.toml); chỗ ký để trống."
    if not identity.addressees:
        yield "no-addressee", "Chưa ghi nơi nhận báo cáo (kinh_gui trong station.toml); dòng Kính gửi để trống."


def _valid(first: date | None, last: date | None, day: date) -> bool:
    return (first is None or first <= day) and (last is None or day <= last)
