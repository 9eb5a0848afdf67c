"""Composition of the papers: what the record, the files and the clips say of some days, ready to be drawn."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

from broadcaster.adapters.bundle_zip import Member, of_file, whole
from broadcaster.adapters.evidence_files import evidence_path
from broadcaster.adapters.mp3 import mp3_of
from broadcaster.domain.asrun import AsRunEntry, Item, Line, Outcome, reconcile
from broadcaster.domain.calendar import ZoneId
from broadcaster.domain.clips import Clip
from broadcaster.domain.figures import FRAME, Counter, count
from broadcaster.domain.periods import Period, PeriodError, parse_period
from broadcaster.domain.plan import Plan
from broadcaster.domain.report import Report
from broadcaster.domain.rundown import Airing, Rundown
from broadcaster.domain.scripts import Approval, Script, ScriptId
from broadcaster.domain.settings import Settings, Zone
from broadcaster.errors import InputError
from broadcaster.ports import ChainRow
from broadcaster.station.rehearsing import planned
from broadcaster.station.reporting import Reporter, bounds
from broadcaster.wiring.workshop import Workshop

SEARCHED = timedelta(days=14)
"""How far before and after a moment the nearest airing is looked for."""

_OPENED_WITHIN = 500
"""So many rows at most lie between an airing's opening and its closing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """What the record says of [first, last]: the plan held against the rows, who approved what, each item's first airing."""

    first: date
    last: date
    lines: tuple[Line, ...]
    entries: tuple[AsRunEntry, ...]
    approvals: Mapping[ScriptId, Approval]
    firsts: Mapping[ScriptId, int]
    rehearsed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What the record has in one zone around a moment."""

    zone: Zone
    lines: tuple[Line, ...]
    before: AsRunEntry | None
    after: AsRunEntry | None
    recording: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """An item as it was last heard in full, since when and how often; ``text`` is empty where the file has changed since."""

    item: Item
    first: datetime
    last: datetime
    plays: int
    text: str
    author: str
    clip: Clip | None
    rehearsed: bool


