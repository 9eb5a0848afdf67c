"""What would go wrong on air, found while there is time: collisions, duplicates, rules without a day, the ward's own limits."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum

from broadcaster.domain.arbitration import Claim, Claimant, claim
from broadcaster.domain.calendar import Calendar, OnDates, Slot, ZoneId
from broadcaster.domain.findings import Findings, Places
from broadcaster.domain.firing import Days, first_day, valid_on
from broadcaster.domain.problems import Problem, Where, error, warning
from broadcaster.domain.regulation import check_regulation
from broadcaster.domain.rundown import Airing, AiringId, AiringState
from broadcaster.domain.scripts import Script, ScriptId
from broadcaster.domain.settings import Settings

NEGLIGIBLE_WAIT_S = 1.0
"""A wait shorter than this is not worth a person's attention."""


def check_plan(
    calendar: Calendar,
    airings: Sequence[Airing],
    settings: Settings,
    *,
    scripts: Mapping[ScriptId, Script] | None = None,
) -> tuple[Problem, ...]:
    """Every problem of a plan: ``airings`` are those of the days looked at, resolved and with their durations.

    A rule is judged over its whole validity, the rest over the airings given. With ``scripts``, items that are not fit on
    their day are found too, and frame items (nhạc hiệu, xướng, chào) do not count as repeats.
    """
    ordered = sorted((a for a in airings if a.state is AiringState.PLANNED), key=lambda a: (a.planned, a.id))
    places = Places(calendar)
    return (
        *_without_days(calendar),
        *_duplicates(places, ordered),
        *_collisions(places, ordered),
        *check_regulation(places, ordered, settings, scripts or {}),
    )


def _without_days(calendar: Calendar) -> Iterator[Problem]:
    for slot in calendar.slots:
        if not slot.enabled:
            continue
        if not slot.times:
            yield error(
                slot.where,
                "no-time",
                f"khung giờ “{slot.id}” không có giờ phát nào",
                "Ghi ít nhất một giờ, ví dụ 06:05.",
            )
        elif first_day(slot) is None:
            yield error(slot.where, "no-date", f"khung giờ “{slot.id}” không ra ngày nào", _why_no_day(slot))


def _why_no_day(slot: Slot) -> str:
    if not slot.days:
        return "Ghi thứ trong tuần, ngày cụ thể hoặc ngày âm lịch."
    if slot.valid_from is not None and slot.valid_until is not None and slot.valid_until < slot.valid_from:
        return f"Ngày đến ({slot.valid_until:%d/%m/%Y}) đứng trước ngày từ ({slot.valid_from:%d/%m/%Y}); xin đổi lại."
    if slot.valid_from is not None or slot.valid_until is not None:
        since = f"từ {slot.valid_from:%d/%m/%Y} " if slot.valid_from else ""
        until = f"đến {slot.valid_until:%d/%m/%Y} " if slot.valid_until else ""
        return f"Trong thời hạn {since}{until}không có ngày nào khớp; xin xem lại thứ, ngày hoặc thời hạn."
    return "Không tháng nào, năm nào có ngày như vậy; xin xem lại ngày đã ghi."


def _duplicates(places: Places, ordered: Sequence[Airing]) -> Iterator[Problem]:
    """Rows that would make one and the same airing: same id, same day, same time; only the first would be heard."""
    horizon = Days(ordered[0].planned.date(), ordered[-1].planned.date()) if ordered else None
    findings = Findings()
    for slots in places.groups():
        rows: dict[tuple[date, time], Where] = {}
        for slot in slots:
            if not slot.enabled or slot.cancelled is not None:
                continue
            for day in _days_written(slot, horizon if len(slots) > 1 else None):
                for moment in slot.times:
                    first = rows.setdefault((day, moment), slot.where)
                    repeated = first is not slot.where or _written_twice(slot, day, moment)
                    if repeated and findings.is_new((first, slot.where), day):
                        place = "trong cùng một dòng" if first is slot.where else f"đã ghi ở {first}"
                        findings.describe(
                            (first, slot.where),
                            error(
                                slot.where,
                                "duplicate-airing",
                                f"lượt phát “{slot.id}” lúc {moment:%H:%M} ngày {day:%d/%m/%Y} {place}",
                                "Bỏ bớt một dòng; nếu muốn phát ở nhiều cụm loa, ghi các cụm loa trong cùng một dòng.",
                            ),
                        )
    yield from findings.problems()


def _days_written(slot: Slot, horizon: Days | None) -> Sequence[date]:
    if all(isinstance(rule, OnDates) for rule in slot.days):
        return sorted({d for rule in slot.days if isinstance(rule, OnDates) for d in rule.dates if valid_on(slot, d)})
    if horizon is not None:
        return horizon.of(slot)
    day = first_day(slot) if len(set(slot.times)) < len(slot.times) else None
    return (day,) if day is not None else ()


