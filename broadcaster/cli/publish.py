"""What aired, as a folder the ward can put on its own page: RSS, sound and words."""

import re
from datetime import timedelta
from pathlib import Path

import click

from broadcaster.cli.arguments import station_folder
from broadcaster.cli.report import write
from broadcaster.errors import InputError
from broadcaster.wiring.documents import Heard, Papers
from broadcaster.wiring.workshop import Workshop


@click.command()
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    metavar="THƯ_MỤC",
    help="Thư mục để đưa lên trang.",
)
@click.option(
    "--days",
    type=click.IntRange(1, 3660),
    default=90,
    metavar="SỐ",
    help="Bài đã phát trong bấy nhiêu ngày; mặc định 90.",
)
@click.option(
    "--base-url",
    default="",
    metavar="ĐỊA_CHỈ",
    help="Địa chỉ của thư mục trên trang, ví dụ https://phuong.gov.vn/loa/.",
)
@station_folder
def publish(station: Path, out: Path, days: int, base_url: str) -> None:
    """Làm thư mục có RSS, tiếng (MP3) và lời của các bài đã phát thật; bài sửa sau khi phát thì không đưa lời."""
    from broadcaster.present.documents.feed import Post, front, rss, transcript

    if base_url and not re.fullmatch(r"https?://[^\s<>\"]+", base_url):
        raise InputError(f"Địa chỉ “{base_url}” không dùng được.", hint="Ghi đủ, ví dụ https://phuong.gov.vn/loa/.")
    base = base_url and base_url.rstrip("/") + "/"
    with Workshop(station) as shop:
        papers = Papers(shop)
        now = shop.now()
        heard_of = papers.heard(now.date() - timedelta(days=days))
        aired = [h for h in heard_of if not h.rehearsed and h.text]
        who = papers.settings.identity_on(now.date())
        kept: set[Path] = set()
        posts = []
        for heard in aired:
            slug = _slug(heard)
            data = papers.sound(heard.clip) if heard.clip else b""
            if data:
                _keep(out / "tieng" / f"{slug}.mp3", data, kept)
            post = Post(
                slug=slug,
                title=heard.item.title,
                kind=heard.item.kind,
                text=heard.text,
                first=heard.first,
                last=heard.last,
                plays=heard.plays,
                seconds=heard.item.duration_s,
                sound_bytes=len(data),
                digest=heard.item.text_sha256,
            )
            _keep(out / "loi" / f"{slug}.html", transcript(post, who), kept)
            posts.append(post)
        _keep(out / "feed.xml", rss(posts, who, base=base, made_at=now), kept)
        _keep(out / "index.html", front(posts, who), kept)
        _forget(out, kept)
    silent = sum(not p.sound_bytes for p in posts)
    click.echo(f"Đã ghi {len(posts)} bài vào {out}" + (f", {silent} bài chưa có tệp tiếng." if silent else "."))
    left = len(heard_of) - len(aired)
    if left:
        click.echo(f"Không đưa lên {left} bài: chỉ mới diễn tập, hoặc lời đã sửa sau khi phát.")
    if not base:
        click.echo(
            "Chưa có --base-url: đường dẫn trong feed.xml là tương đối, nhiều chương trình đọc RSS cần địa chỉ đủ."
        )
    if not posts:
        raise SystemExit(1)


def _slug(heard: Heard) -> str:
    return re.sub(r"[^a-z0-9]+", "-", heard.item.script.lower()).strip("-")[:60] + "-" + heard.item.text_sha256[:8]


def _keep(path: Path, data: bytes, kept: set[Path]) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            f"Không tạo được {path.parent}: {error.strerror}.", hint="Chọn thư mục có quyền ghi."
        ) from error
    write(path, data)
    kept.add(path)


def _forget(out: Path, kept: set[Path]) -> None:
    """Remove what an earlier run put there and is no longer to be published; nothing else in the folder is touched."""
    for folder, pattern in (("tieng", "*.mp3"), ("loi", "*.html")):
        for file in (out / folder).glob(pattern):
            if file not in kept and re.search(r"-[0-9a-f]{8}$", file.stem):
                file.unlink()
