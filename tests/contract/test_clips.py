"""What every store of clips promises, held by the disk's and by the rehearsal double; then what only a disk can suffer."""

import hashlib
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from broadcaster.adapters.clips import STALE, DiskClips
from broadcaster.adapters.rehearsal_voice import MemoryClips
from broadcaster.domain.clips import Clip
from broadcaster.domain.scripts import ScriptId
from broadcaster.errors import RecordError
from broadcaster.ports import Clips

NOW = datetime(2030, 1, 1, tzinfo=UTC)


def _memory(folder: Path) -> Clips:
    folder.mkdir(exist_ok=True)
    return MemoryClips(folder)


def _disk(folder: Path) -> Clips:
    return DiskClips(folder)


@pytest.fixture(params=[_disk, _memory], ids=["disk", "memory"])
def clips(request: pytest.FixtureRequest, tmp_path: Path) -> Clips:
    make: Callable[[Path], Clips] = request.param
    return make(tmp_path / "clips")


def rendered(clips: Clips, key: str, body: bytes = b"sound") -> tuple[Clip, Path]:
    path = clips.workplace()
    path.write_bytes(body)
    clip = Clip(
        key=key,
        audio_sha256=hashlib.sha256(body).hexdigest(),
        path="",
        script_id=ScriptId("an-toàn"),
        text_sha256="t" * 64,
        voice="espeak",
        frames=48_000,
        loudness_lufs=-16.0,
        true_peak_dbtp=-1.5,
        syllables=12,
    )
    return clip, path


def test_a_clip_is_found_by_its_key_and_by_its_sound(clips: Clips) -> None:
    clip, path = rendered(clips, "k")
    kept = clips.add(clip, path)
    assert kept == replace(clip, path=kept.path)
    assert Path(kept.path).read_bytes() == b"sound"
    assert not path.exists()
    assert clips.get("k") == kept
    assert clips.by_audio(clip.audio_sha256) == kept
    assert clips.verified(kept)
    assert list(clips.all()) == [kept]


def test_what_was_never_added_is_not_there(clips: Clips) -> None:
    assert clips.get("k") is None
    assert clips.get("../../etc/passwd") is None
    assert clips.by_audio("0" * 64) is None
    assert list(clips.all()) == []
    assert not clips.verified(rendered(clips, "k")[0])


def test_workplaces_are_fresh_and_on_the_same_file_system(clips: Clips) -> None:
    first, second = clips.workplace(), clips.workplace()
    assert first != second
    assert first.suffix == ".wav"
    clip, path = rendered(clips, "k")
    assert path.stat().st_dev == Path(clips.add(clip, path).path).stat().st_dev


def test_adding_again_changes_nothing(clips: Clips) -> None:
    clip, path = rendered(clips, "k")
    kept = clips.add(clip, path)
    assert clips.add(clip, path) == kept, "a repeat after a crash, the rendering already moved"
    again, path = rendered(clips, "k")
    assert clips.add(again, path) == kept
    assert not path.exists()
    assert list(clips.all()) == [kept]


def test_a_rendering_that_is_gone_or_changed_is_refused(clips: Clips) -> None:
    clip, path = rendered(clips, "k")
    path.write_bytes(b"other")
    with pytest.raises(RecordError):
        clips.add(clip, path)
    path.unlink()
    with pytest.raises(RecordError):
        clips.add(clip, path)
    assert clips.get("k") is None


def test_a_sound_that_changed_or_went_is_not_verified_and_can_be_made_again(clips: Clips) -> None:
    clip, path = rendered(clips, "k")
    kept = clips.add(clip, path)
    Path(kept.path).write_bytes(b"sounD")
    assert not clips.verified(kept)
    Path(kept.path).unlink()
    assert not clips.verified(kept)
    again, path = rendered(clips, "k")
    assert clips.verified(clips.add(again, path))


def test_one_sound_under_two_keys_goes_with_the_last(clips: Clips) -> None:
    first = clips.add(*rendered(clips, "a"))
    second = clips.add(*rendered(clips, "b"))
    clips.remove(first)
    assert clips.get("a") is None
    assert clips.verified(second)
    clips.remove(second)
    assert not Path(second.path).exists()
    clips.remove(second)