class Papers:
    """Collects what the papers of one station need; opens nothing before it is asked."""

    def __init__(self, shop: Workshop) -> None:
        self.shop = shop

    @property
    def settings(self) -> Settings:
        """The station's settings as they are."""
        return self.shop.read.settings

    @property
    def scripts(self) -> Mapping[ScriptId, Script]:
        """The scripts as they are."""
        return self.shop.read.scripts

    @cached_property
    def reporter(self) -> Reporter:
        """Builds reports from the journal."""
        return Reporter(files=self.shop.read, journal=self.shop.journal)

    def period(self, text: str) -> Period:
        """The period a person named. Raises InputError with the way out."""
        try:
            return parse_period(text, self.settings.reporting.cut_offs)
        except PeriodError as error:
            raise InputError(f"Kỳ báo cáo: {error.message}.", hint=error.hint) from error

    def plan(self, code: str) -> Plan | None:
        """The plan of that code. Raises InputError when there is none; None when no code was given."""
        if not code:
            return None
        found = next((p for p in self.shop.read.plans if code in (p.code, p.number)), None)
        if found is None:
            known = ", ".join(p.code for p in self.shop.read.plans) or "chưa có tệp nào"
            raise InputError(f"Không có kế hoạch “{code}”.", hint=f"Các kế hoạch trong schedules/plans: {known}.")
        return found

    def report(self, period: str, *, issued: date | None = None, plan: str = "") -> Report:
        """The report of a named period as of now."""
        return self.reporter.build(self.period(period), now=self.shop.now(), issued=issued, plan=self.plan(plan))

    def bounds(self, first: date, last: date) -> tuple[datetime, datetime]:
        """The midnights around these days in the station's zone."""
        zone = self.shop.now().tzinfo
        return datetime.combine(first, time(), zone), datetime.combine(last + timedelta(days=1), time(), zone)

    def days(self, first: date, last: date, airings: tuple[Airing, ...] | None = None) -> Days:
        """Everything the record has of these days; ``airings`` stand in where nothing was published yet."""
        journal = self.shop.journal
        start, end = self.bounds(first, last)
        entries = tuple(journal.entries(start, end))
        on_air = frozenset(o.airing_id for o in journal.open_rows())
        expected = planned(journal, first, last) if airings is None else airings
        rehearsed = bool(entries) and all(e.opening.rehearsed for e in entries if not e.opening.test)
        return Days(
            first=first,
            last=last,
            lines=reconcile(expected, entries, now=self.shop.now(), on_air=on_air),
            entries=entries,
            approvals=journal.approvals(),
            firsts={f.script: f.seq for f in journal.figures((start, end)).firsts if f.rehearsed is rehearsed},
            rehearsed=rehearsed,
        )

    def published(self, day: date) -> Rundown | None:
        """The day's rundown as published, None where it was not yet."""
        return self.shop.journal.rundown(day)

    def expected(self, day: date) -> tuple[Airing, ...]:
        """The day's airings by the files, for a day nobody published yet. Raises InputError when the files have errors."""
        _ = self.shop.files
        planner = self.shop.planner
        return planner.airings(day, day, already=planner.chosen(day, 1))

    def zone(self, name: str) -> Zone:
        """The zone of that id or name. Raises InputError with the zones there are."""
        wanted = name.strip().casefold()
        for zone in self.settings.zones:
            if wanted in (zone.id.casefold(), zone.name.casefold()):
                return zone
        known = ", ".join(f"{z.id} ({z.name})" for z in self.settings.zones)
        raise InputError(f"Không có cụm loa “{name}”.", hint=f"Các cụm loa của trạm: {known}.")

    def around(self, zone: Zone, at: datetime, span: timedelta) -> Around:
        """What happened in a zone within ``span`` of a moment, and the nearest airings with sound there."""
        journal = self.shop.journal
        wide = tuple(journal.entries(at - SEARCHED, at + SEARCHED))
        sounding = [(began, e) for e in wide if (began := _began(e, zone.id)) is not None]
        before = max((x for x in sounding if _ended(x[1], zone.id) <= at), key=lambda x: x[0], default=None)
        after = min((x for x in sounding if x[0] > at), key=lambda x: x[0], default=None)
        near = [e for e in wide if _touches(e, zone.id, at - span, at + span)]
        airings = [
            a
            for a in planned(journal, (at - span).date(), (at + span).date())
            if zone.id in a.zones and at - span <= a.planned <= at + span
        ]
        rows = {e.opening.airing_id: e for e in near} | {
            e.opening.airing_id: e for e in wide if e.opening.airing_id in {a.id for a in airings}
        }
        lines = reconcile(airings, rows.values(), now=self.shop.now())
        return Around(
            zone=zone,
            lines=tuple(sorted(lines, key=_line_moment)),
            before=before[1] if before else None,
            after=after[1] if after else None,
            recording=bool(wide),
        )

    def works(self, report: Report) -> list[tuple[Item, Counter, date | None]]:
        """Each item counted in a report's period: as it was heard, how often, and the day it was first heard of all."""
        start, end = bounds(report.period.first, report.period.last, self._zone)
        figures = self.shop.journal.figures((start, end))
        counted = count(figures, report.rule)
        items = {i.script: i for g in figures.groups for i in g.items if i.kind not in FRAME}
        firsts = {
            f.script: f.at.astimezone(self._zone).date() for f in figures.firsts if f.rehearsed is report.rehearsed
        }
        return [
            (items[ScriptId(script)], counter, firsts.get(ScriptId(script)))
            for script, counter in counted.scripts.items()
            if ScriptId(script) in items
        ]

    @property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.settings.timezone)

    def heard(self, first: date | None = None) -> list[Heard]:
        """Every content item heard in full since ``first``, newest first, with its text where the file still says the same."""
        rows = self.shop.journal.entries(*(self.bounds(first, self.shop.now().date()) if first else (None, None)))
        found: dict[ScriptId, tuple[Item, datetime, datetime, int, bool]] = {}
        for entry in rows:
            if entry.closing.outcome is not Outcome.AIRED or entry.opening.test:
                continue
            at = entry.closing.started or entry.opening.recorded_at
            for item in entry.opening.items:
                if item.kind in FRAME:
                    continue
                _, since, _, plays, _ = found.get(item.script, (item, at, at, 0, False))
                found[item.script] = (item, min(since, at), at, plays + 1, entry.opening.rehearsed)
        made = [self._heard(*known) for known in found.values()]
        return sorted(made, key=lambda h: (h.last, h.item.script), reverse=True)

    def _heard(self, item: Item, first: datetime, last: datetime, plays: int, rehearsed: bool) -> Heard:
        script = self.scripts.get(item.script)
        same = script is not None and script.text_sha256 == item.text_sha256
        clip = None if rehearsed else self._clip(item.audio_sha256)
        return Heard(
            item=item,
            first=first.astimezone(self._zone),
            last=last.astimezone(self._zone),
            plays=plays,
            text=script.text if script is not None and same else "",
            author=script.author if script is not None else "",
            clip=clip,
            rehearsed=rehearsed,
        )

    def _clip(self, audio_sha256: str) -> Clip | None:
        clip = self.shop.clips.by_audio(audio_sha256) if audio_sha256 else None
        return clip if clip is not None and self.shop.clips.verified(clip) else None

    def sound(self, clip: Clip) -> bytes:
        """The clip as MP3. Raises InputError when it cannot be read."""
        return mp3_of(Path(clip.path))

    def chain(self, report: Report) -> tuple[int, int]:
        """The first and the last row of the chain that the period's rows lie in, openings included; (0, -1) for none."""
        start, end = bounds(report.period.first, report.period.last, self._zone)
        seqs = [(e.seq, e.opening.airing_id) for e in self.shop.journal.entries(start, end)]
        if not seqs:
            return 0, -1
        first, airing = min(seqs)
        back = max(1, first - _OPENED_WITHIN)
        opened = (
            r.seq for r in self.shop.journal.chain(back, first) if f'"{airing}"' in r.body and r.action == "on_air"
        )
        return next(opened, first), max(s for s, _ in seqs)

    def rows(self, first: int, last: int) -> Iterator[ChainRow]:
        """Sealed rows as they stand."""
        return self.shop.journal.chain(first, last) if first <= last else iter(())

    def evidence(self, report: Report, *, sound: str) -> Iterator[Member]:
        """The files behind a report: plans, the texts as heard, their sound (``mp3``, ``wav`` or ``none``), entered evidence."""
        folder = self.shop.paths.station
        for file in _files(folder / "schedules"):
            about = "kế hoạch" if "plans" in file.parts else "lịch phát"
            yield Member(name=f"ke-hoach/{file.relative_to(folder / 'schedules')}", data=of_file(file), about=about)
        approvals = self.shop.journal.approvals()
        seen: set[str] = set()
        for entry in self.shop.journal.entries(*bounds(report.period.first, report.period.last, self._zone)):
            for item in entry.opening.items if entry.closing.played_s > 0 else ():
                if item.audio_sha256 + item.text_sha256 not in seen:
                    seen.add(item.audio_sha256 + item.text_sha256)
                    yield from self._item_files(
                        item, approvals.get(item.script), sound, rehearsed=entry.opening.rehearsed
                    )
        for record in report.entered:
            for proof in record.activity.evidence:
                file = evidence_path(self.shop.paths.evidence, proof.sha256, proof.name)
                if file.is_file():
                    name = f"nhap-tay/{record.seq}-{proof.sha256[:8]}-{_plain(proof.name)}"
                    yield Member(name=name, data=of_file(file), about=record.activity.title, source=proof.sha256)

    def _item_files(self, item: Item, approval: Approval | None, sound: str, *, rehearsed: bool) -> Iterator[Member]:
        script = self.scripts.get(item.script)
        name = f"{_plain(item.script)}-{item.text_sha256[:8]}"
        if script is not None and script.text_sha256 == item.text_sha256:
            approved = approval is not None and approval.text_sha256 == item.text_sha256
            by = (
                f"; duyệt: {approval.by}, {approval.at:%H:%M %d/%m/%Y}"
                if approved and approval
                else "; chưa có phê duyệt"
            )
            yield Member(
                name=f"loi-phat/{name}.txt",
                data=whole(script.text.encode()),
                about=item.title + by,
                source=item.text_sha256,
            )
        clip = None if sound == "none" or rehearsed else self._clip(item.audio_sha256)
        if clip is None:
            return
        path = Path(clip.path)
        data = of_file(path) if sound == "wav" else lambda: (mp3_of(path),)
        yield Member(name=f"am-thanh/{name}.{sound}", data=data, about=item.title, source=item.audio_sha256)


