"""Writing scripts: drafts, versions, the way to approval, and what a written text will sound like."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from broadcaster.domain.calendar import Calendar, ProgrammeId, Rotation, Slot
from broadcaster.domain.edits import Edit, FileVersion
from broadcaster.domain.firing import past
from broadcaster.domain.folding import fold_id
from broadcaster.domain.problems import Problem, Severity, Where, error
from broadcaster.domain.reviews import Review, Step
from broadcaster.domain.rotation import covers
from broadcaster.domain.scripts import FRAME_KINDS, Script, ScriptId
from broadcaster.domain.spoken import Lexicon, Row, read, review_rows
from broadcaster.errors import InputError
from broadcaster.ports import StationFiles
from broadcaster.ports_editing import FORM, EditedFiles, Reviews, ScriptDraft, ScriptText
from broadcaster.station.recording_editing import (
    AS_IT_IS,
    FIELD,
    FOLDER,
    RecordingWish,
    SoundChanges,
    returning,
    sound_changes,
)

LONGEST_SCRIPT = 40_000
"""Characters of a script written in the console: about an hour of speech; a bulletin has three thousand."""

_BLANK = re.compile(r"\{[^{}\n]*\}")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenPreview:
    """A text as it will be said: rows of written beside spoken, syllables, seconds estimated, and what to look at."""

    rows: tuple[Row, ...]
    syllables: int
    seconds: float
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedDraft:
    """What became of a draft: ``problems`` stand at their fields; nothing was written when ``edit`` is None."""

    name: str
    text: str
    script: Script | None = None
    problems: tuple[Problem, ...] = ()
    edit: Edit | None = None


def spoken_preview(text: str, lexicon: Lexicon | None, *, rate: int) -> SpokenPreview:
    """What a voice will say; comments are dropped and blanks left out, as when the script is read for airing.

    Raises InputError for a text longer than `LONGEST_SCRIPT`.
    """
    if len(text) > LONGEST_SCRIPT:
        raise InputError(f"Bài dài {len(text)} ký tự, quá {LONGEST_SCRIPT}.", hint="Chia ra nhiều bài ngắn hơn.")
    plain = _COMMENT.sub("", text)
    said = _BLANK.sub(lambda m: " " * len(m[0]), plain)
    reading = read(said, lexicon=lexicon)
    return SpokenPreview(
        rows=review_rows(said, reading),
        syllables=reading.syllables,
        seconds=reading.seconds(rate),
        warnings=tuple(dict.fromkeys(w.message for w in reading.warnings)),
    )


class ScriptEditor:
    """Edits of scripts on top of one reading of the files; made anew for each request."""

    def __init__(
        self, *, files: EditedFiles, text: ScriptText, reviews: Reviews, current: StationFiles, now: datetime
    ) -> None:
        self._files = files
        self._text = text
        self._reviews = reviews
        self._current = current
        self._now = now

    def draft(self, script: Script) -> tuple[ScriptDraft, str]:
        """The file's parts as a form shows them, and the digest the edit will begin from."""
        version = self._files.current(script.where.file)
        return self._text.split(version.text), version.digest

    def new_id(self, title: str) -> str:
        """An id from a title that no script or programme has."""
        stem = fold_id(title)[:60].strip("-") or "bai-moi"
        taken = {*self._current.scripts, *self._current.calendar.programmes}
        return next(i for i in (stem, *(f"{stem}-{n}" for n in range(2, 10_000))) if i not in taken)

    def save(
        self, script_id: str, draft: ScriptDraft, *, began: str, by: str, wish: RecordingWish = AS_IT_IS
    ) -> SavedDraft:
        """Write a script, new or known, and its recording; nothing with errors. ConflictError when a file changed since."""
        known = self._current.scripts.get(ScriptId(script_id))
        name = known.where.file if known is not None else f"{FOLDER}/{self._fresh(script_id)}.md"
        before = self._files.current(name)
        sound = sound_changes(wish, script_id, known, self._recordings_but(script_id), self._files)
        text = self._text.compose(replace(draft, front={**draft.front, **sound.front}), before.text)
        problems = self._too_long(draft)
        script: Script | None = None
        if not problems:
            script, problems = self._text.check(name, text, self._current.settings.blanks, sound.coming)
            problems = (*(_at_field(p) for p in problems), *_wordless(script))
        if any(p.severity is Severity.ERROR for p in problems):
            return SavedDraft(name=name, text=text, problems=problems)
        why = f"{'Sửa' if before.data is not None else 'Viết'} bài {script_id}{sound.words}"
        changes = {**sound.come, name: text.encode(), **sound.go}
        edit = self._files.apply(changes, began={**sound.began, name: began}, by=by, at=self._now, why=why)
        return SavedDraft(name=name, text=text, script=script, problems=problems, edit=edit)

    def returning(self, script: Script, text: str) -> SoundChanges:
        """What comes and goes beside an old text of the script: its recording may have been taken away since."""
        named = self._text.split(text).front.get(FIELD, "").strip()
        return returning(named, script, self._recordings_but(script.id), self._files)

    def restore(self, script: Script, digest: str, *, by: str) -> Edit:
        """Make an old version the newest, with its recording; what is there now stays in the history."""
        data = self._files.content(digest)
        if data is None or not any(
            digest in (c.before, c.after)
            for e in self._files.edits(script.where.file, most=10_000)
            for c in e.changes
            if c.name == script.where.file
        ):
            raise InputError("Không có bản này trong lịch sử của bài.")
        name, version = script.where.file, FileVersion(name=script.where.file, data=data, digest=digest)
        sound = self.returning(script, version.text)
        return self._files.apply(
            {**sound.come, name: data, **sound.go},
            began={**sound.began, name: self._files.current(name).digest},
            by=by,
            at=self._now,
            why=f"Lấy lại bản cũ của bài {script.id}",
        )

    def send(self, script: Script, *, by: str) -> Review:
        """Ask for approval of the text as it stands. Raises InputError while it has blanks."""
        if script.blanks:
            raise InputError(
                f"Bài còn chỗ trống chưa điền: {', '.join(f'{{{b}}}' for b in script.blanks[:5])}.",
                hint="Điền ở Cài đặt → Chỗ trống trong bài, rồi gửi duyệt.",
            )
        return self._step(script, Step.SENT, by, "")

    def give_back(self, script: Script, reason: str, *, by: str) -> Review:
        """Return a script to its author; the reason is required."""
        if not reason.strip():
            raise InputError("Chưa ghi lý do trả lại.", hint="Ghi điều cần sửa để người soạn biết.")
        return self._step(script, Step.RETURNED, by, " ".join(reason.split())[:2000])

    def authors(self, script: Script, *, since: datetime | None) -> frozenset[str]:
        """Who wrote the text that waits: everyone who saved it since ``since`` (the last approval), and who sent it."""
        edits = self._files.edits(script.where.file, most=500)
        wrote = {e.by for e in edits if since is None or e.at > since}
        if not wrote and edits:
            wrote = {edits[0].by}
        sent = {
            r.by for r in self._reviews.of(script.id) if r.step is Step.SENT and r.text_sha256 == script.text_sha256
        }
        return frozenset(wrote | sent)

    def _recordings_but(self, script_id: str) -> frozenset[str]:
        """The recordings that other scripts play."""
        scripts = self._current.scripts.values()
        return frozenset(s.recording for s in scripts if s.recording is not None and s.id != script_id)

    def _fresh(self, script_id: str) -> str:
        made = fold_id(script_id)
        if not made or made != script_id:
            raise InputError(f"Mã bài «{script_id[:60]}» không dùng được.", hint="Dùng chữ không dấu, số, gạch nối.")
        return made

    def _too_long(self, draft: ScriptDraft) -> tuple[Problem, ...]:
        if len(draft.body) <= LONGEST_SCRIPT:
            return ()
        message = f"Lời đọc dài {len(draft.body)} ký tự, quá {LONGEST_SCRIPT} (khoảng một giờ đọc)."
        return (
            error(Where(file=FORM, sheet="", cell="loi_doc"), "script-long", message, "Chia ra nhiều bài ngắn hơn."),
        )

    def _step(self, script: Script, step: Step, by: str, reason: str) -> Review:
        review = Review(script=script.id, text_sha256=script.text_sha256, step=step, by=by, at=self._now, reason=reason)
        self._reviews.add(review)
        return review


