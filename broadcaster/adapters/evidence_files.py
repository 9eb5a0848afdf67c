"""Evidence files: a copy kept under var/evidence by the digest of its bytes, so that a later change of the original is seen."""

import hashlib
import os
import tempfile
from pathlib import Path

from broadcaster.adapters.fields import clean
from broadcaster.domain.activities import Evidence
from broadcaster.errors import InputError, RecordError

LARGEST = 500_000_000
"""Bytes of one evidence file: a long video, not a disk image."""

_BLOCK = 1 << 20


def keep_evidence(source: Path, folder: Path) -> Evidence:
    """Copy one file into the folder, atomically; the same bytes are kept once. Raises InputError, or RecordError on a bad disk."""
    if not source.is_file():
        raise InputError(
            f"Không có tệp minh chứng {source}.", hint="Kiểm tra lại đường dẫn; thư mục thì nén lại trước."
        )
    size = source.stat().st_size
    if size > LARGEST:
        raise InputError(f"Tệp {source.name} lớn quá {LARGEST // 1_000_000} MB.", hint="Nén lại hoặc cắt bớt.")
    if size == 0:
        raise InputError(f"Tệp {source.name} rỗng.", hint="Chọn lại đúng tệp minh chứng.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=folder, prefix=".", suffix=".part")
        beside = Path(name)
        try:
            digest = hashlib.sha256()
            with os.fdopen(handle, "wb") as target, source.open("rb") as opened:
                while block := opened.read(_BLOCK):
                    digest.update(block)
                    target.write(block)
                target.flush()
                os.fsync(target.fileno())
            kept = evidence_path(folder, digest.hexdigest(), source.name)
            beside.chmod(0o644)
            beside.replace(kept)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as cause:
        message = f"Không cất được tệp minh chứng {source.name}: {cause.strerror or cause}."
        raise RecordError(message, hint="Kiểm tra quyền đọc tệp và chỗ trống trên đĩa.") from cause
    return Evidence(
        name=clean(source.name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")),
        sha256=digest.hexdigest(),
        size=size,
    )


def evidence_path(folder: Path, sha256: str, name: str) -> Path:
    """Where a kept file lies: its digest, with the ending it had so that a double click opens it."""
    suffix = Path(name).suffix.lower()
    plain = suffix if suffix[1:].isalnum() and suffix.isascii() and len(suffix) <= 6 else ""
    return folder / f"{sha256}{plain}"
