"""The station's own dictionary, word by word: what a change does to the scripts is known before it is written."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from broadcaster.domain.edits import Conflict, Edit
from broadcaster.domain.problems import Problem, Where, error
from broadcaster.domain.scripts import Script, ScriptId
from broadcaster.domain.spoken import Lexicon, parse_lexicon, read
from broadcaster.errors import InputError
from broadcaster.ports import StationFiles
from broadcaster.ports_editing import FORM, ConflictError, EditedFiles
from broadcaster.station.checking import lexicon_of

DICTIONARY = "audio_scripts/tu-dien.tsv"
"""Where a new word goes when the station has no dictionary yet."""

LONGEST_WRITTEN, LONGEST_SPOKEN = 100, 300
READ_AT_MOST = 400
"""Scripts read twice to see whether a word changes them; beyond that they are only named as holding it."""

_FIELDS = {"lexicon-unspeakable": "doc", "lexicon-empty": "doc"}
_SEPARATED = re.compile(r"(\t+|\s*(?:=>|→|=|;)\s*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One line of a dictionary; ``line`` counts from 1."""

    file: str
    line: int
    written: str
    spoken: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WordChange:
    """A change of one word, ready to be written when nothing is wrong: how it is said now and then, which scripts change."""

    why: str
    text: str = ""
    file: str = DICTIONARY
    began: str = ""
    problems: tuple[Problem, ...] = ()
    said_before: str = ""
    said_after: str = ""
    scripts: tuple[ScriptId, ...] = field(default=())

    @property
    def sound(self) -> bool:
        """Whether it may be written."""
        return bool(self.file) and not self.problems


class DictionaryEditor:
    """Edits on top of one reading of the files; made anew for each request."""

    def __init__(self, *, files: EditedFiles, current: StationFiles, now: datetime) -> None:
        self._files = files
        self._current = current
        self._now = now

    def words(self) -> tuple[Word, ...]:
        """Every word of every dictionary, as it stands in its file."""
        return tuple(word for file, text in self._current.dictionaries.items() for word in _words(file, text))

    def word(self, file: str, line: int, written: str) -> Word:
        """The word of that line; ConflictError when another stands there now. Raises InputError for a strange file."""
        if file not in self._current.dictionaries:
            raise InputError("Không có từ điển này.", hint="Mở lại trang Từ điển.")
        version = self._files.current(file)
        found = next((w for w in _words(file, version.text) if w.line == line), None)
        if found is None or found.written != written:
            theirs = f"dòng {line}: {found.written} = {found.spoken}" if found else f"dòng {line} không còn từ nào"
            raise ConflictError(
                [
                    Conflict(
                        name=file,
                        began=None,
                        theirs=theirs.encode(),
                        mine=written.encode(),
                        theirs_digest=version.digest,
                    )
                ]
            )
        return found

    def add(self, written: str, spoken: str) -> WordChange:
        """One more word at the end of the dictionary."""
        written, spoken = _clean(written), _clean(spoken)
        file = next(iter(self._current.dictionaries), DICTIONARY)
        version = self._files.current(file)
        old = version.text
        line = f"{written}\t{spoken}\n"
        text = f"{old.rstrip(chr(10))}\n{line}" if old.strip() else line
        return self._changed(f"Thêm từ «{written}» vào từ điển", file, version.digest, old, text, written, spoken)

    def change(self, word: Word, written: str, spoken: str) -> WordChange:
        """Another spelling or another way to say it; the line's own separator stays."""
        written, spoken = _clean(written), _clean(spoken)
        version = self._files.current(word.file)
        rows = version.text.split("\n")
        between = _SEPARATED.search(rows[word.line - 1].strip())
        end = "\r" if rows[word.line - 1].endswith("\r") else ""
        rows[word.line - 1] = f"{written}{between[1] if between else chr(9)}{spoken}{end}"
        why = f"Sửa từ «{word.written}» trong từ điển"
        return self._changed(why, word.file, version.digest, version.text, "\n".join(rows), written, spoken)

    def remove(self, word: Word) -> WordChange:
        """A word taken away: it is then said as the program knows it."""
        version = self._files.current(word.file)
        rows = version.text.split("\n")
        del rows[word.line - 1]
        why = f"Bỏ từ «{word.written}» khỏi từ điển"
        return self._changed(
            why, word.file, version.digest, version.text, "\n".join(rows), word.written, word.spoken, removing=True
        )

    def write(self, change: WordChange, *, by: str) -> Edit:
        """Write a sound change; ConflictError when the file changed since."""
        if not change.sound:
            raise InputError("Chưa ghi gì vào từ điển.", change.problems, hint="Sửa các lỗi rồi làm lại.")
        return self._files.apply(
            {change.file: change.text.encode()},
            began={change.file: change.began},
            by=by,
            at=self._now,
            why=change.why,
        )

    def _changed(
        self, why: str, file: str, began: str, old: str, text: str, written: str, spoken: str, *, removing: bool = False
    ) -> WordChange:
        problems = () if removing else _shape(written, spoken) or _fresh(file, old, text)
        if problems or text == old:
            return WordChange(why=why, text=text, file=file, began=began, problems=problems)
        before, _ = lexicon_of(self._current)
        after = self._with(file, text)
        return WordChange(
            why=why,
            text=text,
            file=file,
            began=began,
            said_before=_said(written, before),
            said_after=_said(written, after),
            scripts=_touched(self._current.scripts.values(), before, after),
        )

    def _with(self, file: str, text: str) -> Lexicon | None:
        whole, _ = lexicon_of(replace(self._current, dictionaries={**self._current.dictionaries, file: text}))
        return whole


