"""Seconds and memory that mastering takes, ours beside the plain pydub way, in one run: `python -m tests.bench.bench_mastering`.

Each line is a process of its own, so that peak memory is that line's alone.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

SHORT_MINUTES, LONG_MINUTES = 3, 60
_USAGE = 3


def _spoken(minutes: float) -> list[tuple[bytes, int]]:
    """Utterances of the offline voice, repeated until they fill the time."""
    from broadcaster.adapters.samples import speech_seconds  # noqa: PLC0415 - only the measured process pays
    from broadcaster.adapters.voice_espeak import EspeakVoice  # noqa: PLC0415

    voice = EspeakVoice()
    words = (
        "kính mời bà con nhân dân trong phường đến trung tâm phục vụ hành chính công",
        "ủy ban nhân dân phường thông báo lịch tiếp công dân tháng ba năm nay",
    )
    sounds = [voice.synthesize(w, rate=195, language="vi") for w in words]
    voice.close()
    length = sum(speech_seconds(s) + 0.4 for s in sounds)
    return [(s.frames, s.rate) for s in sounds] * round(minutes * 60 / length)


def ours_short(folder: Path) -> None:
    """Join, level, measure, write a short item."""
    from broadcaster.adapters.mastering import PydubMastering  # noqa: PLC0415
    from broadcaster.domain.clips import Pcm  # noqa: PLC0415
    from broadcaster.domain.settings import MasteringSettings  # noqa: PLC0415

    parts = [(Pcm(rate=rate, frames=frames), 0.4) for frames, rate in _spoken(SHORT_MINUTES)]
    _timed(lambda: PydubMastering(MasteringSettings()).master(parts, folder / "out.wav"))


def pydub_short(folder: Path) -> None:
    """The plain way: append, resample and normalise by pydub; neither loudness nor true peak is looked at."""
    from broadcaster.adapters import mastering  # noqa: F401, PLC0415 - quiets what pydub says as it loads

    from pydub import AudioSegment, effects  # noqa: PLC0415  # isort: skip

    parts = _spoken(SHORT_MINUTES)

    def plain() -> None:
        whole = AudioSegment.empty()
        for frames, rate in parts:
            whole += AudioSegment(data=frames, sample_width=2, frame_rate=rate, channels=1)
            whole += AudioSegment.silent(400, frame_rate=rate)
        effects.normalize(whole.set_frame_rate(48_000), headroom=1.0).export(folder / "out.wav", format="wav")

    _timed(plain)


def ours_long(folder: Path) -> None:
    """Stream an hour."""
    from broadcaster.adapters.mastering import PydubMastering  # noqa: PLC0415
    from broadcaster.domain.settings import MasteringSettings  # noqa: PLC0415

    _timed(lambda: PydubMastering(MasteringSettings()).master_recording(folder / "hour.wav", folder / "out.wav"))


def pydub_long(folder: Path) -> None:
    """Load an hour whole, normalise, write."""
    from broadcaster.adapters import mastering  # noqa: F401, PLC0415 - quiets what pydub says as it loads

    from pydub import AudioSegment, effects  # noqa: PLC0415  # isort: skip

    def plain() -> None:
        whole = AudioSegment.from_wav(folder / "hour.wav").set_frame_rate(48_000)
        effects.normalize(whole, headroom=1.0).export(folder / "out.wav", format="wav")

    _timed(plain)


def _timed(work: Callable[[], object]) -> None:
    import re  # noqa: PLC0415

    start, start_cpu = time.perf_counter(), time.process_time()
    work()
    taken, busy = time.perf_counter() - start, time.process_time() - start_cpu
    high_water = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text(encoding="ascii"))
    print(json.dumps([taken, busy, int(high_water.group(1)) / 1024 if high_water else 0]))


def _write_hour(path: Path) -> None:
    """The short item's speech over and over, as it comes from the voice."""
    import wave  # noqa: PLC0415

    minute = _spoken(1)
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, minute[0][1], 0, "NONE", "not compressed"))
        for _ in range(LONG_MINUTES):
            for frames, rate in minute:
                file.writeframes(frames + bytes(2 * (rate * 4 // 10)))


def _measured(path: Path) -> str:
    import wave  # noqa: PLC0415

    import numpy as np  # noqa: PLC0415

    from broadcaster.adapters.loudness import Meter  # noqa: PLC0415

    meter = Meter()
    with wave.open(str(path), "rb") as file:
        while block := file.readframes(1 << 17):
            meter.add(np.frombuffer(block, dtype="<i2"))
    return f"{meter.lufs:.1f} | {meter.dbtp:.1f}"


def main() -> None:
    """Print a table in Markdown."""
    print("| way | s per minute of sound | of it processor | peak MB | LUFS | dBTP |\n|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _write_hour(folder / "hour.wav")
        for way, minutes in (("ours_short", SHORT_MINUTES), ("pydub_short", SHORT_MINUTES), ("ours_long", LONG_MINUTES),
                             ("pydub_long", LONG_MINUTES)):  # fmt: skip
            command = [sys.executable, "-m", "tests.bench.bench_mastering", way, str(folder)]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            taken, busy, peak = json.loads(done.stdout.splitlines()[-1])
            label = f"{way.split('_')[0]}, {minutes} min"
            print(
                f"| {label} | {taken / minutes:.3f} | {busy / minutes:.3f} | {peak:.0f} | {_measured(folder / 'out.wav')} |",
                flush=True,
            )


if __name__ == "__main__":
    if len(sys.argv) == _USAGE:
        globals()[sys.argv[1]](Path(sys.argv[2]))
    else:
        main()
