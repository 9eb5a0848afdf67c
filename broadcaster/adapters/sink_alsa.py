"""Loudspeakers on a sound card without a sound server: ALSA."""

import re
from ctypes import byref, c_long, c_ulong

from broadcaster.adapters.libasound import (
    DISCONNECTED,
    INTERLEAVED,
    PREPARED,
    RUNNING,
    S16_LE,
    SUSPENDED,
    XRUN,
    library,
    open_playback,
    refused,
)
from broadcaster.adapters.preroll import Mark, PrerolledStream
from broadcaster.domain.clips import BYTES_PER_FRAME, SAMPLE_RATE
from broadcaster.domain.settings import Zone
from broadcaster.errors import SinkError
from broadcaster.ports import Clock, Stream

DEFAULT = "default"
_BUFFER_US = 2_000_000
_TIGHT_S = 0.001
_PATIENCE_S = 0.5
_BY_INDEX = re.compile(r":(?:CARD=)?\d+(?:,|$)")


class AlsaDevice:
    """One card (or plugin) opened non-blocking, mono 48 kHz s16le."""

    def __init__(self, name: str, clock: Clock, *, config: str | None = None) -> None:
        self._lib = library()
        self._name = name
        self._clock = clock
        self._handle: int | None = open_playback(name, config)
        self._written = 0
        self._underruns = 0
        self._marked_at = 0.0
        self._opened_at = clock.monotonic()
        self._buffer = self._set_up()

    def _set_up(self) -> int:
        lib = self._lib
        result = lib.snd_pcm_set_params(self._handle, S16_LE, INTERLEAVED, 1, SAMPLE_RATE, 1, _BUFFER_US)
        if result < 0:
            self.close()
            raise SinkError(
                f"Thiết bị âm thanh «{self._name}» không nhận dạng âm thanh của đài.",
                "Dùng tên bắt đầu bằng plughw: hoặc sysdefault: (xem «broadcaster doctor»).",
            )
        buffer, period = c_ulong(), c_ulong()
        lib.snd_pcm_get_params(self._handle, byref(buffer), byref(period))
        return int(buffer.value)

    @property
    def name(self) -> str:
        """ALSA's name of the device."""
        return self._name

    @property
    def written(self) -> int:
        """Frames the device has taken."""
        return self._written

    def _state(self) -> int:
        """The device's state, after mending what can be mended. SinkError when it is gone."""
        lib = self._lib
        if self._handle is None:  # the library would end the whole process
            raise SinkError(f"Thiết bị âm thanh «{self._name}» đã đóng.")
        state = int(lib.snd_pcm_state(self._handle))
        if state == XRUN:
            self._underruns += 1
            self._must(lib.snd_pcm_prepare(self._handle))
            return PREPARED
        if state == SUSPENDED:
            if lib.snd_pcm_resume(self._handle) < 0:
                self._must(lib.snd_pcm_prepare(self._handle))
            return int(lib.snd_pcm_state(self._handle))
        if state == DISCONNECTED:
            raise SinkError(
                f"Thiết bị âm thanh «{self._name}» vừa mất khi đang dùng.", "Kiểm tra dây và nguồn thiết bị."
            )
        return state

    def _must(self, result: int) -> int:
        if result < 0:
            raise refused(self._name, result)
        return result

    def mark(self) -> Mark | None:
        """Where the card is now; None when the reading was disturbed."""
        if self._state() != RUNNING:
            # It runs from the first write on, so a card that does not has let out all it was given.
            wall = self._clock.now().timestamp()
            return Mark(wall=wall, heard=float(self._written), taken=float(self._written), running=False)
        delay = c_long()
        before, tick = self._clock.now().timestamp(), self._clock.monotonic()
        result = self._lib.snd_pcm_delay(self._handle, byref(delay))
        took = self._clock.monotonic() - tick
        if result < 0:
            self._state()
            return None
        # A reading during which the process was put aside is worth nothing, unless there is no better one for long.
        if took > _TIGHT_S and tick - self._marked_at < _PATIENCE_S:
            return None
        self._marked_at = tick
        heard = float(self._written - max(0, delay.value))
        return Mark(wall=before + took / 2, heard=heard, taken=heard)

    def room(self) -> int:
        """Frames the card would take; a device with no clock of its own (ALSA's null) is held to the station's."""
        self._state()
        available = int(self._lib.snd_pcm_avail_update(self._handle))
        if available < 0:
            self._state()
            return 0
        elapsed = (self._clock.monotonic() - self._opened_at) * SAMPLE_RATE
        return min(available, int(elapsed * 1.01) + self._buffer - self._written)

    def write(self, block: bytes) -> None:
        """Give the card frames that follow the last ones, and start it when it is not running."""
        frames = len(block) // BYTES_PER_FRAME
        taken = int(self._lib.snd_pcm_writei(self._handle, block, frames))
        if taken < 0:
            self._state()
            taken = int(self._lib.snd_pcm_writei(self._handle, block, frames))
        self._written += self._must(taken)
        if taken < frames:
            # Room was asked for just before, so a short write is a device that has stopped taking sound.
            raise SinkError(f"Thiết bị âm thanh «{self._name}» không nhận thêm tiếng.", "Rút ra cắm lại thiết bị.")
        if self._lib.snd_pcm_state(self._handle) == PREPARED:
            self._must(self._lib.snd_pcm_start(self._handle))

    def underruns(self) -> int:
        """How often the card ran dry."""
        self._state()
        return self._underruns

    def discard(self) -> None:
        """Silence at once; what the card still held counts as never written."""
        delay = c_long()
        if self._lib.snd_pcm_delay(self._handle, byref(delay)) == 0:
            self._written -= max(0, delay.value)
        self._must(self._lib.snd_pcm_drop(self._handle))
        self._must(self._lib.snd_pcm_prepare(self._handle))

    def close(self) -> None:
        """Let the card go; idempotent."""
        handle, self._handle = self._handle, None
        if handle is not None:
            self._lib.snd_pcm_close(handle)


class AlsaSink:
    """The way to one zone through ALSA; ``config`` is ALSA configuration text used in place of the system's.

    An empty ``zone.device`` means ALSA's ``default``. A card's number changes from one start to the next, so it is refused.
    """

    def __init__(self, zone: Zone, clock: Clock, *, config: str | None = None) -> None:
        self._zone = zone
        self._clock = clock
        self._config = config

    def describe(self) -> str:
        """ALSA's name of the device."""
        return self._zone.device or DEFAULT

    def open(self) -> Stream:
        """Open the card and begin silence. SinkError when it is missing, busy, or named by number."""
        name = self.describe()
        if name.isdigit() or _BY_INDEX.search(name):
            raise SinkError(
                f"Tên thiết bị «{name}» dùng số thứ tự của card, có thể đổi sau mỗi lần khởi động.",
                "Dùng tên cố định như plughw:CARD=PCH,DEV=0; chạy «broadcaster doctor» để xem tên.",
            )
        return PrerolledStream(AlsaDevice(name, self._clock, config=self._config), self._zone, self._clock)
