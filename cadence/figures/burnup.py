"""How the work below a milestone grew and was finished, week by week; for its picture."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from cadence.figures.milestones import finished_children, open_children, started
from cadence.month import midnight
from cadence.snapshot import IssueAt, Snapshot

WEEKS = 26
"""The weeks before T that are looked at: half a year, as the trends do."""


@dataclass(frozen=True, slots=True)
class Week:
    """A milestone's children as they stood at a day's end; the dropped are not counted."""

    day: date
    done: int
    known: int


def burn_up(snapshot: Snapshot, milestone: IssueAt) -> tuple[Week, ...]:
    """Return a milestone's children at the end of each week since its start, the oldest first.

    The weeks end on date(T)'s weekday, at most 26 of them; none before the start, or without
    children.
    """
    start = started(snapshot.moment, milestone)
    if start is None:
        return ()
    weeks = tuple(_weeks(snapshot, milestone, snapshot.world.day(start)))
    return weeks if any(week.known for week in weeks) else ()


def _weeks(snapshot: Snapshot, milestone: IssueAt, start: date) -> Iterator[Week]:
    passed = min(WEEKS, (snapshot.day - start).days // 7)
    for back in range(passed, -1, -1):
        day = snapshot.day - timedelta(weeks=back)
        end = midnight(day + timedelta(days=1), snapshot.world.zone)
        moment = snapshot.at(end) if back else snapshot.moment
        then = moment.issue(milestone.id)
        if then:
            done = len(finished_children(moment, then))
            yield Week(day, done, done + len(open_children(moment, then)))
