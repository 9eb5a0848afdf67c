"""What the first screen shows, gathered from the rundown, the journal and the files; worked out again only when one changed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from broadcaster.adapters.people import Role
from broadcaster.domain.asrun import Line, Outcome, reconcile
from broadcaster.domain.calendar import ZoneId
from broadcaster.domain.problems import has_errors
from broadcaster.domain.readiness import readiness
from broadcaster.domain.rundown import Airing, AiringState
from broadcaster.domain.scripts import FRAME_KINDS, Approval, Kind, Script, ScriptId
from broadcaster.present.holds import explain
from broadcaster.web.context import ConsoleContext
from broadcaster.web.emergency import made_here

SHOWN = 12
"""How many of the coming airings are listed."""

EXPIRING = timedelta(days=14)
"""A script that ends within so many days is said beforehand."""

MISSING = frozenset({Outcome.FAILED, Outcome.MISSED, Outcome.INTERRUPTED, Outcome.WITHHELD, Outcome.PARTIAL})


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """One airing ahead; ``why`` says what holds it back, empty when it is ready."""

    airing: Airing
    why: str
    zones: str
    cancelled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Something that needs a person; ``urgent`` when loudspeakers will stay silent for it."""

    text: str
    href: str = ""
    link: str = ""
    urgent: bool = False


def zone_names(context: ConsoleContext, zones: Sequence[str]) -> str:
    """Names of zones as people call them; “tất cả” when it is all of them."""
    settings = context.reading.files.settings
    known = context.kept(
        "zones", context.reading.fingerprint, lambda: {z.id: z.name for z in settings.zones if z.enabled}
    )
    if len(known) > 1 and len(zones) >= len(known) and known.keys() <= set(zones):
        return f"tất cả {len(known)} cụm"
    return ", ".join(known.get(ZoneId(zone), zone) for zone in zones)


def airings_of(context: ConsoleContext, day: date) -> tuple[Airing, ...]:
    """One published day, read again only after the journal has grown."""

    def read() -> tuple[Airing, ...]:
        found = context.journal.rundown(day)
        return found.airings if found is not None else ()

    return context.kept(f"airings {day}", context.journal.newest_moment(), read)


def approvals(context: ConsoleContext) -> Mapping[ScriptId, Approval]:
    """Standing approvals, read again only after the journal has grown."""
    return context.kept("approvals", context.journal.newest_moment(), context.journal.approvals)


def coming(context: ConsoleContext, now: datetime) -> tuple[Coming, ...]:
    """The airings of the next 24 hours, soonest first."""
    airings = airings_of(context, now.date()) + airings_of(context, now.date() + timedelta(days=1))
    until = now + timedelta(hours=24)
    ahead = sorted((a for a in airings if now < a.planned <= until), key=lambda a: (a.planned, a.id))[:SHOWN]
    key = (context.reading.fingerprint, context.journal.newest_moment(), tuple(a.id for a in ahead))
    return context.kept("coming", key, lambda: tuple(_coming(context, a) for a in ahead))


def _coming(context: ConsoleContext, airing: Airing) -> Coming:
    reading = context.reading
    scripts = reading.files.scripts
    known = [scripts[s] for s in airing.scripts if s in scripts]
    held = readiness(
        airing.scripts,
        day=airing.planned.date(),
        scripts=scripts,
        clips=reading.preparer.clips_of(known, approvals(context)),
        approvals=approvals(context),
    )
    cancelled = airing.state is AiringState.CANCELLED
    return Coming(
        airing=airing,
        why=(airing.reason or "đã hủy") if cancelled else explain(held),
        zones=zone_names(context, airing.zones),
        cancelled=cancelled,
    )


def day_lines(context: ConsoleContext, day: date, now: datetime) -> tuple[Line, ...]:
    """One day's plan held against the record."""
    planned = airings_of(context, day)
    start = datetime.combine(day, time(0), now.tzinfo)

    def make() -> tuple[Line, ...]:
        journal = context.journal
        entries = [e for e in journal.entries(start, start + timedelta(days=1)) if not e.opening.rehearsed]
        on_air = {opening.airing_id for opening in journal.open_rows()}
        return reconcile(planned, entries, now=now, on_air=on_air)

    # the minute belongs to the key: what is ahead becomes missed by the clock alone
    return context.kept(f"lines {day}", (context.journal.newest_moment(), f"{now:%d %H:%M}"), make)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """A day in three numbers."""

    planned: int
    heard: int
    missing: int


def tally(lines: tuple[Line, ...]) -> Tally:
    """How a day went: planned airings that were not cancelled, heard in full, and not."""
    ours = [line for line in lines if line.airing is not None and line.outcome is not None]
    return Tally(
        planned=len(ours),
        heard=sum(line.outcome is Outcome.AIRED for line in ours),
        missing=sum(line.outcome in MISSING for line in ours),
    )


