"""One loudness for everything: gain and limiting are tried until what was truly written measures right."""

import hashlib
import logging
import math
import os
import wave
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
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
_CLOSE_ENOUGH_LU = 0.2
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


def _measured(source: Source) -> float:
    """Loudness before levelling; a sound too faint for the standard's own gate is measured 40 dB up."""
    for boost in (0.0, 40.0):
        meter = Meter(true_peak=False)
        for block in source():
            meter.add(block * np.float32(10 ** (boost / 20)))
        if math.isfinite(meter.lufs):
            return meter.lufs - boost
    raise SynthesisError("Đoạn âm thanh không có tiếng.", "Nghe lại bản ghi hoặc thu lại.", retry=False)


def _try_until_right(source: Source, target: Target, natural: float, part: Path) -> Mastered:
    """Find the gain, write, measure; where the file is over its ceiling the limiter is set lower and all is done again."""
    ceiling = target.dbtp - _ROUNDING_DB
    for _ in range(_ROUNDS):
        mastered = _render(source, _setting_for(source, target.lufs, natural, ceiling), part)
        over = mastered.true_peak_dbtp - target.dbtp
        if over <= 0:
            break
        ceiling -= over + _ROUNDING_DB
    if abs(mastered.loudness_lufs - target.lufs) > 0.5 or over > 0:
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


def _setting_for(source: Source, wanted: float, natural: float, ceiling: float) -> _Setting:
    """The gentlest grip that reaches the loudness wanted, else the hardest."""
    for grip in GRIPS:
        setting, short_by = _gain_for(
            source, wanted, natural, _Setting(gain=wanted - natural, ceiling=ceiling, grip=grip)
        )
        if short_by <= _CLOSE_ENOUGH_LU:
            break
    return setting


def _gain_for(source: Source, wanted: float, natural: float, setting: _Setting) -> tuple[_Setting, float]:
    """The gain that leaves the limiter at the loudness wanted, by the secant, for a limited sound rises less than its gain;
    and by how many LU it still falls short."""
    highest = wanted - natural + setting.grip.drive
    slope, before, gain = 1.0, (wanted - natural, wanted), setting.gain
    for _ in range(_ROUNDS):
        setting = replace(setting, gain=gain)
        meter = Meter(true_peak=False)
        for block in _limited(source, setting):
            meter.add(block)
        short_by = wanted - meter.lufs
        if abs(short_by) <= _CLOSE_ENOUGH_LU or (gain >= highest and short_by > 0):
            break
        if gain - before[0] > 0.1:
            slope = min(1.0, max(_LEAST_SLOPE, (meter.lufs - before[1]) / (gain - before[0])))
        elif short_by > 1.0:
            slope = _FIRST_SLOPE
        before = (gain, meter.lufs)
        gain = min(gain + short_by / slope, highest)
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
