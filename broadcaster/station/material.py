"""From an airing to what the player needs: the segments on disk and the items as they stand at this moment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from broadcaster.domain.asrun import Item
from broadcaster.domain.clips import Clip
from broadcaster.domain.layout import Piece, PieceKind, layout, length
from broadcaster.domain.scripts import Script, ScriptId
from broadcaster.domain.settings import MasteringSettings
from broadcaster.ports import Segment


@dataclass(frozen=True, slots=True, kw_only=True)
class Chime:
    """The station's chime on disk and its length in seconds."""

    path: Path
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """Everything an airing will play, in order, and its exact length in seconds."""

    items: tuple[Item, ...]
    segments: tuple[Segment, ...]
    duration_s: float


def item_of(script: Script, clip: Clip | None) -> Item:
    """One item as it is written in the row."""
    return Item(
        script=script.id,
        title=script.title,
        kind=script.kind.value,
        topics=tuple(script.topics),
        fields=script.fields,
        language=script.language,
        text_sha256=script.text_sha256,
        audio_sha256=clip.audio_sha256 if clip else "",
        voice=clip.voice if clip else "",
        duration_s=round(clip.duration_s, 3) if clip else 0.0,
    )


def items_of(
    scripts: Sequence[ScriptId], book: Mapping[ScriptId, Script], clips: Mapping[ScriptId, Clip]
) -> tuple[Item, ...]:
    """The known items of an airing, in order; an unknown id has no row of its own."""
    return tuple(item_of(book[s], clips.get(s)) for s in scripts if s in book)


def material(
    scripts: Sequence[ScriptId],
    book: Mapping[ScriptId, Script],
    clips: Mapping[ScriptId, Clip],
    settings: MasteringSettings,
    chime: Chime,
    *,
    repeat: int = 1,
    gap_s: float = 5.0,
) -> Material:
    """What is heard, from sample 0 to the last; every script must have its clip (`readiness` has said so)."""
    pieces = layout(scripts, book, settings, repeat=repeat, gap_s=gap_s)
    seconds = {s: clips[s].duration_s for s in scripts}
    return Material(
        items=items_of(scripts, book, clips),
        segments=tuple(_segment(piece, clips, chime) for piece in pieces),
        duration_s=length(pieces, seconds, chime_s=chime.seconds),
    )


def _segment(piece: Piece, clips: Mapping[ScriptId, Clip], chime: Chime) -> Segment:
    if piece.kind is PieceKind.CHIME:
        return Segment(path=chime.path, seconds=chime.seconds)
    if piece.kind is PieceKind.ITEM and piece.script is not None:
        clip = clips[piece.script]
        return Segment(path=Path(clip.path), seconds=clip.duration_s)
    return Segment(seconds=piece.seconds)
