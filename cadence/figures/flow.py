"""How work flows: cycle time, throughput, work item age. Definitions: design.md 6, "Cycle time"."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

from cadence.figures.figure import Evidence, TeamFigure, Value
from cadence.snapshot import IssueAt, Snapshot, once

AGING_DAYS = 90
AGING_ITEMS = 10
ENOUGH = 5
"""With fewer items there is no percentile; the items are listed."""


@dataclass(frozen=True)
class Flow:
    """The month's flow, in days and issues; percentiles are None with fewer than 5 items.

    `timed`: the issues with a cycle time; those that went straight to done have none.
    """

    throughput: int
    timed: int
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
        timed=len(times),
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


@once
def usual(snapshot: Snapshot) -> tuple[int, ...]:
    """Return the cycle times of the 90 days up to date(T), sorted; empty with fewer than 10."""
    past = sorted(cycle_times(snapshot, finished_between(snapshot, AGING_DAYS)))
    return tuple(past) if len(past) >= AGING_ITEMS else ()


def percentile(ordered: Sequence[int], percent: int) -> int:
    """Return the percentile of sorted values by nearest rank: a real item."""
    return ordered[ceil(percent * len(ordered) / 100) - 1]


def throughput_value(snapshot: Snapshot) -> Value:
    """Return the issues finished in the month."""
    evidence = (
        Evidence(issue.key, "finished", snapshot.world.day(issue.finished))
        for issue in finished_issues(snapshot)
        if issue.finished
    )
    return Value(flow(snapshot).throughput, tuple(evidence), tuple(_not_counted(snapshot)))


def _not_counted(snapshot: Snapshot) -> Iterator[Evidence]:
    """Yield what ended in the month and is no finished issue."""
    for issue in snapshot.moment.issues:
        if snapshot.in_month(issue.dropped) and issue.is_issue and issue.dropped:
            yield Evidence(issue.key, "dropped: never done", snapshot.world.day(issue.dropped))
        elif snapshot.in_month(issue.finished) and issue.finished and not issue.is_issue:
            kind = "a sub-task" if issue.is_sub_task else "a milestone"
            yield Evidence(issue.key, f"finished, but {kind}", snapshot.world.day(issue.finished))


def cycle_time_value(snapshot: Snapshot) -> Value:
    """Return the days within which half of the issues were finished; None with fewer than 5."""
    return _cycle_times(snapshot, flow(snapshot).cycle_time_p50)


def cycle_time_p85_value(snapshot: Snapshot) -> Value:
    """Return the days within which 85 % of the issues were finished; None with fewer than 5."""
    return _cycle_times(snapshot, flow(snapshot).cycle_time_p85)


def _cycle_times(snapshot: Snapshot, number: int | None) -> Value:
    done = finished_issues(snapshot)
    timed = [(days, issue) for issue in done for days in cycle_times(snapshot, [issue])]
    evidence = tuple(
        Evidence(issue.key, _life(snapshot, issue), None, days, "days")
        for days, issue in sorted(timed, key=lambda one: (one[0], one[1].id))
    )
    day = snapshot.world.day
    left_out = [
        Evidence(issue.key, "straight to done: finished, never started", day(issue.finished))
        for issue in done
        if issue.finished and not issue.started
    ]
    if number is None and timed:
        left_out.append(Evidence("team", "fewer than 5: no percentile", None, len(timed), "issues"))
    return Value(number, evidence, tuple(left_out))


def _life(snapshot: Snapshot, issue: IssueAt) -> str:
    ends = (issue.started, issue.finished)
    started, finished = (snapshot.world.day(at) if at else None for at in ends)
    return f"started {started}, finished {finished}, both included"


_PERCENTILE = (
    "date(finished) - date(started) + 1 of the issues finished in the month; percentiles by "
    "nearest rank (a real item), none with fewer than 5 items."
)

FIGURES = (
    TeamFigure(
        "throughput",
        "Throughput",
        "issues",
        "Issues (neither milestones nor sub-tasks) finished in the month; dropped work is never "
        "done.",
        'design.md 6, "Cycle time"; the term as in the Kanban Guide',
        throughput_value,
    ),
    TeamFigure(
        "cycle-time",
        "Cycle time, half of the issues",
        "days",
        _PERCENTILE,
        'design.md 6, "Cycle time"; status in the history',
        cycle_time_value,
    ),
    TeamFigure(
        "cycle-time-p85",
        "Cycle time, 85 % of the issues",
        "days",
        _PERCENTILE,
        'design.md 6, "Cycle time"; status in the history',
        cycle_time_p85_value,
    ),
)
