"""A clip as MP3, for papers and web pages: small enough to send, the same bytes every time."""

import wave
from pathlib import Path

from broadcaster.errors import InputError

KBPS = 64
_BLOCK = 48_000


def mp3_of(clip: Path) -> bytes:
    """Encode a 16-bit WAV file at `KBPS`, by blocks. Raises InputError when the file cannot be read."""
    import lameenc  # noqa: PLC0415 - only where sound leaves the station as a file

    encoder = lameenc.Encoder()
    encoder.set_bit_rate(KBPS)
    encoder.set_quality(5)
    encoder.silence()
    try:
        with wave.open(str(clip), "rb") as sound:
            if sound.getsampwidth() != 2:
                raise InputError(f"Tệp âm thanh {clip.name} không phải 16 bit.", hint="Chạy lại: broadcaster prepare.")
            encoder.set_in_sample_rate(sound.getframerate())
            encoder.set_channels(sound.getnchannels())
            parts = []
            while block := sound.readframes(_BLOCK):
                parts.append(bytes(encoder.encode(block)))
    except (OSError, wave.Error, EOFError) as error:
        raise InputError(f"Không đọc được tệp âm thanh {clip.name}.", hint="Chạy lại: broadcaster prepare.") from error
    return b"".join((*parts, bytes(encoder.flush())))
