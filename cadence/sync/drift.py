"""Fields that Jira used to serve and no longer does: a value must not vanish without a word."""

import json
from collections.abc import Mapping
from typing import Any

from sqlite_utils import Database

from cadence.jira.values import mapping

_COLUMNS = {
    "assignee": "assignee IS NOT NULL",
    "duedate": "due IS NOT NULL",
    "resolution": "resolution IS NOT NULL",
    "labels": "labels <> '[]'",
    "components": "components <> '[]'",
    "fixVersions": "fix_versions <> '[]'",
}
"""The fields that Jira serves of each issue, and how a stored one shows that it had a value."""


def no_longer_served(db: Database, issues: Mapping[int, Any]) -> dict[int, list[str]]:
    """Return which fields of these issues had a value in the store, and now do not come at all.

    One that is empty comes as null: that is no drift.
    """
    lacking = {
        number: gone
        for number, raw in issues.items()
        if (gone := _COLUMNS.keys() - mapping(mapping(raw).get("fields")).keys())
    }
    if not lacking:
        return {}
    rows = db.conn.execute(
        f"SELECT id, {', '.join(_COLUMNS.values())} FROM issues"
        " WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(lacking)),),
    )
    had = {row[0]: {f for f, held in zip(_COLUMNS, row[1:], strict=True) if held} for row in rows}
    return {
        number: sorted(gone & had[number])
        for number, gone in lacking.items()
        if number in had and gone & had[number]
    }
