"""The content of the trends: six months of each headline figure."""

from dataclasses import dataclass

from cadence.figures.trends import Trend, told_months, trends
from cadence.snapshot import Snapshot


@dataclass(frozen=True)
class TrendsContent:
    """The months, the oldest first, and each headline figure's values in them."""

    months: tuple[str, ...]
    figures: tuple[Trend, ...]


def trends_content(snapshot: Snapshot) -> TrendsContent:
    """Return the trends of the last (at most six) months, this one included."""
    months = tuple(str(month.month) for month in told_months(snapshot))
    return TrendsContent(months, trends(snapshot))
