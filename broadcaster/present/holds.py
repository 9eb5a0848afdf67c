"""Why an airing is held back, in one sentence with the way out."""

from collections.abc import Iterable

from broadcaster.domain.readiness import Held, Hold

SHOWN = 3
"""How many blanks are named before the rest are only counted."""

_SENTENCES = {
    Hold.EMPTY: "không có bài nào hợp lệ để phát",
    Hold.UNKNOWN: "không tìm thấy bài “{script}” trong audio_scripts",
    Hold.BLANKS: "bài “{script}” còn chỗ trống chưa điền ({detail})",
    Hold.NOT_VALID: "bài “{script}” ngoài thời hạn hiệu lực ({detail})",
    Hold.SUPERSEDED: "bài “{script}” đã được thay bằng bài “{detail}”; hãy sửa khung giờ phát bài mới",
    Hold.NO_CLIP: "bài “{script}” chưa có tệp âm thanh",
    Hold.NOT_APPROVED: "bài “{script}” chưa được duyệt",
    Hold.EDITED: "bài “{script}” đã sửa sau khi duyệt, cần duyệt lại",
}


def explain(held: Iterable[Held]) -> str:
    """All the reasons, joined."""
    return "; ".join(_SENTENCES[h.hold].format(script=h.script, detail=_short(h)) for h in held)


def _short(held: Held) -> str:
    names = held.detail.split(", ")
    if held.hold is not Hold.BLANKS or len(names) <= SHOWN:
        return held.detail
    return f"{', '.join(names[:SHOWN])} và {len(names) - SHOWN} chỗ nữa"
