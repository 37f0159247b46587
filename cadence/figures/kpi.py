"""A goal's one number: its readings and whether it is on track. Definition: design.md 6, "KPI"."""

from collections.abc import Iterator
from datetime import date

from cadence.config import Goal, Kpi
from cadence.figures.figure import Evidence, GoalFigure, Value
from cadence.model import Reading
from cadence.snapshot import Snapshot

TOLERANCE = 0.1
"""How far behind the straight line still is on track, as a part of the whole way."""


def kpi(snapshot: Snapshot, goal: Goal) -> Kpi | None:
    """Return the goal's KPI; None before the day it was agreed."""
    agreed = (goal.kpi.agreed or goal.start) if goal.kpi else None
    return goal.kpi if agreed and agreed <= snapshot.day else None


def readings(snapshot: Snapshot, goal: Goal) -> tuple[Reading, ...]:
    """Return the readings of the goal's KPI as it is defined now, dated up to T, in order."""
    series = goal.kpi.series if goal.kpi else None
    found = (
        reading
        for reading in snapshot.filed.readings
        if reading.goal == goal.id and reading.series == series and reading.day <= snapshot.day
    )
    return tuple(sorted(found, key=lambda reading: (reading.day, reading.id or 0)))


def line(goal: Goal, measure: Kpi, day: date) -> float:
    """Return where the straight line from (start, baseline) to (end, target) is on a day."""
    length = (goal.end - goal.start).days
    passed = min(1.0, max(0.0, (day - goal.start).days / length)) if length else 1.0
    return measure.baseline + (measure.target - measure.baseline) * passed


def on_track(goal: Goal, measure: Kpi, day: date, value: float) -> bool:
    """Tell whether a reading is at most 10 % of the way behind the straight line on its day."""
    way, expected = measure.target - measure.baseline, line(goal, measure, day)
    behind = (expected - value) if way > 0 else (value - expected)
    return behind <= TOLERANCE * abs(way) + 1e-9


def kpi_value(snapshot: Snapshot, goal: Goal) -> Value:
    """Return the latest reading, all that led to it, and the line it is held against."""
    measure, known = kpi(snapshot, goal), readings(snapshot, goal)
    others = tuple(_others(snapshot, goal))
    if measure is None:
        agreed = goal.kpi.agreed if goal.kpi else None
        why = Evidence(goal.id, "its KPI is agreed only on" if agreed else "it has no KPI", agreed)
        return Value(None, (why,), others)
    evidence = [
        Evidence(goal.id, "baseline, at the goal's start", goal.start, measure.baseline),
        *(Evidence(goal.id, f"reading, {r.method}", r.day, r.value) for r in known),
    ]
    if known:
        last = known[-1]
        fine = on_track(goal, measure, last.day, last.value)
        told = f"the line to the target on that day; {'on track' if fine else 'not on track'}"
        evidence.append(Evidence(goal.id, told, last.day, line(goal, measure, last.day)))
    evidence.append(Evidence(goal.id, "target, at the goal's end", goal.end, measure.target))
    return Value(known[-1].value if known else None, tuple(evidence), others)


def _others(snapshot: Snapshot, goal: Goal) -> Iterator[Evidence]:
    """Yield the goal's readings that do not count: of another definition, or dated later."""
    counted = readings(snapshot, goal)
    for reading in snapshot.filed.readings:
        if reading.goal == goal.id and reading not in counted:
            later = reading.day > snapshot.day
            what = "dated after the month" if later else f"of another definition: {reading.series}"
            yield Evidence(goal.id, f"reading {what}", reading.day, reading.value)


FIGURES = (
    GoalFigure(
        "kpi",
        "KPI",
        "the KPI's own",
        "The latest reading dated up to the last day covered, of the KPI as it is defined now (a "
        "changed definition starts a new series). On track: at most 10 % of |target - baseline| "
        "behind the straight line from (start, baseline) to (end, target) on its own date.",
        'design.md 6, "KPI"; readings that people file',
        kpi_value,
    ),
)
