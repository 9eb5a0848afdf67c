"""Scripts on their way from draft to air, gathered for pages; the states of all are worked out once for each change."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from broadcaster.adapters.people import Person
from broadcaster.domain.calendar import ProgrammeId, SlotId
from broadcaster.domain.clips import Clip
from broadcaster.domain.expansion import fixed, parts_of
from broadcaster.domain.folding import fold_id
from broadcaster.domain.problems import Problem, Severity
from broadcaster.domain.reviews import Review, ScriptState, Step, state_of
from broadcaster.domain.rundown import Airing, AiringState
from broadcaster.domain.scripts import Approval, Script, ScriptId
from broadcaster.domain.spoken import Lexicon
from broadcaster.present.web_scripts import ScriptRow, badges, broken_row, row_of
from broadcaster.station.checking import lexicon_of
from broadcaster.station.script_editing import ScriptEditor, Uses, may_approve, uses_of
from broadcaster.web.calendar_data import desk_of, login_of
from broadcaster.web.context import ConsoleContext
from broadcaster.web.desk import approvals
from broadcaster.wiring.readings import Reading

SCRIPTS = "audio_scripts/"
WORK_SHOWN = 20
AHEAD_DAYS = 31
AIRINGS_SHOWN = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """Every script, and every file that is none though it should be one, by id."""

    rows: tuple[ScriptRow, ...]
    states: Mapping[ScriptId, ScriptState]


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What waits for one person, oldest first."""

    to_approve: tuple[tuple[Script, Review], ...] = ()
    returned: tuple[tuple[Script, Review], ...] = ()


def editor_of(context: ConsoleContext, reading: Reading) -> ScriptEditor:
    """The editor of scripts on one reading."""
    return desk_of(context).scripts(reading, context.now())


def lexicon(context: ConsoleContext, reading: Reading) -> Lexicon | None:
    """The station's dictionary."""
    return context.kept("lexicon", reading.fingerprint, lambda: lexicon_of(reading.files)[0])


def clip_of(reading: Reading, script: Script, approval: Approval | None) -> Clip | None:
    """The sound there is for a script as it stands, its bytes still those of its digest."""
    clip = reading.preparer.clip(script, approval)
    return clip if clip is not None and reading.shop.clips.verified(clip) else None


def problems_of(reading: Reading, script_id: str, script: Script | None) -> tuple[Problem, ...]:
    """What is wrong with a script's own file, or with another file that claims its id."""
    files = reading.files
    by_file = _problems_by_file(reading)
    names = [script.where.file] if script is not None else []
    used = {s.where.file for s in files.scripts.values()} if by_file else set()
    names += [n for n in by_file if n not in used and fold_id(Path(n).stem) == script_id]
    return tuple(p for name in names for p in by_file.get(name, ()))


def _problems_by_file(reading: Reading) -> dict[str, list[Problem]]:
    found: dict[str, list[Problem]] = {}
    for problem in reading.files.problems:
        if problem.where.file.startswith(SCRIPTS) and problem.where.file.endswith(".md"):
            found.setdefault(problem.where.file, []).append(problem)
    return found


def is_broken(problems: tuple[Problem, ...] | list[Problem]) -> bool:
    """Whether the file has an error, so that the version on disk is not on duty."""
    return any(p.severity is Severity.ERROR for p in problems)


def shelf(context: ConsoleContext) -> Shelf:
    """The list of all scripts, newest knowledge, worked out once for each change of files, approvals, steps or sounds."""
    reading, today = context.reading, context.now().date()
    standing = approvals(context)
    newest = desk_of(context).reviews.newest()
    sounds = context.paths.clips
    key = (
        reading.fingerprint,
        today,
        context.journal.newest_moment(),
        len(standing),
        max((r.at for r in newest.values()), default=None),
        sounds.stat().st_mtime_ns if sounds.is_dir() else 0,
    )
    return context.kept("script_shelf", key, lambda: _shelf(reading, today, standing, newest, sounds))


