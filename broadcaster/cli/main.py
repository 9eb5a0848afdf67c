"""The front door: names every command, loads only the one that is used, and turns expected errors into text and exit 2."""

import importlib
import logging
import sys
from pathlib import Path

import click

from broadcaster import __version__
from broadcaster.cli.vietnamese import speak_vietnamese
from broadcaster.errors import BroadcasterError, InputError

COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("setup:init", "Tạo thư mục trạm mới."),
    "check": ("files:check", "Kiểm tra mọi tệp của trạm, báo hết lỗi một lần."),
    "rundown": ("plan:rundown", "Xem lịch phát các ngày tới."),
    "rehearse": ("plan:rehearse", "Diễn tập cả một khoảng ngày, không ra tiếng."),
    "read": ("files:read_words", "Đọc thử: mỗi dòng chữ vào, một dòng lời đọc ra."),
    "prepare": ("sound:prepare", "Làm sẵn tệp âm thanh cho các ngày tới."),
    "run": ("daemon:run", "Trạm trực phát theo lịch."),
    "status": ("orders:status", "Trạm đang làm gì, sắp phát gì, đủ tiếng đến bao giờ."),
    "air": ("orders:air", "Phát ngay một bài đã duyệt."),
    "stop": ("orders:stop", "Im lặng ngay."),
    "approve": ("sound:approve", "Phê duyệt chữ và tiếng của một bài."),
    "withdraw": ("sound:withdraw", "Rút phê duyệt."),
    "log": ("record:log", "Nhật ký phát; “log verify” kiểm tra chuỗi chống sửa."),
    "reconcile": ("record:reconcile", "Đối chiếu lịch với nhật ký, mỗi lượt một dòng."),
    "report": ("report:report", "Báo cáo định kỳ: Word, Excel, trang in."),
    "paper": ("report:paper", "“paper check” đo thể thức một tệp Word."),
    "logbook": ("papers:logbook", "Sổ nhật ký chương trình phát thanh của một tuần."),
    "rundown-sheet": ("papers:rundown_sheet", "Lịch phát ngày để trình ký; hôm sau in lại kèm kết quả."),
    "complaint": ("papers:complaint", "Trả lời phản ánh: cụm loa đó, giờ đó đã phát gì."),
    "royalties": ("papers:royalties", "Danh sách tin, bài để tính nhuận bút."),
    "evidence": ("papers:evidence", "Gói tài liệu kiểm chứng của một kỳ."),
    "publish": ("publish:publish", "Thư mục RSS gồm tiếng và lời để đưa lên trang của phường."),
    "activity": ("activities:activity", "Hoạt động nhập tay: hội nghị, tin web, tập huấn, loa di động."),
    "figures": ("figures:figures", "Từng con số của báo cáo, kèm câu truy vấn đếm lại."),
    "coverage": ("coverage:coverage", "Nội dung kế hoạch theo tháng: đã phát, còn thiếu."),
    "makegood": ("coverage:makegood", "Phát bù những lượt không phát được."),
    "doctor": ("setup:doctor", "Khám máy: loa, đồng hồ, đĩa, giọng đọc, quyền ghi."),
    "backup": ("setup:backup", "Sao lưu cả trạm ra một tệp."),
    "restore": ("setup:restore", "Khôi phục trạm từ bản sao lưu."),
    "console": ("console:console", "Bảng điều khiển trên trình duyệt."),
    "clock": ("orders:clock", "Xác nhận đồng hồ máy đã đúng."),
}


class LazyGroup(click.Group):
    """A group that knows its commands by name and imports one only when it runs, so that --help is instant."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order of a day's work."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command."""
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name][0].partition(":")
        command = getattr(importlib.import_module(f"broadcaster.cli.{module}"), attribute)
        if not isinstance(command, click.Command):
            raise TypeError(f"{cmd_name} is no command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list, without importing anything."""
        with formatter.section("Các lệnh"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    options_metavar="[TÙY CHỌN]",
    subcommand_metavar="LỆNH …",
)
@click.option(
    "--station",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    metavar="THƯ_MỤC",
    help="Thư mục trạm; mặc định là thư mục đang đứng.",
)
@click.version_option(__version__, "--version", message="broadcaster %(version)s", help="Hiện phiên bản rồi thoát.")
@click.pass_context
def cli(context: click.Context, station: Path) -> None:
    """Hệ thống truyền thanh: lịch phát → giọng đọc → loa đúng giờ → nhật ký."""
    context.obj = station


def main() -> None:
    """Run, with the one error boundary of this face."""
    speak_vietnamese()
    # a command answers in its own words; only `run` shows the log
    logging.getLogger("broadcaster").addHandler(logging.NullHandler())
    try:
        cli(standalone_mode=False, prog_name="broadcaster")
    except click.exceptions.Abort:
        click.echo("Đã dừng theo lệnh.", err=True)
        sys.exit(130)
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    except BroadcasterError as error:
        sys.exit(tell(error))


def tell(error: BroadcasterError) -> int:
    """The reason and the way out on stderr, without a traceback; returns the exit code."""
    from broadcaster.present.problems import lines

    if isinstance(error, InputError):
        for line in lines(error.problems):
            click.echo(line, err=True)
    click.echo(error.message, err=True)
    if error.hint:
        click.echo(f"    → {error.hint}", err=True)
    return 2


if __name__ == "__main__":
    main()
