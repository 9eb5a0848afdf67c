"""`ports_editing.Reviews` as one file of JSON lines, ``var/history/reviews.jsonl``, read again only when it has grown."""

import json
import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from broadcaster.domain.reviews import Review, Step
from broadcaster.domain.scripts import ScriptId
from broadcaster.errors import InputError


class ReviewBook:
    """Append-only; one line is one write, so two processes never mix their lines."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: tuple[tuple[int, int], tuple[Review, ...]] = ((-1, -1), ())

    def add(self, review: Review) -> None:
        """Write a step down, flushed to the disk. Raises InputError when the disk takes no more."""
        line = {
            "script": review.script,
            "text": review.text_sha256,
            "step": review.step.name,
            "by": review.by,
            "at": review.at.isoformat(),
            "reason": review.reason,
        }
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("ab") as file:
                file.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as cause:
            raise InputError("Không ghi được bước duyệt bài.", hint="Kiểm tra ổ đĩa còn chỗ và quyền ghi.") from cause

    def newest(self) -> Mapping[ScriptId, Review]:
        """The last step of each script."""
        return {review.script: review for review in self._all()}

    def of(self, script: ScriptId) -> tuple[Review, ...]:
        """Every step of one script, oldest first."""
        return tuple(review for review in self._all() if review.script == script)

    def _all(self) -> tuple[Review, ...]:
        try:
            stat = self._path.stat()
        except OSError:
            return ()
        signature = (stat.st_size, stat.st_mtime_ns)
        if self._known[0] != signature:
            lines = self._path.read_bytes().split(b"\n")
            self._known = (signature, tuple(r for raw in lines if (r := _review(raw)) is not None))
        return self._known[1]


def _review(raw: bytes) -> Review | None:
    """One line; None for one that a crash cut."""
    try:
        line: dict[str, Any] = json.loads(raw)
        return Review(
            script=ScriptId(line["script"]),
            text_sha256=line["text"],
            step=Step[line["step"]],
            by=line["by"],
            at=datetime.fromisoformat(line["at"]),
            reason=line["reason"],
        )
    except (ValueError, KeyError, TypeError):
        return None
