"""`console`: the local web console, a process of its own that talks to the station only through its door."""

import getpass
import logging
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from broadcaster.cli.arguments import station_folder
from broadcaster.errors import InputError
from broadcaster.wiring.paths import paths

if TYPE_CHECKING:
    from broadcaster.adapters.people import People
    from broadcaster.web.context import ConsoleContext, ConsoleOptions

RISK = (
    "Mở bảng điều khiển ra mạng mà không mã hóa: ai ở cùng mạng (kể cả khách dùng Wi-Fi) có thể xem trộm mật khẩu "
    "và ra lệnh phát loa."
)


@click.command()
@click.option("--host", default="127.0.0.1", metavar="ĐỊA_CHỈ", help="Mặc định chỉ máy này mở được (127.0.0.1).")
@click.option("--port", default=8172, type=click.IntRange(0, 65535), metavar="CỔNG", help="Cổng; mặc định 8172.")
@click.option("--tls-cert", type=click.Path(dir_okay=False, exists=True, path_type=Path), metavar="TỆP")
@click.option("--tls-key", type=click.Path(dir_okay=False, exists=True, path_type=Path), metavar="TỆP")
@click.option(
    "--ten-may", "names", multiple=True, metavar="TÊN", help="Tên máy gõ trên trình duyệt; ghi được nhiều lần."
)
@click.option("--chap-nhan-khong-ma-hoa", "plain", is_flag=True, help=f"Không khuyên dùng. {RISK}")
@click.option(
    "--nguoi", "login", default="", metavar="TÊN", help="Lập người quản trị hoặc đặt lại mật khẩu, rồi thoát."
)
@station_folder
def console(
    station: Path,
    host: str,
    port: int,
    tls_cert: Path | None,
    tls_key: Path | None,
    names: tuple[str, ...],
    plain: bool,
    login: str,
) -> None:
    """Bảng điều khiển trên trình duyệt, mở ở máy này; dừng bằng Ctrl-C. Dừng nó không làm ngừng loa."""
    from broadcaster.adapters.memory import one_heap
    from broadcaster.web.context import ConsoleContext, ConsoleOptions

    where = paths(station)
    if login:
        _set_password(where.var / "people.json", login)
        return
    options = ConsoleOptions(host=host, port=port, encrypted=tls_cert is not None, names=names)
    _refuse_open_door(options, tls_cert, tls_key, plain=plain)
    _log_to_stdout()
    os.nice(5)  # the player goes first
    one_heap()
    context = ConsoleContext(station, options)
    _serve(context, tls_cert, tls_key)


def _refuse_open_door(options: "ConsoleOptions", cert: Path | None, key: Path | None, *, plain: bool) -> None:
    if (cert is None) != (key is None):
        raise click.UsageError("Cần cả --tls-cert và --tls-key.")
    if options.local_only or cert is not None:
        return
    if not plain:
        raise InputError(
            f"Chưa mở ra mạng ở {options.host}: cần chứng thư mã hóa.",
            hint=f"Thêm --tls-cert TỆP --tls-key TỆP. Hoặc thêm --chap-nhan-khong-ma-hoa nếu chấp nhận: {RISK}",
        )
    click.echo(f"CẢNH BÁO: {RISK}", err=True)


def _log_to_stdout() -> None:
    logging.basicConfig(level=logging.INFO, format="%(levelname)-7s %(name)s %(message)s", stream=sys.stdout)
    logging.getLogger("uvicorn.access").setLevel(logging.WARNING)


def _serve(context: "ConsoleContext", cert: Path | None, key: Path | None) -> None:
    import socket

    import uvicorn

    from broadcaster.web.app import create_app

    options = context.options
    app = create_app(context)
    config = uvicorn.Config(
        app,
        host=options.host,
        port=options.port,
        ssl_certfile=cert,
        ssl_keyfile=key,
        access_log=False,
        server_header=False,
        log_config=None,
        proxy_headers=False,
        limit_concurrency=200,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=2,
    )
    family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((options.host, options.port))
    except OSError as error:
        raise InputError(
            f"Không mở được cổng {options.port} ở {options.host}: {error.strerror or error}.",
            hint="Có thể bảng điều khiển đang chạy rồi. Mở trình duyệt xem, hoặc chọn cổng khác bằng --port.",
        ) from error
    address = options.address.rsplit(":", 1)[0] + f":{listening.getsockname()[1]}"
    _first_person(context, address)
    click.echo(f"Bảng điều khiển: {address}")
    server = uvicorn.Server(config)
    server.run(sockets=[listening])
    click.echo("Đã đóng bảng điều khiển. Trạm vẫn trực nếu đang chạy.")


def _first_person(context: "ConsoleContext", address: str) -> None:
    """Nobody has an account yet: ask here, or print a link that works once within 15 minutes."""
    if context.people.all():
        return
    if sys.stdin.isatty():
        click.echo("Chưa có người dùng nào. Lập người quản trị đầu tiên (bấm Ctrl-C để thôi).")
        login = click.prompt("Tên đăng nhập (chữ không dấu, viết liền)")
        _ask_new(context.people, login, context)
        return
    code = context.first_run.open()
    click.echo("Chưa có người dùng nào. Mở đường dẫn này trên máy của trạm trong 15 phút, dùng được một lần:")
    click.echo(f"    {address}/lan-dau?ma={code}")
    sys.stdout.flush()


def _set_password(file: Path, login: str) -> None:
    from broadcaster.adapters.people import People

    _ask_new(People(file), login, None)


def _ask_new(people: "People", login: str, context: "ConsoleContext | None") -> None:
    from broadcaster.adapters.clock import SystemClock
    from broadcaster.adapters.people import Role

    now = context.now() if context is not None else SystemClock("Asia/Ho_Chi_Minh").now()
    known = people.get(login)
    name = known.name if known else click.prompt("Họ tên, chức vụ")
    while True:
        password = getpass.getpass("Mật khẩu (ít nhất 10 ký tự, không hiện khi gõ): ")
        if password == getpass.getpass("Nhập lại mật khẩu: "):
            break
        click.echo("Hai lần nhập chưa giống nhau, nhập lại.")
    if known:
        people.set_password(login, password, now=now)
        click.echo(f"Đã đặt mật khẩu mới cho {known.name}.")
        return
    roles = frozenset({Role.ADMIN, Role.AUTHOR, Role.APPROVER, Role.OPERATOR})
    person = people.add(login=login, name=name, roles=roles, password=password, now=now)
    click.echo(f"Đã lập người quản trị {person.name}. Thêm người thứ hai ở Cài đặt → Người dùng.")