def _files(folder: Path) -> Iterator[Path]:
    return (f for f in sorted(folder.rglob("*")) if f.is_file() and not f.name.startswith((".", "~")))


def _plain(name: str) -> str:
    """A file name with nothing a file system or a ZIP reader trips over."""
    return re.sub(r"[^\w.-]+", "-", name, flags=re.ASCII).strip(".-")[:80] or "tep"


def _began(entry: AsRunEntry, zone: ZoneId) -> datetime | None:
    """When sound began in the zone, None where there was none."""
    return next((r.started for r in entry.closing.results if r.zone == zone and r.played_s > 0), None)


def _ended(entry: AsRunEntry, zone: ZoneId) -> datetime:
    result = next(r for r in entry.closing.results if r.zone == zone and r.started is not None)
    if result.ended is not None:
        return result.ended
    began = result.started or entry.opening.recorded_at
    return began + timedelta(seconds=result.played_s)


def _touches(entry: AsRunEntry, zone: ZoneId, first: datetime, last: datetime) -> bool:
    """Whether a row of the zone has anything to do with a stretch of time."""
    if zone not in entry.opening.zones:
        return False
    began = _began(entry, zone)
    if began is None:
        return first <= (entry.opening.planned or entry.opening.recorded_at) <= last
    return began <= last and _ended(entry, zone) >= first


def _line_moment(line: Line) -> datetime:
    if line.airing is not None:
        return line.airing.planned
    if line.entry is None:
        raise ValueError("a line has an airing or a row")
    return line.entry.opening.planned or line.entry.opening.recorded_at
