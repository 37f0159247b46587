"""What was in progress and is no effort, and why. Definition: design.md 6, "Effort"."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from cadence.figures.capacity import people
from cadence.figures.effort import active_days, attention, is_fresh
from cadence.figures.figure import Evidence, Whose
from cadence.snapshot import IssueAt, Snapshot

NOBODY = "in progress, assigned to nobody: no effort"
OUTSIDE = "in progress with somebody who is no member of the team: no effort"
PARENT = "its sub-tasks are counted in its place"
STALE = "in progress, untouched for ten working days: it earns nothing"


def passed_over(snapshot: Snapshot, whose: Whose) -> Iterator[Evidence]:
    """Yield the issues that were in progress and earned nothing, with the reason and the days."""
    found: dict[tuple[str, str], set[date]] = defaultdict(set)
    for day, account, issue in active_days(snapshot):
        reason = _reason(snapshot, day, account, issue) if whose.has(account, day) else None
        if reason:
            found[reason, issue.key].add(day)
    for (reason, key), days in sorted(found.items()):
        yield Evidence(key, reason, None, len(days), "working days")


def _reason(snapshot: Snapshot, day: date, account: str | None, issue: IssueAt) -> str | None:
    if account is None:
        return NOBODY
    if account not in people(snapshot):
        return OUTSIDE
    if issue.id not in attention(snapshot)[day][account]:
        return PARENT
    return None if is_fresh(snapshot, issue, day) else STALE
