"""The words of the periodic report: what the rows prove, whose number each figure is, and a blank where nobody told the program."""

import re
from collections.abc import Iterator, Sequence

from broadcaster.domain.activities import BY_HAND, UNITS, ActivityKind
from broadcaster.domain.asrun import Outcome
from broadcaster.domain.periods import Period
from broadcaster.domain.plan import LegalDocument, Plan
from broadcaster.domain.report import REHEARSAL_MARK, ActivityLine, Breakdown, Notable, Report
from broadcaster.domain.settings import Identity
from broadcaster.present.documents.blocks import (
    Annex,
    Block,
    Chart,
    Heading,
    Letterhead,
    Official,
    Paragraph,
    Series,
    Signature,
)
from broadcaster.present.documents.report_tables import (
    NOTABLE_SHOWN,
    annex_tables,
    entered,
    notable,
    rule_note,
    sentence,
)
from broadcaster.present.documents.words import (
    BLANK,
    LONG_BLANK,
    clean,
    day_short,
    day_words,
    document_number,
    joined,
    length_words,
    number,
    percent,
    short,
)
from broadcaster.present.plan import OUTCOMES

_FILE_NAME = re.compile(r"bài “[a-z0-9.-]+” ")
_FIELD_NAMES = re.compile(r" \([^()]*_[^()]*\)")

NOT_ON_PAPER = frozenset(
    (
        *("identity-gap", "no-signer", "no-addressee", "no-plan", "rehearsed", "rule", "not-counted", "quota"),
        *("unheard", "sessions", "no-previous", "no-year-ago"),
    )
)
"""Remarks for the clerk alone, and those the paper says in its own place."""

REASONS_SHOWN = 8
"""So many different reasons are told in the text; the annex has the lines themselves."""

_LOST = (
    Outcome.MISSED, Outcome.FAILED, Outcome.WITHHELD, Outcome.PARTIAL, Outcome.INTERRUPTED, Outcome.STOPPED,
)  # fmt: skip


def report_paper(report: Report, *, given_number: str = "") -> Official:
    """The report as an official paper; ``given_number`` is the registry's, empty leaves room for it."""
    name = _period(report)
    agency = clean(report.identity.agency)
    return Official(
        letterhead=letterhead_of(report, given_number),
        kind="Báo cáo",
        subject=f"Kết quả thông tin, tuyên truyền cải cách hành chính {name}",
        addressees=report.identity.addressees,
        grounds=tuple(_grounds(_plan_in_force(report))),
        opening=(
            f"{agency} báo cáo kết quả thông tin, tuyên truyền cải cách hành chính {name} "
            f"(số liệu từ ngày {day_short(report.period.first)} đến ngày {day_short(report.period.last)}) như sau:"
        ),
        body=tuple(_body(report)),
        closing=f"Trên đây là báo cáo kết quả thông tin, tuyên truyền cải cách hành chính {name} của {agency}",
        signature=signature_of(report.identity),
        annexes=tuple(_annexes(report)),
        mark=REHEARSAL_MARK if report.rehearsed else "",
        made_at=report.made_at,
    )


def letterhead_of(report: Report, given_number: str) -> Letterhead:
    """Whose paper it is on the day it is issued."""
    who = report.identity
    return Letterhead(
        superior=who.superior,
        agency=who.agency,
        number=document_number(given_number),
        series=clean(who.document_series),
        place=who.place,
        day=report.issued,
    )


def signature_of(who: Identity) -> Signature:
    """The signer of that day; a missing name leaves room on paper."""
    return Signature(authority=tuple(who.signer_title.split("\n")), signer=who.signer, recipients=tuple(who.recipients))


def _period(report: Report) -> str:
    title = clean(report.period.title)
    return title[:1].lower() + title[1:]


def _plan_in_force(report: Report) -> Plan | None:
    """The plan, where it is in force on some day of the period: no work is told to follow one that was not."""
    plan = report.plan
    return plan if plan is not None and plan.covers(report.period.first, report.period.last) else None


