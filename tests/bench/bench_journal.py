"""The journal measured: commits before a start, starting with ten years behind, figures of a report, walking the chain.

Run as ``python -m tests.bench.bench_journal [--airings N] [--folder DIR]``; prints a Markdown table. The big journal has N
closed airings (two rows each, 1,000,000 by default) spread over ten years, sealed like any other.
"""

import argparse
import itertools
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, Index, insert

from broadcaster.adapters.journal import SqlJournal
from broadcaster.adapters.journal_rows import (
    FACTS,
    GENESIS,
    Draft,
    Fact,
    Sealed,
    closing_draft,
    opening_draft,
    seal,
)
from broadcaster.adapters.journal_tables import ENTRY, UNGUARD, guard
from broadcaster.adapters.rehearsal_journal import RehearsalJournal
from broadcaster.domain.asrun import Closing, Item, Opening, Outcome
from broadcaster.domain.figures import RULE_2024_1, count
from tests.airings import START, VN, a_closing, a_rundown, an_item, an_opening

_BATCH = 20_000
_KINDS = ("tin", "bài", "chuyên mục", "lời nhắc", "thông báo")
_TOPICS = tuple(f"III.1.{letter}" for letter in "abcdđegh")


def main() -> None:
    """Measure, print, and leave nothing behind."""
    options = _options()
    if options.child:
        _CHILDREN[options.child](Path(options.folder))
        return
    with tempfile.TemporaryDirectory(dir=options.folder) as scratch:
        folder = Path(scratch)
        print("| what | measured |\n|---|---|", flush=True)
        _commits(folder)
        _memory()
        began = time.perf_counter()
        _fill(folder, options.airings)
        size = sum(file.stat().st_size for file in folder.glob("big.db*")) / 1e9
        _row(f"a journal of {options.airings:,} airings made", f"{time.perf_counter() - began:.0f} s, {size:.1f} GB")
        for child in _CHILDREN:
            command = [sys.executable, "-m", "tests.bench.bench_journal", "--child", child, "--folder", str(folder)]
            subprocess.run(command, check=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--airings", type=int, default=1_000_000)
    parser.add_argument("--folder", default=None, help="where the databases go (needs about 4 GB)")
    parser.add_argument("--child", default="", help=argparse.SUPPRESS)
    return parser.parse_args()


def _row(what: str, measured: str) -> None:
    print(f"| {what} | {measured} |", flush=True)


def _quantiles(seconds: list[float]) -> str:
    ordered = sorted(seconds)
    p50, p99 = ordered[len(ordered) // 2], ordered[len(ordered) * 99 // 100]
    return f"p50 {p50 * 1000:.2f} ms, p99 {p99 * 1000:.2f} ms, worst {ordered[-1] * 1000:.1f} ms"


def _commits(folder: Path) -> None:
    """A year of 20 airings a day already there; then 1,000 more are opened and closed one by one."""
    path = folder / "year.db"
    make_journal(path, many_airings(20 * 366, days=366))
    journal = SqlJournal(f"sqlite:///{path}")
    opened, closed = [], []
    for n in range(1000):
        opening = an_opening(START + timedelta(days=4000, minutes=n), items=_items(n))
        opened.append(_timed(partial(journal.on_air, opening)))
        closed.append(_timed(partial(journal.off_air, opening.airing_id, a_closing(opening))))
    _row("on_air committed to disk, a year of 20 airings a day behind it (1,000)", _quantiles(opened))
    _row("off_air committed to disk, the same", _quantiles(closed))
    plain = folder / "plain"
    with plain.open("wb", buffering=0) as file:

        def write() -> None:
            file.write(b"x" * 4096)
            os.fsync(file.fileno())

        fsyncs = [_timed(write) for _ in range(1000)]
    _row("what the disk alone takes: 4 KiB written and fsynced", _quantiles(fsyncs))
    journal.close()


def _memory() -> None:
    """The rehearsal's journal: 600 airings opened, closed and looked up."""
    journal = RehearsalJournal()
    openings = [an_opening(START + timedelta(hours=14 * n), items=_items(n)) for n in range(600)]

    def year() -> None:
        for opening in openings:
            journal.recorded(opening.recorded_at - timedelta(hours=1), opening.recorded_at)
            journal.on_air(opening)
            journal.off_air(opening.airing_id, a_closing(opening))

    _row("the journal in memory: a year of 600 airings", f"{_timed(year) * 1000:.0f} ms")


def _fill(folder: Path, airings: int) -> None:
    """Ten years of airings, two weeks of rundowns ahead, and one airing a power cut left open."""
    make_journal(folder / "big.db", many_airings(airings, days=3652))
    journal = SqlJournal(f"sqlite:///{folder / 'big.db'}")
    for n in range(14):
        journal.publish(a_rundown(date(2034, 3, 4) + timedelta(days=n), hours=(5, 6, 11, 17, 18)))
    journal.on_air(an_opening(datetime(2034, 3, 4, 6, 5, tzinfo=VN)))
    journal.close()


def _starting(folder: Path) -> None:
    now = datetime(2034, 3, 4, 6, 10, tzinfo=VN)
    began = time.perf_counter()
    journal = SqlJournal(f"sqlite:///{folder / 'big.db'}")
    opened = time.perf_counter()
    open_rows = journal.open_rows()
    journal.recorded(now - timedelta(days=1), now + timedelta(days=1))
    rundowns = journal.rundowns(now.date(), now.date() + timedelta(days=14))
    journal.approvals()
    aired = journal.last_aired()
    journal.newest_moment()
    ended = time.perf_counter()
    assert len(open_rows) == 1
    assert len(rundowns) == 14
    assert len(aired) > 50
    _row("start of the daemon: open the journal", f"{(opened - began) * 1000:.0f} ms")
    _row("start of the daemon: every question it asks", f"{(ended - opened) * 1000:.0f} ms")
    journal.close()


def _reporting(folder: Path) -> None:
    journal = SqlJournal(f"sqlite:///{folder / 'big.db'}")
    before = _peak_mb()
    spans: Mapping[str, list[datetime]] = {
        "ten years": [START, START + timedelta(days=3653)],
        "ten years by month, 120 segments": [_months_on(n) for n in range(121)],
        "one half-year": [START + timedelta(days=3000), START + timedelta(days=3182)],
    }
    for name, cuts in spans.items():
        began = time.perf_counter()
        figures = journal.figures(cuts)
        counted = count(figures, RULE_2024_1)
        took = time.perf_counter() - began
        held = counted.airings + sum(counted.not_counted.values())
        _row(
            f"figures of {name}: {held:,} airings, {len(figures.groups):,} groups, counted by rule {RULE_2024_1.version}",
            f"{took:.2f} s, peak memory of the process {_peak_mb():.0f} MB (before {before:.0f} MB)",
        )
    journal.close()


def _walking(folder: Path) -> None:
    journal = SqlJournal(f"sqlite:///{folder / 'big.db'}")
    began = time.perf_counter()
    report = journal.verify()
    took = time.perf_counter() - began
    assert report.holds, report.reason
    _row(
        f"log verify: {report.rows:,} rows",
        f"{took:.1f} s, {report.rows / took:,.0f} rows/s, peak memory {_peak_mb():.0f} MB",
    )
    began = time.perf_counter()
    read = sum(1 for _ in itertools.islice(journal.entries(), 20_000))
    _row("entries read in full", f"{read / (time.perf_counter() - began):,.0f} rows/s")
    journal.close()


_CHILDREN = {"starting": _starting, "reporting": _reporting, "walking": _walking}


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _peak_mb() -> float:
    """The most memory this program ever held; the kernel's other counter would carry over what its parent held."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def _months_on(months: int) -> datetime:
    years, month = divmod(START.month - 1 + months, 12)
    return START.replace(year=START.year + years, month=month + 1)


def _items(number: int) -> tuple[Item, ...]:
    """A programme of two frame items and two of 60 scripts."""
    picked = (number % 60, (number * 7 + 1) % 60)
    content = tuple(
        an_item(f"bai-{n:02}", kind=_KINDS[n % 5], topics=(_TOPICS[n % 8],), duration_s=90.0 + n) for n in picked
    )
    return (an_item("nhac-hieu", kind="nhạc hiệu", topics=(), duration_s=8.0), *content)


def many_airings(airings: int, *, days: int) -> Iterator[tuple[Opening, Closing]]:
    step = timedelta(days=days) / airings
    for n in range(airings):
        opening = an_opening(START + n * step, slot=f"s{n % 20}-{n}", items=_items(n), test=n % 997 == 0)
        outcome = Outcome.AIRED if n % 50 else Outcome.PARTIAL
        played = opening.duration_s if n % 50 else opening.duration_s * (n % 100) / 100
        yield opening, a_closing(opening, outcome, played_s=played)


def make_journal(path: Path, airings: Iterable[tuple[Opening, Closing]]) -> None:
    """Write many sealed rows at once: guards and indexes off, then on again, then the derived tables from the rows."""
    journal = SqlJournal(f"sqlite:///{path}")
    indexes: list[Index] = sorted(ENTRY.indexes, key=lambda index: str(index.name))
    with journal.store.writing() as connection:
        for statement in UNGUARD["sqlite"]:
            connection.exec_driver_sql(statement)
        for index in indexes:
            index.drop(connection)
        _insert(connection, airings)
        for index in indexes:
            index.create(connection)
        guard(connection)
    journal.rebuild()
    journal.close()


def _insert(connection: Connection, airings: Iterable[tuple[Opening, Closing]]) -> None:
    blank: dict[str, Fact | None] = dict.fromkeys(FACTS)
    seq, before = 0, GENESIS
    batch: list[dict[str, Fact | None]] = []

    def add(draft: Draft) -> Sealed:
        nonlocal seq, before
        sealed = seal(draft, seq=seq + 1, prev_hash=before)
        seq, before = sealed.seq, sealed.row_hash
        batch.append(
            {**blank, **sealed.facts, "body": sealed.body, "prev_hash": sealed.prev_hash, "row_hash": sealed.row_hash}
        )
        return sealed

    for opening, closing in airings:
        opened = add(opening_draft(opening))
        shared = {name: value for name, value in opened.facts.items() if name not in {"action", "at", "at_us", "seq"}}
        add(closing_draft(opening, shared, closing, opening_seq=opened.seq))
        if len(batch) >= _BATCH:
            connection.execute(insert(ENTRY), batch)
            batch.clear()
    if batch:
        connection.execute(insert(ENTRY), batch)


if __name__ == "__main__":
    main()
