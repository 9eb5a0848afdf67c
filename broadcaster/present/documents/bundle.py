"""The index, the manifest and the reading guide of an evidence bundle."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Protocol

from broadcaster.domain.report import REHEARSAL_MARK, Report
from broadcaster.ports import ChainRow
from broadcaster.present.documents.web import page
from broadcaster.present.documents.words import clean, day_short, number, short

EXTRACT = "nhat-ky/trich-nhat-ky.jsonl"
MANIFEST = "manifest.json"

_FOLDERS = {
    "bao-cao": "Báo cáo của kỳ: Word, bảng tính mở được từng số, dữ liệu",
    "ke-hoach": "Kế hoạch và lịch phát của trạm, đúng như các tệp đang dùng",
    "loi-phat": "Lời các bài đã phát, chỉ khi tệp lời còn đúng mã băm đã ghi trong nhật ký",
    "am-thanh": "Âm thanh đã phát",
    "nhat-ky": "Trích nhật ký phát: mỗi dòng mang mã băm nối với dòng trước",
    "nhap-tay": "Minh chứng của các hoạt động nhập tay",
}


class Entry(Protocol):
    """A file as it lies in the bundle."""

    @property
    def name(self) -> str: ...

    @property
    def size(self) -> int: ...

    @property
    def sha256(self) -> str: ...

    @property
    def about(self) -> str: ...

    @property
    def source(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """What the extract of the chain begins and ends with."""

    first: int
    rows: int
    prev_hash: str
    row_hash: str


def extract_line(row: ChainRow) -> bytes:
    """One sealed row as a line of JSON: ``row_hash`` is SHA-256 of ``prev_hash``, a line feed and ``body``."""
    told = {
        "seq": row.seq,
        "at": row.at.isoformat(),
        "action": row.action,
        "body": row.body,
        "prev_hash": row.prev_hash,
        "row_hash": row.row_hash,
    }
    return (json.dumps(told, ensure_ascii=False) + "\n").encode()


def verifier() -> bytes:
    """The checking program that goes into the bundle: standard library only."""
    return Path(__file__).with_name("verify_bundle.py").read_bytes()


def manifest(report: Report, entries: Iterable[Entry], extract: Extract) -> bytes:
    """Every file with its size and digest, and the ends of the chain's extract."""
    told: Mapping[str, object] = {
        "period": {
            "code": report.period.code,
            "first": report.period.first.isoformat(),
            "last": report.period.last.isoformat(),
        },
        "agency": clean(report.identity.agency),
        "made_at": report.made_at.isoformat(),
        "rehearsed": report.rehearsed,
        "chain": {
            "first": extract.first,
            "rows": extract.rows,
            "prev_hash": extract.prev_hash,
            "row_hash": extract.row_hash,
        },
        "files": [
            {
                "name": e.name,
                "size": e.size,
                "sha256": e.sha256,
                "about": clean(e.about),
                **({"source_sha256": e.source} if e.source else {}),
            }
            for e in entries
        ],
    }
    return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()


def index(report: Report, entries: Sequence[Entry], extract: Extract) -> bytes:
    """The first page a reader opens: what lies where, and how to check it."""
    mark = f'<p class="mark">{REHEARSAL_MARK}</p>' if report.rehearsed else ""
    opening = (
        f'{mark}<h1 class="title">TÀI LIỆU KIỂM CHỨNG</h1><p class="to"><b>{escape(clean(report.period.title))}</b>, '
        f"từ ngày {day_short(report.period.first)} đến ngày {day_short(report.period.last)}</p>"
        f'<p class="to">{escape(clean(report.identity.agency))}</p>'
        f"<p>{escape(how_to(extract))}</p>"
    )
    parts = [opening]
    for folder, title in _FOLDERS.items():
        held = [e for e in entries if e.name.startswith(f"{folder}/")]
        if not held:
            parts.append(f"<h3>{escape(title)}</h3><p>Không có tệp nào trong mục này.</p>")
            continue
        rows = "".join(
            f'<tr><td><a href="{escape(e.name, quote=True)}">{escape(e.name)}</a></td><td>{escape(short(e.about, 200))}</td>'
            f'<td class="r">{number(e.size)}</td><td style="font-size:8pt">{e.sha256}</td></tr>'
            for e in held
        )
        parts.append(
            f"<h3>{escape(title)}</h3><table><thead><tr><th>Tệp</th><th>Nội dung</th><th>Số byte</th><th>SHA-256</th></tr>"
            f"</thead><tbody>{rows}</tbody></table>"
        )
    return page("Tài liệu kiểm chứng", "".join(parts))


def how_to(extract: Extract) -> str:
    """How a reader checks the bundle without the program."""
    return (
        f"Gói có trích {number(extract.rows)} dòng nhật ký. Để kiểm tra, cài Python 3 rồi chạy: python3 verify.py (trong thư mục "
        "đã giải nén) hoặc python3 verify.py goi.zip. Chương trình chỉ đọc gói này, không cần mạng: nó tính lại mã băm của "
        "từng tệp theo danh mục manifest.json và của từng dòng nhật ký. Tệp MP3 được nén từ tệp gốc, nên mã băm của tệp gốc "
        "ghi ở mục source_sha256 trong danh mục, trùng với audio_sha256 trong nhật ký."
    )


def readme(report: Report, extract: Extract) -> bytes:
    """The same in plain text."""
    lines = [
        "TÀI LIỆU KIỂM CHỨNG",
        f"{clean(report.identity.agency)} — {clean(report.period.title)}",
        *([REHEARSAL_MARK] if report.rehearsed else []),
        "",
        how_to(extract),
        "",
        *(f"{folder}/  {title}" for folder, title in _FOLDERS.items()),
        "index.html  danh mục có đường dẫn",
        "",
    ]
    return "\n".join(lines).encode()
