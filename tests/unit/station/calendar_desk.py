"""A station folder with a calendar and the editor over what it holds now: real files, real readers, a real history."""

from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from broadcaster.adapters.edit_files import FolderEdits
from broadcaster.domain.calendar import CalendarException, Slot
from broadcaster.domain.edits import Edit
from broadcaster.domain.rundown import Airing, AiringState
from broadcaster.ports import StationFiles
from broadcaster.station.editing import CalendarEditor
from broadcaster.station.proposals import Proposal
from broadcaster.wiring.editing import EditingDesk
from broadcaster.wiring.paths import paths
from broadcaster.wiring.readings import Readings
from tests.station_process import StationFolder

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
"""A Monday."""

TODAY = NOW.date()
CALENDAR = """# Lịch của phường

khung_gio:
  # sáng
  - ma: sang    # giữ lại
    phat: bai-mot
    thu: [hằng ngày]
    gio: ["06:05"]
  - ma: chieu
    phat: bai-hai
    thu: [thứ Ba, thứ Năm]
    gio: ["17:05"]
    cum_loa: khom-1
lich_ngay:
  - {ngay: 10/03/2026, gio: "09:00", phat: bai-hai}   # một lượt
"""


class Desk:
    """One person at the desk; ``now`` may be set."""

    def __init__(self, root: Path, calendar: str = CALENDAR) -> None:
        self.folder = StationFolder(root)
        self.folder.settings(sink="file", quiet="21:00-05:00")
        self.folder.calendar(calendar)
        self.now = NOW
        self._readings = Readings(root)
        self._desk = EditingDesk(paths(root), open_reader=self._readings.trial)

    @property
    def editor(self) -> CalendarEditor:
        """Over the files as they are now."""
        return self.stale(refresh=True)

    def stale(self, *, refresh: bool = False) -> CalendarEditor:
        """Over the files as they were last read."""
        reading = self._readings.refresh() if refresh else self._readings.newest
        return self._desk.calendar(reading, self.now)

    def slot(self, slot_id: str) -> Slot:
        """A row by its id."""
        found = self.editor.rows.slot(slot_id)
        assert found is not None
        return found

    def exceptions(self) -> tuple[CalendarException, ...]:
        """All exceptions."""
        return self._readings.refresh().files.calendar.exceptions

    def airing(self, day: date, at: str) -> Airing:
        """What is heard at a moment."""
        found = [a for a in self.airings(day, day, cancelled=True) if f"{a.planned:%H:%M}" == at]
        assert len(found) == 1, found
        return found[0]

    def airings(self, first: date, last: date, *, cancelled: bool = False) -> list[Airing]:
        """What is heard in some days, as the files say now."""
        planner = self._readings.refresh().planner
        return [a for a in planner.airings(first, last) if cancelled or a.state is not AiringState.CANCELLED]

    def plans(self, proposal: Proposal, last: date) -> list[tuple[StationFiles, tuple[Airing, ...]]]:
        """The files as last read and as they would be, each read and planned whole."""
        reading = self._readings.newest
        would = FolderEdits(self.folder.root, self.folder.root / "var/trial").would_read(proposal.changes)
        planners = [(files, reading.shop.planner_for(files, reading.preparer)) for files in (reading.files, would)]
        return [(files, planner.airings(TODAY, last, approve_all=True)) for files, planner in planners]

    def heard(self, days: int = 20) -> list[str]:
        """Moment, content and zones of the coming days."""
        return [
            f"{a.planned:%d/%m %H:%M} {a.programme} {'+'.join(a.zones)}"
            for a in self.airings(TODAY, TODAY + timedelta(days=days))
        ]

    def write(self, proposal: Proposal, by: str = "Lan") -> Edit:
        """Write what was proposed."""
        assert proposal.sound, proposal.problems
        return self.editor.write(proposal, by=by)

    def undo(self, number: int, by: str = "Lan") -> Edit:
        """Take an edit back."""
        return self.editor.undo(number, by=by)

    @property
    def calendar(self) -> str:
        """The officer's file, every byte."""
        return (self.folder.root / "schedules/lich.yaml").read_bytes().decode()

    @property
    def own(self) -> str:
        """What the console wrote in its own file; empty when there is none."""
        path = self.folder.root / "schedules/tram.yaml"
        return path.read_text(encoding="utf-8") if path.exists() else ""


def fields(proposal: Proposal) -> dict[str, str]:
    """Field → code of what is wrong at the form."""
    return {p.where.cell or "": p.code for p in proposal.problems}
