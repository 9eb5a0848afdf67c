"""The sample station that comes with the program, as a station of a test: no sound card, no network."""

import re
import shutil
from pathlib import Path

from tests.station_process import StationFolder, far_from_now
from tests.web.console_process import add_people

HERE = Path(__file__).parents[2]


def sample_station(root: Path, *, at_any_hour: bool = False) -> StationFolder:
    """Its calendars, scripts and settings, speaking into files; ``at_any_hour`` moves the quiet hours away."""
    folder = StationFolder(root)
    for name in ("schedules", "audio_scripts"):
        shutil.rmtree(folder.root / name)
        shutil.copytree(HERE / name, folder.root / name)
    text = (HERE / "station.toml").read_text(encoding="utf-8")
    text = text.replace('["gtts", "espeak"]', '["espeak"]').replace('ngo_ra = "auto"', 'ngo_ra = "file"')
    if at_any_hour:
        text = re.sub(r'gio_yen_tinh = "[^"]*"', f'gio_yen_tinh = "{far_from_now()}"', text)
        text = text.replace("can_dong_ho_dung = true", "can_dong_ho_dung = false")
    (folder.root / "station.toml").write_text(text, encoding="utf-8")
    add_people(folder)
    return folder
