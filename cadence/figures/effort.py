"""Where the team's days went. Definition: design.md 6, "Effort"."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from cadence.figures.buckets import SUPPORT, bucket
from cadence.figures.capacity import (
    capacity,
    mean,
    month_days,
    nth_last_working_day,
    people,
)
from cadence.history import EVER, IssueHistory, Kind, merged
from cadence.month import midnight
from cadence.snapshot import MILESTONE, IssueAt, Moment, Snapshot, once

FRESH_DAYS = 10
"""An issue is fresh if a person touched it within so many working days."""


@dataclass(frozen=True, slots=True)
class Share:
    """A person's day on one issue, in person-days; `issue` is as at that day's end."""

    account: str
    day: date
    issue: IssueAt
    bucket: str
    person_days: float


@dataclass(frozen=True)
class Effort:
    """The month's person-days; for every person and day shares + stale + unallocated = capacity."""

    shares: tuple[Share, ...]
    stale: dict[tuple[str, date], float]
    unallocated: dict[tuple[str, date], float]
    unassigned_days: int

    @property
    def days(self) -> float:
        """The effort, in person-days."""
        return sum((share.person_days for share in self.shares), 0.0)

    def of(self, *buckets: str) -> float:
        """The effort on some buckets, in person-days."""
        return sum((s.person_days for s in self.shares if s.bucket in buckets), 0.0)


Attention = dict[date, dict[str | None, dict[int, IssueAt]]]
"""A(p, d): what each person had in progress on each working day; `None` is nobody."""


@once
def attention(snapshot: Snapshot) -> Attention:
    """Return A(p, d) for everybody, less each parent of which a sub-task is in it too."""
    found: Attention = {day: defaultdict(dict) for day in month_days(snapshot)}
    for day, account, issue in active_days(snapshot):
        found[day][account][issue.id] = issue
    return {
        day: {account: _without_parents(held) for account, held in by_person.items()}
        for day, by_person in found.items()
    }


@once
def unowned_days(snapshot: Snapshot) -> dict[int, list[date]]:
    """Return the working days on which an issue was in progress with no assignee, by its id."""
    found: dict[int, list[date]] = defaultdict(list)
    for day, account, issue in active_days(snapshot):
        if account is None and day not in found[issue.id]:
            found[issue.id].append(day)
    return {issue_id: sorted(days) for issue_id, days in found.items() if days}


def milestones_of(snapshot: Snapshot, share: Share) -> list[IssueAt]:
    """Return the milestones that a share's issue lay under at its day's end, nearest first."""
    moment = day_end(snapshot, share.day, share.issue.history)
    return [step for step in moment.line(share.issue) if moment.is_milestone(step)]


@once
def active_per_day(snapshot: Snapshot) -> dict[date, dict[int, IssueAt]]:
    """Return what was in progress on each working day, whoever had it, less such parents."""
    found: dict[date, dict[int, IssueAt]] = {day: {} for day in month_days(snapshot)}
    for day, _, issue in active_days(snapshot):
        found[day][issue.id] = issue
    return {day: _without_parents(held) for day, held in found.items()}


@once
def effort(snapshot: Snapshot) -> Effort:
    """Return where the days of each person went."""
    shares: list[Share] = []
    stale: dict[tuple[str, date], float] = {}
    unallocated: dict[tuple[str, date], float] = {}
    held = attention(snapshot)
    for day in month_days(snapshot):
        for account, member in people(snapshot).items():
            issues = held[day].get(account, {})
            fresh = [issue for issue in issues.values() if is_fresh(snapshot, issue, day)]
            own = capacity(member, day)
            if not fresh:
                (stale if issues else unallocated)[account, day] = own
            for issue in fresh:
                where = bucket(day_end(snapshot, day, issue.history), issue)
                shares.append(Share(account, day, issue, where, own / len(fresh)))
    nobody = sum(len(held[day].get(None, ())) for day in held)
    return Effort(tuple(shares), stale, unallocated, nobody)


@dataclass(frozen=True)
class Focus:
    """How much went into the goals. Shares of 0 to 1; None where there is nothing to share."""

    coverage: float | None
    focus: float | None
    low: float | None
    high: float | None
    support_share: float | None


COVERAGE_NEEDED = 0.6
"""Below this coverage only the range of focus is told, never one number."""


