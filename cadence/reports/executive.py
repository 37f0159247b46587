"""The content of the executive report: per goal what was achieved, its KPI, its risks; no keys."""

import re
from dataclasses import dataclass
from datetime import date

from cadence.reports.done import DoneContent, ForecastContent, MilestoneContent
from cadence.reports.focus import FocusContent, GoalContent, KpiContent
from cadence.snapshot import Snapshot


@dataclass(frozen=True)
class ExecutiveMilestoneContent:
    """A milestone by its title alone. `next`: the first of its goal that is due, in progress.

    `moved_from` is the due date at the month's start where it is another now, `late` tells that
    the due date has passed, `doubtful` that its own pace puts the due date in doubt.
    """

    title: str
    first_due: date | None
    due: date | None
    moved_from: date | None
    late: bool
    doubtful: bool
    undated: bool
    retracted: bool
    forecast: ForecastContent | None


@dataclass(frozen=True)
class ExecutiveGoalContent:
    """A goal in plain words: what is delivered, what comes next, its KPI and what is at risk.

    `delivered`, `shipped` and `built` are titles; the latter two are at that gate and no further.
    `ended`: how many of its milestones were dropped, or delivered in an earlier month.
    """

    id: str
    title: str
    end: date
    kpi: KpiContent | None
    share: float | None
    delivered: tuple[str, ...]
    shipped: tuple[str, ...]
    built: tuple[str, ...]
    in_progress: int
    planned: int
    ended: int
    next: ExecutiveMilestoneContent | None
    at_risk: tuple[ExecutiveMilestoneContent, ...]


@dataclass(frozen=True)
class ExecutiveContent:
    """The month for somebody who has one minute; `elsewhere` was delivered beside the goals."""

    goals: tuple[ExecutiveGoalContent, ...]
    elsewhere: tuple[str, ...]


def executive_content(
    snapshot: Snapshot, focus: FocusContent, done: DoneContent
) -> ExecutiveContent:
    """Return the content of the executive report, from what the month tells anyway."""
    projects = _projects(snapshot)
    told = [_Named(m, without_keys(m.title, projects)) for m in done.milestones]
    goals = tuple(_goal(goal, told) for goal in focus.goals)
    known = {goal.id for goal in focus.goals}
    beside = [m.title for m in told if m.of.delivered and m.of.goal not in known]
    return ExecutiveContent(goals, tuple(beside))


@dataclass(frozen=True)
class _Named:
    """A milestone, and its title without keys."""

    of: MilestoneContent
    title: str


def _projects(snapshot: Snapshot) -> frozenset[str]:
    """Return the keys of all projects that issues were ever seen in."""
    keys = {issue.key.rpartition("-")[0] for issue in snapshot.moment.issues}
    keys |= {project.key for project in snapshot.world.facts.projects}
    return frozenset(key for key in keys | {*snapshot.config.jira.projects} if key)


def without_keys(title: str, projects: frozenset[str]) -> str:
    """Return a title without the keys of issues that somebody wrote into it."""
    if not projects:
        return title
    names = "|".join(re.escape(name) for name in sorted(projects, key=lambda n: (-len(n), n)))
    key = rf"(?<!\w)(?:{names})-\d+(?!\w)"
    bare = re.sub(rf"[\[(]\s*{key}(?:\s*[,;&/+]\s*{key})*\s*[\])]", "", title)
    bare = re.sub(rf"^\s*{key}\s*[:;,.–—-]*\s*", "", bare)
    bare = re.sub(rf"\s*{key}", "", bare)
    return " ".join(bare.split()).strip(" ,;:–—-") or "a milestone"


def _goal(goal: GoalContent, told: list[_Named]) -> ExecutiveGoalContent:
    mine = [m for m in told if m.of.goal == goal.id and not m.of.dropped]
    open_ = [m for m in mine if not m.of.delivered]
    begun = [m for m in open_ if (m.of.started or m.of.closed) and not m.of.built]
    dated = sorted((m for m in begun if m.of.due), key=lambda m: m.of.due or date.max)
    seen = [_milestone(m) for m in open_]
    return ExecutiveGoalContent(
        id=goal.id,
        title=goal.title,
        end=goal.end,
        kpi=goal.kpi,
        share=goal.share,
        delivered=tuple(m.title for m in mine if m.of.delivered),
        shipped=tuple(m.title for m in open_ if m.of.shipped),
        built=tuple(m.title for m in open_ if m.of.built and not m.of.shipped),
        in_progress=len(begun),
        planned=sum(not (m.of.started or m.of.closed) for m in open_),
        ended=len(goal.milestones) - len(mine),
        next=_milestone(dated[0]) if dated else None,
        at_risk=tuple(m for m in seen if _risky(m)),
    )


def _risky(seen: ExecutiveMilestoneContent) -> bool:
    later = bool(seen.moved_from and seen.due and seen.due > seen.moved_from)
    return seen.late or seen.doubtful or seen.undated or seen.retracted or later


def _milestone(named: _Named) -> ExecutiveMilestoneContent:
    m = named.of
    moved = m.due_at_month_start is not None and m.due_at_month_start != m.due
    at_work = m.started is not None and m.built is None
    return ExecutiveMilestoneContent(
        title=named.title,
        first_due=m.first_due,
        due=m.due,
        moved_from=m.due_at_month_start if moved else None,
        late=at_work and m.late_days > 0,
        doubtful=at_work and m.doubtful,
        undated=at_work and m.due is None,
        retracted=m.retracted,
        forecast=m.forecast,
    )
