"""A report over ten years of rows, measured: time and the most memory held, for a half-year, a year and all ten years.

Run as ``python -m tests.bench.bench_report [--airings N] [--folder DIR]``; prints a Markdown table. Every airing stands in
a published rundown; one planned airing in a thousand never got a row.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from datetime import date, datetime
from itertools import groupby
from pathlib import Path

from broadcaster.adapters.journal import SqlJournal
from broadcaster.adapters.plan_yaml import read_plans
from broadcaster.adapters.station_reader import FolderReader
from broadcaster.domain.asrun import Opening
from broadcaster.domain.calendar import SlotId
from broadcaster.domain.periods import parse_period
from broadcaster.domain.rundown import Airing, AiringId, Rundown
from broadcaster.domain.scripts import ScriptId
from broadcaster.station.covering import Covering
from broadcaster.station.reporting import Reporter
from tests.airings import VN
from tests.bench.bench_journal import make_journal, many_airings

DAYS = 3652
NOW = datetime(2034, 3, 6, 8, tzinfo=VN)
ROOT = Path(__file__).parents[2]
PERIODS = ("2024-6T", "2029", "04/03/2024..03/03/2034")


def main() -> None:
    """Make the journal, then report in a fresh process for each period."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--airings", type=int, default=500_000, help="two rows each: half a million is a million rows")
    parser.add_argument("--folder", default=None, help="where the database goes (needs about 4 GB a million airings)")
    parser.add_argument("--child", default="", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        _report(Path(options.folder), options.child)
        return
    with tempfile.TemporaryDirectory(dir=options.folder) as scratch:
        _fill(Path(scratch), options.airings)
        print("| report | measured |\n|---|---|", flush=True)
        for period in PERIODS:
            command = [sys.executable, "-m", "tests.bench.bench_report", "--child", period, "--folder", scratch]
            subprocess.run(command, check=True)


def _fill(folder: Path, airings: int) -> None:
    began = time.perf_counter()
    make_journal(folder / "big.db", many_airings(airings, days=DAYS))
    journal = SqlJournal(f"sqlite:///{folder / 'big.db'}")
    openings = (opening for opening, _ in many_airings(airings, days=DAYS))
    for day, here in groupby(openings, key=lambda opening: (opening.planned or opening.recorded_at).date()):
        journal.publish(_rundown(day, here))
    journal.close()
    size = (folder / "big.db").stat().st_size / 1e9
    print(f"made in {time.perf_counter() - began:.0f} s, {size:.1f} GB", file=sys.stderr)


def _rundown(day: date, openings: Iterable[Opening]) -> Rundown:
    airings: list[Airing] = []
    for opening in openings:
        planned = opening.planned or opening.recorded_at
        ids = [opening.airing_id]
        if len(airings) % 1000 == 999:
            ids.append(AiringId(f"mat.{opening.airing_id}"))
        airings += (
            Airing(
                id=airing_id,
                slot=SlotId("sang"),
                planned=planned,
                zones=opening.zones,
                programme=opening.programme,
                title=opening.title,
                scripts=tuple(ScriptId(item.script) for item in opening.items),
                duration_s=opening.duration_s,
            )
            for airing_id in ids
        )
    return Rundown(day=day, airings=tuple(airings), published=NOW, calendar_version="v1")


def _report(folder: Path, period: str) -> None:
    files = FolderReader(ROOT).read()
    assert read_plans(ROOT)[0], "the sample station has its plan"
    journal = SqlJournal(f"sqlite:///{folder / 'big.db'}")
    reporter = Reporter(files=files, journal=journal)
    began = time.perf_counter()
    report = reporter.build(parse_period(period), now=NOW)
    took = time.perf_counter() - began
    began = time.perf_counter()
    Covering(files=files, journal=journal).matrix(parse_period(period), now=NOW)
    matrix = time.perf_counter() - began
    journal.close()
    held = report.reconciliation
    assert held.planned == sum(held.counts.values())
    told = f"{report.airings.value:,.0f} airings counted of {held.planned:,} planned"
    print(f"| {period}: {told} | {took:.2f} s, coverage {matrix:.2f} s, peak memory {_peak_mb():.0f} MB |", flush=True)


def _peak_mb() -> float:
    """The most memory this program ever held."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


if __name__ == "__main__":
    main()
