"""Writes accepted make-goods into the station's own schedule file, never into the officer's workbook."""

import json
import os
import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from broadcaster.adapters import calendar_yaml
from broadcaster.adapters.calendar_folder import SCHEDULES
from broadcaster.adapters.day_fields import WEEKDAY_NAMES
from broadcaster.adapters.text_files import read_text
from broadcaster.domain.folding import fold_id
from broadcaster.domain.makegood import MADE_GOOD_FOR, Proposal
from broadcaster.domain.problems import Problem, has_errors
from broadcaster.errors import InputError

FILE = f"{SCHEDULES}/phat-bu.yaml"

_HEAD = """\
# Các lượt phát bù đã được chấp nhận: lệnh “broadcaster makegood accept” ghi thêm vào đây.
# Muốn thôi một lượt: xóa dòng của nó, hoặc thêm huy: "lý do". Xong, chạy: broadcaster check
chuong_trinh:

lich_ngay:
"""
_PROGRAMMES, _ROWS = "chuong_trinh:", "lich_ngay:"


def write_makegood(station: Path, proposal: Proposal, *, by: str, now: datetime) -> str:
    """Add one dated row and return the line a person may look for; atomic, and refused where the file would not read back.

    Raises InputError when the file was edited into something that cannot be added to.
    """
    if proposal.at is None:
        raise InputError("Lượt này chưa có chỗ phát bù.", hint=proposal.why_not)
    path = station / FILE
    text = _HEAD
    if path.exists():
        found = read_text(path, FILE, at_most=calendar_yaml.MAX_BYTES)
        if isinstance(found, Problem):
            raise InputError(f"Không ghi thêm được vào {FILE}.", (found,))
        text = found
    lines = text.rstrip("\n").split("\n")
    for needed in (_PROGRAMMES, _ROWS):
        if needed not in lines:
            hint = f"Tệp này phải có dòng “{_PROGRAMMES}” và dòng “{_ROWS}”; đổi tên tệp đang có rồi làm lại."
            raise InputError(f"Tệp {FILE} đã được sửa khác mẫu, không tự ghi thêm được.", hint=hint)
    airing = proposal.lost.airing
    content, programme = _content(airing.scripts, airing.id, airing.title)
    row = _row(proposal, content, by=by, now=now)
    if programme:
        place = lines.index(_PROGRAMMES) + 1
        lines[place:place] = programme
    end = _end_of_rows(lines)
    lines[end:end] = row
    _replace(path, "\n".join(lines) + "\n")
    return row[1].strip()


def _content(scripts: Sequence[str], airing_id: str, title: str) -> tuple[str, list[str]]:
    """What the row airs: the script itself, or a programme of exactly the scripts that were to be heard."""
    if len(scripts) == 1:
        return scripts[0], []
    name = f"bu-{fold_id(airing_id)}"
    lines = [f"  {name}:", f"    ten: {_quoted(title)}", "    phan:", *(f"      - {script}" for script in scripts)]
    return name, lines


def _row(proposal: Proposal, content: str, *, by: str, now: datetime) -> list[str]:
    at, airing = proposal.at or now, proposal.lost.airing
    why = _one_line(
        f"{airing.title}, {airing.planned:%d/%m/%Y %H:%M}: {proposal.lost.reason or proposal.lost.outcome.value}"
    )
    return [
        f"  # {now:%d/%m/%Y %H:%M}, {_one_line(by)} chấp nhận. Bù: {why}",
        f'  - ngay: "{at:%d/%m/%Y}"',
        f"    thu: {WEEKDAY_NAMES[at.weekday()]}",
        f'    gio: "{at:%H:%M}"',
        f"    phat: {content}",
        f"    ten: {_quoted(f'Phát bù: {airing.title}')}",
        f"    cum_loa: [{', '.join(_quoted(zone) for zone in airing.zones)}]",
        f"    ghi_chu: {_quoted(f'{MADE_GOOD_FOR}{airing.id}')}",
    ]


def _end_of_rows(lines: Sequence[str]) -> int:
    """After the last row: before the next top-level line, or at the end of the file."""
    start = lines.index(_ROWS) + 1
    return next(
        (n for n in range(start, len(lines)) if lines[n][:1].strip() and not lines[n].startswith("#")), len(lines)
    )


def _replace(path: Path, text: str) -> None:
    """Write beside, read it back as the station would, then take its place; the directory is synced."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".phat-bu.", suffix=".tmp")
    beside = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        _, problems = calendar_yaml.read(beside, FILE)
        if has_errors(problems):
            hint = "Sửa các lỗi trên trong tệp đó rồi làm lại."
            raise InputError(f"Tệp {FILE} đang có lỗi, chưa ghi thêm được.", problems, hint=hint)
        if path.exists():
            beside.chmod(path.stat().st_mode & 0o777)
        else:
            beside.chmod(0o644)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _quoted(text: str) -> str:
    """A double-quoted YAML value; JSON escapes the same characters the same way."""
    return json.dumps(_one_line(text), ensure_ascii=False)


def _one_line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
