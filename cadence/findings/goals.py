"""Findings about goals and their KPIs."""

from collections.abc import Iterator

from cadence.figures.buckets import active_goals, goal_milestones, month_goals
from cadence.figures.gates import delivered_in_month
from cadence.figures.kpi import kpi, readings
from cadence.findings.rule import Finding, Rule, Severity
from cadence.findings.words import day, listed
from cadence.snapshot import Snapshot


def goal_without_kpi(snapshot: Snapshot, _: tuple[float, ...]) -> Iterator[Finding]:
    """Yield the goals active at T that have no KPI."""
    for goal in active_goals(snapshot.moment):
        if kpi(snapshot, goal):
            continue
        agreed = goal.kpi.agreed if goal.kpi else None
        later = (f"agreed on {day(agreed)}",) if agreed else ()
        yield Finding(
            goal.id,
            f"The goal '{goal.title}' has no agreed KPI",
            (f"started {day(goal.start)}", *later),
            "By which one number will we know that this goal is reached?",
        )


def kpi_not_measured(snapshot: Snapshot, _: tuple[float, ...]) -> Iterator[Finding]:
    """Yield the goals with a KPI and no reading dated in the month."""
    for goal in month_goals(snapshot):
        measure = kpi(snapshot, goal)
        known = readings(snapshot, goal)
        if not measure or any(snapshot.month.contains(reading.day) for reading in known):
            continue
        last = f"last reading {day(known[-1].day)}" if known else "never measured"
        yield Finding(
            goal.id,
            f"'{measure.name}' was not measured this month",
            (last,),
            "What keeps us from measuring it, and who takes the next reading?",
        )


def nothing_delivered(snapshot: Snapshot, _: tuple[float, ...]) -> Iterator[Finding]:
    """Yield the goals with a milestone in progress in the month and none delivered in it."""
    delivered = {milestone.id for milestone in delivered_in_month(snapshot)}
    first, last = snapshot.before.instant, snapshot.moment.instant
    for goal in month_goals(snapshot):
        milestones = goal_milestones(snapshot).get(goal.id, ())
        active = [m.key for m in milestones if m.history.active_between(first, last)]
        if active and not any(milestone.id in delivered for milestone in milestones):
            yield Finding(
                goal.id,
                f"Nothing of '{goal.title}' was delivered; in progress: {listed(active)}",
                tuple(active),
                "What is the smallest part that we can finish, ship and prove next month?",
            )


RULES = (
    Rule("goal-without-kpi", Severity.RISK, goal_without_kpi),
    Rule("kpi-not-measured", Severity.WARN, kpi_not_measured),
    Rule("nothing-delivered", Severity.RISK, nothing_delivered),
)
