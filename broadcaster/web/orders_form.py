"""An order to air at once as a person fills it in: what may be chosen, what is wrong with it, what will happen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from broadcaster.domain.calendar import Priority
from broadcaster.domain.clips import Clip
from broadcaster.domain.folding import fold_id
from broadcaster.domain.gate import judge
from broadcaster.domain.layout import layout, length
from broadcaster.domain.readiness import readiness
from broadcaster.domain.scripts import FRAME_KINDS, Approval, Kind, Script, ScriptId
from broadcaster.present.holds import explain
from broadcaster.web import desk, emergency
from broadcaster.web.context import ConsoleContext

SHOWN = 30
"""How many scripts are offered at once; the search box finds the rest."""

MOST_REPEATS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the person filled in."""

    script: str = ""
    zones: Sequence[str] = ()
    reason: str = ""
    repeat: int = 1
    urgent: bool = False
    emergency: bool = False

    @property
    def priority(self) -> Priority:
        """Its class."""
        if self.emergency:
            return Priority.EMERGENCY
        return Priority.PRIORITY if self.urgent else Priority.NORMAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What the order will do, to be read back before it is confirmed; ``errors`` by field, empty when it may go."""

    script: Script | None = None
    clip: Clip | None = None
    approval: Approval | None = None
    words: str = ""
    spoken: str = ""
    seconds: float = 0.0
    zones: str = ""
    consequences: tuple[str, ...] = ()
    errors: Mapping[str, str] = field(default_factory=dict)


def offered(context: ConsoleContext, query: str, now: datetime, *, emergency: bool) -> tuple[Script, ...]:
    """Approved scripts valid today that match the search; in an emergency the emergency notices stand first."""
    standing = desk.approvals(context)
    key = (context.reading.fingerprint, context.journal.newest_moment(), now.date())

    def approved() -> tuple[tuple[str, Script], ...]:
        found = [
            (fold_id(f"{s.id} {s.title}"), s)
            for s in context.reading.files.scripts.values()
            if s.valid_on(now.date()) and not s.blanks and (a := standing.get(s.id)) and a.text_sha256 == s.text_sha256
        ]
        return tuple(sorted(found, key=lambda pair: (pair[1].kind in FRAME_KINDS, pair[1].title)))

    every = context.kept("approved", key, approved)
    words = fold_id(query).replace("-", " ").split()
    matching = [s for folded, s in every if all(word in folded for word in words)]
    if emergency:
        matching.sort(key=lambda s: s.kind is not Kind.EMERGENCY)
    return tuple(matching[:SHOWN])


def check_wish(context: ConsoleContext, wish: Wish) -> dict[str, str]:
    """What is wrong with where, why and how often."""
    known = {str(z.id) for z in context.reading.files.settings.zones if z.enabled}
    errors: dict[str, str] = {}
    if not wish.zones or not set(wish.zones) <= known:
        errors["cum"] = "Chọn ít nhất một cụm loa."
    if len(wish.reason.strip()) < 5:
        errors["ly_do"] = "Ghi lý do, ít nhất vài chữ; lý do được lưu vào nhật ký."
    if not 1 <= wish.repeat <= MOST_REPEATS:
        errors["lap"] = f"Số lần đọc từ 1 đến {MOST_REPEATS}."
    return errors


def on_own_word(wish: Wish, script: Script) -> bool:
    """An emergency notice filled in here needs no second person: who confirms it answers for it by name."""
    return wish.emergency and emergency.made_here(script)


def outlook(context: ConsoleContext, wish: Wish, now: datetime, *, by: str) -> Outlook:
    """Everything that can be known before the order is given."""
    settings = context.reading.files.settings
    script = context.reading.files.scripts.get(ScriptId(wish.script))
    errors = check_wish(context, wish)
    if script is None:
        errors["bai"] = "Chọn một bài đã duyệt."
    if script is None:
        return Outlook(errors=errors)
    approval = desk.approvals(context).get(script.id)
    clip = context.reading.preparer.clip(script, approval)
    held = readiness(
        (script.id,),
        day=now.date(),
        scripts=context.reading.files.scripts,
        clips={script.id: clip} if clip else {},
        approvals={script.id: approval} if approval else {},
        need_approval=not on_own_word(wish, script),
    )
    if held:
        errors["bai"] = f"Bài này chưa phát được: {explain(held)}."
    seconds = _seconds(context, script, clip, wish.repeat)
    verdict = judge(
        settings.policy.quiet, start=now, duration_s=seconds, priority=wish.priority, by=by, reason=wish.reason
    )
    if not verdict.open:
        errors["gio"] = f"Chưa phát được: {verdict.reason}. Chỉ phát khẩn mới được phát lúc này."
    return Outlook(
        script=script,
        clip=clip,
        approval=approval,
        words=script.text,
        spoken=" ".join(said for said, _ in context.reading.preparer.speech(script).utterances),
        seconds=seconds,
        zones=desk.zone_names(context, list(wish.zones)),
        consequences=_consequences(context, wish, verdict.reason if verdict.open else ""),
        errors=errors,
    )


def _seconds(context: ConsoleContext, script: Script, clip: Clip | None, repeat: int) -> float:
    settings = context.reading.files.settings.mastering
    pieces = layout((script.id,), {script.id: script}, settings, repeat=repeat, gap_s=5.0)
    spoken = {script.id: clip.duration_s if clip else 0.0}
    return length(pieces, spoken, chime_s=context.reading.preparer.chime_seconds())


def _consequences(context: ConsoleContext, wish: Wish, gate: str) -> tuple[str, ...]:
    status = context.status()
    found = [f"Đang là {gate}."] if gate else []
    busy = [a for a in (status["on_air"] if status else []) if set(a["zones"]) & set(wish.zones)]
    for airing in busy:
        what = "sẽ bị cắt ngang" if wish.emergency else "đang phát; bài này chờ đến lượt hoặc chen vào theo mức ưu tiên"
        found.append(f"“{airing['title']}” {what}.")
    if not busy:
        found.append("Lúc này các cụm đã chọn đang im lặng.")
    return tuple(found)
