"""The papers of a week, a day, a complaint and a period: log book, rundown sheet, answer, royalties, evidence bundle."""

import hashlib
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from broadcaster.adapters.bundle_zip import Member, Written, whole, write_bundle
from broadcaster.adapters.day_fields import parse_date
from broadcaster.adapters.fields import FieldError, parse_times
from broadcaster.cli.arguments import DAY, station_folder
from broadcaster.cli.report import OUT, write
from broadcaster.domain.report import Report
from broadcaster.errors import InputError
from broadcaster.present.documents.blocks import Official, Sheet
from broadcaster.wiring.documents import SEARCHED, Days, Papers
from broadcaster.wiring.workshop import Workshop

if TYPE_CHECKING:
    from broadcaster.present.documents.bundle import Extract
    from broadcaster.present.documents.logbook import Pages


class Moment(click.ParamType):
    """A local moment: 05/03/2024 05:10."""

    name = "lúc"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[date, time]:
        """A day and a time, in the same words as the calendar files."""
        day, _, hour = str(value).strip().replace("T", " ").partition(" ")
        try:
            times = parse_times(hour)
            if len(times) != 1:
                self.fail("Ghi một giờ, ví dụ “05/03/2024 05:10”.", param, ctx)
            return parse_date(day), times[0]
        except FieldError as error:
            self.fail(f"{error.message} {error.hint} Ví dụ: “05/03/2024 05:10”.", param, ctx)


def _sheet(out: Path, sheet: Sheet) -> None:
    match out.suffix.lower():
        case ".docx":
            from broadcaster.present.documents.sheets import sheet_docx

            write(out, sheet_docx(sheet))
        case ".xlsx":
            from broadcaster.present.documents.excel import sheet_xlsx

            write(out, sheet_xlsx(sheet))
        case ".html" | ".htm":
            from broadcaster.present.documents.web import sheet_html

            write(out, sheet_html(sheet))
        case _:
            raise _unknown(out, ".docx, .xlsx hoặc .html")


def _unknown(out: Path, known: str) -> InputError:
    return InputError(f"Chưa làm được tệp loại “{out.suffix or out.name}”.", hint=f"Dùng {known}.")


@click.command()
@click.option("--week", type=DAY, metavar="NGÀY", help="Một ngày trong tuần cần in; mặc định tuần này.")
@click.option("--out", type=OUT, required=True, metavar="TỆP", help="Tệp .docx, .xlsx hoặc .html.")
@station_folder
def logbook(station: Path, week: date | None, out: Path) -> None:
    """Sổ nhật ký chương trình phát thanh của một tuần, từ thứ Hai đến Chủ nhật, có chỗ ký."""
    from broadcaster.present.documents.logbook import logbook as drawn

    with Workshop(station) as shop:
        papers = Papers(shop)
        day = week or shop.now().date()
        monday = day - timedelta(days=day.weekday())
        days = papers.days(monday, monday + timedelta(days=6))
        _sheet(out, drawn(_pages(papers, days)))
    click.echo(f"Đã ghi {out}: {len(days.lines)} dòng, tuần từ {monday:%d/%m/%Y}.")
    if not days.lines:
        raise SystemExit(1)


def _pages(papers: Papers, days: Days) -> "Pages":
    from broadcaster.present.documents.logbook import Pages

    return Pages(
        first=days.first,
        last=days.last,
        lines=days.lines,
        scripts=papers.scripts,
        approvals=days.approvals,
        firsts=days.firsts,
        settings=papers.settings,
        made_at=papers.shop.now(),
        rehearsed=days.rehearsed,
    )


@click.command("rundown-sheet")
@click.option(
    "--date", "day", type=DAY, metavar="NGÀY", help="Ngày cần in; mặc định ngày mai (hôm qua nếu có --filled)."
)
@click.option("--filled", is_flag=True, help="Điền kết quả từ nhật ký.")
@click.option("--out", type=OUT, required=True, metavar="TỆP", help="Tệp .docx, .xlsx hoặc .html.")
@station_folder
def rundown_sheet(station: Path, day: date | None, filled: bool, out: Path) -> None:
    """Lịch phát ngày để trình ký; hôm sau in lại kèm kết quả bằng --filled."""
    from broadcaster.present.documents.logbook import rundown_sheet as drawn
    from broadcaster.present.holds import explain

    with Workshop(station) as shop:
        papers = Papers(shop)
        chosen = day or shop.now().date() + timedelta(days=-1 if filled else 1)
        published = papers.published(chosen)
        days = papers.days(chosen, chosen, None if published else papers.expected(chosen))
        ready = {}
        if not filled:
            held = shop.planner.held([x.airing for x in days.lines if x.airing is not None])
            ready = {key: explain(why) or "sẵn sàng" for key, why in held.items()}
        moment = published.published if published else None
        _sheet(out, drawn(_pages(papers, days), ready=ready, filled=filled, published=moment))
    click.echo(f"Đã ghi {out}: {len(days.lines)} lượt ngày {chosen:%d/%m/%Y}.")
    if not days.lines:
        raise SystemExit(1)


