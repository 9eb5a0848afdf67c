"""What people type into a field: every accepted spelling, every refused one with its reason, and no crash on anything."""

import unicodedata
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadcaster.adapters import day_fields, fields
from broadcaster.adapters.day_fields import (
    WEEKDAY_NAMES,
    parse_date,
    parse_dates,
    parse_lunar,
    parse_monthday,
    parse_nth_weekday,
    parse_weekday,
    parse_weekdays,
)
from broadcaster.adapters.fields import (
    ExceptionVerb,
    FieldError,
    parse_bool,
    parse_duration_s,
    parse_exception_verb,
    parse_holiday_policy,
    parse_int,
    parse_kind,
    parse_number,
    parse_priority,
    parse_start_rule,
    parse_time,
    parse_times,
    parse_zones,
    split_list,
)
from broadcaster.domain.calendar import HolidayPolicy, OnLunar, OnNthWeekday, Priority, StartRule, Weekday
from broadcaster.domain.folding import closest, did_you_mean, fold, fold_id
from broadcaster.domain.problems import Severity, Where
from broadcaster.domain.scripts import Kind

MON_TO_FRI = frozenset(Weekday) - {Weekday.SATURDAY, Weekday.SUNDAY}


def cell(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """A moment as a workbook holds it: it knows no zone."""
    return datetime(year, month, day, hour, minute)  # noqa: DTZ001 - that is what openpyxl gives


def refused(parse: Callable[[object], object], raw: object) -> FieldError:
    """The error a value must give."""
    with pytest.raises(FieldError) as caught:
        parse(raw)
    return caught.value


@pytest.mark.parametrize("name", ["Tiêu đề", "tieu_de", "TIEU DE", "tiêu-đề ", unicodedata.normalize("NFD", "Tiêu Đề")])
def test_one_field_in_any_spelling(name: str) -> None:
    assert fold(name) == "tieude"


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert fold_id(fold_id(text)) == fold_id(text)
    assert fold(text) == fold(unicodedata.normalize("NFD", text))


def test_plain_ids() -> None:
    assert fold_id("Một cửa là gì?") == "mot-cua-la-gi"
    assert fold_id("ND_D2  một cửa") == "nd-d2-mot-cua"


def test_the_closest_name_is_offered_only_when_near() -> None:
    assert closest("tieu_dee", ["tieu_de", "tac_gia"]) == "tieu_de"
    assert closest("Tác giả", ["tieu_de", "tac_gia"]) == "tac_gia"
    assert closest("zzzz", ["tieu_de", "tac_gia"]) is None
    assert did_you_mean("zzzz", ["tieu_de"]) == ""
    assert "«tac_gia»" in did_you_mean("tacgja", ["tieu_de", "tac_gia"])


@pytest.mark.parametrize(
    "raw",
    [
        "05/03/2024", "5/3/2024", "05-03-2024", "5.3.2024", " 05/03/2024 ", "2024-03-05", "2024-3-5", "2024-03-05 00:00:00",
        "ngày 5 tháng 3 năm 2024", "NGÀY 5 THÁNG 3 NĂM 2024", "ngày 05/03/2024", "“05/03/2024”", "05 / 03 / 2024",
        "05–03–2024", unicodedata.normalize("NFD", "ngày 5 tháng 3 năm 2024"),
        date(2024, 3, 5), cell(2024, 3, 5),
    ],
)  # fmt: skip
def test_dates_that_are_read(raw: object) -> None:
    assert parse_date(raw) == date(2024, 3, 5)


@pytest.mark.parametrize(
    ("raw", "code", "hint"),
    [
        ("05/24/2024", "date-order", "24/05/2024"),
        ("31/4/2024", "date-impossible", "từ 1 đến 30"),
        ("29/02/2023", "date-impossible", "không nhuận"),
        ("0/5/2024", "date-impossible", "từ 1 đến 31"),
        ("05/13/2024", "date-order", "13/05/2024"),
        ("40/40/2024", "date-order", "ngày/tháng/năm"),
        ("5/3/24", "date-year", "5/3/2024"),
        ("5/3", "date-format", "cả năm"),
        ("05/03/0024", "date-year", "1990"),
        ("05/03/9024", "date-year", "2199"),
        ("", "date-format", "ngày/tháng/năm"),
        ("mai", "date-format", "ngày/tháng/năm"),
        (45356, "date-format", "Định dạng ô"),
        (None, "date-format", "ngày/tháng/năm"),
        (True, "date-format", "Định dạng ô"),
    ],
)
def test_dates_that_are_refused(raw: object, code: str, hint: str) -> None:
    wrong = refused(parse_date, raw)
    assert wrong.code == code
    assert hint in wrong.hint


@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2199, 12, 31)))
def test_every_date_is_read_back(day: date) -> None:
    assert parse_date(f"{day:%d/%m/%Y}") == day
    assert parse_date(day.isoformat()) == day
    assert parse_date(f"ngày {day.day} tháng {day.month} năm {day.year}") == day


