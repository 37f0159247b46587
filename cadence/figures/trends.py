"""Six months of each headline figure, each computed by that month's own snapshot. Issue 4."""

from collections.abc import Callable
from dataclasses import dataclass

from cadence.config import Goal
from cadence.figures.buckets import month_goals
from cadence.figures.capacity import effective_weeks
from cadence.figures.commitment import predictability
from cadence.figures.effort import focus, wip
from cadence.figures.flow import flow
from cadence.figures.gates import delivered_in_month
from cadence.figures.kpi import kpi, readings
from cadence.snapshot import Snapshot, once, recent


@dataclass(frozen=True, slots=True)
class Headline:
    """A figure that a trend is drawn of: its name, title and unit, and its value in a month."""

    name: str
    title: str
    unit: str
    value: Callable[[Snapshot], float | None]


@dataclass(frozen=True, slots=True)
class Trend:
    """A headline figure in each of the recent months, the oldest first; None: no meaning then."""

    name: str
    title: str
    unit: str
    values: tuple[float | None, ...]


@once
def told_months(snapshot: Snapshot) -> tuple[Snapshot, ...]:
    """Return the last six months, without those before anything was done or measured."""
    months = recent(snapshot)
    goals = _measured_goals(snapshot)
    begun = (n for n, one in enumerate(months) if one is snapshot or _has_something(one, goals))
    return months[next(begun) :]


def _has_something(month: Snapshot, goals: tuple[Goal, ...]) -> bool:
    """Tell whether any headline figure of a month is more than nothing, or a KPI was read."""
    read = any(_last_reading(month, goal) is not None for goal in goals)
    return read or any(headline.value(month) for headline in HEADLINES)


def _measured_goals(snapshot: Snapshot) -> tuple[Goal, ...]:
    return tuple(goal for goal in month_goals(snapshot) if kpi(snapshot, goal))


@once
def trends(snapshot: Snapshot) -> tuple[Trend, ...]:
    """Return the trend of each headline figure, and of each goal's KPI as it is defined now."""
    months = told_months(snapshot)
    found = [
        Trend(one.name, one.title, one.unit, tuple(one.value(month) for month in months))
        for one in HEADLINES
    ]
    return (*found, *(_kpi(goal, months) for goal in _measured_goals(snapshot)))


def _kpi(goal: Goal, months: tuple[Snapshot, ...]) -> Trend:
    """Return the last reading of each month; a changed definition has a series of its own."""
    assert goal.kpi is not None
    values = tuple(_last_reading(month, goal) for month in months)
    return Trend(f"kpi-{goal.id}", goal.kpi.name, goal.kpi.unit, values)


def _last_reading(snapshot: Snapshot, goal: Goal) -> float | None:
    inside = [r.value for r in readings(snapshot, goal) if snapshot.month.contains(r.day)]
    return inside[-1] if inside else None


def _per_week(snapshot: Snapshot, number: int) -> float | None:
    weeks = effective_weeks(snapshot)
    return number / weeks if weeks else None


HEADLINES = (
    Headline("focus", "Focus", "share of 1", lambda month: focus(month).focus),
    Headline("coverage", "Coverage", "share of 1", lambda month: focus(month).coverage),
    Headline("support", "Support's share", "share of 1", lambda month: focus(month).support_share),
    Headline(
        "throughput-per-week",
        "Issues finished per effective week",
        "issues",
        lambda month: _per_week(month, flow(month).throughput),
    ),
    Headline(
        "cycle-time-p85",
        "85 % finished within, days",
        "days",
        lambda month: flow(month).cycle_time_p85,
    ),
    Headline("wip", "WIP", "issues", wip),
    Headline(
        "delivered",
        "Milestones delivered",
        "milestones",
        lambda month: len(delivered_in_month(month)),
    ),
    Headline(
        "delivered-per-week",
        "Milestones delivered per effective week",
        "milestones",
        lambda month: _per_week(month, len(delivered_in_month(month))),
    ),
    Headline("predictability", "Commitments kept", "share of 1", predictability),
)
"""The figures of which trends are told; per effective week where a short month would mislead."""
