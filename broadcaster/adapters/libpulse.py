"""The client library of PulseAudio (and of PipeWire in its place) through ctypes, asynchronous, with its own thread.

No Python code is called from the library's thread except for the short answers to questions asked at opening, so a stalled
interpreter cannot stall the sound, and a finished one cannot be called back.
"""

import ctypes
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ctypes import (
    CFUNCTYPE,
    POINTER,
    Structure,
    byref,
    c_char_p,
    c_int,
    c_int64,
    c_long,
    c_size_t,
    c_uint8,
    c_uint32,
    c_uint64,
    c_void_p,
)
from dataclasses import dataclass
from functools import cache
from typing import Any

from broadcaster.domain.clips import SAMPLE_RATE
from broadcaster.errors import SinkError
from broadcaster.ports import Clock

LIBRARY = "libpulse.so.0"
CONTEXT_READY, CONTEXT_FAILED = 4, 5
STREAM_READY, STREAM_FAILED = 2, 3
NO_AUTOSPAWN = 0x1
AUTO_TIMING, DONT_MOVE, ADJUST_LATENCY, EARLY_REQUESTS = 0x8, 0x200, 0x2000, 0x4000
START_UNMUTED, RELATIVE_VOLUME = 0x10000, 0x40000
S16LE = 3
VOLUME_NORM = 0x10000
INVALID_VOLUME = 0xFFFFFFFF
ERR_CONNECTION_REFUSED, ERR_NO_ENTITY = 6, 5
SINK_SUSPENDED = 2
_CHANNELS_MAX = 32
_USEC = 1_000_000

_seconds = getattr(ctypes, "c_time_t", c_long)


class SampleSpec(Structure):
    """pa_sample_spec."""

    _fields_ = (("format", c_int), ("rate", c_uint32), ("channels", c_uint8))


class BufferAttr(Structure):
    """pa_buffer_attr, in bytes."""

    _fields_ = tuple((name, c_uint32) for name in ("maxlength", "tlength", "prebuf", "minreq", "fragsize"))


class ChannelMap(Structure):
    """pa_channel_map."""

    _fields_ = (("channels", c_uint8), ("map", c_int * _CHANNELS_MAX))


class Volume(Structure):
    """pa_cvolume."""

    _fields_ = (("channels", c_uint8), ("values", c_uint32 * _CHANNELS_MAX))


class TimingInfo(Structure):
    """The head of pa_timing_info: a snapshot the server took at ``timestamp`` (this machine's wall clock)."""

    _fields_ = (
        ("seconds", _seconds),
        ("microseconds", c_long),
        ("synchronized_clocks", c_int),
        ("sink_usec", c_uint64),
        ("source_usec", c_uint64),
        ("transport_usec", c_uint64),
        ("playing", c_int),
        ("write_index_corrupt", c_int),
        ("write_index", c_int64),
        ("read_index_corrupt", c_int),
        ("read_index", c_int64),
    )


class ServerInfo(Structure):
    """The head of pa_server_info."""

    _fields_ = (
        ("user_name", c_char_p),
        ("host_name", c_char_p),
        ("server_version", c_char_p),
        ("server_name", c_char_p),
        ("sample_spec", SampleSpec),
        ("default_sink_name", c_char_p),
    )


class SinkInfo(Structure):
    """The head of pa_sink_info."""

    _fields_ = (
        ("name", c_char_p),
        ("index", c_uint32),
        ("description", c_char_p),
        ("sample_spec", SampleSpec),
        ("channel_map", ChannelMap),
        ("owner_module", c_uint32),
        ("volume", Volume),
        ("mute", c_int),
        ("monitor_source", c_uint32),
        ("monitor_source_name", c_char_p),
        ("latency", c_uint64),
        ("driver", c_char_p),
        ("flags", c_int),
        ("proplist", c_void_p),
        ("configured_latency", c_uint64),
        ("base_volume", c_uint32),
        ("state", c_int),
    )