def _grounds(plan: Plan | None) -> Iterator[str]:
    if plan is None:
        yield f"Căn cứ Kế hoạch số {BLANK} {BLANK}"
        return
    parent = next((d for d in plan.documents if d.code == plan.based_on), None)
    if parent is not None:
        yield f"Căn cứ {_full(parent)}"
    subject = clean(plan.title)
    yield (
        f"Căn cứ {plan.type} số {clean(plan.number)} {day_words(plan.dated)} của {clean(plan.issuer)} "
        f"về {subject[:1].lower() + subject[1:]}"
    )


def _full(document: LegalDocument) -> str:
    dated = f" {day_words(document.dated)}" if document.dated else ""
    issuer = f" của {clean(document.issuer)}" if document.issuer else ""
    subject = clean(document.subject)
    about = f" về {subject[:1].lower() + subject[1:]}" if subject else ""
    return f"{clean(document.type)} số {clean(document.number) or BLANK}{dated}{issuer}{about}"


def _plan_short(plan: Plan | None) -> str:
    return f"{plan.type} số {clean(plan.number)}" if plan else f"Kế hoạch số {BLANK}"


def _body(report: Report) -> Iterator[Block]:
    if report.rehearsed:
        yield Paragraph(
            lead=f"{REHEARSAL_MARK}.",
            text="Các số dưới đây lấy từ một lần diễn tập bằng đồng hồ giả, chưa có âm thanh nào ra loa. "
            "Văn bản này chỉ để xem mẫu, không gửi đi.",
        )
    yield Heading(text="I. Công tác chỉ đạo, triển khai")
    yield from _direction(report)
    yield Heading(text="II. Kết quả thực hiện")
    yield from (Paragraph(text=clean(r.text), italic=True) for r in report.remarks if r.code not in NOT_ON_PAPER)
    yield Heading(text="1. Theo hình thức tuyên truyền", level=2)
    yield from _loudspeakers(report)
    yield from _other_forms(report)
    yield Heading(text="2. Theo nội dung kế hoạch", level=2)
    yield from _by_topic(report)
    yield Heading(text="3. Theo lĩnh vực cải cách hành chính", level=2)
    yield _by_field(report)
    yield Heading(text="4. Chỉ tiêu, định mức", level=2)
    yield from _targets(report)
    yield Heading(text="III. Tồn tại, hạn chế và nguyên nhân")
    yield from _shortcomings(report)
    yield Heading(text="IV. Phương hướng thời gian tới")
    yield from _next(report)
    yield Heading(text="V. Kiến nghị, đề xuất")
    yield Paragraph(text=LONG_BLANK)


def _direction(report: Report) -> Iterator[Block]:
    plan = _plan_in_force(report)
    if plan is None:
        yield Paragraph(text=f"Văn bản triển khai: {LONG_BLANK}")
    else:
        yield Paragraph(
            text=f"Công tác tuyên truyền trong kỳ được thực hiện theo {_plan_short(plan)}; Kế hoạch có hiệu lực "
            f"từ ngày {day_short(plan.first)} đến ngày {day_short(plan.last)}."
        )
        actors = list(dict.fromkeys(a for d in plan.duties if d.loudspeaker for a in d.actors))
        if actors:
            yield Paragraph(
                text=f"Kế hoạch giao việc liên quan đến hệ thống truyền thanh cho: {'; '.join(map(clean, actors))}."
            )
    meetings = _line_of(report, ActivityKind.MEETING)
    if meetings is not None and meetings.entries.value:
        yield Paragraph(text=f"Hội nghị, họp giao ban có tuyên truyền: {_activity(meetings)}.")
    yield Paragraph(text=f"Văn bản chỉ đạo, kiểm tra, đôn đốc trong kỳ: {LONG_BLANK}")


