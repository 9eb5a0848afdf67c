"""Reads the whole of ``schedules/``: each file by its own format, then all of them as one calendar."""

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from broadcaster.adapters.calendar_parts import LOCAL, CalendarPart, Reader, join
from broadcaster.adapters.text_files import unreadable
from broadcaster.adapters.xlsx_package import old_format
from broadcaster.domain.problems import Problem, Where, error, warning

if TYPE_CHECKING:
    from broadcaster.adapters.calendar_yaml import MadeRow

SCHEDULES = "schedules"
PLANS = "plans"
"""A folder inside ``schedules/`` that holds plans, not the calendar."""

FileReading = Callable[[Path, str, ZoneInfo], tuple[CalendarPart, tuple[Problem, ...]]]
"""One file of ``schedules/`` by its path and the name it is called by, in local time of a zone."""

Rows = Mapping[bytes, "MadeRow"]


@dataclass(frozen=True, slots=True)
class FileGave:
    """What one file gave, with its rows by the digest of their text where the format has such."""

    part: CalendarPart
    problems: tuple[Problem, ...]
    rows: Rows = field(default_factory=dict)


_YAML = (".yaml", ".yml")
_EXCEL_HINT = (
    "Mở tệp bằng Excel, chọn Lưu thành (Save As), kiểu Excel Workbook (.xlsx), rồi chuyển tệp này ra chỗ khác."
)


def schedule_files(station: Path) -> tuple[Path, ...]:
    """The files of ``schedules/`` in a fixed order, without hidden, locked and temporary ones; empty when there is no folder."""
    folder = station / SCHEDULES
    if not folder.is_dir():
        return ()
    return tuple(sorted(path for path in folder.iterdir() if path.is_file() and not is_temporary(path.name)))


def is_temporary(name: str) -> bool:
    """Files that Excel, LibreOffice and editors leave beside an open one: ``~$lich.xlsx``, ``.~lock.lich.xlsx#``, ``a.yaml~``."""
    return name.startswith((".", "~", "#")) or name.endswith(("~", "#", ".tmp", ".bak", ".swp", ".part"))


def read_folder(
    station: Path, zone: ZoneInfo = LOCAL, *, read: FileReading | None = None
) -> tuple[CalendarPart, tuple[Problem, ...]]:
    """Everything under ``schedules/`` as one part, in local time of ``zone``, and every problem of every file.

    ``read`` stands in for `read_file` where somebody keeps what files gave.
    """
    parts: list[CalendarPart] = []
    problems: list[Problem] = []
    try:
        files = schedule_files(station)
        problems.extend(_unread_folders(station))
    except OSError as cause:
        return CalendarPart(), (unreadable(SCHEDULES, cause),)
    for path in files:
        part, found = (read or read_file)(path, f"{SCHEDULES}/{_printable(path.name)}", zone)
        parts.append(part)
        problems.extend(found)
    joined, repeated = join(parts)
    return joined, (*problems, *repeated)


def _printable(name: str) -> str:
    """NFC, bytes that are no UTF-8 escaped."""
    return unicodedata.normalize("NFC", name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace"))


def read_file(path: Path, name: str, zone: ZoneInfo = LOCAL) -> tuple[CalendarPart, tuple[Problem, ...]]:
    """One file by its format; a format that is not read is told."""
    suffix = path.suffix.lower()
    reader = _reader(suffix, zone)
    return reader(path, name) if reader is not None else (CalendarPart(), (_unread(name, suffix),))


def read_file_again(path: Path, name: str, zone: ZoneInfo, known: Rows) -> FileGave:
    """As `read_file`; of a YAML calendar the rows ``known`` from its last reading are not parsed again."""
    if path.suffix.lower() not in _YAML:
        return FileGave(*read_file(path, name, zone))
    from broadcaster.adapters import calendar_yaml  # noqa: PLC0415

    reading = calendar_yaml.read_again(path, name, known)
    return FileGave(reading.part, reading.problems, reading.rows)


def _reader(suffix: str, zone: ZoneInfo) -> Reader | None:
    """The reader of a format, loaded only when there is such a file."""
    if suffix in _YAML:
        from broadcaster.adapters import calendar_yaml  # noqa: PLC0415

        return calendar_yaml.read
    if suffix in (".xlsx", ".xlsm"):
        from broadcaster.adapters import calendar_xlsx  # noqa: PLC0415

        return calendar_xlsx.read
    if suffix == ".ics":
        from broadcaster.adapters import calendar_ics  # noqa: PLC0415

        return partial(calendar_ics.read, zone=zone)
    return None


def _unread(name: str, suffix: str) -> Problem:
    where = Where(file=name)
    if suffix == ".xls":
        old = old_format()
        return error(where, old.code, old.message, old.hint)
    if suffix in (".ods", ".csv", ".xlsb", ".tsv"):
        return error(where, "format-unread", f"Chương trình không đọc được lịch dạng {suffix}.", _EXCEL_HINT)
    hint = "Thư mục này chỉ đọc tệp .yaml, .xlsx và .ics; chuyển tệp khác ra chỗ khác."
    return warning(where, "file-unread", "Tệp này không phải tệp lịch nên không được đọc.", hint)


def _unread_folders(station: Path) -> Iterator[Problem]:
    folder = station / SCHEDULES
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.is_dir() and path.name != PLANS and not is_temporary(path.name):
            where = Where(file=f"{SCHEDULES}/{_printable(path.name)}")
            hint = f"Chuyển các tệp lịch trong đó ra thẳng thư mục {SCHEDULES}."
            yield warning(where, "folder-unread", "Thư mục con này không được đọc.", hint)
