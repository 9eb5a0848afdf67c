"""Walking the chain: every seal, every place, every column, the tail, and what was derived from it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from broadcaster.adapters.journal_codec import clean
from broadcaster.adapters.journal_rows import FACTS, GENESIS, Action, Fact, hash_of, holds, record_of
from broadcaster.domain.asrun import Outcome
from broadcaster.domain.trust import CLOCK_ACCEPTED
from broadcaster.ports import ChainReport

RawRow = Sequence[Fact | None]
"""One row as the database gives it: the columns in the order of FACTS, then body, prev_hash, row_hash."""

_AT = {name: n for n, name in enumerate(FACTS)}
_BODY, _PREV, _HASH = len(FACTS), len(FACTS) + 1, len(FACTS) + 2
_EVERY = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The newest row a place remembers: its seq and its seal."""

    seq: int
    row_hash: str


@dataclass(slots=True)
class Aired:
    """A script's first and last airing: the rows and their moments in µs."""

    first_seq: int
    first_us: int
    last_seq: int
    last_us: int


@dataclass(slots=True)
class Derived:
    """What follows from the rows taken so far: airings still open, when each script was aired, and the latest moment.

    A script is aired by a row whose outcome is aired and which was no test; rehearsed rows are kept apart. ``latest`` is the
    seq of the row with the greatest moment since a person last vouched for the clock.
    """

    open: dict[str, int] = field(default_factory=dict)
    aired: dict[tuple[str, int], Aired] = field(default_factory=dict)
    latest: int | None = None
    _latest_us: int = 0
    _scripts: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def take(self, row: RawRow) -> None:
        """The next row, in the order of seq."""
        action, seq = row[_AT["action"]], _int(row[_AT["seq"]])
        self._moment(row, seq)
        if action == Action.ON_AIR:
            self.open[str(row[_AT["airing_id"]])] = seq
        elif action == Action.OFF_AIR:
            self.open.pop(str(row[_AT["airing_id"]]), None)
        elif action != Action.RECORD:
            return
        content = str(row[_AT["content"]])
        if content not in self._scripts and action != Action.OFF_AIR:
            items = record_of(str(row[_BODY]))["opening"]["items"]
            self._scripts[content] = tuple(dict.fromkeys(clean(str(item["script"])) for item in items))
        if row[_AT["outcome"]] == Outcome.AIRED.value and not row[_AT["test"]]:
            moment = _int(row[_AT["moment_us"]])
            for script in self._scripts.get(content, ()):
                self._heard((script, _int(row[_AT["rehearsed"]])), seq, moment)

    def _moment(self, row: RawRow, seq: int) -> None:
        at_us = _int(row[_AT["at_us"]])
        vouched = row[_AT["action"]] == Action.EVENT and record_of(str(row[_BODY]))["action"] == CLOCK_ACCEPTED
        if self.latest is None or vouched or at_us > self._latest_us:
            self.latest, self._latest_us = seq, at_us

    def _heard(self, key: tuple[str, int], seq: int, moment_us: int) -> None:
        known = self.aired.get(key)
        if known is None:
            self.aired[key] = Aired(seq, moment_us, seq, moment_us)
        else:
            known.last_seq, known.last_us = seq, moment_us


def walk(
    rows: Iterable[RawRow],
    *,
    remembered: Head | None,
    opened: Mapping[str, int],
    aired: Mapping[tuple[str, int], Aired],
    latest: int | None,
    progress: Callable[[int], None] | None = None,
) -> ChainReport:
    """Read every row in the order of seq and stop at the first place that does not hold.

    ``remembered`` is the head written down outside the database (it may lag behind, never lead); ``opened``,
    ``aired`` and ``latest`` are what was derived, as found.
    """
    derived = Derived()
    count, before = 0, GENESIS
    for row in rows:
        wrong = _wrong(row, count + 1, before)
        if wrong:
            return ChainReport(rows=count, broken_at=min(count + 1, _int(row[_AT["seq"]])), reason=wrong, head=before)
        count, before = count + 1, str(row[_HASH])
        if remembered is not None and remembered.seq == count and remembered.row_hash != before:
            return ChainReport(rows=count, broken_at=count, reason=_REWRITTEN.format(seq=count), head=before)
        derived.take(row)
        if progress is not None and count % _EVERY == 0:
            progress(count)
    if progress is not None:
        progress(count)
    if remembered is not None and remembered.seq > count:
        return ChainReport(
            rows=count, broken_at=count + 1, reason=_CUT.format(have=count, had=remembered.seq), head=before
        )
    strayed = _strayed(derived, opened, aired, latest)
    if strayed is not None:
        return ChainReport(rows=count, broken_at=strayed, reason=_STRAYED.format(seq=strayed), head=before)
    return ChainReport(rows=count, head=before)


_REWRITTEN = "Dòng {seq} không phải dòng đã ghi lúc đó: chuỗi đã bị viết lại từ đầu."
_CUT = "Mất phần đuôi: nhật ký chỉ còn {have} dòng, trong khi đã ghi đến dòng {had}."
_STRAYED = "Các dòng còn nguyên, nhưng bảng tra nhanh không khớp với dòng {seq}; cần lập lại bảng tra từ chính nhật ký."


def _wrong(row: RawRow, expected: int, before: str) -> str:
    seq = _int(row[_AT["seq"]])
    if seq > expected:
        missing = f"dòng {expected}" if seq == expected + 1 else f"các dòng {expected}–{seq - 1}"
        return f"Mất {missing}: có người đã xoá khỏi nhật ký."
    if seq < expected:
        return f"Dòng {seq} nằm sai chỗ: có người đã chèn vào nhật ký."
    if row[_PREV] != before:
        return f"Dòng {seq} không nối với dòng trước nó: đã bị chèn, đổi chỗ hoặc sửa."
    body = row[_BODY]
    if not isinstance(body, str) or hash_of(before, body) != row[_HASH]:
        return f"Dòng {seq} đã bị sửa: nội dung không còn khớp với dấu niêm của nó."
    if not holds(row[: len(FACTS)], body):
        return f"Dòng {seq} đã bị sửa: các cột tra cứu không khớp với nội dung đã niêm."
    return ""


def _strayed(
    derived: Derived, opened: Mapping[str, int], aired: Mapping[tuple[str, int], Aired], latest: int | None
) -> int | None:
    astray = [seq for airing, seq in derived.open.items() if opened.get(airing) != seq]
    astray += [seq for airing, seq in opened.items() if airing not in derived.open]
    astray += [known.last_seq for key, known in derived.aired.items() if aired.get(key) != known]
    astray += [known.last_seq for key, known in aired.items() if key not in derived.aired]
    astray += [derived.latest or latest or 1] if derived.latest != latest else []
    return min(astray, default=None)


def _int(value: Fact | None) -> int:
    """A number column; a hand may have put anything there, and what is no number is no place in the chain."""
    return value if isinstance(value, int) else -1
