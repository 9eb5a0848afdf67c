"""What several commands take in common: dates as Vietnamese people write them, JSON, the station folder."""

import json
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

import click

from broadcaster.adapters.day_fields import parse_date
from broadcaster.adapters.fields import FieldError

Command = Callable[..., Any]


class Day(click.ParamType):
    """A date: 05/03/2024 or 2024-03-05."""

    name = "ngày"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Refuses what could be mm/dd, in the same words as the calendar files."""
        if isinstance(value, date):
            return value
        try:
            return parse_date(str(value))
        except FieldError as error:
            self.fail(f"{error.message} {error.hint}".strip(), param, ctx)


DAY = Day()

as_json = click.option("--json", "json_out", is_flag=True, help="Mỗi dòng một đối tượng JSON, cho máy đọc.")
from_day = click.option("--from", "first", type=DAY, metavar="NGÀY", help="Từ ngày (05/03/2024 hoặc 2024-03-05).")
to_day = click.option("--to", "last", type=DAY, metavar="NGÀY", help="Đến hết ngày.")
station_folder = click.pass_obj


def echo_json(rows: Iterable[Any]) -> None:
    """One object per line."""
    for row in rows:
        click.echo(json.dumps(row, ensure_ascii=False))


def echo_lines(lines: Iterable[str]) -> None:
    """Plain lines."""
    for line in lines:
        click.echo(line)


def days_in_order(first: date, last: date) -> tuple[date, date]:
    """Refuses a span that runs backwards."""
    if last < first:
        raise click.UsageError(f"Ngày cuối ({last:%d/%m/%Y}) đứng trước ngày đầu ({first:%d/%m/%Y}).")
    return first, last


__all__ = ["DAY", "Path", "as_json", "days_in_order", "echo_json", "echo_lines", "from_day", "station_folder", "to_day"]
