"""The periodic report for other programs: English keys, every figure by its name, the same numbers as on paper."""

import json
from typing import Any

from broadcaster.domain.asrun import Outcome
from broadcaster.domain.periods import Period
from broadcaster.domain.report import Breakdown, Figure, Report
from broadcaster.present.documents.words import clean


def report_json(report: Report) -> dict[str, Any]:
    """One object; counts are numbers, minutes are rounded to a millisecond's worth."""
    held, done = report.reconciliation, report.completion
    return {
        "period": _period(report.period),
        "previous": _period(report.previous),
        "same_last_year": _period(report.same_last_year),
        "cumulative": _period(report.cumulative),
        "issued": report.issued.isoformat(),
        "made_at": report.made_at.isoformat(),
        "agency": clean(report.identity.agency),
        "plan": report.plan.number if report.plan else None,
        "rule": report.rule.version,
        "rehearsed": report.rehearsed,
        "figures": {str(f.ref): _figure(f) for f in report.figures()},
        "titles": {
            f"{line.plays.ref.dimension.name.lower()}.{line.key}": clean(line.title)
            for table in (report.kinds, report.topics, report.fields, report.zones, report.languages)
            for line in table
        },
        "groups": {line.key: _children(report, line) for line in report.topics if line.group},
        "not_counted": {line.reason.value: line.rows for line in report.not_counted},
        "reconciliation": {
            "planned": held.planned,
            "cancelled": held.cancelled,
            "unplanned": held.unplanned,
            **{o.value: held.counts.get(o, 0) for o in Outcome if o is not Outcome.UNPLANNED},
            "aired_share": held.aired_share,
        },
        "targets": [
            {
                "key": t.key, "title": clean(t.title), "state": t.state.name.lower(), "due": t.due, "reached": t.reached,
                "whole": t.whole, "unit": t.unit, "own_quota": t.own_quota,
            }
            for t in done.lines
        ],
        "completion": {"done": done.done, "judged": done.judged, "percent": done.percent, "score": done.score},
        "unheard": list(report.unheard),
        "zones": {"known": report.zone_count.known, "heard": report.zone_count.heard},
        "remarks": [{"code": r.code, "text": clean(r.text)} for r in report.remarks],
    }  # fmt: skip


def report_json_bytes(report: Report) -> bytes:
    """The same as a file."""
    return (json.dumps(report_json(report), ensure_ascii=False, indent=1) + "\n").encode()


def _period(period: Period) -> dict[str, Any]:
    return {
        "code": period.code,
        "title": period.title,
        "first": period.first.isoformat(),
        "last": period.last.isoformat(),
        "due": period.due.isoformat() if period.due else None,
    }


def _figure(figure: Figure) -> dict[str, float | None]:
    return {
        "value": _number(figure.value),
        "previous": _number(figure.previous),
        "same_last_year": _number(figure.same_last_year),
        "cumulative": _number(figure.cumulative),
        "quota": figure.quota,
        "percent": figure.percent,
    }


def _number(value: float) -> float:
    return int(value) if float(value).is_integer() else round(value, 6)


def _children(report: Report, group: Breakdown) -> list[str]:
    return [line.key for line in report.topics if line.parent == group.key]
