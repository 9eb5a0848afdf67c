"""Hand-entered activities as rows of the journal: sealed in the same chain, corrected by a later row, never over it."""

from datetime import date, datetime

from broadcaster.adapters.journal_codec import Record
from broadcaster.adapters.journal_rows import Action, Draft, Fact
from broadcaster.domain.activities import Activity, ActivityKind, Evidence, RecordedActivity


def activity_draft(activity: Activity) -> Draft:
    """The row of one activity; its day is a column, so that a query may ask for it."""
    record = {
        "kind": activity.kind.value,
        "day": activity.day.isoformat(),
        "title": activity.title,
        "by": activity.by,
        "entered": activity.entered.isoformat(),
        "place": activity.place,
        "people": activity.people,
        "count": activity.count,
        "link": activity.link,
        "note": activity.note,
        "topics": list(activity.topics),
        "target": activity.target,
        "value": activity.value,
        "evidence": [{"name": e.name, "sha256": e.sha256, "size": e.size} for e in activity.evidence],
        "corrects": activity.corrects,
        "void": activity.void,
    }
    facts: dict[str, Fact] = {"day": activity.day.isoformat()}
    return Draft(action=Action.ACTIVITY, at=activity.entered, record=record, facts=facts)


def activity_of(seq: int, r: Record) -> RecordedActivity:
    """The activity a record holds, at its place."""
    activity = Activity(
        kind=ActivityKind(r["kind"]),
        day=date.fromisoformat(r["day"]),
        title=r["title"],
        by=r["by"],
        entered=datetime.fromisoformat(r["entered"]),
        place=r["place"],
        people=r["people"],
        count=r["count"],
        link=r["link"],
        note=r["note"],
        topics=tuple(r["topics"]),
        target=r["target"],
        value=r["value"],
        evidence=tuple(Evidence(name=e["name"], sha256=e["sha256"], size=e["size"]) for e in r["evidence"]),
        corrects=r["corrects"],
        void=r["void"],
    )
    return RecordedActivity(seq=seq, activity=activity)
