"""A periodic report made up for tests of the documents: every table has lines, every kind of trouble has happened once."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from broadcaster.domain.activities import Activity, ActivityKind, RecordedActivity
from broadcaster.domain.asrun import Outcome
from broadcaster.domain.calendar import ZoneId
from broadcaster.domain.figures import RULE_2024_1, NotCounted
from broadcaster.domain.periods import cumulative, parse_period, previous, same_last_year
from broadcaster.domain.plan import DocumentCode, Duty, LegalDocument, Plan, Topic
from broadcaster.domain.report import (
    ActivityLine,
    Breakdown,
    Completion,
    Dimension,
    Figure,
    FigureRef,
    Measure,
    Notable,
    NotCountedLine,
    Reconciliation,
    Remark,
    Report,
    TargetLine,
    TargetState,
    ZoneCount,
)
from broadcaster.domain.rundown import AiringId
from broadcaster.domain.scoring import DEFAULT_SCORING
from broadcaster.domain.scripts import TopicCode
from broadcaster.domain.settings import Identity

WARD = Identity(
    ward="phường Mỹ Thạnh",
    agency="Ủy ban nhân dân phường Mỹ Thạnh",
    station="Đài truyền thanh phường Mỹ Thạnh",
    place="Mỹ Thạnh",
    superior="Ủy ban nhân dân thành phố Long Xuyên",
    addressees=("Phòng Nội vụ thành phố Long Xuyên",),
    recipients=("Như trên;", "TT. Đảng ủy, HĐND phường;", "CT, PCT. UBND phường;", "Lưu: VT."),
    signer_title="KT. CHỦ TỊCH\nPHÓ CHỦ TỊCH",
    signer="Nguyễn Văn Mẫu",
)

TOPICS = (
    ("ND-A", "Ý nghĩa, mục tiêu, kết quả cải cách hành chính", "III.1.a", "", 18),
    ("ND-B", "Chủ trương, chính sách về cải cách hành chính", "III.1.b", "", 9),
    ("ND-C", "Trách nhiệm người đứng đầu", "III.1.c", "", 8),
    ("ND-D", "Nhóm nội dung cơ bản (sáu gạch đầu dòng)", "III.1.d", "", 61),
    ("ND-D2", "Một cửa, trực tuyến, bưu chính công ích", "III.1.d gạch 2", "ND-D", 38),
    ("ND-D6", "Chính phủ điện tử, chuyển đổi số, Đề án 06", "III.1.d gạch 6", "ND-D", 23),
    ("ND-DD", "Kết quả và hạn chế của thành phố, phường", "III.1.đ", "", 0),
    ("ND-E", "Mô hình thí điểm, điển hình tốt", "III.1.e", "", 6),
    ("ND-G", "Nhà nước và Nhân dân; quyền tham gia, giám sát", "III.1.g", "", 8),
    ("ND-H", "Kênh phản ánh, kiến nghị, sáng kiến", "III.1.h", "", 12),
    ("HT-G", "Hướng dẫn nộp hồ sơ trực tuyến và bưu chính công ích", "III.2.g", "", 26),
)


def a_plan() -> Plan:
    """The plan of 2024, in short."""
    return Plan(
        code="ke-hoach-172",
        number="172/KH-UBND",
        type="Kế hoạch",
        title="Thông tin tuyên truyền cải cách hành chính năm 2024",
        dated=date(2024, 2, 29),
        first=date(2024, 2, 29),
        last=date(2024, 12, 31),
        issuer="Ủy ban nhân dân phường Mỹ Thạnh",
        reports_to="Phòng Nội vụ thành phố Long Xuyên",
        based_on=DocumentCode("VB-01"),
        topics=tuple(
            Topic(
                code=TopicCode(code), title=title, short_title=title, printed=printed,
                parent=TopicCode(parent) if parent else None,
            )
            for code, title, printed, parent, _ in TOPICS
        ),
        duties=(
            Duty(code="NV-2", work="Thông tin về cải cách hành chính", actors=("Văn hóa thông tin phường",), loudspeaker=True),
        ),
        documents=(
            LegalDocument(
                code=DocumentCode("VB-01"), type="Kế hoạch", number="1655/KH-UBND", dated=date(2024, 2, 27),
                issuer="Ủy ban nhân dân thành phố Long Xuyên", subject="Tuyên truyền cải cách hành chính năm 2024",
            ),
        ),
    )  # fmt: skip


def figure(
    measure: Measure, dimension: Dimension = Dimension.ALL, key: str = "", value: float = 0, quota: float | None = None
) -> Figure:
    """A figure with a past of its own, so that no two columns are alike."""
    return Figure(
        ref=FigureRef(measure=measure, dimension=dimension, key=key),
        value=value,
        previous=value // 2,
        same_last_year=value // 3,
        cumulative=value + value // 2,
        quota=quota,
        toward_quota=value if quota else None,
    )


def line(dimension: Dimension, key: str, title: str, plays: float, **more: object) -> Breakdown:
    """One line of a table; works, first and minutes follow from the plays."""
    values: dict[str, object] = {
        "key": key,
        "title": title,
        "works": figure(Measure.WORKS, dimension, key, plays // 3),
        "plays": figure(
            Measure.PLAYS, dimension, key, plays, quota=plays * 2 if dimension is Dimension.TOPIC else None
        ),
        "first": figure(Measure.FIRST, dimension, key, plays // 3),
        "replays": figure(Measure.REPLAYS, dimension, key, plays - plays // 3),
        "minutes": figure(Measure.MINUTES, dimension, key, round(plays * 2.6, 1)),
    }
    return Breakdown(**{**values, **more})  # type: ignore[arg-type]


def a_report(**changes: object) -> Report:
    """6 tháng 2024."""
    period = parse_period("2024-6T")
    topics = tuple(
        line(Dimension.TOPIC, code, title, plays, printed=printed, parent=parent, group=code == "ND-D")
        for code, title, printed, parent, plays in TOPICS
    )
    plays = 122.0
    meeting = Activity(
        kind=ActivityKind.MEETING, day=date(2024, 4, 10), title="Họp giao ban tháng 4", by="Cán bộ CCHC",
        entered=datetime(2024, 4, 10, 9, tzinfo=UTC), people=35, place="Hội trường UBND phường",
    )  # fmt: skip
    values: dict[str, object] = {
        "period": period,
        "previous": previous(period),
        "same_last_year": same_last_year(period),
        "cumulative": cumulative(period),
        "issued": date(2024, 6, 17),
        "made_at": datetime(2024, 6, 17, 8, 30, tzinfo=UTC),
        "identity": WARD,
        "plan": a_plan(),
        "rule": RULE_2024_1,
        "rehearsed": False,
        "airings": figure(Measure.AIRINGS, value=104),
        "sessions": figure(Measure.SESSIONS, value=103),
        "works": figure(Measure.WORKS, value=31),
        "plays": figure(Measure.PLAYS, value=plays),
        "first": figure(Measure.FIRST, value=31),
        "replays": figure(Measure.REPLAYS, value=91),
        "minutes": figure(Measure.MINUTES, value=1317.4),
        "kinds": (
            line(Dimension.KIND, "chuyên mục", "chuyên mục", 96),
            line(Dimension.KIND, "lời nhắc", "lời nhắc", 26),
        ),
        "topics": topics,
        "fields": (
            line(Dimension.FIELD, "thủ tục hành chính", "thủ tục hành chính", 64),
            line(Dimension.FIELD, "chế độ công vụ", "chế độ công vụ", 20),
        ),
        "zones": (line(Dimension.ZONE, "khom-1", "Khóm 1", 122), line(Dimension.ZONE, "khom-2", "Khóm 2", 118)),
        "languages": (line(Dimension.LANGUAGE, "vi", "vi", 122),),
        "activities": (
            ActivityLine(
                kind=ActivityKind.MEETING,
                entries=figure(Measure.COUNT, Dimension.ACTIVITY, "hội nghị", 1),
                count=figure(Measure.COUNT, Dimension.ACTIVITY, "hội nghị", 1),
                people=figure(Measure.PEOPLE, Dimension.ACTIVITY, "hội nghị", 35),
            ),
        ),
        "entered": (RecordedActivity(seq=900, activity=meeting),),
        "not_counted": (NotCountedLine(reason=NotCounted.NOT_AIRED, rows=7), NotCountedLine(reason=NotCounted.TEST, rows=2)),
        "reconciliation": Reconciliation(
            planned=112,
            counts={Outcome.AIRED: 104, Outcome.WITHHELD: 6, Outcome.FAILED: 1, Outcome.MISSED: 1},
            cancelled=2,
            unplanned=1,
            notable=tuple(
                Notable(
                    airing_id=AiringId(f"chieu@{n}"),
                    at=datetime(2024, 5, 2 + n, 10, 5, tzinfo=UTC),
                    title="Kết quả CCHC sáu tháng (khi có số liệu duyệt)",
                    zones=(ZoneId("khom-1"),),
                    outcome=outcome,
                    reason=reason,
                    seq=700 + n,
                )
                for n, (outcome, reason) in enumerate(
                    [(Outcome.WITHHELD, "bài “nd-dd-sau-thang” còn chỗ trống chưa điền (so_ho_so và 10 chỗ nữa)")] * 6
                    + [(Outcome.FAILED, "mất thiết bị âm thanh"), (Outcome.MISSED, "máy tắt"), (None, "Quốc tang")]
                )
            ),
            notable_in_all=9,
        ),
        "completion": Completion(
            profile=DEFAULT_SCORING,
            lines=(
                TargetLine(
                    key="CT-1", title="Hồ sơ được tiếp nhận trên Cổng dịch vụ công", state=TargetState.NO_DATA, due=100,
                    reached=None, whole=100, unit="%", own_quota=False,
                ),
                TargetLine(
                    key="ND-A", title="Ý nghĩa, mục tiêu, kết quả", state=TargetState.MET, due=18, reached=18, whole=36,
                    unit="lượt", own_quota=True, topic=TopicCode("ND-A"),
                ),
            ),
            done=1,
            judged=2,
        ),
        "unheard": (TopicCode("ND-DD"),),
        "zone_count": ZoneCount(known=2, heard=2),
        "quota_note": "Định mức do phường tự đặt, kế hoạch không đặt số lượt",
        "remarks": (Remark(code="mẫu", text="Số liệu hai cụm loa được cộng một lần cho mỗi lượt phát."),),
    }  # fmt: skip
    return Report(**{**values, **changes})  # type: ignore[arg-type]


def an_empty_report() -> Report:
    """A period with no row at all, which says why."""
    zero = {
        name: replace(getattr(a_report(), name), value=0.0, previous=0.0, same_last_year=0.0, cumulative=0.0)
        for name in ("airings", "sessions", "works", "plays", "first", "replays", "minutes")
    }
    return a_report(
        **zero,
        kinds=(), topics=(), fields=(), zones=(), languages=(), activities=(), entered=(), not_counted=(), unheard=(),
        reconciliation=Reconciliation(planned=0, counts={}, cancelled=0, unplanned=0),
        completion=Completion(profile=DEFAULT_SCORING, lines=(), done=0, judged=0),
        remarks=(Remark(code="no_rows", text="Trong kỳ chưa có dòng nhật ký nào: trạm bắt đầu chạy từ ngày 04/3/2025."),),
        made_at=a_report().made_at + timedelta(days=1),
    )  # fmt: skip
