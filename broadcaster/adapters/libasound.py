"""The ALSA library through ctypes: opening one playback device and asking it where it is."""

import ctypes
import errno
from ctypes import CFUNCTYPE, POINTER, byref, c_char_p, c_int, c_long, c_uint, c_ulong, c_void_p
from functools import cache
from typing import Any

from broadcaster.errors import SinkError

LIBRARY = "libasound.so.2"
PLAYBACK, NONBLOCK = 0, 1
S16_LE, INTERLEAVED = 2, 3
PREPARED, RUNNING, XRUN, SUSPENDED, DISCONNECTED = 2, 3, 4, 7, 8

ErrorHandler = CFUNCTYPE(None, c_char_p, c_int, c_char_p, c_int, c_char_p)

_PROTOTYPES: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "snd_strerror": (c_char_p, (c_int,)),
    "snd_lib_error_set_handler": (c_int, (ErrorHandler,)),
    "snd_config_top": (c_int, (POINTER(c_void_p),)),
    "snd_config_load": (c_int, (c_void_p, c_void_p)),
    "snd_config_delete": (c_int, (c_void_p,)),
    "snd_input_buffer_open": (c_int, (POINTER(c_void_p), c_char_p, c_long)),
    "snd_input_close": (c_int, (c_void_p,)),
    "snd_pcm_open": (c_int, (POINTER(c_void_p), c_char_p, c_int, c_int)),
    "snd_pcm_open_lconf": (c_int, (POINTER(c_void_p), c_char_p, c_int, c_int, c_void_p)),
    "snd_pcm_set_params": (c_int, (c_void_p, c_int, c_int, c_uint, c_uint, c_int, c_uint)),
    "snd_pcm_get_params": (c_int, (c_void_p, POINTER(c_ulong), POINTER(c_ulong))),
    "snd_pcm_state": (c_int, (c_void_p,)),
    "snd_pcm_prepare": (c_int, (c_void_p,)),
    "snd_pcm_resume": (c_int, (c_void_p,)),
    "snd_pcm_start": (c_int, (c_void_p,)),
    "snd_pcm_drop": (c_int, (c_void_p,)),
    "snd_pcm_close": (c_int, (c_void_p,)),
    "snd_pcm_delay": (c_int, (c_void_p, POINTER(c_long))),
    "snd_pcm_avail_update": (c_long, (c_void_p,)),
    "snd_pcm_writei": (c_long, (c_void_p, c_char_p, c_ulong)),
    "snd_card_next": (c_int, (POINTER(c_int),)),
    "snd_device_name_hint": (c_int, (c_int, c_char_p, POINTER(c_void_p))),
    "snd_device_name_get_hint": (c_void_p, (c_void_p, c_char_p)),
    "snd_device_name_free_hint": (c_int, (c_void_p,)),
}


def _unheard(_file: bytes, _line: int, _function: bytes, _error: int, _text: bytes) -> None:
    """The library's own chatter on stderr; every failure is raised here with a reason instead."""


_handler = ErrorHandler(_unheard)


@cache
def library() -> Any:
    """The library with its prototypes set. SinkError where it is not installed."""
    try:
        lib = ctypes.CDLL(LIBRARY)
    except OSError:
        raise SinkError(
            f"Máy này chưa có thư viện âm thanh ALSA ({LIBRARY}).",
            'Cài gói libasound2 (Debian, Ubuntu), hoặc trong station.toml đổi sink của cụm loa thành "pulse" hay "file".',
        ) from None
    for name, (result, arguments) in _PROTOTYPES.items():
        function = getattr(lib, name)
        function.restype = result
        function.argtypes = arguments
    lib.snd_lib_error_set_handler(_handler)
    return lib


def open_playback(name: str, config: str | None) -> int:
    """A handle of the named device, non-blocking; ``config`` is ALSA configuration text used in place of the system's."""
    lib = library()
    handle = c_void_p()
    if config is None:
        result = lib.snd_pcm_open(byref(handle), name.encode(), PLAYBACK, NONBLOCK)
    else:
        result = _open_with(lib, handle, name, config.encode())
    if result < 0 or not handle.value:
        raise refused(name, result)
    return handle.value


def _open_with(lib: Any, handle: c_void_p, name: str, config: bytes) -> int:
    top, source = c_void_p(), c_void_p()
    lib.snd_config_top(byref(top))
    lib.snd_input_buffer_open(byref(source), config, len(config))
    try:
        result = int(lib.snd_config_load(top, source))
        if result < 0:
            return result
        return int(lib.snd_pcm_open_lconf(byref(handle), name.encode(), PLAYBACK, NONBLOCK, top))
    finally:
        lib.snd_input_close(source)
        lib.snd_config_delete(top)


def refused(name: str, code: int) -> SinkError:
    """Why the device cannot be used, with the way out; ``code`` is ALSA's negative error number."""
    if -code in {errno.ENOENT, errno.ENODEV, errno.ENXIO}:
        return SinkError(
            f"Không thấy thiết bị âm thanh «{name}».",
            "Cắm lại thiết bị, hoặc chạy «broadcaster doctor» để xem tên đúng rồi sửa device trong station.toml.",
        )
    if -code == errno.EBUSY:
        return SinkError(
            f"Thiết bị âm thanh «{name}» đang bị chương trình khác chiếm.",
            'Tắt chương trình đó, hoặc dùng sink = "pulse" để phát chung.',
        )
    if -code in {errno.EACCES, errno.EPERM}:
        return SinkError(
            f"Không có quyền dùng thiết bị âm thanh «{name}».",
            "Thêm tài khoản của đài vào nhóm audio rồi đăng nhập lại.",
        )
    reason = library().snd_strerror(code).decode("utf-8", "replace")
    return SinkError(f"Thiết bị âm thanh «{name}» báo lỗi: {reason}.", "Kiểm tra dây, nguồn và tên thiết bị.")


def has_card() -> bool:
    """Whether the machine has a sound card. False where the library is not installed."""
    try:
        lib = library()
    except SinkError:
        return False
    card = c_int(-1)
    return int(lib.snd_card_next(byref(card))) == 0 and card.value >= 0


def playback_names() -> tuple[tuple[str, str], ...]:
    """``(name, description)`` of every playback device the library names. SinkError where it is not installed."""
    lib = library()
    hints = c_void_p()
    if lib.snd_device_name_hint(-1, b"pcm", byref(hints)) < 0 or not hints.value:
        return ()
    free = ctypes.CDLL(None).free
    free.argtypes = (c_void_p,)

    def text(hint: int, field: bytes) -> str:
        pointer = lib.snd_device_name_get_hint(hint, field)
        if not pointer:
            return ""
        try:
            return ctypes.string_at(pointer).decode("utf-8", "replace")
        finally:
            free(pointer)

    found: list[tuple[str, str]] = []
    place = ctypes.cast(hints, POINTER(c_void_p))
    index = 0
    while hint := place[index]:
        if text(hint, b"IOID") != "Input":
            found.append((text(hint, b"NAME"), text(hint, b"DESC").replace("\n", " – ")))
        index += 1
    lib.snd_device_name_free_hint(hints)
    return tuple(found)
