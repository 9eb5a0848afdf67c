"""Orders to the running station: status, air, stop, clock."""

from pathlib import Path
from typing import Any

import click

from broadcaster.adapters.control_socket import NotRunningError, ask
from broadcaster.cli.arguments import as_json, echo_json, echo_lines, station_folder
from broadcaster.domain.trust import CLOCK_ACCEPTED
from broadcaster.present.status import lines
from broadcaster.wiring.paths import paths

PRIORITIES = {
    "thường": "normal",
    "thuong": "normal",
    "ưu tiên": "priority",
    "uu-tien": "priority",
    "khẩn cấp": "emergency",
}
PRIORITIES |= {"khan-cap": "emergency", "normal": "normal", "priority": "priority", "emergency": "emergency"}

by_option = click.option("--by", required=True, metavar="TÊN", help="Ai ra lệnh.")
reason_option = click.option("--reason", required=True, metavar="LÝ DO", help="Vì sao; ghi vào nhật ký.")


@click.command()
@as_json
@station_folder
def status(station: Path, json_out: bool) -> None:
    """Trạm đang làm gì, kế tiếp là gì, đủ tiếng đến bao giờ. Mã thoát 1 khi có việc cần người."""
    where = paths(station)
    try:
        answer = dict(ask(where.control, {"do": "status"})["status"])
    except NotRunningError:
        answer = _still(station)
    if json_out:
        echo_json([answer])
    else:
        echo_lines(lines(answer))
    if not answer["running"] or answer["last_problem"]:
        raise SystemExit(1)


def _still(station: Path) -> dict[str, Any]:
    """What the folder says of itself while no station runs."""
    from broadcaster.cli.serving import status_object
    from broadcaster.domain.problems import has_errors
    from broadcaster.station.running import State
    from broadcaster.wiring.workshop import Workshop, trust_in

    with Workshop(station) as shop:
        now = shop.now()
        files = shop.read
        state = State(problems=files.problems, on_last_good=has_errors(files.problems))
        state.trust = trust_in(shop.clock, shop.journal, files.settings)(now)
        state.version = files.version
        ready = shop.planner.ready(now, files.settings.policy.publish_days)
        return status_object(files, state, ready, now=now, running=False, on_air=[])


@click.command()
@click.argument("script", metavar="BÀI")
@click.option(
    "--zone", default="", metavar="CỤM", help="Cụm loa (mã hoặc tên, cách nhau dấu phẩy); bỏ trống là tất cả."
)
@by_option
@reason_option
@click.option("--priority", default="thường", metavar="MỨC", help="thường, ưu tiên hoặc khẩn cấp.")
@station_folder
def air(station: Path, script: str, zone: str, by: str, reason: str, priority: str) -> None:
    """Phát ngay một bài đã duyệt qua trạm đang trực."""
    level = PRIORITIES.get(priority.strip().lower())
    if level is None:
        raise click.BadParameter(
            f"không có mức “{priority}”; chọn thường, ưu tiên hoặc khẩn cấp", param_hint="--priority"
        )
    request = {"do": "air", "script": script, "zone": zone, "by": by, "reason": reason, "priority": level}
    answer = ask(paths(station).control, request)
    click.echo(f"Đang phát: {answer['airing_id']}")


@click.command()
@click.option("--zone", default="", metavar="CỤM", help="Chỉ dừng cụm này; bỏ trống là dừng tất cả.")
@by_option
@reason_option
@station_folder
def stop(station: Path, zone: str, by: str, reason: str) -> None:
    """Im lặng ngay."""
    answer = ask(paths(station).control, {"do": "stop", "zone": zone, "by": by, "reason": reason})
    stopped = answer["stopped"]
    click.echo(f"Đã dừng: {', '.join(stopped)}" if stopped else "Lúc này không có gì đang phát.")


@click.group()
def clock() -> None:
    """Đồng hồ của máy."""


@clock.command()
@by_option
@reason_option
@station_folder
def accept(station: Path, by: str, reason: str) -> None:
    """Xác nhận giờ máy hiện tại là đúng, dù nhật ký có dòng ghi giờ muộn hơn."""
    from broadcaster.wiring.workshop import Workshop

    with Workshop(station) as shop:
        now = shop.now()
        shop.journal.event(action=CLOCK_ACCEPTED, by=by, text=reason, at=now)
        click.echo(f"Đã ghi nhận: giờ máy {now:%H:%M:%S ngày %d/%m/%Y} là đúng, theo {by}.")
