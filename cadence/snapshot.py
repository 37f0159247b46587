"""Everything that was true at T: the world replayed to a moment, and the month around it."""

from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, wraps
from typing import Any, TypeVar

from cadence.config import Config
from cadence.history import IssueHistory, Kind
from cadence.model import Facts, Filed
from cadence.month import Month
from cadence.world import World, world_of

MILESTONE = 1
"""The level from which an issue is a milestone."""
SUB_TASK = -1
LONGEST_SUMMARY = 255
"""Jira's own limit; what a broken site serves beyond it is not told."""


@dataclass(frozen=True, slots=True)
class IssueAt:
    """An issue as it was at a moment; `started`, `finished` and `dropped` lie before it, or None.

    Started is the first entry into `indeterminate`; finished (dropped) is the beginning of an
    unbroken stay in done (dropped) that still lasts. Definition: design.md 6.
    """

    id: int
    key: str
    level: int
    type: str
    project: str
    summary: str
    status: str
    kind: Kind
    assignee: str | None
    parent_id: int | None
    due: date | None
    labels: frozenset[str]
    components: frozenset[str]
    fix_versions: frozenset[str]
    described: bool
    created: datetime
    started: datetime | None
    finished: datetime | None
    dropped: datetime | None
    history: IssueHistory

    @property
    def is_sub_task(self) -> bool:
        """Whether it is a sub-task."""
        return self.level <= SUB_TASK

    @property
    def is_issue(self) -> bool:
        """Whether flow figures count it: neither milestone nor sub-task."""
        return SUB_TASK < self.level < MILESTONE

    @property
    def is_open(self) -> bool:
        """Whether it is neither done nor dropped."""
        return self.kind in (Kind.NEW, Kind.ACTIVE)


class Moment:
    """The world just before an instant: what happens at its stroke has not happened yet."""

    def __init__(self, world: World, instant: datetime) -> None:
        self.world = world
        self.instant = instant.astimezone(UTC)
        self.day = world.day(self.instant - timedelta(microseconds=1))
        self._states: dict[int, IssueAt | None] = {}

    def issue(self, issue_id: int | None) -> IssueAt | None:
        """Return an issue as it was, or None if it was not there (yet, or any more)."""
        if issue_id is None:
            return None
        if issue_id not in self._states:
            history = self.world.histories.get(issue_id)
            there = history is not None and self.world.exists(history, self.instant)
            self._states[issue_id] = self._state(history) if history and there else None
        return self._states[issue_id]

    @cached_property
    def issues(self) -> tuple[IssueAt, ...]:
        """Everything that was there, milestones and sub-tasks too, by id."""
        found = (self.issue(issue_id) for issue_id in sorted(self.world.histories))
        return tuple(issue for issue in found if issue)

    @cached_property
    def milestones(self) -> tuple[IssueAt, ...]:
        """The milestones, by id."""
        return tuple(issue for issue in self.issues if self.is_milestone(issue))

    def is_milestone(self, issue: IssueAt) -> bool:
        """Tell whether an issue is a milestone: by its level, or a version where so configured."""
        if self.world.versions_are_milestones:
            return issue.id in self.world.version_ids
        return issue.level >= MILESTONE

    def children(self, milestone: IssueAt) -> tuple[IssueAt, ...]:
        """Return the issues whose parent it was; a sub-task counts through its parent only."""
        candidates = (self.issue(i) for i in self.world.ever_below.get(milestone.id, ()))
        version = self.world.version_ids.get(milestone.id)
        return tuple(
            child
            for child in candidates
            if child
            and not child.is_sub_task
            and (
                child.parent_id == milestone.id
                or (version in child.fix_versions and child.is_issue)
            )
        )

    def line(self, issue: IssueAt) -> Iterator[IssueAt]:
        """Yield the issue, its parent, the parent's parent, and so on."""
        passed: set[int] = set()
        step: IssueAt | None = issue
        while step and step.id not in passed:
            passed.add(step.id)
            yield step
            step = self.issue(step.parent_id)

    def _state(self, history: IssueHistory) -> IssueAt:
        """Return an issue as it was, replayed once for all moments between two of its turns."""
        known = self.world.replayed
        turn = (history.issue.id, bisect_left(history.turns, self.instant))
        if turn not in known:
            known[turn] = self._replayed(history)
        state: IssueAt = known[turn]
        return state

    def _replayed(self, history: IssueHistory) -> IssueAt:
        at, meanings, created = self.instant, self.world.meanings, history.issue.created
        kind = history.kind.before(at)
        stay = history.stay_began(at)
        status, type_id = history.status.before(at), history.type.before(at)
        return IssueAt(
            id=history.issue.id,
            key=history.key.before(at),
            level=history.level.before(at),
            type=meanings.type_name.get(type_id, ""),
            project=history.project.before(at),
            summary=history.summary.before(at)[:LONGEST_SUMMARY],
            status=meanings.status_name.get(status, ""),
            kind=kind,
            assignee=history.assignee.before(at),
            parent_id=history.parent.before(at),
            due=history.due.before(at),
            labels=history.labels.before(at),
            components=history.components.before(at),
            fix_versions=history.fix_versions.before(at),
            described=history.described.before(at),
            created=created,
            started=history.first_started(at),
            finished=stay if kind is Kind.DONE else None,
            dropped=stay if kind is Kind.DROPPED else None,
            history=history,
        )