def _written_twice(slot: Slot, day: date, moment: time) -> bool:
    if slot.times.count(moment) > 1:
        return True
    return sum(rule.dates.count(day) for rule in slot.days if isinstance(rule, OnDates)) > 1


class _Clash(Enum):
    """What becomes of the airing that finds its zone busy, or of the one it cuts."""

    WAITS = "overlap-wait"
    CUTS = "overlap-cut"
    LOSES = "overlap-lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Event:
    """In one zone, ``late`` met ``busy``; ``wait_s`` is how long it waits until it starts, or until it gives up."""

    clash: _Clash
    late: Airing
    busy: Airing
    wait_s: float


_Meeting = tuple[_Clash, AiringId, AiringId]


def _collisions(places: Places, ordered: Sequence[Airing]) -> Iterator[Problem]:
    by_zone: dict[ZoneId, list[Airing]] = {}
    for airing in ordered:
        for zone in airing.zones:
            by_zone.setdefault(zone, []).append(airing)
    zones: dict[_Meeting, dict[ZoneId, None]] = {}
    met: dict[_Meeting, _Event] = {}
    for zone, airings in by_zone.items():
        for cluster in _clusters(airings):
            for event in _play(cluster):
                pair = (event.clash, event.late.id, event.busy.id)
                met.setdefault(pair, event)
                zones.setdefault(pair, {})[zone] = None
    findings = Findings()
    for pair, event in sorted(met.items(), key=lambda m: (m[1].late.planned, m[1].late.id)):
        late, busy = event.late, event.busy
        cause = (event.clash, late.slot, busy.slot, late.planned.time())
        if findings.is_new(cause, late.planned.date()):
            findings.describe(cause, _collision(places, event, tuple(zones[pair])))
    yield from findings.problems()


def _clusters(airings: Sequence[Airing]) -> Iterator[list[Airing]]:
    """Runs of airings of one zone in which each may still find the one before on air; single ones are left out."""
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


def _play(airings: Sequence[Airing]) -> Iterator[_Event]:
    """Run one zone's airings by the rule of the zone desk, and tell each wait, cut and loss."""
    ahead = list(reversed(airings))
    queue: list[Airing] = []
    on_air: Airing | None = None
    before = airings[0]
    free = now = airings[0].planned
    while ahead or queue:
        now = _next_moment(now, ahead, queue, free if on_air is not None else None)
        while ahead and ahead[-1].planned <= now:
            queue.append(ahead.pop())
        if on_air is not None and free <= now:
            before, on_air = on_air, None
        for lost in [a for a in queue if _claimant(a).patience < now]:
            queue.remove(lost)
            blocker = on_air or before
            yield _Event(clash=_Clash.LOSES, late=lost, busy=blocker, wait_s=(free - lost.planned).total_seconds())
        if not queue:
            continue
        first = max(queue, key=lambda a: (a.priority, -a.planned.timestamp()))
        if on_air is not None:
            if claim(_claimant(first), on_air=on_air.priority) is Claim.WAIT:
                continue
            yield _Event(clash=_Clash.CUTS, late=first, busy=on_air, wait_s=0.0)
        elif (waited := (now - first.planned).total_seconds()) >= NEGLIGIBLE_WAIT_S:
            yield _Event(clash=_Clash.WAITS, late=first, busy=before, wait_s=waited)
        queue.remove(first)
        on_air, free = first, now + timedelta(seconds=first.duration_s)


def _next_moment(now: datetime, ahead: Sequence[Airing], queue: Sequence[Airing], free: datetime | None) -> datetime:
    """The next arrival or the end of what is on air, whichever comes first; at once when a zone is free for the queue."""
    if queue and free is None:
        return now
    moments = [ahead[-1].planned] if ahead else []
    if free is not None:
        moments.append(free)
    return min(moments)


def _claimant(airing: Airing) -> Claimant:
    return Claimant(
        planned=airing.planned,
        latest=airing.latest,
        priority=airing.priority,
        start_rule=airing.start_rule,
        within_s=airing.within_s,
    )


def _collision(places: Places, event: _Event, zones: tuple[ZoneId, ...]) -> Problem:
    late, busy = event.late, event.busy
    place = places.of(late)
    met = (
        f"“{late.title}” ({_span(late)} ngày {late.planned:%d/%m/%Y}) trùng giờ với “{busy.title}” ({_span(busy)}, "
        f"{places.of(busy)}) ở cụm loa {', '.join(zones)}"
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
