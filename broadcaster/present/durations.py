"""Lengths and moments as a Vietnamese reader writes them."""

from datetime import datetime


def length(seconds: float) -> str:
    """`3:05` for 185 s, `1:02:03` above an hour."""
    whole = round(seconds)
    hours, rest = divmod(whole, 3600)
    minutes, secs = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{secs:02}" if hours else f"{minutes}:{secs:02}"


def moment(at: datetime) -> str:
    """`Thứ Ba 05/03/2024 06:05`."""
    return f"{weekday(at)} {at:%d/%m/%Y %H:%M}"


def weekday(at: datetime) -> str:
    """The name of the day, as printed in calendars."""
    return ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")[at.weekday()]
