"""Values of station.toml: spans of the day, the identity of a day, zones."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadcaster.domain.calendar import ZoneId
from broadcaster.domain.settings import Identity, Settings, TimeSpan, Zone

OLD = Identity(valid_until=date(2025, 6, 30), ward="Mỹ Thạnh", agency="UBND", station="Đài", place="Mỹ Thạnh")
NEW = Identity(valid_from=date(2025, 7, 1), ward="Mỹ Thới", agency="UBND", station="Đài", place="Mỹ Thới")
LATE = Identity(
    valid_from=date(2030, 1, 1), valid_until=date(2030, 12, 31), ward="Khác", agency="UBND", station="Đài", place="Khác"
)


@pytest.mark.parametrize(
    ("span", "inside", "outside"),
    [
        (TimeSpan(start=time(6), end=time(6, 30)), [time(6), time(6, 29, 59)], [time(6, 30), time(5, 59, 59)]),
        (TimeSpan(start=time(21), end=time(5, 30)), [time(21), time(0), time(5, 29)], [time(5, 30), time(20, 59)]),
    ],
)
def test_a_span_holds_its_start_and_not_its_end(span: TimeSpan, inside: list[time], outside: list[time]) -> None:
    assert all(span.contains(t) for t in inside)
    assert not any(span.contains(t) for t in outside)


@given(st.times(), st.times(), st.times())
def test_a_span_and_its_rest_share_no_moment(start: time, end: time, moment: time) -> None:
    if start != end:
        span, rest = TimeSpan(start=start, end=end), TimeSpan(start=end, end=start)
        assert span.contains(moment) is not rest.contains(moment)


@pytest.mark.parametrize("order", [(OLD, NEW), (NEW, OLD)])
@pytest.mark.parametrize(
    ("day", "ward"),
    [
        (date(2024, 3, 5), "Mỹ Thạnh"),
        (date(2025, 6, 30), "Mỹ Thạnh"),
        (date(2025, 7, 1), "Mỹ Thới"),
        (date(2099, 1, 1), "Mỹ Thới"),
    ],
)
def test_history_keeps_the_old_name(order: tuple[Identity, ...], day: date, ward: str) -> None:
    assert Settings(identities=order, zones=()).identity_on(day).ward == ward


@pytest.mark.parametrize("order", [(OLD, LATE), (LATE, OLD)])
@pytest.mark.parametrize(
    ("day", "ward"),
    [(date(2025, 7, 1), "Mỹ Thạnh"), (date(2029, 12, 31), "Khác"), (date(2031, 1, 1), "Khác")],
)
def test_a_day_outside_every_period_has_the_nearest_name(order: tuple[Identity, ...], day: date, ward: str) -> None:
    assert Settings(identities=order, zones=()).identity_on(day).ward == ward


def test_a_zone_is_found_by_its_id() -> None:
    zone = Zone(id=ZoneId("khom-1"), name="Khóm 1")
    settings = Settings(identities=(OLD,), zones=(zone,))
    assert settings.zone(ZoneId("khom-1")) is zone
    assert settings.zone(ZoneId("khom-9")) is None