def may_approve(authors: Collection[str], person: str) -> bool:
    """Nobody approves what he or she wrote or sent."""
    return person not in authors


@dataclass(frozen=True, slots=True, kw_only=True)
class Uses:
    """Where a script is heard: slots that name it (or a programme that does), slots whose rotation may pick it."""

    fixed: tuple[Slot, ...] = ()
    rotating: tuple[Slot, ...] = ()


def uses_of(script: Script, calendar: Calendar, *, today: date) -> Uses:
    """Slots still in force on or after ``today`` that hold a script."""
    named = {p.id for p in calendar.programmes.values() if script.id in p.parts}
    picked = {p.id for p in calendar.programmes.values() if any(_picks(part, script) for part in p.parts)}
    fixed: list[Slot] = []
    rotating: list[Slot] = []
    for slot in calendar.slots:
        if not slot.enabled or past(slot, today):
            continue
        content = slot.content
        if isinstance(content, Rotation):
            if _picks(content, script):
                rotating.append(slot)
        elif content == script.id or ProgrammeId(content) in named:
            fixed.append(slot)
        elif ProgrammeId(content) in picked:
            rotating.append(slot)
    return Uses(fixed=tuple(fixed), rotating=tuple(rotating))


def _picks(part: ScriptId | Rotation, script: Script) -> bool:
    if not isinstance(part, Rotation):
        return False
    kind_fits = script.kind in part.kinds if part.kinds else script.kind not in FRAME_KINDS
    return kind_fits and any(covers(code, tag) for code in part.topics for tag in script.topics)


