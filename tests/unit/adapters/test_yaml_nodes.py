"""YAML as nodes: exact text with lines, and every broken or dangerous text told plainly at its line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadcaster.adapters.fields import FieldError
from broadcaster.adapters.text_files import decode, tidy
from broadcaster.adapters.yaml_nodes import Entries, Items, Node, named, read_yaml, record, scalar, scalars
from broadcaster.domain.problems import Problem

FILE = "schedules/lich.yaml"


def tree(text: str, first_line: int = 1) -> Node:
    """The tree of a text that must be fine."""
    node, problems = read_yaml(text, FILE, first_line=first_line)
    assert problems == ()
    assert node is not None
    return node


def refusal(text: str) -> Problem:
    """The one problem of a text that must be refused."""
    node, problems = read_yaml(text, FILE)
    assert node is None
    (problem,) = problems
    return problem


def test_the_text_is_exactly_what_was_typed() -> None:
    node = tree("gio: 17:30\nso: 010\nco: no\nngay: 2024-03-05\nluc: '06:05'")
    assert isinstance(node, Entries)
    assert [(key.text, scalar(value).text) for key, value in node.entries] == [
        ("gio", "17:30"), ("so", "010"), ("co", "no"), ("ngay", "2024-03-05"), ("luc", "06:05"),
    ]  # fmt: skip


def test_every_node_knows_its_line() -> None:
    node = tree("a: 1\nb:\n  - x\n  - y: 2\n", first_line=10)
    assert isinstance(node, Entries)
    (a, one), (b, items) = node.entries
    assert (a.line, scalar(one).line, b.line) == (10, 10, 11)
    assert isinstance(items, Items)
    assert [item.line for item in items.items] == [12, 13]


@pytest.mark.parametrize("text", ["", "# chỉ có ghi chú\n", "---\n", "~", "null"])
def test_an_empty_document_is_no_problem(text: str) -> None:
    assert read_yaml(text, FILE) == (None, ())


def test_nothing_is_nothing_only_when_it_is_not_quoted() -> None:
    node = tree("a: ~\nb: '~'\nc:\nd: \"\"")
    assert isinstance(node, Entries)
    assert [scalar(value).text for _, value in node.entries] == ["", "~", "", ""]


@pytest.mark.parametrize(
    ("text", "line", "code", "said"),
    [
        ("a:\n\t- b", 2, "yaml-tab", "phím Tab"),
        ("a: 1\nb: c: d", 2, "yaml-syntax", "dấu hai chấm"),
        ("a:\n  - b\n c: d", 3, "yaml-syntax", "lề trái"),
        ('a: 1\nb: "mở\nc: d\n', 2, "yaml-syntax", "nháy đóng"),
        ("a: 1\nb: [1, 2\nc: d", 2, "yaml-syntax", "ngoặc"),
        ("a: “x: y”", 1, "yaml-word-quotes", "Word"),
        ("a: 1\nb: *đậm", 2, "yaml-syntax", "dấu nháy kép"),
        ("a: @x", 1, "yaml-syntax", "dấu nháy kép"),
        ("a: \x07", 1, "yaml-syntax", "ký tự"),
        ('a: "\\q"', 1, "yaml-syntax", "nháy đơn"),
        ("- a\nb: c", 2, "yaml-syntax", "«-»"),
        ("a: 1\n---\nb: 2", 2, "yaml-documents", "---"),
        ("a: &x 1\nb: *x", 1, "yaml-alias", "Viết thẳng"),
        ("a: 1\nb: *x", 2, "yaml-alias", "Viết thẳng"),
        ("a: !!python/object/apply:os.system [x]", 1, "yaml-tag", "«!»"),
        ("a: !x y", 1, "yaml-tag", "«!»"),
        ("a: 1\n{b: 2}: c", 2, "yaml-key", "ngoặc nhọn"),
        ("a: \ud800", 1, "yaml-syntax", "ký tự"),
        ("%x", 1, "yaml-syntax", "mục"),
    ],
)
def test_what_is_refused(text: str, line: int, code: str, said: str) -> None:
    problem = refusal(text)
    assert (str(problem.where), problem.code) == (f"{FILE}:{line}", code)
    assert said in f"{problem.message} {problem.hint}"


@pytest.mark.parametrize("text", ["[" * 200_000, "- " * 200_000, "{a: " * 200_000, "? " * 100_000], ids=lambda t: t[:4])
def test_a_deep_text_cannot_exhaust_the_stack(text: str) -> None:
    assert refusal(text).code == "yaml-deep"


def test_an_alias_bomb_is_refused_before_it_grows() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    assert refusal("\n".join(lines)).code == "yaml-alias"


def test_fields_are_known_by_folded_names() -> None:
    problems: list[Problem] = []
    found = record(tree("Tiêu đề: x\nTAC_GIA: y\nghi chú:\n"), ("tieu_de", "tac_gia", "ghi_chu"), FILE, problems)
    assert {name: scalar(node).text for name, node in found.items()} == {"tieu_de": "x", "tac_gia": "y"}
    assert problems == []


def test_unknown_and_repeated_fields_are_told_with_their_lines() -> None:
    problems: list[Problem] = []
    found = record(tree("tieu_de: x\ntac_gja: y\nTiêu đề: z\n"), ("tieu_de", "tac_gia"), FILE, problems)
    assert scalar(found["tieu_de"]).text == "x"
    assert [(p.code, p.where.line) for p in problems] == [("unknown-field", 2), ("duplicate", 3)]
    assert "«tac_gia»" in problems[0].hint
    assert "dòng 1 và dòng 3" in problems[1].message


def test_ids_are_told_apart_exactly() -> None:
    problems: list[Problem] = []
    found = named(tree("a-1: x\na1: y\na-1: z\n"), FILE, problems)
    assert list(found) == ["a-1", "a1"]
    assert [(p.code, p.where.line) for p in problems] == [("duplicate", 3)]
    assert "dòng 1 và dòng 3" in problems[0].message


def test_a_missing_space_after_the_colon_is_told() -> None:
    problems: list[Problem] = []
    assert record(tree("a:1\nb:2"), ("a", "b"), FILE, problems) == {}
    assert [p.code for p in problems] == ["yaml-shape"]
    assert "dấu cách" in problems[0].hint


def test_lists_and_single_values() -> None:
    node = tree("a: [x, 'y, z']\nb: x, y; z\nc: {d: 1}\ne: {duong_day_nong}")
    assert isinstance(node, Entries)
    a, b, c, e = (value for _, value in node.entries)
    assert [s.text for s in scalars(a)] == ["x", "y, z"]
    assert [s.text for s in scalars(b)] == ["x", "y", "z"]
    for wrong in (c, e):
        with pytest.raises(FieldError, match="nhóm"):
            scalar(wrong)
        with pytest.raises(FieldError, match="danh sách"):
            scalars(wrong)
    with pytest.raises(FieldError, match="một giá trị"):
        scalar(a)


@given(st.text())
def test_any_text_gives_a_tree_or_a_problem(text: str) -> None:
    node, problems = read_yaml(text, FILE)
    assert node is None or problems == ()
    for problem in problems:
        assert problem.where.line is not None
        assert 1 <= problem.where.line <= len(text.splitlines()) + 1
        assert problem.hint


@given(st.text(alphabet="ab:-[]{}\"'\n \t#&*!|>%@`,?“”"))
def test_any_near_yaml_gives_a_tree_or_a_problem(text: str) -> None:
    node, problems = read_yaml(text, FILE)
    assert node is None or problems == ()


@given(st.dictionaries(st.text("abcđ", min_size=1), st.text(st.characters(exclude_categories=["C", "Z"])), max_size=5))
def test_quoted_values_come_back(values: dict[str, str]) -> None:
    text = "\n".join(f"{key}: '{value.replace(chr(39), chr(39) * 2)}'" for key, value in values.items())
    node, problems = read_yaml(text, FILE)
    assert problems == ()
    pairs = node.entries if isinstance(node, Entries) else ()
    assert {key.text: scalar(value).text for key, value in pairs} == values


@pytest.mark.parametrize(
    ("data", "code", "line"),
    [
        ("Thông báo: bà con đến ủy ban".encode("cp1258", "replace"), "encoding", 1),
        (b"dong mot\nTh\xf4ng b\xe1o", "encoding", 2),
        ("Thông báo".encode("utf-16"), "encoding", None),
        ("Thông báo".encode("utf-16-le"), "encoding", None),
        (b"PK\x03\x04abc", "file-foreign", None),
        (b"%PDF-1.4", "file-foreign", None),
        (b"\xd0\xcf\x11\xe0abc", "file-foreign", None),
        (b"{\\rtf1 abc}", "file-foreign", None),
        (b"abc" * 50 + b"\x00", "file-binary", None),
        ("Ủy ban\nTh«ng b¸o vÒ viÖc cña ®µi truyÒn thanh ph­êng".encode(), "encoding-legacy", 2),
        ("Thoâng baùo veà vieäc cuûa ñaøi truyeàn thanh phöôøng".encode(), "encoding-legacy", 1),
    ],
)
def test_files_that_are_no_utf8_text_are_told_apart(data: bytes, code: str, line: int | None) -> None:
    problem = decode(data, FILE)
    assert isinstance(problem, Problem)
    assert (problem.code, problem.where.line) == (code, line)
    assert problem.hint


@pytest.mark.parametrize(
    "text",
    [
        "Hoà, oà, tòa án, cùng ủy ban", "Giá «10» ± 5 µm © 2024 ® «ngoặc» «kép»", "naïve, Müller, Zürich, Köln",
        "xin chao ba con", "Lù xù mù mịt", "où ùa à ù ø",
    ],
)  # fmt: skip
def test_good_text_is_not_taken_for_an_old_encoding(text: str) -> None:
    assert decode(text.encode(), FILE) == text


def test_tidying_keeps_lines_and_words() -> None:
    raw = "\ufeffMo\u0323\u0302t\r\nhai\u00a0ba\u200b\x0b\rbốn\x07"
    assert tidy(raw) == "Một\nhai ba \nbốn"


@given(st.text())
def test_tidying_twice_changes_nothing(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)


@given(st.binary())
def test_any_bytes_give_text_or_a_problem(data: bytes) -> None:
    found = decode(data, FILE)
    assert isinstance(found, Problem) or tidy(found) == found
