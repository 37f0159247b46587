"""What was delivered and what was promised, as figures. Definition: design.md 6, "Built"."""

from collections.abc import Iterator
from dataclasses import dataclass

from cadence.figures.commitment import committed, predictability
from cadence.figures.figure import Evidence, TeamFigure, Value
from cadence.figures.gates import (
    claimed_not_done,
    delivered_before,
    delivered_in_month,
    delivered_now,
    gates,
    retracted,
)
from cadence.figures.milestones import open_children, started
from cadence.month import Month
from cadence.snapshot import IssueAt, Snapshot, once, recent


@dataclass(frozen=True, slots=True)
class Kept:
    """How many of a month's committed milestones were delivered by its end."""

    month: Month
    delivered: int
    committed: int


@once
def kept_by_month(snapshot: Snapshot) -> tuple[Kept, ...]:
    """Return the commitments of the last six months, this one included, the oldest first."""
    return tuple(_kept(month) for month in recent(snapshot))


def _kept(snapshot: Snapshot) -> Kept:
    promised = committed(snapshot)
    kept = sum(milestone.id in delivered_now(snapshot) for milestone in promised)
    return Kept(snapshot.month, kept, len(promised))


def delivered_value(snapshot: Snapshot) -> Value:
    """Return how many milestones were delivered in the month, and what the others lack."""
    new = delivered_in_month(snapshot)
    day = (gates(snapshot, snapshot.moment, milestone).proven for milestone in new)
    evidence = (
        Evidence(milestone.key, "built, shipped and proven", on)
        for milestone, on in zip(new, day, strict=True)
    )
    return Value(len(new), tuple(evidence), tuple(_not_yet(snapshot)))


def _not_yet(snapshot: Snapshot) -> Iterator[Evidence]:
    """Yield the started milestones that are not delivered, with the first gate they lack."""
    for milestone in snapshot.moment.milestones:
        if milestone.dropped or milestone.id in delivered_now(snapshot):
            continue
        if started(snapshot.moment, milestone):
            yield Evidence(milestone.key, lacking(snapshot, milestone))


def lacking(snapshot: Snapshot, milestone: IssueAt) -> str:
    """Return the first gate that a milestone has not passed, in words."""
    passed = gates(snapshot, snapshot.moment, milestone)
    if passed.shipped:
        return f"shipped {passed.shipped}, not proven"
    if passed.built:
        return f"built {passed.built}, not shipped"
    left = len(open_children(snapshot.moment, milestone))
    if not left:
        return "not built: not closed itself"
    return f"not built: {left} open {'child' if left == 1 else 'children'}"


def predictability_value(snapshot: Snapshot) -> Value:
    """Return the part of the committed milestones that was delivered by the month's end."""
    promised = committed(snapshot)
    evidence = [_promise(snapshot, milestone) for milestone in promised]
    for one in kept_by_month(snapshot):
        told = f"{one.delivered} of {one.committed} committed were delivered"
        evidence.append(Evidence(str(one.month), told))
    return Value(predictability(snapshot), tuple(evidence), tuple(_no_promise(snapshot)))


def _promise(snapshot: Snapshot, milestone: IssueAt) -> Evidence:
    """Return a commitment as it stood at the month's start, and what became of it."""
    now = snapshot.moment.issue(milestone.id)
    proven = gates(snapshot, snapshot.moment, now).proven if now else None
    came = f"delivered {proven}" if proven else "not delivered by the month's end"
    return Evidence(milestone.key, f"{came}; it was due at the month's start on", milestone.due)


def _no_promise(snapshot: Snapshot) -> Iterator[Evidence]:
    """Yield the milestones that are due in the month and were no commitment, and why."""
    counted = {milestone.id for milestone in committed(snapshot)}
    for milestone in snapshot.moment.milestones:
        due = milestone.due
        if due is None or not snapshot.month.contains(due) or milestone.id in counted:
            continue
        if milestone.id in delivered_before(snapshot):
            yield Evidence(milestone.key, "delivered before the month; due", due)
        elif (then := snapshot.before.issue(milestone.id)) and then.dropped:
            yield Evidence(milestone.key, "dropped before the month; due", due)
        else:
            yield Evidence(milestone.key, "created or dated only in the month; due", due)


def retracted_value(snapshot: Snapshot) -> Value:
    """Return how many milestones were delivered before and are not now."""
    evidence = (
        Evidence(milestone.key, f"delivered once; {lacking(snapshot, milestone)}")
        for milestone in retracted(snapshot)
    )
    return Value(len(retracted(snapshot)), tuple(evidence))


def claimed_value(snapshot: Snapshot) -> Value:
    """Return how many milestones are closed with open children."""
    found = claimed_not_done(snapshot)
    evidence = (
        Evidence(child.key, f"open child of {milestone.key}, which is closed")
        for milestone in found
        for child in open_children(snapshot.moment, milestone)
    )
    return Value(len(found), tuple(evidence))


FIGURES = (
    TeamFigure(
        "delivered",
        "Delivered in the month",
        "milestones",
        "Delivered (built, shipped and proven) at T and not at the month's start.",
        'design.md 6, "Built"; [done] of cadence.toml',
        delivered_value,
    ),
    TeamFigure(
        "predictability",
        "Predictability",
        "share of 1",
        "Delivered by the month's end / committed. Committed: the due date as it stood at the "
        "month's start lies in the month, neither delivered nor dropped before it.",
        'design.md 6, "Committed in M"; due date in the history',
        predictability_value,
    ),
    TeamFigure(
        "retracted",
        "Delivered before, not delivered now",
        "milestones",
        "Delivered at the end of some earlier month and not at T; told every month until it is "
        "delivered again.",
        'design.md 6, "Built"; status in the history, sign-offs',
        retracted_value,
    ),
    TeamFigure(
        "claimed",
        "Claimed, not done",
        "milestones",
        "Closed with open children.",
        'design.md 6, "Built"; status and parent in the history',
        claimed_value,
    ),
)
