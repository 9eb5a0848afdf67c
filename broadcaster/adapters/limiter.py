"""A look-ahead limiter that holds the true peak: what the loudspeaker makes between samples counts too."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from broadcaster.adapters.samples import Samples
from broadcaster.domain.clips import SAMPLE_RATE

_HALF = 12
_NEAR = 0.5
"""Only where a sample passes half the ceiling can the sound between samples pass the whole of it."""


def _between() -> Samples:
    """Windowed-sinc filters for the points ¼, ½ and ¾ of the way from a sample to the next."""
    offsets = np.arange(-_HALF + 1, _HALF + 1)[:, None]
    distance = offsets - np.array([[0.25, 0.5, 0.75]])
    window = np.cos(np.pi * distance / (2 * _HALF + 1)) ** 2
    kernel = np.sinc(distance) * window
    return np.asarray(kernel / kernel.sum(axis=0, keepdims=True), dtype=np.float32)


_KERNEL = _between()
_NEIGHBOURS = np.arange(-_HALF + 1, _HALF + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grip:
    """How a limiter takes hold: ``ahead`` samples before a peak its gain begins to fall, at ``recovery`` dB a second it rises
    again, and ``drive`` dB is the most that may be pushed into it before a harder grip sounds better."""

    ahead: int
    recovery: float
    drive: float


GENTLE = Grip(ahead=240, recovery=120.0, drive=12.0)
"""5 ms: rides over syllables; enough for nearly all speech."""

GRIPS = (GENTLE, Grip(ahead=48, recovery=1_500.0, drive=15.0), Grip(ahead=8, recovery=20_000.0, drive=20.0))
"""The harder ones shorten single pulses of a voice, which no ride over syllables can."""


class Limiter:
    """Streams blocks through; ``push`` and then ``finish`` give exactly the samples that went in, the peaks held down."""

    def __init__(self, ceiling_db: float, grip: Grip = GENTLE) -> None:
        self._ahead = grip.ahead
        self._recovery = grip.recovery / SAMPLE_RATE
        self._ceiling = float(10 ** (ceiling_db / 20))
        self._buffer: Samples = np.zeros(_HALF + grip.ahead, dtype=np.float32)
        self._lead = grip.ahead  # silence run in ahead of the first sample, which may itself be a peak
        self._history: npt.NDArray[np.float64] = np.zeros(grip.ahead)

    def push(self, block: Samples) -> Samples:
        """What can be let go so far."""
        out = self._pushed(block)
        led, self._lead = min(self._lead, out.size), max(0, self._lead - out.size)
        return out[led:]

    def _pushed(self, block: Samples) -> Samples:
        buffer = np.concatenate((self._buffer, block))
        end = buffer.size - _HALF - self._ahead
        if end <= _HALF:
            self._buffer = buffer
            return buffer[:0]
        self._buffer = buffer[end - _HALF :]
        needed = self._needed_db(buffer)
        sound = buffer[_HALF:end]
        if needed is None and not self._history.any():
            return sound
        if needed is None:
            needed = np.zeros(buffer.size)
        held = _smallest_ahead(needed, self._ahead + 1)[_HALF:end]
        gain_db = self._smoothed(self._recovering(held))
        return (sound * (10 ** (gain_db / 20))).astype(np.float32)

    def finish(self) -> Samples:
        """The rest."""
        return self.push(np.zeros(_HALF + self._ahead, dtype=np.float32))

    def _needed_db(self, buffer: Samples) -> npt.NDArray[np.float64] | None:
        """Gain each sample needs by itself, ≤ 0 dB; None where nothing is over."""
        loud = np.abs(buffer) > self._ceiling * _NEAR
        starts = np.flatnonzero(loud[:-1] | loud[1:])
        starts = starts[(starts >= _HALF - 1) & (starts < buffer.size - _HALF)]
        if starts.size == 0:
            return None
        between = np.zeros(buffer.size, dtype=np.float32)
        for part in np.array_split(starts, -(-starts.size // 65536)):
            between[part] = np.abs(buffer[part[:, None] + _NEIGHBOURS] @ _KERNEL).max(axis=1)
        peak = np.maximum(np.abs(buffer), between).astype(np.float64)
        peak[1:] = np.maximum(peak[1:], between[:-1])
        over = peak > self._ceiling
        if not over.any():
            return None
        needed = np.zeros(buffer.size)
        needed[over] = 20 * np.log10(self._ceiling / peak[over])
        return needed

    def _recovering(self, held: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """The lowest of all earlier gains, each risen since at the recovery slope: a running minimum on a slanted floor."""
        slope = self._recovery * np.arange(1, held.size + 1)
        last = float(self._history[-1])
        gain: npt.NDArray[np.float64] = np.minimum(np.minimum.accumulate(held - slope), last) + slope
        gain[gain > -1e-6] = 0.0
        return gain

    def _smoothed(self, gain: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """The mean over the look-ahead; each of them already covers the peak ahead, so the mean covers it too."""
        line = np.concatenate((self._history, gain))
        self._history = line[-self._ahead :]
        total = np.concatenate(([0.0], np.cumsum(line)))
        width = self._ahead + 1
        return np.asarray(np.minimum((total[width:] - total[:-width]) / width, 0.0), dtype=np.float64)


def _smallest_ahead(values: npt.NDArray[np.float64], width: int) -> npt.NDArray[np.float64]:
    """At each index the least of ``width`` values from it on (past the end counts as 0), by doubling."""
    least = np.concatenate((values, np.zeros(width)))
    span = 1
    while span < width:
        step = min(span, width - span)
        least[:-step] = np.minimum(least[:-step], least[step:])
        span += step
    return least[: values.size]
