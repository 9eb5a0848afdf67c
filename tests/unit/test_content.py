"""The shipped content: what is said, how long it is, where it comes from, and that the year's calendar is carried whole."""

import csv
import re
from collections import Counter
from collections.abc import Mapping
from datetime import date, time
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from broadcaster.adapters import calendar_xlsx
from broadcaster.adapters.station_reader import FolderReader
from broadcaster.domain.calendar import OnDates, Rotation, Slot
from broadcaster.domain.problems import Severity
from broadcaster.domain.rotation import covers
from broadcaster.domain.scripts import FRAME_KINDS, Kind, Script
from broadcaster.domain.spoken import Kind as Sureness
from broadcaster.domain.spoken import read
from broadcaster.ports import StationFiles

STATION = Path(__file__).parents[2]
GOLDEN_CALENDAR = STATION / "tests" / "golden" / "calendar-2024.csv"
WORKBOOK = "schedules/lich-2024.xlsx"
PLAN = STATION / "schedules" / "plans" / "ke-hoach-172.yaml"

TOPICS = ("ND-A", "ND-B", "ND-C", "ND-D1", "ND-D2", "ND-D3", "ND-D4", "ND-D5", "ND-D6", "ND-DD", "ND-E", "ND-G", "ND-H")
SYLLABLES = {Kind.FEATURE: (450, 650), Kind.REMINDER: (130, 170), Kind.EMERGENCY: (50, 130)}
LONGEST_FRAME = 60
LONGEST_SENTENCE = 25
PLACES = ("dichvucong.gov.vn", "trụ sở Ủy ban nhân dân phường", "Công an phường")
A_FILLED_BLANK = "một hai ba bốn"
NAMES_IN_CAPITALS = {"VNeID", "PAR", "INDEX", "SIPAS"}
LAST_DAY_OF_THE_OLD_WARD = date(2025, 6, 30)
FIRST_DAY_OF_STANDING_RULES = date(2025, 1, 1)

NOT_TO_BE_SAID = {
    "a lower fee for filing online": (
        r"giảm (phí|lệ phí|tiền)|lệ phí[^.]*\bgiảm\b|nộp[^.]*(trực tuyến|trên mạng)[^.]*\b(giảm|rẻ)\b",
        "Bà con nộp trên mạng thì được giảm một nửa lệ phí.",
    ),
    "a number of days for an answer": (
        r"trả lời[^.]{0,40}\b(\d+|một|hai|ba|năm|bảy|mười|mười lăm|hai mươi) ngày",
        "Phường sẽ trả lời trong vòng 20 ngày.",
    ),
    "the 1022 line": (r"1022", "Gọi 1022."),
    "the portal's switchboard, not yet called": (r"1800 ?1096", "Gọi số 1800 1096."),
    "telephones of the province that have to be checked": (r"0296|3957", "Gọi 0296.3957.006."),
    "the time limit of a complaint": (r"thời hiệu|90 ngày|chín mươi ngày", "Bà con có 90 ngày để khiếu nại."),
    "registry fees not checked against the notice board": (r"8\.000", "Khai sinh trễ nộp 8.000 đồng."),
    "the province's rank": (
        r"81,32|thấp nhất (trong )?(cả nước|ba tỉnh)|\bhạng \d+|cuối bảng|69,63",
        "Năm 2018 tỉnh xếp hạng 8.",
    ),
    "figures of other wards": (r"6\.759|hơn 800|800 hồ sơ", "Nơi đó nhận 6.759 hồ sơ."),
    "when the portal was opened": (r"09/12/2019|9 tháng 12 năm 2019", "Cổng mở ngày 9 tháng 12 năm 2019."),
    "the retired levels as if in use": (r"mức (độ )?[34]\b", "Thủ tục này ở mức 4."),
}
"""What no source of level A or B says, or what only the ward's leaders may release; each with a sentence that would say it."""
NAMED_ONLY = ("1655", "3037", "664", "số 04", "số 207", "2153", "số 96", "số 91", "số 50", "số 94", "số 403")
"""Documents nobody could read: their names may be said, and the shipped texts do not need even that."""


@cache
def station() -> StationFiles:
    """The sample station as the program reads it."""
    return FolderReader(STATION).read()


def scripts() -> Mapping[str, Script]:
    return {str(ident): script for ident, script in station().scripts.items()}


def ids(*kinds: Kind) -> list[str]:
    return sorted(ident for ident, script in scripts().items() if script.kind in kinds)