def test_clips_are_kept_across_a_restart_and_a_move(tmp_path: Path) -> None:
    kept = DiskClips(tmp_path / "a").add(*rendered(DiskClips(tmp_path / "a"), "k"))
    (tmp_path / "a").rename(tmp_path / "b")
    moved = DiskClips(tmp_path / "b").get("k")
    assert moved is not None
    assert replace(moved, path=kept.path) == kept
    assert Path(moved.path).read_bytes() == b"sound"


def test_another_process_sees_a_clip_at_once(tmp_path: Path) -> None:
    here, there = DiskClips(tmp_path), DiskClips(tmp_path)
    clip = here.add(*rendered(here, "k"))
    assert there.get("k") == clip
    there.remove(clip)
    assert here.get("k") is None


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"key": 1}', b"\xff\xfe", b"null"])
def test_a_damaged_card_is_a_clip_to_be_made_again(tmp_path: Path, damage: bytes) -> None:
    clips = DiskClips(tmp_path)
    clips.add(*rendered(clips, "k"))
    next((tmp_path / "index").glob("*.json")).write_bytes(damage)
    assert clips.get("k") is None
    assert list(clips.all()) == []
    assert clips.verified(clips.add(*rendered(clips, "k")))


def test_a_card_with_a_field_of_another_type_is_not_believed(tmp_path: Path) -> None:
    clips = DiskClips(tmp_path)
    clips.add(*rendered(clips, "k"))
    card = next((tmp_path / "index").glob("*.json"))
    card.write_text(card.read_text(encoding="utf-8").replace("48000", '"48000"'), encoding="utf-8")
    assert clips.get("k") is None


def test_checking_again_is_cheap_until_the_file_changes(tmp_path: Path) -> None:
    """Same size and time: not read again, so that a change that hides both is found only by a fresh store."""
    clips = DiskClips(tmp_path)
    kept = clips.add(*rendered(clips, "k"))
    assert clips.verified(kept)
    state = Path(kept.path).stat()
    Path(kept.path).write_bytes(b"SOUND")
    os.utime(kept.path, ns=(state.st_atime_ns, state.st_mtime_ns))
    assert clips.verified(kept)
    assert not DiskClips(tmp_path).verified(kept)
    os.utime(kept.path, ns=(state.st_atime_ns, state.st_mtime_ns + 1))
    assert not clips.verified(kept)


def test_old_leftovers_of_a_crash_go_at_the_start_and_young_ones_stay(tmp_path: Path) -> None:
    clips = DiskClips(tmp_path)
    old, young = clips.workplace(), clips.workplace()
    card = tmp_path / "index" / ".x.json.1.part"
    for path, age in ((old, STALE * 2), (young, STALE / 2), (card, timedelta(days=2))):
        path.write_bytes(b"half")
        os.utime(path, ((NOW - age).timestamp(),) * 2)
    DiskClips(tmp_path, now=NOW)
    assert not old.exists()
    assert not card.exists()
    assert young.exists()


def test_a_full_disk_is_said_and_nothing_half_written_stays(tmp_path: Path) -> None:
    """A real limit, in a process of its own: no file may pass 100 bytes."""
    program = f"""
import resource
from pathlib import Path
from broadcaster.adapters.clips import DiskClips
from broadcaster.errors import RecordError
from tests.contract.test_clips import rendered
clips = DiskClips(Path({str(tmp_path)!r}))
made = rendered(clips, "k")
resource.setrlimit(resource.RLIMIT_FSIZE, (100, {resource.RLIM_INFINITY}))
try:
    clips.add(*made)
except RecordError as error:
    print(error.message)
print(clips.get("k"))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["Ổ đĩa đã đầy, không lưu được tệp âm thanh.", "None"]
    assert not list((tmp_path / "index").iterdir())


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "clips").write_text("a file in the way", encoding="utf-8")
    with pytest.raises(RecordError, match="Không lưu được"):
        DiskClips(tmp_path / "clips")
