"""What the running station answers at its door: status, orders, reload. The console speaks the same words."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from broadcaster.adapters.control_socket import Handler
from broadcaster.domain.asrun import Outcome
from broadcaster.domain.calendar import Priority, ZoneId
from broadcaster.domain.problems import Severity
from broadcaster.domain.rundown import Airing
from broadcaster.domain.scripts import ScriptId
from broadcaster.errors import BroadcasterError, InputError
from broadcaster.ports import StationFiles
from broadcaster.present.holds import explain
from broadcaster.station.desk import Cause
from broadcaster.station.planning import Ready
from broadcaster.station.running import State
from broadcaster.wiring.running import LiveStation

MOST_REPEATS = 5
"""An order by hand repeats its script at most so often."""

Answer = Callable[[LiveStation, Mapping[str, Any]], Mapping[str, Any]]


def handler(live: LiveStation) -> Handler:
    """The requests a station understands."""

    def answer(request: Mapping[str, Any]) -> Mapping[str, Any]:
        command = str(request.get("do", ""))
        if command not in _ANSWERS:
            raise BroadcasterError(f"Trạm không có lệnh “{command}”.")
        return _ANSWERS[command](live, request)

    return answer


def status_object(
    files: StationFiles, state: State, ready: Ready, *, now: datetime, running: bool, on_air: list[dict[str, Any]]
) -> dict[str, Any]:
    """The one status object: printed, sent over the door, shown by the console."""
    errors = [p for p in state.problems if p.severity is Severity.ERROR]
    return {
        "station": files.settings.identity_on(now.date()).station,
        "running": running,
        "now": now.isoformat(timespec="seconds"),
        "on_air": on_air,
        "next": _coming(ready.following(now)),
        "ready_until": ready.until.isoformat() if ready.until else None,
        "first_gap": _gap(ready),
        "calendar_version": state.version or files.version,
        "on_last_good": state.on_last_good,
        "clock_trusted": state.trust.trusted,
        "clock_reason": state.trust.reason,
        "last_problem": _last_problem(state, len(errors)),
        "problems": [f"{p.where}: {p.message}" for p in errors[:20]],
        "unprepared": state.unprepared,
        "stopping": state.stopping,
    }


def _coming(airing: Airing | None) -> dict[str, Any] | None:
    if airing is None:
        return None
    return {
        "airing_id": airing.id,
        "planned": airing.planned.isoformat(),
        "title": airing.title,
        "zone": ",".join(airing.zones),
        "duration_s": airing.duration_s,
    }


def _gap(ready: Ready) -> str:
    if ready.first_gap is None:
        return ""
    return f"{ready.first_gap.planned:%d/%m/%Y %H:%M} {ready.first_gap.title}: {explain(ready.held)}"


def _last_problem(state: State, errors: int) -> str:
    if not state.trust.trusted:
        return state.trust.reason
    if state.on_last_good:
        return f"tệp mới có {errors} lỗi, đang dùng bản tốt gần nhất (xem: broadcaster check)"
    return ""


def status_of(live: LiveStation) -> dict[str, Any]:
    """The running station's status."""
    on_air = [
        {
            "airing_id": a.airing_id,
            "title": a.title,
            "zones": list(a.zones),
            "played_s": round(a.played_s, 1),
            "duration_s": round(a.duration_s, 1),
            "level_dbfs": round(a.level_dbfs, 1) if a.level_dbfs is not None else None,
            "test": a.test,
        }
        for a in live.duty.on_air()
    ]
    state = live.running.state
    return status_object(
        live.duty.planner.files, state, state.ready, now=live.workshop.clock.now(), running=True, on_air=on_air
    )


def _status(live: LiveStation, request: Mapping[str, Any]) -> Mapping[str, Any]:  # noqa: ARG001 - one shape for all
    return {"status": status_of(live)}


def _named(request: Mapping[str, Any]) -> tuple[str, str]:
    by, reason = str(request.get("by", "")).strip(), str(request.get("reason", "")).strip()
    if not by or not reason:
        raise InputError("Cần ghi rõ ai ra lệnh và vì sao.", hint="Thêm --by “họ tên” và --reason “lý do”.")
    return by, reason


def _zones(live: LiveStation, asked: str) -> tuple[ZoneId, ...]:
    known = [z for z in live.duty.planner.files.settings.zones if z.enabled]
    if not asked or asked in {"tat-ca", "tất cả"}:
        return tuple(z.id for z in known)
    wanted = [part.strip() for part in asked.split(",")]
    found = tuple(z.id for z in known if z.id in wanted or z.name in wanted)
    missing = [w for w in wanted if w not in {z.id for z in known} | {z.name for z in known}]
    if missing:
        names = ", ".join(z.id for z in known)
        raise InputError(f"Không có cụm loa “{', '.join(missing)}”.", hint=f"Các cụm loa đang có: {names}")
    return found


def _air(live: LiveStation, request: Mapping[str, Any]) -> Mapping[str, Any]:
    by, reason = _named(request)
    asked, times = str(request.get("priority", "normal")).upper(), str(request.get("repeat", 1))
    if asked not in Priority.__members__:
        raise InputError(f"Không có mức ưu tiên “{asked}”.", hint="Chọn thường, ưu tiên hoặc khẩn cấp.")
    if not times.isdecimal():
        raise InputError(f"Số lần lặp “{times}” không phải là số.", hint="Ghi một số từ 1 trở lên.")
    script = ScriptId(str(request.get("script", "")))
    airing = live.duty.air_now(
        script,
        _zones(live, str(request.get("zone", ""))),
        by=by,
        reason=reason,
        priority=Priority[asked],
        repeat=max(1, min(MOST_REPEATS, int(times))),
        fresh=live.found_script(script),
    )
    return {"airing_id": airing}


def _stop(live: LiveStation, request: Mapping[str, Any]) -> Mapping[str, Any]:
    by, reason = _named(request)
    asked = str(request.get("zone", ""))
    cause = Cause(outcome=Outcome.STOPPED, reason=f"{by} cho dừng: {reason}")
    stopped: list[str] = []
    if asked:
        for zone in _zones(live, asked):
            stopped += live.duty.stop(cause, zone)
    else:
        stopped += live.duty.stop(cause)
    live.workshop.journal.event(action="stop_order", by=by, text=reason, at=live.workshop.clock.now())
    return {"stopped": list(dict.fromkeys(stopped))}


def _reload(live: LiveStation, request: Mapping[str, Any]) -> Mapping[str, Any]:  # noqa: ARG001 - one shape for all
    return {"clean": live.running.reload(), "status": status_of(live)}


def _test(live: LiveStation, request: Mapping[str, Any]) -> Mapping[str, Any]:
    by, _ = _named(request)
    return {"airing_id": live.announce_test(by=by)}


_ANSWERS: Mapping[str, Answer] = {"status": _status, "air": _air, "stop": _stop, "reload": _reload, "test": _test}
