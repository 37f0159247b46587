"""Where an issue's history contradicts itself or the present. Definition: design.md 7."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from cadence.history import IssueHistory
from cadence.model import Change

CHAINED = ("status", "resolution", "type", "assignee")
"""The fields whose changes must follow one another without a jump."""

Value = tuple[str | None, str | None]


@dataclass(frozen=True, slots=True)
class Gap:
    """A field that jumped: after the change at `after`, and before the next one at `before`.

    `before` is None where the last change differs from the field as Jira shows it.
    """

    field: str
    after: datetime
    before: datetime | None


def gaps(history: IssueHistory) -> Iterator[Gap]:
    """Yield each place where two successive changes, or the last and the field, do not chain."""
    for field in CHAINED:
        changes = history.by_field.get(field, [])
        for change, later in zip(changes, (*changes[1:], None), strict=False):
            then = (later.from_id, later.from_text) if later else _present(history, field)
            if not _same(_end(change), then):
                yield Gap(field, change.at, later.at if later else None)


def _end(change: Change) -> Value:
    return change.to_id, change.to_text


def _present(history: IssueHistory, field: str) -> Value:
    issue, meanings = history.issue, history.meanings
    values: dict[str, Value] = {
        "status": (issue.status_id, meanings.status_name.get(issue.status_id)),
        "resolution": (None, issue.resolution),
        "type": (issue.type_id, meanings.type_name.get(issue.type_id)),
        "assignee": (issue.assignee, None),
    }
    return values[field]


def _same(left: Value, right: Value) -> bool:
    """Tell whether two values are one: by id where both have one, else by name."""
    for one, other in zip(left, right, strict=True):
        if one and other:
            return one == other
    return not any((*left, *right))
