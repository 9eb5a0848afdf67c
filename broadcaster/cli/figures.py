"""The figures of a report one by one, with the written query that counts each of them anew."""

from pathlib import Path

import click

from broadcaster.cli.arguments import as_json, echo_json, echo_lines, station_folder
from broadcaster.cli.coverage import period_of
from broadcaster.domain.folding import did_you_mean
from broadcaster.domain.report import REHEARSAL_MARK, Figure
from broadcaster.errors import InputError
from broadcaster.present.tables import table
from broadcaster.wiring.workshop import Workshop


@click.command()
@click.argument("name", required=False, metavar="[TÊN_SỐ]")
@click.option("--period", "text", default="", metavar="KỲ", help="Như lệnh report; mặc định năm nay.")
@click.option("--sql", is_flag=True, help="In câu truy vấn SQL đếm lại số này từ tệp nhật ký.")
@as_json
@station_folder
def figures(station: Path, name: str | None, text: str, sql: bool, json_out: bool) -> None:
    """Mọi con số của báo cáo, hoặc một số kèm câu truy vấn đếm lại nó."""
    from broadcaster.adapters.journal_queries import written_query
    from broadcaster.station.reporting import Reporter, bounds

    with Workshop(station) as shop:
        reporter = Reporter(files=shop.read, journal=shop.journal)
        report = reporter.build(period_of(shop, text), now=shop.now())
        known = {str(figure.ref): figure for figure in report.figures()}
        if name is not None and name not in known:
            raise InputError(f"Báo cáo không có số nào tên “{name[:80]}”.", hint=did_you_mean(name, known))
        chosen = [known[name]] if name is not None else list(known.values())
        if sql:
            first, last = bounds(report.period.first, report.period.last, reporter.zone)
            for figure in chosen:
                keys = reporter.keys(report, figure.ref)
                query = written_query(figure.ref, first=first, last=last, rule=report.rule, keys=keys)
                click.echo(f"-- {figure.ref}: {figure.value:g}\n{query};")
            return
    if json_out:
        echo_json(_row(figure, rehearsed=report.rehearsed) for figure in chosen)
        return
    if report.rehearsed:
        click.echo(REHEARSAL_MARK)
    header = ["Số", "Trong kỳ", "Kỳ trước", "Cùng kỳ", "Lũy kế", "Định mức phường", "%"]
    echo_lines(table(header, [_cells(figure) for figure in chosen]))


def _row(figure: Figure, *, rehearsed: bool) -> dict[str, object]:
    return {
        "figure": str(figure.ref),
        "value": figure.value,
        "previous": figure.previous,
        "same_last_year": figure.same_last_year,
        "cumulative": figure.cumulative,
        "quota": figure.quota,
        "percent": figure.percent,
        "rehearsed": rehearsed,
    }


def _cells(figure: Figure) -> list[str]:
    numbers = (figure.value, figure.previous, figure.same_last_year, figure.cumulative)
    quota = f"{figure.quota:g}" if figure.quota is not None else ""
    percent = f"{figure.percent:.1f}" if figure.percent is not None else ""
    return [str(figure.ref), *(f"{n:.1f}".removesuffix(".0") for n in numbers), quota, percent]
