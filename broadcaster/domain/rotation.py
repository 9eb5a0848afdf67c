"""Which scripts an airing will hold: fixed parts as written, rotations by who was heard longest ago."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from broadcaster.domain.calendar import Rotation
from broadcaster.domain.expansion import Planned
from broadcaster.domain.rundown import Airing, AiringId, AiringState
from broadcaster.domain.scripts import FRAME_KINDS, Script, ScriptId, TopicCode

_NEVER = float("-inf")


def covers(code: TopicCode, tag: TopicCode) -> bool:
    """Whether a script tagged ``tag`` belongs to topic ``code``.

    The code itself, its sub-items after a dot (ND-D2 → ND-D2.1), and, for a group code that ends in a letter, its numbered
    members (ND-D → ND-D1 … ND-D6 and theirs, but not ND-DD, which is a topic of its own).
    """
    if tag == code or tag.startswith(f"{code}."):
        return True
    rest = tag.removeprefix(code)
    return rest != tag and not code[-1:].isdigit() and rest[:1].isdigit()


def taken_over(script: Script, day: date, scripts: Mapping[ScriptId, Script]) -> ScriptId | None:
    """The successor that speaks in a script's place on a day, or None.

    A successor takes over on its own first day of validity, so the old text may be heard until the day before.
    """
    if script.superseded_by is None:
        return None
    successor = scripts.get(script.superseded_by)
    if successor is not None and successor.valid_from is not None and day < successor.valid_from:
        return None
    return script.superseded_by


def unfit(script: Script, day: date, scripts: Mapping[ScriptId, Script]) -> str:
    """Why a script must not be heard on a day, in Vietnamese; empty when it may."""
    if script.blanks:
        return "còn chỗ trống chưa điền: " + ", ".join(f"{{{b.strip('{}')}}}" for b in script.blanks)
    if script.valid_from is not None and day < script.valid_from:
        return f"chỉ có hiệu lực từ {script.valid_from:%d/%m/%Y}"
    if script.valid_until is not None and day > script.valid_until:
        return f"đã hết hiệu lực sau ngày {script.valid_until:%d/%m/%Y}"
    successor = taken_over(script, day, scripts)
    return f"đã được thay bằng bài {successor}" if successor is not None else ""


def resolve(
    planned: Sequence[Planned],
    scripts: Mapping[ScriptId, Script],
    *,
    approved: frozenset[ScriptId],
    last_aired: Mapping[ScriptId, datetime],
    already: Mapping[AiringId, tuple[ScriptId, ...]] | None = None,
) -> tuple[Airing, ...]:
    """The airings in time order with their scripts chosen: each rotation takes the fit script heard or assigned longest ago.

    Ties go by id. Approved scripts come first; with none approved a fit one is named all the same, and the note says that
    it still waits. ``already`` holds the choices published before: they stand while they are fit. A cancelled airing keeps
    its fixed parts and uses up no turn. An airing left with no content at all has empty ``scripts`` and says why.
    """
    chooser = _Chooser(scripts, approved=approved, last_aired=last_aired)
    before = already or {}
    ordered = sorted(planned, key=lambda p: (p.airing.planned, p.airing.id))
    return tuple(chooser.fill(p, before.get(p.airing.id, ())) for p in ordered)


class _Chooser:
    """The virtual history: real airings first, then what has been assigned so far."""

    __slots__ = ("_approved", "_by_day", "_heard", "_matching", "_scripts")

    def __init__(
        self,
        scripts: Mapping[ScriptId, Script],
        *,
        approved: frozenset[ScriptId],
        last_aired: Mapping[ScriptId, datetime],
    ) -> None:
        self._scripts = scripts
        self._approved = approved
        self._heard = {script: moment.timestamp() for script, moment in last_aired.items()}
        self._matching: dict[Rotation, tuple[Script, ...]] = {}
        self._by_day: dict[tuple[Rotation, date], tuple[ScriptId, ...]] = {}

    def fill(self, planned: Planned, before: Sequence[ScriptId]) -> Airing:
        airing = planned.airing
        if airing.state is AiringState.CANCELLED:
            return self._titled(airing, planned)
        if len(airing.scripts) == len(planned.parts):
            self._remember(airing)
            return self._titled(airing, planned)
        return self._titled(self._chosen(planned, before), planned)

    def _chosen(self, planned: Planned, before: Sequence[ScriptId]) -> Airing:
        airing = planned.airing
        kept = before if len(before) == len(planned.parts) else ()
        chosen = list(airing.scripts)
        heard: list[ScriptId] = []
        notes: list[str] = []
        missing: list[str] = []
        for index, part in enumerate(planned.parts):
            if not isinstance(part, Rotation):
                heard.append(part)
                continue
            script = self._choose(part, airing.planned.date(), kept[index] if kept else None, chosen)
            if script is None:
                missing.append(f"không có bài nào hợp lệ cho {part}")
                continue
            if script not in self._approved:
                notes.append(f"bài {script} chưa được duyệt")
            chosen.append(script)
            heard.append(script)
        if missing and not any(self._is_content(s) for s in heard):
            return replace(airing, scripts=(), reason="; ".join(missing))
        note = "; ".join(n for n in (airing.note, *missing, *notes) if n)
        airing = replace(airing, scripts=tuple(heard), note=note)
        self._remember(airing)
        return airing

    def _remember(self, airing: Airing) -> None:
        moment = airing.planned.timestamp()
        for script in airing.scripts:
            self._heard[script] = moment

    def _choose(
        self, rotation: Rotation, day: date, before: ScriptId | None, taken: Sequence[ScriptId]
    ) -> ScriptId | None:
        fit = [s for s in self._fit(rotation, day) if s not in taken]
        candidates = [s for s in fit if s in self._approved] or fit
        if before is not None and before in candidates:
            return before
        return min(candidates, key=lambda s: (self._heard.get(s, _NEVER), s), default=None)

    def _fit(self, rotation: Rotation, day: date) -> tuple[ScriptId, ...]:
        known = self._by_day.get((rotation, day))
        if known is None:
            matching = self._matching.get(rotation)
            if matching is None:
                matching = self._matching[rotation] = tuple(s for s in self._scripts.values() if _matches(rotation, s))
            known = tuple(s.id for s in matching if not unfit(s, day, self._scripts))
            self._by_day[(rotation, day)] = known
        return known

    def _is_content(self, script: ScriptId) -> bool:
        known = self._scripts.get(script)
        return known is None or known.kind not in FRAME_KINDS

    def _titled(self, airing: Airing, planned: Planned) -> Airing:
        """A single script's own title stands where the slot gives none."""
        if airing.title == airing.programme and len(planned.parts) == 1 and len(airing.scripts) == 1:
            script = self._scripts.get(airing.scripts[0])
            if script is not None and script.title:
                return replace(airing, title=script.title)
        return airing


def _matches(rotation: Rotation, script: Script) -> bool:
    kind_fits = script.kind in rotation.kinds if rotation.kinds else script.kind not in FRAME_KINDS
    return kind_fits and any(covers(code, tag) for code in rotation.topics for tag in script.topics)
