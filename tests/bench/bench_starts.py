"""How exactly sound starts at its moment: ours and what one would use instead, in one run.

    python -m tests.bench.bench_starts [--starts 50] [--others 20]

A private PulseAudio with two null sinks; each sink's monitor is recorded by a stream of its own, and the moment of a first
sample comes from that stream's clock, never from the player's own word. Prints one markdown table, in ms of |error|.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import wave
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
from apscheduler.schedulers.background import BackgroundScheduler
from pydub import AudioSegment

from broadcaster.adapters.clock import SystemClock
from broadcaster.adapters.sink_pulse import PulseSink
from broadcaster.domain.calendar import ZoneId
from broadcaster.domain.settings import Zone
from broadcaster.ports import Played, Segment
from tests.sound_server import RATE, ZONE, Recording, Samples, SoundServer, recording

CLOCK = SystemClock(ZONE)
PREROLL_S = 1.2
LENGTH_S = 0.3
SINKS = ("khom1", "khom2")
PLAYER = "ffplay" if shutil.which("ffplay") else "paplay"

Starter = Callable[[datetime], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table; ``errors`` in ms, signed, NaN where the clip was not heard whole."""

    way: str
    load: str
    errors: Sequence[float]
    asked: int
    note: str = ""

    def line(self) -> str:
        """As markdown."""
        sizes = np.abs(np.array([error for error in self.errors if not np.isnan(error)] or [np.nan]))
        p50, p95, p99 = (float(np.percentile(sizes, p)) for p in (50, 95, 99))
        heard = f"{np.count_nonzero(~np.isnan(sizes))} / {self.asked}"
        return f"| {self.way} | {self.load} | {p50:.2f} | {p95:.2f} | {p99:.2f} | {sizes.max():.2f} | {heard} | {self.note} |"


@dataclass(slots=True)
class Bench:
    """What every way shares: the server, one clip for each zone, and the child's environment."""

    server: SoundServer
    folder: Path
    sounds: dict[str, Samples] = field(default_factory=dict)
    paths: dict[str, Path] = field(default_factory=dict)

    def prepare(self) -> None:
        """Noise with no zero in it: found in a recording sample for sample."""
        for seed, sink in enumerate(SINKS):
            samples = np.random.default_rng(seed).integers(1, 12_000, size=round(LENGTH_S * RATE), dtype=np.int16)
            path = self.folder / f"{sink}.wav"
            with wave.open(str(path), "wb") as file:
                file.setnchannels(1)
                file.setsampwidth(2)
                file.setframerate(RATE)
                file.writeframes(samples.tobytes())
            self.sounds[sink], self.paths[sink] = samples, path

    def errors(self, heard: Recording, sink: str, moments: Sequence[datetime]) -> list[float]:
        """ms from each asked moment to the nearest whole hearing of the clip."""
        walls = np.array([heard.wall_of(place) for place in heard.find(self.sounds[sink])])
        found = []
        for moment in moments:
            late = (walls - moment.timestamp()) * 1_000
            near = late[np.abs(late) < 1_000]
            found.append(float(near[np.argmin(np.abs(near))]) if len(near) else float("nan"))
        return found


@contextmanager
def hogs(count: int) -> Iterator[None]:
    """That many processes that only burn a core, and end by themselves if this one is gone."""
    burn = "import os\nparent = os.getppid()\nwhile os.getppid() == parent:\n    sum(range(10_000))"
    children = [subprocess.Popen([sys.executable, "-c", burn]) for _ in range(count)]
    try:
        yield
    finally:
        for child in children:
            child.kill()
            child.wait()