def _loudspeakers(report: Report) -> Iterator[Block]:
    seconds = report.minutes.value * 60
    yield Paragraph(
        lead="a) Hệ thống loa truyền thanh:",
        text=(
            f"trong kỳ đã phát {number(report.airings.value)} chương trình trong {number(report.sessions.value)} buổi, "
            f"với {number(report.plays.value)} lượt phát của {number(report.works.value)} tin, bài khác nhau "
            f"({number(report.first.value)} lượt phát mới, {number(report.replays.value)} lượt phát lại); "
            f"tổng thời lượng tin, bài {length_words(seconds)} ({number(report.minutes.value, 1)} phút)."
        ),
    )
    yield Paragraph(
        text=f"Kỳ trước {_span(report.previous)}: {_past(report.plays.previous, report.minutes.previous)}. "
        f"Cùng kỳ năm trước {_span(report.same_last_year)}: "
        f"{_past(report.plays.same_last_year, report.minutes.same_last_year)}. "
        f"Lũy kế từ ngày {day_short(report.cumulative.first)}: "
        f"{_past(report.plays.cumulative, report.minutes.cumulative)}."
    )
    kinds = [k for k in report.kinds if k.plays.value]
    if kinds:
        told = joined(f"{_small(k)} {number(k.plays.value)} lượt" for k in kinds)
        yield Paragraph(text=f"Chia theo thể loại: {told}.")
    zones = report.zone_count
    held = report.reconciliation
    told = f"Cụm loa đang dùng: {zones.known}; có lượt phát được xác nhận trong kỳ: {zones.heard}. "
    if held.planned:
        told += (
            f"Đối chiếu với lịch phát đã công bố: {number(held.planned)} lượt trong lịch, "
            f"đã phát {number(held.counts.get(Outcome.AIRED, 0))} lượt ({percent(held.aired_share)})."
        )
    yield Paragraph(text=told.strip())
    sessions = next((f" {clean(r.text)}" for r in report.remarks if r.code == "sessions"), "")
    yield Paragraph(text=rule_note(report) + sessions, italic=True)


def _span(period: Period) -> str:
    return f"(từ ngày {day_short(period.first)} đến ngày {day_short(period.last)})"


def _past(plays: float, minutes: float) -> str:
    return f"{number(plays)} lượt phát, {number(minutes, 1)} phút" if plays else "nhật ký chưa có lượt phát nào"


def _other_forms(report: Report) -> Iterator[Block]:
    letters = ("b", "c", "d", "đ", "e", "g", "h", "i")
    forms = (
        (ActivityKind.MEETING, "Hội nghị, họp giao ban, phổ biến pháp luật"),
        (ActivityKind.WEB, "Trang thông tin điện tử"),
        (ActivityKind.SOCIAL, "Mạng xã hội"),
        (ActivityKind.TRAINING, "Tập huấn, bồi dưỡng"),
        (ActivityKind.PRINT, "Pano, băng rôn, tờ rơi"),
        (ActivityKind.MOBILE, "Loa di động"),
        (ActivityKind.LIVE, "Micro trực tiếp"),
        (ActivityKind.OTHER, "Hình thức khác"),
    )
    needed = {ActivityKind.MEETING, ActivityKind.WEB, ActivityKind.SOCIAL, ActivityKind.TRAINING}
    shown = [(k, t, line) for k, t in forms for line in [_line_of(report, k)] if _has(line) or k in needed]
    for letter, (_, title, line) in zip(letters, shown, strict=False):
        text = (
            f"{_activity(line)}." if line is not None and _has(line) else f"chưa có số liệu nhập vào hệ thống: {BLANK}"
        )
        yield Paragraph(lead=f"{letter}) {title}:", text=text)


def _has(line: ActivityLine | None) -> bool:
    return line is not None and bool(line.entries.value)


def _line_of(report: Report, kind: ActivityKind) -> ActivityLine | None:
    return next((a for a in report.activities if a.kind is kind), None)


def _activity(line: ActivityLine) -> str:
    people = f", {number(line.people.value)} lượt người" if line.people.value else ""
    return f"{number(line.count.value)} {UNITS[line.kind]}{people} ({BY_HAND}); lũy kế {number(line.count.cumulative)}"


