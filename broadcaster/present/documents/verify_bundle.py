"""Kiểm tra gói tài liệu kiểm chứng. Chỉ đọc gói và chỉ dùng thư viện chuẩn của Python 3.8 trở lên.

Cách dùng:  python3 verify.py goi.zip     hoặc, trong thư mục đã giải nén:  python3 verify.py
Mã thoát: 0 gói nguyên vẹn; 1 có chỗ sai; 2 không đọc được gói.
"""

from __future__ import annotations

import hashlib
import json
import sys
import zipfile
from pathlib import Path
from typing import Any

MANIFEST = "manifest.json"
EXTRACT = "nhat-ky/trich-nhat-ky.jsonl"
OUTSIDE = {MANIFEST}


class Folder:
    """A bundle that was unpacked."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def names(self) -> list[str]:
        return sorted(p.relative_to(self.root).as_posix() for p in self.root.rglob("*") if p.is_file())

    def read(self, name: str) -> bytes:
        target = (self.root / name).resolve()
        if self.root.resolve() not in target.parents:
            raise KeyError(name)
        try:
            return target.read_bytes()
        except OSError as error:
            raise KeyError(name) from error


class Zipped:
    """A bundle as it was sent."""

    def __init__(self, path: Path) -> None:
        self.package = zipfile.ZipFile(path)

    def names(self) -> list[str]:
        return sorted(n for n in self.package.namelist() if not n.endswith("/"))

    def read(self, name: str) -> bytes:
        return self.package.read(name)


def check_files(bundle: Folder | Zipped, manifest: dict[str, Any]) -> list[str]:
    """Every listed file is there with its digest; nothing unlisted lies beside them."""
    listed = {entry["name"]: entry["sha256"] for entry in manifest["files"]}
    wrong = []
    for name, digest in sorted(listed.items()):
        try:
            data = bundle.read(name)
        except (KeyError, zipfile.BadZipFile):
            wrong.append(f"thiếu hoặc hỏng tệp {name}")
            continue
        if hashlib.sha256(data).hexdigest() != digest:
            wrong.append(f"tệp {name} đã bị thay đổi")
    wrong += [f"tệp {n} không có trong danh mục" for n in bundle.names() if n not in listed and n not in OUTSIDE]
    return wrong


def check_chain(bundle: Folder | Zipped, manifest: dict[str, Any]) -> tuple[list[str], int]:
    """Each row of the extract seals the one before it, from the first to the last row the manifest names."""
    wrong: list[str] = []
    before: dict[str, Any] | None = None
    rows = 0
    for number, line in enumerate(bundle.read(EXTRACT).decode("utf-8").splitlines(), start=1):
        row = json.loads(line)
        sealed = hashlib.sha256((row["prev_hash"] + "\n" + row["body"]).encode("utf-8")).hexdigest()
        if sealed != row["row_hash"]:
            wrong.append(f"dòng {number} (số {row['seq']}) bị sửa: mã băm không khớp nội dung")
        if before is not None and (row["prev_hash"] != before["row_hash"] or row["seq"] != before["seq"] + 1):
            wrong.append(
                f"dòng {number} (số {row['seq']}) không nối tiếp dòng trước: có dòng bị xóa, chèn hoặc đổi chỗ"
            )
        before, rows = row, rows + 1
        if rows == 1 and (row["seq"], row["prev_hash"]) != (manifest["chain"]["first"], manifest["chain"]["prev_hash"]):
            wrong.append("dòng đầu của bản trích không khớp danh mục")
    head = before["row_hash"] if before else ""
    if rows != manifest["chain"]["rows"] or head != manifest["chain"]["row_hash"]:
        wrong.append("dòng cuối hoặc số dòng của bản trích không khớp danh mục")
    return wrong, rows


def main(arguments: list[str]) -> int:
    """Say what holds and what does not."""
    place = Path(arguments[0]) if arguments else Path(__file__).resolve().parent
    try:
        bundle: Folder | Zipped = Zipped(place) if place.is_file() else Folder(place)
        manifest = json.loads(bundle.read(MANIFEST).decode("utf-8"))
        wrong = check_files(bundle, manifest)
        chain, rows = check_chain(bundle, manifest)
        wrong += chain
    except (OSError, KeyError, ValueError, TypeError, AttributeError, zipfile.BadZipFile) as error:
        print(f"Không đọc được gói: {error}")
        return 2
    for line in wrong:
        print(f"SAI: {line}")
    if wrong:
        print(f"GÓI KHÔNG NGUYÊN VẸN: {len(wrong)} chỗ sai.")
        return 1
    print(f"Gói nguyên vẹn: {len(manifest['files'])} tệp khớp mã băm, {rows} dòng nhật ký nối nhau liền mạch.")
    print(
        f"Mã băm của danh mục (đối chiếu với số ghi trên báo cáo): {hashlib.sha256(bundle.read(MANIFEST)).hexdigest()}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
