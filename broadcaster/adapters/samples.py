"""Sound as numbers: the small steps that voices, recordings and mastering share."""

from functools import lru_cache
from math import gcd

import numpy as np
import numpy.typing as npt

from broadcaster.domain.clips import SAMPLE_RATE, Pcm

Samples = npt.NDArray[np.float32]
"""Mono, full scale ±1."""

QUIET_SHARE = 0.01
"""Of the loudest sample (−40 dB): what lies under it at either end of an utterance is the voice's own silence."""

_TAPS = 64
_KAISER = 8.0
_FINEST = 1024


def from_pcm(pcm: Pcm) -> Samples:
    """Numbers of a Pcm at its own rate; an odd last byte is dropped."""
    whole = len(pcm.frames) - len(pcm.frames) % 2
    return (np.frombuffer(pcm.frames[:whole], dtype="<i2") / np.float32(32768)).astype(np.float32)


def to_pcm(samples: Samples, rate: int) -> Pcm:
    """s16le of ±1 numbers, rounded, held within full scale."""
    return Pcm(rate=rate, frames=to_s16(samples).tobytes())


def to_s16(samples: Samples) -> npt.NDArray[np.int16]:
    """Rounded to 16 bits, held within full scale."""
    whole: npt.NDArray[np.int16] = np.clip(np.rint(samples * np.float32(32768)), -32768, 32767).astype("<i2")
    return whole


def sounding(samples: Samples) -> tuple[int, int]:
    """First index and one past the last index of what is heard; (0, 0) for silence."""
    if samples.size == 0:
        return 0, 0
    level = np.abs(samples)
    loud = np.flatnonzero(level > max(float(level.max()) * QUIET_SHARE, 1e-4))
    return (int(loud[0]), int(loud[-1]) + 1) if loud.size else (0, 0)


def trimmed(samples: Samples, rate: int, *, margin_s: float = 0.01) -> Samples:
    """Without the silence at either end, keeping ``margin_s`` for soft consonants."""
    first, end = sounding(samples)
    margin = round(margin_s * rate)
    return samples[max(0, first - margin) : end + margin] if end else samples[:0]


def speech_seconds(pcm: Pcm) -> float:
    """From the first sound to the last, the silences at the ends left out."""
    first, end = sounding(from_pcm(pcm))
    return (end - first) / pcm.rate


def resampled(samples: Samples, rate: int) -> Samples:
    """At 48 kHz, by a windowed sinc (stop band about −80 dB); exact length ``ceil(n · 48000 / rate)``."""
    if rate == SAMPLE_RATE or samples.size == 0:
        return samples
    up, down = SAMPLE_RATE // gcd(SAMPLE_RATE, rate), rate // gcd(SAMPLE_RATE, rate)
    length = -(-samples.size * up // down)
    if up > _FINEST:  # a rate of no standard: nearest tabled phase would need a table too large, so interpolate finely
        fine: Samples = np.interp(np.arange(length) * (down / up), np.arange(samples.size), samples).astype(np.float32)
        return fine
    blocks = max(1, 128 // down)
    up, down = up * blocks, down * blocks
    matrix = _matrix(up, down)
    rows = -(-length // up)
    half = (matrix.shape[0] - down) // 2
    padded = np.zeros(rows * down + matrix.shape[0], dtype=np.float32)
    padded[half : half + samples.size] = samples[: padded.size - half]
    out = np.empty((rows, up), dtype=np.float32)
    windows = np.lib.stride_tricks.sliding_window_view(padded, matrix.shape[0])[::down]
    for start in range(0, rows, 2048):  # a bounded number of rows at a time keeps the copies small
        stop = min(rows, start + 2048)
        np.matmul(np.ascontiguousarray(windows[start:stop]), matrix, out=out[start:stop])
    return out.reshape(-1)[:length]


@lru_cache(maxsize=8)
def _matrix(up: int, down: int) -> Samples:
    """Column p holds the filter of output p of a row of ``up`` outputs made of ``down`` inputs and their neighbours."""
    cutoff = min(1.0, up / down) * 0.94
    half = int(np.ceil(_TAPS / 2 / cutoff))
    inputs = np.arange(down + 2 * half)[:, None] - half
    distance = inputs - (np.arange(up) * (down / up))[None, :]
    inside = np.clip(1 - (distance / half) ** 2, 0, None)
    window = np.i0(_KAISER * np.sqrt(inside)) / np.i0(_KAISER) * (np.abs(distance) <= half)
    kernel = cutoff * np.sinc(cutoff * distance) * window
    unity: Samples = (kernel / kernel.sum(axis=0, keepdims=True)).astype(np.float32)
    return unity
