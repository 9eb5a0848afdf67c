"""What names the mastering chain, without loading it: most commands ask for the name and master nothing."""

import hashlib

from broadcaster.domain.settings import MasteringSettings

CHAIN_VERSION = 1
"""Raised whenever the same parts would come out as other bytes: every clip is then made again."""

LOW_HZ, HIGH_HZ = 250.0, 6_500.0
"""The band a horn carries."""


def fingerprint_of(settings: MasteringSettings) -> str:
    """Settings that change the sound, and the version of the chain."""
    band = f"{LOW_HZ:g}-{HIGH_HZ:g}" if settings.speech_band else "full"
    said = f"mastering:{CHAIN_VERSION}:{settings.loudness_lufs:g}:{settings.true_peak_dbtp:g}:{band}"
    return f"mastering:{CHAIN_VERSION}:{hashlib.sha256(said.encode()).hexdigest()[:16]}"
