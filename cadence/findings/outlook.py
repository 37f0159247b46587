"""Findings about where milestones are heading, and about what became of those called done."""

from collections.abc import Iterator
from datetime import date, timedelta

from cadence.config import Stage
from cadence.figures.buckets import matches
from cadence.figures.commitment import committed, decisions, predictability
from cadence.figures.forecast import forecast
from cadence.figures.gates import built_day, claimed_not_done, retracted, retracted_before
from cadence.figures.milestones import TICK, growth, open_children, started
from cadence.findings.milestones import live
from cadence.findings.rule import Rule, Seen, Severity
from cadence.findings.words import count, day, listed, percent
from cadence.history import mapped
from cadence.snapshot import IssueAt, Snapshot


def forecast_late(snapshot: Snapshot, limits: tuple[float, ...]) -> Iterator[Seen]:
    """Yield the milestones whose 85 % date lies days after the due date."""
    for milestone in live(snapshot):
        ahead = forecast(snapshot, milestone)
        if ahead and milestone.due and (ahead.p85 - milestone.due).days >= limits[0]:
            late = count((ahead.p85 - milestone.due).days, "day")
            yield Seen(
                milestone.key,
                f"'{milestone.summary}' is on its way to {day(ahead.p85)}, {late} after its date",
                (f"due {day(milestone.due)}", f"85 % date {day(ahead.p85)}"),
                "What do we leave out, or whom do we tell now?",
            )


def claimed(snapshot: Snapshot, _: tuple[float, ...]) -> Iterator[Seen]:
    """Yield the milestones that are closed with open children."""
    for milestone in claimed_not_done(snapshot):
        left = [child.key for child in open_children(snapshot.moment, milestone)]
        yield Seen(
            milestone.key,
            f"'{milestone.summary}' is closed with {count(len(left), 'open issue')}",
            tuple(left),
            "Is it done, or is what is left no longer wanted?",
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
            f"{count(len(added), 'issue')} came on top of {before} in '{milestone.summary}'",
            tuple(child.key for child in added),
            "What do we take out for what came in?",
        )


def defects_after_done(snapshot: Snapshot, limits: tuple[float, ...]) -> Iterator[Seen]:
    """Yield the milestones that drew bugs soon after they were first built, the last in M."""
    fewest, days = limits
    for milestone in snapshot.moment.milestones:
        bugs = [c for c in snapshot.moment.children(milestone) if c.type == "Bug"]
        first = _first_built(snapshot, milestone) if len(bugs) >= fewest else None
        if first is None:
            continue
        last = first + timedelta(days=days)
        soon = sorted(
            (b for b in bugs if first <= snapshot.world.day(b.created) <= last),
            key=lambda bug: bug.created,
        )
        if len(soon) >= fewest and snapshot.in_month(soon[-1].created):
            yield Seen(
                milestone.key,
                f"{count(len(soon), 'bug')} followed on '{milestone.summary}'",
                (f"first built {day(first)}", *(bug.key for bug in soon)),
                "What would have shown them before we called it built?",
            )


def _first_built(snapshot: Snapshot, milestone: IssueAt) -> date | None:
    """Return the day on which the milestone was built for the first time."""
    world, until = snapshot.world, snapshot.moment.instant
    below = [world.histories[i] for i in world.ever_below.get(milestone.id, ())]
    instants = {
        at for history in (milestone.history, *below) for at, *_ in history.kind.steps(until)
    }
    for instant in sorted(instants):
        moment = snapshot.at(instant + TICK)
        then = moment.issue(milestone.id)
        if then and built_day(moment, then):
            return world.day(instant)
    return None


def predictability_low(snapshot: Snapshot, limits: tuple[float, ...]) -> Iterator[Seen]:
    """Yield the team if it kept too few of its commitments in this month and the one before."""
    months = (snapshot.previous, snapshot)
    kept = [predictability(month) for month in months]
    if any(len(committed(month)) < FEWEST_COMMITTED for month in months):
        return
    if all(share is not None and share < limits[0] for share in kept):
        told = [
            f"{month.month}: {percent(share or 0.0)}"
            for month, share in zip(months, kept, strict=True)
        ]
        yield Seen(
            "team",
            "Two months in a row most dates were not kept",
            tuple(told),
            "What do our dates rest on, and which one would we promise again?",
        )


def stage_overrun(snapshot: Snapshot, _: tuple[float, ...]) -> Iterator[Seen]:
    """Yield the unbuilt milestones that are longer in their stage than its time box."""
    for milestone in live(snapshot):
        at = [s for s in snapshot.config.stages if s.label in milestone.labels]
        if not at or not at[-1].timebox_days or built_day(snapshot.moment, milestone):
            continue
        since = _stage_since(snapshot, milestone, at[-1])
        days = (snapshot.day - since).days
        decided = any(note.day >= since for note in decisions(snapshot, milestone))
        if days > at[-1].timebox_days and not decided:
            yield Seen(
                milestone.key,
                f"'{milestone.summary}' has been in stage {at[-1].name} for {count(days, 'day')}",
                (f"since {day(since)}", f"time box {count(at[-1].timebox_days, 'day')}"),
                "Do we advance, extend with a reason, or stop?",
            )


def _stage_since(snapshot: Snapshot, milestone: IssueAt, stage: Stage) -> date:
    carried = mapped(milestone.history.labels, lambda held: stage.label in held)
    return snapshot.world.day(carried.set_at(snapshot.moment.instant) or milestone.created)


def no_path_to_production(snapshot: Snapshot, limits: tuple[float, ...]) -> Iterator[Seen]:
    """Yield the milestones long under way without any work that leads to production.

    Silent where `[production]` does not say what such work looks like.
    """
    rule = snapshot.config.production
    if not (rule.labels or rule.types):
        return
    for milestone in live(snapshot):
        start = started(snapshot.moment, milestone)
        children = snapshot.moment.children(milestone)
        if not start or built_day(snapshot.moment, milestone):
            continue
        days = (snapshot.day - snapshot.world.day(start)).days
        if days >= limits[0] and not any(matches(rule, c, snapshot.moment) for c in children):
            yield Seen(
                milestone.key,
                f"'{milestone.summary}' has no step to production after {count(days, 'day')}",
                (
                    f"started {day(snapshot.world.day(start))}",
                    f"looked for {listed([*rule.labels, *rule.types])}",
                ),
                "Which issue brings it to its users?",
            )


FEWEST_COMMITTED = 2
"""One commitment more or less says nothing."""

RULES = (
    Rule("forecast-late", Severity.RISK, forecast_late, (14,)),
    Rule("claimed-not-done", Severity.WARN, claimed),
    Rule("done-retracted", Severity.RISK, done_retracted),
    Rule("scope-growth", Severity.WARN, scope_growth, (20, 3)),
    Rule("defects-after-done", Severity.WARN, defects_after_done, (3, 30)),
    Rule("predictability-low", Severity.WARN, predictability_low, (0.8,)),
    Rule("stage-overrun", Severity.WARN, stage_overrun),
    Rule("no-path-to-production", Severity.INFO, no_path_to_production, (60,)),
)
