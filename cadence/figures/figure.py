"""What a figure is: a number with what it was made of, and what was left out of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from cadence.config import Goal, Partner
from cadence.model import Action
from cadence.snapshot import IssueAt, Snapshot


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that was counted, or left out: what it is about, what is true of it, how much.

    `about` is an issue's key where there is one.
    """

    about: str
    what: str
    on: date | None = None
    number: float | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Value:
    """A figure of a month: the number (None: it has no meaning), the evidence, what is left out."""

    number: float | date | None
    evidence: tuple[Evidence, ...] = ()
    left_out: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Whose:
    """What a figure of days is narrowed to: a person's account, a day, or neither."""

    account: str | None = None
    day: date | None = None

    def has(self, account: str | None, day: date) -> bool:
        """Tell whether a person's day belongs to it."""
        return self.account in (None, account) and self.day in (None, day)


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure's name, title, unit, its rule in words, and where its definition comes from."""

    about: ClassVar[str] = "team"

    name: str
    title: str
    unit: str
    rule: str
    source: str


@dataclass(frozen=True, slots=True)
class TeamFigure(Figure):
    """A figure of the whole team."""

    compute: Callable[[Snapshot], Value]


@dataclass(frozen=True, slots=True)
class DaysFigure(Figure):
    """A figure of the team's days, that can be narrowed to a person's or to one day."""

    about: ClassVar[str] = "team, person or day"

    compute: Callable[[Snapshot, Whose], Value]


@dataclass(frozen=True, slots=True)
class BucketFigure(Figure):
    """A figure of a bucket."""

    about: ClassVar[str] = "bucket"

    compute: Callable[[Snapshot, str], Value]


@dataclass(frozen=True, slots=True)
class GoalFigure(Figure):
    """A figure of a goal."""

    about: ClassVar[str] = "goal"

    compute: Callable[[Snapshot, Goal], Value]


@dataclass(frozen=True, slots=True)
class MilestoneFigure(Figure):
    """A figure of a milestone."""

    about: ClassVar[str] = "milestone"

    compute: Callable[[Snapshot, IssueAt], Value]


@dataclass(frozen=True, slots=True)
class IssueFigure(Figure):
    """A figure of an issue."""

    about: ClassVar[str] = "issue"

    compute: Callable[[Snapshot, IssueAt], Value]


@dataclass(frozen=True, slots=True)
class PartnerFigure(Figure):
    """A figure of a partner."""

    about: ClassVar[str] = "partner"

    compute: Callable[[Snapshot, Partner], Value]


@dataclass(frozen=True, slots=True)
class ActionFigure(Figure):
    """A figure of an action."""

    about: ClassVar[str] = "action"

    compute: Callable[[Snapshot, Action], Value]
