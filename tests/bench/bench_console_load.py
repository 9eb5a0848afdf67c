"""Whether the console can move the start of an airing: nobody at it, 200 requests a second, and its death again and again.

    python -m tests.bench.bench_console_load [--starts 50] [--rate 200]

One run on a private PulseAudio with two null sinks, the console a process of its own over a station folder of its own, as in
life. Starts are measured as in `bench_starts`: by the recorder of the sinks' monitors. Who asks is a further process, with the
lowest claim to the processor: in life it is another machine. Prints one markdown table, in ms of |error|.
"""

import argparse
import http.client
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.bench_console import sign_in
from tests.bench.bench_starts import SINKS, Bench, Row, ours
from tests.sound_server import SoundServer
from tests.station_process import StationFolder
from tests.web.console_process import ConsoleProcess, add_people, running_console

ASKERS = 8
ADDRESSES = (
    "/manh/den",
    "/",
    "/manh/dang-phat",
    "/manh/sap-phat",
    "/static/console.css",
    "/phat-ngay",
    "/dang-nhap",
    "/khong-co",
)
LIVES_S = 2.0
"""How long a console lives between its start and its next death."""


def ask(host: str, cookie: str, rate: float) -> None:
    """Ask until this process is ended, by several connections; the parent reads how many answers came."""
    answered = [0] * ASKERS
    os.nice(19)

    def one(number: int) -> None:
        door = http.client.HTTPConnection(host, timeout=20)
        due = time.monotonic()
        turn = number
        while True:
            due += ASKERS / rate
            time.sleep(max(0.0, due - time.monotonic()))
            try:
                door.request("GET", ADDRESSES[turn % len(ADDRESSES)], headers={"Cookie": cookie})
                door.getresponse().read()
            except (OSError, http.client.HTTPException):
                door.close()
                time.sleep(0.2)
                continue
            answered[number] += 1
            turn += 1

    for number in range(ASKERS):
        threading.Thread(target=one, args=(number,), daemon=True).start()
    sys.stdin.read()
    print(sum(answered), flush=True)


@contextmanager
def crowd(console: ConsoleProcess, rate: float, told: list[str]) -> Iterator[None]:
    """A crowd at the console for the length of a block."""
    cookie = sign_in(console)
    door = http.client.HTTPConnection(console.url.removeprefix("http://"), timeout=20)
    door.request("GET", "/", headers={"Cookie": cookie})
    if door.getresponse().status != http.HTTPStatus.OK:
        raise SystemExit("the crowd is not let in: nothing to measure")
    door.close()
    command = [
        sys.executable,
        "-m",
        "tests.bench.bench_console_load",
        "--ask",
        console.url.removeprefix("http://"),
        "--cookie",
        cookie,
    ]
    with subprocess.Popen(
        [*command, "--rate", str(rate)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        began = time.monotonic()
        try:
            yield
        finally:
            seconds = time.monotonic() - began
            said, _ = child.communicate("", timeout=60)
            told.append(f"{int(said) / seconds:.0f} answers a second")


@contextmanager
def deaths(folder: StationFolder, told: list[str]) -> Iterator[None]:
    """A console that is killed and started again, over and over."""
    ended = threading.Event()
    killed = 0

    def live() -> None:
        nonlocal killed
        while not ended.is_set():
            with running_console(folder) as console:
                ended.wait(LIVES_S)
                console.kill()
                killed += 1

    thread = threading.Thread(target=live)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(60)
        told.append(f"killed {killed} times")


def main() -> None:
    """Run the three in one go and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--starts", type=int, default=50)
    parser.add_argument("--rate", type=float, default=200.0)
    parser.add_argument("--ask", default="", help=argparse.SUPPRESS)
    parser.add_argument("--cookie", default="", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.ask:
        ask(options.ask, options.cookie, options.rate)
        return
    rows: list[Row] = []
    told: list[str] = []
    with SoundServer(sinks=SINKS) as server, tempfile.TemporaryDirectory() as place:
        bench = Bench(server=server, folder=Path(place))
        bench.prepare()
        folder = StationFolder(Path(place) / "tram")
        add_people(folder)
        with running_console(folder) as console:
            rows += ours(bench, options.starts, "a console nobody asks")[:3]
            load = f"{options.rate:.0f} requests a second"
            with crowd(console, options.rate, told):
                rows += ours(bench, options.starts, load)[:3]
        with deaths(folder, told):
            rows += ours(bench, options.starts, "the console killed and started again")[:3]
    print("| way | load | p50 ms | p95 ms | p99 ms | max ms | heard whole | note |")
    print("|---|---|---|---|---|---|---|---|")
    for row in rows:
        print(row.line())
    print(
        f"\nDuring the crowd: {told[0]}. The console was {told[1]}. The bar is that of every start: p50 ≤ 0.5 ms, p99 ≤ 2 ms."
    )


if __name__ == "__main__":
    main()
