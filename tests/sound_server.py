"""A private PulseAudio for tests: its own folder, socket and null sinks, so runs side by side never meet.

The null sinks take back nothing they have rendered (``norewinds``): a rewound monitor would drop or repeat
samples of the recording.

Loaded as a pytest plugin by ``tests/conftest.py``; also used by the bench as plain context managers.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import byref, c_size_t, c_void_p, string_at
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import numpy.typing as npt
import pytest

from broadcaster.adapters.clock import SystemClock
from broadcaster.adapters.libpulse import (
    ADJUST_LATENCY,
    DONT_MOVE,
    STREAM_FAILED,
    STREAM_READY,
    BufferAttr,
    PulseConnection,
    ask_timing,
    mono_spec,
    newest_timing,
)
from broadcaster.errors import SinkError

RATE = 48_000
ZONE = "Asia/Ho_Chi_Minh"
_UNSET = 0xFFFFFFFF

Samples = npt.NDArray[np.int16]


def available() -> bool:
    """Whether a sound server can be started here."""
    return shutil.which("pulseaudio") is not None


class SoundServer:
    """One PulseAudio with its own runtime folder and 48 kHz mono s16 null sinks named ``sinks``; the first is the default."""

    def __init__(
        self, *, sinks: tuple[str, ...] = ("khom1", "khom2"), folder: Path | None = None, rewinds: bool = False
    ) -> None:
        self.sinks = sinks
        self._rewinds = rewinds
        self._made = folder is None
        # A Unix socket's path may hold 107 bytes only: a pytest folder can be longer.
        self.folder = folder or Path(tempfile.mkdtemp(prefix="pa-"))
        self.socket = self.folder / "native"
        self.address = f"unix:{self.socket}"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def _tail(self) -> str:
        return "" if self._rewinds else "norewinds=1"

    @property
    def environment(self) -> dict[str, str]:
        """What a child process (paplay, aplay) needs to reach this server and no other."""
        folder = str(self.folder)
        own = {
            "PULSE_SERVER": self.address,
            "PULSE_RUNTIME_PATH": folder,
            "PULSE_STATE_PATH": folder,
            "PULSE_COOKIE": f"{folder}/cookie",
            "XDG_RUNTIME_DIR": folder,
            "XDG_CONFIG_HOME": folder,
            "HOME": folder,
        }
        gone = {"DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "PULSE_SINK", "PULSE_CLIENTCONFIG"}
        return {k: v for k, v in os.environ.items() if k not in gone} | own

    def start(self) -> None:
        """Start it, or start it again after `kill`, and wait until it answers."""
        self.socket.unlink(missing_ok=True)
        modules = [f"module-native-protocol-unix auth-anonymous=1 socket={self.socket}"]
        modules += [
            f"module-null-sink sink_name={s} format=s16le rate={RATE} channels=1 {self._tail}" for s in self.sinks
        ]
        command = [
            "pulseaudio",
            "-n",
            "--daemonize=no",
            "--use-pid-file=no",
            "--exit-idle-time=1800",
            "--disallow-exit=yes",
        ]
        command += ["--realtime=no", "--high-priority=no", "--log-target=stderr", "--log-level=error"]
        for module in modules:
            command += ["-L", module]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                command, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        self._await_ready()
        if self.sinks:
            self.control("set-default-sink", self.sinks[0])

    def _await_ready(self) -> None:
        deadline = time.monotonic() + 20
        clock = SystemClock(ZONE)
        while True:
            if self._process is None or self._process.poll() is not None:
                raise RuntimeError(f"sound server ended at start: {(self.folder / 'log').read_text()}")
            connection = PulseConnection(clock, server=self.address, application="tests")
            try:
                connection.open(timeout_s=2.0)
                if {info.name for info in connection.sinks()} >= set(self.sinks):
                    return
            except SinkError:
                if time.monotonic() > deadline:
                    raise
            finally:
                connection.close()
            time.sleep(0.02)

    def control(self, *words: str) -> str:
        """``pactl`` on this server."""
        done = subprocess.run(
            ["pactl", *words], env=self.environment, check=True, capture_output=True, text=True, timeout=10
        )
        return done.stdout.strip()

    def kill(self) -> None:
        """End it as a crash would."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait(timeout=10)
            self._process = None

    def freeze(self) -> None:
        """Stop it answering without ending it."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it answer again."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def close(self) -> None:
        """End it and remove its folder."""
        self.kill()
        if self._made:
            shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """What the loudspeakers would have let out; ``marks`` are (frame, wall moment in epoch seconds minus frame/rate)."""

    samples: Samples
    marks: npt.NDArray[np.float64]

    def wall_of(self, frame: int) -> float:
        """When that sample was heard, by the readings of the recorder's clock nearest to it."""
        # The sound server runs on the monotonic clock, which the wall clock drifts from by tens of ppm.
        near = np.argsort(np.abs(self.marks[:, 0] - frame))[:50]
        return float(np.median(self.marks[near, 1])) + frame / RATE

    def doubt_s(self) -> float:
        """How far one reading of the recorder's clock typically lies from its neighbours (95th percentile)."""
        return float(np.percentile(np.abs(np.diff(self.marks[:, 1])), 95))

    def first_sound(self, threshold: int = 0) -> int:
        """Index of the first sample louder than the threshold."""
        loud = np.flatnonzero(np.abs(self.samples.astype(np.int32)) > threshold)
        if not len(loud):
            raise AssertionError("nothing was heard")
        return int(loud[0])

    def find(self, sound: Samples) -> list[int]:
        """Every place where ``sound`` lies in the recording, sample for sample."""
        probe = sound[: min(len(sound), 64)].tobytes()
        haystack, places, at = self.samples.tobytes(), [], -1
        while (at := haystack.find(probe, at + 1)) >= 0:
            if at % 2 == 0 and np.array_equal(self.samples[at // 2 : at // 2 + len(sound)], sound):
                places.append(at // 2)
        return places


class Recorder:
    """Records a sink's monitor with its own stream and that stream's own clock, knowing nothing of any player."""

    def __init__(self, server: str, sink: str) -> None:
        self._connection = PulseConnection(SystemClock(ZONE), server=server, application="recorder")
        self._sink = sink
        self._stream: int | None = None
        self._taken = bytearray()
        self._marks: list[tuple[float, float]] = []
        self._last_wall = 0.0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"record-{sink}", daemon=True)

    def start(self) -> None:
        """Begin; returns once it is recording."""
        self._connection.open()
        lib = self._connection.lib
        with self._connection.locked():
            self._stream = lib.pa_stream_new_with_proplist(
                self._connection.context, b"monitor", byref(mono_spec()), None, None
            )
            attributes = BufferAttr(_UNSET, _UNSET, _UNSET, _UNSET, RATE * 2 // 50)
            lib.pa_stream_connect_record(
                self._stream, f"{self._sink}.monitor".encode(), byref(attributes), ADJUST_LATENCY | DONT_MOVE
            )
        self._connection.wait(self._opened, 5.0, "no recording")
        self._thread.start()

    def _opened(self) -> bool:
        state = self._connection.lib.pa_stream_get_state(self._stream)
        if state >= STREAM_FAILED:
            raise AssertionError(f"cannot record {self._sink}")
        return bool(state == STREAM_READY)

    def _run(self) -> None:
        while not self._done.wait(0.01):
            with self._connection.locked():
                if self._connection.lib.pa_stream_get_state(self._stream) != STREAM_READY:
                    return
                self._take()
                self._look()

    def _take(self) -> None:
        lib, data, size = self._connection.lib, c_void_p(), c_size_t()
        while lib.pa_stream_readable_size(self._stream) > 0:
            lib.pa_stream_peek(self._stream, byref(data), byref(size))
            if size.value == 0:
                return
            self._taken += string_at(data.value, size.value) if data.value else bytes(size.value)
            lib.pa_stream_drop(self._stream)

    def _look(self) -> None:
        assert self._stream is not None
        timing = newest_timing(self._connection.lib, self._stream)
        if timing is not None and timing.settled and timing.wall != self._last_wall:
            self._last_wall = timing.wall
            frame = timing.captured / 2
            self._marks.append((frame, timing.wall - frame / RATE))
        ask_timing(self._connection.lib, self._stream)

    def close(self) -> None:
        """End; idempotent."""
        self._done.set()
        if self._thread.is_alive():
            self._thread.join()
        if self._stream is not None:
            with self._connection.locked():
                self._connection.lib.pa_stream_disconnect(self._stream)
                self._connection.lib.pa_stream_unref(self._stream)
            self._stream = None
        self._connection.close()

    def stop(self) -> Recording:
        """End and give what was recorded."""
        self.close()
        if not self._marks:
            raise AssertionError(f"nothing recorded from {self._sink}")
        samples = np.frombuffer(bytes(self._taken[: len(self._taken) // 2 * 2]), dtype=np.int16)
        return Recording(samples=samples, marks=np.array(self._marks))


@contextmanager
def recording(server: SoundServer, sink: str) -> Iterator[Recorder]:
    """A recorder that is stopped whatever happens; the caller calls `Recorder.stop` for the result."""
    recorder = Recorder(server.address, sink)
    try:
        recorder.start()
        yield recorder
    finally:
        recorder.close()


@pytest.fixture(scope="session")
def sound_server() -> Iterator[SoundServer]:
    """The session's private server with sinks ``khom1`` and ``khom2``; do not kill this one."""
    if not available():
        pytest.skip("PulseAudio is not installed")
    with SoundServer() as server:
        yield server


@pytest.fixture
def own_sound_server() -> Iterator[SoundServer]:
    """A server of this test alone, to be killed, frozen and started again."""
    if not available():
        pytest.skip("PulseAudio is not installed")
    with SoundServer() as server:
        yield server
