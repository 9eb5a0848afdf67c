"""Reads a whole station folder: settings, scripts, dictionaries and schedules, with every problem of every file at once."""

import gc
import hashlib
import os
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath
from zoneinfo import ZoneInfo

from broadcaster.adapters.calendar_folder import PLANS, SCHEDULES, FileGave, is_temporary, read_file_again, read_folder
from broadcaster.adapters.calendar_parts import CalendarPart
from broadcaster.adapters.kept_readings import KeptFiles, Session
from broadcaster.adapters.plan_yaml import read_plan, read_plans
from broadcaster.adapters.recording_files import RecordingFiles
from broadcaster.adapters.recording_heads import RECORDING_SUFFIXES
from broadcaster.adapters.scripts_md import ScriptReading, ScriptRules, read_script_file
from broadcaster.adapters.settings_toml import SETTINGS_FILE, read_settings
from broadcaster.adapters.text_files import is_regular, read_text, unreadable
from broadcaster.domain.calendar import Calendar
from broadcaster.domain.cross_checks import check_references, resolve_contents, resolve_zones
from broadcaster.domain.folding import fold_id
from broadcaster.domain.plan import Plan
from broadcaster.domain.problems import Problem, Where, error, warning
from broadcaster.domain.scripts import Script, ScriptId
from broadcaster.domain.settings import Settings
from broadcaster.ports import StationFiles

SCRIPTS = "audio_scripts"
DICTIONARY = "tu-dien"
VOICES = ("gtts", "espeak", "piper")
_LARGEST_DICTIONARY = 2_000_000
_DEEPEST_FOLDER = 8

CalendarReading = Callable[[Path, ZoneInfo], tuple[CalendarPart, tuple[Problem, ...]]]


@dataclass(frozen=True, slots=True)
class _KeptScript:
    """A script with the blanks it was filled from."""

    reading: ScriptReading
    blanks: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _KeptPlan:
    plan: Plan | None
    problems: tuple[Problem, ...]