ServerAnswer = CFUNCTYPE(None, c_void_p, POINTER(ServerInfo), c_void_p)
SinkAnswer = CFUNCTYPE(None, c_void_p, POINTER(SinkInfo), c_int, c_void_p)

_PROTOTYPES: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "pa_strerror": (c_char_p, (c_int,)),
    "pa_gettimeofday": (c_void_p, (c_void_p,)),
    "pa_threaded_mainloop_new": (c_void_p, ()),
    "pa_threaded_mainloop_start": (c_int, (c_void_p,)),
    "pa_threaded_mainloop_stop": (None, (c_void_p,)),
    "pa_threaded_mainloop_free": (None, (c_void_p,)),
    "pa_threaded_mainloop_lock": (None, (c_void_p,)),
    "pa_threaded_mainloop_unlock": (None, (c_void_p,)),
    "pa_threaded_mainloop_get_api": (c_void_p, (c_void_p,)),
    "pa_proplist_new": (c_void_p, ()),
    "pa_proplist_sets": (c_int, (c_void_p, c_char_p, c_char_p)),
    "pa_proplist_free": (None, (c_void_p,)),
    "pa_context_new_with_proplist": (c_void_p, (c_void_p, c_char_p, c_void_p)),
    "pa_context_connect": (c_int, (c_void_p, c_char_p, c_int, c_void_p)),
    "pa_context_disconnect": (None, (c_void_p,)),
    "pa_context_unref": (None, (c_void_p,)),
    "pa_context_get_state": (c_int, (c_void_p,)),
    "pa_context_errno": (c_int, (c_void_p,)),
    "pa_context_get_server_info": (c_void_p, (c_void_p, ServerAnswer, c_void_p)),
    "pa_context_get_sink_info_list": (c_void_p, (c_void_p, SinkAnswer, c_void_p)),
    "pa_operation_unref": (None, (c_void_p,)),
    "pa_operation_cancel": (None, (c_void_p,)),
    "pa_stream_new_with_proplist": (c_void_p, (c_void_p, c_char_p, POINTER(SampleSpec), c_void_p, c_void_p)),
    "pa_stream_connect_playback": (c_int, (c_void_p, c_char_p, POINTER(BufferAttr), c_int, POINTER(Volume), c_void_p)),
    "pa_stream_connect_record": (c_int, (c_void_p, c_char_p, POINTER(BufferAttr), c_int)),
    "pa_stream_disconnect": (c_int, (c_void_p,)),
    "pa_stream_unref": (None, (c_void_p,)),
    "pa_stream_get_state": (c_int, (c_void_p,)),
    "pa_stream_get_device_name": (c_char_p, (c_void_p,)),
    "pa_stream_is_suspended": (c_int, (c_void_p,)),
    "pa_stream_writable_size": (c_size_t, (c_void_p,)),
    "pa_stream_write": (c_int, (c_void_p, c_char_p, c_size_t, c_void_p, c_int64, c_int)),
    "pa_stream_flush": (c_void_p, (c_void_p, c_void_p, c_void_p)),
    "pa_stream_update_timing_info": (c_void_p, (c_void_p, c_void_p, c_void_p)),
    "pa_stream_get_timing_info": (POINTER(TimingInfo), (c_void_p,)),
    "pa_stream_get_underflow_index": (c_int64, (c_void_p,)),
    "pa_stream_readable_size": (c_size_t, (c_void_p,)),
    "pa_stream_peek": (c_int, (c_void_p, POINTER(c_void_p), POINTER(c_size_t))),
    "pa_stream_drop": (c_int, (c_void_p,)),
}


@cache
def library() -> Any:
    """The library with its prototypes set. SinkError where it is not installed."""
    try:
        lib = ctypes.CDLL(LIBRARY)
    except OSError:
        raise SinkError(
            f"Máy này chưa có thư viện âm thanh PulseAudio ({LIBRARY}).",
            'Cài gói libpulse0 (Debian, Ubuntu), hoặc trong station.toml đổi sink của cụm loa thành "alsa" hay "file".',
        ) from None
    for name, (result, arguments) in _PROTOTYPES.items():
        function = getattr(lib, name)
        function.restype = result
        function.argtypes = arguments
    return lib


