"""What holds for every number, date, time and text, not only for the cases someone thought of."""

import datetime as dt
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadcaster.domain.spoken import SOUTHERN, Kind, read, read_line, residue
from broadcaster.domain.spoken.numbers import cardinal, decimal, roman, spell_digits
from broadcaster.domain.spoken.syllables import LETTERS, is_syllable
from tests.unit.spoken.oracle import naive, value

DAYS = st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31))
PLAIN = ["phường", "thông", "báo", "kính", "mời", "bà", "con", "khóm", "đến", "họp", "dân", "Mỹ", "Thạnh", "Long", "Xuyên", "hòa", "hoà",
         "thủy", "thuỷ", "quý", "vị", "nghiêng", "khuya", "giữ", "gìn", "quốc", "yêu", "ý", "chuyện", "Ủy", "Đảng"]  # fmt: skip
SCRAPS = ["UBND", "NĐ-CP", "12/3", "/2024", "7h30", "3,5%", "0296.3831234", "II", "a)", "TT.", "P.", "1.250.000", "đ", "km/h", "@", ".vn",
          "–", "-", "(", ")", "[[", "]]", "nhắc lại:", "số", "ngày", "từ", "đến", "\n", "  ", "½", "m²", "°C", "😀", "\u0301", "ﬁ", "Ⅳ"]  # fmt: skip


@given(st.integers(0, 10**12))
def test_every_number_goes_to_words_and_back(n: int) -> None:
    assert value(cardinal(n)) == n
    assert value(cardinal(n, SOUTHERN)) == n


@given(st.integers(0, 999_999))
def test_numbers_agree_with_the_school_rule(n: int) -> None:
    assert cardinal(n) == naive(n)


@given(st.integers(0, 10**12))
def test_a_written_number_is_read_with_and_without_its_dots(n: int) -> None:
    dotted = f"{n:,}".replace(",", ".")
    assert value(read_line(f"tổng cộng {dotted} đồng").removeprefix("tổng cộng ").removesuffix(" đồng")) == n


def test_every_number_below_ten_thousand() -> None:
    for n in range(10_000):
        assert cardinal(n) == naive(n)
        assert value(cardinal(n)) == n


@given(
    DAYS,
    st.sampled_from(
        ["{0.day}/{0.month}/{0.year}", "{0:%d/%m/%Y}", "{0.day}-{0.month}-{0.year}", "{0:%d.%m.%Y}", "{0:%d / %m/%Y}"]
    ),
)
def test_every_date_goes_to_words_and_back(day: dt.date, shape: str) -> None:
    said = read_line("ngày " + shape.format(day)).split(" tháng ")
    number, (month, year) = (
        said[0].removeprefix("ngày "),
        said[1].split(" năm ", 1) if day.month != 5 else ("năm", said[1][8:]),
    )
    assert (value(number), value(month), value(year)) == (day.day, day.month, day.year)


@pytest.mark.parametrize(
    "shape", ["{h}h{m:02d}", "{h:02d}:{m:02d}", "{h} giờ {m:02d} phút", "{h}g{m:02d}", "{h}h{m:02d}'"]
)
def test_every_time_of_the_day(shape: str) -> None:
    for hour in range(24):
        for minute in range(60):
            said = read_line("lúc " + shape.format(h=hour, m=minute)).removeprefix("lúc ")
            hours, _, minutes = said.partition(" giờ")
            assert value(hours) == hour
            assert (value(minutes.removesuffix(" phút").strip()) if minutes.strip() else 0) == minute


@given(st.integers(1, 3999))
def test_roman_numerals_have_the_value_of_their_letters(n: int) -> None:
    text, rest = "", n
    for size, letters in ((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"),
                          (9, "IX"), (5, "V"), (4, "IV"), (1, "I")):  # fmt: skip
        text, rest = text + letters * (rest // size), rest % size
    assert roman(text) == n


def test_malformed_roman_numerals_have_no_value() -> None:
    for text in ("", "IIII", "VV", "IC", "XM", "ABC", "iv", "I" * 40):
        assert roman(text) is None


@given(st.text(max_size=80))
def test_any_text_is_read_without_an_error_and_only_in_syllables(text: str) -> None:
    reading = read(text)
    assert not residue(reading.words)
    assert read(reading.words).words == reading.words
    for span in reading.spans:
        assert text[span.start : span.end] == span.written


@given(
    st.lists(st.sampled_from(PLAIN + SCRAPS), max_size=14).map(" ".join)
    | st.lists(st.sampled_from(PLAIN + SCRAPS), max_size=10).map("".join)
)
@settings(max_examples=300)
def test_scraps_of_documents_in_any_order_are_read(text: str) -> None:
    line = read_line(text)
    assert "\n" not in line
    assert not residue(line)
    assert read_line(line) == line
    words = read(text).words
    assert not residue(words)
    assert read(words).words == words


@given(st.lists(st.sampled_from(PLAIN), min_size=1, max_size=30))
def test_plain_words_are_never_changed(words: list[str]) -> None:
    text = " ".join(words)
    reading = read(text)
    assert reading.words == text
    assert {span.kind for span in reading.spans} == {Kind.PLAIN}
    assert reading.syllables == len(words)


@given(st.lists(st.sampled_from([*PLAIN, "UBND", "12/3/2024", "Nghị", "định", "CCHC"]), min_size=1, max_size=12))
def test_composed_and_decomposed_text_read_the_same(words: list[str]) -> None:
    text = " ".join(words)
    assert read(unicodedata.normalize("NFD", text)).words == read(unicodedata.normalize("NFC", text)).words


@pytest.mark.parametrize("scrap", ["1", "1.", "1/", "a", "A-", "(0", "0 ", "I ", "- ", "\n", "[[nhắc lại: ", "…", "km/", "a@", "a.vn", "UBND-",
                                   "e\u0301", "😀", "'", "TT. ", "P.", "CCHC (", ".000", "1 000 "])  # fmt: skip
def test_a_long_run_of_one_scrap_is_read_to_its_end(scrap: str) -> None:
    text = (scrap * 20_000)[:20_000]
    assert not residue(read(text).words)
    assert not residue(read_line(text))


def test_letters_and_digits_have_speakable_names() -> None:
    for name in LETTERS.values():
        assert all(is_syllable(word) for word in name.split())
    assert spell_digits("0a9") == "không chín"
    assert decimal(1, "05") == "một phẩy không năm"
    assert decimal(1, "125") == "một phẩy một hai năm"
    assert cardinal(-5) == "âm năm"
