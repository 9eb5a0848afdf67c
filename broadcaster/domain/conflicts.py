"""What would go wrong on air, found while there is time: collisions, duplicates, rules without a day, the ward's own limits."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, time

from broadcaster.domain.calendar import Calendar, OnDates, Slot
from broadcaster.domain.collisions import collisions
from broadcaster.domain.findings import Findings, Places
from broadcaster.domain.firing import Days, first_day, valid_on
from broadcaster.domain.problems import Problem, Where, error
from broadcaster.domain.regulation import check_regulation
from broadcaster.domain.rundown import Airing, AiringState
from broadcaster.domain.scripts import Script, ScriptId
from broadcaster.domain.settings import Settings


def check_plan(
    calendar: Calendar,
    airings: Sequence[Airing],
    settings: Settings,
    *,
    scripts: Mapping[ScriptId, Script] | None = None,
) -> tuple[Problem, ...]:
    """Every problem of a plan: ``airings`` are those of the days looked at, resolved and with their durations.

    A rule is judged over its whole validity, the rest over the airings given. With ``scripts``, frame items (nhạc hiệu,
    xướng, chào) do not count as repeats.
    """
    ordered = sorted((a for a in airings if a.state is AiringState.PLANNED), key=lambda a: (a.planned, a.id))
    places = Places(calendar)
    return (
        *_without_days(calendar),
        *_duplicates(places, ordered),
        *collisions(places, ordered, settings),
        *check_regulation(places, ordered, settings, scripts or {}),
    )


def check_limits(calendar: Calendar, airings: Sequence[Airing], settings: Settings) -> tuple[Problem, ...]:
    """The part of `check_plan` that settings have a say in."""
    ordered = sorted((a for a in airings if a.state is AiringState.PLANNED), key=lambda a: (a.planned, a.id))
    return tuple(check_regulation(Places(calendar), ordered, settings, {}))


def _without_days(calendar: Calendar) -> Iterator[Problem]:
    known: dict[object, bool] = {}
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
        elif not _ever(slot, known):
            yield error(slot.where, "no-date", f"khung giờ “{slot.id}” không ra ngày nào", _why_no_day(slot))


def _ever(slot: Slot, known: dict[object, bool]) -> bool:
    """Whether its rules name any day; rules of the same days and validity are looked at once."""
    key = (slot.days, slot.valid_from, slot.valid_until)
    if key not in known:
        known[key] = first_day(slot) is not None
    return known[key]


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
