"""Hand-entered activities: meetings, posts, training, posters, mobile loudspeakers, live microphone."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import click

from broadcaster.adapters.fields import FieldError, as_text, choose, parse_number
from broadcaster.cli.arguments import (
    DAY,
    as_json,
    days_in_order,
    echo_json,
    echo_lines,
    from_day,
    station_folder,
    to_day,
)
from broadcaster.domain.activities import BY_HAND, Activity, ActivityKind, standing
from broadcaster.domain.folding import fold
from broadcaster.errors import InputError
from broadcaster.present.activities import activity_json, activity_rows
from broadcaster.station.entering import enter, span_of
from broadcaster.station.entering import strike as strike_out
from broadcaster.wiring.workshop import Workshop

_KINDS = {fold(kind.value): kind for kind in ActivityKind} | {
    "hop": ActivityKind.MEETING,
    "web": ActivityKind.WEB,
    "mxh": ActivityKind.SOCIAL,
    "pano": ActivityKind.PRINT,
    "bangron": ActivityKind.PRINT,
    "toroi": ActivityKind.PRINT,
    "chitieu": ActivityKind.TARGET,
}
_KIND_NAMES = ", ".join(f"“{kind.value}”" for kind in ActivityKind)


@click.group()
def activity() -> None:
    """Hoạt động nhập tay: hội nghị, tin web, mạng xã hội, tập huấn, pano, loa di động, micro trực tiếp."""


@activity.command()
@click.option("--kind", required=True, metavar="LOẠI", help=f"Một trong: {_KIND_NAMES}.")
@click.option("--date", "day", type=DAY, required=True, metavar="NGÀY", help="Ngày làm; không nhập việc chưa làm.")
@click.option("--title", required=True, metavar="TÊN", help="Đã làm gì.")
@click.option("--by", required=True, metavar="TÊN", help="Ai nhập: họ tên, chức vụ.")
@click.option("--place", default="", metavar="NƠI", help="Ở đâu.")
@click.option("--people", type=click.IntRange(min=0), metavar="SỐ", help="Số lượt người dự.")
@click.option(
    "--count", type=click.IntRange(min=1), default=1, metavar="SỐ", help="Số lượng (cuộc, tin, tờ …); mặc định 1."
)
@click.option("--link", default="", metavar="ĐỊA_CHỈ", help="Đường dẫn bài đã đăng.")
@click.option("--note", default="", metavar="GHI_CHÚ", help="Ghi chú.")
@click.option("--topic", "topics", multiple=True, metavar="MÃ", help="Mã nội dung của kế hoạch; ghi nhiều lần được.")
@click.option("--target", default="", metavar="MÃ", help="Mã chỉ tiêu (với loại “số liệu chỉ tiêu”).")
@click.option("--value", default="", metavar="SỐ", help="Giá trị chỉ tiêu đạt được.")
@click.option(
    "--evidence",
    "files",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="TỆP",
    help="Tệp minh chứng; ghi nhiều lần được.",
)
@click.option(
    "--corrects", type=int, metavar="SỐ", help="Thay cho mục nhập sai mang số này; mục cũ vẫn giữ trong nhật ký."
)
@station_folder
def add(
    station: Path,
    kind: str,
    day: date,
    title: str,
    by: str,
    place: str,
    people: int | None,
    count: int,
    link: str,
    note: str,
    topics: tuple[str, ...],
    target: str,
    value: str,
    files: tuple[Path, ...],
    corrects: int | None,
) -> None:
    """Ghi một hoạt động đã làm vào nhật ký, cất tệp minh chứng kèm theo."""
    from broadcaster.adapters.evidence_files import keep_evidence

    with Workshop(station) as shop:
        now = shop.now()
        made = Activity(
            kind=_kind(kind),
            day=day,
            title=as_text(title),
            by=as_text(by),
            entered=now,
            place=as_text(place),
            people=people,
            count=count,
            link=as_text(link),
            note=as_text(note),
            topics=tuple(as_text(t).upper() for t in topics),
            target=as_text(target).upper(),
            value=_value(value),
            corrects=corrects,
        )
        _all_there(files)
        kept = tuple(keep_evidence(file, shop.paths.evidence) for file in files)
        seq = enter(replace(made, evidence=kept), journal=shop.journal, plans=shop.read.plans, today=now.date())
    proof = f", {len(kept)} tệp minh chứng" if kept else ", chưa có minh chứng"
    click.echo(f"Đã ghi hoạt động số {seq} ({BY_HAND}): {made.title[:80]}{proof}.")


def _all_there(files: tuple[Path, ...]) -> None:
    """Nothing is copied while one of the files is not there."""
    lost = [str(file) for file in files if not file.is_file()]
    if lost:
        raise InputError(f"Không có tệp minh chứng: {', '.join(lost)}.", hint="Kiểm tra lại đường dẫn.")


@activity.command("list")
@from_day
@to_day
@click.option("--all", "everything", is_flag=True, help="Cả những mục đã được sửa hoặc hủy.")
@as_json
@station_folder
def list_activities(station: Path, first: date | None, last: date | None, everything: bool, json_out: bool) -> None:
    """Các hoạt động đã nhập tay. Mã thoát 1 nếu không có mục nào."""
    with Workshop(station) as shop:
        start, end = days_in_order(*span_of(first, last, shop.now().date()))
        entries = tuple(shop.journal.activities())
    shown = [e for e in (entries if everything else standing(entries)) if start <= e.activity.day <= end]
    if json_out:
        echo_json(activity_json(e) for e in shown)
    else:
        echo_lines(activity_rows(shown))
        click.echo(f"{len(shown)} mục {BY_HAND}, từ {start:%d/%m/%Y} đến {end:%d/%m/%Y}.")
    if not shown:
        raise SystemExit(1)


@activity.command()
@click.argument("seq", type=int, metavar="SỐ")
@click.option("--by", required=True, metavar="TÊN", help="Ai hủy.")
@click.option("--reason", required=True, metavar="LÝ DO", help="Vì sao; ghi vào nhật ký.")
@station_folder
def strike(station: Path, seq: int, by: str, reason: str) -> None:
    """Thôi tính một mục nhập sai; mục đó vẫn giữ trong nhật ký."""
    with Workshop(station) as shop:
        now = shop.now()
        like = Activity(
            kind=ActivityKind.OTHER, day=now.date(), title="", by=as_text(by), entered=now, note=as_text(reason)
        )
        strike_out(seq, journal=shop.journal, like=like)
    click.echo(f"Đã thôi tính mục số {seq}; mục này vẫn còn trong nhật ký.")


def _kind(text: str) -> ActivityKind:
    try:
        return choose(text, _KINDS, what="Loại hoạt động", code="kind", allowed=[kind.value for kind in ActivityKind])
    except FieldError as wrong:
        raise InputError(wrong.message, hint=wrong.hint) from wrong


def _value(text: str) -> float | None:
    if not text.strip():
        return None
    try:
        return parse_number(text.strip().removesuffix("%"), what="Giá trị", low=0, high=1e9)
    except FieldError as wrong:
        raise InputError(wrong.message, hint=wrong.hint) from wrong
