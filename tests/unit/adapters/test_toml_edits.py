"""Edits of station.toml as text: what is not named keeps every byte, and what cannot be edited in place is refused."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadcaster.adapters.toml_edits import Item, add_table, remarks, remove_key, remove_table, set_value, written
from broadcaster.errors import InputError

TEXT = """# đầu tệp
ten = "một"   # tên # vẫn là lời ghi
so = 3

# các cụm
[[cum]]
ma = "a"
ds = [
  "một", # mục một
  "hai",
]

# cụm thứ hai
[[cum]]
ma = "b#c"

[quy]
gio = "21:00-05:30"    # loa im
dai = \"\"\"
dòng = không phải khóa
\"\"\"
# hết
"""


def test_a_value_is_replaced_and_its_remark_stays() -> None:
    made = set_value(TEXT, ("ten",), 'hai "nháy"')
    assert made == TEXT.replace('"một"   # tên', '"hai \\"nháy\\""   # tên')


def test_a_value_of_several_lines_becomes_one() -> None:
    made = set_value(TEXT, ("cum", 0, "ds"), ["x"])
    assert made == TEXT.replace('[\n  "một", # mục một\n  "hai",\n]', '["x"]')


def test_a_sign_within_a_string_is_no_remark() -> None:
    assert set_value(TEXT, ("cum", 1, "ma"), "z") == TEXT.replace('"b#c"', '"z"')


def test_a_new_key_stands_below_the_last_of_its_table() -> None:
    assert set_value(TEXT, ("cum", 0, "bat"), value=True) == TEXT.replace('"hai",\n]\n', '"hai",\n]\nbat = true\n')
    assert set_value(TEXT, ("quy", "tre"), 5).endswith('"""\ntre = 5\n# hết\n')
    assert set_value(TEXT, ("so_hai",), 0.5) == TEXT.replace("so = 3\n", "so = 3\nso_hai = 0.5\n")


def test_a_new_plain_table_stands_at_the_end() -> None:
    assert set_value(TEXT, ("moi", "24/07/2026"), "lễ").endswith('# hết\n\n[moi]\n"24/07/2026" = "lễ"\n')
    assert set_value("", ("moi", "a"), 1) == "[moi]\na = 1\n"


def test_tables_come_after_their_like_and_go_with_their_remark() -> None:
    added = add_table(TEXT, "cum", {"ma": "c", "ds": ["d"]})
    assert added == TEXT.replace('ma = "b#c"\n', 'ma = "b#c"\n\n[[cum]]\nma = "c"\nds = ["d"]\n')
    assert remove_table(added, "cum", 2) == TEXT
    assert remove_table(TEXT, "cum", 1) == TEXT.replace('\n# cụm thứ hai\n[[cum]]\nma = "b#c"\n', "")
    assert "# các cụm" in remove_table(TEXT, "cum", 0)


def test_a_key_goes_with_its_lines() -> None:
    assert remove_key(TEXT, ("cum", 0, "ds")) == TEXT.replace('ds = [\n  "một", # mục một\n  "hai",\n]\n', "")


def test_line_ends_of_windows_stay() -> None:
    text = TEXT.replace("\n", "\r\n")
    made = add_table(set_value(text, ("so",), 4), "cum", {"ma": "c"})
    assert made.count("\n") == made.count("\r\n")
    assert made.replace("\r\n", "\n") == add_table(set_value(TEXT, ("so",), 4), "cum", {"ma": "c"})


def test_remarks_are_read_without_their_sign() -> None:
    assert remarks(TEXT, ("quy",)) == {"gio": "loa im"}
    assert remarks(TEXT, ()) == {"ten": "tên # vẫn là lời ghi"}


@pytest.mark.parametrize("text", ["cum = [{ma = 'a'}]\n", "cum.a.ma = 'x'\n", "cum = 'chữ'\n"])
def test_what_is_written_in_another_way_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="không sửa tại chỗ"):
        set_value(text, ("cum", 0, "ma"), "mới")


def test_a_table_within_a_table_does_not_hide_it() -> None:
    text = "[[cum]]\nma = 'a'\n[cum.con]\nx = 1\n"
    assert set_value(text, ("cum", 0, "ma"), "mới") == text.replace("'a'", '"mới"')


@pytest.mark.parametrize("text", ["ten = một\n", "a = 1\na = 2\n", "[[x]\n"])
def test_a_broken_text_is_refused_in_words(text: str) -> None:
    with pytest.raises(InputError, match="có lỗi"):
        set_value(text, ("a",), 1)


def test_what_is_not_there_is_refused() -> None:
    with pytest.raises(InputError):
        remove_key(TEXT, ("cum", 0, "khong_co"))
    with pytest.raises(InputError):
        remove_table(TEXT, "cum", 7)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_every_text_reads_back(value: str) -> None:
    assert tomllib.loads(f"a = {written(value)}") == {"a": value}


@given(
    st.sampled_from(
        [("ten",), ("so",), ("cum", 0, "ma"), ("cum", 1, "moi"), ("quy", "gio"), ("quy", "dai"), ("la", "x y")]
    ),
    st.one_of(
        st.booleans(), st.integers(-(10**9), 10**9), st.text("ab #\"'\\\n[]=đ"), st.lists(st.text('a,]#"'), max_size=3)
    ),
)
def test_an_edit_changes_the_one_value_and_nothing_else(path: tuple[str | int, ...], value: Item) -> None:
    made = set_value(TEXT, path, value)
    expected = tomllib.loads(TEXT)
    table = expected
    for part in path[:-1]:
        table = table[part] if isinstance(part, int) else table.setdefault(part, {})  # type: ignore[index]
    table[path[-1]] = value  # type: ignore[index]
    assert tomllib.loads(made) == expected
    for remark in ("# đầu tệp", "# các cụm", "# cụm thứ hai", "# hết"):
        assert remark in made
