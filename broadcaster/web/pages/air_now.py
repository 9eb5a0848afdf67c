"""Phát ngay, Phát khẩn: choose, read back, confirm, five seconds to take it back; then the station's own door."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import FileResponse, Response

from broadcaster.adapters.people import Person, clean_name
from broadcaster.domain.scripts import ScriptId
from broadcaster.station.approving import Heard, approve_heard
from broadcaster.web import desk, emergency
from broadcaster.web.context import ConsoleContext
from broadcaster.web.errors import MissingError, PageError
from broadcaster.web.orders_form import MOST_REPEATS, Outlook, Wish, offered, on_own_word, outlook
from broadcaster.web.pending import HOLD_BACK_S, Pending, State
from broadcaster.web.rendering import redirect, render
from broadcaster.web.security import Context, Operator, Someone

router = APIRouter()

CONFIRMED = frozenset({"phát", "phat"})
"""What a person types to confirm, in any case; without marks too, for a keyboard that has none."""


@router.get("/phat-ngay")
def choose(request: Request, context: Context, person: Operator, tim: str = "", bai: str = "") -> Response:
    """An ordinary airing out of schedule."""
    wish = Wish(script=bai, zones=all_zones(context))
    return _form(request, context, wish, tim=tim)


@router.get("/phat-khan")
def choose_emergency(request: Request, context: Context, person: Operator, tim: str = "", bai: str = "") -> Response:
    """An emergency: above every airing, through quiet hours."""
    wish = Wish(script=bai, zones=all_zones(context), repeat=2, emergency=True)
    return _form(request, context, wish, tim=tim)


@router.get("/phat-ngay/tim")
def search(request: Request, context: Context, person: Operator, tim: str = "", khan: bool = False) -> Response:
    """The list of scripts while one types."""
    found = offered(context, tim, context.now(), emergency=khan)
    return render(request, "manh/chon_bai.html", cac_bai=found, da_chon="", loi={}, tim=tim)


def all_zones(context: ConsoleContext) -> tuple[str, ...]:
    """Every zone that is in use."""
    return tuple(str(z.id) for z in context.reading.files.settings.zones if z.enabled)


def _form(
    request: Request, context: ConsoleContext, wish: Wish, *, tim: str = "", found: Outlook | None = None
) -> Response:
    now = context.now()
    scripts = list(offered(context, tim, now, emergency=wish.emergency))
    if wish.script and all(s.id != wish.script for s in scripts):
        chosen = context.reading.files.scripts.get(ScriptId(wish.script))
        scripts = [chosen, *scripts] if chosen is not None else scripts
    return render(
        request,
        "phat_ngay.html",
        status_code=400 if found else 200,
        y=wish,
        tim=tim,
        cac_bai=scripts,
        da_chon=wish.script,
        cac_cum=[(str(z.id), z.name) for z in context.reading.files.settings.zones if z.enabled],
        loi=found.errors if found else {},
        nhieu_nhat=MOST_REPEATS,
        cac_mau=emergency.templates(context.reading.files.scripts, now) if wish.emergency else (),
        mau_trong=emergency.OWN_WORDS.id,
    )


def _wish(
    bai: Annotated[str, Form(max_length=200)] = "",
    cum: Annotated[list[str] | None, Form()] = None,
    ly_do: Annotated[str, Form(max_length=500)] = "",
    lap: Annotated[int, Form()] = 1,
    uu_tien: Annotated[bool, Form()] = False,
    khan: Annotated[bool, Form()] = False,
) -> Wish:
    reason = " ".join(ly_do.split())
    return Wish(script=bai, zones=tuple(cum or ()), reason=reason, repeat=lap, urgent=uu_tien, emergency=khan)


@router.post("/phat-ngay/doc-lai")
def read_back(
    request: Request,
    context: Context,
    person: Operator,
    bai: Annotated[str, Form(max_length=200)] = "",
    cum: Annotated[list[str] | None, Form()] = None,
    ly_do: Annotated[str, Form(max_length=500)] = "",
    lap: Annotated[int, Form()] = 1,
    uu_tien: Annotated[bool, Form()] = False,
    khan: Annotated[bool, Form()] = False,
) -> Response:
    """Every word that will be heard, where, how long, what it cuts: before anything sounds."""
    wish = _wish(bai, cum, ly_do, lap, uu_tien, khan)
    found = outlook(context, wish, context.now(), by=person.name)
    if found.errors:
        return _form(request, context, wish, found=found)
    return show_read_back(request, context, wish, found, order_id=context.orders.fresh_id())


def show_read_back(
    request: Request, context: ConsoleContext, wish: Wish, found: Outlook, *, order_id: str, error: str = ""
) -> Response:
    """The page before the last step."""
    values: dict[str, Any] = {"y": wish, "xem": found, "ma_lenh": order_id, "sai": error, "giu_lai": int(HOLD_BACK_S)}
    return render(request, "phat_doc_lai.html", status_code=400 if error else 200, **values)


@router.post("/phat-ngay/phat")
def confirm(
    request: Request,
    context: Context,
    person: Operator,
    ma_lenh: Annotated[str, Form(min_length=10, max_length=60)],
    xac_nhan: Annotated[str, Form(max_length=40)] = "",
    bai: Annotated[str, Form(max_length=200)] = "",
    cum: Annotated[list[str] | None, Form()] = None,
    ly_do: Annotated[str, Form(max_length=500)] = "",
    lap: Annotated[int, Form()] = 1,
    uu_tien: Annotated[bool, Form()] = False,
    khan: Annotated[bool, Form()] = False,
    chu: Annotated[str, Form(max_length=64)] = "",
    tieng: Annotated[str, Form(max_length=64)] = "",
) -> Response:
    """Begin the countdown of an order; an emergency only when the word was typed or the button held."""
    wish = _wish(bai, cum, ly_do, lap, uu_tien, khan)
    found = outlook(context, wish, context.now(), by=person.name)
    if found.errors or found.script is None:
        return _form(request, context, wish, found=found)
    if wish.emergency and xac_nhan.strip().lower() not in CONFIRMED:
        error = "Chưa phát: gõ đúng chữ PHÁT, hoặc giữ nút đủ ba giây."
        return show_read_back(request, context, wish, found, order_id=ma_lenh, error=error)
    if context.status() is None:
        raise PageError("Trạm chưa chạy nên chưa phát được.", "Bật trạm rồi làm lại; lệnh này chưa được gửi đi đâu cả.")
    if on_own_word(wish, found.script):
        _answer_for(context, found, wish, person, Heard(text_sha256=chu, audio_sha256=tieng))
    order = context.orders.place(_order(ma_lenh, wish, found, person))
    return redirect(request, f"/phat-ngay/lenh/{order.id}")


def _answer_for(context: ConsoleContext, found: Outlook, wish: Wish, person: Person, heard: Heard) -> None:
    """The person who confirms an emergency notice approves it, exactly as it was read back."""
    if found.script is None or found.approval is not None:
        return
    context.audit(person, "emergency_approved", f"chịu trách nhiệm phát tin khẩn {found.script.id}")
    approve_heard(
        found.script,
        heard,
        clip=found.clip,
        authors=(),
        approver=person.login,
        by=person.name,
        ref=f"phát khẩn: {wish.reason}",
        now=context.now(),
        journal=context.journal,
    )


def _order(order_id: str, wish: Wish, found: Outlook, person: Person) -> Pending:
    title = found.script.title if found.script else wish.script
    return Pending(
        id=order_id,
        login=person.login,
        title=title,
        zones=found.zones,
        emergency=wish.emergency,
        request={
            "do": "air",
            "script": wish.script,
            "zone": ",".join(wish.zones),
            "by": clean_name(person.name),
            "reason": wish.reason,
            "priority": wish.priority.name.lower(),
            "repeat": wish.repeat,
        },
        due=0.0,
    )


@router.get("/phat-ngay/lenh/{order_id}")
def follow(request: Request, context: Context, person: Operator, order_id: str) -> Response:
    """The countdown, then what became of the order; the script on the page asks again until it is settled."""
    order = context.orders.get(order_id)
    if order is None or order.login != person.login:
        raise MissingError("Không có lệnh phát này.", "Xem trang Hôm nay để biết đang phát gì.")
    left = context.orders.left_s(order)
    response = render(request, "phat_lenh.html", lenh=order, con=left, State=State, han=_due(context, left))
    if order.state is State.WAITING or not _settled(order):
        # a page that asks again by itself, with or without scripts
        response.headers["refresh"] = "1"
    return response


def _settled(order: Pending) -> bool:
    return order.state is not State.SENT or bool(order.airing_id)


def _due(context: ConsoleContext, left_s: float) -> str:
    return (context.now() + timedelta(seconds=left_s)).isoformat(timespec="milliseconds")


@router.post("/phat-ngay/lenh/{order_id}/huy")
def take_back(request: Request, context: Context, person: Operator, order_id: str) -> Response:
    """Cancel while it waits."""
    order = context.orders.get(order_id)
    if order is None or order.login != person.login:
        raise MissingError("Không có lệnh phát này.", "Xem trang Hôm nay để biết đang phát gì.")
    after = context.orders.take_back(order_id)
    if after is not None and after.state is State.TAKEN_BACK and order.state is State.WAITING:
        context.audit(person, "air_taken_back", f"hủy lệnh phát “{order.title}” trước khi phát")
        _unapprove(context, str(order.request["script"]), person)
    return redirect(request, f"/phat-ngay/lenh/{order_id}")


def _unapprove(context: ConsoleContext, script_id: str, person: Person) -> None:
    """What was approved only by confirming is not approved any more."""
    script = context.reading.files.scripts.get(ScriptId(script_id))
    if script is not None and emergency.made_here(script):
        context.journal.withdraw(script.id, by=person.name, at=context.now(), reason="hủy lệnh phát khẩn")


@router.get("/phat-ngay/nghe/{script_id}")
def listen(context: Context, person: Someone, script_id: str) -> Response:
    """The approved sound of a script, in the browser only; loudspeakers stay silent."""
    script = context.reading.files.scripts.get(ScriptId(script_id))
    clip = context.reading.preparer.clip(script, desk.approvals(context).get(ScriptId(script_id))) if script else None
    if clip is None or not context.reading.shop.clips.verified(clip):
        raise MissingError("Bài này chưa có tiếng.", "Chờ trạm làm tiếng xong, hoặc mở Bài phát để xem lý do.")
    return FileResponse(clip.path, media_type="audio/wav")
