"""`run`: the daemon in the foreground, with its signals and its door."""

import logging
import signal
import sys
import threading
from datetime import datetime
from pathlib import Path

import click

from broadcaster.cli.arguments import station_folder
from broadcaster.cli.beside import ConsoleBeside
from broadcaster.cli.serving import handler
from broadcaster.errors import BroadcasterError
from broadcaster.ports import StationFiles
from broadcaster.present.announcements import TEST_TITLE, test_announcement
from broadcaster.present.durations import length
from broadcaster.present.holds import explain
from broadcaster.present.status import sentence, trouble
from broadcaster.station.duty import Duty
from broadcaster.station.running import State
from broadcaster.wiring.running import LiveStation, Texts

log = logging.getLogger("broadcaster")

TICK_S = 0.5


class _Line(logging.Formatter):
    """One line for each thing that happened, with its action, for the service manager's journal."""

    def format(self, record: logging.LogRecord) -> str:
        action = getattr(record, "action", record.name.rpartition(".")[2])
        return f"{record.levelname.lower():7} {action:18} {record.getMessage()}"


def _log_to_stdout() -> None:
    stream = logging.StreamHandler(sys.stdout)
    stream.setFormatter(_Line())
    logging.basicConfig(level=logging.INFO, handlers=[stream])
    logging.getLogger("apscheduler").setLevel(logging.WARNING)


def _sentence(state: State, duty: Duty, now: datetime) -> str:
    on_air = [a.title for a in duty.on_air()]
    return sentence(
        on_air=on_air,
        following=state.ready.following(now),
        ready_until=state.ready.until,
        trouble=trouble(problems=state.problems, on_last_good=state.on_last_good, clock_reason=state.trust.reason),
    )


def _test_text(files: StationFiles, now: datetime) -> str:
    return test_announcement(files.settings.identity_on(now.date()))


def texts() -> Texts:
    """What the station says in words."""
    return Texts(explain=explain, sentence=_sentence, test_title=TEST_TITLE, test_text=_test_text)


@click.command()
@click.option("--test-airing", is_flag=True, help="Phát một lượt thử (nói rõ là phát thử) ngay sau khi bắt đầu trực.")
@click.option(
    "--console", "console_too", is_flag=True, help="Mở luôn bảng điều khiển trên trình duyệt, ở tiến trình riêng."
)
@click.option("--port", default=8172, type=click.IntRange(0, 65535), metavar="CỔNG", help="Cổng của bảng điều khiển.")
@station_folder
def run(station: Path, test_airing: bool, console_too: bool, port: int) -> None:
    """Trạm trực phát theo lịch, chạy ở cửa sổ này; dừng bằng Ctrl-C."""
    _log_to_stdout()
    live = LiveStation(station, texts(), handler)
    stop = threading.Event()
    reload = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    signal.signal(signal.SIGINT, lambda *_: stop.set())
    signal.signal(signal.SIGHUP, lambda *_: reload.set())
    live.open()
    click.echo(f"Trạm đang trực. {live.running.sentence()}.")
    beside = ConsoleBeside(station, "--port", str(port)) if console_too else None
    try:
        if beside is not None:
            beside.start()
        if test_airing:
            _test(live, stop)
        while not stop.wait(TICK_S):
            if beside is not None:
                beside.look()
            if reload.is_set():
                reload.clear()
                live.running.reload()
            live.running.tick()
    finally:
        if beside is not None:
            beside.close()
        live.close()
    click.echo("Trạm đã ngừng trực.")


def _test(live: LiveStation, stop: threading.Event) -> None:
    """Air the announced test and say what came out; a station that cannot test still goes on duty."""
    click.echo("Chuẩn bị phát thử…")
    try:
        airing = live.announce_test(by="lệnh run --test-airing")
    except BroadcasterError as error:
        click.echo(error.message)
        return
    while any(a.airing_id == airing for a in live.duty.on_air()) and not stop.wait(0.2):
        live.running.tick()
    entry = next((e for e in live.workshop.journal.entries() if e.opening.airing_id == airing), None)
    if entry is None:
        click.echo("Lượt phát thử không ghi được vào nhật ký; xem dòng báo lỗi ở trên.")
        return
    for result in entry.closing.results:
        where = f"{result.zone}: {result.device}"
        click.echo(f"Đã phát thử {length(result.played_s)} ra {where} — {result.reason or 'đủ tiếng'}.")
    if entry.opening.order_reason:
        click.echo(f"Ghi chú: {entry.opening.order_reason}.")
    click.echo("Xem dòng nhật ký bằng: broadcaster log")
