"""Where an issue's effort goes: a goal's id, `support` or `other`. Definition: design.md 6."""

from datetime import date

from cadence.config import Goal, Match
from cadence.snapshot import IssueAt, Moment, Snapshot, once

SUPPORT = "support"
OTHER = "other"


def matches(match: Match, issue: IssueAt, moment: Moment) -> bool:
    """Tell whether an issue itself meets a rule; versions match by id, or by name, then or now."""
    ids = moment.world.meanings.issue_id
    return (
        any(ids.get(key) == issue.id or key == issue.key for key in match.epics)
        or not issue.labels.isdisjoint(match.labels)
        or not issue.components.isdisjoint(match.components)
        or not _versions(issue, moment).isdisjoint(match.fix_versions)
        or issue.project in match.projects
        or issue.type in match.types
    )


def _versions(issue: IssueAt, moment: Moment) -> frozenset[str]:
    """Return the ids of an issue's versions, and the names that these bear and then bore."""
    if not issue.fix_versions:
        return issue.fix_versions
    world = moment.world
    carried = [world.versions[v] for v in issue.fix_versions if v in world.versions]
    names = {one.name.before(moment.instant) or "" for one in carried}
    return issue.fix_versions | names | {one.version.name for one in carried}


def bucket(moment: Moment, issue: IssueAt, day: date | None = None) -> str:
    """Return the bucket: the nearest of issue, parent, epic, … that matches any rule decides.

    On one level the first goal, then the next, then support. A goal matches only on days from
    its start to its end; the day is the moment's, unless another is given.
    """
    goals = active_goals(moment, day)
    for step in moment.line(issue):
        for goal in goals:
            if matches(goal.match, step, moment):
                return goal.id
        if matches(moment.world.config.support.match, step, moment):
            return SUPPORT
    return OTHER


def active_goals(moment: Moment, day: date | None = None) -> tuple[Goal, ...]:
    """Return the goals that are active on the moment's day (or another), in their order."""
    on = day or moment.day
    return tuple(goal for goal in moment.world.config.goals if goal.start <= on <= goal.end)


@once
def month_goals(snapshot: Snapshot) -> tuple[Goal, ...]:
    """Return the goals that were active on some day of the month, up to date(T)."""
    first, last = snapshot.month.first, snapshot.day
    return tuple(goal for goal in snapshot.config.goals if goal.start <= last and goal.end >= first)


@once
def goal_milestones(snapshot: Snapshot) -> dict[str, tuple[IssueAt, ...]]:
    """Return the milestones of each bucket at T."""
    found: dict[str, tuple[IssueAt, ...]] = {}
    for milestone in snapshot.moment.milestones:
        name = bucket(snapshot.moment, milestone)
        found[name] = (*found.get(name, ()), milestone)
    return found
