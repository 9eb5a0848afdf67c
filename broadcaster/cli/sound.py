"""Sound: making clips ahead of time, and the approval that binds them."""

import sys
from datetime import date, timedelta
from pathlib import Path

import click

from broadcaster.cli.arguments import DAY, as_json, echo_json, station_folder
from broadcaster.domain.scripts import Script, ScriptId
from broadcaster.errors import InputError
from broadcaster.present.durations import length
from broadcaster.station.approving import approve as bind
from broadcaster.wiring.workshop import Workshop


@click.command()
@click.option("--until", type=DAY, metavar="NGÀY", help="Chuẩn bị đến hết ngày này; mặc định theo station.toml.")
@click.option("--only", metavar="BÀI", help="Chỉ làm tiếng của một bài, dù chưa duyệt, để nghe trước khi duyệt.")
@as_json
@station_folder
def prepare(station: Path, until: date | None, only: str | None, json_out: bool) -> None:
    """Làm sẵn mọi tệp âm thanh sẽ cần; chữ không đổi thì không làm lại. Mã thoát 1 nếu có bài chưa ra tiếng."""
    with Workshop(station) as shop:
        scripts = _needed(shop, until) if only is None else _one(shop, ScriptId(only))

        def told(script: Script, position: int, total: int) -> None:
            if sys.stderr.isatty():
                click.echo(f"\r\033[K[{position + 1}/{total}] {script.title}", err=True, nl=False)

        prepared = shop.preparer.prepare(scripts, shop.journal.approvals(), progress=told)
        if sys.stderr.isatty():
            click.echo("\r\033[K", err=True, nl=False)
        for script in scripts:
            clip = prepared.clips.get(script.id)
            row = {
                "script": script.id,
                "title": script.title,
                "made": script.id in prepared.made,
                "duration_s": round(clip.duration_s, 3) if clip else None,
                "voice": clip.voice if clip else None,
                "loudness_lufs": round(clip.loudness_lufs, 2) if clip else None,
                "true_peak_dbtp": round(clip.true_peak_dbtp, 2) if clip else None,
                "audio_sha256": clip.audio_sha256 if clip else None,
                "path": clip.path if clip else None,
                "reason": prepared.failed.get(script.id, ""),
            }
            if json_out:
                echo_json([row])
            elif clip is None:
                click.echo(f"CHƯA CÓ TIẾNG  {script.id}: {row['reason']}")
            elif script.id in prepared.made:
                click.echo(
                    f"mới làm  {script.id}: {length(clip.duration_s)}, giọng {clip.voice}, {clip.loudness_lufs:.1f} LUFS"
                )
        if not json_out:
            old = len(prepared.clips) - len(prepared.made)
            click.echo(
                f"{len(prepared.made)} bài mới làm, {old} bài giữ nguyên, {len(prepared.failed)} bài chưa có tiếng."
            )
    if prepared.failed:
        raise SystemExit(1)


def _needed(shop: Workshop, until: date | None) -> tuple[Script, ...]:
    now = shop.now()
    return shop.planner.needed(now, until or now.date() + timedelta(days=shop.files.settings.policy.prepare_days))


def _one(shop: Workshop, script_id: ScriptId) -> tuple[Script, ...]:
    """An error in some other file keeps nobody from hearing this script."""
    script = shop.read.scripts.get(script_id)
    if script is None:
        raise InputError(f"Không có bài nào mang mã “{script_id}”.", hint="Xem danh sách bằng: broadcaster check")
    return (script,)


@click.command()
@click.argument("script", metavar="BÀI")
@click.option("--by", required=True, metavar="TÊN", help="Người phê duyệt: họ tên, chức vụ.")
@click.option("--ref", default="", metavar="SỐ", help="Số văn bản hoặc phiếu duyệt, nếu có.")
@station_folder
def approve(station: Path, script: str, by: str, ref: str) -> None:
    """Phê duyệt đúng chữ và đúng tiếng hiện có của một bài; sửa bài là phải duyệt lại."""
    with Workshop(station) as shop:
        approved = bind(
            ScriptId(script),
            by=by,
            ref=ref,
            now=shop.now(),
            scripts=shop.files.scripts,
            preparer=shop.preparer,
            journal=shop.journal,
        )
        clip = approved.clip
        click.echo(f"Đã duyệt “{script}”: {length(clip.duration_s)}, giọng {clip.voice}, bởi {approved.approval.by}.")
        click.echo(
            f"    chữ {approved.approval.text_sha256[:16]}…  tiếng {clip.audio_sha256[:16]}…  nghe tại {clip.path}"
        )


@click.command()
@click.argument("script", metavar="BÀI")
@click.option("--by", default="", metavar="TÊN", help="Người rút phê duyệt.")
@click.option("--reason", default="", metavar="LÝ DO", help="Vì sao; ghi vào nhật ký.")
@station_folder
def withdraw(station: Path, script: str, by: str, reason: str) -> None:
    """Rút phê duyệt: bài này thôi được phát cho đến khi duyệt lại."""
    with Workshop(station) as shop:
        if not shop.journal.withdraw(ScriptId(script), by=by, at=shop.now(), reason=reason):
            click.echo(f"Bài “{script}” hiện không có phê duyệt nào để rút.")
            raise SystemExit(1)
    click.echo(f"Đã rút phê duyệt của “{script}”.")
