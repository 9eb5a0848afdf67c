"""A horn loudspeaker carries speech only: what lies outside its band is heat and mud."""

import numpy as np

from broadcaster.adapters.mastering_version import HIGH_HZ, LOW_HZ
from broadcaster.adapters.samples import Samples
from broadcaster.domain.clips import SAMPLE_RATE

_TAPS = 1_023
_FFT = 16_384


def _kernel() -> Samples:
    position = np.arange(_TAPS) - _TAPS // 2
    high, low = 2 * HIGH_HZ / SAMPLE_RATE, 2 * LOW_HZ / SAMPLE_RATE
    kernel = (high * np.sinc(high * position) - low * np.sinc(low * position)) * np.kaiser(_TAPS, 6.0)
    return np.asarray(kernel, dtype=np.float32)


class SpeechBand:
    """Streams blocks through a linear-phase band pass; gives exactly as many samples as went in, none of them late."""

    def __init__(self) -> None:
        self._spectrum = np.fft.rfft(_kernel(), _FFT)
        self._buffer: Samples = np.zeros(_TAPS // 2, dtype=np.float32)

    def push(self, block: Samples) -> Samples:
        """What can be let go so far (overlap-save)."""
        buffer = np.concatenate((self._buffer, block))
        step = _FFT - _TAPS + 1
        out = []
        start = 0
        while buffer.size - start >= _TAPS:
            piece = buffer[start : start + _FFT]
            valid = min(step, piece.size - _TAPS + 1)
            filtered = np.fft.irfft(np.fft.rfft(piece, _FFT) * self._spectrum, _FFT)
            out.append(filtered[_TAPS - 1 : _TAPS - 1 + valid].astype(np.float32))
            start += valid
        self._buffer = buffer[start:]
        return np.concatenate(out) if out else block[:0]

    def finish(self) -> Samples:
        """The rest."""
        return self.push(np.zeros(_TAPS // 2, dtype=np.float32))
