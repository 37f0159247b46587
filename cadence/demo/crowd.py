"""A large site, made fast and small: many issues with many changes each, for the benches."""

import gc
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import cycle, islice

from cadence.demo.index import FIRST_ID
from cadence.demo.records import (
    History,
    Issue,
    IssueState,
    Item,
    Person,
    Project,
    Status,
    Type,
    epoch_ms,
)
from cadence.demo.world import World

_PEOPLE = (
    Person("ada", "Ada Park", "acc-ada", "apark", "JIRAUSER101", "ada@example.com"),
    Person("ben", "Ben Ito", "acc-ben", "bito", "JIRAUSER102"),
    Person("eva", "Eva Lund", "acc-eva", "elund", "JIRAUSER103"),
)
_STATUSES = (
    Status("1", "To Do", "new"),
    Status("3", "In Progress", "indeterminate"),
    Status("4", "In Review", "indeterminate"),
    Status("5", "Done", "done"),
)
_TYPES = (Type("10000", "Epic", 1), Type("10001", "Story", 0), Type("10003", "Sub-task", -1))
_BEGIN = epoch_ms(datetime(2015, 1, 5, 9, tzinfo=UTC))
_END = epoch_ms(datetime(2021, 1, 4, 9, tzinfo=UTC))
_EPIC_EVERY = 20
_HOUR = 3_600_000


def crowd(issues: int, changes: int = 10, projects: tuple[str, ...] = ("IO",)) -> World:
    """Return a site of so many issues, each with so many histories, the same every time.

    The issues are shared out among the projects in turn, one in twenty is an epic, the rest have
    one for a parent, and move through the workflow and from hand to hand. The histories share
    their items, which keeps a million changes in a few hundred megabytes. The garbage collector
    rests meanwhile, and is told to leave what was made alone: none of it is garbage.
    """
    world = World()
    world.add(*_PEOPLE, *_STATUSES, *_TYPES)
    world.add(*(Project(str(10_000 + n), key, f"Project {key}") for n, key in enumerate(projects)))
    resting = gc.isenabled()
    gc.disable()
    try:
        _fill(world, issues, changes, projects)
    finally:
        if resting:
            gc.enable()
        gc.freeze()
    return world


def _fill(world: World, issues: int, changes: int, projects: tuple[str, ...]) -> None:
    step = (_END - _BEGIN - (changes + 1) * _HOUR) // max(issues, 1)
    numbers = dict.fromkeys(projects, 0)
    for number, project in zip(range(issues), cycle(projects), strict=False):
        numbers[project] += 1
        id, created = FIRST_ID + number, _BEGIN + number * step
        epic = number % _EPIC_EVERY == 0
        state = IssueState(
            key=f"{project}-{numbers[project]}",
            project=project,
            type="10000" if epic else "10001",
            status="1",
            summary=f"Issue {number + 1} of many",
            reporter="ada",
            updated=created,
            category_since=created,
            parent=None if epic else id - number % _EPIC_EVERY,
        )
        issue = Issue(id, created, state)
        for at, author, told, after in _life(state, created, changes):
            issue.states.append(at, after)
            issue.histories.append(History(world.next_history(), at, author, told))
        world.include(issue)
    world.instant = _END


def _life(
    state: IssueState, created: int, changes: int
) -> Iterator[tuple[int, str, tuple[Item, ...], IssueState]]:
    """Yield an issue's changes, an hour apart: when, by whom, what, and the state after it."""
    for number, (field, item) in enumerate(islice(cycle(_COURSE), changes), 1):
        at = created + number * _HOUR
        if field == "status":
            since = state.category_since if item.new == "4" else at
            state = replace(state, updated=at, status=item.new or "", category_since=since)
        else:
            state = replace(state, updated=at, assignee=item.new)
        yield at, _PEOPLE[number % 3].handle, _TOLD[item], state


def _status(old: Status, new: Status) -> tuple[str, Item]:
    return "status", Item("status", old.id, old.name, new.id, new.name)


def _assignee(old: Person | None, new: Person | None) -> tuple[str, Item]:
    before = (old.handle, old.name) if old else (None, None)
    after = (new.handle, new.name) if new else (None, None)
    return "assignee", Item("assignee", *before, *after)


_TODO, _DOING, _REVIEW, _DONE = _STATUSES
_ADA, _BEN, _EVA = _PEOPLE
_COURSE = (
    _assignee(None, _ADA),
    _status(_TODO, _DOING),
    _assignee(_ADA, _BEN),
    _status(_DOING, _REVIEW),
    _assignee(_BEN, _EVA),
    _status(_REVIEW, _DONE),
    _assignee(_EVA, None),
    _status(_DONE, _TODO),
)
"""The changes of an issue's life, over and over; the last leads back to the first."""
_TOLD = {item: (item,) for _, item in _COURSE}
