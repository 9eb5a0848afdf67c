"""What is due now, by a clock that can be trusted, told apart from what is past, doubled or not yet."""

from datetime import datetime, time, timedelta

import pytest

from broadcaster.domain.asrun import Outcome, reconcile
from broadcaster.domain.calendar import Slot
from broadcaster.domain.rundown import AiringId
from broadcaster.domain.scripts import ScriptId
from broadcaster.domain.trust import CLOCK_ACCEPTED, Trust
from broadcaster.station.duty import POWER_CUT
from broadcaster.station.rehearsing import planned
from tests.stage import HCM, MONDAY, ZONES, PowerCutError, Stage, a_script, a_slot, at, files

FIRST = ZONES[0]
DAY = timedelta(days=1)
HOURLY = tuple(a_slot(f"gio-{h}", at=time(h, 5)) for h in range(6, 12))


def stage(*slots: Slot) -> Stage:
    """Half past five on a Monday, everything approved; one slot at 06:05 unless others are given."""
    made = Stage(files(*(slots or (a_slot(),))))
    made.approve()
    return made


def aired(on: Stage) -> list[str]:
    """The slots that were heard, in the order of their rows."""
    return [e.opening.airing_id.split("@")[0] for e in on.journal.entries() if e.closing.outcome is Outcome.AIRED]


def outcomes(on: Stage, days: int = 1) -> dict[str, Outcome | None]:
    """The reconciliation of the days from Monday on, by airing."""
    lines = reconcile(planned(on.journal, MONDAY, MONDAY + (days - 1) * DAY), on.journal.entries(), now=on.clock.now())
    return {line.airing.id: line.outcome for line in lines if line.airing}


def set_to(on: Stage, moment: datetime) -> None:
    """Somebody sets the wall clock; by timestamps, since Việt Nam had another offset in 1970."""
    on.clock.step(moment.timestamp() - on.clock.now().timestamp())


# --- the clock -----------------------------------------------------------------------------------------------------


def test_a_clock_that_jumps_an_hour_ahead_loses_what_it_jumped_over_and_airs_nothing_late() -> None:
    on = stage(*HOURLY)
    on.live_until(at(7, 30))
    on.clock.step(3600)
    on.live(60)
    assert aired(on) == ["gio-6", "gio-7"]
    on.live_until(at(9, 30))
    assert aired(on) == ["gio-6", "gio-7", "gio-9"]
    assert outcomes(on)[AiringId("gio-8@2026-03-02T08:05+07:00")] is Outcome.MISSED


def test_a_clock_set_back_an_hour_is_not_believed_until_it_has_caught_up() -> None:
    on = stage(*HOURLY)
    on.live_until(at(8, 6))
    on.clock.step(-3600)
    on.live_until(at(8, 0))
    assert aired(on) == ["gio-6", "gio-7", "gio-8"], "nothing of the hour lived twice is heard twice"
    verdict = on.trust(on.clock.now())
    assert not verdict.trusted
    assert "chậm hơn giờ đã ghi trong nhật ký (08:05" in verdict.reason
    on.live_until(at(9, 6))
    assert aired(on) == ["gio-6", "gio-7", "gio-8", "gio-9"]


def test_no_row_written_by_a_wrong_clock_makes_it_trusted() -> None:
    on = stage(*HOURLY)
    on.live_until(at(8, 6))
    on.clock.step(-3600)
    on.approve()
    on.journal.withdraw(ScriptId("khong-co"), by="", at=on.clock.now())
    on.journal.note(airing_id=None, by="", text="ghi chú", at=on.clock.now())
    on.boot()
    on.live_until(at(7, 55))
    assert aired(on) == ["gio-6", "gio-7", "gio-8"]
    assert not on.trust(on.clock.now()).trusted


def test_a_person_vouches_for_a_clock_that_had_run_ahead() -> None:
    on = stage(*HOURLY)
    on.clock.step(10 * 86400)
    on.approve()
    on.clock.step(-10 * 86400)
    on.live_until(at(6, 20))
    assert aired(on) == []
    on.journal.event(action=CLOCK_ACCEPTED, by="Cán bộ", text="đã xem đồng hồ", at=on.clock.now())
    on.publish()
    on.live_until(at(7, 10))
    assert aired(on) == ["gio-7"]


def test_a_machine_that_wakes_in_1970_says_so_airs_nothing_and_catches_up_by_rule() -> None:
    on = stage(*HOURLY)
    set_to(on, datetime(1970, 1, 1, 7, tzinfo=HCM))
    on.boot()
    on.live(3600)
    assert aired(on) == []
    assert "1970" in on.trust(on.clock.now()).reason
    set_to(on, at(7, 8))
    on.publish()
    on.live(60)
    assert aired(on) == ["gio-7"], "within its grace it is heard, what is past that is missed"
    assert outcomes(on)[AiringId("gio-6@2026-03-02T06:05+07:00")] is Outcome.MISSED