def _shelf(
    reading: Reading,
    today: date,
    standing: Mapping[ScriptId, Approval],
    newest: Mapping[ScriptId, Review],
    sounds: Path,
) -> Shelf:
    files = reading.files
    there = {p.stem for p in sounds.glob("*.wav")} if sounds.is_dir() else set()
    wrong = _problems_by_file(reading)
    states: dict[ScriptId, ScriptState] = {}
    rows: list[ScriptRow] = []
    for script in files.scripts.values():
        approval = standing.get(script.id)
        audio = approval.audio_sha256 if approval is not None and approval.audio_sha256 in there else None
        state = state_of(script, approval, newest.get(script.id), audio_sha256=audio, today=today)
        states[script.id] = state
        broken = is_broken(wrong.get(script.where.file, []))
        found = badges(script, state, today=today, scripts=files.scripts, broken=broken)
        rows.append(row_of(script, found, rate=files.settings.voices.rate))
    used = {s.where.file for s in files.scripts.values()}
    for name, problems in wrong.items():
        script_id = fold_id(Path(name).stem)
        if name not in used and script_id not in files.scripts and is_broken(problems):
            rows.append(broken_row(script_id, name))
    return Shelf(rows=tuple(sorted(rows, key=lambda r: r.id)), states=states)


def state_now(
    context: ConsoleContext, script: Script, approval: Approval | None, clip: Clip | None, review: Review | None
) -> ScriptState:
    """Where one script stands, judged by the sound that would really air."""
    audio = clip.audio_sha256 if clip is not None else None
    return state_of(script, approval, review, audio_sha256=audio, today=context.now().date())


def authors_of(context: ConsoleContext, reading: Reading, script: Script, approval: Approval | None) -> frozenset[str]:
    """The logins of those who wrote or sent the text that waits."""
    since = approval.at if approval is not None else None
    return frozenset(login_of(by) for by in editor_of(context, reading).authors(script, since=since))


def work_of(context: ConsoleContext, person: Person, *, may_decide: bool) -> Work:
    """Scripts that wait for this person: to be judged, or to be put right."""
    reading = context.reading
    standing = approvals(context)
    scripts = reading.files.scripts
    states = shelf(context).states
    reviews = desk_of(context).reviews
    asked: list[tuple[Script, Review]] = []
    back: list[tuple[Script, Review]] = []
    for script_id, review in sorted(reviews.newest().items(), key=lambda item: item[1].at):
        state = states.get(script_id)
        if state not in {ScriptState.WAITING, ScriptState.RETURNED}:
            continue
        script = scripts[script_id]
        if state is ScriptState.WAITING and may_decide and len(asked) < WORK_SHOWN:
            if may_approve(authors_of(context, reading, script, standing.get(script_id)), person.login):
                asked.append((script, review))
        elif state is ScriptState.RETURNED and len(back) < WORK_SHOWN:
            sent = {login_of(r.by) for r in reviews.of(script_id) if r.step is Step.SENT}
            if person.login in sent | authors_of(context, reading, script, standing.get(script_id)):
                back.append((script, review))
    return Work(to_approve=tuple(asked), returned=tuple(back))


def coming_of(context: ConsoleContext, reading: Reading, script: Script, uses: Uses) -> tuple[Airing, ...]:
    """The next airings that surely hold a script; what a rotation will pick is not known yet."""
    calendar = reading.files.calendar
    now = context.now()
    naming = [
        e for e in calendar.exceptions if e.content is not None and script.id in fixed(parts_of(calendar, e.content))
    ]
    slots = {slot.id: slot for slot in uses.fixed}
    named: set[SlotId] = {i for e in naming for i in e.slots}
    slots |= {slot.id: slot for slot in calendar.slots if slot.id in named}
    if not slots:
        return ()
    narrowed = replace(reading.files, calendar=replace(calendar, slots=tuple(slots.values())))
    planner = reading.shop.planner_for(narrowed, reading.preparer)
    today = now.date()
    found = (
        p.airing
        for p in planner.expansion(today, today + timedelta(days=AHEAD_DAYS))
        if p.airing.state is AiringState.PLANNED and p.airing.planned > now and script.id in fixed(p.parts)
    )
    return tuple(a for a, _ in zip(found, range(AIRINGS_SHOWN), strict=False))


def used_in(context: ConsoleContext, reading: Reading, script: Script) -> Uses:
    """Slots that name it, and slots whose rotation may pick it."""
    return uses_of(script, reading.files.calendar, today=context.now().date())


def title_of(reading: Reading, content: str) -> str:
    """The title of a programme or script by its id."""
    files = reading.files
    programme = files.calendar.programmes.get(ProgrammeId(content))
    if programme is not None and programme.title:
        return programme.title
    script = files.scripts.get(ScriptId(content))
    return script.title if script is not None else content
