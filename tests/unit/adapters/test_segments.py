"""Sound read from disk in order, in blocks, with its gain and its level."""

import math
import struct
import wave
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadcaster.adapters.segments import BLOCK_FRAMES, SILENT_DBFS, LevelMeter, SegmentReader, amplify
from broadcaster.adapters.wav_file import header, read_shape
from broadcaster.errors import SinkError
from broadcaster.ports import Segment

RATE = 48_000


def write(path: Path, samples: np.ndarray[tuple[int], np.dtype[np.int16]], before: bytes = b"") -> Path:
    """A WAV whose ``before`` bytes stand between the format and the sound."""
    data = samples.astype("<i2").tobytes()
    fmt = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, RATE, RATE * 2, 2, 16)
    body = b"WAVE" + fmt + before + struct.pack("<4sI", b"data", len(data)) + data
    path.write_bytes(struct.pack("<4sI", b"RIFF", len(body)) + body)
    return path


def noise(frames: int, seed: int = 1) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
    return np.random.default_rng(seed).integers(-20_000, 20_000, size=frames, dtype=np.int16)


def read_all(reader: SegmentReader, frames: int) -> bytes:
    sound = b""
    while block := reader.read(frames):
        assert len(block) <= min(frames, BLOCK_FRAMES) * 2
        sound += block
    return sound


@given(st.integers(1, 3 * BLOCK_FRAMES))
def test_any_size_of_block_gives_the_same_sound(tmp_path_factory: pytest.TempPathFactory, frames: int) -> None:
    folder = tmp_path_factory.getbasetemp()
    one, two = noise(7_001, 1), noise(123, 2)
    segments = [
        Segment(path=write(folder / "one.wav", one)), Segment(seconds=0.01), Segment(seconds=0.0),
        Segment(path=write(folder / "two.wav", two)), Segment(path=write(folder / "none.wav", noise(0))),
        Segment(seconds=1 / RATE),
    ]  # fmt: skip
    expected = one.tobytes() + bytes(960) + two.tobytes() + bytes(2)
    with SegmentReader(segments) as reader:
        assert reader.frames == len(expected) // 2
        assert read_all(reader, frames) == expected
        assert reader.read(frames) == b""


def test_chunks_before_the_sound_are_passed_over(tmp_path: Path) -> None:
    sound = noise(50)
    path = write(tmp_path / "a.wav", sound, before=struct.pack("<4sI", b"LIST", 5) + b"INFO!\0")
    with SegmentReader([Segment(path=path)]) as reader:
        assert read_all(reader, 4_800) == sound.tobytes()


def test_header_written_is_the_header_read(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(header(480) + bytes(960))
    assert read_shape(path).frames == 480
    with wave.open(str(path), "rb") as file:
        assert (file.getnframes(), file.getframerate(), file.getnchannels(), file.getsampwidth()) == (480, RATE, 1, 2)


def test_file_longer_than_a_wav_can_say_states_the_most() -> None:
    assert len(header(2**40)) == 44


@pytest.mark.parametrize("seconds", [-0.1, math.nan, math.inf])
def test_impossible_silence_is_refused(seconds: float) -> None:
    with pytest.raises(SinkError):
        SegmentReader([Segment(seconds=seconds)])


def test_file_cut_while_it_plays_is_told(tmp_path: Path) -> None:
    path = write(tmp_path / "a.wav", noise(RATE))
    with SegmentReader([Segment(path=path)]) as reader:
        reader.read(4_800)
        path.write_bytes(path.read_bytes()[:20_000])
        with pytest.raises(SinkError, match="cụt"):
            read_all(reader, 4_800)


def test_folder_in_place_of_a_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(SinkError):
        SegmentReader([Segment(path=tmp_path)])


def test_gain_is_exact_and_stays_at_full_scale() -> None:
    block = np.array([0, 1, -1, 1_000, -1_000, 20_000, -20_000, 32_767, -32_768], dtype="<i2")
    louder = np.frombuffer(amplify(block.tobytes(), 6.0206), dtype="<i2")
    assert louder.tolist() == [0, 2, -2, 2_000, -2_000, 32_767, -32_768, 32_767, -32_768]
    assert amplify(block.tobytes(), 0.0) == block.tobytes()


@given(st.lists(st.integers(-32_768, 32_767), min_size=1, max_size=300), st.floats(-90.0, 40.0))
def test_gain_never_turns_a_sample_over(samples: list[int], gain_db: float) -> None:
    before = np.array(samples, dtype="<i2")
    after = np.frombuffer(amplify(before.tobytes(), gain_db), dtype="<i2")
    assert np.all(np.sign(after) * np.sign(before) >= 0)


def test_level_is_rms_against_full_scale() -> None:
    meter = LevelMeter()
    assert meter.dbfs is None
    meter.add(np.full(4_800, 16_384, dtype="<i2").tobytes())
    assert meter.dbfs == pytest.approx(-6.02, abs=0.01)
    silent = LevelMeter()
    silent.add(bytes(960))
    assert silent.dbfs == SILENT_DBFS
