"""What a recording is by its first bytes; without the weight of a decoder, for whoever only looks."""

RECORDING_SUFFIXES = (".mp3", ".wav", ".ogg", ".flac")
HEAD = 64
"""Bytes that tell what a file is."""

SHORTEST_S = 0.3
WAY_OUT = "Mở tệp bằng một trình nghe nhạc, rồi xuất lại thành WAV hoặc MP3."
_MARKS = {
    ".wav": (b"RIFF", b"RF64"),
    ".flac": (b"fLaC",),
    ".ogg": (b"OggS",),
}


def true_suffix(head: bytes) -> str | None:
    """The suffix that the first bytes call for; None for what is no sound the station can play."""
    for suffix, marks in _MARKS.items():
        if head.startswith(marks):
            return suffix
    layer_three = len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0
    return ".mp3" if head.startswith(b"ID3") or layer_three else None


def is_opus(head: bytes) -> bool:
    """Whether an ogg file holds Opus, which the decoder does not read."""
    return b"OpusHead" in head
