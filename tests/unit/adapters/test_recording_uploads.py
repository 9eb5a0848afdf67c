"""Recordings as they arrive: what is sound is held under what it truly is, everything else is refused in words."""

import io
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from broadcaster.adapters.edit_files import LARGEST_RECORDING, FolderEdits
from broadcaster.adapters.recording_uploads import RecordingUploadFiles
from broadcaster.errors import InputError
from tests.unit.adapters import sounds


@pytest.fixture
def uploads(tmp_path: Path) -> RecordingUploadFiles:
    return RecordingUploadFiles(FolderEdits(tmp_path, tmp_path / "var/history"))


def held(tmp_path: Path) -> list[Path]:
    """What lies with the uploads."""
    folder = tmp_path / "var/history/uploads"
    return sorted(folder.iterdir()) if folder.is_dir() else []


@pytest.mark.parametrize(
    ("name", "suffix", "write"),
    [
        ("Bản tin tối.WAV", ".wav", sounds.write_wav),
        ("a.mp3", ".mp3", sounds.write_mp3),
        ("a.flac", ".flac", sounds.write_flac),
        ("thật ra là wav.mp3", ".wav", sounds.write_wav),
        ("../../x\x00.mp3", ".mp3", sounds.write_mp3),
        ("C:\\Users\\lan\\thu.mp3", ".mp3", sounds.write_mp3),
    ],
)
def test_sound_is_held_under_its_digest_with_its_length(
    uploads: RecordingUploadFiles, tmp_path: Path, name: str, suffix: str, write: Callable[..., Path]
) -> None:
    rate = 44_100 if suffix == ".mp3" else 48_000
    data = write(tmp_path / f"a{suffix}", sounds.tone(2, rate=rate), rate=rate).read_bytes()
    taken = uploads.take(name, io.BytesIO(data))
    assert taken.suffix == suffix
    assert taken.seconds == pytest.approx(2, abs=0.1)
    assert [p.name for p in held(tmp_path)] == [taken.digest]
    assert held(tmp_path)[0].read_bytes() == data
    assert uploads.known(taken.digest) == taken


def test_ogg_too(uploads: RecordingUploadFiles) -> None:
    with Path(__file__).with_name("tone.ogg").open("rb") as file:
        assert uploads.take("tone.ogg", file).seconds == pytest.approx(2, abs=0.05)


def test_a_flac_that_does_not_say_how_long_it_is_gets_counted(uploads: RecordingUploadFiles, tmp_path: Path) -> None:
    data = bytearray(sounds.write_flac(tmp_path / "a.flac", sounds.tone(2)).read_bytes())
    data[21] &= 0xF0
    data[22:26] = bytes(4)
    assert uploads.take("a.flac", io.BytesIO(bytes(data))).seconds == pytest.approx(2, abs=0.1)


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.mp3", b"", "rỗng"),
        ("a.mp3", "Kính thưa bà con".encode(), "không phải âm thanh"),
        ("a.wav", b"<!doctype html><script>alert(1)</script>", "không phải âm thanh"),
        ("<b>x</b>.html", b"RIFF", "không phải mp3"),
        ("a.m4a", b"ftypM4A ", "không phải mp3"),
        ("", b"RIFF", "không phải mp3"),
        ("mp3", b"RIFF", "không phải mp3"),
        ("a.ogg", b"OggS" + bytes(24) + b"OpusHead" + bytes(40), "Opus"),
        ("a.mp3", b"ID3" + b"x" * 9000, "không giải mã được"),
        ("a.mp3", b"\xff\xfb" + b"x" * 9000, "không giải mã được"),
        ("a.wav", b"RIFF" + struct.pack("<I", 2**32 - 1) + b"WAVEfmt " + b"\xff" * 400, "không giải mã được"),
        ("a.flac", b"fLaC" + b"\xff" * 4000, "không giải mã được"),
        ("a.ogg", b"OggS" + b"\x00" * 4000, "không giải mã được"),
    ],
    ids=range(13),
)
def test_what_is_no_sound_is_refused_in_words(uploads: RecordingUploadFiles, name: str, data: bytes, said: str) -> None:
    with pytest.raises(InputError, match=said) as told:
        uploads.take(name, io.BytesIO(data))
    assert told.value.hint


def test_a_blink_of_sound_is_refused(uploads: RecordingUploadFiles, tmp_path: Path) -> None:
    data = sounds.write_wav(tmp_path / "a.wav", sounds.tone(0.1)).read_bytes()
    with pytest.raises(InputError, match="quá ngắn"):
        uploads.take("a.wav", io.BytesIO(data))


def test_what_is_too_large_is_refused_before_it_is_held(uploads: RecordingUploadFiles, tmp_path: Path) -> None:
    large = tmp_path / "large"
    with large.open("wb") as file:
        file.truncate(LARGEST_RECORDING + 1)
    with large.open("rb") as file, pytest.raises(InputError, match="lớn quá 60 MB"):
        uploads.take("a.wav", file)
    assert held(tmp_path) == []


@pytest.mark.parametrize("digest", ["", "../../station.toml", "\x00", "0" * 64, "a" * 63])
def test_what_was_never_held_is_not_known(uploads: RecordingUploadFiles, digest: str) -> None:
    assert uploads.known(digest) is None


MEASURED = """
import resource, sys
from datetime import datetime, timezone
from pathlib import Path
from broadcaster.adapters.edit_files import FolderEdits
from broadcaster.adapters.recording_uploads import RecordingUploadFiles
from broadcaster.domain.edits import Kept
from broadcaster.station.undoing import undo
root = Path(sys.argv[1])
files = FolderEdits(root, root / "var/history")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
with (root / "large.wav").open("rb") as sound:
    taken = RecordingUploadFiles(files).take("large.wav", sound)
name, now = "audio_scripts/bai.wav", datetime.now(timezone.utc)
edit = files.apply({name: Kept(digest=taken.digest)}, began={}, by="Lan", at=now, why="thu")
undo(files, undo(files, edit.number, by="Lan", now=now).number, by="Lan", now=now)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024, taken.seconds)
"""


def test_fifty_megabytes_take_the_memory_of_one_block(tmp_path: Path) -> None:
    sounds.write_wav(tmp_path / "large.wav", sounds.tone(500))
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, str(tmp_path)], capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    grown, seconds = done.stdout.split()
    assert float(seconds) == 500.0
    assert int(grown) <= 12, "megabytes, of 48 that went through"
    assert (tmp_path / "audio_scripts/bai.wav").stat().st_size == (tmp_path / "large.wav").stat().st_size
