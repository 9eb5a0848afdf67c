"""A new station folder, and the doctor's visit."""

from pathlib import Path

import click

from broadcaster.cli.arguments import as_json, echo_json, station_folder
from broadcaster.wiring.doctor import State, examine
from broadcaster.wiring.workshop import Workshop

_MARKS = {State.GOOD: "✓", State.NOTE: "·", State.BAD: "✗"}
_WORDS = {State.GOOD: "tốt", State.NOTE: "lưu ý", State.BAD: "HỎNG"}


@click.command()
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path), metavar="THƯ_MỤC")
def init(directory: Path) -> None:
    """Tạo thư mục trạm mới, kiểm tra được ngay bằng “broadcaster check”."""
    from broadcaster.adapters.sample_station import create_station

    made = create_station(directory)
    click.echo(f"Đã tạo trạm ở {directory} ({len(made)} tệp).")
    click.echo(f"    → Sửa {directory}/station.toml, rồi chạy: broadcaster --station {directory} check")


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), metavar="TỆP")
@station_folder
def backup(station: Path, file: Path) -> None:
    """Sao lưu cả trạm (tệp, nhật ký, âm thanh) ra một tệp; làm được khi trạm đang chạy."""
    from broadcaster.wiring.backup import backup as make

    with Workshop(station) as shop:
        count = make(shop, file)
    click.echo(f"Đã sao lưu {count} tệp vào {file} ({file.stat().st_size / 1024**2:.1f} MB).")


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, exists=True, path_type=Path), metavar="TỆP")
@station_folder
def restore(station: Path, file: Path) -> None:
    """Khôi phục trạm từ bản sao lưu; những gì đang có được cất riêng, không mất."""
    from broadcaster.adapters.clock import SystemClock
    from broadcaster.wiring.backup import restore as put_back
    from broadcaster.wiring.paths import Paths

    station.mkdir(parents=True, exist_ok=True)
    count, before = put_back(Paths(station.absolute()), file, now=SystemClock("Asia/Ho_Chi_Minh").now())
    click.echo(f"Đã khôi phục {count} tệp vào {station}. Những gì có trước đó nằm ở {before}.")


@click.command()
@as_json
@station_folder
def doctor(station: Path, json_out: bool) -> None:
    """Khám máy: điều gì sẽ hỏng tối nay. Mã thoát 1 nếu có điều phải sửa."""
    bad = False
    with Workshop(station) as shop:
        for finding in examine(shop):
            bad = bad or finding.state is State.BAD
            if json_out:
                row = {
                    "area": finding.area,
                    "state": finding.state.value,
                    "message": finding.text,
                    "hint": finding.hint,
                }
                echo_json([row])
            else:
                click.echo(f"{_MARKS[finding.state]} {finding.area}: {_WORDS[finding.state]} — {finding.text}")
                if finding.hint and finding.state is not State.GOOD:
                    click.echo(f"    → {finding.hint}")
    if bad:
        raise SystemExit(1)
