"""The tables of cases: one file per class, each line a written text and its exact reading."""

from pathlib import Path

import pytest

from broadcaster.domain.spoken import read_line, residue

CASES = sorted((Path(__file__).parent / "cases").glob("*.tsv"))


def _rows(path: Path) -> list[tuple[int, str, str]]:
    rows = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line and not line.startswith("#"):
            written, spoken = line.split("\t")
            rows.append((number, written, spoken))
    return rows


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_every_case_of_a_class_is_read_exactly(path: Path) -> None:
    wrong = [f"{path.name}:{n}: {w!r} → {read_line(w)!r}, not {s!r}" for n, w, s in _rows(path) if read_line(w) != s]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_every_expected_reading_is_speakable_and_stable(path: Path) -> None:
    for number, _, spoken in _rows(path):
        assert not residue(spoken), f"{path.name}:{number}"
        assert read_line(spoken) == spoken, f"{path.name}:{number}"


def test_the_tables_are_wide() -> None:
    assert sum(len(_rows(path)) for path in CASES) >= 800
