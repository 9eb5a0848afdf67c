"""Sound written to files in place of loudspeakers."""

import os
import signal
import subprocess
import sys
import threading
import wave
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from broadcaster.adapters.rehearsal_sink import RehearsalClock
from broadcaster.adapters.sink_file import FileSink
from broadcaster.adapters.wav_file import header, read_shape
from broadcaster.domain.calendar import ZoneId
from broadcaster.domain.settings import Zone
from broadcaster.errors import SinkError
from broadcaster.ports import Segment

AT = datetime(2024, 3, 5, 6, 5, tzinfo=UTC)
RATE = 48_000


def zone(zone_id: str = "khom-1") -> Zone:
    return Zone(id=ZoneId(zone_id), name="Khóm 1", sink="file")


def sound(path: Path, seconds: float) -> Path:
    samples = np.random.default_rng(3).integers(-9_000, 9_000, size=round(seconds * RATE), dtype=np.int16)
    path.write_bytes(header(len(samples)) + samples.tobytes())
    return path


def test_file_holds_every_sample_and_is_named_by_moment_and_zone(tmp_path: Path) -> None:
    source = sound(tmp_path / "a.wav", 2.5)
    clock = RehearsalClock(AT - timedelta(seconds=3))
    stream = FileSink(zone(), clock, tmp_path / "ra").open()
    played = stream.play([Segment(path=source)], at=AT, stop=threading.Event(), progress=lambda _: None)
    written = tmp_path / "ra" / "2024-03-05T06-05-00+0000_khom-1.wav"
    assert played.device == f"file:{written.name}"
    assert (played.started, played.ended) == (AT, AT + timedelta(seconds=2.5))
    assert (clock.now() - AT).total_seconds() == pytest.approx(2.5, abs=1e-4)
    with wave.open(str(written), "rb") as ours, wave.open(str(source), "rb") as theirs:
        assert ours.readframes(10**9) == theirs.readframes(10**9)


def test_second_file_of_the_same_moment_never_replaces_the_first(tmp_path: Path) -> None:
    for _ in range(3):
        stream = FileSink(zone(), RehearsalClock(AT), tmp_path).open()
        assert stream.play([Segment(seconds=0.1)], at=AT, stop=threading.Event(), progress=lambda _: None).complete
    assert len(list(tmp_path.glob("*.wav"))) == 3


def test_name_of_a_zone_cannot_leave_the_folder(tmp_path: Path) -> None:
    stream = FileSink(zone("../../khóm 1"), RehearsalClock(AT), tmp_path / "ra").open()
    assert stream.play([Segment(seconds=0.1)], at=AT, stop=threading.Event(), progress=lambda _: None).complete
    assert [p.name for p in (tmp_path / "ra").iterdir()] == ["2024-03-05T06-05-00+0000_-khóm-1.wav"]


CHILD = """
import sys, threading
from pathlib import Path
from broadcaster.adapters.clock import SystemClock
from broadcaster.adapters.sink_file import FileSink
from broadcaster.domain.calendar import ZoneId
from broadcaster.domain.settings import Zone
from broadcaster.ports import Segment
clock = SystemClock("Asia/Ho_Chi_Minh")
stream = FileSink(Zone(id=ZoneId("khom-1"), name="Khóm 1"), clock, Path(sys.argv[2])).open()
def tell(progress):
    if progress.played_s >= 1.2:
        print("heard", flush=True)
stream.play([Segment(path=Path(sys.argv[1]))], at=clock.now(), stop=threading.Event(), progress=tell)
"""


def test_file_cut_off_by_a_crash_is_a_valid_wav(tmp_path: Path) -> None:
    source = sound(tmp_path / "a.wav", 30.0)
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(source), str(tmp_path / "ra")], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    with child.stdout:
        child.stdout.readline()
        child.send_signal(signal.SIGKILL)
        child.wait(timeout=10)
    (written,) = (tmp_path / "ra").iterdir()
    frames = read_shape(written).frames
    assert RATE <= frames < 30 * RATE
    with wave.open(str(written), "rb") as ours, wave.open(str(source), "rb") as theirs:
        assert ours.readframes(frames) == theirs.readframes(frames)


FULL = """
import json, resource, signal, sys, threading
from datetime import UTC, datetime
from pathlib import Path
from broadcaster.adapters.rehearsal_sink import RehearsalClock
from broadcaster.adapters.sink_file import FileSink
from broadcaster.domain.calendar import ZoneId
from broadcaster.domain.settings import Zone
from broadcaster.ports import Segment
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
clock = RehearsalClock(datetime(2024, 3, 5, tzinfo=UTC))
stream = FileSink(Zone(id=ZoneId("khom-1"), name="Khóm 1"), clock, Path(sys.argv[2])).open()
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
played = stream.play([Segment(path=Path(sys.argv[1]))], at=clock.now(), stop=threading.Event(), progress=lambda _: None)
print(json.dumps([played.complete, played.frames, played.error]))
"""


def test_disk_that_takes_no_more_is_told_with_what_was_written(tmp_path: Path) -> None:
    source = sound(tmp_path / "a.wav", 30.0)
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(source), str(tmp_path / "ra")], check=True, capture_output=True, text=True
    )
    assert done.stdout.startswith("[false, ")
    assert "Kh\\u00f4ng ghi \\u0111\\u01b0\\u1ee3c" in done.stdout
    assert 0 < int(done.stdout.split(",")[1]) <= 100_000


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_folder_that_may_not_be_written_is_a_sink_error(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(SinkError):
        FileSink(zone(), RehearsalClock(AT), tmp_path).open()