def tasks(context: ConsoleContext, now: datetime) -> tuple[Task, ...]:
    """Everything that waits for a person, most urgent first."""
    sources: tuple[Callable[[ConsoleContext, datetime], list[Task]], ...] = (
        _of_station,
        _of_files,
        _of_yesterday,
        _of_scripts,
        _of_people,
    )
    found = [task for source in sources for task in source(context, now)]
    return tuple(sorted(found, key=lambda task: not task.urgent))


def _of_station(context: ConsoleContext, now: datetime) -> list[Task]:  # noqa: ARG001 - one shape for all sources
    status = context.status()
    if status is None:
        return []
    found = []
    if status["last_problem"]:
        found.append(Task(text=f"Trạm báo: {status['last_problem']}.", urgent=True))
    if status["first_gap"]:
        text = f"Lượt đầu tiên bị vướng: {status['first_gap']}."
        found.append(Task(text=text, href="/bai-phat", link="Mở Bài phát", urgent=True))
    scripts = context.reading.files.scripts
    # a script with blanks is told by them; an emergency template has them on purpose
    silent = {i: why for i, why in status["unprepared"].items() if i not in scripts or not scripts[i].blanks}
    if silent:
        first, why = next(iter(silent.items()))
        title = scripts[first].title if first in scripts else first
        text = f"{len(silent)} bài chưa có tiếng, ví dụ «{title}»: {why}."
        found.append(Task(text=text, href="/bai-phat", link="Mở Bài phát"))
    return found


def _of_files(context: ConsoleContext, now: datetime) -> list[Task]:  # noqa: ARG001 - one shape for all sources
    problems = context.reading.files.problems
    if not has_errors(problems):
        return []
    first = next(p for p in problems if p.severity.value == "error")
    text = f"Tệp của trạm có lỗi nên bản mới chưa vào trực. {first.where}: {first.message} {first.hint}".strip()
    return [Task(text=text, href="/kiem-tra", link="Xem mọi lỗi và cách sửa", urgent=True)]


def _of_yesterday(context: ConsoleContext, now: datetime) -> list[Task]:
    day = now.date() - timedelta(days=1)
    missing = tally(day_lines(context, day, now)).missing
    if not missing:
        return []
    text = f"Hôm qua có {missing} lượt không phát đủ; xem lý do và cân nhắc phát bù."
    return [Task(text=text, href=f"/nhat-ky?tu={day}&den={day}", link="Xem nhật ký")]


def _of_scripts(context: ConsoleContext, now: datetime) -> list[Task]:
    reading = context.reading
    key = (reading.fingerprint, context.journal.newest_moment(), now.date())
    return context.kept("script tasks", key, lambda: _script_tasks(context, now.date()))


def _script_tasks(context: ConsoleContext, today: date) -> list[Task]:
    standing = approvals(context)
    # templates wait for the hour of need, and what was made of one is answered for by whoever airs it
    valid = [s for s in context.reading.files.scripts.values() if s.valid_on(today) and not _of_emergency(s)]
    blank = [s for s in valid if s.blanks]
    waiting = [
        s for s in valid if not s.blanks and ((a := standing.get(s.id)) is None or a.text_sha256 != s.text_sha256)
    ]
    ending = [
        s
        for s in valid
        if s.valid_until is not None and s.valid_until <= today + EXPIRING and s.kind not in FRAME_KINDS
    ]
    found = []
    if waiting:
        found.append(Task(text=f"{len(waiting)} bài chờ duyệt.", href="/bai-phat", link="Mở Bài phát"))
    if blank:
        text = f"{len(blank)} bài còn chỗ trống chưa điền."
        found.append(Task(text=text, href="/cai-dat/cho-trong", link="Điền chỗ trống"))
    if ending:
        first = min(ending, key=lambda s: s.valid_until or today)
        text = f"{len(ending)} bài sắp hết hiệu lực; sớm nhất: “{first.title}”, hết ngày {first.valid_until:%d/%m/%Y}."
        found.append(Task(text=text, href="/bai-phat", link="Mở Bài phát"))
    return found


def _of_emergency(script: Script) -> bool:
    return script.kind is Kind.EMERGENCY and (bool(script.blanks) or made_here(script))


def _of_people(context: ConsoleContext, now: datetime) -> list[Task]:  # noqa: ARG001 - one shape for all sources
    active = [p for p in context.people.all() if p.active]
    authors = {p.login for p in active if p.may(Role.AUTHOR)}
    approvers = {p.login for p in active if p.may(Role.APPROVER)}
    if approvers - authors or len(approvers) > 1:
        return []
    text = "Chưa có người duyệt khác người soạn, nên bài soạn ở đây chưa ai duyệt được."
    return [Task(text=text, href="/cai-dat/nguoi-dung", link="Thêm người")]
