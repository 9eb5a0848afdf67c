"""README and docs against the code: every command is named, every link leads somewhere."""

import re
from pathlib import Path

import pytest

from broadcaster.cli.main import COMMANDS

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def command_table() -> str:
    """The table README must hold, from the commands themselves."""
    rows = [f"| `{name}` | {text} |" for name, (_, text) in COMMANDS.items()]
    return "\n".join(["| lệnh | làm gì |", "|---|---|", *rows])


def test_readme_names_every_command() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    found = re.search(r"<!-- commands -->\n(.*?)\n<!-- /commands -->", text, re.DOTALL)
    assert found is not None
    assert found[1] == command_table()


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        if not target.startswith(("http:", "https:", "mailto:")):
            assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_commands_in_code_blocks_exist(page: Path) -> None:
    used = re.findall(
        r"(?:^|`|bin/)broadcaster (?:--station \S+ )?([a-z][a-z-]*)", page.read_text(encoding="utf-8"), re.MULTILINE
    )
    assert set(used) <= set(COMMANDS), page
