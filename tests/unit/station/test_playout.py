"""One airing from the gate to the last sample: late, lost, cut, withheld, and always one row that says what was heard."""

from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path

import pytest

from broadcaster.adapters.rehearsal_journal import RehearsalJournal
from broadcaster.domain.asrun import AsRunEntry, Outcome
from broadcaster.domain.calendar import Priority, Slot, StartRule
from broadcaster.domain.scripts import ScriptId
from broadcaster.errors import BroadcasterError
from broadcaster.ports import Segment
from broadcaster.present.holds import explain
from broadcaster.station.desk import Cause
from broadcaster.station.playout import rest
from broadcaster.wiring.rehearsal import Stage as Rehearsal
from tests.stage import MONDAY, ZONES, NoHolidays, Stage, a_script, a_slot, at, files

SHORT, LONG = a_script("bai-mot", words=40), a_script("bai-dai", words=400)
FIRST, SECOND = ZONES


def stage(*slots: Slot) -> Stage:
    """Half past five, both scripts approved, one slot at 06:05 unless others are given."""
    made = Stage(files(*(slots or (a_slot(),)), scripts=(SHORT, LONG)))
    made.approve()
    return made


def rows(on: Stage) -> list[AsRunEntry]:
    """Every closed row."""
    return list(on.journal.entries())


def only(on: Stage) -> AsRunEntry:
    """The one row."""
    (row,) = rows(on)
    return row


def names(segments: tuple[Segment, ...]) -> list[str]:
    """What is in the segments, silences left out."""
    return [s.path.name for s in segments if s.path is not None]


# --- time ----------------------------------------------------------------------------------------------------------


def test_an_airing_begins_at_its_moment_and_is_heard_to_the_last_sample() -> None:
    on = stage()
    on.live((at(6, 7) - on.clock.now()).total_seconds(), every=1.0)
    row = only(on)
    assert (row.closing.outcome, row.closing.started, row.closing.late_ms) == (Outcome.AIRED, at(6, 5), 0.0)
    assert row.closing.played_s == pytest.approx(row.opening.duration_s, abs=0.001)
    assert row.opening.recorded_at < at(6, 5), "written down before the first sample"
    for sink in on.sinks.values():
        (heard,) = sink.heard
        assert names(heard.segments) == ["chime", "bai-mot"]
        assert heard.played.complete


@pytest.mark.parametrize("late_s", [0.5, 120, 300])
def test_a_late_start_within_grace_begins_at_sample_0(late_s: float) -> None:
    on = stage()
    on.clock.sleep((at(6, 5) - on.clock.now()).total_seconds() + late_s)
    on.live(1)
    row = only(on)
    assert row.closing.outcome is Outcome.AIRED
    assert row.closing.late_ms == pytest.approx(late_s * 1000)
    assert row.closing.played_s == pytest.approx(row.opening.duration_s, abs=0.001)
    assert names(on.sinks[FIRST].heard[0].segments) == ["chime", "bai-mot"]


def test_beyond_its_grace_an_airing_is_missed_and_never_heard() -> None:
    on = stage()
    on.clock.sleep((at(6, 10) - on.clock.now()).total_seconds() + 0.5)
    on.live(600)
    assert rows(on) == []
    assert on.sinks[FIRST].heard == []


def test_an_airing_that_came_up_while_another_was_on_air_begins_within_its_own_grace_or_not_at_all() -> None:
    slots = (a_slot("dai", content="bai-dai", zones=(FIRST,)), a_slot("ngan", zones=(FIRST,), grace_s=30))
    on = stage(*slots)
    on.live_until(at(6, 15))
    outcomes = {e.opening.airing_id.split("@")[0]: e.closing for e in rows(on)}
    assert outcomes["dai"].outcome is Outcome.AIRED
    assert outcomes["ngan"].outcome is Outcome.FAILED
    assert outcomes["ngan"].started is None
    assert "bận" in outcomes["ngan"].reason


# --- devices -------------------------------------------------------------------------------------------------------


def test_a_device_that_is_missing_is_tried_again_until_grace_and_then_the_row_says_so() -> None:
    on = stage(a_slot(grace_s=30))
    for sink in on.sinks.values():
        sink.missing = True
    on.live_until(at(6, 5, 31))
    row = only(on)
    assert (row.closing.outcome, row.closing.started, row.closing.played_s) == (Outcome.FAILED, None, 0.0)
    assert all(f"{zone}: Không thấy loa «rehearsal:{zone}»" in row.closing.reason for zone in ZONES)
    assert row.closing.recorded_at <= at(6, 5, 35)


def test_a_device_that_comes_back_within_grace_is_used() -> None:
    on = stage()
    for sink in on.sinks.values():
        sink.missing_until = at(6, 7)
    on.live_until(at(6, 12))
    row = only(on)
    assert row.closing.outcome is Outcome.AIRED
    assert row.closing.started is not None
    assert at(6, 7) <= row.closing.started <= at(6, 7, 3)