def is_for_any_year(script: Script) -> bool:
    return script.valid_until is None or script.valid_until >= date(2030, 12, 31)


def as_heard(text: str) -> str:
    """The text with its blanks filled by something short."""
    return re.sub(r"\{[^{}]+\}", A_FILLED_BLANK, text)


def sentences(text: str) -> list[str]:
    return [s for line in as_heard(text).split("\n") for s in re.split(r"(?<=[.!?:;])\s+", line) if s.strip()]


def dated_rows() -> tuple[Slot, ...]:
    part, problems = calendar_xlsx.read(STATION / WORKBOOK, WORKBOOK)
    assert problems == ()
    return part.slots


def golden_rows() -> list[dict[str, str]]:
    with GOLDEN_CALENDAR.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@cache
def plan() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(PLAN.read_text(encoding="utf-8"))
    return found


ALL = sorted(p.stem for p in (STATION / "audio_scripts").glob("*.md"))


def test_the_sample_station_has_no_error() -> None:
    assert [p for p in station().problems if p.severity is Severity.ERROR] == []


def test_every_file_is_read_as_a_script_under_its_own_name() -> None:
    assert sorted(scripts()) == ALL
    assert len(ALL) >= 60


@pytest.mark.parametrize("ident", ALL)
def test_length_in_spoken_syllables(ident: str) -> None:
    script = scripts()[ident]
    low, high = (1, LONGEST_FRAME) if script.kind in FRAME_KINDS else SYLLABLES[script.kind]
    assert low <= read(as_heard(script.text)).syllables <= high


@pytest.mark.parametrize("ident", ALL)
def test_no_sentence_is_too_long_for_an_ear(ident: str) -> None:
    long = [s for s in sentences(scripts()[ident].text) if read(s).syllables > LONGEST_SENTENCE]
    assert long == []


@pytest.mark.parametrize("ident", ALL)
def test_nothing_is_left_to_guess_in_reading(ident: str) -> None:
    unsure = {Sureness.GUESSED, Sureness.UNKNOWN}
    assert [span.written for span in read(as_heard(scripts()[ident].text)).spans if span.kind in unsure] == []


@pytest.mark.parametrize("ident", ALL)
def test_text_is_written_for_the_ear(ident: str) -> None:
    text = scripts()[ident].text
    assert re.findall(r"[/…%()\[\]&+*#_]|\.\.\.", re.sub(r"\{[^{}]+\}", "", text)) == []
    capitals = set(re.findall(r"\b[^\W\d_]*[A-ZĐÂÊÔƠƯĂ]{2,}[^\W\d_]*\b", text))
    assert capitals <= NAMES_IN_CAPITALS


@pytest.mark.parametrize("claim", NOT_TO_BE_SAID, ids=lambda c: c.replace(" ", "-"))
def test_claims_without_a_source_are_not_made(claim: str) -> None:
    pattern, would_say_it = NOT_TO_BE_SAID[claim]
    finder = re.compile(pattern, re.IGNORECASE)
    assert finder.search(would_say_it)
    assert {ident: m.group() for ident, s in scripts().items() if (m := finder.search(s.text))} == {}


def test_documents_nobody_could_read_are_not_told() -> None:
    numbers = re.compile("|".join(rf"\b{n}\b" for n in NAMED_ONLY))
    assert {ident: m.group() for ident, s in scripts().items() if (m := numbers.search(s.text))} == {}


@pytest.mark.parametrize("ident", ALL)
def test_every_script_names_its_sources_and_its_author(ident: str) -> None:
    script = scripts()[ident]
    assert script.author
    assert script.sources
    assert all(re.search(r"\(mức [AB]\)$|^Báo cáo, văn bản của phường đã ký", source) for source in script.sources)


@pytest.mark.parametrize("ident", ids(Kind.FEATURE, Kind.REMINDER))
def test_validity_and_the_ward_s_name_go_together(ident: str) -> None:
    """The ward of the plan was merged on 01/07/2025: its name is not heard after that, and any-year texts name no ward."""
    script = scripts()[ident]
    assert script.valid_from is not None
    if is_for_any_year(script):
        assert script.valid_from >= FIRST_DAY_OF_STANDING_RULES
        assert "Mỹ Thạnh" not in script.text
    else:
        assert script.valid_until is not None
        assert script.valid_until <= LAST_DAY_OF_THE_OLD_WARD


