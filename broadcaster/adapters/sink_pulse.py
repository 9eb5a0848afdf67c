"""Loudspeakers behind a sound server: PulseAudio, or PipeWire speaking its protocol."""

from ctypes import byref

from broadcaster.adapters.libpulse import (
    AUTO_TIMING,
    DONT_MOVE,
    EARLY_REQUESTS,
    RELATIVE_VOLUME,
    START_UNMUTED,
    STREAM_FAILED,
    STREAM_READY,
    VOLUME_NORM,
    BufferAttr,
    PulseConnection,
    PulseSinkInfo,
    Volume,
    ask_timing,
    mono_spec,
    newest_timing,
    server_wall,
)
from broadcaster.adapters.preroll import Mark, PrerolledStream
from broadcaster.domain.clips import BYTES_PER_FRAME, SAMPLE_RATE
from broadcaster.domain.settings import Zone
from broadcaster.errors import SinkError
from broadcaster.ports import Clock, Stream

DUMMY_SINK = "auto_null"
"""What a sound server makes up when there is no sound card: sound sent there is heard by nobody."""

_SECOND_BYTES = SAMPLE_RATE * BYTES_PER_FRAME
_BUFFER_BYTES = 2 * _SECOND_BYTES
_PREBUF_BYTES = _SECOND_BYTES // 50
_DEVICE_BYTES = _SECOND_BYTES // 10
"""With early requests this is the device's own latency, 100 ms: short enough that a stop is heard in time on any card."""

_UNSET = 0xFFFFFFFF
_SKEW_S = 0.05
_NO_ROOM = 2**63


class PulseDevice:
    """One playback stream on one named sink; the server may never move it to other loudspeakers."""

    def __init__(self, connection: PulseConnection, sink: str, title: str, clock: Clock) -> None:
        self._connection = connection
        self._lib = connection.lib
        self._sink = sink
        self._title = title
        self._clock = clock
        self._stream: int | None = None
        self._written = 0
        self._last_wall = 0.0
        self._underflow_at = -1
        self._underruns = 0
        self._unsettled = False

    @property
    def name(self) -> str:
        """The sink's stable name."""
        return self._sink

    @property
    def written(self) -> int:
        """Frames given to the server."""
        return self._written

    def connect(self) -> None:
        """Open the stream. SinkError when the server refuses it."""
        lib, connection = self._lib, self._connection
        with connection.locked():
            properties = lib.pa_proplist_new()
            lib.pa_proplist_sets(properties, b"media.name", self._title.encode())
            # Not `music`, `video` or `event`: desktops silence or duck those when a call or a notification comes.
            lib.pa_proplist_sets(properties, b"media.role", b"production")
            self._stream = lib.pa_stream_new_with_proplist(
                connection.context, self._title.encode(), byref(mono_spec()), None, properties
            )
            lib.pa_proplist_free(properties)
            # A small prebuf makes the server pause on running dry and resume where it stopped: words are never skipped.
            attributes = BufferAttr(_UNSET, _BUFFER_BYTES, _PREBUF_BYTES, _DEVICE_BYTES, _UNSET)
            # A remembered volume or mute of an earlier stream must not be applied to this one.
            volume = Volume(1)
            volume.values[0] = VOLUME_NORM
            flags = AUTO_TIMING | EARLY_REQUESTS | DONT_MOVE | START_UNMUTED | RELATIVE_VOLUME
            result = lib.pa_stream_connect_playback(
                self._stream, self._sink.encode(), byref(attributes), flags, byref(volume), None
            )
        if result < 0:
            raise connection.refused()
        connection.wait(self._opened, 5.0, f"Máy chủ âm thanh không mở được đường ra loa {self._sink}.")

    def _opened(self) -> bool:
        self._connection.check()
        state = self._lib.pa_stream_get_state(self._stream)
        if state >= STREAM_FAILED:
            raise missing(self._sink)
        return bool(state == STREAM_READY)

    def _check(self) -> None:
        self._connection.check()
        if self._lib.pa_stream_get_state(self._stream) != STREAM_READY:
            raise SinkError(f"Loa {self._sink} vừa mất khi đang dùng.", "Kiểm tra dây và nguồn của thiết bị âm thanh.")
        actual = (self._lib.pa_stream_get_device_name(self._stream) or b"").decode("utf-8", "replace")
        if actual != self._sink:
            raise SinkError(f"Âm thanh bị chuyển từ loa {self._sink} sang {actual}.", "Chuyển lại rồi phát lại.")

    def mark(self) -> Mark | None:
        """The newest snapshot of the server, if it is new."""
        with self._connection.locked():
            self._check()
            timing = newest_timing(self._lib, self._stream or 0)
            ask_timing(self._lib, self._stream or 0)
            suspended = self._lib.pa_stream_is_suspended(self._stream) == 1
            skew = self._clock.now().timestamp() - server_wall(self._lib)
        if timing is None or timing.wall == self._last_wall or not timing.settled:
            return None
        self._last_wall = timing.wall
        if self._unsettled:
            self._written = timing.write_index // BYTES_PER_FRAME
            self._unsettled = False
        # The station's clock is the machine's own, save where a rehearsal in real time is given another date.
        wall = timing.wall + (skew if abs(skew) > _SKEW_S else 0.0)
        return Mark(
            wall=wall,
            heard=timing.heard / BYTES_PER_FRAME,
            taken=timing.taken / BYTES_PER_FRAME,
            running=timing.playing and not suspended,
        )

    def room(self) -> int:
        """Frames the server has asked for and not been given."""
        if self._unsettled:
            return 0
        with self._connection.locked():
            self._check()
            size = int(self._lib.pa_stream_writable_size(self._stream))
        return 0 if size > _NO_ROOM else size // BYTES_PER_FRAME

    def write(self, block: bytes) -> None:
        """Give the server frames that follow the last ones."""
        with self._connection.locked():
            self._check()
            if self._lib.pa_stream_write(self._stream, block, len(block), None, 0, 0) < 0:
                raise self._connection.refused()
        self._written += len(block) // BYTES_PER_FRAME

    def underruns(self) -> int:
        """How often the server said that it ran dry."""
        with self._connection.locked():
            self._check()
            index = int(self._lib.pa_stream_get_underflow_index(self._stream))
        if index != self._underflow_at:
            self._underflow_at = index
            self._underruns += 1
        return self._underruns

    def discard(self) -> None:
        """Take back what the server holds; what is written next follows the last frame heard."""
        with self._connection.locked():
            self._check()
            operation = self._lib.pa_stream_flush(self._stream, None, None)
            if operation:
                self._lib.pa_operation_unref(operation)
            ask_timing(self._lib, self._stream or 0)
        self._unsettled = True

    def close(self) -> None:
        """Close the stream and its connection; idempotent."""
        stream, self._stream = self._stream, None
        if stream is not None:
            with self._connection.locked():
                self._lib.pa_stream_disconnect(stream)
                self._lib.pa_stream_unref(stream)
        self._connection.close()