def test_several_dates_keep_their_order_once() -> None:
    assert parse_dates("05/03/2024; 06/03/2024, 05/03/2024") == (date(2024, 3, 5), date(2024, 3, 6))
    assert refused(parse_dates, " ; ").code == "date-missing"


@pytest.mark.parametrize(
    "raw",
    [
        "06:05", "6:05", "6h05", "06h05", "6H05", "6g05", "6 giờ 5", "6 giờ 05", "6 giờ 05 phút", "6 GIỜ 5 PHÚT", "06:05:00",
        "“06:05”", unicodedata.normalize("NFD", "6 giờ 5"), time(6, 5), 365 / 1440, cell(1899, 12, 30, 6, 5),
        timedelta(hours=6, minutes=5), time(6, 4, 59, 999_999),
    ],
)  # fmt: skip
def test_times_that_are_read(raw: object) -> None:
    assert parse_time(raw) == time(6, 5)


def test_half_and_whole_hours() -> None:
    assert parse_time("6 giờ rưỡi") == time(6, 30)
    assert parse_time("17h") == time(17)
    assert parse_time("0 giờ") == time(0)


@pytest.mark.parametrize(
    ("raw", "code", "hint"),
    [
        ("25:00", "time-impossible", "23:59"),
        ("24:00", "time-impossible", "00:00"),
        ("17h60", "time-impossible", "23:59"),
        ("17h3", "time-format", "17:03 hay 17:30"),
        ("5:7", "time-format", "05:07?"),
        ("6:", "time-format", "06:05"),
        ("5 giờ chiều", "time-format", "17:00"),
        ("6:30 PM", "time-format", "24 giờ"),
        ("6.30", "time-format", "6:30"),
        ("6,30", "time-format", "6:30"),
        ("06:05:30", "time-format", "giây"),
        (time(6, 5, 30), "time-format", "giây"),
        (cell(2024, 3, 5, 6, 5), "time-format", "24 giờ"),
        (timedelta(days=1), "time-impossible", "23:59"),
        (6, "time-format", "24 giờ"),
        (1.5, "time-format", "24 giờ"),
        (float("nan"), "time-format", "24 giờ"),
        ("", "time-format", "24 giờ"),
        (None, "time-format", "24 giờ"),
    ],
)
def test_times_that_are_refused(raw: object, code: str, hint: str) -> None:
    wrong = refused(parse_time, raw)
    assert wrong.code == code
    assert hint in wrong.hint


@given(st.times())
def test_every_minute_is_read_back(moment: time) -> None:
    whole = moment.replace(second=0, microsecond=0)
    spellings = (f"{whole:%H:%M}", f"{whole.hour}h{whole.minute:02d}", f"{whole.hour} giờ {whole.minute} phút")
    assert {parse_time(text) for text in spellings} == {whole}
    assert parse_time((whole.hour * 60 + whole.minute) / 1440) == whole


def test_several_times() -> None:
    assert parse_times("06:05, 17h05; 18 giờ") == (time(6, 5), time(17, 5), time(18))
    assert parse_times(time(6, 5)) == (time(6, 5),)
    assert refused(parse_times, "06:05, 6h05").code == "time-repeated"
    assert refused(parse_times, "").code == "time-missing"


@pytest.mark.parametrize(
    ("raw", "seconds"),
    [
        ("5 phút", 300), ("5 PHÚT", 300), ("5p", 300), ("90 giây", 90), ("90s", 90), ("1 giờ 30 phút", 5400), ("1h30p", 5400),
        ("1,5 phút", 90), ("1.5 phút", 90), ("30", 30), ("2,5", 2.5), (30, 30), (2.5, 2.5), (timedelta(minutes=2), 120),
        ("0", 0), ("24 giờ", 86400),
    ],
)  # fmt: skip
def test_durations_that_are_read(raw: object, seconds: float) -> None:
    assert parse_duration_s(raw) == seconds


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("3 tuần", "duration-format"), ("", "duration-format"), ("năm phút", "duration-format"), ("5 phút rưỡi", "duration-format"),
        (None, "duration-format"), (True, "duration-format"), (time(0, 5), "duration-format"),
        ("-3", "duration-range"), ("25 giờ", "duration-range"), (10**400, "duration-range"), (float("nan"), "duration-range"),
    ],
)  # fmt: skip
def test_durations_that_are_refused(raw: object, code: str) -> None:
    assert refused(parse_duration_s, raw).code == code


