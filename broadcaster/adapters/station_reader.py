"""Reads a whole station folder: settings, scripts, dictionaries and schedules, with every problem of every file at once."""

import gc
import hashlib
import os
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

from broadcaster.adapters.calendar_folder import PLANS, SCHEDULES, is_temporary, read_folder
from broadcaster.adapters.calendar_parts import CalendarPart
from broadcaster.adapters.plan_yaml import read_plans
from broadcaster.adapters.recording_files import RecordingFiles
from broadcaster.adapters.recording_heads import RECORDING_SUFFIXES
from broadcaster.adapters.scripts_md import ScriptRules, read_script
from broadcaster.adapters.settings_toml import SETTINGS_FILE, read_settings
from broadcaster.adapters.text_files import is_regular, read_text, unreadable
from broadcaster.domain.calendar import Calendar
from broadcaster.domain.cross_checks import check_references, resolve_zones
from broadcaster.domain.folding import fold_id
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


class FolderReader:
    """`ports.StationReader` on a folder; ``voices`` are the names a script or station.toml may ask for."""

    def __init__(
        self, station_dir: Path, *, calendar: CalendarReading = read_folder, voices: Collection[str] = VOICES
    ) -> None:
        self._dir = station_dir
        self._calendar = calendar
        self._voices = voices
        self._recordings = RecordingFiles(station_dir, SCRIPTS)
        self._unreadable: set[str] = set()

    def read(self) -> StationFiles:
        """Everything usable and every problem, ordered by file and line."""
        with _collector_paused():
            names = self._files()
            settings, problems = read_settings(self._dir, self._voices)
            scripts, dictionaries, found = self._scripts([n for n in names if n.startswith(f"{SCRIPTS}/")], settings)
            schedules, version = self._versions(names, scripts)
            calendar, wrong = self._schedules(settings, scripts, schedules)
            plans, plan_problems = read_plans(self._dir)
        return StationFiles(
            settings=settings,
            scripts=scripts,
            calendar=calendar,
            problems=tuple(sorted(dict.fromkeys([*problems, *found, *wrong]), key=_place)),
            version=version,
            dictionaries=dictionaries,
            plans=plans,
            plan_problems=plan_problems,
        )

    def _versions(self, names: Sequence[str], scripts: Mapping[ScriptId, Script]) -> tuple[str, str]:
        """The calendar's version and the whole station's: plans count for the second only."""
        schedules = [n for n in names if n.startswith(f"{SCHEDULES}/") and not n.startswith(f"{SCHEDULES}/{PLANS}/")]
        others = sorted(set(names).difference(schedules))
        calendar = _digest(self._dir, schedules)
        rest = _digest(self._dir, [name for name in others if not _is_sound(name)])
        sounds = "".join(script.recording_sha256 or "" for script in scripts.values())
        return calendar, hashlib.sha256(f"{calendar}{rest}{sounds}".encode()).hexdigest()

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

    def _scripts(
        self, names: Sequence[str], settings: Settings
    ) -> tuple[Mapping[ScriptId, Script], Mapping[str, str], list[Problem]]:
        """The scripts by id, the dictionaries by file name, and what is wrong with either."""
        problems = self._unlisted()
        self._unreadable = set()
        scripts: dict[ScriptId, Script] = {}
        dictionaries: dict[str, str] = {}
        sounds: list[str] = []
        rules = ScriptRules(blanks=settings.blanks, recordings=self._recordings, voices=self._voices)
        for name in names:
            shown = _shown(name)
            path = self._dir / name
            suffix = path.suffix.lower()
            if _is_sound(name):
                sounds.append(shown)
            elif path.stem == DICTIONARY:
                text = read_text(path, shown, at_most=_LARGEST_DICTIONARY)
                if isinstance(text, Problem):
                    problems.append(text)
                else:
                    dictionaries[shown] = text
            elif suffix == ".md" and path.stem.upper() != "README":
                script, found = read_script(path, shown, rules)
                problems.extend(found)
                if script is not None:
                    problems.extend(_added(script, scripts))
                else:
                    self._unreadable.add(fold_id(path.stem))
            elif suffix != ".md":
                hint = "Bài phát là tệp .md; bản thu là mp3, wav, ogg, flac. Chuyển tệp khác ra chỗ khác."
                problems.append(warning(Where(file=shown), "file-ignored", "Tệp này không được đọc.", hint))
        used = {script.recording for script in scripts.values()}
        problems.extend(_unused(name) for name in sounds if name not in used)
        return scripts, dictionaries, problems

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
        self, settings: Settings, scripts: Mapping[ScriptId, Script], version: str
    ) -> tuple[Calendar, tuple[Problem, ...]]:
        part, problems = self._calendar(self._dir, ZoneInfo(settings.timezone))
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
        references = check_references(resolved, scripts, unreadable=self._unreadable)
        return resolved, (*problems, *unknown, *references)


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


def _digest(station_dir: Path, names: Sequence[str]) -> str:
    """Names the content of these files, whatever their times."""
    digest = hashlib.sha256()
    for name in names:
        digest.update(f"{name}\0".encode("utf-8", "surrogateescape"))
        try:
            with (station_dir / name).open("rb") as opened:
                digest.update(hashlib.file_digest(opened, "sha256").digest())
        except OSError:
            digest.update(b"unreadable")
    return digest.hexdigest()


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
