"""`ports_editing.RecordingUploads`: recordings from the console, looked into before anybody is told that they came."""

import os
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from broadcaster.adapters.edit_files import LARGEST_RECORDING, FolderEdits
from broadcaster.adapters.edit_history import UPLOADS_KEPT
from broadcaster.adapters.fields import shown
from broadcaster.adapters.recording_heads import HEAD, RECORDING_SUFFIXES, SHORTEST_S, WAY_OUT, is_opus, true_suffix
from broadcaster.adapters.recording_probe import probed
from broadcaster.errors import InputError
from broadcaster.ports_editing import HeldRecording


class RecordingUploadFiles:
    """Holds them with the other uploads of the editing desk; the sender's file name is looked at, never used."""

    def __init__(self, files: FolderEdits) -> None:
        self._files = files
        self._looked: dict[str, HeldRecording] = {}

    def take(self, filename: str, sound: BinaryIO) -> HeldRecording:
        """The cheap looks first, then the decoder's."""
        name = PurePosixPath(filename.replace("\\", "/")).name
        if PurePosixPath(name).suffix.lower() not in RECORDING_SUFFIXES:
            message = f"Tệp {shown(name)} không phải mp3, wav, ogg hay flac."
            raise InputError(
                message, hint="Tệp điện thoại (.m4a, .amr, .3gp): mở ở máy tính, xuất lại thành mp3 rồi gửi."
            )
        sound.seek(0, os.SEEK_END)
        size = sound.tell()
        sound.seek(0)
        if size == 0:
            raise InputError(
                f"Tệp {shown(name)} rỗng, không có gì trong đó.", hint="Chép lại tệp từ máy thu rồi chọn lại."
            )
        if size > LARGEST_RECORDING:
            message = f"Tệp {shown(name)} lớn quá {LARGEST_RECORDING // 1_000_000} MB."
            raise InputError(message, hint="Xuất lại thành mp3: một giờ tiếng chỉ khoảng 60 MB.")
        _refuse_no_sound(name, sound.read(HEAD))
        sound.seek(0)
        digest = self._files.hold(sound)
        held = self.known(digest)
        if held is None:
            raise InputError(f"Tệp {shown(name)} không giải mã được.", hint=WAY_OUT)
        if held.seconds < SHORTEST_S:
            raise InputError(
                f"Bản thu {shown(name)} quá ngắn, gần như không có tiếng.", hint="Thu lại dài hơn rồi gửi."
            )
        return held

    def known(self, digest: str) -> HeldRecording | None:
        """What comes back from a browser is only a digest, and a digest is looked into once."""
        place = self._files.held_place(digest)
        if place is not None and digest in self._looked:
            return self._looked[digest]
        suffix = true_suffix(_head(place)) if place is not None else None
        seconds = probed(place, suffix) if place is not None and suffix is not None else None
        if suffix is None or seconds is None:
            return None
        if len(self._looked) >= UPLOADS_KEPT:
            self._looked.clear()
        self._looked[digest] = HeldRecording(digest=digest, suffix=suffix, seconds=seconds)
        return self._looked[digest]


def _head(place: Path) -> bytes:
    with place.open("rb") as file:
        return file.read(HEAD)


def _refuse_no_sound(name: str, head: bytes) -> None:
    if true_suffix(head) is None:
        raise InputError(f"Tệp {shown(name)} không phải âm thanh, dù tên tệp ghi như vậy.", hint=WAY_OUT)
    if is_opus(head):
        raise InputError(f"Tệp {shown(name)} là âm thanh Opus, chương trình chưa đọc được.", hint=WAY_OUT)