@pytest.mark.parametrize("ident", ids(Kind.FEATURE))
def test_a_segment_greets_says_one_thing_to_do_repeats_the_address_and_thanks(ident: str) -> None:
    text = scripts()[ident].text
    assert text.startswith("Kính thưa bà con và cô bác")
    assert "huyên mục" in text
    assert re.search(r"việc bà con có thể làm|Hôm nay bà con có thể làm", text, re.IGNORECASE)
    assert "Xin nhắc lại" in text
    assert "ảm ơn" in text.split("\n")[-1]
    assert any(text.count(place) >= 2 for place in PLACES)


@pytest.mark.parametrize("topic", TOPICS)
def test_every_topic_of_the_plan_is_spoken_in_2024_and_in_any_year(topic: str) -> None:
    mine = [s for s in scripts().values() if s.kind is Kind.FEATURE and topic in s.topics]
    assert any(not is_for_any_year(s) for s in mine)
    assert any(is_for_any_year(s) for s in mine)


def test_standing_reminders_in_2024_and_in_any_year() -> None:
    reminders = [s for s in scripts().values() if s.kind is Kind.REMINDER and "HT-G" in s.topics]
    assert sum(not is_for_any_year(s) for s in reminders) == 3
    assert sum(is_for_any_year(s) for s in reminders) >= 3


def test_blanks_are_keys_of_station_toml_and_all_empty() -> None:
    used = {b for s in scripts().values() for b in s.blanks if s.kind is not Kind.EMERGENCY}
    known = station().settings.blanks
    assert used == set(known)
    assert {name for name, value in known.items() if value} == set()


def test_results_of_the_ward_are_blanks_only() -> None:
    for ident, script in scripts().items():
        if "ND-DD" in script.topics:
            assert len(script.blanks) >= 8, ident
            numbers = re.findall(r"\d+", re.sub(r"\{[^{}]+\}", "", script.text))
            assert set(numbers) <= {"172"}, ident


def test_only_these_wait_for_the_ward_s_own_facts() -> None:
    waiting = [ident for ident, s in scripts().items() if s.blanks and s.kind is not Kind.EMERGENCY]
    assert sorted(waiting) == [
        "nd-c-tiep-cong-dan",
        "nd-dd-ca-nam",
        "nd-dd-chin-thang",
        "nd-dd-ket-qua-trong-ky",
        "nd-dd-sau-thang",
        "nd-h-loi-cam-on",
        "nd-h-phan-anh-ky-nghi",
        "nd-h-phuong-da-tra-loi",
    ]


def test_emergency_templates_hold_nothing_that_only_the_hour_of_need_knows() -> None:
    templates = [scripts()[ident] for ident in ids(Kind.EMERGENCY)]
    assert len(templates) >= 6
    for script in templates:
        assert len(script.blanks) >= 4, script.id
        assert "người hoặc số điện thoại liên hệ" in script.blanks, script.id
        assert re.findall(r"\d", re.sub(r"\{[^{}]+\}", "", script.text)) == [], script.id
        assert script.topics == ()
        assert [p for p in station().problems if p.where.file == f"audio_scripts/{script.id}.md"] == []


def test_the_workbook_carries_the_calendar_of_2024_row_by_row() -> None:
    golden = Counter(
        (date.fromisoformat(r["ngay"]), time.fromisoformat(r["gio"]), r["tieu_de_tam"]) for r in golden_rows()
    )
    written = Counter(
        (day, slot.times[0], slot.title)
        for slot in dated_rows()
        for rule in slot.days
        if isinstance(rule, OnDates)
        for day in rule.dates
    )
    assert written == golden
    assert sum(golden.values()) == 299


def test_moves_and_cancellations_of_2024_keep_their_reason() -> None:
    rows = {(s.days[0].dates[0], s.times[0]): s for s in dated_rows() if isinstance(s.days[0], OnDates)}
    for golden in golden_rows():
        slot = rows[date.fromisoformat(golden["ngay"]), time.fromisoformat(golden["gio"])]
        moved = re.match(r"dời từ (\d\d)/(\d\d)", golden["ghi_chu"])
        assert slot.moved_from == (date(2024, int(moved[2]), int(moved[1])) if moved else None)
        assert bool(slot.note) == bool(moved)
        assert (slot.cancelled is not None) == golden["ghi_chu"].startswith("HỦY")
        if slot.cancelled is not None:
            assert "Quốc tang" in slot.cancelled


