"""The station as its users wait for it: help, checking, planning, a year rehearsed, a start with ten years behind it.

    python -m tests.bench.bench_station [--runs 5] [--rows 1000000] [--folder DIR]

Every number is a child process from its start to its end (the daemon: to READY at the service manager's socket), beside what
one would use instead, measured in the same run. Prints one Markdown table.
"""

import argparse
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from pathlib import Path
from zoneinfo import ZoneInfo

from broadcaster.domain.rundown import Rundown
from broadcaster.wiring.workshop import Workshop
from tests.bench.bench_journal import make_journal, many_airings

ROOT = Path(__file__).parents[2]
PROGRAM = [sys.executable, "-m", "broadcaster.cli.main"]
VN = ZoneInfo("Asia/Ho_Chi_Minh")
SLOTS, STANDING, ZONES = 10_000, 500, 20
DAYS_BEHIND = 400

EAGER = "import apscheduler.schedulers.background, click, gtts, holidays, icalendar, numpy, openpyxl, pydub, sqlalchemy.orm, yaml"
PLAIN_YAML = "import sys, yaml; yaml.safe_load(open(sys.argv[1], encoding='utf-8'))"
CRON_YEAR = """
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo
from apscheduler.triggers.cron import CronTrigger
zone = ZoneInfo("Asia/Ho_Chi_Minh")
end = datetime(2027, 1, 1, tzinfo=zone)
for days, hour, minute in (("tue,thu", "6,17", 5), ("mon,wed,fri", "6", 12), ("1st mon", "17", 12)):
    field = {"day": days} if days.startswith("1st") else {"day_of_week": days}
    trigger = CronTrigger(hour=hour, minute=minute, timezone=zone, **field)
    moment = trigger.get_next_fire_time(None, datetime(2026, 1, 1, tzinfo=zone))
    while moment < end:
        moment = trigger.get_next_fire_time(moment, moment + timedelta(seconds=1))
"""
CRON_JOBS = """
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
scheduler = BackgroundScheduler(timezone="Asia/Ho_Chi_Minh")
for n in range(10_000):
    trigger = CronTrigger(day_of_week=n % 7, hour=5 + n % 16, minute=n % 60, timezone="Asia/Ho_Chi_Minh")
    scheduler.add_job(print, trigger, id=str(n))
scheduler.start()
scheduler.shutdown(wait=False)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Instead:
    """What one would use instead, and how long each run of it took (seconds)."""

    name: str
    seconds: Sequence[float]


def main() -> None:
    """Measure, print, and leave nothing behind."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows in the journal before the daemon's start")
    parser.add_argument("--folder", default=None, help="where the stations go (needs about 2 GB)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as scratch:
        print("| what | median | worst | target | met | instead | its median | ratio |")
        print("|---|---|---|---|---|---|---|---|")
        _help(options.runs * 3)
        _year(Path(scratch) / "mau", options.runs)
        big = Path(scratch) / "lon"
        write_big_station(big)
        _planning(big, options.runs)
        _behind(big, options.rows)
        _start(big, options.runs, options.rows)


def row(what: str, seconds: Sequence[float], target: float, instead: Instead | None = None) -> None:
    """One line of the table; the target is held against the median, the worst stands beside it."""
    median = statistics.median(seconds)
    other = ["", "", ""]
    if instead is not None:
        theirs = statistics.median(instead.seconds)
        other = [instead.name, f"{theirs:.2f} s", f"{median / theirs:.2f}"]
    met = "yes" if median <= target else "NO"
    print(
        f"| {what} | {median:.2f} s | {max(seconds):.2f} s | ≤ {target:g} s | {met} | {' | '.join(other)} |", flush=True
    )


def timed(command: Sequence[str], runs: int) -> list[float]:
    """Seconds of each run of a command, from its start to its end."""
    taken = []
    for _ in range(runs):
        began = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=ROOT)
        taken.append(time.perf_counter() - began)
    return taken


def python(code: str, *words: str) -> list[str]:
    """A plain Python program."""
    return [sys.executable, "-c", code, *words]


def _help(runs: int) -> None:
    instead = Instead(name="a program that imports its libraries at the top", seconds=timed(python(EAGER), runs))
    row("`broadcaster --help`", timed([*PROGRAM, "--help"], runs), 0.25, instead)


def _year(station: Path, runs: int) -> None:
    """The sample station, copied so that its own var/ has no say."""
    for name in ("schedules", "audio_scripts"):
        shutil.copytree(ROOT / name, station / name)
    shutil.copy2(ROOT / "station.toml", station / "station.toml")
    words = [*PROGRAM, "--station", str(station), "rehearse"]
    row("rehearse 2024 (dated rows)", timed([*words, "--from", "2024-01-01", "--to", "2024-12-31"], runs), 2.0)
    instead = Instead(
        name="three APScheduler cron triggers walked through the year", seconds=timed(python(CRON_YEAR), runs)
    )
    row(
        "rehearse 2026 (standing rules)",
        timed([*words, "--from", "2026-01-01", "--to", "2026-12-31"], runs),
        2.0,
        instead,
    )


