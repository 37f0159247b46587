"""A goal's one number: its readings and whether it is on track. Definition: design.md 6, "KPI"."""

from datetime import date

from cadence.config import Goal, Kpi
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


def on_track(goal: Goal, measure: Kpi, day: date, value: float) -> bool:
    """Tell whether a reading is at most 10 % of the way behind the straight line on its day.

    The line leads from (start, baseline) to (end, target), and is level outside.
    """
    way = measure.target - measure.baseline
    length = (goal.end - goal.start).days
    passed = min(1.0, max(0.0, (day - goal.start).days / length)) if length else 1.0
    expected = measure.baseline + way * passed
    behind = (expected - value) if way > 0 else (value - expected)
    return behind <= TOLERANCE * abs(way) + 1e-9
