"""Whether the wall clock may be believed: nothing airs by a clock that is earlier than the record or known to be unsynchronised."""

from dataclasses import dataclass
from datetime import datetime, timedelta

RELEASED_YEAR = 2024
"""No ward had this program before: a clock that shows an earlier year has lost its battery."""

CLOCK_ACCEPTED = "clock_accepted"
"""The event by which a named person vouches for the present time: rows written before it say nothing of the clock any more."""

TOLERANCE = timedelta(seconds=2)
"""A clock being disciplined may step back this much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """Whether to air by this clock; ``reason`` is Vietnamese, for the status and the row."""

    trusted: bool
    reason: str = ""


def trust(*, now: datetime, newest: datetime | None, synchronised: bool | None, require_synchronised: bool) -> Trust:
    """Judge ``now`` (aware) by the latest moment in the journal and by what the system says of itself."""
    if now.year < RELEASED_YEAR:
        return Trust(trusted=False, reason=f"đồng hồ máy đang chỉ năm {now.year}; hãy chỉnh lại ngày giờ")
    if newest is not None and now < newest - TOLERANCE:
        return Trust(
            trusted=False,
            reason=(
                f"đồng hồ máy ({now:%H:%M:%S %d/%m/%Y}) chậm hơn giờ đã ghi trong nhật ký ({newest:%H:%M:%S %d/%m/%Y}); "
                "hãy chỉnh lại giờ, hoặc xác nhận giờ đúng bằng lệnh “broadcaster clock accept”"
            ),
        )
    if require_synchronised and synchronised is False:
        return Trust(trusted=False, reason="máy báo đồng hồ chưa được đồng bộ qua mạng kể từ khi bật")
    return Trust(trusted=True)
