"""Speech made slower or faster without a change of pitch: overlapping pieces laid where they fit best (WSOLA)."""

import numpy as np

from broadcaster.adapters.samples import Samples

SLIGHTEST, LEAST, MOST = 0.03, 0.7, 1.5
"""A change under 3 % is not worth a touch; beyond the bounds speech stops being natural."""

_PIECE_S = 0.030
_SEARCH_S = 0.010


def stretched(samples: Samples, rate: int, factor: float) -> Samples:
    """About ``factor`` times as long, held within 0.7 to 1.5."""
    factor = min(MOST, max(LEAST, factor))
    hop = round(rate * _PIECE_S / 2)
    if abs(factor - 1) < SLIGHTEST or samples.size < 6 * hop:
        return samples
    reach = round(rate * _SEARCH_S)
    window = np.hanning(2 * hop + 1)[: 2 * hop].astype(np.float32)
    count = int(samples.size * factor) // hop
    source = np.concatenate((np.zeros(hop + reach), samples, np.zeros(4 * hop + 2 * reach))).astype(np.float32)
    out = np.zeros((count + 2) * hop, dtype=np.float32)
    start = reach
    for turn in range(count + 1):
        out[turn * hop : (turn + 2) * hop] += source[start : start + 2 * hop] * window
        continued = source[start + hop : start + 3 * hop]
        ideal = min(reach + round((turn + 1) * hop / factor), source.size - 3 * hop - reach)
        area = source[ideal - reach : ideal + reach + 2 * hop]
        likeness = np.correlate(area, continued, "valid")
        start = ideal - reach + int(np.argmax(likeness))
    return out[hop : hop + int(samples.size * factor)]
