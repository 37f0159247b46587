"""How far the numbers carry: what is unusual in the data, and what each number leaves out for it.

It tells of the data, never of a person. Definition: issue 4, "Data quality".
"""

from collections.abc import Callable
from dataclasses import dataclass

from cadence.figures.figure import Evidence, TeamFigure, Value, Whose
from cadence.figures.flow import finished_issues
from cadence.figures.forecast import forecast
from cadence.figures.gaps import gaps
from cadence.figures.milestones import open_children, started
from cadence.figures.passed_over import NOBODY, OUTSIDE, passed_over
from cadence.history import Kind
from cadence.model import HistoryState
from cadence.snapshot import IssueAt, Snapshot, once


@dataclass(frozen=True, slots=True)
class Limit:
    """Something unusual in the data: what was seen, what it leaves out, and where (keys)."""

    name: str
    noun: str
    what: str
    left_out: str
    seen: Callable[[Snapshot], list[str]]

    def told(self, count: int) -> str:
        """Return what was seen so often: `2 issues that went straight to done`."""
        return f"{count} {self.noun}{'' if count == 1 else 's'} {self.what}"


@once
def limits(snapshot: Snapshot) -> tuple[tuple[Limit, tuple[str, ...]], ...]:
    """Return what is unusual in the month's data, with the keys where it was seen."""
    found = ((limit, tuple(limit.seen(snapshot))) for limit in LIMITS)
    return tuple((limit, keys) for limit, keys in found if keys)


def _cut(snapshot: Snapshot) -> list[str]:
    return _with_history(snapshot, HistoryState.CUT)


def _contradictory(snapshot: Snapshot) -> list[str]:
    """Return the issues that contradict themselves up to T; later contradictions say nothing."""
    until = snapshot.moment.instant
    return [
        issue.key
        for issue in snapshot.moment.issues
        if issue.history.issue.history is HistoryState.CONTRADICTORY
        and any(gap.after < until for gap in gaps(issue.history))
    ]


def _with_history(snapshot: Snapshot, state: HistoryState) -> list[str]:
    return [i.key for i in snapshot.moment.issues if i.history.issue.history is state]


def _in_unknown_status(snapshot: Snapshot) -> list[str]:
    since, until = snapshot.before.instant, snapshot.moment.instant
    return [i.key for i in snapshot.moment.issues if i.history.unknown_statuses(since, until)]


def _set_aside(snapshot: Snapshot) -> list[str]:
    return [one.subject for one in snapshot.world.facts.set_aside]


def _gone(snapshot: Snapshot) -> list[str]:
    """Return the issues that were there at the month's start, and no longer at T."""
    still = {issue.id for issue in snapshot.moment.issues}
    return [issue.key for issue in snapshot.before.issues if issue.id not in still]


def _passed_over(reason: str) -> Callable[[Snapshot], list[str]]:
    def seen(snapshot: Snapshot) -> list[str]:
        return [one.about for one in passed_over(snapshot, Whose()) if one.what == reason]

    return seen


def _straight_to_done(snapshot: Snapshot) -> list[str]:
    return [issue.key for issue in finished_issues(snapshot) if issue.started is None]


def _begun(snapshot: Snapshot) -> list[IssueAt]:
    """Return the milestones that are started and open at T."""
    moment = snapshot.moment
    return [m for m in moment.milestones if m.is_open and started(moment, m)]


def _without_owner(snapshot: Snapshot) -> list[str]:
    begun = (milestone for milestone in _begun(snapshot) if not milestone.assignee)
    return [milestone.key for milestone in begun if milestone.history.tells_owner]


def _without_date(snapshot: Snapshot) -> list[str]:
    return [milestone.key for milestone in _begun(snapshot) if not milestone.due]


def _without_forecast(snapshot: Snapshot) -> list[str]:
    return [
        milestone.key
        for milestone in _begun(snapshot)
        if open_children(snapshot.moment, milestone) and not forecast(snapshot, milestone)
    ]


def _moved_before_start(snapshot: Snapshot) -> list[str]:
    """Return the milestones whose date was moved in the month while nothing had started."""
    return [
        milestone.key
        for milestone in snapshot.moment.milestones
        if milestone.kind is not Kind.DROPPED
        for start in [started(snapshot.moment, milestone)]
        if any(
            old and new and snapshot.in_month(at) and (start is None or at < start)
            for at, old, new in milestone.history.due.steps(snapshot.moment.instant)
        )
    ]


LIMITS = (
    Limit(
        "set-aside",
        "record",
        "that could not be stored whole",
        "that is in no number; 'cadence doctor' tells why",
        _set_aside,
    ),
    Limit(
        "history-cut",
        "issue",
        "whose history is known to be cut",
        "what happened before that is in no number",
        _cut,
    ),
    Limit(
        "history-contradictory",
        "issue",
        "whose history contradicts itself",
        "the past may be told wrongly between changes that do not chain",
        _contradictory,
    ),
    Limit(
        "unknown-status",
        "issue",
        "in a status that Jira no longer lists",
        "that time counts as not begun",
        _in_unknown_status,
    ),
    Limit(
        "gone",
        "issue",
        "that Jira stopped showing in the month",
        "that counts up to the sync that missed it",
        _gone,
    ),
    Limit(
        "unassigned",
        "issue",
        "in progress with no assignee",
        "that time is no effort",
        _passed_over(NOBODY),
    ),
    Limit(
        "outside",
        "issue",
        "in progress with people who are not in [team.members]",
        "that time is no effort; the issues are in the flow",
        _passed_over(OUTSIDE),
    ),
    Limit(
        "straight-to-done",
        "issue",
        "that went straight to done",
        "in the throughput, without a cycle time",
        _straight_to_done,
    ),
    Limit(
        "moved-before-start",
        "milestone",
        "whose date was moved before any work on it had started",
        "that is planning and no slip",
        _moved_before_start,
    ),
    Limit(
        "without-owner",
        "milestone",
        "in progress without an owner",
        "nobody is named there",
        _without_owner,
    ),
    Limit(
        "without-date",
        "milestone",
        "in progress without a due date",
        "no slip, no chance to be in time, and no commitment for a later month",
        _without_date,
    ),
    Limit(
        "without-forecast",
        "milestone",
        "in progress with too little history",
        "no forecast",
        _without_forecast,
    ),
)
"""What is looked for, in the order in which it is told."""


def data_quality_value(snapshot: Snapshot) -> Value:
    """Return how many kinds of unusual data the month has, with each record."""
    found = limits(snapshot)
    evidence = (
        Evidence(key, f"{limit.noun} {limit.what}") for limit, keys in found for key in keys
    )
    left_out = (
        Evidence("team", f"{limit.told(len(keys))}: {limit.left_out}") for limit, keys in found
    )
    return Value(len(found), tuple(evidence), tuple(left_out))


FIGURES = (
    TeamFigure(
        "data-quality",
        "How far the numbers carry",
        "kinds of unusual data",
        "What is unusual in the month's data, as of T, and what each number leaves out for it: "
        "what was set aside, histories cut or contradictory, statuses no longer listed, issues "
        "gone, work without an assignee or outside the team, issues straight to done, dates moved "
        "before the start, and started milestones without owner, date or enough history.",
        'issue 4, "Data quality"',
        data_quality_value,
    ),
)