class FolderReader:
    """`ports.StationReader` on a folder; ``voices`` are the names a script or station.toml may ask for.

    What each file gave is kept until the next reading: a file of the same bytes is not read twice. A reader ``beside``
    another, of a folder of links to its files, begins with what that one keeps and leaves nothing behind. ``by_rows``: of a
    changed calendar file only the rows that changed are parsed again; for screens, never for what goes on duty.
    """

    def __init__(
        self,
        station_dir: Path,
        *,
        calendar: CalendarReading | None = None,
        voices: Collection[str] = VOICES,
        beside: "FolderReader | None" = None,
        by_rows: bool = False,
    ) -> None:
        self._dir = station_dir
        self._by_rows = by_rows
        self._calendar = calendar
        self._voices = voices
        self._kept: KeptFiles = KeptFiles() if beside is None else beside._kept
        self._recordings: RecordingFiles = RecordingFiles(
            station_dir,
            SCRIPTS,
            linked=None if beside is None else beside._dir,
            known=None if beside is None else beside._recordings,
        )

    def trial(self, folder: Path) -> "FolderReader":
        """A reader of this station as it would be: ``folder`` holds links to its files, and the changed ones in place of theirs."""
        return FolderReader(folder, calendar=self._calendar, voices=self._voices, beside=self, by_rows=self._by_rows)

    def read(self) -> StationFiles:
        """Everything usable and every problem, ordered by file and line."""
        with _collector_paused():
            reading = Session(self._kept, self._dir)
            names = self._files()
            settings, problems = read_settings(self._dir, self._voices)
            found = self._scripts(reading, [n for n in names if n.startswith(f"{SCRIPTS}/")], settings)
            schedules, version = self._versions(reading, names, found.scripts)
            calendar, wrong = self._schedules(reading, settings, found, schedules)
            plans, plan_problems = read_plans(self._dir, read=partial(_kept_plan, reading))
            self._kept = reading.files()
        return StationFiles(
            settings=settings,
            scripts=found.scripts,
            calendar=calendar,
            problems=tuple(sorted(dict.fromkeys([*problems, *found.problems, *wrong]), key=_place)),
            version=version,
            dictionaries=found.dictionaries,
            plans=plans,
            plan_problems=plan_problems,
        )

    def _versions(self, reading: Session, names: Sequence[str], scripts: Mapping[ScriptId, Script]) -> tuple[str, str]:
        """The calendar's version and the whole station's: plans count for the second only."""
        schedules = [n for n in names if n.startswith(f"{SCHEDULES}/") and not n.startswith(f"{SCHEDULES}/{PLANS}/")]
        others = sorted(set(names).difference(schedules))
        calendar = self._digest(reading, schedules)
        rest = self._digest(reading, [name for name in others if not _is_sound(name)])
        sounds = "".join(script.recording_sha256 or "" for script in scripts.values())
        return calendar, hashlib.sha256(f"{calendar}{rest}{sounds}".encode()).hexdigest()

    def _digest(self, reading: Session, names: Sequence[str]) -> str:
        """Names the content of these files, whatever their times."""
        digest = hashlib.sha256()
        for name in names:
            digest.update(f"{name}\0".encode("utf-8", "surrogateescape"))
            digest.update(reading.digest(name) or b"unreadable")
        return digest.hexdigest()

    def fingerprint(self) -> str:
        """Name, size and time of every file of the station: a directory walk, no file is opened."""
        digest = hashlib.sha256()
        for name in self._files():
            try:
                stat = (self._dir / name).stat()
            except OSError:
                continue
            digest.update(f"{name}\0{stat.st_size}\0{stat.st_mtime_ns}\n".encode("utf-8", "surrogateescape"))
        return digest.hexdigest()

    def _files(self) -> list[str]:
        names = [SETTINGS_FILE] if is_regular(self._dir / SETTINGS_FILE) else []
        return [*names, *_walk(self._dir, SCRIPTS), *_walk(self._dir, SCHEDULES)]

    def _scripts(self, reading: Session, names: Sequence[str], settings: Settings) -> "_Scripts":
        """The scripts by id, the dictionaries by file name, and what is wrong with either."""
        found = _Scripts(problems=self._unlisted())
        sounds: list[str] = []
        rules = ScriptRules(blanks=settings.blanks, recordings=self._recordings, voices=self._voices)
        for name in names:
            shown = _shown(name)
            pure = PurePosixPath(name)
            suffix = pure.suffix.lower()
            if _is_sound(name):
                sounds.append(shown)
            elif pure.stem == DICTIONARY:
                text = read_text(self._dir / name, shown, at_most=_LARGEST_DICTIONARY)
                if isinstance(text, Problem):
                    found.problems.append(text)
                else:
                    found.dictionaries[shown] = text
            elif suffix == ".md" and pure.stem.upper() != "README":
                script = self._script(reading, name, shown, rules)
                found.problems.extend(script.problems)
                if script.script is not None:
                    found.problems.extend(_added(script.script, found.scripts))
                else:
                    found.unreadable.add(fold_id(pure.stem))
            elif suffix != ".md":
                hint = "Bài phát là tệp .md; bản thu là mp3, wav, ogg, flac. Chuyển tệp khác ra chỗ khác."
                found.problems.append(warning(Where(file=shown), "file-ignored", "Tệp này không được đọc.", hint))
        used = {script.recording for script in found.scripts.values()}
        found.problems.extend(_unused(name) for name in sounds if name not in used)
        return found

    def _script(self, reading: Session, name: str, shown: str, rules: ScriptRules) -> ScriptReading:
        """One whose recording lies in another file is read anew: its own bytes do not say what that file holds now."""
        basis = ("script", *rules.voices)
        known = reading.known(name, basis, _KeptScript)
        if known is not None and (not known.reading.blanks_matter or known.blanks == rules.blanks):
            return known.reading
        made = read_script_file(self._dir / name, shown, rules)
        if not made.recording_matters:
            reading.keep(name, basis, _KeptScript(made, rules.blanks))
        return made

    def _unlisted(self) -> list[Problem]:
        """Whether audio_scripts/ is not there or cannot be listed."""
        try:
            with os.scandir(self._dir / SCRIPTS) as entries:
                next(entries, None)
        except (FileNotFoundError, NotADirectoryError):
            hint = f"Tạo thư mục {SCRIPTS} và đặt các bài phát (tệp .md) vào đó."
            return [error(Where(file=SCRIPTS), "folder-missing", f"Không có thư mục {SCRIPTS}.", hint)]
        except OSError as cause:
            return [unreadable(SCRIPTS, cause)]
        return []

    def _schedules(
        self, reading: Session, settings: Settings, found: "_Scripts", version: str
    ) -> tuple[Calendar, tuple[Problem, ...]]:
        read = self._calendar or partial(read_folder, read=partial(_kept_calendar, reading, self._by_rows))
        part, problems = read(self._dir, ZoneInfo(settings.timezone))
        calendar = Calendar(
            slots=part.slots,
            programmes={programme.id: programme for programme in part.programmes},
            exceptions=part.exceptions,
            version=version,
        )
        if not part.slots and not problems:
            hint = f"Đặt tệp lịch (.yaml, .xlsx, .ics) vào thư mục {SCHEDULES}."
            empty = warning(Where(file=SCHEDULES), "calendar-empty", "Chưa có lịch phát nào.", hint)
            problems = (empty,)
        resolved, unknown = resolve_zones(calendar, settings.zones) if settings.zones else (calendar, ())
        resolved = resolve_contents(resolved, found.scripts)
        references = check_references(resolved, found.scripts, unreadable=found.unreadable)
        return resolved, (*problems, *unknown, *references)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scripts:
    """What audio_scripts/ gave, while it is read; ``unreadable`` are the ids of scripts that are there but gave nothing."""

    scripts: dict[ScriptId, Script] = field(default_factory=dict)
    dictionaries: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    unreadable: set[str] = field(default_factory=set)


