"""Airings that meet in one zone, played through on paper by the zone desk's own rule: who waits, who is cut, who is lost."""

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from broadcaster.domain.arbitration import Claim, Claimant, claim
from broadcaster.domain.calendar import ZoneId
from broadcaster.domain.findings import Findings, Places
from broadcaster.domain.problems import Problem, error, warning
from broadcaster.domain.rundown import Airing, AiringId
from broadcaster.domain.settings import Settings

NEGLIGIBLE_WAIT_S = 1.0
"""A wait shorter than this is not worth a person's attention."""


class _Clash(Enum):
    """What becomes of the airing that finds its zone busy, or of the one it cuts."""

    WAITS = "overlap-wait"
    CUTS = "overlap-cut"
    LOSES = "overlap-lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Event:
    """In one zone, ``late`` met ``busy``; ``wait_s`` is how long it waits until it starts, or would have to."""

    clash: _Clash
    late: Airing
    busy: Airing
    wait_s: float


_Meeting = tuple[_Clash, AiringId, AiringId]


def collisions(places: Places, ordered: Sequence[Airing], settings: Settings) -> Iterator[Problem]:
    """One problem for each pair of slots that meet, by what becomes of them; ``ordered`` are PLANNED, in time order.

    Waiting within its grace, being cut, or losing to a higher class is a warning; losing to an equal or lower one is an
    error: a person must decide.
    """
    zones: dict[_Meeting, tuple[ZoneId, ...]] = {}
    met: dict[_Meeting, _Event] = {}
    for alike, airings in _zones_alike(ordered):
        for cluster in _clusters(airings):
            for event in _play(cluster):
                meeting = (event.clash, event.late.id, event.busy.id)
                met.setdefault(meeting, event)
                zones[meeting] = (*zones.get(meeting, ()), *alike)
    findings = Findings()
    for meeting, event in sorted(met.items(), key=lambda m: (m[1].late.planned, m[1].late.id)):
        late, busy = event.late, event.busy
        cause = (event.clash, late.slot, busy.slot, late.planned.time())
        if findings.is_new(cause, late.planned.date()):
            findings.describe(cause, _collision(places, event, settings.zone_names(zones[meeting])))
    yield from findings.problems()


def _zones_alike(ordered: Sequence[Airing]) -> Iterator[tuple[tuple[ZoneId, ...], list[Airing]]]:
    """The airings of each zone, zones that hear exactly the same together: they need to be played through once."""
    by_zone: dict[ZoneId, list[Airing]] = {}
    for airing in ordered:
        for zone in airing.zones:
            by_zone.setdefault(zone, []).append(airing)
    alike: dict[tuple[AiringId, ...], list[ZoneId]] = {}
    for zone, airings in by_zone.items():
        alike.setdefault(tuple(a.id for a in airings), []).append(zone)
    for zones in alike.values():
        yield tuple(zones), by_zone[zones[0]]


def _clusters(airings: Sequence[Airing]) -> Iterator[list[Airing]]:
    """Runs of airings of one zone in which each may still find an earlier one on air; single ones are left out."""
    cluster: list[Airing] = []
    busy_until: datetime | None = None
    for airing in airings:
        if busy_until is not None and airing.planned < busy_until:
            cluster.append(airing)
            busy_until += timedelta(seconds=airing.duration_s)
            continue
        if len(cluster) > 1:
            yield cluster
        cluster = [airing]
        busy_until = airing.ends
    if len(cluster) > 1:
        yield cluster


class _Queue:
    """Airings waiting for a zone: the highest class first, then the one planned first; moments are epoch seconds."""

    __slots__ = ("_by_patience", "_by_rank", "_gone", "_order")

    def __init__(self) -> None:
        self._by_rank: list[tuple[int, float, int, Airing]] = []
        self._by_patience: list[tuple[float, int, Airing]] = []
        self._gone: set[int] = set()
        self._order = 0

    def add(self, airing: Airing, planned: float) -> None:
        self._order += 1
        patience = planned + (_claimant(airing).patience - airing.planned).total_seconds()
        heapq.heappush(self._by_rank, (-airing.priority, planned, self._order, airing))
        heapq.heappush(self._by_patience, (patience, self._order, airing))

    def first(self) -> Airing | None:
        while self._by_rank and self._by_rank[0][2] in self._gone:
            heapq.heappop(self._by_rank)
        return self._by_rank[0][3] if self._by_rank else None

    def take_first(self) -> None:
        self._gone.add(heapq.heappop(self._by_rank)[2])

    def out_of_patience(self, now: float) -> Iterator[Airing]:
        while self._by_patience and self._by_patience[0][0] < now:
            _, order, airing = heapq.heappop(self._by_patience)
            if order not in self._gone:
                self._gone.add(order)
                yield airing


