"""Quick questions to the store about the issues that it holds: which are they, how far are they?"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from sys import intern

from sqlite_utils import Database


def updated_of(db: Database, ids: Iterable[int]) -> dict[int, str]:
    """Return when each of these issues that is stored was last updated, as the store writes it."""
    rows = db.conn.execute(
        "SELECT id, updated FROM issues WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(ids)),),
    )
    return dict(rows.fetchall())


def renamed(db: Database, keys: Mapping[str, int]) -> set[int]:
    """Return which of these issues, by key, are stored under another key."""
    rows = db.conn.execute(
        "SELECT issues.id FROM json_each(?) AS told JOIN issues ON issues.id = told.value"
        " WHERE issues.key <> told.key",
        (json.dumps(keys),),
    )
    return {row[0] for row in rows}


def present_issues(db: Database, projects: Sequence[str] = ()) -> Iterator[tuple[int, str]]:
    """Yield the issues that Jira showed last, with their project keys; of these projects, or of
    all. They may be many.
    """
    rows = db.conn.execute("SELECT id, project FROM issues WHERE state = 'present' ORDER BY id")
    # Interned, as each row brings a text of its own.
    return (
        (number, intern(project)) for number, project in rows if not projects or project in projects
    )


def present_counts(db: Database, projects: Sequence[str] = ()) -> dict[str, int]:
    """Return how many issues Jira showed last, by project key; of these projects, or of all."""
    sql = "SELECT project, count(*) FROM issues WHERE state = 'present' GROUP BY project"
    return {key: count for key, count in db.conn.execute(sql) if not projects or key in projects}


def count_present(db: Database, projects: Sequence[str] = ()) -> int:
    """Return how many issues Jira showed last; of these projects, or of all."""
    return sum(present_counts(db, projects).values())


def last_updated(db: Database, projects: Sequence[str] = ()) -> tuple[int, str] | None:
    """Return the present issue that was updated last, and when, as the store writes it."""
    chosen = "AND project IN (SELECT value FROM json_each(?))" if projects else "AND ? IS NOT NULL"
    row: tuple[int, str] | None = db.conn.execute(
        f"SELECT id, updated FROM issues WHERE state = 'present' {chosen}"
        " ORDER BY updated DESC LIMIT 1",
        (json.dumps(list(projects)),),
    ).fetchone()
    return row


def entries_of(db: Database, ids: Iterable[int]) -> dict[int, set[int]]:
    """Return the history ids that are stored of each of these issues."""
    rows = db.conn.execute(
        "SELECT DISTINCT issue_id, history_id FROM changes"
        " WHERE issue_id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(ids)),),
    )
    found: dict[int, set[int]] = {}
    for number, history in rows:
        found.setdefault(number, set()).add(history)
    return found


def cut_issues(db: Database) -> list[int]:
    """Return the present issues whose history is known to be cut."""
    sql = "SELECT id FROM issues WHERE state = 'present' AND history = 'cut'"
    return [row[0] for row in db.conn.execute(sql)]


def lost_of(db: Database, ids: Iterable[int]) -> list[int]:
    """Return those of these issues that Jira did not show last time."""
    rows = db.conn.execute(
        "SELECT id FROM issues WHERE state <> 'present' AND id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(ids)),),
    )
    return [row[0] for row in rows]
