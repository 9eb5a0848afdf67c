"""The whole plan read aloud, held to its golden file; and the examples of docs/reading.md, held to the reader."""

import re
from pathlib import Path

from broadcaster.domain.spoken import is_speakable, parse_lexicon, read, read_line, residue
from tests.golden.spoken.update import SPOKEN, WRITTEN, spoken

PAGE = Path(__file__).parents[3] / "docs/reading.md"


def test_the_plan_is_read_as_it_was_reviewed() -> None:
    assert spoken() == SPOKEN.read_text(encoding="utf-8")


def test_nothing_of_the_plan_is_left_unspeakable_whole_or_line_by_line() -> None:
    text = WRITTEN.read_text(encoding="utf-8")
    assert not residue(read(text).words)
    for line in text.splitlines():
        assert not line.strip() or is_speakable(read_line(line)), line


def test_the_plans_broken_date_is_told_and_nothing_else_is_guessed() -> None:
    warnings = [w for w in read(WRITTEN.read_text(encoding="utf-8")).warnings if w.code != "long-sentence"]
    assert [w.code for w in warnings] == ["broken-date"]
    assert "073/2022" in warnings[0].message


def examples() -> list[tuple[str, str]]:
    """Rows `| class | written | spoken |` of the page."""
    rows = re.findall(r"^\| [^|]+ \| `([^`]+)` \| ([^|`]+) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    return [(written, said.strip()) for written, said in rows]


def test_the_page_shows_what_the_reader_does() -> None:
    found = examples()
    assert len(found) >= 40
    assert [(w, read_line(w)) for w, _ in found] == found


def test_the_pages_dictionary_is_a_good_one() -> None:
    block = re.search(r"```text\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert block is not None
    lexicon, problems = parse_lexicon(block[1], "tu-dien.tsv")
    assert not problems
    assert len(lexicon) >= 3
    written, said = lexicon.entries[0]
    assert read_line(f"ra {written} nhé", lexicon=lexicon) == f"ra {said} nhé"
