"""Where things lie in a station folder."""

from dataclasses import dataclass
from pathlib import Path

from broadcaster.errors import InputError


@dataclass(frozen=True, slots=True)
class Paths:
    """The fixed names inside one station folder; everything the program makes is under var/."""

    station: Path

    @property
    def settings(self) -> Path:
        """station.toml."""
        return self.station / "station.toml"

    @property
    def var(self) -> Path:
        """Made by the program; safe to keep out of version control."""
        return self.station / "var"

    @property
    def database(self) -> Path:
        """The journal when no URL is set."""
        return self.var / "station.db"

    @property
    def clips(self) -> Path:
        """Rendered sound."""
        return self.var / "clips"

    @property
    def aired_files(self) -> Path:
        """What a file sink writes: what would have been heard where there is no loudspeaker."""
        return self.var / "aired"

    @property
    def evidence(self) -> Path:
        """Files that prove hand-entered activities, by digest."""
        return self.var / "evidence"

    @property
    def control(self) -> Path:
        """The running station's door."""
        return self.var / "control.sock"

    @property
    def lock(self) -> Path:
        """Held by the running station."""
        return self.var / "station.lock"

    @property
    def last_good(self) -> Path:
        """The last good version of the files."""
        return self.var / "last-good"


def paths(station: Path) -> Paths:
    """The folder's paths. Raises InputError when it is no station folder."""
    found = Paths(station.absolute())
    if not found.settings.is_file():
        raise InputError(
            f"Thư mục {station} chưa phải là thư mục trạm (không có station.toml).",
            hint="Tạo trạm mới bằng: broadcaster init THƯ_MỤC, hoặc chỉ đúng thư mục bằng --station.",
        )
    return found
