"""The files a person writes: check them, and hear them in words."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from broadcaster.cli.arguments import as_json, echo_json, echo_lines, station_folder
from broadcaster.domain.problems import has_errors
from broadcaster.present.problems import as_json as problem_json
from broadcaster.present.problems import lines, verdict
from broadcaster.station.checking import check as find_problems
from broadcaster.wiring.workshop import Workshop

if TYPE_CHECKING:
    from broadcaster.domain.spoken import Lexicon


@click.command()
@as_json
@station_folder
def check(station: Path, json_out: bool) -> None:
    """Kiểm tra mọi tệp của trạm, báo hết lỗi một lần kèm chỗ sai và cách sửa. Mã thoát 1 nếu có lỗi."""
    with Workshop(station) as shop:
        files = shop.read
        planner = None if has_errors(files.problems) else shop.sketch
        problems = find_problems(files, planner, today=shop.now().date())
    if json_out:
        echo_json(problem_json(p) for p in problems)
    else:
        echo_lines(lines(problems))
        click.echo(verdict(problems))
    if has_errors(problems):
        raise SystemExit(1)


@click.command("read")
@click.argument("file", type=click.Path(dir_okay=False, exists=True, path_type=Path), required=False, metavar="[TỆP]")
@station_folder
def read_words(station: Path, file: Path | None) -> None:
    """Mỗi dòng chữ vào (tệp hoặc bàn phím), một dòng lời đọc ra, đúng thứ tự; phần đầu của tệp bài phát thành dòng trống."""
    from broadcaster.domain.spoken import read_line

    lexicon = _dictionary(station)
    data = file.read_bytes() if file else sys.stdin.buffer.read()
    text = data.decode("utf-8-sig", errors="replace").replace("\r\n", "\n")
    whole = text[:-1] if text.endswith("\n") else text
    if not data:
        return
    rows = whole.split("\n")
    unspoken = _front_matter(rows) if file is not None and file.suffix.lower() == ".md" else 0
    for number, line in enumerate(rows):
        click.echo("" if number < unspoken else read_line(line, lexicon=lexicon))


def _front_matter(rows: Sequence[str]) -> int:
    """How many lines of a script come before what is spoken: its fields between two ``---``; none when they are not closed."""
    begun = next((n for n, row in enumerate(rows) if row.strip()), None)
    if begun is None or rows[begun].strip() != "---":
        return 0
    return next((n + 1 for n, row in enumerate(rows) if n > begun and row.strip() == "---"), 0)


def _dictionary(station: Path) -> "Lexicon | None":
    """The station's own words, when this is a station folder; a plain folder reads with the program's own."""
    from broadcaster.domain.spoken import Lexicon, parse_lexicon

    entries: list[tuple[str, str]] = []
    for file in sorted(station.glob("audio_scripts/tu-dien.*")):
        lexicon, _ = parse_lexicon(file.read_text(encoding="utf-8-sig", errors="replace"), file.name)
        entries += lexicon.entries
    return Lexicon(entries=tuple(entries)) if entries else None
