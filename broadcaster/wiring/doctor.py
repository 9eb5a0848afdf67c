"""Looks at everything that would fail tonight: each finding says what was looked at, how it is, and what to do."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from pathlib import Path

from broadcaster.adapters.station_lock import held_by
from broadcaster.domain.problems import has_errors
from broadcaster.domain.settings import Zone
from broadcaster.domain.trust import trust
from broadcaster.errors import BroadcasterError
from broadcaster.wiring.parts import SINKS, VOICES
from broadcaster.wiring.workshop import Workshop

LOW_DISK_BYTES = 500 * 1024 * 1024
"""Below this much free space a week of clips may not fit."""


class State(Enum):
    """How a thing is."""

    GOOD = "good"
    NOTE = "note"
    BAD = "bad"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing looked at; ``text`` and ``hint`` are Vietnamese."""

    area: str
    state: State
    text: str
    hint: str = ""


def _good(area: str, text: str) -> Finding:
    return Finding(area=area, state=State.GOOD, text=text)


def _note(area: str, text: str, hint: str = "") -> Finding:
    return Finding(area=area, state=State.NOTE, text=text, hint=hint)


def _bad(area: str, text: str, hint: str = "") -> Finding:
    return Finding(area=area, state=State.BAD, text=text, hint=hint)


def examine(shop: Workshop) -> Iterator[Finding]:
    """Every finding, one after the other; a look that itself fails is a finding too."""
    looks: tuple[tuple[str, Callable[[Workshop], Iterator[Finding]]], ...] = (
        ("tệp", _files),
        ("quyền ghi", _writable),
        ("đĩa", _disk),
        ("đồng hồ", _clock),
        ("loa", _sinks),
        ("giọng đọc", _voices),
        ("nhật ký", _journal),
        ("lịch", _ready),
        ("tiến trình", _process),
    )
    for area, look in looks:
        try:
            yield from look(shop)
        except BroadcasterError as error:
            yield _bad(area, error.message, error.hint)
        except OSError as error:
            yield _bad(area, f"không xem được: {error.strerror or error}")


def _files(shop: Workshop) -> Iterator[Finding]:
    problems = shop.read.problems
    errors = sum(p.severity.value == "error" for p in problems)
    if has_errors(problems):
        yield _bad("tệp", f"tệp của trạm có {errors} lỗi", "Xem từng lỗi bằng: broadcaster check")
    else:
        yield _good("tệp", f"{len(shop.read.scripts)} bài, {len(shop.read.calendar.slots)} khung giờ, không có lỗi")


def _writable(shop: Workshop) -> Iterator[Finding]:
    var = shop.paths.var
    var.mkdir(parents=True, exist_ok=True)
    if os.access(var, os.W_OK | os.X_OK):
        yield _good("quyền ghi", f"ghi được vào {var}")
    else:
        yield _bad("quyền ghi", f"không ghi được vào {var}", "Cấp quyền ghi thư mục này cho người dùng chạy trạm.")


def _disk(shop: Workshop) -> Iterator[Finding]:
    free = shutil.disk_usage(shop.paths.station).free
    text = f"còn trống {free / 1024**3:.1f} GB"
    if free < LOW_DISK_BYTES:
        yield _bad("đĩa", text, "Dọn bớt tệp; trạm cần chỗ cho nhật ký và tệp âm thanh.")
    else:
        yield _good("đĩa", text)


def _clock(shop: Workshop) -> Iterator[Finding]:
    now, settings = shop.now(), shop.read.settings
    synchronised = shop.clock.synchronised()
    verdict = trust(
        now=now,
        newest=shop.journal.newest_moment(),
        synchronised=synchronised,
        require_synchronised=settings.policy.require_synchronised_clock,
    )
    if not verdict.trusted:
        yield _bad(
            "đồng hồ", verdict.reason, "Chỉnh giờ máy, hoặc bật đồng bộ giờ qua mạng (timedatectl set-ntp true)."
        )
        return
    known = {
        True: "đã đồng bộ qua mạng",
        False: "chưa đồng bộ qua mạng",
        None: "máy không cho biết có đồng bộ hay không",
    }
    text = f"{now:%H:%M:%S %d/%m/%Y} giờ {settings.timezone}, {known[synchronised]}"
    yield _good("đồng hồ", text) if synchronised else _note("đồng hồ", text, "Nên bật: timedatectl set-ntp true")


