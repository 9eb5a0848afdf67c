"""Preparing: script → spoken words → voice → mastering → clip, days ahead; unchanged text costs nothing."""

import hashlib
import json
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from broadcaster.domain.clips import Clip, ClipIndex
from broadcaster.domain.scripts import Approval, Script, ScriptId
from broadcaster.domain.settings import VoiceSettings
from broadcaster.domain.spoken import Lexicon, read, residue, utterances
from broadcaster.errors import BroadcasterError, SynthesisError
from broadcaster.ports import Clips, Mastered, Mastering, Voice
from broadcaster.station.material import Chime

log = logging.getLogger(__name__)

RECORDING_VOICE = "bản thu"
"""What the row says where a recording speaks instead of a voice."""

CHIME_S = 2.2
"""The length of the chime before it is rendered for the first time, seconds."""

MAX_UTTERANCE = 100
"""Characters a voice is given at once: what an online voice takes in one request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What preparing did: clips by script, which were made now, why a script has none (Vietnamese), and whether it broke off."""

    clips: Mapping[ScriptId, Clip]
    made: tuple[ScriptId, ...] = ()
    failed: Mapping[ScriptId, str] = field(default_factory=dict)
    stopped: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """A script as it will be spoken: utterances with the pause after each (seconds), and what no voice can say."""

    utterances: tuple[tuple[str, float], ...]
    syllables: int
    unspeakable: tuple[str, ...]


def speech_of(script: Script, lexicon: Lexicon | None) -> Speech:
    """The words and pauses of a script; pure, and the same for the same text and dictionary."""
    reading = read(script.text, lexicon=lexicon)
    spoken = tuple((u.text, u.pause_after_s) for u in utterances(reading, max_chars=MAX_UTTERANCE))
    return Speech(utterances=spoken, syllables=reading.syllables, unspeakable=tuple(residue(reading.words)))


