"""What a preview works out narrowly is what holding the two whole plans against each other would give."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from broadcaster.domain.conflicts import check_plan
from broadcaster.domain.plan_changes import AiringChange, airing_changes
from broadcaster.station.on_air_changes import new_problems
from broadcaster.station.proposals import Proposal
from tests.unit.station.calendar_desk import CALENDAR, TODAY, Desk

MORE = """\
  - {ngay: 11/03/2026, gio: "06:05", phat: bai-dai, cho_phep_tre: 1 giây}
  - {ngay: 12/03/2026, gio: "15:00", phat: bai-hai}
  - {ngay: 12/03/2026, gio: "15:00", phat: bai-hai, cum_loa: khom-1}
"""
ROTATING = """\
  - {ngay: 13/03/2026, gio: "15:00", phat: "xoay vòng ND-D2"}
  - {ngay: 14/03/2026, gio: "15:00", phat: "xoay vòng ND-D2"}
"""
Edited = Callable[[Desk], Proposal]


def rule(slot: str, **values: str) -> Edited:
    """Fields of a standing rule."""
    return lambda desk: desk.editor.rules.change(
        desk.slot(slot), {**desk.editor.rows.values(desk.slot(slot)), **values}
    )


def added(section: str, **values: str) -> Edited:
    """One more row."""
    return lambda desk: desk.editor.add(section, values)


EDITS: dict[str, Edited] = {
    "a dated row": added("lich_ngay", ngay="12/03/2026", gio="15:00", phat="bai-mot"),
    "a row that clashes": added("lich_ngay", ngay="11/03/2026", gio="06:05", phat="bai-dai"),
    "the same row again": added("lich_ngay", ngay="12/03/2026", gio="15:00", phat="bai-hai"),
    "a rule": added("khung_gio", ma="moi", thu="thứ Hai, thứ Ba", gio="06:05", phat="bai-dai"),
    "another time": rule("sang", gio="15:00"),
    "another content": rule("sang", phat="bai-dai"),
    "only a title": rule("sang", ten="Tin sáng"),
    "only a remark": rule("sang", ghi_chu="đọc chậm"),
    "a rule that is off": rule("sang", bat="không"),
    "a skip for all": added("ngoai_le", viec="bỏ", tu="11/03/2026", den="13/03/2026", ly_do="nghỉ"),
    "a skip for one": added("ngoai_le", viec="bỏ", ngay="12/03/2026", khung_gio="sang", ly_do="nghỉ"),
    "a replacement": added("ngoai_le", viec="thay", ngay="12/03/2026", khung_gio="sang", phat="bai-dai", ly_do="gấp"),
    "an addition": added("ngoai_le", viec="thêm", ngay="12/03/2026", gio="06:05", phat="bai-dai", ly_do="gấp"),
    "cancelled": lambda d: d.editor.one.cancel(d.airing(TODAY + timedelta(days=4), "06:05"), "mất điện"),
}  # fmt: skip


@pytest.mark.parametrize("rows", ["", MORE], ids=["plain", "clashing"])
@pytest.mark.parametrize("edit", EDITS)
def test_narrow_is_whole(tmp_path: Path, edit: str, rows: str) -> None:
    desk = Desk(tmp_path / "tram")
    desk.folder.calendar(CALENDAR + rows)
    proposal = EDITS[edit](desk)
    diff, clashes = whole(desk, proposal)
    assert proposal.diff == diff
    assert {p.message for p in proposal.problems if p.code in CLASHES} == {m for c, m in clashes if c in CLASHES}


@pytest.mark.parametrize("edit", EDITS)
def test_a_rotation_that_only_picks_another_script_is_no_change(tmp_path: Path, edit: str) -> None:
    desk = Desk(tmp_path / "tram")
    desk.folder.calendar(CALENDAR + MORE + ROTATING)
    proposal = EDITS[edit](desk)
    diff, _ = whole(desk, proposal)
    assert proposal.diff == tuple(
        c for c in diff if not (c.airing.programme.startswith("xoay") and c.what == ("title",))
    )


CLASHES = frozenset(
    {"duplicate-airing", "overlap-wait", "overlap-cut", "overlap-lost", "quiet-hours", "outside-window"}
)


def whole(desk: Desk, proposal: Proposal) -> tuple[tuple[AiringChange, ...], list[tuple[str, str]]]:
    """Both plans of all the days; clashes of the days that differ."""
    (current, before), (would, after) = desk.plans(proposal, proposal.last or TODAY)
    diff = airing_changes(before, after, since=desk.now)
    days = {c.airing.planned.date() for c in diff}
    known = check_plan(current.calendar, [a for a in before if a.planned.date() in days], current.settings)
    found = check_plan(would.calendar, [a for a in after if a.planned.date() in days], would.settings)
    return diff, [(p.code, p.message) for p in new_problems(known, found)]
