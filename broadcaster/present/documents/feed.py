"""What aired, for the ward's own pages: an RSS feed with sound and words, and one page of words an item."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from html import escape
from xml.sax.saxutils import escape as xml_escape
from xml.sax.saxutils import quoteattr

from broadcaster.domain.settings import Identity
from broadcaster.present.documents.web import page
from broadcaster.present.documents.words import clean, day_short, short


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One item that aired; ``slug`` names its files, ``sound_bytes`` is 0 where there is no sound to give."""

    slug: str
    title: str
    kind: str
    text: str
    first: datetime
    last: datetime
    plays: int
    seconds: float
    sound_bytes: int
    digest: str


def rss(posts: Sequence[Post], who: Identity, *, base: str, made_at: datetime) -> bytes:
    """RSS 2.0 with enclosures; ``base`` ends in a slash, or is empty for links within the folder."""
    items = "".join(_item(p, base) for p in posts)
    title = xml_escape(clean(who.station))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"><channel>'
        f"<title>{title}</title><link>{xml_escape(base or './')}</link>"
        f"<description>Bài đã phát trên loa truyền thanh {xml_escape(clean(who.ward))}</description><language>vi</language>"
        f"<lastBuildDate>{format_datetime(made_at)}</lastBuildDate><itunes:author>{title}</itunes:author>{items}"
        "</channel></rss>\n"
    ).encode()


def _item(post: Post, base: str) -> str:
    sound = ""
    if post.sound_bytes:
        address = quoteattr(f"{base}tieng/{post.slug}.mp3")
        sound = f'<enclosure url={address} length="{post.sound_bytes}" type="audio/mpeg"/>'
    length = round(post.seconds)
    return (
        f"<item><title>{xml_escape(short(post.title))}</title><link>{xml_escape(f'{base}loi/{post.slug}.html')}</link>"
        f"<description>{xml_escape(short(post.text, 400))}</description><category>{xml_escape(clean(post.kind))}</category>"
        f'<pubDate>{format_datetime(post.last)}</pubDate><guid isPermaLink="false">{post.slug}-{post.digest[:16]}</guid>'
        f"{sound}<itunes:duration>{length // 60}:{length % 60:02}</itunes:duration></item>"
    )


def transcript(post: Post, who: Identity) -> bytes:
    """One item's words, with its sound where there is any."""
    player = ""
    if post.sound_bytes:
        player = f'<p class="flat"><audio controls preload="none" src="../tieng/{post.slug}.mp3"></audio></p>'
    words = "".join(f"<p>{escape(clean(part))}</p>" for part in post.text.split("\n") if clean(part))
    told = (
        f"{clean(who.station)} — {clean(post.kind)}; phát lần đầu {day_short(post.first.date())}, gần nhất "
        f"{post.last:%H:%M} ngày {day_short(post.last.date())}."
    )
    body = (
        f'<h1 class="title">{escape(short(post.title, 300))}</h1><p class="to"><i>{escape(told)}</i></p>{player}{words}'
        '<p class="flat"><a href="../index.html">Tất cả bài đã phát</a></p>'
    )
    return page(short(post.title), body)


def front(posts: Sequence[Post], who: Identity) -> bytes:
    """The list of what aired."""
    rows = "".join(
        f'<tr><td class="c">{post.last:%H:%M} {day_short(post.last.date())}</td>'
        f'<td><a href="loi/{post.slug}.html">{escape(short(post.title))}</a></td><td>{escape(clean(post.kind))}</td>'
        f'<td class="c">{_listen(post)}</td></tr>'
        for post in posts
    )
    table = (
        f"<table><thead><tr><th>Phát gần nhất</th><th>Bài</th><th>Thể loại</th><th>Nghe</th></tr></thead><tbody>{rows}</tbody>"
        "</table>"
        if posts
        else '<p class="to">Chưa có bài nào đã phát.</p>'
    )
    body = f'<h1 class="title">{escape(clean(who.station))}</h1><p class="to">Các bài đã phát</p>{table}'
    return page(clean(who.station), f'{body}<p class="flat"><a href="feed.xml">Theo dõi bằng RSS</a></p>')


def _listen(post: Post) -> str:
    return f'<a href="tieng/{post.slug}.mp3">nghe</a>' if post.sound_bytes else "—"
