"""What counts as heard, by the stated rule, one reason at a time."""

from dataclasses import replace
from datetime import timedelta

import pytest

from broadcaster.domain.asrun import Closing, Outcome, ZoneResult
from broadcaster.domain.calendar import Priority, ZoneId
from broadcaster.domain.figures import (
    RULE_2024_1,
    CountingRule,
    FigureGroup,
    Figures,
    FirstHeard,
    NotCounted,
    count,
    share_of,
    zone_outcomes,
)
from broadcaster.domain.scripts import ScriptId
from tests.airings import START, ZONES, a_closing, an_item, an_opening

CUTS = (START, START + timedelta(days=10), START + timedelta(days=20))


def a_group(**changes: object) -> FigureGroup:
    """Four airings of one bulletin heard everywhere."""
    group = FigureGroup(
        segment=0,
        items=(an_item("chao", kind="chào", topics=()), an_item("a", topics=("III.1.a", "III.1.b")), an_item("b")),
        programme="sáng",
        zones=tuple((zone, Outcome.AIRED) for zone in ZONES),
        outcome=Outcome.AIRED,
        test=False,
        rehearsed=False,
        priority=Priority.NORMAL,
        share=100,
        count=4,
        played_s=720.0,
        duration_s=720.0,
    )
    return replace(group, **changes)  # type: ignore[arg-type]  # names of its own fields


def figures(*groups: FigureGroup, firsts: tuple[FirstHeard, ...] = ()) -> Figures:
    """These groups over the two segments."""
    return Figures(cuts=CUTS, groups=groups, firsts=firsts)


def first(script: str, days: int, *, rehearsed: bool = False) -> FirstHeard:
    """A script's first airing."""
    return FirstHeard(script=ScriptId(script), rehearsed=rehearsed, seq=1, at=START + timedelta(days=days))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, None),
        ({"share": 90}, None),
        ({"share": 89}, NotCounted.TOO_SHORT),
        ({"test": True}, NotCounted.TEST),
        ({"rehearsed": True}, NotCounted.REHEARSED),
        ({"test": True, "rehearsed": True}, NotCounted.TEST),
        ({"outcome": Outcome.PARTIAL}, NotCounted.NOT_AIRED),
        ({"outcome": Outcome.STOPPED}, NotCounted.NOT_AIRED),
        ({"outcome": Outcome.INTERRUPTED}, NotCounted.NOT_AIRED),
        ({"outcome": Outcome.WITHHELD}, NotCounted.NOT_AIRED),
        ({"outcome": Outcome.FAILED}, NotCounted.NOT_AIRED),
        ({"zones": ((ZONES[0], Outcome.FAILED), (ZONES[1], None))}, NotCounted.NO_ZONE),
        ({"zones": ((ZONES[0], Outcome.FAILED), (ZONES[1], Outcome.AIRED))}, None),
        ({"zones": ()}, NotCounted.NO_ZONE),
        ({"priority": Priority.EMERGENCY}, None),
    ],
)
def test_the_rule_of_2024(changes: dict[str, object], reason: NotCounted | None) -> None:
    group = a_group(**changes)
    assert RULE_2024_1.refuses(group) is reason
    result = count(figures(group))
    assert result.airings == (4 if reason is None else 0)
    assert result.not_counted == ({} if reason is None else {reason: 4})


def test_a_rehearsal_counts_its_own_rows_only_when_asked() -> None:
    rule = replace(RULE_2024_1, rehearsed=True)
    result = count(figures(a_group(), a_group(rehearsed=True, count=3)), rule)
    assert (result.airings, result.not_counted) == (3, {NotCounted.REHEARSED: 4})