def missing(sink: str) -> SinkError:
    """The named sink is not there now."""
    return SinkError(
        f"Không thấy loa «{sink}» trên máy chủ âm thanh.",
        "Cắm lại thiết bị, hoặc chạy «broadcaster doctor» để xem tên loa đúng rồi sửa device trong station.toml.",
    )


class PulseSink:
    """The way to one zone through a sound server; ``server`` is its address, None for the session's own.

    An empty ``zone.device`` means the server's default sink, looked up at every opening.
    """

    def __init__(self, zone: Zone, clock: Clock, *, server: str | None = None) -> None:
        self._zone = zone
        self._clock = clock
        self._server = server

    def describe(self) -> str:
        """The sink's stable name; ``pulse`` for the default one."""
        return self._zone.device or "pulse"

    def open(self) -> Stream:
        """Connect and begin silence. SinkError when there is no server, no such sink, or only the dummy one."""
        if self._zone.device.isdigit():
            raise SinkError(
                f"Tên loa «{self._zone.device}» là số thứ tự, có thể đổi sau mỗi lần khởi động.",
                "Chạy «broadcaster doctor» để lấy tên cố định của loa.",
            )
        connection = PulseConnection(self._clock, server=self._server)
        device: PulseDevice | None = None
        try:
            connection.open()
            sink = self._zone.device or connection.default_sink()
            if sink in {"", DUMMY_SINK}:
                raise SinkError(
                    "Máy chủ âm thanh không có loa nào (chỉ có đường ra giả).", "Cắm thiết bị âm thanh rồi thử lại."
                )
            if sink not in {info.name for info in connection.sinks()}:
                raise missing(sink)
            device = PulseDevice(connection, sink, self._zone.name or str(self._zone.id), self._clock)
            device.connect()
        except BaseException:
            (device or connection).close()
            raise
        return PrerolledStream(device, self._zone, self._clock)


def server_sinks(clock: Clock, *, server: str | None = None) -> tuple[tuple[PulseSinkInfo, ...], str]:
    """Every sink of the server and the name of its default one. SinkError when no server answers."""
    connection = PulseConnection(clock, server=server)
    try:
        connection.open(timeout_s=2.0)
        return connection.sinks(), connection.default_sink()
    finally:
        connection.close()
