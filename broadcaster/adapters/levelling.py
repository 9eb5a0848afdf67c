"""One loudness for everything: gain and limiting are tried until what was truly written measures right."""

import hashlib
import logging
import math
import os
import wave
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np

from broadcaster.adapters.limiter import GRIPS, Grip, Limiter
from broadcaster.adapters.loudness import Meter
from broadcaster.adapters.samples import Samples, to_s16
from broadcaster.domain.clips import BYTES_PER_FRAME, SAMPLE_RATE
from broadcaster.errors import SynthesisError
from broadcaster.ports import Mastered

log = logging.getLogger(__name__)

Source = Callable[[], Iterator[Samples]]
"""Gives the same 48 kHz blocks from the start each time it is called."""

BLOCK = 1 << 17
_TOLERANCE_LU = 0.5
_GOOD_ENOUGH_LU, _CLOSE_ENOUGH_LU = 0.35, 0.2
"""Of the file written, and of the excerpt on the way there."""

_EXCERPT_S = 120
_ROUNDS = 8
_ROUNDING_DB = 0.05
"""Room under the ceiling for what rounding to 16 bits and another interpolation filter add."""

_FIRST_SLOPE, _LEAST_SLOPE = 0.6, 0.3
"""LU a dB of gain; a flatter reading is a limiter near its end, not a reason for a leap."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Integrated loudness and the ceiling of the true peak."""

    lufs: float
    dbtp: float


def write_levelled(source: Source, target: Target, destination: Path) -> Mastered:
    """Write ``source`` as a WAV at the target, atomically. Raises SynthesisError for silence or a disk that takes no more."""
    natural = _measured(source)
    part = destination.with_name(f".{destination.name}.part")
    try:
        mastered = _try_until_right(source, target, natural, part)
        part.replace(destination)
        _sync_folder(destination.parent)
    except OSError as error:
        raise SynthesisError(
            f"Không ghi được tệp âm thanh: {error.strerror or error}.",
            "Kiểm tra dung lượng đĩa trống và quyền ghi của thư mục var.",
        ) from error
    finally:
        part.unlink(missing_ok=True)
    return mastered


class _Excerpt:
    """Blocks spread evenly over a sound of any length, two minutes of it at most: enough to find the gain on."""

    def __init__(self) -> None:
        self.blocks: list[Samples] = []
        self._seen, self._every = 0, 1

    def add(self, block: Samples) -> None:
        """Keep it or pass it over; where too many were kept every other one goes."""
        if self._seen % self._every == 0:
            self.blocks.append(block)
        self._seen += 1
        if len(self.blocks) > 1 and sum(b.size for b in self.blocks) > _EXCERPT_S * SAMPLE_RATE:
            self.blocks = self.blocks[::2]
            self._every *= 2


@dataclass(frozen=True, slots=True, kw_only=True)
class _Natural:
    """A sound as it came: its loudness, an excerpt (the whole of a short one) and the loudness of that."""

    lufs: float
    excerpt: tuple[Samples, ...]
    excerpt_lufs: float


def _measured(source: Source) -> _Natural:
    """Before levelling; a sound too faint for the standard's own gate is measured 40 dB up."""
    for boost in (0.0, 40.0):
        factor = np.float32(10 ** (boost / 20))
        meter, excerpt = Meter(true_peak=False), _Excerpt()
        for block in source():
            meter.add(block * factor)
            excerpt.add(block)
        if math.isfinite(meter.lufs):
            part = Meter(true_peak=False)
            for block in excerpt.blocks:
                part.add(block * factor)
            found = part.lufs if math.isfinite(part.lufs) else meter.lufs
            return _Natural(lufs=meter.lufs - boost, excerpt=tuple(excerpt.blocks), excerpt_lufs=found - boost)
    raise SynthesisError("Đoạn âm thanh không có tiếng.", "Nghe lại bản ghi hoặc thu lại.", retry=False)