def test_a_device_lost_on_the_way_is_tried_again_from_the_start_of_the_item() -> None:
    on = stage(a_slot(content="bai-mot", zones=(FIRST,)))
    sink = on.sinks[FIRST]
    sink.fail_after_s, sink.fail_once = 8.0, True
    on.live_until(at(6, 12))
    row = only(on)
    before, after = sink.heard
    assert names(before.segments) == ["chime", "bai-mot"]
    assert names(after.segments) == ["bai-mot"], "the chime was heard whole and is not repeated, the item is, whole"
    assert row.closing.outcome is Outcome.AIRED
    assert row.closing.results[0].gaps == 1
    assert row.closing.reason
    assert row.closing.played_s > row.opening.duration_s
    assert row.closing.started == at(6, 5)


def test_a_device_lost_for_good_leaves_a_partial_row() -> None:
    on = stage(a_slot(zones=(FIRST,), grace_s=20))
    sink = on.sinks[FIRST]
    sink.fail_after_s = 8.0
    on.live_until(at(6, 7))
    row = only(on)
    assert row.closing.outcome is Outcome.PARTIAL
    assert row.closing.played_s >= 8.0
    assert "mất" in row.closing.reason


def test_what_is_left_after_a_loss_begins_with_the_item_it_was_lost_in() -> None:
    lead, chime, item, tail = (
        Segment(seconds=1),
        Segment(path=Path("c"), seconds=2),
        Segment(path=Path("b"), seconds=3),
        Segment(seconds=1),
    )
    whole = (lead, chime, item, tail)
    assert rest(whole, 0) == whole
    assert rest(whole, 48_000 * 2) == (chime, item, tail)
    assert rest(whole, 48_000 * 3) == (item, tail)
    assert rest(whole, 48_000 * 6 - 1) == (item, tail)
    assert rest(whole, 48_000 * 6) == (tail,)
    assert rest(whole, 48_000 * 7) == ()


def test_zones_that_end_differently_make_one_row_that_names_the_failing_zone() -> None:
    on = stage(a_slot(grace_s=20))
    on.sinks[SECOND].missing = True
    on.live_until(at(6, 7))
    row = only(on)
    assert row.closing.outcome is Outcome.AIRED
    assert row.closing.reason.startswith(f"{SECOND}: ")
    assert FIRST not in row.closing.reason
    by_zone = {r.zone: r.outcome for r in row.closing.results}
    assert by_zone == {FIRST: Outcome.AIRED, SECOND: Outcome.FAILED}


def test_a_stop_in_one_zone_lets_the_other_speak_on() -> None:
    on = stage(a_slot(content="bai-dai"))
    cause = Cause(outcome=Outcome.STOPPED, reason="Cán bộ cho dừng: có đám tang")
    on.at_pulse = lambda: on.duty.stop(cause, FIRST)
    on.live_until(at(6, 15))
    row = only(on)
    by_zone = {r.zone: r for r in row.closing.results}
    assert by_zone[FIRST].outcome is Outcome.STOPPED
    assert by_zone[SECOND].outcome is Outcome.AIRED
    assert by_zone[FIRST].played_s < 3
    assert row.closing.reason == f"{FIRST}: {cause.reason}"


# --- the gate ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "content", "outcome"),
    [
        (time(21, 59), "bai-mot", Outcome.AIRED),
        (time(21, 59), "bai-dai", Outcome.WITHHELD),
        (time(22, 0), "bai-mot", Outcome.WITHHELD),
        (time(4, 59), "bai-mot", Outcome.WITHHELD),
        (time(5, 0), "bai-mot", Outcome.AIRED),
    ],
)
def test_nothing_is_heard_in_quiet_hours_not_even_its_last_second(moment: time, content: str, outcome: Outcome) -> None:
    on = Stage(
        files(a_slot(at=moment, content=content), scripts=(SHORT, LONG)),
        start=at(moment.hour, moment.minute) - timedelta(seconds=30),
    )
    on.approve()
    on.live(600)
    row = only(on)
    assert row.closing.outcome is outcome
    assert bool(on.sinks[FIRST].heard) == (outcome is Outcome.AIRED)
    assert ("giờ yên tĩnh (22:00–05:00)" in row.closing.reason) == (outcome is Outcome.WITHHELD)


def test_a_late_start_that_would_run_into_quiet_hours_is_withheld() -> None:
    on = stage(a_slot(at=time(21, 58)))
    on.clock.sleep((at(21, 59, 50) - on.clock.now()).total_seconds())
    on.live(60)
    assert only(on).closing.outcome is Outcome.WITHHELD
    assert on.sinks[FIRST].heard == []


