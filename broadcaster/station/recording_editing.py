"""The recording of a script as a part of its edit: which files come and go with the text that names them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from broadcaster.domain.edits import ABSENT, Kept
from broadcaster.domain.scripts import Script
from broadcaster.errors import InputError
from broadcaster.ports_editing import EditedFiles, HeldRecording

FOLDER = "audio_scripts"
FIELD = "ban_thu"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingWish:
    """What a form asks: a held recording in place of what speaks now, or none any more; neither leaves it as it is.

    ``began`` is the digest of the recording that the form saw.
    """

    held: HeldRecording | None = None
    removed: bool = False
    began: str = ABSENT


AS_IT_IS = RecordingWish()


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundChanges:
    """What the edit of a script does beside its text: front matter set, files that come before the text, files that go after."""

    front: Mapping[str, str] = field(default_factory=dict)
    come: Mapping[str, Kept] = field(default_factory=dict)
    go: Mapping[str, None] = field(default_factory=dict)
    began: Mapping[str, str] = field(default_factory=dict)

    @property
    def coming(self) -> Mapping[str, str]:
        """File names to digests, for whoever checks the text before they are there."""
        return {name: kept.digest for name, kept in self.come.items()}

    @property
    def words(self) -> str:
        """For the history of edits, after what was done to the script."""
        return ", bản thu mới" if self.come else ", bỏ bản thu" if self.go or self.front else ""


def sound_changes(
    wish: RecordingWish, script_id: str, known: Script | None, others: Collection[str], files: EditedFiles
) -> SoundChanges:
    """A recording takes the name of its script; the one it replaces goes, unless one of ``others`` (files in use) is it."""
    old = known.recording if known is not None else None
    if wish.removed:
        go = _leaving(old, others, files)
        return SoundChanges(front={FIELD: ""}, go=go, began=dict.fromkeys(go, wish.began))
    if wish.held is None:
        return SoundChanges()
    name = _free(script_id, wish.held.suffix, others)
    go = _leaving(old, others, files) if old != name else {}
    began = wish.began if name == old else files.digest(name)
    return SoundChanges(
        front={FIELD: name.removeprefix(f"{FOLDER}/")},
        come={name: Kept(digest=wish.held.digest)},
        go=go,
        began={name: began, **dict.fromkeys(go, wish.began)},
    )


def returning(
    named: str, script: Script, others: Collection[str], files: EditedFiles, *, most: int = 10_000
) -> SoundChanges:
    """What an old text needs that names ``named`` (empty: no recording): a file that is gone comes back as it last was."""
    name = f"{FOLDER}/{named.removeprefix(f'{FOLDER}/')}" if named else ""
    go = _leaving(script.recording, others, files) if script.recording != name else {}
    now = dict.fromkeys(go, script.recording_sha256 or ABSENT)
    try:
        gone = bool(name) and files.digest(name) == ABSENT
    except InputError:
        gone = False
    if not gone:
        return SoundChanges(go=go, began=now)
    last = (c.before for e in files.edits(name, most=most) for c in e.changes if c.name == name and c.before)
    digest = next(last, ABSENT)
    come = {name: Kept(digest=digest)} if digest and files.keeps(digest) else {}
    return SoundChanges(come=come, go=go, began={**now, **dict.fromkeys(come, ABSENT)})


def _free(script_id: str, suffix: str, others: Collection[str]) -> str:
    names = (f"{FOLDER}/{script_id}{mark}{suffix}" for mark in ("", *(f"-{n}" for n in range(2, 10_000))))
    return next(name for name in names if name not in others)


def _leaving(old: str | None, others: Collection[str], files: EditedFiles) -> Mapping[str, None]:
    """The file no script will name any more; one that the editing desk cannot reach (a link, a strange name) stays."""
    if old is None or old in others:
        return {}
    try:
        return {old: None} if files.digest(old) != ABSENT else {}
    except InputError:
        return {}
