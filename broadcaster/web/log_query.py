"""What the log's address asks for: filters and pages, read from the query string and written back into links."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from broadcaster.adapters.day_fields import parse_date
from broadcaster.adapters.fields import FieldError
from broadcaster.domain.asrun import WRITTEN, Outcome
from broadcaster.domain.browsing import LogFilter, MadeOf, Place, Refused, parse_ref
from broadcaster.domain.figures import RULE_2024_1, CountingRule, NotCounted
from broadcaster.domain.plan import plan_for
from broadcaster.domain.report import Dimension, FigureRef
from broadcaster.domain.report_building import codes_of, field_names
from broadcaster.ports import StationFiles
from broadcaster.ports_browsing import Span

NOT_AIRED = "chua-du"
"""The choice of every result but aired."""

LONGEST_TEXT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class LogQuery:
    """The fields as typed, and what they mean; ``errors`` are sentences by field, and with any of them nothing is asked."""

    typed: Mapping[str, str]
    first: date | None = None
    last: date | None = None
    wanted: LogFilter = field(default_factory=LogFilter)
    figure: FigureRef | None = None
    beyond: Place | None = None
    newer: bool = False
    errors: Mapping[str, str] = field(default_factory=dict)

    def span(self, zone: ZoneInfo) -> Span:
        """The moments between the two days, both included."""
        first = datetime.combine(self.first, time(), zone) if self.first else None
        last = datetime.combine(self.last + timedelta(days=1), time(), zone) if self.last else None
        return Span(first=first, last=last)

    def link(self, path: str, **changed: str) -> str:
        """An address with the same filters and these changes; pages begin anew unless asked for."""
        kept = {name: text for name, text in self.typed.items() if text and name not in _PAGE}
        asked = {name: text for name, text in (kept | changed).items() if text}
        return f"{path}?{urlencode(asked)}" if asked else path

    @property
    def narrowed(self) -> bool:
        """Whether anything is asked for at all."""
        return any(self.typed.get(name) for name in _FIELDS)


_FIELDS = ("tu", "den", "ma", "cum", "ket_qua", "chu", "bai", "so", "khong_tinh", "dien_tap")
_PAGE = ("cu_hon", "moi_hon")


def read_query(given: Mapping[str, str], files: StationFiles) -> LogQuery:
    """Understand an address; what cannot be understood stands at its field."""
    typed = {name: given.get(name, "").strip()[:LONGEST_TEXT] for name in (*_FIELDS, *_PAGE)}
    errors: dict[str, str] = {}
    first, last = _day(typed, "tu", errors), _day(typed, "den", errors)
    if first is not None and last is not None and last < first:
        errors["den"] = f"Đến ngày {last:%d/%m/%Y} đứng trước từ ngày {first:%d/%m/%Y}. Đổi lại hai ngày."
    rule = replace(RULE_2024_1, rehearsed=True) if typed["dien_tap"] else RULE_2024_1
    outcome = _outcome(typed, errors)
    wanted = LogFilter(
        zone=typed["cum"],
        outcome=outcome,
        not_aired=typed["ket_qua"] == NOT_AIRED,
        topics=_topics(typed["ma"], files),
        script=typed["bai"],
        text=typed["chu"],
        figure=_figure(typed, rule, files, first, last, errors),
    )
    query = LogQuery(typed=typed, first=first, last=last, wanted=wanted, errors=errors)
    place = _place(typed["moi_hon"] or typed["cu_hon"])
    return replace(
        query,
        figure=wanted.figure.ref if isinstance(wanted.figure, MadeOf) else None,
        beyond=place,
        newer=place is not None and bool(typed["moi_hon"]),
    )


def written(place: Place) -> str:
    """A place in an address: microseconds since 1970 and the row's number."""
    return f"{round(place.moment.timestamp() * 1_000_000)}-{place.seq}"


def _place(text: str) -> Place | None:
    moment, _, seq = text.partition("-")
    if not (moment.isascii() and moment.isdecimal() and seq.isascii() and seq.isdecimal()) or len(text) > 36:
        return None
    try:
        at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(moment))
    except OverflowError:
        return None
    return Place(moment=at, seq=min(int(seq), 2**62))


def _day(typed: Mapping[str, str], name: str, errors: dict[str, str]) -> date | None:
    if not typed[name]:
        return None
    try:
        return parse_date(typed[name])
    except FieldError as error:
        errors[name] = f"{error.message} {error.hint}".strip()
        return None


def _outcome(typed: Mapping[str, str], errors: dict[str, str]) -> Outcome | None:
    given = typed["ket_qua"]
    if given in ("", NOT_AIRED):
        return None
    found = next((outcome for outcome in WRITTEN if outcome.value == given), None)
    if found is None:
        errors["ket_qua"] = "Không có kết quả này. Chọn một kết quả trong danh sách."
    return found


def _topics(code: str, files: StationFiles) -> frozenset[str]:
    if not code:
        return frozenset()
    return frozenset({code, *(t.code for plan in files.plans for t in plan.topics if t.parent == code)})


def _figure(
    typed: Mapping[str, str],
    rule: CountingRule,
    files: StationFiles,
    first: date | None,
    last: date | None,
    errors: dict[str, str],
) -> MadeOf | Refused | None:
    if typed["khong_tinh"]:
        reason = next((r for r in NotCounted if r.value == typed["khong_tinh"]), None)
        if reason is None:
            errors["chu"] = "Đường dẫn này hỏi một lý do không tính mà chương trình không biết. Bấm “Bỏ lọc”."
            return None
        return Refused(rule=rule, reason=reason)
    if not typed["so"]:
        return None
    ref = parse_ref(typed["so"])
    if ref is None:
        errors["chu"] = "Đường dẫn này hỏi một con số mà chương trình không biết. Bấm “Bỏ lọc”."
        return None
    return MadeOf(ref=ref, rule=rule, keys=_keys(ref, files, first, last))


def _keys(ref: FigureRef, files: StationFiles, first: date | None, last: date | None) -> tuple[str, ...]:
    days = first or last
    plan = plan_for(files.plans, first or days, last or days) if days is not None else next(iter(files.plans), None)
    if ref.dimension is Dimension.TOPIC:
        return codes_of(ref.key, plan)
    if ref.dimension is Dimension.FIELD:
        seen = (name for script in files.scripts.values() for name in script.fields)
        return field_names(ref.key, plan, dict.fromkeys((ref.key, *seen)))
    return (ref.key,)