def _words(file: str, text: str) -> Iterable[Word]:
    """Line by line: a line is a word when the dictionary's own rule takes it alone."""
    for number, row in enumerate(text.split("\n"), 1):
        lexicon, _ = parse_lexicon(row, file)
        for written, spoken in lexicon.entries:
            yield Word(file=file, line=number, written=written, spoken=spoken)


def _clean(text: str) -> str:
    return " ".join(text.replace("\t", " ").split())


def _shape(written: str, spoken: str) -> tuple[Problem, ...]:
    """What the form is told before the dictionary's own rules speak."""
    found = []
    if not written:
        found.append(_at("viet", "Chưa ghi chữ viết.", "Ghi đúng như trong bài, ví dụ: BCCI."))
    elif written.startswith("#") or _SEPARATED.search(written):
        found.append(
            _at("viet", "Chữ viết có dấu #, =, ; hoặc mũi tên nên không ghi được.", "Ghi phần không có dấu ấy.")
        )
    elif len(written) > LONGEST_WRITTEN:
        found.append(_at("viet", f"Chữ viết dài quá {LONGEST_WRITTEN} ký tự.", "Ghi cụm ngắn hơn."))
    if not spoken:
        found.append(_at("doc", "Chưa ghi cách đọc.", "Ghi bằng tiếng có dấu, ví dụ: bưu chính công ích."))
    elif len(spoken) > LONGEST_SPOKEN:
        found.append(_at("doc", f"Cách đọc dài quá {LONGEST_SPOKEN} ký tự.", "Ghi ngắn hơn."))
    return tuple(found)


def _fresh(file: str, old: str, text: str) -> tuple[Problem, ...]:
    """What the whole dictionary says that it did not say before, at the form's field."""
    _, known = parse_lexicon(old, file)
    _, found = parse_lexicon(text, file)
    said = [(p.code, p.message) for p in known]
    fresh = [p for p in found if (p.code, p.message) not in said]
    return tuple(replace(p, where=Where(file=FORM, sheet="", cell=_FIELDS.get(p.code, "viet"))) for p in fresh)


def _said(written: str, lexicon: Lexicon | None) -> str:
    return read(written, lexicon=lexicon).words.replace("\n", " ")


def _touched(scripts: Iterable[Script], before: Lexicon | None, after: Lexicon | None) -> tuple[ScriptId, ...]:
    """Scripts whose words change; only those that hold a word one of the two has and the other has not are read."""
    pairs = set(before.entries if before else ()) ^ set(after.entries if after else ())
    holding = [s for s in scripts if not s.recording and any(written in s.text for written, _ in pairs)]
    return tuple(
        s.id
        for n, s in enumerate(holding)
        if n >= READ_AT_MOST or read(s.text, lexicon=before).words != read(s.text, lexicon=after).words
    )


def _at(cell: str, message: str, hint: str) -> Problem:
    return error(Where(file=FORM, sheet="", cell=cell), "lexicon-entry", message, hint)
