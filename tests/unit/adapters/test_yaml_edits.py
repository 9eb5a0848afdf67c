"""Edits of a YAML text: what an edit does not name keeps every character, whatever hand wrote it."""

import io
import string
import unicodedata

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from broadcaster.adapters.yaml_edits import YamlText, listed, quoted
from broadcaster.errors import InputError

TEXT = """# đầu tệp
khung_gio:
  # trên mục
  - ma: sang      # mã
    gio:   ['06:05']   # giờ

    thu:
      - thứ Hai
      # giữa danh sách
      - thứ Ba
    ghi_chu: |
      hai
      dòng
  - {ma: trua, gio: '11:05'}   # một dòng
  # cuối mục
lich_ngay: []   # chưa có
# cuối tệp
"""


def put(text: str, line: int, key: str, value: str) -> str:
    """One field set."""
    made = YamlText(text)
    found = made.row_at(line)
    assert found is not None
    made.set(found[1], key, value)
    return made.text()


def taken(text: str, line: int, key: str) -> str:
    """One field taken away."""
    made = YamlText(text)
    found = made.row_at(line)
    assert found is not None
    made.unset(found[1], key)
    return made.text()


def added(text: str, section: str, *fields: tuple[str, str]) -> str:
    """One row more."""
    made = YamlText(text)
    made.add_row(section, fields)
    return made.text()


def removed(text: str, line: int) -> str:
    """One row less."""
    made = YamlText(text)
    found = made.row_at(line)
    assert found is not None
    made.remove_row(found[1])
    return made.text()


# --- a field --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "value", "old", "new"),
    [
        ("ma", "som", "ma: sang      # mã", "ma: som      # mã"),
        ("gio", "['06:15']", "gio:   ['06:05']   # giờ", "gio:   ['06:15']   # giờ"),
        (
            "thu",
            "[thứ Tư]",
            "    thu:\n      - thứ Hai\n      # giữa danh sách\n      - thứ Ba\n",
            "      # giữa danh sách\n    thu: [thứ Tư]\n",
        ),
        ("ghi_chu", "một", "ghi_chu: |\n      hai\n      dòng\n", "ghi_chu: một\n"),
        ("phat", "bai", "      dòng\n", "      dòng\n    phat: bai\n"),
    ],
)
def test_a_field_is_set_and_nothing_else(key: str, value: str, old: str, new: str) -> None:
    assert put(TEXT, 4, key, value) == TEXT.replace(old, new, 1)


def test_a_row_on_one_line_stays_on_one_line() -> None:
    assert put(TEXT, 14, "gio", "'11:10'") == TEXT.replace("'11:05'", "'11:10'")
    assert put(TEXT, 14, "phat", "bai") == TEXT.replace("'11:05'}", "'11:05', phat: bai}")
    assert put("khung_gio: [{}]\n", 1, "ma", "a") == "khung_gio: [{ma: a}]\n"


@pytest.mark.parametrize(
    ("line", "key", "old", "new"),
    [
        (4, "ma", "- ma: sang      # mã\n    gio:", "- gio:"),
        (4, "gio", "    gio:   ['06:05']   # giờ\n", ""),
        (4, "thu", "    thu:\n      - thứ Hai\n      # giữa danh sách\n      - thứ Ba\n", ""),
        (4, "ghi_chu", "    ghi_chu: |\n      hai\n      dòng\n", ""),
        (14, "ma", "{ma: trua, gio", "{gio"),
        (14, "gio", "ma: trua, gio: '11:05'", "ma: trua"),
        (14, "khong-co", "", ""),
    ],
)
def test_a_field_is_taken_away_with_its_line(line: int, key: str, old: str, new: str) -> None:
    assert taken(TEXT, line, key) == TEXT.replace(old, new, 1)


def test_the_only_field_of_a_row_stays() -> None:
    with pytest.raises(InputError):
        taken("khung_gio:\n  - ma: a\n", 2, "ma")


def test_keys_are_known_however_they_are_written() -> None:
    text = "Khung giờ:\n  - Mã: a\n    Giờ: '06:05'   # x\n"
    assert put(text, 2, "gio", "'07:05'") == text.replace("06:05", "07:05")


def test_an_empty_value_is_filled_before_its_remark() -> None:
    assert put("khung_gio:\n  - ma: a\n    gio:    # chưa rõ\n", 2, "gio", "'06:05'") == (
        "khung_gio:\n  - ma: a\n    gio: '06:05'    # chưa rõ\n"
    )


# --- a row ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "khung_gio:\n  - ma: x\n    gio: '06:05'\n"),
        ("# chỉ có lời ghi\n", "# chỉ có lời ghi\n\nkhung_gio:\n  - ma: x\n    gio: '06:05'\n"),
        ("khung_gio:\n", "khung_gio:\n  - ma: x\n    gio: '06:05'\n"),
        ("khung_gio: []   # trống\n", "khung_gio:\n  - ma: x\n    gio: '06:05'   # trống\n"),
        ("khung_gio: null\n", "khung_gio:\n  - ma: x\n    gio: '06:05'\n"),
        ("khung_gio:\n- ma: a", "khung_gio:\n- ma: a\n- ma: x\n  gio: '06:05'\n"),
        ("khung_gio: [{ma: a}]\n", "khung_gio: [{ma: a}, {ma: x, gio: '06:05'}]\n"),
        ("khung_gio:\n  - {ma: a}  # một\n", "khung_gio:\n  - {ma: a}  # một\n  - {ma: x, gio: '06:05'}\n"),
        ("khac:\n  - ma: a\n", "khac:\n  - ma: a\n\nkhung_gio:\n  - ma: x\n    gio: '06:05'\n"),
        ("khung_gio:\n  - ma: a\nkhac: []\n", "khung_gio:\n  - ma: a\n  - ma: x\n    gio: '06:05'\nkhac: []\n"),
        ("khung_gio:\n  - ma: a   # một\n\n  # cuối\nkhac: []\n",
         "khung_gio:\n  - ma: a   # một\n  - ma: x\n    gio: '06:05'\n\n  # cuối\nkhac: []\n"),
    ],
)  # fmt: skip
def test_a_row_is_added_in_the_style_of_those_before_it(before: str, after: str) -> None:
    assert yaml.safe_load(after)["khung_gio"][-1] == {"ma": "x", "gio": "06:05"}
    assert added(before, "khung_gio", ("ma", "x"), ("gio", "'06:05'")) == after


