"""Scripts and settings held against the plans: unknown topics, documents that were replaced, papers nobody can sign."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from broadcaster.domain.folding import did_you_mean
from broadcaster.domain.plan import LegalDocument, Plan, Standing
from broadcaster.domain.problems import Problem, Where, warning
from broadcaster.domain.scripts import FRAME_KINDS, Script, ScriptId
from broadcaster.domain.settings import Settings

_NUMBER = re.compile(r"(?P<n>[0-9]{1,5})/(?P<year>(?:19|20)[0-9]{2})(?![0-9])")
_SPACES = re.compile(r"\s+")


def check_against_plans(
    scripts: Iterable[Script],
    plans: Sequence[Plan],
    settings: Settings,
    *,
    today: date,
    airing_days: Mapping[ScriptId, date] | None = None,
) -> tuple[Problem, ...]:
    """Every warning; ``airing_days`` gives the last day each script is planned to be heard (by script id), else ``today``."""
    known = tuple(scripts)
    days = airing_days or {}
    found = [*_paper(settings, today)]
    for script in known:
        found += _tags(script, plans)
        found += _superseded(script, plans, days.get(script.id, today))
    return tuple(found)


def _tags(script: Script, plans: Sequence[Plan]) -> Iterator[Problem]:
    """Codes are compared with every plan: a script of last year's plan is not wrong."""
    if not plans:
        return
    tags = tuple(dict.fromkeys(code for plan in plans for code in plan.tags))
    groups = {t.code: plan.children(t.code) for plan in plans for t in plan.topics if plan.children(t.code)}
    for code in script.topics:
        if code in groups:
            below = ", ".join(t.code for t in groups[code])
            hint = f"Ghi mã của mục con: {below}."
            yield warning(
                _head(script), "topic-group", f"Bài “{script.id}” ghi mục lớn «{code}», không ghi mục con.", hint
            )
        elif code not in tags:
            hint = did_you_mean(code, tags) or f"Các mã dùng được: {', '.join(tags)}."
            message = f"Bài “{script.id}” ghi mã nội dung «{_cut(code)}» không có trong kế hoạch nào."
            yield warning(_head(script), "topic-unknown", message, hint)
    if not script.topics and script.kind not in FRAME_KINDS and script.fields:
        hint = "Thêm ma_noi_dung để bài được tính vào báo cáo."
        message = f"Bài “{script.id}” có lĩnh vực mà không có mã nội dung."
        yield warning(_head(script), "topic-missing", message, hint)


def _superseded(script: Script, plans: Sequence[Plan], day: date) -> Iterator[Problem]:
    """Documents named in the sources or in the words, where the day of airing is not before the replacement."""
    if script.valid_until is not None and script.valid_until < day:
        day = script.valid_until
    told: set[str] = set()
    for plan in plans:
        for document in plan.documents:
            name = _name(document)
            if document.standing is not Standing.SUPERSEDED or name in told:
                continue
            if document.superseded_on is None or day < document.superseded_on:
                continue
            line = _mentioned(document, script)
            if line is None:
                continue
            told.add(name)
            since = f" từ {document.superseded_on:%d/%m/%Y}"
            by = f" bằng {document.superseded_by}" if document.superseded_by else ""
            message = f"Bài “{script.id}” dẫn {name} đã được thay{by}{since}, mà bài còn phát đến {day:%d/%m/%Y}."
            hint = "Sửa bài theo văn bản mới, hoặc ghi hieu_luc_den trước ngày đó."
            yield warning(Where(file=script.where.file, line=line), "document-superseded", message, hint)


def _name(document: LegalDocument) -> str:
    if document.number:
        return f"{document.type} {document.number}"
    return " ".join(str(p) for p in (document.type, document.subject, document.year) if p)


def _mentioned(document: LegalDocument, script: Script) -> int | None:
    """The line of the text that names the document, or of the script's head when a source does; None when nothing does."""
    pattern = _pattern(document)
    if pattern is None:
        return None
    first = script.where.line or 1
    for offset, line in enumerate(script.text.split("\n")):
        if pattern.search(_plain(line)):
            return first + offset
    if any(pattern.search(_plain(source)) for source in script.sources):
        return 1
    return None


def _pattern(document: LegalDocument) -> re.Pattern[str] | None:
    """``Nghị định 61/2018`` however much of the number is written; a law without a number by its name and year."""
    kind = re.escape(_plain(document.type))
    number = _NUMBER.match(document.number)
    if number is not None:
        numbered = rf"0*{int(number['n'])}/{number['year']}(?![0-9])"
        return re.compile(rf"{kind}(?: số)?:? {numbered}|(?<![0-9/]){numbered}/{re.escape(_plain(_series(document)))}")
    if document.number:
        return re.compile(rf"(?<![\w/]){re.escape(_plain(document.number))}(?![\w])")
    if document.year is not None and document.subject:
        subject = re.escape(_plain(document.subject))
        return re.compile(rf"{kind} {subject}(?: số [^ ]+)?,? (?:năm )?{document.year}(?![0-9])")
    return None


def _series(document: LegalDocument) -> str:
    return document.number.rsplit("/", 1)[-1]


def _plain(text: str) -> str:
    return _SPACES.sub(" ", unicodedata.normalize("NFC", text).lower()).strip()


def _paper(settings: Settings, today: date) -> Iterator[Problem]:
    """What the next report would lack: an identity for its day, a signer, an addressee."""
    identity = settings.identity_on(today)
    inside = (identity.valid_from is None or identity.valid_from <= today) and (
        identity.valid_until is None or today <= identity.valid_until
    )
    if not inside:
        message = (
            f"Hôm nay ({today:%d/%m/%Y}) không thuộc đơn vị nào; văn bản sẽ mang tên gần nhất: {_cut(identity.ward)}."
        )
        yield warning(identity.where, "identity-gap-today", message, "Thêm một mục [[don_vi]] cho thời gian này.")
    if not identity.signer:
        message = f"Chưa ghi người ký (nguoi_ky) cho {_cut(identity.ward)}; chỗ ký trên báo cáo để trống."
        yield warning(identity.where, "signer-missing", message, "Điền họ tên khi biết, hoặc để trống và ký tay.")
    if not identity.addressees:
        message = f"Chưa ghi nơi nhận báo cáo (kinh_gui) cho {_cut(identity.ward)}."
        yield warning(identity.where, "addressee-missing", message, "Điền khi có văn bản nói nộp báo cáo về đâu.")


def _head(script: Script) -> Where:
    return Where(file=script.where.file, line=1)


def _cut(text: str) -> str:
    return text if len(text) <= 60 else text[:60] + "…"
