"""The content of the trends: six months of each headline figure."""

from dataclasses import dataclass

from cadence.figures.buckets import OTHER, SUPPORT, month_goals
from cadence.figures.effort import effort
from cadence.figures.trends import Trend, told_months, trends
from cadence.snapshot import Snapshot

NOT_VISIBLE = "not-visible"
"""The days without a fresh issue: stale or unallocated."""


@dataclass(frozen=True)
class DaysContent:
    """A bucket's person-days in each of the months; `not-visible` is no bucket, but no effort."""

    id: str
    title: str
    person_days: tuple[float, ...]


@dataclass(frozen=True)
class TrendsContent:
    """The months, the oldest first, each headline figure's values in them, and the days."""

    months: tuple[str, ...]
    figures: tuple[Trend, ...]
    days: tuple[DaysContent, ...]


def trends_content(snapshot: Snapshot) -> TrendsContent:
    """Return the trends of the last (at most six) months, this one included."""
    months = tuple(str(month.month) for month in told_months(snapshot))
    return TrendsContent(months, trends(snapshot), _days(snapshot))


def _days(snapshot: Snapshot) -> tuple[DaysContent, ...]:
    """Return where the days of the months went, by the goals that any of them had."""
    months = [effort(month) for month in told_months(snapshot)]
    goals = {g.id: g.title for month in told_months(snapshot) for g in month_goals(month)}
    titles = {**goals, SUPPORT: "Support", OTHER: "Other work"}
    found = [
        DaysContent(name, title, tuple(spent.of(name) for spent in months))
        for name, title in titles.items()
    ]
    idle = (sum((*m.stale.values(), *m.unallocated.values()), 0.0) for m in months)
    return (*found, DaysContent(NOT_VISIBLE, "Not visible", tuple(idle)))
