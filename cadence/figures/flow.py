"""How work flows: cycle time, throughput, work item age. Definitions: design.md 6, "Cycle time"."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

from cadence.snapshot import IssueAt, Snapshot, once

ENOUGH = 5
"""With fewer items there is no percentile; the items are listed."""


@dataclass(frozen=True)
class Flow:
    """The month's flow, in days and issues; percentiles are None with fewer than 5 items."""

    throughput: int
    cycle_time_p50: int | None
    cycle_time_p85: int | None
    cycle_times: tuple[int, ...]


@once
def finished_issues(snapshot: Snapshot) -> tuple[IssueAt, ...]:
    """Return the issues finished in the month: neither milestones nor sub-tasks."""
    return tuple(
        issue
        for issue in snapshot.moment.issues
        if issue.is_issue and snapshot.in_month(issue.finished)
    )


@once
def flow(snapshot: Snapshot) -> Flow:
    """Return throughput and cycle times of the issues finished in the month."""
    times = sorted(cycle_times(snapshot, finished_issues(snapshot)))
    enough = len(times) >= ENOUGH
    return Flow(
        throughput=len(finished_issues(snapshot)),
        cycle_time_p50=percentile(times, 50) if enough else None,
        cycle_time_p85=percentile(times, 85) if enough else None,
        cycle_times=() if enough else tuple(times),
    )


def cycle_times(snapshot: Snapshot, issues: Sequence[IssueAt]) -> list[int]:
    """Return the cycle time, in days, of each finished issue that was ever started."""
    day = snapshot.world.day
    return [
        (day(issue.finished) - day(issue.started)).days + 1
        for issue in issues
        if issue.started and issue.finished
    ]


def finished_between(snapshot: Snapshot, days: int) -> tuple[IssueAt, ...]:
    """Return the issues finished on one of the last `days` days up to date(T)."""
    first: date = snapshot.day - timedelta(days=days - 1)
    return tuple(
        issue
        for issue in snapshot.moment.issues
        if issue.is_issue and issue.finished and snapshot.world.day(issue.finished) >= first
    )


def age(snapshot: Snapshot, issue: IssueAt) -> int | None:
    """Return the work item age at T, in days; None if it is not started."""
    return (snapshot.day - snapshot.world.day(issue.started)).days + 1 if issue.started else None


def percentile(ordered: Sequence[int], percent: int) -> int:
    """Return the percentile of sorted values by nearest rank: a real item."""
    return ordered[ceil(percent * len(ordered) / 100) - 1]
