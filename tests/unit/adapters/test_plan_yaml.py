"""The plan file: the ward's own plan read whole, and everything a careless person may write in one."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadcaster.adapters.plan_yaml import plan_of, read_plans
from broadcaster.domain.plan import Airable, Plan, Standing, plan_for
from broadcaster.domain.problems import Severity

ROOT = Path(__file__).parents[3]
NAME = "schedules/plans/mau.yaml"

HEAD = """\
phien_ban: 1
ke_hoach:
  ma: kh-1
  so: 01/KH-UBND
  ten: Tuyên truyền
  ngay: 05/01/2025
  co_quan: Ủy ban nhân dân phường Mẫu
  nam_ap_dung: 2025
"""
BODY = """\
noi_dung:
  - {ma: ND-A, in_o: III.1.a, ten: Ý nghĩa, van_ban: [VB-1]}
  - {ma: ND-D, in_o: III.1.d, ten: Nhóm}
  - {ma: ND-D1, cha: ND-D, in_o: III.1.d gạch 1, ten: Luật, phat_loa: một phần}
hinh_thuc:
  - {ma: HT-G, in_o: III.2.g, ten: Lời nhắc, loa: có}
van_ban:
  - {ma: VB-1, loai: Nghị định, so: 61/2018/NĐ-CP, ve: một cửa, dung_o: [ND-A],
     tinh_trang: đã thay, thay_boi: NĐ 118, thay_tu_ngay: 01/07/2025}
chi_tieu:
  - {ma: CT-1, ten: Hồ sơ trực tuyến, gia_tri: "97,5", don_vi: "%"}
nhiem_vu:
  - {ma: NV-1, viec: Phát thanh, chi_tieu: [CT-1]}
dinh_muc_phuong:
  tu: 01/02/2025
  den: 30/11/2025
  luot_phat: {ND-A: 4, HT-G: 6}
  tong_luot_phat: 10