def test_every_row_of_2024_airs_a_script_of_its_topic_within_its_validity() -> None:
    topics = {(r["ngay"], r["gio"]): r["ma_noi_dung"] for r in golden_rows()}
    for slot in dated_rows():
        assert isinstance(slot.content, str)
        script = scripts()[slot.content]
        for rule in slot.days:
            assert isinstance(rule, OnDates)
            for day in rule.dates:
                assert topics[day.isoformat(), f"{slot.times[0]:%H:%M}"] in script.topics
                assert script.valid_on(day), (slot.content, day)


def test_one_title_one_script_in_2024() -> None:
    by_title: dict[str, set[object]] = {}
    for slot in dated_rows():
        by_title.setdefault(slot.title, set()).add(slot.content)
    assert all(len(contents) == 1 for contents in by_title.values())
    assert len({str(c) for contents in by_title.values() for c in contents}) == len(by_title) == 47


def test_standing_rules_begin_where_the_dated_calendar_ends() -> None:
    standing = [s for s in station().calendar.slots if not all(isinstance(rule, OnDates) for rule in s.days)]
    assert standing
    assert all(s.valid_from == FIRST_DAY_OF_STANDING_RULES and s.valid_until is None for s in standing)


@pytest.mark.parametrize("year", [2025, 2026, 2027, 2030, 2040])
def test_the_standing_calendar_has_something_to_say_every_year(year: int) -> None:
    day = date(year, 12, 1)
    fit = [s for s in scripts().values() if s.valid_on(day) and not s.blanks]
    calendar = station().calendar
    contents = [*(slot.content for slot in calendar.slots), *(p for g in calendar.programmes.values() for p in g.parts)]
    rotations = [content for content in contents if isinstance(content, Rotation)]
    assert rotations
    for rotation in rotations:
        chosen = {
            s.id
            for s in fit
            if s.kind in rotation.kinds and any(covers(topic, tag) for topic in rotation.topics for tag in s.topics)
        }
        assert len(chosen) >= (3 if rotation.topics == ("HT-G",) else 8)
    assert len({t for s in fit for t in s.topics}) >= 8


def test_what_is_tied_to_a_season_is_never_picked_by_rotation() -> None:
    calendar = station().calendar
    contents = [*(slot.content for slot in calendar.slots), *(p for g in calendar.programmes.values() for p in g.parts)]
    seasonal = [s for s in scripts().values() if is_for_any_year(s) and re.search(r"Sắp tới|tuần này|năm nay", s.text)]
    assert [s.id for s in seasonal] == ["nhac-truoc-ngay-le"]
    for rotation in (content for content in contents if isinstance(content, Rotation)):
        for script in seasonal:
            heard = any(covers(topic, tag) for topic in rotation.topics for tag in script.topics)
            assert not (heard and script.kind in rotation.kinds)


def test_scripts_carry_only_topics_and_fields_of_the_plan() -> None:
    topics = {x["ma"] for x in plan()["noi_dung"]} | {x["ma"] for x in plan()["hinh_thuc"]}
    fields = {x["ten"] for x in plan()["linh_vuc"]}
    assert {t for s in scripts().values() for t in s.topics} <= topics
    assert {f for s in scripts().values() for f in s.fields} == fields
    assert len(fields) == 6


def test_the_plan_is_whole_and_its_references_lead_somewhere() -> None:
    found = plan()
    counts = {"noi_dung": 14, "hinh_thuc": 5, "nhiem_vu": 8, "chi_tieu": 2, "van_ban": 30, "loi_in": 14}
    assert {key: len(found[key]) for key in counts} == counts
    documents = {x["ma"] for x in found["van_ban"]}
    parents = {x["ma"] for x in found["noi_dung"]}
    targets = {x["ma"] for x in found["chi_tieu"]}
    assert all(set(x.get("van_ban", ())) <= documents for x in found["noi_dung"])
    assert all(x.get("cha", "ND-D") in parents for x in found["noi_dung"])
    assert all(set(x.get("chi_tieu", ())) <= targets for x in found["nhiem_vu"])
    assert sum(x.get("chi_neu_ten") == "có" for x in found["van_ban"]) == 11
    assert found["ke_hoach"]["can_cu"] in documents


def test_the_ward_s_own_quota_says_whose_it_is_and_equals_the_calendar() -> None:
    quota = plan()["dinh_muc_phuong"]
    planned = Counter(r["ma_noi_dung"] for r in golden_rows() if not r["ghi_chu"].startswith("HỦY"))
    assert quota["nguon"] == "phường tự đặt"
    assert quota["luot_phat"] == dict(planned)
    assert quota["tong_luot_phat"] == planned.total() == 296
