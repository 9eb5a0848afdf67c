"""Activities by hand: what is refused, and how an entry is corrected or struck out."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from broadcaster.adapters.rehearsal_journal import RehearsalJournal
from broadcaster.domain.activities import Activity, ActivityKind, standing
from broadcaster.errors import InputError
from broadcaster.station.entering import enter, span_of, strike
from tests.unit.domain.making import VN
from tests.unit.domain.test_completion import PLAN

TODAY = date(2024, 6, 1)
MEETING = Activity(
    kind=ActivityKind.MEETING,
    day=TODAY,
    title="Họp dân khóm 1",
    by="Công chức văn hóa - xã hội",
    entered=datetime(2024, 6, 1, 9, tzinfo=VN),
    people=45,
)
MEASURE = replace(MEETING, kind=ActivityKind.TARGET, target="CT-1", value=97.5, people=None)


def entered(activity: Activity, journal: RehearsalJournal | None = None) -> int:
    """Its seq in a fresh journal."""
    return enter(activity, journal=journal or RehearsalJournal(), plans=(PLAN,), today=TODAY)


@pytest.mark.parametrize("activity", [MEETING, MEASURE, replace(MEETING, title="T" * 5000), replace(MEETING, people=0)])
def test_what_may_be_written_down(activity: Activity) -> None:
    assert entered(activity) == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"day": TODAY + timedelta(days=1)}, "chưa đến"),
        ({"day": date(1024, 6, 1)}, "xa quá"),
        ({"title": ""}, "chưa có tên"),
        ({"title": "T" * 5001}, "dài quá"),
        ({"by": ""}, "ai nhập"),
        ({"people": -1}, "âm"),
        ({"count": 0}, "từ 1"),
        ({"topics": ("ND-X",)}, "ND-X"),
        ({"target": "CT-1"}, "số liệu chỉ tiêu"),
        ({"value": 1.0}, "số liệu chỉ tiêu"),
        ({"kind": ActivityKind.TARGET, "target": "CT-9", "value": 1.0}, "CT-9"),
        ({"kind": ActivityKind.TARGET, "target": "CT-1"}, "giá trị"),
        ({"corrects": 99}, "số 99"),
    ],
)
def test_what_cannot_be_true_is_refused_with_the_way_out(changes: dict[str, object], said: str) -> None:
    journal = RehearsalJournal()
    with pytest.raises(InputError, match=said) as refused:
        entered(replace(MEETING, **changes), journal)  # type: ignore[arg-type]  # its own fields
    assert refused.value.hint
    assert list(journal.activities()) == []


def test_a_correction_leaves_the_first_entry_in_the_journal() -> None:
    journal = RehearsalJournal()
    first = entered(MEETING, journal)
    second = entered(replace(MEETING, people=54, corrects=first), journal)
    assert [e.seq for e in journal.activities()] == [first, second]
    assert [e.activity.people for e in standing(journal.activities())] == [54]
    with pytest.raises(InputError, match=f"số {first}"):
        entered(replace(MEETING, corrects=first), journal)
    assert journal.verify().holds


def test_a_struck_entry_counts_nothing_and_says_why() -> None:
    journal = RehearsalJournal()
    seq = entered(MEETING, journal)
    like = replace(MEETING, title="", note="nhập trùng")
    with pytest.raises(InputError, match="vì sao"):
        strike(seq, journal=journal, like=replace(like, note=""))
    strike(seq, journal=journal, like=like)
    assert standing(journal.activities()) == ()
    assert [e.activity.note for e in journal.activities()] == ["", "nhập trùng"]


def test_a_list_without_days_shows_the_last_year() -> None:
    assert span_of(None, None, TODAY) == (date(2023, 6, 2), TODAY)
    assert span_of(date(2024, 1, 1), None, TODAY) == (date(2024, 1, 1), TODAY)