@dataclass(frozen=True, eq=False)
class Snapshot:
    """A month as of T: the moment T, the moment of the month's start, and what was filed."""

    world: World
    filed: Filed
    month: Month
    as_of: datetime
    running: bool
    _moments: dict[datetime, Moment] = field(default_factory=dict, repr=False)
    _known: dict[object, Any] = field(default_factory=dict, repr=False)

    @property
    def config(self) -> Config:
        """The configuration."""
        return self.world.config

    @cached_property
    def moment(self) -> Moment:
        """The world at T."""
        return self.at(self.as_of)

    @cached_property
    def before(self) -> Moment:
        """The world at the month's start."""
        return self.at(self.month.start(self.config.team.zone))

    @property
    def day(self) -> date:
        """date(T): the last day covered."""
        return self.moment.day

    def at(self, instant: datetime) -> Moment:
        """Return the world at an instant."""
        instant = instant.astimezone(UTC)
        if instant not in self._moments:
            self._moments[instant] = Moment(self.world, instant)
        return self._moments[instant]

    @cached_property
    def previous(self) -> "Snapshot":
        """The month before, as of its end; it shares the moments that both have looked at."""
        month, zone = self.month.back(1), self.world.zone
        return Snapshot(
            self.world, self.filed, month, month.end(zone), running=False, _moments=self._moments
        )

    def in_month(self, instant: datetime | None) -> bool:
        """Tell whether an instant lies in the month, up to T."""
        return instant is not None and self.before.instant <= instant < self.moment.instant


V = TypeVar("V")


def once(figure: Callable[[Snapshot], V]) -> Callable[[Snapshot], V]:
    """Compute a figure of a snapshot once, however many ask for it."""

    @wraps(figure)
    def known(snapshot: Snapshot) -> V:
        if figure not in snapshot._known:
            snapshot._known[figure] = figure(snapshot)
        value: V = snapshot._known[figure]
        return value

    return known


RECENT = 6
"""The months that trends, predictability and the forecasts' accuracy look back on."""


@once
def recent(snapshot: Snapshot) -> tuple[Snapshot, ...]:
    """Return the last six months, this one included, the oldest first."""
    found = [snapshot]
    while len(found) < RECENT:
        found.append(found[-1].previous)
    return tuple(reversed(found))


def snapshot_at(
    facts: Facts, filed: Filed, config: Config, month: Month, now: datetime
) -> Snapshot:
    """Return the month as of its end, or as of now while it runs.

    Raises ValueError if the month has not begun.
    """
    return month_of(world_of(facts, config), filed, month, now)


def month_of(world: World, filed: Filed, month: Month, now: datetime) -> Snapshot:
    """Return a month of a world, as `snapshot_at` does; several months share what it replays."""
    zone = world.zone
    if month.start(zone) > now:
        raise ValueError(f"{month} has not begun")
    running = now < month.end(zone)
    as_of = now.astimezone(zone) if running else month.end(zone)
    return Snapshot(world, filed, month, as_of, running)
