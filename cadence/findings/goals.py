"""Findings about goals and their KPIs."""

from collections.abc import Iterator
from dataclasses import dataclass

from cadence.config import Goal
from cadence.figures.buckets import active_goals, goal_milestones, month_goals
from cadence.figures.gates import delivered_in_month
from cadence.figures.kpi import kpi, line, on_track, readings
from cadence.figures.milestones import started
from cadence.findings.rule import Rule, Seen, Severity
from cadence.findings.words import count, day, listed, number, quantity, so_far
from cadence.model import Reading
from cadence.snapshot import IssueAt, Snapshot


def goal_without_kpi(snapshot: Snapshot, _: tuple[float, ...]) -> Iterator[Seen]:
    """Yield the goals active at T that have no KPI."""
    for goal in active_goals(snapshot.moment):
        if kpi(snapshot, goal):
            continue
        agreed = goal.kpi.agreed if goal.kpi else None
        later = (f"agreed only on {day(agreed)}",) if agreed else ()
        yield Seen(
            goal.id,
            f"The goal '{goal.title}' has no agreed KPI",
            (f"started {day(goal.start)}", *later),
            "By which one number will we know that this goal is reached?",
        )


def kpi_not_measured(snapshot: Snapshot, _: tuple[float, ...]) -> Iterator[Seen]:
    """Yield the goals with a KPI and no reading dated in the month."""
    for goal in month_goals(snapshot):
        measure = kpi(snapshot, goal)
        known = readings(snapshot, goal)
        if not measure or any(snapshot.month.contains(reading.day) for reading in known):
            continue
        last = f"last reading {day(known[-1].day)}" if known else "never measured"
        yield Seen(
            goal.id,
            f"'{measure.name}' was not measured this month{so_far(snapshot.running)}",
            (last,),
            "What keeps us from measuring it, and who takes the next reading?",
        )


def nothing_delivered(snapshot: Snapshot, _: tuple[float, ...]) -> Iterator[Seen]:
    """Yield the goals with a milestone in progress in the month and none delivered in it."""
    delivered = {milestone.id for milestone in delivered_in_month(snapshot)}
    for goal in month_goals(snapshot):
        milestones = goal_milestones(snapshot).get(goal.id, ())
        active = [m.key for m in milestones if _in_progress(snapshot, m)]
        if active and not any(milestone.id in delivered for milestone in milestones):
            yield Seen(
                goal.id,
                f"Nothing of '{goal.title}' was delivered{so_far(snapshot.running)}, "
                "though work on it was in progress",
                tuple(active),
                "What is the smallest part that we can finish, ship and prove next month?",
                len(active),
            )


def _in_progress(snapshot: Snapshot, milestone: IssueAt) -> bool:
    """Tell whether a milestone was itself in progress at some moment of the month.

    A version is, from the start of its work to its release.
    """
    first, last = snapshot.before.instant, snapshot.moment.instant
    if not snapshot.world.versions_are_milestones:
        return milestone.history.active_between(first, last)
    released = milestone.finished is not None and milestone.finished <= first
    return started(snapshot.moment, milestone) is not None and not released


def kpi_unreliable(snapshot: Snapshot, limits: tuple[float, ...]) -> Iterator[Seen]:
    """Yield the goals whose readings of one day disagree, or are still all taken by hand."""
    for goal in month_goals(snapshot):
        doubt = _doubt(snapshot, goal, limits)
        if doubt is None:
            continue
        said, evidence = (
            "Every reading of the month was taken by hand",
            [day(r.day) for r in doubt.by],
        )
        if doubt.disagree:
            said = "Readings of one day disagree"
            evidence = [f"{number(r.value)} on {day(r.day)}" for r in doubt.by]
        yield Seen(
            goal.id,
            f"{said} for the KPI of '{goal.title}'",
            tuple(evidence),
            "What would make this number the same whoever takes it?",
            doubt.spread or None,
        )


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a KPI cannot be relied on: readings of one day that disagree, or all taken by hand.

    `spread` is how far readings of one day lie apart, as a part of the larger.
    """

    disagree: bool
    by: tuple[Reading, ...]
    spread: float


def kpi_doubt(snapshot: Snapshot, goal: Goal) -> Doubt | None:
    """Return what `kpi-unreliable` finds about a goal, by the team's own threshold."""
    limits = KPI_UNRELIABLE.limits(snapshot)
    return _doubt(snapshot, goal, limits) if limits is not None else None


def _doubt(snapshot: Snapshot, goal: Goal, limits: tuple[float, ...]) -> Doubt | None:
    spread, grace = limits
    month = [r for r in readings(snapshot, goal) if snapshot.month.contains(r.day)]
    if not kpi(snapshot, goal) or not month:
        return None
    worst = max(_by_day(month), key=_spread)
    if _spread(worst) * 100 > spread + 1e-9:
        return Doubt(True, tuple(worst), _spread(worst))
    old = (snapshot.day - goal.start).days > grace
    if old and all(reading.method == "manual" for reading in month):
        return Doubt(False, tuple(month), _spread(worst))
    return None


def _by_day(month: list[Reading]) -> list[list[Reading]]:
    days = sorted({reading.day for reading in month})
    return [[reading for reading in month if reading.day == on] for on in days]


