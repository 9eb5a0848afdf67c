"""What the files of a station say about each other: nothing may point nowhere, and what is used must be fit to be heard."""

from dataclasses import replace
from datetime import date, time

import pytest

from broadcaster.domain.calendar import (
    Calendar,
    CalendarException,
    DayRule,
    ExceptionKind,
    OnDates,
    OnWeekdays,
    Programme,
    ProgrammeId,
    Rotation,
    Slot,
    SlotId,
    Weekday,
    ZoneId,
)
from broadcaster.domain.cross_checks import check_references, resolve_contents, resolve_zones
from broadcaster.domain.problems import Severity, Where
from broadcaster.domain.scripts import Kind, Script, ScriptId, TopicCode
from broadcaster.domain.settings import Zone

TUESDAYS = OnWeekdays(days=frozenset({Weekday.TUESDAY}))
ZONES = (Zone(id=ZoneId("khom-1"), name="Khóm 1"), Zone(id=ZoneId("cho"), name="Chợ Mỹ Thạnh"))


def script(
    ident: str,
    *topics: str,
    kind: Kind = Kind.FEATURE,
    blanks: tuple[str, ...] = (),
    since: date | None = None,
    until: date | None = None,
    superseded_by: str | None = None,
) -> Script:
    """A script of a few words."""
    return Script(
        id=ScriptId(ident),
        title=ident,
        kind=kind,
        topics=tuple(TopicCode(t) for t in topics),
        text="Kính thưa bà con.",
        blanks=blanks,
        valid_from=since,
        valid_until=until,
        superseded_by=ScriptId(superseded_by) if superseded_by else None,
        where=Where(file=f"audio_scripts/{ident}.md", line=5),
    )


def slot(
    content: str | Rotation,
    *days: DayRule,
    ident: str = "sang",
    zones: tuple[str, ...] = (),
    until: date | None = None,
    cancelled: str | None = None,
    enabled: bool = True,
) -> Slot:
    """A slot on Tuesdays, or on the days given."""
    return Slot(
        id=SlotId(ident),
        content=content,
        times=(time(6, 5),),
        days=days or (TUESDAYS,),
        where=Where(file="schedules/a.yaml", line=4),
        zones=tuple(ZoneId(z) for z in zones),
        valid_until=until,
        cancelled=cancelled,
        enabled=enabled,
    )


def programme(ident: str, *parts: str | Rotation) -> Programme:
    """A programme of these parts."""
    listed = tuple(part if isinstance(part, Rotation) else ScriptId(part) for part in parts)
    return Programme(id=ProgrammeId(ident), title=ident, parts=listed, where=Where(file="schedules/a.yaml", line=1))


def told(
    scripts: tuple[Script, ...],
    *slots: Slot,
    programmes: tuple[Programme, ...] = (),
    exceptions: tuple[CalendarException, ...] = (),
) -> list[tuple[str, str]]:
    """Code and words of each problem."""
    calendar = Calendar(slots=slots, programmes={p.id: p for p in programmes}, exceptions=exceptions)
    found = check_references(calendar, {s.id: s for s in scripts})
    return [(p.code, f"{p.where} {p.severity.value} {p.message} {p.hint}") for p in found]


def codes(*args: object, **kwargs: object) -> list[str]:
    """Only the codes."""
    return [code for code, _ in told(*args, **kwargs)]  # type: ignore[arg-type]


def rotation(*topics: str, kinds: tuple[Kind, ...] = ()) -> Rotation:
    """A rotation over topics."""
    return Rotation(topics=tuple(TopicCode(t) for t in topics), kinds=kinds)


def test_a_sound_station_has_no_problem() -> None:
    scripts = (script("mot", "ND-D2"), script("xuong", kind=Kind.CALL))
    slots = (slot("mot"), slot("ban-tin", ident="chieu"), slot(rotation("ND-D"), ident="toi"))
    assert told(scripts, *slots, programmes=(programme("ban-tin", "xuong", rotation("ND-D2")),)) == []


def test_an_unknown_content_is_told_with_the_likely_one() -> None:
    ((code, words),) = told((script("nd-d2-mot-cua"),), slot("nd_d2_mot_cuaa"))
    assert code == "unknown-content"
    assert "schedules/a.yaml:4 error" in words
    assert "«nd-d2-mot-cua»" in words


def test_the_likely_one_may_be_a_programme() -> None:
    ((_, words),) = told((script("mot"),), slot("bantin"), programmes=(programme("ban-tin", "mot"),))
    assert "«ban-tin»" in words


