"""The promises: never twice, never early, never later than grace, every planned airing exactly one line."""

from datetime import time, timedelta

from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from broadcaster.domain.asrun import WRITTEN, Outcome, reconcile
from broadcaster.domain.calendar import Slot, StartRule
from broadcaster.domain.rundown import AiringState
from broadcaster.station.rehearsing import planned
from tests.stage import MONDAY, ZONES, Stage, a_script, a_slot, at, files

MOMENTS = st.sampled_from([time(4, 58), time(21, 58), time(22, 3), *(time(6, m) for m in range(8))])
SLOTS = st.builds(
    lambda name, moment, zone, grace, rule: a_slot(
        f"khung-{name}",
        at=moment,
        content=f"bai-{name % 3}",
        zones=(ZONES[zone],) if zone < 2 else (),
        grace_s=grace,
        start_rule=rule,
    ),
    st.integers(min_value=0, max_value=5),
    MOMENTS,
    st.integers(min_value=0, max_value=2),
    st.sampled_from([30.0, 120.0, 600.0]),
    st.sampled_from([StartRule.AFTER_CURRENT, StartRule.AT_ONCE]),
)
SCRIPTS = tuple(a_script(f"bai-{n}", words=30 * (n + 1)) for n in range(3))


def unique(slots: list[Slot]) -> tuple[Slot, ...]:
    """One slot of each id, as the reader guarantees."""
    return tuple({s.id: s for s in slots}.values())


class Station(RuleBasedStateMachine):
    """A station that is edited, stepped, unplugged and restarted for a morning or two."""

    @initialize(slots=st.lists(SLOTS, min_size=1, max_size=6))
    def begin(self, slots: list[Slot]) -> None:
        """Half past five on a Monday, everything approved."""
        self.stage = Stage(files(*unique(slots), scripts=SCRIPTS), step_s=2.0)
        self.stage.approve()
        self.stepped = False

    @rule(minutes=st.integers(min_value=1, max_value=45), every=st.sampled_from([1.0, 7.0, 31.0]))
    def time_passes(self, minutes: int, every: float) -> None:
        """The clockwork wakes the station more or less often."""
        self.stage.live(minutes * 60, every=every)

    @rule(late=st.sampled_from([-3.0, 0.0, 20.0, 100.0, 400.0]))
    def asleep_until_about_the_next_airing(self, late: float) -> None:
        """Nothing wakes the station until shortly before or well after something is due."""
        now = self.stage.clock.now()
        coming = [a for a in planned(self.stage.journal, MONDAY, MONDAY + timedelta(days=5)) if a.planned > now]
        if coming:
            self.stage.clock.sleep((coming[0].planned - now).total_seconds() + late)
            self.stage.live(1.0)

    @rule()
    def woken_twice(self) -> None:
        """Two wakes at the same moment."""
        self.stage.live(0.2)
        self.stage.live(0.2)

    @rule(zone=st.sampled_from(ZONES))
    def speaker_dies(self, zone: str) -> None:
        """A zone's device is gone."""
        self.stage.sinks[zone].missing = True  # type: ignore[index]

    @rule()
    def speakers_return(self) -> None:
        """Every device is back."""
        for sink in self.stage.sinks.values():
            sink.missing = False

    @rule(zone=st.sampled_from(ZONES), seconds=st.sampled_from([0.5, 5.0, 20.0]))
    def speaker_fails_on_the_way(self, zone: str, seconds: float) -> None:
        """The next playing loses its device."""
        sink = self.stage.sinks[zone]  # type: ignore[index]
        sink.fail_after_s, sink.fail_once = seconds, True

    @rule(after=st.sampled_from([0.0, 3.0, 10.0]))
    def power_cut(self, after: float) -> None:
        """The next airing is cut off by the mains."""
        self.stage.cut_power_after_s = after

    @rule()
    def restart(self) -> None:
        """The program is started again on the same disk."""
        self.stage.boot()

    @precondition(lambda self: not self.stepped)
    @rule(seconds=st.sampled_from([-3600.0, -40.0, 40.0, 3600.0]))
    def clock_is_set(self, seconds: float) -> None:
        """Somebody sets the wall clock; the station is woken as its watch does."""
        self.stepped = True
        self.stage.clock.step(seconds)
        self.stage.publish()
        self.stage.live(0.2)

    @rule(slots=st.lists(SLOTS, min_size=0, max_size=6), version=st.uuids())
    def edit(self, slots: list[Slot], version: object) -> None:
        """The officer saves another calendar."""
        self.stage.edit(files(*unique(slots), scripts=SCRIPTS, version=str(version)))

    @invariant()
    def nothing_twice(self) -> None:
        """One row an airing, and no airing whose sound began in one zone a second time from its start."""
        ids = [e.opening.airing_id for e in self.stage.journal.entries()]
        assert len(ids) == len(set(ids))

    @invariant()
    def nothing_early_nothing_too_late(self) -> None:
        """What began, began within its grace, and still stands in the plan it was aired by."""
        for entry in self.stage.journal.entries():
            started, when = entry.closing.started, entry.opening.planned
            assert when is not None
            assert entry.closing.outcome in WRITTEN
            if started is not None:
                airing = self.known(entry.opening.airing_id)
                assert airing is not None, "an edit rewrote the past"
                assert when <= started <= airing.latest

    def known(self, airing_id: str):  # type: ignore[no-untyped-def]
        """The airing as it stands in a rundown."""
        airings = planned(self.stage.journal, MONDAY, MONDAY + timedelta(days=5))
        return next((a for a in airings if a.id == airing_id), None)

    @invariant()
    def every_planned_airing_has_one_line(self) -> None:
        """The reconciliation adds up, and only what is past can be missed."""
        now = self.stage.clock.now()
        airings = planned(self.stage.journal, MONDAY, MONDAY + timedelta(days=5))
        lines = [x for x in reconcile(airings, self.stage.journal.entries(), now=now) if x.airing]
        assert len(lines) == len({a.id for a in airings}) == len(airings)
        for line in lines:
            assert line.airing is not None
            if line.outcome is Outcome.MISSED:
                assert line.airing.latest < now
            assert (line.outcome is None) == (line.airing.state is AiringState.CANCELLED and line.entry is None)

    @invariant()
    def quiet_hours_are_silent(self) -> None:
        """Nothing is heard between 22:00 and 05:00."""
        for sink in self.stage.sinks.values():
            assert all(5 <= h.started.astimezone(at(0, 0).tzinfo).hour < 22 for h in sink.heard if h.played.frames)


Station.TestCase.settings = hypothesis_settings(max_examples=60, stateful_step_count=30, deadline=None)
TestStation = Station.TestCase
