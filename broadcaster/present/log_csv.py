"""The log as CSV and as JSON lines, row by row, so that ten years leave the memory as they came."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from datetime import tzinfo

from broadcaster.domain.asrun import AsRunEntry
from broadcaster.present.rows import JsonValue, as_json

COLUMNS = (
    "airing_id", "seq", "planned", "started", "ended", "zone", "programme", "title", "scripts", "outcome", "reason",
    "played_s", "duration_s", "late_ms", "priority", "test", "rehearsed", "by", "order_reason", "clock_trusted",
    "text_sha256", "audio_sha256", "voice", "device", "recorded", "prev_hash", "row_hash",
)  # fmt: skip
"""As in `present.rows`; what each zone said is left to the JSON."""


def csv_lines(entries: Iterable[AsRunEntry], zone: tzinfo) -> Iterator[bytes]:
    """UTF-8 with its mark, so that Excel shows the marks right; text that would be a formula stays text."""
    yield b"\xef\xbb\xbf" + _line(COLUMNS)
    for entry in entries:
        row = as_json(entry, zone)
        yield _line(_cell(row[name]) for name in COLUMNS)


def json_lines(entries: Iterable[AsRunEntry], zone: tzinfo) -> Iterator[bytes]:
    """One object a line, as `log --json` prints them."""
    for entry in entries:
        yield json.dumps(as_json(entry, zone), ensure_ascii=False).encode() + b"\n"


def _line(cells: Iterable[object]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(cells)
    return buffer.getvalue().encode("utf-8", "replace")


def _cell(value: JsonValue) -> object:
    if isinstance(value, list):
        return ",".join(str(v) for v in value)
    if isinstance(value, str) and value[:1] and value[0] in "=+-@\t\r":
        return "'" + value
    return value
