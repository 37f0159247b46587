"""The meaning of JQL: which issues a query selects, field by field, and in which order."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from cadence.demo.asking import COMPARE, Asking, Found, Test, operator_refused
from cadence.demo.jql import EMPTY, Both, Clause, Condition, Either, JqlError, Not, Query, Value
from cadence.demo.jql_dates import MOMENTS, day, instant, moment_clause
from cadence.demo.records import CATEGORIES, Issue, IssueState
from cadence.demo.world import World


def select(query: Query, asking: Asking) -> list[Found]:
    """Return the issues that a query selects, sorted. Raises JqlError for what Jira refuses."""
    test = _test(query.where, asking) if query.where else _always
    sorts = [_sort(field, direction, asking) for field, direction in query.order]
    found = [
        (issue, state)
        for issue in reversed(asking.world.issues.values())  # unsorted, the youngest come first
        if (state := asking.state(issue)) and test(issue, state)
    ]
    for value, descending in reversed(sorts):
        found.sort(key=value, reverse=descending)
    return found


def _always(issue: Issue, state: IssueState) -> bool:
    return True


def _test(condition: Condition, asking: Asking) -> Test:
    match condition:
        case Clause():
            return _clause(condition, asking)
        case Not(inside):
            refused = _test(inside, asking)
            return lambda issue, state: not refused(issue, state)
        case Both(conditions):
            tests = [_test(each, asking) for each in conditions]
            return lambda issue, state: all(test(issue, state) for test in tests)
        case Either(conditions):
            tests = [_test(each, asking) for each in conditions]
            return lambda issue, state: any(test(issue, state) for test in tests)


def _clause(clause: Clause, asking: Asking) -> Test:
    field = _NAMES.get(clause.field, clause.field)
    if field in ("id", "key"):
        return _id_clause(clause, asking)
    if field in MOMENTS:
        return moment_clause(clause, MOMENTS[field], asking, instant)
    if field == "due":
        return moment_clause(clause, lambda issue, state: state.due, asking, day)
    if field in _CHOICES and (field != "epic link" or not asking.cloud):
        return _choice_clause(clause, field, asking)
    raise JqlError(
        f"Field '{clause.field}' does not exist or you do not have permission to view it."
    )


# ---- fields with a choice of values ----------------------------------------------------------

_NAMES = {
    "type": "issuetype",
    "issue": "key",
    "issuekey": "key",
    "updateddate": "updated",
    "createddate": "created",
    "resolutiondate": "resolved",
    "duedate": "due",
}


def _choice_clause(clause: Clause, field: str, asking: Asking) -> Test:
    """Compile =, !=, in, not in, is, is not; a negation never selects an empty field."""
    held, known = _CHOICES[field]
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


def _issue_id(value: Value, field: str, asking: Asking) -> set[Any]:
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


_CHOICES: dict[str, tuple[Callable[[IssueState, Asking], tuple[Any, ...]], Any]] = {
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
    "labels": (lambda state, asking: state.labels, _labels),
    "parent": (_parent, _issue_id),
    "epic link": (_epic, _issue_id),
}


# ---- ids and keys ----------------------------------------------------------------------------


def _id_clause(clause: Clause, asking: Asking) -> Test:
    if clause.operator in ("=", "!=", "in", "not in"):
        ids = set().union(*(_issue_id(value, clause.field, asking) for value in clause.values))
        positive = clause.operator in ("=", "in")
        return lambda issue, state: (issue.id in ids) is positive
    compare = COMPARE.get(clause.operator)
    if compare is None:
        raise operator_refused(clause)
    (value,) = clause.values
    if value.text.isdecimal():
        bound = int(value.text)
        return lambda issue, state: compare(issue.id, bound)
    (id,) = _issue_id(value, clause.field, asking)
    project, number = _numbered(asking.world.issues[id].states.values[-1].key)

    def beside(issue: Issue, state: IssueState) -> bool:
        own, each = _numbered(state.key)
        return own == project and compare(each, number)

    return beside


def _numbered(key: str) -> tuple[str, int]:
    project, _, number = key.rpartition("-")
    return project, int(number)


# ---- sorting ---------------------------------------------------------------------------------

_SORTS: dict[str, Callable[[Found], Any]] = {
    "id": lambda pair: pair[0].id,
    "key": lambda pair: _numbered(pair[1].key),
    "project": lambda pair: pair[1].project,
    "created": lambda pair: pair[0].created,
    "updated": lambda pair: pair[1].updated,
    "resolved": lambda pair: (pair[1].resolved is None, pair[1].resolved),
    "due": lambda pair: (pair[1].due is None, pair[1].due),
    "summary": lambda pair: pair[1].summary,
    "status": lambda pair: pair[1].status,
    "issuetype": lambda pair: pair[1].type,
    "assignee": lambda pair: (pair[1].assignee is None, pair[1].assignee),
    "priority": lambda pair: pair[1].priority,
}


def _sort(field: str, direction: str | None, asking: Asking) -> tuple[Callable[[Found], Any], bool]:
    """Return the sort key and whether it descends; unsaid, dates do and the rest does not."""
    name = _NAMES.get(field, field)
    if name not in _SORTS:
        raise JqlError(f"Field '{field}' does not exist or you do not have permission to view it.")
    usual = "desc" if name in ("created", "updated", "resolved") else "asc"
    return _SORTS[name], (direction or usual) == "desc"
