"""What the files of a station say about each other: every id that is referred to must be there and be fit to be heard."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from broadcaster.domain.calendar import (
    Calendar,
    CalendarException,
    OnDates,
    Programme,
    ProgrammeId,
    Rotation,
    Slot,
    ZoneId,
)
from broadcaster.domain.folding import did_you_mean, fold
from broadcaster.domain.problems import Problem, Where, error, warning
from broadcaster.domain.rotation import covers
from broadcaster.domain.scripts import Script, ScriptId, TopicCode
from broadcaster.domain.settings import Zone

_COMPARISONS = 40_000
_FEWEST_GUESSES = 5


class _Guesses:
    """Hints for unknown words; only the first distinct ones are worked out, a wholly wrong file must not take minutes."""

    def __init__(self, choices: Iterable[str]) -> None:
        self._choices = tuple(dict.fromkeys(choices))
        self._most = max(_FEWEST_GUESSES, _COMPARISONS // max(1, len(self._choices)))
        self._known: dict[str, str] = {}

    def hint(self, word: str, otherwise: str) -> str:
        """Did you mean …, or else the general way out."""
        if word not in self._known and len(self._known) < self._most:
            self._known[word] = did_you_mean(word, self._choices)
        return self._known.get(word, "") or otherwise


def resolve_zones(calendar: Calendar, zones: Sequence[Zone]) -> tuple[Calendar, tuple[Problem, ...]]:
    """The calendar with every zone named by its id, whether its id or its name was written; unknown ones are told and left out.

    A slot whose zones are all unknown keeps them as written, so that it does not turn into one for every zone.
    """
    ids = {fold(zone.name): zone.id for zone in zones} | {fold(zone.id): zone.id for zone in zones}
    listed = ", ".join(zone.id for zone in zones)
    guesses = _Guesses([word for zone in zones for word in (zone.id, zone.name)])
    problems: list[Problem] = []
    known_whole: dict[tuple[ZoneId, ...], tuple[ZoneId, ...]] = {}

    def resolved(written: tuple[ZoneId, ...], where: Where) -> tuple[ZoneId, ...]:
        if written in known_whole:
            return known_whole[written]
        found = [ids.get(fold(zone)) for zone in written]
        for zone, known in zip(written, found, strict=True):
            if known is None:
                hint = guesses.hint(zone, f"Các cụm loa có trong station.toml: {listed}; hoặc ghi: tất cả.")
                problems.append(error(where, "unknown-zone", f"Không có cụm loa nào tên «{zone}».", hint))
        made = tuple(dict.fromkeys(zone for zone in found if zone is not None)) or written
        if None not in found:
            known_whole[written] = made
        return made

    def with_ids(item: Slot) -> Slot:
        zones = resolved(item.zones, item.where) if item.zones else item.zones
        return item if zones == item.zones else replace(item, zones=zones)

    def exception_with_ids(item: CalendarException) -> CalendarException:
        zones = resolved(item.zones, item.where) if item.zones else item.zones
        return item if zones == item.zones else replace(item, zones=zones)

    slots = tuple(with_ids(slot) for slot in calendar.slots)
    exceptions = tuple(exception_with_ids(e) for e in calendar.exceptions)
    return replace(calendar, slots=slots, exceptions=exceptions), tuple(problems)


def resolve_contents(calendar: Calendar, scripts: Mapping[ScriptId, Script]) -> Calendar:
    """The calendar with contents by their ids where a title was written that one script or programme alone has.

    What is neither an id nor such a title stays as written, for `check_references` to tell.
    """
    known = frozenset[str]().union(calendar.programmes, scripts)
    strangers = {c for c, _ in _contents(calendar) if isinstance(c, str) and c not in known}
    strangers |= {part for p in calendar.programmes.values() for part in p.parts if isinstance(part, str)} - known
    if not strangers:
        return calendar
    titled = by_title(calendar, scripts)
    ids = {word: found[0] for word in strangers if len(found := titled.get(fold(word), ())) == 1}

    def resolved(content: str | Rotation) -> str | Rotation:
        return ids.get(content, content) if isinstance(content, str) else content

    def programme(made: Programme) -> Programme:
        parts = (ScriptId(named) if isinstance(named := resolved(part), str) else named for part in made.parts)
        return replace(made, parts=tuple(parts))

    return replace(
        calendar,
        slots=tuple(replace(s, content=ids[s.content]) if s.content in ids else s for s in calendar.slots),
        exceptions=tuple(replace(e, content=ids[e.content]) if e.content in ids else e for e in calendar.exceptions),
        programmes={i: programme(p) if ids.keys() & set(p.parts) else p for i, p in calendar.programmes.items()},
    )


def by_title(calendar: Calendar, scripts: Mapping[ScriptId, Script]) -> Mapping[str, tuple[str, ...]]:
    """Folded titles and the ids of the programmes and scripts that bear them."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    named = [(p.title, str(p.id)) for p in calendar.programmes.values()]
    for title, ident in (*named, *((s.title, str(s.id)) for s in scripts.values())):
        if title:
            found[fold(title)].append(ident)
    return {title: tuple(ids) for title, ids in found.items()}


