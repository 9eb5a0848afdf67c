"""Plan completion: what was due, what was reached, and the score."""

from datetime import date, datetime

import pytest

from broadcaster.domain.activities import Activity, ActivityKind, RecordedActivity, standing
from broadcaster.domain.completion import completion
from broadcaster.domain.figures import RULE_2024_1, Count, Counter
from broadcaster.domain.periods import Period, parse_period
from broadcaster.domain.plan import Plan, Target, TargetCode, WardQuota
from broadcaster.domain.report import Completion, TargetState
from broadcaster.domain.scoring import ScoringProfile
from broadcaster.domain.scripts import TopicCode
from tests.unit.domain.making import VN

QUOTA = WardQuota(
    source="phường tự đặt",
    first=date(2024, 1, 1),
    last=date(2024, 12, 9),
    plays={TopicCode("A"): 10, TopicCode("B"): 4},
)
PLAN = Plan(
    code="kh",
    number="1/KH",
    type="Kế hoạch",
    title="K",
    dated=date(2024, 1, 1),
    first=date(2024, 1, 1),
    last=date(2024, 12, 31),
    issuer="UBND",
    targets=(
        Target(code=TargetCode("CT-1"), title="Trực tuyến", value=100, unit="%"),
        Target(code=TargetCode("CT-2"), title="Tăng"),
    ),
    quota=QUOTA,
)


def heard(**plays: int) -> Count:
    """A count with these plays by topic."""
    topics = {code: Counter(plays=n) for code, n in plays.items()}
    return Count(rule=RULE_2024_1, airings=0, played_s=0, items=Counter(), topics=topics)


def value(
    day: date, number: float, seq: int = 1, *, corrects: int | None = None, void: bool = False
) -> RecordedActivity:
    """CT-1 measured by hand."""
    activity = Activity(
        kind=ActivityKind.TARGET,
        day=day,
        title="Số liệu một cửa",
        by="Người nhập",
        entered=datetime(2024, 12, 31, tzinfo=VN),
        target="CT-1",
        value=number,
        corrects=corrects,
        void=void,
    )
    return RecordedActivity(seq=seq, activity=activity)


def held(period: Period, *values: RecordedActivity, planned: dict[str, int] | None = None, **plays: int) -> Completion:
    """The plan held against the end of a period."""
    return completion(
        PLAN, period=period, heard=heard(**plays), planned=planned or {}, activities=values, profile=ScoringProfile()
    )


YEAR, HALF = parse_period("2024"), parse_period("2024-6T")


def test_at_the_years_end_the_whole_quota_is_due() -> None:
    result = held(YEAR, value(date(2024, 12, 1), 100), A=10, B=3)
    assert [(line.key, line.state) for line in result.lines] == [
        ("CT-1", TargetState.MET),
        ("CT-2", TargetState.NO_NUMBER),
        ("A", TargetState.MET),
        ("B", TargetState.BEHIND),
    ]
    assert (result.done, result.judged) == (2, 3)
    assert result.score == 0.0
    assert [line.own_quota for line in result.lines] == [False, False, True, True]


def test_before_that_only_what_the_rundowns_planned_is_due() -> None:
    result = held(HALF, value(date(2024, 6, 1), 99), planned={"A": 3}, A=3)
    states = {line.key: (line.state, line.due) for line in result.lines}
    assert states["A"] == (TargetState.MET, 3)
    assert states["B"] == (TargetState.NOT_DUE, 0)
    assert states["CT-1"] == (TargetState.BEHIND, 100)
    assert result.judged == 2


def test_a_calendar_that_plans_more_than_the_quota_owes_the_quota() -> None:
    assert {line.key: line.due for line in held(HALF, planned={"A": 99}).lines}["A"] == 10


def test_without_any_rundown_the_quota_is_due_by_the_day() -> None:
    due = {line.key: line.due for line in held(HALF).lines}
    assert (due["A"], due["B"]) == (10 * 166 // 344, 4 * 166 // 344)


def test_a_target_nobody_measured_waits_for_its_number() -> None:
    assert held(YEAR).lines[0].state is TargetState.NO_DATA
    stale = held(YEAR, value(date(2023, 12, 14), 100))
    assert stale.lines[0].state is TargetState.NO_DATA
    later = held(YEAR, value(date(2024, 12, 15), 100))
    assert later.lines[0].state is TargetState.NO_DATA


def test_the_newest_measure_counts() -> None:
    assert held(YEAR, value(date(2024, 3, 1), 100), value(date(2024, 9, 1), 80, 2)).lines[0].reached == 80


def test_without_a_plan_there_is_nothing_to_judge() -> None:
    result = completion(None, period=YEAR, heard=None, planned={}, activities=(), profile=ScoringProfile())
    assert (result.lines, result.percent, result.score) == ((), None, None)


@pytest.mark.parametrize(
    ("percent", "score"), [(100, 1.0), (99.9, 0.999), (90, 0.9), (89.99, 0.0), (0, 0.0), (120, 1.0)]
)
def test_the_usual_profile(percent: float, score: float) -> None:
    assert ScoringProfile().score(percent) == pytest.approx(score)


def test_a_ward_may_set_its_own_profile() -> None:
    mine = ScoringProfile(points=2, full=95, floor=50)
    assert [mine.score(p) for p in (95, 94, 50, 49)] == pytest.approx([2, 1.88, 1.0, 0])


def test_a_correction_stands_in_place_of_what_it_corrects() -> None:
    first, better = value(date(2024, 3, 1), 10, 5), value(date(2024, 3, 2), 20, 9, corrects=5)
    assert standing([better, first]) == (better,)
    assert standing([first, better, value(date(2024, 3, 2), 20, 12, corrects=9, void=True)]) == ()
    assert standing([first]) == (first,)
