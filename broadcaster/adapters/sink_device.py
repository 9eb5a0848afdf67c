"""Choosing the way out by itself (``sink = "auto"``), and naming every way there is for ``doctor``."""

from dataclasses import dataclass
from pathlib import Path

from broadcaster.adapters.libasound import has_card, playback_names
from broadcaster.adapters.sink_alsa import AlsaSink
from broadcaster.adapters.sink_file import FileSink
from broadcaster.adapters.sink_pulse import DUMMY_SINK, PulseSink, server_sinks
from broadcaster.domain.settings import Zone
from broadcaster.errors import SinkError
from broadcaster.ports import Clock, Sink, Stream

_STABLE_PREFIXES = ("default", "sysdefault:CARD=", "plughw:CARD=")


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundDevice:
    """One way out of this machine: the ``sink`` and ``device`` to write in station.toml, and what may keep it silent.

    ``muted`` and ``volume`` (1.0 is full) are the sound server's own; None where nobody can say.
    """

    sink: str
    device: str
    description: str
    default: bool = False
    muted: bool | None = None
    volume: float | None = None


def sound_devices(clock: Clock, *, server: str | None = None) -> tuple[SoundDevice, ...]:
    """Every loudspeaker way by stable name: those of the sound server first, then ALSA's; never raises."""
    return (*_pulse_devices(clock, server), *_alsa_devices())


def _pulse_devices(clock: Clock, server: str | None) -> tuple[SoundDevice, ...]:
    try:
        sinks, default = server_sinks(clock, server=server)
    except SinkError:
        return ()
    return tuple(
        SoundDevice(
            sink="pulse",
            device=info.name,
            description=info.description,
            default=info.name == default,
            muted=info.muted,
            volume=info.volume,
        )
        for info in sinks
        if info.name != DUMMY_SINK
    )


def _alsa_devices() -> tuple[SoundDevice, ...]:
    if not has_card():
        return ()
    return tuple(
        SoundDevice(sink="alsa", device=name, description=description, default=name == "default")
        for name, description in playback_names()
        if name.startswith(_STABLE_PREFIXES)
    )


class AutoSink:
    """The sound server's default output where one answers, else ALSA's default where there is a card, else a file.

    Chosen anew at every opening, so a card plugged in today is used today. A zone that names a device wants that device:
    it is looked for on the sound server, then on ALSA, and never replaced by another or by a file.
    """

    def __init__(self, zone: Zone, clock: Clock, directory: Path, *, server: str | None = None) -> None:
        self._zone = zone
        self._clock = clock
        self._directory = directory
        self._server = server

    def choose(self) -> Sink:
        """The sink that an opening now would use."""
        devices = sound_devices(self._clock, server=self._server)
        if self._zone.device:
            by_server = any(d.sink == "pulse" and d.device == self._zone.device for d in devices)
            by_alsa = any(d.sink == "alsa" and d.device == self._zone.device for d in devices)
            return AlsaSink(self._zone, self._clock) if by_alsa and not by_server else self._pulse()
        if any(d.sink == "pulse" and d.default for d in devices):
            return self._pulse()
        if any(d.sink == "alsa" and d.default for d in devices):
            return AlsaSink(self._zone, self._clock)
        return FileSink(self._zone, self._clock, self._directory)

    def _pulse(self) -> Sink:
        return PulseSink(self._zone, self._clock, server=self._server)

    def describe(self) -> str:
        """The name of what would be used now."""
        return self.choose().describe()

    def open(self) -> Stream:
        """SinkError when the chosen way cannot be opened now."""
        return self.choose().open()
