"""How long it takes until an edit is seen as it would be, or saved: forms as a person fills them, over the station of the bar."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urlencode
from urllib.request import OpenerDirector

from tests.station_process import far_from_now
from tests.web.console_process import ConsoleProcess


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A form, what is typed into it the nth time, how soon the answer should be there (p95), and a word of that answer."""

    name: str
    address: str
    typed: Callable[[int], Mapping[str, str]]
    answer: str
    aim_ms: int = 1000
    rounds: int = 20
    by: str = "lan"


HOUR = 19 if far_from_now()[:2] in {"20", "21"} else 21
"""After the last airing of the calendar, and not the hour that holds the station's one quiet minute."""

EDITS = (
    Edit(
        name="one dated airing more",
        address="/lich-phat/moi",
        typed=lambda n: {"kieu": "lich_ngay", "gio": f"{HOUR}:{n % 60:02}", "phat": "bai-0007", "cum_loa": "khom-1"},
        answer="Ghi vào lịch",
    ),
    Edit(
        name="one slot of 10,000 at another time",
        address="/lich-phat/khung/s7",
        typed=lambda n: {"gio": f"{HOUR}:{n % 60:02}"},
        answer="Ghi vào lịch",
        aim_ms=2000,
    ),
    Edit(
        name="the place in the ward's papers",
        address="/cai-dat/muc/don-vi/0",
        typed=lambda n: {"dia_danh": f"Mẫu {n}"},
        answer='value="ghi"',
        by="minh",
    ),
    Edit(
        name="the quiet hours, held against 30 days",
        address="/cai-dat/muc/quy-dinh/0",
        typed=lambda n: {"gio_yen_tinh": f"22:{n:02}-04:00"},
        answer='value="ghi"',
        by="minh",
        aim_ms=5000,
        rounds=5,
    ),
    Edit(
        name="a script, saved and read again",
        address="/soan-bai/bai-0007",
        typed=lambda n: {"loi_doc": f"Kính mời bà con cô bác đến dự buổi họp lần {n} tại trụ sở khóm."},
        answer="Đã lưu bài",
    ),
)


def measure_edits(
    console: ConsoleProcess, browsers: Mapping[str, OpenerDirector], held: Callable[[], float]
) -> list[str]:
    """Print a line for each; the names of those that missed their aim.

    ``browsers`` are those of people by login, ``held`` the MB of now.
    """
    failed: list[str] = []
    print("\n| edit | first | p50 | p95 | aim | held after |\n|---|---|---|---|---|---|")
    for edit in EDITS:
        times = [_once(console, browsers[edit.by], edit, n) for n in range(edit.rounds)]
        first, ordered = times[0], sorted(times)
        p50, p95 = ordered[edit.rounds // 2], ordered[-(-edit.rounds * 95 // 100) - 1]
        failed += [edit.name] if p95 > edit.aim_ms else []
        print(
            f"| {edit.name} | {first:.0f} ms | {p50:.0f} ms | {p95:.0f} ms | {edit.aim_ms} ms | {held():.0f} MB |",
            flush=True,
        )
    return failed


def _once(console: ConsoleProcess, browser: OpenerDirector, edit: Edit, n: int) -> float:
    """The form is opened before the clock starts; the answer is whole, redirects followed, when it stops."""
    with browser.open(console.url + edit.address, timeout=120) as page:
        form = _Form(page.read().decode())
    data = urlencode(
        [*((k, v) for k, v in form.fields if k not in edit.typed(n)), *edit.typed(n).items(), ("buoc", "xem")]
    )
    began = time.perf_counter()
    with browser.open(console.url + edit.address, data.encode(), timeout=120) as answer:
        said = answer.read().decode()
    took = (time.perf_counter() - began) * 1000
    if edit.answer not in said:
        raise AssertionError(f"{edit.name}: the console did not take the edit")
    return took


class _Form(HTMLParser):
    """What a browser would send of the last form of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: list[tuple[str, str]] = []
        self._choice = ""
        self._text: tuple[str, list[str]] | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Inputs, chosen options and text areas."""
        found = dict(attrs)
        name, value = found.get("name") or "", found.get("value") or ""
        match tag:
            case "form":
                self.fields = []
            case "select":
                self._choice = name
            case "option" if "selected" in found and self._choice:
                self.fields.append((self._choice, value))
            case "textarea":
                self._text = (name, [])
            case "input" if name and (found.get("type") not in {"checkbox", "radio"} or "checked" in found):
                self.fields.append((name, value or ("on" if found.get("type") == "checkbox" else "")))
            case _:
                return

    def handle_data(self, data: str) -> None:
        """Of a text area."""
        if self._text is not None:
            self._text[1].append(data)

    def handle_endtag(self, tag: str) -> None:
        """A text area or a choice is over."""
        if tag == "textarea" and self._text is not None:
            self.fields.append((self._text[0], "".join(self._text[1])))
            self._text = None
        if tag == "select":
            self._choice = ""