@dataclass(frozen=True, slots=True, kw_only=True)
class PulseSinkInfo:
    """What the server says of one sink; ``volume`` is 1.0 at its reference level."""

    name: str
    description: str
    muted: bool
    volume: float
    suspended: bool


class PulseConnection:
    """One connection to a sound server with its own library thread; every call on it is made under ``locked``."""

    def __init__(self, clock: Clock, *, server: str | None = None, application: str = "broadcaster") -> None:
        self._clock = clock
        self._server = server
        self._application = application
        self.lib = library()
        self._mainloop: int | None = None
        self.context: int | None = None

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the library's lock: its thread does nothing meanwhile. SinkError once closed."""
        mainloop = self._mainloop
        if mainloop is None:  # the library would end the whole process
            raise SinkError("Đường nối với máy chủ âm thanh đã đóng.")
        self.lib.pa_threaded_mainloop_lock(mainloop)
        try:
            yield
        finally:
            self.lib.pa_threaded_mainloop_unlock(mainloop)

    def open(self, timeout_s: float = 5.0) -> None:
        """Connect; never starts a server. SinkError when none answers in time."""
        lib = self.lib
        self._mainloop = lib.pa_threaded_mainloop_new()
        properties = lib.pa_proplist_new()
        lib.pa_proplist_sets(properties, b"application.name", self._application.encode())
        lib.pa_proplist_sets(properties, b"application.id", b"broadcaster")
        self.context = lib.pa_context_new_with_proplist(
            lib.pa_threaded_mainloop_get_api(self._mainloop), self._application.encode(), properties
        )
        lib.pa_proplist_free(properties)
        server = self._server.encode() if self._server else None
        if lib.pa_context_connect(self.context, server, NO_AUTOSPAWN, None) < 0:
            raise self.refused()
        lib.pa_threaded_mainloop_start(self._mainloop)
        self.wait(self._connected, timeout_s, "Máy chủ âm thanh không trả lời.")

    def _connected(self) -> bool:
        state = self.lib.pa_context_get_state(self.context)
        if state >= CONTEXT_FAILED:
            raise self.refused()
        return bool(state == CONTEXT_READY)

    def refused(self) -> SinkError:
        """Why the server cannot be reached, with the way out."""
        reason = self.lib.pa_strerror(self.lib.pa_context_errno(self.context)).decode()
        return SinkError(
            f"Không nối được với máy chủ âm thanh ({reason}).",
            "Kiểm tra PulseAudio hoặc PipeWire có đang chạy dưới đúng tài khoản của đài không (lệnh: pactl info).",
        )

    def check(self) -> None:
        """SinkError when the server has gone. Call under ``locked``."""
        if self.lib.pa_context_get_state(self.context) != CONTEXT_READY:
            raise SinkError("Mất nối với máy chủ âm thanh khi đang dùng.", "Khởi động lại PulseAudio hoặc PipeWire.")

    def wait(self, done: Callable[[], bool], timeout_s: float, failure: str) -> None:
        """Ask ``done`` under the lock until it says yes; SinkError with ``failure`` in time."""
        deadline = self._clock.monotonic() + timeout_s
        while True:
            with self.locked():
                if done():
                    return
            if self._clock.monotonic() > deadline:
                raise SinkError(failure, "Khởi động lại PulseAudio hoặc PipeWire, rồi chạy «broadcaster doctor».")
            self._clock.sleep(0.005)

    def _ask(self, function: str, callback: Any, answered: threading.Event) -> None:
        with self.locked():
            operation = getattr(self.lib, function)(self.context, callback, None)
        if not operation:
            raise self.refused()
        try:
            self.wait(lambda: self._still(answered), 5.0, "Máy chủ âm thanh không trả lời.")
        finally:
            with self.locked():
                # Without this a late answer would call a Python function that is no longer there.
                self.lib.pa_operation_cancel(operation)
                self.lib.pa_operation_unref(operation)

    def _still(self, answered: threading.Event) -> bool:
        self.check()
        return answered.is_set()

    def default_sink(self) -> str:
        """Name of the server's default sink; empty when it has none."""
        found: list[str] = []
        answered = threading.Event()

        def answer(_context: object, info: Any, _data: object) -> None:
            if info:
                found.append((info.contents.default_sink_name or b"").decode("utf-8", "replace"))
            answered.set()

        self._ask("pa_context_get_server_info", ServerAnswer(answer), answered)
        return found[0] if found else ""

    def sinks(self) -> tuple[PulseSinkInfo, ...]:
        """Every sink of the server."""
        found: list[PulseSinkInfo] = []
        answered = threading.Event()

        def answer(_context: object, info: Any, end: int, _data: object) -> None:
            if end or not info:
                answered.set()
            else:
                found.append(_sink_info(info.contents))

        self._ask("pa_context_get_sink_info_list", SinkAnswer(answer), answered)
        return tuple(found)

    def close(self) -> None:
        """Stop the library's thread and free everything; idempotent."""
        lib, mainloop, context = self.lib, self._mainloop, self.context
        self._mainloop = self.context = None
        if mainloop is None:
            return
        lib.pa_threaded_mainloop_lock(mainloop)
        if context:
            lib.pa_context_disconnect(context)
            lib.pa_context_unref(context)
        lib.pa_threaded_mainloop_unlock(mainloop)
        lib.pa_threaded_mainloop_stop(mainloop)
        lib.pa_threaded_mainloop_free(mainloop)


