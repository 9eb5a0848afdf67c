"""The child that looks into an uploaded recording: ``python -m broadcaster.adapters.recording_probe FILE SUFFIX``.

It prints the seconds of sound and ends with 0, or with 1 for what does not decode. A file made to break the decoder breaks
this child alone, and the decoder's memory is never the console's.
"""

import subprocess
import sys
from pathlib import Path

from broadcaster.adapters.voice_child import child_environment

LONGEST_S = 60.0
"""Seconds of real time for one look; an hour of mp3 takes a tenth of one."""


def probed(path: Path, suffix: str) -> float | None:
    """Seconds of sound in a file whose bytes are of that suffix; None when it does not decode in time."""
    command = [sys.executable, "-P", "-m", __name__, str(path), suffix]
    try:
        done = subprocess.run(
            command, env=child_environment(), capture_output=True, text=True, timeout=LONGEST_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return float(done.stdout) if done.returncode == 0 else None


def _seconds(name: str, suffix: str) -> float:
    """By the file's frames; a flac may keep silent about how many there are, so its frames are decoded and counted."""
    import miniaudio  # noqa: PLC0415 - only the child pays for the decoder

    informed = {".mp3": miniaudio.mp3_get_file_info, ".wav": miniaudio.wav_get_file_info}
    stream = miniaudio.stream_file(name, nchannels=1, sample_rate=16_000, frames_to_read=16_000)
    if suffix == ".flac":
        return sum(len(block) for block in stream) / 16_000
    if not len(next(stream, b"")):
        return 0.0
    return float(informed.get(suffix, miniaudio.vorbis_get_file_info)(name).duration)


def main() -> int:
    """One look."""
    import miniaudio  # noqa: PLC0415 - as above

    try:
        print(_seconds(*sys.argv[1:3]))
    except miniaudio.MiniaudioError:
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
