"""A milestone's start, children and growth. Definitions: design.md 6, "Started"."""

from datetime import datetime, timedelta

from cadence.snapshot import IssueAt, Moment, Snapshot

TICK = timedelta(microseconds=1)
"""What lies between "just before" an instant and "at" it."""


def started(moment: Moment, milestone: IssueAt) -> datetime | None:
    """Return when work on a milestone started.

    The earliest of its own start, its children's (with their whole history), and the first child
    finished; a milestone below a milestone starts it as it starts itself.
    """
    return _started(moment, milestone, frozenset())


def _started(moment: Moment, milestone: IssueAt, above: frozenset[int]) -> datetime | None:
    found = [milestone.started]
    for child in moment.children(milestone):
        if child.id in above:
            continue
        nested = moment.is_milestone(child)
        own = _started(moment, child, above | {milestone.id}) if nested else child.started
        found += [own, child.finished]
    return min((instant for instant in found if instant), default=None)


def open_children(moment: Moment, milestone: IssueAt) -> tuple[IssueAt, ...]:
    """Return the children that are neither done nor dropped."""
    return tuple(child for child in moment.children(milestone) if child.is_open)


def finished_children(moment: Moment, milestone: IssueAt) -> tuple[IssueAt, ...]:
    """Return the children that are done."""
    return tuple(child for child in moment.children(milestone) if child.finished)


def growth(snapshot: Snapshot, milestone: IssueAt) -> tuple[tuple[IssueAt, ...], int]:
    """Return the children at T that were added in the month, and how many there were before.

    Added after the later of the month's start and the milestone's own; not started: none.
    """
    start = started(snapshot.moment, milestone)
    if start is None:
        return (), 0
    since = snapshot.at(max(snapshot.before.instant, start + TICK))
    known = {child.id for child in since.children(milestone)}
    added = tuple(c for c in snapshot.moment.children(milestone) if c.id not in known)
    return added, len(known)
