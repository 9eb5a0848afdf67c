"""The station's state in words and for tools."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from broadcaster.domain.problems import Problem, Severity
from broadcaster.domain.rundown import Airing
from broadcaster.present.durations import length, moment


def sentence(*, on_air: Sequence[str], following: Airing | None, ready_until: datetime | None, trouble: str) -> str:
    """One line for the service manager and the log."""
    if on_air:
        head = "Đang phát: " + ", ".join(on_air)
    elif following is not None:
        head = f"Chờ; kế tiếp {moment(following.planned)}: {following.title}"
    else:
        head = "Chờ; chưa có lượt nào sắp tới"
    ready = f"đủ tiếng đến {ready_until:%d/%m %H:%M}" if ready_until else "chưa có lượt nào đủ tiếng và duyệt"
    return "; ".join(part for part in (head, ready, trouble) if part)


def trouble(*, problems: Sequence[Problem], on_last_good: bool, clock_reason: str) -> str:
    """What needs a person, shortest first; empty when nothing does."""
    errors = sum(p.severity is Severity.ERROR for p in problems)
    parts = []
    if clock_reason:
        parts.append(f"đồng hồ chưa tin cậy: {clock_reason}")
    if on_last_good:
        parts.append(f"tệp mới có {errors} lỗi, đang dùng bản tốt gần nhất")
    return "; ".join(parts)


def lines(status: Mapping[str, Any]) -> list[str]:
    """`broadcaster status` for a person, from the same object tools get."""
    result = [f"Trạm: {status['station']} — {'đang trực' if status['running'] else 'CHƯA CHẠY'}"]
    result.append(f"Giờ máy: {moment(datetime.fromisoformat(status['now']))} ({_clock(status)})")
    for airing in status["on_air"]:
        zones = ", ".join(airing["zones"])
        test = " (phát thử)" if airing["test"] else ""
        played = f"{length(airing['played_s'])}/{length(airing['duration_s'])}"
        result.append(f"Đang phát{test}: {airing['title']} — {zones} — {played}")
    following = status["next"]
    if following:
        when = moment(datetime.fromisoformat(following["planned"]))
        result.append(f"Kế tiếp: {when} — {following['title']} — {following['zone']}")
    else:
        result.append("Kế tiếp: chưa có lượt nào trong các ngày đã công bố")
    until = status["ready_until"]
    result.append(f"Đủ tiếng đến: {moment(datetime.fromisoformat(until)) if until else 'chưa có lượt nào sẵn sàng'}")
    if status["first_gap"]:
        result.append(f"Vướng đầu tiên: {status['first_gap']}")
    result.append(f"Phiên bản lịch đang trực: {status['calendar_version'][:12]}")
    if status["last_problem"]:
        result.append(f"Cần người xử lý: {status['last_problem']}")
    result.extend(f"Chưa có tiếng: {script} — {why}" for script, why in status["unprepared"].items())
    return result


def _clock(status: Mapping[str, Any]) -> str:
    if status["clock_trusted"]:
        return "tin cậy"
    return f"CHƯA TIN CẬY: {status['clock_reason']}"
