"""Scripts as the console shows them: the list and its filters, where each stands, what keeps it silent and the way out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from broadcaster.domain.clips import Clip
from broadcaster.domain.folding import fold
from broadcaster.domain.reviews import ScriptState
from broadcaster.domain.rotation import covers, taken_over
from broadcaster.domain.scripts import Approval, Kind, Script, ScriptId, TopicCode
from broadcaster.present.durations import length, moment

EXPIRING_DAYS = 14
"""A script that ends within so many days is said beforehand."""

BLANKS_NAMED = 8

STATES: Mapping[ScriptState, tuple[str, str, str]] = {
    ScriptState.DRAFT: ("nhap", "mo", "nháp"),
    ScriptState.WAITING: ("cho", "cho", "chờ duyệt"),
    ScriptState.RETURNED: ("tra", "luu-y", "bị trả lại"),
    ScriptState.APPROVED: ("duyet", "tot", "đã duyệt"),
    ScriptState.CHANGED: ("lai", "luu-y", "cần duyệt lại"),
    ScriptState.EXPIRED: ("het", "mo", "hết hiệu lực"),
}
"""Key in an address, badge, and word of each state; the badge brings its own shape."""

MARKS: Mapping[str, tuple[str, str]] = {
    "loi": ("loi", "có lỗi"),
    "trong": ("luu-y", "thiếu chỗ trống"),
    "sap": ("luu-y", "sắp hết hiệu lực"),
    "thay": ("mo", "đã có bài thay"),
}
"""What is said beside the state, by its key in an address."""

VOICES: Mapping[str, str] = {
    "gtts": "giọng đọc trực tuyến (gtts)",
    "espeak": "giọng máy có sẵn ở trạm (espeak)",
    "piper": "giọng Piper ở trạm (piper)",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Badge:
    """A word with the key it is filtered by; ``kind`` chooses shape and colour."""

    key: str
    kind: str
    word: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptRow:
    """One line of the list. ``speed`` is syllables a minute, None for a recording. ``search`` is folded."""

    id: str
    title: str
    kind: str = ""
    topics: tuple[TopicCode, ...] = ()
    speed: int | None = None
    validity: str = ""
    badges: tuple[Badge, ...]
    search: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Length:
    """How long a script is heard, in words, and whether it was measured on the sound itself."""

    text: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One reason why a script is not heard, and the way out with a link to it where there is one."""

    text: str
    way: str
    href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptQuery:
    """What the list is asked for, as typed."""

    words: str = ""
    state: str = ""
    topic: str = ""
    kind: str = ""

    def link(self, page: int = 1) -> str:
        """The same question, another page."""
        asked = {"tim": self.words, "trang_thai": self.state, "ma": self.topic, "loai": self.kind}
        kept = {name: text for name, text in asked.items() if text}
        if page > 1:
            kept["trang"] = str(page)
        return f"/bai-phat?{urlencode(kept)}" if kept else "/bai-phat"

    def take(self, rows: Iterable[ScriptRow]) -> list[ScriptRow]:
        """The rows that answer; words are compared without marks, and all must be found."""
        words = [w for w in (fold(part) for part in self.words.split()) if w]
        topic = TopicCode(self.topic.upper())
        found = []
        for row in rows:
            if words and not all(word in row.search for word in words):
                continue
            if self.state and not any(b.key == self.state for b in row.badges):
                continue
            if self.topic and not any(covers(topic, tag) for tag in row.topics):
                continue
            if self.kind and row.kind != self.kind:
                continue
            found.append(row)
        return found


def state_choices() -> list[tuple[str, str]]:
    """Every state and mark a list can be narrowed to."""
    return [(key, word) for key, _, word in STATES.values()] + [(key, word) for key, (_, word) in MARKS.items()]


def kind_choices() -> list[tuple[str, str]]:
    """Every kind of script."""
    return [(kind.value, kind.value) for kind in Kind]


def state_badge(state: ScriptState) -> Badge:
    """The badge of a state."""
    key, kind, word = STATES[state]
    return Badge(key=key, kind=kind, word=word)


def badges(
    script: Script, state: ScriptState, *, today: date, scripts: Mapping[ScriptId, Script], broken: bool
) -> tuple[Badge, ...]:
    """The state first, then what else has to be known before it is used."""
    ends = script.valid_until
    true = {
        "loi": broken,
        "trong": bool(script.blanks),
        "sap": ends is not None and 0 <= (ends - today).days <= EXPIRING_DAYS,
        "thay": taken_over(script, today, scripts) is not None,
    }
    marks = [Badge(key=key, kind=kind, word=word) for key, (kind, word) in MARKS.items() if true[key]]
    return (state_badge(state), *marks)


def row_of(script: Script, found: tuple[Badge, ...], *, rate: int) -> ScriptRow:
    """One script of the list; ``rate`` is the station's, syllables a minute."""
    return ScriptRow(
        id=script.id,
        title=script.title,
        kind=script.kind.value,
        topics=script.topics,
        speed=None if script.recording else script.speed or rate,
        validity=validity(script),
        badges=found,
        search=fold(f"{script.id} {script.title}") + " " + " ".join(fold(t) for t in script.topics),
    )