def test_parts_and_replacements_must_exist_too() -> None:
    exception = CalendarException(
        kind=ExceptionKind.REPLACE,
        first=date(2024, 3, 5),
        last=date(2024, 3, 5),
        reason="Quốc tang",
        where=Where(file="schedules/a.yaml", line=9),
        slots=(SlotId("sangg"),),
        content="mott",
    )
    found = told(
        (script("mot"),), slot("ban-tin"), programmes=(programme("ban-tin", "mto"),), exceptions=(exception,)
    )  # fmt: skip
    assert [code for code, _ in found] == ["unknown-content", "unknown-script", "unknown-slot"]
    assert "schedules/a.yaml:9" in found[0][1]
    assert "«mot»" in found[1][1]
    assert "«sang»" in found[2][1]


def test_an_empty_programme_and_a_name_taken_twice() -> None:
    assert codes((script("mot"),), programmes=(programme("rong"),)) == ["programme-empty"]
    ((code, words),) = told((script("mot"),), programmes=(programme("mot", "mot"),))
    assert code == "duplicate"
    assert "audio_scripts/mot.md:5" in words


def test_a_rotation_needs_a_script_for_its_topics() -> None:
    scripts = (script("mot", "ND-D2"), script("hai", "ND-A", kind=Kind.NEWS))
    assert codes(scripts, slot(rotation("ND-H"))) == ["rotation-empty"]
    assert codes(scripts, slot(rotation("ND-A", kinds=(Kind.FEATURE,)))) == ["rotation-empty"]
    ((code, words),) = told(scripts, slot(rotation("ND-D2", "ND-D22")))
    assert (code, "warning" in words, "«ND-D2»" in words) == ("topic-without-script", True, True)


def test_a_group_code_covers_its_members() -> None:
    assert told((script("mot", "ND-D2.1"),), slot(rotation("ND-D"))) == []


def test_a_blank_in_use_is_one_warning_for_all_slots() -> None:
    slots = (slot("mot", ident="a"), slot("mot", ident="b"), slot("ban-tin", ident="c"))
    ((code, words),) = told(
        (script("mot", blanks=("duong_day_nong",)),), *slots, programmes=(programme("ban-tin", "mot"),)
    )  # fmt: skip
    assert code == "blank-in-use"
    assert "warning" in words
    assert "2 khung giờ khác" in words


def test_a_script_that_expires_while_in_use() -> None:
    old = script("mot", until=date(2024, 6, 30))
    assert codes((old,), slot("mot")) == ["unfit-in-use"]
    assert codes((old,), slot("mot", until=date(2024, 7, 1))) == ["unfit-in-use"]
    assert codes((old,), slot("mot", until=date(2024, 6, 30))) == []
    assert codes((old,), slot("mot", OnDates(dates=(date(2024, 6, 30),)))) == []
    assert codes((old,), slot("mot", OnDates(dates=(date(2024, 7, 1), date(2024, 6, 1))))) == ["unfit-in-use"]
    assert codes((old,), slot("mot", enabled=False), slot("mot", cancelled="mưa bão", ident="b")) == []


def test_a_script_used_before_it_is_valid() -> None:
    new = script("mot", since=date(2024, 7, 1))
    assert codes((new,), slot("mot", OnDates(dates=(date(2024, 6, 30),)))) == ["unfit-in-use"]
    assert codes((new,), slot("mot", OnDates(dates=(date(2024, 7, 1),)))) == []
    assert codes((new,), slot("mot")) == []


def test_a_superseded_script_in_use() -> None:
    old, new = script("cu", superseded_by="moi"), script("moi")
    ((code, words),) = told((old, new), slot("cu"))
    assert code == "unfit-in-use"
    assert "«moi»" in words
    assert codes((old, new), slot("moi")) == []


def test_a_successor_takes_over_on_its_first_day() -> None:
    old, new = script("cu", superseded_by="moi"), script("moi", since=date(2024, 7, 1))
    assert codes((old, new), slot("cu", until=date(2024, 6, 30))) == []
    assert codes((old, new), slot("cu", until=date(2024, 7, 1))) == ["unfit-in-use"]


def test_a_successor_must_be_there_and_not_lead_back() -> None:
    assert codes((script("cu", superseded_by="moi"),)) == ["unknown-successor"]
    circle = (script("a", superseded_by="b"), script("b", superseded_by="c"), script("c", superseded_by="a"))
    assert codes((*circle, script("d", superseded_by="a"))) == ["successor-circle"] * 3


