"""The written SQL behind each figure of a report: anyone with the journal file can count it anew (see docs/reporting.md).

The text is for SQLite, which every station keeps by default; it reads the sealed bodies, not what the program derived.
"""

# ruff: noqa: S608 - the text is printed for a person to run; every value in it is a number or quoted

from collections.abc import Iterable, Sequence
from datetime import datetime

from broadcaster.adapters.journal_codec import epoch_us
from broadcaster.domain.activities import ActivityKind
from broadcaster.domain.figures import FRAME, CountingRule
from broadcaster.domain.report import Dimension, FigureRef, Measure

_ITEM_TEXT = {Dimension.KIND: "kind", Dimension.LANGUAGE: "language"}
_ITEM_LIST = {Dimension.TOPIC: "topics", Dimension.FIELD: "fields"}


def written_query(
    ref: FigureRef, *, first: datetime, last: datetime, rule: CountingRule, keys: Sequence[str] = ()
) -> str:
    """One SELECT giving one number, for rows in [first, last); ``keys`` are the codes the figure's key stands for."""
    span = (epoch_us(first), epoch_us(last))
    if ref.dimension is Dimension.ACTIVITY:
        return _activities(ref, first, last)
    if ref.measure is Measure.AIRINGS:
        return f"SELECT count(*) FROM entry c WHERE {_counted(span, rule)}"
    if ref.measure is Measure.SESSIONS:
        half = f"(c.moment_us - {span[0]}) / 43200000000"
        return f"SELECT count(DISTINCT {half}) FROM entry c WHERE {_counted(span, rule)}"
    played = _plays(ref, span, rule, tuple(keys) or (ref.key,))
    heard = f"SELECT DISTINCT script, code FROM ({played})"
    first_here = (
        f"SELECT count(*) FROM ({heard}) p JOIN script_aired a ON a.script = p.script "
        f"WHERE a.rehearsed = {int(rule.rehearsed)} AND a.first_us >= {span[0]} AND a.first_us < {span[1]}"
    )
    match ref.measure:
        case Measure.WORKS:
            return f"SELECT count(*) FROM ({heard})"
        case Measure.PLAYS:
            return f"SELECT count(*) FROM ({played})"
        case Measure.FIRST:
            return first_here
        case Measure.REPLAYS:
            return f"SELECT (SELECT count(*) FROM ({played})) - ({first_here})"
        case _:
            return f"SELECT coalesce(sum(round(seconds * 1000)), 0) / 60000.0 FROM ({played})"


def _counted(span: tuple[int, int], rule: CountingRule) -> str:
    """The counting rule, word for word."""
    return (
        "c.action IN ('off_air', 'record') "
        f"AND c.moment_us >= {span[0]} AND c.moment_us < {span[1]} "
        f"AND c.test = 0 AND c.rehearsed = {int(rule.rehearsed)} AND c.outcome = 'aired' AND c.share >= {rule.min_share} "
        "AND (SELECT count(*) FROM json_each(c.zones) z WHERE json_extract(z.value, '$[1]') = 'aired') "
        f">= {rule.min_zones}"
    )


def _plays(ref: FigureRef, span: tuple[int, int], rule: CountingRule, keys: Iterable[str]) -> str:
    """One row for each time an item was heard: its script, its length, and the code it counts under."""
    listed = _ITEM_LIST.get(ref.dimension)
    code = "t.value" if listed else "''"
    joined = f", json_each(i.value, '$.{listed}') t" if listed else ""
    wanted = ", ".join(_quoted(key) for key in keys)
    wheres = [
        _counted(span, rule),
        f"json_extract(i.value, '$.kind') NOT IN ({', '.join(_quoted(kind) for kind in sorted(FRAME))})",
    ]
    if listed:
        wheres.append(f"t.value IN ({wanted})")
    elif ref.dimension in _ITEM_TEXT:
        wheres.append(f"json_extract(i.value, '$.{_ITEM_TEXT[ref.dimension]}') IN ({wanted})")
    elif ref.dimension is Dimension.ZONE:
        pair = "json_extract(z.value, '$[0]') = " + _quoted(ref.key) + " AND json_extract(z.value, '$[1]') = 'aired'"
        wheres.append(f"EXISTS (SELECT 1 FROM json_each(c.zones) z WHERE {pair})")
    return (
        f"SELECT DISTINCT c.seq, i.key AS place, json_extract(i.value, '$.script') AS script, {code} AS code, "
        "json_extract(i.value, '$.duration_s') AS seconds "
        "FROM entry c JOIN entry o ON o.airing_id = c.airing_id AND o.action IN ('on_air', 'record'), "
        f"json_each(o.body, '$.record.opening.items') i{joined} WHERE {' AND '.join(wheres)}"
    )


def _activities(ref: FigureRef, first: datetime, last: datetime) -> str:
    value = {
        Measure.ENTRIES: "count(*)",
        Measure.COUNT: "coalesce(sum(json_extract(a.body, '$.record.count')), 0)",
        Measure.PEOPLE: "coalesce(sum(json_extract(a.body, '$.record.people')), 0)",
    }[ref.measure]
    kind = ActivityKind(ref.key).value
    return (
        f"SELECT {value} FROM entry a WHERE a.action = 'activity' "
        f"AND json_extract(a.body, '$.record.kind') = {_quoted(kind)} AND NOT json_extract(a.body, '$.record.void') "
        f"AND a.day >= '{first.date().isoformat()}' AND a.day < '{last.date().isoformat()}' "
        "AND a.seq NOT IN (SELECT json_extract(b.body, '$.record.corrects') FROM entry b "
        "WHERE b.action = 'activity' AND json_extract(b.body, '$.record.corrects') IS NOT NULL)"
    )


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