def broken_row(script_id: str, file: str) -> ScriptRow:
    """A file that could not be read as a script."""
    kind, word = MARKS["loi"]
    return ScriptRow(
        id=script_id,
        title=f"Tệp {file} chưa đọc được",
        badges=(Badge(key="loi", kind=kind, word=word),),
        search=fold(f"{script_id} {file}"),
    )


def validity(script: Script) -> str:
    """Both ends belong."""
    first, last = script.valid_from, script.valid_until
    if first is not None and last is not None:
        return f"{first:%d/%m/%Y} – {last:%d/%m/%Y}"
    if last is not None:
        return f"đến hết {last:%d/%m/%Y}"
    return f"từ {first:%d/%m/%Y}" if first is not None else "không hạn"


def length_of(script: Script, clip: Clip | None, estimate_s: float) -> Length:
    """The sound's own length where there is one, else what is expected of the text."""
    if clip is not None:
        return Length(text=length(clip.duration_s), source="thật")
    if script.recording:
        return Length(text="—", source="bản thu chưa dựng")
    return Length(text=length(estimate_s), source="ước tính")


def voice_name(voice: str) -> str:
    """Who spoke, in words."""
    return VOICES.get(voice, voice)


def approval_sentence(approval: Approval, script: Script, clip: Clip | None) -> str:
    """Who approved and when; and, when it holds no longer, what changed since."""
    ref = f", theo {approval.ref}" if approval.ref else ""
    said = f"{approval.by} đã duyệt {moment(approval.at)}{ref}."
    if approval.text_sha256 != script.text_sha256:
        return f"{said} Phê duyệt này không còn hiệu lực vì lời đọc đã sửa sau đó."
    if clip is None:
        return f"{said} Phê duyệt này chưa dùng được vì không còn thấy tệp tiếng đã duyệt."
    if clip.audio_sha256 != approval.audio_sha256:
        return f"{said} Phê duyệt này không còn hiệu lực vì bản tiếng đã làm lại sau đó."
    return said


def blocks(
    script: Script,
    state: ScriptState,
    *,
    today: date,
    scripts: Mapping[ScriptId, Script],
    clip: Clip | None,
    broken: bool,
) -> tuple[Block, ...]:
    """Every reason at once, in the order in which they are best put right; empty for one that may be heard today."""
    found: list[Block] = []
    if broken:
        text = "Tệp của bài có lỗi, nên trạm vẫn dùng bản tốt gần nhất của mọi tệp."
        found.append(Block(text=text, way="Sửa các lỗi ghi ở mục «Lỗi và lưu ý của tệp» bên dưới.", href="#loi-tep"))
    if script.blanks:
        named = ", ".join(f"{{{b}}}" for b in script.blanks[:BLANKS_NAMED])
        more = len(script.blanks) - BLANKS_NAMED
        text = f"Còn chỗ trống chưa điền: {named}{f' và {more} chỗ nữa' if more > 0 else ''}."
        way = "Điền ở Cài đặt → Chỗ trống trong bài, hoặc sửa bài, ghi thẳng số liệu."
        found.append(Block(text=text, way=way, href=f"/cai-dat/cho-trong/{script.id}"))
    if script.valid_until is not None and script.valid_until < today:
        text = f"Bài đã hết hiệu lực sau ngày {script.valid_until:%d/%m/%Y}."
        found.append(Block(text=text, way="Còn dùng được thì sửa ngày hết hiệu lực; không thì viết bài thay."))
    if script.valid_from is not None and today < script.valid_from:
        text = f"Bài chỉ có hiệu lực từ ngày {script.valid_from:%d/%m/%Y}."
        found.append(Block(text=text, way="Chờ đến ngày ấy, hoặc sửa ngày bắt đầu."))
    successor = taken_over(script, today, scripts)
    if successor is not None:
        text = f"Bài này đã được thay bằng bài {successor}."
        found.append(Block(text=text, way="Xếp bài mới vào lịch thay cho bài này.", href=f"/bai-phat/{successor}"))
    if clip is None and not script.blanks:
        found.append(Block(text="Bài chưa có tiếng.", way="Bấm «Dựng tiếng để nghe».", href="#tieng"))
    found += [Block(text=text, way=way) for text, way in _STEPS.get(state, ())]
    return tuple(found)


_STEPS: Mapping[ScriptState, Sequence[tuple[str, str]]] = {
    ScriptState.DRAFT: (("Bài chưa được duyệt.", "Người soạn bấm «Gửi duyệt»; người duyệt nghe rồi duyệt."),),
    ScriptState.WAITING: (("Bài đang chờ duyệt.", "Người duyệt nghe bản tiếng rồi duyệt hoặc trả lại."),),
    ScriptState.RETURNED: (("Người duyệt đã trả lại bài.", "Sửa theo lý do ghi bên dưới rồi gửi duyệt lại."),),
    ScriptState.CHANGED: (("Lời đọc hoặc tiếng đã đổi sau khi duyệt.", "Gửi duyệt lại, nghe lại rồi duyệt."),),
}