@click.command()
@click.option("--zone", required=True, metavar="CỤM", help="Mã hoặc tên cụm loa.")
@click.option(
    "--at", "moment", type=Moment(), required=True, metavar="LÚC", help="Lúc người dân nêu: “05/03/2024 05:10”."
)
@click.option(
    "--around",
    type=click.IntRange(1, 720),
    default=30,
    metavar="PHÚT",
    help="Xem bao nhiêu phút quanh đó; mặc định 30.",
)
@click.option(
    "--to", "asked_by", default="", metavar="NƠI_GỬI", help="Người hoặc nơi nhận trả lời; bỏ qua thì chừa chỗ."
)
@click.option("--number", default="", metavar="SỐ", help="Số văn bản của văn thư.")
@click.option("--out", type=OUT, required=True, metavar="TỆP", help="Tệp .docx hoặc .html.")
@station_folder
def complaint(
    station: Path, zone: str, moment: tuple[date, time], around: int, asked_by: str, number: str, out: Path
) -> None:
    """Trả lời phản ánh: cụm loa đó, lúc đó nghe thấy gì, kể cả khi không có gì."""
    from broadcaster.present.documents.complaint import Question, complaint_answer, playing

    with Workshop(station) as shop:
        papers = Papers(shop)
        at = datetime.combine(*moment, shop.now().tzinfo)
        if at > shop.now():
            raise InputError(f"Lúc {at:%H:%M %d/%m/%Y} chưa đến.", hint="Ghi lúc đã qua.")
        span = timedelta(minutes=around)
        found = papers.around(papers.zone(zone), at, span)
        question = Question(
            zone=found.zone,
            at=at,
            around=span,
            lines=found.lines,
            before=found.before,
            after=found.after,
            searched=SEARCHED,
            recording=found.recording,
            settings=papers.settings,
            made_at=shop.now(),
            asked_by=asked_by,
            given_number=number,
        )
        _letter(out, complaint_answer(question))
    heard = playing(found.lines, found.zone.id, at)
    told = "; ".join(x.entry.opening.title for x in heard if x.entry) or "không có gì"
    click.echo(f"{found.zone.name}, {at:%H:%M %d/%m/%Y}: {told}. Đã ghi {out}.")


def _letter(out: Path, letter: Official) -> None:
    match out.suffix.lower():
        case ".docx":
            from broadcaster.present.documents.official import official_docx

            write(out, official_docx(letter))
        case ".html" | ".htm":
            from broadcaster.present.documents.web import official_html

            write(out, official_html(letter))
        case _:
            raise _unknown(out, ".docx hoặc .html")


@click.command()
@click.option("--period", required=True, metavar="KỲ", help="Như lệnh report.")
@click.option("--out", type=OUT, required=True, metavar="TỆP", help="Tệp .docx, .xlsx hoặc .html.")
@station_folder
def royalties(station: Path, period: str, out: Path) -> None:
    """Danh sách tin, bài đã phát để tính nhuận bút: tác giả, thể loại, ngày phát lần đầu, số lượt."""
    from broadcaster.present.documents.royalties import Royalties, Work, royalties_sheet

    with Workshop(station) as shop:
        papers = Papers(shop)
        made = papers.report(period)
        works = []
        for item, counter, first in papers.works(made):
            script = papers.scripts.get(item.script)
            works.append(
                Work(
                    title=item.title,
                    kind=item.kind,
                    author=script.author if script else "",
                    origin=script.origin if script else "",
                    first=first,
                    plays=counter.plays,
                    seconds=item.duration_s,
                )
            )
        paper = Royalties(
            period=made.period,
            works=tuple(works),
            identity=made.identity,
            made_at=made.made_at,
            rehearsed=made.rehearsed,
        )
        _sheet(out, royalties_sheet(paper))
    click.echo(f"Đã ghi {out}: {len(works)} tin, bài.")
    if not works:
        raise SystemExit(1)


