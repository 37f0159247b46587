"""The meaning of JQL: which issues a query selects, field by field, and in which order."""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from cadence.demo.asking import COMPARE, Asking, Test, operator_refused
from cadence.demo.index import Found
from cadence.demo.jql import EMPTY, Both, Clause, Condition, Either, JqlError, Not, Query
from cadence.demo.jql_choices import CHOICES, choice_clause, issue_id
from cadence.demo.jql_dates import MOMENTS, day, instant, moment_clause
from cadence.demo.records import Issue, IssueState

Narrow = Callable[[Sequence[Found]], list[Found]]


def select(query: Query, asking: Asking) -> list[Found]:
    """Return the issues that a query selects, sorted. Raises JqlError for what Jira refuses."""
    narrow = _narrow(query.where, asking) if query.where else list
    sorts = [(field, *_sort(field, direction, asking)) for field, direction in query.order]
    found = narrow(asking.known())
    by_id = next((n for n, (field, *_) in enumerate(sorts) if field == "id"), None)
    if by_id is None or sorts[by_id][2]:
        found.reverse()  # they come by ascending id; unsorted, Jira tells the youngest first
    if by_id is None and asking.ties is not None:
        Random(asking.ties).shuffle(found)
    for _, value, descending in reversed(sorts[:by_id]):  # no two have the same id
        found.sort(key=value, reverse=descending)
    return found


def place_after(query: Query, asking: Asking, found: Sequence[Found], last: Found) -> int:
    """Return where a sorted list goes on after an issue, by the sort values that it had."""
    sorts = [_sort(field, direction, asking) for field, direction in query.order]

    def comes_later(pair: Found) -> bool:
        for value, descending in sorts:
            own, lasts = value(pair), value(last)
            if own != lasts:
                return bool(own > lasts) is not descending
        return pair[0].id < last[0].id

    return bisect_left(found, True, key=comes_later)


def _narrow(condition: Condition, asking: Asking) -> Narrow:
    """Compile a condition to a function from a list to the list of those that meet it.

    What is joined by AND is one pass after the other, each over what the one before has left:
    the clauses that every sync asks with are a comparison an issue, not a call.
    """
    match condition:
        case Both(conditions):
            passes = [_narrow(each, asking) for each in conditions]
            return lambda found: _all_of(passes, found)
        case Clause():
            test = _clause(condition, asking)
            return _quick(condition, asking) or _passing(test)
    return _passing(_test(condition, asking))


def _all_of(passes: list[Narrow], found: Sequence[Found]) -> list[Found]:
    for narrow in passes:
        found = narrow(found)
    return list(found)


def _passing(test: Test) -> Narrow:
    return lambda found: [pair for pair in found if test(*pair)]


def _quick(clause: Clause, asking: Asking) -> Narrow | None:
    """Return the pass of a clause of one plain comparison, or None; it was checked before."""
    compare = COMPARE.get(clause.operator)
    field = _NAMES.get(clause.field, clause.field)
    if field == "project" and clause.operator in ("=", "in"):
        wanted = {value.text.casefold() for value in clause.values}
        keys = {
            key
            for key, project in asking.world.projects.items()
            if not wanted.isdisjoint(map(str.casefold, (project.id, key, project.name)))
        }
        return lambda found: [pair for pair in found if pair[1].project in keys]
    if compare is None or EMPTY in clause.values:
        return None
    if field == "id" and clause.values[0].text.isdecimal() and clause.operator not in ("=", "!="):
        id = int(clause.values[0].text)
        return lambda found: [pair for pair in found if compare(pair[0].id, id)]
    if field == "updated" and asking.reindexed is None:
        bound = instant(clause.values[0], clause.field, asking)
        return lambda found: [pair for pair in found if compare(pair[1].updated, bound)]
    return None


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
    if field == "updated":
        return moment_clause(clause, asking.updated, asking, instant)
    if field in MOMENTS:
        return moment_clause(clause, MOMENTS[field], asking, instant)
    if field == "due":
        return moment_clause(clause, lambda issue, state: state.due, asking, day)
    if field in CHOICES and (field != "epic link" or not asking.cloud):
        return choice_clause(clause, field, asking)
    raise JqlError(
        f"Field '{clause.field}' does not exist or you do not have permission to view it."
    )


_NAMES = {
    "type": "issuetype",
    "issue": "key",
    "issuekey": "key",
    "updateddate": "updated",
    "createddate": "created",
    "resolutiondate": "resolved",
    "duedate": "due",
}


# ---- ids and keys ----------------------------------------------------------------------------


def _id_clause(clause: Clause, asking: Asking) -> Test:
    if clause.operator in ("=", "!=", "in", "not in"):
        ids = set().union(*(issue_id(value, clause.field, asking) for value in clause.values))
        positive = clause.operator in ("=", "in")
        return lambda issue, state: (issue.id in ids) is positive
    compare = COMPARE.get(clause.operator)
    if compare is None:
        raise operator_refused(clause)
    (value,) = clause.values
    if value.text.isdecimal():
        bound = int(value.text)
        return lambda issue, state: compare(issue.id, bound)
    (id,) = issue_id(value, clause.field, asking)
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
    if name == "updated" and asking.reindexed is not None:
        return lambda pair: asking.updated(*pair), (direction or "desc") == "desc"
    usual = "desc" if name in ("created", "updated", "resolved") else "asc"
    return _SORTS[name], (direction or usual) == "desc"
