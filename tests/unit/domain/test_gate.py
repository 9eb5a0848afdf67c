"""Nothing speaks in quiet hours, not even its last second, but an emergency with a name and a reason."""

from datetime import datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadcaster.domain.calendar import Priority
from broadcaster.domain.gate import judge
from broadcaster.domain.settings import TimeSpan
from tests.unit.domain.making import VN, at

NIGHT = TimeSpan(start=time(21, 0), end=time(5, 30))
SIESTA = TimeSpan(start=time(11, 30), end=time(13, 30))


def is_open(moment: str, seconds: float = 60, quiet: TimeSpan = NIGHT) -> bool:
    return judge(quiet, start=at(moment), duration_s=seconds, priority=Priority.NORMAL).open


@pytest.mark.parametrize(
    ("moment", "seconds", "open_"),
    [
        ("05/03/2024 05:29", 60, False),
        ("05/03/2024 05:30", 60, True),
        ("05/03/2024 20:59", 60, True),
        ("05/03/2024 20:59", 60.5, False),
        ("05/03/2024 21:00", 0, False),
        ("05/03/2024 23:59", 60, False),
        ("06/03/2024 03:00", 60, False),
        ("05/03/2024 06:05", 60, True),
        ("05/03/2024 06:05", 86_400, False),
        ("05/03/2024 06:05", -5, True),
    ],
)
def test_the_night(moment: str, seconds: float, open_: bool) -> None:
    assert is_open(moment, seconds) is open_


@pytest.mark.parametrize(
    ("moment", "seconds", "open_"),
    [
        ("05/03/2024 11:29", 60, True),
        ("05/03/2024 11:29", 61, False),
        ("05/03/2024 12:00", 1, False),
        ("05/03/2024 13:29", 1, False),
        ("05/03/2024 13:30", 1, True),
        ("05/03/2024 23:00", 3600 * 13, False),
    ],
)
def test_a_span_within_one_day(moment: str, seconds: float, open_: bool) -> None:
    assert is_open(moment, seconds, SIESTA) is open_


def test_a_refusal_says_the_hours() -> None:
    verdict = judge(NIGHT, start=at("05/03/2024 03:00"), duration_s=60, priority=Priority.PRIORITY)
    assert verdict.reason == "trong giờ yên tĩnh (21:00–05:30) loa không được phát"


@pytest.mark.parametrize(
    ("priority", "by", "reason", "open_"),
    [
        (Priority.EMERGENCY, "Bà Trực ban", "vỡ đê", True),
        (Priority.EMERGENCY, "", "vỡ đê", False),
        (Priority.EMERGENCY, "Bà Trực ban", " ", False),
        (Priority.EMERGENCY, "  ", "vỡ đê", False),
        (Priority.PRIORITY, "Bà Trực ban", "vỡ đê", False),
        (Priority.NORMAL, "Bà Trực ban", "vỡ đê", False),
    ],
)
def test_only_an_emergency_with_a_name_and_a_reason_passes(
    priority: Priority, by: str, reason: str, open_: bool
) -> None:
    verdict = judge(NIGHT, start=at("05/03/2024 03:00"), duration_s=60, priority=priority, by=by, reason=reason)
    assert verdict.open is open_
    if open_:
        assert verdict.reason == "phát khẩn trong giờ yên tĩnh (21:00–05:30) do Bà Trực ban quyết định: vỡ đê"


def test_outside_quiet_hours_an_emergency_needs_no_words() -> None:
    verdict = judge(NIGHT, start=at("05/03/2024 09:00"), duration_s=60, priority=Priority.EMERGENCY)
    assert (verdict.open, verdict.reason) == (True, "")


def test_a_span_from_a_time_to_itself_means_no_quiet_hours() -> None:
    assert is_open("05/03/2024 03:00", quiet=TimeSpan(start=time(0), end=time(0)))


@given(
    st.times().map(lambda t: t.replace(second=0, microsecond=0)),
    st.times().map(lambda t: t.replace(second=0, microsecond=0)),
    st.integers(0, 86_399),
    st.integers(1, 7200),
)
def test_the_gate_is_open_exactly_when_no_second_is_quiet(start: time, end: time, begins: int, seconds: int) -> None:
    quiet = TimeSpan(start=start, end=end)
    first = datetime(2024, 3, 5, tzinfo=VN) + timedelta(seconds=begins)
    heard = ((first + timedelta(seconds=s)).time() for s in range(seconds))
    quiet_second = start != end and any(quiet.contains(t) for t in heard)
    assert judge(quiet, start=first, duration_s=seconds, priority=Priority.NORMAL).open is not quiet_second