def test_items_are_counted_by_kind_topic_zone_and_language() -> None:
    result = count(figures(a_group(), a_group(segment=1, count=1, zones=((ZONES[0], Outcome.AIRED),), played_s=180.0)))
    assert (result.airings, result.played_s) == (5, 900.0)
    assert (result.items.works, result.items.plays, result.items.seconds) == (2, 10, 600.0)
    assert set(result.kinds) == {"tin"}
    assert {code: line.plays for code, line in result.topics.items()} == {"III.1.a": 5, "III.1.b": 5, "III.1.d": 5}
    assert {name: line.plays for name, line in result.zones.items()} == {ZONES[0]: 10, ZONES[1]: 8}
    assert dict(result.zone_airings) == {ZONES[0]: 5, ZONES[1]: 4}
    assert result.languages["vi"].plays == 10
    assert result.fields["tthc"].works == 2
    assert result.programmes == {"sáng": 5}


def test_the_first_airing_is_new_and_every_other_is_a_replay() -> None:
    told = figures(a_group(), a_group(segment=1), firsts=(first("a", 3), first("b", -30)))
    both, later = count(told), count(told, segments=[1])
    assert (both.scripts["a"].first, both.scripts["a"].replays) == (1, 7)
    assert (both.scripts["b"].first, both.scripts["b"].replays) == (0, 8)
    assert (both.items.first, both.items.replays) == (1, 15)
    assert later.items.first == 0
    assert both.topics["III.1.b"].first == 1


def test_a_first_airing_in_rehearsal_is_none_in_earnest() -> None:
    assert count(figures(a_group(), firsts=(first("a", 1, rehearsed=True),))).items.first == 0


def test_the_end_of_a_segment_belongs_to_the_next() -> None:
    told = figures(a_group(), a_group(segment=1), firsts=(first("a", 10),))
    assert count(told, segments=[0]).items.first == 0
    assert count(told, segments=[1]).items.first == 1


def test_an_item_twice_in_a_programme_was_heard_twice() -> None:
    result = count(figures(a_group(items=(an_item("a"), an_item("a")), count=1)))
    assert (result.items.works, result.items.plays, result.items.seconds) == (1, 2, 120.0)


def test_a_topic_written_twice_counts_once() -> None:
    result = count(figures(a_group(items=(an_item("a", topics=("x", "x")),), count=1)))
    assert result.topics["x"].plays == 1


def test_an_empty_span_counts_zero_everywhere() -> None:
    result = count(figures())
    assert (result.airings, result.items.plays, result.kinds, result.not_counted) == (0, 0, {}, {})


@pytest.mark.parametrize(
    ("duration", "played", "share"),
    [
        (100.0, 90.0, 90),
        (100.0, 89.999, 89),
        (0.3, 0.27, 90),
        (66.6, 59.94, 90),
        (100.0, 130.0, 100),
        (100.0, 0.0, 0),
        (100.0, -5.0, 0),
        (0.0, 0.0, 0),
        (0.0, 1.0, 100),
        (3600.0, 3240.0, 90),
    ],
)
def test_the_share_heard_is_whole_per_cents_rounded_down(duration: float, played: float, share: int) -> None:
    opening = replace(an_opening(), duration_s=duration)
    assert share_of(opening, a_closing(opening, played_s=played)) == share


def test_a_zone_that_reported_nothing_confirmed_nothing() -> None:
    opening = an_opening()
    result = ZoneResult(zone=ZONES[1], device="x", outcome=Outcome.AIRED)
    closing = Closing(recorded_at=START, outcome=Outcome.AIRED, played_s=60.0, results=(result,))
    assert zone_outcomes(opening, closing) == ((ZONES[0], None), (ZONES[1], Outcome.AIRED))
    stranger = replace(closing, results=(replace(result, zone=ZoneId("la")),))
    assert zone_outcomes(opening, stranger) == ((ZONES[0], None), (ZONES[1], None), (ZoneId("la"), Outcome.AIRED))


def test_a_new_rule_has_its_own_name() -> None:
    stricter = CountingRule(version="thử", min_share=100, min_zones=2)
    result = count(figures(a_group(), a_group(share=99), a_group(zones=((ZONES[0], Outcome.AIRED),))), stricter)
    assert (result.rule.version, result.airings) == ("thử", 4)
    assert result.not_counted == {NotCounted.TOO_SHORT: 4, NotCounted.NO_ZONE: 4}