@once
def focus(snapshot: Snapshot) -> Focus:
    """Return the focus as a range, its coverage, and as one number where that is honest."""
    spent = effort(snapshot)
    goals = spent.of(*(goal.id for goal in snapshot.config.goals))
    idle = sum(spent.stale.values()) + sum(spent.unallocated.values())
    whole = spent.days + idle
    coverage = spent.days / whole if whole else None
    told = coverage is not None and coverage >= COVERAGE_NEEDED - 1e-9
    return Focus(
        coverage=coverage,
        focus=goals / spent.days if told and spent.days else None,
        low=goals / whole if whole else None,
        high=(goals + idle) / whole if whole else None,
        support_share=spent.of(SUPPORT) / spent.days if spent.days else None,
    )


@once
def wip(snapshot: Snapshot) -> float | None:
    """Return the average number of issues in progress on a working day; None without such days."""
    return mean([len(issues) for issues in active_per_day(snapshot).values()])


def personal_wip(snapshot: Snapshot, account: str) -> float | None:
    """Return the average size of A(p, d) over the month's working days."""
    return mean([len(held.get(account, ())) for held in attention(snapshot).values()])


@once
def active_days(snapshot: Snapshot) -> tuple[tuple[date, str | None, IssueAt], ...]:
    """Return each working day on which an issue was in progress, with who had it at that time."""
    return tuple(_active_days(snapshot))


def _active_days(snapshot: Snapshot) -> Iterator[tuple[date, str | None, IssueAt]]:
    days = month_days(snapshot)
    starts = [_midnight(snapshot, day) for day in days]
    ends = [_midnight(snapshot, day + timedelta(days=1)) for day in days]
    for history in snapshot.world.histories.values():
        for begin, end, account in _active_spans(snapshot, history):
            for day in days[bisect_right(ends, begin) : bisect_left(starts, end)]:
                issue = day_end(snapshot, day, history).issue(history.issue.id)
                if issue and issue.level < MILESTONE:
                    yield day, account, issue


def _active_spans(
    snapshot: Snapshot, history: IssueHistory
) -> Iterator[tuple[datetime, datetime, str | None]]:
    """Yield the spans within the month in which an issue was in progress, and who had it."""
    first = max(snapshot.before.instant, history.issue.created)
    last = snapshot.moment.instant
    if history.issue.created >= last or not history.active_between(first, last):
        return
    shown = snapshot.world.shown(history)
    life = merged(merged(history.kind, history.assignee), shown)
    begins = (history.issue.created, *life.at)
    for begin, end, ((kind, account), there) in zip(
        begins, (*life.at, EVER), life.values, strict=True
    ):
        begin, end = max(begin, first), min(end, last)
        if there and kind is Kind.ACTIVE and begin < end:
            yield begin, end, account


def day_end(snapshot: Snapshot, day: date, history: IssueHistory) -> Moment:
    """Return the world at a day's end, or when Jira stopped showing the issue on that day."""
    end = min(_midnight(snapshot, day + timedelta(days=1)), snapshot.moment.instant)
    shown = snapshot.world.shown(history)
    gone = None if shown.before(end) else shown.set_at(end)
    return snapshot.at(gone or end)


def _midnight(snapshot: Snapshot, day: date) -> datetime:
    return midnight(day, snapshot.config.team.zone).astimezone(UTC)


def _without_parents(held: dict[int, IssueAt]) -> dict[int, IssueAt]:
    parents = {issue.parent_id for issue in held.values() if issue.is_sub_task}
    return {issue_id: issue for issue_id, issue in held.items() if issue_id not in parents}


def is_fresh(snapshot: Snapshot, issue: IssueAt, day: date) -> bool:
    """Tell whether a person changed it, or it was created, within the last working days."""
    since, until = fresh_spans(snapshot)[day]
    touches = snapshot.world.touches(issue.history)
    return bisect_left(touches, since) < bisect_left(touches, until)


@once
def fresh_spans(snapshot: Snapshot) -> dict[date, tuple[datetime, datetime]]:
    """Return, for each working day, the span in which a touch makes an issue fresh on it."""
    team, last = snapshot.config.team, snapshot.moment.instant
    return {
        day: (
            _midnight(snapshot, nth_last_working_day(team, day, FRESH_DAYS)),
            min(_midnight(snapshot, day + timedelta(days=1)), last),
        )
        for day in month_days(snapshot)
    }
