"""A real process killed before, during and after its commits: nothing acknowledged is lost, nothing half-written stays."""

import os
import random
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from broadcaster.adapters.journal import SqlJournal
from broadcaster.errors import AlreadyRecordedError
from tests.airings import START, a_closing, an_opening

WRITER = """
import sys
from datetime import timedelta
from broadcaster.adapters.journal import SqlJournal
from tests.airings import START, a_closing, an_opening

journal = SqlJournal(sys.argv[1])
for n in range(int(sys.argv[2]), 1_000_000):
    opening = an_opening(START + timedelta(minutes=n))
    journal.on_air(opening)
    print("on", n, flush=True)
    journal.off_air(opening.airing_id, a_closing(opening))
    print("off", n, flush=True)
"""

HALFWAY = """
import sys
from broadcaster.adapters.journal import SqlJournal, _append
from broadcaster.adapters.journal_rows import opening_draft
from tests.airings import an_opening

journal = SqlJournal(sys.argv[1])
with journal.store.writing() as connection:
    _append(connection, opening_draft(an_opening(slot="nua-chung")))
    print("inside", 0, flush=True)
    sys.stdin.read()
"""


@contextmanager
def child(code: str, *arguments: str) -> Iterator["subprocess.Popen[bytes]"]:
    """A Python process of its own running this code, killed for good at the end."""
    process = subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def heard_until_killed(
    process: "subprocess.Popen[bytes]", *, acknowledged: int, then_s: float
) -> list[tuple[str, int]]:
    """Everything it acknowledged; SIGKILL comes ``then_s`` after the given number of lines."""
    assert process.stdout is not None
    descriptor = process.stdout.fileno()
    text, kill_at, killed = b"", float("inf"), False
    deadline = time.monotonic() + 60
    while True:
        assert time.monotonic() < deadline, "the writer said nothing for a minute"
        if not killed and time.monotonic() >= kill_at:
            process.send_signal(signal.SIGKILL)
            killed = True
        ready, _, _ = select.select([descriptor], [], [], 0.0005)
        if not ready:
            continue
        piece = os.read(descriptor, 65536)
        if not piece:
            break
        text += piece
        if kill_at == float("inf") and text.count(b"\n") >= acknowledged:
            kill_at = time.monotonic() + then_s
    lines = [line.split() for line in text.decode().split("\n")[:-1]]
    return [(word, int(number)) for word, number in lines]


@pytest.mark.slow
def test_what_was_acknowledged_survives_sigkill_at_any_moment(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/journal.db"
    chance = random.Random(172)
    begun: set[int] = set()
    ended: set[int] = set()
    for _ in range(8):
        with child(WRITER, url, str(max(begun, default=-1) + 2)) as process:
            lines = heard_until_killed(
                process, acknowledged=chance.randrange(1, 30), then_s=chance.choice((0.0, chance.random() * 0.01))
            )
        begun |= {n for word, n in lines if word == "on"}
        ended |= {n for word, n in lines if word == "off"}
        journal = SqlJournal(url)
        assert journal.verify().holds
        closed = {minute_of(e.opening.planned) for e in journal.entries()}
        opened = {minute_of(o.planned) for o in journal.open_rows()}
        assert ended <= closed
        assert begun <= closed | opened
        # what was on its way when the end came may have arrived: at most one step beyond the last word of each life
        assert len(opened) <= 1
        for opening in journal.open_rows():
            with pytest.raises(AlreadyRecordedError):
                journal.on_air(opening)
            journal.off_air(opening.airing_id, a_closing(opening))
            ended.add(minute_of(opening.planned))
            begun.add(minute_of(opening.planned))
        journal.close()
    assert len(begun) > 8


def minute_of(planned: datetime | None) -> int:
    """The number the writer gave this airing."""
    assert planned is not None
    return (planned - START) // timedelta(minutes=1)


def test_a_kill_before_the_commit_leaves_nothing_and_locks_nobody_out(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/journal.db"
    with child(HALFWAY, url) as process:
        assert heard_until_killed(process, acknowledged=1, then_s=0.0) == [("inside", 0)]
    journal = SqlJournal(url, wait_s=0.5)
    assert journal.open_rows() == ()
    assert journal.verify().rows == 0
    journal.on_air(an_opening(slot="nua-chung"))
    assert journal.verify().holds
    journal.close()


@pytest.mark.postgresql
def test_postgresql_keeps_what_it_acknowledged_too(request: pytest.FixtureRequest) -> None:
    url = request.getfixturevalue("postgres").database()
    with child(WRITER, url, "0") as process:
        lines = heard_until_killed(process, acknowledged=15, then_s=0.002)
    with child(HALFWAY, url) as process:
        heard_until_killed(process, acknowledged=1, then_s=0.0)
    journal = SqlJournal(url)
    closed = {minute_of(e.opening.planned) for e in journal.entries()}
    opened = {minute_of(o.planned) for o in journal.open_rows()}
    assert {n for word, n in lines if word == "off"} <= closed
    assert {n for word, n in lines if word == "on"} <= closed | opened
    journal.note(airing_id=None, by="", text="còn ghi được", at=START)
    assert journal.verify().holds
    journal.close()