@pytest.mark.parametrize(
    ("raw", "days"),
    [
        ("thứ Hai", {Weekday.MONDAY}), ("Thứ 2", {Weekday.MONDAY}), ("T2", {Weekday.MONDAY}), ("hai", {Weekday.MONDAY}),
        ("Chủ nhật", {Weekday.SUNDAY}), ("CN", {Weekday.SUNDAY}), ("chu nhat", {Weekday.SUNDAY}),
        ("T2, T4", {Weekday.MONDAY, Weekday.WEDNESDAY}), ("Thứ 2, 4, 6", {Weekday.MONDAY, Weekday.WEDNESDAY, Weekday.FRIDAY}),
        ("2-4-6", {Weekday.MONDAY, Weekday.WEDNESDAY, Weekday.FRIDAY}),
        ("thứ Ba và thứ Năm", {Weekday.TUESDAY, Weekday.THURSDAY}),
        ("thứ Hai-thứ Sáu", MON_TO_FRI), ("thứ Hai - thứ Sáu", MON_TO_FRI), ("T2–T6", MON_TO_FRI), ("thứ 2 đến thứ 6", MON_TO_FRI),
        ("từ thứ Hai tới thứ Sáu", MON_TO_FRI), ("hằng ngày", set(Weekday)), ("Hàng ngày", set(Weekday)),
        ("cuối tuần", {Weekday.SATURDAY, Weekday.SUNDAY}),
        ("thứ Bảy - thứ Hai", {Weekday.SATURDAY, Weekday.SUNDAY, Weekday.MONDAY}),
    ],
)  # fmt: skip
def test_weekdays_that_are_read(raw: str, days: set[Weekday]) -> None:
    assert parse_weekdays(raw) == days


def test_the_names_we_print_are_the_names_we_read() -> None:
    assert [parse_weekday(name) for name in WEEKDAY_NAMES] == list(Weekday)


@pytest.mark.parametrize("raw", ["thứ 8", "T8", "thứ 1", "Monday", "xyz", "thứ Hai - xyz"])
def test_weekdays_that_are_refused(raw: str) -> None:
    assert refused(parse_weekdays, raw).code == "weekday-unknown"


def test_no_weekday_at_all_is_said() -> None:
    assert refused(parse_weekdays, "").code == "weekday-missing"


def test_days_of_the_month() -> None:
    assert [parse_monthday(raw) for raw in ("1", "ngày 15", "mùng 2", 31.0, "cuối", "cuối tháng")] == [
        1,
        15,
        2,
        31,
        -1,
        -1,
    ]
    assert {refused(parse_monthday, raw).code for raw in ("0", "32", "đầu", "")} == {"monthday"}


@pytest.mark.parametrize(
    ("raw", "nth", "weekday"),
    [
        ("thứ Hai đầu tháng", 1, Weekday.MONDAY), ("thứ Ba thứ 2", 2, Weekday.TUESDAY), ("thứ 2 thứ 2", 2, Weekday.MONDAY),
        ("thứ Sáu cuối tháng", -1, Weekday.FRIDAY), ("CN cuối tháng", -1, Weekday.SUNDAY), ("Chủ nhật thứ ba", 3, Weekday.SUNDAY),
        ("thứ Tư tuần 4 hằng tháng", 4, Weekday.WEDNESDAY), ("T6 cuối", -1, Weekday.FRIDAY),
    ],
)  # fmt: skip
def test_nth_weekdays_that_are_read(raw: str, nth: int, weekday: Weekday) -> None:
    assert parse_nth_weekday(raw) == OnNthWeekday(nth=nth, weekday=weekday)


@pytest.mark.parametrize("raw", ["thứ Hai", "đầu tháng", "thứ Ba thứ 5", "", "thứ Hai giữa tháng"])
def test_nth_weekdays_that_are_refused(raw: str) -> None:
    assert refused(parse_nth_weekday, raw).code == "nth-weekday"


@pytest.mark.parametrize(
    ("raw", "day", "month"),
    [
        ("15 hằng tháng", 15, None), ("rằm", 15, None), ("mùng 1 hàng tháng", 1, None), ("10/3", 10, 3),
        ("mùng 10 tháng 3", 10, 3), ("Rằm tháng Giêng", 15, 1), ("23 tháng Chạp", 23, 12), ("rằm tháng 7 âm lịch", 15, 7),
    ],
)  # fmt: skip
def test_lunar_days_that_are_read(raw: str, day: int, month: int | None) -> None:
    assert parse_lunar(raw) == OnLunar(day=day, month=month)


@pytest.mark.parametrize("raw", ["31 hằng tháng", "0/3", "10/13", "10/3/2024", "", "Tết"])
def test_lunar_days_that_are_refused(raw: str) -> None:
    assert refused(parse_lunar, raw).code == "lunar"


