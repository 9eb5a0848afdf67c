"""The log screen measured against ten years of rows: every page a person may ask for, through a real console.

Run as ``python -m tests.bench.bench_console_log [--airings N] [--journal FILE] [--folder DIR]``; prints a Markdown table. Times
are of the whole answer over loopback, one person asking; the bar is 100 ms (p95). ``--journal`` measures on one made before.
"""

import argparse
import re
import shutil
import sys
import tempfile
import time
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import quote, urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

from tests.bench import bench_journal
from tests.station_process import StationFolder
from tests.web.console_process import PASSWORD, ConsoleProcess, add_people, running_console

ROUNDS = 40
BAR_MS = 100.0

ASKED = {
    "newest page": "/nhat-ky",
    "one day": "/nhat-ky?tu=10/05/2029&den=10/05/2029",
    "one year": "/nhat-ky?tu=01/01/2029&den=31/12/2029",
    "one topic, all years": f"/nhat-ky?ma={quote('III.1.d')}",
    "one zone, all years": "/nhat-ky?cum=dong-thanh",
    "one result, all years": "/nhat-ky?ket_qua=partial",
    "a result nobody ever had": "/nhat-ky?ket_qua=failed",
    "words, all years": f"/nhat-ky?chu={quote('bai 07')}",
    "words nobody wrote": f"/nhat-ky?chu={quote('không có ở đâu cả')}",
    "partial, one topic, one year": f"/nhat-ky?ket_qua=partial&ma={quote('III.1.d')}&tu=01/01/2029&den=31/12/2029",
    "the rows of a figure, half a year": "/nhat-ky?so=plays.topic.III.1.d&tu=15/12/2028&den=14/06/2029",
    "tests kept and not counted": "/nhat-ky?khong_tinh=test",
    "one row with everything": "/nhat-ky/1000000",
    "a week held against the plan": "/nhat-ky/doi-chieu?dai=tuan&ngay=10/05/2029",
}


def main() -> None:
    """Measure, print, and leave nothing behind."""
    options = _options()
    with tempfile.TemporaryDirectory(dir=options.folder) as scratch:
        folder = StationFolder(Path(scratch) / "tram")
        add_people(folder)
        (folder.root / "var").mkdir(exist_ok=True)
        if options.journal:
            shutil.copyfile(options.journal, folder.root / "var/station.db")
        else:
            bench_journal.make_journal(
                folder.root / "var/station.db", bench_journal.many_airings(options.airings, days=3652)
            )
        with running_console(folder) as console:
            failed = _measure(console)
    sys.exit(1 if failed else 0)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--airings", type=int, default=1_000_000)
    parser.add_argument("--journal", default="", help="a journal made before (SQLite, closed)")
    parser.add_argument("--folder", default=None, help="where the station goes (needs about 6 GB)")
    return parser.parse_args()


def _measure(console: ConsoleProcess) -> list[str]:
    failed: list[str] = []
    browser = _Browser(console)
    began = time.perf_counter()
    browser.get("/nhat-ky?ket_qua=partial")
    print(f"\nThe first look, which learns what kinds of rows there are: {time.perf_counter() - began:.2f} s\n")
    print("| page | p50 | p95 | size |\n|---|---|---|---|")
    for what, address in ASKED.items():
        times, size = _times(browser, address)
        p50, p95 = times[ROUNDS // 2], times[ROUNDS * 95 // 100 - 1]
        failed += [what] if p95 > BAR_MS else []
        print(f"| {what} | {p50:.0f} ms | {p95:.0f} ms | {size / 1024:.0f} KB |", flush=True)
    _deep(browser)
    status = Path(f"/proc/{console.process.pid}/status").read_text(encoding="ascii")
    print(f"\nmost memory the console held: {int(status.split('VmHWM:')[1].split()[0]) / 1024:.0f} MB")
    return failed


class _Browser:
    """One person, logged in."""

    def __init__(self, console: ConsoleProcess) -> None:
        self._url = console.url
        self._opener: OpenerDirector = build_opener(HTTPCookieProcessor(CookieJar()))
        token = re.search(r'name="_csrf" value="([0-9a-f]+)"', self.get("/dang-nhap"))
        assert token
        form = urlencode({"ten": "lan", "mat_khau": PASSWORD, "_csrf": token[1]}).encode()
        self._opener.open(f"{self._url}/dang-nhap", form, timeout=60).close()

    def get(self, address: str) -> str:
        """One page; anything but 200 is an error."""
        with self._opener.open(self._url + address, timeout=60) as answer:
            text: str = answer.read().decode()
            return text


def _times(browser: _Browser, address: str) -> tuple[list[float], int]:
    times, size = [], 0
    for _ in range(ROUNDS):
        began = time.perf_counter()
        size = len(browser.get(address).encode())
        times.append((time.perf_counter() - began) * 1000)
    return sorted(times), size


def _deep(browser: _Browser) -> None:
    """Two hundred pages down, as nobody does; no page may cost more for being deep."""
    address, times = f"/nhat-ky?chu={quote('bai 07')}", []
    for _ in range(200):
        began = time.perf_counter()
        page = browser.get(address)
        times.append((time.perf_counter() - began) * 1000)
        older = re.search(r'href="(/nhat-ky\?[^"]*cu_hon=[^"]*)"', page)
        if older is None:
            break
        address = older[1].replace("&amp;", "&")
    times.sort()
    print(
        f"| {len(times)} pages on end, older and older | {times[len(times) // 2]:.0f} ms | {times[-1]:.0f} ms (worst) | |"
    )


if __name__ == "__main__":
    main()