@pytest.mark.parametrize("text", ["- a\n- b\n", "một câu\n", "{khung_gio: []}\n"])
def test_a_file_of_another_shape_is_left_alone(text: str) -> None:
    with pytest.raises(InputError):
        added(text, "khung_gio", ("ma", "x"))


def test_a_file_that_cannot_be_parsed_is_left_alone() -> None:
    with pytest.raises(InputError, match="đang có lỗi"):
        YamlText("khung_gio: [\n")


def test_a_row_is_taken_away_with_its_lines() -> None:
    assert removed(TEXT, 14) == TEXT.replace("  - {ma: trua, gio: '11:05'}   # một dòng\n", "")
    first = removed(TEXT, 4)
    assert "trên mục" in first
    assert "trua" in first
    assert "sang" not in first
    assert YamlText("a: [{x: 1}, {x: 2}]\n").row_at(1) is None, "two rows on one line cannot be told apart by it"
    assert removed("khung_gio: [{x: 1}]\n", 1) == "khung_gio: []\n"


# --- every byte -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_line_ends_stay_as_they_were(newline: str) -> None:
    text = TEXT.replace("\n", newline)
    assert put(text, 4, "gio", "['06:15']") == text.replace("06:05", "06:15")
    assert added(text, "lich_ngay", ("ngay", "01/03/2026")).count("\r\n") == (newline == "\r\n") * (
        text.count("\n") + 1
    )


def test_letters_of_an_untouched_line_stay_as_they_were_typed() -> None:
    text = "khung_gio:\n  - ma: a\n    gio: '06:05'\n  # le\u0302\u0303 hội\u00a0đầu năm\t\n  - ma: b\n"
    assert put(text, 2, "gio", "'06:15'") == text.replace("06:05", "06:15")


TEXTS = st.text(alphabet=st.sampled_from(string.printable + "ăđêỗ«»’ \u0301🎄"), max_size=40)


@given(TEXTS)
def test_a_quoted_text_reads_back_as_itself(text: str) -> None:
    loaded = yaml.load(io.StringIO(f"a: {quoted(text)}\n"), Loader=yaml.BaseLoader)  # noqa: S506 - text only
    assert loaded["a"] == unicodedata.normalize("NFC", text)
    items = yaml.load(io.StringIO(f"a: {listed([text, 'x'])}\n"), Loader=yaml.BaseLoader)  # noqa: S506 - text only
    assert items["a"] == [unicodedata.normalize("NFC", text), "x"]


WORDS = st.sampled_from(
    ["06:05", "bai-mot", "đọc: chậm # thôi", "thứ Hai", "- a", "{x}", "[y]", "không", "1", "'", '"', "~", "yes"]
)
KEYS = ("phat", "gio", "thu", "ghi_chu")


@st.composite
def calendars(draw: st.DrawFn) -> tuple[str, list[dict[str, str]], list[int]]:
    """A calendar as a text, its rows as values, and the line of each."""
    rows, lines, text = [], [], ["# đầu", "khung_gio:"]
    for number in range(draw(st.integers(1, 4))):
        fields = {"ma": f"k{number}"} | {key: draw(WORDS) for key in KEYS if draw(st.booleans())}
        rows.append(fields)
        if draw(st.booleans()):
            text.append("  # lời ghi")
        lines.append(len(text) + 1)
        if draw(st.booleans()):
            inside = ", ".join(f"{key}: {quoted(value)}" for key, value in fields.items())
            text.append(f"  - {{{inside}}}   # một dòng")
        else:
            for n, (key, value) in enumerate(fields.items()):
                text.append(f"  {'- ' if not n else '  '}{key}:{' ' * draw(st.integers(1, 3))}{quoted(value)}  # {key}")
                if draw(st.booleans()):
                    text.append("")
    return "\n".join([*text, "# cuối", ""]), rows, lines


@given(calendars(), st.data())
def test_any_edit_of_any_row_leaves_the_others_as_they_were(
    made: tuple[str, list[dict[str, str]], list[int]], data: st.DataObject
) -> None:
    text, rows, lines = made
    at = data.draw(st.integers(0, len(rows) - 1))
    key, value = data.draw(st.sampled_from(KEYS)), data.draw(WORDS)
    after = put(text, lines[at], key, quoted(value))
    expected = [dict(row) for row in rows]
    expected[at][key] = value
    assert yaml.load(after, Loader=yaml.BaseLoader)["khung_gio"] == expected  # noqa: S506 - text only
    begin, end = lines[at] - 1, lines[at + 1] - 1 if at + 1 < len(lines) else text.count("\n")
    before = text.split("\n")
    assert after.startswith("\n".join(before[:begin]) + "\n")
    assert after.endswith("\n".join(before[end:]))
    assert after.count("  # ") == text.count("  # "), "no remark was lost"
