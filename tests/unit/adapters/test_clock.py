"""The system's clock says only what it knows, and a wall clock that is set does not go unseen."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadcaster.adapters.clock import ClockWatch, SystemClock, kernel_synchronised, running_programs

START = datetime(2024, 3, 5, 6, 5, tzinfo=UTC)


def system(folder: Path, programs: set[str], kernel: bool | None = None) -> SystemClock:
    return SystemClock("Asia/Ho_Chi_Minh", timesyncd=folder, programs=lambda: programs, kernel=lambda: kernel)


def test_now_is_aware_in_the_stations_zone() -> None:
    assert SystemClock("Asia/Ho_Chi_Minh").now().utcoffset() == timedelta(hours=7)


def test_sleep_of_nothing_or_less_returns_at_once() -> None:
    clock = SystemClock("Asia/Ho_Chi_Minh")
    before = clock.monotonic()
    clock.sleep(0.0)
    clock.sleep(-3600.0)
    assert clock.monotonic() - before < 60


def test_timesyncd_says_yes_once_it_has_set_the_clock(tmp_path: Path) -> None:
    clock = system(tmp_path, {"systemd", "systemd-timesyn"})
    assert clock.synchronised() is False
    (tmp_path / "synchronized").touch()
    assert clock.synchronised() is True


def test_folder_of_a_timesyncd_that_no_longer_runs_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "synchronized").touch()
    assert system(tmp_path, {"systemd"}).synchronised() is None


@pytest.mark.parametrize("flag", [True, False, None])
def test_kernels_flag_counts_only_while_a_daemon_tends_it(tmp_path: Path, flag: bool | None) -> None:
    assert system(tmp_path / "none", {"chronyd"}, flag).synchronised() is flag
    assert system(tmp_path / "none", {"bash"}, flag).synchronised() is None


def test_this_machine_can_be_asked() -> None:
    assert kernel_synchronised() in {True, False, None}
    assert any("python" in name or "pytest" in name for name in running_programs())
    assert SystemClock("Asia/Ho_Chi_Minh").synchronised() in {True, False, None}


@pytest.mark.parametrize("seconds", [3600.0, -3600.0, 1.5, -1.5])
def test_step_is_reported_once_with_its_size(seconds: float) -> None:
    watch = ClockWatch(threshold_s=1.0)
    assert watch.feed(START, 100.0) is None
    step = watch.feed(START + timedelta(seconds=10 + seconds), 110.0)
    assert step is not None
    assert step.seconds == pytest.approx(seconds)
    assert step.seen == START + timedelta(seconds=10 + seconds)
    assert watch.feed(START + timedelta(seconds=11 + seconds), 111.0) is None


def test_clock_put_right_again_is_a_second_step() -> None:
    watch = ClockWatch()
    watch.feed(START, 0.0)
    there = watch.feed(START + timedelta(hours=1, seconds=1), 1.0)
    back = watch.feed(START + timedelta(seconds=2), 2.0)
    assert there is not None
    assert back is not None
    assert back.seconds == pytest.approx(-there.seconds)


@given(st.lists(st.tuples(st.floats(0.01, 60.0), st.floats(-0.0005, 0.0005)), max_size=200))
def test_slow_steering_is_never_a_step(feeds: list[tuple[float, float]]) -> None:
    watch, wall, monotonic = ClockWatch(threshold_s=1.0), START, 0.0
    for passed, rate in feeds:
        monotonic += passed
        wall += timedelta(seconds=passed * (1 + rate))
        assert watch.feed(wall, monotonic) is None


@pytest.mark.parametrize("threshold", [0.0, -1.0])
def test_threshold_must_be_positive(threshold: float) -> None:
    with pytest.raises(ValueError, match="positive"):
        ClockWatch(threshold_s=threshold)
