"""The clock of a device, from pairs of (wall clock, frames heard)."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadcaster.adapters.preroll import DeviceClock, Mark

RATE = 48_000
BEGAN = 1_709_593_500.0


def fed(late_s: list[float], *, began: float = BEGAN, first: int = 0) -> DeviceClock:
    clock = DeviceClock()
    for number, late in enumerate(late_s):
        clock.feed(mark(number + first, began=began, late_s=late))
    return clock


def mark(number: int, *, began: float = BEGAN, late_s: float = 0.0, running: bool = True) -> Mark:
    """A reading every 20 ms, taken ``late_s`` after the moment it speaks of."""
    heard = number * 960.0
    return Mark(wall=began + heard / RATE + late_s, heard=heard, taken=heard + 480, running=running)


def test_nothing_is_known_before_a_few_marks() -> None:
    assert not fed([0.0] * 4).known
    assert fed([0.0] * 5).known


@given(st.integers(0, 2**20), st.integers(10, 200))
def test_readings_disturbed_by_a_busy_machine_do_not_move_the_sample(seed: int, count: int) -> None:
    chance = random.Random(seed)
    late = [
        chance.uniform(0.001, 0.045) if chance.random() < 0.3 else chance.uniform(0.0, 0.0002) for _ in range(count)
    ]
    late[:5] = [0.0] * 5
    clock = fed(late)
    at = BEGAN + 10.0
    if sum(1 for x in late[-75:] if x > 0.0002) * 2 < len(late[-75:]):
        assert abs(clock.frame_at(at) - 480_000) <= 10
        assert clock.wall_of(480_000) == pytest.approx(at, abs=0.0003)


def test_frame_and_moment_are_each_others_inverse() -> None:
    clock = fed([0.0] * 20)
    for frame in (0, 1, 12_345, 10**9):
        assert clock.frame_at(clock.wall_of(frame)) == frame


def test_one_wild_reading_is_passed_over() -> None:
    clock = fed([0.0] * 20)
    clock.feed(mark(20, late_s=3_600.0))
    assert clock.frame_at(BEGAN + 1.0) == RATE


def test_wall_clock_that_was_set_is_followed() -> None:
    clock = fed([0.0] * 75)
    for number in range(75, 85):
        clock.feed(mark(number, began=BEGAN + 3_600.0))
    assert clock.known
    assert clock.frame_at(BEGAN + 3_600.0 + 1.0) == RATE


def test_device_that_stands_still_says_nothing_of_time() -> None:
    clock = fed([0.0] * 10)
    clock.feed(mark(3, late_s=1.0, running=False))
    assert clock.frame_at(BEGAN + 1.0) == RATE
    assert (clock.heard, clock.taken) == (2_880.0, 3_360.0)


def test_forgetting_needs_new_marks() -> None:
    clock = fed([0.0] * 10)
    clock.forget()
    assert not clock.known