def _sink_info(info: Any) -> PulseSinkInfo:
    channels = max(1, info.volume.channels)
    return PulseSinkInfo(
        name=(info.name or b"").decode("utf-8", "replace"),
        description=(info.description or b"").decode("utf-8", "replace"),
        muted=bool(info.mute),
        volume=sum(info.volume.values[:channels]) / channels / VOLUME_NORM,
        suspended=info.state == SINK_SUSPENDED,
    )


def mono_spec() -> SampleSpec:
    """48 kHz mono s16le."""
    return SampleSpec(S16LE, SAMPLE_RATE, 1)


def server_wall(lib: Any) -> float:
    """The clock the library stamps its timing with: this machine's wall clock, seconds since the epoch."""
    moment = TimingInfo()  # begins with the timeval
    lib.pa_gettimeofday(byref(moment))
    return float(moment.seconds + moment.microseconds / _USEC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """One snapshot: at ``wall`` the device was ``heard`` bytes into a playback stream, or ``captured`` bytes into a recording.

    ``taken`` bytes of a playback stream have left the server's buffer for the device.
    """

    wall: float
    playing: bool
    taken: int
    heard: float
    captured: float
    settled: bool
    write_index: int


def newest_timing(lib: Any, stream: int) -> Timing | None:
    """The newest snapshot the server has sent; None before the first. Call under ``locked``."""
    pointer = lib.pa_stream_get_timing_info(stream)
    if not pointer:
        return None
    info = pointer.contents
    bytes_a_usec = SAMPLE_RATE * 2 / _USEC
    return Timing(
        wall=info.seconds + info.microseconds / _USEC,
        playing=bool(info.playing),
        taken=info.read_index,
        heard=info.read_index - info.sink_usec * bytes_a_usec,
        captured=info.write_index + (info.source_usec - info.sink_usec) * bytes_a_usec,
        settled=not info.write_index_corrupt and not info.read_index_corrupt,
        write_index=info.write_index,
    )


def ask_timing(lib: Any, stream: int) -> None:
    """Ask for a new snapshot; it arrives by itself. Call under ``locked``."""
    operation = lib.pa_stream_update_timing_info(stream, None, None)
    if operation:
        lib.pa_operation_unref(operation)
