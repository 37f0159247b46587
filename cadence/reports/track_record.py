"""The team's track record: commitments kept, forecasts that held, shots on goal."""

from dataclasses import dataclass
from datetime import date

from cadence.figures.delivery import kept_by_month
from cadence.figures.milestones import open_children
from cadence.figures.outlook import accuracy, past_forecasts
from cadence.figures.shots import days_between, shots_in_month
from cadence.snapshot import IssueAt, Snapshot


@dataclass(frozen=True)
class KeptContent:
    """How many of a month's committed milestones were delivered by its end."""

    month: str
    delivered: int
    committed: int


@dataclass(frozen=True)
class RecentContent:
    """Predictability over the last (at most six) months together."""

    months: int
    delivered: int
    committed: int
    share: float | None


@dataclass(frozen=True)
class AccuracyContent:
    """How many of the 85 % dates told in the five months before held, of those decided by T."""

    held: int
    decided: int
    undecided: int
    share: float | None


@dataclass(frozen=True)
class CalledDoneContent:
    """A milestone once called done, and how many of its children are open.

    One that was dropped before the month is named here, though `milestones` leaves it out.
    """

    key: str
    title: str
    dropped: bool
    open: int


@dataclass(frozen=True)
class ShotContent:
    """An experiment that was concluded, or a milestone that reached production."""

    on: date
    about: str
    what: str


@dataclass(frozen=True)
class ShotsContent:
    """The month's shots on goal, and the median of the days between those of six months."""

    count: int
    median_days_between: float | None
    shots: tuple[ShotContent, ...]


def kept_content(snapshot: Snapshot) -> tuple[KeptContent, ...]:
    """Return the predictability of each of the recent months."""
    months = kept_by_month(snapshot)
    return tuple(KeptContent(str(m.month), m.delivered, m.committed) for m in months)


def recent_content(snapshot: Snapshot) -> RecentContent:
    """Return the predictability of the recent months together."""
    months = kept_by_month(snapshot)
    kept, promised = sum(m.delivered for m in months), sum(m.committed for m in months)
    return RecentContent(len(months), kept, promised, kept / promised if promised else None)


def accuracy_content(snapshot: Snapshot) -> AccuracyContent:
    """Return how often the forecasts of the months before held."""
    held = [past.held for past in past_forecasts(snapshot)]
    decided = len(held) - held.count(None)
    return AccuracyContent(held.count(True), decided, held.count(None), accuracy(snapshot))


def called_done(
    snapshot: Snapshot, milestones: tuple[IssueAt, ...]
) -> tuple[CalledDoneContent, ...]:
    """Return milestones by name, whether or not the month lists them."""
    return tuple(
        CalledDoneContent(
            milestone.key,
            milestone.summary,
            milestone.dropped is not None,
            len(open_children(snapshot.moment, milestone)),
        )
        for milestone in milestones
    )


def shots_content(snapshot: Snapshot) -> ShotsContent:
    """Return the month's shots on goal."""
    found = shots_in_month(snapshot)
    told = tuple(ShotContent(shot.day, shot.about, shot.what) for shot in found)
    return ShotsContent(len(told), days_between(snapshot), told)
