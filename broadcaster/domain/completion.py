"""Plan completion: targets of the plan and of the ward's own quota, what was due by now, what was reached, and the score."""

from collections.abc import Iterable, Mapping
from datetime import date

from broadcaster.domain.activities import ActivityKind, RecordedActivity
from broadcaster.domain.figures import Count
from broadcaster.domain.periods import Period
from broadcaster.domain.plan import Plan, Target, WardQuota
from broadcaster.domain.report import Completion, TargetLine, TargetState
from broadcaster.domain.scoring import ScoringProfile

_JUDGED = frozenset({TargetState.MET, TargetState.BEHIND, TargetState.NO_DATA})


def completion(
    plan: Plan | None,
    *,
    period: Period,
    heard: Count | None,
    planned: Mapping[str, int],
    activities: Iterable[RecordedActivity],
    profile: ScoringProfile,
) -> Completion:
    """Hold the plan against the end of the period.

    ``heard`` counts the quota's days up to then, ``planned`` the plays of each topic the published rundowns had set by
    then, ``activities`` carry the measured values of the plan's own targets (kind TARGET).
    """
    lines: list[TargetLine] = []
    if plan is not None:
        measured = tuple(activities)
        lines += [_own(target, period, measured) for target in plan.targets]
        if plan.quota is not None:
            lines += _quota(plan, plan.quota, period.last, heard, planned)
    judged = [line for line in lines if line.state in _JUDGED]
    done = sum(line.state is TargetState.MET for line in judged)
    return Completion(profile=profile, lines=tuple(lines), done=done, judged=len(judged))


def _own(target: Target, period: Period, measured: Iterable[RecordedActivity]) -> TargetLine:
    """A target of the plan itself, by its newest hand-entered value within the reporting year up to the period's end."""
    values = [
        (e.activity.day, e.seq, e.activity.value)
        for e in measured
        if e.activity.kind is ActivityKind.TARGET
        and e.activity.target == target.code
        and e.activity.value is not None
        and min(period.cumulative_first, period.first) <= e.activity.day <= period.last
    ]
    reached = max(values)[2] if values else None
    if target.value is None:
        state = TargetState.NO_NUMBER
    elif reached is None:
        state = TargetState.NO_DATA
    else:
        state = TargetState.MET if reached >= target.value else TargetState.BEHIND
    return TargetLine(
        key=target.code,
        title=target.title,
        state=state,
        due=target.value,
        reached=reached,
        whole=target.value,
        unit=target.unit,
        own_quota=False,
        target=target,
    )


def _quota(
    plan: Plan, quota: WardQuota, last: date, heard: Count | None, planned: Mapping[str, int]
) -> Iterable[TargetLine]:
    for code, whole in quota.plays.items():
        counter = heard.topics.get(code) if heard is not None else None
        reached = counter.plays if counter is not None else 0
        due = _due(code, whole, quota, last, planned)
        yield TargetLine(
            key=code,
            title=plan.name_of(code),
            state=TargetState.NOT_DUE if due <= 0 else TargetState.MET if reached >= due else TargetState.BEHIND,
            due=due,
            reached=reached,
            whole=whole,
            unit="lượt phát",
            own_quota=True,
            topic=code,
        )


def _due(code: str, whole: int, quota: WardQuota, last: date, planned: Mapping[str, int]) -> int:
    if last >= quota.last:
        return whole
    if planned:
        return min(whole, planned.get(code, 0))
    passed = max(0, (last - quota.first).days + 1)
    return whole * passed // ((quota.last - quota.first).days + 1)
