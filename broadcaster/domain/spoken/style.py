"""How numbers and slashes are worded: one choice for a whole station, never guessed from the text."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """Words that differ by region: 1.005 is `một nghìn không trăm linh năm` or `một ngàn không trăm lẻ năm`."""

    thousand: str = "nghìn"
    odd: str = "linh"
    per: str = "trên"
    slash: str = "trên"


NATIONAL = Style()
SOUTHERN = Style(thousand="ngàn", odd="lẻ", slash="xuyệt")
