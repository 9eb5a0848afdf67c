"""Approving what was heard: exactly that text and that sound, never one's own, never with a blank."""

from dataclasses import replace

import pytest

from broadcaster.adapters.rehearsal_journal import RehearsalJournal
from broadcaster.domain.clips import Clip
from broadcaster.domain.scripts import Kind, Script, ScriptId
from broadcaster.errors import InputError
from broadcaster.station.approving import Heard, StaleError, approve_heard
from tests.stage import at

SCRIPT = Script(id=ScriptId("mot-cua"), title="Một cửa", kind=Kind.NEWS, text="Một cửa là nơi nộp giấy tờ.")
CLIP = Clip(
    key="k",
    audio_sha256="a" * 64,
    path="",
    script_id=SCRIPT.id,
    text_sha256=SCRIPT.text_sha256,
    voice="espeak",
    frames=48_000,
    loudness_lufs=-16.0,
    true_peak_dbtp=-1.5,
    syllables=7,
)
HEARD = Heard(text_sha256=SCRIPT.text_sha256, audio_sha256=CLIP.audio_sha256)


def decide(
    journal: RehearsalJournal,
    *,
    script: Script = SCRIPT,
    heard: Heard = HEARD,
    clip: Clip | None = CLIP,
    approver: str = "duc",
) -> None:
    """The deciding of a script that lan wrote."""
    approve_heard(
        script,
        heard,
        clip=clip,
        authors={"lan"},
        approver=approver,
        by="Trần Văn Đức",
        ref=" 12/PD ",
        now=at(6, 5),
        journal=journal,
    )


def test_an_approval_binds_text_and_sound() -> None:
    journal = RehearsalJournal()
    decide(journal)
    approval = journal.approvals()[SCRIPT.id]
    assert approval.covers(text_sha256=SCRIPT.text_sha256, audio_sha256=CLIP.audio_sha256)
    assert (approval.by, approval.ref, approval.at) == ("Trần Văn Đức", "12/PD", at(6, 5))


def test_an_author_does_not_approve_the_own_script() -> None:
    journal = RehearsalJournal()
    with pytest.raises(InputError, match="không tự duyệt"):
        decide(journal, approver="lan")
    assert not journal.approvals()


def test_what_changed_since_is_not_approved() -> None:
    journal = RehearsalJournal()
    with pytest.raises(StaleError, match="Lời đọc đã đổi"):
        decide(journal, script=replace(SCRIPT, text="Lời khác."))
    with pytest.raises(StaleError, match="Bản tiếng đã đổi"):
        decide(journal, clip=replace(CLIP, audio_sha256="b" * 64))
    assert not journal.approvals()


def test_blanks_and_silence_are_refused() -> None:
    journal = RehearsalJournal()
    with pytest.raises(InputError, match="so_ho_so"):
        decide(journal, script=replace(SCRIPT, blanks=("so_ho_so",)))
    with pytest.raises(InputError, match="chưa có tiếng"):
        decide(journal, clip=None)
    assert not journal.approvals()
