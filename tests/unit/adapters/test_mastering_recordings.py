"""Recordings: every format decodes, every bad file says why, and an hour takes no more memory than a minute."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from broadcaster.adapters.mastering import PydubMastering
from broadcaster.adapters.recordings import MiniaudioRecordings
from broadcaster.adapters.samples import from_pcm
from broadcaster.domain.settings import MasteringSettings
from broadcaster.errors import SynthesisError
from tests.unit.adapters import sounds
from tests.unit.adapters.test_mastering import measured


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("a.wav", sounds.write_wav),
        ("a.mp3", sounds.write_mp3),
        ("a.flac", sounds.write_flac),
        ("A.WAV", sounds.write_wav),
    ],
)
def test_formats_decode_to_mono_at_48_khz(tmp_path: Path, name: str, write: Callable[..., Path]) -> None:
    rate = 44_100 if name.endswith("mp3") else 48_000
    sound = MiniaudioRecordings().decode(write(tmp_path / name, sounds.tone(2, rate=rate), rate=rate))
    samples = from_pcm(sound)
    assert sound.rate == 48_000
    assert samples.size / 48_000 == pytest.approx(2, abs=0.1)
    assert np.sqrt(np.mean(samples[10_000:70_000] ** 2)) == pytest.approx(0.212, rel=0.08), "an encoder may take 5 %"


def test_ogg_vorbis_decodes_too() -> None:
    """Two seconds of a 440 Hz tone at 0.3, encoded once and kept beside this file."""
    samples = from_pcm(MiniaudioRecordings().decode(Path(__file__).with_name("tone.ogg")))
    assert samples.size / 48_000 == pytest.approx(2, abs=0.05)
    assert np.sqrt(np.mean(samples[10_000:70_000] ** 2)) == pytest.approx(0.212, rel=0.03)


@pytest.mark.parametrize(("rate", "channels"), [(8_000, 1), (22_050, 2), (44_100, 2), (96_000, 6)])
def test_any_rate_and_channels_are_mixed(tmp_path: Path, rate: int, channels: int) -> None:
    path = sounds.write_wav(tmp_path / "a.wav", sounds.tone(1, rate=rate), rate=rate, channels=channels)
    samples = from_pcm(MiniaudioRecordings().decode(path))
    assert samples.size == pytest.approx(48_000, abs=200)
    assert np.abs(samples).max() > 0.05


def bad_files(folder: Path) -> dict[str, Path]:
    wav = sounds.write_wav(folder / "good.wav", sounds.tone(1))
    made = {
        "empty": folder / "empty.wav",
        "text": folder / "text.mp3",
        "header-only": folder / "header.wav",
        "misnamed": folder / "misnamed.mp3",
        "other": folder / "notes.m4a",
        "short": sounds.write_wav(folder / "short.wav", sounds.tone(0.2)),
        "silent": sounds.write_wav(folder / "silent.wav", sounds.tone(1, level=0.0)),
        "faint": sounds.write_wav(folder / "faint.wav", sounds.tone(1, level=0.001)),
        "missing": folder / "missing.wav",
        "folder": folder / "folder.wav",
        "fake-flac": folder / "fake.flac",
        "fake-ogg": folder / "fake.ogg",
        "opus": folder / "opus.ogg",
    }
    made["empty"].touch()
    made["text"].write_text("đây không phải âm thanh", encoding="utf-8")
    made["header-only"].write_bytes(wav.read_bytes()[:20])
    made["misnamed"].write_bytes(wav.read_bytes())
    made["other"].write_bytes(b"ftypM4A ")
    made["folder"].mkdir()
    made["fake-flac"].write_bytes(b"fLaC" + b"\xff" * 500)
    made["fake-ogg"].write_bytes(b"OggS" + b"\x00" * 500)
    made["opus"].write_bytes(b"OggS\x00\x02" + bytes(22) + b"OpusHead" + bytes(50))
    return made


@pytest.mark.parametrize(
    ("case", "reason"),
    [
        ("empty", "rỗng"),
        ("text", "không phải âm thanh"),
        ("header-only", "không giải mã được"),
        ("misnamed", "thật ra là tệp .wav"),
        ("other", "không phải tệp wav, mp3, ogg hay flac"),
        ("short", "chỉ dài 0,20 giây"),
        ("silent", "không có tiếng"),
        ("faint", "không có tiếng"),
        ("missing", "không mở được"),
        ("folder", "không mở được"),
        ("fake-flac", "không giải mã được"),
        ("fake-ogg", "không giải mã được"),
        ("opus", "Opus"),
    ],
)
def test_a_bad_recording_says_why_and_what_to_do(tmp_path: Path, case: str, reason: str) -> None:
    path = bad_files(tmp_path)[case]
    out = tmp_path / "out.wav"
    mastering = PydubMastering(MasteringSettings())
    for use in (MiniaudioRecordings().decode, lambda p: mastering.master_recording(p, out)):
        with pytest.raises(SynthesisError, match=reason) as caught:
            use(path)
        assert path.name in caught.value.message
        assert caught.value.hint
        assert not caught.value.retry
    assert not out.exists()


@pytest.mark.parametrize("band", [False, True])
def test_a_recording_leaves_at_the_same_loudness_whole(tmp_path: Path, band: bool) -> None:
    path = sounds.write_wav(tmp_path / "in.wav", sounds.peaky(7, rate=48_000, level=0.9))
    out = tmp_path / "out.wav"
    mastered = PydubMastering(MasteringSettings(speech_band=band)).master_recording(path, out)
    loudness, peak = measured(out)
    assert mastered.frames == 7 * 48_000
    assert loudness == pytest.approx(-16, abs=0.5)
    assert peak <= -1


def test_a_recording_can_be_said_again_after_a_gap(tmp_path: Path) -> None:
    path = sounds.write_wav(tmp_path / "in.wav", sounds.tone(1))
    out = tmp_path / "out.wav"
    mastered = PydubMastering(MasteringSettings()).master_recording(path, out, repeat=3, gap_s=0.5)
    assert mastered.frames == round((3 * 1 + 2 * 0.5) * 48_000)
    samples = sounds.read_wav(out)
    assert not samples[round(1.01 * 48_000) : round(1.49 * 48_000)].any()
    assert np.abs(samples[round(1.6 * 48_000) : round(2.4 * 48_000)]).max() > 0.1


def test_memory_does_not_grow_with_the_length(tmp_path: Path) -> None:
    def peak_mb(seconds: int) -> float:
        path = sounds.write_wav(tmp_path / f"{seconds}.wav", np.tile(sounds.tone(1, rate=8_000), seconds), rate=8_000)
        program = f"""
import re
from pathlib import Path
from broadcaster.adapters.mastering import PydubMastering
from broadcaster.domain.settings import MasteringSettings
PydubMastering(MasteringSettings()).master_recording(Path({str(path)!r}), Path({str(tmp_path / "out.wav")!r}))
print(int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text()).group(1)) / 1024)
"""
        return float(subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout)

    assert peak_mb(600) - peak_mb(150) < 18, "the difference at 48 kHz would be 43 MB even at 16 bits"
