"""The journal in memory: the same rows and the same chain, for a rehearsal and for tests; nothing survives it."""

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice, pairwise

from broadcaster.adapters.journal_activities import activity_draft, activity_of
from broadcaster.adapters.journal_check import Aired, Derived, RawRow, walk
from broadcaster.adapters.journal_codec import HALF_DAY, epoch_us, from_epoch_us, note_of
from broadcaster.adapters.journal_rows import (
    FACTS,
    GENESIS,
    Action,
    Draft,
    Fact,
    Sealed,
    aired_scripts,
    approval_draft,
    closing_draft,
    entry_of,
    event_draft,
    group_of,
    note_draft,
    opening_draft,
    record_of,
    rundown_draft,
    seal,
    vouches,
    whole_draft,
    withdrawal_draft,
)
from broadcaster.domain.activities import Activity, RecordedActivity
from broadcaster.domain.asrun import AsRunEntry, Closing, Item, Opening
from broadcaster.domain.figures import FigureGroup, Figures, FirstHeard
from broadcaster.domain.rundown import AiringId, AiringState, Rundown
from broadcaster.domain.scripts import Approval, ScriptId
from broadcaster.errors import AlreadyRecordedError, RecordError
from broadcaster.ports import ChainReport, ChainRow, Note, Unmatched


@dataclass(frozen=True, slots=True, kw_only=True)
class _Open:
    seq: int
    opening: Opening
    facts: Mapping[str, Fact]


