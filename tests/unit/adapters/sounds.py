"""Sounds made for tests: speech-like bursts with high peaks, tones, files of every kind."""

import struct
import wave
from pathlib import Path

import lameenc
import numpy as np
import numpy.typing as npt

from broadcaster.domain.clips import Pcm

Floats = npt.NDArray[np.float64]


def tone(seconds: float, *, rate: int = 48_000, level: float = 0.3, pitch: float = 440.0) -> Floats:
    """A steady sine."""
    wave_form: Floats = level * np.sin(2 * np.pi * pitch * np.arange(round(seconds * rate)) / rate)
    return wave_form


def peaky(seconds: float, *, rate: int = 22_050, level: float = 0.5, seed: int = 1) -> Floats:
    """Glottal-like pulses in syllables: a crest factor of about 20 dB, like a synthetic voice."""
    rng = np.random.default_rng(seed)
    count = round(seconds * rate)
    moment = np.arange(count) / rate
    pulses = np.zeros(count)
    pulses[:: rate // 110] = 1.0
    ring = np.exp(-np.arange(rate // 100) / (rate * 0.001)) * np.cos(2 * np.pi * 700 * np.arange(rate // 100) / rate)
    voice = np.convolve(pulses, ring)[:count] * (0.25 + 0.75 * np.abs(np.sin(np.pi * 3.2 * moment)))
    spoken: Floats = level * voice / np.abs(voice).max() + rng.normal(scale=1e-4, size=count)
    return spoken


def pcm(samples: Floats, rate: int) -> Pcm:
    """As a voice would give it."""
    return Pcm(rate=rate, frames=np.clip(np.rint(samples * 32767), -32768, 32767).astype("<i2").tobytes())


def write_wav(path: Path, samples: Floats, *, rate: int = 48_000, channels: int = 1) -> Path:
    """A 16-bit file; more channels repeat the first one, each half as loud as the one before."""
    columns = np.stack([samples / 2**c for c in range(channels)], axis=1)
    with wave.open(str(path), "wb") as file:
        file.setparams((channels, 2, rate, 0, "NONE", "not compressed"))
        file.writeframes(np.rint(columns * 32767).astype("<i2").tobytes())
    return path


def write_mp3(path: Path, samples: Floats, *, rate: int = 44_100) -> Path:
    """A 64 kbit/s file."""
    encoder = lameenc.Encoder()
    encoder.silence()
    encoder.set_bit_rate(64)
    encoder.set_in_sample_rate(rate)
    encoder.set_channels(1)
    path.write_bytes(encoder.encode(np.rint(samples * 32767).astype("<i2").tobytes()) + encoder.flush())
    return path


def write_flac(path: Path, samples: Floats, *, rate: int = 48_000) -> Path:
    """A valid FLAC file in the format's simplest form: verbatim subframes of 4,096 samples."""
    frames = np.rint(samples * 32767).astype(">i2")
    frames = frames[: frames.size - frames.size % 4096]
    packed = (rate << 44) | (0 << 41) | (15 << 36) | frames.size
    info = struct.pack(">HH", 4096, 4096) + bytes(6) + packed.to_bytes(8, "big") + bytes(16)
    body = b"fLaC" + bytes([0x80]) + len(info).to_bytes(3, "big") + info
    for number in range(frames.size // 4096):
        head = bytes([0xFF, 0xF8, 0xC0, 0x08]) + _coded(number)
        block = (
            head + bytes([_crc(head, 0x07, 8)]) + bytes([0x02]) + frames[number * 4096 : (number + 1) * 4096].tobytes()
        )
        body += block + _crc(block, 0x8005, 16).to_bytes(2, "big")
    path.write_bytes(body)
    return path


def _coded(number: int) -> bytes:
    return chr(number).encode()


def _crc(data: bytes, polynomial: int, bits: int) -> int:
    register, top, mask = 0, 1 << (bits - 1), (1 << bits) - 1
    for byte in data:
        register ^= byte << (bits - 8)
        for _ in range(8):
            register = ((register << 1) ^ polynomial if register & top else register << 1) & mask
    return register


def read_wav(path: Path) -> Floats:
    """±1 numbers of a clip, whose shape is checked on the way."""
    with wave.open(str(path), "rb") as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 48_000)
        return np.frombuffer(file.readframes(file.getnframes()), dtype="<i2") / 32768
