"""An airing speaks whole or not at all, and says every reason at once, with the way out."""

from dataclasses import replace
from datetime import date

from broadcaster.domain.clips import Clip
from broadcaster.domain.readiness import Held, Hold, readiness
from broadcaster.domain.scripts import Approval, Script, ScriptId
from broadcaster.present.holds import explain
from tests.unit.domain.making import at, day, script

TODAY = day("05/03/2024")


def a_clip(of: Script, *, sound: str = "s") -> Clip:
    """A clip of a script."""
    return Clip(
        key=f"k-{of.id}",
        audio_sha256=sound,
        path=f"{of.id}.wav",
        script_id=of.id,
        text_sha256=of.text_sha256,
        voice="espeak",
        frames=48_000,
        loudness_lufs=-16.0,
        true_peak_dbtp=-1.0,
        syllables=3,
    )


def held(
    *scripts: Script,
    on: date = TODAY,
    wanted: tuple[str, ...] | None = None,
    unapproved: frozenset[str] = frozenset(),
    silent: frozenset[str] = frozenset(),
    need_approval: bool = True,
) -> list[tuple[str, Hold]]:
    """What holds these scripts back when all but the named ones are rendered and approved."""
    return [
        (h.script, h.hold)
        for h in found(
            *scripts, on=on, wanted=wanted, unapproved=unapproved, silent=silent, need_approval=need_approval
        )
    ]


def found(
    *scripts: Script,
    on: date = TODAY,
    wanted: tuple[str, ...] | None = None,
    unapproved: frozenset[str] = frozenset(),
    silent: frozenset[str] = frozenset(),
    need_approval: bool = True,
) -> tuple[Held, ...]:
    """The same, in full."""
    approvals = {
        s.id: Approval(
            script_id=s.id, text_sha256=s.text_sha256, audio_sha256="s", by="Lãnh đạo", at=at("01/03/2024 08:00")
        )
        for s in scripts
        if s.id not in unapproved
    }
    return readiness(
        [ScriptId(w) for w in wanted] if wanted is not None else [s.id for s in scripts],
        day=on,
        scripts={s.id: s for s in scripts},
        clips={s.id: a_clip(s) for s in scripts if s.id not in silent},
        approvals=approvals,
        need_approval=need_approval,
    )


A, B = script("a", "ND-A"), script("b", "ND-B")


def test_everything_there_holds_nothing_back() -> None:
    assert held(A, B) == []


def test_every_item_tells_its_reason_in_order_and_once() -> None:
    reasons = held(A, B, wanted=("b", "la", "a", "b"), unapproved=frozenset({"b"}), silent=frozenset({"a"}))
    assert reasons == [("b", Hold.NOT_APPROVED), ("la", Hold.UNKNOWN), ("a", Hold.NO_CLIP)]
    assert held(A, wanted=()) == [("", Hold.EMPTY)]


def test_a_rehearsal_needs_no_approval_but_everything_else() -> None:
    assert held(A, B, unapproved=frozenset({"a"}), silent=frozenset({"b"}), need_approval=False) == [
        ("b", Hold.NO_CLIP)
    ]


def test_an_edit_or_another_sound_voids_the_approval() -> None:
    approved = Approval(script_id=A.id, text_sha256=A.text_sha256, audio_sha256="s", by="x", at=at("01/03/2024 08:00"))
    for changed, clip in ((replace(A, text="khác"), a_clip(A)), (A, a_clip(A, sound="khác"))):
        reasons = readiness([A.id], day=TODAY, scripts={A.id: changed}, clips={A.id: clip}, approvals={A.id: approved})
        assert [h.hold for h in reasons] == [Hold.EDITED]


def test_both_ends_of_validity_are_heard() -> None:
    march = script("a", "ND-A", first="05/03/2024", last="07/03/2024")
    outside = [d for d in range(3, 10) if held(march, on=date(2024, 3, d))]
    assert outside == [3, 4, 8, 9]


def test_a_script_with_blanks_waits_for_them() -> None:
    (reason,) = found(replace(A, blanks=("duong_day_nong",)))
    assert (reason.hold, "duong_day_nong" in explain([reason])) == (Hold.BLANKS, True)


def test_a_successor_speaks_from_its_own_first_day() -> None:
    old, new = script("cu", "ND-D6", superseded_by="moi"), script("moi", "ND-D6", first="01/07/2024")
    assert held(old, new, on=day("30/06/2024"), wanted=("cu",)) == []
    (reason,) = found(old, new, on=day("01/07/2024"), wanted=("cu",))
    assert reason == Held(script=ScriptId("cu"), hold=Hold.SUPERSEDED, detail="moi")
    assert explain([reason]) == "bài “cu” đã được thay bằng bài “moi”; hãy sửa khung giờ phát bài mới"
    assert held(old, on=day("01/01/2024")) == [("cu", Hold.SUPERSEDED)]
