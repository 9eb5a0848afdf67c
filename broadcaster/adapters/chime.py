"""The station's own chime: three rising bell notes, made here and therefore nobody else's."""

import numpy as np

from broadcaster.adapters.samples import Samples
from broadcaster.domain.clips import SAMPLE_RATE

_NOTES = ((0.0, 523.25), (0.38, 659.25), (0.76, 783.99))
_PARTIALS = ((1.0, 1.0, 0.60), (2.0, 0.45, 0.35), (3.01, 0.18, 0.22), (4.15, 0.07, 0.12))
"""Frequency ratio, strength, seconds to fall to 1/e: upper partials die sooner, as on a struck bar."""

LENGTH_S = 2.2


def chime_samples() -> Samples:
    """C, E, G; about two seconds, ending in silence."""
    sound = np.zeros(round(LENGTH_S * SAMPLE_RATE))
    for start, pitch in _NOTES:
        first = round(start * SAMPLE_RATE)
        moment = np.arange(sound.size - first) / SAMPLE_RATE
        attack = np.minimum(moment / 0.006, 1.0)
        for ratio, strength, fall in _PARTIALS:
            sound[first:] += strength * attack * np.exp(-moment / fall) * np.sin(2 * np.pi * pitch * ratio * moment)
    tail = round(0.25 * SAMPLE_RATE)
    sound[-tail:] *= np.cos(np.linspace(0, np.pi / 2, tail)) ** 2
    return (0.25 * sound).astype(np.float32)
