"""An emergency notice: a template of the ward's own, its blanks filled by a named person, kept as a script of two days."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from broadcaster.domain.folding import fold
from broadcaster.domain.scripts import Kind, Script, ScriptId
from broadcaster.domain.settings import VoiceSettings
from broadcaster.ports_editing import ScriptDraft

LONGEST_VALUE = 200
LONGEST_NOTICE = 2000
"""Characters of a blank, and of a notice in one's own words: about two minutes of speech."""

NEEDS_NETWORK = frozenset({"gtts"})
"""Voices an emergency never waits for."""

OWN_WORDS = Script(
    id=ScriptId("khan-tu-viet"),
    title="Khẩn: viết lời khác",
    kind=Kind.EMERGENCY,
    text="{lời thông báo}",
    blanks=("lời thông báo",),
)
"""What is offered beside the templates: one blank, the whole notice."""

_BLANK = re.compile(r"\{([^{}\n]{1,80})\}")
_MADE_HERE = re.compile(r"khan-[a-z0-9-]+-\d{8}-\d{6}")
_FORBIDDEN = re.compile(r"[{}<>]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A run of a template: words as they are, or a blank with the number of its field and what was typed there."""

    text: str
    blank: int | None = None
    value: str = ""


def templates(scripts: Mapping[ScriptId, Script], now: datetime) -> tuple[Script, ...]:
    """The ward's emergency templates of today, by title; a script without blanks is no template."""
    found = (s for s in scripts.values() if s.kind is Kind.EMERGENCY and s.blanks and s.valid_on(now.date()))
    return tuple(sorted(found, key=lambda s: s.title))


def template(scripts: Mapping[ScriptId, Script], name: str, now: datetime) -> Script | None:
    """One template, or the empty one."""
    if name == OWN_WORDS.id:
        return OWN_WORDS
    return next((s for s in templates(scripts, now) if s.id == name), None)


def blanks(script: Script) -> tuple[str, ...]:
    """The blanks in the order they are heard, each once."""
    names = [found[1].strip() for found in _BLANK.finditer(script.text)]
    first: dict[str, str] = {}
    for name in names:
        first.setdefault(fold(name), name)
    return tuple(first.values())


def pieces(script: Script, values: Sequence[str]) -> tuple[Piece, ...]:
    """The template as a page shows it, what was typed standing in its place."""
    numbers = {fold(name): n for n, name in enumerate(blanks(script))}
    found: list[Piece] = []
    at = 0
    for match in _BLANK.finditer(script.text):
        number = numbers[fold(match[1].strip())]
        found.append(Piece(text=script.text[at : match.start()]))
        found.append(Piece(text=match[1].strip(), blank=number, value=values[number] if number < len(values) else ""))
        at = match.end()
    return (*found, Piece(text=script.text[at:]))


def tidied(values: Sequence[str], script: Script) -> tuple[str, ...]:
    """One value for each blank: spaces and line breaks made single; what is not there is empty."""
    typed = [" ".join(value.split()).rstrip(".") if len(blanks(script)) > 1 else value.strip() for value in values]
    return tuple((typed + [""] * len(blanks(script)))[: len(blanks(script))])


def wrong(script: Script, values: Sequence[str]) -> dict[int, str]:
    """What is wrong, by the number of the blank."""
    longest = LONGEST_NOTICE if script.id == OWN_WORDS.id else LONGEST_VALUE
    found: dict[int, str] = {}
    for number, value in enumerate(values):
        if not value:
            found[number] = "Chưa điền; còn chỗ trống thì chưa phát được."
        elif len(value) > longest:
            found[number] = f"Dài quá {longest} ký tự; viết gọn lại để bà con nghe kịp."
        elif _FORBIDDEN.search(value):
            found[number] = "Bỏ các dấu { } < >; máy không đọc được các dấu này."
        elif not any(c.isalnum() for c in value):
            found[number] = "Chưa có chữ hay số nào để đọc."
    return found


def filled(script: Script, values: Sequence[str]) -> str:
    """What will be heard."""
    return "".join(p.text if p.blank is None else p.value for p in pieces(script, values)).strip()


def notice_id(script: Script, now: datetime) -> ScriptId:
    """A name of its own for each notice."""
    return ScriptId(f"{script.id if script.id.startswith('khan-') else f'khan-{script.id}'}-{now:%Y%m%d-%H%M%S}")


def made_here(script: Script) -> bool:
    """Whether a script is a notice from this form: only such a one may be aired on the word of the person who filled it in."""
    return script.kind is Kind.EMERGENCY and _MADE_HERE.fullmatch(script.id) is not None and not script.blanks


def draft(script: Script, text: str, *, now: datetime, author: str, order: str, voice: str) -> ScriptDraft:
    """The file of a notice; good today and tomorrow, so that no old alarm is aired by mistake."""
    front = {
        "ma": notice_id(script, now),
        "tieu_de": script.title if script.id != OWN_WORDS.id else "Khẩn: thông báo của phường",
        "loai": Kind.EMERGENCY.value,
        "ma_noi_dung": ", ".join(script.topics),
        "tac_gia": author,
        "nguon": f"Lệnh: {order}",
        "hieu_luc_tu": f"{now:%d/%m/%Y}",
        "hieu_luc_den": f"{now + timedelta(days=1):%d/%m/%Y}",
        "giong": voice,
        "ghi_chu": f"Phát khẩn theo mẫu {script.id}",
    }
    return ScriptDraft(front=front, body=text)


def voice_at_once(settings: VoiceSettings) -> str:
    """The first voice of the chain that needs no network."""
    return next((name for name in settings.chain if name not in NEEDS_NETWORK), "espeak")