def _sinks(shop: Workshop) -> Iterator[Finding]:
    from broadcaster.adapters.sink_device import sound_devices

    devices = sound_devices(shop.clock)
    for device in devices:
        if device.muted or device.volume == 0:
            yield _bad("loa", f"{device.device} đang bị tắt tiếng", "Mở tiếng trong phần âm thanh của máy.")
    for zone in shop.read.settings.zones:
        yield from _zone(shop, zone)
    names = ", ".join(f"{d.sink}:{d.device}" for d in devices if d.sink == "pulse" or d.default) or "không có"
    yield _note("loa", f"ngõ ra âm thanh của máy này: {names}")


def _zone(shop: Workshop, zone: Zone) -> Iterator[Finding]:
    area = f"loa {zone.id}"
    if not zone.enabled:
        yield _note(area, f"{zone.name} đang tắt trong station.toml")
        return
    sink = SINKS[zone.sink](zone, shop.clock, shop.paths.aired_files)
    stream = sink.open()
    try:
        device = stream.device
    finally:
        stream.close()
    if device.startswith("file:") or Path(device).suffix == ".wav" or "/" in device:
        yield _note(area, f"{zone.name} ghi ra tệp ({device}), không ra loa", "Cắm loa, hoặc đặt ngo_ra và thiet_bi.")
    else:
        yield _good(area, f"{zone.name} mở được qua {device}")


def _voices(shop: Workshop) -> Iterator[Finding]:
    settings = shop.read.settings.voices
    for name in settings.chain:
        voice = VOICES[name](settings, shop.clock, shop.paths.station)
        area = f"giọng {name}"
        try:
            sound = voice.synthesize("xin chào bà con", rate=settings.rate, language="vi")
            yield _good(area, f"nói được ({len(sound.frames) / 2 / sound.rate:.1f} giây)")
        except BroadcasterError as error:
            yield _note(area, error.message, error.hint or "Giọng kế tiếp trong station.toml sẽ đọc thay.")
        finally:
            close = getattr(voice, "close", None)
            if close is not None:
                close()


def _journal(shop: Workshop) -> Iterator[Finding]:
    report = shop.journal.verify()
    if report.holds:
        yield _good("nhật ký", f"nguyên vẹn, {report.rows} dòng")
    else:
        yield _bad(
            "nhật ký", f"chuỗi đứt ở dòng {report.broken_at}: {report.reason}", "Giữ nguyên tệp và báo người quản trị."
        )


def _ready(shop: Workshop) -> Iterator[Finding]:
    now = shop.now()
    tomorrow = now.date() + timedelta(days=1)
    airings = [a for a in shop.planner.airings(now.date(), tomorrow) if a.planned > now]
    held = shop.planner.held(airings)
    blocked = [a for a in airings if held[a.id]]
    if not airings:
        yield _note("lịch", "hôm nay và ngày mai không còn lượt phát nào")
    elif blocked:
        first = blocked[0]
        when = f"{first.planned:%H:%M %d/%m}"
        text = f"{len(blocked)}/{len(airings)} lượt đến hết ngày mai sẽ bị giữ lại; đầu tiên: {when} {first.title}"
        yield _bad("lịch", text, "Xem lý do bằng: broadcaster rundown --days 2")
    else:
        yield _good("lịch", f"{len(airings)} lượt đến hết ngày mai đều đã duyệt và đủ tiếng")


def _process(shop: Workshop) -> Iterator[Finding]:
    holder = held_by(shop.paths.lock)
    if holder is None:
        yield _note("tiến trình", "trạm chưa chạy", "Bật bằng: broadcaster run")
    else:
        yield _good("tiến trình", f"trạm đang chạy, tiến trình số {holder}")
