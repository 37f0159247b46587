"""Findings about where milestones are heading, and about what became of those called done."""

from collections.abc import Iterator
from datetime import timedelta

from cadence.figures.commitment import committed, predictability
from cadence.figures.delivery import kept_by_month
from cadence.figures.forecast import Forecast, forecast
from cadence.figures.gates import claimed_not_done, first_built, retracted, retracted_before
from cadence.figures.links import bugs_by_milestone
from cadence.figures.milestones import growth, open_children
from cadence.findings.milestones import live
from cadence.findings.rule import Rule, Seen, Severity
from cadence.findings.words import count, day
from cadence.snapshot import IssueAt, Snapshot


def forecast_late(snapshot: Snapshot, limits: tuple[float, ...]) -> Iterator[Seen]:
    """Yield the milestones whose 85 % date lies days after the due date."""
    for milestone in live(snapshot):
        ahead = forecast(snapshot, milestone)
        days = _days_late(ahead, milestone)
        if ahead and days is not None and days >= limits[0]:
            late = count(days, "day")
            yield Seen(
                milestone.key,
                f"'{milestone.summary}' is on its way to {day(ahead.p85)}, {late} after its date",
                (f"due {day(milestone.due)}", f"85 % date {day(ahead.p85)}"),
                "What do we leave out, or whom do we tell now?",
                days,
            )


def _days_late(ahead: Forecast | None, milestone: IssueAt) -> int | None:
    return (ahead.p85 - milestone.due).days if ahead and milestone.due else None


EVEN = 0.5
"""Below this chance a due date is in doubt, however few days are at stake."""


def in_doubt(snapshot: Snapshot, milestone: IssueAt) -> bool:
    """Tell whether a milestone's own pace puts its due date in doubt: told in every report.

    Its date is as late as `forecast-late` asks for, by the team's own threshold, or is more likely
    missed than kept. A dismissal quiets the finding, not what those who wait for us are told.
    """
    ahead, limits = forecast(snapshot, milestone), FORECAST_LATE.limits(snapshot)
    days = _days_late(ahead, milestone)
    if ahead is None or days is None or milestone.dropped:
        return False
    late = limits is not None and days >= limits[0]
    return late or (ahead.chance is not None and ahead.chance < EVEN)


def claimed(snapshot: Snapshot, _: tuple[float, ...]) -> Iterator[Seen]:
    """Yield the milestones that are closed with open children."""
    for milestone in claimed_not_done(snapshot):
        left = [child.key for child in open_children(snapshot.moment, milestone)]
        yield Seen(
            milestone.key,
            f"'{milestone.summary}' is closed with {count(len(left), 'open issue')}",
            tuple(left),
            "Is it done, or is what is left no longer wanted?",
            len(left),
        )


def done_retracted(snapshot: Snapshot, _: tuple[float, ...]) -> Iterator[Seen]:
    """Yield the milestones that were told as delivered and in this month no longer are."""
    known = {milestone.id for milestone in retracted_before(snapshot)}
    for milestone in retracted(snapshot):
        if milestone.id not in known:
            yield Seen(
                milestone.key,
                f"'{milestone.summary}' was delivered and no longer is",
                (f"status {milestone.status or 'unknown'}",),
                "What came back, and who was told that it was done?",
            )


def scope_growth(snapshot: Snapshot, limits: tuple[float, ...]) -> Iterator[Seen]:
    """Yield the milestones that grew in the month."""
    part, fewest = limits
    for milestone in live(snapshot):
        added, before = growth(snapshot, milestone)
        if len(added) < fewest or (before and len(added) * 100 <= part * before):
            continue
        yield Seen(
            milestone.key,
            f"{count(len(added), 'issue')} came {_on_top(before)} in '{milestone.summary}'",
            tuple(child.key for child in added),
            "What do we take out for what came in?",
            len(added),
        )


def _on_top(before: int) -> str:
    return f"on top of {before}" if before else "where there were none"


def defects_after_done(snapshot: Snapshot, limits: tuple[float, ...]) -> Iterator[Seen]:
    """Yield the milestones that drew bugs soon after they were first built, the last in M."""
    fewest, days = limits
    for milestone in snapshot.moment.milestones:
        bugs = bugs_by_milestone(snapshot).get(milestone.id, ())
        first = first_built(snapshot, milestone) if len(bugs) >= fewest else None
        if first is None:
            continue
        built = snapshot.world.day(first)
        last = built + timedelta(days=days)
        soon = sorted(
            (b for b in bugs if b.created > first and snapshot.world.day(b.created) <= last),
            key=lambda bug: bug.created,
        )
        if len(soon) >= fewest and snapshot.in_month(soon[-1].created):
            yield Seen(
                milestone.key,
                f"{count(len(soon), 'bug')} followed on '{milestone.summary}'",
                (f"first built {day(built)}", *(bug.key for bug in soon)),
                "What would have shown them before we called it built?",
                len(soon),
            )


def predictability_low(snapshot: Snapshot, limits: tuple[float, ...]) -> Iterator[Seen]:
    """Yield the team if it kept too few of its commitments in this month and the one before."""
    months = (snapshot.previous, snapshot)
    kept = [predictability(month) for month in months]
    counted = kept_by_month(snapshot)[-len(months) :]
    if any(len(committed(month)) < FEWEST_COMMITTED for month in months):
        return
    if all(share is not None and share < limits[0] for share in kept):
        told = [f"{one.month}: {one.delivered} of {one.committed}" for one in counted]
        yield Seen(
            "team",
            "Two months in a row less was delivered than was due when they began",
            tuple(told),
            "What do our dates rest on, and which one would we promise again?",
            1 - (kept[-1] or 0.0),
        )


FEWEST_COMMITTED = 2
"""One commitment more or less says nothing."""

FORECAST_LATE = Rule(
    "forecast-late",
    Severity.RISK,
    forecast_late,
    (14,),
    about="milestone",
    says="The 85 % date of its forecast is at least {0} days after its due date.",
    figure="forecast",
)

RULES = (
    FORECAST_LATE,
    Rule(
        "claimed-not-done",
        Severity.WARN,
        claimed,
        about="milestone",
        says="It is closed with open children.",
        figure="children",
    ),
    Rule(
        "done-retracted",
        Severity.RISK,
        done_retracted,
        about="milestone",
        says="It was delivered at the end of some earlier month and is not now, and this was not "
        "yet so at the start of the month.",
        figure="proven",
    ),
    Rule(
        "scope-growth",
        Severity.WARN,
        scope_growth,
        (20, 3),
        about="milestone",
        says="More than {0} % and at least {1} children were added in the month, counted from the "
        "later of the start of the month and its own start.",
        figure="scope",
    ),
    Rule(
        "defects-after-done",
        Severity.WARN,
        defects_after_done,
        (3, 30),
        about="milestone",
        says="At least {0} issues of a type named Bug, its children or linked to it, were created "
        "within {1} days after it was first built, the last of them in the month.",
        figure="built",
    ),
    Rule(
        "predictability-low",
        Severity.WARN,
        predictability_low,
        (0.8,),
        says="Predictability is below {0} in the month and in the one before, with at least 2 "
        "milestones committed in each.",
        figure="predictability",
    ),
)
