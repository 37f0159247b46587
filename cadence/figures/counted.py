"""The shares of the buckets by count of issues, beside those by effort. Issue 4, "Effort"."""

from cadence.figures.effort import effort
from cadence.snapshot import Snapshot, once

POINTS_APART = 0.15
"""Shares by effort and by count that differ by more than this are both told."""


@once
def count_shares(snapshot: Snapshot) -> dict[str, float]:
    """Return each bucket's share of the issues that earned effort in the month, each one alike.

    An issue that earned effort in two buckets counts in both.
    """
    worked = {
        (share.bucket, share.issue.id) for share in effort(snapshot).shares if share.person_days
    }
    names = [bucket for bucket, _ in worked]
    return {name: names.count(name) / len(worked) for name in sorted(set(names))}


@once
def told_apart(snapshot: Snapshot) -> tuple[str, ...]:
    """Return the buckets whose shares by effort and by count lie more than 15 points apart."""
    spent, counted = effort(snapshot), count_shares(snapshot)
    return tuple(
        name
        for name, share in counted.items()
        if abs(share - spent.of(name) / spent.days) > POINTS_APART + 1e-9
    )
