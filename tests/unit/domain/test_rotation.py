"""A rotation takes the fit script heard longest ago; what was published stands while it is fit."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadcaster.domain.calendar import Calendar, Programme, ProgrammeId, Rotation, Slot
from broadcaster.domain.problems import Where
from broadcaster.domain.rotation import covers, resolve, unfit
from broadcaster.domain.rundown import Airing, AiringId
from broadcaster.domain.scripts import Kind, Script, ScriptId, TopicCode
from tests.unit.domain.making import at, day, expanded, on, script, slot, weekly

D2 = Rotation(topics=(TopicCode("ND-D2"),))
HERE = Where(file="schedules/lich.yaml", line=3)


def rotated(
    *scripts: Script,
    slots: tuple[Slot, ...] = (),
    days: int = 1,
    approved: tuple[str, ...] | None = None,
    last_aired: Mapping[str, str] | None = None,
    already: Mapping[str, tuple[str, ...]] | None = None,
    parts: tuple[ScriptId | Rotation, ...] = (),
) -> tuple[Airing, ...]:
    """The airings of a daily slot from 05/03/2024, resolved."""
    programme = Programme(id=ProgrammeId("cchc"), title="CCHC", parts=parts, where=HERE)
    calendar = Calendar(
        slots=slots or (slot(weekly(), content="cchc" if parts else D2),), programmes={programme.id: programme}
    )
    last = day("05/03/2024") + timedelta(days=days - 1)
    return resolve(
        expanded(calendar, "05/03/2024", f"{last:%d/%m/%Y}"),
        {s.id: s for s in scripts},
        approved=frozenset(s.id for s in scripts) if approved is None else frozenset(ScriptId(a) for a in approved),
        last_aired={ScriptId(s): at(f"{d} 06:05") for s, d in (last_aired or {}).items()},
        already={AiringId(a): tuple(ScriptId(s) for s in c) for a, c in (already or {}).items()},
    )


def heard(airings: tuple[Airing, ...]) -> list[tuple[str, ...]]:
    return [a.scripts for a in airings]


@pytest.mark.parametrize(
    ("code", "tag", "belongs"),
    [
        ("ND-D2", "ND-D2", True),
        ("ND-D2", "ND-D2.1", True),
        ("ND-D2", "ND-D21", False),
        ("ND-D2.1", "ND-D2", False),
        ("ND-D", "ND-D6", True),
        ("ND-D", "ND-D6.2", True),
        ("ND-D", "ND-DD", False),
        ("ND-D", "ND-D", True),
        ("ND-A", "ND-B", False),
    ],
)
def test_what_belongs_to_a_topic(code: str, tag: str, belongs: bool) -> None:
    assert covers(TopicCode(code), TopicCode(tag)) is belongs


def test_scripts_take_turns_and_ties_go_by_id() -> None:
    found = rotated(script("c", "ND-D2"), script("a", "ND-D2.1"), script("b", "ND-D2"), script("x", "ND-A"), days=4)
    assert heard(found) == [("a",), ("b",), ("c",), ("a",)]


def test_the_one_heard_longest_ago_comes_first_and_never_heard_before_that() -> None:
    found = rotated(*(script(i, "ND-D2") for i in "abc"), days=3, last_aired={"a": "01/02/2024", "b": "01/01/2024"})
    assert heard(found) == [("c",), ("b",), ("a",)]


def test_a_fixed_airing_is_a_turn_too() -> None:
    fixed = slot(on("05/03/2024"), id="a-co-dinh", content="a")
    rotation = slot(on("06/03/2024"), id="xoay", content=D2)
    assert heard(rotated(script("a", "ND-D2"), script("b", "ND-D2"), slots=(fixed, rotation), days=2)) == [
        ("a",),
        ("b",),
    ]


def test_a_cancelled_airing_uses_up_no_turn() -> None:
    cancelled = slot(on("05/03/2024"), id="a", content=D2, cancelled="mưa bão")
    standing = slot(on("06/03/2024"), id="b", content=D2)
    found = rotated(script("a", "ND-D2"), script("b", "ND-D2"), slots=(cancelled, standing), days=2)
    assert heard(found) == [(), ("a",)]


def test_only_fit_scripts_are_chosen() -> None:
    found = rotated(
        script("a", "ND-D2", last="04/03/2024"),
        script("b", "ND-D2", first="06/03/2024"),
        script("c", "ND-D2", blanks=("duong_day_nong",)),
        script("d", "ND-D2", superseded_by="e"),
        script("e", "ND-D2"),
        script("a-xuong", "ND-D2", kind=Kind.CALL),
    )
    assert heard(found) == [("e",)]


def test_the_last_day_of_validity_is_used() -> None:
    assert heard(rotated(script("a", "ND-D2", last="05/03/2024"), days=2)) == [("a",), ()]


def test_kinds_narrow_the_choice() -> None:
    reminders = Rotation(topics=D2.topics, kinds=(Kind.REMINDER,))
    found = rotated(
        script("a", "ND-D2"), script("b", "ND-D2", kind=Kind.REMINDER), slots=(slot(weekly(), content=reminders),)
    )
    assert heard(found) == [("b",)]


def test_an_old_text_is_heard_until_its_successor_takes_over() -> None:
    old, new = script("cu", "ND-D6", superseded_by="moi"), script("moi", "ND-D6", first="01/07/2024")
    known = {s.id: s for s in (old, new)}
    assert unfit(old, day("30/06/2024"), known) == ""
    assert unfit(old, day("01/07/2024"), known) == "đã được thay bằng bài moi"


@pytest.mark.parametrize(
    ("one", "says"),
    [
        (script("a", blanks=("duong_day_nong",)), "còn chỗ trống chưa điền: {duong_day_nong}"),
        (script("a", first="06/03/2024"), "chỉ có hiệu lực từ 06/03/2024"),
        (script("a", last="04/03/2024"), "đã hết hiệu lực sau ngày 04/03/2024"),
        (script("a", first="05/03/2024", last="05/03/2024"), ""),
    ],
)
def test_why_a_script_is_not_fit(one: Script, says: str) -> None:
    assert unfit(one, day("05/03/2024"), {}) == says


def test_approved_scripts_come_first() -> None:
    found = rotated(script("a", "ND-D2"), script("b", "ND-D2"), approved=("b",), days=2)
    assert heard(found) == [("b",), ("b",)]
    assert found[0].note == ""


def test_with_none_approved_a_fit_one_is_named_and_the_note_says_it_waits() -> None:
    (found,) = rotated(script("a", "ND-D2"), approved=())
    assert (found.scripts, found.note) == (("a",), "bài a chưa được duyệt")


def test_with_no_fit_script_the_airing_says_why_it_is_empty() -> None:
    (found,) = rotated(script("a", "ND-A"))
    assert (found.scripts, found.reason) == ((), "không có bài nào hợp lệ cho xoay vòng ND-D2")


def test_frame_items_alone_are_no_airing() -> None:
    call = script("xuong", kind=Kind.CALL)
    (found,) = rotated(call, parts=(ScriptId("xuong"), D2))
    assert (found.scripts, found.reason) == ((), "không có bài nào hợp lệ cho xoay vòng ND-D2")


def test_a_part_with_no_script_is_left_out_when_other_content_remains() -> None:
    (found,) = rotated(script("xuong", kind=Kind.CALL), script("tin"), parts=(ScriptId("xuong"), ScriptId("tin"), D2))
    assert (found.scripts, found.reason) == (("xuong", "tin"), "")
    assert found.note == "không có bài nào hợp lệ cho xoay vòng ND-D2"


def test_two_rotations_of_one_programme_do_not_say_the_same_thing() -> None:
    (found,) = rotated(script("a", "ND-D2"), script("b", "ND-D2"), parts=(D2, D2))
    assert found.scripts == ("a", "b")


def test_parts_keep_the_order_written() -> None:
    (found,) = rotated(
        script("xuong", kind=Kind.CALL), script("a", "ND-D2"), script("chao", kind=Kind.CLOSING),
        parts=(ScriptId("xuong"), D2, ScriptId("chao")),
    )  # fmt: skip
    assert found.scripts == ("xuong", "a", "chao")


FIRST = "cm-sang@2024-03-05T06:05+07:00"


def test_a_published_choice_stands_though_another_would_be_next() -> None:
    found = rotated(
        script("a", "ND-D2"), script("b", "ND-D2"), last_aired={"b": "04/03/2024"}, already={FIRST: ("b",)}, days=2
    )
    assert heard(found) == [("b",), ("a",)]


@pytest.mark.parametrize(
    "spoiled",
    [script("b", "ND-D2", last="04/03/2024"), script("b", "ND-A"), script("b", "ND-D2", blanks=("so_dien_thoai",))],
)
def test_a_published_choice_that_is_no_longer_fit_is_chosen_anew(spoiled: Script) -> None:
    assert heard(rotated(script("a", "ND-D2"), spoiled, already={FIRST: ("b",)})) == [("a",)]


def test_a_published_choice_gives_way_when_only_another_is_approved() -> None:
    found = rotated(script("a", "ND-D2"), script("b", "ND-D2"), approved=("a",), already={FIRST: ("b",)})
    assert heard(found) == [("a",)]


def test_a_published_choice_of_other_parts_does_not_bind() -> None:
    found = rotated(script("a", "ND-D2"), script("b", "ND-D2"), already={FIRST: ("b", "chao")})
    assert heard(found) == [("a",)]


def test_titles_come_from_the_single_script() -> None:
    own = slot(weekly(), id="a", content="tin", title="Bản tin sáng")
    bare = slot(weekly(), id="b", content="tin")
    rotation = slot(weekly(), id="c", content=D2)
    found = rotated(
        script("tin", title="Tin tuần"), script("mot-cua", "ND-D2", title="Một cửa"), slots=(own, bare, rotation)
    )
    assert [a.title for a in found] == ["Bản tin sáng", "Tin tuần", "Một cửa"]


@given(st.integers(1, 6), st.integers(1, 40), st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 90)))
def test_turns_are_even(count: int, days: int, history: dict[str, int]) -> None:
    """Over any run of days nobody is heard twice more than anybody else, whatever the history."""
    names = "abcdef"[:count]
    before: datetime = at("01/03/2024 06:05")
    found = rotated(
        *(script(n, "ND-D2") for n in names),
        days=days,
        last_aired={n: f"{before - timedelta(days=d):%d/%m/%Y}" for n, d in history.items() if n in names},
    )
    counts = [sum(a.scripts == (n,) for a in found) for n in names]
    assert sum(counts) == days
    assert max(counts) - min(counts) <= 1
    assert found == rotated(
        *(script(n, "ND-D2") for n in reversed(names)),
        days=days,
        last_aired={n: f"{before - timedelta(days=d):%d/%m/%Y}" for n, d in history.items() if n in names},
    )


@given(st.lists(st.sampled_from("abcd"), min_size=6, max_size=6), st.integers(0, 5))
def test_publishing_again_changes_nothing(published: list[str], gone: int) -> None:
    """The second run, told what the first one chose, chooses the same."""
    scripts = tuple(script(n, "ND-D2") for n in "abcd")
    first = rotated(*scripts, days=6, last_aired={published[gone]: "01/02/2024"})
    again = rotated(*scripts, days=6, last_aired={published[0]: "04/03/2024"}, already={a.id: a.scripts for a in first})
    assert again == first
