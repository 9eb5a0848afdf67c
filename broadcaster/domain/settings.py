"""What station.toml says: who the station is (dated), where it speaks, when it must be silent, how it sounds."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, time

from broadcaster.domain.calendar import Weekday, ZoneId
from broadcaster.domain.periods import CUT_OFFS, CutOff
from broadcaster.domain.problems import Where
from broadcaster.domain.scoring import DEFAULT_SCORING, ScoringProfile


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who the station is within these dates (inclusive): wards merge and are renamed, and history keeps the old name.

    ``signer_title`` is the authority line, e.g. ``KT. CHỦ TỊCH\\nPHÓ CHỦ TỊCH``; ``signer`` may be empty (left blank on paper).
    """

    valid_from: date | None = None
    valid_until: date | None = None
    ward: str
    agency: str
    station: str
    place: str
    superior: str = ""
    unit_code: str = ""
    addressees: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    signer_title: str = ""
    signer: str = ""
    document_series: str = "BC-UBND"
    where: Where = field(default_factory=lambda: Where(file="station.toml"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """A group of loudspeakers and the way sound reaches it.

    ``sink`` is ``pulse``, ``alsa``, ``file`` or ``auto`` (the default sound output where there is one, else a file);
    ``device`` is the device's stable name (never a card index), empty for the sound server's default.
    ``latency_offset_ms`` is a constant the amplifier adds, subtracted from the start.
    """

    id: ZoneId
    name: str
    sink: str = "auto"
    device: str = ""
    gain_db: float = 0.0
    latency_offset_ms: float = 0.0
    place: str = ""
    enabled: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeSpan:
    """Local wall times, start inclusive, end exclusive; an end not after the start goes past midnight."""

    start: time
    end: time

    def contains(self, moment: time) -> bool:
        """Whether a wall time lies in the span."""
        if self.start < self.end:
            return self.start <= moment < self.end
        return moment >= self.start or moment < self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A session of the ward's own regulation: inside it the station may air, up to ``budget_minutes`` of sound."""

    name: str
    span: TimeSpan
    weekdays: frozenset[Weekday]
    budget_minutes: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceSettings:
    """The chain of voices tried in order, and how fast they speak (syllables a minute; outdoors 180–210)."""

    chain: tuple[str, ...] = ("gtts", "espeak")
    rate: int = 195
    region: str = "nam"
    piper_model: str = ""
    gtts_tld: str = "com.vn"
    gtts_timeout_s: float = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class MasteringSettings:
    """How every clip is levelled; LUFS per EBU R 128, true peak in dBTP."""

    loudness_lufs: float = -16.0
    true_peak_dbtp: float = -1.0
    speech_band: bool = False
    chime: bool = True
    lead_in_s: float = 0.8
    tail_s: float = 0.5
    item_gap_s: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicySettings:
    """The station's stated rules; each is printed in README's settings table."""

    grace_s: float = 300.0
    publish_days: int = 14
    prepare_days: int = 7
    quiet: TimeSpan = field(default_factory=lambda: TimeSpan(start=time(21, 0), end=time(5, 30)))
    sessions_per_day: int | None = 2
    require_synchronised_clock: bool = True
    finish_on_stop_s: float = 90.0
    retry_every_s: float = 2.0
    unfinished_share: float = 0.9
    max_item_repeats_per_week: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportingSettings:
    """The reporting regime (cut-offs and due days) and how completion is scored."""

    cut_offs: tuple[CutOff, ...] = CUT_OFFS
    scoring: ScoringProfile = DEFAULT_SCORING


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All of station.toml. ``blanks`` fills ``{name}`` marks in scripts; an empty value keeps the mark and blocks airing.

    ``days_off`` are dates the ward itself rests besides public holidays; ``workdays`` are make-up working days.
    """

    identities: tuple[Identity, ...]
    zones: tuple[Zone, ...]
    timezone: str = "Asia/Ho_Chi_Minh"
    windows: tuple[Window, ...] = ()
    voices: VoiceSettings = field(default_factory=VoiceSettings)
    mastering: MasteringSettings = field(default_factory=MasteringSettings)
    policy: PolicySettings = field(default_factory=PolicySettings)
    blanks: Mapping[str, str] = field(default_factory=dict)
    days_off: Mapping[date, str] = field(default_factory=dict)
    workdays: frozenset[date] = frozenset()
    database: str = ""
    reporting: ReportingSettings = field(default_factory=ReportingSettings)
    extra: Mapping[str, object] = field(default_factory=dict)

    def identity_on(self, day: date) -> Identity:
        """The identity valid that day; outside every period the nearest one, so that a report always has a name."""
        return min(self.identities, key=lambda i: _days_outside(i, day))

    def zone(self, zone_id: ZoneId) -> Zone | None:
        """The zone of that id, or None."""
        return next((z for z in self.zones if z.id == zone_id), None)

    def zone_names(self, zones: Iterable[ZoneId]) -> str:
        """Zones as people call them, in a row; one that is not in the settings by its id."""
        names = {z.id: z.name for z in self.zones}
        return ", ".join(names.get(zone, str(zone)) for zone in zones)


def _days_outside(identity: Identity, day: date) -> int:
    """How many days a day lies before or after an identity's time; 0 within it."""
    before = (identity.valid_from - day).days if identity.valid_from is not None else 0
    after = (day - identity.valid_until).days if identity.valid_until is not None else 0
    return max(before, after, 0)
