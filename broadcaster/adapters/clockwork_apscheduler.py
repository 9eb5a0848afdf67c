"""The clockwork: APScheduler with a memory store, few dated jobs, and every default that loses jobs overridden."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.date import DateTrigger
from apscheduler.triggers.interval import IntervalTrigger

INTERVAL_GRACE_S = 3600
"""An interval job that wakes late still runs: losing one would leave the station without a horizon."""


class ApschedulerClockwork:
    """`ports.Clockwork` on a BackgroundScheduler; APScheduler's 1 s misfire grace would drop late jobs in silence."""

    def __init__(self, zone: str, *, workers: int = 4) -> None:
        self._scheduler = BackgroundScheduler(
            timezone=zone, executors={"default": ThreadPoolExecutor(workers)}, job_defaults={"coalesce": True}
        )

    def at(self, name: str, moment: datetime, action: Callable[[], object], *, grace_s: float) -> None:
        """One wake at ``moment``, still given when it is at most ``grace_s`` late."""
        self._add(name, DateTrigger(run_date=moment), action, max(1, round(grace_s)))

    def every(self, name: str, seconds: float, action: Callable[[], object]) -> None:
        """A wake every so many seconds, the first one after that time."""
        self._add(name, IntervalTrigger(seconds=seconds, timezone=UTC), action, INTERVAL_GRACE_S)

    def _add(self, name: str, trigger: Any, action: Callable[[], object], grace_s: int) -> None:
        self._scheduler.add_job(
            action,
            trigger,
            id=name,
            name=name,
            replace_existing=True,
            misfire_grace_time=grace_s,
            coalesce=True,
            max_instances=1,
        )

    def dated(self) -> frozenset[str]:
        """Waiting dated jobs."""
        return frozenset(j.id for j in self._scheduler.get_jobs() if isinstance(j.trigger, DateTrigger))

    def cancel(self, name: str) -> None:
        """Forget a job; nothing when it is already gone."""
        try:
            self._scheduler.remove_job(name)
        except JobLookupError:
            return

    def start(self) -> None:
        """Begin to wake; refuses a job that would be lost silently."""
        for job in self._scheduler.get_jobs():
            if not (job.misfire_grace_time and job.coalesce and job.max_instances == 1):
                raise ValueError(f"job {job.id} has no stated grace")
        self._scheduler.start()

    def wake(self) -> None:
        """Recompute from the wall clock now."""
        if self._scheduler.running:
            self._scheduler.wakeup()

    def stop(self) -> None:
        """No more wakes; a job that runs is let end, since it may be writing."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)