noi_ket: {chuyen_muc: [ND-A, ND-D1], loi_nhac_thuong_xuyen: [HT-G]}
"""


def whole() -> Plan:
    """The good file."""
    plan, problems = plan_of(HEAD + BODY, NAME)
    assert problems == ()
    assert plan is not None
    return plan


def test_the_plan_of_2024_is_read_whole_and_without_a_problem() -> None:
    plans, problems = read_plans(ROOT)
    assert problems == ()
    (plan,) = (p for p in plans if p.number == "172/KH-UBND")
    assert (plan.dated, plan.first, plan.last) == (date(2024, 2, 29), date(2024, 2, 29), date(2024, 12, 31))
    letters = [t.letter for t in plan.topics if t.parent is None]
    assert letters == ["a", "b", "c", "d", "đ", "e", "g", "h"]
    assert [t.code for t in plan.children("ND-D")] == [f"ND-D{n}" for n in range(1, 7)]
    assert len(plan.fields) == 6
    assert [f.printed[-1] for f in plan.forms] == list("abcđg")
    assert len(plan.documents) == 30
    assert sum(d.name_only for d in plan.documents) == 11
    assert len(plan.misprints) == 14
    assert plan.quota is not None
    assert sum(plan.quota.plays.values()) == plan.quota.total_plays == 296
    replaced = {d.number: (d.superseded_by, d.superseded_on) for d in plan.documents if d.number.startswith("61/2018")}
    assert replaced == {"61/2018/NĐ-CP": ("Nghị định 118/2025/NĐ-CP", date(2025, 7, 1))}
    assert plan.topic("ND-DD") is not None
    assert plan.topic("ND-DD").airable is Airable.NEEDS_FIGURES  # type: ignore[union-attr]  # asserted above
    assert [t.value for t in plan.targets] == [100.0, None]


def test_what_is_written_becomes_values() -> None:
    plan = whole()
    assert (plan.first, plan.last) == (date(2025, 1, 1), date(2025, 12, 31))
    assert plan.tags == ("ND-A", "ND-D1", "HT-G")
    assert plan.spoken == ("ND-A", "ND-D1", "HT-G")
    assert plan.documents[0].standing is Standing.SUPERSEDED
    assert plan.targets[0].value == 97.5
    assert plan.quota is not None
    assert plan.quota.source == "phường tự đặt"
    assert plan.name_of("HT-G") == "Lời nhắc"
    assert plan.name_of("lạ") == "lạ"


@pytest.mark.parametrize(
    ("before", "after", "code", "said"),
    [
        ("cha: ND-D,", "cha: ND-DX,", "code-unknown", "ND-DX"),
        ("van_ban: [VB-1]", "van_ban: [VB-11]", "code-unknown", "VB-1"),
        ("chi_tieu: [CT-1]", "chi_tieu: [CT-9]", "code-unknown", "CT-9"),
        ("dung_o: [ND-A]", "dung_o: [ND-Z]", "code-unknown", "ND-Z"),
        ("luot_phat: {ND-A: 4", "luot_phat: {ND-D: 4", "code-unknown", "ND-D"),
        ("chuyen_muc: [ND-A", "chuyen_muc: [ND-AA", "code-unknown", "ND-AA"),
        ("ma: ND-D1,", "ma: ND-A,", "duplicate", "hai lần"),
        ("ma: CT-1, ten", "ma: ND-A, ten", "duplicate", "hai lần"),
        ("ngay: 05/01/2025", "ngay: 31/02/2025", "date-impossible", "31/02/2025"),
        ("ngay: 05/01/2025", "ngay: 073/2022", "date-format", "073/2022"),
        ("thay_tu_ngay: 01/07/2025", "thay_tu_ngay: 2025-13-01", "date-order", "13"),
        ("tinh_trang: đã thay", "tinh_trang: còn hiệu lực", "document-standing", "thay"),
        ("tinh_trang: đã thay", "tinh_trang: hết hạn", "value-unknown", "hết hạn"),
        ("phat_loa: một phần", "phat_loa: được", "value-unknown", "được"),
        ("HT-G: 6", "HT-G: sáu", "number-format", "sáu"),
        ("HT-G: 6", "HT-G: -6", "number-range", "-6"),
        ("tong_luot_phat: 10", "tong_luot_phat: 11", "quota-sum", "10"),
        ("den: 30/11/2025", "den: 30/01/2025", "dates-reversed", "«den»"),
        ("  so: 01/KH-UBND\n", "", "field-missing", "so"),
        ("ke_hoach:", "ke_hoac:", "unknown-field", "ke_hoac"),
        ("phien_ban: 1", "phien_ban: 2", "plan-format", "2"),
        ("  - {ma: HT-G", "  - {ma: ĐÂY LÀ MÃ", "code-unusable", "ĐÂY LÀ MÃ"),
        ("noi_ket: {", "noi_ket: {ghi_chu: a, ", "unknown-field", "ghi_chu"),
    ],
)
def test_a_mistake_is_told_at_its_line(before: str, after: str, code: str, said: str) -> None:
    text = HEAD + BODY
    assert before in text
    changed = text.replace(before, after, 1)
    line = text[: text.index(before)].count("\n") + 1
    _, problems = plan_of(changed, NAME)
    found = [p for p in problems if p.code == code]
    assert found, [p.code for p in problems]
    assert any(said in f"{p.message} {p.hint}" for p in found)
    assert all(p.where.file == NAME and p.severity is Severity.ERROR and p.hint for p in found)
    if code not in ("quota-sum", "field-missing"):
        assert {p.where.line for p in found} & {line, line - 1}


def test_a_close_code_is_offered() -> None:
    _, problems = plan_of((HEAD + BODY).replace("van_ban: [VB-1]", "van_ban: [VB-I]", 1), NAME)
    assert [p.hint for p in problems if p.code == "code-unknown"] == ["Có phải ý là «VB-1»?"]


def test_a_third_level_of_topics_is_refused() -> None:
    _, problems = plan_of(
        (HEAD + BODY).replace("hinh_thuc:", "  - {ma: ND-D11, cha: ND-D1, ten: Sâu}\nhinh_thuc:"), NAME
    )
    assert [p.code for p in problems] == ["topic-depth"]


def test_two_plans_stand_side_by_side_and_the_one_in_force_answers(tmp_path: Path) -> None:
    folder = tmp_path / "schedules" / "plans"
    folder.mkdir(parents=True)
    (folder / "2025.yaml").write_text(HEAD + BODY, encoding="utf-8")
    later = (HEAD + BODY).replace("kh-1", "kh-2").replace("2025", "2026").replace("01/KH-UBND", "09/KH-UBND")
    (folder / "2026.yaml").write_text(later, encoding="utf-8")
    (folder / "~$2026.yaml").write_text("rác", encoding="utf-8")
    (folder / "ghi-chu.docx").write_bytes(b"PK")
    plans, problems = read_plans(tmp_path)
    assert [p.code for p in plans] == ["kh-1", "kh-2"]
    assert [p.code for p in problems] == ["file-unread"]
    assert plan_for(plans, date(2025, 12, 15), date(2026, 6, 14)) is plans[1]
    assert plan_for(plans, date(2024, 1, 1), date(2024, 2, 1)) is plans[0]
    assert plan_for(plans, date(2030, 1, 1), date(2030, 2, 1)) is plans[1]
    assert plan_for((), date(2030, 1, 1), date(2030, 2, 1)) is None


def test_one_code_for_two_plans_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "schedules" / "plans"
    folder.mkdir(parents=True)
    for name in ("a.yaml", "b.yaml"):
        (folder / name).write_text(HEAD + BODY, encoding="utf-8")
    _, problems = read_plans(tmp_path)
    assert [(p.where.file, p.code) for p in problems] == [("schedules/plans/b.yaml", "duplicate")]


def test_no_folder_is_no_plan(tmp_path: Path) -> None:
    assert read_plans(tmp_path) == ((), ())


def test_long_and_hostile_titles_stay_one_line(tmp_path: Path) -> None:
    folder = tmp_path / "schedules" / "plans"
    folder.mkdir(parents=True)
    title = "Dài " * 1250 + "\u202egnôc iàb\u0007"
    (folder / "a.yaml").write_text(HEAD.replace("ten: Tuyên truyền", f'ten: "{title}"') + BODY, encoding="utf-8")
    (plan,), problems = read_plans(tmp_path)
    assert problems == ()
    assert len(plan.title) > 4990
    assert plan.title.isprintable()


@given(st.text(max_size=60), st.integers(0, len(HEAD + BODY)))
def test_any_edit_gives_a_plan_or_problems_and_never_raises(noise: str, place: int) -> None:
    text = HEAD + BODY
    plan, problems = plan_of(text[:place] + noise + text[place:], NAME)
    assert plan is not None or problems
    assert all(p.where.file == NAME and p.message for p in problems)