@click.command()
@click.option("--period", required=True, metavar="KỲ", help="Như lệnh report.")
@click.option("--out", type=OUT, required=True, metavar="TỆP.zip", help="Gói ZIP.")
@click.option("--sound", type=click.Choice(["mp3", "wav", "none"]), default="mp3", help="Dạng âm thanh kèm theo.")
@click.option("--number", default="", metavar="SỐ", help="Số văn bản của báo cáo.")
@station_folder
def evidence(station: Path, period: str, out: Path, sound: str, number: str) -> None:
    """Gói tài liệu kiểm chứng: kế hoạch, lời, âm thanh, trích nhật ký có mã băm, báo cáo và chương trình kiểm tra."""
    if out.suffix.lower() != ".zip":
        raise _unknown(out, ".zip")
    with Workshop(station) as shop:
        papers = Papers(shop)
        made = papers.report(period)
        written = _bundle(papers, made, out, sound, number)
    listed = next(w for w in written if w.name == "manifest.json")
    click.echo(f"Đã ghi {out}: {len(written)} tệp.")
    click.echo(f"Mã băm của danh mục (ghi vào báo cáo để đối chiếu): {listed.sha256}")
    click.echo(f"Kiểm tra: giải nén rồi chạy “python3 verify.py”, hoặc “python3 verify.py {out.name}”.")


def _bundle(papers: Papers, made: Report, out: Path, sound: str, number: str) -> tuple[Written, ...]:
    from broadcaster.present.documents import bundle
    from broadcaster.present.documents.official import official_docx
    from broadcaster.present.documents.report_json import report_json_bytes
    from broadcaster.present.documents.report_paper import report_paper
    from broadcaster.present.documents.report_xlsx import report_xlsx

    extract = _Extracting(papers, made)

    def members() -> Iterable[Member]:
        docx = official_docx(report_paper(made, given_number=number))
        yield Member(name="bao-cao/bao-cao.docx", data=whole(docx), about="báo cáo định kỳ")
        rows = report_xlsx(made, papers.reporter.rows(made), lambda ref: papers.reporter.keys(made, ref))
        yield Member(name="bao-cao/so-lieu.xlsx", data=whole(rows), about="số liệu, mở được từng số")
        yield Member(name="bao-cao/so-lieu.json", data=whole(report_json_bytes(made)), about="số liệu cho máy đọc")
        yield Member(name=bundle.EXTRACT, data=extract.lines, about="trích nhật ký phát")
        yield from papers.evidence(made, sound=sound)

    def last_members(entries: tuple[Written, ...]) -> Iterable[Member]:
        told = extract.told()
        made_here = {
            "verify.py": bundle.verifier(),
            "DOC-TRUOC.txt": bundle.readme(made, told),
            "index.html": bundle.index(made, entries, told),
        }
        extra = tuple(_entry(name, data) for name, data in made_here.items())
        for name, data in made_here.items():
            yield Member(name=name, data=whole(data))
        yield Member(name=bundle.MANIFEST, data=whole(bundle.manifest(made, (*entries, *extra), told)))

    return write_bundle(out, members(), last_members, made_at=made.made_at)


class _Extracting:
    """Writes the chain's extract out and remembers its ends."""

    def __init__(self, papers: Papers, made: Report) -> None:
        self._papers = papers
        self._first, self._last = papers.chain(made)
        self._rows: int = 0
        self._prev_hash = self._row_hash = ""

    def lines(self) -> Iterable[bytes]:
        """Row after row as JSON lines."""
        from broadcaster.present.documents.bundle import extract_line

        for row in self._papers.rows(self._first, self._last):
            if not self._rows:
                self._first, self._prev_hash = row.seq, row.prev_hash
            self._rows, self._row_hash = self._rows + 1, row.row_hash
            yield extract_line(row)

    def told(self) -> "Extract":
        """The ends, once it is written."""
        from broadcaster.present.documents.bundle import Extract

        return Extract(first=self._first, rows=self._rows, prev_hash=self._prev_hash, row_hash=self._row_hash)


def _entry(name: str, data: bytes) -> Written:
    return Written(name=name, size=len(data), sha256=hashlib.sha256(data).hexdigest(), about="", source="")
