"""The periodic report as a paper, a workbook, a page or data; and the check of a paper's layout."""

from datetime import date
from pathlib import Path

import click

from broadcaster.cli.arguments import DAY, as_json, echo_json, station_folder
from broadcaster.domain.report import REHEARSAL_MARK, Report
from broadcaster.errors import InputError
from broadcaster.wiring.documents import Papers
from broadcaster.wiring.workshop import Workshop

OUT = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.option(
    "--period", required=True, metavar="KỲ", help="2024-Q1, 2024-6T, 2024-Q3, 2024, hoặc 01/03/2024..31/03/2024."
)
@click.option(
    "--out", type=OUT, multiple=True, metavar="TỆP", help="Tệp .docx, .xlsx, .html hoặc .json; ghi nhiều lần được."
)
@click.option("--issued", type=DAY, metavar="NGÀY", help="Ngày ghi trên văn bản; mặc định hôm nay.")
@click.option("--number", default="", metavar="SỐ", help="Số văn bản của văn thư; bỏ qua thì chừa chỗ.")
@click.option("--plan", default="", metavar="MÃ", help="Kế hoạch dùng để đối chiếu, khi có nhiều tệp.")
@as_json
@station_folder
def report(
    station: Path, period: str, out: tuple[Path, ...], issued: date | None, number: str, plan: str, json_out: bool
) -> None:
    """Báo cáo định kỳ: Word theo Nghị định 30/2020, bảng tính mở được từng số, trang in, dữ liệu."""
    if not out and not json_out:
        raise click.UsageError("Ghi tệp cần làm bằng --out bao-cao.docx, hoặc --json để xem số liệu.")
    for file in out:
        _known(file)
    with Workshop(station) as shop:
        papers = Papers(shop)
        made = papers.report(period, issued=issued, plan=plan)
        for file in out:
            write(file, _rendered(file, made, papers, number))
    if json_out:
        from broadcaster.present.documents.report_json import report_json

        echo_json([report_json(made)])
    else:
        _tell(made, out)
    if made.airings.value == 0 and not made.entered:
        raise SystemExit(1)


def _known(file: Path) -> None:
    if file.suffix.lower() not in {".docx", ".xlsx", ".html", ".htm", ".json"}:
        raise InputError(
            f"Chưa làm được tệp loại “{file.suffix or file.name}”.", hint="Dùng .docx, .xlsx, .html hoặc .json."
        )


def _rendered(file: Path, made: Report, papers: Papers, number: str) -> bytes:
    match file.suffix.lower():
        case ".docx":
            from broadcaster.present.documents.official import official_docx
            from broadcaster.present.documents.report_paper import report_paper

            return official_docx(report_paper(made, given_number=number))
        case ".xlsx":
            from broadcaster.present.documents.report_xlsx import report_xlsx

            return report_xlsx(made, papers.reporter.rows(made), lambda ref: papers.reporter.keys(made, ref))
        case ".json":
            from broadcaster.present.documents.report_json import report_json_bytes

            return report_json_bytes(made)
        case _:
            from broadcaster.present.documents.report_paper import report_paper
            from broadcaster.present.documents.web import official_html

            return official_html(report_paper(made, given_number=number))


def write(file: Path, data: bytes) -> None:
    """All of the file or nothing. Raises InputError when it cannot be written."""
    partial = file.with_name(f".{file.name}.part")
    try:
        partial.write_bytes(data)
        partial.replace(file)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise InputError(
            f"Không ghi được {file}: {error.strerror or error}.", hint="Chọn thư mục có quyền ghi, đóng tệp đang mở."
        ) from error


def _tell(made: Report, out: tuple[Path, ...]) -> None:
    if made.rehearsed:
        click.echo(f"{REHEARSAL_MARK}: không dùng để báo cáo.")
    click.echo(
        f"{made.period.title} ({made.period.first:%d/%m/%Y} – {made.period.last:%d/%m/%Y}): "
        f"{made.airings.value:g} chương trình, {made.plays.value:g} lượt phát, {made.minutes.value:.1f} phút."
    )
    for remark in made.remarks:
        click.echo(f"  • {remark.text}")
    for file in out:
        click.echo(f"Đã ghi {file}.")


@click.group()
def paper() -> None:
    """Kiểm tra thể thức văn bản."""


@paper.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="TỆP.docx")
@as_json
def paper_check(file: Path, json_out: bool) -> None:
    """Đo một tệp Word theo Phụ lục I, Nghị định 30/2020; nêu từng chỗ lệch. Mã thoát 1 nếu có chỗ lệch."""
    from broadcaster.present.documents.layout_check import NotAPaperError, check_layout

    try:
        found = check_layout(file.read_bytes())
    except NotAPaperError as error:
        raise InputError(f"{file.name}: {error}", hint="Chọn tệp Word (.docx) mở được bằng Word.") from error
    if json_out:
        echo_json({"rule": d.rule, "where": d.where, "expected": d.expected, "found": d.found} for d in found)
    else:
        for d in found:
            click.echo(f"{d.where}: cần {d.expected}, đang là {d.found} [{d.rule}]")
        click.echo(f"{len(found)} chỗ chưa đúng thể thức." if found else "Đúng thể thức Nghị định 30/2020.")
    if found:
        raise SystemExit(1)
