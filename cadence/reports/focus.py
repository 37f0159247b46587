"""The content of the focus report: two goals, their KPIs, and where the days went."""

from dataclasses import dataclass
from datetime import date

from cadence.config import Goal
from cadence.figures import effort as effort_figures
from cadence.figures.buckets import OTHER, SUPPORT, goal_milestones, month_goals
from cadence.figures.capacity import capacity_days, effective_weeks
from cadence.figures.counted import count_shares, told_apart
from cadence.figures.flow import flow
from cadence.figures.kpi import kpi, on_track, readings
from cadence.findings.goals import kpi_doubt
from cadence.snapshot import Snapshot


@dataclass(frozen=True)
class Bucket:
    """A bucket's person-days, and its share of all effort (None without any effort).

    `count_share` is its share of the issues, each one alike; `apart` if the two shares differ by
    more than 15 points.
    """

    id: str
    title: str
    person_days: float
    share: float | None
    count_share: float | None
    apart: bool


@dataclass(frozen=True)
class DoubtContent:
    """Why a KPI's number cannot be relied on yet.

    Its readings of one day range from `low` to `high`; both are None where every reading is still
    taken by hand.
    """

    low: float | None
    high: float | None


@dataclass(frozen=True)
class KpiContent:
    """A KPI and its readings up to T. `before` is the last one before the month."""

    name: str
    unit: str
    direction: str
    baseline: float
    target: float
    latest: float | None
    measured_on: date | None
    method: str | None
    on_track: bool | None
    series: tuple[tuple[date, float], ...]
    before: float | None
    doubt: DoubtContent | None


@dataclass(frozen=True)
class GoalContent:
    """A goal of the month, its KPI, its milestones' keys and its person-days."""

    id: str
    title: str
    start: date
    end: date
    kpi: KpiContent | None
    milestones: tuple[str, ...]
    person_days: float
    share: float | None


@dataclass(frozen=True)
class FlowContent:
    """Throughput, cycle times in days, and the average number of issues in progress.

    `timed`: the issues with a cycle time; those that went straight to done have none.
    """

    throughput: int
    timed: int
    cycle_time_p50: int | None
    cycle_time_p85: int | None
    cycle_times: tuple[int, ...]
    wip: float | None


@dataclass(frozen=True)
class FocusContent:
    """Where the team's person-days went."""

    capacity_days: float
    effort_days: float
    stale_days: float
    unallocated_days: float
    unassigned_days: int
    effective_weeks: float | None
    coverage: float | None
    focus: float | None
    focus_low: float | None
    focus_high: float | None
    buckets: tuple[Bucket, ...]
    goals: tuple[GoalContent, ...]
    flow: FlowContent


def focus_content(snapshot: Snapshot) -> FocusContent:
    """Return the content of the focus report."""
    spent = effort_figures.effort(snapshot)
    seen = effort_figures.focus(snapshot)
    buckets = _buckets(snapshot)
    by_id = {bucket.id: bucket for bucket in buckets}
    return FocusContent(
        capacity_days=capacity_days(snapshot),
        effort_days=spent.days,
        stale_days=sum(spent.stale.values(), 0.0),
        unallocated_days=sum(spent.unallocated.values(), 0.0),
        unassigned_days=spent.unassigned_days,
        effective_weeks=effective_weeks(snapshot),
        coverage=seen.coverage,
        focus=seen.focus,
        focus_low=seen.low,
        focus_high=seen.high,
        buckets=buckets,
        goals=tuple(_goal(snapshot, goal, by_id[goal.id]) for goal in month_goals(snapshot)),
        flow=_flow(snapshot),
    )


def _buckets(snapshot: Snapshot) -> tuple[Bucket, ...]:
    spent = effort_figures.effort(snapshot)
    titles = [(goal.id, goal.title) for goal in month_goals(snapshot)]
    titles += [(SUPPORT, "Support"), (OTHER, "Other work")]
    counted, apart = count_shares(snapshot), told_apart(snapshot)
    return tuple(
        Bucket(
            id=name,
            title=title,
            person_days=spent.of(name),
            share=spent.of(name) / spent.days if spent.days else None,
            count_share=counted.get(name, 0.0) if counted else None,
            apart=name in apart,
        )
        for name, title in titles
    )


def _goal(snapshot: Snapshot, goal: Goal, bucket: Bucket) -> GoalContent:
    milestones = goal_milestones(snapshot).get(goal.id, ())
    return GoalContent(
        id=goal.id,
        title=goal.title,
        start=goal.start,
        end=goal.end,
        kpi=_kpi(snapshot, goal),
        milestones=tuple(milestone.key for milestone in milestones),
        person_days=bucket.person_days,
        share=bucket.share,
    )


def _kpi(snapshot: Snapshot, goal: Goal) -> KpiContent | None:
    measure = kpi(snapshot, goal)
    if measure is None:
        return None
    known = readings(snapshot, goal)
    last = known[-1] if known else None
    earlier = [reading for reading in known if reading.day < snapshot.month.first]
    return KpiContent(
        name=measure.name,
        unit=measure.unit,
        direction=measure.direction,
        baseline=measure.baseline,
        target=measure.target,
        latest=last.value if last else None,
        measured_on=last.day if last else None,
        method=last.method if last else None,
        on_track=on_track(goal, measure, last.day, last.value) if last else None,
        series=tuple((reading.day, reading.value) for reading in known),
        before=earlier[-1].value if earlier else None,
        doubt=_doubt(snapshot, goal),
    )


def _doubt(snapshot: Snapshot, goal: Goal) -> DoubtContent | None:
    doubt = kpi_doubt(snapshot, goal)
    if doubt is None:
        return None
    values = [reading.value for reading in doubt.by] if doubt.disagree else []
    return DoubtContent(min(values, default=None), max(values, default=None))


def _flow(snapshot: Snapshot) -> FlowContent:
    seen = flow(snapshot)
    return FlowContent(
        throughput=seen.throughput,
        timed=seen.timed,
        cycle_time_p50=seen.cycle_time_p50,
        cycle_time_p85=seen.cycle_time_p85,
        cycle_times=seen.cycle_times,
        wip=effort_figures.wip(snapshot),
    )