def check_references(
    calendar: Calendar, scripts: Mapping[ScriptId, Script], *, unreadable: Collection[str] = ()
) -> Iterator[Problem]:
    """Every reference to a script, programme, topic or slot that leads nowhere, and scripts in use that cannot be heard.

    ``unreadable`` are the ids of scripts that are there but could not be read: told once already, at their own file.
    """
    yield from _same_names(calendar, scripts)
    yield from _unknown_contents(calendar, scripts, frozenset(unreadable))
    yield from _unknown_slots(calendar)
    yield from _successors(scripts)
    yield from _unfit_in_use(calendar, scripts)


def _same_names(calendar: Calendar, scripts: Mapping[ScriptId, Script]) -> Iterator[Problem]:
    for programme in calendar.programmes.values():
        script = scripts.get(ScriptId(programme.id))
        if script is not None:
            message = f"Mã «{programme.id}» vừa là chương trình vừa là bài ({script.where})."
            yield error(programme.where, "duplicate", message, "Đổi mã của chương trình hoặc của bài.")


def _unknown_contents(
    calendar: Calendar, scripts: Mapping[ScriptId, Script], unreadable: frozenset[str]
) -> Iterator[Problem]:
    known = unreadable.union(calendar.programmes, scripts)
    contents = _Guesses([*calendar.programmes, *scripts])
    parts = _Guesses(scripts)
    topics = _Topics(scripts.values())
    titled: Mapping[str, tuple[str, ...]] | None = None
    for content, where in _contents(calendar):
        if isinstance(content, Rotation):
            yield from topics.missing(content, where)
        elif content not in known:
            titled = by_title(calendar, scripts) if titled is None else titled
            yield _unknown_content(content, where, contents, titled.get(fold(content), ()))
    for programme in calendar.programmes.values():
        if not programme.parts:
            message = f"Chương trình «{programme.id}» không có phần nào."
            yield error(programme.where, "programme-empty", message, "Ghi các bài vào mục phan.")
        for part in programme.parts:
            if isinstance(part, Rotation):
                yield from topics.missing(part, programme.where)
            elif part not in scripts and part not in unreadable:
                hint = parts.hint(part, "Mỗi phần là mã một bài trong audio_scripts, hoặc một xoay_vong.")
                message = f"Chương trình «{programme.id}» gọi bài «{part}» nhưng không có bài này."
                yield error(programme.where, "unknown-script", message, hint)


def _unknown_content(content: str, where: Where, guesses: _Guesses, namesakes: Sequence[str]) -> Problem:
    if len(namesakes) > 1:
        message = f"Có {len(namesakes)} bài cùng tên «{content}»: {', '.join(namesakes[:5])}."
        return error(where, "title-shared", message, "Ghi mã của bài muốn phát.")
    hint = guesses.hint(content, "Ghi mã hay tên một bài trong audio_scripts, hoặc một chương trình.")
    return error(where, "unknown-content", f"Không có bài hay chương trình nào mang mã hay tên «{content}».", hint)


