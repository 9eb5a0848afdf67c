"""What an edit changes on air, told as a person would say it: moved is one line, the same again is none."""

from collections.abc import Sequence
from dataclasses import replace

from broadcaster.domain.plan_changes import AiringChange, ChangeKind, airing_changes
from broadcaster.domain.rundown import Airing, AiringState
from tests.unit.domain.making import airing as planned
from tests.unit.domain.making import at


def airing(moment: str, *, slot: str) -> Airing:
    """One airing; the content is the same whatever its row."""
    return replace(planned(moment, slot=slot), programme="bai-1", title="Bài 1")


ONE = airing("10/03/2026 06:05", slot="sang")


def cancelled(one: Airing, reason: str = "mất điện") -> Airing:
    """Its line, with the reason."""
    return replace(one, state=AiringState.CANCELLED, reason=reason)


def other(one: Airing, programme: str) -> Airing:
    """Another script at the same moment."""
    return replace(one, programme=programme, title=programme)


def kinds(changes: Sequence[AiringChange]) -> list[ChangeKind]:
    """In order."""
    return [change.kind for change in changes]


def test_nothing_changed() -> None:
    assert airing_changes([ONE], [ONE]) == ()
    assert airing_changes([ONE], [replace(ONE, scripts=())]) == (), "a rotation that picks another script is no edit"
    renamed = airing("10/03/2026 06:05", slot="sang-moi")
    assert airing_changes([ONE], [renamed]) == (), "nor is a row under another id"


def test_what_comes_goes_and_comes_back() -> None:
    assert kinds(airing_changes([], [ONE])) == [ChangeKind.ADDED]
    assert kinds(airing_changes([ONE], [])) == [ChangeKind.REMOVED]
    assert kinds(airing_changes([ONE], [cancelled(ONE)])) == [ChangeKind.CANCELLED]
    assert kinds(airing_changes([cancelled(ONE)], [ONE])) == [ChangeKind.RESTORED]
    assert airing_changes([cancelled(ONE)], []) == (), "what was silent already is missed by nobody"


def test_another_hour_of_the_day_is_a_move() -> None:
    later = airing("10/03/2026 07:05", slot="lich.sang")
    for before in ([later], [cancelled(ONE, "dời sang 07:05"), later]):
        (change,) = airing_changes([ONE], before)
        assert (change.kind, change.before, change.after) == (ChangeKind.MOVED, ONE, later)
    next_day = airing("11/03/2026 07:05", slot="lich.sang")
    assert kinds(airing_changes([ONE], [cancelled(ONE), next_day])) == [ChangeKind.CANCELLED, ChangeKind.ADDED]


def test_another_script_in_its_place_is_one_change() -> None:
    (change,) = airing_changes([ONE], [replace(other(ONE, "bai-2"), id=airing("10/03/2026 06:05", slot="khac").id)])
    assert (change.kind, change.what) == (ChangeKind.ALTERED, ("programme", "title"))
    (change,) = airing_changes([ONE], [other(ONE, "bai-2")])
    assert (change.kind, change.what) == (ChangeKind.ALTERED, ("programme", "title"))
    beside = replace(other(ONE, "bai-2"), id=airing("10/03/2026 06:05", slot="khac").id)
    told = kinds(airing_changes([ONE], [cancelled(ONE), beside]))
    assert set(told) == {ChangeKind.CANCELLED, ChangeKind.ADDED}, "a reason is not swallowed"


def test_only_what_is_ahead_counts_and_in_order_of_time() -> None:
    late, early = airing("12/03/2026 06:05", slot="b"), airing("11/03/2026 06:05", slot="a")
    changes = airing_changes([ONE], [late, early], since=at("10/03/2026 07:00"))
    assert [c.airing for c in changes] == [early, late]
