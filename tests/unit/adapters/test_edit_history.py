"""The history of edits on disk: torn lines, forged names, other processes, and room for uploads."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from broadcaster.adapters.edit_history import UPLOADS_BYTES, UPLOADS_KEPT, History
from broadcaster.domain.edits import ABSENT, Edit, FileChange, undone

AT = datetime(2026, 3, 2, 8, 0, 5, 123456, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History(tmp_path / "history")


def begin(history: History, name: str = "schedules/a.yaml", *, undoes: int | None = None) -> Edit:
    """One edit noted, its version kept."""
    change = FileChange(name=name, before=history.keep(None), after=history.keep(b"moi"))
    return history.begin(changes=(change,), by="Lan «văn hóa»", at=AT, why='sửa "a"\n', undoes=undoes)


def test_an_edit_reads_back_as_it_was_noted(history: History, tmp_path: Path) -> None:
    edit = begin(history)
    history.finish(edit.number)
    assert history.edits(None, most=9) == (edit,)
    assert edit.changes[0].before == ABSENT
    assert History(tmp_path / "history").edits("schedules/a.yaml", most=9) == (edit,)
    assert history.edits("schedules/b.yaml", most=9) == ()


def test_the_newest_come_first_and_only_as_many_as_asked(history: History) -> None:
    made = [begin(history, f"schedules/{n}.yaml") for n in range(4)]
    assert [e.number for e in made] == [1, 2, 3, 4]
    assert history.edits(None, most=2) == (made[3], made[2])


def test_an_edit_is_unfinished_until_it_is_noted_as_done(history: History) -> None:
    assert history.unfinished() is None
    edit = begin(history)
    assert history.unfinished() == edit
    history.finish(edit.number)
    assert history.unfinished() is None


@pytest.mark.parametrize(
    "torn",
    [
        b'{"number": 2, "at": "2026',
        b"\x00\x00\x00",
        b"5",
        b"[]",
        b'{"number": 9}',
        b'{"done": "x"}',
        "…".encode()[:2],
        b"\n\n",
    ],
)
def test_a_line_that_a_crash_cut_is_passed_over(history: History, tmp_path: Path, torn: bytes) -> None:
    edit = begin(history)
    history.finish(edit.number)
    with (tmp_path / "history/edits.jsonl").open("ab") as log:
        log.write(torn)
    after = History(tmp_path / "history")
    assert after.edits(None, most=9) == (edit,)
    assert after.unfinished() is None
    second = begin(after, "schedules/b.yaml")
    assert second.number == 2
    assert History(tmp_path / "history").edits(None, most=9) == (second, edit), (
        "the next line is not glued to the torn one"
    )


def test_what_another_process_wrote_is_seen(history: History, tmp_path: Path) -> None:
    first = begin(history)
    assert history.edits(None, most=9) == (first,)
    second = begin(History(tmp_path / "history"), "schedules/b.yaml")
    assert history.edits(None, most=9) == (second, first)


def test_versions_are_kept_once_and_proved(history: History, tmp_path: Path) -> None:
    digest = history.keep("lịch".encode())
    assert history.keep("lịch".encode()) == digest
    objects = tmp_path / "history/objects"
    assert [p.name for p in objects.iterdir()] == [digest]
    assert history.content(digest) == "lịch".encode()
    (objects / digest).write_bytes(b"hong")
    assert history.content(digest) is None


@pytest.mark.parametrize(
    "name", ["", "../edits.jsonl", "a" * 63, "A" * 64, "a" * 64 + "\n", "/etc/passwd", "\x00" * 64]
)
def test_what_is_no_digest_is_no_path(history: History, name: str) -> None:
    begin(history)
    assert history.content(name) is None
    assert history.held(name) is None


def test_uploads_make_room_for_new_ones(history: History, tmp_path: Path) -> None:
    digests = [history.hold(f"{n}".encode()) for n in range(UPLOADS_KEPT + 5)]
    assert len(list((tmp_path / "history/uploads").iterdir())) == UPLOADS_KEPT
    assert history.held(digests[-1]) == f"{UPLOADS_KEPT + 4}".encode()
    assert history.held(digests[0]) is None
    large = UPLOADS_BYTES // 3 + 1
    thirds = [history.hold(bytes([n]) * large) for n in range(3)]
    assert [history.held(d) is not None for d in thirds] == [False, True, True]
    assert sum(p.stat().st_size for p in (tmp_path / "history/uploads").iterdir()) <= UPLOADS_BYTES


def test_taking_an_undo_back_puts_the_first_in_force_again(history: History) -> None:
    first = begin(history)
    second = begin(history, undoes=first.number)
    assert undone((first, second)) == {first.number}
    third = begin(history, undoes=second.number)
    assert undone((first, second, third)) == {second.number}
