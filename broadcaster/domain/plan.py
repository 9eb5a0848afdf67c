"""The plan the loudspeakers speak for: topics, forms, duties, targets, the documents it cites, and the ward's own quota."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import NewType

from broadcaster.domain.problems import Where
from broadcaster.domain.scripts import TopicCode

DocumentCode = NewType("DocumentCode", str)
TargetCode = NewType("TargetCode", str)


class Airable(Enum):
    """How far a topic may be spoken of on the loudspeakers."""

    YES = "có"
    IN_PART = "một phần"
    NEEDS_FIGURES = "cần số liệu"


class Standing(Enum):
    """What is known of a cited document's validity; UNKNOWN was never looked up with success."""

    IN_FORCE = "còn hiệu lực"
    SUPERSEDED = "đã thay"
    LOOK_UP = "cần tra lại"
    UNKNOWN = "chưa rõ"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """A coded sentence of the plan: a goal, a requirement, or one thought under a topic or a form."""

    code: str
    title: str
    airable: Airable | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A content of the plan that scripts are tagged with; ``printed`` is its place on paper (III.1.a).

    A topic with children carries no scripts of its own: what its children are heard counts for it.
    """

    code: TopicCode
    title: str
    short_title: str
    printed: str
    parent: TopicCode | None = None
    airable: Airable = Airable.YES
    documents: tuple[DocumentCode, ...] = ()
    clauses: tuple[Clause, ...] = ()
    where: Where = field(default_factory=lambda: Where(file=""))

    @property
    def letter(self) -> str:
        """The letter people call it by: ``a`` of III.1.a, ``đ`` of III.1.đ; empty where the place has none."""
        last = self.printed.split()[0].rsplit(".", 1)[-1] if self.printed.strip() else ""
        return last if len(last) == 1 and last.isalpha() else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CchcField:
    """One of the six fields of administrative reform; scripts name it by its words."""

    code: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form of propaganda the plan names; one that uses the loudspeakers may be a tag of scripts (standing reminders)."""

    code: TopicCode
    title: str
    printed: str
    loudspeaker: bool
    how: str = ""
    frequency: str = ""
    summary: str = ""
    channels: tuple[str, ...] = ()
    clauses: tuple[Clause, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """Who must do what; ``actors`` is empty where the plan names nobody."""

    code: str
    work: str
    actors: tuple[str, ...] = ()
    frequency: str = ""
    reports_to: str = ""
    nature: str = ""
    targets: tuple[TargetCode, ...] = ()
    loudspeaker: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What the plan itself sets; ``value`` is None where it names a direction and no number."""

    code: TargetCode
    title: str
    value: float | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalDocument:
    """A document the plan cites: as it truly is, as it was printed where that differs, and what became of it.

    ``name_only`` marks one nobody could read: a script may give its name, number and date and nothing of its content.
    ``superseded_on`` is the first day of the replacement, None where no source gives it.
    """

    code: DocumentCode
    type: str
    subject: str
    number: str = ""
    dated: date | None = None
    year: int | None = None
    issuer: str = ""
    printed_number: str | None = None
    printed_date: str | None = None
    used_in: tuple[str, ...] = ()
    standing: Standing = Standing.UNKNOWN
    superseded_by: str = ""
    superseded_on: date | None = None
    name_only: bool = False
    note: str = ""
    where: Where = field(default_factory=lambda: Where(file=""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Misprint:
    """A printing fault of the plan on paper, kept as a note and never mended silently."""

    code: str
    line: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WardQuota:
    """The ward's own numbers where the plan sets none; every use of them must say that they are the ward's (``source``).

    ``plays`` are plays (lượt phát) of each topic or form within [first, last], both included.
    """

    source: str
    first: date
    last: date
    basis: str = ""
    sessions_per_day: int | None = None
    minutes_per_session: float | None = None
    plays: Mapping[TopicCode, int] = field(default_factory=dict)
    total_plays: int | None = None
    scripts_per_topic: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One plan of one year; several stand side by side. ``first`` and ``last`` are its validity, both included.

    ``features`` and ``reminders`` are the codes the ward means to air as such; see `spoken`.
    """

    code: str
    number: str
    type: str
    title: str
    dated: date
    first: date
    last: date
    issuer: str
    place: str = ""
    superior: str = ""
    reports_to: str = ""
    based_on: DocumentCode | None = None
    signed_as: str = ""
    recipients: tuple[str, ...] = ()
    audience: str = ""
    budget: str = ""
    unspecified: tuple[str, ...] = ()
    goals: tuple[Clause, ...] = ()
    requirements: tuple[Clause, ...] = ()
    fields: tuple[CchcField, ...] = ()
    topics: tuple[Topic, ...] = ()
    forms: tuple[Form, ...] = ()
    duties: tuple[Duty, ...] = ()
    targets: tuple[Target, ...] = ()
    documents: tuple[LegalDocument, ...] = ()
    misprints: tuple[Misprint, ...] = ()
    features: tuple[TopicCode, ...] = ()
    reminders: tuple[TopicCode, ...] = ()
    quota: WardQuota | None = None
    where: Where = field(default_factory=lambda: Where(file=""))

    def topic(self, code: str) -> Topic | None:
        """The topic of that code, or None."""
        return next((t for t in self.topics if t.code == code), None)

    def form(self, code: str) -> Form | None:
        """The form of that code, or None."""
        return next((f for f in self.forms if f.code == code), None)

    def children(self, code: str) -> tuple[Topic, ...]:
        """The topics under a topic, in the plan's order."""
        return tuple(t for t in self.topics if t.parent == code)

    @property
    def tags(self) -> tuple[TopicCode, ...]:
        """The codes a script may be tagged with: topics without children, then forms that use the loudspeakers."""
        parents = {t.parent for t in self.topics}
        leaves = [t.code for t in self.topics if t.code not in parents]
        return (*leaves, *(f.code for f in self.forms if f.loudspeaker))

    @property
    def spoken(self) -> tuple[TopicCode, ...]:
        """The codes that must be heard: what the ward listed, else every topic without children."""
        if self.features or self.reminders:
            return tuple(dict.fromkeys((*self.features, *self.reminders)))
        parents = {t.parent for t in self.topics}
        return tuple(t.code for t in self.topics if t.code not in parents)

    def name_of(self, code: str) -> str:
        """The short words for a topic or form, the code itself where the plan has none."""
        topic, form = self.topic(code), self.form(code)
        return topic.short_title if topic else form.title if form else code

    def covers(self, first: date, last: date) -> int:
        """How many days of [first, last] the plan is in force."""
        return max(0, (min(self.last, last) - max(self.first, first)).days + 1)


def plan_for(plans: Iterable[Plan], first: date, last: date) -> Plan | None:
    """The plan most in force over [first, last], the newest of equals; outside every plan the nearest one before, else any."""
    known = tuple(plans)
    if not known:
        return None
    best = max(known, key=lambda p: (p.covers(first, last), p.dated, p.code))
    if best.covers(first, last):
        return best
    before = [p for p in known if p.last < first]
    return max(before, key=lambda p: (p.last, p.dated)) if before else min(known, key=lambda p: (p.first, p.dated))
