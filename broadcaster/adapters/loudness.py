"""Loudness (LUFS) and true peak (dBTP) per EBU R 128, measured by libebur128."""

import math

import numpy as np
import numpy.typing as npt
from pyebur128.pyebur128 import (
    MeasurementMode,
    R128State,
    get_loudness_global,
    get_true_peak,
)

from broadcaster.domain.clips import SAMPLE_RATE

_SHORT = SAMPLE_RATE
_TILED = 3 * SAMPLE_RATE


class Meter:
    """Fed blocks of 48 kHz mono samples (float32 or int16). A sound under a second that the standard cannot gate into a
    figure (it has no full 400 ms block) is measured as if it went on: repeated to three seconds."""

    def __init__(self, *, true_peak: bool = True) -> None:
        mode = MeasurementMode.MODE_I | (MeasurementMode.MODE_TRUE_PEAK if true_peak else 0)
        self._state = R128State(1, SAMPLE_RATE, int(mode))
        self._peak = true_peak
        self._first: list[npt.NDArray[np.generic]] = []
        self.frames = 0

    def add(self, block: npt.NDArray[np.float32] | npt.NDArray[np.int16]) -> None:
        """Measure on."""
        if block.size == 0:
            return
        self._state.add_frames(np.ascontiguousarray(block), block.size)
        if self.frames < _SHORT:
            self._first.append(block[:_SHORT].copy())
        self.frames += block.size

    @property
    def lufs(self) -> float:
        """Integrated loudness; −inf where nothing rises above −70 LUFS."""
        value = float(get_loudness_global(self._state))
        if math.isfinite(value) or not 0 < self.frames < _SHORT:
            return value
        sound = np.concatenate(self._first)
        state = R128State(1, SAMPLE_RATE, int(MeasurementMode.MODE_I))
        repeated = np.ascontiguousarray(np.tile(sound, -(-_TILED // sound.size)))
        state.add_frames(repeated, repeated.size)
        return float(get_loudness_global(state))

    @property
    def dbtp(self) -> float:
        """The highest true peak in dB below full scale; −inf for silence."""
        peak = float(get_true_peak(self._state, 0)) if self._peak and self.frames else 0.0
        return 20 * math.log10(peak) if peak > 0 else -math.inf