def test_enumerations_by_any_spelling() -> None:
    assert [parse_kind(kind.value.upper()) for kind in Kind] == list(Kind)
    assert parse_kind("chuyen_muc") is Kind.FEATURE
    assert [parse_priority(raw) for raw in ("thường", "UU TIEN", "khẩn cấp")] == list(Priority)
    assert [parse_holiday_policy(policy.value) for policy in HolidayPolicy] == list(HolidayPolicy)
    assert [parse_exception_verb(verb.value) for verb in ExceptionVerb] == list(ExceptionVerb)
    assert parse_start_rule("đúng giờ") == (StartRule.AT_ONCE, None)
    assert parse_start_rule("Chờ hết bài") == (StartRule.AFTER_CURRENT, None)
    assert parse_start_rule("trong vòng 3 phút") == (StartRule.WITHIN, 180.0)


@pytest.mark.parametrize(
    ("parse", "raw", "code", "hint"),
    [
        (parse_kind, "chuyện mụcc", "kind-unknown", "«chuyên mục»"),
        (parse_priority, "gấp gáp", "priority-unknown", "khẩn cấp"),
        (parse_holiday_policy, "dời về sao", "holiday-policy-unknown", "«dời về sau»"),
        (parse_exception_verb, "themm", "exception-unknown", "«thêm»"),
        (parse_start_rule, "trong vòng", "start-rule-unknown", "3 phút"),
        (parse_start_rule, "chờ hết bàj", "start-rule-unknown", "«chờ hết bài»"),
        (parse_start_rule, "trong vòng lâu", "duration-format", "5 phút"),
        (parse_bool, "có lẽ", "bool-unknown", "có"),
    ],
)
def test_unknown_words_are_told_with_the_likely_one(
    parse: Callable[[object], object], raw: str, code: str, hint: str
) -> None:
    wrong = refused(parse, raw)
    assert wrong.code == code
    assert hint in wrong.hint


def test_yes_and_no() -> None:
    assert all(parse_bool(raw) for raw in (True, "có", "Bật", "đúng", "TRUE", "x", "1", 1))
    assert not any(parse_bool(raw) for raw in (False, "không", "tắt", "sai", "no", "0", 0))


def test_numbers_stay_within_their_bounds() -> None:
    assert parse_int("2 lần", what="Số lần", low=1, high=9) == 2
    assert parse_number("1,5", what="Số", low=0, high=9) == 1.5
    for raw, code in (("0", "number-range"), ("hai", "number-format"), ("1,5", "number-format"), (True, "number-format"),
                      (10**400, "number-range"), (float("nan"), "number-range"), (None, "number-format")):  # fmt: skip
        with pytest.raises(FieldError) as caught:
            parse_int(raw, what="Số lần", low=1, high=9)
        assert caught.value.code == code


def test_zones_are_kept_as_written_and_all_is_empty() -> None:
    assert parse_zones("khom-1, Khóm 2; khom-1") == ("khom-1", "Khóm 2")
    assert parse_zones("Tất cả") == ()
    assert parse_zones(None) == ()
    assert refused(parse_zones, "tất cả, khom-1").code == "zones-mixed"


def test_a_list_in_one_text() -> None:
    assert split_list(" a , b;c\n d ,,") == ("a", "b", "c", "d")
    assert split_list(3.0) == ("3",)
    assert split_list(None) == ()


def test_an_error_becomes_a_problem_at_a_place() -> None:
    where = Where(file="schedules/a.yaml", line=3)
    problem = refused(parse_time, "25:00").problem(where)
    assert (problem.where, problem.severity, problem.code) == (where, Severity.ERROR, "time-impossible")
    assert "25:00" in problem.message


CELLS = st.one_of(
    st.text(), st.integers(), st.floats(), st.booleans(), st.none(), st.dates(), st.datetimes(), st.times(), st.timedeltas(),
    st.text(alphabet="0123456789/-:hg ,.;thứ T26 ngàyhămcuối"),
)  # fmt: skip
PARSERS: list[Callable[[object], object]] = [
    parse_date, parse_dates, parse_time, parse_times, parse_duration_s, parse_weekday, parse_weekdays, parse_monthday,
    parse_nth_weekday, parse_lunar, parse_kind, parse_priority, parse_holiday_policy, parse_exception_verb, parse_start_rule,
    parse_bool, parse_zones,
]  # fmt: skip


@pytest.mark.parametrize("parse", PARSERS, ids=lambda parse: parse.__name__)
def test_nothing_but_a_field_error_ever_leaves(parse: Callable[[object], object]) -> None:
    @given(CELLS)
    def anything(raw: object) -> None:
        told = None
        try:
            parse(raw)
        except FieldError as wrong:
            told = wrong
        assert told is None or (told.code and told.message and told.hint and len(told.message) < 250)

    anything()


def test_every_parser_is_in_the_crash_test() -> None:
    public = {name for module in (fields, day_fields) for name in vars(module) if name.startswith("parse_")}
    assert public - {"parse_int", "parse_number"} == {parse.__name__ for parse in PARSERS}
