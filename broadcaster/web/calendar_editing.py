"""What every form of the calendar does: show first what would change on air and what is wrong, then write, or offer a choice."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from fastapi import Request
from fastapi.responses import Response

from broadcaster.adapters.people import Person
from broadcaster.domain.calendar import ProgrammeId
from broadcaster.domain.cross_checks import by_title
from broadcaster.domain.edits import Conflict
from broadcaster.domain.folding import fold
from broadcaster.domain.problems import Where
from broadcaster.domain.scripts import ScriptId
from broadcaster.ports_editing import ConflictError
from broadcaster.present.calendar_changes import summary
from broadcaster.station.editing import CalendarEditor
from broadcaster.station.proposals import Proposal
from broadcaster.web.calendar_data import desk_of, signature
from broadcaster.web.calendar_forms import Asked, at_fields, elsewhere, said, warnings
from broadcaster.web.conflict_page import Sides, conflict_page, text_of
from broadcaster.web.context import ConsoleContext
from broadcaster.web.rendering import flash, redirect, render

_NO_ROW = "-"
"""The token of no row: what asks to be written without having been looked at is a conflict."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One edit on screen: its fields, what they hold, and the row it began from (``token``).

    ``whole`` says that the fields are those of the row itself, so that two versions of it can be told field by field.
    """

    title: str
    asked: tuple[Asked, ...]
    finer: tuple[Asked, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    about: str = ""
    token: str = ""
    kept: Mapping[str, str] = field(default_factory=dict)
    back: str = "/lich-phat"
    whole: bool = False

    @property
    def fields(self) -> tuple[Asked, ...]:
        """The fields it shows, in order."""
        return (*self.asked, *self.finer)

    @property
    def keys(self) -> set[str]:
        """Their keys."""
        return {a.key for a in self.fields}


def editor_of(context: ConsoleContext) -> CalendarEditor:
    """The editor for this request."""
    return desk_of(context).calendar(context.reading, context.now())


def token_of(editor: CalendarEditor, where: Where, posted: Mapping[str, str] | None) -> str:
    """The row the form is made from: as posted, or as it is now for a new look at it."""
    kept = posted.get("the", "") if posted is not None else ""
    writing = posted is not None and posted.get("buoc") == "ghi"
    return kept or (_NO_ROW if writing else editor.rows.token(where))


def written(context: ConsoleContext, values: Mapping[str, str]) -> Mapping[str, str]:
    """What was typed, with the id for a content named by its title, when only one has that title."""
    typed = values.get("phat", "").strip()
    files = context.reading.files
    if not typed or ScriptId(typed) in files.scripts or ProgrammeId(typed) in files.calendar.programmes:
        return values
    named = by_title(files.calendar, files.scripts).get(fold(typed), ())
    return {**values, "phat": named[0]} if len(named) == 1 else values


def show(
    request: Request, context: ConsoleContext, form: Form, proposal: Proposal | None = None, *, status_code: int = 200
) -> Response:
    """The form, with what it would change once it was looked at."""
    problems = proposal.problems if proposal is not None else ()
    text = ""
    if proposal is not None and proposal.first is not None and proposal.last is not None:
        text = summary(proposal.diff, proposal.first, proposal.last)
    zones = context.reading.files.settings.zones
    return render(
        request,
        "lich_sua.html",
        status_code=status_code,
        form=form,
        loi=at_fields(problems, form.keys),
        loi_chung=elsewhere(problems, form.keys),
        canh_bao=warnings(problems),
        de_nghi=proposal,
        cau=said(proposal, zones) if proposal is not None else [],
        tom_tat=text,
        cac_cum=[(z.id, z.name) for z in zones],
    )


def take(
    request: Request,
    context: ConsoleContext,
    person: Person,
    form: Form,
    posted: Mapping[str, str],
    propose: Callable[[CalendarEditor], Proposal],
) -> Response:
    """Preview, or write when that was asked and nothing is wrong; a conflict shows both versions."""
    editor = editor_of(context)
    try:
        proposal = propose(editor)
        if posted.get("buoc") != "ghi" or not proposal.sound:
            bad = proposal.problems and not proposal.sound
            return show(request, context, form, proposal, status_code=422 if bad else 200)
        context.audit(person, "calendar_edited", proposal.why)
        edit = editor.write(proposal, by=signature(person))
    except ConflictError as conflict:
        sides = [_sides(context, form, c) for c in conflict.conflicts]
        sent = {**form.values, **form.kept, "the": "", "buoc": "xem"}
        return conflict_page(request, sides, sent=sent, back=form.back)
    context.refresh()
    flash(request, f"Đã ghi: {proposal.why}. Cần thì hoàn tác ở Lịch sử sửa (lần {edit.number}).")
    return redirect(request, form.back)


def _sides(context: ConsoleContext, form: Form, conflict: Conflict) -> Sides:
    """Field by field where the form holds the row itself; else the row as written beside what was typed."""
    theirs = text_of(conflict.theirs)
    mine = "\n".join(f"{a.label}: {v}" for a in form.fields if (v := form.values.get(a.key)))
    row = desk_of(context).calendar_text.fields(theirs) if form.whole else {}
    pairs = [(a.label, row.get(a.key, ""), form.values.get(a.key, "")) for a in form.fields] if row else []
    fields = tuple((label, there, here, fold(there) != fold(here)) for label, there, here in pairs if there or here)
    return Sides(conflict=conflict, theirs=theirs, mine=mine, fields=fields)