def expiring(scripts: Mapping[ScriptId, Script], today: date, *, within_days: int = 14) -> tuple[Script, ...]:
    """Scripts whose last day is near."""
    last = today + timedelta(days=within_days)
    found = [s for s in scripts.values() if s.valid_until is not None and today <= s.valid_until <= last]
    return tuple(sorted(found, key=lambda s: (s.valid_until or today, s.id)))


_FIELDS = {
    "script-empty": "loi_doc",
    "file-huge": "loi_doc",
    "encoding-legacy": "loi_doc",
    "comment-unclosed": "loi_doc",
    "kind": "loai",
    "voice-unknown": "giong",
    "language": "ngon_ngu",
    "dates-reversed": "hieu_luc_den",
    "superseded-by-itself": "da_thay_boi",
}


def _wordless(script: Script | None) -> tuple[Problem, ...]:
    """A text of signs or pictures alone would be silence on the air; blanks may still bring words."""
    if script is None or script.recording is not None or script.blanks or not script.text:
        return ()
    if any(letter.isalnum() for letter in script.text):
        return ()
    message = "Lời đọc không có chữ nào để đọc."
    return (error(Where(file=FORM, sheet="", cell="loi_doc"), "script-wordless", message, "Viết ít nhất một câu."),)


def _at_field(problem: Problem) -> Problem:
    """At the field of the form; a missing title or kind says its own field's name in its message."""
    key = _FIELDS.get(problem.code)
    if key is None and "(tieu_de)" in problem.message:
        key = "tieu_de"
    if key is None and ("(loai)" in problem.message or problem.code.startswith("kind")):
        key = "loai"
    if key is None and problem.code.startswith("recording"):
        key = "ban_thu"
    return problem if key is None else replace(problem, where=Where(file=FORM, sheet="", cell=key))
