"""The ward's own limits held against a plan: sessions, quiet hours, minutes, repeats, and something to say."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

from broadcaster.domain.calendar import Priority, Weekday, ZoneId
from broadcaster.domain.findings import Findings, Places
from broadcaster.domain.gate import judge
from broadcaster.domain.problems import Problem, error, warning
from broadcaster.domain.rundown import Airing
from broadcaster.domain.scripts import FRAME_KINDS, Script, ScriptId
from broadcaster.domain.settings import Settings, Window


def check_regulation(
    places: Places, ordered: Sequence[Airing], settings: Settings, scripts: Mapping[ScriptId, Script]
) -> Iterator[Problem]:
    """Every breach of station.toml by these airings (PLANNED only, in time order)."""
    yield from _quiet_hours(places, ordered, settings)
    if settings.windows:
        yield from _windows(places, ordered, settings.windows)
        yield from _budgets(places, ordered, settings)
        yield from _sessions(places, ordered, settings)
    yield from _repeats(places, ordered, settings, scripts)
    yield from _nothing_to_air(places, ordered)


def window_of(windows: Sequence[Window], moment: datetime) -> Window | None:
    """The session a local moment lies in; after midnight a session still belongs to the weekday it began on."""
    at = moment.time()
    for window in windows:
        if window.span.contains(at):
            began = moment.weekday() if at >= window.span.start else (moment.weekday() - 1) % 7
            if Weekday(began) in window.weekdays:
                return window
    return None


def _quiet_hours(places: Places, ordered: Sequence[Airing], settings: Settings) -> Iterator[Problem]:
    findings = Findings()
    quiet = settings.policy.quiet
    span = f"{quiet.start:%H:%M}–{quiet.end:%H:%M}"
    known: dict[tuple[object, float], bool] = {}
    for airing in ordered:
        key = (airing.planned.time(), airing.duration_s)
        if key not in known:
            known[key] = judge(quiet, start=airing.planned, duration_s=airing.duration_s, priority=Priority.NORMAL).open
        if known[key] or not findings.is_new((airing.slot, key[0]), airing.planned.date()):
            continue
        hint = f"Dời ra ngoài {span}, hoặc sửa giờ yên tĩnh trong station.toml."
        if airing.priority is Priority.EMERGENCY:
            hint = (
                "Phát khẩn trong giờ yên tĩnh phải có người ra lệnh và lý do: dùng lệnh phát khẩn, không ghi vào lịch."
            )
        findings.describe(
            (airing.slot, key[0]),
            error(
                places.of(airing),
                "quiet-hours",
                f"“{airing.title}” phát {_span(airing)} ngày {airing.planned:%d/%m/%Y}, chạm giờ yên tĩnh {span}",
                hint,
            ),
        )
    yield from findings.problems()


def _windows(places: Places, ordered: Sequence[Airing], windows: Sequence[Window]) -> Iterator[Problem]:
    findings = Findings()
    named = "; ".join(f"{w.name} {w.span.start:%H:%M}–{w.span.end:%H:%M}" for w in windows)
    for airing in ordered:
        if airing.priority is Priority.EMERGENCY:
            continue
        window = window_of(windows, airing.planned)
        day = airing.planned.date()
        cause = (airing.slot, airing.planned.time(), window is None)
        if window is None:
            if findings.is_new(cause, day):
                message = f"“{airing.title}” phát lúc {airing.planned:%H:%M} ngày {day:%d/%m/%Y}, ngoài các khung phát ({named})"
                hint = "Đổi giờ hoặc đổi ngày, hoặc thêm khung phát trong station.toml."
                findings.describe(cause, error(places.of(airing), "outside-window", message, hint))
        elif airing.ends > _window_end(window, airing.planned) and findings.is_new(cause, day):
            message = (
                f"“{airing.title}” phát {_span(airing)} ngày {day:%d/%m/%Y}, "
                f"kéo quá khung “{window.name}” (đến {window.span.end:%H:%M})"
            )
            hint = "Cho phát sớm hơn, rút ngắn bài, hoặc nới khung phát trong station.toml."
            findings.describe(cause, warning(places.of(airing), "past-window", message, hint))
    yield from findings.problems()


def _window_end(window: Window, moment: datetime) -> datetime:
    end = moment.replace(
        hour=window.span.end.hour, minute=window.span.end.minute, second=window.span.end.second, microsecond=0
    )
    return end if end > moment else end + timedelta(days=1)


def _budgets(places: Places, ordered: Sequence[Airing], settings: Settings) -> Iterator[Problem]:
    """Minutes of sound in one session in one zone; the airing that passes the limit is the one named."""
    findings = Findings()
    used: dict[tuple[date, str, ZoneId], float] = {}
    told: set[tuple[date, str]] = set()
    for airing in ordered:
        window = window_of(settings.windows, airing.planned) if airing.priority is not Priority.EMERGENCY else None
        if window is None or window.budget_minutes is None:
            continue
        day = _session_day(window, airing.planned)
        for zone in airing.zones:
            minutes = used.get((day, window.name, zone), 0.0) + airing.duration_s / 60
            used[(day, window.name, zone)] = minutes
            if minutes <= window.budget_minutes or (day, window.name) in told:
                continue
            told.add((day, window.name))
            if findings.is_new(window.name, day):
                message = (
                    f"khung “{window.name}” ngày {day:%d/%m/%Y} đến hết “{airing.title}” đã có {_minutes(minutes)} phút "
                    f"ở cụm loa {settings.zone_names((zone,))}, quá {_minutes(window.budget_minutes)} phút"
                )
                hint = "Bớt bài, rút ngắn bài, hoặc chuyển sang khung phát khác."
                findings.describe(window.name, warning(places.of(airing), "over-budget", message, hint))
    yield from findings.problems()


def _sessions(places: Places, ordered: Sequence[Airing], settings: Settings) -> Iterator[Problem]:
    limit = settings.policy.sessions_per_day
    if limit is None:
        return
    findings = Findings()
    used: dict[date, dict[str, None]] = {}
    for airing in ordered:
        window = window_of(settings.windows, airing.planned) if airing.priority is not Priority.EMERGENCY else None
        if window is None:
            continue
        day = _session_day(window, airing.planned)
        names = used.setdefault(day, {})
        if window.name in names:
            continue
        names[window.name] = None
        if len(names) == limit + 1 and findings.is_new("sessions", day):
            message = f"ngày {day:%d/%m/%Y} phát hơn {limit} buổi ({', '.join(names)})"
            hint = "Dồn bài vào ít buổi hơn, hoặc sửa số buổi tối đa trong station.toml."
            findings.describe("sessions", warning(places.of(airing), "too-many-sessions", message, hint))
    yield from findings.problems()


def _repeats(
    places: Places, ordered: Sequence[Airing], settings: Settings, scripts: Mapping[ScriptId, Script]
) -> Iterator[Problem]:
    """How often one item is heard from Monday to Sunday; several zones at one moment are one airing."""
    limit = settings.policy.max_item_repeats_per_week
    if limit <= 0:
        return
    findings = Findings()
    heard: dict[tuple[ScriptId, date], set[datetime]] = {}
    for airing in ordered:
        day = airing.planned.date()
        monday = day - timedelta(days=day.weekday())
        for script in dict.fromkeys(airing.scripts):
            known = scripts.get(script)
            if known is not None and known.kind in FRAME_KINDS:
                continue
            moments = heard.setdefault((script, monday), set())
            if airing.planned in moments:
                continue
            moments.add(airing.planned)
            if len(moments) == limit + 1 and findings.is_new(script, monday):
                message = f"bài “{script}” phát hơn {limit} lần trong tuần từ {monday:%d/%m/%Y}"
                hint = "Đổi bớt sang bài khác hoặc dùng xoay vòng."
                findings.describe(script, warning(places.of(airing), "too-many-repeats", message, hint))
    yield from findings.problems()


def _nothing_to_air(places: Places, ordered: Sequence[Airing]) -> Iterator[Problem]:
    """Airings whose rotation found no script: they would fail on their day."""
    findings = Findings()
    for airing in ordered:
        day = airing.planned.date()
        cause = (airing.slot, airing.reason)
        if not airing.scripts and findings.is_new(cause, day):
            message = (
                f"“{airing.title}” ngày {day:%d/%m/%Y} chưa có gì để phát: {airing.reason or 'chương trình trống'}"
            )
            hint = "Thêm bài còn hiệu lực cho nội dung này, hoặc bỏ khung giờ."
            findings.describe(cause, warning(places.of(airing), "nothing-to-air", message, hint))
    yield from findings.problems()


def _session_day(window: Window, moment: datetime) -> date:
    day = moment.date()
    return day if moment.time() >= window.span.start else day - timedelta(days=1)


def _span(airing: Airing) -> str:
    return f"{airing.planned:%H:%M}–{airing.ends:%H:%M}"


def _minutes(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".").replace(".", ",")