def _contents(calendar: Calendar) -> Iterator[tuple[str | Rotation, Where]]:
    for slot in calendar.slots:
        yield slot.content, slot.where
    for exception in calendar.exceptions:
        if exception.content is not None:
            yield exception.content, exception.where


class _Topics:
    """Which topics have any script; a rotation that can never find one is an error, one empty topic of several a warning."""

    def __init__(self, scripts: Iterable[Script]) -> None:
        self._tagged = frozenset((script.kind, tag) for script in scripts for tag in script.topics)
        self._tags = frozenset(tag for _, tag in self._tagged)
        self._guesses = _Guesses(sorted(self._tags))
        self._answers: dict[Rotation, tuple[TopicCode, ...] | None] = {}

    def missing(self, rotation: Rotation, where: Where) -> Iterator[Problem]:
        """What is wrong with a rotation written at a place."""
        if rotation not in self._answers:
            self._answers[rotation] = self._answer(rotation)
        empty = self._answers[rotation]
        if empty is None:
            kinds = f" thuộc loại {', '.join(k.value for k in rotation.kinds)}" if rotation.kinds else ""
            message = f"Không có bài nào{kinds} mang mã nội dung {', '.join(rotation.topics)}."
            hint = "Ghi ma_noi_dung cho bài, hoặc sửa xoay_vong."
            first = rotation.topics[0] if rotation.topics else ""
            yield error(
                where, "rotation-empty", message, self._guesses.hint(first, hint) if first not in self._tags else hint
            )
        else:
            for topic in empty:
                hint = self._guesses.hint(topic, "Viết bài cho mã này, hoặc bỏ mã này khỏi xoay_vong.")
                yield warning(where, "topic-without-script", f"Chưa có bài nào mang mã nội dung «{topic}».", hint)

    def _answer(self, rotation: Rotation) -> tuple[TopicCode, ...] | None:
        def any_script(topics: Sequence[TopicCode]) -> bool:
            return any(
                covers(topic, tag)
                for kind, tag in self._tagged
                if not rotation.kinds or kind in rotation.kinds
                for topic in topics
            )

        if not any_script(rotation.topics):
            return None
        return tuple(topic for topic in rotation.topics if not any_script((topic,)))


def _unknown_slots(calendar: Calendar) -> Iterator[Problem]:
    known = frozenset(slot.id for slot in calendar.slots)
    guesses = _Guesses(known)
    for exception in calendar.exceptions:
        for slot in exception.slots:
            if slot not in known:
                hint = guesses.hint(slot, "Ghi mã (ma) của khung giờ, hoặc bỏ trống để áp dụng cho mọi khung giờ.")
                yield error(exception.where, "unknown-slot", f"Không có khung giờ nào mang mã «{slot}».", hint)


def _successors(scripts: Mapping[ScriptId, Script]) -> Iterator[Problem]:
    guesses = _Guesses(scripts)
    for script in scripts.values():
        if script.superseded_by is None:
            continue
        if script.superseded_by not in scripts:
            hint = guesses.hint(script.superseded_by, "Viết bài mới đó, hoặc sửa mã ở da_thay_boi.")
            message = f"Bài «{script.id}» ghi đã thay bởi «{script.superseded_by}» nhưng không có bài này."
            yield warning(script.where, "unknown-successor", message, hint)
        elif _in_a_circle(script, scripts):
            message = f"Bài «{script.id}» và các bài thay nó trỏ vòng quanh nhau, nên không bài nào được phát."
            yield error(script.where, "successor-circle", message, "Bỏ da_thay_boi ở bài mới nhất.")


def _in_a_circle(script: Script, scripts: Mapping[ScriptId, Script]) -> bool:
    seen = {script.id}
    following = script.superseded_by
    while following is not None and following in scripts:
        if following in seen:
            return following == script.id
        seen.add(following)
        following = scripts[following].superseded_by
    return False


