"""The record: log, its chain, and the plan held against it."""

import csv
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from pathlib import Path

import click

from broadcaster.cli.arguments import as_json, days_in_order, echo_json, echo_lines, from_day, station_folder, to_day
from broadcaster.domain.asrun import AsRunEntry, Outcome, summary
from broadcaster.domain.asrun import reconcile as hold_against
from broadcaster.present.plan import OUTCOMES, line_json, line_rows, summary_line
from broadcaster.present.rows import as_json as row_json
from broadcaster.present.tables import table
from broadcaster.station.rehearsing import planned
from broadcaster.wiring.workshop import Workshop


def _span(shop: Workshop, first: date | None, last: date | None) -> tuple[datetime | None, datetime | None]:
    zone = shop.now().tzinfo
    start = datetime.combine(first, time(), zone) if first else None
    end = datetime.combine(last, time(), zone) + timedelta(days=1) if last else None
    return start, end


@click.group(invoke_without_command=True)
@from_day
@to_day
@as_json
@click.option(
    "--csv", "csv_file", type=click.Path(dir_okay=False, path_type=Path), metavar="TỆP", help="Ghi ra tệp CSV."
)
@click.option(
    "--xlsx", "xlsx_file", type=click.Path(dir_okay=False, path_type=Path), metavar="TỆP", help="Ghi ra tệp Excel."
)
@click.pass_context
def log(
    context: click.Context,
    first: date | None,
    last: date | None,
    json_out: bool,
    csv_file: Path | None,
    xlsx_file: Path | None,
) -> None:
    """Nhật ký phát: mỗi lượt một dòng, đúng những gì đã ra loa."""
    if context.invoked_subcommand:
        return
    if first and last:
        days_in_order(first, last)
    with Workshop(context.obj) as shop:
        entries = list(shop.journal.entries(*_span(shop, first, last)))
    if csv_file:
        _write_csv(csv_file, entries)
        click.echo(f"Đã ghi {len(entries)} dòng vào {csv_file}.")
    if xlsx_file:
        from broadcaster.present.log_sheet import log_sheet

        xlsx_file.write_bytes(log_sheet(entries))
        click.echo(f"Đã ghi {len(entries)} dòng vào {xlsx_file}.")
    if json_out:
        echo_json(row_json(e) for e in entries)
    elif not (csv_file or xlsx_file):
        echo_lines(
            _table(entries)
            if entries
            else ["Chưa có lượt phát nào được ghi" + (" trong các ngày này." if first or last else ".")]
        )
    if not entries:
        raise SystemExit(1)


def _table(entries: Iterable[AsRunEntry]) -> list[str]:
    rows = []
    for entry in entries:
        at = entry.closing.started or entry.opening.planned or entry.opening.recorded_at
        test = "phát thử; " if entry.opening.test else "diễn tập; " if entry.opening.rehearsed else ""
        late = f"{entry.closing.late_ms:+.1f} ms" if entry.closing.late_ms is not None else "—"
        rows.append(
            [
                str(entry.seq),
                f"{at:%d/%m/%Y %H:%M:%S}",
                ", ".join(entry.opening.zones),
                entry.opening.title,
                OUTCOMES[entry.closing.outcome],
                f"{entry.closing.played_s:.1f}/{entry.opening.duration_s:.1f} s",
                late,
                test + (entry.closing.reason or entry.opening.order_reason),
            ]
        )
    return table(["Số", "Giờ", "Cụm loa", "Nội dung", "Kết quả", "Đã phát", "Lệch", "Ghi chú"], rows)


def _write_csv(path: Path, entries: Iterable[AsRunEntry]) -> None:
    rows = [row_json(entry) for entry in entries]
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(
            file, [name for name in rows[0] if name != "results"] if rows else [], extrasaction="ignore"
        )
        writer.writeheader()
        writer.writerows({name: _cell(value) for name, value in row.items()} for row in rows)


def _cell(value: object) -> object:
    """Text that a spreadsheet would take for a formula stays text."""
    if isinstance(value, list | tuple):
        return ",".join(str(v) for v in value)
    if isinstance(value, str) and value[:1] in "=+-@\t\r" and value:
        return "'" + value
    return value


@log.command()
@as_json
@click.pass_context
def verify(context: click.Context, json_out: bool) -> None:
    """Kiểm tra chuỗi chống sửa của nhật ký; mã thoát 1 nếu có dòng bị sửa, xóa hoặc chèn."""
    with Workshop(context.obj) as shop:
        report = shop.journal.verify()
    if json_out:
        echo_json(
            [{"rows": report.rows, "holds": report.holds, "broken_at": report.broken_at, "reason": report.reason}]
        )
    elif report.holds:
        click.echo(f"Nhật ký nguyên vẹn: {report.rows} dòng, mỗi dòng khớp với dòng trước nó.")
    else:
        click.echo(f"NHẬT KÝ ĐÃ BỊ THAY ĐỔI ở dòng số {report.broken_at}: {report.reason}")
    if not report.holds:
        raise SystemExit(1)


@click.command()
@from_day
@to_day
@as_json
@station_folder
def reconcile(station: Path, first: date | None, last: date | None, json_out: bool) -> None:
    """Đối chiếu lịch đã công bố với nhật ký: mỗi lượt trong lịch đúng một dòng, rồi các lượt ngoài lịch."""
    with Workshop(station) as shop:
        now = shop.now()
        first, last = days_in_order(first or now.date() - timedelta(days=7), last or now.date())
        # open rows first: one that closes in between is then found among the entries
        on_air = {opening.airing_id for opening in shop.journal.open_rows()}
        entries = list(shop.journal.entries(*_span(shop, first, last)))
        result = hold_against(planned(shop.journal, first, last), entries, now=now, on_air=on_air)
    counts = summary(result)
    if json_out:
        echo_json(line_json(line) for line in result)
    else:
        echo_lines(line_rows(result))
        click.echo(summary_line(counts))
    if not result or counts[Outcome.MISSED.value] or counts[Outcome.FAILED.value]:
        raise SystemExit(1)