def ours(bench: Bench, starts: int, load: str) -> list[Row]:
    """Both zones at once, each in its own thread with its own stream opened for each airing."""
    results: dict[str, list[Played]] = {sink: [] for sink in SINKS}
    moments: list[datetime] = []

    def speak(sink: str, at: datetime) -> None:
        zone = Zone(id=ZoneId(sink), name=sink, sink="pulse", device=sink)
        stream = PulseSink(zone, CLOCK, server=bench.server.address).open()
        segments = [Segment(path=bench.paths[sink])]
        results[sink].append(stream.play(segments, at=at, stop=threading.Event(), progress=lambda _: None))
        stream.close()

    with recording(bench.server, SINKS[0]) as one, recording(bench.server, SINKS[1]) as two:
        for _ in range(starts):
            at = CLOCK.now() + timedelta(seconds=PREROLL_S)
            moments.append(at)
            threads = [threading.Thread(target=speak, args=(sink, at)) for sink in SINKS]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        time.sleep(0.3)
        heard = {SINKS[0]: one.stop(), SINKS[1]: two.stop()}
    first, second = (bench.errors(heard[sink], sink, moments) for sink in SINKS)
    apart = [a - b for a, b in zip(first, second, strict=True)]
    doubt = max(heard[sink].doubt_s() for sink in SINKS) * 1_000
    claimed = [
        (played.started - at).total_seconds() * 1_000 - error
        for played, at, error in zip(results[SINKS[0]], moments, first, strict=True)
        if played.started is not None
    ]
    gaps = sum(p.gaps for played in results.values() for p in played)
    return [
        Row(way="ours: zone 1", load=load, errors=first, asked=starts, note=f"recorder's own doubt {doubt:.3f} ms"),
        Row(way="ours: zone 2 beside it", load=load, errors=second, asked=starts, note=f"gaps {gaps}"),
        Row(
            way="ours: two zones apart",
            load=load,
            errors=apart,
            asked=starts,
            note=f"1-min load {os.getloadavg()[0]:.1f}",
        ),
        Row(way="ours: the row's `started` against the recording", load=load, errors=claimed, asked=starts),
    ]


def others(bench: Bench, starts: int, load: str, way: str, start: Starter, settle_s: float) -> Row:
    """Any way that is told a moment and returns when it has played."""
    moments: list[datetime] = []
    with recording(bench.server, SINKS[0]) as recorder:
        for _ in range(starts):
            at = CLOCK.now() + timedelta(seconds=settle_s)
            moments.append(at)
            start(at)
        time.sleep(0.3)
        heard = recorder.stop()
    return Row(way=way, load=load, errors=bench.errors(heard, SINKS[0], moments), asked=starts)


def sleep_paplay(bench: Bench) -> Starter:
    """Sleep until the moment, then ``paplay``."""

    def start(at: datetime) -> None:
        CLOCK.sleep((at - CLOCK.now()).total_seconds())
        subprocess.run(["paplay", str(bench.paths[SINKS[0]])], env=bench.server.environment, check=True)

    return start


def scheduler_pydub(bench: Bench, scheduler: BackgroundScheduler) -> Starter:
    """A dated job that loads the file with pydub, exports it to a temporary WAV and starts a player, as pydub.playback does."""
    arguments = ["-nodisp", "-autoexit", "-hide_banner", "-loglevel", "quiet"] if PLAYER == "ffplay" else []

    def start(at: datetime) -> None:
        done = threading.Event()

        def job() -> None:
            sound = AudioSegment.from_file(str(bench.paths[SINKS[0]]), format="wav")
            with tempfile.NamedTemporaryFile("w+b", suffix=".wav") as file:
                sound.export(file.name, "wav")
                subprocess.run([PLAYER, *arguments, file.name], env=bench.server.environment, check=True)
            done.set()

        scheduler.add_job(job, "date", run_date=at, misfire_grace_time=60)
        done.wait(30)

    return start


def main() -> None:
    """Run all and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--starts", type=int, default=50, help="starts of ours, with and without load")
    parser.add_argument("--others", type=int, default=20, help="starts of each other way")
    options = parser.parse_args()
    rows: list[Row] = []
    scheduler = BackgroundScheduler(timezone=ZONE)
    scheduler.start()
    with SoundServer(sinks=SINKS) as server, tempfile.TemporaryDirectory() as folder:
        bench = Bench(server=server, folder=Path(folder))
        bench.prepare()
        for count, load in ((0, "idle"), (2, "two CPU hogs")):
            with hogs(count):
                rows += ours(bench, options.starts, load)
                rows.append(others(bench, options.others, load, "`sleep` + `paplay`", sleep_paplay(bench), 0.4))
                way = f"APScheduler + pydub + `{PLAYER}`"
                rows.append(others(bench, options.others, load, way, scheduler_pydub(bench, scheduler), 0.4))
    scheduler.shutdown()
    print("| way | load | p50 ms | p95 ms | p99 ms | max ms | heard whole | note |")
    print("|---|---|---|---|---|---|---|---|")
    for row in rows:
        print(row.line())
    if PLAYER != "ffplay":
        print(
            "\nNo ffplay here: pydub.playback is stood in for by its own steps (load, export, start a player) with paplay."
        )


if __name__ == "__main__":
    main()
