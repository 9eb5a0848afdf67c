"""The plan's reading as a golden file: ``python -m tests.golden.spoken.update`` after a change that was read line by line."""

from pathlib import Path

from broadcaster.domain.spoken import read

FOLDER = Path(__file__).parent
WRITTEN = FOLDER / "ke-hoach-172.txt"
SPOKEN = FOLDER / "ke-hoach-172.loi-doc.txt"


def spoken() -> str:
    """The whole plan as it is read aloud, one paragraph a line."""
    return read(WRITTEN.read_text(encoding="utf-8")).words + "\n"


if __name__ == "__main__":
    SPOKEN.write_text(spoken(), encoding="utf-8")