def test_zones_are_known_by_id_or_name() -> None:
    calendar = Calendar(slots=(slot("mot", zones=("Khóm 1", "KHOM-1", "cho", "chợ mỹ thạnh")), slot("hai", ident="b")))
    resolved, problems = resolve_zones(calendar, ZONES)
    assert problems == ()
    assert [s.zones for s in resolved.slots] == [("khom-1", "cho"), ()]


def test_an_unknown_zone_never_becomes_every_zone() -> None:
    calendar = Calendar(slots=(slot("mot", zones=("khom-9",)), slot("hai", ident="b", zones=("khom-1", "khóm 11"))))
    resolved, problems = resolve_zones(calendar, ZONES)
    assert [s.zones for s in resolved.slots] == [("khom-9",), ("khom-1",)]
    assert [(p.code, p.severity) for p in problems] == [("unknown-zone", Severity.ERROR)] * 2
    assert "«khom-1»" in problems[0].hint


def test_zones_of_exceptions_are_resolved() -> None:
    exception = CalendarException(
        kind=ExceptionKind.SKIP,
        first=date(2024, 3, 5),
        last=date(2024, 3, 5),
        reason="Sửa loa",
        where=Where(file="schedules/a.yaml", line=9),
        zones=(ZoneId("Khóm 1"), ZoneId("khom-x")),
    )
    resolved, (problem,) = resolve_zones(Calendar(exceptions=(exception,)), ZONES)
    assert resolved.exceptions[0].zones == ("khom-1",)
    assert (problem.code, problem.where.line) == ("unknown-zone", 9)


@pytest.mark.parametrize("count", [2000])
def test_a_wholly_wrong_calendar_is_told_in_full(count: int) -> None:
    scripts = tuple(script(f"bai-{n}") for n in range(count))
    found = codes(scripts, *(slot(f"sai-{n}", ident=f"s-{n}") for n in range(count)))
    assert found == ["unknown-content"] * count


# --- contents by their titles ----------------------------------------------------------------------------------------


def titled(ident: str, title: str) -> Script:
    """A script of that title."""
    return replace(script(ident), title=title)


def by_id(*scripts: Script) -> dict[ScriptId, Script]:
    """As a station holds them."""
    return {s.id: s for s in scripts}


def test_a_title_that_one_content_alone_bears_is_as_good_as_its_id() -> None:
    scripts = by_id(titled("mot-cua", "Một cửa là gì?"), titled("hai", "Bài hai"))
    replaced = CalendarException(
        kind=ExceptionKind.REPLACE,
        first=date(2024, 3, 5),
        last=date(2024, 3, 5),
        reason="x",
        where=Where(file="a.yaml"),
        content="bai hai",
    )
    bulletin = programme("ban-tin", "BÀI HAI", rotation("ND-D2"))
    slots = (slot("một cửa là gì"), slot("hai", ident="hai"), slot(rotation("ND-D2"), ident="toi"))
    calendar = Calendar(
        slots=slots, exceptions=(replaced,), programmes={bulletin.id: replace(bulletin, title="Tin sáng")}
    )
    found = resolve_contents(calendar, scripts)
    assert [s.content for s in found.slots] == ["mot-cua", "hai", rotation("ND-D2")]
    assert found.exceptions[0].content == "hai"
    assert found.programmes[bulletin.id].parts == ("hai", rotation("ND-D2"))
    of_programme = resolve_contents(replace(calendar, slots=(slot("tin SÁNG"),)), scripts)
    assert of_programme.slots[0].content == "ban-tin"


def test_an_id_is_never_taken_for_a_title() -> None:
    scripts = by_id(titled("mot", "hai"), titled("hai", "mot"))
    calendar = Calendar(slots=(slot("mot"), slot("hai", ident="chieu")))
    assert resolve_contents(calendar, scripts) is calendar


def test_a_title_of_several_is_told_with_their_ids() -> None:
    scripts = by_id(titled("mot", "Bản tin"), titled("hai", "bản tin"))
    calendar = resolve_contents(Calendar(slots=(slot("Bản tin"),)), scripts)
    assert calendar.slots[0].content == "Bản tin"
    (problem,) = check_references(calendar, scripts)
    assert problem.code == "title-shared"
    assert "mot, hai" in problem.message