def test_only_an_emergency_with_a_name_and_a_reason_passes_at_night() -> None:
    on = stage(a_slot())
    on.clock.sleep((at(23, 0) - on.clock.now()).total_seconds())

    def order(priority: Priority, by: str, reason: str) -> None:
        on.clock.sleep(2)
        on.duty.air_now(ScriptId("bai-mot"), ZONES, by=by, reason=reason, priority=priority)

    order(Priority.PRIORITY, "Chủ tịch", "vỡ đê")
    order(Priority.EMERGENCY, "Chủ tịch", " ")
    order(Priority.EMERGENCY, "Chủ tịch", "vỡ đê")
    assert [r.closing.outcome for r in rows(on)] == [Outcome.WITHHELD, Outcome.WITHHELD, Outcome.AIRED]
    assert "Chủ tịch quyết định: vỡ đê" in rows(on)[-1].closing.reason
    assert len(on.sinks[FIRST].heard) == 1


def test_an_order_is_not_given_a_script_that_may_not_speak() -> None:
    on = stage(a_slot())
    for script, why in (("khong-co", "không tìm thấy"), ("bai-mot", "chưa được duyệt")):
        on.journal.withdraw(ScriptId("bai-mot"), by="", at=on.clock.now())
        with pytest.raises(BroadcasterError, match=why):
            on.duty.air_now(ScriptId(script), ZONES, by="a", reason="b", priority=Priority.NORMAL)
    assert rows(on) == []


# --- who gets the zone ---------------------------------------------------------------------------------------------


def rehearsed(*slots: Slot) -> dict[str, AsRunEntry]:
    """One Monday lived through by the rehearsal, which sees a cut coming; rows by slot."""
    journal = RehearsalJournal()
    made = Rehearsal(files(*slots, scripts=(SHORT, LONG)), journal, NoHolidays(), Path(), explain)
    made.play(MONDAY, MONDAY)
    return {e.opening.airing_id.split("@")[0]: e for e in journal.entries()}


def test_a_higher_class_cuts_in_at_once_and_the_row_names_it() -> None:
    urgent = a_slot("gap", at=time(6, 6), priority=Priority.PRIORITY, start_rule=StartRule.AT_ONCE, title="Tin gấp")
    found = rehearsed(a_slot("dai", content="bai-dai"), urgent)
    cut, new = found["dai"].closing, found["gap"].closing
    assert (cut.outcome, new.outcome) == (Outcome.INTERRUPTED, Outcome.AIRED)
    assert "nhường cho bài ưu tiên hơn: Tin gấp" in cut.reason
    assert new.started == at(6, 6)
    assert cut.ended is not None
    assert cut.ended <= at(6, 6, 5)


@pytest.mark.parametrize("priority", [Priority.NORMAL, Priority.PRIORITY])
def test_equals_and_the_patient_wait_for_the_end(priority: Priority) -> None:
    waits = a_slot("sau", at=time(6, 6), priority=priority, start_rule=StartRule.AFTER_CURRENT)
    found = rehearsed(a_slot("dai", content="bai-dai"), waits)
    first, second = found["dai"].closing, found["sau"].closing
    assert (first.outcome, second.outcome) == (Outcome.AIRED, Outcome.AIRED)
    assert first.ended is not None
    assert second.started is not None
    assert first.ended <= second.started <= at(6, 11)
    assert second.late_ms is not None
    assert second.late_ms > 30_000


def test_who_may_wait_a_minute_waits_no_longer() -> None:
    patient = a_slot("sau", at=time(6, 6), start_rule=StartRule.WITHIN, within_s=30.0)
    found = rehearsed(a_slot("dai", content="bai-dai"), patient)
    assert found["sau"].closing.outcome is Outcome.FAILED
    assert "bận phát bài khác" in found["sau"].closing.reason


def test_zones_do_not_wait_for_each_other() -> None:
    found = rehearsed(a_slot("dai", content="bai-dai", zones=(FIRST,)), a_slot("ngan", at=time(6, 5), zones=(SECOND,)))
    assert [e.closing.started for e in found.values()] == [at(6, 5), at(6, 5)]


def test_what_was_never_approved_and_what_was_edited_is_withheld_with_its_reason() -> None:
    on = Stage(files(a_slot(), scripts=(SHORT, LONG)))
    on.live_until(at(6, 6))
    assert only(on).closing.outcome is Outcome.WITHHELD
    assert "chưa được duyệt" in only(on).closing.reason
    edited = stage()
    edited.edit(files(a_slot(), scripts=(replace(SHORT, text="Lời khác."), LONG), version="v2"))
    edited.live_until(at(6, 6))
    assert "duyệt lại" in only(edited).closing.reason
    assert edited.sinks[FIRST].heard == []
