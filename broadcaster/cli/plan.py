"""The plan: rundown and rehearsal."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import click

from broadcaster.cli.arguments import DAY, as_json, days_in_order, echo_json, echo_lines, station_folder
from broadcaster.domain.asrun import summary
from broadcaster.domain.rundown import AiringState
from broadcaster.present.holds import explain
from broadcaster.present.plan import airing_json, line_json, outcome_word, rundown_lines, state_word, summary_line
from broadcaster.wiring.workshop import Workshop


@click.command()
@click.option("--date", "day", type=DAY, metavar="NGÀY", help="Ngày bắt đầu; mặc định hôm nay.")
@click.option("--days", type=click.IntRange(1, 400), default=1, metavar="SỐ", help="Số ngày; mặc định 1.")
@as_json
@click.option(
    "--ics", type=click.Path(dir_okay=False, path_type=Path), metavar="TỆP", help="Ghi ra tệp lịch iCalendar."
)
@station_folder
def rundown(station: Path, day: date | None, days: int, json_out: bool, ics: Path | None) -> None:
    """Các lượt phát trong lịch, với thời lượng, tình trạng và lý do."""
    with Workshop(station) as shop:
        files = shop.files
        first = day or shop.now().date()
        airings = shop.planner.airings(
            first, first + timedelta(days=days - 1), already=shop.planner.chosen(first, days)
        )
        held = shop.planner.held(airings)
        if ics:
            from broadcaster.adapters.ics_export import export_ics

            ics.write_bytes(export_ics(airings, files.settings.identity_on(first).station, shop.now()))
            click.echo(f"Đã ghi {len(airings)} lượt vào {ics}.", err=json_out)
    rows = [(a, state_word(a, explain(held[a.id])), a.reason or explain(held[a.id])) for a in airings]
    if json_out:
        states = {
            a.id: "cancelled" if a.state is AiringState.CANCELLED else "held" if held[a.id] else "ready"
            for a in airings
        }
        echo_json(airing_json(a, states[a.id], reason) for a, _, reason in rows)
    else:
        echo_lines(rundown_lines(rows))
        click.echo(f"{len(rows)} lượt, lịch phiên bản {files.version[:12]}.")
    if not rows:
        raise SystemExit(1)


@click.command()
@click.option("--from", "first", type=DAY, required=True, metavar="NGÀY", help="Từ ngày.")
@click.option("--to", "last", type=DAY, required=True, metavar="NGÀY", help="Đến hết ngày.")
@as_json
@click.option(
    "--into", type=click.Path(path_type=Path), metavar="THƯ_MỤC", help="Ghi kết quả thành một trạm nháp ở đây."
)
@station_folder
def rehearse(station: Path, first: date, last: date, json_out: bool, into: Path | None) -> None:
    """Diễn tập: cả trạm chạy bằng đồng hồ giả và không ra tiếng; mỗi lượt trong lịch có đúng một dòng."""
    from broadcaster.wiring.rehearsal import rehearsal

    days_in_order(first, last)
    with (
        rehearsal(station, into=into, explain=explain) as stage,
        _progress((last - first).days + 1, quiet=json_out) as told,
    ):
        lines = stage.play(first, last, progress=told)
    counts = summary(lines)
    if json_out:
        echo_json(line_json(line) for line in lines)
        echo_json([{"summary": dict(counts)}])
    else:
        for line in lines:
            if line.outcome is None or line.outcome.value != "aired":
                when = f"{line.airing.planned:%d/%m/%Y %H:%M}" if line.airing else ""
                title = line.airing.title if line.airing else ""
                click.echo(f"{when}  {outcome_word(line)}: {title} — {line.reason}")
        click.echo(summary_line(counts))
        if into:
            click.echo(f"Trạm nháp ở {into}; xem bằng: broadcaster --station {into} log")
    if counts["planned"] == 0:
        raise SystemExit(1)


@contextmanager
def _progress(days: int, *, quiet: bool) -> Iterator[Callable[[date], None]]:
    """A bar on a terminal, nothing for tools."""
    if quiet or not sys.stderr.isatty():
        yield lambda _day: None
        return
    bar: Any
    with click.progressbar(length=days, label="Diễn tập", file=sys.stderr) as bar:
        seen: list[date] = []

        def told(day: date) -> None:
            bar.update((day - seen[-1]).days if seen else 1)
            seen.append(day)

        yield told
