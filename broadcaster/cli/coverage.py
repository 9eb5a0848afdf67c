"""Coverage of the plan, and make-goods for what was not heard."""

from datetime import date
from pathlib import Path

import click

from broadcaster.adapters.fields import as_text
from broadcaster.cli.arguments import as_json, days_in_order, echo_json, echo_lines, from_day, station_folder, to_day
from broadcaster.domain.makegood import Proposal
from broadcaster.domain.periods import Period, PeriodError, parse_period
from broadcaster.errors import InputError
from broadcaster.present.coverage import coverage_json, coverage_lines, proposal_json, proposal_lines
from broadcaster.present.durations import moment
from broadcaster.station.covering import LOOK_BACK_DAYS, Covering
from broadcaster.wiring.workshop import Workshop


def period_of(shop: Workshop, text: str) -> Period:
    """The period named, or the reporting year of today. Raises InputError in the period's own words."""
    cut_offs = shop.read.settings.reporting.cut_offs
    try:
        return parse_period(text or str(shop.now().year), cut_offs)
    except PeriodError as wrong:
        raise InputError(f"{wrong.message[:1].upper()}{wrong.message[1:]}.", hint=wrong.hint) from wrong


@click.command()
@click.option(
    "--period",
    "text",
    default="",
    metavar="KỲ",
    help="2024-Q1, 2024-6T, 2024-Q3, 2024 hoặc ngày..ngày; mặc định năm nay.",
)
@as_json
@station_folder
def coverage(station: Path, text: str, json_out: bool) -> None:
    """Nội dung kế hoạch theo tháng: trong lịch bao nhiêu, đã phát bao nhiêu. Mã thoát 1 nếu có nội dung chưa phát."""
    with Workshop(station) as shop:
        matrix = Covering(files=shop.read, journal=shop.journal).matrix(period_of(shop, text), now=shop.now())
    if json_out:
        echo_json(coverage_json(matrix))
    else:
        echo_lines(coverage_lines(matrix))
    if matrix.unheard:
        raise SystemExit(1)


@click.group()
def makegood() -> None:
    """Phát bù những lượt không phát được, vào chỗ trống trong khung phát của phường."""


def _proposals(shop: Workshop, first: date | None, last: date | None) -> tuple[Proposal, ...]:
    if first and last:
        days_in_order(first, last)
    covering = Covering(files=shop.files, journal=shop.journal)
    return covering.proposals(shop.planner, shop.holidays, now=shop.now(), first=first, last=last)


@makegood.command("list")
@from_day
@to_day
@as_json
@station_folder
def list_proposals(station: Path, first: date | None, last: date | None, json_out: bool) -> None:
    """Các lượt chưa phát được và chỗ đề nghị phát bù. Mã thoát 1 nếu có lượt cần phát bù."""
    with Workshop(station) as shop:
        proposals = _proposals(shop, first, last)
    if json_out:
        echo_json(proposal_json(p) for p in proposals)
    elif proposals:
        echo_lines(proposal_lines(proposals))
        click.echo("    → Chấp nhận một lượt: broadcaster makegood accept LƯỢT_PHÁT --by “họ tên” (hoặc --all)")
    else:
        click.echo(f"Không có lượt nào cần phát bù (xét {LOOK_BACK_DAYS} ngày gần đây; ngày khác: --from, --to).")
    if proposals:
        raise SystemExit(1)


@makegood.command()
@click.argument("airing_id", required=False, metavar="[LƯỢT_PHÁT]")
@click.option("--all", "everything", is_flag=True, help="Mọi lượt đã có chỗ.")
@click.option("--by", required=True, metavar="TÊN", help="Ai chấp nhận.")
@from_day
@to_day
@station_folder
def accept(
    station: Path, airing_id: str | None, everything: bool, by: str, first: date | None, last: date | None
) -> None:
    """Ghi lượt phát bù vào schedules/phat-bu.yaml; lịch của cán bộ không bị sửa."""
    from broadcaster.adapters.makegood_yaml import FILE, write_makegood

    if bool(airing_id) is everything:
        raise InputError("Ghi một lượt phát, hoặc --all.", hint="Xem các lượt bằng: broadcaster makegood list")
    with Workshop(station) as shop:
        now = shop.now()
        proposals = _proposals(shop, first, last)
        wanted = [p for p in proposals if (everything and p.at is not None) or p.lost.airing.id == airing_id]
        if not wanted:
            known = "; ".join(p.lost.airing.id for p in proposals[:5]) or "không có lượt nào"
            raise InputError("Không có lượt nào như vậy để phát bù.", hint=f"Đang có: {known}.")
        for proposal in wanted:
            write_makegood(shop.paths.station, proposal, by=as_text(by), now=now)
            if proposal.at is not None:
                click.echo(f"Đã ghi phát bù: {proposal.lost.airing.title}, {moment(proposal.at)}.")
        text = "; ".join(f"{p.lost.airing.id} → {p.at:%d/%m/%Y %H:%M}" for p in wanted if p.at is not None)
        shop.journal.event(action="makegood_accepted", by=as_text(by), text=text, at=now)
    click.echo(f"    → Xem trong {FILE}; trạm đang trực sẽ tự đọc lịch mới. Kiểm tra: broadcaster check")