def _by_topic(report: Report) -> Iterator[Block]:
    main = [t for t in report.topics if not t.parent and t.printed.startswith("III.1.")]
    others = [t for t in report.topics if not t.parent and t not in main]
    for topic in main:
        children = [c for c in report.topics if c.parent == topic.key]
        yield Paragraph(lead=f"{_letter(topic)})", text=f"{_named(topic)}: {_heard(topic)}{_within(children)}.")
    if others:
        told = "; ".join(f"{_named(t)} ({number(t.plays.value)} lượt)" for t in others)
        yield Paragraph(text=f"Lượt phát gắn với hình thức của Kế hoạch: {told}.")
    if main and any(t.plays.value or t.plays.previous for t in main):
        series = (
            Series(name="Trong kỳ", values=tuple(t.plays.value for t in main)),
            Series(name="Kỳ trước", values=tuple(t.plays.previous for t in main)),
        )
        yield Chart(
            title=f"Biểu đồ. Lượt phát theo nội dung kế hoạch, {_period(report)}",
            labels=tuple(f"{_letter(t)}) {short(t.title, 40)}" for t in main),
            series=tuple(s for n, s in enumerate(series) if not n or any(s.values)),
            unit="lượt phát",
        )
    if not report.topics:
        yield Paragraph(text="Chưa có kế hoạch trong thư mục schedules/plans, nên chưa chia được theo nội dung.")


def _letter(topic: Breakdown) -> str:
    return topic.printed.split()[0].rsplit(".", 1)[-1]


def _small(line: Breakdown) -> str:
    """The title as it stands within a sentence."""
    title = clean(line.title) or line.key
    return title[:1].lower() + title[1:]


def _named(line: Breakdown) -> str:
    return short(sentence(clean(line.title)) or line.key, 160)


def _heard(line: Breakdown) -> str:
    if not line.plays.value:
        return "chưa có lượt phát nào được tính trong kỳ"
    quota = ""
    if line.plays.percent is not None and line.plays.quota:
        quota = f"; đạt {percent(line.plays.percent)} định mức"
    return (
        f"{number(line.plays.value)} lượt phát của {number(line.works.value)} tin, bài, "
        f"{number(line.minutes.value, 1)} phút{quota}"
    )


def _within(children: Sequence[Breakdown]) -> str:
    if not children:
        return ""
    told = "; ".join(f"{short(c.title, 90)} ({number(c.plays.value)} lượt)" for c in children)
    return f". Trong đó: {told}"


def _by_field(report: Report) -> Paragraph:
    if not report.fields:
        return Paragraph(text="Chưa có lượt phát nào ghi lĩnh vực.")
    told = "; ".join(
        f"{_small(f)} {number(f.plays.value)} lượt ({number(f.minutes.value, 1)} phút)" for f in report.fields
    )
    return Paragraph(text=f"{sentence(told)}.")


def _targets(report: Report) -> Iterator[Block]:
    done = report.completion
    if done.judged:
        yield Paragraph(
            text=f"Đạt {done.done}/{done.judged} chỉ tiêu, định mức có thể đánh giá đến hết kỳ "
            f"({percent(done.percent)}); chi tiết tại phụ lục số liệu."
        )
    else:
        yield Paragraph(text="Chưa có chỉ tiêu, định mức nào đến hạn đánh giá trong kỳ.")
    if report.quota_note:
        yield Paragraph(text=clean(report.quota_note).rstrip(".") + ".", italic=True)