def _play(airings: Sequence[Airing]) -> Iterator[_Event]:
    """Run one zone's airings by the rule of the zone desk, and tell each wait, cut and loss."""
    ahead = [(a.planned.timestamp(), a) for a in reversed(airings)]
    queue = _Queue()
    on_air: Airing | None = None
    before = airings[0]
    free = 0.0
    while ahead or queue.first() is not None:
        now = min(([ahead[-1][0]] if ahead else []) + ([free] if on_air is not None else []))
        while ahead and ahead[-1][0] <= now:
            planned, arrived = ahead.pop()
            queue.add(arrived, planned)
        if on_air is not None and free <= now:
            before, on_air = on_air, None
        for lost in queue.out_of_patience(now):
            wait_s = free - lost.planned.timestamp()
            yield _Event(clash=_Clash.LOSES, late=lost, busy=on_air or before, wait_s=wait_s)
        first = queue.first()
        if first is None:
            continue
        waited = now - first.planned.timestamp()
        if on_air is not None:
            if claim(_claimant(first), on_air=on_air.priority) is Claim.WAIT:
                continue
            yield _Event(clash=_Clash.CUTS, late=first, busy=on_air, wait_s=waited)
        elif waited >= NEGLIGIBLE_WAIT_S:
            yield _Event(clash=_Clash.WAITS, late=first, busy=before, wait_s=waited)
        queue.take_first()
        on_air, free = first, now + first.duration_s


def _claimant(airing: Airing) -> Claimant:
    return Claimant(
        planned=airing.planned,
        latest=airing.latest,
        priority=airing.priority,
        start_rule=airing.start_rule,
        within_s=airing.within_s,
    )


def _collision(places: Places, event: _Event, zones: str) -> Problem:
    late, busy = event.late, event.busy
    place = places.of(late)
    met = (
        f"“{late.title}” ({_span(late)} ngày {late.planned:%d/%m/%Y}) trùng giờ với “{busy.title}” ({_span(busy)}, "
        f"{places.of(busy)}) ở cụm loa {zones}"
    )
    if event.clash is _Clash.CUTS:
        return warning(
            place,
            event.clash.value,
            f"{met}: “{busy.title}” bị cắt ngang, nhường cho bài ưu tiên hơn",
            "Nếu không muốn cắt, dời một trong hai khung giờ hoặc ghi “bắt đầu: chờ hết bài”.",
        )
    if event.clash is _Clash.WAITS:
        return warning(
            place,
            event.clash.value,
            f"{met}: “{late.title}” sẽ chờ khoảng {_length(event.wait_s)}",
            "Vẫn phát được; muốn đúng giờ thì dời một trong hai khung giờ.",
        )
    lost = f"{met}: “{late.title}” phải chờ khoảng {_length(event.wait_s)}, quá mức cho phép, nên sẽ không phát được"
    if late.priority < busy.priority:
        return warning(place, event.clash.value, lost, "Dời giờ của bài này để không bị bài ưu tiên hơn lấn mất.")
    return error(
        place,
        event.clash.value,
        lost,
        "Xin cán bộ quyết định: dời một trong hai khung giờ, tăng mức ưu tiên, hoặc cho phép trễ lâu hơn.",
    )


def _span(airing: Airing) -> str:
    return f"{airing.planned:%H:%M}–{airing.ends:%H:%M}"


def _length(seconds: float) -> str:
    return f"{round(seconds)} giây" if seconds < 60 else f"{round(seconds / 60)} phút"
