"""Working days, and how much of each a person has. Definition: design.md 6, "Capacity"."""

from collections.abc import Sequence
from datetime import date, timedelta

from cadence.config import Member, Team
from cadence.snapshot import Snapshot, once

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def is_working_day(team: Team, day: date) -> bool:
    """Tell whether a day is a listed weekday that is no holiday."""
    return _WEEKDAYS[day.weekday()] in team.workdays and day not in team.holidays


def working_days(team: Team, first: date, last: date) -> tuple[date, ...]:
    """Return the working days from `first` to `last`, both included."""
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return tuple(day for day in days if is_working_day(team, day))


def nth_last_working_day(team: Team, day: date, count: int) -> date:
    """Return the first of the `count` working days that end with `day`, it included.

    A calendar without working days in the year before ends the search there.
    """
    earliest = day - timedelta(days=366)
    while day > earliest:
        count -= is_working_day(team, day)
        if count <= 0:
            break
        day -= timedelta(days=1)
    return day


@once
def month_days(snapshot: Snapshot) -> tuple[date, ...]:
    """Return the month's working days up to date(T)."""
    return working_days(snapshot.config.team, snapshot.month.first, snapshot.day)


@once
def people(snapshot: Snapshot) -> dict[str, Member]:
    """Return whose days are counted, by account: the members.

    If none are configured: everyone who was ever assigned, up to T, but for apps.
    """
    world = snapshot.world
    if snapshot.config.team.members:
        return {world.account(member): member for member in snapshot.config.team.members}
    until = snapshot.moment.instant
    assigned = {a for a, since in world.facts.assigned.items() if since < until}
    assigned |= {
        account
        for history in world.histories.values()
        if history.issue.created < until and history.issue.id not in world.version_ids
        for account in (
            history.assignee.values[0],
            *(new for _, _, new in history.assignee.steps(until)),
        )
        if account
    }
    counted = sorted(assigned - world.robots)
    return {account: Member(world.names.get(account, account), account) for account in counted}


def capacity(member: Member, day: date) -> float:
    """Return the person-days that a member has on a working day."""
    return 0.0 if day in member.days_off else member.part_time


@once
def capacity_days(snapshot: Snapshot) -> float:
    """Return the person-days of the team in the month, up to date(T)."""
    days = month_days(snapshot)
    return sum((capacity(m, day) for m in people(snapshot).values() for day in days), 0.0)


@once
def effective_weeks(snapshot: Snapshot) -> float | None:
    """Return the capacity as weeks of the whole team; None without people."""
    size = len(people(snapshot))
    return capacity_days(snapshot) / (5 * size) if size else None


def mean(values: Sequence[float]) -> float | None:
    """Return the average; None of nothing."""
    return sum(values) / len(values) if values else None