def _shortcomings(report: Report) -> Iterator[Block]:
    held = report.reconciliation
    lost = [(o, held.counts.get(o, 0)) for o in _LOST if held.counts.get(o, 0)]
    if lost:
        told = joined(f"{number(n)} lượt {OUTCOMES[o]}" for o, n in lost)
        yield Paragraph(lead="1. Lượt không phát được đầy đủ:", text=f"{told}. Nguyên nhân do hệ thống ghi lại:")
        yield from _reasons(held.notable)
    elif held.planned:
        yield Paragraph(lead="1. Lượt không phát được đầy đủ:", text="không có, theo đối chiếu lịch phát với nhật ký.")
    else:
        yield Paragraph(
            lead="1. Lượt không phát được đầy đủ:", text="không có lịch phát nào được công bố trong kỳ để đối chiếu."
        )
    if held.cancelled:
        yield Paragraph(text=f"Ngoài ra có {number(held.cancelled)} lượt hủy trước giờ phát, có ghi lý do.")
    if report.unheard:
        yield Paragraph(lead="2. Nội dung chưa được nghe trong kỳ:", text=f"{_unheard(report)}.")
    else:
        yield Paragraph(lead="2. Nội dung chưa được nghe trong kỳ:", text="không có." if report.plan else BLANK)
    yield Paragraph(lead="3. Hạn chế khác và nguyên nhân:", text=LONG_BLANK)


def _reasons(lines: Sequence[Notable]) -> Iterator[Block]:
    groups: dict[tuple[Outcome, str, str], int] = {}
    for line in lines:
        if line.outcome is not None:
            key = (line.outcome, short(line.title, 120), plain_reason(line.reason))
            groups[key] = groups.get(key, 0) + 1
    ordered = sorted(groups.items(), key=lambda g: -g[1])
    for (outcome, title, reason), times in ordered[:REASONS_SHOWN]:
        yield Paragraph(text=f"- {number(times)} lượt {OUTCOMES[outcome]}, “{title}”: {reason};")
    if len(ordered) > REASONS_SHOWN:
        left = sum(times for _, times in ordered[REASONS_SHOWN:])
        yield Paragraph(text=f"- {number(left)} lượt vì các lý do khác, ghi tại phụ lục.")


def plain_reason(reason: str) -> str:
    """A reason without the names of files and fields, which say nothing to the addressee."""
    text = _FIELD_NAMES.sub("", _FILE_NAME.sub("bài ", clean(reason)))
    return short(text, 220) or "không ghi lý do"


def _unheard(report: Report) -> str:
    plan = report.plan
    return "; ".join(short(plan.name_of(code) if plan else code, 120) for code in report.unheard)


def _next(report: Report) -> Iterator[Block]:
    point = 1
    if report.reconciliation.counts.get(Outcome.WITHHELD, 0):
        yield Paragraph(
            text=f"{point}. Điền đủ số liệu, trình duyệt các bài đang bị giữ lại để phát theo lịch hoặc phát bù."
        )
        point += 1
    if report.unheard:
        yield Paragraph(text=f"{point}. Bố trí phát các nội dung chưa được nghe: {_unheard(report)}.")
        point += 1
    if report.plan is not None and report.plan.last >= report.period.last:
        yield Paragraph(text=f"{point}. Tiếp tục phát thanh theo {_plan_short(report.plan)} và lịch đã công bố.")
        point += 1
    yield Paragraph(text=f"{point}. Nhiệm vụ khác: {LONG_BLANK}")


def _annexes(report: Report) -> Iterator[Annex]:
    yield Annex(title="Số liệu thông tin, tuyên truyền", blocks=tuple(t.table for t in annex_tables(report)))
    lines = report.reconciliation.notable
    if lines:
        extra: tuple[Block, ...] = ()
        if report.reconciliation.notable_in_all > NOTABLE_SHOWN:
            left = report.reconciliation.notable_in_all - min(NOTABLE_SHOWN, len(lines))
            extra = (Paragraph(text=f"Còn {number(left)} lượt nữa, xem trong bảng tính kèm theo hoặc nhật ký."),)
        yield Annex(title="Các lượt không phát đủ và các lượt hủy", blocks=(notable(lines[:NOTABLE_SHOWN]), *extra))
    if report.entered:
        yield Annex(title="Hoạt động nhập tay", blocks=(entered(report),))
