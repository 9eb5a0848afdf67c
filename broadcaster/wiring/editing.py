"""The editing desk of one station: use cases put together with the files, the texts and the history."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

from broadcaster.adapters.calendar_text import YamlCalendarText
from broadcaster.adapters.edit_files import FolderEdits
from broadcaster.adapters.recording_uploads import RecordingUploadFiles
from broadcaster.adapters.review_book import ReviewBook
from broadcaster.adapters.script_text import MarkdownScripts
from broadcaster.adapters.settings_edits import TomlSettingsText
from broadcaster.domain.rundown import Airing
from broadcaster.domain.scripts import Script, ScriptId
from broadcaster.ports import StationFiles, StationReader
from broadcaster.station.dictionary_editing import DictionaryEditor
from broadcaster.station.editing import CalendarEditor
from broadcaster.station.on_air_changes import Airings
from broadcaster.station.planning import Planner
from broadcaster.station.script_editing import ScriptEditor
from broadcaster.station.settings_editing import SettingsEditor
from broadcaster.wiring.parts import VOICES, reader
from broadcaster.wiring.paths import Paths
from broadcaster.wiring.readings import Reading


class EditingDesk:
    """Made once for a station; editors are made for each request from the reading in hand."""

    def __init__(self, where: Paths, *, open_reader: Callable[[Path], StationReader] | None = None) -> None:
        """``open_reader`` reads the folder of a would-be version."""
        history = where.var / "history"
        self.files = FolderEdits(
            where.station, history, open_reader=open_reader or reader(where.station, by_rows=True).trial
        )
        self.files.recover()
        self.recordings = RecordingUploadFiles(self.files)
        self.calendar_text = YamlCalendarText()
        self.script_text = MarkdownScripts(where.station, voices=tuple(VOICES))
        self.settings_text = TomlSettingsText(tuple(VOICES))
        self.reviews = ReviewBook(history / "reviews.jsonl")

    def calendar(self, reading: Reading, now: datetime) -> CalendarEditor:
        """Edits of the calendar on top of a reading."""
        return CalendarEditor(
            files=self.files, text=self.calendar_text, current=reading.files, airings=_airings(reading), now=now
        )

    def scripts(self, reading: Reading, now: datetime) -> ScriptEditor:
        """Edits of scripts on top of a reading."""
        return ScriptEditor(
            files=self.files, text=self.script_text, reviews=self.reviews, current=reading.files, now=now
        )

    def settings(self, reading: Reading, now: datetime) -> SettingsEditor:
        """Edits of station.toml on top of a reading."""
        return SettingsEditor(
            files=self.files, text=self.settings_text, current=reading.files, airings=_airings(reading), now=now
        )

    def dictionary(self, reading: Reading, now: datetime) -> DictionaryEditor:
        """Edits of the station's own words on top of a reading."""
        return DictionaryEditor(files=self.files, current=reading.files, now=now)


def _airings(reading: Reading) -> Airings:
    """What a version of the files would air; lengths by the clips and texts of the reading in hand, added up once."""
    measured: list[tuple[Mapping[ScriptId, Script], Mapping[ScriptId, float]]] = []

    def lengths(scripts: Mapping[ScriptId, Script]) -> Mapping[ScriptId, float]:
        for known, seconds in measured:
            if known == scripts:
                return seconds
        seconds = reading.preparer.seconds(scripts, reading.shop.journal.approvals())
        measured.append((scripts, seconds))
        return seconds

    def airings(files: StationFiles, first: date, last: date) -> Sequence[Airing]:
        """Rotations are chosen as if everything were approved: a calendar is judged before its scripts are."""
        shop = reading.shop
        planner = Planner(
            files=files,
            holidays=shop.holidays,
            preparer=reading.preparer,
            journal=shop.journal,
            chime_s=reading.preparer.chime_seconds(),
            lengths=lengths(files.scripts),
        )
        return planner.airings(first, last, approve_all=True)

    return airings
