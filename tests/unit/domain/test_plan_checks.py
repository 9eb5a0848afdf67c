"""Scripts and the paper held against the plans."""

from dataclasses import replace
from datetime import date

import pytest

from broadcaster.domain.plan import DocumentCode, Form, LegalDocument, Plan, Standing, Topic
from broadcaster.domain.plan_checks import check_against_plans
from broadcaster.domain.problems import Where
from broadcaster.domain.scripts import Kind, Script, ScriptId, TopicCode
from broadcaster.domain.settings import Identity, Settings

TODAY = date(2026, 3, 1)
ME = Identity(ward="phường Mẫu", agency="UBND", station="Đài", place="Mẫu", signer="Họ Tên", addressees=("Phòng",))
SETTINGS = Settings(identities=(ME,), zones=())


def topic(code: str, parent: str | None = None) -> Topic:
    """A topic."""
    above = TopicCode(parent) if parent else None
    return Topic(code=TopicCode(code), title=code, short_title=code, printed="", parent=above)


OLD = LegalDocument(
    code=DocumentCode("VB-1"),
    type="Nghị định",
    subject="một cửa",
    number="61/2018/NĐ-CP",
    standing=Standing.SUPERSEDED,
    superseded_by="Nghị định 118/2025/NĐ-CP",
    superseded_on=date(2025, 7, 1),
)
LAW = replace(
    OLD, code=DocumentCode("VB-2"), type="Luật", subject="Ban hành văn bản quy phạm pháp luật", number="", year=2015
)
UNDATED = replace(OLD, code=DocumentCode("VB-3"), number="107/2021/NĐ-CP", superseded_on=None)
PLAN = Plan(
    code="kh",
    number="01/KH-UBND",
    type="Kế hoạch",
    title="Kế hoạch",
    dated=date(2025, 1, 1),
    first=date(2025, 1, 1),
    last=date(2025, 12, 31),
    issuer="UBND",
    topics=(topic("ND-A"), topic("ND-D"), topic("ND-D1", "ND-D")),
    forms=(Form(code=TopicCode("HT-G"), title="Nhắc", printed="", loudspeaker=True),),
    documents=(OLD, LAW, UNDATED),
)


def script(
    text: str = "Kính thưa bà con.", *, topics: tuple[str, ...] = ("ND-A",), sources: tuple[str, ...] = ()
) -> Script:
    """A script on a topic, its text beginning at line 9."""
    return Script(
        id=ScriptId("bai"),
        title="Bài",
        kind=Kind.FEATURE,
        topics=tuple(TopicCode(t) for t in topics),
        text=text,
        sources=sources,
        where=Where(file="audio_scripts/bai.md", line=9),
    )


def codes(found: Script, today: date = TODAY) -> list[str]:
    """What is told of one script."""
    return [p.code for p in check_against_plans((found,), (PLAN,), SETTINGS, today=today)]


@pytest.mark.parametrize(
    ("topics", "told"),
    [
        (("ND-A",), []),
        (("HT-G", "ND-D1"), []),
        (("ND-AA",), ["topic-unknown"]),
        (("ND-D",), ["topic-group"]),
        ((), []),
    ],
)
def test_topics_are_those_of_some_plan(topics: tuple[str, ...], told: list[str]) -> None:
    assert codes(script(topics=topics)) == told


def test_the_near_topic_is_offered_and_without_a_plan_nothing_is_asked() -> None:
    wrong = script(topics=("ND-D11",))
    (problem,) = check_against_plans((wrong,), (PLAN,), SETTINGS, today=TODAY)
    assert (str(problem.where), problem.hint) == ("audio_scripts/bai.md:1", "Có phải ý là «ND-D1»?")
    assert check_against_plans((wrong,), (), SETTINGS, today=TODAY) == ()


@pytest.mark.parametrize(
    "said",
    [
        "Theo Nghị định 61/2018 của Chính phủ.",
        "Theo Nghị định số 61/2018/NĐ-CP ngày 23/4/2018.",
        "theo nghị định 61/2018/nđ-cp",
        "Căn cứ 61/2018/NĐ-CP.",
        "Theo Luật Ban hành văn bản quy phạm pháp luật năm 2015.",
        "Theo Luật Ban hành văn bản quy phạm pháp luật 2015.",
    ],
)
def test_a_replaced_document_in_the_words_is_told_at_its_line(said: str) -> None:
    (problem,) = check_against_plans((script(f"Kính thưa bà con.\n\n{said}"),), (PLAN,), SETTINGS, today=TODAY)
    assert problem.code == "document-superseded"
    assert problem.where.line == 11
    assert "Nghị định 118/2025/NĐ-CP từ 01/07/2025" in problem.message


@pytest.mark.parametrize(
    "said",
    [
        "Theo Nghị định 161/2018 của Chính phủ.",
        "Theo Nghị định 61/20181.",
        "Theo Quyết định 61/2018/QĐ-UBND.",
        "Ngày 6/1/2018.",
        "Theo Luật Ban hành văn bản quy phạm pháp luật năm 2025.",
        "Theo Nghị định 107/2021/NĐ-CP.",
        "Theo Nghị định 118/2025/NĐ-CP.",
    ],
)
def test_other_documents_are_left_alone(said: str) -> None:
    assert codes(script(said)) == []


def test_a_source_counts_and_the_day_of_airing_decides() -> None:
    cites = script(sources=("Nghị định 61/2018/NĐ-CP ngày 23/4/2018 của Chính phủ (mức B)",))
    assert codes(cites) == ["document-superseded"]
    assert codes(cites, date(2025, 6, 30)) == []
    assert codes(cites, date(2025, 7, 1)) == ["document-superseded"]
    assert codes(replace(cites, valid_until=date(2024, 12, 31))) == []
    late = check_against_plans(
        (cites,), (PLAN,), SETTINGS, today=date(2025, 6, 1), airing_days={cites.id: date(2025, 7, 3)}
    )
    assert [p.code for p in late] == ["document-superseded"]
    assert "03/07/2025" in late[0].message


def test_one_document_named_ten_times_is_told_once() -> None:
    assert codes(script("Nghị định 61/2018.\n" * 10)) == ["document-superseded"]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, []),
        ({"signer": ""}, ["signer-missing"]),
        ({"addressees": ()}, ["addressee-missing"]),
        ({"valid_until": date(2026, 2, 28)}, ["identity-gap-today"]),
        ({"valid_from": date(2026, 3, 2)}, ["identity-gap-today"]),
        ({"ward": "phường " + "rất dài " * 700, "signer": ""}, ["signer-missing"]),
    ],
)
def test_what_the_paper_would_lack_is_told(changes: dict[str, object], told: list[str]) -> None:
    settings = Settings(identities=(replace(ME, **changes),), zones=())  # type: ignore[arg-type]  # its own fields
    found = check_against_plans((), (PLAN,), settings, today=TODAY)
    assert [p.code for p in found] == told
    assert all(len(p.message) < 250 for p in found)
