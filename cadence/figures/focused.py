"""Focus, coverage, shares and WIP with their derivation. Definition: design.md 6, "Focus"."""

from collections.abc import Iterator
from datetime import date

from cadence.figures.capacity import capacity_days, month_days
from cadence.figures.counted import count_shares
from cadence.figures.days import by_issue, idle
from cadence.figures.effort import (
    COVERAGE_NEEDED,
    Effort,
    active_per_day,
    attention,
    effort,
    focus,
    personal_wip,
    wip,
)
from cadence.figures.figure import BucketFigure, DaysFigure, Evidence, TeamFigure, Value, Whose
from cadence.snapshot import IssueAt, Snapshot


def coverage_value(snapshot: Snapshot) -> Value:
    """Return the part of the capacity that is effort."""
    evidence = (
        Evidence("team", "effort", None, effort(snapshot).days, "person-days"),
        Evidence("team", "capacity", None, capacity_days(snapshot), "person-days"),
    )
    return Value(focus(snapshot).coverage, evidence, tuple(idle(snapshot, Whose())))


def focus_value(snapshot: Snapshot) -> Value:
    """Return the part of the effort that went into the goals; None below 60 % coverage."""
    spent, seen = effort(snapshot), focus(snapshot)
    goals = {goal.id for goal in snapshot.config.goals}
    evidence = (
        *_sums(snapshot, spent),
        Evidence("team", "low end of focus: goals / capacity", number=seen.low),
        Evidence("team", "high end: (goals + unallocated + stale) / capacity", number=seen.high),
        Evidence("team", "coverage: effort / capacity", number=seen.coverage),
        *by_issue(share for share in spent.shares if share.bucket in goals),
    )
    others = by_issue(share for share in spent.shares if share.bucket not in goals)
    return Value(seen.focus, evidence, (*_too_little(seen.coverage), *others))


def _sums(snapshot: Snapshot, spent: Effort) -> Iterator[Evidence]:
    for goal in snapshot.config.goals:
        yield Evidence(goal.id, "effort on the goal", None, spent.of(goal.id), "person-days")
    for what, number in (
        ("effort", spent.days),
        ("stale", sum(spent.stale.values(), 0.0)),
        ("unallocated", sum(spent.unallocated.values(), 0.0)),
        ("capacity", capacity_days(snapshot)),
    ):
        yield Evidence("team", what, None, number, "person-days")


def _too_little(coverage: float | None) -> Iterator[Evidence]:
    if coverage is not None and coverage < COVERAGE_NEEDED - 1e-9:
        yield Evidence("team", "coverage is below 60 %: no one number is told", number=coverage)


def share_value(snapshot: Snapshot, name: str) -> Value:
    """Return the part of all effort that went into a bucket."""
    spent = effort(snapshot)
    number = spent.of(name) / spent.days if spent.days else None
    by_count = count_shares(snapshot).get(name)
    evidence = (
        Evidence(name, "effort in the bucket", None, spent.of(name), "person-days"),
        Evidence("team", "all effort", None, spent.days, "person-days"),
        Evidence(name, "its share by count of issues, for comparison", number=by_count),
        *by_issue(share for share in spent.shares if share.bucket == name),
    )
    return Value(number, evidence, tuple(idle(snapshot, Whose())))


def wip_value(snapshot: Snapshot, whose: Whose) -> Value:
    """Return the average number of issues in progress on a working day."""
    days = [day for day in month_days(snapshot) if whose.day in (None, day)]
    held = {day: _held(snapshot, whose, day) for day in days}
    sizes = [len(issues) for issues in held.values()]
    if whose == Whose():
        number = wip(snapshot)
    elif whose.account and whose.day is None:
        number = personal_wip(snapshot, whose.account)
    else:
        number = sum(sizes) / len(sizes) if sizes else None
    evidence = (
        Evidence("team", f"{', '.join(i.key for i in issues)} on", day, len(issues), "issues")
        for day, issues in held.items()
        if issues
    )
    parents = Evidence("team", "a parent is left out while a sub-task of it is in progress")
    return Value(number, tuple(evidence), (parents,))


def _held(snapshot: Snapshot, whose: Whose, day: date) -> list[IssueAt]:
    if whose.account:
        return list(attention(snapshot)[day].get(whose.account, {}).values())
    return list(active_per_day(snapshot)[day].values())


FIGURES = (
    TeamFigure(
        "coverage",
        "Coverage",
        "share of 1",
        "Effort / capacity: the part of the team's days that Jira explains.",
        'design.md 6, "Focus"; status and assignee in the history',
        coverage_value,
    ),
    TeamFigure(
        "focus",
        "Focus",
        "share of 1",
        "Effort on the goals / all effort, told as one number only where coverage is 60 % or more. "
        "It always is a range: low = goals / capacity, high = (goals + unallocated + stale) / "
        "capacity.",
        'design.md 6, "Focus"; [goals.match] of cadence.toml',
        focus_value,
    ),
    BucketFigure(
        "share",
        "Share of a bucket",
        "share of 1",
        "Effort in the bucket / all effort. The nearest of issue, parent, epic, … that matches a "
        "rule decides the bucket, as at the day's end: the first goal, the next, then support; "
        "nothing matches: other. A goal matches only from its start to its end.",
        'design.md 6, "Bucket"; [goals.match], [support.match] of cadence.toml',
        share_value,
    ),
    DaysFigure(
        "wip",
        "WIP",
        "issues",
        "The average over the working days of the issues in progress at any moment of the day, a "
        "parent left out when a sub-task of it is. A person's: what was in progress with them.",
        'design.md 6, "Cycle time"; the term as in the Kanban Guide',
        wip_value,
    ),
)