class Unsynchronised(Stage):
    """A machine whose time daemon has not set the clock yet."""

    synchronised = False

    def trust(self, now: datetime) -> Trust:
        """As the system says."""
        return super().trust(now) if self.synchronised else Trust(trusted=False, reason="chưa được đồng bộ")


def test_a_power_cut_found_by_a_clock_not_trusted_takes_its_moment_from_the_record() -> None:
    on = Unsynchronised(files(a_slot()))
    on.synchronised = True
    on.approve()
    on.publish()
    on.clock.sleep((at(6, 5) - on.clock.now()).total_seconds())
    on.cut_power_after_s = 3.0
    with pytest.raises(PowerCutError):
        on.duty.start_due()
    on.synchronised = False
    on.clock.step(86400)
    on.boot()
    (row,) = on.journal.entries()
    assert row.closing.outcome is Outcome.INTERRUPTED
    assert row.closing.recorded_at < at(6, 6), "a day ahead before it is synchronised must not bind the record"
    on.clock.step(-86400)
    on.synchronised = True
    assert on.trust(on.clock.now()).trusted


def test_an_unsynchronised_machine_waits_and_then_catches_up() -> None:
    on = Unsynchronised(files(*HOURLY))
    on.approve()
    on.live_until(at(6, 7))
    assert aired(on) == []
    assert not any(sink.heard for sink in on.sinks.values())
    on.synchronised = True
    on.publish()
    on.live(60)
    assert aired(on) == ["gio-6"]


# --- what is due ---------------------------------------------------------------------------------------------------


def test_two_slots_in_one_minute_both_air_one_after_the_other() -> None:
    on = stage(a_slot("mot"), a_slot("hai"))
    on.live_until(at(6, 8))
    assert sorted(aired(on)) == ["hai", "mot"]
    first, second = on.sinks[FIRST].heard
    assert first.played.ended is not None
    assert second.started >= first.played.ended


def test_two_slots_in_one_minute_in_two_zones_both_air() -> None:
    on = stage(a_slot("mot", zones=ZONES[:1]), a_slot("hai", zones=ZONES[1:]))
    on.live_until(at(6, 8))
    assert sorted(aired(on)) == ["hai", "mot"]


def test_woken_again_and_again_nothing_is_started_twice() -> None:
    on = stage()
    on.live_until(at(6, 4, 59))
    for _ in range(3):
        on.duty.start_due()
        on.boot()
        on.duty.start_due()
    assert aired(on) == ["sang"]
    assert len(on.sinks[FIRST].heard) == 1


def test_a_power_cut_is_written_as_interrupted_and_never_played_again() -> None:
    on = stage()
    on.cut_power_after_s = 3.0
    on.live_until(at(6, 20))
    (row,) = on.journal.entries()
    assert (row.closing.outcome, row.closing.reason) == (Outcome.INTERRUPTED, POWER_CUT)
    assert on.sinks[FIRST].heard == []


def test_three_dead_days_give_missed_lines_after_the_restart() -> None:
    on = stage()
    on.live_until(at(6, 10))
    on.clock.sleep(6 * 86400 + 3600)
    on.boot()
    on.live(60)
    found = outcomes(on, days=7)
    assert [o.value if o else None for o in found.values()] == ["aired", *["missed"] * 6]


def test_what_is_ready_a_moment_before_is_not_held_back_too_early() -> None:
    on = Stage(files(a_slot()))
    on.live_until(at(6, 4, 59))
    on.duty.start_due()
    assert list(on.journal.entries()) == []
    on.approve()
    on.live(5, every=1.0)
    assert aired(on) == ["sang"]


def test_a_script_superseded_today_is_withheld_and_the_row_says_by_which() -> None:
    old = a_script("bai-mot", superseded_by=ScriptId("bai-moi"))
    new = a_script("bai-moi", valid_from=MONDAY)
    on = Stage(files(a_slot(), scripts=(old, new)))
    on.approve()
    on.live_until(at(6, 8))
    (row,) = on.journal.entries()
    assert row.closing.outcome is Outcome.WITHHELD
    assert "thay bằng bài “bai-moi”" in row.closing.reason


def test_what_is_not_there_is_failed_and_what_may_not_speak_is_withheld() -> None:
    blank = a_script("bai-mot", blanks=("duong_day_nong",))
    for content, outcome in (("bai-mot", Outcome.WITHHELD), ("khong-co", Outcome.FAILED)):
        on = Stage(files(a_slot(content=content), scripts=(blank,)))
        on.live_until(at(6, 8))
        (row,) = on.journal.entries()
        assert row.closing.outcome is outcome
