"""docs/files.md is held against the code: every field is there, none is invented, every example is read without a problem."""

import re
from pathlib import Path

import pytest

from broadcaster.adapters.calendar_fields import BY_KEY
from broadcaster.adapters.day_fields import parse_date, parse_weekdays
from broadcaster.adapters.fields import FieldError, parse_bool, parse_duration_s, parse_time, parse_times
from broadcaster.adapters.sample_station import create_station
from broadcaster.adapters.scripts_md import SCRIPT_FIELDS
from broadcaster.adapters.settings_spec import FREE_SECTIONS, sections
from broadcaster.adapters.station_reader import VOICES, FolderReader
from broadcaster.domain.scripts import Kind, ScriptId

PAGE = (Path(__file__).parents[3] / "docs" / "files.md").read_text(encoding="utf-8")


def part(title: str) -> str:
    """The text under one heading, up to the next of the same or a higher level."""
    level = title.split(" ", 1)[0]
    after = PAGE[PAGE.index(f"\n{title}\n") + 1 + len(title) :]
    end = re.search(rf"^#{{1,{len(level)}}} ", after, re.MULTILINE)
    return after[: end.start()] if end else after


def documented(text: str) -> list[str]:
    """The fields of the table in a part."""
    return re.findall(r"^\| `([a-z_]+)` \|", text, re.MULTILINE)


def example(language: str) -> str:
    """The one example in a language."""
    (found,) = re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    return str(found)


def test_every_script_field_is_documented_and_no_other() -> None:
    text = part("## Bài phát: `audio_scripts/*.md`")
    assert documented(text) == list(SCRIPT_FIELDS)
    assert ", ".join(kind.value for kind in Kind) in text


def test_every_schedule_field_is_documented_with_its_column() -> None:
    text = part("## Lịch phát: `schedules/*.yaml`")
    assert documented(text) == list(BY_KEY)
    for field in BY_KEY.values():
        assert f"| `{field.key}` | {field.label} |" in text


SECTIONS = {section.name: section for section in sections(VOICES)}


@pytest.mark.parametrize("name", SECTIONS)
def test_every_setting_is_documented_in_the_words_of_the_file(name: str) -> None:
    found = SECTIONS[name]
    brackets = f"[[{found.name}]]" if found.many else f"[{found.name}]"
    text = part(f"### `{brackets}`") if found.name else part("## Cài đặt của đài: `station.toml`").split("```")[0]
    assert documented(text) == [key.name for key in found.keys]
    for key in found.keys:
        assert f"| `{key.name}` | {key.comment}{' **Phải có.**' if key.required else ''} |" in text


def test_the_free_tables_are_documented() -> None:
    for name, comment in FREE_SECTIONS.items():
        assert comment in part(f"### `[{name}]`")


def test_the_examples_make_a_station_without_a_problem(tmp_path: Path) -> None:
    create_station(tmp_path / "đài")
    (tmp_path / "đài" / "station.toml").write_text(example("toml"), encoding="utf-8")
    (tmp_path / "đài" / "audio_scripts" / "mot-cua.md").write_text(example("markdown"), encoding="utf-8")
    (tmp_path / "đài" / "schedules" / "lich-phat.yaml").write_text(example("yaml"), encoding="utf-8")
    files = FolderReader(tmp_path / "đài").read()
    assert files.problems == ()
    assert len(files.calendar.slots) == 5
    assert "0296 3831234" in files.scripts[ScriptId("mot-cua")].text


READERS = {
    "Ngày": parse_date,
    "Giờ": parse_time,
    "Nhiều giờ": parse_times,
    "Thời lượng": parse_duration_s,
    "Thứ": parse_weekdays,
    "Có hoặc không": parse_bool,
}


@pytest.mark.parametrize("kind", READERS)
def test_the_spellings_shown_are_read_or_refused(kind: str) -> None:
    (row,) = [line for line in PAGE.split("\n") if line.startswith(f"| {kind} |")]
    _, _, good, bad, _ = row.split("|")
    good_ones, bad_ones = (re.findall(r"`([^`]+)`", cell) for cell in (good, bad))
    assert good_ones
    assert bad_ones
    for raw in good_ones:
        READERS[kind](raw)
    for raw in bad_ones:
        with pytest.raises(FieldError):
            READERS[kind](raw)