@dataclass(slots=True, kw_only=True)
class _Use:
    """The slots that use one script: the first one, how many, and the days they span (None: without end)."""

    slot: Slot
    count: int = 0
    first: date | None = None
    last: date | None = date.min


def _unfit_in_use(calendar: Calendar, scripts: Mapping[ScriptId, Script]) -> Iterator[Problem]:
    """One warning for each script that a slot names and that cannot be heard on some of the slot's days."""
    uses = _uses(calendar)
    for script_id, use in uses.items():
        script = scripts.get(script_id)
        if script is None:
            continue
        others = f" và {use.count - 1} khung giờ khác" if use.count > 1 else ""
        named = f"Khung giờ «{use.slot.id}»{others} dùng bài «{script.id}»"
        if script.blanks:
            message = f"{named} còn chỗ trống chưa điền, nên chưa phát được."
            yield warning(use.slot.where, "blank-in-use", message, "Điền mục [cho_trong] trong station.toml.")
        end, why, hint = _fit_until(script, scripts)
        if end is not None and (use.last is None or use.last > end):
            yield warning(use.slot.where, "unfit-in-use", f"{named} {why}.", hint)
        if script.valid_from is not None and use.first is not None and use.first < script.valid_from:
            message = f"{named} từ {use.first:%d/%m/%Y}, nhưng bài chỉ có hiệu lực từ {script.valid_from:%d/%m/%Y}."
            yield warning(use.slot.where, "unfit-in-use", message, "Dời ngày phát, hoặc sửa hieu_luc_tu của bài.")


def _fit_until(script: Script, scripts: Mapping[ScriptId, Script]) -> tuple[date | None, str, str]:
    """The last day it may be heard (None: no end), why, and what to do."""
    successor = scripts.get(script.superseded_by) if script.superseded_by is not None else None
    if script.superseded_by is not None and (successor is None or successor.valid_from is None):
        return date.min, f"đã được thay bởi «{script.superseded_by}»", f"Đổi phat thành {script.superseded_by}."
    end = script.valid_until
    if successor is not None and successor.valid_from is not None and (end is None or successor.valid_from <= end):
        handover = successor.valid_from
        why = f"được thay bởi «{successor.id}» từ {handover:%d/%m/%Y}"
        return handover - timedelta(days=1), why, f"Thêm khung giờ phát {successor.id} từ ngày đó."
    if end is None:
        return None, "", ""
    return end, f"sau khi bài hết hiệu lực ({end:%d/%m/%Y})", "Đổi bài khác, hoặc ghi ngày «den» cho khung giờ."


def _uses(calendar: Calendar) -> Mapping[ScriptId, _Use]:
    fixed: dict[ProgrammeId, tuple[ScriptId, ...]] = {p.id: _fixed_parts(p) for p in calendar.programmes.values()}
    by_content: defaultdict[str, list[Slot]] = defaultdict(list)
    for slot in calendar.slots:
        if slot.enabled and slot.cancelled is None and isinstance(slot.content, str):
            by_content[slot.content].append(slot)
    uses: dict[ScriptId, _Use] = {}
    for content, slots in by_content.items():
        for script_id in fixed.get(ProgrammeId(content), (ScriptId(content),)):
            use = uses.setdefault(script_id, _Use(slot=slots[0]))
            use.count += len(slots)
            for slot in slots:
                first, last = _span(slot)
                if first is not None:
                    use.first = first if use.first is None else min(use.first, first)
                use.last = None if last is None or use.last is None else max(use.last, last)
    return uses


def _fixed_parts(programme: Programme) -> tuple[ScriptId, ...]:
    return tuple(dict.fromkeys(part for part in programme.parts if not isinstance(part, Rotation)))


def _span(slot: Slot) -> tuple[date | None, date | None]:
    """First and last day a slot asks for; the first is known for listed dates only, the last is None without an end."""
    dates = [day for rule in slot.days if isinstance(rule, OnDates) for day in rule.dates]
    if dates and all(isinstance(rule, OnDates) for rule in slot.days):
        return min(dates), max(dates)
    return None, slot.valid_until