class Preparer:
    """Makes clips and finds them again by content. The first voice of the chain that has sound speaks."""

    def __init__(
        self,
        *,
        voices: Sequence[Voice],
        settings: VoiceSettings,
        mastering: Mastering,
        clips: Clips,
        folder: Path,
        lexicon: Lexicon | None = None,
    ) -> None:
        self._voices = voices
        self._settings = settings
        self._mastering = mastering
        self._clips = clips
        self._folder = folder
        self._lexicon = lexicon
        self._speech: dict[str, Speech] = {}
        self._syllables: dict[str, int] = {}
        self._voice_keys: dict[tuple[str, str, int, str], str] = {}

    def speech(self, script: Script) -> Speech:
        """What the script says, read once for each text."""
        digest = script.text_sha256
        if digest not in self._speech:
            self._speech[digest] = speech_of(script, self._lexicon)
        return self._speech[digest]

    def syllables(self, script: Script) -> int:
        """How many syllables a voice will say."""
        digest = script.text_sha256
        if digest in self._speech:
            return self._speech[digest].syllables
        if digest not in self._syllables:
            self._syllables[digest] = read(script.text, lexicon=self._lexicon).syllables
        return self._syllables[digest]

    def clip(self, script: Script, approval: Approval | None = None, *, index: ClipIndex | None = None) -> Clip | None:
        """The clip that speaks this script as it stands. What was approved is what airs, whatever settings changed since;

        without an approval that covers the text, any voice of the chain will do, in its order. ``index`` is given by whoever
        asks after many scripts at once.
        """
        index = self._clips.index() if index is None else index
        if script.blanks or not index.by_key:
            return None
        digest = script.text_sha256
        if approval is not None and approval.text_sha256 == digest:
            approved = index.by_audio.get(approval.audio_sha256)
            if approved is not None:
                return approved
        return next((c for key in self._keys(script, digest) if (c := index.by_key.get(key)) is not None), None)

    def clips_of(
        self, scripts: Iterable[Script], approvals: Mapping[ScriptId, Approval] | None = None
    ) -> dict[ScriptId, Clip]:
        """The clips there are."""
        standing = approvals or {}
        index = self._clips.index()
        found = ((script.id, self.clip(script, standing.get(script.id), index=index)) for script in scripts)
        return {i: clip for i, clip in found if clip is not None}

    def clips_mark(self) -> tuple[int, ...]:
        """Differs when the clips on disk do."""
        return self._clips.index().mark

    def seconds(
        self, scripts: Mapping[ScriptId, Script], approvals: Mapping[ScriptId, Approval] | None = None
    ) -> dict[ScriptId, float]:
        """The length of each script: its clip's own where there is one, else estimated from its syllables."""
        clips = self.clips_of(scripts.values(), approvals)
        return {i: clips[i].duration_s if i in clips else self.estimate(s) for i, s in scripts.items()}

    def estimate(self, script: Script) -> float:
        """Seconds a voice will need, from syllables and pauses; 0 for a recording not yet decoded."""
        if script.recording:
            return 0.0
        return round(self.syllables(script) / self._rate(script) * 60, 1)

    def prepare(
        self,
        scripts: Sequence[Script],
        approvals: Mapping[ScriptId, Approval] | None = None,
        *,
        progress: Callable[[Script, int, int], None] = lambda *_: None,
        stop: Callable[[], bool] = lambda: False,
    ) -> Prepared:
        """Render what has no clip yet; a script that cannot be rendered keeps the rest going and says why."""
        clips: dict[ScriptId, Clip] = {}
        made: list[ScriptId] = []
        failed: dict[ScriptId, str] = {}
        for position, script in enumerate(scripts):
            if stop():
                return Prepared(clips=clips, made=tuple(made), failed=failed, stopped=True)
            progress(script, position, len(scripts))
            if script.blanks:
                failed[script.id] = "còn chỗ trống chưa điền: " + ", ".join(script.blanks)
                continue
            clip = self.clip(script, (approvals or {}).get(script.id))
            if clip is None or not self._clips.verified(clip):
                try:
                    clip = self._render(script)
                except BroadcasterError as error:
                    failed[script.id] = error.message
                    log.warning("%s has no sound: %s", script.id, error, extra={"action": "prepare_failed"})
                    continue
                made.append(script.id)
            clips[script.id] = clip
        return Prepared(clips=clips, made=tuple(made), failed=failed)

    def chime_seconds(self) -> float:
        """The chime's length without rendering it: the clip's own, or what it will be."""
        clip = self._clips.get(_key("chime", self._mastering.fingerprint))
        return clip.duration_s if clip else CHIME_S

    def chime(self) -> Chime:
        """The station's chime, rendered once."""
        key = _key("chime", self._mastering.fingerprint)
        clip = self._clips.get(key)
        if clip is None or not self._clips.verified(clip):
            workplace = self._clips.workplace()
            mastered = self._mastering.chime(workplace)
            clip = self._clips.add(
                Clip(
                    key=key,
                    audio_sha256=mastered.audio_sha256,
                    path="",
                    script_id=ScriptId("chime"),
                    text_sha256="",
                    voice="",
                    frames=mastered.frames,
                    loudness_lufs=mastered.loudness_lufs,
                    true_peak_dbtp=mastered.true_peak_dbtp,
                    syllables=0,
                ),
                workplace,
            )
        return Chime(path=Path(clip.path), seconds=clip.duration_s)

    def _rate(self, script: Script) -> int:
        return script.speed or self._settings.rate

    def _chain(self, script: Script) -> list[Voice]:
        if script.voice is None:
            return list(self._voices)
        return [v for v in self._voices if v.name == script.voice]

    def _keys(self, script: Script, digest: str) -> Iterator[str]:
        if script.recording:
            yield _key("recording", script.recording_sha256 or "", self._mastering.fingerprint)
            return
        for voice in self._chain(script):
            yield self._voice_key(script, digest, voice)

    def _voice_key(self, script: Script, digest: str, voice: Voice) -> str:
        """The utterances of thousands of scripts would fill the memory; of each only its key is kept."""
        asked = (digest, voice.fingerprint, self._rate(script), script.language)
        key = self._voice_keys.get(asked)
        if key is None:
            speech = self._speech.get(digest) or speech_of(script, self._lexicon)
            said = json.dumps(speech.utterances, ensure_ascii=False)
            key = _key("speech", said, asked[1], str(asked[2]), asked[3], self._mastering.fingerprint)
            self._voice_keys[asked] = key
        return key

    def _render(self, script: Script) -> Clip:
        workplace = self._clips.workplace()
        if script.recording:
            mastered = self._mastering.master_recording(self._folder / script.recording, workplace)
            made = _Made(
                key=next(self._keys(script, script.text_sha256)), voice=RECORDING_VOICE, syllables=0, mastered=mastered
            )
        else:
            made = self._speak(script, workplace)
        clip = Clip(
            key=made.key,
            audio_sha256=made.mastered.audio_sha256,
            path="",
            script_id=script.id,
            text_sha256=script.text_sha256,
            voice=made.voice,
            frames=made.mastered.frames,
            loudness_lufs=made.mastered.loudness_lufs,
            true_peak_dbtp=made.mastered.true_peak_dbtp,
            syllables=made.syllables,
        )
        log.info("%s rendered, %.1f s, %s", script.id, clip.duration_s, clip.voice, extra={"action": "clip_made"})
        return self._clips.add(clip, workplace)

    def _speak(self, script: Script, workplace: Path) -> "_Made":
        speech = self.speech(script)
        if speech.unspeakable:
            raise SynthesisError("còn chỗ không đọc được: " + ", ".join(speech.unspeakable[:5]), retry=False)
        if not speech.utterances:
            raise SynthesisError("bài không có chữ nào để đọc", retry=False)
        reasons: list[str] = []
        for voice in self._chain(script):
            try:
                parts = [
                    (voice.synthesize(words, rate=self._rate(script), language=script.language), pause)
                    for words, pause in speech.utterances
                ]
            except SynthesisError as error:
                reasons.append(f"{voice.name}: {error.message}")
                continue
            mastered = self._mastering.master(parts, workplace)
            return _Made(
                key=self._voice_key(script, script.text_sha256, voice),
                voice=voice.name,
                syllables=speech.syllables,
                mastered=mastered,
            )
        raise SynthesisError("; ".join(reasons) or "không có giọng đọc nào dùng được")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    key: str
    voice: str
    syllables: int
    mastered: Mastered


def _key(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
