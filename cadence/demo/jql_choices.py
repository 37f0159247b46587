"""JQL over fields with a choice of values: what they hold, and which values an operand names."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from cadence.demo.asking import Asking, Test, operator_refused
from cadence.demo.jql import EMPTY, Clause, JqlError, Value
from cadence.demo.records import CATEGORIES, Issue, IssueState
from cadence.demo.world import World


def choice_clause(clause: Clause, field: str, asking: Asking) -> Test:
    """Compile =, !=, in, not in, is, is not; a negation never selects an empty field."""
    held, known = CHOICES[field]
    if clause.operator not in ("=", "!=", "in", "not in", "is", "is not"):
        raise operator_refused(clause)
    wanted: set[Any] = set()
    for value in clause.values:
        if value != EMPTY and not (field == "resolution" and value.text.lower() == "unresolved"):
            wanted |= known(value, clause.field, asking)
    empty = any(
        value == EMPTY or (field == "resolution" and value.text.lower() == "unresolved")
        for value in clause.values
    )

    def positive(issue: Issue, state: IssueState) -> bool:
        values = held(state, asking)
        return not wanted.isdisjoint(values) if values else empty

    def negative(issue: Issue, state: IssueState) -> bool:
        values = held(state, asking)
        return bool(values) and wanted.isdisjoint(values)

    return positive if clause.operator in ("=", "in", "is") else negative


def _records(records: Callable[[World], Iterable[Any]], *names: str) -> Any:
    """Return a resolver: which ids an operand names, by any of these attributes, without case."""

    def known(value: Value, field: str, asking: Asking) -> set[Any]:
        text = value.text.casefold()
        found = {
            record.id if hasattr(record, "id") else record.handle
            for record in records(asking.world)
            if any(str(getattr(record, name)).casefold() == text for name in names)
        }
        if not found:
            raise JqlError(f"The value '{value.text}' does not exist for the field '{field}'.")
        return found

    return known


@dataclass(frozen=True)
class _Named:
    id: str
    name: str


def _table(name: str) -> Callable[[World], Iterable[_Named]]:
    return lambda world: [_Named(id, text) for id, text in getattr(world, name).items()]


def _categories(world: World) -> Iterable[Any]:
    return CATEGORIES.values()


def _labels(value: Value, field: str, asking: Asking) -> set[Any]:
    return {value.text}


def issue_id(value: Value, field: str, asking: Asking) -> set[Any]:
    """Return the id of the issue that a key (an old one, too) or an id names."""
    world = asking.world
    numeric = value.text.isdecimal()
    id = int(value.text) if numeric else world.keys.get(value.text.upper())
    issue = world.issues.get(id) if id is not None else None
    if issue is None or asking.state(issue) is None:
        if numeric:
            raise JqlError(
                f"A value with ID '{value.text}' does not exist for the field '{field}'."
            )
        raise JqlError(f"An issue with key '{value.text}' does not exist for field '{field}'.")
    return {issue.id}


def _parent(state: IssueState, asking: Asking) -> tuple[int, ...]:
    """Return the parent; on Data Center only a sub-task has one."""
    subtask = asking.world.types[state.type].level < 0
    return (state.parent,) if state.parent and (asking.cloud or subtask) else ()


def _epic(state: IssueState, asking: Asking) -> tuple[int, ...]:
    subtask = asking.world.types[state.type].level < 0
    return (state.parent,) if state.parent and not subtask else ()


def _project(state: IssueState, asking: Asking) -> tuple[str, ...]:
    return (asking.world.projects[state.project].id,)


def _category(state: IssueState, asking: Asking) -> tuple[str, ...]:
    return (asking.world.statuses[state.status].category,)


def _one(attribute: str) -> Callable[[IssueState, Asking], tuple[Any, ...]]:
    def held(state: IssueState, asking: Asking) -> tuple[Any, ...]:
        value = getattr(state, attribute)
        return (value,) if value else ()

    return held


def _versions_now(world: World) -> Iterable[Any]:
    return (version for t in world.versions.values() if (version := t.at(world.instant)))


CHOICES: dict[str, tuple[Callable[[IssueState, Asking], tuple[Any, ...]], Any]] = {
    "project": (_project, _records(lambda w: w.projects.values(), "id", "key", "name")),
    "issuetype": (_one("type"), _records(lambda w: w.types.values(), "id", "name")),
    "status": (_one("status"), _records(lambda w: w.statuses.values(), "id", "name")),
    "statuscategory": (_category, _records(_categories, "number", "id", "name")),
    "priority": (_one("priority"), _records(_table("priorities"), "id", "name")),
    "resolution": (_one("resolution"), _records(_table("resolutions"), "id", "name")),
    "assignee": (
        _one("assignee"),
        _records(lambda w: w.people.values(), "account", "user", "key", "name", "email"),
    ),
    "reporter": (
        _one("reporter"),
        _records(lambda w: w.people.values(), "account", "user", "key", "name", "email"),
    ),
    "component": (
        lambda state, asking: state.components,
        _records(lambda w: w.components.values(), "id", "name"),
    ),
    "fixversion": (
        lambda state, asking: state.fix_versions,
        _records(_versions_now, "id", "name"),
    ),
    "sprint": (
        lambda state, asking: state.sprints,
        _records(lambda w: w.sprints.values(), "id", "name"),
    ),
    "labels": (lambda state, asking: state.labels, _labels),
    "parent": (_parent, issue_id),
    "epic link": (_epic, issue_id),
}