def _try_until_right(source: Source, target: Target, natural: _Natural, part: Path) -> Mastered:
    """Find the gain, write, measure; what the whole measures otherwise than its excerpt promised is put right and done again."""
    setting = _setting_for(natural, target.lufs, target.dbtp - _ROUNDING_DB)
    for _ in range(_ROUNDS):
        mastered = _render(source, setting, part)
        short_by = target.lufs - mastered.loudness_lufs
        over = mastered.true_peak_dbtp - target.dbtp
        if over <= 0 and (abs(short_by) <= _GOOD_ENOUGH_LU or setting.spent):
            break
        if over > 0:
            setting = replace(setting, ceiling=setting.ceiling - over - _ROUNDING_DB)
        if abs(short_by) > _GOOD_ENOUGH_LU and not setting.spent:
            setting = replace(setting, gain=setting.gain + short_by)
    if abs(short_by) > _TOLERANCE_LU or over > 0:
        log.warning(
            "The sound measures %.1f LUFS and %.1f dBTP against a target of %.1f LUFS.",
            mastered.loudness_lufs,
            mastered.true_peak_dbtp,
            target.lufs,
            extra={"action": "loudness_missed"},
        )
    return mastered


@dataclass(frozen=True, slots=True, kw_only=True)
class _Setting:
    """Gain in dB, and the limiter behind it."""

    gain: float
    ceiling: float
    grip: Grip
    spent: bool = False
    """No gain reaches the loudness wanted: nothing more is to be had."""


def _setting_for(natural: _Natural, lufs: float, ceiling: float) -> _Setting:
    """The gentlest grip that brings the excerpt to the loudness wanted, else the hardest."""
    for grip in GRIPS:
        setting = _Setting(gain=lufs - natural.lufs, ceiling=ceiling, grip=grip)
        setting, short_by = _gain_for(natural, natural.excerpt_lufs + setting.gain, setting)
        if short_by <= _CLOSE_ENOUGH_LU:
            return setting
    return replace(setting, spent=True)


def _gain_for(natural: _Natural, wanted: float, setting: _Setting) -> tuple[_Setting, float]:
    """The gain that leaves the limiter at the loudness wanted, by the secant, for a limited sound rises less than its gain;
    and by how many LU it still falls short."""
    highest = setting.gain + setting.grip.drive
    slope, before, gain = 1.0, (setting.gain, wanted), setting.gain
    for _ in range(_ROUNDS):
        setting = replace(setting, gain=gain)
        meter = Meter(true_peak=False)
        for block in _limited(partial(iter, natural.excerpt), setting):
            meter.add(block)
        short_by = wanted - meter.lufs
        if abs(short_by) <= _CLOSE_ENOUGH_LU:
            break
        if gain - before[0] > 0.1:
            slope = min(1.0, max(_LEAST_SLOPE, (meter.lufs - before[1]) / (gain - before[0])))
        elif short_by > 1.0:
            slope = _FIRST_SLOPE
        before = (gain, meter.lufs)
        if (
            gain + short_by / slope > highest
        ):  # loudness over gain only flattens: what the secant cannot reach is not there
            break
        gain += short_by / slope
    return setting, short_by


def _render(source: Source, setting: _Setting, part: Path) -> Mastered:
    """One attempt, durable on disk, and what it measures."""
    meter = Meter()
    with part.open("wb") as file:
        with wave.open(file, "wb") as wav:
            wav.setparams((1, BYTES_PER_FRAME, SAMPLE_RATE, 0, "NONE", "not compressed"))
            for block in _limited(source, setting):
                frames = to_s16(block)
                meter.add(frames)
                wav.writeframesraw(frames.tobytes())
        file.flush()
        os.fsync(file.fileno())
    with part.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Mastered(frames=meter.frames, loudness_lufs=meter.lufs, true_peak_dbtp=meter.dbtp, audio_sha256=digest)


def _limited(source: Source, setting: _Setting) -> Iterator[Samples]:
    limiter = Limiter(setting.ceiling, setting.grip)
    factor = np.float32(10 ** (setting.gain / 20))
    for block in source():
        yield limiter.push(block * factor)
    yield limiter.finish()


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
