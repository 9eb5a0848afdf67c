"""Memory while playing: a 60-minute programme against a 1-minute one, each in a fresh process.

    python -m tests.bench.bench_memory [--minutes 60] [--real-minutes 1]

Two measurements, stated apart: the whole programme through the file sink on a clock that moves itself (faster than real time,
the same reader, levels and loop of blocks), and a stretch of a 60-minute file in real time through a private PulseAudio.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from broadcaster.adapters.clock import SystemClock
from broadcaster.adapters.rehearsal_sink import RehearsalClock
from broadcaster.adapters.sink_file import FileSink
from broadcaster.adapters.sink_pulse import PulseSink
from broadcaster.adapters.wav_file import header
from broadcaster.domain.calendar import ZoneId
from broadcaster.domain.clips import SAMPLE_RATE
from broadcaster.domain.settings import Zone
from broadcaster.ports import Played, Progress, Segment
from tests.sound_server import ZONE, SoundServer, available


def write_programme(path: Path, minutes: float) -> Path:
    """A WAV of noise, written second by second."""
    seconds = round(minutes * 60)
    generator = np.random.default_rng(1)
    with path.open("wb") as file:
        file.write(header(seconds * SAMPLE_RATE))
        for _ in range(seconds):
            file.write(generator.integers(-9_000, 9_000, size=SAMPLE_RATE, dtype=np.int16).tobytes())
    return path


def resident_mb() -> float:
    """Resident memory of this process now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


class Sampler:
    """Resident memory after every second of sound."""

    def __init__(self) -> None:
        self.samples: list[float] = []
        self._second = -1

    def __call__(self, progress: Progress) -> None:
        if int(progress.played_s) != self._second:
            self._second = int(progress.played_s)
            self.samples.append(resident_mb())


def told(played: Played, sampler: Sampler, wall_s: float) -> None:
    """One JSON line for the parent."""
    steady = sampler.samples[min(5, len(sampler.samples) - 1) :]
    print(json.dumps({
        "played_s": played.frames / SAMPLE_RATE, "complete": played.complete, "gaps": played.gaps, "error": played.error,
        "early_mb": steady[0], "peak_mb": max(sampler.samples), "last_mb": steady[-1], "wall_s": wall_s,
    }))  # fmt: skip


def child_file(path: Path, folder: Path) -> None:
    """Play the whole file into a file on a clock that moves itself."""
    clock = RehearsalClock(datetime(2024, 3, 5, 6, 5, tzinfo=UTC))
    zone = Zone(id=ZoneId("khom-1"), name="Khóm 1", sink="file", gain_db=-3.0)
    sampler, begun = Sampler(), time.monotonic()
    stream = FileSink(zone, clock, folder).open()
    played = stream.play([Segment(path=path)], at=clock.now(), stop=threading.Event(), progress=sampler)
    told(played, sampler, time.monotonic() - begun)


def child_pulse(path: Path, server: str, seconds: float) -> None:
    """Play the file in real time and stop after ``seconds`` of wall time (zero: never)."""
    clock = SystemClock(ZONE)
    zone = Zone(id=ZoneId("khom-1"), name="Khóm 1", sink="pulse", device="khom1", gain_db=-3.0)
    stop = threading.Event()
    timer = threading.Timer(seconds, stop.set)
    if seconds:
        timer.start()
    sampler, begun = Sampler(), time.monotonic()
    stream = PulseSink(zone, clock, server=server).open()
    at = clock.now() + timedelta(seconds=1.2)
    played = stream.play([Segment(path=path)], at=at, stop=stop, progress=sampler)
    stream.close()
    timer.cancel()
    told(played, sampler, time.monotonic() - begun)


def measured(*arguments: str) -> dict[str, float]:
    """What a fresh process of this script says."""
    command = [sys.executable, "-m", "tests.bench.bench_memory", *arguments]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    answer: dict[str, float] = json.loads(done.stdout)
    return answer


def table(name: str, rows: list[tuple[str, dict[str, float]]]) -> None:
    """One markdown table; the ratio is of peaks, against the first row."""
    print(
        f"\n{name}\n\n| played | sound s | wall s | MB after 5 s | peak MB | MB at the end | ratio | complete | gaps |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    for title, r in rows:
        ratio = r["peak_mb"] / rows[0][1]["peak_mb"]
        print(
            f"| {title} | {r['played_s']:.1f} | {r['wall_s']:.1f} | {r['early_mb']:.1f} | {r['peak_mb']:.1f} "
            f"| {r['last_mb']:.1f} | {ratio:.2f} | {bool(r['complete'])} | {r['gaps']:.0f} |"
        )


def run(minutes: float, real_minutes: float) -> None:
    """Both measurements."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        short, long = write_programme(folder / "1.wav", 1), write_programme(folder / "long.wav", minutes)

        def through_file(path: Path) -> dict[str, float]:
            return measured("--child-file", str(path), "--folder", str(folder / "ra"))

        rows = [("1 min", through_file(short)), (f"{minutes:g} min", through_file(long))]
        table("File sink, faster than real time, whole programme:", rows)
        if not available():
            print("\nPulseAudio is not installed: nothing was measured in real time.")
            return
        with SoundServer() as server:

            def through_pulse(path: Path, seconds: float) -> dict[str, float]:
                return measured("--child-pulse", str(path), "--server", server.address, "--seconds", str(seconds))

            stretch = "whole" if real_minutes >= minutes else f"stopped after {real_minutes:g} min"
            limit = 0.0 if real_minutes >= minutes else real_minutes * 60
            rows = [
                ("1 min, whole", through_pulse(short, 0)),
                (f"{minutes:g} min, {stretch}", through_pulse(long, limit)),
            ]
            table("PulseAudio, real time:", rows)


def main() -> None:
    """The parent's table, or one child's measurement."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--minutes", type=float, default=60, help="length of the long programme")
    parser.add_argument("--real-minutes", type=float, default=1, help="how much of it is played in real time")
    for hidden in ("--child-file", "--child-pulse", "--folder", "--server", "--seconds"):
        parser.add_argument(hidden, help=argparse.SUPPRESS)
    options = parser.parse_args()
    children: dict[str, Callable[[], None]] = {
        "child_file": lambda: child_file(Path(options.child_file), Path(options.folder)),
        "child_pulse": lambda: child_pulse(Path(options.child_pulse), options.server, float(options.seconds)),
    }
    for name, child in children.items():
        if getattr(options, name):
            child()
            return
    run(options.minutes, options.real_minutes)


if __name__ == "__main__":
    main()