def _kept_calendar(
    reading: Session, by_rows: bool, path: Path, shown: str, zone: ZoneInfo
) -> tuple[CalendarPart, tuple[Problem, ...]]:
    name, basis = f"{SCHEDULES}/{path.name}", ("calendar", shown, zone.key)
    known = reading.known(name, basis, FileGave)
    if known is None:
        older = reading.older(name, basis, FileGave) if by_rows else None
        known = read_file_again(path, shown, zone, older.rows if older is not None else {})
        reading.keep(name, basis, known)
    return known.part, known.problems


def _kept_plan(reading: Session, path: Path, shown: str) -> tuple[Plan | None, tuple[Problem, ...]]:
    name, basis = f"{SCHEDULES}/{PLANS}/{path.name}", ("plan", shown)
    known = reading.known(name, basis, _KeptPlan)
    if known is None:
        known = _KeptPlan(*read_plan(path, shown))
        reading.keep(name, basis, known)
    return known.plan, known.problems


def _added(script: Script, scripts: dict[ScriptId, Script]) -> Iterator[Problem]:
    first = scripts.setdefault(script.id, script)
    if first is not script:
        message = f"Mã bài «{script.id}» đã dùng ở {first.where.file}."
        hint = "Mỗi bài một mã: sửa ma của một trong hai tệp, hoặc xóa tệp thừa."
        yield error(Where(file=script.where.file, line=1), "duplicate", message, hint)


def _unused(name: str) -> Problem:
    hint = f"Viết một tệp .md có dòng ban_thu: {Path(name).name}, hoặc chuyển bản thu ra chỗ khác."
    return warning(Where(file=name), "recording-unused", "Không bài nào dùng bản thu này.", hint)


def _shown(name: str) -> str:
    """A file name as it can be printed: NFC, bytes that are no UTF-8 escaped."""
    return unicodedata.normalize("NFC", name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace"))


def _is_sound(name: str) -> bool:
    return name.lower().endswith(RECORDING_SUFFIXES)


def _walk(station_dir: Path, folder: str) -> Iterator[str]:
    """Regular files under a folder in a fixed order, relative with forward slashes; temporary and hidden ones left out."""
    try:
        entries = sorted(os.scandir(station_dir / folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        name = f"{folder}/{entry.name}"
        if is_temporary(entry.name):
            continue
        if entry.is_dir(follow_symlinks=False):
            if name.count("/") < _DEEPEST_FOLDER:
                yield from _walk(station_dir, name)
        # A pipe or a device is left out: opening one would wait for ever.
        elif entry.is_file(follow_symlinks=False) or is_regular(station_dir / name):
            yield name


def _place(problem: Problem) -> tuple[str, int, str, int, str, str]:
    """By file, line, sheet, row of the cell, then the rest: ``A45`` stands before ``A125``."""
    where = problem.where
    cell = where.cell or ""
    row = int("".join(c for c in cell if c in "0123456789") or 0)
    return (where.file, where.line or 0, where.sheet or "", row, cell, problem.code)


@contextmanager
def _collector_paused() -> Iterator[None]:
    """A big calendar makes a million small values and no garbage: collecting on the way costs more than the reading."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
