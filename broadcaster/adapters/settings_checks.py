"""What must hold between the values of station.toml: periods of identity, zones, windows against quiet hours, voices."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import combinations, pairwise

from broadcaster.domain.folding import fold
from broadcaster.domain.problems import Problem, Where, error, warning
from broadcaster.domain.settings import Identity, Settings, TimeSpan

_DAY_S = 86400


def check_settings(settings: Settings, places: Mapping[str, Sequence[Where]]) -> Iterator[Problem]:
    """Every problem between values; ``places`` gives the line of each ``[[table]]`` by its name, in order."""
    top = Where(file="station.toml", line=1)
    if "don_vi" not in places:
        hint = "Thêm một mục [[don_vi]] có ten_phuong, co_quan, dai, dia_danh."
        yield error(top, "identity-missing", "Chưa ghi đơn vị nào.", hint)
    elif places["don_vi"]:
        yield from _identities(settings.identities)
    yield from _zones(settings, places, top)
    yield from _windows(settings, places.get("khung_phat", ()))
    if "piper" in settings.voices.chain and not settings.voices.piper_model:
        hint = "Ghi piper_model là tên tệp giọng, hoặc bỏ piper khỏi thu_tu."
        yield error(top, "piper-model-missing", "Có dùng giọng piper mà chưa ghi tệp giọng.", hint)
    both = sorted(settings.workdays & settings.days_off.keys())
    if both:
        message = f"Ngày {both[0]:%d/%m/%Y} vừa là ngày nghỉ riêng vừa là ngày làm bù."
        yield error(top, "day-off-and-workday", message, "Giữ lại một trong hai.")


def _identities(identities: Sequence[Identity]) -> Iterator[Problem]:
    ordered = sorted(identities, key=lambda i: i.valid_from or date.min)
    for before, after in pairwise(ordered):
        named = f"«{before.ward}» (dòng {before.where.line}) và «{after.ward}» (dòng {after.where.line})"
        start = after.valid_from or date.min
        if before.valid_until is None or before.valid_until >= start:
            message = f"Hai đơn vị {named} trùng thời gian."
            hint = "Ghi «den» của đơn vị cũ là ngày liền trước «tu» của đơn vị mới."
            yield error(after.where, "identity-overlap", message, hint)
        elif before.valid_until + timedelta(days=1) < start:
            message = f"Giữa hai đơn vị {named} có những ngày không thuộc đơn vị nào."
            first, last = before.valid_until + timedelta(days=1), start - timedelta(days=1)
            hint = f"Từ {first:%d/%m/%Y} đến {last:%d/%m/%Y}: sửa «den» hoặc «tu»."
            yield warning(after.where, "identity-gap", message, hint)


def _zones(settings: Settings, places: Mapping[str, Sequence[Where]], top: Where) -> Iterator[Problem]:
    if "cum_loa" not in places:
        hint = "Thêm một mục [[cum_loa]] có ma và ten."
        yield error(top, "zone-missing", "Chưa có cụm loa nào.", hint)
        return
    wheres = places["cum_loa"]
    if wheres and not any(zone.enabled for zone in settings.zones):
        yield warning(wheres[0], "zones-off", "Mọi cụm loa đều đang tắt.", "Đặt bat = true cho cụm đang dùng.")
    seen: dict[str, tuple[int, Where]] = {}
    for index, (zone, where) in enumerate(zip(settings.zones, wheres, strict=True)):
        for word in dict.fromkeys((fold(zone.id), fold(zone.name))):
            if word in seen and seen[word][0] != index:
                message = f"Cụm loa «{zone.id}» trùng mã hoặc tên với cụm ở dòng {seen[word][1].line}."
                yield error(where, "duplicate", message, "Mỗi cụm loa một mã, một tên riêng.")
                break
            seen[word] = (index, where)


def _windows(settings: Settings, places: Sequence[Where]) -> Iterator[Problem]:
    quiet = settings.policy.quiet
    pairs = tuple(zip(settings.windows, places, strict=True))
    for window, where in pairs:
        if _overlap(window.span, quiet):
            message = f"Buổi «{window.name}» ({_shown(window.span)}) lấn vào giờ yên tĩnh ({_shown(quiet)})."
            yield error(where, "window-in-quiet", message, "Sửa giờ của buổi, hoặc sửa gio_yen_tinh.")
    for (one, _), (other, where) in combinations(pairs, 2):
        if one.weekdays & other.weekdays and _overlap(one.span, other.span):
            message = f"Hai buổi «{one.name}» và «{other.name}» trùng giờ nhau."
            yield warning(where, "windows-overlap", message, "Sửa giờ, hoặc gộp làm một buổi.")


def _overlap(one: TimeSpan, other: TimeSpan) -> bool:
    return any(a < d and c < b for a, b in _seconds(one) for c, d in _seconds(other))


def _seconds(span: TimeSpan) -> tuple[tuple[int, int], ...]:
    """The span as one or two pieces within a day, in seconds."""
    start, end = (moment.hour * 3600 + moment.minute * 60 for moment in (span.start, span.end))
    return ((start, end),) if start < end else ((start, _DAY_S), (0, end))


def _shown(span: TimeSpan) -> str:
    return f"{span.start:%H:%M}-{span.end:%H:%M}"