def write_big_station(station: Path) -> None:
    """10,000 slots: 500 standing rules and 9,500 dated rows for twenty zones, in one YAML file beside the sample's scripts."""
    (station / "schedules").mkdir(parents=True)
    shutil.copytree(ROOT / "audio_scripts", station / "audio_scripts")
    settings = (ROOT / "station.toml").read_text(encoding="utf-8")
    head, _, rest = settings.partition("[[cum_loa]]")
    zones = "".join(f'[[cum_loa]]\nma = "khom-{n}"\nten = "Khóm {n}"\nngo_ra = "file"\n\n' for n in range(1, ZONES + 1))
    others = "".join(re.split(r"(?m)^(?=\[(?!\[))", rest)[1:]).replace('["gtts", "espeak"]', '["espeak"]')
    (station / "station.toml").write_text(head + zones + others, encoding="utf-8")
    scripts = sorted(p.stem for p in (ROOT / "audio_scripts").glob("ht-*.md"))
    lines = ["khung_gio:", *(_standing(n, scripts[n % len(scripts)]) for n in range(STANDING))]
    first = datetime.now(VN).date() - timedelta(days=100)
    lines += ["lich_ngay:", *(_dated(n, scripts[n % len(scripts)], first) for n in range(SLOTS - STANDING))]
    (station / "schedules/lich.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _standing(n: int, script: str) -> str:
    turn = n // ZONES
    days = ("thứ Hai, thứ Tư", "thứ Ba, thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")[turn % 5]
    clock = f"{6 + turn // 5 % 12:02}:{turn // 60 * 5 % 60:02}"
    return f'  - {{ma: k{n}, phat: {script}, thu: [{days}], gio: ["{clock}"], cum_loa: [khom-{n % ZONES + 1}]}}'


def _dated(n: int, script: str, first: date) -> str:
    turn = n // ZONES
    day, part = first + timedelta(days=turn % 250), turn // 250
    return (
        f'  - {{ngay: {day:%d/%m/%Y}, gio: "18:{30 + part * 15:02}", phat: {script}, cum_loa: [khom-{n % ZONES + 1}]}}'
    )


def _planning(station: Path, runs: int) -> None:
    words = [*PROGRAM, "--station", str(station)]
    instead = Instead(
        name="`yaml.safe_load` of the same file, nothing checked",
        seconds=timed(python(PLAIN_YAML, str(station / "schedules/lich.yaml")), runs),
    )
    checks, rundowns = timed([*words, "check"], runs), timed([*words, "rundown"], runs)
    row(f"`check` of {SLOTS:,} slots", checks, 2.0, instead)
    row(f"`rundown` of {SLOTS:,} slots", rundowns, 2.0, instead)
    row("both, one after the other", [a + b for a, b in zip(checks, rundowns, strict=True)], 2.0)


def _behind(station: Path, rows: int) -> None:
    """Ten years of rows, and the published days of the last four hundred."""
    began = time.perf_counter()
    (station / "var").mkdir(exist_ok=True)
    (station / "var/station.db").unlink(missing_ok=True)
    make_journal(station / "var/station.db", many_airings(rows // 2, days=730))
    with Workshop(station) as shop:
        today = shop.now().date()
        airings = shop.planner.airings(today - timedelta(days=DAYS_BEHIND), today - timedelta(days=1))
        for day, found in groupby(airings, key=lambda a: a.planned.date()):
            at = datetime(day.year, day.month, day.day, tzinfo=VN)
            shop.journal.publish(Rundown(day=day, airings=tuple(found), published=at, calendar_version="cũ"))
    size = sum(f.stat().st_size for f in (station / "var").glob("station.db*")) / 1e9
    print(f"{rows:,} rows made in {time.perf_counter() - began:.0f} s, {size:.1f} GB", file=sys.stderr)


def _start(station: Path, runs: int, rows: int) -> None:
    until_ready(station)  # the first start renders the chime and publishes two weeks: told apart, not measured
    instead = Instead(
        name="APScheduler given 10,000 cron jobs, no record at all", seconds=timed(python(CRON_JOBS), runs)
    )
    seconds = [until_ready(station) for _ in range(runs)]
    row(f"start to READY: {SLOTS:,} slots, {rows:,} old rows", seconds, 3.0, instead)


def until_ready(station: Path) -> float:
    """Seconds from the start of `broadcaster run` to READY at the service manager's socket; the station is then stopped."""
    address = str(station / "var/notify")
    Path(address).unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(address)
        manager.settimeout(60)
        began = time.perf_counter()
        process = subprocess.Popen(
            [*PROGRAM, "--station", str(station), "run"],
            env={**os.environ, "NOTIFY_SOCKET": address},
            stdout=subprocess.DEVNULL,
            cwd=ROOT,
        )
        try:
            _await(manager, lambda said: said.startswith("READY=1"))
            return time.perf_counter() - began
        finally:
            process.terminate()
            process.wait(60)


def _await(manager: socket.socket, enough: Callable[[str], bool]) -> None:
    while not enough(manager.recv(4096).decode()):
        pass


if __name__ == "__main__":
    main()