def _spread(same_day: list[Reading]) -> float:
    """Return how far readings lie apart, as a part of the larger."""
    values = [abs(reading.value) for reading in same_day]
    apart = max(r.value for r in same_day) - min(r.value for r in same_day)
    return apart / max(values) if max(values) else 0.0


def kpi_off_track(snapshot: Snapshot, _: tuple[float, ...]) -> Iterator[Seen]:
    """Yield the goals whose latest reading is too far behind the line to the target."""
    for goal in month_goals(snapshot):
        measure, known = kpi(snapshot, goal), readings(snapshot, goal)
        if measure and known and not on_track(goal, measure, known[-1].day, known[-1].value):
            last = known[-1]
            expected = quantity(line(goal, measure, last.day), measure.unit)
            yield Seen(
                goal.id,
                f"'{measure.name}' stands at {quantity(last.value, measure.unit)}, "
                f"where the line to {quantity(measure.target, measure.unit)} is at {expected}",
                (f"reading {number(last.value)} on {day(last.day)}",),
                "What would have to change for the target to stay honest?",
            )


def wins_without_kpi(snapshot: Snapshot, limits: tuple[float, ...]) -> Iterator[Seen]:
    """Yield the goals with a milestone delivered in two months in which the KPI did not move."""
    recent = {m.id for m in delivered_in_month(snapshot)}
    recent |= {m.id for m in delivered_in_month(snapshot.previous)}
    since = snapshot.previous.month.first
    for goal in month_goals(snapshot):
        wins = [m.key for m in goal_milestones(snapshot).get(goal.id, ()) if m.id in recent]
        measure, known = kpi(snapshot, goal), readings(snapshot, goal)
        late = [reading for reading in known if reading.day >= since]
        if not (wins and measure and late):
            continue
        early = [reading.value for reading in known if reading.day < since]
        before = early[-1] if early else measure.baseline
        way = measure.target - measure.baseline
        nearer = (late[-1].value - before) * (1 if way > 0 else -1)
        if nearer * 100 < limits[0] * abs(way) - 1e-9:
            yield Seen(
                goal.id,
                f"{listed(wins)} delivered, yet '{measure.name}' came hardly nearer to its target",
                (
                    *wins,
                    f"{number(before)} before, {number(late[-1].value)} on {day(late[-1].day)}",
                ),
                "Did we deliver the wrong thing, or measure the wrong one?",
            )


def goal_unexamined(snapshot: Snapshot, limits: tuple[float, ...]) -> Iterator[Seen]:
    """Yield the goals of which nothing was read or finished for days."""
    for goal in active_goals(snapshot.moment):
        seen = [(goal.start, "the start of the goal")]
        seen += [(one.day, "a reading") for one in readings(snapshot, goal)]
        seen += [
            (snapshot.world.day(child.finished), f"{child.key} finished")
            for milestone in goal_milestones(snapshot).get(goal.id, ())
            for child in snapshot.moment.children(milestone)
            if child.finished
        ]
        last, what = max(seen)
        days = (snapshot.day - last).days
        if days >= limits[0]:
            yield Seen(
                goal.id,
                f"Nothing was measured or finished for '{goal.title}' in {count(days, 'day')}",
                (f"last sign of life: {what}, {day(last)}",),
                "Is this still one of our two goals?",
                days,
            )


KPI_UNRELIABLE = Rule(
    "kpi-unreliable",
    Severity.WARN,
    kpi_unreliable,
    (10, 60),
    about="goal",
    says="Two readings of one day in the month differ by more than {0} % of the larger, or "
    "every reading of the month is manual and the goal started more than {1} days before "
    "the last day covered.",
    figure="kpi",
)

RULES = (
    Rule(
        "goal-without-kpi",
        Severity.RISK,
        goal_without_kpi,
        about="goal",
        says="A goal that is active on the last day covered has no KPI (or none agreed by then).",
        figure="kpi",
    ),
    Rule(
        "kpi-not-measured",
        Severity.WARN,
        kpi_not_measured,
        about="goal",
        says="The goal has a KPI and no reading dated in the month.",
        figure="kpi",
    ),
    KPI_UNRELIABLE,
    Rule(
        "kpi-off-track",
        Severity.RISK,
        kpi_off_track,
        about="goal",
        says="The latest reading is more than 10 % of |target - baseline| behind the straight "
        "line from (start, baseline) to (end, target) on its own date. Silent without a "
        "reading.",
        figure="kpi",
    ),
    Rule(
        "wins-without-kpi",
        Severity.WARN,
        wins_without_kpi,
        (2,),
        about="goal",
        says="A milestone of the goal was delivered in the month or the one before, and the last "
        "reading of these two months lies less than {0} % of the range nearer the target "
        "than the last before them (else the baseline). Silent without a reading in them.",
        figure="kpi",
    ),
    Rule(
        "goal-unexamined",
        Severity.WARN,
        goal_unexamined,
        (30,),
        about="goal",
        says="{0} days have passed since the last of: the start of the goal, a reading, a "
        "finished child of its milestones.",
        figure="kpi",
    ),
    Rule(
        "nothing-delivered",
        Severity.RISK,
        nothing_delivered,
        about="goal",
        says="A milestone of the goal was itself in progress at some moment of the month, and "
        "none of its milestones was delivered in it.",
        figure="delivered",
    ),
)
