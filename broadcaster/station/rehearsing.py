"""Rehearsing: the same station under a fake clock and silent, so that a year can be seen before it is heard."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Protocol

from broadcaster.domain.asrun import Line, reconcile
from broadcaster.domain.clips import SAMPLE_RATE, Clip, ClipIndex, Pcm
from broadcaster.domain.rundown import Airing, AiringState
from broadcaster.domain.scripts import Approval, Script
from broadcaster.domain.settings import VoiceSettings
from broadcaster.domain.spoken import Lexicon
from broadcaster.errors import SynthesisError
from broadcaster.ports import Clips, Journal, Mastered
from broadcaster.station.duty import Duty
from broadcaster.station.playout import PRE_ROLL_S
from broadcaster.station.preparing import Preparer

REHEARSAL_VOICE = "diễn tập"
"""What a rehearsed row says in place of a voice: nothing was spoken."""


class MovingClock(Protocol):
    """A clock that is set, not read."""

    def now(self) -> datetime: ...

    def set(self, moment: datetime) -> None: ...


class EstimatingPreparer(Preparer):
    """Every script has a clip of its estimated length; nothing is rendered, so no voice and no mastering are needed."""

    def __init__(self, *, settings: VoiceSettings, clips: Clips, folder: Path, lexicon: Lexicon | None) -> None:
        super().__init__(
            voices=(), settings=settings, mastering=_NoMastering(), clips=clips, folder=folder, lexicon=lexicon
        )

    def clip(self, script: Script, approval: Approval | None = None, *, index: ClipIndex | None = None) -> Clip | None:
        """A clip in name only; a script with blanks has none, as in life."""
        if script.blanks:
            return None
        return Clip(
            key=f"rehearsal-{script.id}",
            audio_sha256="",
            path=f"{REHEARSAL_VOICE}/{script.id}",
            script_id=script.id,
            text_sha256=script.text_sha256,
            voice=REHEARSAL_VOICE,
            frames=round(self.estimate(script) * SAMPLE_RATE),
            loudness_lufs=0.0,
            true_peak_dbtp=0.0,
            syllables=0,
        )


class _NoMastering:
    """A rehearsal renders nothing."""

    @property
    def fingerprint(self) -> str:
        return "rehearsal"

    def master(self, parts: Sequence[tuple[Pcm, float]], destination: Path) -> Mastered:
        raise SynthesisError("diễn tập không tạo âm thanh", retry=False)

    def master_recording(self, source: Path, destination: Path) -> Mastered:
        raise SynthesisError("diễn tập không tạo âm thanh", retry=False)

    def chime(self, destination: Path) -> Mastered:
        raise SynthesisError("diễn tập không tạo âm thanh", retry=False)


def rehearse(
    duty: Duty,
    clock: MovingClock,
    journal: Journal,
    first: date,
    last: date,
    *,
    progress: Callable[[date], None] = lambda _: None,
    published: Callable[[], None] = lambda: None,
) -> tuple[Line, ...]:
    """Live through [first, last]: publish, then wake at every planned moment; returns the reconciliation, a line an airing."""
    zone = duty.planner.timezone
    clock.set(datetime(first.year, first.month, first.day, tzinfo=zone))
    duty.planner.publish(clock.now(), last=last)
    published()
    day = None
    for airing in planned(journal, first, last):
        if airing.planned.date() != day:
            day = airing.planned.date()
            progress(day)
        if airing.state is AiringState.CANCELLED:
            continue
        clock.set(airing.planned - timedelta(seconds=PRE_ROLL_S))
        duty.start_due()
        clock.set(airing.planned)
        duty.start_due()
    end = datetime(last.year, last.month, last.day, tzinfo=zone) + timedelta(days=1, hours=12)
    clock.set(end)
    on_air = {opening.airing_id for opening in journal.open_rows()}
    return reconcile(planned(journal, first, last), journal.entries(), now=end, on_air=on_air)


def planned(journal: Journal, first: date, last: date) -> tuple[Airing, ...]:
    """Every airing of the published rundowns of [first, last], in time order."""
    rundowns = journal.rundowns(first, last)
    return tuple(sorted((a for r in rundowns.values() for a in r.airings), key=lambda a: (a.planned, a.id)))
