"""The team's days as figures with their derivation. Definitions: design.md 6, Capacity to Focus."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

from cadence.figures.capacity import capacity, capacity_days, effective_weeks, month_days, people
from cadence.figures.effort import Share, attention, effort
from cadence.figures.figure import DaysFigure, Evidence, TeamFigure, Value, Whose
from cadence.figures.passed_over import passed_over
from cadence.snapshot import Snapshot


def capacity_value(snapshot: Snapshot, whose: Whose) -> Value:
    """Return the person-days there were, and what made them fewer."""
    days = [d for d in month_days(snapshot) if whose.day in (None, d)]
    held = {a: m for a, m in people(snapshot).items() if whose.account in (None, a)}
    whole = sum((capacity(member, day) for member in held.values() for day in days), 0.0)
    part = [member.part_time for member in held.values() if member.part_time != 1]
    off = [day for m in held.values() for day in m.days_off if day in days]
    evidence = (
        Evidence("team", "working days up to the last day covered", number=len(days)),
        Evidence("team", "people counted", number=len(held)),
        *(Evidence("team", "a member works part of each day", number=one) for one in part),
    )
    left_out = [Evidence("team", "a day off of a member,", on=day) for day in off]
    left_out += [
        Evidence("team", "holiday", on=day)
        for day in snapshot.config.team.holidays
        if snapshot.month.contains(day) and whose.day in (None, day)
    ]
    return Value(whole, evidence, tuple(left_out))


def effective_weeks_value(snapshot: Snapshot) -> Value:
    """Return the capacity in weeks of the whole team."""
    evidence = (
        Evidence("team", "capacity", None, capacity_days(snapshot), "person-days"),
        Evidence("team", "members", number=len(people(snapshot))),
    )
    return Value(effective_weeks(snapshot), evidence)


def effort_value(snapshot: Snapshot, whose: Whose) -> Value:
    """Return the person-days on issues; day by day where a person or a day is asked for."""
    shares = [s for s in effort(snapshot).shares if whose.has(s.account, s.day)]
    narrowed = whose != Whose()
    evidence = _each_share(snapshot, shares) if narrowed else by_issue(shares)
    left_out = [*idle(snapshot, whose), *passed_over(snapshot, whose)]
    return Value(total(shares), tuple(evidence), tuple(left_out))


def total(shares: Iterable[Share]) -> float:
    """Return the person-days of some shares."""
    return sum((share.person_days for share in shares), 0.0)


def _each_share(snapshot: Snapshot, shares: Iterable[Share]) -> Iterator[Evidence]:
    names = {account: member.name for account, member in people(snapshot).items()}
    for share in sorted(shares, key=lambda s: (s.day, s.account, s.issue.id)):
        what = f"in progress with {names[share.account]}, bucket {share.bucket}, on"
        yield Evidence(share.issue.key, what, share.day, share.person_days, "person-days")


def by_issue(shares: Iterable[Share]) -> Iterator[Evidence]:
    """Yield the person-days of each issue and bucket, the most first."""
    found: dict[tuple[str, str], list[Share]] = defaultdict(list)
    for share in shares:
        found[share.issue.key, share.bucket].append(share)
    for (key, name), own in sorted(found.items(), key=lambda one: (-total(one[1]), one[0])):
        first, last = min(s.day for s in own), max(s.day for s in own)
        what = f"bucket {name}, on days from {first} to {last}"
        yield Evidence(key, what, None, total(own), "person-days")


def idle(snapshot: Snapshot, whose: Whose) -> Iterator[Evidence]:
    """Yield the person-days of each day on which nothing fresh was in progress."""
    spent = effort(snapshot)
    stale = "stale: only issues that nobody had touched for ten working days, on"
    for what, held in (
        (stale, spent.stale),
        ("unallocated: no issue in progress, on", spent.unallocated),
    ):
        yield from (Evidence("team", what, d, n, "person-days") for d, n in _by_day(held, whose))


def _by_day(held: dict[tuple[str, date], float], whose: Whose) -> list[tuple[date, float]]:
    """Return the person-days of each day that has any."""
    found: dict[date, float] = defaultdict(float)
    for (account, day), number in held.items():
        if whose.has(account, day):
            found[day] += number
    return [(day, number) for day, number in sorted(found.items()) if number]


def stale_value(snapshot: Snapshot, whose: Whose) -> Value:
    """Return the person-days on which a person had stale issues only."""
    held = {k: n for k, n in effort(snapshot).stale.items() if whose.has(*k)}
    issues = [
        Evidence(issue.key, "in progress, untouched for ten working days, on", day)
        for account, day in sorted(held)
        if held[account, day]
        for issue in attention(snapshot)[day].get(account, {}).values()
    ]
    return Value(sum(held.values(), 0.0), tuple(issues))


def unallocated_value(snapshot: Snapshot, whose: Whose) -> Value:
    """Return the person-days on which a person had no issue in progress."""
    days = _by_day(effort(snapshot).unallocated, whose)
    what = "no issue in progress on"
    evidence = tuple(Evidence("team", what, day, number, "person-days") for day, number in days)
    return Value(sum((number for _, number in days), 0.0), evidence)


def unassigned_value(snapshot: Snapshot, whose: Whose) -> Value:
    """Return the issue-days of work in progress that nobody had."""
    evidence = tuple(
        Evidence(issue.key, "in progress, assigned to nobody, on", day)
        for day, held in attention(snapshot).items()
        if whose.day in (None, day)
        for issue in held.get(None, {}).values()
    )
    return Value(len(evidence), evidence)


FIGURES = (
    DaysFigure(
        "capacity",
        "Capacity",
        "person-days",
        "1 for each person and working day (a listed weekday that is no holiday), 0 on a member's "
        "days_off, scaled by part_time.",
        'design.md 6, "Capacity"; [team] of cadence.toml',
        capacity_value,
    ),
    TeamFigure(
        "effective-weeks",
        "Effective weeks",
        "weeks",
        "Capacity of the team / (5 x members): short months are compared by it.",
        'design.md 6, "Capacity"; [team] of cadence.toml',
        effective_weeks_value,
    ),
    DaysFigure(
        "effort",
        "Effort",
        "person-days",
        "A person's capacity of a day is shared equally by the issues (sub-tasks included, "
        "milestones not) that were in progress with the person at some moment of that day and are "
        "fresh: created or changed by a person within ten working days. A parent is left out while "
        "a sub-task of it is counted. For every person and day effort + stale + unallocated = "
        "capacity.",
        'design.md 6, "Effort"; status and assignee in the history',
        effort_value,
    ),
    DaysFigure(
        "stale",
        "Stale days",
        "person-days",
        "The days on which a person had only issues in progress that no person had changed, or "
        "created, since the start of the team's 10th-last working day.",
        'design.md 6, "Effort"; the authors of changes in the history',
        stale_value,
    ),
    DaysFigure(
        "unallocated",
        "Unallocated days",
        "person-days",
        "The days on which a person had no issue in progress at all.",
        'design.md 6, "Effort"; status and assignee in the history',
        unallocated_value,
    ),
    DaysFigure(
        "unassigned",
        "Work assigned to nobody",
        "issue-days",
        "Issue x working day of what was in progress with no assignee: a line of its own, no "
        "effort.",
        'design.md 6, "Effort"; status and assignee in the history',
        unassigned_value,
    ),
)