class RehearsalJournal:
    """Keeps everything in the memory of one process; as fast as a year in a loop needs."""

    def __init__(self) -> None:
        self._rows: list[Sealed] = []
        self._airings: set[AiringId] = set()
        self._unclosed: dict[AiringId, _Open] = {}
        self._entries: list[tuple[Sealed, AsRunEntry]] = []
        self._closed_by_moment: list[tuple[int, int]] = []
        self._by_moment: list[tuple[int, AiringId]] = []
        self._by_record: list[tuple[int, AiringId]] = []
        self._rundowns: dict[date, tuple[Fact, Rundown]] = {}
        self._approvals: dict[ScriptId, Approval] = {}
        self._aired: dict[tuple[ScriptId, int], Aired] = {}
        self._latest: tuple[int, datetime] | None = None

    def on_air(self, opening: Opening) -> None:
        self._refuse_second(opening.airing_id)
        sealed = self._append(opening_draft(opening))
        self._unclosed[opening.airing_id] = _Open(seq=sealed.seq, opening=opening, facts=sealed.facts)
        self._opened(opening, sealed)

    def off_air(self, airing_id: AiringId, closing: Closing) -> AsRunEntry:
        if airing_id not in self._airings:
            raise RecordError(f"Lượt phát {airing_id} chưa được ghi lúc bắt đầu nên không thể ghi lúc kết thúc.")
        begun = self._unclosed.get(airing_id)
        if begun is None:
            raise AlreadyRecordedError(f"Lượt phát {airing_id} đã được ghi kết thúc rồi, không ghi lần nữa.")
        shared = {n: v for n, v in begun.facts.items() if n not in {"action", "at", "at_us", "seq"}}
        sealed = self._append(closing_draft(begun.opening, shared, closing, opening_seq=begun.seq))
        del self._unclosed[airing_id]
        return self._closed(begun.opening, closing, sealed)

    def record(self, opening: Opening, closing: Closing) -> AsRunEntry:
        self._refuse_second(opening.airing_id)
        sealed = self._append(whole_draft(opening, closing))
        self._opened(opening, sealed)
        return self._closed(opening, closing, sealed)

    def open_rows(self) -> tuple[Opening, ...]:
        return tuple(begun.opening for begun in self._unclosed.values())

    def recorded(self, first: datetime, last: datetime) -> frozenset[AiringId]:
        low, high = epoch_us(first), epoch_us(last)
        return frozenset(
            airing_id
            for moments in (self._by_moment, self._by_record)
            for _, airing_id in moments[bisect_left(moments, (low,)) : bisect_left(moments, (high + 1,))]
        )

    def entries(self, first: datetime | None = None, last: datetime | None = None) -> Iterator[AsRunEntry]:
        moments = self._closed_by_moment
        start = 0 if first is None else bisect_left(moments, (epoch_us(first),))
        end = len(moments) if last is None else bisect_left(moments, (epoch_us(last),))
        for place in sorted(place for _, place in moments[start:end]):
            yield self._entries[place][1]

    def note(self, *, airing_id: AiringId | None, by: str, text: str, at: datetime) -> int:
        return self._append(note_draft(airing_id=airing_id, by=by, text=text, at=at)).seq

    def notes(self, first: datetime | None = None, last: datetime | None = None) -> Iterator[Note]:
        for row in tuple(self._rows):
            if row.facts["action"] == Action.NOTE:
                note = note_of(row.seq, record_of(row.body))
                if (first is None or first <= note.at) and (last is None or note.at < last):
                    yield note

    def publish(self, rundown: Rundown) -> bool:
        known = self._rundowns.get(rundown.day)
        draft = rundown_draft(rundown)
        if known is not None and known[0] == draft.facts["content"]:
            return False
        self._append(draft)
        self._rundowns[rundown.day] = (draft.facts["content"], rundown)
        return True

    def rundown(self, day: date) -> Rundown | None:
        known = self._rundowns.get(day)
        return known[1] if known is not None else None

    def rundowns(self, first: date, last: date) -> Mapping[date, Rundown]:
        return {day: self._rundowns[day][1] for day in sorted(self._rundowns) if first <= day <= last}

    def approve(self, approval: Approval) -> None:
        self._append(approval_draft(approval))
        self._approvals[approval.script_id] = approval

    def withdraw(self, script_id: ScriptId, *, by: str, at: datetime, reason: str = "") -> bool:
        if script_id not in self._approvals:
            return False
        self._append(withdrawal_draft(script_id, by=by, at=at, reason=reason))
        del self._approvals[script_id]
        return True

    def approvals(self) -> Mapping[ScriptId, Approval]:
        return dict(sorted(self._approvals.items()))

    def last_aired(self) -> Mapping[ScriptId, datetime]:
        newest = sorted(self._aired.items(), key=lambda pair: pair[1].last_seq)
        return {script: from_epoch_us(known.last_us) for (script, _), known in newest}

    def newest_moment(self) -> datetime | None:
        return self._latest[1] if self._latest is not None else None

    def figures(self, cuts: Sequence[datetime]) -> Figures:
        groups: list[FigureGroup] = []
        for segment, (start, end) in enumerate(pairwise(epoch_us(cut) for cut in cuts)):
            alike: dict[Fact, list[tuple[Sealed, tuple[Item, ...]]]] = {}
            for row, entry in self._entries:
                if start <= int(row.facts["moment_us"]) < end:
                    alike.setdefault(row.facts["tally"], []).append((row, entry.opening.items))
            groups.extend(
                group_of(
                    rows[0][0].facts,
                    rows[0][1],
                    segment=segment,
                    count=len(rows),
                    played_ms=sum(int(row.facts["played_ms"]) for row, _ in rows),
                    duration_ms=sum(int(row.facts["duration_ms"]) for row, _ in rows),
                )
                for rows in alike.values()
            )
        firsts = tuple(
            FirstHeard(script=script, rehearsed=bool(rehearsed), seq=known.first_seq, at=from_epoch_us(known.first_us))
            for (script, rehearsed), known in sorted(self._aired.items(), key=lambda pair: pair[1].first_seq)
            if cuts and from_epoch_us(known.first_us) < cuts[-1]
        )
        return Figures(cuts=tuple(cuts), groups=tuple(groups), firsts=firsts)

    def half_days(self, first: datetime, last: datetime, tallies: Collection[int]) -> frozenset[int]:
        zero, length = epoch_us(first), HALF_DAY // timedelta(microseconds=1)
        moments = (int(r.facts["moment_us"]) for r, _ in self._entries if int(r.facts["tally"]) in tallies)
        return frozenset((m - zero) // length for m in moments if zero <= m < epoch_us(last))

    def entries_of(
        self, first: datetime, last: datetime, tallies: Collection[int], limit: int | None = None
    ) -> Iterator[AsRunEntry]:
        low, high = epoch_us(first), epoch_us(last)
        places = [p for m, p in self._closed_by_moment if low <= m < high]
        found = (self._entries[p] for p in places if int(self._entries[p][0].facts["tally"]) in tallies)
        yield from islice((entry for _, entry in found), limit)

    def planned_scripts(self, first: date, last: date) -> Mapping[ScriptId, int]:
        airings = (a for r in self.rundowns(first, last).values() for a in r.airings)
        return Counter(s for a in airings if a.state is AiringState.PLANNED for s in a.scripts)

    def unmatched(self, first: datetime, last: datetime) -> Unmatched:
        airings = {
            a.id: a for r in self.rundowns(first.date(), (last - timedelta(days=1)).date()).values() for a in r.airings
        }
        entries = {e.opening.airing_id: e for e in self.entries(first, last)}
        return Unmatched(
            airings=len(airings),
            unrecorded=tuple(a for i, a in airings.items() if i not in entries),
            unplanned=tuple(e for i, e in entries.items() if i not in airings),
        )

    def enter(self, activity: Activity) -> int:
        return self._append(activity_draft(activity)).seq

    def activities(self) -> Iterator[RecordedActivity]:
        for row in tuple(self._rows):
            if row.facts["action"] == Action.ACTIVITY:
                yield activity_of(row.seq, record_of(row.body))

    def verify(self, progress: Callable[[int], None] | None = None) -> ChainReport:
        opened = {str(airing_id): begun.seq for airing_id, begun in self._unclosed.items()}
        aired = {(str(script), rehearsed): known for (script, rehearsed), known in self._aired.items()}
        latest = self._latest[0] if self._latest is not None else None
        return walk(
            map(_raw, self._rows), remembered=None, opened=opened, aired=aired, latest=latest, progress=progress
        )

    def chain(self, first: int = 1, last: int | None = None) -> Iterator[ChainRow]:
        for row in self._rows[max(0, first - 1) : last]:
            yield ChainRow(
                seq=row.seq,
                at=datetime.fromisoformat(str(row.facts["at"])),
                action=str(row.facts["action"]),
                body=row.body,
                prev_hash=row.prev_hash,
                row_hash=row.row_hash,
            )

    def rebuild(self) -> None:
        derived = Derived()
        for row in self._rows:
            derived.take(_raw(row))
        self._aired = {(ScriptId(script), rehearsed): known for (script, rehearsed), known in derived.aired.items()}

    def event(self, *, action: str, by: str, text: str, at: datetime) -> int:
        return self._append(event_draft(action=action, by=by, text=text, at=at)).seq

    def close(self) -> None:
        """Nothing is held."""

    def _append(self, draft: Draft) -> Sealed:
        before = self._rows[-1].row_hash if self._rows else GENESIS
        sealed = seal(draft, seq=len(self._rows) + 1, prev_hash=before)
        self._rows.append(sealed)
        if self._latest is None or vouches(draft) or draft.at > self._latest[1]:
            self._latest = (sealed.seq, draft.at)
        return sealed

    def _opened(self, opening: Opening, sealed: Sealed) -> None:
        self._airings.add(opening.airing_id)
        insort(self._by_moment, (int(sealed.facts["moment_us"]), opening.airing_id))
        insort(self._by_record, (epoch_us(opening.recorded_at), opening.airing_id))

    def _closed(self, opening: Opening, closing: Closing, sealed: Sealed) -> AsRunEntry:
        entry = entry_of(opening, closing, sealed)
        moment = int(sealed.facts["moment_us"])
        insort(self._closed_by_moment, (moment, len(self._entries)))
        self._entries.append((sealed, entry))
        for script in aired_scripts(opening, closing):
            key = (script, int(opening.rehearsed))
            known = self._aired.setdefault(key, Aired(sealed.seq, moment, sealed.seq, moment))
            known.last_seq, known.last_us = sealed.seq, moment
        return entry

    def _refuse_second(self, airing_id: AiringId) -> None:
        if airing_id in self._airings:
            raise AlreadyRecordedError(f"Lượt phát {airing_id} đã có dòng trong nhật ký, không phát lần thứ hai.")


def _raw(row: Sealed) -> RawRow:
    return (*(row.facts.get(name) for name in FACTS), row.body, row.prev_hash, row.row_hash)
