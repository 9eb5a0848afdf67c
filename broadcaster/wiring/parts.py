"""Names to factories: voices and sinks. A new voice or a network loudspeaker is one adapter file and one line here."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from broadcaster.adapters.mastering_version import fingerprint_of
from broadcaster.domain.calendar import ZoneId
from broadcaster.domain.clips import Pcm
from broadcaster.domain.settings import MasteringSettings, Settings, VoiceSettings, Zone
from broadcaster.ports import Clock, Mastered, Mastering, Sink, Voice

if TYPE_CHECKING:
    from broadcaster.adapters.station_reader import FolderReader


def _gtts(settings: VoiceSettings, clock: Clock, station: Path) -> Voice:  # noqa: ARG001 - one shape for every voice
    from broadcaster.adapters.voice_gtts import GttsVoice

    return GttsVoice(tld=settings.gtts_tld, timeout_s=settings.gtts_timeout_s, clock=clock)


def _espeak(settings: VoiceSettings, clock: Clock, station: Path) -> Voice:  # noqa: ARG001 - one shape for every voice
    from broadcaster.adapters.voice_espeak import EspeakVoice

    return EspeakVoice(region=settings.region)


def _piper(settings: VoiceSettings, clock: Clock, station: Path) -> Voice:  # noqa: ARG001 - one shape for every voice
    from broadcaster.adapters.voice_piper import PiperVoice

    return PiperVoice(station / settings.piper_model)


VOICES: Mapping[str, Callable[[VoiceSettings, Clock, Path], Voice]] = {
    "gtts": _gtts,
    "espeak": _espeak,
    "piper": _piper,
}


def _auto(zone: Zone, clock: Clock, aired: Path) -> Sink:
    from broadcaster.adapters.sink_device import AutoSink

    return AutoSink(zone, clock, aired)


def _pulse(zone: Zone, clock: Clock, aired: Path) -> Sink:  # noqa: ARG001 - one shape for every sink
    from broadcaster.adapters.sink_pulse import PulseSink

    return PulseSink(zone, clock)


def _alsa(zone: Zone, clock: Clock, aired: Path) -> Sink:  # noqa: ARG001 - one shape for every sink
    from broadcaster.adapters.sink_alsa import AlsaSink

    return AlsaSink(zone, clock)


def _file(zone: Zone, clock: Clock, aired: Path) -> Sink:
    from broadcaster.adapters.sink_file import FileSink

    return FileSink(zone, clock, aired)


SINKS: Mapping[str, Callable[[Zone, Clock, Path], Sink]] = {
    "auto": _auto,
    "pulse": _pulse,
    "alsa": _alsa,
    "file": _file,
}


class MasteringWhenUsed:
    """`ports.Mastering` that loads its chain with the first sound: most commands only ask for the fingerprint."""

    def __init__(self, settings: MasteringSettings) -> None:
        self._settings = settings

    @property
    def fingerprint(self) -> str:
        """The chain's own."""
        return fingerprint_of(self._settings)

    @cached_property
    def _chain(self) -> Mastering:
        from broadcaster.adapters.mastering import PydubMastering

        return PydubMastering(self._settings)

    def master(self, parts: Sequence[tuple[Pcm, float]], destination: Path) -> Mastered:
        """See `ports.Mastering.master`."""
        return self._chain.master(parts, destination)

    def master_recording(self, source: Path, destination: Path) -> Mastered:
        """See `ports.Mastering.master_recording`."""
        return self._chain.master_recording(source, destination)

    def chime(self, destination: Path) -> Mastered:
        """See `ports.Mastering.chime`."""
        return self._chain.chime(destination)


def voices(settings: VoiceSettings, clock: Clock, station: Path) -> Sequence[Voice]:
    """The chain in its order; a voice file is looked for in the station folder."""
    return [VOICES[name](settings, clock, station) for name in settings.chain]


def sinks(settings: Settings, clock: Clock, aired: Path, *, only: str | None = None) -> dict[ZoneId, Sink]:
    """One sink for each zone that is switched on; ``only`` forces one kind (the file sink of a silent station)."""
    return {z.id: SINKS[only or z.sink](z, clock, aired) for z in settings.zones if z.enabled}


def reader(station: Path, *, by_rows: bool = False) -> "FolderReader":
    """Reads a station folder with every calendar format there is; ``by_rows`` as `FolderReader` has it."""
    from broadcaster.adapters.station_reader import FolderReader

    return FolderReader(station, voices=tuple(VOICES), by_rows=by_rows)
